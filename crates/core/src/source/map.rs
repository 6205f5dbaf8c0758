//! Regular files for metadata: short reads come from a mapping, long ones by `pread`.
//!
//! A mapping makes a walk through 20 MB of directories, 9 KiB a read, two to three times as fast as `pread`, and five
//! times when they are read again; over more than [`BUDGET`] in no order it is three times slower, and so are bulk
//! reads. It has two faults that `pread` has not. A file that shrinks answers an access with SIGBUS: a handler puts a page of zeros
//! where the access was and notes it, and the read is then done again by `pread`, which says what happened. And what
//! was touched counts as this process's memory: it is given back whenever [`BUDGET`] may have been touched.

#![expect(unsafe_code, reason = "a mapping is memory that other processes change and cut off")]

use super::{File, Run, Source};
use crate::error::Result;
use crate::number::{narrow, wide};
use memmap2::{MmapOptions, MmapRaw, UncheckedAdvice};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Longer reads are not for metadata, and faster by `pread`: 64 KiB.
const SHORT: usize = 64 << 10;

/// Bytes that may be mapped in at a time: 8 MiB.
const BUDGET: u64 = 8 << 20;

/// Bytes the system maps in around one that is asked for, at most.
const AROUND: u64 = 64 << 10;

/// A regular file whose short reads need no system call.
#[derive(Debug)]
pub struct Map {
    file: File,
    mapping: Option<Mapping>,
    touched: Touched,
}

impl Map {
    /// `file`, mapped; or not, where the system or the file system would rather not: it reads the same.
    pub fn new(file: File) -> Self {
        let mapping = Mapping::new(&file);
        let touched = Touched::new(file.size().unwrap_or(0));
        Self { file, mapping, touched }
    }
}

impl Source for Map {
    fn size(&self) -> Option<u64> {
        self.file.size()
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        let copied = match &self.mapping {
            Some(mapping) if into.len() <= SHORT => mapping.copy(narrow(at), into),
            _ => None,
        };
        let Some(copied) = copied else { return self.file.read_some(at, into) };
        if self.touched.add(at, wide(copied)) > BUDGET {
            self.touched.clear();
            self.mapping.iter().for_each(Mapping::give_back);
        }
        Ok(copied)
    }

    fn run(&self, at: u64) -> Option<Run<'_>> {
        self.file.run(at)
    }
}

/// Which stretches of [`AROUND`] bytes may be in memory: a bit for each.
#[derive(Debug)]
struct Touched {
    bits: Box<[AtomicU64]>,
    count: AtomicU64,
}

impl Touched {
    fn new(size: u64) -> Self {
        let words = narrow(size / (AROUND * 64)).saturating_add(1);
        Self { bits: (0..words).map(|_| AtomicU64::new(0)).collect(), count: AtomicU64::new(0) }
    }

