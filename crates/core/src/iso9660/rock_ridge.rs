//! Rock Ridge, RRIP 1.09, 1.10 and 1.12 (IEEE P1282): what POSIX knows of a file, in system use entries.

use super::aaip::AttributeList;
use super::layout::{LongDate, ShortDate};
use super::susp::SystemUseEntry;
use super::zisofs;
use crate::error::Location;
use crate::tree::{Coding, Entry, Kind, Posix, Time};
use zerocopy::FromBytes;

/// Identifiers by which an ER entry (SUSP 5.5) announces Rock Ridge.
pub(super) const EXTENSION_IDENTIFIERS: [&[u8]; 3] = [b"RRIP_1991A", b"IEEE_P1282", b"IEEE_1282"];

/// Bits of the flags of NM (RRIP 4.1.4) and of the components of SL (RRIP 4.1.3.1).
mod flag {
    pub(super) const CONTINUE: u8 = 1 << 0;
    pub(super) const CURRENT: u8 = 1 << 1;
    pub(super) const PARENT: u8 = 1 << 2;
    /// SL only.
    pub(super) const ROOT: u8 = 1 << 3;
    /// SL of RRIP 1.09 and 1.10 only: the root of the volume the link is on.
    pub(super) const VOLUME_ROOT: u8 = 1 << 4;
}

/// Bit of the flags of TF (RRIP 4.1.6): times are recorded in 17 bytes, not 7.
pub(super) const LONG_FORM: u8 = 1 << 7;

/// The bits of the flags of TF by which times are there (RRIP 4.1.6), of those that a change of the content changes.
pub(super) mod times {
    pub(in crate::iso9660) const MODIFIED: u8 = 1;
    pub(in crate::iso9660) const ACCESSED: u8 = 2;
    pub(in crate::iso9660) const CHANGED: u8 = 3;
}

/// What the system use entries of one record say beyond what fits into an [`Entry`].
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Where the first entry lies that is known and does not have what it must.
    pub(super) malformed: Option<Location>,
    /// Some Rock Ridge entry was there.
    pub(super) rock_ridge: bool,
    /// An ER entry named Rock Ridge, by any of [`EXTENSION_IDENTIFIERS`].
    pub(super) announced: bool,
    /// PX: what the entry is, by the file type bits of its mode.
    pub(super) kind: Option<Kind>,
    /// NM gave (the start of) a name.
    pub(super) named: bool,
    /// Where the first NM lies that carries a name and is flagged as one for `.` or `..` too.
    pub(super) contradicted: Option<Location>,
    /// TF: where the first one lies with a date that is none, and how.
    pub(super) odd_date: Option<(Location, &'static str)>,
    /// RE: the directory is shown elsewhere, where a CL points to it.
    pub(super) relocated: bool,
    /// PL: the directory was relocated; this is its record for its parent.
    pub(super) parent: bool,
    /// CL: the record stands for the directory at this logical block.
    pub(super) child: Option<u32>,
    /// ZF, Z2 or SF: how the content is stored, and the size of what is read.
    pub(super) coding: Option<(Coding, u64)>,
    /// AL: extended attributes and ACLs.
    pub(super) attribute_list: AttributeList,
    /// The next component of the link follows a separator.
    separate: bool,
}

impl Marks {
    /// Takes `item` into `entry`. Signatures of other protocols are passed over.
    pub(super) fn take(&mut self, item: &SystemUseEntry<'_>, entry: &mut Entry) {
        let taken = match &item.signature {
            b"PX" => self.attributes(item, entry),
            b"NM" => self.name(item, entry),
            b"TF" => self.times(item, entry),
            b"SL" => self.link(item, entry),
            b"PN" => device(item, entry),
            b"CL" => item.both32(0).map(|block| self.child = Some(block)),
            b"PL" => {
                self.parent = true;
                Some(())
            }
            b"RE" => {
                self.relocated = true;
                Some(())
            }
            b"SF" => self.sparse(item),
            b"RR" => Some(()),
            b"ZF" | b"Z2" => zisofs::coding(item).map(|coding| self.coding = Some(coding)),
            b"AL" => {
                self.attribute_list.take(item.data);
                return;
            }
            b"ER" => {
                self.extension(item);
                return;
            }
            _ => return,
        };
        self.rock_ridge |= taken.is_some();
        if taken.is_none() {
            self.malformed = self.malformed.or(Some(item.at));
        }
    }

    /// PX (RRIP 4.1.1): mode, links, owner, group, and from 1.12 on a serial number.
    fn attributes(&mut self, item: &SystemUseEntry<'_>, entry: &mut Entry) -> Option<()> {
        let mode = item.both32(0)?;
        self.kind = Kind::from_mode(mode);
        let device = entry.posix.and_then(|posix| posix.device);
        entry.posix = Some(Posix {
            mode: mode & 0o7777,
            links: item.both32(8)?,
            uid: item.both32(16)?,
            gid: item.both32(24)?,
            serial: item.both32(32).filter(|serial| *serial != 0).map(u64::from),
            device,
        });
        Some(())
    }

