//! An image on its way to where it is written, and others that hear it pass: on threads of their own, which have the same
//! pieces at once, or where it is written.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

/// Bytes that are handed over at a time.
const PIECE: usize = 1 << 20;

/// Pieces that may wait for each that hears.
const WAITING: usize = 4;

/// What hears an image.
pub(crate) trait Hears: Send {
    /// The next bytes.
    ///
    /// # Errors
    /// For which the image need not go on.
    fn hear(&mut self, bytes: &[u8]) -> io::Result<()>;
}

/// Passes an image on to `W`, and has it heard by each `H`.
pub(crate) struct Passing<'s, W, H> {
    to: W,
    hearers: Vec<Hearer<'s, H>>,
    /// What was not handed over yet.
    piece: Vec<u8>,
    /// Pieces that were handed over, the oldest first.
    given: VecDeque<Arc<Vec<u8>>>,
}

enum Hearer<'s, H> {
    /// And how it failed, if it did.
    Here(H, io::Result<()>),
    Beside {
        to: SyncSender<Arc<Vec<u8>>>,
        thread: ScopedJoinHandle<'s, (Option<H>, io::Result<()>)>,
    },
}

impl<'s, W: Write, H: Hears + 's> Passing<'s, W, H> {
    /// With threads of `scope`, if there is one, as far as the system gives them.
    pub(crate) fn new(to: W, hearers: Vec<H>, scope: Option<&'s Scope<'s, '_>>) -> Self {
        let hearers = hearers.into_iter().map(|one| match scope {
            Some(scope) => Hearer::beside(one, scope),
            None => Hearer::Here(one, Ok(())),
        });
        Self { to, hearers: hearers.collect(), piece: Vec::new(), given: VecDeque::new() }
    }

    /// Those that heard it all.
    ///
    /// # Errors
    /// The error of the first that failed.
    pub(crate) fn finish(mut self) -> io::Result<Vec<H>> {
        // If one is gone, it says below why.
        let _ = self.hand_over();
        self.hearers.into_iter().map(Hearer::end).collect()
    }

    fn hand_over(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let next = match self.given.pop_front().map(Arc::try_unwrap) {
            Some(Ok(heard)) => heard,
            Some(Err(unheard)) => {
                self.given.push_front(unheard);
                Vec::new()
            }
            None => Vec::new(),
        };
        let piece = Arc::new(std::mem::replace(&mut self.piece, next));
        self.piece.clear();
        for hearer in &self.hearers {
            if let Hearer::Beside { to, .. } = hearer {
                to.send(Arc::clone(&piece)).map_err(|_| gone())?;
            }
        }
        self.given.push_back(piece);
        Ok(())
    }
}

impl<'s, W: Write, H: Hears + 's> Write for Passing<'s, W, H> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write_all(bytes)?;
        let mut beside = false;
        for hearer in &mut self.hearers {
            match hearer {
                Hearer::Here(one, state) => {
                    *state = one.hear(bytes);
                    if state.is_err() {
                        return Err(gone());
                    }
                }
                Hearer::Beside { .. } => beside = true,
            }
        }
        if beside {
            self.piece.extend_from_slice(bytes);
            if self.piece.len() >= PIECE {
                self.hand_over()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl<'s, H: Hears + 's> Hearer<'s, H> {
    fn beside(one: H, scope: &'s Scope<'s, '_>) -> Self {
        let (to, pieces) = sync_channel::<Arc<Vec<u8>>>(WAITING);
        // It stays here if there is no thread for it.
        let (give, given) = channel();
        let thread = std::thread::Builder::new().name("hearer".into());
        match thread.spawn_scoped(scope, move || hear(&given, &pieces)) {
            Ok(thread) => match give.send(one) {
                Ok(()) => Self::Beside { to, thread },
                Err(unsent) => Self::Here(unsent.0, Ok(())),
            },
            Err(_) => Self::Here(one, Ok(())),
        }
    }

    fn end(self) -> io::Result<H> {
        match self {
            Self::Here(one, state) => state.map(|()| one),
            Self::Beside { to, thread } => {
                drop(to);
                let (one, state) = thread.join().map_err(|_| gone())?;
                state?;
                one.ok_or_else(gone)
            }
        }
    }
}

/// What a thread does: the pieces stop coming when one failed, or all are heard.
fn hear<H: Hears>(given: &Receiver<H>, pieces: &Receiver<Arc<Vec<u8>>>) -> (Option<H>, io::Result<()>) {
    let Ok(mut one) = given.recv() else { return (None, Ok(())) };
    let heard = pieces.iter().try_for_each(|piece| one.hear(&piece));
    (Some(one), heard)
}

fn gone() -> io::Error {
    io::Error::other("the image is no longer heard")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps what it hears, up to a number of bytes.
    #[derive(Debug)]
    struct Ear(Vec<u8>, usize);

    impl Hears for Ear {
        fn hear(&mut self, bytes: &[u8]) -> io::Result<()> {
            self.0.extend_from_slice(bytes);
            if self.0.len() > self.1 { Err(io::Error::other("enough")) } else { Ok(()) }
        }
    }

    #[test]
    fn all_hear_the_same_in_order() {
        let bytes: Vec<u8> =
            (0..3_000_000_u32).flat_map(|n| [n.to_le_bytes()[0], n.to_le_bytes()[1], 7]).collect();
        std::thread::scope(|scope| {
            for scope in [None, Some(scope)] {
                let mut to = Vec::new();
                let ears = vec![Ear(Vec::new(), usize::MAX), Ear(Vec::new(), usize::MAX)];
                let mut passing = Passing::new(&mut to, ears, scope);
                bytes.chunks(70_001).for_each(|piece| passing.write_all(piece).expect("heard"));
                let ears = passing.finish().expect("heard");
                assert!(to == bytes && ears.iter().all(|ear| ear.0 == bytes));
            }
        });
    }

    #[test]
    fn what_one_fails_by_is_told() {
        std::thread::scope(|scope| {
            for scope in [None, Some(scope)] {
                let ears = vec![Ear(Vec::new(), usize::MAX), Ear(Vec::new(), 100)];
                let mut passing = Passing::new(io::sink(), ears, scope);
                let written = (0..100_000).try_for_each(|_| passing.write_all(&[0; 1000]));
                written.expect_err("it goes on no longer");
                assert_eq!(passing.finish().expect_err("one failed").to_string(), "enough");
            }
        });
    }
}
