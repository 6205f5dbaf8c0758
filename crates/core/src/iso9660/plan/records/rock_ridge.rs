//! Rock Ridge entries (RRIP 1.12; the 1.10 forms where they differ).

use super::system_use::SystemUse;
use crate::iso9660::layout::ShortDate;
use crate::iso9660::plan::dates;
use crate::iso9660::plan::options::Rrip;
use crate::number::Both32;
use crate::tree::Time;
use zerocopy::IntoBytes;

/// Bytes of data behind the flags of one NM, SL or AL entry.
pub(super) const DATA: usize = 250;

/// Flag of NM, SL and AL entries and of SL components: the next one continues this one (RRIP 4.1.3, 4.1.4).
pub(super) const CONTINUE: u8 = 1;

/// SP (SUSP 5.3): system use fields are in use; nothing is to be skipped in any record.
pub(super) fn system_use_protocol(to: &mut SystemUse) {
    to.entry(b"SP", &[&[0xbe, 0xef, 0]]);
}

/// ER (SUSP 5.5), with the texts that RRIP 4.3 demands.
pub(super) fn extension_reference(to: &mut SystemUse, version: Rrip) {
    let (identifier, descriptor, source): (&[u8], &[u8], &[u8]) = match version {
        Rrip::V1_12 => (
            b"IEEE_1282",
            b"THE IEEE 1282 PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS",
            b"PLEASE CONTACT THE IEEE STANDARDS DEPARTMENT, PISCATAWAY, NJ, USA FOR THE 1282 SPECIFICATION.",
        ),
        Rrip::V1_10 => (
            b"RRIP_1991A",
            b"THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS",
            b"PLEASE CONTACT DISC PUBLISHER FOR SPECIFICATION SOURCE.  SEE PUBLISHER IDENTIFIER IN PRIMARY VOLUME \
DESCRIPTOR FOR CONTACT INFORMATION.",
        ),
    };
    extension(to, identifier, descriptor, source);
}

/// ER (SUSP 5.5) for any extension, version 1.
pub(super) fn extension(to: &mut SystemUse, identifier: &[u8], descriptor: &[u8], source: &[u8]) {
    let length =
        |text: &[u8]| u8::try_from(text.len()).expect("because the texts are constants under 256 bytes");
    let lengths = [length(identifier), length(descriptor), length(source), 1];
    to.entry(b"ER", &[&lengths, identifier, descriptor, source]);
}

/// PX (RRIP 4.1.1): mode with the kind, links, owner, and from 1.12 on the serial number.
pub(super) fn posix(to: &mut SystemUse, mode: u32, links: u32, owner: (u32, u32), serial: Option<u32>) {
    let numbers = [mode, links, owner.0, owner.1].map(Both32::new);
    let serial = serial.map(Both32::new);
    to.entry(b"PX", &[numbers.as_bytes(), serial.as_slice().as_bytes()]);
}

/// TF (RRIP 4.1.6): modification, access and attribute change, in the 7-byte form if that can say all three.
pub(super) fn times(to: &mut SystemUse, times: [Time; 3]) {
    const MODIFY_ACCESS_ATTRIBUTES: u8 = 0b1110;
    const LONG_FORM: u8 = 0b1000_0000;
    match times.map(dates::short) {
        [Some(modified), Some(accessed), Some(changed)] => {
            let dates: [ShortDate; 3] = [modified, accessed, changed];
            to.entry(b"TF", &[&[MODIFY_ACCESS_ATTRIBUTES], dates.as_bytes()]);
        }
        _ => {
            let dates = times.map(|time| dates::long(Some(time)));
            to.entry(b"TF", &[&[MODIFY_ACCESS_ATTRIBUTES | LONG_FORM], dates.as_bytes()]);
        }
    }
}

