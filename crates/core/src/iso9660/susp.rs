//! SUSP, the System Use Sharing Protocol 1.12 (IEEE P1281): system use entries in the system use field of directory
//! records, continued in areas anywhere on the volume.

use crate::error::{Location, Problem, Result, Structure};
use crate::fields::Fields;
use crate::number::{Both32, wide};
use crate::source::Source;
use zerocopy::FromBytes;

/// An entry of any signature.
pub(super) const SYSTEM_USE_ENTRY: Structure = Structure::new("system use entry", "SUSP 4.1");
/// The entry that says where the system use entries go on.
pub(super) const CONTINUATION: Structure = Structure::new("CE system use entry", "SUSP 5.1");

/// Continuation areas followed for one record, and bytes taken from one of them. A record needs several hops when it
/// has long names, link targets or attributes; 64 KiB of attribute value in areas of one block are 33.
const MOST_AREAS: usize = 1024;
const MOST_BYTES: u64 = 1 << 18;

/// Bytes of a system use entry's head: signature, length, version.
const HEAD: usize = 4;

/// One system use entry (SUSP 4.1), of any protocol.
#[derive(Debug, Clone, Copy)]
pub(super) struct SystemUseEntry<'a> {
    /// BP 1: two letters, by which protocols share the field.
    pub signature: [u8; 2],
    /// BP 4: by which a protocol tells its later forms apart.
    pub version: u8,
    /// What follows the head, as many bytes as the length says.
    pub data: &'a [u8],
    /// Where its first byte lies, for errors.
    pub at: Location,
}

impl SystemUseEntry<'_> {
    /// The number recorded in both byte orders `from` bytes into the data.
    pub(super) fn both32(&self, from: usize) -> Option<u32> {
        let bytes = self.data.get(from..)?;
        Both32::ref_from_prefix(bytes).ok().map(|(both, _)| both.get())
    }

    /// Where the byte `from` bytes into the data lies.
    pub(super) fn location(&self, from: usize) -> Location {
        self.at.behind(wide(HEAD.saturating_add(from)))
    }

    /// The byte `from` bytes into the data.
    pub(super) fn byte(&self, from: usize) -> Option<u8> {
        self.data.get(from).copied()
    }
}

/// Where a continuation area lies (SUSP 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    /// Where the CE entry lies that names it.
    named_at: Location,
    block: u32,
    offset: u32,
    length: u32,
}

/// Reads continuation areas. Keeps the sector it read last: the areas of neighbouring records mostly share one.
#[derive(Debug)]
pub(super) struct Continuations<'s> {
    source: &'s dyn Source,
    block_size: u64,
    kept: Vec<u8>,
    kept_at: u64,
    visited: Vec<(u32, u32)>,
}

impl<'s> Continuations<'s> {
    /// Areas on `source`, whose logical blocks have `block_size` bytes.
    pub(super) fn new(source: &'s dyn Source, block_size: u64) -> Self {
        Self { source, block_size, kept: Vec::new(), kept_at: 0, visited: Vec::new() }
    }

    /// The bytes of `area`, and where the first lies.
    fn read(&mut self, area: Area) -> Result<(&[u8], Location)> {
        let damaged = |problem| CONTINUATION.at(area.named_at).corrupt(problem);
        let length = u64::from(area.length);
        if length > MOST_BYTES {
            let limit = format!("at most {MOST_BYTES}");
            return Err(damaged(Problem::OutOfRange {
                field: "size of continuation area",
                got: length,
                limit,
            }));
        }
        let at = u64::from(area.block).saturating_mul(self.block_size).saturating_add(u64::from(area.offset));
        let end = at.saturating_add(length);
        if self.source.size().is_some_and(|size| end > size) {
            return Err(damaged(Problem::OutOfRange {
                field: "location of continuation area",
                got: u64::from(area.block),
                limit: format!("an area of {length} bytes inside the image"),
            }));
        }
        let kept_end = self.kept_at.saturating_add(wide(self.kept.len()));
        if at < self.kept_at || end > kept_end {
            self.fill(at, end)?;
        }
        let from = usize::try_from(at.saturating_sub(self.kept_at)).unwrap_or(usize::MAX);
        let to = from.saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
        match self.kept.get(from..to) {
            Some(bytes) => Ok((bytes, self.source.location(at))),
            None => {
                Err(self.source.ends(self.kept_at, wide(self.kept.len()), end.saturating_sub(self.kept_at)))
            }
        }
    }

