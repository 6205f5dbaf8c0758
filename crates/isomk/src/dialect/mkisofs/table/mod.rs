//! The options of genisoimage 1.1.11 and of xorrisofs 1.5.4, and what becomes of each. Parsing, help, the manual and the tests
//! all go by this table.

mod boot;
mod entries;
mod identifiers;
mod jigdo;
mod names;
mod output;
mod partitions;
mod refused;
mod sources;
mod trees;

use super::option::Definition;

/// The parts of the table, each under its heading.
pub(crate) const PARTS: [(&str, &[Definition]); 10] = [
    ("Output", output::OPTIONS),
    ("Sources", sources::OPTIONS),
    ("Names in the primary tree", names::OPTIONS),
    ("Rock Ridge, Joliet and UDF", trees::OPTIONS),
    ("Identifiers and dates", identifiers::OPTIONS),
    ("Hiding and ordering", entries::OPTIONS),
    ("Booting by El Torito", boot::OPTIONS),
    ("Partitions", partitions::OPTIONS),
    ("Jigdo", jigdo::OPTIONS),
    ("Others", refused::OPTIONS),
];

/// The whole table.
pub(crate) fn all() -> impl Iterator<Item = &'static Definition> {
    PARTS.into_iter().flat_map(|(_, part)| part)
}
