//! What the tools print as JSON is what the schemas in `doc/json`, and with them isokit-json(5), say: every member is
//! documented, and every documented member is seen.

#[allow(dead_code, reason = "the tests of reading use more of it")]
#[path = "../../../crates/core/tests/udf/disc.rs"]
mod disc;

use crate::schema::Schema;
use disc::{Disc, File, ROOT, long, name, named};
use isokit_core::udf::layout::file_type;
use isokit_tests::{corpus, output, peer, shell, tool, udf_images};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A schema, and the command that prints such objects of an image.
const QUESTIONS: [(&str, &str, &[&str]); 6] = [
    ("isols-entry", "isols", &["-R", "--json"]),
    ("isols-volume", "isols", &["--volume", "--json"]),
    ("isols-boot", "isols", &["--boot", "--json"]),
    ("isols-fault", "isols", &["--check", "--json"]),
    ("isols-session", "isols", &["--sessions", "--json"]),
    ("imgsum-file", "imgsum", &["--json", "-a", "crc32", "-a", "blake3"]),
];

/// Members that only images of other software have: those of the corpus and of `cargo xtask images udf`. What is not listed
/// here is in an image of [`own`].
const ELSEWHERE: &[&str] = &[
    "isols-entry: device",
    "isols-entry: hidden",
    "isols-entry: xattrs",
    "isols-entry: xattrs.name",
    "isols-entry: xattrs.value",
    "isols-entry: zisofs",
    "isols-entry: zisofs.block_log2",
    "isols-entry: zisofs.header",
    "isols-entry: zisofs.version",
    "isols-volume: effective",
    "isols-volume: expires",
    "isols-volume: udf.integrity_by",
    "isols-volume: udf.integrity_error",
    "isols-volume: udf.partition_maps.bitmap",
    "isols-volume: udf.partition_maps.blocks",
    "isols-volume: udf.partition_maps.packet_length",
    "isols-volume: udf.partition_maps.sparing_table_sectors",
    "isols-volume: udf.partition_maps.sparing_table_size",
    "isols-volume: udf.partition_maps.sparing_tables",
    "isols-volume: udf.partition_maps.table",
    "isols-boot: tables.backup",
    "isols-boot: tables.block_size",
    "isols-boot: tables.id",
    "isols-boot: tables.offset",
    "isols-boot: tables.partitions",
    "isols-boot: tables.partitions.active",
    "isols-boot: tables.partitions.attributes",
    "isols-boot: tables.partitions.guid",
    "isols-boot: tables.partitions.length",
    "isols-boot: tables.partitions.meaning",
    "isols-boot: tables.partitions.name",
    "isols-boot: tables.partitions.number",
    "isols-boot: tables.partitions.offset",
    "isols-boot: tables.partitions.type",
    "isols-boot: tables.protective",
    "isols-boot: tables.scheme",
];

/// Members that no image here has.
const UNSEEN: &[&str] = &[
    "isols-entry: backup",
    "isols-entry: expires",
    "isols-entry: effective",
    "isols-volume: udf.partition_maps.type",
    "isols-volume: udf.partition_maps.identifier",
];

/// Images larger than this are left out: what is in them is in smaller ones too.
const LARGEST: u64 = 32 << 20;

/// Every object printed of `images`, by the name of its schema.
fn objects(images: &[PathBuf]) -> BTreeMap<&'static str, Vec<String>> {
    let mut all = BTreeMap::<_, Vec<String>>::new();
    for image in images {
        for (schema, name, arguments) in QUESTIONS {
            let said = output(tool(name).args(arguments).arg(image));
            let text = String::from_utf8(said.stdout).expect("JSON is UTF-8");
            all.entry(schema).or_default().extend(text.lines().map(str::to_owned));
        }
    }
    all
}

/// Images with as much in them as `isomk` writes; on one of them the commands of more than one file.
fn own(folder: &Path) -> Vec<PathBuf> {
    let ran = shell(
        folder,
        r#"set -e
        mkdir tree; echo 1 > tree/a; ln tree/a tree/b; ln -s a tree/link; echo 2 > "tree/$(printf 'n\377')"
        mkfifo tree/fifo; head -c 70000 /dev/zero > tree/boot.img; head -c 40000 /dev/zero > tree/efi.img
        printf '\200\1\1\0\6\3\77\1\77\0\0\0\144\0\0\0' | dd of=tree/boot.img bs=1 seek=446 conv=notrunc status=none
        printf '\125\252' | dd of=tree/boot.img bs=1 seek=510 conv=notrunc status=none
        isomk -q -o 1.iso -V V --publisher P --bios-boot boot.img --boot-info-table --efi-boot efi.img \
            --boot-entry boot.img,emulation=hard-disk,platform=ppc,id=X,selection=1:4142 tree
        isomk -q -o 2.iso --udf tree
        isomk -q -o 3.iso --format udf --udf=2.50 tree"#,
    );
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let mut disc = Disc::new(2048);
    disc.directory(ROOT, &[named("file", 2)]);
    disc.file(2, &File { streams: Some(long(2048, 0, 3)), ..File::embedded(b"main") });
    disc.file(
        3,
        &File { kind: file_type::STREAM_DIRECTORY, ..File::directory(&name("b", long(2048, 0, 4), 0)) },
    );
    disc.file(4, &File::embedded(b"bee"));
    std::fs::write(folder.join("4.udf"), &disc.bytes).expect("room");
    ["1.iso", "2.iso", "3.iso", "4.udf"].map(|name| folder.join(name)).into()
}