    /// Notes `length` bytes at `at`; how many bytes may be in memory now.
    fn add(&self, at: u64, length: u64) -> u64 {
        let last = at.saturating_add(length.saturating_sub(1)) / AROUND;
        for stretch in at / AROUND..=last {
            let bit = 1 << (stretch % 64);
            if let Some(word) = self.bits.get(narrow(stretch / 64))
                && word.fetch_or(bit, Ordering::Relaxed) & bit == 0
            {
                self.count.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.count.load(Ordering::Relaxed).saturating_mul(AROUND)
    }

    fn clear(&self) {
        self.bits.iter().for_each(|word| word.store(0, Ordering::Relaxed));
        self.count.store(0, Ordering::Relaxed);
    }
}

/// A mapping the handler of SIGBUS knows.
#[derive(Debug)]
struct Mapping {
    memory: MmapRaw,
    slot: &'static Slot,
}

impl Mapping {
    fn new(file: &File) -> Option<Self> {
        let length = usize::try_from(file.size()?).ok().filter(|length| *length > 0)?;
        if !*HANDLED.get_or_init(handle_sigbus) {
            return None;
        }
        let memory = MmapOptions::new().len(length).map_raw_read_only(file.handle()).ok()?;
        let _one_at_a_time = CLAIMING.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = SLOTS.iter().find(|slot| slot.length.load(Ordering::Relaxed) == 0)?;
        slot.start.store(memory.as_ptr().addr(), Ordering::Relaxed);
        slot.cut.store(false, Ordering::Relaxed);
        slot.length.store(length, Ordering::SeqCst);
        Some(Self { memory, slot })
    }

    /// Fills `into` from byte `at`, or nothing of it when the mapping does not have all of that, or no longer.
    fn copy(&self, at: usize, into: &mut [u8]) -> Option<usize> {
        let end = at.checked_add(into.len())?;
        if end > self.memory.len() || self.slot.cut.load(Ordering::SeqCst) {
            return None;
        }
        // SAFETY: at + into.len() lies within the mapping, checked above, which lives as long as self; `into` is ours
        // alone. No reference into the mapping is made, so nothing depends on bytes that another process may change.
        // An access behind the file's end raises SIGBUS, and the handler gives it zeros: the slot holds this mapping.
        unsafe {
            let from = self.memory.as_ptr().add(at);
            std::ptr::copy_nonoverlapping(from, into.as_mut_ptr(), into.len());
        }
        // The handler ran on this thread, during the copy or before it.
        (!self.slot.cut.load(Ordering::SeqCst)).then_some(into.len())
    }

    fn give_back(&self) {
        // SAFETY: the mapping is shared and never written, so a page given back is read from the file again. Zeros the
        // handler put there come back as zeros, and are never used.
        let _ = unsafe { self.memory.unchecked_advise(UncheckedAdvice::DontNeed) };
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // Before the memory goes: the handler must not write to what may be somebody else's by then.
        self.slot.length.store(0, Ordering::SeqCst);
    }
}

/// A mapping as the handler sees it.
#[derive(Debug)]
struct Slot {
    start: AtomicUsize,
    /// 0 for a slot that is free.
    length: AtomicUsize,
    /// Whether an access found the file cut off.
    cut: AtomicBool,
}

/// As many mappings as there can be at a time. Sources that find no slot read without one.
static SLOTS: [Slot; 16] =
    [const { Slot { start: AtomicUsize::new(0), length: AtomicUsize::new(0), cut: AtomicBool::new(false) } };
        16];
static CLAIMING: Mutex<()> = Mutex::new(());
static HANDLED: OnceLock<bool> = OnceLock::new();
static PAGE: AtomicUsize = AtomicUsize::new(0);
/// What was done about SIGBUS before; the standard library reports stack overflows by it on some systems.
static BEFORE: OnceLock<libc::sigaction> = OnceLock::new();

/// Installs the handler; whether that worked.
fn handle_sigbus() -> bool {
    PAGE.store(rustix::param::page_size(), Ordering::SeqCst);
    let mut before = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: the first call only fills `before`, for which zeros are a valid value. `new` is whole: a handler of the
    // form SA_SIGINFO asks for, an empty mask and no other flags. The handler uses nothing but atomics and mmap(2).
    unsafe {
        if libc::sigaction(libc::SIGBUS, std::ptr::null(), before.as_mut_ptr()) != 0 {
            return false;
        }
        let _ = BEFORE.set(before.assume_init());
        let mut new = std::mem::zeroed::<libc::sigaction>();
        new.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        new.sa_sigaction = address(on_sigbus);
        libc::sigemptyset(&raw mut new.sa_mask);
        libc::sigaction(libc::SIGBUS, &raw const new, std::ptr::null_mut()) == 0
    }
}

type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

#[expect(clippy::as_conversions, reason = "sigaction wants the address of a function as a number")]
fn address(handler: Handler) -> usize {
    handler as usize
}

extern "C" fn on_sigbus(_: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    // SAFETY: the system passes a valid siginfo_t to SA_SIGINFO handlers, with the address for SIGBUS.
    let at = unsafe { (*info).si_addr() }.addr();
    let inside = |slot: &&Slot| {
        let length = slot.length.load(Ordering::SeqCst);
        at.wrapping_sub(slot.start.load(Ordering::SeqCst)) < length
    };
    let page = PAGE.load(Ordering::SeqCst);
    let zeros = SLOTS.iter().find(inside).is_some_and(|slot| {
        slot.cut.store(true, Ordering::SeqCst);
        let start = std::ptr::without_provenance_mut(at & !page.wrapping_sub(1));
        let flags = libc::MAP_FIXED | libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: the page lies in a mapping that lives until its slot is free, and is only ever read through pointers;
        // replacing it changes bytes that were unreadable. mmap is a plain system call.
        unsafe { libc::mmap(start, page, libc::PROT_READ, flags, -1, 0) != libc::MAP_FAILED }
    });
    if !zeros {
        // Not ours: the access is done again, and gets what it would have got without us.
        let before = BEFORE.get().map_or(std::ptr::null(), std::ptr::from_ref);
        // SAFETY: `before` is null, which changes nothing, or what sigaction itself had filled in.
        unsafe { libc::sigaction(libc::SIGBUS, before, std::ptr::null_mut()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    /// There are only so many slots, and one test takes them all.
    static SLOTS_IN_USE: Mutex<()> = Mutex::new(());

    fn alone() -> std::sync::MutexGuard<'static, ()> {
        SLOTS_IN_USE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mapped(length: usize) -> (fs::File, Map, Vec<u8>) {
        let data: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).expect("below 251")).collect();
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&data).expect("room");
        let map = Map::new(File::new(file.try_clone().expect("open")).expect("a file"));
        assert!(map.mapping.is_some());
        (file, map, data)
    }

    #[test]
    fn reads_what_the_file_reads() {
        let _alone = alone();
        let (_, map, data) = mapped(300_000);
        for (at, length) in [(0, 1), (4095, 2), (299_999, 1), (100_000, SHORT), (100_000, SHORT + 1), (7, 0)]
        {
            let mut buffer = vec![0; length];
            map.read_at(wide(at), &mut buffer).expect("there");
            assert!(buffer == data[at..at + length]);
        }
        let mut buffer = [0; 100];
        assert_eq!(map.read_some(299_950, &mut buffer).expect("short"), 50);
        assert_eq!(map.read_some(u64::MAX, &mut buffer).expect("nothing"), 0);
    }

    #[test]
    fn a_file_that_shrinks_while_mapped_ends_in_an_error_and_not_in_a_crash() {
        let _alone = alone();
        let (file, map, data) = mapped(300_000);
        let mut buffer = [0; 100];
        map.read_at(200_000, &mut buffer).expect("there");
        file.set_len(100_000).expect("shorter");
        let error = map.read_at(200_000, &mut buffer).expect_err("gone");
        assert!(error.is_truncation(), "{error}");
        assert!(map.slot_is_cut(), "it was SIGBUS that told");
        map.read_at(99_000, &mut buffer).expect("still there");
        assert!(buffer == data[99_000..99_100]);
    }

    #[test]
    fn slots_are_taken_and_given_back_and_there_is_life_without_one() {
        let _alone = alone();
        let (_file, first, data) = mapped(10_000);
        let maps: Vec<Map> = (0..40)
            .map(|_| Map::new(File::new(first.file.handle().try_clone().expect("open")).expect("a file")))
            .collect();
        assert!(maps.iter().any(|map| map.mapping.is_none()));
        for map in &maps {
            let mut buffer = [0; 10];
            map.read_at(5000, &mut buffer).expect("there");
            assert!(buffer == data[5000..5010]);
        }
        drop(maps);
        assert!(
            Map::new(File::new(first.file.handle().try_clone().expect("open")).expect("a file"))
                .mapping
                .is_some()
        );
    }

    #[test]
    fn memory_that_was_touched_is_counted_once_and_given_back() {
        let touched = Touched::new(BUDGET * 2);
        assert_eq!(touched.add(0, 1), AROUND);
        assert_eq!(touched.add(100, AROUND), AROUND * 2);
        assert_eq!(touched.add(1, 10), AROUND * 2);
        touched.clear();
        assert_eq!(touched.add(BUDGET * 2 - 1, 1), AROUND);
        let _alone = alone();
        let file = tempfile::tempfile().expect("a file");
        file.set_len(BUDGET * 2).expect("room");
        let map = Map::new(File::new(file).expect("a file"));
        for at in (0..BUDGET * 2).step_by(narrow(AROUND)) {
            map.read_at(at, &mut [0]).expect("there");
            assert!(map.touched.count.load(Ordering::Relaxed) * AROUND <= BUDGET);
        }
    }

    impl Map {
        fn slot_is_cut(&self) -> bool {
            self.mapping.as_ref().is_some_and(|mapping| mapping.slot.cut.load(Ordering::SeqCst))
        }
    }
}
