//! What is listed, and how it looks.

use crate::image::{isols, odd_names, tree};
use isokit_tests::{output, peer};
use serde_json::Value;
use std::collections::BTreeMap;

#[test]
fn a_directory_is_listed_as_ls_does() {
    let Some(image) = tree() else { return };
    assert_eq!(image.listed(&[], &[]), "boot\ndocs\nreadme.txt\n");
    assert_eq!(image.listed(&["-a"], &[]), ".disk\nboot\ndocs\nreadme.txt\n");
    assert_eq!(image.listed(&["-r"], &["/boot"]), "vmlinuz.old\nvmlinuz\ninitrd\ngrub\n");
    assert_eq!(image.listed(&["-S"], &["boot"]), "vmlinuz\nvmlinuz.old\ninitrd\ngrub\n");
    assert_eq!(image.listed(&["-t"], &["boot/"]), "vmlinuz\nvmlinuz.old\ngrub\ninitrd\n");
    assert_eq!(image.listed(&["-St"], &["boot"]), image.listed(&["-t"], &["boot"]), "the last one counts");
    assert_eq!(image.listed(&["-0"], &[]), "boot\0docs\0readme.txt\0");
    assert_eq!(image.listed(&["-d"], &[]), "/\n");
    assert_eq!(image.listed(&["-d"], &["boot", "readme.txt"]), "/boot\n/readme.txt\n");
    assert_eq!(
        image.listed(&["-1"], &["readme.txt", "docs/deep", "boot/grub"]),
        "/readme.txt\n\n/docs/deep:\ner\n\n/boot/grub:\ngrub.cfg\n"
    );
}

#[test]
fn names_fill_a_line_down_first() {
    let Some(image) = tree() else { return };
    let listed = |columns: &str| {
        let assert = isols().env("COLUMNS", columns).args(["-aC"]).arg(image.path()).arg("docs").assert();
        String::from_utf8(assert.get_output().stdout.clone()).expect("UTF-8")
    };
    assert_eq!(listed("80"), "deep  empty  kernel  ünï 日本.txt\n");
    // 4 + 2 + 5 + 2 + 6 + 2 + 12: the two wide characters count twice.
    assert_eq!(listed("33"), "deep  empty  kernel  ünï 日本.txt\n");
    assert_eq!(listed("32"), "deep   kernel\nempty  ünï 日本.txt\n");
    assert_eq!(listed("5"), "deep\nempty\nkernel\nünï 日本.txt\n");
}

#[test]
fn a_long_listing_has_the_columns_of_ls() {
    let Some(image) = tree() else { return };
    assert_eq!(
        image.listed(&["-l"], &["boot"]),
        "drwxr-xr-x 1 1000 100   2048 Sep  9  2001 grub\n\
         -rw-r--r-- 1 1000 100   3000 Sep  9  2001 initrd\n\
         -rw------- 2 1000 100 100000 Sep  9  2001 vmlinuz\n\
         -rw------- 2 1000 100 100000 Sep  9  2001 vmlinuz.old\n"
    );
    assert_eq!(
        image.listed(&["-lh"], &["boot/vmlinuz", "boot/initrd"]),
        "-rw-r--r-- 1 1000 100 3.0K Sep  9  2001 /boot/initrd\n\
         -rw------- 2 1000 100  98K Sep  9  2001 /boot/vmlinuz\n"
    );
    let full = isols()
        .env("TZ", "XXX-5:30")
        .args(["--full-time", "-d"])
        .arg(image.path())
        .args(["docs/kernel", "readme.txt", "boot/grub/grub.cfg"])
        .assert()
        .success();
    let full = String::from_utf8(full.get_output().stdout.clone()).expect("UTF-8");
    let lines: Vec<&str> = full.lines().collect();
    assert_eq!(lines[0], "-rwsr-xr-x 1 1000 100  4 2001-09-09 07:16:40.000000000 +0530 /boot/grub/grub.cfg");
    assert!(
        lines[1].starts_with("lrwxrwxrwx 1 1000 100 15 ")
            && lines[1].ends_with(" /docs/kernel -> ../boot/vmlinuz")
    );
    assert_eq!(lines[2], "-rw-r--r-- 1 1000 100  6 2001-09-09 07:16:45.000000000 +0530 /readme.txt");
}

