//! A directory: entries for itself and its parent, or for the label, then for each name the parts of its long form and its
//! short one.

use crate::fat::FatType;
use crate::fat::layout::{DirectoryEntry, LAST_LONG_ENTRY, LongNameEntry, attr};
use crate::fat::name::{UNITS, checksum};
use crate::fat::plan::{Plan, Short, children, content};
use crate::fat::time::{Stamp, encode};
use crate::number::Le16;
use crate::tree::Kind;
use crate::tree::build::{Build, NameId};
use zerocopy::{FromZeros, IntoBytes};

/// Permissions to write: of a file that nobody has them for, the attribute says so.
const WRITE: u16 = 0o222;

impl<O> Plan<'_, O> {
    /// Appends the entries of the `n`th directory.
    pub(super) fn directory(&self, n: usize, out: &mut Vec<u8>) {
        let directory = self.census.directories[n].name;
        if directory == Build::<O>::ROOT {
            let label = self.label.map(|label| DirectoryEntry {
                name: label,
                attr: attr::VOLUME_ID,
                // A label has no date but that of its last change.
                crt_time: 0.into(),
                crt_time_tenth: 0,
                crt_date: 0.into(),
                lst_acc_date: 0.into(),
                ..self.entry(directory, 0)
            });
            label.iter().for_each(|label| out.extend_from_slice(label.as_bytes()));
        } else {
            let parent = self.build.name(directory).parent;
            // Whatever cluster the root has, to those in it it is 0.
            let above = if parent == Build::<O>::ROOT { 0 } else { self.cluster(parent) };
            let entries =
                [(b".          ", directory, self.cluster(directory)), (b"..         ", parent, above)];
            for (name, of, cluster) in entries {
                let entry = DirectoryEntry { name: *name, attr: attr::DIRECTORY, ..self.entry(of, cluster) };
                out.extend_from_slice(entry.as_bytes());
            }
        }
        for child in children(self.build, &self.order, directory) {
            self.name(child, out);
        }
    }

    /// Appends the entries of a name.
    fn name(&self, name: NameId, out: &mut Vec<u8>) {
        let short = self.census.short(name);
        if short.is_long {
            long_name(self.build.name(name).bytes, &short, out);
        }
        let file = self.build.file(self.build.name(name).file);
        let read_only = if file.mode & WRITE == 0 { attr::READ_ONLY } else { 0 };
        let size = content(self.build, name).map_or(0, |(_, size)| size);
        let entry = DirectoryEntry {
            name: short.name,
            attr: if file.kind == Kind::Directory { attr::DIRECTORY } else { attr::ARCHIVE | read_only },
            nt_res: short.nt_res,
            file_size: u32::try_from(size).expect("because longer files are refused").into(),
            ..self.entry(name, self.cluster(name))
        };
        out.extend_from_slice(entry.as_bytes());
    }

    /// The times of a file, and where it begins.
    fn entry(&self, name: NameId, cluster: u32) -> DirectoryEntry {
        let file = self.build.file(self.build.name(name).file);
        let Stamp { date, time, hundredths } = encode(file.modified, self.options.zone);
        let [low_a, low_b, high_a, high_b] = cluster.to_le_bytes();
        let high = if self.fat_type() == FatType::Fat32 { [high_a, high_b] } else { [0, 0] };
        DirectoryEntry {
            // When it was created nobody tells; it was not after its last change.
            crt_time_tenth: hundredths,
            crt_time: time.into(),
            crt_date: date.into(),
            lst_acc_date: encode(file.accessed, self.options.zone).date.into(),
            fst_clus_hi: Le16::from_bytes(high),
            wrt_time: time.into(),
            wrt_date: date.into(),
            fst_clus_lo: Le16::from_bytes([low_a, low_b]),
            ..DirectoryEntry::new_zeroed()
        }
    }
}

/// Appends the parts of the long name `name`, the last first.
fn long_name(name: &[u8], short: &Short, out: &mut Vec<u8>) {
    let mut units: Vec<u16> = String::from_utf8_lossy(name).encode_utf16().collect();
    let parts = units.len().div_ceil(UNITS);
    // One zero ends a name that does not fill its last part.
    if !units.len().is_multiple_of(UNITS) {
        units.push(0);
        units.resize(parts * UNITS, 0xFFFF);
    }
    for (number, part) in
        (1..=u8::MAX).zip(units.chunks_exact(UNITS)).take(parts).collect::<Vec<_>>().iter().rev()
    {
        let unit = |n: usize| Le16::new(part.get(n).copied().unwrap_or_default());
        let last = if usize::from(*number) == parts { LAST_LONG_ENTRY } else { 0 };
        let entry = LongNameEntry {
            ord: number | last,
            name1: std::array::from_fn(unit),
            attr: attr::LONG_NAME,
            kind: 0,
            chksum: checksum(&short.name),
            name2: std::array::from_fn(|n| unit(n + 5)),
            fst_clus_lo: 0.into(),
            name3: std::array::from_fn(|n| unit(n + 11)),
        };
        out.extend_from_slice(entry.as_bytes());
    }
}
