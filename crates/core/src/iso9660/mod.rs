//! ISO 9660 (ECMA-119) and what lives in its system use fields: SUSP, Rock Ridge, zisofs, AAIP; Joliet; El Torito.

pub mod aaip;
mod choice;
pub mod dates;
mod displaced;
pub mod el_torito;
pub mod emit;
mod entries;
mod excess;
mod file;
pub mod high_sierra;
pub mod image;
pub mod joliet;
pub mod layout;
mod lookup;
mod nameless;
mod names;
mod own_length;
mod path_table;
pub mod plan;
pub mod record;
mod records;
mod refusal;
mod relocation;
pub mod rock_ridge;
pub mod session;
mod space;
pub mod susp;
pub mod tree;
pub mod volume;
pub mod zisofs;

pub use choice::Damage;
pub use file::TreeKind;
pub use high_sierra::Standard;
pub use image::{Image, Names, Options};
pub use session::{Session, SessionChoice, sessions};
pub use tree::Iso9660Tree;
