//! Volumes of every kind: at the limits of the format, of each type, size and cluster size.

use crate::material::{DIRECTORY, FILE, Origin, Shape, Source, TIME, bytes, nothing, put, put_zeros};
use isokit_core::fat::FatType;
use isokit_core::fat::plan::{Options, Size};
use isokit_core::tree::build::File;
use isokit_core::tree::{Kind, Time};

const MIB: u64 = 1 << 20;

fn shape(name: impl Into<String>, source: Source, options: Options) -> Shape {
    Shape { name: name.into(), source, options }
}

fn exactly(size: u64) -> Options {
    Options { size: Size::Exactly(size), ..Options::default() }
}

fn of_type(fat_type: FatType) -> Options {
    Options { fat_type: Some(fat_type), ..Options::default() }
}

fn clusters_of(cluster_size: u32) -> Options {
    Options { cluster_size: Some(cluster_size), ..Options::default() }
}

/// What an EFI system partition has.
fn efi() -> Source {
    let mut source = nothing();
    put(&mut source, "EFI/BOOT/BOOTX64.EFI", 140_000);
    put(&mut source, "EFI/BOOT/grubx64.efi", 260_001);
    put(&mut source, "EFI/debian/grub.cfg", 117);
    put(&mut source, "startup.nsh", 20);
    put(&mut source, "loader/entries/Fedora 41 (Workstation).conf", 300);
    source.put("empty file.txt", &FILE).expect("legal");
    source.put("Empty", &DIRECTORY).expect("legal");
    source
}

/// Names of every form.
fn names() -> Source {
    let mut source = nothing();
    let named = |name: &str| put_at(name);
    let mut all: Vec<(String, usize)> =
        ["A", "b", "Cd", "12345678.123", "lower.txt", "UPPER.txt", "small.TXT", "Mixed.Txt"]
            .iter()
            .chain(&[
                "nine-char",
                "a.html",
                ".hidden",
                "..two",
                "a.b.c.d",
                "no ext",
                " leading",
                "a+b,c;d=e[f]",
            ])
            .chain(&[
                "~",
                "FOO~1.TXT",
                "foo bar.txt",
                "foo baz.txt",
                "x.",
                "CON",
                "é",
                "Ärger.txt",
                "日本語.txt",
                "Ж",
            ])
            .filter(|name| !name.ends_with('.'))
            .map(|name| named(name))
            .collect();
    // 13 units fill a part of a long name; one more needs another.
    all.extend(
        [12, 13, 14, 25, 26, 27, 254, 255]
            .map(|units| named(&"long name of units ".repeat(14)[..units].replace(' ', "_"))),
    );
    for (name, size) in all {
        put(&mut source, &format!("names/{name}"), size);
    }
    source
}

fn put_at(name: &str) -> (String, usize) {
    (name.to_owned(), name.len() * 7)
}

/// `count` files whose short names are the same but for the number.
fn alike(count: usize, folder: &str) -> Source {
    let mut source = nothing();
    for n in 0..count {
        put(&mut source, &format!("{folder}Many files that are alike {n}.text"), n % 700);
    }
    source
}

/// `count` files with names of one entry.
fn short(count: usize, folder: &str) -> Source {
    let mut source = nothing();
    for n in 0..count {
        put(&mut source, &format!("{folder}F{n}.BIN"), n % 3);
    }
    source
}

/// Files of `unit` bytes, and a byte more and less.
fn around(unit: usize) -> Source {
    let mut source = nothing();
    for size in [unit - 1, unit, unit + 1, 2 * unit - 1, 2 * unit, 2 * unit + 1, 1, 7 * unit] {
        put(&mut source, &format!("{size}"), size);
    }
    source
}

fn one(size: u64) -> Source {
    let mut source = nothing();
    put_zeros(&mut source, "ZEROS", size);
    source
}

/// The fewest and the most clusters of each type, by the sectors of such volumes with clusters of a sector; empty, and full to
/// the last cluster.
fn boundaries() -> Vec<Shape> {
    let counted = [
        ("fewest of FAT12", 1, 36),
        ("most of FAT12", 4084, 4141),
        ("fewest of FAT16", 4085, 4150),
        ("most of FAT16", 65_524, 66_069),
        ("fewest of FAT32", 65_525, 66_581),
    ];
    let mut all = Vec::new();
    for (name, clusters, sectors) in counted {
        let options = Options { cluster_size: Some(512), ..exactly(sectors * 512) };
        all.push(shape(name, nothing(), options.clone()));
        let root = if name.ends_with("32") { 1 } else { 0 };
        all.push(shape(format!("{name}, full"), one((clusters - root) * 512), options));
    }
    all
}

fn sizes() -> Vec<Shape> {
    let mut all: Vec<Shape> =
        [1_474_560, 2_949_120, 4_300_800, 16 * MIB, 33 * MIB, 64 * MIB, 128 * MIB, 300 * MIB, 600 * MIB]
            .map(|size| shape(format!("{size} bytes"), efi(), exactly(size)))
            .into();
    for cluster_size in (9..=15).map(|power| 1 << power) {
        all.push(shape(format!("clusters of {cluster_size}"), efi(), clusters_of(cluster_size)));
        let unit = usize::try_from(cluster_size).expect("small");
        all.push(shape(
            format!("around clusters of {cluster_size}"),
            around(unit),
            clusters_of(cluster_size),
        ));
    }
    for fat_type in FatType::ALL {
        all.push(shape(format!("{fat_type}"), efi(), Options { label: "esp".into(), ..of_type(fat_type) }));
        all.push(shape(format!("{fat_type} with names"), names(), of_type(fat_type)));
        let options = Options { cluster_size: Some(4096), ..of_type(fat_type) };
        all.push(shape(format!("{fat_type} with clusters of 4096"), alike(200, "d/"), options));
    }
    for size in [MIB, 100 * MIB] {
        all.push(shape(format!("{size} zeros"), one(size), Options::default()));
    }
    all.push(shape("32 MiB of FAT16", efi(), Options { cluster_size: Some(512), ..exactly(32 * MIB) }));
    all
}

