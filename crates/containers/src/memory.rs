//! Amounts of memory, in messages.

/// From here on no one asks for KiB.
const LARGE: u64 = 16 << 20;

/// What helps an encoder that is out of memory.
pub(crate) const LESS: &str = "lower levels and fewer threads need less";

/// `bytes` in the largest of KiB, MiB and GiB of which they are a whole number, rounded up to KiB, or to MiB if they are
/// 16 MiB or more.
pub(crate) fn amount(bytes: u64) -> String {
    let unit = if bytes < LARGE { 1 << 10 } else { 1 << 20 };
    let rounded = bytes.div_ceil(unit).saturating_mul(unit);
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    let whole = units.into_iter().find(|(_, unit)| rounded > 0 && rounded.is_multiple_of(*unit));
    let (name, unit) = whole.unwrap_or(("KiB", 1 << 10));
    format!("{} {name}", rounded / unit)
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn amounts_are_whole_numbers() {
        for (bytes, want) in [
            (0, "0 KiB"),
            (1, "1 KiB"),
            (4096, "4 KiB"),
            (1536 << 10, "1536 KiB"),
            ((16 << 20) + 1, "17 MiB"),
            (128 << 20, "128 MiB"),
            (1536 << 20, "1536 MiB"),
            (2 << 30, "2 GiB"),
            (u64::from(u32::MAX), "4 GiB"),
        ] {
            assert_eq!(amount(bytes), want);
        }
    }
}
