//! Images made by other people's software, by recipe: `cargo xtask images udf` makes UDF volumes of every revision,
//! medium and block size with mkudffs, has the Linux kernel's driver fill those it can write to, and lets the other
//! programs that write UDF write theirs, into `target/udf`.
//!
//! `MANIFEST.tsv` there says of each image what made it and what the kernel did with it; `NAME.linux` is the kernel's
//! listing. A recipe that has not changed is not run again.

use crate::Outcome;
use crate::run::{bash, complain, say, target};
use isokit_witness::emulator::{self, Disk, Report};
use isokit_witness::keep;
use std::collections::hash_map::DefaultHasher;
use std::fmt::Write;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::process::Command;

/// What is made: the file, the script that makes it as `$1`, the kernel's job with it.
struct Recipe {
    file: String,
    script: String,
    job: &'static str,
}

/// An image that a recipe made, or why it made none.
struct Made {
    recipe: Recipe,
    /// Why its program would not make it.
    refused: Option<String>,
}

const REVISIONS: &[&str] = &["1.01", "1.02", "1.50", "2.00", "2.01", "2.50", "2.60"];

/// Media of mkudffs and the block sizes tried for each.
const MEDIA: &[(&str, &[u32])] = &[
    ("hd", &[512, 1024, 2048, 4096]),
    ("mo", &[512, 1024, 2048, 4096]),
    ("dvd", &[2048]),
    ("dvdram", &[2048]),
    ("dvdrw", &[2048]),
    ("dvdr", &[2048]),
    ("worm", &[2048]),
    ("cdrw", &[2048]),
    ("cdr", &[2048]),
    ("bdr", &[2048]),
];

/// mkudffs with a feature that is not its default.
const FEATURES: &[(&str, &str)] = &[
    ("short", "-m hd -r 2.01 -b 2048 --ad=short"),
    ("long", "-m hd -r 2.01 -b 2048 --ad=long"),
    ("long-1.02", "-m hd -r 1.02 -b 2048 --ad=long"),
    ("noefe", "-m hd -r 2.01 -b 2048 --noefe"),
    ("mbr", "-m hd -r 2.01 -b 512 --bootarea=mbr"),
    ("startblock", "-m hd -r 2.01 -b 2048 --startblock=300"),
    ("strategy4096", "-m worm -r 1.50 -b 2048 --strategy=4096"),
    ("freedbitmap", "-m hd -r 2.01 -b 2048 --space=freedbitmap"),
    ("freedtable", "-m hd -r 1.50 -b 2048 --space=freedtable"),
    ("unalloctable", "-m hd -r 2.01 -b 2048 --space=unalloctable"),
    ("sparable4", "-m dvdrw -r 2.01 -b 2048 --spartable=4 --sparspace=64"),
    ("vat-closed", "-m cdr -r 1.50 -b 2048 --vat --closed"),
    ("read-only", "-m hd -r 2.01 -b 2048 --read-only"),
    ("root", "-m hd -r 2.01 -b 2048 --uid=1000 --gid=100 --mode=0750"),
    ("labels", "-m hd -r 2.01 -b 2048 --lvid=日本語ラベル --vid=Zażółć --fsid=😀 --owner=Ω --contact=é"),
];

/// Images whose filling is the large one.
const LARGE: &[&str] =
    &["hd-1.02-2048", "hd-1.50-1024", "hd-2.00-4096", "hd-2.01-512", "hd-2.01-2048", "cdrw-2.01-2048"];

/// `udf`: makes the images in `target/udf`, and has the kernel fill and list them.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if arguments != ["udf"] {
        return Err("images udf".into());
    }
    let folder = target().join("udf");
    let recipes = recipes();
    let stamp = stamp(&recipes);
    if std::fs::read_to_string(folder.join(".stamp")).is_ok_and(|old| old == stamp) {
        say(&format!("{} is current", folder.display()));
        return Ok(());
    }
    crate::kernel::run(&[])?;
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    bash(SOURCES, &folder)?;
    let made: Vec<Made> = recipes.into_iter().map(|recipe| make(recipe, &folder)).collect();
    let reports = kernel(&made, &folder)?;
    let (mut table, mut images, mut filled) = (String::from("image\tby\tkernel\n"), 0_u32, 0_u32);
    let mut reports = reports.into_iter();
    for made in made {
        let report = if made.refused.is_none() { reports.next() } else { None };
        images = images.saturating_add(u32::from(made.refused.is_none()));
        let verdict = made
            .refused
            .clone()
            .map_or_else(|| verdict(&made, report.as_ref()), |words| Ok(format!("not made: {words}")))?;
        filled = filled.saturating_add(u32::from(verdict.starts_with("filled")));
        if let Some(report) = report {
            keep::write(&folder.join(format!("{}.linux", made.recipe.file)), &report.listing)?;
        }
        let script = made.recipe.script.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(table, "{}\t{script}\t{verdict}", made.recipe.file).map_err(|error| error.to_string())?;
    }
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).map_err(|error| format!("{name}: {error}"))
    };
    write("MANIFEST.tsv", &table)?;
    write(".stamp", &stamp)?;
    say(&format!("{images} images, {filled} filled by the kernel: {}", folder.display()));
    Ok(())
}

