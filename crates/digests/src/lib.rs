//! Digests: one message through one algorithm ([`Hasher`]), or many messages at once ([`digest_many`]); and the lists that
//! `sha256sum` and its kin write and check ([`mod@line`]).
//!
//! ```
//! use isokit_digests::{Algorithm, Hasher, digest_many};
//!
//! let mut hasher = Hasher::new(Algorithm::Sha1);
//! hasher.update(b"ab");
//! hasher.update(b"c");
//! let digest = hasher.finish();
//! assert_eq!(digest.to_string(), "a9993e364706816aba3e25717850c26c9cd0d89d");
//! // Small messages share the lanes of the processor's vectors.
//! assert_eq!(digest_many(Algorithm::Sha1, &[b"abc", b"abc"]), [digest, digest]);
//! ```

mod algorithm;
mod hasher;
mod lanes;
pub mod line;
mod value;

pub use algorithm::Algorithm;
pub use hasher::Hasher;
pub use lanes::digest_many;
pub use value::DigestValue;
