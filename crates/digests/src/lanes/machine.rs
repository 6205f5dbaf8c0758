//! What a lane's arithmetic needs of a processor, and what an algorithm is to a lane.

/// A message block of MD5 and SHA-2 with 32-bit words.
pub(super) type Block = [u8; 64];

/// The chaining values of `N` lanes: word by word, and of each word one per lane. MD5 uses the first four words.
pub(super) type State<const N: usize> = [[u32; N]; 8];

/// A processor with vectors of `N` 32-bit words. A value of a type that implements this is the proof that the
/// processor running has its instructions; so all methods are safe.
///
/// The methods are inlined into [`Machine::run`], which alone is compiled for these instructions; without that each
/// would be a call.
pub(super) trait Machine<const N: usize>: Copy {
    /// A register with one 32-bit word of every lane.
    type Vector: Copy;

    /// The same word in every lane.
    fn splat(self, word: u32) -> Self::Vector;
    fn load(self, words: &[u32; N]) -> Self::Vector;
    fn store(self, vector: Self::Vector, words: &mut [u32; N]);
    /// The words of a block of every lane, read in big-endian or little-endian order.
    fn words(self, blocks: &[&Block; N], big_endian: bool) -> [Self::Vector; 16];

    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn and(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn or(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn xor(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn shift_left(self, a: Self::Vector, by: u32) -> Self::Vector;
    fn shift_right(self, a: Self::Vector, by: u32) -> Self::Vector;

    #[inline(always)]
    fn not(self, a: Self::Vector) -> Self::Vector {
        self.xor(a, self.splat(u32::MAX))
    }

    #[inline(always)]
    fn rotate_left(self, a: Self::Vector, by: u32) -> Self::Vector {
        self.or(self.shift_left(a, by), self.shift_right(a, 32 - by))
    }

    #[inline(always)]
    fn rotate_right(self, a: Self::Vector, by: u32) -> Self::Vector {
        self.rotate_left(a, 32 - by)
    }

    /// Of each bit, `b` where `a` is 1 and `c` where it is 0.
    #[inline(always)]
    fn choose(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        self.xor(c, self.and(a, self.xor(b, c)))
    }

    #[inline(always)]
    fn majority(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        self.or(self.and(a, b), self.and(c, self.or(a, b)))
    }

    #[inline(always)]
    fn parity(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        self.xor(self.xor(a, b), c)
    }

    /// [`compress`], compiled for this machine.
    fn run<C: Compression>(self, state: &mut State<N>, messages: &[&[Block]; N], count: usize);
}

/// The compression function of an algorithm with 64-byte blocks of 32-bit words.
pub(super) trait Compression {
    /// Chaining value before the first block; unused words are 0.
    const INITIAL: [u32; 8];
    /// Byte order of words, of the message's length and of the digest.
    const BIG_ENDIAN: bool;

    /// Takes one block of every lane into the chaining values.
    fn rounds<const N: usize, M: Machine<N>>(machine: M, state: &mut [M::Vector; 8], block: [M::Vector; 16]);

    /// Takes the blocks of one message into its chaining value, by whatever is fastest for one.
    fn single(state: &mut [u32; 8], blocks: &[Block]);
}

/// Takes the next `count` blocks of every lane's message into `state`. A message with fewer goes on with zeros.
#[inline(always)]
pub(super) fn compress<const N: usize, M: Machine<N>, C: Compression>(
    machine: M,
    state: &mut State<N>,
    messages: &[&[Block]; N],
    count: usize,
) {
    const ZEROS: &Block = &[0; 64];
    let mut vectors = [machine.splat(0); 8];
    for (vector, words) in vectors.iter_mut().zip(state.iter()) {
        *vector = machine.load(words);
    }
    for number in 0..count {
        let mut blocks = [ZEROS; N];
        for (block, message) in blocks.iter_mut().zip(messages) {
            if let Some(next) = message.get(number) {
                *block = next;
            }
        }
        C::rounds(machine, &mut vectors, machine.words(&blocks, C::BIG_ENDIAN));
    }
    for (vector, words) in vectors.iter().zip(state.iter_mut()) {
        machine.store(*vector, words);
    }
}

/// Writes `body` sixteen times, with `i` the constants 0 to 15: indices that are constants keep arrays in registers.
macro_rules! sixteen {
    ($i:ident => $body:block) => {
        $crate::lanes::machine::sixteen!(@ $i $body 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    (@ $i:ident $body:block $($n:literal)*) => {
        $({ const $i: usize = $n; $body })*
    };
}
pub(super) use sixteen;
