//! Path tables (ECMA-119 6.9, 9.4).

use crate::iso9660::plan::{Endian, Plan, Set, Tree};

impl<O> Plan<'_, O> {
    /// Appends a path table. A parent beyond what 16 bits can number is recorded as the last that can be.
    pub(super) fn emit_path_table(&self, set: Set, tree: Tree, endian: Endian, out: &mut Vec<u8>) {
        let hierarchy = self.trees.hierarchy(tree);
        for index in &hierarchy.numbered {
            let directory = &hierarchy.directories[*index];
            let sector = self.trees.frame(set).structure(directory.sector);
            let identifier = hierarchy.directory_identifier(*index);
            let parent = hierarchy.directories[directory.parent].number;
            let parent = u16::try_from(parent).unwrap_or(u16::MAX);
            out.push(u8::try_from(identifier.len()).expect("because identifiers are at most 222 bytes"));
            out.push(0);
            match endian {
                Endian::Little => {
                    out.extend_from_slice(&sector.to_le_bytes());
                    out.extend_from_slice(&parent.to_le_bytes());
                }
                Endian::Big => {
                    out.extend_from_slice(&sector.to_be_bytes());
                    out.extend_from_slice(&parent.to_be_bytes());
                }
            }
            out.extend_from_slice(identifier);
            if identifier.len() % 2 == 1 {
                out.push(0);
            }
        }
    }
}
