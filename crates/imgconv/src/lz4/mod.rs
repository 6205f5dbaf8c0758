//! The LZ4 frame format, its legacy form too.

mod blocks;
mod decode;
mod encode;
mod header;

pub use decode::decode;
pub use encode::encode;
pub use header::skip;

/// The structure named in errors.
const FRAME: &str = "lz4 frame";

/// What a block may refer back to.
const WINDOW: usize = 64 * 1024;

/// Set in the size of a block whose data is not compressed.
const UNCOMPRESSED: u32 = 1 << 31;
