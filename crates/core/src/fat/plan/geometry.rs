//! How large the parts of a volume are, and where they lie.

use crate::fat::FatType;
use crate::fat::fat_type::FIRST_CLUSTER;
use crate::fat::layout::DirectoryEntry;
use crate::number::wide;

/// File allocation tables of a volume: all have the same entries.
pub(in crate::fat) const NUM_FATS: u32 = 2;

/// What a volume is made up of, whatever its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fat) struct Shape {
    pub(in crate::fat) fat_type: FatType,
    /// Bytes.
    pub(in crate::fat) sector_size: u32,
    pub(in crate::fat) sectors_per_cluster: u32,
    /// Directory entries of the root, whole sectors of them; 0 in FAT32.
    pub(in crate::fat) root_entries: u32,
}

/// A volume of a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fat) struct Geometry {
    pub(in crate::fat) shape: Shape,
    /// Sectors of the volume.
    pub(in crate::fat) sectors: u32,
    /// Sectors of each table.
    pub(in crate::fat) fat_sectors: u32,
    pub(in crate::fat) clusters: u32,
}

impl Shape {
    /// Bytes.
    pub(in crate::fat) fn cluster_size(self) -> u64 {
        u64::from(self.sector_size).saturating_mul(self.sectors_per_cluster.into())
    }

    /// Sectors before the first table: in FAT32 the boot sector, the FSInfo sector and, from sector 6 on, a copy of both
    /// (`BPB_RsvdSecCnt`: typically 32).
    pub(in crate::fat) const fn reserved(self) -> u32 {
        match self.fat_type {
            FatType::Fat12 | FatType::Fat16 => 1,
            FatType::Fat32 => 32,
        }
    }

    /// Sectors of the root of FAT12 and FAT16.
    fn root_sectors(self) -> u64 {
        let bytes = u64::from(self.root_entries).saturating_mul(wide(size_of::<DirectoryEntry>()));
        bytes.div_ceil(self.sector_size.into())
    }

    /// Sectors that are neither tables nor clusters.
    fn fixed(self) -> u64 {
        u64::from(self.reserved()).saturating_add(self.root_sectors())
    }

    /// Sectors of a table for so many clusters.
    fn table(self, clusters: u64) -> u64 {
        let entries = clusters.saturating_add(FIRST_CLUSTER.into());
        self.fat_type.table_bytes(entries).div_ceil(self.sector_size.into())
    }

    /// The volume of `sectors`; `None` when it has another number of clusters than this type, or more sectors than 32 bits
    /// count.
    pub(in crate::fat) fn of(self, sectors: u64) -> Option<Geometry> {
        let (fat_sectors, clusters) = self.divided(sectors)?;
        let clusters = u32::try_from(clusters).ok().filter(|n| self.fat_type.clusters().contains(n))?;
        let geometry = Geometry {
            shape: self,
            sectors: u32::try_from(sectors).ok()?,
            fat_sectors: u32::try_from(fat_sectors).ok()?,
            clusters,
        };
        // Readers of FAT12 and FAT16 find the sectors of a table in 16 bits.
        let is_counted = self.fat_type == FatType::Fat32 || fat_sectors <= u64::from(u16::MAX);
        is_counted.then_some(geometry)
    }

    /// Sectors of a table, and clusters, of a volume of `sectors`; `None` when there is no room for any.
    pub(super) fn divided(self, sectors: u64) -> Option<(u64, u64)> {
        let room = sectors.checked_sub(self.fixed())?;
        let clusters = |table: u64| {
            let data = room.checked_sub(table.saturating_mul(NUM_FATS.into()))?;
            data.checked_div(self.sectors_per_cluster.into())
        };
        let holds = |table: u64| clusters(table).is_none_or(|clusters| self.table(clusters) <= table);
        // The smallest table with an entry for every cluster beside it: a larger one leaves room for fewer.
        let (mut low, mut high) = (1, room.saturating_add(1));
        while low < high {
            let middle = low.midpoint(high);
            if holds(middle) { high = middle } else { low = middle.saturating_add(1) }
        }
        clusters(low).filter(|clusters| *clusters > 0).map(|clusters| (low, clusters))
    }

    /// The smallest volume with at least `clusters`, of which `multiple` divides the sectors; `None` when it has more clusters
    /// than this type.
    pub(super) fn least(self, clusters: u64, multiple: u32) -> Option<Geometry> {
        let data = clusters.checked_mul(self.sectors_per_cluster.into())?;
        let tables = self.table(clusters).checked_mul(NUM_FATS.into())?;
        let sectors = self.fixed().checked_add(tables)?.checked_add(data)?;
        let first = sectors.checked_next_multiple_of(multiple.max(1).into())?;
        // A few sectors more may be a table's sectors more, and a cluster less; of the next few they are not.
        let some_more = (0..u64::from(self.sectors_per_cluster).saturating_add(4))
            .map(|n| first.saturating_add(n.saturating_mul(multiple.max(1).into())));
        some_more
            .filter_map(|sectors| self.of(sectors))
            .find(|geometry| u64::from(geometry.clusters) >= clusters)
    }
}

