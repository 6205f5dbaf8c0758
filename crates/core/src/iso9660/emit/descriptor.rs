//! The volume descriptor set (ECMA-119 clause 8).

use crate::iso9660::el_torito::BOOT_SYSTEM_IDENTIFIER;
use crate::iso9660::layout::{
    BootRecord, DirectoryRecord, STANDARD_IDENTIFIER, VolumeDescriptor, descriptor_type, file_flags,
};
use crate::iso9660::plan::{Descriptor, Plan, Set, Tree, dates, text};
use crate::number::{Be32, Both16, Both32, Le32};
use crate::tree::build::Build;
use zerocopy::{FromZeros, IntoBytes};

/// UCS-2 level 3 (Joliet, "Escape sequences").
const JOLIET: &[u8; 3] = b"%/E";

impl<O> Plan<'_, O> {
    /// Appends one volume descriptor, of 2048 bytes.
    pub(super) fn emit_descriptor(&self, set: Set, descriptor: Descriptor, out: &mut Vec<u8>) {
        match descriptor {
            Descriptor::Primary => {
                out.extend_from_slice(
                    self.volume(set, Tree::Primary, descriptor_type::PRIMARY, 1).as_bytes(),
                );
            }
            Descriptor::Enhanced => {
                out.extend_from_slice(
                    self.volume(set, Tree::Primary, descriptor_type::SUPPLEMENTARY, 2).as_bytes(),
                );
            }
            Descriptor::Joliet => {
                let mut volume = self.volume(set, Tree::Joliet, descriptor_type::SUPPLEMENTARY, 1);
                volume.escape_sequences[..JOLIET.len()].copy_from_slice(JOLIET);
                out.extend_from_slice(volume.as_bytes());
            }
            Descriptor::BootRecord => out.extend_from_slice(self.boot_record().as_bytes()),
            Descriptor::Terminator => {
                out.push(descriptor_type::TERMINATOR);
                out.extend_from_slice(&STANDARD_IDENTIFIER);
                out.push(1);
                out.resize(out.len() + 2041, 0);
            }
        }
    }

    /// The layout that primary, enhanced and supplementary volume descriptors share.
    fn volume(&self, set: Set, tree: Tree, descriptor_type: u8, version: u8) -> VolumeDescriptor {
        let options = self.options();
        let identifiers = &options.identifiers;
        let hierarchy = self.trees.hierarchy(tree);
        let mut volume = VolumeDescriptor::new_zeroed();
        volume.volume_descriptor_type = descriptor_type;
        volume.standard_identifier = STANDARD_IDENTIFIER;
        volume.volume_descriptor_version = version;
        text(tree, &identifiers.system, &mut volume.system_identifier);
        text(tree, &identifiers.volume, &mut volume.volume_identifier);
        let frame = self.trees.frame(set);
        let sectors = u32::try_from(self.volume_space()).unwrap_or(u32::MAX);
        volume.volume_space_size = Both32::new(frame.content(sectors));
        volume.volume_set_size = Both16::new(1);
        volume.volume_sequence_number = Both16::new(1);
        volume.logical_block_size = Both16::new(2048);
        volume.path_table_size = Both32::new(hierarchy.path_table_size);
        let [little, big] = hierarchy.path_tables.map(|sector| frame.structure(sector));
        volume.type_l_path_table = Le32::new(little);
        volume.type_m_path_table = Be32::new(big);
        volume.root_directory_record.copy_from_slice(&self.root_record(set, tree));
        text(tree, &identifiers.volume_set, &mut volume.volume_set_identifier);
        text(tree, &identifiers.publisher, &mut volume.publisher_identifier);
        text(tree, &identifiers.data_preparer, &mut volume.data_preparer_identifier);
        text(tree, &identifiers.application, &mut volume.application_identifier);
        self.trees.root_file(tree, identifiers.copyright_file, &mut volume.copyright_file_identifier);
        self.trees.root_file(tree, identifiers.abstract_file, &mut volume.abstract_file_identifier);
        self.trees.root_file(tree, identifiers.bibliographic_file, &mut volume.bibliographic_file_identifier);
        volume.volume_creation = dates::long(options.dates.creation);
        volume.volume_modification = dates::long(options.dates.modification);
        volume.volume_expiration = dates::long(options.dates.expiration);
        volume.volume_effective = dates::long(options.dates.effective);
        volume.file_structure_version = version;
        // What is not used is spaces with other writers, and what reads it takes zeros for use.
        let rest = if options.application_use.is_empty() { &b' ' } else { &0 };
        let application = options.application_use.iter().chain(std::iter::repeat(rest));
        volume.application_use.iter_mut().zip(application).for_each(|(to, from)| *to = *from);
        volume
    }

    /// The root's directory record: the fixed part and one zero byte (ECMA-119 8.4.18).
    fn root_record(&self, set: Set, tree: Tree) -> [u8; 34] {
        let root = &self.trees.hierarchy(tree).directories[0];
        let file = self.trees.build.file(self.trees.build.name(Build::<O>::ROOT).file);
        let record = DirectoryRecord {
            length: 34,
            extended_attribute_record_length: 0,
            location_of_extent: Both32::new(self.trees.frame(set).structure(root.sector)),
            data_length: Both32::new(root.size),
            recording_date: dates::nearest_short(file.modified),
            file_flags: file_flags::DIRECTORY,
            file_unit_size: 0,
            interleave_gap_size: 0,
            volume_sequence_number: Both16::new(1),
            length_of_file_identifier: 1,
        };
        let mut bytes = [0; 34];
        bytes[..33].copy_from_slice(record.as_bytes());
        bytes
    }

    fn boot_record(&self) -> BootRecord {
        let mut record = BootRecord::new_zeroed();
        record.volume_descriptor_type = descriptor_type::BOOT_RECORD;
        record.standard_identifier = STANDARD_IDENTIFIER;
        record.volume_descriptor_version = 1;
        record.boot_system_identifier[..BOOT_SYSTEM_IDENTIFIER.len()].copy_from_slice(BOOT_SYSTEM_IDENTIFIER);
        record.boot_catalog = Le32::new(self.trees.catalog.sector);
        record
    }
}
