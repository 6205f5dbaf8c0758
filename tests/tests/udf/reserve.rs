//! What isomk writes twice serves when the first copy is lost: the reserve volume descriptor sequence, the anchor at the
//! end, the mirror of the metadata file. The Linux kernel is the witness, and isols finds the same.

use isokit_tests::udf_volume::Volume;
use isokit_tests::{kernel, output, tool, tools_folder};
use isokit_witness::compare::differences;
use isokit_witness::ours;
use std::path::{Path, PathBuf};
use std::process::Command;

const TREE: &str = "umask 022; mkdir -p tree/d/e/f tree/many tree/empty; seq 1 20000 > tree/d/large; echo x > tree/d/e/f/'żółć 😀'
for i in {1..300}; do echo $i > tree/many/file$i; done
ln -s d/large tree/link; ln tree/d/large tree/hard; find tree -exec touch -h -d @1700000000 {} +";

/// Name, options of isomk, bytes of a block, and what is destroyed.
type Case = (&'static str, &'static [&'static str], usize, fn(&mut Volume));

const CASES: &[Case] = &[
    ("main-1.02", &["--format", "udf", "--udf=1.02"], 2048, main_sequence),
    ("main-2.01-hdd", &["--format", "udf", "--udf=2.01", "--media", "hdd"], 512, main_sequence),
    ("main-2.60", &["--format", "udf", "--udf=2.60"], 2048, main_sequence),
    ("main-bridge", &["--udf=1.02", "--udf-special", "keep"], 2048, main_sequence),
    ("anchor-1.50", &["--format", "udf", "--udf=1.50"], 2048, first_anchor),
    ("anchor-2.50", &["--format", "udf", "--udf=2.50"], 2048, first_anchor),
    ("anchor-bridge", &["--udf=2.01", "--udf-special", "keep"], 2048, first_anchor),
    ("metadata-2.50", &["--format", "udf", "--udf=2.50"], 2048, metadata_file),
    ("metadata-2.60", &["--format", "udf", "--udf=2.60"], 2048, metadata_file),
    ("metadata-bridge", &["--udf=2.50", "--udf-special", "keep"], 2048, metadata_file),
];

fn main_sequence(volume: &mut Volume) {
    let (start, length) = volume.sequence(0);
    volume.bytes[start..start + length].fill(0);
}

fn first_anchor(volume: &mut Volume) {
    let at = 256 * volume.block;
    volume.bytes[at..at + volume.block].fill(0);
}

/// The file entry of the metadata file: file type 250.
fn metadata_file(volume: &mut Volume) {
    let entries = volume.descriptors(266);
    let main: Vec<usize> = entries.into_iter().filter(|at| volume.bytes[at + 27] == 250).collect();
    assert_eq!(main.len(), 1, "one metadata file");
    volume.bytes[main[0]..main[0] + volume.block].fill(0);
}

#[test]
fn linux_and_isols_read_the_second_copy() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = output(Command::new("bash").args(["-euc", TREE]).current_dir(folder.path()));
    assert!(made.status.success(), "{made:?}");
    let images: Vec<(PathBuf, PathBuf)> = CASES
        .iter()
        .map(|(name, options, block, destroy)| {
            let whole = folder.path().join(format!("{name}.udf"));
            let written = output(
                tool("isomk").args(*options).arg("-o").arg(&whole).arg("tree").current_dir(folder.path()),
            );
            assert!(written.status.success(), "{name}: {written:?}");
            let bytes = std::fs::read(&whole).expect("isomk wrote it");
            let mut volume = Volume { bytes, block: *block };
            destroy(&mut volume);
            let broken = folder.path().join(format!("{name}-broken.udf"));
            std::fs::write(&broken, &volume.bytes).expect("room");
            (whole, broken)
        })
        .collect();
    for ((name, ..), (whole, broken)) in CASES.iter().zip(&images) {
        let read = |image: &Path| ours::reading(&tools_folder(), image, "udf");
        let (whole, broken) = (read(whole).expect("it is whole"), read(broken));
        let found = differences(&whole, &broken.unwrap_or_else(|words| panic!("{name}: {words}")));
        assert!(whole.len() > 300 && found.is_empty(), "{name}: {found:?}");
    }
    let disks: Vec<(&Path, &str)> = images
        .iter()
        .flat_map(|(whole, broken)| [(whole.as_path(), "udf"), (broken.as_path(), "udf")])
        .collect();
    let Some(listings) = kernel::listings(&disks) else { return };
    for ((name, ..), pair) in CASES.iter().zip(listings.chunks(2)) {
        let whole = pair[0].as_ref().expect("the kernel mounts what isomk writes");
        let broken = pair[1].as_ref().unwrap_or_else(|words| panic!("{name}: {words}"));
        let found = differences(whole, broken);
        assert!(whole.len() > 300 && found.is_empty(), "{name}: {found:?}");
    }
}
