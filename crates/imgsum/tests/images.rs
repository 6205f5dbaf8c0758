//! Sums of images and of the files in them: other programs extract, other programs hash.

use isokit_tests::{corpus, output, peer, shell, tool};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A tree with everything a manifest has to get right, as an image by xorriso; none without xorriso.
fn image(folder: &Path) -> Option<PathBuf> {
    let mut xorriso = peer("xorriso")?;
    let tree = folder.join("tree");
    fs::create_dir_all(tree.join("deep/er")).expect("room");
    for (number, size) in
        [0, 1, 2047, 2048, 2049, 65_536, 300_000, 600_000, 1_500_000].into_iter().enumerate()
    {
        let bytes: Vec<u8> =
            (0..size).map(|n| u8::try_from((n * 7 + number) % 251).expect("below 251")).collect();
        fs::write(tree.join(format!("deep/size {size}")), bytes).expect("room");
    }
    for number in 0..300 {
        fs::write(tree.join(format!("deep/er/{number}")), format!("{number} ").repeat(number)).expect("room");
    }
    for name in ["new\nline", "back\\slash", "-", " blank", "*star", "return\r"] {
        fs::write(tree.join(name), name).expect("room");
    }
    fs::hard_link(tree.join("deep/size 300000"), tree.join("hard link")).expect("a hard link");
    std::os::unix::fs::symlink("deep", tree.join("link")).expect("a symbolic link");
    let image = folder.join("x.iso");
    xorriso.args(["-as", "mkisofs", "-quiet", "-R", "-J", "-joliet-long", "-o"]).arg(&image).arg(&tree);
    let made = output(&mut xorriso);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Some(image)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs imgsum with standard input from `input`.
fn imgsum(arguments: &[&str], input: &Path) -> Output {
    let stdin = fs::File::open(input).expect("there");
    output(tool("imgsum").args(arguments).stdin(stdin))
}

#[test]
fn a_manifest_is_checked_in_the_extracted_tree() {
    let folder = tempfile::tempdir().expect("a folder");
    let (Some(image), Some(mut bsdtar)) = (image(folder.path()), peer("bsdtar")) else { return };
    let tree = folder.path().join("extracted");
    fs::create_dir(&tree).expect("room");
    assert!(output(bsdtar.arg("-xf").arg(&image).arg("-C").arg(&tree)).status.success());
    let files = output(Command::new("find").arg(&tree).args(["-type", "f", "-printf", "x"])).stdout.len();
    for (algorithm, program) in
        [("sha256", "sha256sum"), ("md5", "md5sum"), ("blake2b", "b2sum"), ("sha1", "sha1sum")]
    {
        let manifest = output(tool("imgsum").args(["--files", "-a", algorithm]).arg(&image));
        assert_eq!((manifest.status.code(), text(&manifest.stderr)), (Some(0), String::new()));
        assert_eq!(manifest.stdout.iter().filter(|byte| **byte == b'\n').count(), files);
        let list = folder.path().join("list");
        fs::write(&list, &manifest.stdout).expect("room");
        let Some(mut program) = peer(program) else { return };
        let checked = output(program.args(["--strict", "--quiet", "-c"]).arg(&list).current_dir(&tree));
        assert!(checked.status.success(), "{}{}", text(&checked.stdout), text(&checked.stderr));
    }
}

#[test]
fn files_and_pipes_give_the_same_with_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(image) = image(folder.path()) else { return };
    for options in ["--files", "--files --disc-order", "--files -a md5,sha256,crc32,xxh3", "--volume", ""] {
        let run = |how: &str| {
            let ran = shell(folder.path(), how);
            assert_eq!((ran.status.code(), text(&ran.stderr)), (Some(0), String::new()), "{how}");
            text(&ran.stdout).replace("x.iso", "-")
        };
        let want = run(&format!("imgsum {options} x.iso"));
        assert!(want.len() > 60);
        for threads in [1, 3] {
            assert_eq!(run(&format!("imgsum {options} --threads {threads} x.iso")), want);
            assert_eq!(run(&format!("cat x.iso | imgsum {options} --threads {threads}")), want);
            assert_eq!(run(&format!("imgsum {options} --threads {threads} < x.iso")), want);
        }
        assert_eq!(run(&format!("dd if=x.iso bs=777 status=none | imgsum {options}")), want);
    }
    drop(image);
}

#[test]
fn lines_come_sorted_or_as_the_files_lie() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(image) = image(folder.path()) else { return };
    let names = |options: &[&str]| -> Vec<Vec<u8>> {
        let listed = output(tool("imgsum").args(["--files", "-z"]).args(options).arg(&image)).stdout;
        listed.split(|byte| *byte == 0).filter_map(|line| Some(line.get(66..)?.to_vec())).collect()
    };
    let sorted = names(&[]);
    assert!(sorted.is_sorted(), "by path");
    let mut disc = names(&["--disc-order"]);
    assert_ne!(disc, sorted);
    disc.sort();
    assert_eq!(disc, sorted);
}

