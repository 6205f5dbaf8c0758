//! The Linux kernel as a witness: mounts images read-only in an emulator and says what it sees.

use crate::{peer, skip};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// What the kernel sees of one name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// `st_mode`'s permission bits, as `stat` prints them (octal).
    pub mode: String,
    /// `regular file`, `directory`, `symbolic link`, ... as `stat` names it.
    pub kind: String,
    /// Hard links.
    pub links: String,
    /// `uid:gid`.
    pub owner: String,
    /// Bytes.
    pub size: String,
    /// Seconds since 1970.
    pub modified: String,
    /// `major,minor`, hexadecimal.
    pub device: String,
    /// SHA-256 of a regular file, target of a symbolic link.
    pub content: String,
}

/// A mounted image: path without leading slash, and what is there. An error when the kernel refused to mount it.
pub type Listing = Result<BTreeMap<String, Seen>, String>;

/// Mounts each image as its file system type (`iso9660`, `udf`; mount options after a plus sign, `iso9660+norock`)
/// and lists it. `None` when there is no emulator or kernel (`cargo xtask kernel`).
///
/// # Panics
/// When the emulator runs and its output makes no sense, or when it is missing and peers are required.
pub fn listings(images: &[(&Path, &str)]) -> Option<Vec<Listing>> {
    let folder: PathBuf = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/kernel");
    if !folder.join("initramfs").exists() {
        skip("there is no kernel to mount with (cargo xtask kernel)");
        return None;
    }
    let mut emulator = peer("qemu-system-x86_64")?;
    let scratch = tempfile::tempdir().expect("a temporary folder can be made");
    let listing = scratch.path().join("listing");
    let types: Vec<&str> = images.iter().map(|(_, kind)| *kind).collect();
    emulator.args(["-accel", "tcg", "-m", "512", "-display", "none", "-monitor", "none", "-no-reboot"]);
    emulator.args(["-nic", "none", "-serial", "null"]);
    emulator.arg("-serial").arg(format!("file:{}", listing.display()));
    emulator.arg("-kernel").arg(folder.join("vmlinuz")).arg("-initrd").arg(folder.join("initramfs"));
    emulator.arg("-append").arg(format!("console=ttyS0 quiet panic=-1 isokit.types={}", types.join(",")));
    for (number, (image, _)) in images.iter().enumerate() {
        // Whole sectors of 2048 bytes, or the driver cannot read the last one.
        let copy = scratch.path().join(format!("disk{number}"));
        std::fs::copy(image, &copy).expect("an image can be copied");
        let disk = std::fs::OpenOptions::new().write(true).open(&copy).expect("a copy can be opened");
        let size = disk.metadata().expect("a file has a size").len();
        disk.set_len(size.next_multiple_of(2048)).expect("a copy can be padded");
        emulator.arg("-drive").arg(format!("file={},if=virtio,format=raw,readonly=on", copy.display()));
    }
    let status = emulator.stdin(Stdio::null()).status().expect("the emulator can be started");
    assert!(status.success(), "the emulator ended with {status}");
    let text = std::fs::read_to_string(&listing).expect("the emulator wrote a listing");
    let disks: Vec<Listing> = text.split("@@disk ").skip(1).map(parse).collect();
    assert_eq!(disks.len(), images.len(), "the kernel listed every disk:\n{text}");
    Some(disks)
}

fn parse(text: &str) -> Listing {
    let body = text.split("@@end").next().unwrap_or_default();
    if body.contains("@@failed") {
        return Err(body.lines().skip(1).collect::<Vec<_>>().join("; "));
    }
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for line in body.lines().skip(1) {
        if let Some(link) = line.strip_prefix("@ link|") {
            let (target, name) = link.split_once("|./").unwrap_or_default();
            seen.entry(name.to_owned()).or_default().content = target.to_owned();
        } else if let Some(fields) = line.strip_prefix("@ ") {
            let fields: Vec<&str> = fields.splitn(8, '|').collect();
            if let [mode, kind, links, owner, size, modified, device, name] = fields[..] {
                let entry = seen.entry(name.trim_start_matches("./").to_owned()).or_default();
                let content = std::mem::take(&mut entry.content);
                *entry = Seen {
                    mode: mode.into(),
                    kind: kind.into(),
                    links: links.into(),
                    owner: owner.into(),
                    size: size.into(),
                    modified: modified.into(),
                    device: device.into(),
                    content,
                };
            }
        } else if let Some((digest, name)) = line.split_once("  ./") {
            seen.entry(name.to_owned()).or_default().content = digest.to_owned();
        }
    }
    Ok(seen)
}