    /// Keeps the sectors that hold the bytes `at..end`.
    fn fill(&mut self, at: u64, end: u64) -> Result<()> {
        let start = at - at % 2048;
        let length = end.next_multiple_of(2048).saturating_sub(start);
        self.kept.resize(usize::try_from(length).unwrap_or_default(), 0);
        self.kept_at = start;
        let have = self.source.read_some(start, &mut self.kept);
        self.kept.truncate(*have.as_ref().unwrap_or(&0));
        have.map(drop)
    }

    /// Hands every system use entry of `field`, which lies at `at`, and of its continuation areas to
    /// `each`, without PD, ST and CE, which only steer.
    ///
    /// # Errors
    /// [`Problem`]s of a system use entry or a continuation area; what came before was handed out.
    pub(super) fn walk(
        &mut self,
        field: &[u8],
        at: Location,
        mut each: impl FnMut(&SystemUseEntry<'_>),
    ) -> Result<()> {
        let mut next = walk_area(field, at, &mut each)?;
        if next.is_none() {
            return Ok(());
        }
        self.visited.clear();
        while let Some(area) = next {
            let place = (area.block, area.offset);
            if self.visited.len() >= MOST_AREAS || self.visited.contains(&place) {
                return Err(CONTINUATION
                    .at(area.named_at)
                    .corrupt(Problem::Loop { via: "continuation area" }));
            }
            self.visited.push(place);
            let (bytes, at) = self.read(area)?;
            next = walk_area(bytes, at, &mut each)?;
        }
        Ok(())
    }
}

/// Hands out the entries of one area; the continuation it names, if any. A CE entry need not be the last of its area.
fn walk_area(bytes: &[u8], at: Location, each: &mut impl FnMut(&SystemUseEntry<'_>)) -> Result<Option<Area>> {
    let mut rest = bytes;
    let mut at = at;
    let mut next = None;
    // Fewer than four bytes are padding (SUSP 4), and so is a field that starts with a zero where a signature would be.
    while let [first, second, length, version, tail @ ..] = rest {
        if *first == 0 {
            break;
        }
        let length = usize::from(*length);
        let Some(data) = length.checked_sub(HEAD).and_then(|length| tail.get(..length)) else {
            let fields = Fields::new(rest, at, SYSTEM_USE_ENTRY);
            let limit = format!("4 to {}, where its area ends", rest.len());
            return Err(fields.out_of_range("length of system use entry", wide(length), limit));
        };
        let entry = SystemUseEntry { signature: [*first, *second], version: *version, data, at };
        match &entry.signature {
            b"CE" => next = continuation(&entry)?,
            b"ST" => break,
            b"PD" => {}
            _ => each(&entry),
        }
        rest = rest.get(length..).unwrap_or_default();
        at = at.behind(wide(length));
    }
    Ok(next)
}

/// The area a CE entry names (SUSP 5.1).
fn continuation(entry: &SystemUseEntry<'_>) -> Result<Option<Area>> {
    let field = |from| {
        entry.both32(from).ok_or_else(|| {
            let problem = Problem::Truncated { need: 24, have: wide(entry.data.len()) };
            CONTINUATION.at(entry.at).corrupt(problem)
        })
    };
    let area = Area { named_at: entry.at, block: field(0)?, offset: field(8)?, length: field(16)? };
    Ok((area.length > 0).then_some(area))
}

/// The mark of SUSP: an SP entry (SUSP 5.3) in the root's own record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Bytes of the root's own system use field before SP: 0, or 14 of attributes on a CD-ROM XA disc.
    pub(super) at: usize,
    /// Bytes to skip at the start of every other system use field.
    pub(super) skip: usize,
}

impl Mark {
    /// The mark in `field`, the system use field of the root's own record.
    pub(super) fn find(field: &[u8]) -> Option<Self> {
        [0, 14].into_iter().find_map(|at| match field.get(at..)? {
            [b'S', b'P', 7, _, 0xbe, 0xef, skip, ..] => Some(Self { at, skip: usize::from(*skip) }),
            _ => None,
        })
    }
}
