//! What is not an image is named, whatever is asked of it and whichever way it comes, and nothing is made up about it.

use isokit_tests::{output, tool};
use std::path::Path;
use std::process::{Output, Stdio};

/// Names of files, how they begin, and what they are. None of them is a disk.
const FOREIGN: &[(&str, &[u8], &str)] = &[
    (
        "q.qcow2",
        b"QFI\xfb\0\0\0\x03",
        "a QEMU qcow2 disk image, not an ISO 9660 or UDF image; try: qemu-img convert -O raw q.qcow2 q.img",
    ),
    (
        "v.vmdk",
        b"KDMV\x01",
        "a VMDK disk image, not an ISO 9660 or UDF image; try: qemu-img convert -O raw v.vmdk v.img",
    ),
    (
        "c.chd",
        b"MComprHD",
        "a CHD image of a CD, not an ISO 9660 or UDF image; try: chdman extractcd -i c.chd -o c.cue -ob c.bin",
    ),
    (
        "r.bin",
        b"\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\x02\0\x01",
        "raw CD sectors (mode 1), not an ISO 9660 or UDF image; try: iat r.bin r.iso",
    ),
    (
        "s.squashfs",
        b"hsqs",
        "a Squashfs file system, not an ISO 9660 or UDF image; try: unsquashfs -ll s.squashfs",
    ),
    ("e.elf", b"\x7fELF\x02", "an ELF program, not an ISO 9660 or UDF image"),
    ("zeros", b"", "only zero bytes up to byte 0x10000, not an ISO 9660 or UDF image"),
    (
        "random",
        b"\xd7\x1e\x93",
        "not an ISO 9660 or UDF image: byte 0x8001 (sector 16): volume descriptor: identifier is \
         \"\\x00\\x00\\x00\\x00\\x00\", expected \"CD001\"",
    ),
];

/// Calls of each tool that ask for something of an image.
const ASKED: &[&[&str]] = &[
    &["isols"],
    &["isols", "--boot"],
    &["isols", "--boot", "--json"],
    &["isols", "--check"],
    &["isols", "--volume"],
    &["isols", "--volume", "--json"],
    &["isols", "--sessions"],
    &["isols", "--sessions", "--json"],
    &["isols", "--names", "udf"],
    &["isocat", "--tar"],
    &["isocat", "--boot", "1"],
    &["isocat", "--boot-catalog"],
    &["isocat", "--system-area"],
    &["imgsum", "--files"],
    &["imgsum", "--volume"],
];

fn asked(words: &[&str], folder: &Path, operand: &str) -> Output {
    let (name, arguments) = words.split_first().expect("a tool");
    output(tool(name).args(arguments).arg(operand).current_dir(folder))
}

fn piped(words: &[&str], folder: &Path, operand: &str) -> Output {
    let (name, arguments) = words.split_first().expect("a tool");
    let mut cat = std::process::Command::new("cat");
    let mut cat = cat.arg(folder.join(operand)).stdout(Stdio::piped()).spawn().expect("cat runs");
    let input = cat.stdout.take().expect("a pipe");
    let said = output(tool(name).args(arguments).arg("-").stdin(input));
    cat.wait().expect("cat ends");
    said
}

#[test]
fn what_is_not_a_disk_is_named_and_nothing_is_said_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, beginning, sentence) in FOREIGN {
        let mut bytes = beginning.to_vec();
        bytes.resize(100_000, 0);
        std::fs::write(folder.path().join(name), bytes).expect("room");
        for words in ASKED {
            let said = asked(words, folder.path(), name);
            let tool = words[0];
            assert_eq!(
                String::from_utf8_lossy(&said.stderr),
                format!("{tool}: {name}: {sentence}\n"),
                "{words:?}"
            );
            assert_eq!((said.status.code(), &*said.stdout), (Some(2), &b""[..]), "{words:?} {name}");
            let said = piped(words, folder.path(), name);
            let start = sentence.split("; try").next().expect("a sentence");
            let error = String::from_utf8_lossy(&said.stderr);
            assert!(error.starts_with(&format!("{tool}: standard input: {start}")), "{words:?}: {error}");
            assert_eq!((said.status.code(), &*said.stdout), (Some(2), &b""[..]), "{words:?} < {name}");
        }
    }
}

/// A disk with a partition of 64 KiB, and one from byte 131,072 on that holds `content`.
fn disk(content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 131_072];
    for (entry, start, sectors) in
        [(446, 128_u32, 64_u32), (462, 256, u32::try_from(content.len() / 512).expect("small"))]
    {
        bytes[entry + 4] = 0x83;
        bytes[entry + 8..entry + 12].copy_from_slice(&start.to_le_bytes());
        bytes[entry + 12..entry + 16].copy_from_slice(&sectors.to_le_bytes());
    }
    bytes[510..512].copy_from_slice(b"\x55\xaa");
    bytes.extend(content);
    bytes
}

