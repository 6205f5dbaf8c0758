//! The ten characters that `ls -l` begins a line with.

use isokit_core::tree::{Entry, Kind, Posix};

/// Kind and permissions of `entry`, e.g. `drwxr-xr-x`; `?` for permissions that the tree does not record.
pub fn permissions(entry: &Entry) -> [u8; 10] {
    characters(entry.kind, entry.posix)
}

/// As [`permissions`], of what an entry is and of what it records.
pub fn characters(kind: Kind, posix: Option<Posix>) -> [u8; 10] {
    let mut text = *b"-?????????";
    text[0] = letter(kind);
    let Some(Posix { mode, .. }) = posix else { return text };
    let classes = [(mode >> 6, 0o4000, *b"sS"), (mode >> 3, 0o2000, *b"sS"), (mode, 0o1000, *b"tT")];
    for (place, (bits, special, marks)) in text[1..].chunks_exact_mut(3).zip(classes) {
        place.copy_from_slice(&[b'-'; 3]);
        if bits & 4 != 0 {
            place[0] = b'r';
        }
        if bits & 2 != 0 {
            place[1] = b'w';
        }
        place[2] = match (mode & special != 0, bits & 1 != 0) {
            (true, true) => marks[0],
            (true, false) => marks[1],
            (false, true) => b'x',
            (false, false) => b'-',
        };
    }
    text
}

/// The letter of a kind, as one byte.
const fn letter(kind: Kind) -> u8 {
    match kind {
        Kind::File => b'-',
        Kind::Directory => b'd',
        Kind::Symlink => b'l',
        Kind::CharacterDevice => b'c',
        Kind::BlockDevice => b'b',
        Kind::Fifo => b'p',
        Kind::Socket => b's',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: Kind, mode: u32) -> String {
        let entry = Entry { kind, posix: Some(Posix { mode, ..Posix::default() }), ..Entry::default() };
        String::from_utf8(permissions(&entry).to_vec()).expect("ASCII")
    }

    #[test]
    fn modes_look_as_in_ls() {
        for (kind, mode, want) in [
            (Kind::File, 0o644, "-rw-r--r--"),
            (Kind::Directory, 0o1777, "drwxrwxrwt"),
            (Kind::Directory, 0o1776, "drwxrwxrwT"),
            (Kind::File, 0o4755, "-rwsr-xr-x"),
            (Kind::File, 0o4644, "-rwSr--r--"),
            (Kind::File, 0o2755, "-rwxr-sr-x"),
            (Kind::Symlink, 0o777, "lrwxrwxrwx"),
            (Kind::BlockDevice, 0o660, "brw-rw----"),
            (Kind::Fifo, 0, "p---------"),
        ] {
            assert_eq!(shown(kind, mode), want);
        }
        let unknown = Entry { kind: Kind::Directory, ..Entry::default() };
        assert_eq!(&permissions(&unknown), b"d?????????");
    }
}
