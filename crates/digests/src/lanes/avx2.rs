//! Eight lanes: x86-64 with AVX2.

use super::machine::{Block, Compression, Machine, State, compress};
use std::arch::x86_64::*;

/// The proof that the processor has AVX2.
#[derive(Debug, Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    /// `None` on a processor without it, or where the system does not keep its registers.
    pub(super) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

macro_rules! with_avx2 {
    ($call:expr) => {
        // SAFETY: `self`, an `Avx2`, exists only where `detect` found these instructions. None of them but loads and
        // stores has any other condition; those are given references to whole arrays of 32 bytes.
        unsafe { $call }
    };
}

impl Machine<8> for Avx2 {
    type Vector = __m256i;

    #[inline(always)]
    fn splat(self, word: u32) -> __m256i {
        with_avx2!(_mm256_set1_epi32(word.cast_signed()))
    }

    #[inline(always)]
    fn load(self, words: &[u32; 8]) -> __m256i {
        with_avx2!(_mm256_loadu_si256(words.as_ptr().cast()))
    }

    #[inline(always)]
    fn store(self, vector: __m256i, words: &mut [u32; 8]) {
        with_avx2!(_mm256_storeu_si256(words.as_mut_ptr().cast(), vector))
    }

    #[inline(always)]
    fn words(self, blocks: &[&Block; 8], big_endian: bool) -> [__m256i; 16] {
        let (mut low, mut high) = ([self.splat(0); 8], [self.splat(0); 8]);
        for ((low, high), block) in low.iter_mut().zip(&mut high).zip(blocks) {
            let (first, second) = block.split_at(32);
            *low = with_avx2!(_mm256_loadu_si256(first.as_ptr().cast()));
            *high = with_avx2!(_mm256_loadu_si256(second.as_ptr().cast()));
            if big_endian {
                (*low, *high) = (self.swap_bytes(*low), self.swap_bytes(*high));
            }
        }
        let ([a, b, c, d, e, f, g, h], [i, j, k, l, m, n, o, p]) =
            (self.transpose(low), self.transpose(high));
        [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
    }

    #[inline(always)]
    fn add(self, a: __m256i, b: __m256i) -> __m256i {
        with_avx2!(_mm256_add_epi32(a, b))
    }

    #[inline(always)]
    fn and(self, a: __m256i, b: __m256i) -> __m256i {
        with_avx2!(_mm256_and_si256(a, b))
    }

    #[inline(always)]
    fn or(self, a: __m256i, b: __m256i) -> __m256i {
        with_avx2!(_mm256_or_si256(a, b))
    }

    #[inline(always)]
    fn xor(self, a: __m256i, b: __m256i) -> __m256i {
        with_avx2!(_mm256_xor_si256(a, b))
    }

    #[inline(always)]
    fn shift_left(self, a: __m256i, by: u32) -> __m256i {
        with_avx2!(_mm256_sllv_epi32(a, self.splat(by)))
    }

    #[inline(always)]
    fn shift_right(self, a: __m256i, by: u32) -> __m256i {
        with_avx2!(_mm256_srlv_epi32(a, self.splat(by)))
    }

    fn run<C: Compression>(self, state: &mut State<8>, messages: &[&[Block]; 8], count: usize) {
        #[target_feature(enable = "avx2")]
        fn inside<C: Compression>(
            machine: Avx2,
            state: &mut State<8>,
            messages: &[&[Block]; 8],
            count: usize,
        ) {
            compress::<8, Avx2, C>(machine, state, messages, count);
        }
        with_avx2!(inside::<C>(self, state, messages, count))
    }
}

impl Avx2 {
    #[inline(always)]
    fn swap_bytes(self, a: __m256i) -> __m256i {
        with_avx2!({
            let order = _mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
            _mm256_shuffle_epi8(a, _mm256_broadcastsi128_si256(order))
        })
    }

    /// Rows of eight words become columns: pairs of words, then of double words, then of halves.
    #[inline(always)]
    fn transpose(self, rows: [__m256i; 8]) -> [__m256i; 8] {
        let mut out = rows;
        let mut quads = rows;
        with_avx2!({
            for (four, rows) in quads.as_chunks_mut::<4>().0.iter_mut().zip(rows.as_chunks::<4>().0) {
                let [a, b, c, d] = *rows;
                let (low, high) = (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
                let (low2, high2) = (_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d));
                *four = [
                    _mm256_unpacklo_epi64(low, low2),
                    _mm256_unpackhi_epi64(low, low2),
                    _mm256_unpacklo_epi64(high, high2),
                    _mm256_unpackhi_epi64(high, high2),
                ];
            }
            for j in 0..4 {
                out[j] = _mm256_permute2x128_si256::<0x20>(quads[j], quads[4 + j]);
                out[4 + j] = _mm256_permute2x128_si256::<0x31>(quads[j], quads[4 + j]);
            }
        });
        out
    }
}
