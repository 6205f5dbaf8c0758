//! ISO 9660 (ECMA-119) and what lives in its system use fields: SUSP, Rock Ridge, zisofs, AAIP; Joliet; El Torito.

mod aaip;
mod choice;
mod dates;
mod displaced;
pub mod el_torito;
pub(crate) mod emit;
mod entries;
mod excess;
mod file;
pub(crate) mod high_sierra;
mod image;
pub mod joliet;
pub mod layout;
mod lookup;
mod nameless;
mod names;
mod own_length;
mod path_table;
pub mod plan;
mod record;
mod records;
mod refusal;
mod relocation;
mod rock_ridge;
pub(crate) mod session;
mod space;
mod susp;
mod tree;
pub mod volume;
mod zisofs;

pub use choice::Damage;
pub use file::TreeKind;
pub use high_sierra::Standard;
pub use image::{Image, Names, Options};
pub use session::{Session, SessionChoice, sessions};
pub use tree::Iso9660Tree;
