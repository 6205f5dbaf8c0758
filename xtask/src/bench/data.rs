//! The data of the benchmarks: made once, in `target/bench`, the same on every machine.

use crate::run::{bash, say, target};
use std::path::PathBuf;

/// Makes what is missing. Names: `linux/` (84,000 entries, 1.3 GB), `large/` (three files, 0.6 to 2.2 GB), `million/`
/// (1,000,000 empty and tiny files), `wide/` (100,000 files in one directory), their images, `installer.iso` (1.4 GB, of xorriso, which
/// boots as a disk, too), `text.tar` (0.5 GB).
const RECIPES: &[(&str, &str)] = &[
    (
        "linux",
        "mkdir linux.part && tar -xf /usr/src/linux-source-6.1.tar.xz -C linux.part --strip-components=1",
    ),
    (
        "large",
        "mkdir large.part; i=0; for size in 600 1300 2200; do i=$((i+1)); \
         openssl enc -aes-128-ctr -pass pass:$i -nosalt -pbkdf2 </dev/zero 2>/dev/null \
         | head -c ${size}M > large.part/file$i.bin || true; done",
    ),
    (
        "million",
        "python3 -c 'import os\n\
         for d in range(1000):\n\
         \x20 p = f\"million.part/dir{d:03}\"; os.makedirs(p)\n\
         \x20 for f in range(1000):\n\
         \x20  with open(f\"{p}/file{f:03}.txt\", \"wb\") as o:\n\
         \x20   f % 10 == 0 and o.write(b\"%d %d\\n\" % (d, f))'",
    ),
    (
        "wide",
        "python3 -c 'import os\n\
         os.makedirs(\"wide.part\")\n\
         for f in range(100000):\n\
         \x20 open(f\"wide.part/file number {f:06}.txt\", \"wb\").close()'",
    ),
    ("linux.iso", "isomk -V LINUX -o linux.iso.part linux"),
    ("large.iso", "isomk -V LARGE -o large.iso.part large"),
    ("million.iso", "isomk -V MILLION -o million.iso.part million"),
    ("linux.udf.iso", "isomk -q --udf -V LINUX -o linux.udf.iso.part linux"),
    ("large.udf", "isomk --format udf -V LARGE -o large.udf.part large"),
    ("wide.udf", "isomk --format udf -V WIDE -o wide.udf.part wide"),
    ("wide.iso", "isomk -V WIDE -o wide.iso.part wide"),
    (
        "installer.iso",
        "xorriso -as mkisofs -quiet -R -J -joliet-long -V INSTALLER -o installer.iso.part \
         -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin -b isolinux/isolinux.bin -c isolinux/boot.cat \
         -no-emul-boot -boot-load-size 4 -boot-info-table -graft-points \
         live/filesystem.squashfs=large/file2.bin pool=linux/drivers/net \
         isolinux/isolinux.bin=/usr/lib/ISOLINUX/isolinux.bin 2>/dev/null",
    ),
    (
        "text.tar",
        "tar -cf - -C linux drivers/gpu drivers/net fs kernel mm | head -c 512M > text.tar.part || true",
    ),
    ("text.tar.gz", "gzip -6 -n < text.tar > text.tar.gz.part"),
    ("text.tar.zst", "zstd -q -3 < text.tar > text.tar.zst.part"),
    ("small.tar", "head -c 128M text.tar > small.tar.part"),
    ("small.tar.xz", "xz -6 -T2 --block-size=16MiB < small.tar > small.tar.xz.part"),
];

/// The folder of the data, with everything in it that `lines` name.
pub(super) fn prepare<'a>(lines: impl Iterator<Item = &'a str>) -> Result<PathBuf, String> {
    let mut wanted: Vec<&str> = lines.flat_map(words).collect();
    // What is made of something stands behind it.
    for (name, recipe) in RECIPES.iter().rev() {
        if wanted.contains(name) {
            wanted.extend(words(recipe));
        }
    }
    let folder = target().join("bench");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for (name, recipe) in RECIPES.iter().filter(|(name, _)| wanted.contains(name)) {
        if !folder.join(name).exists() {
            say(&format!("making {}", folder.join(name).display()));
            let tools = target().join("release");
            let script = format!(
                "PATH={}:$PATH; rm -rf {name}.part; {recipe}\nmv {name}.part {name}",
                tools.display()
            );
            bash(&script, &folder)?;
        }
    }
    Ok(folder)
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| c.is_whitespace() || "=/".contains(c))
}
