//! UDF volumes of every revision, medium and block size that mkudffs makes, filled by the Linux kernel's driver
//! (`cargo xtask images udf`): isokit sees in them what the kernel sees.

use isokit_tests::{output, shell, tool, tools_folder, udf_image, udf_images};
use isokit_witness::compare::differences;
use isokit_witness::{Reading, keep, ours};
use std::path::PathBuf;

/// Every image the recipes made, with the kernel's listing of it.
fn images() -> Vec<(String, PathBuf, Reading)> {
    let Some(folder) = udf_images() else { return Vec::new() };
    let mut images = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("the folder is there").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let listing = folder.join(format!("{name}.linux"));
        if let Some(linux) = keep::read(&listing) {
            images.push((name, entry.path(), linux));
        }
    }
    images.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(images.len() > 50, "the recipes made {} images", images.len());
    images
}

#[test]
fn every_fact_and_digest_is_the_kernels() {
    let (mut compared, mut entries, mut problems) = (0, 0, Vec::new());
    for (name, path, linux) in images() {
        let Ok(linux) = linux else { continue };
        compared += 1;
        match ours::reading(&tools_folder(), &path, "udf") {
            Err(words) => problems.push(format!("{name}: {words}")),
            Ok(tree) => {
                entries += tree.len();
                let found = differences(&linux, &tree);
                // Hidden, in the root of packet-written media: the kernel shows it only where asked (unhide).
                for found in found.iter().filter(|found| found.path != "Non-Allocatable Space").take(5) {
                    problems.push(format!("{name}: {found:?}"));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(compared == 0 || (compared > 80 && entries > 20_000), "{compared} images, {entries} entries");
}

/// The kernel does not read mkudffs's virtual partitions of revision 1.50, nor a volume that starts elsewhere.
#[test]
fn what_the_kernel_refuses_is_opened_or_refused_in_a_sentence() {
    for (name, path, linux) in images() {
        if linux.is_ok() {
            continue;
        }
        let said = output(tool("isols").args(["-R", "--names", "udf"]).arg(&path));
        match said.status.code() {
            Some(0) => assert!(said.stdout.is_empty(), "{name}: an empty volume has no entries"),
            code => {
                assert!(matches!(code, Some(1 | 2)), "{name}: {said:?}");
                assert!(said.stderr.starts_with(b"isols: "), "{name}: {said:?}");
            }
        }
    }
}

#[test]
fn isocat_writes_fragments_holes_and_long_names() {
    let Some(path) = udf_image("hd-1.02-2048.udf") else { return };
    let linux =
        keep::read(&path.with_extension("udf.linux")).expect("it was listed").expect("it was mounted");
    let mut written = 0;
    for (name, seen) in &linux {
        if seen.kind != "regular file"
            || !(name.starts_with("hole") || name.starts_with("fragments") || name.len() > 200)
        {
            continue;
        }
        let read = output(tool("isocat").args(["--names", "udf"]).arg(&path).arg(format!("/{name}")));
        assert!(read.status.success(), "{name}: {read:?}");
        assert_eq!(hex(&read.stdout), seen.content, "{name}");
        written += 1;
    }
    assert_eq!(written, 10, "four files with holes, one in fragments, five long names");
}

fn hex(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_pipe_shows_what_the_file_shows() {
    for name in ["hd-1.02-2048.udf", "hd-2.01-512.udf", "cdrw-2.01-2048.udf", "udfkit-bd-2.50.udf"] {
        let Some(path) = udf_image(name) else { return };
        let file = output(tool("isols").args(["-R", "--json", "--names", "udf"]).arg(&path));
        let piped = std::fs::File::open(&path).expect("the image is there");
        let mut cat = std::process::Command::new("cat")
            .stdin(piped)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("cat(1) is everywhere");
        let stdout = cat.stdout.take().expect("it was asked for");
        let pipe = output(tool("isols").args(["-R", "--json", "--names", "udf", "-"]).stdin(stdout));
        let _ = cat.wait();
        assert!(file.status.success() && pipe.status.success(), "{name}: {file:?} {pipe:?}");
        assert!(file.stdout == pipe.stdout, "{name}: the listings differ");
    }
}

#[test]
fn volumes_say_their_revision_label_and_block_size_as_udfinfo() {
    if isokit_tests::peer("udfinfo").is_none() {
        return;
    }
    for (name, path, _) in images() {
        let Ok(facts) = isokit_witness::udfinfo::reading(&path) else { continue };
        let said = output(tool("isols").args(["--volume", "--names", "udf"]).arg(&path));
        assert!(said.status.success(), "{name}: {said:?}");
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        let line = |key: &str| value(&text, key);
        // udfinfo's is the least that can read it, where that is recorded.
        let revisions = [line("readable from"), line("udf revision")];
        assert!(revisions.contains(&facts["udfrev"]), "{name}: {revisions:?}");
        assert_eq!(line("logical block"), format!("{} bytes", facts["blocksize"]), "{name}");
        assert_eq!(line("logical volume"), facts["lvid"], "{name}");
        // Media that are written once keep it in the virtual allocation table, which udfinfo takes for closed.
        if text.contains(": virtual,") {
            continue;
        }
        assert_eq!(line("integrity").replace("open", "opened"), facts["integrity"], "{name}");
    }
}

/// The value of a line of `isols --volume`.
fn value(text: &str, key: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    line.unwrap_or_default().trim().to_owned()
}

#[test]
fn a_volume_without_iso_9660_is_shown_by_itself() {
    let Some(path) = udf_image("hd-2.01-2048.udf") else { return };
    let asked = output(tool("isols").args(["-R", "--names", "udf"]).arg(&path));
    let auto = output(tool("isols").arg("-R").arg(&path));
    assert!(asked.status.success() && !asked.stdout.is_empty(), "{asked:?}");
    assert!(asked.stdout == auto.stdout, "auto shows the same");
}

/// mkudffs makes images of whole volumes, so that a medium that is larger only adds to them.
#[test]
fn the_sum_of_a_volume_is_that_of_its_image_whatever_follows() {
    let mut summed = 0;
    for name in [
        "hd-1.02-2048.udf",
        "hd-2.01-4096.udf",
        "hd-2.01-512.udf",
        "cdr-2.01-2048.udf",
        "dvdr-2.60-2048.udf",
        "dvdrw-2.01-2048.udf",
        "dvdram-2.01-2048.udf",
        "udfkit-bd-2.50.udf",
    ] {
        let Some(path) = udf_image(name) else { return };
        let folder = path.parent().expect("it is in a folder");
        let whole = shell(folder, &format!("imgsum < {name}"));
        // The sum is known, and nobody reads on, before all zeros are written.
        let longer = format!("{{ cat {name}; head -c 700000 /dev/zero || true; }} | imgsum --volume -");
        let made = shell(folder, &longer);
        assert!(made.status.success(), "{name}: {made:?}");
        assert_eq!(made.stdout, whole.stdout, "{name}");
        summed += 1;
    }
    assert_eq!(summed, 8);
}
