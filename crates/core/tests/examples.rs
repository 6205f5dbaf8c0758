//! The examples do what they say.

use std::path::Path;
use std::process::{Command, Output};

/// What the example says to these arguments. Cargo builds it first where that was not done yet.
fn example(name: &str, arguments: &[&Path]) -> Output {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Command::new(cargo)
        .args(["run", "--quiet", "--offline", "--example", name, "--"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs")
}

#[track_caller]
fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("text")
}

#[test]
fn what_build_makes_list_lists_and_cat_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let image = folder.path().join("new.iso");
    assert_eq!(printed(&example("build", &[&image])), "");
    let listed = "\
d       2048 /etc
-          7 /etc/issue
-          9 /etc/motd
l          0 /motd
d       2048 /var
d       2048 /var/empty
";
    assert_eq!(printed(&example("list", &[&image])), listed);
    for path in ["/etc/motd", "motd"] {
        assert_eq!(printed(&example("cat", &[&image, Path::new(path)])), "Welcome.\n");
    }
    for (wrong, said) in [
        ("/etc", "Error: \"not a regular file\"\n"),
        (
            "/none",
            "Error: NotFound(NotFound { what: \"/none\", problem: \"no such file in the image\", advice: None })\n",
        ),
    ] {
        let output = example("cat", &[&image, Path::new(wrong)]);
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(1), said));
    }
}
