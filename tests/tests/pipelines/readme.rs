//! What the pipelines of README do, on trees with more in them.

use isokit_tests::{bash, output, peer, printed, shell};

/// Those of README, or nearly.
const PIPELINES: [&str; 10] = [
    "isocat debian.iso /install.amd/vmlinuz | file -",
    "isocat --tar debian.iso /pool | tar -x -C mirror",
    "tar -c site | isomk -V SITE - > site.iso",
    "isomk rootfs | imgsum --tee root.iso.sums | imgconv --to zst > root.iso.zst",
    "imgconv root.iso.zst | isols -lR -",
    "curl -s \"$URL\" | isols -",
    "isols -R -0 debian.iso /etc | grep -z '\\.conf$' | isocat -0 --files-from - debian.iso",
    "imgsum --files debian.iso | (cd mirror && sha256sum -c)",
    "diff <(imgsum --files old.iso) <(imgsum --files new.iso)",
    "disc.iso: ; isomk -o $@ --depfile $@.d rootfs",
];

/// A folder with what the pipelines start from.
const STAGE: &str = r#"
mkdir -p rootfs/etc/ssl rootfs/bin site/css mirror
cp /bin/true rootfs/bin/true
ln rootfs/bin/true rootfs/bin/also-true
ln -s true rootfs/bin/link
echo root > rootfs/etc/passwd
echo '<h1>site</h1>' > site/index.html
echo 'h1 {}' > site/css/site.css
mkdir -p debian/install.amd debian/pool/main/b debian/etc/apt
cp /bin/true debian/install.amd/vmlinuz
seq 300000 > debian/pool/main/b/big.deb
echo small > debian/pool/main/small.deb
echo one > debian/etc/one.conf
echo two > debian/etc/apt/two.conf
echo not > debian/etc/conf.not
isomk -o debian.iso debian
"#;

fn stage() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    printed(folder.path(), STAGE);
    folder
}

/// Runs a script, of which every line must succeed; what it printed.
#[track_caller]
/// The pipeline of [`PIPELINES`] that begins with `start`.
fn pipeline(start: &str) -> &'static str {
    let mut found = PIPELINES.into_iter().filter(|pipeline| pipeline.starts_with(start));
    let pipeline = found.next().expect("one of the ten");
    assert_eq!(found.next(), None, "{start} begins several");
    pipeline
}

#[test]
fn a_file_of_an_image_is_looked_at() {
    if peer("file").is_none() {
        return;
    }
    let folder = stage();
    assert!(printed(folder.path(), pipeline("isocat debian")).contains("ELF"));
}

#[test]
fn a_subtree_is_unpacked() {
    let folder = stage();
    printed(folder.path(), pipeline("isocat --tar"));
    printed(folder.path(), "diff -r debian/pool mirror/pool; [ \"$(ls mirror)\" = pool ]");
}

#[test]
fn a_tar_stream_becomes_an_image() {
    let folder = stage();
    printed(folder.path(), pipeline("tar -c"));
    let listed = printed(folder.path(), "isols -R site.iso; isols --volume site.iso");
    assert!(listed.starts_with("/site\n/site/css\n/site/css/site.css\n/site/index.html\n"), "{listed}");
    assert!(listed.contains("SITE"), "{listed}");
    printed(folder.path(), "isocat site.iso /site/css/site.css | cmp - site/css/site.css");
}

#[test]
fn an_image_is_built_summed_and_compressed_at_once_and_listed_again() {
    let folder = stage();
    printed(folder.path(), pipeline("isomk rootfs"));
    let listed = printed(folder.path(), pipeline("imgconv"));
    for line in ["/bin/also-true\n", "/bin/link -> true\n", "/etc/passwd\n", "/etc/ssl\n"] {
        assert!(listed.contains(line), "{line}: {listed}");
    }
    printed(folder.path(), "isomk rootfs > again.iso; imgconv root.iso.zst | cmp - again.iso");
    let sums =
        printed(folder.path(), "cut -d ' ' -f 1 root.iso.sums; sha256sum < again.iso | cut -d ' ' -f 1");
    let lines: Vec<&str> = sums.lines().collect();
    assert!(matches!(lines.as_slice(), [ours, theirs] if ours == theirs), "{sums}");
    if peer("zstd").is_some() {
        printed(folder.path(), "zstd -dcq root.iso.zst | cmp - again.iso");
    }
}

