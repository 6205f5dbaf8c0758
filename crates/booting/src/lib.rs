//! How an image is asked to boot ([`Booting`]): what a request to make one says, and what is found of one that is there
//! ([`Rebuilt`]), so that another one boots as it does. Either is spelled as options of isomk ([`own`]) or of mkisofs and xorriso
//! ([`mkisofs`]), each here and nowhere else.

mod dialect;
mod entry;
mod rebuilt;
mod request;

pub use dialect::{Line, TYPES, Told, Trees, mkisofs, own, own_partitions};
pub use entry::entry;
pub use rebuilt::{Part, Program, Rebuilt};
pub use request::{
    Appended, AppendedSource, Boot, BootCode, BootEntry, BootImage, Booting, Loader, Partitions, Piece,
    Section, Zeroed,
};
