//! Planning a FAT volume: a tree and options become every byte range of the image and what fills it.
//!
//! Nothing is read and nothing is asked of the machine. Directories come first, then contents, both in the order of their
//! paths; each takes neighbouring clusters, and none is free before the last of them.

mod census;
mod choice;
mod geometry;
mod label;
mod map;
mod names;
mod options;
mod segments;
mod short;

pub use options::{Options, Size};

pub(in crate::fat) use census::{Census, children, content};
pub(in crate::fat) use geometry::{Geometry, NUM_FATS};
pub(in crate::fat) use segments::{BACKUP, FS_INFO};
pub(crate) use segments::{Segment, What};
pub(in crate::fat) use short::Short;

use crate::error::{Error, Result};
use crate::fat::FatType;
use crate::fat::fat_type::FIRST_CLUSTER;
use crate::tree::build::{Build, NameId, Order};
use choice::{Demand, LARGEST_CLUSTER};

/// What a user may want to know about a plan, none of which keeps it from being good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A symbolic link, named pipe, socket or device, none of which FAT has.
    LeftOut(NameId),
    /// A content that is there under another name, too: FAT has no links, so that it is stored another time.
    Copy(NameId),
    /// A file has a time outside the years 1980 to 2107; the nearest is recorded.
    Time(NameId),
}

/// A volume laid out: every structure has its place. It borrows what it was made from.
#[derive(Debug)]
pub struct Plan<'a, O> {
    pub(in crate::fat) build: &'a Build<O>,
    pub(in crate::fat) options: &'a Options,
    pub(in crate::fat) order: Order,
    pub(in crate::fat) label: Option<[u8; 11]>,
    pub(in crate::fat) census: Census,
    pub(in crate::fat) geometry: Geometry,
    /// First cluster of each name, by [`NameId`]; 0 for one that has none.
    clusters: Vec<u32>,
    /// The cluster behind the last that is taken.
    pub(in crate::fat) first_free: u32,
    notes: Vec<Note>,
}

/// Lays out a volume of `build`. What of it is hidden from other trees is in this one, and gaps before contents are not.
///
/// # Errors
/// [`Error::Usage`] when the options make no sense or do not suffice for the tree, and for a name that FAT cannot hold, or not
/// beside another; [`Error::TooLarge`] for a file, a directory or a tree of more than FAT can count.
pub fn plan<'a, O>(build: &'a Build<O>, options: &'a Options) -> Result<Plan<'a, O>> {
    check(options)?;
    let label = label::recorded(&options.label)?;
    let order = build.order();
    let mut notes = Vec::new();
    let census = Census::take((build, &order), options, &mut notes)?;
    let geometry = Demand { build, census: &census, options }.geometry()?;
    let mut clusters = vec![0; build.names().len()];
    let mut first_free = FIRST_CLUSTER;
    let cluster_size = geometry.shape.cluster_size();
    let mut take = |name: NameId, bytes: u64| {
        clusters[name.index()] = first_free;
        // The geometry has as many as are asked for.
        let taken = u32::try_from(bytes.max(1).div_ceil(cluster_size)).unwrap_or(u32::MAX);
        first_free = first_free.saturating_add(taken);
    };
    let has_root = geometry.shape.fat_type == FatType::Fat32;
    for directory in census.directories.iter().skip(usize::from(!has_root)) {
        take(directory.name, directory.size());
    }
    for name in &census.files {
        take(*name, content(build, *name).map_or(0, |(_, size)| size));
    }
    Ok(Plan { build, options, order, label, census, geometry, clusters, first_free, notes })
}

/// Refuses what no tree can be laid out with.
fn check(options: &Options) -> Result<()> {
    let Options { sector_size, cluster_size, size, zone, .. } = *options;
    if !matches!(sector_size, 512 | 1024 | 2048 | 4096) {
        let message = format!("FAT sectors of {sector_size} bytes, expected 512, 1024, 2048 or 4096");
        return Err(Error::Usage(message));
    }
    let fits = |size: &u32| size.is_power_of_two() && (sector_size..=LARGEST_CLUSTER).contains(size);
    if let Some(found) = cluster_size.filter(|size| !fits(size)) {
        return Err(Error::Usage(format!(
            "FAT clusters of {found} bytes, expected a power of two from {sector_size} to {LARGEST_CLUSTER}"
        )));
    }
    if let Size::Exactly(size) = size
        && !size.is_multiple_of(sector_size.into())
    {
        return Err(Error::Usage(format!(
            "a FAT volume of {size} bytes, expected a multiple of {sector_size}"
        )));
    }
    if !(-1440..=1440).contains(&zone) {
        return Err(Error::Usage(format!("a zone of {zone} minutes, expected -1440 to 1440")));
    }
    Ok(())
}

impl<'a, O> Plan<'a, O> {
    /// What the plan was made from; filling needs it, too.
    pub fn build(&self) -> &'a Build<O> {
        self.build
    }

    /// As they were given; what was chosen for them is told here.
    pub fn options(&self) -> &'a Options {
        self.options
    }

    /// Exact bytes of the volume.
    pub fn size(&self) -> u64 {
        self.geometry.size()
    }

    /// What was left out and changed, in the order of paths.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The type it has.
    pub fn fat_type(&self) -> FatType {
        self.geometry.shape.fat_type
    }

    /// Bytes of a cluster.
    pub fn cluster_size(&self) -> u64 {
        self.geometry.shape.cluster_size()
    }

    /// Clusters of the volume.
    pub fn clusters(&self) -> u32 {
        self.geometry.clusters
    }

    /// Clusters that nothing takes.
    pub fn free_clusters(&self) -> u32 {
        self.geometry.clusters.saturating_sub(self.first_free.saturating_sub(FIRST_CLUSTER))
    }

    /// The serial number, given or made.
    pub fn serial_number(&self) -> u32 {
        self.options.serial_number.unwrap_or(self.census.fingerprint)
    }

    /// The first cluster of a name; 0 for a file without content, a name that the volume does not have, and the root of FAT12
    /// and FAT16.
    pub(in crate::fat) fn cluster(&self, name: NameId) -> u32 {
        self.clusters[name.index()]
    }
}
