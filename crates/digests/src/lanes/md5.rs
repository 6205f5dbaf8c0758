//! MD5 in lanes (RFC 1321 3.4).

use super::machine::{Block, Compression, Machine, sixteen};

/// RFC 1321.
#[derive(Debug)]
pub(super) struct Md5;

impl Compression for Md5 {
    const INITIAL: [u32; 8] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0, 0, 0, 0];
    const BIG_ENDIAN: bool = false;

    #[inline(always)]
    fn rounds<const N: usize, M: Machine<N>>(m: M, state: &mut [M::Vector; 8], block: [M::Vector; 16]) {
        let mut v = [state[0], state[1], state[2], state[3]];
        sixteen!(I => { step::<N, M, 0, I>(m, &mut v, &block); });
        sixteen!(I => { step::<N, M, 1, I>(m, &mut v, &block); });
        sixteen!(I => { step::<N, M, 2, I>(m, &mut v, &block); });
        sixteen!(I => { step::<N, M, 3, I>(m, &mut v, &block); });
        for (state, v) in state.iter_mut().zip(v) {
            *state = m.add(*state, v);
        }
    }

    fn single(state: &mut [u32; 8], blocks: &[Block]) {
        if let Some(words) = state.first_chunk_mut() {
            md5::block_api::compress(words, blocks);
        }
    }
}

/// Step `I` of round `ROUND`. The working variables stay where they are; what moves is which of them is called a.
#[inline(always)]
fn step<const N: usize, M: Machine<N>, const ROUND: usize, const I: usize>(
    m: M,
    v: &mut [M::Vector; 4],
    x: &[M::Vector; 16],
) {
    let at = |letter: usize| (letter + 16 - I) % 4;
    let (a, b, c, d) = (v[at(0)], v[at(1)], v[at(2)], v[at(3)]);
    let (mixed, word) = match ROUND {
        0 => (m.choose(b, c, d), I),
        1 => (m.choose(d, b, c), 5 * I + 1),
        2 => (m.parity(b, c, d), 3 * I + 5),
        _ => (m.xor(c, m.or(b, m.not(d))), 7 * I),
    };
    let sum = m.add(m.add(a, mixed), m.add(x[word % 16], m.splat(T[ROUND][I])));
    v[at(0)] = m.add(b, m.rotate_left(sum, SHIFTS[ROUND][I % 4]));
}

const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The integer part of 2^32 times |sin(i)|, i from 1 to 64 in radians.
const T: [[u32; 16]; 4] = [
    [
        0xd76a_a478,
        0xe8c7_b756,
        0x2420_70db,
        0xc1bd_ceee,
        0xf57c_0faf,
        0x4787_c62a,
        0xa830_4613,
        0xfd46_9501,
        0x6980_98d8,
        0x8b44_f7af,
        0xffff_5bb1,
        0x895c_d7be,
        0x6b90_1122,
        0xfd98_7193,
        0xa679_438e,
        0x49b4_0821,
    ],
    [
        0xf61e_2562,
        0xc040_b340,
        0x265e_5a51,
        0xe9b6_c7aa,
        0xd62f_105d,
        0x0244_1453,
        0xd8a1_e681,
        0xe7d3_fbc8,
        0x21e1_cde6,
        0xc337_07d6,
        0xf4d5_0d87,
        0x455a_14ed,
        0xa9e3_e905,
        0xfcef_a3f8,
        0x676f_02d9,
        0x8d2a_4c8a,
    ],
    [
        0xfffa_3942,
        0x8771_f681,
        0x6d9d_6122,
        0xfde5_380c,
        0xa4be_ea44,
        0x4bde_cfa9,
        0xf6bb_4b60,
        0xbebf_bc70,
        0x289b_7ec6,
        0xeaa1_27fa,
        0xd4ef_3085,
        0x0488_1d05,
        0xd9d4_d039,
        0xe6db_99e5,
        0x1fa2_7cf8,
        0xc4ac_5665,
    ],
    [
        0xf429_2244,
        0x432a_ff97,
        0xab94_23a7,
        0xfc93_a039,
        0x655b_59c3,
        0x8f0c_cc92,
        0xffef_f47d,
        0x8584_5dd1,
        0x6fa8_7e4f,
        0xfe2c_e6e0,
        0xa301_4314,
        0x4e08_11a1,
        0xf753_7e82,
        0xbd3a_f235,
        0x2ad7_d2bb,
        0xeb86_d391,
    ],
];
