//! Which type, which clusters and which size a volume gets, of all that hold the tree.

use super::census::Census;
use super::geometry::{Geometry, Shape};
use super::{Options, Size};
use crate::error::{Error, Result};
use crate::fat::FatType;
use crate::fat::layout::DirectoryEntry;
use crate::number::wide;
use crate::tree::build::Build;
use std::cmp::Reverse;

/// Entries of a root, unless the tree has more: what the text recommends for compatibility (`BPB_RootEntCnt`).
const ROOT_ENTRIES: u64 = 512;

/// Bytes of the largest cluster: the text warns of larger ones (`BPB_SecPerClus`).
pub(super) const LARGEST_CLUSTER: u32 = 32_768;

/// Clusters that a volume has more or fewer than where one type becomes another, if it may: some readers are off
/// by a few there, and the text recommends to keep so far away ("FAT Type Determination").
const MARGIN: u32 = 16;

/// What a volume has to hold.
pub(super) struct Demand<'d, O> {
    pub(super) build: &'d Build<O>,
    pub(super) census: &'d Census,
    pub(super) options: &'d Options,
}

impl<O> Demand<'_, O> {
    /// The volume to lay out.
    ///
    /// # Errors
    /// [`Error::Usage`] and [`Error::TooLarge`] when none that was asked for holds the tree.
    pub(super) fn geometry(&self) -> Result<Geometry> {
        self.check_root()?;
        match self.options.size {
            Size::Least { free, multiple } => self.least(free, multiple).ok_or_else(|| self.too_large()),
            Size::Exactly(size) => self.exactly(size).ok_or_else(|| self.misfit(size)),
        }
    }

    fn check_root(&self) -> Result<()> {
        let needed = self.census.root_entries();
        let Some(asked) = self.options.root_entries.filter(|asked| u64::from(*asked) < needed) else {
            return Ok(());
        };
        Err(Error::Usage(format!("the FAT root directory requires {needed} entries, {asked} were asked for")))
    }

    /// Cluster sizes that may be chosen, in bytes.
    fn cluster_sizes(&self) -> Vec<u32> {
        let all = std::iter::successors(Some(self.options.sector_size), |size| size.checked_mul(2));
        let all = all.take_while(|size| *size <= LARGEST_CLUSTER);
        self.options.cluster_size.map_or_else(|| all.collect(), |asked| vec![asked])
    }

    /// Types that may be chosen.
    fn types(&self) -> Vec<FatType> {
        self.options.fat_type.map_or_else(|| FatType::ALL.into(), |asked| vec![asked])
    }

    /// `None` where the root of this type cannot have as many entries as the tree.
    fn shape(&self, fat_type: FatType, cluster_size: u32) -> Option<Shape> {
        let sector_size = self.options.sector_size;
        let root_entries = match fat_type {
            FatType::Fat32 => 0,
            _ => {
                let a_sector = u64::from(sector_size) / wide(size_of::<DirectoryEntry>());
                let asked = self.options.root_entries.map_or(ROOT_ENTRIES, u64::from);
                let entries = asked.max(self.census.root_entries()).max(1).next_multiple_of(a_sector);
                u16::try_from(entries).ok()?
            }
        };
        let sectors_per_cluster = cluster_size.checked_div(sector_size)?;
        Some(Shape { fat_type, sector_size, sectors_per_cluster, root_entries: root_entries.into() })
    }

    /// Clusters that the tree takes in a volume of this shape.
    fn clusters(&self, shape: Shape) -> u64 {
        self.census.clusters(self.build, shape.cluster_size(), shape.fat_type == FatType::Fat32)
    }

    /// The volume of the fewest sectors, if it may with clusters no larger than is usual; of equal ones that with the largest
    /// clusters, which are the fewest.
    fn least(&self, free: u64, multiple: u32) -> Option<Geometry> {
        let mut best: Option<Geometry> = None;
        for fat_type in self.types() {
            for cluster_size in self.cluster_sizes() {
                let Some(shape) = self.shape(fat_type, cluster_size) else { continue };
                let needed = self.clusters(shape).saturating_add(free.div_ceil(shape.cluster_size()));
                let fewest = match fat_type {
                    FatType::Fat12 => *fat_type.clusters().start(),
                    _ => fat_type.clusters().start().saturating_add(MARGIN),
                };
                let geometry = shape.least(needed.max(fewest.into()), multiple);
                let rank = |geometry: &Geometry| {
                    let usual = usual_cluster(geometry.shape.fat_type, geometry.size());
                    let is_large = geometry.shape.cluster_size() > usual.into();
                    let clusters = Reverse(geometry.shape.sectors_per_cluster);
                    (is_near(geometry), is_large, geometry.sectors, clusters)
                };
                best = best.into_iter().chain(geometry).min_by_key(rank);
            }
        }
        best
    }

    /// The volume of `size` bytes that is the most usual of those that hold the tree.
    fn exactly(&self, size: u64) -> Option<Geometry> {
        let sectors = size / u64::from(self.options.sector_size);
        let mut types = self.types();
        types.sort_by_key(|fat_type| *fat_type != usual_type(size));
        let mut near = None;
        for fat_type in types {
            let usual = usual_cluster(fat_type, size);
            let mut sizes = self.cluster_sizes();
            // Larger ones first, from the usual one on, then smaller ones.
            sizes.sort_by_key(|size| if *size < usual { (true, usual - size) } else { (false, *size) });
            for cluster_size in sizes {
                let geometry = self.shape(fat_type, cluster_size).and_then(|shape| shape.of(sectors));
                match geometry.filter(|it| u64::from(it.clusters) >= self.clusters(it.shape)) {
                    Some(geometry) if is_near(&geometry) => near = near.or(Some(geometry)),
                    Some(geometry) => return Some(geometry),
                    None => {}
                }
            }
        }
        near
    }

    /// What was asked for, for a message.
    fn asked(&self) -> String {
        let fat_type = self.options.fat_type.map_or_else(|| "FAT".into(), |fat_type| fat_type.to_string());
        let clusters = self.options.cluster_size.map(|size| format!(" with clusters of {size} bytes"));
        format!("{fat_type}{}", clusters.unwrap_or_default())
    }

    fn too_large(&self) -> Error {
        Error::TooLarge(format!("the tree is too large for {}", self.asked()))
    }

    /// Why no volume of `size` bytes will do.
    fn misfit(&self, size: u64) -> Error {
        let asked = self.asked();
        match self.least(0, 1) {
            None => self.too_large(),
            Some(least) if least.size() > size => {
                let least = least.size();
                Error::Usage(format!(
                    "{asked} cannot hold the tree in {size} bytes, expected at least {least}"
                ))
            }
            Some(_) => {
                Error::Usage(format!("{asked} cannot have {size} bytes: it has fewer or more clusters"))
            }
        }
    }
}

