//! Tar archives (POSIX pax, ustar interchange format, with what GNU tar and star add to it): [`Archive`] reads the members
//! of one from any source, or as it passes; [`Member::write`] makes the headers of one.
//!
//! ```
//! use isokit_core::source::Memory;
//! use isokit_core::tree::Kind;
//! use isokit_tar::{Archive, Content, END, Member, Type, padding};
//!
//! let member = Member { size: 9, ..Member::new(b"motd", Type::Entry(Kind::File)) };
//! let mut bytes = Vec::new();
//! member.write(&mut bytes);
//! bytes.extend_from_slice(b"Welcome.\n");
//! bytes.extend((0..padding(member.size)).map(|_| 0));
//! bytes.extend_from_slice(&END);
//!
//! let mut archive = Archive::new(Box::new(Memory(bytes)));
//! assert_eq!(archive.next_member()?, Some(member));
//! let content = archive.content()?;
//! assert_eq!(content, Content::Whole(512));
//! let mut first = [0; 7];
//! archive.open_content(content).expect("it is its own").read(0, &mut first)?;
//! assert_eq!(&first, b"Welcome");
//! assert_eq!(archive.next_member()?, None);
//! # Ok::<(), isokit_core::Error>(())
//! ```

mod checksum;
mod header;
mod layout;
mod member;
mod number;
mod pax;
mod reader;
mod sparse;
mod writer;

pub use checksum::is_header;
pub use layout::{END, padding};
pub use member::{Member, Type};
pub use reader::{Archive, Content, End};