#[test]
fn a_disk_is_looked_at_and_its_partition_with_a_volume_is_pointed_at() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), "content").expect("room");
    for (options, volume) in [(&[][..], "an ISO 9660 volume"), (&["--format", "udf"], "a UDF volume")] {
        let made = output(tool("isomk").args(options).args(["-o", "v", "file"]).current_dir(folder.path()));
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let content = std::fs::read(folder.path().join("v")).expect("made");
        std::fs::write(folder.path().join("d.img"), disk(&content)).expect("room");
        for (words, call) in [
            (&["isols", "-R"][..], "isols --part mbr:2 -R d.img"),
            (&["isols", "--volume"], "isols --part mbr:2 --volume d.img"),
            (&["isocat", "--tar"], "isocat --part mbr:2 --tar d.img"),
            (&["imgsum", "--files"], "imgsum --part mbr:2 --files d.img"),
        ] {
            let said = asked(words, folder.path(), "d.img");
            let want = format!(
                "{}: d.img: a disk with partitions (MBR), not an ISO 9660 or UDF image; its partition mbr:2 holds \
                 {volume}; try: {call}\n",
                words[0]
            );
            assert_eq!(String::from_utf8_lossy(&said.stderr), want);
            assert_eq!((said.status.code(), &*said.stdout), (Some(2), &b""[..]), "{words:?}");
            // What is advised works.
            let advised = call.split(' ').collect::<Vec<_>>();
            let (operand, words) = advised.split_last().expect("a call");
            let said = asked(words, folder.path(), operand);
            assert_eq!((said.status.code(), &*said.stderr), (Some(0), &b""[..]), "{call}");
        }
        let said = asked(&["isols", "--boot"], folder.path(), "d.img");
        assert_eq!(said.status.code(), Some(0));
        assert!(String::from_utf8_lossy(&said.stdout).contains("mbr: id 00000000, blocks of 512 bytes"));
    }
}

#[test]
fn a_disk_without_a_volume_points_at_what_can_be_seen_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("d.img"), disk(&[0xa5; 100_352])).expect("room");
    for words in [&["isols"][..], &["isols", "--volume"], &["isols", "--sessions"], &["isocat", "--tar"]] {
        let said = asked(words, folder.path(), "d.img");
        let want = format!(
            "{}: d.img: a disk with partitions (MBR), not an ISO 9660 or UDF image; try: isols --boot d.img\n",
            words[0]
        );
        assert_eq!((said.status.code(), String::from_utf8_lossy(&said.stderr).into_owned()), (Some(2), want));
    }
    for (words, length) in [(&["isocat", "--system-area"][..], 32_768), (&["isocat", "--part", "2"], 100_352)]
    {
        let said = asked(words, folder.path(), "d.img");
        assert_eq!((said.status.code(), said.stdout.len()), (Some(0), length), "{words:?}");
        let said = piped(words, folder.path(), "d.img");
        assert_eq!((said.status.code(), said.stdout.len()), (Some(0), length), "{words:?}");
    }
    let said = asked(&["isols", "--boot"], folder.path(), "d.img");
    assert_eq!((said.status.code(), &*said.stderr), (Some(0), &b""[..]));
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(text.contains("mbr:") && text.contains("el torito: none"), "{text}");
}

#[test]
fn an_image_cut_in_its_first_descriptor_is_cut_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), "content").expect("room");
    for (options, size, want) in [
        (
            &[][..],
            34_000,
            "byte 0x8000 (sector 16): volume descriptor: truncated: 2048 bytes needed, 1232 there",
        ),
        (
            &["--format", "udf"],
            34_000,
            "byte 0x84d0 (sector 16): image: ends here; 97584 more bytes are needed",
        ),
    ] {
        let made = output(tool("isomk").args(options).args(["-o", "v", "file"]).current_dir(folder.path()));
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let content = std::fs::read(folder.path().join("v")).expect("made");
        std::fs::write(folder.path().join("cut"), &content[..size]).expect("room");
        for words in ASKED.iter().filter(|words| !words.contains(&"--system-area") && !words.contains(&"udf"))
        {
            let said = asked(words, folder.path(), "cut");
            assert_eq!(
                String::from_utf8_lossy(&said.stderr),
                format!("{}: cut: {want}\n", words[0]),
                "{words:?}"
            );
            assert_eq!((said.status.code(), &*said.stdout), (Some(2), &b""[..]), "{words:?}");
        }
    }
}
