//! Identifiers of the volume: what fits, and what is said of what does not.

use isokit_tests::Workshop;

#[test]
fn an_identifier_that_is_cut_or_changed_is_said_for_each_descriptor() {
    let workshop = Workshop::new("mkdir tree; echo 1 > tree/a");
    let said = |arguments: &[&str]| {
        let made = workshop.isomk(&["-o", "image.iso"]).args(arguments).arg("tree").assert().success();
        String::from_utf8_lossy(&made.get_output().stderr).into_owned()
    };
    assert_eq!(said(&["-V", "Sixteen letters."]), "");
    assert_eq!(said(&["-V", "More than sixteen letters", "--no-joliet"]), "");
    assert_eq!(
        said(&["-V", "More than sixteen letters"]),
        "isomk: image: warning: the volume identifier is \"More than sixtee\" in the Joliet descriptor; at most \
         16 UTF-16 units fit\n"
    );
    assert_eq!(
        said(&["--no-joliet", "--publisher", "Müller", "-V", &"v".repeat(33)]),
        format!(
            "isomk: image: warning: the volume identifier is \"{}\" in the primary descriptor; at most 32 \
             characters of ASCII fit\nisomk: image: warning: the publisher identifier is \"M_ller\" in the primary \
             descriptor; at most 128 \
         characters of ASCII fit\n",
            "v".repeat(32)
        )
    );
    assert_eq!(said(&["-q", "-V", "More than sixteen letters"]), "");
    let field = 17 * 2048 + 40;
    let recorded: Vec<u8> = "More than sixtee".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(workshop.read("image.iso")[field..field + 32], recorded);
}

#[test]
fn a_file_that_the_descriptor_has_no_room_to_name_is_said() {
    let workshop = Workshop::new("mkdir tree; echo 1 > tree/a-copyright-notice.txt");
    let made =
        workshop.isomk(&["-o", "i.iso", "--copyright", "a-copyright-notice.txt", "tree"]).assert().success();
    assert_eq!(
        String::from_utf8_lossy(&made.get_output().stderr),
        "isomk: image: warning: the copyright file identifier is \"\" in the Joliet descriptor; at most 18 \
         UTF-16 units fit\n"
    );
}

#[test]
fn strict_names_are_strict_about_identifiers() {
    let workshop = Workshop::new("mkdir tree; echo 1 > tree/a");
    workshop.refuses(
        &["--strict-names", "-V", "More than sixteen letters", "tree"],
        "isomk: with strict names, the volume identifier is \"More than sixtee\" in the Joliet descriptor",
    );
    let fits = ["--strict-names", "--no-joliet", "-V", "More than sixteen letters", "tree"];
    workshop.image(&fits);
}

#[test]
fn udf_says_what_its_descriptors_have_no_room_for() {
    let workshop = Workshop::new("mkdir tree; echo 1 > tree/a");
    let said = |arguments: &[&str]| {
        let made = workshop.isomk(&["-o", "image.udf"]).args(arguments).arg("tree").assert().success();
        String::from_utf8_lossy(&made.get_output().stderr).into_owned()
    };
    let alone = ["--format", "udf", "-V"];
    assert_eq!(said(&[&alone[..], &[&"x".repeat(30)]].concat()), "");
    assert_eq!(
        said(&[&alone[..], &[&"Ω".repeat(16)]].concat()),
        format!(
            "isomk: image: warning: the volume identifier is \"{}\" in UDF's primary volume and file set \
             descriptors; at most 30 characters fit, or 15 if one is beyond Latin-1\n",
            "Ω".repeat(15)
        )
    );
    // The logical volume descriptor, third block behind the sequence's first, has all of it.
    let identifier = &workshop.read("image.udf")[35 * 2048 + 84..][..128];
    assert_eq!((identifier[0], identifier[127]), (16, 33));
    let bridge = said(&["--udf", "--no-joliet", "-V", &"x".repeat(32), "--publisher", &"p".repeat(35)]);
    assert_eq!(bridge.lines().count(), 2, "{bridge}");
    assert!(bridge.contains(&format!("publisher identifier is \"{}\" in UDF's", "p".repeat(34))), "{bridge}");
    workshop.refuses(
        &["--format", "udf", "--strict-names", "-V", &"x".repeat(31), "tree"],
        "isomk: with strict names, the volume identifier is \"",
    );
}
