//! Independent pieces of work on several threads, whose results are taken in order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

/// Does `work` for 0 to `count - 1` on up to `threads` threads and hands the results to `each` in that order, as soon
/// as they are there. `false` from `each` ends it early.
pub(crate) fn ordered<T: Send>(
    count: usize,
    threads: usize,
    work: impl Fn(usize) -> T + Sync,
    mut each: impl FnMut(usize, T) -> bool,
) {
    if threads.min(count) < 2 {
        let _ = (0..count).all(|index| each(index, work(index)));
        return;
    }
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (results, done) = channel();
    thread::scope(|scope| {
        // Fewer threads than were asked for do the same work.
        let mut started = 0;
        for _ in 0..threads.min(count) {
            let (results, work, next, stop) = (results.clone(), &work, &next, &stop);
            let run = move || {
                while !stop.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count || results.send((index, work(index))).is_err() {
                        break;
                    }
                }
            };
            if thread::Builder::new().spawn_scoped(scope, run).is_err() {
                break;
            }
            started += 1;
        }
        drop(results);
        if started == 0 {
            let _ = (0..count).all(|index| each(index, work(index)));
        }
        let mut early = BTreeMap::new();
        let mut wanted = 0_usize;
        for (index, result) in done {
            early.insert(index, result);
            while let Some(result) = early.remove(&wanted) {
                if !stop.load(Ordering::Relaxed) && !each(wanted, result) {
                    stop.store(true, Ordering::Relaxed);
                }
                wanted = wanted.saturating_add(1);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::ordered;

    #[test]
    fn results_come_in_order_until_nobody_wants_them() {
        for threads in [1, 2, 7] {
            let mut got = Vec::new();
            ordered(
                100,
                threads,
                |index| index * 3,
                |index, result| {
                    got.push((index, result));
                    index < 49
                },
            );
            let want: Vec<_> = (0..50).map(|index| (index, index * 3)).collect();
            assert_eq!(got, want);
        }
    }
}
