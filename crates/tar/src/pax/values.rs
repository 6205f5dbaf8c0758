//! The values of pax records, and what of keys is one: as they are read, and as they are written.

use crate::number::decimal;
use isokit_core::tree::Time;

/// Seconds since 1970, with a fraction, perhaps negative.
pub(crate) fn time(value: &[u8]) -> Option<Time> {
    let (negative, digits) = match value.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, value),
    };
    let mut parts = digits.splitn(2, |byte| *byte == b'.');
    let seconds: i64 = decimal(parts.next()?)?;
    let fraction: Vec<u8> =
        parts.next().unwrap_or_default().iter().copied().chain(std::iter::repeat(b'0')).take(9).collect();
    let nanoseconds: u32 = decimal(&fraction)?;
    Some(match (negative, nanoseconds) {
        (false, _) => Time { seconds, nanoseconds },
        (true, 0) => Time { seconds: -seconds, nanoseconds },
        (true, _) => Time { seconds: -seconds - 1, nanoseconds: 1_000_000_000 - nanoseconds },
    })
}

/// `time` in seconds, with as many decimals as it needs.
pub(crate) fn decimal_seconds(time: Time) -> String {
    let Time { seconds, nanoseconds } = time;
    let (sign, whole, fraction) = match (seconds < 0, nanoseconds) {
        (false, _) => ("", seconds.unsigned_abs(), nanoseconds),
        (true, 0) => ("-", seconds.unsigned_abs(), 0),
        // Fractions count forward from the second, the sign counts backward from zero.
        (true, _) => {
            ("-", seconds.unsigned_abs().saturating_sub(1), 1_000_000_000_u32.saturating_sub(nanoseconds))
        }
    };
    let text = format!("{sign}{whole}.{fraction:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An ACL as getfacl(1) prints it. Entries come divided by commas or by newlines; some writers add the numeric id as a
/// fourth field, which then is the one that is right on every machine.
pub(crate) fn acl(value: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for entry in value.split(|byte| matches!(byte, b',' | b'\n')).map(<[u8]>::trim_ascii) {
        let parts: Vec<&[u8]> = entry.split(|byte| *byte == b':').collect();
        match parts.as_slice() {
            [b""] => continue,
            [tag, _, permissions, id] => text.extend([tag, *id, permissions].join(&b':')),
            _ => text.extend_from_slice(entry),
        }
        text.push(b'\n');
    }
    text
}

/// An ACL with its entries divided by commas.
pub(crate) fn one_line(text: &[u8]) -> Vec<u8> {
    text.trim_ascii().iter().map(|byte| if *byte == b'\n' { b',' } else { *byte }).collect()
}

/// The name of an attribute as part of a key, which ends at the first `=`.
pub(crate) fn percent_encoded(name: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(name.len());
    for byte in name {
        match byte {
            b'%' => escaped.extend_from_slice(b"%25"),
            b'=' => escaped.extend_from_slice(b"%3D"),
            other => escaped.push(*other),
        }
    }
    escaped
}

/// The opposite; `None` for what is none.
pub(crate) fn percent_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let (mut decoded, mut rest) = (Vec::new(), text);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            decoded.push(*byte);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        decoded.push(u8::from_str_radix(digits, 16).ok()?);
        rest = rest.get(2..)?;
    }
    Some(decoded)
}

/// What libarchive writes in base 64 (RFC 4648); `None` for what is none.
pub(crate) fn base64_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let (mut decoded, mut bits, mut count) = (Vec::new(), 0_u32, 0_u32);
    for byte in text.iter().filter(|byte| !matches!(byte, b'=' | b'\n')) {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xFF_FFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push(u8::try_from(bits >> count & 0xFF).ok()?);
        }
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_1970_and_between_seconds_are_recorded() {
        for (seconds, nanoseconds, want) in [
            (1, 500_000_000, "1.5"),
            (-1, 0, "-1"),
            (-2, 500_000_000, "-1.5"),
            (-1, 750_000_000, "-0.25"),
            (0, 1, "0.000000001"),
            (0o77_777_777_777 + 1, 0, "8589934592"),
            (1700, 0, "1700"),
        ] {
            let at = Time { seconds, nanoseconds };
            assert_eq!((decimal_seconds(at).as_str(), time(want.as_bytes())), (want, Some(at)));
        }
    }

    #[test]
    fn names_of_attributes_are_the_same_when_they_come_back() {
        assert_eq!(percent_encoded(b"user.a=b%"), b"user.a%3Db%25");
        assert_eq!(percent_decoded(b"user.a%3Db%25").as_deref(), Some(&b"user.a=b%"[..]));
        assert_eq!((percent_decoded(b"a%3"), percent_decoded(b"a%x0")), (None, None));
    }
}