fn directories() -> Vec<Shape> {
    let mut deep = nothing();
    put(&mut deep, &(1..=60).map(|n| format!("Level {n}/")).chain(["End".into()]).collect::<String>(), 10);
    let label = Options { label: "Full Root".into(), ..Options::default() };
    vec![
        shape("root full", short(512, ""), of_type(FatType::Fat12)),
        shape("root full of FAT16", short(512, ""), of_type(FatType::Fat16)),
        shape("root full with a label", short(511, ""), label.clone()),
        shape("root over 512 entries", short(600, ""), label),
        shape("root of 16 entries", short(16, ""), Options { root_entries: Some(16), ..Options::default() }),
        shape("root of several clusters", alike(300, ""), of_type(FatType::Fat32)),
        shape("root of one cluster, full", short(16, ""), of_type(FatType::Fat32)),
        shape("directory of one cluster, full", short(14, "d/"), clusters_of(512)),
        shape("directory of one cluster and an entry", short(15, "d/"), clusters_of(512)),
        shape("300 names alike", alike(300, "folder/"), Options::default()),
        shape("3000 names alike", alike(3000, "folder/"), Options::default()),
        shape("5000 files", short(5000, "d/"), Options::default()),
        shape("60 levels", deep, Options::default()),
        shape("names", names(), Options::default()),
    ]
}

/// Times at the ends of what FAT has, odd seconds and fractions.
fn times() -> Source {
    let mut source = nothing();
    for (name, seconds, nanoseconds) in [
        ("first", 315_532_800, 0),
        ("last", 4_354_819_198, 0),
        ("odd", 1_700_000_001, 999_999_999),
        ("leap", 1_709_164_800, 0),
        ("2100-02-28", 4_107_542_398, 0),
        ("2100-03-01", 4_107_542_400, 0),
    ] {
        let time = Time { seconds, nanoseconds };
        source.put(name, &File::new(Kind::File, 0o644, time)).expect("legal");
        source.put(format!("{name}-d"), &File::new(Kind::Directory, 0o755, time)).expect("legal");
    }
    source
}

/// Two names of one file, two files of one content, links and devices, files that nobody may write.
fn shared() -> Source {
    let mut source = nothing();
    put(&mut source, "one", 5000);
    put(&mut source, "d/large", 200_000);
    for (path, of) in [("hard link", "one"), ("d/another hard link", "d/large")] {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = source.find(folder.as_bytes()).expect("there");
        let file = source.name(source.find(of.as_bytes()).expect("there")).file;
        source.add_name(folder, name.as_bytes(), file).expect("legal");
    }
    let content = source.add_content(70_000, Origin::Bytes(bytes(70_000, 3))).expect("room");
    for path in ["same", "d/same"] {
        source.put(path, &File { content: Some(content), ..FILE }).expect("legal");
    }
    source.put("link", &File { link: b"one", ..File::new(Kind::Symlink, 0o777, TIME) }).expect("legal");
    let device = File { device: (8, 1), ..File::new(Kind::BlockDevice, 0o600, TIME) };
    source.put("d/device", &device).expect("legal");
    source.put("read only", &File { content: Some(content), mode: 0o444, ..FILE }).expect("legal");
    source
}

fn others() -> Vec<Shape> {
    let free = Options { size: Size::Least { free: 3 * MIB, multiple: 4 }, ..Options::default() };
    let serial = Options { serial_number: Some(0x1234_ABCD), hidden_sectors: 2048, ..Options::default() };
    let mut all = vec![
        shape("empty", nothing(), Options::default()),
        shape("empty with a label", nothing(), Options { label: "NO FILES".into(), ..Options::default() }),
        shape("one byte", one(1), Options::default()),
        shape("EFI", efi(), Options::default()),
        shape("free room, a multiple of 2048", efi(), free),
        shape("serial number and hidden sectors", efi(), serial),
        shape("times", times(), Options::default()),
        shape("what is shared and what FAT has not", shared(), Options::default()),
    ];
    for sector_size in [2048, 4096] {
        all.push(shape(
            format!("sectors of {sector_size}"),
            efi(),
            Options { sector_size, ..Options::default() },
        ));
        let options = Options { sector_size, ..of_type(FatType::Fat32) };
        all.push(shape(format!("FAT32 with sectors of {sector_size}"), efi(), options));
    }
    all
}

/// What takes most readers too long.
pub(crate) fn immense() -> Vec<Shape> {
    vec![
        shape("700 MiB", one(700 * MIB), Options::default()),
        shape("3000 MiB of FAT32", one(3000 * MIB), of_type(FatType::Fat32)),
        // A chain of 4 GiB has no bytes to fsck.fat, which counts them in 32 bits.
        shape("4 GiB but for a cluster", one((1 << 32) - 32_768), Options::default()),
    ]
}

/// A name with which mtools 4.0.32 overruns its buffer: it has over 255 bytes in UTF-8.
pub(crate) fn wide() -> Shape {
    let mut source = nothing();
    put(&mut source, &"é".repeat(254), 300);
    shape("254 characters beyond ASCII", source, Options::default())
}

/// What every reader reads.
pub(crate) fn all() -> Vec<Shape> {
    [others(), boundaries(), sizes(), directories()].into_iter().flatten().collect()
}