/// ZF of zisofs version 1: `header` bytes before the block pointers, blocks of 2^`block_log2` bytes, `size` bytes decoded.
pub(super) fn zisofs(to: &mut SystemUse, header: u32, block_log2: u8, size: u64) {
    let words = u8::try_from(header / 4).unwrap_or(u8::MAX);
    let size = Both32::new(u32::try_from(size).unwrap_or(u32::MAX));
    to.entry(b"ZF", &[b"pz", &[words, block_log2], size.as_bytes()]);
}

/// NM (RRIP 4.1.4): the name, in as many entries as it takes.
pub(super) fn name(to: &mut SystemUse, name: &[u8]) {
    split(to, b"NM", name);
}

/// `data` in as many entries as it takes, all but the last flagged to continue.
pub(super) fn split(to: &mut SystemUse, signature: &[u8; 2], data: &[u8]) {
    let mut pieces = data.chunks(DATA).peekable();
    while let Some(piece) = pieces.next() {
        let flags = if pieces.peek().is_some() { CONTINUE } else { 0 };
        to.entry(signature, &[&[flags], piece]);
    }
}

/// SL (RRIP 4.1.3): the target of a symbolic link by components. A slash beyond the one that divides two components is a root
/// of its own, as genisoimage and xorriso have it, and the one at the end stands before a component without a name.
///
/// Where a target needs several entries, each but the last ends within a component. libarchive forgets the slash
/// between entries that end with a whole one; the standard and all other readers agree on a component in two parts.
pub(super) fn link(to: &mut SystemUse, target: &[u8]) {
    let components = components(target);
    let mut entries: Vec<Vec<u8>> = Vec::new();
    let mut entry = Vec::new();
    let count = components.len();
    for (n, (flags, mut text)) in (1..).zip(components) {
        loop {
            // Room for this component, and behind it for the least part of the next one.
            let reserve = if n < count { component::HEADER } else { 0 };
            let room = DATA - component::HEADER - entry.len();
            if text.len() + reserve <= room {
                push_component(&mut entry, flags, text);
                break;
            }
            let (part, rest) = text.split_at(text.len().saturating_sub(1).min(room));
            push_component(&mut entry, CONTINUE, part);
            entries.push(std::mem::take(&mut entry));
            text = rest;
        }
    }
    for full in entries {
        to.entry(b"SL", &[&[CONTINUE], &full]);
    }
    to.entry(b"SL", &[&[0], &entry]);
}

/// The flags and the text of each component of a `target`.
fn components(target: &[u8]) -> Vec<(u8, &[u8])> {
    let mut components: Vec<(u8, &[u8])> = Vec::new();
    let mut runs = target.chunk_by(|one, other| (*one == b'/') == (*other == b'/')).peekable();
    while let Some(run) = runs.next() {
        match run {
            b"." => components.push((component::CURRENT, b"")),
            b".." => components.push((component::PARENT, b"")),
            b"/" if !components.is_empty() && runs.peek().is_none() => components.push((0, b"")),
            [b'/', further @ ..] => {
                let roots = further.len() + usize::from(components.is_empty());
                components.extend(std::iter::repeat_n((component::ROOT, &b""[..]), roots));
            }
            name => components.push((0, name)),
        }
    }
    components
}

/// Components of an SL entry (RRIP 4.1.3.1).
mod component {
    /// Bytes before the text: flags and length.
    pub(super) const HEADER: usize = 2;
    /// `.`
    pub(super) const CURRENT: u8 = 1 << 1;
    /// `..`
    pub(super) const PARENT: u8 = 1 << 2;
    /// The root, at the start of an absolute target.
    pub(super) const ROOT: u8 = 1 << 3;
}

fn push_component(entry: &mut Vec<u8>, flags: u8, text: &[u8]) {
    let length = u8::try_from(text.len()).expect("because a component is cut to what fits into an entry");
    entry.extend_from_slice(&[flags, length]);
    entry.extend_from_slice(text);
}

/// PN (RRIP 4.1.2): the device number. Linux reads major and minor out of one half when the other is 0, and libarchive
/// joins the halves to a `dev_t`: numbers that fit are written so that both see the same.
pub(super) fn device(to: &mut SystemUse, (major, minor): (u32, u32)) {
    let halves = if major <= 0xfff && minor <= 0xff { [0, major << 8 | minor] } else { [major, minor] };
    to.entry(b"PN", &[halves.map(Both32::new).as_bytes()]);
}

