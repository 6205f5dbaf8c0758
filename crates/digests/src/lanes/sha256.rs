//! SHA-256 and SHA-224 in lanes (FIPS 180-4 6.2).

use super::machine::{Block, Compression, Machine, sixteen};

/// FIPS 180-4 6.2.
#[derive(Debug)]
pub(super) struct Sha256;

/// SHA-224, which differs in where it begins, and in being cut.
#[derive(Debug)]
pub(super) struct Sha224;

impl Compression for Sha256 {
    const INITIAL: [u32; 8] = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ];
    const BIG_ENDIAN: bool = true;

    #[inline(always)]
    fn rounds<const N: usize, M: Machine<N>>(machine: M, state: &mut [M::Vector; 8], block: [M::Vector; 16]) {
        rounds(machine, state, block);
    }

    fn single(state: &mut [u32; 8], blocks: &[Block]) {
        sha2::block_api::compress256(state, blocks);
    }
}

impl Compression for Sha224 {
    const INITIAL: [u32; 8] = [
        0xc105_9ed8,
        0x367c_d507,
        0x3070_dd17,
        0xf70e_5939,
        0xffc0_0b31,
        0x6858_1511,
        0x64f9_8fa7,
        0xbefa_4fa4,
    ];
    const BIG_ENDIAN: bool = true;

    #[inline(always)]
    fn rounds<const N: usize, M: Machine<N>>(machine: M, state: &mut [M::Vector; 8], block: [M::Vector; 16]) {
        rounds(machine, state, block);
    }

    fn single(state: &mut [u32; 8], blocks: &[Block]) {
        sha2::block_api::compress256(state, blocks);
    }
}

#[inline(always)]
fn rounds<const N: usize, M: Machine<N>>(m: M, state: &mut [M::Vector; 8], mut w: [M::Vector; 16]) {
    let mut v = *state;
    for (group, constants) in K.iter().enumerate() {
        if group > 0 {
            sixteen!(I => {
                let (near, far) = (w[(I + 1) % 16], w[(I + 14) % 16]);
                let near = m.parity(m.rotate_right(near, 7), m.rotate_right(near, 18), m.shift_right(near, 3));
                let far = m.parity(m.rotate_right(far, 17), m.rotate_right(far, 19), m.shift_right(far, 10));
                w[I] = m.add(m.add(w[I], near), m.add(w[(I + 9) % 16], far));
            });
        }
        sixteen!(I => {
            // The working variables stay where they are; what moves is which of them is called a.
            const fn at(letter: usize) -> usize {
                (letter + 16 - I) % 8
            }
            let (a, e, h) = (v[at(0)], v[at(4)], v[at(7)]);
            let sum_e = m.parity(m.rotate_right(e, 6), m.rotate_right(e, 11), m.rotate_right(e, 25));
            let choice = m.choose(e, v[at(5)], v[at(6)]);
            let scheduled = m.add(w[I], m.splat(constants[I]));
            let first = m.add(m.add(h, scheduled), m.add(sum_e, choice));
            let sum_a = m.parity(m.rotate_right(a, 2), m.rotate_right(a, 13), m.rotate_right(a, 22));
            let second = m.add(sum_a, m.majority(a, v[at(1)], v[at(2)]));
            v[at(3)] = m.add(v[at(3)], first);
            v[at(7)] = m.add(first, second);
        });
    }
    for (state, v) in state.iter_mut().zip(v) {
        *state = m.add(*state, v);
    }
}

/// The constants, one for each step, in rounds of sixteen (FIPS 180-4 4.2.2).
const K: [[u32; 16]; 4] = [
    [
        0x428a_2f98,
        0x7137_4491,
        0xb5c0_fbcf,
        0xe9b5_dba5,
        0x3956_c25b,
        0x59f1_11f1,
        0x923f_82a4,
        0xab1c_5ed5,
        0xd807_aa98,
        0x1283_5b01,
        0x2431_85be,
        0x550c_7dc3,
        0x72be_5d74,
        0x80de_b1fe,
        0x9bdc_06a7,
        0xc19b_f174,
    ],
    [
        0xe49b_69c1,
        0xefbe_4786,
        0x0fc1_9dc6,
        0x240c_a1cc,
        0x2de9_2c6f,
        0x4a74_84aa,
        0x5cb0_a9dc,
        0x76f9_88da,
        0x983e_5152,
        0xa831_c66d,
        0xb003_27c8,
        0xbf59_7fc7,
        0xc6e0_0bf3,
        0xd5a7_9147,
        0x06ca_6351,
        0x1429_2967,
    ],
    [
        0x27b7_0a85,
        0x2e1b_2138,
        0x4d2c_6dfc,
        0x5338_0d13,
        0x650a_7354,
        0x766a_0abb,
        0x81c2_c92e,
        0x9272_2c85,
        0xa2bf_e8a1,
        0xa81a_664b,
        0xc24b_8b70,
        0xc76c_51a3,
        0xd192_e819,
        0xd699_0624,
        0xf40e_3585,
        0x106a_a070,
    ],
    [
        0x19a4_c116,
        0x1e37_6c08,
        0x2748_774c,
        0x34b0_bcb5,
        0x391c_0cb3,
        0x4ed8_aa4a,
        0x5b9c_ca4f,
        0x682e_6ff3,
        0x748f_82ee,
        0x78a5_636f,
        0x84c8_7814,
        0x8cc7_0208,
        0x90be_fffa,
        0xa450_6ceb,
        0xbef9_a3f7,
        0xc671_78f2,
    ],
];
