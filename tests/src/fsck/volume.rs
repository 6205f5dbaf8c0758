//! From the recognition sequence to the file set; integrity.

use super::Check;
use super::bytes::{le16, le32, le64, size};

/// What the tree and the counts need of the volume structures.
pub(super) struct Found {
    /// Partition reference and block of the root's file entry.
    pub(super) root: (u16, usize),
    /// Numbers of the logical volume integrity descriptor: free and size of each partition, files, directories.
    integrity: Integrity,
}

#[derive(Default)]
struct Integrity {
    free: Vec<u32>,
    sizes: Vec<u32>,
    counts: (u32, u32),
}

impl Check<'_> {
    pub(super) fn volume(&mut self) -> Option<Found> {
        self.recognition()?;
        let anchors = [512, 2048].map(|size| (size, 256 * size));
        let (block_size, at) = anchors
            .into_iter()
            .find(|(_, at)| {
                self.image.get(*at..at + 16).is_some_and(|tag| le16(tag, 0) == 2 && le32(tag, 12) == 256)
            })
            .or_else(|| {
                self.problem("no anchor in block 256");
                None
            })?;
        self.report.block_size = block_size;
        let blocks = self.image.len() / block_size;
        self.expect(blocks * block_size == self.image.len(), || "the volume ends within a block".into());
        let image = self.image;
        self.tag(&image[at..at + 512], 2, 256, 512, "anchor");
        let last = (blocks - 1) * block_size;
        self.tag(&image[last..], 2, blocks - 1, 512, "anchor in the last block");
        self.expect(image[at + 16..at + 32] == image[last + 16..last + 32], || "the anchors differ".into());
        let [main, reserve] = [16, 24]
            .map(|offset| (size(le32(image, at + offset)) / block_size, size(le32(image, at + offset + 4))));
        self.expect(main.0 >= 16 && reserve.0 >= 16, || "a sequence is shorter than 16 blocks".into());
        let descriptors = self.sequence(main.1, "main");
        let copies = self.sequence(reserve.1, "reserve");
        let bodies = |of: &[usize]| of.iter().map(|at| image[at + 16..at + 512].to_vec()).collect::<Vec<_>>();
        self.expect(bodies(&descriptors) == bodies(&copies), || "main and reserve sequence differ".into());
        let [_, information, partition, logical, ..] = descriptors[..] else { return None };
        let identifier = |at: usize| image[at + 21..at + 44].to_vec();
        self.expect(identifier(information).starts_with(b"*UDF LV Info\0"), || "LV info".into());
        self.partition = (size(le32(image, partition + 188)), size(le32(image, partition + 192)));
        let (start, length) = self.partition;
        let expected: &[u8] = if self.version == 3 { b"+NSR03\0" } else { b"+NSR02\0" };
        self.expect(image[partition + 25..].starts_with(expected), || "partition contents".into());
        self.expect(le32(image, partition + 184) == 1, || "access type is not read-only".into());
        self.expect(image[partition + 56..partition + 184].iter().all(|byte| *byte == 0), || {
            "space tables of a read-only partition".into()
        });
        let outside = |(blocks, first): (usize, usize)| first + blocks <= start || first >= start + length;
        self.expect(outside(main) && outside(reserve), || "sequences within the partition".into());
        self.expect(start > 256 && start + length < blocks, || "the partition covers an anchor".into());
        self.logical_volume(logical)
    }

    fn recognition(&mut self) -> Option<()> {
        let identifiers: Vec<&[u8]> = (16..)
            .map_while(|n| self.image.get(n * 2048 + 1..n * 2048 + 6))
            .take_while(|id| id.iter().any(|b| *b != 0))
            .collect();
        let rest: Vec<&[u8]> = identifiers.into_iter().skip_while(|id| *id == b"CD001").collect();
        match rest[..] {
            [b"BEA01", b"NSR02", b"TEA01"] => self.version = 2,
            [b"BEA01", b"NSR03", b"TEA01"] => self.version = 3,
            _ => {
                self.problem("volume recognition sequence");
                return None;
            }
        }
        Some(())
    }

    /// Byte offsets of the descriptors of a sequence, which has to have the usual ones.
    fn sequence(&mut self, first: usize, which: &str) -> Vec<usize> {
        let (image, block_size) = (self.image, self.report.block_size);
        let identifiers = [1, 4, 5, 6, 7, 8];
        let mut found = Vec::new();
        for (n, identifier) in identifiers.into_iter().enumerate() {
            let at = (first + n) * block_size;
            let least = if identifier == 7 {
                24
            } else if identifier == 6 {
                446
            } else {
                512
            };
            if self.tag(
                &image[at..at + block_size],
                identifier,
                first + n,
                least,
                &format!("{which} descriptor {n}"),
            ) {
                found.push(at);
            }
        }
        found
    }

    fn logical_volume(&mut self, at: usize) -> Option<Found> {
        let (image, block_size) = (self.image, self.report.block_size);
        self.expect(size(le32(image, at + 212)) == block_size, || "logical block size".into());
        self.expect(image[at + 217..].starts_with(b"*OSTA UDF Compliant\0"), || "domain".into());
        self.revision = le16(image, at + 240);
        let third = self.revision >= 0x0200;
        let version = self.version;
        self.expect(third == (version == 3), || "revision and edition do not fit".into());
        let maps = size(le32(image, at + 268));
        let metadata = self.revision >= 0x0250;
        self.expect(maps == if metadata { 2 } else { 1 }, || format!("{maps} partition maps"));
        let wanted = if metadata { 70 } else { 6 };
        self.expect(le32(image, at + 264) == wanted, || "map table length".into());
        self.expect(image[at + 440..at + 442] == [1, 6], || "the first map is not of type 1".into());
        if metadata {
            self.metadata_partition(at + 446)?;
        }
        let (length, block, reference) =
            (size(le32(image, at + 248)), size(le32(image, at + 252)), le16(image, at + 256));
        self.expect(reference == u16::from(metadata), || "partition of the file set".into());
        let integrity = self.integrity(size(le32(image, at + 436)), size(le32(image, at + 432)));
        let first = self.place(reference, block)?;
        self.claim(first, length / block_size, "file set");
        let set = first * block_size;
        self.tag(&image[set..set + 512], 256, block, 512, "file set");
        self.tag(
            &image[set + block_size..set + block_size + 512],
            8,
            block + 1,
            512,
            "end of the file set sequence",
        );
        self.expect(le16(image, set + 440) == self.revision, || "revision of the file set".into());
        let root = (le16(image, set + 408), size(le32(image, set + 404)));
        Some(Found { root, integrity })
    }

    fn integrity(&mut self, first: usize, length: usize) -> Integrity {
        let (image, block_size) = (self.image, self.report.block_size);
        self.expect(length >= 8192, || "the integrity sequence is shorter than 8 KiB".into());
        let at = first * block_size;
        let partitions = size(le32(image, at + 72));
        self.tag(&image[at..at + block_size], 9, first, 80 + 8 * partitions + 46, "integrity descriptor");
        self.tag(
            &image[at + block_size..at + block_size + 512],
            8,
            first + 1,
            512,
            "end of the integrity sequence",
        );
        self.expect(le32(image, at + 28) == 1, || "the volume is not closed".into());
        self.next_id = le64(image, at + 40);
        let numbers = |from: usize| (0..partitions).map(|n| le32(image, at + from + 4 * n)).collect();
        let (free, sizes) = (numbers(80), numbers(80 + 4 * partitions));
        let own = at + 80 + 8 * partitions;
        let revision = self.revision.min(0x0250);
        self.expect(le16(image, own + 40) == revision, || "minimum read revision".into());
        Integrity { free, sizes, counts: (le32(image, own + 32), le32(image, own + 36)) }
    }

    /// Reads the metadata partition's files; `None` when there is nothing to go on with.
    fn metadata_partition(&mut self, map: usize) -> Option<()> {
        let (image, block_size) = (self.image, self.report.block_size);
        self.expect(image[map + 5..].starts_with(b"*UDF Metadata Partition"), || "metadata map".into());
        let [file, mirror, bitmap, unit] = [40, 44, 48, 52].map(|n| le32(image, map + n));
        let alignment = u32::from(le16(image, map + 56));
        self.expect(image[map + 58] == 1, || "the mirror is not its own".into());
        let (main, twin) = (self.system_file(size(file), 250)?, self.system_file(size(mirror), 251)?);
        for extent in [&main, &twin] {
            let first = extent.first().copied().unwrap_or_default() - self.partition.0;
            let aligned = first.is_multiple_of(size(alignment)) && extent.len().is_multiple_of(size(unit));
            self.expect(aligned, || "metadata extents are not aligned".into());
        }
        let block = |n: &usize| &image[n * block_size..(n + 1) * block_size];
        let equal = main.len() == twin.len() && main.iter().zip(&twin).all(|(a, b)| block(a) == block(b));
        self.expect(equal, || "the metadata mirror differs".into());
        for (n, twin) in twin.iter().enumerate() {
            self.claim(*twin, 1, &format!("block {n} of the mirror"));
        }
        self.metadata = Some(main);
        self.expect(bitmap == u32::MAX, || "a read-only partition has a metadata bitmap".into());
        Some(())
    }

    /// Blocks of the volume that a file of the metadata partition has.
    fn system_file(&mut self, block: usize, file_type: u8) -> Option<Vec<usize>> {
        let at = self.place(0, block)?;
        self.claim(at, 1, "system file entry");
        let image = self.image;
        let block_size = self.report.block_size;
        let entry = &image[at * block_size..(at + 1) * block_size];
        self.tag(entry, 266, block, 216, "system file entry");
        self.expect(entry[27] == file_type, || format!("system file type {}", entry[27]));
        self.expect(le16(entry, 34) & 7 == 0, || "system file without short descriptors".into());
        let mut blocks = Vec::new();
        for n in 0..size(le32(entry, 212)) / 8 {
            let (length, first) = (size(le32(entry, 216 + 8 * n)), size(le32(entry, 220 + 8 * n)));
            let first = self.place(0, first)?;
            blocks.extend(first..first + length.div_ceil(block_size));
        }
        Some(blocks)
    }

    /// The block of the volume that a block of a partition is.
    pub(super) fn place(&mut self, reference: u16, block: usize) -> Option<usize> {
        let place = match (reference, &self.metadata) {
            (0, _) => (block < self.partition.1).then(|| self.partition.0 + block),
            (1, Some(blocks)) => blocks.get(block).copied(),
            _ => None,
        };
        if place.is_none() {
            self.problem(format!("block {block} of partition {reference} is outside"));
        }
        place
    }

    pub(super) fn counts(&mut self, found: &Found) {
        let (files, directories) = (self.files, self.directories);
        let said = found.integrity.counts;
        self.expect(said == (files, directories), || {
            format!("integrity counts {said:?}, there are {files}, {directories}")
        });
        let mut sizes = vec![self.partition.1];
        sizes.extend(self.metadata.as_ref().map(Vec::len));
        let said: Vec<usize> = found.integrity.sizes.iter().map(|n| size(*n)).collect();
        self.expect(said == sizes, || format!("size table {said:?}, expected {sizes:?}"));
        // Nothing of a partition that is only read is free.
        let said = &found.integrity.free;
        self.expect(said.len() == sizes.len() && said.iter().all(|free| *free == 0), || {
            format!("free space table {said:?} of a read-only partition")
        });
        let last = self.unique_ids.last().copied().unwrap_or_default();
        let next = self.next_id;
        self.expect(next > last && next >= 16, || format!("next unique id {next}, the last is {last}"));
        for (entry, (names, own)) in std::mem::take(&mut self.ids) {
            // One name has the file's own unique id (UDF 2.3.4.3); the root has no name.
            let has = self.version < 3 || names.is_empty() || names.contains(&own);
            self.expect(has, || format!("file entry in block {entry}: no name has its unique id {own}"));
        }
        for (entry, (names, said)) in std::mem::take(&mut self.links) {
            self.expect(names == said, || {
                format!("file entry in block {entry} has {names} names and says {said}")
            });
        }
        let (start, blocks) = self.partition;
        self.report.unused = (start..start + blocks).filter(|block| !self.used.contains_key(block)).count();
    }
}
