//! The algorithms, and what they are called.

use std::fmt;
use std::str::FromStr;

/// A digest algorithm, or a checksum that only finds accidents ([`Algorithm::Crc32`], [`Algorithm::Xxh3`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RFC 1321. Broken against intent; still what many lists of images hold.
    Md5,
    /// FIPS 180-4. Broken against intent.
    Sha1,
    /// FIPS 180-4, SHA-2 with 224 bits.
    Sha224,
    /// FIPS 180-4, SHA-2 with 256 bits.
    Sha256,
    /// FIPS 180-4, SHA-2 with 384 bits.
    Sha384,
    /// FIPS 180-4, SHA-2 with 512 bits.
    Sha512,
    /// FIPS 180-4, SHA-512 with other initial values, cut to 256 bits.
    Sha512_256,
    /// FIPS 202.
    Sha3_256,
    /// RFC 7693, 512 bits, no key: what `b2sum` prints.
    Blake2b,
    /// BLAKE3, 256 bits, no key: what `b3sum` prints.
    Blake3,
    /// ISO-HDLC (Ethernet, gzip, zip), not the POSIX `cksum`.
    Crc32,
    /// XXH3 with 64 bits, seed 0.
    Xxh3,
}

impl Algorithm {
    /// Every algorithm, in the order help texts list them.
    pub const ALL: [Self; 12] = [
        Self::Md5,
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha512_256,
        Self::Sha3_256,
        Self::Blake2b,
        Self::Blake3,
        Self::Crc32,
        Self::Xxh3,
    ];

    /// Name on a command line, lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
            Self::Sha512_256 => "sha512-256",
            Self::Sha3_256 => "sha3-256",
            Self::Blake2b => "blake2b",
            Self::Blake3 => "blake3",
            Self::Crc32 => "crc32",
            Self::Xxh3 => "xxh3",
        }
    }

    /// Name in a BSD-style line, `SHA256 (file) = …`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA1",
            Self::Sha224 => "SHA224",
            Self::Sha256 => "SHA256",
            Self::Sha384 => "SHA384",
            Self::Sha512 => "SHA512",
            Self::Sha512_256 => "SHA512-256",
            Self::Sha3_256 => "SHA3-256",
            Self::Blake2b => "BLAKE2b",
            Self::Blake3 => "BLAKE3",
            Self::Crc32 => "CRC32",
            Self::Xxh3 => "XXH3",
        }
    }

    /// The algorithm that `tag` names in a BSD-style line, in capitals as they are written: as [`Algorithm::tag`], as
    /// the BSDs (`SHA512/256`) and as OpenSSL 3 (`SHA2-256`, `BLAKE2B-512`).
    pub fn of_tag(tag: &[u8]) -> Option<Self> {
        let other = match tag {
            b"SHA2-224" => Some(Self::Sha224),
            b"SHA2-256" => Some(Self::Sha256),
            b"SHA2-384" => Some(Self::Sha384),
            b"SHA2-512" => Some(Self::Sha512),
            b"SHA2-512/256" | b"SHA512/256" => Some(Self::Sha512_256),
            b"BLAKE2B-512" => Some(Self::Blake2b),
            _ => None,
        };
        other.or_else(|| Self::ALL.into_iter().find(|algorithm| algorithm.tag().as_bytes() == tag))
    }

    /// Bytes in a digest: 4 to 64.
    pub const fn length(self) -> usize {
        match self {
            Self::Crc32 => 4,
            Self::Xxh3 => 8,
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 | Self::Sha512_256 | Self::Sha3_256 | Self::Blake3 => 32,
            Self::Sha384 => 48,
            Self::Sha512 | Self::Blake2b => 64,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The error of reading an [`Algorithm`]: none has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown digest algorithm")]
pub struct UnknownAlgorithm;

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Takes names and tags in any case: `sha256`, `SHA256`, `blake2b`, `BLAKE2b`; and `SHA512/256`, as the BSDs
    /// write it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let alias = match text {
            "SHA512/256" | "sha512/256" => Some(Self::Sha512_256),
            _ => None,
        };
        let named = |algorithm: &Self| text.eq_ignore_ascii_case(algorithm.name());
        alias.or_else(|| Self::ALL.into_iter().find(named)).ok_or(UnknownAlgorithm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_tags_lead_back_to_their_algorithm() {
        for algorithm in Algorithm::ALL {
            assert_eq!(algorithm.name().parse(), Ok(algorithm));
            assert_eq!(algorithm.tag().parse(), Ok(algorithm));
            assert_eq!(Algorithm::of_tag(algorithm.tag().as_bytes()), Some(algorithm));
        }
        assert_eq!("SHA512/256".parse(), Ok(Algorithm::Sha512_256));
        assert_eq!(Algorithm::of_tag(b"SHA2-512/256"), Some(Algorithm::Sha512_256));
        assert_eq!(Algorithm::of_tag(b"sha256"), None);
        assert_eq!("sha257".parse::<Algorithm>(), Err(UnknownAlgorithm));
    }
}
