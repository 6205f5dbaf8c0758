//! Tiny UDF volumes, put together descriptor by descriptor.

use isokit_core::number::{Le16, Le32, Le64};
use isokit_core::udf::layout::{
    Anchor, EntityId, ExtendedFileEntryTail, ExtentAd, FileEntryHead, FileEntryTail,
    FileIdentifierDescriptor, FileSetDescriptor, IcbTag, LbAddr, LogicalVolumeDescriptor, LongAd,
    PartitionDescriptor, PrimaryVolumeDescriptor, ShortAd, file_type, tag,
};
use zerocopy::{FromZeros, IntoBytes};

/// First sector of the partition of a [`Disc`].
pub(crate) const PARTITION: u32 = 300;
/// Sectors of it.
pub(crate) const BLOCKS: u32 = 200;
/// First sectors of the descriptor sequences.
pub(crate) const MAIN: u32 = 257;
pub(crate) const RESERVE: u32 = 274;
/// Block of the file set descriptor, and that of the root directory.
pub(crate) const FILE_SET: u32 = 0;
pub(crate) const ROOT: u32 = 1;

/// A volume being put together.
#[derive(Debug, Clone)]
pub(crate) struct Disc {
    pub(crate) bytes: Vec<u8>,
    pub(crate) sector: usize,
}

impl Disc {
    /// A volume of sectors of `sector` bytes with one partition of type 1.
    pub(crate) fn new(sector: usize) -> Self {
        Self::with_maps(sector, &[&physical()], FILE_SET)
    }

    /// A volume with these partition maps, whose file set is at `file_set` of the last one of them.
    pub(crate) fn with_maps(sector: usize, maps: &[&[u8]], file_set: u32) -> Self {
        let sectors = usize::try_from(PARTITION + BLOCKS + 1).expect("small");
        let mut disc = Self { bytes: vec![0; (sectors * sector).max(64 << 10)], sector };
        for (number, identifier) in [b"BEA01", b"NSR02", b"TEA01"].iter().enumerate() {
            let at = 32_768 + number * sector.max(2048);
            disc.bytes[at + 1..at + 6].copy_from_slice(*identifier);
            disc.bytes[at + 6] = 1;
        }
        disc.anchor(256);
        for start in [MAIN, RESERVE] {
            disc.sequence(start, maps, file_set);
        }
        let reference = u16::try_from(maps.len() - 1).expect("few maps");
        let mut set = FileSetDescriptor::new_zeroed();
        set.root = long(u32::try_from(sector).expect("small"), reference, ROOT);
        disc.seal(PARTITION + file_set, tag::FILE_SET, file_set, set.as_bytes());
        disc
    }

    /// An anchor at sector `number`.
    pub(crate) fn anchor(&mut self, number: u32) {
        let mut anchor = Anchor::new_zeroed();
        let length = Le32::new(16 * u32::try_from(self.sector).expect("small"));
        anchor.main_sequence = ExtentAd { length, location: MAIN.into() };
        anchor.reserve_sequence = ExtentAd { length, location: RESERVE.into() };
        let mut bytes = vec![0; 512];
        bytes[..32].copy_from_slice(anchor.as_bytes());
        self.seal(number, tag::ANCHOR, number, &bytes);
    }

    fn sequence(&mut self, start: u32, maps: &[&[u8]], file_set: u32) {
        let mut primary = PrimaryVolumeDescriptor::new_zeroed();
        set_dstring(&mut primary.volume_identifier, "DISC");
        self.seal(start, tag::PRIMARY, start, primary.as_bytes());
        let mut partition = PartitionDescriptor::new_zeroed();
        (partition.start, partition.length) = (PARTITION.into(), BLOCKS.into());
        self.seal(start + 1, tag::PARTITION, start + 1, partition.as_bytes());
        let sector = u32::try_from(self.sector).expect("small");
        let mut volume = LogicalVolumeDescriptor::new_zeroed();
        set_dstring(&mut volume.identifier, "LOGICAL");
        volume.block_size = sector.into();
        volume.domain = entity(b"*OSTA UDF Compliant");
        volume.domain.suffix[..2].copy_from_slice(&0x0201_u16.to_le_bytes());
        volume.number_of_maps = Le32::new(u32::try_from(maps.len()).expect("few"));
        volume.map_table_length = Le32::new(u32::try_from(maps.concat().len()).expect("small"));
        volume.file_set = long(sector, u16::try_from(maps.len() - 1).expect("few"), file_set);
        let bytes = [volume.as_bytes(), &maps.concat()].concat();
        self.seal(start + 2, tag::LOGICAL_VOLUME, start + 2, &bytes);
        self.seal(start + 3, tag::TERMINATING, start + 3, &[0; 512]);
    }

