//! Device numbers, in an extended attribute (ECMA-167 4/14.10.7; UDF 3.3.4.4).

use super::identity;
use crate::udf::layout::{
    AttributeHead, AttributeHeader, DeviceSpecification, EntityId, Tag, attribute_type, tag,
};
use crate::udf::plan::Revision;
use crate::udf::tag::seal;
use zerocopy::{FromZeros, IntoBytes};

/// Bytes of the extended attributes of a device.
const LENGTH: usize = size_of::<AttributeHeader>()
    + size_of::<AttributeHead>()
    + size_of::<DeviceSpecification>()
    + size_of::<EntityId>();

/// The extended attributes of a device whose file entry lies at `location`.
pub(super) fn attributes((major, minor): (u32, u32), revision: Revision, location: u32) -> Vec<u8> {
    let length = u32::try_from(LENGTH).unwrap_or_default();
    // Where attributes of other kinds would begin: none do.
    let none = if revision.is_third_edition() { u32::MAX } else { length };
    let header = AttributeHeader {
        tag: Tag::new_zeroed(),
        implementation_attributes: none.into(),
        application_attributes: none.into(),
    };
    let mut bytes = header.as_bytes().to_vec();
    seal(&mut bytes, tag::ATTRIBUTE_HEADER, revision.tag_version(), location);
    let implementation = identity::implementation();
    let own = length.saturating_sub(u32::try_from(size_of::<AttributeHeader>()).unwrap_or_default());
    let head = AttributeHead {
        attribute_type: attribute_type::DEVICE.into(),
        subtype: 1,
        reserved: [0; 3],
        length: own.into(),
    };
    let device = DeviceSpecification {
        implementation_use_length: u32::try_from(size_of::<EntityId>()).unwrap_or_default().into(),
        major: major.into(),
        minor: minor.into(),
    };
    bytes.extend_from_slice(head.as_bytes());
    bytes.extend_from_slice(device.as_bytes());
    bytes.extend_from_slice(implementation.as_bytes());
    bytes
}
