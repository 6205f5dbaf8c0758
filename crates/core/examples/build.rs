//! Builds an image from memory, twice: into a `Vec`, and into a file.
//!
//!     cargo run -p isokit-core --example build -- new.iso

use isokit_core::fill::{Bytes, Strict, fill_in_place, write_all};
use isokit_core::iso9660::plan::{Options, plan};
use isokit_core::tree::build::{Build, File};
use isokit_core::tree::{Kind, Time};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: build IMAGE")?;

    // Nothing here asks the clock: the same tree gives the same image.
    let time = Time { seconds: 1_700_000_000, nanoseconds: 0 };
    let (directory, file) = (File::new(Kind::Directory, 0o755, time), File::new(Kind::File, 0o644, time));
    let link = File { link: b"etc/motd", ..File::new(Kind::Symlink, 0o777, time) };
    let mut tree = Build::new(&directory)?;
    tree.put_bytes("etc/motd", &file, "Welcome.\n")?;
    tree.put_bytes("etc/issue", &file, "isokit\n")?;
    tree.put("var/empty", &directory)?;
    tree.put("motd", &link)?;

    // Every byte has its place before the first is written.
    let mut options = Options::default();
    options.identifiers.volume = "EXAMPLE".into();
    let plan = plan(&tree, &options)?;

    // In order, into anything that writes.
    let mut image = Vec::new();
    write_all(&plan, &Bytes, &mut image)?;

    // In place and by two threads, into a regular file.
    let strict = Strict::default();
    fill_in_place(&plan, &Bytes, &strict, 2, &std::fs::File::create(&path)?, 0)?;
    strict.end(&plan)?;
    assert!(image == std::fs::read(&path)?, "both ways give the same bytes");
    Ok(())
}