    /// Puts a descriptor with this tag at `sector`, which is block `location` of whatever it belongs to.
    pub(crate) fn seal(&mut self, sector: u32, identifier: u16, location: u32, descriptor: &[u8]) {
        let mut bytes = descriptor.to_vec();
        seal(&mut bytes, identifier, location);
        self.put(sector, &bytes);
    }

    /// Puts `bytes` at the start of `sector`.
    pub(crate) fn put(&mut self, sector: u32, bytes: &[u8]) {
        let at = usize::try_from(sector).expect("small") * self.sector;
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// Puts `bytes` at block `block` of the partition.
    pub(crate) fn block(&mut self, block: u32, bytes: &[u8]) {
        self.put(PARTITION + block, bytes);
    }

    /// Puts a file at block `block`, which is `location` where it is looked for.
    pub(crate) fn file_at(&mut self, block: u32, location: u32, file: &File<'_>) {
        let bytes = file.bytes(location);
        self.block(block, &bytes);
    }

    /// Puts a file at block `block`.
    pub(crate) fn file(&mut self, block: u32, file: &File<'_>) {
        self.file_at(block, block, file);
    }

    /// Puts a directory at block `block`, its descriptors in its file entry.
    pub(crate) fn directory(&mut self, block: u32, names: &[Vec<u8>]) {
        self.file(block, &File::directory(&names.concat()));
    }

    /// Absolute byte of block `block` of the partition.
    pub(crate) fn at(&self, block: u32) -> usize {
        usize::try_from(PARTITION + block).expect("small") * self.sector
    }
}

/// A file entry being put together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct File<'a> {
    pub(crate) kind: u8,
    pub(crate) strategy: u16,
    pub(crate) form: u16,
    pub(crate) size: u64,
    pub(crate) attributes: &'a [u8],
    pub(crate) allocation: &'a [u8],
    /// As an extended file entry, with this stream directory.
    pub(crate) streams: Option<LongAd>,
}

impl<'a> File<'a> {
    /// A file whose content is in its entry.
    pub(crate) fn embedded(content: &'a [u8]) -> Self {
        let size = u64::try_from(content.len()).expect("small");
        Self {
            kind: file_type::FILE,
            strategy: 4,
            form: 3,
            size,
            attributes: &[],
            allocation: content,
            streams: None,
        }
    }

    /// A file with these allocation descriptors.
    pub(crate) fn allocated(form: u16, size: u64, allocation: &'a [u8]) -> Self {
        Self { form, size, ..Self::embedded(allocation) }
    }

    /// A directory whose descriptors are in its entry.
    pub(crate) fn directory(names: &'a [u8]) -> Self {
        Self { kind: file_type::DIRECTORY, ..Self::embedded(names) }
    }

    /// The entry, sealed as block `location`.
    pub(crate) fn bytes(&self, location: u32) -> Vec<u8> {
        let mut head = FileEntryHead::new_zeroed();
        head.icb_tag = IcbTag {
            strategy: self.strategy.into(),
            maximum_entries: 1.into(),
            file_type: self.kind,
            flags: self.form.into(),
            ..IcbTag::new_zeroed()
        };
        head.permissions = Le32::new(0b00111_00101_00101);
        (head.uid, head.gid, head.link_count) = (7.into(), 8.into(), Le16::new(1));
        head.information_length = Le64::new(self.size);
        let lengths = [self.attributes.len(), self.allocation.len()];
        let [attributes, allocation] = lengths.map(|length| Le32::new(u32::try_from(length).expect("small")));
        let mut bytes = head.as_bytes().to_vec();
        let identifier = if let Some(streams) = self.streams {
            let mut tail = ExtendedFileEntryTail::new_zeroed();
            (tail.attributes_length, tail.allocation_length, tail.streams) =
                (attributes, allocation, streams);
            bytes.extend(tail.as_bytes());
            tag::EXTENDED_FILE_ENTRY
        } else {
            let mut tail = FileEntryTail::new_zeroed();
            (tail.attributes_length, tail.allocation_length) = (attributes, allocation);
            bytes.extend(tail.as_bytes());
            tag::FILE_ENTRY
        };
        bytes.extend(self.attributes);
        bytes.extend(self.allocation);
        seal(&mut bytes, identifier, location);
        bytes
    }
}

