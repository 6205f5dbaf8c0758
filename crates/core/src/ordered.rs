//! Independent pieces of work on several threads, whose results are taken in order.

use std::collections::BTreeMap;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Bytes of a thread's stack, as the standard library takes them.
const STACK: usize = 2 * 1024 * 1024;

/// Does `jobs` on up to `threads` threads and hands the results to `done` in the order of the jobs, in the calling
/// thread.
///
/// Each thread asks `worker` once for a function of its own, which may keep what it uses again. At most `ahead` results
/// (at least one) exist or are being made beside the one that `done` has. Without threads, or where none can be started,
/// the calling thread does everything; fewer threads than were asked for do the same work.
///
/// # Errors
/// The first of `done`, which ends the work: no job is begun after it.
pub fn ordered<J, R: Send, W: FnMut(J) -> R, E>(
    threads: usize,
    ahead: usize,
    jobs: impl Iterator<Item = J> + Send,
    worker: impl Fn() -> W + Sync,
    mut done: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let queue = Queue::new(ahead, jobs);
    thread::scope(|scope| {
        let (here, arrived) = channel();
        let run = |here: Sender<()>| {
            let _panic = OnDrop(|| {
                if thread::panicking() {
                    queue.end();
                }
            });
            let _ = here.send(());
            // Nobody takes memory while others are started.
            drop(queue.jobs());
            queue.work(worker());
        };
        let start = |_: &usize| {
            let here = here.clone();
            let spawn =
                || thread::Builder::new().name("worker".into()).spawn_scoped(scope, move || run(here));
            has_memory_for_one() && spawn().is_ok() && arrived.recv().is_ok()
        };
        let jobs = queue.jobs();
        let started = (0..threads).take_while(start).count();
        drop(jobs);
        if started == 0 {
            let mut work = worker();
            return std::iter::from_fn(|| queue.jobs().next()).try_for_each(|job| done(work(job)));
        }
        let _end = OnDrop(|| queue.end());
        std::iter::from_fn(|| queue.take()).try_for_each(done)
    })
}

/// Whether a thread can be started now. The standard library ends the program where a thread that runs already finds no
/// memory for what it begins with.
fn has_memory_for_one() -> bool {
    memmap2::MmapMut::map_anon(STACK + STACK / 2).is_ok()
}

/// What the threads share. Jobs go out under one lock, in order; results come in under another.
struct Queue<I, R> {
    jobs: Mutex<I>,
    results: Mutex<Results<R>>,
    /// The next result is there, or none will be.
    ready: Condvar,
    /// A result was taken, or nobody takes any more.
    space: Condvar,
}

struct Results<R> {
    ready: BTreeMap<usize, R>,
    /// Jobs handed out, each with its number.
    given: usize,
    /// Results taken, which makes room for as many jobs.
    taken: usize,
    /// How far the first may be before the second.
    ahead: usize,
    /// All jobs are handed out.
    complete: bool,
    /// Nobody takes results any more, or a worker panicked and one will never come.
    over: bool,
}

impl<R, I: Iterator> Queue<I, R> {
    fn new(ahead: usize, jobs: I) -> Self {
        let (ready, ahead) = (BTreeMap::new(), ahead.max(1));
        let results = Results { ready, given: 0, taken: 0, ahead, complete: false, over: false };
        let (ready, space) = (Condvar::new(), Condvar::new());
        Self { jobs: Mutex::new(jobs), results: Mutex::new(results), ready, space }
    }

    fn jobs(&self) -> MutexGuard<'_, I> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn results(&self) -> MutexGuard<'_, Results<R>> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, mut work: impl FnMut(I::Item) -> R) {
        while let Some((number, job)) = self.next() {
            let result = work(job);
            self.results().ready.insert(number, result);
            self.ready.notify_one();
        }
    }

    /// The next job and its number, once its result may be kept. Who waits here has the jobs: they are begun in order.
    fn next(&self) -> Option<(usize, I::Item)> {
        let mut jobs = self.jobs();
        let mut results = self.results();
        while !results.over && results.given >= results.taken.saturating_add(results.ahead) {
            results = self.space.wait(results).unwrap_or_else(PoisonError::into_inner);
        }
        if results.over || results.complete {
            return None;
        }
        // Making a job may take long.
        drop(results);
        let job = jobs.next();
        let mut results = self.results();
        let number = results.given;
        match job {
            Some(_) => results.given = number.saturating_add(1),
            None => {
                results.complete = true;
                self.ready.notify_one();
            }
        }
        job.map(|job| (number, job))
    }

    /// The next result; none behind the last.
    fn take(&self) -> Option<R> {
        let mut results = self.results();
        loop {
            let next = results.taken;
            if let Some(result) = results.ready.remove(&next) {
                results.taken = next.saturating_add(1);
                self.space.notify_one();
                return Some(result);
            }
            if results.over || (results.complete && next == results.given) {
                return None;
            }
            results = self.ready.wait(results).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn end(&self) {
        self.results().over = true;
        self.ready.notify_one();
        self.space.notify_one();
    }
}

/// Runs its closure when it is dropped, also by a panic.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[cfg(test)]
mod tests {
    use super::ordered;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn squares(threads: usize) -> Vec<u32> {
        let mut results = Vec::new();
        let done = |square| {
            results.push(square);
            Ok::<_, ()>(())
        };
        ordered(threads, 3, 0..200_u32, || |n| n * n, done).unwrap();
        results
    }

    #[test]
    fn results_come_in_the_order_of_the_jobs_whatever_the_number_of_threads() {
        let expected: Vec<u32> = (0..200).map(|n| n * n).collect();
        for threads in [0, 1, 2, 7] {
            assert_eq!(squares(threads), expected);
        }
    }

    #[test]
    fn the_first_error_in_order_ends_endless_work() {
        for threads in [0, 1, 4] {
            let done = |n: u32| if n % 10 == 9 { Err(n) } else { Ok(()) };
            assert_eq!(ordered(threads, 2, 0.., || |n| n, done), Err(9));
        }
    }

    #[test]
    fn no_more_results_are_kept_than_were_allowed() {
        let (begun, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let jobs = (0..100_usize).inspect(|_| {
            let begun = begun.fetch_add(1, Ordering::SeqCst) + 1;
            // One that was taken may not have been counted yet.
            assert!(begun <= taken.load(Ordering::SeqCst) + 3 + 1, "{begun}");
        });
        let done = |_| {
            taken.fetch_add(1, Ordering::SeqCst);
            Ok::<_, ()>(())
        };
        ordered(4, 3, jobs, || |n| n, done).unwrap();
    }

    #[test]
    fn a_panic_of_a_worker_is_passed_on() {
        let work = |n: u32| assert!(n < 5, "five");
        let run = || ordered(2, 2, 0..10_u32, || work, |()| Ok::<_, ()>(()));
        assert!(std::panic::catch_unwind(run).is_err());
    }
}
