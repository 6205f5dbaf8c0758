//! A volume in a partition of another image, filled in order and in place.

use crate::fill::{
    Bytes, Contents, Embed, Layout, Observer, Patch, Pieces, Planned, Span, Strict, What, fill_in_place,
    write_all, write_to,
};
use crate::tree::build::{Build, File};
use crate::tree::{Kind, Time};
use crate::udf::plan as udf;
use std::io::{self, Read, Seek, SeekFrom};

/// Byte of the disk at which the volume begins: no multiple of what a piece of work has.
const START: u64 = 3 * 1024 * 1024 + 512;

/// A disk with one partition: something at its first byte, the volume, and something in its last sector.
struct Disk<'a> {
    volume: udf::Plan<'a, Vec<u8>>,
}

#[derive(Debug, Clone, Copy)]
enum Structure {
    Table(u8),
    Volume(udf::Segment),
}

impl Layout for Disk<'_> {
    type Origin = Vec<u8>;

    fn build(&self) -> &Build<Vec<u8>> {
        self.volume.build()
    }

    fn size(&self) -> u64 {
        START + self.volume.size() + 512
    }
}

impl Planned<Vec<u8>> for Disk<'_> {
    type Facts = ();
    type Structure = Structure;
    type Scratch = super::Scratch;

    fn spans(&self) -> impl Iterator<Item = Span<Structure>> + Send + '_ {
        let table = |at, n| Span { at, length: 512, what: What::Structure(Structure::Table(n)) };
        let volume = self.volume.spans().map(|span| span.within(START, Structure::Volume));
        std::iter::once(table(0, 1)).chain(volume).chain([table(self.size() - 512, 2)])
    }

    fn gather(&self, _: &dyn Contents<Vec<u8>>, _: &dyn Observer) {}

    fn patches<'f>(&self, (): &'f ()) -> &'f [Patch] {
        &[]
    }

    fn emit(
        &self,
        structure: &Structure,
        (): &(),
        scratch: &mut Self::Scratch,
        embed: &mut Embed<'_>,
        out: &mut Pieces<'_, '_>,
    ) -> io::Result<()> {
        match structure {
            Structure::Table(n) => out.buffer().extend([*n; 512]),
            Structure::Volume(segment) => self.volume.emit(segment, &(), scratch, embed, out)?,
        }
        Ok(())
    }
}

/// A large content, many small ones, one that lies in its file entry, and a long directory.
fn tree() -> Build<Vec<u8>> {
    let time = Time { seconds: 1_700_000_000, nanoseconds: 0 };
    let file = File::new(Kind::File, 0o644, time);
    let mut tree = Build::new(&File::new(Kind::Directory, 0o755, time)).unwrap();
    tree.put_bytes("large", &file, vec![7; 3 << 20]).unwrap();
    tree.put_bytes("tiny", &file, b"in its entry".to_vec()).unwrap();
    for n in 0..3000_u16 {
        tree.put_bytes(format!("many/{n}"), &file, n.to_le_bytes().repeat(usize::from(n))).unwrap();
    }
    tree
}

#[test]
fn a_volume_within_another_image_has_the_same_bytes() {
    let tree = tree();
    let options = udf::Options { embed: true, ..udf::Options::default() };
    let mut alone = Vec::new();
    write_all(&udf::plan(&tree, &options).unwrap(), &Bytes, &mut alone).unwrap();
    let disk = Disk { volume: udf::plan(&tree, &options).unwrap() };
    let expected =
        [vec![1; 512], vec![0; usize::try_from(START).unwrap() - 512], alone, vec![2; 512]].concat();

    for threads in [0, 3] {
        let (mut bytes, strict) = (Vec::new(), Strict::default());
        write_to(&disk, &Bytes, &strict, threads, &mut bytes).unwrap();
        strict.end(&disk).unwrap();
        assert!(bytes == expected, "in order, {threads} threads");

        let (mut file, strict) = (tempfile::tempfile().unwrap(), Strict::default());
        fill_in_place(&disk, &Bytes, &strict, threads.max(1), &file, 0).unwrap();
        strict.end(&disk).unwrap();
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0)).unwrap();
        file.read_to_end(&mut bytes).unwrap();
        assert!(bytes == expected, "in place, {threads} threads");
    }
}
