//! jigdo files, written: the template of an image, which has all of the image but files that can be had elsewhere, and the
//! .jigdo file, which says where these come from. jigdo-file(1) makes the image of them again.
//!
//! Structures have the names of jigdo's own documents: `TechDetails.txt` and the manual of jigdo-file.
//!
//! ```
//! use isokit_digests::{Algorithm, Hasher};
//! use isokit_jigdo::{Checksum, Compression, Jigdo, MatchedFile, RsyncSum64, Settings, Template};
//!
//! let (directory, package) = ([7; 2048], [8; 3000]);
//! let image = [&directory[..], &package].concat();
//! let settings = Settings { creator: "example/1.0", checksum: Checksum::Md5, compression: Compression::Gzip };
//!
//! let mut bytes = Vec::new();
//! let mut template = Template::new(&mut bytes, &settings, &[Algorithm::Md5])?;
//! template.unmatched(&directory)?;
//! let checksum = Hasher::digest(Algorithm::Md5, &package);
//! template.matched(&MatchedFile { length: 3000, rsync_sum: RsyncSum64::new(&package[..1024]), checksum })?;
//! let digest = Hasher::digest(Algorithm::Md5, &image);
//! let written = template.finish(&digest)?;
//!
//! let jigdo = Jigdo {
//!     settings: &settings,
//!     image_name: b"image.iso",
//!     image_digests: &[(Algorithm::Md5, digest)],
//!     template_name: b"image.template",
//!     template: &written,
//!     parts: &[(checksum, b"Debian:pool/a.deb".to_vec())],
//! };
//! assert!(jigdo.text().ends_with(b"=Debian:pool/a.deb\n\n[Servers]\n"));
//! # Ok::<(), std::io::Error>(())
//! ```

mod checksum;
mod compression;
mod jigdo;
mod list;
mod rsync_sum;
mod template;

pub use checksum::Checksum;
pub use compression::Compression;
pub use jigdo::{Jigdo, can_name};
pub use list::{Files, List, Malformed};
pub use rsync_sum::{BLOCK_LENGTH, RsyncSum64};
pub use template::{MatchedFile, Settings, Template, Written};
