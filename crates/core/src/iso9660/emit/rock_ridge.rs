//! Rock Ridge entries (RRIP 1.12; the 1.10 forms where they differ).

use super::dates;
use super::system_use::SystemUse;
use crate::iso9660::layout::ShortDate;
use crate::iso9660::plan::Rrip;
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

/// SL (RRIP 4.1.3): the target of a symbolic link by components. Repeated and trailing slashes cannot be recorded.
pub(super) fn link(to: &mut SystemUse, target: &[u8]) {
    const CURRENT: u8 = 1 << 1;
    const PARENT: u8 = 1 << 2;
    const ROOT: u8 = 1 << 3;
    let mut components: Vec<(u8, &[u8])> = Vec::new();
    if target.first() == Some(&b'/') {
        components.push((ROOT, b""));
    }
    for part in target.split(|byte| *byte == b'/').filter(|part| !part.is_empty()) {
        match part {
            b"." => components.push((CURRENT, b"")),
            b".." => components.push((PARENT, b"")),
            part => {
                let mut pieces = part.chunks(DATA - 2).peekable();
                while let Some(piece) = pieces.next() {
                    components.push((if pieces.peek().is_some() { CONTINUE } else { 0 }, piece));
                }
            }
        }
    }
    let mut entries: Vec<Vec<u8>> = vec![Vec::new()];
    for (flags, piece) in components {
        if entries.last().is_some_and(|entry| entry.len() + 2 + piece.len() > DATA) {
            entries.push(Vec::new());
        }
        let entry = entries.last_mut().expect("because there is always one");
        entry.extend_from_slice(&[flags, u8::try_from(piece.len()).expect("because pieces are cut to fit")]);
        entry.extend_from_slice(piece);
    }
    let count = entries.len();
    for (n, entry) in entries.iter().enumerate() {
        to.entry(b"SL", &[&[if n + 1 < count { CONTINUE } else { 0 }], entry]);
    }
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
