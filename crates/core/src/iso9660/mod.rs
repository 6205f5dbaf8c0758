//! ISO 9660 (ECMA-119) and what lives in its system use fields: SUSP, Rock Ridge, zisofs, AAIP; Joliet; El Torito.

pub mod el_torito;
pub mod layout;
pub mod plan;
