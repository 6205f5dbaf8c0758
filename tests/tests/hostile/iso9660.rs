//! Broken, crafted and trap images of the corpus: what is shown of them, what is an error, what is a finding.

use isokit_core::error::Result;
use isokit_core::iso9660::{Image, Names, Options, TreeKind};
use isokit_core::source::{Memory, Pipe, Source};
use isokit_core::tree::content::Content;
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Entry, Kind, Tree};
use std::io::Cursor;
use std::path::Path;

/// What a whole reading of an image came to.
#[derive(Debug, Default)]
struct Reading {
    paths: Vec<String>,
    failures: Vec<String>,
    findings: Vec<String>,
}

struct Reader<'a> {
    source: &'a dyn Source,
    reading: Reading,
}

impl Visitor for Reader<'_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.reading.paths.push(path.escape_ascii().to_string());
        if entry.kind == Kind::File {
            let copied = Content::open(self.source, entry)
                .and_then(|mut content| content.copy(0..1 << 22, &mut |_| Ok(())));
            if let Err(error) = copied {
                self.failure(path, error)?;
            }
        }
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], error: isokit_core::Error) -> Result<()> {
        self.reading.failures.push(format!("{}: {error}", path.escape_ascii()));
        Ok(())
    }
}

/// Lists the tree and reads every content; `Err` when the image cannot be opened.
fn read(source: &dyn Source, names: Names) -> Result<Reading, String> {
    let image = Image::open(source, &Options { names, session: None }).map_err(|error| error.to_string())?;
    let mut reader = Reader { source, reading: Reading::default() };
    let root = image.tree().root().map_err(|error| error.to_string())?;
    walk(image.tree(), &root, b"", &mut reader).expect("a reader returns no error");
    reader.reading.findings = image.take_findings().iter().map(ToString::to_string).collect();
    Ok(reader.reading)
}