#[test]
fn a_remote_image_is_listed_by_its_beginning() {
    if peer("curl").is_none() {
        return;
    }
    let folder = stage();
    // Curl complains when nobody wants the rest, so its status does not count; isols's does.
    let script =
        "set +o pipefail; head -c 50000000 /dev/zero >> debian.iso; export URL=\"file://$PWD/debian.iso\"\n";
    let listed = printed(folder.path(), &format!("{script}{}", pipeline("curl")));
    assert_eq!(listed, "etc\ninstall.amd\npool\n");
    let left = printed(folder.path(), "cat debian.iso | { isols -R - > /dev/null; wc -c; }");
    let left: u64 = left.trim().parse().expect("a number");
    let size = std::fs::metadata(folder.path().join("debian.iso")).expect("made").len();
    assert!(size - left < size / 20, "{} of {size} bytes were taken", size - left);
}

#[test]
fn files_chosen_by_name_are_written() {
    let folder = stage();
    let written = printed(folder.path(), pipeline("isols -R -0"));
    let mut lines: Vec<&str> = written.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["one", "two"]);
}

#[test]
fn an_unpacked_tree_is_checked_against_the_image() {
    let folder = stage();
    printed(folder.path(), "isocat --tar debian.iso | tar -x -C mirror");
    let checked = printed(folder.path(), pipeline("imgsum --files"));
    assert!(checked.lines().all(|line| line.ends_with(": OK")), "{checked}");
    assert_eq!(checked.lines().count(), 6, "{checked}");
    printed(folder.path(), "echo bad > mirror/etc/one.conf");
    let bad = shell(folder.path(), pipeline("imgsum --files"));
    assert_eq!(bad.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&bad.stdout).contains("etc/one.conf: FAILED"));
}

#[test]
fn what_changed_between_two_images_is_told() {
    let folder = stage();
    printed(
        folder.path(),
        "isomk -o old.iso rootfs; echo wheel >> rootfs/etc/passwd; isomk -o new.iso rootfs",
    );
    let told = shell(folder.path(), pipeline("diff"));
    assert_eq!(told.status.code(), Some(1), "{told:?}");
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    let changed: Vec<&str> = text.lines().filter(|line| line.starts_with(['<', '>'])).collect();
    assert!(
        matches!(changed.as_slice(), [old, new] if old.ends_with("  etc/passwd") && new.ends_with("  etc/passwd")),
        "{text}"
    );
}

#[test]
fn make_knows_every_file_that_went_in() {
    if peer("make").is_none() {
        return;
    }
    let folder = stage();
    let rule = format!("{}\n-include disc.iso.d\n", pipeline("disc.iso"));
    std::fs::write(folder.path().join("Makefile"), rule).expect("room");
    let make = || {
        let made = output(&mut bash(folder.path(), &["-c", "make disc.iso"]));
        assert!(made.status.success(), "{made:?}");
        String::from_utf8_lossy(&made.stdout).contains("isomk")
    };
    assert!(make(), "there is nothing yet");
    assert!(!make(), "nothing changed");
    printed(folder.path(), "sleep 0.01; echo more >> rootfs/etc/passwd");
    assert!(make(), "a file changed");
    assert!(printed(folder.path(), "isocat disc.iso /etc/passwd").ends_with("more\n"));
    printed(folder.path(), "sleep 0.01; rm rootfs/bin/link");
    assert!(make(), "a name is gone");
    assert!(!make(), "nothing changed since");
}