#[test]
fn a_volume_ends_where_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(image) = image(folder.path()) else { return };
    let bytes = fs::read(&image).expect("there");
    let want = output(tool("imgsum").args(["-a", "sha256"]).arg(&image)).stdout;
    let longer = folder.path().join("stick");
    fs::write(&longer, [bytes.as_slice(), &[0xe5; 100_000]].concat()).expect("room");
    let of_longer = output(tool("imgsum").arg("--volume").arg(&longer)).stdout;
    assert_eq!(of_longer.get(..64), want.get(..64), "what lies behind the volume does not count");
    assert_eq!(imgsum(&["--volume"], &longer).stdout.get(..64), want.get(..64));

    let shorter = folder.path().join("cut");
    fs::write(&shorter, &bytes[..bytes.len() - 400_000]).expect("room");
    for how in ["imgsum --volume cut", "cat cut | imgsum --volume"] {
        let cut = shell(folder.path(), how);
        assert_eq!((cut.status.code(), cut.stdout.len()), (Some(1), 0), "{how}");
        assert!(
            text(&cut.stderr).contains("ends here; 400000 more bytes are needed"),
            "{}",
            text(&cut.stderr)
        );
    }
    let at = folder.path().join("at");
    fs::write(&at, [&[1; 12_288], bytes.as_slice()].concat()).expect("room");
    let of_at = output(tool("imgsum").args(["--at", "6s", "--volume"]).arg(&at)).stdout;
    assert_eq!(of_at.get(..64), want.get(..64));
}

#[test]
fn files_that_are_cut_off_are_named_and_the_others_summed() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(image) = image(folder.path()) else { return };
    let whole = text(&output(tool("imgsum").arg("--files").arg(&image)).stdout);
    let bytes = fs::read(&image).expect("there");
    fs::write(folder.path().join("cut"), &bytes[..bytes.len() / 2]).expect("room");
    for how in ["imgsum --files cut", "cat cut | imgsum --files"] {
        let cut = shell(folder.path(), how);
        assert_eq!(cut.status.code(), Some(1), "{how}");
        let (lines, problems) = (text(&cut.stdout), text(&cut.stderr));
        assert!(lines.lines().all(|line| whole.lines().any(|other| other == line)));
        let is_cut =
            |line: &str| line.contains(": image: ends here; ") || line.contains(": image: ends at byte ");
        assert!(problems.lines().all(is_cut), "{problems}");
        let of_image = problems.lines().filter(|line| !line.contains(": /")).count();
        assert_eq!(of_image, 1, "what the image lacks is said once: {problems}");
        assert_eq!(lines.lines().count() + problems.lines().count(), whole.lines().count() + of_image);
        assert!(lines.lines().count() > 2 && problems.lines().count() > 2);
    }
}

#[test]
fn tee_passes_every_byte_on_and_the_sums_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    fs::write(folder.path().join("in"), &bytes).expect("room");
    // Both pipes, neither, and one of each.
    for how in [
        "cat in | imgsum --tee sums -a sha256,md5 | cat > out",
        "imgsum --tee sums -a sha256,md5 < in > out",
        "cat in | imgsum --tee sums -a sha256,md5 > out",
        "imgsum --tee sums -a sha256,md5 < in | cat > out",
        "cat in | imgsum --tee sums | dd of=out bs=333 status=none",
    ] {
        let ran = shell(folder.path(), how);
        assert!(ran.status.success(), "{how}: {}", text(&ran.stderr));
        assert!(fs::read(folder.path().join("out")).expect("written") == bytes, "{how}");
        let checked = shell(folder.path(), "imgsum --quiet -c sums < out");
        assert!(checked.status.success(), "{how}: {}", text(&checked.stderr));
        fs::remove_file(folder.path().join("sums")).expect("written");
    }
    let full = shell(folder.path(), "imgsum --tee sums < in > /dev/full");
    assert_eq!((full.status.code(), folder.path().join("sums").exists()), (Some(1), false));
    assert_eq!(text(&full.stderr), "imgsum: standard output: write: No space left on device\n");
}

