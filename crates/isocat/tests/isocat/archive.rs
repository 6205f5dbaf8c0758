//! Archives: read by GNU tar, bsdtar and Python, and compared with the tree the image was made of.

use isokit_tests::Workshop;
use isokit_tests::peer;

const TREE: &str = r#"
umask 022
mkdir -p tree/a/b/c tree/locked tree/empty
echo hi > tree/a/hi
ln tree/a/hi tree/hard
ln -s ../hard tree/a/soft
ln -s "$(printf 'component/%.0s' $(seq 20))end" tree/longlink
seq 100000 > tree/numbers
echo x > "tree/$(printf 'n%.0s' $(seq 200)).txt"
mkdir -p "tree/$(printf 'd%.0s' $(seq 90))/$(printf 'e%.0s' $(seq 90))"
echo y > "tree/$(printf 'd%.0s' $(seq 90))/$(printf 'e%.0s' $(seq 90))/y"
echo ü > 'tree/ünïcødé 𝄞'
printf z > $'tree/a/\xff\xfe'
mkfifo tree/fifo
mknod tree/null c 1 3 2>/dev/null && chown 3000000:5 tree/a/b
echo in > tree/locked/in
chmod 4755 tree/numbers; chmod 1777 tree/empty; chmod 555 tree/locked
setfattr -n user.k -v 'a value' tree/numbers 2>/dev/null || true
setfacl -m u:12:rw tree/a/hi 2>/dev/null || true
touch -h -d '2001-02-03 04:05:06' $(find tree -depth -not -name 'ü*')
touch -d '2001-02-03 04:05:06' tree/ü* tree
touch -d 2040-01-01 tree/a/hi; touch -d 1965-01-01 tree/a/b
"#;

/// All that find(1) can say, in whole seconds, of all but the root.
const FACTS: &str = r"find . -mindepth 1 -printf '%P|%y|%m|%U:%G|%T@|%l|%n' -a \( -type f -printf '|%s' -o -true \) -printf '\n' | sed 's/\.0000000000//' | LC_ALL=C sort";

#[test]
fn gnu_tar_restores_what_the_image_was_made_of() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    let want = workshop.shell(&format!("cd tree; {FACTS}"));
    let xattrs = "getfacl -R -p -n . 2>/dev/null || true; getfattr -R -d . 2>/dev/null || true";
    let want_xattrs = workshop.shell(&format!("cd tree; {xattrs}"));
    for isocat in ["isocat --tar x.iso", "isocat --tar - < <(cat x.iso)", "isocat --tar x.iso /"] {
        workshop.shell(&format!("rm -rf out; mkdir out; {isocat} | tar -xp --acls --xattrs -C out"));
        let extracted = workshop.shell(&format!("cd out; {FACTS}"));
        pretty_eq(&extracted, &want);
        workshop.shell("diff -r --no-dereference -x fifo -x null tree out");
        // Without the permission nobody but root can make the special files and owners that are compared.
        let got = workshop.shell(&format!("cd out; {xattrs}"));
        pretty_eq(&got.replace("out", "tree"), &want_xattrs);
    }
}

#[test]
fn bsdtar_and_python_see_what_gnu_tar_sees() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    workshop.shell("isocat --tar x.iso > x.tar");
    let gnu = "tar --quoting-style=literal --numeric-owner -tvf x.tar 2>/dev/null";
    let names = workshop.shell("tar --quoting-style=literal -tf x.tar 2>/dev/null | LC_ALL=C sort");
    if peer("bsdtar").is_some() {
        let theirs = workshop
            .shell("LC_ALL=C.UTF-8 bsdtar -tf x.tar | sed 's/\\\\377\\\\376/\\xff\\xfe/' | LC_ALL=C sort");
        pretty_eq(&theirs, &names);
    }
    if peer("python3").is_some() {
        let script = "
import tarfile, os, sys
for m in tarfile.open('x.tar'):
    line = m.name + ('/' if m.isdir() else '')
    os.write(1, line.encode('utf-8', 'surrogateescape') + b'\\n')
";
        let theirs = workshop.shell(&format!("python3 -c \"{script}\" | LC_ALL=C sort"));
        pretty_eq(&theirs, &names);
    }
    let listing = workshop.shell(gnu);
    let hard = listing.lines().find(|line| line.starts_with('h')).expect("a hard link");
    assert!(hard.ends_with("hard link to a/hi") || hard.ends_with("a/hi link to hard"), "{hard}");
}

#[test]
fn chosen_paths_only_and_each_once() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    for (paths, want) in [
        ("/a/b", "a/b/\na/b/c/\n"),
        ("/a/b/c /a/b /a/b/c", "a/b/\na/b/c/\n"),
        ("'/em*' /hard", "empty/\nhard\n"),
        ("/a/soft", "a/soft\n"),
    ] {
        assert_eq!(workshop.shell(&format!("isocat --tar x.iso {paths} | tar -t")), want, "{paths}");
    }
    let (status, out, err) = workshop.ended("isocat --tar x.iso /none /empty | tar -t");
    assert_eq!((status, out.as_str()), (1, "empty/\n"));
    assert_eq!(err, "isocat: x.iso: /none: no such file in the image\n");
}

#[test]
fn the_same_image_gives_the_same_archive() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    workshop.shell(
        "isocat --tar x.iso > one
         isocat --tar - < <(cat x.iso) | cmp - one
         (umask 077; cd /; TZ=Asia/Kolkata LC_ALL=C SOURCE_DATE_EPOCH=1 isocat --tar \"$OLDPWD\"/x.iso) | cmp - one
         isocat --tar -o two x.iso; cmp one two",
    );
}

#[test]
fn other_trees_make_archives_too() {
    let Some(workshop) = Workshop::with_image("mkdir -p tree/sub; echo long > 'tree/sub/A long name.text'")
    else {
        return;
    };
    let list = |names: &str| {
        workshop
            .shell(&format!("isocat --names {names} --tar x.iso | tar --numeric-owner -tv | sed -E 's/ +[0-9]+ [0-9-]+ [0-9:]+//'"))
    };
    assert_eq!(list("joliet"), "drwxr-xr-x 0/0 sub/\n-rw-r--r-- 0/0 sub/A long name.text\n");
    assert_eq!(list("iso"), "drwxr-xr-x 0/0 SUB/\n-rw-r--r-- 0/0 SUB/A_LONG_N.TEX\n");
}

#[track_caller]
fn pretty_eq(got: &str, want: &str) {
    let missing: Vec<_> = want.lines().filter(|line| !got.lines().any(|other| other == *line)).collect();
    let extra: Vec<_> = got.lines().filter(|line| !want.lines().any(|other| other == *line)).collect();
    assert!(missing.is_empty() && extra.is_empty(), "missing {missing:#?}\nextra {extra:#?}");
}
