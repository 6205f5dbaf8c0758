//! Digests: one message through one algorithm ([`Hasher`]), or many messages at once ([`digest_many`]).

mod algorithm;
mod hasher;
mod lanes;
pub mod line;
mod value;

pub use algorithm::Algorithm;
pub use hasher::Hasher;
pub use lanes::digest_many;
pub use value::DigestValue;
