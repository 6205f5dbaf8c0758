//! Values of options about jigdo, which all command lines share.

use crate::request::Mapping;
use isokit_digests::Algorithm;
use isokit_jigdo::{Checksum, Compression};

/// What is said of a value that is none.
pub(super) const ALGORITHMS: &str = "names of md5, sha1, sha256 and sha512, with commas between them";
pub(super) const CHECKSUM: &str = "md5 or sha256";
pub(super) const COMPRESSION: &str = "gzip or bzip2";
pub(super) const MAPPING: &str = "LABEL=PREFIX, with a label of letters, digits, -, _ and .";
pub(super) const SIZE: &str = "a number of bytes, or one with k, m or g behind it";

/// The digests that a .jigdo file tells.
const TOLD: [Algorithm; 4] = [Algorithm::Md5, Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];

/// The algorithms of digests that a .jigdo file tells; `all` stands for all.
pub(super) fn algorithms(text: &str) -> Option<Vec<Algorithm>> {
    if text == "all" {
        return Some(TOLD.to_vec());
    }
    let named = |name: &str| TOLD.into_iter().find(|algorithm| algorithm.name() == name);
    let mut all = text.split(',').map(named).collect::<Option<Vec<_>>>()?;
    all.sort_unstable();
    all.dedup();
    Some(all)
}

pub(super) fn checksum(text: &str) -> Option<Checksum> {
    [Checksum::Md5, Checksum::Sha256].into_iter().find(|checksum| checksum.algorithm().name() == text)
}

pub(super) fn compression(text: &str) -> Option<Compression> {
    match text {
        "gzip" => Some(Compression::Gzip),
        "bzip2" => Some(Compression::Bzip2),
        _ => None,
    }
}

/// A size in bytes, or in powers of 1024.
pub(super) fn size(text: &str) -> Option<u64> {
    let unit = match text.bytes().last()? {
        b'k' | b'K' => 1 << 10,
        b'm' | b'M' => 1 << 20,
        b'g' | b'G' => 1 << 30,
        _ => 1,
    };
    let digits = if unit == 1 { text } else { text.get(..text.len().saturating_sub(1))? };
    let number: u64 = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    number.checked_mul(unit)
}

pub(super) fn mapping(bytes: &[u8]) -> Option<Mapping> {
    let equals = bytes.iter().position(|byte| *byte == b'=')?;
    let (label, from) = bytes.split_at(equals);
    let is_of_label = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let (label, from) = (label.to_vec(), from.get(1..)?.to_vec());
    (!label.is_empty() && label.iter().all(is_of_label) && !from.is_empty())
        .then_some(Mapping { label, from })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units_of_1024() {
        let all = ["1024", "2k", "3M", "4g"].map(size);
        assert_eq!(all, [Some(1024), Some(2048), Some(3 << 20), Some(4 << 30)]);
        assert_eq!(
            ["", "k", "-1", "+1", "1.5k", "1kk", "99999999999999999999", "99999999999g"].map(size),
            [None; 8]
        );
    }

    #[test]
    fn algorithms_are_told_once_and_in_order() {
        let all = algorithms("sha512,md5,sha512").expect("names");
        assert_eq!(all, [Algorithm::Md5, Algorithm::Sha512]);
        assert_eq!(algorithms("all").expect("a name").len(), 4);
        assert_eq!(["", "md5,", "crc32", "MD5", "md5 sha1"].map(algorithms), [const { None }; 5]);
    }

    #[test]
    fn labels_are_words() {
        let want = Mapping { label: b"Debian".to_vec(), from: b"/m=x/".to_vec() };
        assert_eq!(mapping(b"Debian=/m=x/"), Some(want));
        assert_eq!(
            [&b"Debian"[..], b"=/m", b"De bian=/m", b"A=", b"A:B=/m"].map(mapping),
            [const { None }; 5]
        );
    }
}
