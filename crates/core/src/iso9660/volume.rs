//! The volume descriptor set (ECMA-119 6.7.1): which trees a volume has and where they begin.

use super::high_sierra::{self, Standard};
use super::joliet;
use super::layout::{
    FIRST_DESCRIPTOR, SECTOR, STANDARD_IDENTIFIER, VOLUME_DESCRIPTOR, VolumeDescriptor, descriptor_type,
};
use crate::error::{Corrupt, Error, Location, Problem, Result};
use crate::fields::Fields;
use crate::finding::Findings;
use crate::source::Source;
use zerocopy::FromBytes;

/// Descriptors read at the most. Real sets have three to six.
const MOST_DESCRIPTORS: u64 = 256;

/// The types of a descriptor that has a root directory.
const WITH_ROOT: &str = "1 or 2, because it has a root directory";

/// What a volume descriptor is, by its type, version and escape sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DescriptorKind {
    /// Boot record (ECMA-119 8.2), by El Torito or not.
    Boot,
    /// Primary: the plain tree, which may carry Rock Ridge.
    Primary,
    /// Supplementary, with the escape sequence of this Joliet level.
    Joliet(u8),
    /// Supplementary, in a character set other than Joliet's: its tree is not read.
    Supplementary,
    /// Enhanced (ISO 9660:1999): its tree has names of level 4.
    Enhanced,
    /// Volume partition descriptor (ECMA-119 8.6), which nothing here reads further.
    Partition,
    /// Volume descriptor set terminator (ECMA-119 8.3).
    Terminator,
    /// A type that ECMA-119 reserves.
    Other(u8),
}

/// One volume descriptor, as it was read.
#[derive(Clone)]
pub struct Descriptor {
    /// Where its sector lies.
    pub at: Location,
    /// By which its fields are read.
    pub kind: DescriptorKind,
    /// Its sector; of High Sierra in the order that ECMA-119 has.
    pub bytes: Box<[u8; 2048]>,
}

impl std::fmt::Debug for Descriptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Descriptor").field("at", &self.at).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Descriptor {
    /// Its fields, when it is primary, supplementary or enhanced.
    pub fn volume(&self) -> Option<&VolumeDescriptor> {
        match self.kind {
            DescriptorKind::Primary
            | DescriptorKind::Joliet(_)
            | DescriptorKind::Supplementary
            | DescriptorKind::Enhanced => VolumeDescriptor::ref_from_bytes(self.bytes.as_slice()).ok(),
            _ => None,
        }
    }

    /// What is odd about a descriptor that announces a tree, or would if it were whole.
    fn oddity(&self) -> Option<Problem> {
        let volume = VolumeDescriptor::ref_from_bytes(self.bytes.as_slice()).ok()?;
        let [length, .., identifier_length, _] = volume.root_directory_record;
        if volume.standard() == Standard::HighSierra {
            return None;
        }
        let has_root = (length, identifier_length) == (34, 1) && volume.volume_space_size.get() > 0;
        match self.kind {
            DescriptorKind::Other(got) => Some((got, "0 to 3, or 255")),
            DescriptorKind::Boot if has_root => Some((descriptor_type::BOOT_RECORD, WITH_ROOT)),
            DescriptorKind::Partition if has_root => Some((descriptor_type::PARTITION, WITH_ROOT)),
            DescriptorKind::Terminator if has_root => Some((descriptor_type::TERMINATOR, WITH_ROOT)),
            _ => None,
        }
        .map(|(got, limit)| Problem::OutOfRange {
            field: "volume descriptor type",
            got: got.into(),
            limit: limit.into(),
        })
        .or_else(|| {
            let escapes = self.bytes.get(88..91)?;
            // The escape sequences of Joliet begin like this, and its identifiers are of two bytes a character.
            let is_joliet = escapes.starts_with(b"%/")
                || matches!(volume.volume_identifier, [0, a, 0, b, ..] if a > 0 && b > 0);
            (self.kind == DescriptorKind::Supplementary && is_joliet)
                .then(|| Problem::Text { field: "escape sequence", bytes: escapes.to_vec() })
        })
    }

    pub(super) fn parse(bytes: Box<[u8; 2048]>, at: Location) -> Result<Self> {
        if let Some(bytes) = high_sierra::descriptor(&bytes) {
            let [kind, ..] = *bytes;
            let kind = match kind {
                descriptor_type::PRIMARY => DescriptorKind::Primary,
                descriptor_type::TERMINATOR => DescriptorKind::Terminator,
                // Its boot records are not those of El Torito, its coded descriptors not those of Joliet.
                other => DescriptorKind::Other(other),
            };
            return Ok(Self { at, kind, bytes });
        }
        let mut fields = Fields::new(bytes.as_slice(), at, VOLUME_DESCRIPTOR);
        let kind = fields.u8()?;
        fields.magic("identifier", &STANDARD_IDENTIFIER)?;
        let version = fields.u8()?;
        let escapes = bytes.get(88..120).unwrap_or_default();
        let kind = match (kind, version) {
            (descriptor_type::BOOT_RECORD, _) => DescriptorKind::Boot,
            (descriptor_type::PRIMARY, _) => DescriptorKind::Primary,
            (descriptor_type::SUPPLEMENTARY, 2) => DescriptorKind::Enhanced,
            (descriptor_type::SUPPLEMENTARY, _) => match joliet::level(escapes) {
                Some(level) => DescriptorKind::Joliet(level),
                None => DescriptorKind::Supplementary,
            },
            (descriptor_type::PARTITION, _) => DescriptorKind::Partition,
            (descriptor_type::TERMINATOR, _) => DescriptorKind::Terminator,
            (other, _) => DescriptorKind::Other(other),
        };
        Ok(Self { at, kind, bytes })
    }
}