/// What the kernel did with an image. An error when it should have filled it and could not start to.
fn verdict(made: &Made, report: Option<&Report>) -> Result<String, String> {
    let report = report.ok_or_else(|| format!("{}: the kernel says nothing", made.recipe.file))?;
    let entries = match &report.listing {
        Ok(tree) => tree.len(),
        Err(words) => return Ok(format!("refused: {words}")),
    };
    Ok(if made.recipe.job == "udf" {
        format!("{entries} entries")
    } else if report.said.is_empty() {
        format!("filled: {entries} entries")
    } else {
        let said = report.said.join("; ");
        if said == "read-only" { said } else { format!("filled: {entries} entries; {said}") }
    })
}

fn make(recipe: Recipe, folder: &Path) -> Made {
    let script = format!("set -euo pipefail; {}", recipe.script);
    let output =
        Command::new("bash").args(["-c", &script, "recipe", &recipe.file]).current_dir(folder).output();
    let refused = match output {
        Err(error) => Some(error.to_string()),
        Ok(output) if output.status.success() => None,
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            Some(said.lines().last().unwrap_or_default().replace("mkudffs: Error: ", ""))
        }
    };
    if let Some(words) = &refused {
        let _ = std::fs::remove_file(folder.join(&recipe.file));
        complain(&format!("{}: not made: {words}", recipe.file));
    }
    Made { recipe, refused }
}

/// The kernel's reports on them, two virtual machines at a time.
fn kernel(made: &[Made], folder: &Path) -> Result<Vec<Report>, String> {
    let disks: Vec<Disk> = made
        .iter()
        .filter(|made| made.refused.is_none())
        .map(|made| Disk { image: folder.join(&made.recipe.file), job: made.recipe.job.into() })
        .collect();
    let kernel = target().join("kernel");
    // Every second disk to either, so that the large ones are shared.
    let halves: Vec<Vec<Disk>> =
        (0..2).map(|half| disks.iter().skip(half).step_by(2).cloned().collect()).collect();
    let done: Vec<Result<Vec<Report>, String>> = std::thread::scope(|scope| {
        let running: Vec<_> =
            halves.iter().map(|disks| scope.spawn(|| emulator::run(&kernel, disks))).collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("a thread failed".into())))
            .collect()
    });
    let mut halves = done.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().map(Vec::into_iter);
    let (first, second) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
    let mut second = second;
    let mut reports = Vec::new();
    for report in first {
        reports.push(report);
        reports.extend(second.next());
    }
    Ok(reports)
}

fn stamp(recipes: &[Recipe]) -> String {
    let mut hasher = DefaultHasher::new();
    (SOURCES, crate::kernel::INIT, crate::kernel::FILL).hash(&mut hasher);
    for Recipe { file, script, job } in recipes {
        (file, script, job).hash(&mut hasher);
    }
    format!("{:016x}\n", hasher.finish())
}

fn recipes() -> Vec<Recipe> {
    let mut recipes = Vec::new();
    for (medium, sizes) in MEDIA {
        for revision in REVISIONS {
            for size in *sizes {
                let name = format!("{medium}-{revision}-{size}");
                let large = LARGE.contains(&name.as_str());
                let blocks = blocks(*size, medium, large);
                recipes.push(mkudffs(
                    &name,
                    &format!("-m {medium} -r {revision} -b {size}"),
                    blocks,
                    match (*medium, *size) {
                        _ if large => "fill.all",
                        ("mo", 512 | 1024 | 4096) => "fill.few",
                        _ => "fill.some",
                    },
                ));
            }
        }
    }
    for (name, options) in FEATURES {
        let size = if options.contains("-b 512") { 512 } else { 2048 };
        recipes.push(mkudffs(name, options, blocks(size, "", false), "fill.some"));
    }
    for size in [512, 1024, 2048, 4096] {
        recipes.push(Recipe {
            file: format!("newfs_udf-{size}.udf"),
            script: newfs_udf(size),
            job: "fill.some",
        });
    }
    recipes.extend(WRITERS.iter().map(|(file, script)| Recipe {
        file: (*file).into(),
        script: (*script).into(),
        job: "udf",
    }));
    recipes
}

