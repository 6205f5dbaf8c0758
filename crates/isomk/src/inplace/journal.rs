//! The journal: all that is to become of an image, before any of it does.
//!
//! Numbers are little-endian and have 8 bytes. It begins with its [`Head`]; the number of parts, and the fingerprint of the image;
//! for each part the byte of the image at which it begins, its bytes, and 1 if they are zeros, else 0; the bytes of the parts
//! that are not zeros, in the order of the parts; and the SHA-256 of all that.
//!
//! The fingerprint tells images apart that are equally long: it is the SHA-256 of their first MiB, in which what is changed counts as
//! zeros. So it is the same before, after, and in the middle of the change.

use super::new::New;
use isokit_cli::journal::{Head, MAGIC};
use isokit_cli::output::Output;
use isokit_cli::progress::Progress;
use isokit_cli::{Concerning, Failure};
use isokit_core::amend::{Amendment, Patch, To};
use isokit_core::error::{Error, Problem, Result, Structure};
use isokit_core::extents::{Extent, Extents};
use isokit_core::fields::Fields;
use isokit_core::number::{Le64, is_zero, narrow, wide};
use isokit_core::source::Source;
use isokit_digests::{Algorithm, DigestValue, Hasher};
use rustix::fs::OFlags;
use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

const JOURNAL: Structure = Structure::new("journal", "doc/decisions/in-place.md");

/// Of this form.
const VERSION: u64 = 1;

/// Bytes of a SHA-256.
const DIGEST: usize = 32;

/// Bytes before the parts: head, number, fingerprint.
const BEFORE: usize = Head::SIZE + 8 + DIGEST;

/// Bytes that tell of a part.
const PART: usize = 24;

/// Bytes of the image that the fingerprint is of, at the most.
const FINGERPRINT: u64 = 1 << 20;

/// Bytes read at once.
const STEP: usize = 1 << 18;

/// What is in a journal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Journal {
    /// Bytes of it.
    pub(super) length: u64,
    /// Bytes of the image.
    image: u64,
    fingerprint: Vec<u8>,
    /// What becomes of the image; places are bytes of the journal.
    pub(super) patches: Vec<Patch>,
}

/// What lies in the place of a journal.
#[derive(Debug)]
pub(super) enum State {
    /// Something else.
    None,
    /// Nothing, or zeros alone: what a crash of the system can leave of a file.
    Blank,
    /// What was never ended, so that the image was not touched: it is shorter than it says, or than a head is.
    Incomplete,
    /// What was ended, and so may have been applied in part, and is not what it was any more: the checksum at this byte is another
    /// one.
    Damaged(u64),
    Whole(Journal),
}

/// Opens what lies at `path`; `None` where that is nothing.
///
/// # Errors
/// Those of the system; [`Error::Usage`] for what is no regular file, or belongs to another user: a journal changes an image.
pub(super) fn open(path: &Path) -> Result<Option<File>> {
    let failed = |error| Error::io("open", error);
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or(0);
    let file = match File::options().read(true).custom_flags(flags).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(_) if path.is_symlink() => {
            return Err(Error::Usage("is a symbolic link, which a journal must not be".into()));
        }
        Err(error) => return Err(failed(error)),
    };
    let about = file.metadata().map_err(failed)?;
    if !about.is_file() {
        return Err(Error::Usage("is no regular file, which a journal has to be".into()));
    }
    let own = rustix::process::geteuid().as_raw();
    if about.uid() != own && about.uid() != 0 {
        return Err(Error::Usage("belongs to another user, whose journals are not trusted".into()));
    }
    Ok(Some(file))
}

impl State {
    /// What `source` is.
    ///
    /// # Errors
    /// Those of reading, and those of a journal whose checksum holds and that is none.
    pub(super) fn read(source: &dyn Source) -> Result<Self> {
        let size = source.size().unwrap_or_default();
        let mut start = [0; Head::SIZE];
        let have = source.read_some(0, &mut start)?;
        let start = start.get(..have).unwrap_or_default();
        let begins = !start.is_empty() && start.iter().zip(MAGIC).all(|(one, other)| one == other);
        let Some(head) = Head::read(start) else {
            return Ok(match begins {
                true => Self::Incomplete,
                false if is_blank(source, size)? => Self::Blank,
                false => Self::None,
            });
        };
        if size < head.length {
            // The parts of one that was ended are all there, whatever it says of its length.
            return Ok(match told_by_parts(source, size)? == Some(size) {
                true => Self::Damaged(size.saturating_sub(wide(DIGEST))),
                false => Self::Incomplete,
            });
        }
        if !is_whole(source, size)? {
            return Ok(Self::Damaged(size.saturating_sub(wide(DIGEST))));
        }
        Journal::parse(source).map(Self::Whole)
    }
}

