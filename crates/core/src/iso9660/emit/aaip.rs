//! Extended attributes and ACLs (AAIP 2.0): AL entries.

use super::rock_ridge;
use super::system_use::SystemUse;
use crate::tree::Attribute;

/// ER for AAIP.
pub(super) fn extension_reference(to: &mut SystemUse) {
    rock_ridge::extension(
        to,
        b"AAIP_0200",
        b"AL PROVIDES VIA AAIP 2.0 SUPPORT FOR ARBITRARY FILE ATTRIBUTES IN ISO 9660 IMAGES",
        b"PLEASE CONTACT THE LIBBURNIA PROJECT, LIBBURNIA-PROJECT.ORG.",
    );
}

/// AL entries that hold `attributes`.
pub(super) fn attributes(to: &mut SystemUse, attributes: &[Attribute]) {
    let _ = (to, attributes);
}
