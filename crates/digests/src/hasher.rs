//! One message through one algorithm, piece by piece.

use super::{Algorithm, DigestValue};
use blake2::Blake2b512;
use md5::Md5;
use sha1::Sha1;
use sha2::digest::Digest;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_256};
use sha3::Sha3_256;
use std::fmt;
use std::hash::Hasher as _;

/// Takes a message in pieces of any size. Uses the processor's SHA and vector instructions where it has them.
#[derive(Clone)]
pub struct Hasher(State);

#[derive(Clone)]
enum State {
    Md5(Md5),
    Sha1(Sha1),
    Sha224(Sha224),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
    Sha512_256(Sha512_256),
    Sha3_256(Sha3_256),
    Blake2b(Box<Blake2b512>),
    Blake3(Box<blake3::Hasher>),
    Crc32(crc32fast::Hasher),
    Xxh3(Box<twox_hash::XxHash3_64>),
}

impl Hasher {
    /// For a message of which nothing has come yet.
    pub fn new(algorithm: Algorithm) -> Self {
        Self(match algorithm {
            Algorithm::Md5 => State::Md5(Md5::new()),
            Algorithm::Sha1 => State::Sha1(Sha1::new()),
            Algorithm::Sha224 => State::Sha224(Sha224::new()),
            Algorithm::Sha256 => State::Sha256(Sha256::new()),
            Algorithm::Sha384 => State::Sha384(Sha384::new()),
            Algorithm::Sha512 => State::Sha512(Sha512::new()),
            Algorithm::Sha512_256 => State::Sha512_256(Sha512_256::new()),
            Algorithm::Sha3_256 => State::Sha3_256(Sha3_256::new()),
            Algorithm::Blake2b => State::Blake2b(Box::new(Blake2b512::new())),
            Algorithm::Blake3 => State::Blake3(Box::new(blake3::Hasher::new())),
            Algorithm::Crc32 => State::Crc32(crc32fast::Hasher::new()),
            Algorithm::Xxh3 => State::Xxh3(Box::new(twox_hash::XxHash3_64::new())),
        })
    }

    /// Appends `bytes` to the message; how it is cut does not matter.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Md5(state) => state.update(bytes),
            State::Sha1(state) => state.update(bytes),
            State::Sha224(state) => state.update(bytes),
            State::Sha256(state) => state.update(bytes),
            State::Sha384(state) => state.update(bytes),
            State::Sha512(state) => state.update(bytes),
            State::Sha512_256(state) => state.update(bytes),
            State::Sha3_256(state) => sha3::Digest::update(state, bytes),
            State::Blake2b(state) => state.update(bytes),
            State::Blake3(state) => drop(state.update(bytes)),
            State::Crc32(state) => state.update(bytes),
            State::Xxh3(state) => state.write(bytes),
        }
    }

    /// Of all that was appended.
    pub fn finish(self) -> DigestValue {
        match self.0 {
            State::Md5(state) => DigestValue::new(&state.finalize()),
            State::Sha1(state) => DigestValue::new(&state.finalize()),
            State::Sha224(state) => DigestValue::new(&state.finalize()),
            State::Sha256(state) => DigestValue::new(&state.finalize()),
            State::Sha384(state) => DigestValue::new(&state.finalize()),
            State::Sha512(state) => DigestValue::new(&state.finalize()),
            State::Sha512_256(state) => DigestValue::new(&state.finalize()),
            State::Sha3_256(state) => DigestValue::new(&state.finalize()),
            State::Blake2b(state) => DigestValue::new(&state.finalize()),
            State::Blake3(state) => DigestValue::new(state.finalize().as_bytes()),
            State::Crc32(state) => DigestValue::new(&state.finalize().to_be_bytes()),
            State::Xxh3(state) => DigestValue::new(&state.finish().to_be_bytes()),
        }
    }

    /// For a message that is in memory as a whole.
    pub fn digest(algorithm: Algorithm, message: &[u8]) -> DigestValue {
        let mut hasher = Self::new(algorithm);
        hasher.update(message);
        hasher.finish()
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digests of `abc` that the standards print (FIPS 180-4 and 202 examples, RFC 1321, RFC 7693, the check
    /// values of BLAKE3, ISO-HDLC and XXH3).
    const ABC: [(Algorithm, &str); 12] = [
        (Algorithm::Md5, "900150983cd24fb0d6963f7d28e17f72"),
        (Algorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (Algorithm::Sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
        (Algorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            Algorithm::Sha384,
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        ),
        (
            Algorithm::Sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd\
             454d4423643ce80e2a9ac94fa54ca49f",
        ),
        (Algorithm::Sha512_256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"),
        (Algorithm::Sha3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
        (
            Algorithm::Blake2b,
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc95\
             18d38aa8dbf1925ab92386edd4009923",
        ),
        (Algorithm::Blake3, "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"),
        (Algorithm::Crc32, "352441c2"),
        (Algorithm::Xxh3, "78af5f94892f3950"),
    ];

    #[test]
    fn the_standards_own_example() {
        for (algorithm, digest) in ABC {
            assert_eq!(Hasher::digest(algorithm, b"abc").to_string(), digest, "{algorithm}");
            assert_eq!(digest.len(), 2 * algorithm.length(), "{algorithm}");
        }
    }

    #[test]
    fn pieces_of_any_size_make_one_message() {
        let message: Vec<u8> = (0..1000_u32).flat_map(u32::to_le_bytes).collect();
        for algorithm in Algorithm::ALL {
            let whole = Hasher::digest(algorithm, &message);
            for size in [1, 63, 64, 65, 127, 1000] {
                let mut hasher = Hasher::new(algorithm);
                message.chunks(size).for_each(|piece| hasher.update(piece));
                assert_eq!(hasher.finish(), whole, "{algorithm} in pieces of {size}");
            }
        }
    }
}
