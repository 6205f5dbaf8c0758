//! Dates beyond what an image can say.

use isokit_tests::Workshop;

/// The last second of the year 9999.
const LAST: i64 = 253_402_300_799;
/// The first second of the year 1.
const FIRST: i64 = -62_135_596_800;
const OUTSIDE: &str = "its date is outside the years 1 to 9999; the nearest date is recorded";
const FORMATS: [&[&str]; 4] =
    [&["--no-joliet"], &["--format", "udf"], &["--udf", "--no-joliet"], &["--no-joliet", "--udf=2.50"]];

fn said(workshop: &Workshop, arguments: &[&str]) -> String {
    let made = workshop.isomk(&["-o", "image"]).args(arguments).arg("tree").assert().success();
    String::from_utf8_lossy(&made.get_output().stderr).into_owned()
}

#[test]
fn a_file_whose_date_is_moved_is_said() {
    let workshop = Workshop::new("mkdir tree; echo 1 > tree/a; echo 2 > tree/b; touch -d @1 tree/* tree");
    for format in FORMATS {
        for inside in [FIRST, LAST] {
            assert_eq!(
                said(&workshop, &[format, &["--mtime", &format!("@{inside}")]].concat()),
                "",
                "{format:?}"
            );
        }
        for outside in [FIRST - 1, LAST + 1, i64::MAX, i64::MIN] {
            let (of_one, outside) = (format!("b=@{outside}"), format!("@{outside}"));
            let one = [format, &["--mtime", &of_one]].concat();
            assert_eq!(
                said(&workshop, &one),
                format!("isomk: /b: warning: {OUTSIDE}\n"),
                "{format:?} {outside}"
            );
            let all = [format, &["--mtime", &outside]].concat();
            assert_eq!(
                said(&workshop, &all),
                format!(
                    "isomk: /: warning: {OUTSIDE}\nisomk: image: warning: 2 more like this one; -v lists them\n"
                ),
                "{format:?}"
            );
            let verbose = said(&workshop, &[&all[..], &["-v"]].concat());
            for path in ["/", "/a", "/b"] {
                assert!(verbose.contains(&format!("isomk: {path}: warning: {OUTSIDE}\n")), "{verbose}");
            }
            let volume = [format, &["--date", &outside]].concat();
            assert_eq!(said(&workshop, &volume), format!("isomk: image: warning: {OUTSIDE}\n"), "{format:?}");
        }
    }
}

#[test]
fn without_rock_ridge_dates_have_one_byte_for_the_year() {
    let workshop = Workshop::new("mkdir tree; echo 1 > tree/a; touch -d @1 tree/a tree");
    let warning = "isomk: /a: warning: its date is outside the years 1900 to 2155 of ISO 9660 without Rock Ridge; the nearest date is recorded\n";
    for (date, want) in
        [("1899-12-31", warning), ("1900-01-01", ""), ("2155-12-31", ""), ("2156-01-01", warning)]
    {
        let arguments = ["--rr", "off", "--mtime", &format!("a={date}")];
        assert_eq!(said(&workshop, &arguments), want, "{date}");
        assert_eq!(said(&workshop, &[&arguments[2..], &["--no-joliet"]].concat()), "", "{date}");
    }
}

#[test]
fn a_date_that_only_joliet_cannot_have_is_told() {
    let workshop = Workshop::new("mkdir tree; echo 1 > tree/a; touch -d @1 tree/a tree");
    let warning = "isomk: /a: warning: its date is outside the years 1900 to 2155 of Joliet; the nearest date is recorded there\n";
    for (date, want) in
        [("1899-12-31", warning), ("1900-01-01", ""), ("2155-12-31", ""), ("2156-01-01", warning)]
    {
        assert_eq!(said(&workshop, &["--mtime", &format!("a={date}")]), want, "{date}");
    }
    let far = said(&workshop, &["--mtime", "a=@253402300800"]);
    assert_eq!(far, format!("isomk: /a: warning: {OUTSIDE}\n"), "said once");
}
