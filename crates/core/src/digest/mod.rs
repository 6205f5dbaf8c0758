//! Digests: one message through one algorithm ([`Hasher`]).

mod algorithm;
mod hasher;
pub mod line;
mod value;

pub use algorithm::Algorithm;
pub use hasher::Hasher;
pub use value::DigestValue;
