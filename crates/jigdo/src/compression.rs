//! How unmatched data is compressed (TechDetails, "Raw data").

use bzip2::Action;
use flate2::write::ZlibEncoder;
use std::io::{self, Write};

/// The compression of the unmatched data of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// zlib (RFC 1950), which jigdo calls gzip: parts `DATA`.
    Gzip,
    /// bzip2: parts `BZIP`, which jigdo-file understands since 0.7.2.
    Bzip2,
}

impl Compression {
    /// What a part begins with.
    pub(crate) const fn id(self) -> &'static [u8; 4] {
        match self {
            Self::Gzip => b"DATA",
            Self::Bzip2 => b"BZIP",
        }
    }

    /// Bytes that are compressed at a time, and can be read without those before.
    pub(crate) const fn chunk(self) -> usize {
        match self {
            // A part should have no more than about 256 kB, compressed.
            Self::Gzip => 256 << 10,
            // As many as a block of bzip2 holds, whatever they are.
            Self::Bzip2 => 899_950,
        }
    }

    /// A chunk, compressed.
    ///
    /// # Errors
    /// When the codec fails.
    pub(crate) fn compress(self, chunk: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Gzip => {
                let mut encoder = ZlibEncoder::new(Vec::new(), flate2::Compression::best());
                encoder.write_all(chunk)?;
                encoder.finish()
            }
            Self::Bzip2 => bzip2(chunk),
        }
    }
}

fn bzip2(chunk: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = bzip2::Compress::new(bzip2::Compression::best(), 30);
    // The format's bound: 1 % and 600 bytes.
    let mut packed = Vec::with_capacity(chunk.len() + chunk.len() / 100 + 600);
    match encoder.compress_vec(chunk, &mut packed, Action::Finish) {
        Ok(bzip2::Status::StreamEnd) => Ok(packed),
        Ok(_) => Err(io::Error::other("bzip2: a block is larger than it can be")),
        Err(error) => Err(io::Error::other(format!("bzip2: {error}"))),
    }
}