/// Whether the number of clusters is close to where one type becomes another.
fn is_near(geometry: &Geometry) -> bool {
    let starts = [FatType::Fat16, FatType::Fat32].map(|fat_type| *fat_type.clusters().start());
    let near =
        |start: u32| start.saturating_sub(MARGIN) <= geometry.clusters && geometry.clusters < start + MARGIN;
    starts.into_iter().any(near)
}

/// The type that a volume of `size` bytes has elsewhere ("FAT Volume Initialization").
fn usual_type(size: u64) -> FatType {
    match size {
        ..4_300_800 => FatType::Fat12,
        4_300_800..536_870_912 => FatType::Fat16,
        _ => FatType::Fat32,
    }
}

/// Bytes of a cluster that a volume of `size` bytes has elsewhere; the tables of the same chapter.
fn usual_cluster(fat_type: FatType, size: u64) -> u32 {
    const MIB: u64 = 1024 * 1024;
    let table: &[(u64, u32)] = match fat_type {
        FatType::Fat12 => &[(u64::MAX, 512)],
        FatType::Fat16 => &[
            (16_732_160, 1024),
            (128 * MIB, 2048),
            (256 * MIB, 4096),
            (512 * MIB, 8192),
            (1024 * MIB, 16_384),
        ],
        FatType::Fat32 => {
            &[(260 * MIB, 512), (8192 * MIB, 4096), (16_384 * MIB, 8192), (32_768 * MIB, 16_384)]
        }
    };
    table.iter().find(|(most, _)| size <= *most).map_or(LARGEST_CLUSTER, |(_, cluster)| *cluster)
}
