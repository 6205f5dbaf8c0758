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
}
