//! No tool writes over what it reads.

/// Runs a script in a new folder, the tools first in the path, and gives back its status, messages and folder.
fn run(script: &str) -> (Option<i32>, String, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let out = isokit_tests::shell(folder.path(), script);
    (out.status.code(), String::from_utf8_lossy(&out.stderr).into_owned(), folder)
}

#[test]
fn an_input_is_never_an_output() {
    let make =
        "mkdir t; echo one > t/a; isomk -o x.iso t; ln x.iso hard; ln -s x.iso soft; cp x.iso as-it-was";
    for (script, option) in [
        ("isols x.iso >> x.iso", "standard output"),
        ("isols < x.iso >> hard", "standard output"),
        ("isocat x.iso /a >> x.iso", "standard output"),
        ("isocat -o soft x.iso /a", "--output soft"),
        ("isocat -o ./x.iso x.iso --system-area", "--output ./x.iso"),
        ("isocat -o x.iso as-it-was --files-from x.iso", "--output x.iso"),
        ("imgconv -o hard x.iso", "--output hard"),
        ("imgconv -o x.iso --to gz - < soft", "--output x.iso"),
        ("imgconv x.iso >> x.iso", "standard output"),
        ("imgsum x.iso as-it-was >> x.iso", "standard output"),
        ("imgsum --files x.iso >> soft", "standard output"),
        ("imgsum -c x.iso >> x.iso", "standard output"),
        ("imgsum x.iso > s; imgsum -c s >> soft", "standard output"),
        ("imgsum --volume x.iso > s; imgsum --volume -c < s >> x.iso", "standard output"),
        ("imgsum --files x.iso > s; imgsum --files -c s < x.iso >> soft", "standard output"),
        ("imgsum --tee x.iso < x.iso > copy", "--tee x.iso"),
        ("isomk -o soft x.iso", "--output soft"),
    ] {
        let (status, said, folder) = run(&format!("{make}; {script}"));
        assert_eq!(status, Some(2), "{script}: {said}");
        assert!(
            said.ends_with(&format!(": is both an input and an output ({option})\n")),
            "{script}: {said}"
        );
        let read = |name| std::fs::read(folder.path().join(name)).expect("there");
        assert!(read("x.iso") == read("as-it-was"), "{script}");
    }
    let (status, said, _folder) = run(&format!("{make}; imgsum --tee out < x.iso > out"));
    assert_eq!(
        (status, said.as_str()),
        (Some(2), "imgsum: out: standard output and --tee out are the same file\n")
    );
    let (status, said, _folder) =
        run(&format!("{make}; imgconv x.iso -o y.iso && isols x.iso > list && isols x.iso > /dev/null"));
    assert_eq!((status, said.as_str()), (Some(0), ""));
}
