//! Disk images as values: bytes become a tree, a tree becomes bytes.
//!
//! # Reading
//!
//! Bytes come from a [`source`]: a file, a window of another source, memory, a pipe. [`image`] finds out what is on it
//! and shows one [`Tree`](tree::Tree), whatever the format: names, kinds, sizes, owners, times, and where on the source
//! the bytes of each file lie. [`tree::walk`] lists it, [`tree::resolve`] looks a path up, [`tree::content`] reads a file.
//! A file system of another crate is found and shown in the same way: see [`image::Format`].
//!
//! ```
//! use isokit_core::image::{Opened, Options};
//! use isokit_core::source::Memory;
//! use isokit_core::tree::content::Content;
//! use isokit_core::tree::resolve::{Follow, resolve};
//! use isokit_core::tree::walk::each;
//!
//! # use isokit_core::{fill, iso9660, tree::{Kind, Time, build}};
//! # let time = Time::default();
//! # let mut tree = build::Build::new(&build::File::new(Kind::Directory, 0o755, time))?;
//! # tree.put_bytes("etc/motd", &build::File::new(Kind::File, 0o644, time), "Welcome.\n")?;
//! # let options = iso9660::plan::Options::default();
//! # let mut bytes = Vec::new();
//! # fill::write_all(&iso9660::plan::plan(&tree, &options)?, &fill::Bytes, &mut bytes)?;
//! // Or source::File::open("disc.iso")?
//! let opened = Opened::new(Memory(bytes), &Options::default())?;
//! let tree = opened.image().tree();
//!
//! let mut listing = String::new();
//! each(tree, |path, entry| {
//!     listing += &format!("{} {} {}\n", entry.kind.letter(), entry.size, path.escape_ascii());
//!     Ok(())
//! })?;
//! assert_eq!(listing, "d 2048 /etc\n- 9 /etc/motd\n");
//!
//! let motd = resolve(tree, b"/etc/motd", Follow::All)?;
//! let mut text = Vec::new();
//! Content::open(opened.source(), &motd.entry)?.write_to(&mut text)?;
//! assert_eq!(text, b"Welcome.\n");
//! # Ok::<(), isokit_core::Error>(())
//! ```
//!
//! [`partition`] reads the tables of a disk and makes a source of a partition; [`boot`] tells what boots from an image, [`check`] what is wrong with one;
//! [`sniff`] names what is not one. A source that is cut off or damaged gives what it can: errors say which byte of
//! which structure is wrong ([`error`]), deviations that are tolerated are kept ([`finding`]).
//!
//! # Writing
//!
//! Three steps: a [`Build`](tree::build::Build) is filled with names, files and what stands for their contents; a planner
//! ([`iso9660::plan`], [`udf::plan`], [`bridge`] for both over the same contents, or [`fat::plan`]; [`hybrid`] adds partitions) gives
//! every byte of the image its place, without reading anything; [`fill`] makes the bytes, in order to anything that writes, or in place and
//! in parallel to a file. The same tree gives the same image.
//!
//! ```
//! use isokit_core::fill::{Bytes, write_all};
//! use isokit_core::iso9660::plan::{Options, plan};
//! use isokit_core::tree::build::{Build, File};
//! use isokit_core::tree::{Kind, Time};
//!
//! let time = Time { seconds: 1_700_000_000, nanoseconds: 0 };
//! let (directory, file) = (File::new(Kind::Directory, 0o755, time), File::new(Kind::File, 0o644, time));
//! let mut tree = Build::new(&directory)?;
//! tree.put_bytes("etc/motd", &file, "Welcome.\n")?;
//! tree.put("motd", &File { link: b"etc/motd", ..File::new(Kind::Symlink, 0o777, time) })?;
//!
//! let mut options = Options::default();
//! options.identifiers.volume = "WELCOME".into();
//! let mut image = Vec::new();
//! write_all(&plan(&tree, &options)?, &Bytes, &mut image)?;
//! assert_eq!(&image[32808..32815], b"WELCOME");
//! # Ok::<(), isokit_core::Error>(())
//! ```
//!
//! # Rooms, lowest first
//!
//! 1. Words: [`error`], [`finding`], [`number`], [`fields`] and [`ordered`].
//! 2. Where bytes come from and go to: [`source`], [`sink`], [`extents`], [`sniff`]; the neutral middle: [`tree`].
//! 3. A layout becomes bytes: [`fill`].
//! 4. Formats: [`iso9660`], [`udf`], [`fat`], [`partition`]. A reader does not use a planner, nor a file system another.
//! 5. Several formats: [`image`], [`boot`], [`check`], [`amend`], [`bridge`], [`hybrid`].
//!
//! Nothing here writes to a terminal, ends the process, reads the environment or asks the clock.

pub mod amend;
pub mod boot;
pub mod bridge;
pub mod check;
pub mod error;
pub mod extents;
pub mod fat;
pub mod fields;
pub mod fill;
pub mod finding;
pub mod hybrid;
pub mod image;
pub mod iso9660;
pub mod number;
pub mod ordered;
pub mod partition;
pub mod sink;
pub mod sniff;
pub mod source;
mod system;
pub mod tree;
pub mod udf;

pub use error::{Error, Result};

/// The page of the crate, whose examples are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
