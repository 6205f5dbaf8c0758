//! A volume in a partition of a disk, filled in order and in place.

use crate::fat::plan::{Options, Plan, Segment, plan};
use crate::fill::{
    Bytes, Contents, Embed, Layout, Observer, Patch, Pieces, Planned, Span, Strict, fill_in_place, write_all,
    write_to,
};
use crate::tree::build::{Build, File};
use crate::tree::{Kind, Time};
use std::io::{self, Read, Seek, SeekFrom};

/// Byte of the disk at which the volume begins: no multiple of what a piece of work has.
const START: u64 = 1024 * 1024 + 512;

/// A disk with nothing but the volume, and a sector behind it.
struct Disk<'a>(Plan<'a, Vec<u8>>);

impl Layout for Disk<'_> {
    type Origin = Vec<u8>;

    fn build(&self) -> &Build<Vec<u8>> {
        self.0.build()
    }

    fn size(&self) -> u64 {
        START + self.0.size() + 512
    }
}

impl Planned<Vec<u8>> for Disk<'_> {
    type Facts = ();
    type Structure = Segment;
    type Scratch = ();

    fn spans(&self) -> impl Iterator<Item = Span<Segment>> + Send + '_ {
        self.0.spans().map(|span| span.within(START, |segment| segment))
    }

    fn gather(&self, _: &dyn Contents<Vec<u8>>, _: &dyn Observer) {}

    fn patches<'f>(&self, (): &'f ()) -> &'f [Patch] {
        &[]
    }

    fn emit(
        &self,
        segment: &Segment,
        facts: &(),
        scratch: &mut (),
        embed: &mut Embed<'_>,
        out: &mut Pieces<'_, '_>,
    ) -> io::Result<()> {
        self.0.emit(segment, facts, scratch, embed, out)
    }
}

#[test]
fn a_volume_within_another_image_has_the_same_bytes() {
    let time = Time { seconds: 1_700_000_000, nanoseconds: 0 };
    let file = File::new(Kind::File, 0o644, time);
    let mut tree = Build::new(&File::new(Kind::Directory, 0o755, time)).unwrap();
    tree.put_bytes("large", &file, vec![7; 3 << 20]).unwrap();
    for n in 0..300_u16 {
        tree.put_bytes(format!("many files/{n}"), &file, n.to_le_bytes().repeat(usize::from(n))).unwrap();
    }
    let options = Options::default();
    let mut alone = Vec::new();
    write_all(&plan(&tree, &options).unwrap(), &Bytes, &mut alone).unwrap();
    let disk = Disk(plan(&tree, &options).unwrap());
    let expected = [vec![0; usize::try_from(START).unwrap()], alone, vec![0; 512]].concat();
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
