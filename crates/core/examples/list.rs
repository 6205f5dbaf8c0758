//! Lists an image, with the kind, size and path of everything in it:
//!
//!     cargo run -p isokit-core --example list -- disc.iso

use isokit_core::Error;
use isokit_core::image::{Opened, Options};
use isokit_core::source::File;
use isokit_core::tree::walk::each;
use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let image = std::env::args_os().nth(1).ok_or("usage: list IMAGE")?;
    let opened = Opened::new(File::open(image)?, &Options::default())?;
    let mut out = std::io::stdout().lock();
    each(opened.image().tree(), |path, entry| {
        let (kind, size) = (entry.kind.letter(), entry.size);
        writeln!(out, "{kind} {size:10} {}", path.escape_ascii()).map_err(|error| Error::io("write", error))
    })?;
    Ok(())
}