/// It crashes on sizes that are no power of two.
fn newfs_udf(size: u32) -> String {
    let blocks = if size == 512 { 8192 } else { 4096 };
    format!(
        "newfs_udf -L UDFCLIENT -P PRIMARY -S SET -b {size} -s {blocks} \"$1\" >/dev/null 2>&1
         udfinfo \"$1\" >/dev/null"
    )
}

fn mkudffs(name: &str, options: &str, blocks: u32, job: &'static str) -> Recipe {
    Recipe {
        file: format!("{name}.udf"),
        script: format!(
            "mkudffs --utf8 --new-file -u 0123456789abcdef -l {} {options} \"$1\" {blocks} >/dev/null",
            name.to_uppercase()
        ),
        job,
    }
}

/// Room for the filling: it takes 150 blocks and 1.5 MB (`few`: 0.5 MB), the large one 3,500 blocks and 4 MB. mkudffs 2.3 makes no
/// magneto-optical or write-once volume of more than about 3,000 blocks.
fn blocks(size: u32, medium: &str, large: bool) -> u32 {
    match (size, medium, large) {
        (_, "mo" | "worm", _) => 2048,
        (512, _, false) => 8192,
        (512, _, true) => 24_576,
        (1024, _, false) => 4096,
        (1024, _, true) => 12_288,
        (4096, _, false) => 1024,
        (4096, _, true) => 6144,
        (_, _, true) => 9216,
        _ => 2560,
    }
}

/// What the writers below write: a tree of files, directories, links and names that all of them take.
const SOURCES: &str = r#"
umask 022; export LC_ALL=C.UTF-8
mkdir -p tree/BDMV tree/sizes tree/deep/2/3/4/5/6/7/8/9/10 tree/names tree/many tree/nothing
for size in 0 1 2047 2048 2049 65536 100000; do seq 1 30000 | head -c $size > tree/sizes/$size || true; done
echo deep > tree/deep/2/3/4/5/6/7/8/9/10/file
for name in 'latin é ÿ' żółć 日本語 'emoji 😀' .hidden 'two  spaces' a.b.c.d; do echo "$name" > "tree/names/$name"; done
echo long > tree/names/$(printf 'n%.0s' {1..100}).txt
for i in {1..200}; do echo $i > tree/many/file$i; done
find tree -exec touch -h -d @1700000000 {} +
cp -a tree linked; ln -s sizes/1 linked/link; ln linked/sizes/1 linked/hard; touch -h -d @1700000000 linked/link
python3 -m pip install --quiet --no-deps --disable-pip-version-check --root-user-action ignore --target python \
  pycdlib==1.22.0 udfkit==0.1.0 || echo 'no pip: pycdlib and udfkit write nothing' >&2
"#;

/// Programs that write UDF from a folder: file, and script.
const WRITERS: &[(&str, &str)] = &[
    ("genisoimage.udf", "genisoimage -quiet -udf -input-charset utf-8 -iso-level 3 -V GENISO -o \"$1\" tree"),
    (
        "genisoimage-bridge.udf",
        "genisoimage -quiet -udf -R -J -joliet-long -input-charset utf-8 -V GENBRIDGE -o \"$1\" linked 2>/dev/null",
    ),
    (
        "udfkit-bd-2.50.udf",
        "PYTHONPATH=python python3 -c 'import sys
from udfkit import bluray
bluray.write_image(sys.argv[1], sys.argv[2], \"UDFKIT\")' tree \"$1\"",
    ),
    (
        "pycdlib.udf",
        "PYTHONPATH=python python3 -c 'import io, os, sys, pycdlib
iso = pycdlib.PyCdlib()
iso.new(interchange_level=3, udf=\"2.60\", vol_ident=\"PYCDLIB\")
number = 0
for folder, folders, files in sorted(os.walk(sys.argv[1])):
    there = folder[len(sys.argv[1]):]
    for name in sorted(folders):
        iso.add_directory(udf_path=there + \"/\" + name)
    for name in sorted(files):
        number += 1
        data = open(os.path.join(folder, name), \"rb\").read()
        iso.add_fp(io.BytesIO(data), len(data), \"/F%d.;1\" % number, udf_path=there + \"/\" + name)
iso.add_symlink(udf_symlink_path=\"/link\", udf_target=\"sizes/1\")
iso.write(sys.argv[2])' tree \"$1\"",
    ),
];
