//! gzip (RFC 1952) over DEFLATE (RFC 1951).

mod decode;
mod encode;
mod header;
mod members;
mod stitch;

pub use decode::decode;
pub use encode::{Layout, encode};

/// The structure named in errors.
const MEMBER: &str = "gzip member";

/// Bytes of a member's trailer: CRC-32 and ISIZE (RFC 1952 2.3.1).
const TRAILER: usize = 8;
