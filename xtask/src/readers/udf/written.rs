//! The UDF images that isomk writes: every revision, alone and beside ISO 9660, by medium; held against the folder they
//! were made of.

use super::Image;
use crate::run::{bash, cargo, target};
use isokit_witness::emulator::{self, Disk};
use isokit_witness::{Reading, Tree, disk, keep};
use std::path::Path;
use std::process::Command;

/// Images that isomk writes: the name, and its options.
const WRITTEN: &[(&str, &str)] = &[
    ("alone-1.02", "--format udf --udf=1.02"),
    ("alone-1.50", "--format udf --udf=1.50"),
    ("alone-2.01", "--format udf --udf=2.01"),
    ("alone-2.50", "--format udf --udf=2.50"),
    ("alone-2.60", "--format udf --udf=2.60"),
    ("plain-1.02", "--format udf --udf=1.02 --udf-special omit"),
    ("plain-1.50", "--format udf --udf=1.50 --udf-special omit"),
    ("plain-2.01", "--format udf --udf=2.01 --udf-special omit"),
    ("plain-2.50", "--format udf --udf=2.50 --udf-special omit"),
    ("plain-2.60", "--format udf --udf=2.60 --udf-special omit"),
    ("hdd-1.02", "--format udf --udf=1.02 --media hdd"),
    ("hdd-2.01", "--format udf --udf=2.01 --media hdd"),
    ("hdd-2.50", "--format udf --udf=2.50 --media hdd"),
    ("dvd", "--format udf --media dvd"),
    ("bd", "--format udf --media bd"),
    ("bridge-1.02", "--udf=1.02"),
    ("bridge-1.50", "--udf=1.50"),
    ("bridge-2.01", "--udf=2.01"),
    ("bridge-2.50", "--udf=2.50"),
    ("bridge-2.60", "--udf=2.60"),
    ("bridge-special", "--udf --udf-special keep"),
    ("bridge-dvd", "--udf --media dvd"),
];

/// Makes the folder that they are all made of: what UDF can say, devices where they can be made.
const SOURCE: &str = r#"
umask 022; export LC_ALL=C.UTF-8; rm -rf source; mkdir -p source/sizes source/deep/2/3/4/5/6/7/8/9/10 source/names source/many source/empty source/modes
for size in 0 1 2047 2048 2049 65536 1000000; do seq 1 200000 | head -c $size > source/sizes/$size || true; done
echo deep > source/deep/2/3/4/5/6/7/8/9/10/file
a=$(printf 'a%.0s' {1..254}); e=$(printf 'é%.0s' {1..127}); s=$(printf '😀%.0s' {1..63})
for name in 'latin é ÿ' żółć 日本語 'emoji 😀' .hidden 'two  spaces' a.b.c.d 'semi;1' '*?:"<>|' "$a" "$e" "$s"; do
  echo "$name" > "source/names/$name"
done
for i in {1..300}; do : > source/many/file$i; done
for mode in 400 444 755 1755 2755 4755; do echo $mode > source/modes/$mode; chmod $mode source/modes/$mode; done
ln source/sizes/2049 source/hard; ln -s sizes/1 source/link; ln -s /abs/../żółć source/names/link; mkfifo source/fifo
[ $(id -u) != 0 ] || { mknod source/null c 1 3; mknod source/disk b 259 70000; chown 1000:100 source/hard; chown 4000000000:70001 source/sizes/1; }
find source -exec touch -h -d @1700000000.123456 {} +
for time in 1 2147483648 4294967296 5000000000; do echo > source/at$time; touch -d @$time source/at$time; done
"#;

/// Writes them into `folder` and has the kernel list those that are not as they were.
pub(super) fn images(folder: &Path) -> Result<Vec<Image>, String> {
    cargo(&["build", "--quiet", "--release", "-p", "isomk"])?;
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    bash(SOURCE, folder)?;
    let source = disk::reading(&folder.join("source"))?;
    let mut images = Vec::new();
    for (name, options) in WRITTEN {
        let path = folder.join(format!("isomk-{name}.udf"));
        let omits =
            options.contains("omit") || !(options.contains("--format udf") || options.contains("keep"));
        write(folder, options, &path)?;
        images.push(Image {
            name: format!("isomk {options}"),
            linux: keep::read(&path.with_extension("linux")),
            path,
            source: Some(if omits { plain(&source) } else { source.clone() }),
        });
    }
    list(&mut images)?;
    Ok(images)
}

/// Writes an image; one that is the same as before stays as old as it was, and so does what was seen in it.
fn write(folder: &Path, options: &str, path: &Path) -> Result<(), String> {
    let part = folder.join("part.udf");
    let mut command = Command::new(target().join("release/isomk"));
    command.args(options.split(' ')).args(["--quiet", "-o"]).arg(&part).arg("source").current_dir(folder);
    let output = command.output().map_err(|error| format!("isomk: {error}"))?;
    if !output.status.success() {
        return Err(format!("isomk {options}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let same =
        Command::new("cmp").arg("-s").arg(&part).arg(path).status().is_ok_and(|status| status.success());
    let done = if same { std::fs::remove_file(&part) } else { std::fs::rename(&part, path) };
    if !same {
        let _ = std::fs::remove_file(path.with_extension("linux"));
    }
    done.map_err(|error| format!("{}: {error}", path.display()))
}

fn list(images: &mut [Image]) -> Result<(), String> {
    let new: Vec<&mut Image> = images.iter_mut().filter(|image| image.linux.is_none()).collect();
    let disks: Vec<Disk> =
        new.iter().map(|image| Disk { image: image.path.clone(), job: "udf".into() }).collect();
    if disks.is_empty() {
        return Ok(());
    }
    for (image, report) in new.into_iter().zip(emulator::run(&target().join("kernel"), &disks)?) {
        let mut listing: Reading = report.listing;
        // Linux counts directories' links in its own way.
        for seen in listing.iter_mut().flat_map(Tree::values_mut).filter(|seen| seen.kind == "directory") {
            seen.links.clear();
        }
        keep::write(&image.path.with_extension("linux"), &listing)?;
        image.linux = Some(listing);
    }
    Ok(())
}

fn plain(source: &Tree) -> Tree {
    let plain = |kind: &str| matches!(kind, "regular file" | "directory");
    let kept = source.iter().filter(|(_, seen)| plain(&seen.kind));
    kept.map(|(path, seen)| (path.clone(), seen.clone())).collect()
}