/// Whether there is nothing but zeros.
fn is_blank(source: &dyn Source, size: u64) -> Result<bool> {
    let mut buffer = vec![0; STEP];
    let mut at = 0;
    while at < size {
        let have = source.read_some(at, &mut buffer)?;
        if have == 0 || !is_zero(buffer.get(..have).unwrap_or_default()) {
            return Ok(false);
        }
        at = at.saturating_add(wide(have));
    }
    Ok(true)
}

/// Bytes of the journal `source`, of which there are `size`, as its parts tell; `None` where these are not all there.
fn told_by_parts(source: &dyn Source, size: u64) -> Result<Option<u64>> {
    let mut start = [0; BEFORE];
    if source.read_some(0, &mut start)? < start.len() {
        return Ok(None);
    }
    let count =
        start.get(Head::SIZE..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let room = size.saturating_sub(wide(BEFORE));
    if count > room / wide(PART) {
        return Ok(None);
    }
    let mut table = vec![0; narrow(count).saturating_mul(PART)];
    source.read_at(wide(BEFORE), &mut table)?;
    let mut length = wide(BEFORE + DIGEST).saturating_add(wide(table.len()));
    let (numbers, _) = table.as_chunks::<8>();
    let (parts, _) = numbers.as_chunks::<3>();
    for [_, bytes, is_zeros] in parts {
        if u64::from_le_bytes(*is_zeros) == 0 {
            length = length.saturating_add(u64::from_le_bytes(*bytes));
        }
    }
    Ok(Some(length))
}

/// Whether the last bytes are the digest of all before.
fn is_whole(source: &dyn Source, size: u64) -> Result<bool> {
    let Some(end) = size.checked_sub(wide(DIGEST)) else { return Ok(false) };
    let mut hasher = Hasher::new(Algorithm::Sha256);
    Extents::one(source, 0, end).copy(0..end, &mut |bytes| {
        hasher.update(bytes);
        Ok(())
    })?;
    let mut digest = [0; DIGEST];
    source.read_at(end, &mut digest)?;
    Ok(hasher.finish().as_bytes() == digest)
}

impl Journal {
    /// What is in the journal `source`, whose checksum is not looked at.
    ///
    /// # Errors
    /// [`Error::Corrupt`] for parts that overlap, or lie outside of the image or the journal; those of reading.
    pub(super) fn parse(source: &dyn Source) -> Result<Self> {
        let size = source.size().unwrap_or_default();
        let mut start = vec![0; BEFORE];
        source.read_at(0, &mut start)?;
        let mut fields = Fields::new(&start, source.location(0), JOURNAL);
        fields.magic("identifier", MAGIC)?;
        number(&mut fields, "version", VERSION, VERSION)?;
        let length = number(&mut fields, "length", size, size)?;
        let image = number(&mut fields, "length of the image", 0, u64::MAX)?;
        let room = length.saturating_sub(wide(BEFORE + DIGEST));
        let count = number(&mut fields, "number of parts", 0, room / wide(PART))?;
        let fingerprint = fields.take(DIGEST)?.to_vec();
        let mut table = vec![0; narrow(count).saturating_mul(PART)];
        source.read_at(wide(BEFORE), &mut table)?;
        let mut fields = Fields::new(&table, source.location(wide(BEFORE)), JOURNAL);
        let end = length.saturating_sub(wide(DIGEST));
        let mut place = wide(BEFORE).saturating_add(wide(table.len()));
        let (mut patches, mut last) = (Vec::new(), 0);
        while !fields.is_empty() {
            let at = number(&mut fields, "byte of the image", last, image)?;
            let length = number(&mut fields, "length of a part", 1, image.saturating_sub(at))?;
            let is_zeros = number(&mut fields, "kind of a part", 0, 1)? == 1;
            last = at.saturating_add(length);
            let from = if is_zeros { Extent::hole(length) } else { Extent::recorded(place, length) };
            place = place.saturating_add(if is_zeros { 0 } else { length });
            patches.push(Patch { at, from });
        }
        if place != end {
            let problem = Problem::OutOfRange {
                field: "length of all parts",
                got: place,
                limit: format!("{end}, where the checksum begins"),
            };
            return Err(JOURNAL.at(source.location(0)).corrupt(problem));
        }
        Ok(Self { length, image, fingerprint, patches })
    }

    /// That of `amendment` of the image on `image`, which is not written yet.
    ///
    /// # Errors
    /// Those of reading the image.
    pub(super) fn of(amendment: &Amendment, image: &dyn Source) -> Result<Self> {
        let parts = amendment.parts();
        let mut place = wide(BEFORE).saturating_add(wide(parts.len()).saturating_mul(wide(PART)));
        let mut patches = Vec::new();
        for part in parts {
            let length = part.length();
            let from = match part.to {
                To::Zeros(_) => Extent::hole(length),
                To::Bytes(_) | To::Content { .. } => Extent::recorded(place, length),
            };
            place = place.saturating_add(if from.offset.is_some() { length } else { 0 });
            patches.push(Patch { at: part.at, from });
        }
        let fingerprint = fingerprint(image, &patches)?.as_bytes().to_vec();
        let length = place.saturating_add(wide(DIGEST));
        Ok(Self { length, image: image.size().unwrap_or_default(), fingerprint, patches })
    }

    /// Bytes of the image that it changes.
    pub(super) fn changed(&self) -> u64 {
        self.patches.iter().fold(0, |sum: u64, patch| sum.saturating_add(patch.from.length))
    }

    /// Whether `image` is as it should become, which is `amended`.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn is_done(&self, image: &dyn Source, amended: &dyn Source) -> Result<bool> {
        let (mut old, mut new) = (vec![0; STEP], vec![0; STEP]);
        for Patch { at, from } in &self.patches {
            let (mut at, mut left) = (*at, from.length);
            while left > 0 {
                let step = narrow(left).min(STEP);
                let (Some(old), Some(new)) = (old.get_mut(..step), new.get_mut(..step)) else { break };
                image.read_at(at, old)?;
                amended.read_at(at, new)?;
                if old != new {
                    return Ok(false);
                }
                (at, left) = (at.saturating_add(wide(step)), left.saturating_sub(wide(step)));
            }
        }
        Ok(true)
    }

    /// Whether it is one of the image on `image`.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn is_of(&self, image: &dyn Source) -> Result<bool> {
        Ok(image.size() == Some(self.image)
            && fingerprint(image, &self.patches)?.as_bytes() == self.fingerprint)
    }

    /// Writes it to `output`, as the journal of `amendment`, with the contents of `news` in it.
    ///
    /// # Errors
    /// Those of writing; those of reading `news`, and [`Error::Unreadable`] for one that became shorter.
    pub(super) fn write(
        &self,
        output: &Output,
        amendment: &Amendment,
        news: &[New],
        progress: &Progress<'_>,
    ) -> Result<(), Failure> {
        let (name, mut buffer) = (output.name(), vec![0; STEP]);
        let mut to = Hashed {
            to: BufWriter::with_capacity(STEP, output.file()),
            hasher: Hasher::new(Algorithm::Sha256),
            progress,
        };
        let head = Head { version: VERSION, length: self.length, image: self.image };
        to.put(&head.bytes()).concerning(name)?;
        to.put(&wide(self.patches.len()).to_le_bytes()).concerning(name)?;
        to.put(&self.fingerprint).concerning(name)?;
        for Patch { at, from } in &self.patches {
            let kind = u64::from(from.offset.is_none());
            to.put([*at, from.length, kind].map(u64::to_le_bytes).as_flattened()).concerning(name)?;
        }
        for part in amendment.parts() {
            match &part.to {
                To::Zeros(_) => {}
                To::Bytes(bytes) => to.put(bytes).concerning(name)?,
                To::Content { file, from, length } => {
                    let Some(new) = news.get(*file) else { continue };
                    let mut content = Extents::one(new.source(), *from, *length).reader();
                    let mut left = *length;
                    while left > 0 {
                        let have = content.read_some(&mut buffer).concerning(&new.name)?;
                        if have == 0 {
                            return Err(new.other());
                        }
                        to.put(buffer.get(..have).unwrap_or_default()).concerning(name)?;
                        left = left.saturating_sub(wide(have));
                    }
                }
            }
        }
        to.end().concerning(name)
    }
}

