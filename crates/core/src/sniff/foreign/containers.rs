//! What holds a disk or a disc in a form of its own, so that an image is inside and cannot be read from outside.

use super::{Class, Row, row};

const QEMU: &str = "qemu-img convert -O raw {} {stem}.img";
const IAT: &str = "iat {} {stem}.iso";

const fn container(marks: &'static [(u64, &'static [u8])], name: &'static str, advice: &'static str) -> Row {
    row(Class::Container, marks, name, advice)
}

/// Known by their beginnings.
pub(super) const CONTAINERS: &[Row] = &[
    container(&[(0, b"QFI\xfb\0\0\0\x01")], "a QEMU qcow disk image", QEMU),
    container(&[(0, b"QFI\xfb\0\0\0")], "a QEMU qcow2 disk image", QEMU),
    container(&[(0, b"QED\0")], "a QEMU QED disk image", QEMU),
    container(&[(0, b"KDMV")], "a VMDK disk image", QEMU),
    container(&[(0, b"COWD")], "a VMDK disk image", QEMU),
    container(&[(0, b"# Disk DescriptorFile")], "a VMDK descriptor", QEMU),
    container(&[(0, b"conectix")], "a VHD disk image", QEMU),
    container(&[(0, b"vhdxfile")], "a VHDX disk image", QEMU),
    container(&[(64, b"\x7f\x10\xda\xbe")], "a VirtualBox disk image (VDI)", QEMU),
    container(&[(0, b"WithoutFreeSpace")], "a Parallels disk image", QEMU),
    container(&[(0, b"WithouFreSpacExt")], "a Parallels disk image", QEMU),
    container(&[(0, b"Bochs Virtual HD Image")], "a Bochs disk image", QEMU),
    container(&[(0, b"encrcdsa")], "an encrypted Apple disk image", ""),
    container(&[(0, b"sprs")], "an Apple sparse disk image", ""),
    container(
        &[(0, b"EVF\x09\x0d\x0a\xff\0")],
        "an EnCase disk image (E01)",
        "ewfexport -u -f raw -t {stem} {}",
    ),
    container(&[(0, b"EVF2\x0d\x0a\x81")], "an EnCase disk image (Ex01)", "ewfexport -u -f raw -t {stem} {}"),
    container(&[(0, b"LVF\x09\x0d\x0a\xff\0")], "an EnCase logical evidence file (L01)", ""),
    container(&[(0, b"AFF10\x0d\x0a\0")], "an Advanced Forensic Format disk image", "affconvert -r {}"),
    container(&[(0, b"DAA\0\0\0\0\0")], "a PowerISO image (DAA)", "daa2iso {} {stem}.iso"),
    container(&[(0, b"GBI\0\0\0\0\0")], "a gBurner image (GBI)", "daa2iso {} {stem}.iso"),
    container(&[(0, b"IsZ!")], "an UltraISO image (ISZ)", ""),
    container(&[(0, b"CISO")], "a compressed ISO image (CSO)", "maxcso --decompress {}"),
    container(&[(0, b"ZISO")], "a compressed ISO image (ZSO)", "maxcso --decompress {}"),
    container(&[(0, b"DAX\0")], "a compressed ISO image (DAX)", "maxcso --decompress {}"),
    container(&[(0, b"\x3a\xff\x26\xed\x01\0")], "an Android sparse image", "simg2img {} {stem}.img"),
    container(&[(0, b"#!/bin/sh\n#V2.0 Format\n")], "a cloop image", "extract_compressed_fs {} {stem}.iso"),
    container(&[(0, b"\x37\xe4\x53\x96\xc9\xdb\xd6\x07")], "a zisofs file", ""),
    container(&[(0, b"MEDIA DESCRIPTOR")], "an Alcohol 120% descriptor (MDS)", "iat {stem}.mdf {stem}.iso"),
    container(&[(0, b"BWT5 STREAM SIGN")], "a BlindWrite descriptor (B5T)", "iat {stem}.b5i {stem}.iso"),
    container(&[(0, b"[CloneCD]")], "a CloneCD control file (CCD)", "ccd2iso {stem}.img {stem}.iso"),
    container(&[(0, b"WBFS")], "a Wii disc image (WBFS)", ""),
    container(&[(0, b"RVZ\x01")], "a GameCube or Wii disc image (RVZ)", ""),
    container(&[(0, b"WIA\x01")], "a GameCube or Wii disc image (WIA)", ""),
    container(&[(0, b"\x01\xc0\x0b\xb1")], "a GameCube disc image (GCZ)", ""),
    container(&[(0, b"JigsawDownload template")], "a jigdo template", ""),
];

/// Known by their ends, so many bytes before it.
pub(super) const TRAILERS: &[Row] = &[
    container(&[(512, b"koly\0\0\0\x04")], "an Apple disk image (UDIF)", "dmg2img {} {stem}.img"),
    container(&[(512, b"conectix")], "a VHD disk image of fixed size", ""),
    container(&[(12, b"NER5")], "a Nero disc image (NRG)", IAT),
    container(&[(8, b"NERO")], "a Nero disc image (NRG)", IAT),
    container(&[(8, b"\x04\0\0\x80")], "a DiscJuggler image (CDI)", IAT),
    container(&[(8, b"\x05\0\0\x80")], "a DiscJuggler image (CDI)", IAT),
    container(&[(8, b"\x06\0\0\x80")], "a DiscJuggler image (CDI)", IAT),
];
