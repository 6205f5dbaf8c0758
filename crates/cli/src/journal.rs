//! What lies beside an image while files in it are changed in place, and stays there when that is interrupted: a journal, which
//! finishes the change. What is in one is the business of who writes it; here is what tells readers of the image of it.

use crate::flags::spelled::FINISHES;
use crate::name::quoted;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What its name has behind that of the image.
const SUFFIX: &str = ".isomk-journal";

/// What it begins with.
pub const MAGIC: &[u8; 16] = b"isomk journal\r\n\x1a";

/// Where the journal of the image at `path` lies, which is no symbolic link.
pub fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(SUFFIX);
    name.into()
}

/// What a journal begins with that is whole: [`MAGIC`], the version of its form, its own length, and that of its image. Numbers
/// are little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The version of its form, in 8 bytes.
    pub version: u64,
    /// Bytes of it.
    pub length: u64,
    /// Bytes of its image.
    pub image: u64,
}

impl Head {
    /// Bytes that it takes, with [`MAGIC`].
    pub const SIZE: usize = 40;

    /// The head that `bytes` begin with, if they do.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (numbers, _) = rest.get(..24)?.as_chunks::<8>();
        let &[version, length, image] = numbers else { return None };
        let [version, length, image] = [version, length, image].map(u64::from_le_bytes);
        Some(Self { version, length, image })
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let numbers = [self.version, self.length, self.image].map(u64::to_le_bytes);
        [MAGIC.as_slice(), numbers.as_flattened()].concat()
    }
}

/// That a change of the image that `operand` names was interrupted, and what finishes it, if a journal that was ended lies beside it.
pub(crate) fn interrupted(operand: &OsStr) -> Option<String> {
    let path = Path::new(operand);
    let near = beside(path);
    let is_link = || path.symlink_metadata().is_ok_and(|about| about.is_symlink());
    let behind = || path.canonicalize().is_ok_and(|real| is_interrupted(&real, &beside(&real)));
    let found = is_interrupted(path, &near) || (is_link() && behind());
    found.then(|| format!("a change of it was interrupted; {FINISHES} {} finishes it", quoted(operand)))
}

/// Whether `journal` is one that was ended, of a file that is as long as `image`.
fn is_interrupted(image: &Path, journal: &Path) -> bool {
    let Ok(about) = std::fs::symlink_metadata(journal) else { return false };
    let mut bytes = [0; Head::SIZE];
    let mut read = || File::open(journal)?.read_exact(&mut bytes);
    if !about.is_file() || read().is_err() {
        return false;
    }
    let length = std::fs::metadata(image).map(|image| image.len()).unwrap_or_default();
    Head::read(&bytes).is_some_and(|head| head.length <= about.len() && head.image == length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let head = Head { version: 1, length: 2, image: u64::MAX };
        let bytes = head.bytes();
        assert_eq!((bytes.len(), Head::read(&bytes)), (Head::SIZE, Some(head)));
        assert_eq!(Head::read(&bytes[..39]), None);
        assert_eq!(Head::read(&[0; 40]), None);
    }

    #[test]
    fn a_journal_is_one_unless_it_is_shorter_than_it_says_or_of_an_image_of_another_length() {
        let folder = tempfile::tempdir().expect("a folder");
        let image = folder.path().join("x.iso");
        let journal = beside(&image);
        assert_eq!(journal, folder.path().join("x.iso.isomk-journal"));
        std::fs::write(&image, [0; 7]).expect("room");
        for (length, of, is_one) in [(39, 7, true), (40, 7, true), (41, 7, false), (40, 8, false)] {
            std::fs::write(&journal, Head { version: 1, length, image: of }.bytes()).expect("room");
            assert_eq!(is_interrupted(&image, &journal), is_one);
        }
        std::fs::write(&journal, b"").expect("room");
        assert!(!is_interrupted(&image, &journal));
    }
}
