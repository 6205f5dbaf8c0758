//! By what two names are the same.

use crate::output::{Goal, resolve};
use crate::streams::Streams;
use rustix::fs::{FileType, Stat, fstat, major, minor, stat};
use std::ffi::OsString;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What overlaps cannot be written twice, nor be read and written at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Identity {
    /// A regular file: device and inode.
    File((u64, u64)),
    /// A block device, whole or a partition.
    Disk(Disk),
    /// A pipe or a socket: device and inode. An output can be one only once, for two would mix.
    Stream((u64, u64)),
    /// The file of this name that the folder does not have yet.
    Absent((u64, u64), OsString),
}

/// A block device, by device numbers: whatever node in whatever folder names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Disk {
    /// Device number of the whole disk.
    whole: u64,
    /// Device number of the partition; `None` for the whole disk.
    part: Option<u64>,
    /// Device and inode of the file behind the whole disk, if that is a loop device.
    file: Option<(u64, u64)>,
}

/// Of a file that is replaced: its folder, and its name there.
type Place = ((u64, u64), Vec<u8>);

impl Identity {
    /// What `path` leads to, if it is there and of a kind that has an identity.
    pub(super) fn of(path: &Path) -> Option<Self> {
        stat(path).ok().and_then(|stat| Self::of_stat(&stat))
    }

    /// What `file` is, if it is open and of such a kind.
    pub(super) fn of_open(file: Option<&File>) -> Option<Self> {
        fstat(file?).ok().and_then(|stat| Self::of_stat(&stat))
    }

    /// As [`Identity::of_open`], of an input, unless it is a stream: a program may well read and write the two ends of one
    /// socket.
    pub(super) fn of_input(file: Option<&File>) -> Option<Self> {
        Self::of_open(file).filter(|identity| !matches!(identity, Self::Stream(_)))
    }

    /// What writing to `path` changes, and the place of the file that it replaces, if it does.
    pub(super) fn of_target(path: &Path, streams: &Streams) -> Option<(Self, Option<Place>)> {
        let resolved = match resolve(path).ok()? {
            // The file a descriptor stands for is written where it is.
            Goal::Descriptor(number) => {
                return Some((Self::of_open(streams.duplicate(number).ok().as_ref())?, None));
            }
            Goal::Path(resolved) => resolved,
        };
        let (folder, name) = (resolved.parent()?, resolved.file_name()?.to_owned());
        let folder = stat(if folder == Path::new("") { Path::new(".") } else { folder }).ok()?;
        let folder = (folder.st_dev, folder.st_ino);
        match stat(&resolved) {
            Ok(there) => {
                let identity = Self::of_stat(&there)?;
                let place = matches!(identity, Self::File(_)).then(|| (folder, name.as_bytes().to_vec()));
                Some((identity, place))
            }
            Err(_) => Some((Self::Absent(folder, name), None)),
        }
    }

    fn of_stat(stat: &Stat) -> Option<Self> {
        let own = (stat.st_dev, stat.st_ino);
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Some(Self::File(own)),
            FileType::BlockDevice => Some(Self::Disk(Disk::new(stat.st_rdev))),
            FileType::Fifo | FileType::Socket => Some(Self::Stream(own)),
            _ => None,
        }
    }

    /// Whether writing one changes the other: the same file, or a disk and its partition.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Disk(one), Self::Disk(two)) => {
                let apart = one.part.is_some() && two.part.is_some() && one.part != two.part;
                one.whole == two.whole && !apart
            }
            (Self::Disk(disk), Self::File(file)) | (Self::File(file), Self::Disk(disk)) => {
                disk.file == Some(*file)
            }
            (one, two) => one == two,
        }
    }
}

impl Disk {
    /// The disk with these device numbers. What the system does not tell of it is taken for a disk of its own.
    fn new(number: u64) -> Self {
        let known = PathBuf::from(format!("/sys/dev/block/{}:{}", major(number), minor(number)));
        let part = known.join("partition").exists();
        let about = match std::fs::canonicalize(&known) {
            Ok(path) if part => path.parent().map_or(known, Path::to_owned),
            _ => known,
        };
        let whole = if part { std::fs::read_to_string(about.join("dev")).ok() } else { None };
        let whole = whole.as_deref().and_then(|text| text.trim_end().split_once(':'));
        let whole =
            whole.and_then(|(high, low)| Some(rustix::fs::makedev(high.parse().ok()?, low.parse().ok()?)));
        let backing = std::fs::read_to_string(about.join("loop/backing_file")).ok();
        let file = backing.and_then(|path| stat(path.trim_end_matches('\n')).ok());
        Self {
            whole: whole.unwrap_or(number),
            part: part.then_some(number),
            file: file.map(|stat| (stat.st_dev, stat.st_ino)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_overlaps_its_disk_and_itself_and_a_loop_device_the_file_behind_it() {
        let disk = |whole, part, file| Identity::Disk(Disk { whole, part, file });
        let file = Identity::File((1, 2));
        let behind = Some((1, 2));
        for (one, two, same) in [
            (disk(8, None, None), disk(8, None, None), true),
            (disk(8, Some(9), None), disk(8, None, None), true),
            (disk(8, Some(9), None), disk(8, Some(9), None), true),
            (disk(8, Some(9), None), disk(8, Some(10), None), false),
            (disk(8, None, None), disk(16, None, None), false),
            (disk(7, None, behind), file.clone(), true),
            (disk(7, Some(9), behind), file.clone(), true),
            (disk(7, None, None), file, false),
        ] {
            assert_eq!((one.overlaps(&two), two.overlaps(&one)), (same, same), "{one:?} {two:?}");
        }
    }
}