/// The descriptors of one session, in the order they are recorded.
#[derive(Debug, Clone)]
pub(crate) struct DescriptorSet {
    /// First sector of the session; the set begins 16 sectors later.
    pub start: u64,
    /// All of them, the terminator included if there is one.
    pub descriptors: Vec<Descriptor>,
    /// What is wrong with the first one that was passed over, though others follow it.
    passed_over: Option<Box<Corrupt>>,
}

impl DescriptorSet {
    /// Reads the set of the session that starts at sector `start`.
    ///
    /// # Errors
    /// [`Problem::Magic`] when the first sector holds no volume descriptor; [`Problem::Truncated`] when the image
    /// ends before it; [`Error::Io`].
    pub(crate) fn read(source: &dyn Source, start: u64, findings: &Findings) -> Result<Self> {
        let mut descriptors: Vec<Descriptor> = Vec::new();
        let mut passed_over = None;
        for number in 0..MOST_DESCRIPTORS {
            let at = start.saturating_add(FIRST_DESCRIPTOR).saturating_add(number).saturating_mul(SECTOR);
            let absolute = source.location(at);
            let mut bytes = Box::new([0; 2048]);
            let read = source.read_at(at, bytes.as_mut_slice()).map_err(|error| missing(error, absolute));
            match read.and_then(|()| Descriptor::parse(bytes, absolute)) {
                Ok(descriptor) => {
                    let last = descriptor.kind == DescriptorKind::Terminator;
                    descriptors.push(descriptor);
                    if last {
                        break;
                    }
                }
                Err(error) if descriptors.is_empty() || matches!(error, Error::Io(_)) => return Err(error),
                Err(Error::Corrupt(error)) if goes_on(source, at) => {
                    passed_over = passed_over.or(Some(error));
                }
                Err(_) => {
                    findings.note(absolute, VOLUME_DESCRIPTOR, "no terminator ends the set");
                    break;
                }
            }
        }
        Ok(Self { start, descriptors, passed_over })
    }

    /// What of the set is damaged, so that there may have been other trees. No writer makes such a set.
    pub(super) fn damage(&self) -> Option<Error> {
        if let Some(error) = &self.passed_over {
            return Some(Error::Corrupt(error.clone()));
        }
        let first = self.descriptors.first()?;
        let odd = self.descriptors.iter().find_map(|descriptor| Some((descriptor.at, descriptor.oddity()?)));
        let missing = || Problem::Missing { field: "the primary volume descriptor" };
        let (at, problem) = odd.or_else(|| self.primary().is_none().then(|| (first.at, missing())))?;
        Some(VOLUME_DESCRIPTOR.at(at).corrupt(problem))
    }

    /// The first descriptor for which `is` holds. The first is the one in force: later primary ones are copies.
    pub(crate) fn first(
        &self,
        is: impl Fn(DescriptorKind) -> bool,
    ) -> Option<(&Descriptor, &VolumeDescriptor)> {
        self.descriptors
            .iter()
            .filter(|descriptor| is(descriptor.kind))
            .find_map(|descriptor| Some((descriptor, descriptor.volume()?)))
    }

    /// The first one: later primary descriptors are copies.
    pub(crate) fn primary(&self) -> Option<(&Descriptor, &VolumeDescriptor)> {
        self.first(|kind| kind == DescriptorKind::Primary)
    }
}

/// Whether another descriptor lies behind the one at byte `at`, which is damaged. What is not in ISO 9660 ends its set.
fn goes_on(source: &dyn Source, at: u64) -> bool {
    let mut here = [0; 6];
    let is_other = matches!(source.read_some(at, &mut here), Ok(6)) && here.ends_with(b"BEA01");
    let mut next = [0; 6];
    let is_read = matches!(source.read_some(at.saturating_add(SECTOR), &mut next), Ok(6));
    !is_other && is_read && next.ends_with(&STANDARD_IDENTIFIER)
}

/// The end of the source, said of the descriptor that should be at `at`.
fn missing(error: Error, at: Location) -> Error {
    match error {
        Error::Corrupt(end) if matches!(end.problem, Problem::Ends { .. } | Problem::Behind { .. }) => {
            let have = end.at.byte().saturating_sub(at.byte());
            VOLUME_DESCRIPTOR.at(at).corrupt(Problem::Truncated { need: SECTOR, have })
        }
        error => error,
    }
}

/// Bytes of a logical block of the volume that `descriptor` describes.
///
/// # Errors
/// [`Problem::OutOfRange`] when neither byte order says 2048, 1024 or 512.
pub(super) fn block_size(
    descriptor: &Descriptor,
    volume: &VolumeDescriptor,
    findings: &Findings,
) -> Result<u64> {
    let recorded = volume.logical_block_size;
    let legal = |size: u16| matches!(size, 2048 | 1024 | 512);
    if !recorded.agree() {
        findings.note(
            descriptor.at,
            VOLUME_DESCRIPTOR,
            "the two byte orders of the logical block size disagree",
        );
    }
    match [recorded.get(), recorded.big()].into_iter().find(|size| legal(*size)) {
        Some(size) => Ok(u64::from(size)),
        None => Err(VOLUME_DESCRIPTOR.at(descriptor.at).out_of_range(
            "logical block size",
            u64::from(recorded.get()),
            "2048, 1024 or 512",
        )),
    }
}
