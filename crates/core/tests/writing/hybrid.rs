//! Volumes with partitions behind them, whatever way they are filled. What other programs see in them is in the suite
//! `hybrid` of the tests of several tools.

use crate::tree::{Origin, TIME, Tree, Witness, file, in_place, streamed, through_a_pipe, tree, written};
use isokit_core::finding::Findings;
use isokit_core::hybrid::{Content, Plan, Volume, plan};
use isokit_core::image::{Image, Options as Reading};
use isokit_core::iso9660::plan::{Boot, BootEntry, BootSource, Options, platform};
use isokit_core::partition::plan::{Appended, GptMark, Kind, Loader, Mark, Options as Tables};
use isokit_core::partition::{Scheme, tables};
use isokit_core::source::Memory;
use isokit_core::tree::build::{Build, ContentId, File};
use isokit_core::tree::content;
use isokit_core::tree::resolve::{Follow, resolve};
use isokit_core::{Error, fat, tree as trees, udf};

const GUARDED: Appended = Appended { number: 2, kind: Kind::Mbr(0xef) };

/// A loader, its files, and an EFI system partition that no name of the volume leads to.
struct Parts {
    tree: Tree,
    loader: ContentId,
    esp: Build<ContentId>,
    raw: ContentId,
}

fn parts() -> Parts {
    let mut tree = tree();
    let loader = file(&mut tree, "loader", &[0xeb; 3000]);
    file(&mut tree, "motd", b"Welcome.\n");
    let raw = tree.add_content(70_001, Origin::Bytes(vec![7; 70_001])).expect("room");
    let program = tree.add_content(100_000, Origin::Bytes(vec![8; 100_000])).expect("room");
    let mut esp = Build::new(&File::new(trees::Kind::Directory, 0o755, TIME)).expect("a root");
    let content = Some(esp.add_content(100_000, program).expect("room"));
    let file = File { content, ..File::new(trees::Kind::File, 0o644, TIME) };
    esp.put("EFI/BOOT/BOOTX64.EFI", &file).expect("a good path");
    Parts { tree, loader, esp, raw }
}

/// Boots from `loader` and from the first appended partition.
fn booting(loader: ContentId) -> Options {
    let mut options = Options { multiple: 16, ..Options::default() };
    let bios = BootEntry { boot_info_table: true, ..BootEntry::new(platform::X86, loader) };
    let efi = BootEntry::new(platform::EFI, BootSource::Appended(0));
    options.boot = Some(Boot { catalog: None, entries: vec![bios, efi] });
    options
}

fn in_gpt() -> Tables {
    Tables {
        appended: vec![GUARDED, Appended { number: 3, kind: Kind::Mbr(0x83) }],
        appended_in_gpt: true,
        marks: vec![Mark::default(); 2],
        content: vec![0xc3; 440],
        ..Tables::default()
    }
}

/// The bytes, the same in whatever way they are made.
pub(crate) fn bytes_of(plan: &Plan<'_, Origin>) -> Vec<u8> {
    let image = streamed(plan, &Witness::default(), 0);
    assert_eq!(u64::try_from(image.len()), Ok(plan.size()));
    for threads in [0, 3] {
        assert!(written(plan, &Witness::default(), threads) == image, "in order, {threads} threads");
        assert!(through_a_pipe(plan, &Witness::default(), threads) == image, "a pipe, {threads} threads");
        assert!(in_place(plan, &Witness::default(), threads.max(1)) == image, "in place, {threads} threads");
    }
    image
}

fn read(image: &[u8], path: &[u8]) -> Vec<u8> {
    let source = Memory(image);
    let opened = Image::open(&source, &Reading::default()).expect("a volume");
    let found = resolve(opened.tree(), path, Follow::All).expect("it is there");
    let mut bytes = Vec::new();
    content::Content::open(&source, &found.entry)
        .expect("it has content")
        .write_to(&mut bytes)
        .expect("it reads");
    bytes
}

fn narrow(at: u64) -> usize {
    usize::try_from(at).expect("small")
}

