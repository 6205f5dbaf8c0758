//! The bytes of a hybrid image: those of its parts, and the system area.

use super::{Content, Plan, Volume};
use crate::bridge;
use crate::fat;
use crate::fill::{Contents, Embed, Layout, Observer, Patch, Pieces, Planned, Span, What};
use crate::iso9660;
use crate::iso9660::emit::BootFacts;
use crate::number::wide;
use crate::tree::build::{Build, ContentId};
use std::io;

/// A structure of one of the parts.
#[derive(Debug, Clone)]
pub enum Structure {
    /// The bytes before the volume descriptors.
    SystemArea,
    /// The backup of the GPT.
    Backup,
    /// One of the volume.
    Volume(bridge::Segment),
    /// One of the FAT volume that the appended partition of this number is, counted from 0.
    Fat(usize, fat::plan::Segment),
}

impl Structure {
    /// A structure of the volume, of which the system area is not its own here.
    fn of_volume(segment: bridge::Segment) -> Self {
        match segment {
            bridge::Segment::Iso9660(iso9660::plan::Segment {
                what: iso9660::plan::What::SystemArea,
                ..
            }) => Self::SystemArea,
            segment => Self::Volume(segment),
        }
    }
}

impl<O: Sync> Plan<'_, O> {
    fn volume_spans(&self) -> Box<dyn Iterator<Item = Span<Structure>> + Send + '_> {
        match &self.volume {
            Volume::Iso9660(plan) => Box::new(plan.spans().map(|span| {
                span.within(0, |segment| Structure::of_volume(bridge::Segment::Iso9660(segment)))
            })),
            Volume::Bridge(plan) => Box::new(plan.spans().map(|span| span.within(0, Structure::of_volume))),
        }
    }

    fn appended_spans(&self) -> impl Iterator<Item = Span<Structure>> + Send + '_ {
        self.appended.iter().enumerate().flat_map(|(n, (extent, content))| {
            let spans: Box<dyn Iterator<Item = Span<Structure>> + Send + '_> = match content {
                Content::Stored(id) => {
                    let length = self.volume.build().content(*id).size;
                    Box::new(std::iter::once(Span { at: extent.at, length, what: What::Content(*id) }))
                }
                Content::Fat(plan) => {
                    let outer = |id: ContentId| plan.build().content(id).origin;
                    let among = move |span: Span<_>| {
                        span.among(extent.at, |segment| Structure::Fat(n, segment), outer)
                    };
                    Box::new(plan.spans().map(among))
                }
            };
            spans
        })
    }

    fn backup(&self) -> Option<Span<Structure>> {
        let length = wide(self.area.back().len());
        (length > 0).then_some(Span {
            at: self.area.back_at(),
            length,
            what: What::Structure(Structure::Backup),
        })
    }
}

impl<O: Sync> Layout for Plan<'_, O> {
    type Origin = O;

    fn build(&self) -> &Build<O> {
        self.volume.build()
    }

    fn size(&self) -> u64 {
        Plan::size(self)
    }
}

impl<O: Sync> Planned<O> for Plan<'_, O> {
    type Facts = BootFacts;
    type Structure = Structure;
    type Scratch = bridge::Scratch;

    fn spans(&self) -> impl Iterator<Item = Span<Structure>> + Send + '_ {
        self.volume_spans().chain(self.appended_spans()).chain(self.backup())
    }

    fn gather(&self, contents: &dyn Contents<O>, observer: &dyn Observer) -> BootFacts {
        BootFacts::gather(self.volume.iso9660(), contents, observer)
    }

    fn patches<'f>(&self, facts: &'f BootFacts) -> &'f [Patch] {
        self.volume.iso9660().patches(facts)
    }

    fn emit(
        &self,
        structure: &Structure,
        facts: &BootFacts,
        scratch: &mut bridge::Scratch,
        embed: &mut Embed<'_>,
        out: &mut Pieces<'_, '_>,
    ) -> io::Result<()> {
        match structure {
            Structure::SystemArea => out.buffer().extend_from_slice(self.area.front()),
            Structure::Backup => out.buffer().extend_from_slice(self.area.back()),
            Structure::Volume(segment) => match (&self.volume, segment) {
                (Volume::Bridge(plan), segment) => plan.emit(segment, facts, scratch, embed, out)?,
                (Volume::Iso9660(plan), bridge::Segment::Iso9660(segment)) => {
                    plan.append(segment, facts, &mut scratch.0, out.buffer());
                }
                // There is no UDF.
                (Volume::Iso9660(_), bridge::Segment::Udf(_)) => {}
            },
            Structure::Fat(n, segment) => {
                if let Some((_, Content::Fat(plan))) = self.appended.get(*n) {
                    plan.append(segment, out)?;
                }
            }
        }
        Ok(())
    }
}