/// A file identifier descriptor of a file at `icb`.
pub(crate) fn name(text: &str, icb: LongAd, characteristics: u8) -> Vec<u8> {
    let identifier = characters(text);
    let mut head = FileIdentifierDescriptor::new_zeroed();
    head.version = Le16::new(1);
    head.characteristics = characteristics;
    head.identifier_length = u8::try_from(identifier.len()).expect("a short name");
    head.icb = icb;
    let mut bytes = [head.as_bytes(), &identifier].concat();
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    seal(&mut bytes, tag::FILE_IDENTIFIER, 0);
    bytes
}

/// A name of a file at block `block` of partition 0, of sectors of 2048 bytes.
pub(crate) fn named(text: &str, block: u32) -> Vec<u8> {
    name(text, long(2048, 0, block), 0)
}

/// A long allocation descriptor.
pub(crate) fn long(length: u32, partition: u16, block: u32) -> LongAd {
    let location = LbAddr { block: block.into(), partition: partition.into() };
    LongAd { length: length.into(), location, implementation_use: [0; 6] }
}

/// Short allocation descriptors: type, bytes, block.
pub(crate) fn shorts(descriptors: &[(u32, u32, u32)]) -> Vec<u8> {
    let one = |&(kind, length, block): &(u32, u32, u32)| {
        ShortAd { length: (kind << 30 | length).into(), block: block.into() }.as_bytes().to_vec()
    };
    descriptors.iter().flat_map(one).collect()
}

/// A partition map of type 1.
pub(crate) fn physical() -> Vec<u8> {
    vec![1, 6, 1, 0, 0, 0]
}

/// A partition map of type 2 with this identifier; `rest` follows the partition number.
pub(crate) fn map(identifier: &[u8], rest: &[u8]) -> Vec<u8> {
    let mut bytes = vec![2, 64, 0, 0];
    bytes.extend(entity(identifier).as_bytes());
    bytes.extend([1, 0, 0, 0]);
    bytes.extend(rest);
    bytes.resize(64, 0);
    bytes
}

/// An entity identifier.
pub(crate) fn entity(identifier: &[u8]) -> EntityId {
    let mut id = EntityId::new_zeroed();
    id.identifier[..identifier.len()].copy_from_slice(identifier);
    id
}

/// Gives `bytes` the tag of a descriptor that lies in block `location` (ECMA-167 3/7.2), with its sums over all of them.
pub(crate) fn seal(bytes: &mut [u8], identifier: u16, location: u32) {
    bytes[..2].copy_from_slice(&identifier.to_le_bytes());
    bytes[2..8].copy_from_slice(&[2, 0, 0, 0, 0, 0]);
    bytes[12..16].copy_from_slice(&location.to_le_bytes());
    sum(bytes, bytes.len() - 16);
}

/// Gives the tag that `bytes` begin with its sums, over `length` bytes behind it.
pub(crate) fn sum(bytes: &mut [u8], length: usize) {
    // ITU-T V.41, a byte at a time.
    let crc = bytes[16..16 + length].iter().fold(0, |crc: u16, byte| {
        let high = (crc >> 8) ^ u16::from(*byte);
        let high = high ^ (high >> 4);
        (crc << 8) ^ (high << 12) ^ (high << 5) ^ high
    });
    bytes[8..10].copy_from_slice(&crc.to_le_bytes());
    bytes[10..12].copy_from_slice(&u16::try_from(length).expect("as many as are summed").to_le_bytes());
    bytes[4] = 0;
    bytes[4] = bytes[..16].iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte));
}

/// `text` as an identifier (UDF 2.1.1), of 8-bit characters if it can be.
fn characters(text: &str) -> Vec<u8> {
    match text.chars().map(|c| u8::try_from(u32::from(c))).collect::<Result<Vec<_>, _>>() {
        Ok(bytes) if bytes.is_empty() => bytes,
        Ok(bytes) => [&[8], &bytes[..]].concat(),
        Err(_) => std::iter::once(16).chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect(),
    }
}

/// Makes `text` the characters of a dstring (ECMA-167 1/7.2.12) that is zero.
pub(crate) fn set_dstring(field: &mut [u8], text: &str) {
    let bytes = characters(text);
    field[..bytes.len()].copy_from_slice(&bytes);
    *field.last_mut().expect("room for the length") = u8::try_from(bytes.len()).expect("short");
}
