//! Files of other kinds that are given by mistake, or that hold an image among others.

use super::{Class, Row, row};

const fn file(marks: &'static [(u64, &'static [u8])], name: &'static str, advice: &'static str) -> Row {
    row(Class::File, marks, name, advice)
}

/// Known by their beginnings, named as file(1) does.
pub(super) const FILES: &[Row] = &[
    file(&[(257, b"ustar")], "a tar archive", "tar -tvf {}"),
    file(&[(0, b"070701")], "a cpio archive", "cpio -itv < {}"),
    file(&[(0, b"070702")], "a cpio archive", "cpio -itv < {}"),
    file(&[(0, b"070707")], "a cpio archive", "cpio -itv < {}"),
    file(&[(0, b"!<arch>\ndebian-binary")], "a Debian package", "dpkg-deb -c {}"),
    file(&[(0, b"!<arch>\n")], "an ar archive", "ar -tv {}"),
    file(&[(0, b"\xed\xab\xee\xdb")], "an RPM package", "rpm -qlp {}"),
    file(&[(0, b"Rar!\x1a\x07")], "a RAR archive", "7z l {}"),
    file(&[(0, b"\x5d\0\0"), (5, &[0xff; 8])], "lzma data", "xz -dk {}"),
    file(&[(0, b"\x5d\0\0"), (10, b"\0\0\0")], "lzma data", "xz -dk {}"),
    file(&[(0, b"LRZI")], "lrzip data", "lrzip -d {}"),
    file(&[(0, b"\x89LZO\0\r\n\x1a\n")], "lzop data", "lzop -d {}"),
    file(&[(0, b"MSCF\0\0\0\0")], "a Microsoft cabinet", "7z l {}"),
    file(&[(0, b"MSWIM\0\0\0")], "a Windows imaging file (WIM)", "wimdir {} 1"),
    file(&[(0, b"WLPWM\0\0\0")], "a Windows imaging file (WIM)", "wimdir {} 1"),
    file(&[(0, b"\x89PNG\r\n\x1a\n")], "a PNG image", ""),
    file(&[(0, b"\xff\xd8\xff")], "a JPEG image", ""),
    file(&[(0, b"GIF8")], "a GIF image", ""),
    file(&[(0, b"%PDF-")], "a PDF document", ""),
    file(&[(0, b"\x7fELF")], "an ELF program", ""),
    file(&[(514, b"HdrS")], "a Linux kernel", ""),
    file(&[(0, b"ANDROID!")], "an Android boot image", ""),
    file(&[(0, b"\x27\x05\x19\x56")], "a U-Boot image", ""),
    file(&[(0, b"\xd0\x0d\xfe\xed")], "a flattened device tree", ""),
    file(&[(0, b"d8:announce")], "a BitTorrent file", ""),
    file(&[(0, b"\0\0\x01\xba")], "an MPEG program stream", ""),
    file(&[(0, b"RIFF")], "a RIFF file, such as WAV or AVI", ""),
    file(&[(0, b"fLaC")], "FLAC audio", ""),
];
