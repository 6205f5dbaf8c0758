//! Sixteen lanes: x86-64 with AVX-512 F and BW.

use super::machine::{Block, Compression, Machine, State, compress};
use std::arch::x86_64::*;

/// The proof that the processor has AVX-512 F and BW.
#[derive(Debug, Clone, Copy)]
pub(super) struct Avx512(());

impl Avx512 {
    /// `None` on a processor without it, or where the system does not keep its registers.
    pub(super) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw")).then_some(Self(()))
    }
}

macro_rules! with_avx512 {
    ($call:expr) => {
        // SAFETY: `self`, an `Avx512`, exists only where `detect` found these instructions. None of them but loads
        // and stores has any other condition; those are given references to whole arrays of 64 bytes.
        unsafe { $call }
    };
}

impl Machine<16> for Avx512 {
    type Vector = __m512i;

    #[inline(always)]
    fn splat(self, word: u32) -> __m512i {
        with_avx512!(_mm512_set1_epi32(word.cast_signed()))
    }

    #[inline(always)]
    fn load(self, words: &[u32; 16]) -> __m512i {
        with_avx512!(_mm512_loadu_si512(words.as_ptr().cast()))
    }

    #[inline(always)]
    fn store(self, vector: __m512i, words: &mut [u32; 16]) {
        with_avx512!(_mm512_storeu_si512(words.as_mut_ptr().cast(), vector))
    }

    #[inline(always)]
    fn words(self, blocks: &[&Block; 16], big_endian: bool) -> [__m512i; 16] {
        let mut rows = [self.splat(0); 16];
        for (row, block) in rows.iter_mut().zip(blocks) {
            *row = with_avx512!(_mm512_loadu_si512(block.as_ptr().cast()));
            if big_endian {
                *row = self.swap_bytes(*row);
            }
        }
        self.transpose(rows)
    }

    #[inline(always)]
    fn add(self, a: __m512i, b: __m512i) -> __m512i {
        with_avx512!(_mm512_add_epi32(a, b))
    }

    #[inline(always)]
    fn and(self, a: __m512i, b: __m512i) -> __m512i {
        with_avx512!(_mm512_and_si512(a, b))
    }

    #[inline(always)]
    fn or(self, a: __m512i, b: __m512i) -> __m512i {
        with_avx512!(_mm512_or_si512(a, b))
    }

    #[inline(always)]
    fn xor(self, a: __m512i, b: __m512i) -> __m512i {
        with_avx512!(_mm512_xor_si512(a, b))
    }

    #[inline(always)]
    fn shift_left(self, a: __m512i, by: u32) -> __m512i {
        with_avx512!(_mm512_sllv_epi32(a, self.splat(by)))
    }

    #[inline(always)]
    fn shift_right(self, a: __m512i, by: u32) -> __m512i {
        with_avx512!(_mm512_srlv_epi32(a, self.splat(by)))
    }

    #[inline(always)]
    fn rotate_left(self, a: __m512i, by: u32) -> __m512i {
        with_avx512!(_mm512_rolv_epi32(a, self.splat(by)))
    }

    #[inline(always)]
    fn choose(self, a: __m512i, b: __m512i, c: __m512i) -> __m512i {
        with_avx512!(_mm512_ternarylogic_epi32::<0xca>(a, b, c))
    }

    #[inline(always)]
    fn majority(self, a: __m512i, b: __m512i, c: __m512i) -> __m512i {
        with_avx512!(_mm512_ternarylogic_epi32::<0xe8>(a, b, c))
    }

    #[inline(always)]
    fn parity(self, a: __m512i, b: __m512i, c: __m512i) -> __m512i {
        with_avx512!(_mm512_ternarylogic_epi32::<0x96>(a, b, c))
    }

    fn run<C: Compression>(self, state: &mut State<16>, messages: &[&[Block]; 16], count: usize) {
        #[target_feature(enable = "avx512f,avx512bw")]
        fn inside<C: Compression>(
            machine: Avx512,
            state: &mut State<16>,
            messages: &[&[Block]; 16],
            count: usize,
        ) {
            compress::<16, Avx512, C>(machine, state, messages, count);
        }
        with_avx512!(inside::<C>(self, state, messages, count))
    }
}

impl Avx512 {
    #[inline(always)]
    fn swap_bytes(self, a: __m512i) -> __m512i {
        with_avx512!({
            let order = _mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
            _mm512_shuffle_epi8(a, _mm512_broadcast_i32x4(order))
        })
    }

    /// Rows of sixteen words become columns: pairs of words, then of double words, then of quarters.
    #[inline(always)]
    fn transpose(self, rows: [__m512i; 16]) -> [__m512i; 16] {
        let mut out = rows;
        let mut quads = rows;
        with_avx512!({
            for (four, rows) in quads.as_chunks_mut::<4>().0.iter_mut().zip(rows.as_chunks::<4>().0) {
                let [a, b, c, d] = *rows;
                let (low, high) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
                let (low2, high2) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
                *four = [
                    _mm512_unpacklo_epi64(low, low2),
                    _mm512_unpackhi_epi64(low, low2),
                    _mm512_unpacklo_epi64(high, high2),
                    _mm512_unpackhi_epi64(high, high2),
                ];
            }
            for j in 0..4 {
                let (a, b, c, d) = (quads[j], quads[4 + j], quads[8 + j], quads[12 + j]);
                let (even, even2) = (_mm512_shuffle_i32x4::<0x88>(a, b), _mm512_shuffle_i32x4::<0x88>(c, d));
                let (odd, odd2) = (_mm512_shuffle_i32x4::<0xdd>(a, b), _mm512_shuffle_i32x4::<0xdd>(c, d));
                out[j] = _mm512_shuffle_i32x4::<0x88>(even, even2);
                out[4 + j] = _mm512_shuffle_i32x4::<0x88>(odd, odd2);
                out[8 + j] = _mm512_shuffle_i32x4::<0xdd>(even, even2);
                out[12 + j] = _mm512_shuffle_i32x4::<0xdd>(odd, odd2);
            }
        });
        out
    }
}