    /// NM (RRIP 4.1.4): the name, or the next piece of it.
    fn name(&mut self, item: &SystemUseEntry<'_>, entry: &mut Entry) -> Option<()> {
        let flags = item.byte(0)?;
        let piece: &[u8] = match item.data.get(1..)? {
            [] if flags & flag::CURRENT != 0 => b".",
            [] if flags & flag::PARENT != 0 => b"..",
            // Some writers set the flag of `.` for every directory. The name says more.
            piece => {
                if flags & (flag::CURRENT | flag::PARENT) != 0 {
                    self.contradicted = self.contradicted.or(Some(item.at));
                }
                piece
            }
        };
        // A name of no bytes is how one writer hides a directory from Rock Ridge: the identifier stands.
        self.named |= !piece.is_empty();
        entry.name.extend_from_slice(piece);
        Some(())
    }

    /// SL (RRIP 4.1.3): components of a link target.
    fn link(&mut self, item: &SystemUseEntry<'_>, entry: &mut Entry) -> Option<()> {
        let mut rest = item.data.get(1..)?;
        while let [flags, length, tail @ ..] = rest {
            let text = tail.get(..usize::from(*length)).unwrap_or(tail);
            rest = tail.get(text.len()..).unwrap_or_default();
            if self.separate {
                entry.link.push(b'/');
            }
            let is_root = flags & (flag::ROOT | flag::VOLUME_ROOT) != 0;
            self.separate = flags & flag::CONTINUE == 0 && !is_root;
            entry.link.extend_from_slice(match *flags {
                flags if flags & flag::CURRENT != 0 => b".",
                flags if flags & flag::PARENT != 0 => b"..",
                _ if is_root => b"/",
                _ => text,
            });
        }
        Some(())
    }

    /// TF (RRIP 4.1.6): up to seven times, in a fixed order, each there when its flag is set.
    fn times(&mut self, item: &SystemUseEntry<'_>, entry: &mut Entry) -> Option<()> {
        let flags = item.byte(0)?;
        let times = &mut entry.times;
        let fields: [&mut Option<Time>; 7] = [
            &mut times.created,
            &mut times.modified,
            &mut times.accessed,
            &mut times.changed,
            &mut times.backed_up,
            &mut times.expires,
            &mut times.effective,
        ];
        let mut rest = item.data.get(1..)?;
        let mut odd = None;
        // Most files were modified and changed at the same time, and never read since.
        let mut last: Option<(&[u8; 7], Option<Time>)> = None;
        for (bit, field) in fields.into_iter().enumerate() {
            if flags & (1 << bit) == 0 {
                continue;
            }
            let (time, deviation);
            if flags & LONG_FORM != 0 {
                let date: &LongDate;
                (date, rest) = LongDate::ref_from_prefix(rest).ok()?;
                (time, deviation) = date.read();
            } else {
                let bytes;
                (bytes, rest) = rest.split_first_chunk()?;
                (time, deviation) = match last {
                    Some((same, time)) if same == bytes => (time, None),
                    _ => ShortDate::ref_from_bytes(bytes).ok()?.read(),
                };
                last = Some((bytes, time));
            }
            odd = odd.or(deviation);
            *field = time.or(*field);
        }
        self.odd_date = self.odd_date.or(odd.map(|odd| (item.at, odd)));
        Some(())
    }

    /// SF (RRIP 4.1.7): high and low half of the size and, from 1.12 on, the depth of the table; 1.10 has the low half alone.
    fn sparse(&mut self, item: &SystemUseEntry<'_>) -> Option<()> {
        let first = u64::from(item.both32(0)?);
        self.coding = Some(match item.both32(8) {
            Some(low) => (Coding::Sparse { depth: item.byte(16)? }, first << 32 | u64::from(low)),
            None => (Coding::Sparse { depth: 1 }, first),
        });
        Some(())
    }

    /// ER (SUSP 5.5): the extension in use.
    fn extension(&mut self, item: &SystemUseEntry<'_>) {
        let length = usize::from(item.byte(0).unwrap_or_default());
        let identifier = item.data.get(4..).and_then(|rest| rest.get(..length)).unwrap_or_default();
        let known = EXTENSION_IDENTIFIERS.contains(&identifier);
        self.announced |= known;
        self.rock_ridge |= known;
    }
}

/// PN (RRIP 4.1.2): a device number in two halves.
fn device(item: &SystemUseEntry<'_>, entry: &mut Entry) -> Option<()> {
    let (high, low) = (item.both32(0)?, item.both32(8)?);
    // A writer whose device numbers fit 32 bits leaves the high half 0 and records the number as its system composes
    // it: 12 bits of major above 8 of minor, or with 20 bits of minor.
    let number = if high == 0 && low > 0xff { (low >> 8, low & 0xff) } else { (high, low) };
    let posix = entry.posix.get_or_insert_default();
    posix.device = Some(number);
    Some(())
}