/// Of one image: how many entries, and what a failure and a finding say, if there is one.
type Case = (&'static str, usize, Option<&'static str>, Option<&'static str>);

const CASES: &[Case] = &[
    ("clamav-iso_no_joliet.logo.iso", 1, None, Some("richer trees are empty, this one is not")),
    (
        "corkami-mini-iso.iso",
        1,
        None,
        Some("one of its dates does not exist in the calendar; treated as not recorded"),
    ),
    ("corkami-mitra-iso.iso", 1, None, Some("the volume space ends at byte 0x57800, the image at 0xc800")),
    ("grub-iso9660_ce_loop.iso", 1, None, Some("leads back to a place already visited")),
    ("grub-iso9660_ce_loop2.iso", 1, None, Some("leads back to a place already visited")),
    ("grub-iso9660_early_ce.iso", 1, None, None),
    ("isolyzer-iso9660_hfs_part_wrongblksize.iso", 2, None, None),
    ("isolyzer-iso9660_roxioecc.iso", 2, None, Some("contents lie beyond the end of the volume space")),
    (
        "isolyzer-iso9660_trunc.iso",
        0,
        Some("byte 0xe800 (sector 29): image: ends at byte 0xc005 (sector 24)"),
        Some("the volume space ends at byte 0x6c000, the image at 0xc005"),
    ),
    ("libarchive-test_fuzz_1.iso", 203, None, None),
    ("libarchive-test_read_format_iso_joliet_utf16be_overflow.iso", 6, None, None),
    (
        "libarchive-test_read_format_iso_rockridge_ce_loop.iso",
        7,
        None,
        Some("leads back to a place already visited"),
    ),
    (
        "libarchive-test_read_format_iso_rockridge_zf_overflow.iso",
        1,
        Some("number of directory records is 0, expected at least 2"),
        Some("shorter than its kind requires"),
    ),
    (
        "libarchive-test_read_format_iso_zisofs_overflow.iso",
        1,
        Some("zisofs file header: log2 of block size is 2, expected 12 to 22"),
        None,
    ),
    (
        "libcdio-bad-dir.iso",
        0,
        Some("number of directory records is 0, expected at least 2"),
        Some("the volume space ends at byte 0x57000"),
    ),
    (
        "libcdio-malformed2.iso",
        3,
        Some("length of directory record is 2, expected 34 to 255"),
        Some("the volume space ends at byte 0xd000"),
    ),
    ("made-bsd-02-zisofs-broken-writer.iso", 13, Some("zisofs block: zlib data is damaged"), None),
    ("px-serial-zero-UdfTestWithMultiSystem.iso", 5, None, None),
    (
        "radare2-r2_grub_iso9660_crash",
        0,
        Some("length of file identifier is 244, expected 1 to 211"),
        Some("the volume space ends at byte 0x107800"),
    ),
];

/// Images that are refused, and why.
const REFUSED: &[(&str, &str)] = &[
    ("corkami-mock-iso9660.bin", "volume descriptor: truncated: 2048 bytes needed, 6 there"),
    ("isolyzer-iso9660_nopvd.iso", "volume descriptor: truncated: 2048 bytes needed, 92 there"),
    (
        "kde-ark-archlinux-2015.09.01-dual_truncated.iso",
        "it ends at byte 0x100, its first volume descriptor would be at byte 0x8000",
    ),
    (
        "kde-ark-kubuntu-14.04.1-desktop-amd64_truncated.iso",
        "it ends at byte 0x100, its first volume descriptor would be at byte 0x8000",
    ),
    ("libcdio-malformed.iso", "logical block size is 12336, expected 2048, 1024 or 512"),
    ("radare2-hfs-oobread.img", "an HFS file system, not an ISO 9660 or UDF image"),
    ("syzkaller-udf_26-unreadable.img", "identifier is \"BEA01\", expected \"CD001\""),
    ("xdg-bug106330.iso", "only zero bytes, not an ISO 9660 or UDF image"),
];

#[test]
fn every_hostile_image_ends_as_it_should() {
    let Some(corpus) = isokit_tests::corpus() else { return };
    let mut report = Vec::new();
    for (name, entries, failure, finding) in CASES {
        let Ok(bytes) = std::fs::read(corpus.join("hostile").join(name)) else { continue };
        let matches = |texts: &[String], want: &Option<&str>| match want {
            Some(want) => texts.iter().any(|text| text.contains(want)),
            None => texts.is_empty(),
        };
        match read(&Memory(bytes), Names::Auto) {
            Ok(reading)
                if reading.paths.len() == *entries
                    && matches(&reading.failures, failure)
                    && matches(&reading.findings, finding) => {}
            other => report.push(format!("{name}: {other:?}")),
        }
    }
    for (name, why) in REFUSED {
        let Ok(bytes) = std::fs::read(corpus.join("hostile").join(name)) else { continue };
        match read(&Memory(bytes), Names::Auto) {
            Err(message) if message.contains(why) => {}
            other => report.push(format!("{name}: {other:?}")),
        }
    }
    assert!(report.is_empty(), "{}", report.join("\n"));
}

#[test]
fn no_image_of_the_corpus_stops_a_reader() {
    let Some(corpus) = isokit_tests::corpus() else { return };
    let mut seen = 0;
    let mut folders = vec![corpus];
    while let Some(folder) = folders.pop() {
        for found in std::fs::read_dir(&folder).expect("a folder") {
            let path = found.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.metadata().is_ok_and(|data| data.len() < 8 << 20) {
                seen += usize::from(every_tree(&path));
            }
        }
    }
    assert!(seen > 150, "{seen} images were opened");
}

/// Reads every tree of the file at `path`, at random and as a pipe; whether it is an image.
fn every_tree(path: &Path) -> bool {
    let bytes = std::fs::read(path).expect("a file of the corpus");
    let memory = Memory(&bytes);
    let trees = [
        Names::Auto,
        Names::Only(TreeKind::Plain),
        Names::Only(TreeKind::Joliet),
        Names::Only(TreeKind::Enhanced),
    ];
    let opened = trees.map(|names| read(&memory, names).is_ok());
    let pipe = Pipe::new(Cursor::new(bytes), std::env::temp_dir());
    assert_eq!(
        read(&pipe, Names::Auto).is_ok(),
        opened[0],
        "{}: a pipe is read otherwise than a file",
        path.display()
    );
    opened[0]
}
