//! The committed pages are what the tables say today, and legal.

use isokit_golden::assert_golden;
use std::path::Path;

/// The folder of the pages.
fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages as they are rendered today, by their file names.
fn pages() -> Vec<(String, String)> {
    isokit_man::pages(folder()).expect("pages can be rendered")
}

#[test]
fn pages_are_up_to_date() {
    for (name, page) in pages() {
        assert_golden(folder().join(name), &page);
    }
    let schemas = std::fs::read_dir(folder().join("../doc/json")).expect("the schemas").count();
    assert_eq!(
        schemas,
        isokit_man::json::SCHEMAS.len(),
        "a schema is missing from isokit_man::json::SCHEMAS"
    );
}

#[test]
fn every_option_is_documented_and_every_value_named() {
    for tool in isokit_man::tools() {
        tool.clone().debug_assert();
        for argument in tool.get_arguments() {
            let id = argument.get_id();
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.len() > 3, "{}: {id} has no help", tool.get_name());
            if argument.get_action().takes_values() {
                assert!(
                    argument.get_value_names().is_some(),
                    "{}: {id}'s value has no name",
                    tool.get_name()
                );
            }
        }
    }
}

#[test]
fn pages_describe_every_option() {
    for (name, page) in pages() {
        for paragraph in page.split("\n.TP\n").skip(1) {
            let (tag, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
            let is_described = !rest.is_empty() && !rest.starts_with(".SH");
            assert!(is_described, "{name}: {tag} is not described");
        }
    }
}

/// Two screens of a terminal of 24 lines.
const SCREENS: usize = 48;

#[test]
fn short_help_fits_two_screens_and_ends_in_two_examples() {
    for tool in isokit_man::tools() {
        let name = tool.get_name().to_owned();
        let help = tool.max_term_width(80).render_help().to_string();
        let lines: Vec<&str> = help.lines().collect();
        assert!(
            lines.len() <= SCREENS,
            "{name}: {} lines: hide_short_help on the rarest options",
            lines.len()
        );
        assert!(lines.iter().all(|line| line.chars().count() <= 80), "{name}: {help}");
        let [.., heading, first, second] = &lines[..] else { panic!("{name}: {help}") };
        assert_eq!(*heading, "Examples:", "{name}");
        assert!([first, second].iter().all(|line| line.contains(&name)), "{name}: {first} {second}");
    }
}

#[test]
fn pages_are_clean_for_mandoc() {
    let Some(mut mandoc) = isokit_tests::peer("mandoc") else { return };
    for entry in std::fs::read_dir(folder()).expect("the folder of the pages") {
        let path = entry.expect("readable").path();
        if path.extension().is_some_and(|section| section.len() == 1) {
            mandoc.arg(path);
        }
    }
    let output = mandoc.args(["-T", "lint", "-W", "warning"]).output().expect("mandoc runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
}
