//! Lists every path of an image with hadris-iso, by its fastest documented way: its readdir loop with its cache.

use hadris_fs::sync::FileSystem;
use hadris_fs::{DirCursor, FileType, MountOptions};
use hadris_iso::{CacheOptions, sync::IsoFs};
use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: rival IMAGE")?;
    let device = hadris_storage::host::FileDevice::open(path)?;
    let mut iso = IsoFs::mount(device, MountOptions::new())?.with_cache(CacheOptions::new());
    let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let root = iso.root();
    let mut pending = vec![(root, Vec::new())];
    while let Some((directory, path)) = pending.pop() {
        let mut cursor = DirCursor::START;
        while let Some(entry) = iso.readdir(directory, cursor)? {
            cursor = entry.next_cursor();
            let mut inside = path.clone();
            inside.push(b'/');
            inside.extend_from_slice(entry.name().as_bytes());
            out.write_all(&inside)?;
            out.write_all(b"\n")?;
            if entry.metadata().file_type() == FileType::Dir {
                pending.push((entry.node(), inside));
            }
        }
    }
    out.flush()?;
    Ok(())
}
