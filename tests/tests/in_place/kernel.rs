//! Images that were changed in place, as Linux mounts them.

use isokit_tests::{Workshop, kernel, peer};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Makes `NAME.iso` of `tree`, and changes it.
const MAKE: &str = "mkdir -p tree/d; truncate -s 4300M tree/big; echo end | dd of=tree/big bs=1M seek=4200 conv=notrunc status=none
    seq 1 3000 > tree/a; echo set timeout=0 > tree/d/grub.cfg; seq 7 800 > a; seq 1 30 > cfg; seq 1 9000 > large
    change() { isomk --base $1 --in-place --replace a=a --replace d/grub.cfg=cfg; }
    isomk -o large.iso --udf tree; change large.iso; isomk --base large.iso --in-place --replace big=large
    rm tree/big; isomk -o both.iso --udf tree; change both.iso; isomk -o udf.iso --format udf tree; change udf.iso
    isomk -o newest.iso --format udf --udf=2.60 tree; change newest.iso";

/// The second extent of a file that had two is not needed any more; Linux looks at both, and at as many blocks of the first as are
/// whole.
#[test]
fn linux_reads_what_was_changed() {
    let workshop = Workshop::new(MAKE);
    let mut images = vec![
        ("large.iso", "iso9660"),
        ("large.iso", "iso9660+norock"),
        ("large.iso", "udf"),
        ("both.iso", "iso9660"),
        ("both.iso", "udf"),
        ("udf.iso", "udf"),
        ("newest.iso", "udf"),
    ];
    if peer("xorriso").is_some() {
        workshop.shell(
            "xorriso -as mkisofs -quiet -R -J -partition_offset 16 -o part.iso tree 2> /dev/null
            isomk --base part.iso --in-place --replace a=a --replace d/grub.cfg=cfg; dd if=part.iso of=second.iso bs=2048 skip=16 status=none",
        );
        images.extend([("part.iso", "iso9660"), ("second.iso", "iso9660")]);
    }
    let paths: Vec<_> = images.iter().map(|(name, _)| workshop.path(name)).collect();
    let jobs: Vec<(&Path, &str)> =
        paths.iter().zip(&images).map(|(path, (_, kind))| (path.as_path(), *kind)).collect();
    let Some(listings) = kernel::listings(&jobs) else { return };
    for ((name, kind), listing) in images.iter().zip(listings) {
        let listing = listing.unwrap_or_else(|error| panic!("{name}: {kind}: {error}"));
        let mut wanted = vec![("a", "a"), ("d/grub.cfg", "cfg")];
        wanted.extend(name.starts_with("large").then_some(("big", "large")));
        for (path, file) in wanted {
            let sum = Sha256::digest(workshop.read(file));
            let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
            let seen = listing.get(path).unwrap_or_else(|| panic!("{name}: {kind}: {path}: {listing:?}"));
            assert_eq!(seen.content, sum, "{name}: {kind}: {path}");
        }
    }
}
