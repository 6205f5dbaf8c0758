//! One pass over a stream of bytes, any number of digests.

use isokit_core::number::wide;
use isokit_digests::{Algorithm, DigestValue, Hasher};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Bytes read at once: small enough to be still in the processor's cache when they are digested.
const CHUNK: usize = 128 << 10;

/// Bytes read at once when other threads digest them: large enough to be worth waking them.
const SHARED_CHUNK: usize = 256 << 10;

/// Chunks that exist when other threads digest: 2 MiB, whatever the stream's length and the number of digests.
const CHUNKS: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sums {
    /// In bytes.
    pub(crate) size: u64,
    /// One for each algorithm, in the order in which they were asked for.
    pub(crate) values: Vec<DigestValue>,
}

/// The digests of the bytes that `next` gives, one for each of `algorithms`. `next` fills its argument as far as it
/// likes and returns how far; 0 is the end.
///
/// # Errors
/// Those of `next`.
pub(crate) fn digests<E>(
    algorithms: &[Algorithm],
    threads: usize,
    mut next: impl FnMut(&mut [u8]) -> Result<usize, E>,
) -> Result<Sums, E> {
    let mut size = 0_u64;
    let mut counted = |into: &mut [u8]| {
        let read = next(into)?;
        size = size.saturating_add(wide(read));
        Ok(read)
    };
    let shared = match threads.min(algorithms.len()) {
        threads @ 2.. => shared(algorithms, threads, &mut counted)?,
        _ => None,
    };
    let values = match shared {
        Some(values) => values,
        None => alone(algorithms, &mut counted)?,
    };
    Ok(Sums { size, values })
}

fn alone<E>(
    algorithms: &[Algorithm],
    next: &mut dyn FnMut(&mut [u8]) -> Result<usize, E>,
) -> Result<Vec<DigestValue>, E> {
    let mut hashers: Vec<Hasher> = algorithms.iter().copied().map(Hasher::new).collect();
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = next(&mut chunk)?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hashers.iter_mut().for_each(|hasher| hasher.update(bytes));
    }
    Ok(hashers.into_iter().map(Hasher::finish).collect())
}

/// A piece of the stream, its length beside it because the buffer is used again.
type Chunk = Arc<(Vec<u8>, usize)>;

/// As [`alone`], by several threads; `None` where they cannot be started, and nothing was asked of `next`.
fn shared<E>(
    algorithms: &[Algorithm],
    threads: usize,
    next: &mut dyn FnMut(&mut [u8]) -> Result<usize, E>,
) -> Result<Option<Vec<DigestValue>>, E> {
    let (give_back, free) = channel();
    for _ in 0..CHUNKS {
        let _ = give_back.send(vec![0; SHARED_CHUNK]);
    }
    thread::scope(|scope| {
        let mut queues = Vec::new();
        let mut workers = Vec::new();
        for share in shares(algorithms, threads) {
            let (queue, chunks) = sync_channel(CHUNKS);
            let give_back = give_back.clone();
            let work = move || work(&share, &chunks, &give_back);
            let Ok(worker) = thread::Builder::new().spawn_scoped(scope, work) else { return Ok(None) };
            queues.push(queue);
            workers.push(worker);
        }
        drop(give_back);
        let read = hand_out(next, &free, &queues);
        drop(queues);
        let mut values: Vec<(usize, DigestValue)> = Vec::new();
        for worker in workers {
            values.extend(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        read?;
        values.sort_unstable_by_key(|(position, _)| *position);
        Ok(Some(values.into_iter().map(|(_, value)| value).collect()))
    })
}

fn hand_out<E>(
    next: &mut dyn FnMut(&mut [u8]) -> Result<usize, E>,
    free: &Receiver<Vec<u8>>,
    queues: &[SyncSender<Chunk>],
) -> Result<(), E> {
    while let Ok(mut buffer) = free.recv() {
        let read = next(&mut buffer)?;
        if read == 0 {
            break;
        }
        let chunk = Arc::new((buffer, read));
        // This thread keeps no share: the last worker to finish with the chunk must be able to give it back.
        if let Some((last, others)) = queues.split_last() {
            for queue in others {
                let _ = queue.send(Arc::clone(&chunk));
            }
            let _ = last.send(chunk);
        }
    }
    Ok(())
}

/// Digests all chunks, and gives each buffer back when no other worker has it any more.
fn work(
    share: &[(usize, Algorithm)],
    chunks: &Receiver<Chunk>,
    give_back: &Sender<Vec<u8>>,
) -> Vec<(usize, DigestValue)> {
    let mut hashers: Vec<(usize, Hasher)> =
        share.iter().map(|(position, algorithm)| (*position, Hasher::new(*algorithm))).collect();
    for chunk in chunks {
        let bytes = chunk.0.get(..chunk.1).unwrap_or_default();
        hashers.iter_mut().for_each(|(_, hasher)| hasher.update(bytes));
        if let Some((buffer, _)) = Arc::into_inner(chunk) {
            let _ = give_back.send(buffer);
        }
    }
    hashers.into_iter().map(|(position, hasher)| (position, hasher.finish())).collect()
}

/// The algorithms, with their positions, dealt to `threads` workers: the slowest first, each to whoever has least.
fn shares(algorithms: &[Algorithm], threads: usize) -> Vec<Vec<(usize, Algorithm)>> {
    let mut shares = vec![(0, Vec::new()); threads];
    let mut by_cost: Vec<(usize, Algorithm)> = algorithms.iter().copied().enumerate().collect();
    by_cost.sort_by_key(|(_, algorithm)| std::cmp::Reverse(cost(*algorithm)));
    for (position, algorithm) in by_cost {
        if let Some((sum, share)) = shares.iter_mut().min_by_key(|(sum, _)| *sum) {
            *sum += cost(algorithm);
            share.push((position, algorithm));
        }
    }
    shares.into_iter().map(|(_, share)| share).collect()
}

/// Time one byte takes with SHA instructions, in units that only compare.
const fn cost(algorithm: Algorithm) -> u32 {
    match algorithm {
        Algorithm::Sha3_256 => 24,
        Algorithm::Sha384 | Algorithm::Sha512 | Algorithm::Sha512_256 | Algorithm::Md5 => 20,
        Algorithm::Blake2b => 12,
        Algorithm::Sha1 | Algorithm::Sha224 | Algorithm::Sha256 => 8,
        Algorithm::Blake3 => 3,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_threads_gives_the_same() {
        let message: Vec<u8> = (0..150_000_u32).flat_map(u32::to_le_bytes).collect();
        let want: Vec<_> =
            Algorithm::ALL.iter().map(|algorithm| Hasher::digest(*algorithm, &message)).collect();
        for threads in [1, 2, 5, 100] {
            for most in [usize::MAX, 4097] {
                let mut rest = message.as_slice();
                let got = digests(&Algorithm::ALL, threads, |into| {
                    let length = into.len().min(rest.len()).min(most);
                    let (now, later) = rest.split_at(length);
                    into[..length].copy_from_slice(now);
                    rest = later;
                    Ok::<_, ()>(length)
                });
                let size = wide(message.len());
                assert_eq!(got, Ok(Sums { size, values: want.clone() }), "{threads} threads, {most} bytes");
            }
        }
    }

    #[test]
    fn an_error_ends_the_stream_whoever_listens() {
        for threads in [1, 2] {
            let mut calls = 0;
            let got = digests(&Algorithm::ALL, threads, |_| {
                calls += 1;
                if calls < 30 { Ok(1) } else { Err("gone") }
            });
            assert_eq!(got, Err("gone"));
        }
    }
}
