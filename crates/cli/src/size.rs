//! Sizes as `ls -h` shows them.

/// `bytes` in powers of 1024, rounded up, with one decimal below 10: 512, 1.0K, 9.9K, 10K, 1.5G.
pub fn human(bytes: u64) -> String {
    const UNITS: [char; 6] = ['K', 'M', 'G', 'T', 'P', 'E'];
    if bytes < 1024 {
        return bytes.to_string();
    }
    let mut divisor: u128 = 1024;
    let bytes = u128::from(bytes);
    for unit in UNITS {
        let tenths = (bytes * 10).div_ceil(divisor);
        if tenths < 100 {
            return format!("{}.{}{unit}", tenths / 10, tenths % 10);
        }
        let whole = bytes.div_ceil(divisor);
        if whole < 1024 || unit == 'E' {
            return format!("{whole}{unit}");
        }
        divisor *= 1024;
    }
    bytes.to_string()
}

#[cfg(test)]
mod tests {
    use super::human;

    #[test]
    fn sizes_agree_with_ls() {
        for (bytes, want) in [
            (0, "0"),
            (1023, "1023"),
            (1024, "1.0K"),
            (1025, "1.1K"),
            (10_138, "10K"),
            (10_137, "9.9K"),
            (10_240, "10K"),
            (10_241, "11K"),
            (1_047_552, "1023K"),
            (1_047_553, "1.0M"),
            (1_610_612_736, "1.5G"),
            (u64::MAX, "16E"),
        ] {
            assert_eq!(human(bytes), want, "{bytes}");
        }
    }
}