#[test]
fn recent_dates_show_the_time_of_day() {
    let Some(image) = tree() else { return };
    // The link itself was made now.
    let line = image.listed(&["-l"], &["docs/kernel"]);
    let minutes = line.split_whitespace().nth(7).expect("a line has nine words");
    assert_eq!((minutes.len(), minutes.find(':')), (5, Some(2)), "{line}");
}

#[test]
fn every_path_one_a_line_in_the_order_of_the_image() {
    let Some(image) = tree() else { return };
    let all = image.listed(&["-R"], &[]);
    let mut sorted: Vec<&str> = all.lines().collect();
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        [
            "/.disk",
            "/.disk/info",
            "/boot",
            "/boot/grub",
            "/boot/grub/grub.cfg",
            "/boot/initrd",
            "/boot/vmlinuz",
            "/boot/vmlinuz.old",
            "/docs",
            "/docs/deep",
            "/docs/deep/er",
            "/docs/deep/er/x",
            "/docs/empty",
            "/docs/kernel",
            "/docs/ünï 日本.txt",
            "/readme.txt",
        ]
    );
    assert!(all.starts_with("/boot\n/boot/grub\n/boot/grub/grub.cfg\n/boot/initrd\n"), "{all}");
    assert_eq!(image.listed(&["-R"], &["docs/deep"]), "/docs/deep\n/docs/deep/er\n/docs/deep/er/x\n");
    assert!(image.listed(&["-RS"], &[]).starts_with("/boot/vmlinuz\n/boot/vmlinuz.old\n/boot/initrd\n"));
    assert!(image.listed(&["-Rr"], &[]).starts_with("/readme.txt\n/docs/ünï"));
    assert_eq!(image.listed(&["-R", "-0"], &[]), all.replace('\n', "\0"));
}

#[test]
fn patterns_stay_within_a_component_unless_doubled() {
    let Some(image) = tree() else { return };
    assert_eq!(image.listed(&[], &["/boot/vm*"]), "/boot/vmlinuz\n/boot/vmlinuz.old\n");
    assert_eq!(image.listed(&["-d"], &["/*o*"]), "/boot\n/docs\n");
    assert_eq!(image.listed(&["-d"], &["**/g*"]), "/boot/grub\n/boot/grub/grub.cfg\n");
    assert_eq!(image.listed(&["-R"], &["/d*/deep"]), "/docs/deep\n/docs/deep/er\n/docs/deep/er/x\n");
    assert_eq!(image.listed(&[], &["/b*/g*"]), "/boot/grub:\ngrub.cfg\n");
}

#[test]
fn the_tree_is_drawn() {
    let Some(image) = tree() else { return };
    assert_eq!(
        image.listed(&["--tree"], &[]),
        "/
├── boot
│   ├── grub
│   │   └── grub.cfg
│   ├── initrd
│   ├── vmlinuz
│   └── vmlinuz.old
├── docs
│   ├── deep
│   │   └── er
│   │       └── x
│   ├── empty
│   ├── kernel -> ../boot/vmlinuz
│   └── ünï 日本.txt
└── readme.txt

5 directories, 9 files
"
    );
    let two = image.listed(&["--tree", "-r"], &["boot", "docs/deep"]);
    assert!(two.starts_with("/boot\n├── vmlinuz.old\n"), "{two}");
    assert!(two.contains("1 directory, 4 files\n\n/docs/deep\n"), "{two}");
}

