//! Completions are what shells take, and know the names in an image.

use isokit_tests::{output, peer, shell};
use std::fs;
use std::path::Path;

/// The completions, and `x.iso` with names that a shell would obey, in `folder`; none without the peer that makes it.
fn prepared(folder: &Path) -> Option<()> {
    isokit_man::completions::write(folder).expect("room");
    let tree = folder.join("tree");
    fs::create_dir_all(tree.join("boot/two words")).expect("room");
    for name in [
        "boot/grub.cfg",
        "boot/two words/it's",
        "$(touch ran)",
        "`touch ran`",
        "a;touch ran",
        "b'\"c",
        "co:lon",
        "tw\no",
    ] {
        fs::write(tree.join(name), name).expect("room");
    }
    fs::write(tree.join("bold"), "").expect("room");
    let mut genisoimage = peer("genisoimage")?;
    genisoimage.args(["-quiet", "-R", "-o", "x.iso", "tree"]).current_dir(folder);
    assert!(output(&mut genisoimage).status.success());
    fs::copy(folder.join("x.iso"), folder.join("my disc.iso")).expect("room");
    Some(())
}

/// The lines that are completed to: the words typed so far with each candidate, as a shell takes it.
fn run(folder: &Path, script: &str) -> Vec<String> {
    fs::write(folder.join("script"), script).expect("room");
    let shell_name = script.lines().next().unwrap_or_default().trim_start_matches("#!");
    let ran = shell(folder, &format!("HOME=$PWD {shell_name} script"));
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(said, "", "{script}");
    assert!(!folder.join("ran").exists(), "a name was run: {script}");
    let mut lines: Vec<String> = String::from_utf8_lossy(&ran.stdout).lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

const NAMES: [&str; 7] = ["$(touch ran)", "`touch ran`", "a;touch ran", "b'\"c", "bold", "boot/", "co:lon"];

#[test]
fn every_file_is_legal() {
    let folder = tempfile::tempdir().expect("a folder");
    isokit_man::completions::write(folder.path()).expect("room");
    for (program, files) in [("bash", "*.bash"), ("zsh", "_*"), ("fish", "*.fish")] {
        if peer(program).is_none() {
            continue;
        }
        let checked =
            shell(folder.path(), &format!("for file in {files}; do {program} -n $file || exit 1; done"));
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        assert!(checked.status.success() && said.is_empty(), "{program}: {said}");
    }
    if peer("fish").is_some() {
        let read = shell(folder.path(), "for file in *.fish; do fish -c \"source $file\" || exit 1; done");
        assert_eq!((read.status.code(), String::from_utf8_lossy(&read.stderr).as_ref()), (Some(0), ""));
    }
}

#[test]
fn bash_completes_names_in_an_image() {
    let folder = tempfile::tempdir().expect("a folder");
    if prepared(folder.path()).is_none() {
        return;
    }
    let complete = |line: &str, word: &str| {
        let script = "#!bash\ncompopt() { :; }\nsource ./isocat.bash\nCOMP_LINE=$(cat line) COMP_POINT=${#COMP_LINE}\n\
             COMP_WORDS=($COMP_LINE) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n\
             _isocat_or_in_image isocat \"$(cat word)\" ''\nprintf '%s\\n' \"${COMPREPLY[@]}\"";
        fs::write(folder.path().join("line"), line).expect("room");
        fs::write(folder.path().join("word"), word).expect("room");
        run(folder.path(), script)
    };
    assert_eq!(complete("isocat x.iso /bo", "/bo"), ["/bold", "/boot/"]);
    assert_eq!(complete("isocat x.iso bo", "bo"), ["bold", "boot/"]);
    assert_eq!(complete("isocat x.iso /boot/", "/boot/"), ["/boot/grub.cfg", "/boot/two words/"]);
    assert_eq!(
        complete(r"isocat my\ disc.iso /boot/two\ words/", r"/boot/two\ words/"),
        ["/boot/two words/it's"]
    );
    assert_eq!(complete("isocat 'my disc.iso' \"/boot/tw", "/boot/tw"), ["/boot/two words/"]);
    assert_eq!(complete("isocat -o out --names rr ~/x.iso /bol", "/bol"), ["/bold"]);
    assert_eq!(complete("isocat x.iso co:l", "l"), ["lon"]);
    // Readline would leave backquotes and dollars as they are.
    assert_eq!(complete("true; isocat --tar x.iso ", ""), ["a;touch ran", "bold", "boot/", "co:lon"]);
    assert_eq!(complete(r"isocat x.iso /\`", r"/\`"), [""]);
    assert_eq!(complete("isocat x.iso --ta", "--ta"), ["--tar"]);
    assert_eq!(complete("isocat --names iso x.iso BO", "BO"), ["BOLD", "BOOT/"]);
}

#[test]
fn fish_completes_names_in_an_image() {
    let folder = tempfile::tempdir().expect("a folder");
    if peer("fish").is_none() || prepared(folder.path()).is_none() {
        return;
    }
    let complete = |line: &str| {
        fs::write(folder.path().join("line"), line).expect("room");
        run(folder.path(), "#!fish\nsource isocat.fish\nsource isols.fish\ncomplete -C(cat line)")
    };
    assert_eq!(complete("isocat x.iso /bo"), ["/bold", "/boot/"]);
    assert_eq!(complete("isols -l x.iso /boot/"), ["/boot/grub.cfg", "/boot/two words/"]);
    assert_eq!(complete(r"isocat my\ disc.iso /boot/two\ words/"), ["/boot/two words/it's"]);
    assert_eq!(complete("isocat -o out --names rr x.iso /bol"), ["/bold"]);
    assert_eq!(complete("isocat --tar x.iso "), NAMES);
}

#[test]
fn zsh_completes_names_in_an_image() {
    let folder = tempfile::tempdir().expect("a folder");
    if peer("zsh").is_none() || prepared(folder.path()).is_none() {
        return;
    }
    // A shell on a terminal of its own, which inserts what the line can only be, and shows it.
    let complete = |line: &str| {
        let script = format!(
            "#!zsh -f\nzmodload zsh/zpty\nzpty z zsh -f -i\n\
             zpty -w z \"PS1='' ; PROMPT=''; fpath=(\\$PWD \\$fpath); autoload -U compinit; compinit -u -D; bindkey '^I' complete-word\"\n\
             zpty -w z 'isocat() {{ print -r -- \"<\" ${{(j:|:)@}} \">\" }}'\n\
             zpty -w -n z $'{line}\\t\\n'\nzpty -w z 'print END; exit'\n\
             local chunk; while zpty -r z chunk '*END*'; do print -r -- $chunk; done | tr -d '\\r' | sed -n 's/^< \\(.*\\) >$/\\1/p'\n"
        );
        run(folder.path(), &script)
    };
    assert_eq!(complete("isocat x.iso /bol"), ["x.iso|/bold"]);
    assert_eq!(complete("isocat x.iso /boot/gr"), ["x.iso|/boot/grub.cfg"]);
    assert_eq!(
        complete("isocat --names rr my\\\\ disc.iso /boot/two\\\\ words/"),
        ["--names|rr|my disc.iso|/boot/two words/it's"]
    );
    assert_eq!(complete("isocat x.iso /a"), ["x.iso|/a;touch ran"]);
}