fn number(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

#[test]
fn a_volume_its_tables_and_its_partitions_are_one_image() {
    let Parts { tree, loader, esp, raw } = parts();
    let (options, volume_label) = (booting(loader), fat::plan::Options::default());
    let fat = || fat::plan::plan(&esp, &volume_label).expect("a good plan");
    let fat_size = fat().size();
    for udf in [
        None,
        Some(udf::plan::Options {
            block_size: 2048,
            embed: false,
            multiple: 16,
            ..udf::plan::Options::default()
        }),
    ] {
        let volume = Volume::new(&tree, &options, udf.as_ref()).expect("a good volume");
        let plan = plan(volume, vec![Content::Fat(Box::new(fat())), Content::Stored(raw)], &in_gpt())
            .expect("legal");
        let image = bytes_of(&plan);
        assert_eq!(read(&image, b"/motd"), b"Welcome.\n");
        assert_eq!(image[..440], [0xc3; 440]);

        let [first, second] = *plan.appended().map(|(extent, _)| extent).collect::<Vec<_>>() else {
            panic!("two partitions")
        };
        assert_eq!((first.length, second.length), (fat_size.next_multiple_of(2048), 71_680));
        let within = |at: u64| &image[narrow(at)..];
        assert_eq!(within(second.at)[..70_001], [7; 70_001]);
        assert!(within(second.at)[70_001..71_680].iter().all(|byte| *byte == 0));
        let alone = fat_alone(&fat(), &tree);
        assert!(within(first.at)[..alone.len()] == alone, "FAT is as it is by itself");

        // The volume ends where the partitions begin, and firmware is led to the first of them.
        assert_eq!(number(&image[16 * 2048 + 80..][..4]) * 2048, narrow(first.at));
        let catalog = number(&image[17 * 2048 + 71..][..4]) * 2048;
        assert_eq!(number(&image[catalog + 3 * 32 + 8..][..4]) * 2048, narrow(first.at));

        let found = tables(&Memory(&image[..]), &Findings::default()).expect("memory reads");
        let gpt = found.iter().find(|table| table.scheme == Scheme::Gpt).expect("there is a GPT");
        let places: Vec<_> = gpt.partitions.iter().map(|found| (found.start, found.end())).collect();
        assert!(places.contains(&(first.at, first.end())), "{places:?}");
        assert!(places.contains(&(second.at, second.end())), "{places:?}");
        assert_eq!(image.len() % (16 * 2048), 0);
    }
}

/// The FAT volume over the contents of `tree`, alone.
fn fat_alone(plan: &fat::plan::Plan<'_, ContentId>, tree: &Tree) -> Vec<u8> {
    let mut alone: Build<Origin> =
        Build::new(&File::new(trees::Kind::Directory, 0o755, TIME)).expect("a root");
    let inner = plan.build().contents().next().expect("it has one");
    let outer = tree.content(plan.build().content(inner).origin);
    let content = Some(alone.add_content(outer.size, outer.origin.clone()).expect("room"));
    let file = File { content, ..File::new(trees::Kind::File, 0o644, TIME) };
    alone.put("EFI/BOOT/BOOTX64.EFI", &file).expect("a good path");
    let plan = fat::plan::plan(&alone, plan.options()).expect("a good plan");
    streamed(&plan, &Witness::default(), 0)
}

#[test]
fn a_volume_without_partitions_ends_with_the_image() {
    let Parts { tree, loader, .. } = parts();
    let mut options = booting(loader);
    options.pad_sectors = 150;
    options.boot.as_mut().expect("it boots").entries.truncate(1);
    let volume = Volume::new(&tree, &options, None).expect("a good volume");
    let tables = Tables {
        loader: Loader::Isolinux(volume.content_at(loader)),
        marks: vec![Mark { gpt: Some(GptMark::BasicData), apm: false }],
        ..Tables::default()
    };
    let image = bytes_of(&plan(volume, Vec::new(), &tables).expect("legal"));
    assert_eq!(number(&image[16 * 2048 + 80..][..4]) * 2048, image.len());
    assert_eq!(image[image.len() - 512..][..8], *b"EFI PART");
    // The boot information table and the loader's address are those of the volume.
    let at = number(&image[432..440]) * 512;
    assert_eq!((number(&image[at + 8..at + 12]), number(&image[at + 12..at + 16])), (16, at / 2048));
}

#[test]
fn what_is_not_there_is_refused() {
    let Parts { tree, loader, esp, raw } = parts();
    let options = booting(loader);
    let volume = |options| Volume::new(&tree, options, None).expect("a good volume");
    let refused = |appended: Vec<Content<'_>>, tables: &Tables, sentence: &str| {
        let error = plan(volume(&options), appended, tables).expect_err(sentence);
        assert!(matches!(error, Error::Usage(_)), "{error:?}");
        assert_eq!(error.to_string(), sentence);
    };
    let none = Tables { appended: Vec::new(), ..in_gpt() };
    refused(Vec::new(), &none, "a boot image is appended partition 0, which is not there");
    let two = "2 boot images and 1 appended partitions have places, expected 2 and 2";
    refused(vec![Content::Stored(raw)], &in_gpt(), two);
    let other = tree.contents().count() + 1;
    let mut foreign = Build::new(&File::new(trees::Kind::Directory, 0o755, TIME)).expect("a root");
    let stray = (0..other).map(|_| foreign.add_content(1, ()).expect("room")).last().expect("some");
    let stray = vec![Content::Stored(stray), Content::Stored(raw)];
    refused(stray, &in_gpt(), "an appended partition is no content of the volume's tree");

    let other = fat::plan::Options::default();
    let mut wrong: Build<ContentId> =
        Build::new(&File::new(trees::Kind::Directory, 0o755, TIME)).expect("a root");
    wrong.add_content(1, raw).expect("room");
    let fat = Content::Fat(Box::new(fat::plan::plan(&wrong, &other).expect("a good plan")));
    let sentence = "a FAT volume has contents that the tree of the volume has not";
    refused(vec![fat, Content::Stored(raw)], &in_gpt(), sentence);
    drop(esp);
}
