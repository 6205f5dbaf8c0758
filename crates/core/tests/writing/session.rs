//! Sessions behind others on one medium.

use crate::tree::{Origin, written};
use crate::tree::{TIME, Tree, Witness, add, content, dir, file, in_place, streamed, through_a_pipe, tree};
use isokit_core::fill::Layout;
use isokit_core::image::{self, Image};
use isokit_core::iso9660::plan::{Boot, BootEntry, Options, RockRidge, plan, platform};
use isokit_core::source::Memory;
use isokit_core::tree::Kind;
use isokit_core::tree::build::File;
use isokit_core::tree::content::Content;
use isokit_core::tree::resolve::{Follow, resolve};
use isokit_core::{Error, bridge, hybrid, udf};

const SECTOR: usize = 2048;

/// A session at this sector whose tree has the content `old`, of five bytes, which the medium has at sector `kept`.
fn later(kept: u32) -> Tree {
    let mut tree = tree();
    let old = content(&mut tree, "old", 5, Origin::Missing);
    tree.set_kept(old, kept);
    dir(&mut tree, "d");
    file(&mut tree, "d/new", b"new");
    add(&mut tree, "d/empty", &File::new(Kind::File, 0o644, TIME));
    tree
}

fn options(start: u32) -> Options {
    Options { start, rock_ridge: Some(RockRidge::default()), ..Options::default() }
}

#[test]
fn a_later_session_leads_to_the_contents_of_an_earlier_one() {
    let mut first = tree();
    let old = file(&mut first, "old", b"hello");
    let first_options = options(0);
    let first = plan(&first, &first_options).expect("a good plan");
    let at = u32::try_from(first.content_at(old) / 2048).expect("small");
    let mut medium = written(&first, &Witness::default(), 1);
    let start = u32::try_from(medium.len() / SECTOR).expect("small").next_multiple_of(32);
    medium.resize(usize::try_from(start).expect("small") * SECTOR, 0);

    let (tree, options) = (later(at), options(start));
    let second = plan(&tree, &options).expect("a good plan");
    let sessions = [
        streamed(&second, &Witness::default(), 2),
        through_a_pipe(&second, &Witness::default(), 0),
        in_place(&second, &Witness::default(), 2),
        written(&second, &Witness::default(), 1),
    ];
    let size = usize::try_from(Layout::size(&second)).expect("small");
    for session in &sessions {
        assert_eq!(session.len(), size);
        assert!(session == &sessions[0]);
    }
    // What is said of the size is that of the session (ECMA-119 8.4.8).
    let space = u32::from_le_bytes(sessions[0][16 * SECTOR + 80..][..4].try_into().expect("four bytes"));
    assert_eq!(usize::try_from(space).expect("small") * SECTOR, size);
    medium.extend_from_slice(&sessions[0]);

    let source = Memory(medium);
    let image = Image::open(&source, &image::Options::default()).expect("two sessions");
    assert_eq!(image.session_start(), u64::from(start));
    for (path, want) in [(&b"old"[..], &b"hello"[..]), (b"d/new", b"new"), (b"d/empty", b"")] {
        let entry = resolve(image.tree(), path, Follow::OnTheWay).expect("it is there").entry;
        let mut bytes = Vec::new();
        let mut content = Content::open(&source, &entry).expect("a good entry");
        content
            .copy(0..entry.size, &mut |part| {
                bytes.extend_from_slice(part);
                Ok(())
            })
            .expect("readable");
        assert_eq!(bytes, want);
    }
}

fn refusal<T>(planned: Result<T, Error>) -> String {
    planned.map(drop).expect_err("a refusal").to_string()
}

#[test]
fn what_cannot_be_of_a_later_session_is_refused() {
    let (tree, at) = (later(90), options(91));
    plan(&tree, &at).expect("it ends where the session begins");
    assert_eq!(
        refusal(plan(&tree, &options(90))),
        "a content of an earlier session ends at sector 91, but the image begins at sector 90"
    );
    let udf = udf::plan::Options { embed: false, ..udf::plan::Options::default() };
    assert_eq!(refusal(bridge::plan(&tree, &at, &udf)), "a volume with UDF can only begin with the medium");
    assert_eq!(
        refusal(hybrid::Volume::new(&tree, &at, None)),
        "a volume with partition tables can only begin with the medium"
    );
    let old = tree.file(tree.name(tree.find(b"old").expect("there")).file).content.expect("it has bytes");
    let entry = BootEntry { grub2_boot_info: true, ..BootEntry::new(platform::X86, old) };
    let boot = Some(Boot { catalog: None, entries: vec![entry] });
    assert_eq!(
        refusal(plan(&tree, &Options { boot, ..at })),
        "boot image 1 is in an earlier session: nothing can be patched into it"
    );
}
