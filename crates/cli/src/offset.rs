//! Byte offsets on a command line.

/// Reads `text` as bytes: decimal with a unit of dd(1) or `s` for 2048 bytes behind it, or 0x and hexadecimal.
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
        "" => 1,
        "b" => 512,
        "s" => 2048,
        "K" | "KiB" => 1 << 10,
        "M" | "MiB" => 1 << 20,
        "G" | "GiB" => 1 << 30,
        "T" | "TiB" => 1 << 40,
        "kB" => 1000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return Err(wrong()),
    };
    number.checked_mul(unit).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_have_units() {
        for (text, want) in
            [("0x8000", Some(0x8000)), ("16s", Some(32_768)), ("1M", Some(1 << 20)), ("12", Some(12))]
        {
            assert_eq!(parse(text).ok(), want, "{text}");
        }
        for text in ["", "s", "12q", "99999999999T", "-1"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
