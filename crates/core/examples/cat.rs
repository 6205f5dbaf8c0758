//! Writes one file of an image to standard output:
//!
//!     cargo run -p isokit-core --example cat -- disc.iso /etc/motd

use isokit_core::image::{Opened, Options};
use isokit_core::source::File;
use isokit_core::tree::Kind;
use isokit_core::tree::content::Content;
use isokit_core::tree::resolve::{Follow, resolve};
use std::os::unix::ffi::OsStrExt;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(image), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("usage: cat IMAGE PATH".into());
    };
    let opened = Opened::new(File::open(image)?, &Options::default())?;
    let found = resolve(opened.image().tree(), path.as_bytes(), Follow::All)?;
    if found.entry.kind != Kind::File {
        return Err("not a regular file".into());
    }
    Content::open(opened.source(), &found.entry)?.write_to(&mut std::io::stdout().lock())?;
    Ok(())
}
