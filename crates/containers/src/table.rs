//! All containers.

use crate::container::Container;
use crate::{bzip2, gzip, lz4, xz, zstd};

/// All containers there are, in the order in which they are listed.
pub static CONTAINERS: [&Container; 5] =
    [&gzip::CONTAINER, &zstd::CONTAINER, &xz::CONTAINER, &bzip2::CONTAINER, &lz4::CONTAINER];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_name_and_no_suffix_is_that_of_two() {
        let mut names = BTreeSet::from(["raw"]);
        let mut suffixes = BTreeSet::from(["tar"]);
        for container in CONTAINERS {
            for name in container.aliases.iter().chain([&container.name]) {
                assert!(names.insert(name), "{name}");
            }
            for suffix in container.suffixes.iter().chain(container.archive_suffixes) {
                assert!(suffixes.insert(suffix) && *suffix == suffix.to_lowercase(), "{suffix}");
            }
            assert!(container.suffixes.contains(&container.name) || container.name == "zstd");
        }
    }

    #[test]
    fn default_levels_are_levels() {
        for levels in CONTAINERS.iter().filter_map(|container| container.writing.as_ref()?.levels.as_ref()) {
            assert!(levels.range.contains(&levels.default), "{levels:?}");
        }
    }

    /// The row that `doc/formats/containers.md` has to have for `container`.
    fn row(container: &Container) -> String {
        let listed = |suffixes: &[&str]| suffixes.join(", ");
        let way = |streams: bool, parallel: Option<&str>| {
            [if streams { "yes" } else { "no" }, parallel.unwrap_or("no")].map(str::to_owned)
        };
        let none = || ["-", "-"].map(str::to_owned);
        let read = container.reading.as_ref();
        let read = read.map_or_else(none, |reading| way(reading.streams, reading.parallel));
        let writing = container.writing.as_ref();
        let written = writing.map_or_else(none, |writing| way(writing.streams, writing.parallel));
        let levels = writing.and_then(|writing| writing.levels.as_ref()).map_or("-".into(), |levels| {
            format!("{} to {}, {}", levels.range.start(), levels.range.end(), levels.default)
        });
        let named = [container.name.to_owned(), container.standard.to_owned()];
        let suffixes = [container.suffixes, container.archive_suffixes].map(listed);
        let cells = [&named[..], &suffixes, &read, &written, &[levels]].concat();
        format!("| {} |", cells.join(" | "))
    }

    #[test]
    fn the_document_has_every_container() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../doc/formats/containers.md");
        let document = std::fs::read_to_string(path).expect("a document is text");
        let rows = document.lines().filter(|line| line.starts_with("| ")).skip(1);
        let rows: Vec<_> = rows.map(str::to_owned).collect();
        let want: Vec<_> = CONTAINERS.into_iter().map(row).collect();
        assert_eq!(rows, want, "{}", want.join("\n"));
    }
}
