//! Identical contents are stored once.

use crate::contents::Contents;
use crate::sources::Origin;
use isokit_core::Result;
use isokit_core::fill::{Contents as _, Reader};
use isokit_core::tree::build::{Build, ContentId, NameId};
use isokit_digests::{Algorithm, DigestValue, Hasher};
use std::collections::{BTreeMap, HashMap};
use std::io;

/// Bytes of each content that are compared at once.
const STEP: usize = 128 << 10;

/// Lets files with equal contents share one: the one whose path comes first. Only contents of equal size are read; equal
/// digests are not believed, the bytes are compared. What cannot be read now is left alone and met again when the image
/// is written. Contents in `marked` will be other bytes in the image than they are now: they are like none.
///
/// # Errors
/// Never, but for what [`Build`] refuses.
pub(crate) fn share(build: &mut Build<Origin>, contents: &Contents<'_>, marked: &[ContentId]) -> Result<()> {
    let mut by_path = in_order_of_path(build);
    by_path.retain(|content| !marked.contains(content));
    // One that readers decode is none that they do not.
    let kind = |content: ContentId| (build.content(content).size, build.coding(content));
    let mut sizes: BTreeMap<_, Vec<ContentId>> = BTreeMap::new();
    for content in &by_path {
        sizes.entry(kind(*content)).or_default().push(*content);
    }
    let mut same: HashMap<ContentId, ContentId> = HashMap::new();
    // Groups in order of their first path: what is read when has no say in the result, but in messages.
    for first in &by_path {
        match sizes.remove(&kind(*first)) {
            Some(group) if group.len() > 1 => compare(build, contents, &group, &mut same),
            _ => {}
        }
    }
    for id in build.files() {
        let content = build.file(id).content.and_then(|content| same.get(&content));
        if let Some(shared) = content {
            build.set_content(id, *shared);
        }
    }
    Ok(())
}

/// Contents of one size: each is the same as the first equal one.
fn compare(
    build: &Build<Origin>,
    contents: &Contents<'_>,
    group: &[ContentId],
    same: &mut HashMap<ContentId, ContentId>,
) {
    let mut seen: HashMap<DigestValue, Vec<ContentId>> = HashMap::new();
    for content in group {
        let Ok(digest) = digest(build, contents, *content) else { continue };
        let equals = seen.entry(digest).or_default();
        let equal = |other: &&ContentId| equal(build, contents, **other, *content).unwrap_or(false);
        match equals.iter().find(equal) {
            Some(first) => drop(same.insert(*content, *first)),
            None => equals.push(*content),
        }
    }
}

fn digest(build: &Build<Origin>, contents: &Contents<'_>, content: ContentId) -> io::Result<DigestValue> {
    let mut reader = Whole::open(build, contents, content)?;
    let mut hasher = Hasher::new(Algorithm::Blake3);
    let mut buffer = vec![0; STEP];
    loop {
        match reader.fill(&mut buffer)? {
            0 => return Ok(hasher.finish()),
            length => hasher.update(buffer.get(..length).unwrap_or_default()),
        }
    }
}

fn equal(
    build: &Build<Origin>,
    contents: &Contents<'_>,
    one: ContentId,
    other: ContentId,
) -> io::Result<bool> {
    let mut readers = [Whole::open(build, contents, one)?, Whole::open(build, contents, other)?];
    let mut buffers = [vec![0; STEP], vec![0; STEP]];
    loop {
        let mut lengths = [0; 2];
        for ((reader, buffer), length) in readers.iter_mut().zip(&mut buffers).zip(&mut lengths) {
            *length = reader.fill(buffer)?;
        }
        let [one, other] = [0, 1].map(|n| buffers[n].get(..lengths[n]));
        if one != other || lengths[0] == 0 {
            return Ok(one == other);
        }
    }
}

/// Reads as many bytes of a content as its size says.
struct Whole<'c> {
    reader: Reader<'c>,
    left: u64,
}

impl<'c> Whole<'c> {
    fn open(build: &'c Build<Origin>, contents: &'c Contents<'_>, content: ContentId) -> io::Result<Self> {
        let item = build.content(content);
        Ok(Self { reader: Reader::new(contents.open(&item.origin)?), left: item.size })
    }

    /// Fills the buffer, but for the end; an early end is an error, since such a content equals no other.
    fn fill(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let want = isokit_core::number::narrow(self.left).min(buffer.len());
        let got = self.reader.read(buffer.get_mut(..want).unwrap_or_default())?;
        if got < want {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left = self.left.saturating_sub(isokit_core::number::wide(want));
        Ok(want)
    }
}

/// The contents that have names, each once, a directory's before those of the next.
fn in_order_of_path(build: &Build<Origin>) -> Vec<ContentId> {
    let order = build.order();
    let mut seen = vec![false; build.contents().len()];
    let mut contents = Vec::new();
    let mut pending: Vec<NameId> = vec![Build::<Origin>::ROOT];
    while let Some(name) = pending.pop() {
        if let Some(content) = build.file(build.name(name).file).content
            && !std::mem::replace(&mut seen[content.index()], true)
        {
            contents.push(content);
        }
        pending.extend(order.of(name).iter().rev());
    }
    contents
}
