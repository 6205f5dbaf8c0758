//! Descriptors by number, and the errors that closing one tells: what rustix cannot say without `unsafe`.

use std::fs::File;
use std::io;
use std::os::fd::{FromRawFd, IntoRawFd};
use std::path::Path;

/// The number of the open descriptor that `path` is a name for.
pub(super) fn named_by(path: &Path) -> Option<i32> {
    let path = path.to_str()?;
    match path {
        "/dev/stdin" => return Some(0),
        "/dev/stdout" => return Some(1),
        "/dev/stderr" => return Some(2),
        _ => {}
    }
    let folders = ["/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/"];
    let number = folders.into_iter().find_map(|folder| path.strip_prefix(folder))?;
    number.parse().ok().filter(|number| *number >= 0)
}

/// A new descriptor for what descriptor `number` stands for, with the same position.
///
/// # Errors
/// When no such descriptor is open.
#[expect(unsafe_code, reason = "rustix duplicates only what is already owned or borrowed")]
pub(crate) fn duplicate(number: i32) -> io::Result<File> {
    // SAFETY: the call touches no memory, and answers -1 for a number that is not open.
    let copy = unsafe { libc::fcntl(number, libc::F_DUPFD_CLOEXEC, 3) };
    if copy < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor was made by the call above and nobody else has its number.
    Ok(unsafe { File::from_raw_fd(copy) })
}

/// Closes `file`.
///
/// # Errors
/// What the file system had kept back until now, such as a full disk behind a network.
#[expect(unsafe_code, reason = "std and rustix close in silence")]
pub(super) fn close(file: File) -> io::Result<()> {
    let number = file.into_raw_fd();
    // SAFETY: `into_raw_fd` gave up the only owner of this number, so nobody closes or uses it again.
    match unsafe { libc::close(number) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Seek, Write};
    use std::os::fd::AsRawFd;

    #[test]
    fn names_of_descriptors() {
        for (path, number) in [
            ("/dev/stdout", Some(1)),
            ("/dev/fd/7", Some(7)),
            ("/proc/self/fd/12", Some(12)),
            ("/dev/fd/x", None),
            ("/dev/fd/-1", None),
            ("/dev/null", None),
            ("stdout", None),
        ] {
            assert_eq!(named_by(Path::new(path)), number, "{path}");
        }
    }

    #[test]
    fn a_duplicate_shares_the_position_and_closing_it_leaves_the_first_open() {
        let mut first = tempfile::tempfile().expect("a file");
        let mut second = duplicate(first.as_raw_fd()).expect("it is open");
        second.write_all(b"ab").expect("room");
        first.write_all(b"c").expect("room");
        close(second).expect("nothing was kept back");
        first.rewind().expect("a file");
        let mut text = String::new();
        first.read_to_string(&mut text).expect("still open");
        assert_eq!(text, "abc");
    }

    #[test]
    fn a_number_that_is_not_open_is_an_error() {
        assert_eq!(duplicate(999_999).expect_err("not open").raw_os_error(), Some(libc::EBADF));
    }
}