/// The next number, which is `least` to `most`.
fn number(fields: &mut Fields<'_>, field: &'static str, least: u64, most: u64) -> Result<u64> {
    let start = fields.clone();
    let got = fields.read::<Le64>()?.get();
    if (least..=most).contains(&got) {
        return Ok(got);
    }
    let limit = if least == most { format!("{least}") } else { format!("{least} to {most}") };
    Err(start.out_of_range(field, got, limit))
}

/// The SHA-256 of the beginning of `image`, in which `patches` are zeros.
fn fingerprint(image: &dyn Source, patches: &[Patch]) -> Result<DigestValue> {
    let end = image.size().unwrap_or_default().min(FINGERPRINT);
    let mut bytes = vec![0; narrow(end)];
    image.read_at(0, &mut bytes)?;
    for patch in patches.iter().filter(|patch| patch.at < end) {
        let until = patch.at.saturating_add(patch.from.length).min(end);
        if let Some(changed) = bytes.get_mut(narrow(patch.at)..narrow(until)) {
            changed.fill(0);
        }
    }
    Ok(Hasher::digest(Algorithm::Sha256, &bytes))
}

/// What is written, and its digest so far.
struct Hashed<'w> {
    to: BufWriter<&'w File>,
    hasher: Hasher,
    progress: &'w Progress<'w>,
}

impl Hashed<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.hasher.update(bytes);
        self.progress.add(wide(bytes.len()));
        self.to.write_all(bytes).map_err(|error| Error::io("write", error))
    }

    /// Writes the digest behind it.
    fn end(mut self) -> Result<()> {
        let digest = self.hasher.finish();
        let written = self.to.write_all(digest.as_bytes()).and_then(|()| self.to.flush());
        written.map_err(|error| Error::io("write", error))
    }
}
