//! Byte offsets on a command line.

/// Reads `text` as bytes: decimal with a unit of dd(1) or `s` for 2048 bytes behind it, or 0x and hexadecimal. K, M, G,
/// T, P and E, alone or as KiB and so on, are powers of 1024; kB, KB, MB and so on of 1000.
///
/// # Errors
/// The sentence for a command line that has something else.
pub fn parse(text: &str) -> Result<u64, String> {
    let wrong = || format!("{text}: not a byte offset");
    if let Some(hexadecimal) = text.strip_prefix("0x") {
        return u64::from_str_radix(hexadecimal, 16).map_err(|_| wrong());
    }
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let unit = match unit {
        "" | "B" => 1,
        "b" => 512,
        "s" => 2048,
        _ => multiple(unit).ok_or_else(wrong)?,
    };
    number.checked_mul(unit).ok_or_else(wrong)
}

/// `at` as [`parse`] reads it, in sectors where it can be.
pub(crate) fn shown(at: u64) -> String {
    if at > 0 && at.is_multiple_of(2048) { format!("{}s", at / 2048) } else { at.to_string() }
}

/// The unit that is a prefix of a power, as coreutils write them.
fn multiple(unit: &str) -> Option<u64> {
    let base: u64 = match unit.get(1..)? {
        "" | "iB" => 1024,
        "B" => 1000,
        _ => return None,
    };
    let power = "KMGTPE".find(unit.get(..1)?.replace('k', "K").as_str())?;
    base.checked_pow(u32::try_from(power).ok()?.checked_add(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_have_units() {
        for (text, want) in [
            ("0x8000", Some(0x8000)),
            ("16s", Some(32_768)),
            ("1M", Some(1 << 20)),
            ("12", Some(12)),
            ("2kB", Some(2000)),
            ("2KB", Some(2000)),
            ("3KiB", Some(3072)),
            ("1GB", Some(1_000_000_000)),
            ("5P", Some(5 << 50)),
            ("7E", Some(7 << 60)),
            ("1b", Some(512)),
        ] {
            assert_eq!(parse(text).ok(), want, "{text}");
        }
        for text in ["", "s", "12q", "99999999999T", "-1", "16E", "1Ki", "1MBB", "1é", "1KMG"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
