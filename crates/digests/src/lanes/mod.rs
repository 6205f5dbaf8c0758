//! Many independent messages digested at once on one core, each in a lane of the processor's vectors.
//!
//! The arithmetic is written once per algorithm over a [`machine::Machine`]; what the machines are is one file each.
#![cfg_attr(target_arch = "x86_64", expect(unsafe_code, reason = "vector instructions"))]
#![allow(clippy::indexing_slicing, reason = "the indices of words in a block are constants")]

use super::{Algorithm, DigestValue, Hasher};

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod machine;
#[cfg(target_arch = "x86_64")]
mod md5;
#[cfg(target_arch = "x86_64")]
mod schedule;
#[cfg(target_arch = "x86_64")]
mod sha256;

/// The digests of all `messages`, in their order. Messages of any length, also very unequal ones, share the lanes;
/// algorithms and processors without lanes take one message after the other.
///
/// Uses no memory but for the result and 16 bytes a message.
pub fn digest_many(algorithm: Algorithm, messages: &[&[u8]]) -> Vec<DigestValue> {
    in_lanes(algorithm, messages)
        .unwrap_or_else(|| messages.iter().map(|message| Hasher::digest(algorithm, message)).collect())
}

#[cfg(target_arch = "x86_64")]
fn in_lanes(algorithm: Algorithm, messages: &[&[u8]]) -> Option<Vec<DigestValue>> {
    let length = algorithm.length();
    // With SHA instructions a message alone is as fast as eight lanes, or as six of sixteen.
    let instructions = is_x86_feature_detected!("sha");
    if let Some(machine) = avx512::Avx512::detect() {
        let few = if instructions { 6 } else { 1 };
        return match algorithm {
            Algorithm::Md5 => Some(schedule::digests::<16, _, md5::Md5>(machine, messages, length, 1)),
            Algorithm::Sha224 => {
                Some(schedule::digests::<16, _, sha256::Sha224>(machine, messages, length, few))
            }
            Algorithm::Sha256 => {
                Some(schedule::digests::<16, _, sha256::Sha256>(machine, messages, length, few))
            }
            _ => None,
        };
    }
    let machine = avx2::Avx2::detect()?;
    match algorithm {
        Algorithm::Md5 => Some(schedule::digests::<8, _, md5::Md5>(machine, messages, length, 1)),
        Algorithm::Sha224 if !instructions => {
            Some(schedule::digests::<8, _, sha256::Sha224>(machine, messages, length, 1))
        }
        Algorithm::Sha256 if !instructions => {
            Some(schedule::digests::<8, _, sha256::Sha256>(machine, messages, length, 1))
        }
        _ => None,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn in_lanes(_algorithm: Algorithm, _messages: &[&[u8]]) -> Option<Vec<DigestValue>> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    type Digests = Box<dyn Fn(&[&[u8]]) -> Vec<DigestValue>>;

    /// Every algorithm on every machine this processor can be.
    fn all() -> Vec<(Algorithm, String, Digests)> {
        let mut all: Vec<(Algorithm, String, Digests)> = Vec::new();
        for algorithm in Algorithm::ALL {
            all.push((algorithm, "dispatched".into(), Box::new(move |m| digest_many(algorithm, m))));
        }
        #[cfg(target_arch = "x86_64")]
        for few in [0, 1, 6] {
            if let Some(machine) = avx512::Avx512::detect() {
                let name = format!("AVX-512, {few} alone");
                all.push((
                    Algorithm::Md5,
                    name.clone(),
                    Box::new(move |m| schedule::digests::<16, _, md5::Md5>(machine, m, 16, few)),
                ));
                all.push((
                    Algorithm::Sha224,
                    name.clone(),
                    Box::new(move |m| schedule::digests::<16, _, sha256::Sha224>(machine, m, 28, few)),
                ));
                all.push((
                    Algorithm::Sha256,
                    name,
                    Box::new(move |m| schedule::digests::<16, _, sha256::Sha256>(machine, m, 32, few)),
                ));
            }
            if let Some(machine) = avx2::Avx2::detect() {
                let name = format!("AVX2, {few} alone");
                all.push((
                    Algorithm::Md5,
                    name.clone(),
                    Box::new(move |m| schedule::digests::<8, _, md5::Md5>(machine, m, 16, few)),
                ));
                all.push((
                    Algorithm::Sha224,
                    name.clone(),
                    Box::new(move |m| schedule::digests::<8, _, sha256::Sha224>(machine, m, 28, few)),
                ));
                all.push((
                    Algorithm::Sha256,
                    name,
                    Box::new(move |m| schedule::digests::<8, _, sha256::Sha256>(machine, m, 32, few)),
                ));
            }
        }
        all
    }

    /// Numbers that look random and are the same each time (xorshift64).
    fn random(seed: &mut u64) -> u64 {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        *seed
    }

    fn bytes(length: usize) -> Vec<u8> {
        let mut seed = 0x9e37_79b9_7f4a_7c15;
        (0..length).map(|_| random(&mut seed).to_le_bytes()[3]).collect()
    }

    fn compare(messages: &[&[u8]]) {
        for (algorithm, machine, digests) in all() {
            let got = digests(messages);
            assert_eq!(got.len(), messages.len(), "{algorithm} {machine}");
            for (message, got) in messages.iter().zip(got) {
                let want = Hasher::digest(algorithm, message);
                assert_eq!(got, want, "{algorithm} {machine}, {} bytes", message.len());
            }
        }
    }

    #[test]
    fn every_length_up_to_five_blocks() {
        let text = bytes(301);
        let messages: Vec<&[u8]> = (0..=300).map(|length| &text[..length]).collect();
        compare(&messages);
        // One by one: fewer messages than lanes.
        for length in [0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 300] {
            compare(&[&text[1..=length]]);
        }
        compare(&[]);
    }

    #[test]
    fn batches_of_very_unequal_messages() {
        let text = bytes(40_000);
        let mut seed = 42;
        for count in [2, 7, 8, 9, 15, 16, 17, 40, 100] {
            let messages: Vec<&[u8]> = (0..count)
                .map(|_| {
                    let start = usize::try_from(random(&mut seed) % 20_000).expect("fits");
                    let bits = random(&mut seed) % 15;
                    let length = usize::try_from(random(&mut seed) % (1 << bits)).expect("fits");
                    &text[start..start + length]
                })
                .collect();
            compare(&messages);
        }
    }
}
