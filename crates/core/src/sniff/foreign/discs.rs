//! Optical discs that hold neither ISO 9660 nor UDF, and sectors of CDs with more than user data.

use super::{Class, Row, row};

const fn disc(marks: &'static [(u64, &'static [u8])], name: &'static str, advice: &'static str) -> Row {
    row(Class::Container, marks, name, advice)
}

const XBOX: &[u8] = b"MICROSOFT*XBOX*MEDIA";
const XISO: &str = "extract-xiso -l {}";

/// Known by their beginnings. What a game partition begins with comes 32 sectors behind its start.
pub(super) const DISCS: &[Row] = &[
    disc(&[(16 * 2336 + 8, b"\x01CD001\x01")], "a CD image with sectors of 2336 bytes", "iat {} {stem}.iso"),
    disc(&[(16 * 2056 + 8, b"\x01CD001\x01")], "a CD image with sectors of 2056 bytes", "iat {} {stem}.iso"),
    disc(&[(0, b"\x01ZZZZZ\x01")], "a 3DO disc (Opera file system)", ""),
    disc(&[(0x1_0000, XBOX)], "an Xbox disc (XDVDFS)", XISO),
    disc(&[(0x0209_0000, XBOX)], "an Xbox 360 disc (XDVDFS)", XISO),
    disc(&[(0x0fda_0000, XBOX)], "an Xbox 360 disc (XDVDFS)", XISO),
    disc(&[(0x1831_0000, XBOX)], "an Xbox disc (XDVDFS)", XISO),
    disc(&[(0x1c, b"\xc2\x33\x9f\x3d")], "a GameCube disc", ""),
    disc(&[(0x18, b"\x5d\x1c\x9e\xa3")], "a Wii disc", ""),
    disc(&[(32_769, b"CD-I ")], "a CD-i disc", ""),
];
