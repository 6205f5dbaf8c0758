//! The volume descriptor set (ECMA-119 6.7.1): which trees a volume has and where they begin.

use super::joliet;
use super::layout::{
    FIRST_DESCRIPTOR, SECTOR, STANDARD_IDENTIFIER, VOLUME_DESCRIPTOR, VolumeDescriptor, descriptor_type,
};
use crate::error::{Error, Problem, Result};
use crate::fields::{Fields, corrupt};
use crate::finding::Findings;
use crate::source::Source;
use zerocopy::FromBytes;

/// Descriptors read at the most. Real sets have three to six.
const MOST_DESCRIPTORS: u64 = 256;

/// What a volume descriptor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DescriptorKind {
    /// Boot record.
    Boot,
    /// Primary: the plain tree, which may carry Rock Ridge.
    Primary,
    /// Supplementary, with the escape sequence of this Joliet level.
    Joliet(u8),
    /// Supplementary, in another character set.
    Supplementary,
    /// Enhanced: ISO 9660:1999.
    Enhanced,
    /// Volume partition descriptor.
    Partition,
    /// Volume descriptor set terminator.
    Terminator,
    /// A reserved type.
    Other(u8),
}

/// One volume descriptor.
#[derive(Clone)]
pub struct Descriptor {
    /// Absolute byte offset.
    pub at: u64,
    /// What it is.
    pub kind: DescriptorKind,
    /// Its sector.
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

    pub(super) fn parse(bytes: Box<[u8; 2048]>, at: u64) -> Result<Self> {
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
pub struct DescriptorSet {
    /// First sector of the session; the set begins 16 sectors later.
    pub start: u64,
    /// All of them, the terminator included if there is one.
    pub descriptors: Vec<Descriptor>,
}

impl DescriptorSet {
    /// Reads the set of the session that starts at sector `start`.
    ///
    /// # Errors
    /// [`Problem::Magic`] when the first sector holds no volume descriptor; [`Problem::Truncated`] when the image
    /// ends before it; [`Error::Io`].
    pub fn read(source: &dyn Source, start: u64, findings: &Findings) -> Result<Self> {
        let mut descriptors: Vec<Descriptor> = Vec::new();
        for number in 0..MOST_DESCRIPTORS {
            let at = start.saturating_add(FIRST_DESCRIPTOR).saturating_add(number).saturating_mul(SECTOR);
            let absolute = source.origin().saturating_add(at);
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
                Err(_) => {
                    findings.note(absolute, VOLUME_DESCRIPTOR, "no terminator ends the set");
                    break;
                }
            }
        }
        Ok(Self { start, descriptors })
    }

    /// The first descriptor for which `is` holds. The first is the one in force: later primary ones are copies.
    pub fn first(&self, is: impl Fn(DescriptorKind) -> bool) -> Option<(&Descriptor, &VolumeDescriptor)> {
        self.descriptors
            .iter()
            .filter(|descriptor| is(descriptor.kind))
            .find_map(|descriptor| Some((descriptor, descriptor.volume()?)))
    }

    /// The primary volume descriptor.
    pub fn primary(&self) -> Option<(&Descriptor, &VolumeDescriptor)> {
        self.first(|kind| kind == DescriptorKind::Primary)
    }
}

/// The end of the source, said of the descriptor that should be at byte `at`.
fn missing(error: Error, at: u64) -> Error {
    match error {
        Error::Corrupt(end) if matches!(end.problem, Problem::Truncated { .. } | Problem::Behind { .. }) => {
            let have = end.at.saturating_sub(at);
            corrupt(at, VOLUME_DESCRIPTOR, Problem::Truncated { need: SECTOR, have })
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
        None => Err(corrupt(
            descriptor.at,
            VOLUME_DESCRIPTOR,
            Problem::OutOfRange {
                field: "logical block size",
                got: u64::from(recorded.get()),
                limit: "2048, 1024 or 512".into(),
            },
        )),
    }
}
