//! Bytes out of a file, as xorriso names them: `--interval:local_fs:START-END:ZEROED:FILE`, or with `imported_iso` out of the image
//! that is read. Its reports print such words, and who replays a report gives them back.

use crate::request::{Piece, Section, Zeroed};
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// What a word names: a file, or a piece of one or of the image `imported`; `None` for an interval that is none.
pub(super) fn piece(word: &[u8], imported: Option<&Path>) -> Option<Piece> {
    let Some(interval) = word.strip_prefix(b"--interval:") else {
        return Some(Piece { path: path(word), section: None });
    };
    let mut parts = interval.splitn(4, |byte| *byte == b':');
    let (of, range, zeroed) = (parts.next()?, parts.next()?, parts.next()?);
    let file = parts.next()?;
    let path = match of {
        b"local_fs" if !file.is_empty() => path(file),
        // The name behind it is that of an earlier run.
        b"imported_iso" => imported?.to_owned(),
        _ => return None,
    };
    let (first, last) = std::str::from_utf8(range).ok()?.split_once('-')?;
    let (start, last) = (number(first, false)?, number(last, true)?);
    let length = last.checked_sub(start)?.checked_add(1)?;
    let zeroed = std::str::from_utf8(zeroed).ok()?;
    let zeroed = zeroed.split(',').filter(|word| !word.is_empty()).map(zeros).collect::<Option<Vec<_>>>()?;
    let section = Section { start, length, zeroed };
    Some(Piece { path, section: Some(section) })
}

fn path(bytes: &[u8]) -> PathBuf {
    OsString::from_vec(bytes.to_vec()).into()
}

/// A number of bytes, or of what a letter behind it stands for; as the end of a range, its last byte.
pub(super) fn number(text: &str, is_end: bool) -> Option<u64> {
    let scale = match text.bytes().last()? {
        b'k' => 1 << 10,
        b'm' => 1 << 20,
        b'g' => 1 << 30,
        b't' => 1 << 40,
        b's' => 2048,
        b'd' => 512,
        _ => 1,
    };
    let digits = if scale == 1 { text } else { text.get(..text.len() - 1)? };
    let number: u64 = digits.parse().ok()?;
    let scaled = number.checked_mul(scale)?;
    if is_end { scaled.checked_add(scale - 1) } else { Some(scaled) }
}

fn zeros(word: &str) -> Option<Zeroed> {
    Some(match word {
        "zero_mbrpt" => Zeroed::MbrPartitions,
        "zero_gpt" => Zeroed::Gpt,
        "zero_apm" => Zeroed::AppleMap,
        range => {
            let (first, last) = range.split_once('-')?;
            let (first, last) = (number(first, false)?, number(last, true)?);
            Zeroed::Bytes(first, last.checked_add(1)?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_those_of_xorriso() {
        let named = |text: &str| piece(text.as_bytes(), None);
        let section = |start, length, zeroed| Some(Section { start, length, zeroed });
        let of = |path: &str, section| Some(Piece { path: path.into(), section });
        assert_eq!(named("a:b"), of("a:b", None));
        assert_eq!(
            named("--interval:local_fs:0s-15s:zero_mbrpt,zero_gpt:old: one.iso"),
            of("old: one.iso", section(0, 32_768, vec![Zeroed::MbrPartitions, Zeroed::Gpt]))
        );
        assert_eq!(named("--interval:local_fs:544d-4639d::x"), of("x", section(278_528, 2_097_152, vec![])));
        assert_eq!(
            named("--interval:local_fs:0-32767:zero_apm,440-443:/t"),
            of("/t", section(0, 32_768, vec![Zeroed::AppleMap, Zeroed::Bytes(440, 444)]))
        );
        for wrong in [
            "--interval:local_fs:0s-15s:x",
            "--interval:local_fs:5-3::x",
            "--interval:local_fs:0-3:nothing:x",
            "--interval:local_fs:0-3::",
            "--interval:local_fs:0x-3::x",
            "--interval:local_fs:0-18446744073709551615t::x",
            "--interval:imported_iso:0-3::",
            "--interval:",
        ] {
            assert_eq!(named(wrong), None, "{wrong}");
        }
        let imported = |text: &str| piece(text.as_bytes(), Some(Path::new("now.iso")));
        for text in ["--interval:imported_iso:0s-15s::", "--interval:imported_iso:0s-15s::then.iso"] {
            assert_eq!(imported(text), of("now.iso", section(0, 32_768, vec![])), "{text}");
        }
        assert_eq!(imported("--interval:local_fs:0s-15s::"), None);
    }
}