/// Images in `folder` and below that are not too large.
fn images_below(folder: PathBuf) -> Vec<PathBuf> {
    let (mut images, mut pending) = (Vec::new(), vec![folder]);
    while let Some(next) = pending.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            let about = entry.metadata().expect("it is there");
            let path = entry.path();
            if about.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|end| end == "iso" || end == "img" || end == "udf")
                && about.len() <= LARGEST
            {
                images.push(path);
            }
        }
    }
    images
}

/// Holds each of the objects in `lines` against `schema`.
#[track_caller]
fn check(schema: &mut Schema, lines: &[String]) {
    for line in lines {
        let object = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        if let Err(problem) = schema.check(&object) {
            panic!("{problem}\nin {line}");
        }
    }
}

#[test]
fn every_member_is_documented_and_every_documented_member_is_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = objects(&own(folder.path()));
    let (corpus, udf) = (corpus(), udf_images());
    let complete = corpus.is_some() && udf.is_some();
    let others: Vec<PathBuf> = corpus.into_iter().chain(udf).flat_map(images_below).collect();
    let others = objects(&others);
    let (mut unseen_here, mut unseen) = (BTreeSet::new(), BTreeSet::new());
    for (name, ..) in QUESTIONS {
        let mut schema = Schema::read(name);
        check(&mut schema, &own[name]);
        unseen_here.extend(schema.unseen().map(|member| format!("{name}: {member}")));
        check(&mut schema, others.get(name).map(Vec::as_slice).unwrap_or_default());
        unseen.extend(schema.unseen().map(|member| format!("{name}: {member}")));
    }
    let listed = |lists: &[&[&str]]| lists.concat().into_iter().map(str::to_owned).collect();
    assert_eq!(
        unseen_here,
        listed(&[UNSEEN, ELSEWHERE]),
        "what images made here do not show, and what is listed"
    );
    assert!(!complete || unseen == listed(&[UNSEEN]), "nothing shows {unseen:#?}");
}

/// The same by another implementation of JSON Schema, which knows patterns and bounds as well.
#[test]
fn the_schemas_are_legal_and_accept_what_is_printed() {
    let Some(mut python) = peer("python3") else { return };
    if !output(python.args(["-c", "import jsonschema"])).status.success() {
        return isokit_tests::skip("python3-jsonschema is not installed (cargo xtask peers)");
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (name, lines) in objects(&own(folder.path())) {
        let printed = folder.path().join("printed");
        std::fs::write(&printed, lines.join("\n")).expect("room");
        let script = "import json, jsonschema, sys\n\
             schema = json.load(open(sys.argv[1]))\n\
             jsonschema.Draft202012Validator.check_schema(schema)\n\
             validator = jsonschema.Draft202012Validator(schema)\n\
             for line in open(sys.argv[2]): validator.validate(json.loads(line))";
        let mut python = peer("python3").expect("it was there");
        let said = output(python.args(["-c", script]).arg(crate::schema::path(name)).arg(&printed));
        assert!(said.status.success(), "{name}: {}", String::from_utf8_lossy(&said.stderr));
    }
}

/// A member that nobody documented, a value of another type and a word that is not listed are found.
#[test]
fn deviations_are_found() {
    let mut schema = Schema::read("isols-session");
    let good = r#"{"number":1,"offset":0,"size":5,"volume_id":"A","shown":true}"#;
    let object = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    assert_eq!(schema.check(&object(good)), Ok(()));
    for (from, to, problem) in [
        ("\"number\":1", "\"number\":\"1\"", "number: \"1\" is not of type integer"),
        ("\"offset\":0", "\"start\":0", "start: not documented"),
        (",\"shown\":true", "", "shown: required and not there"),
    ] {
        assert_eq!(schema.check(&object(&good.replace(from, to))), Err(problem.to_owned()));
    }
}
