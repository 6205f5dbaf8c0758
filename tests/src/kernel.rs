//! The Linux kernel as a witness: mounts images read-only in an emulator and says what it sees.

use crate::{peer, skip};
use isokit_witness::emulator::{Disk, Report, run};
pub use isokit_witness::{Reading, Seen};
use std::path::{Path, PathBuf};

/// Mounts each image as its file system type (`iso9660`, `udf`, `vfat`; mount options after a plus sign, `iso9660+norock`)
/// and lists it. `None` when there is no emulator or kernel (`cargo xtask kernel`).
///
/// # Panics
/// When the emulator runs and its output makes no sense, or when it is missing and peers are required.
pub fn listings(images: &[(&Path, &str)]) -> Option<Vec<Reading>> {
    let disks: Vec<Disk> =
        images.iter().map(|(image, job)| Disk { image: image.into(), job: (*job).into() }).collect();
    Some(reports(&disks)?.into_iter().map(|report| report.listing).collect())
}

/// Does what each disk asks for, filling included. `None` as [`listings`].
///
/// # Panics
/// As [`listings`].
pub fn reports(disks: &[Disk]) -> Option<Vec<Report>> {
    let folder: PathBuf = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/kernel");
    if !folder.join("initramfs").exists() {
        skip("there is no kernel to mount with (cargo xtask kernel)");
        return None;
    }
    peer("qemu-system-x86_64")?;
    Some(run(&folder, disks).expect("the kernel comes to its end"))
}