/// CL (RRIP 4.1.5.1): where the directory that belongs here was relocated to.
pub(super) fn child_link(to: &mut SystemUse, sector: u32) {
    to.entry(b"CL", &[Both32::new(sector).as_bytes()]);
}

/// PL (RRIP 4.1.5.2): where the parent of a relocated directory is.
pub(super) fn parent_link(to: &mut SystemUse, sector: u32) {
    to.entry(b"PL", &[Both32::new(sector).as_bytes()]);
}

/// RE (RRIP 4.1.5.3): the directory does not belong here.
pub(super) fn relocated(to: &mut SystemUse) {
    to.entry(b"RE", &[]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts a target together again, as the standard says, and as libarchive does.
    fn read(to: &SystemUse) -> [Vec<u8>; 2] {
        [true, false].map(|standard| {
            let (mut target, mut slash) = (Vec::new(), false);
            for entry in to.entries() {
                assert!(entry.len() <= 255);
                let mut rest = &entry[5..];
                slash &= standard;
                while let [flags, length, after @ ..] = rest {
                    let (text, next) = after.split_at(usize::from(*length));
                    if slash {
                        target.push(b'/');
                    }
                    match *flags {
                        component::CURRENT => target.push(b'.'),
                        component::PARENT => target.extend_from_slice(b".."),
                        component::ROOT => target.push(b'/'),
                        _ => target.extend_from_slice(text),
                    }
                    slash = *flags & (CONTINUE | component::ROOT) == 0;
                    rest = next;
                }
            }
            target
        })
    }

    #[test]
    fn targets_of_any_length_are_read_back_with_all_slashes() {
        let mut to = SystemUse::default();
        let ends =
            [("", "end"), ("/", "end"), ("../", "end"), ("//", "end"), ("", ""), ("", "/"), ("//", "//")];
        for (prefix, end) in ends {
            for part in ["..", "x", "ab", "component", ".", "a/", "//", &"n".repeat(247), &"n".repeat(255)] {
                for count in 1..140 {
                    let target = format!("{prefix}{}{end}", format!("{part}/").repeat(count));
                    to.clear();
                    link(&mut to, target.as_bytes());
                    for read in read(&to) {
                        assert_eq!(String::from_utf8_lossy(&read), target);
                    }
                }
            }
        }
    }

    #[test]
    fn the_plainest_targets() {
        for (target, data) in [
            ("a", &b"\0\x01a"[..]),
            ("/", b"\x08\0"),
            (".", b"\x02\0"),
            // As genisoimage and xorriso have them.
            (".///file", b"\x02\0\x08\0\x08\0\0\x04file"),
            ("///", b"\x08\0\x08\0\x08\0"),
            ("//x", b"\x08\0\x08\0\0\x01x"),
            ("a//..//", b"\0\x01a\x08\0\x04\0\x08\0"),
            // Both lose the last slash.
            ("a/", b"\0\x01a\0\0"),
        ] {
            let mut to = SystemUse::default();
            link(&mut to, target.as_bytes());
            let entries: Vec<&[u8]> = to.entries().collect();
            let length = u8::try_from(5 + data.len()).expect("small");
            assert_eq!(entries, [[b"SL", &[length, 1, 0][..], data].concat()]);
        }
    }

    #[test]
    fn times_take_the_long_form_only_when_they_must() {
        let now = Time { seconds: 1_700_000_000, nanoseconds: 5 };
        let late = Time { seconds: 6_000_000_000, nanoseconds: 0 };
        for (accessed, length) in [(now, 26), (late, 56)] {
            let mut to = SystemUse::default();
            times(&mut to, [now, accessed, now]);
            assert_eq!(to.entries().next().map(<[u8]>::len), Some(length));
        }
    }
}