impl Geometry {
    /// Absolute byte offset of a sector.
    pub(in crate::fat) fn byte(&self, sector: u64) -> u64 {
        sector.saturating_mul(self.shape.sector_size.into())
    }

    /// Bytes of the volume.
    pub(in crate::fat) fn size(&self) -> u64 {
        self.byte(self.sectors.into())
    }

    /// Absolute byte offset of the `n`th table.
    pub(in crate::fat) fn table_at(&self, n: u32) -> u64 {
        let before = u64::from(self.fat_sectors).saturating_mul(n.into());
        self.byte(before.saturating_add(self.shape.reserved().into()))
    }

    /// Absolute byte offset of the root of FAT12 and FAT16.
    pub(in crate::fat) fn root_at(&self) -> u64 {
        self.table_at(NUM_FATS)
    }

    /// Absolute byte offset of a cluster.
    pub(in crate::fat) fn cluster_at(&self, cluster: u32) -> u64 {
        let before =
            u64::from(cluster.saturating_sub(FIRST_CLUSTER)).saturating_mul(self.shape.cluster_size());
        let data = self.root_at().saturating_add(self.byte(self.shape.root_sectors()));
        data.saturating_add(before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes() -> impl Iterator<Item = Shape> {
        FatType::ALL.into_iter().flat_map(|fat_type| {
            [(512, 1), (512, 2), (512, 64), (1024, 4), (2048, 1), (4096, 8)].map(
                |(sector_size, sectors_per_cluster)| {
                    let root_entries = if fat_type == FatType::Fat32 { 0 } else { 512 };
                    Shape { fat_type, sector_size, sectors_per_cluster, root_entries }
                },
            )
        })
    }

    /// As `fatgen103` has a reader count ("FAT Type Determination").
    fn count_of_clusters(geometry: &Geometry) -> u32 {
        let Geometry { shape, sectors, fat_sectors, .. } = *geometry;
        let root = (shape.root_entries * 32).div_ceil(shape.sector_size);
        (sectors - (shape.reserved() + 2 * fat_sectors + root)) / shape.sectors_per_cluster
    }

    #[test]
    fn every_cluster_has_an_entry_and_no_sector_of_a_table_is_in_vain() {
        for shape in shapes() {
            let (first, last) = (*shape.fat_type.clusters().start(), *shape.fat_type.clusters().end());
            let numbers = (first..first + 700).chain(last.min(70_000) - 700..=last.min(70_000));
            for clusters in numbers.filter(|clusters| (first..=last).contains(clusters)) {
                let geometry =
                    shape.least(clusters.into(), 1).unwrap_or_else(|| panic!("{shape:?}: {clusters}"));
                assert_eq!(
                    (geometry.clusters, count_of_clusters(&geometry)),
                    (clusters, clusters),
                    "{shape:?}"
                );
                let entries = u64::from(geometry.fat_sectors) * u64::from(shape.sector_size) * 8
                    / u64::from(shape.fat_type.bits());
                let spare = u64::from(shape.sector_size) * 8 / u64::from(shape.fat_type.bits());
                let needed = u64::from(clusters) + 2;
                assert!(entries >= needed && entries - needed <= spare, "{geometry:?}");
                assert_eq!(shape.of(geometry.sectors.into()), Some(geometry));
                let smaller = shape.divided(u64::from(geometry.sectors) - 1);
                assert!(smaller.is_none_or(|(_, fewer)| fewer < clusters.into()), "{geometry:?}");
            }
            assert_eq!(shape.least(u64::from(last) + 1, 1), None);
        }
    }

    #[test]
    fn a_multiple_of_sectors_never_leaves_too_few_clusters() {
        for shape in shapes() {
            let first = u64::from(*shape.fat_type.clusters().start()) + 300;
            for (clusters, multiple) in (first..first + 400).flat_map(|n| [(n, 4), (n, 63), (n, 2048)]) {
                let geometry = shape.least(clusters, multiple).expect("within the type");
                assert!(
                    geometry.sectors.is_multiple_of(multiple) && u64::from(geometry.clusters) >= clusters
                );
                assert_eq!(geometry.clusters, count_of_clusters(&geometry));
            }
        }
    }

    #[test]
    fn a_volume_of_another_number_of_clusters_is_none_of_its_type() {
        let shape =
            Shape { fat_type: FatType::Fat16, sector_size: 512, sectors_per_cluster: 1, root_entries: 512 };
        let least = shape.least(4085, 1).expect("the fewest");
        assert_eq!(shape.of(u64::from(least.sectors) - 1), None);
        let most = shape.least(65_524, 1).expect("the most");
        assert!(shape.of(u64::from(most.sectors) + 1).is_none());
        assert_eq!(shape.of(0), None);
        assert_eq!(shape.of(u64::MAX), None);
    }
}
