//! Messages of unequal length put into lanes: a lane whose message ends takes the next one.

use super::machine::{Block, Compression, Machine, State};
use crate::DigestValue;

/// The digests of `messages` on `machine`, each cut to `length` bytes. Once no more than `few` messages are left, they
/// are finished one by one: lanes that have nothing to do cost as much as those that have.
pub(super) fn digests<const N: usize, M: Machine<N>, C: Compression>(
    machine: M,
    messages: &[&[u8]],
    length: usize,
    few: usize,
) -> Vec<DigestValue> {
    // The longest first, so that the lanes end at about the same time.
    let mut order: Vec<usize> = (0..messages.len()).collect();
    order.sort_unstable_by_key(|index| {
        std::cmp::Reverse(messages.get(*index).map_or(0, |message| message.len()))
    });
    let mut waiting = order.into_iter().filter_map(|index| Some((index, *messages.get(index)?)));

    let mut values = vec![None; messages.len()];
    let mut state: State<N> = C::INITIAL.map(|word| [word; N]);
    let mut lanes: [Option<Lane<'_>>; N] = std::array::from_fn(|_| None);
    loop {
        for (number, lane) in lanes.iter_mut().enumerate() {
            if lane.is_none()
                && let Some((index, message)) = waiting.next()
            {
                *lane = Some(Lane::new::<C>(index, message));
                set(&mut state, number, C::INITIAL);
            }
        }
        let active = lanes.iter().flatten().count();
        if active <= few {
            break;
        }
        let count = lanes.iter().flatten().map(|lane| lane.blocks().len()).min().unwrap_or(0);
        let mut blocks = [&[][..]; N];
        for (blocks, lane) in blocks.iter_mut().zip(&lanes) {
            *blocks = lane.as_ref().map_or(&[], Lane::blocks);
        }
        machine.run::<C>(&mut state, &blocks, count);
        for (number, lane) in lanes.iter_mut().enumerate() {
            let Some(running) = lane else { continue };
            if running.advance(count) {
                finish::<C>(&mut values, running.index, get(&state, number), length);
                *lane = None;
            }
        }
    }
    for (number, lane) in lanes.iter_mut().enumerate() {
        let Some(lane) = lane else { continue };
        let mut one = get(&state, number);
        loop {
            let blocks = lane.blocks();
            C::single(&mut one, blocks);
            if lane.advance(blocks.len()) {
                break;
            }
        }
        finish::<C>(&mut values, lane.index, one, length);
    }
    values.into_iter().flatten().collect()
}

fn get<const N: usize>(state: &State<N>, lane: usize) -> [u32; 8] {
    state.each_ref().map(|words| words.get(lane).copied().unwrap_or_default())
}

fn set<const N: usize>(state: &mut State<N>, lane: usize, value: [u32; 8]) {
    for (words, value) in state.iter_mut().zip(value) {
        if let Some(word) = words.get_mut(lane) {
            *word = value;
        }
    }
}

fn finish<C: Compression>(values: &mut [Option<DigestValue>], index: usize, state: [u32; 8], length: usize) {
    let bytes = state.map(if C::BIG_ENDIAN { u32::to_be_bytes } else { u32::to_le_bytes });
    if let (Some(value), Some(bytes)) = (values.get_mut(index), bytes.as_flattened().get(..length)) {
        *value = Some(DigestValue::new(bytes));
    }
}

/// A message on its way through a lane.
struct Lane<'m> {
    /// Its position among the messages, where its digest goes.
    index: usize,
    /// Its whole blocks that are still to come.
    body: &'m [Block],
    /// What does not fill a block, and the padding: the last `tail_blocks` of these.
    tail: [Block; 2],
    tail_blocks: usize,
}

impl<'m> Lane<'m> {
    /// The message with its padding: a 1 bit, zeros, and its length in bits (RFC 1321 3.1, FIPS 180-4 5.1.1).
    fn new<C: Compression>(index: usize, message: &'m [u8]) -> Self {
        let (body, rest) = message.as_chunks();
        let tail_blocks = if rest.len() < 56 { 1 } else { 2 };
        let mut tail = [[0; 64]; 2];
        let bits =
            u64::try_from(message.len()).expect("because a length has at most 64 bits").wrapping_mul(8);
        let bits = if C::BIG_ENDIAN { bits.to_be_bytes() } else { bits.to_le_bytes() };
        let start = 128 - 64 * tail_blocks;
        let flat = tail.as_flattened_mut();
        for (to, from) in flat.iter_mut().skip(start).zip(rest.iter().chain(&[0x80])) {
            *to = *from;
        }
        if let Some(end) = flat.last_chunk_mut() {
            *end = bits;
        }
        Self { index, body, tail, tail_blocks }
    }

    /// The blocks that come next; never none.
    fn blocks(&self) -> &[Block] {
        if self.body.is_empty() {
            self.tail.get(self.tail.len().saturating_sub(self.tail_blocks)..).unwrap_or_default()
        } else {
            self.body
        }
    }

    /// Notes that `count` of [`Self::blocks`] are done; whether that was the end.
    fn advance(&mut self, count: usize) -> bool {
        if self.body.is_empty() {
            self.tail_blocks = self.tail_blocks.saturating_sub(count);
        } else {
            self.body = self.body.get(count..).unwrap_or_default();
        }
        self.body.is_empty() && self.tail_blocks == 0
    }
}
