//! ISO 9660 and UDF over the same contents: the one place that knows both.
//!
//! The volume recognition sequence goes on behind the volume descriptors, the UDF structures that have fixed places come
//! next, then the ISO 9660 directories, the UDF area, the contents, which both lead to, and at the end what UDF has
//! there. All but the fixed places lies in the UDF partition.

mod merge;

use crate::error::{Error, Result};
use crate::fill::{Contents, Embed, Layout, Observer, Patch, Pieces, Planned, Span};
use crate::iso9660::emit::BootFacts;
use crate::iso9660::plan::Pages;
use crate::iso9660::{self, plan::Reserved};
use crate::tree::build::Build;
use crate::udf;
pub(crate) use merge::Segment;
use merge::merged;
use std::fmt;
use std::io;

/// Room that both use again.
pub(crate) type Scratch = (Pages, udf::emit::Scratch);

/// Bytes of a sector, and of a logical block of both.
const SECTOR: u64 = 2048;

/// An image laid out for both file systems, which share contents, sectors and padding.
#[derive(Debug)]
pub struct Plan<'a, O> {
    iso9660: iso9660::plan::Plan<'a, O>,
    udf: udf::plan::Plan<'a, O>,
}

/// Lays out an image of `build`. Contents lie in no file entry, since ISO 9660 cannot find them there.
///
/// # Errors
/// As [`iso9660::plan::plan`] and [`udf::plan::plan`]; and for UDF blocks that are no sectors.
pub fn plan<'a, O>(
    build: &'a Build<O>,
    iso9660: &'a iso9660::plan::Options,
    udf: &'a udf::plan::Options,
) -> Result<Plan<'a, O>> {
    iso9660.check_alone()?;
    plan_before(build, iso9660, udf)
}

/// As [`plan`], with boot images behind the volume.
///
/// # Errors
/// As [`plan`].
pub(crate) fn plan_before<'a, O>(
    build: &'a Build<O>,
    iso9660: &'a iso9660::plan::Options,
    udf: &'a udf::plan::Options,
) -> Result<Plan<'a, O>> {
    if iso9660.partition_start > 0 {
        return Err(Error::Usage("UDF leaves no room for a second set of volume descriptors".into()));
    }
    if u64::from(udf.block_size) != SECTOR || udf.embed {
        return Err(Error::Usage(
            "UDF beside ISO 9660 requires blocks of 2048 bytes and contents outside file entries".into(),
        ));
    }
    let mut udf = udf::plan::survey(build, udf)?;
    let reserved = Reserved { front: udf.partition_start(), middle: udf.front_blocks() };
    let mut iso9660 = iso9660::plan::plan_around(build, iso9660, reserved)?;
    let contents = iso9660.contents().to_vec();
    let mut sectors = vec![0; build.contents().len()];
    for content in &contents {
        sectors[content.index()] = sector(iso9660.content_at(*content))?;
    }
    let end = sector(iso9660.contents_end())?;
    let back = sector(iso9660.size())?;
    let recognition = iso9660.descriptors_end() * SECTOR;
    udf.place_around(recognition, iso9660.middle(), (contents, sectors), (end, back))?;
    if let Some((file, sector, size)) = iso9660.boot_catalog() {
        udf.lead(file, sector, size);
    }
    iso9660.end_at(udf.blocks());
    Ok(Plan { iso9660, udf })
}

fn sector(at: u64) -> Result<u32> {
    u32::try_from(at / SECTOR).map_err(|_| Error::TooLarge("the image would be over 8 TiB".into()))
}

impl<'a, O> Plan<'a, O> {
    /// Gives what lies behind the volume its places: see [`iso9660::plan::Plan::lead_to`].
    pub(crate) fn lead_to(&mut self, appended: Vec<(u32, u64)>) {
        self.iso9660.lead_to(appended);
    }

    /// Makes ISO 9660 end at this sector, behind the end of UDF: see [`iso9660::plan::Plan::end_at`].
    pub(crate) fn end_at(&mut self, sector: u32) {
        self.iso9660.end_at(sector);
    }

    /// Makes the descriptors of ISO 9660 tell of an end that is another: see [`iso9660::plan::Plan::tell_end_at`].
    pub(crate) fn tell_end_at(&mut self, sector: u32) {
        self.iso9660.tell_end_at(sector);
    }

    /// With sectors left free for UDF.
    pub fn iso9660(&self) -> &iso9660::plan::Plan<'a, O> {
        &self.iso9660
    }

    /// With its places in the sectors that ISO 9660 leaves free.
    pub fn udf(&self) -> &udf::plan::Plan<'a, O> {
        &self.udf
    }
}

impl<O: Sync> Layout for Plan<'_, O> {
    type Origin = O;

    fn build(&self) -> &Build<O> {
        self.iso9660.build()
    }

    fn size(&self) -> u64 {
        self.udf.size()
    }
}

impl<O: Sync> Planned<O> for Plan<'_, O> {
    type Facts = BootFacts;
    type Structure = Segment;
    type Scratch = Scratch;

    fn spans(&self) -> impl Iterator<Item = Span<Segment>> + Send + '_ {
        merged(self).filter_map(Segment::span)
    }

    fn gather(&self, contents: &dyn Contents<O>, observer: &dyn Observer) -> BootFacts {
        BootFacts::gather(&self.iso9660, contents, observer)
    }

    fn patches<'f>(&self, facts: &'f BootFacts) -> &'f [Patch] {
        self.iso9660.patches(facts)
    }

    fn emit(
        &self,
        segment: &Segment,
        facts: &BootFacts,
        (pages, scratch): &mut Scratch,
        embed: &mut Embed<'_>,
        out: &mut Pieces<'_, '_>,
    ) -> io::Result<()> {
        match segment {
            Segment::Iso9660(segment) => {
                self.iso9660.append(segment, facts, pages, out.buffer());
                Ok(())
            }
            Segment::Udf(segment) => self.udf.append(segment, scratch, embed, out),
        }
    }
}

impl<O> fmt::Display for Plan<'_, O> {
    /// A line a segment: first sector, bytes, what it is; then the sectors of the whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.list(f)?;
        writeln!(f, "{:>10} {:>14} end", self.udf.blocks(), 0)
    }
}

impl<O> Plan<'_, O> {
    /// A line a segment.
    ///
    /// # Errors
    /// Those of `f`.
    pub(crate) fn list(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in merged(self) {
            match segment {
                Segment::Iso9660(segment) => {
                    write!(f, "{:>10} {:>14} ", segment.sector, segment.size)?;
                    self.iso9660.describe(&segment, f)?;
                }
                Segment::Udf(segment) => {
                    write!(f, "{:>10} {:>14} ", segment.at / SECTOR, segment.size)?;
                    self.udf.describe(&segment, &[], f)?;
                }
            }
            f.write_str("\n")?;
        }
        Ok(())
    }
}