#[test]
fn extents_lead_to_the_bytes() {
    let Some(image) = tree() else { return };
    let bytes = image.bytes();
    for (path, content) in [("/readme.txt", &b"hello\n"[..]), ("/boot/vmlinuz", &[7; 100_000])] {
        let line = image.listed(&["--extents"], &[path]);
        let [offset, length, shown] = line.trim_end().split('\t').collect::<Vec<_>>()[..] else {
            panic!("three fields: {line}");
        };
        let offset: usize = offset.parse().expect("a number");
        let length: usize = length.parse().expect("a number");
        assert_eq!(shown, path);
        assert!(bytes[offset..offset + length] == *content, "{path}");
    }
}

#[test]
fn json_says_all_there_is_and_is_valid_for_any_name() {
    let Some(image) = tree() else { return };
    let all: BTreeMap<String, Value> = image
        .listed(&["-R", "--json"], &[])
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a line is an object"))
        .map(|entry| (entry["path"].as_str().expect("a path").to_owned(), entry))
        .collect();
    assert_eq!(all.len(), 16);
    let kernel = &all["/boot/vmlinuz"];
    assert_eq!((&kernel["name"], &kernel["kind"]), (&"vmlinuz".into(), &"file".into()));
    assert_eq!(kernel["size"], 100_000);
    assert_eq!(kernel["mode"], "0600");
    assert_eq!((&kernel["links"], &kernel["uid"], &kernel["gid"]), (&2.into(), &1000.into(), &100.into()));
    assert_eq!(kernel["modified"], "2001-09-09T01:46:50Z");
    assert_eq!(kernel["extents"][0]["length"], 100_000);
    assert_eq!(kernel["serial"], all["/boot/vmlinuz.old"]["serial"]);
    assert_eq!(all["/docs/kernel"]["target"], "../boot/vmlinuz");
    assert_eq!(all["/docs"]["kind"], "directory");

    let Some(odd) = odd_names() else { return };
    let names: Vec<Value> = odd
        .listed(&["--json"], &[])
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is an object"))
        .collect();
    assert_eq!(names.len(), 4);
    let path = |text: &str| names.iter().any(|entry| entry["path"] == text);
    assert!(path("/new\nline") && path("/\u{1b}[31mred") && path("/quote\"back\\slash"));
    assert!(names.iter().any(|entry| entry["path_hex"] == "2ffffe"), "{names:?}");
}

#[test]
fn a_terminal_gets_escaped_names_side_by_side_and_in_colour() {
    let (Some(image), Some(odd)) = (tree(), odd_names()) else { return };
    let on_terminal = |command: &str| {
        let mut script = peer("script")?;
        let mut script = script.args(["-qec", command, "/dev/null"]);
        for (variable, value) in [("COLUMNS", "80"), ("TZ", "UTC0"), ("LS_COLORS", "di=1;34")] {
            script = script.env(variable, value);
        }
        Some(String::from_utf8(output(script).stdout).expect("UTF-8").replace("\r\n", "\n"))
    };
    let isols = env!("CARGO_BIN_EXE_isols");
    let Some(listed) = on_terminal(&format!("{isols} {}", odd.path().display())) else { return };
    assert_eq!(listed, "\\u{1b}[31mred  new\\nline  quote\"back\\\\slash  \\xff\\xfe\n");
    let coloured = on_terminal(&format!("{isols} {}", image.path().display())).expect("script is there");
    assert_eq!(coloured, "\x1b[1;34mboot\x1b[0m  \x1b[1;34mdocs\x1b[0m  readme.txt\n");
    let plain = on_terminal(&format!("NO_COLOR=1 {isols} -1 {}", image.path().display()));
    assert_eq!(plain.expect("script is there"), "boot\ndocs\nreadme.txt\n");
}

#[test]
fn names_go_raw_into_a_pipe() {
    let Some(odd) = odd_names() else { return };
    let assert = isols().arg(odd.path()).assert().success();
    assert_eq!(assert.get_output().stdout, b"\x1b[31mred\nnew\nline\nquote\"back\\slash\n\xff\xfe\n");
    let assert = isols().args(["--color=always"]).env("LS_COLORS", "fi=7").arg(odd.path()).assert().success();
    assert!(assert.get_output().stdout.starts_with(b"\x1b[7m\x1b[31mred\x1b[0m\n"));
}
