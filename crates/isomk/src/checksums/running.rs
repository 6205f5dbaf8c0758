//! The MD5 digest of a stream that is not at its end, computed beside the writing of it.

use isokit_digests::{Algorithm, DigestValue, Hasher};
use std::io;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::Scope;

/// Bytes that are handed over at a time.
const PIECE: usize = 1 << 20;

/// Pieces that may wait to be hashed.
const WAITING: usize = 4;

/// The digest of what has passed so far.
#[derive(Debug)]
pub(crate) enum Running {
    /// Computed where the stream is written.
    Here(Hasher),
    /// Computed by a thread of its own.
    Beside(Beside),
}

#[derive(Debug)]
pub(crate) struct Beside {
    to: SyncSender<Message>,
    /// What was not handed over yet.
    piece: Vec<u8>,
    /// Pieces that were hashed, for others to be put into.
    spare: Receiver<Vec<u8>>,
}

enum Message {
    Bytes(Vec<u8>),
    Tell(Sender<DigestValue>),
}

impl Running {
    pub(crate) fn here() -> Self {
        Self::Here(Hasher::new(Algorithm::Md5))
    }

    /// With a thread that ends when this is dropped; without one, where the system gives none.
    pub(crate) fn beside<'s>(scope: &'s Scope<'s, '_>) -> Self {
        let (to, messages) = sync_channel(WAITING);
        let (give, spare) = channel();
        let thread = std::thread::Builder::new().name("digest".into());
        match thread.spawn_scoped(scope, move || hash(&messages, &give)) {
            Ok(_) => Self::Beside(Beside { to, piece: Vec::new(), spare }),
            Err(_) => Self::here(),
        }
    }

    /// Appends `bytes` to what has passed.
    ///
    /// # Errors
    /// When the thread is gone.
    pub(crate) fn update(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Here(hasher) => {
                hasher.update(bytes);
                Ok(())
            }
            Self::Beside(beside) => {
                beside.piece.extend_from_slice(bytes);
                if beside.piece.len() >= PIECE { beside.hand_over() } else { Ok(()) }
            }
        }
    }

    /// The digest of all that has passed.
    ///
    /// # Errors
    /// When the thread is gone.
    pub(crate) fn digest(&mut self) -> io::Result<DigestValue> {
        match self {
            Self::Here(hasher) => Ok(hasher.clone().finish()),
            Self::Beside(beside) => {
                beside.hand_over()?;
                let (tell, told) = channel();
                beside.to.send(Message::Tell(tell)).map_err(|_| gone())?;
                told.recv().map_err(|_| gone())
            }
        }
    }
}

impl Beside {
    fn hand_over(&mut self) -> io::Result<()> {
        let mut next = self.spare.try_recv().unwrap_or_default();
        next.clear();
        let piece = std::mem::replace(&mut self.piece, next);
        self.to.send(Message::Bytes(piece)).map_err(|_| gone())
    }
}

fn hash(messages: &Receiver<Message>, give: &Sender<Vec<u8>>) {
    let mut hasher = Hasher::new(Algorithm::Md5);
    for message in messages {
        match message {
            Message::Bytes(piece) => {
                hasher.update(&piece);
                // Nobody may need them any more.
                let _ = give.send(piece);
            }
            Message::Tell(tell) => {
                let _ = tell.send(hasher.clone().finish());
            }
        }
    }
}

fn gone() -> io::Error {
    io::Error::other("the thread that computes digests has ended")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tell_the_digest_of_what_has_passed() {
        let bytes: Vec<u8> = (0..5_000_000_u32).map(|n| u8::try_from(n % 251).expect("small")).collect();
        std::thread::scope(|scope| {
            for mut running in [Running::here(), Running::beside(scope)] {
                let mut passed = 0;
                for length in [0, 3, 70_000, 1 << 20, 3_000_000] {
                    running.update(&bytes[passed..passed + length]).expect("there is a thread");
                    passed += length;
                    let want = Hasher::digest(Algorithm::Md5, &bytes[..passed]);
                    assert_eq!(running.digest().expect("there is a thread"), want, "{passed}");
                }
            }
        });
    }
}