#[test]
fn json_has_the_digests_of_the_lines_and_the_sizes() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(image) = image(folder.path()) else { return };
    let run = |options: &[&str]| {
        let ran = output(tool("imgsum").args(options).arg(&image));
        assert_eq!((ran.status.code(), text(&ran.stderr)), (Some(0), String::new()), "{options:?}");
        text(&ran.stdout)
    };
    let lines = run(&["--files", "-q", "--progress=never"]);
    let objects = run(&["--files", "--json", "-v"]);
    assert_eq!(objects.lines().count(), lines.lines().count());
    for (line, object) in lines.lines().zip(objects.lines()) {
        let digest = line.trim_start_matches('\\').get(..64).expect("a digest");
        assert!(object.ends_with(&format!(r#","digests":{{"sha256":"{digest}"}}}}"#)), "{object}");
    }
    assert!(objects.contains(r#"{"path":"deep/size 65536","size":65536,"#));
    assert!(objects.contains(r#"{"path":"new\nline","size":8,"#));
    let whole = run(&["--json", "-a", "md5,crc32"]);
    let size = fs::metadata(&image).expect("there").len();
    assert!(whole.contains(&format!(r#""size":{size},"digests":{{"md5":""#)), "{whole}");
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("x.gz"), b"\x1f\x8b\x08\0junk").expect("room");
    fs::write(folder.path().join("zeros"), vec![0; 100_000]).expect("room");
    fs::write(folder.path().join("q.img"), b"QFI\xfb\0\0\0\x03").expect("room");
    for (how, status, sentence) in [
        ("imgsum zeros > /dev/full", 1, "imgsum: standard output: No space left on device"),
        ("imgsum missing", 1, "imgsum: missing: No such file or directory"),
        ("imgsum --files missing", 2, "imgsum: missing: open: No such file or directory"),
        ("imgsum --files .", 2, "imgsum: .: is a directory, not an image"),
        (
            "imgsum --files zeros",
            2,
            "imgsum: zeros: only zero bytes up to byte 0x10000, not an ISO 9660 or UDF image\n",
        ),
        (
            "imgsum --volume zeros",
            2,
            "imgsum: zeros: only zero bytes up to byte 0x10000, not an ISO 9660 or UDF image\n",
        ),
        (
            "imgsum --files x.gz",
            2,
            "imgsum: x.gz: gzip data, not an image; try: imgconv x.gz | imgsum --files -",
        ),
        (
            "imgsum --part 1 q.img",
            2,
            "imgsum: q.img: a QEMU qcow2 disk image, not an ISO 9660 or UDF image; try: qemu-img convert -O raw \
             q.img q.raw.img\n",
        ),
        ("imgsum --files zeros zeros", 2, "imgsum: --files takes one image; run imgsum once for each"),
        ("imgsum --files --at 200000 zeros", 2, "imgsum: zeros: byte 0x30d40 lies beyond the end"),
        ("imgsum -a sha257 zeros", 2, "imgsum: invalid value 'sha257'"),
        (
            "imgsum --status zeros",
            1,
            "imgsum: the --status option is meaningful only when verifying checksums",
        ),
    ] {
        let ran = shell(folder.path(), how);
        let said = text(&ran.stderr);
        assert_eq!(ran.status.code(), Some(status), "{how}: {said}");
        assert!(said.starts_with(sentence), "{how}: {said}");
        assert!(ran.stdout.is_empty(), "{how}");
    }
}

/// The digests that a Linux kernel's own isofs gave for the files of an image, by path.
fn of_kernel(listing: &Path) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let listing = fs::read(listing).expect("there");
    let fields = listing.split(|byte| *byte == b'\n').map(|line| line.split(|byte| *byte == b'\t'));
    let files = fields.filter_map(|mut fields| {
        let (facts, digest, path) = (fields.next()?, fields.next()?, fields.next()?);
        (facts.starts_with(b"-") && digest.len() == 64).then(|| Some((path.strip_prefix(b"./")?, digest)))?
    });
    files.map(|(path, digest)| (path.to_vec(), digest.to_vec())).collect()
}

#[test]
fn the_kernel_reads_the_same_bytes_in_every_image_of_the_corpus() {
    let Some(corpus) = corpus() else { return };
    let expected = corpus.join("EXPECTED");
    let found = output(Command::new("find").arg(&expected).args(["-name", "*.linux-iso.tsv", "-print0"]));
    let (mut images, mut files) = (0, 0);
    for listing in found.stdout.split(|byte| *byte == 0) {
        let listing = Path::new(std::ffi::OsStr::from_bytes(listing));
        let Ok(relative) = listing.strip_prefix(&expected) else { continue };
        let image = corpus.join(relative.to_str().expect("text").replace(".linux-iso.tsv", ""));
        if !image.is_file() {
            continue;
        }
        let kernel = of_kernel(listing);
        let ran = output(tool("imgsum").args(["--files", "-z"]).arg(&image).stdin(Stdio::null()));
        assert!(matches!(ran.status.code(), Some(0..=2)), "{}: {:?}", image.display(), ran.status);
        images += 1;
        let mut folded: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        for line in ran.stdout.split(|byte| *byte == 0).filter_map(|line| line.get(66..)) {
            *folded.entry(line.to_ascii_lowercase()).or_default() += 1;
        }
        for line in ran.stdout.split(|byte| *byte == 0) {
            // The kernel shows plain names in lower case, where some are no longer one file's.
            let Some((digest, rest)) = line.split_at_checked(64) else { continue };
            let name = &rest[2..];
            let lower = name.to_ascii_lowercase();
            let wanted = if folded.get(&lower) == Some(&1) { kernel.get(&lower) } else { None };
            if let Some(want) = kernel.get(name).or(wanted) {
                assert_eq!(text(digest), text(want), "{}: {}", image.display(), text(name));
                files += 1;
            }
        }
    }
    assert!(images > 100 && files > 4000, "{images} images, {files} files");
}
