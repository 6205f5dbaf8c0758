//! Command lines that users of other tools type: each is answered with what to type here.

use isokit_tests::shell;

/// A command line, and its answer on standard error.
const TYPED: &[(&str, &str)] = &[
    (
        "isomk -J -R -b boot.img tree",
        "isomk: -J: not needed; Joliet names are recorded unless --no-joliet is given\n\
         isomk: -R: not needed; Rock Ridge is recorded unless --no-rr is given\n\
         isomk: -b: use --bios-boot PATH\n\
         isomk: try: isomk --help\n",
    ),
    (
        "isomk -no-emul-boot -boot-load-size 4 -boot-info-table -o x.iso tree",
        "isomk: -no-emul-boot: not needed; boot images are not emulated unless --boot-entry PATH,emulation=KIND says so\n\
         isomk: -boot-load-size: use --boot-entry PATH,load-size=SECTORS\n\
         isomk: -boot-info-table: use --boot-info-table\n\
         isomk: try: isomk --help\n",
    ),
    (
        "isomk -allow-lowercase -d -N -append_partition 2 0xef esp.img -o x.iso tree",
        "isomk: -allow-lowercase: use --relaxed-names lower-case; Rock Ridge and Joliet record names as they are\n\
         isomk: -append_partition: use --append-partition NUMBER:TYPE=FILE\n\
         isomk: try: isomk --help\n",
    ),
    (
        "imgconv -d -c -k -T0 x.xz",
        "imgconv: -d: not needed; imgconv decompresses whatever it recognizes, and writes raw unless told otherwise\n\
         imgconv: -c: not needed; imgconv writes to standard output unless -o FILE is given\n\
         imgconv: -k: not needed; imgconv never deletes its input\n\
         imgconv: -T: use --threads N; the default is one thread per processor\n\
         imgconv: try: imgconv --help\n",
    ),
    (
        "imgconv -dc x.gz",
        "imgconv: -d: not needed; imgconv decompresses whatever it recognizes, and writes raw unless told otherwise\n\
         imgconv: -c: not needed; imgconv writes to standard output unless -o FILE is given\n\
         imgconv: try: imgconv --help\n",
    ),
    (
        "isols -l -i x.iso",
        "isols: -i: name the image without an option: isols -l IMAGE\n\
         isols: try: isols --help\n",
    ),
    (
        "isocat -i x.iso -x /a",
        "isocat: -i: name the image without an option: isocat IMAGE PATH\n\
         isocat: -x: name the path without an option: isocat IMAGE PATH; --tar writes directories\n\
         isocat: try: isocat --help\n",
    ),
    ("imgsum -sha256 x", "imgsum: -sha256: use -a sha256\nimgsum: try: imgsum --help\n"),
];

#[test]
fn options_of_other_tools_are_answered_with_what_to_type() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (line, want) in TYPED {
        let ended = shell(folder.path(), line);
        assert_eq!(String::from_utf8_lossy(&ended.stderr), *want, "{line}");
        assert_eq!((ended.status.code(), ended.stdout.len()), (Some(2), 0), "{line}");
    }
}

#[test]
fn h_alone_is_help_for_isols_and_sizes_for_humans_elsewhere() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let alone = shell(folder.path(), "isols -h");
    let asked = shell(folder.path(), "isols -h < /dev/null");
    let text = String::from_utf8_lossy(&alone.stdout).into_owned();
    assert!(alone.status.success() && text.starts_with("List the contents"), "{text}");
    assert_eq!(asked.stdout, alone.stdout);
    let listed = shell(folder.path(), "head -c 3000 /dev/zero > f; isomk -o x.iso f && isols -lh x.iso");
    assert!(String::from_utf8_lossy(&listed.stdout).contains("3.0K"), "{listed:?}");
}
