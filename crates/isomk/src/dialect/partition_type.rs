//! Types of partitions and GUIDs, as command lines write them.

use isokit_core::partition::Guid;
use isokit_core::partition::plan::Kind;

/// A byte of an MBR, in hexadecimal behind `0x` and else in decimal, or a GUID.
pub(super) fn kind(text: &str) -> Option<Kind> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let byte = match digits {
        Some(digits) => u8::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    };
    byte.map(Kind::Mbr).or_else(|| guid(text).map(Kind::Gpt))
}

/// A GUID as it lies on the disk: 32 digits are in that order already, while with hyphens the first three groups are numbers,
/// which lie there with their lowest byte first (UEFI appendix A).
pub(super) fn guid(text: &str) -> Option<Guid> {
    let digits: String = text.chars().filter(|letter| *letter != '-').collect();
    let mut bytes = [0; 16];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    match text.split('-').map(str::len).collect::<Vec<_>>().as_slice() {
        [32] => {}
        [8, 4, 4, 4, 12] => {
            let [a, b, c, d, e, f, g, h, ..] = &mut bytes;
            std::mem::swap(a, d);
            std::mem::swap(b, c);
            std::mem::swap(e, f);
            std::mem::swap(g, h);
        }
        _ => return None,
    }
    Some(Guid(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_guid_are_the_same_bytes() {
        let efi = guid("C12A7328-F81F-11D2-BA4B-00A0C93EC93B").expect("well formed");
        assert_eq!(guid("28732ac11ff8d211ba4b00a0c93ec93b"), Some(efi));
        assert_eq!(guid("28732ac1-1ff8d211ba4b00a0c93ec93b"), None);
        assert_eq!(guid("28732ac1"), None);
    }
}
