//! The Linux kernel as a witness: in an emulator it mounts images read-only and says what it sees, or mounts them
//! writable and fills them. `cargo xtask kernel` makes the kernel and its initial file system.

use crate::{Reading, Seen, Tree};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An image that a virtual machine gets as a disk, and what the kernel is to do with it.
#[derive(Debug, Clone)]
pub struct Disk {
    /// The file; it is padded to whole sectors before the machine has it.
    pub image: PathBuf,
    /// A file system type to mount it as, read-only (`iso9660`, `udf`, `vfat`), mount options after a plus sign, separated by
    /// colons (`iso9660+norock`); or `fill.PROFILE`: mounted as UDF, writable, and filled by that script.
    pub job: String,
}

/// What the kernel of the virtual machine told of a disk.
#[derive(Debug, Clone)]
pub struct Report {
    /// What the kernel sees, after it has filled the disk.
    pub listing: Reading,
    /// What the filling said: `read-only` when the kernel would not write, errors of its commands.
    pub said: Vec<String>,
}

/// Disks a virtual machine gets at once: it names them with one letter each.
const AT_ONCE: usize = 24;

/// Does every job, in as many boots as they need.
///
/// # Errors
/// When there is no emulator or no kernel, or the kernel did not come to its end.
pub fn run(kernel: &Path, disks: &[Disk]) -> Result<Vec<Report>, String> {
    let mut reports = Vec::new();
    for disks in disks.chunks(AT_ONCE) {
        // An emulator on a busy machine may lose its first boot; nothing was written when nothing was reported.
        let again = |Failure { words, begun }| {
            if begun { Err(words) } else { boot(kernel, disks).map_err(|f| f.words) }
        };
        reports.extend(boot(kernel, disks).or_else(again)?);
    }
    Ok(reports)
}

/// Why a boot did not come to its end, and whether it had begun with a disk.
struct Failure {
    words: String,
    begun: bool,
}

impl From<String> for Failure {
    fn from(words: String) -> Self {
        Self { words, begun: true }
    }
}

fn boot(kernel: &Path, disks: &[Disk]) -> Result<Vec<Report>, Failure> {
    let scratch = tempfile::tempdir().map_err(|error| format!("a temporary folder: {error}"))?;
    let listing = scratch.path().join("listing");
    let jobs: Vec<&str> = disks.iter().map(|disk| disk.job.as_str()).collect();
    let mut emulator = Command::new("timeout");
    emulator.args(["900", "qemu-system-x86_64", "-accel", "tcg", "-m", "512", "-display", "none"]);
    emulator.args(["-monitor", "none", "-no-reboot", "-nic", "none"]);
    let console = scratch.path().join("console");
    emulator.arg("-serial").arg(format!("file:{}", console.display()));
    // The same clock for every run: what the kernel writes bears its times.
    emulator.args(["-rtc", "base=2024-02-29T12:00:00,clock=vm"]);
    emulator.arg("-serial").arg(format!("file:{}", listing.display()));
    emulator.arg("-kernel").arg(kernel.join("vmlinuz")).arg("-initrd").arg(kernel.join("initramfs"));
    emulator.arg("-append").arg(format!("console=ttyS0 quiet panic=-1 isokit.jobs={}", jobs.join(",")));
    for (number, disk) in disks.iter().enumerate() {
        let fills = disk.job.starts_with("fill.");
        let image = if fills { disk.image.clone() } else { padded(&disk.image, scratch.path(), number)? };
        let image = image.display().to_string().replace(',', ",,");
        let access = if fills { "cache=unsafe" } else { "readonly=on" };
        emulator.arg("-drive").arg(format!("file={image},if=virtio,format=raw,{access}"));
    }
    let status = emulator.stdin(Stdio::null()).status();
    let status = status.map_err(|error| format!("qemu-system-x86_64: {error}"))?;
    let text = std::fs::read(&listing).map_err(|error| format!("the kernel's listing: {error}"))?;
    let text = String::from_utf8_lossy(&text);
    let reports: Vec<Report> = text.split("@@disk ").skip(1).map(parse).collect();
    if !status.success() || reports.len() != disks.len() {
        let console = std::fs::read(&console).unwrap_or_default();
        let tail: Vec<String> = String::from_utf8_lossy(&console).lines().map(str::to_owned).collect();
        let tail = tail.get(tail.len().saturating_sub(30)..).unwrap_or_default().join("\n");
        let words = format!(
            "the emulator ended with {status} after {} of {} disks: {tail}",
            reports.len(),
            disks.len()
        );
        return Err(Failure { words, begun: !reports.is_empty() });
    }
    Ok(reports)
}

/// Whole sectors of 2048 bytes, or the driver cannot read the last one.
fn padded(image: &Path, scratch: &Path, number: usize) -> Result<PathBuf, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", image.display());
    let size = std::fs::metadata(image).map_err(failed)?.len();
    if size.is_multiple_of(2048) && size > 0 {
        return Ok(image.to_owned());
    }
    let copy = scratch.join(format!("disk{number}"));
    std::fs::copy(image, &copy).map_err(failed)?;
    let disk = std::fs::OpenOptions::new().write(true).open(&copy).map_err(failed)?;
    disk.set_len(size.next_multiple_of(2048).max(2048)).map_err(failed)?;
    Ok(copy)
}

fn parse(text: &str) -> Report {
    let body = text.split("\n@@end").next().unwrap_or_default();
    let said = body.lines().filter_map(|line| line.strip_prefix("@@said ")).map(str::to_owned).collect();
    if body.contains("\n@@failed") {
        let words =
            body.lines().skip(1).filter(|line| !line.starts_with("@@")).collect::<Vec<_>>().join("; ");
        return Report { listing: Err(words), said };
    }
    let mut tree = Tree::new();
    for line in body.lines().skip(1) {
        if let Some(link) = line.strip_prefix("@ link|") {
            let (target, name) = link.split_once("|./").unwrap_or_default();
            tree.entry(name.to_owned()).or_default().content = target.to_owned();
        } else if let Some(fields) = line.strip_prefix("@ ") {
            let fields: Vec<&str> = fields.splitn(9, '|').collect();
            if let [mode, kind, links, owner, size, modified, time, device, name] = fields[..] {
                let entry = tree.entry(name.trim_start_matches("./").to_owned()).or_default();
                let content = std::mem::take(&mut entry.content);
                let fraction = time.split_once('.').map_or("", |(_, digits)| digits);
                *entry = Seen {
                    mode: mode.into(),
                    kind: kind.trim_start_matches("regular empty ").into(),
                    links: links.into(),
                    owner: owner.into(),
                    size: size.into(),
                    modified: modified.into(),
                    fraction: fraction.get(..9).unwrap_or_default().into(),
                    device: device.into(),
                    content,
                };
                if entry.kind == "file" {
                    entry.kind = "regular file".into();
                }
            }
        } else if let Some((digest, name)) = line.split_once("  ./").filter(|(digest, _)| digest.len() == 64)
        {
            // What cannot be printed in a line is escaped by sha256sum(1), not by stat(1): such names are not used.
            tree.entry(name.to_owned()).or_default().content = digest.to_owned();
        }
    }
    Report { listing: Ok(tree), said }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_read_with_what_the_filling_said() {
        let text = "a fill.some\n@@said touch: no room\n\
                    @ 644|regular empty file|1|0:0|0|7|1970-01-01 00:00:07.500000000|0,0|./a|b\n\
                    @ 777|symbolic link|1|0:0|4|7|1970-01-01 00:00:07.000000000|0,0|./l\n@ link|to|./l\n\n@@end\n";
        let report = parse(text);
        assert_eq!(report.said, ["touch: no room"]);
        let tree = report.listing.expect("it was mounted");
        assert_eq!(tree["a|b"].kind, "regular file");
        assert_eq!(tree["a|b"].fraction, "500000000");
        assert_eq!(tree["l"].content, "to");
    }

    #[test]
    fn a_refusal_is_told_in_the_kernels_words() {
        let report =
            parse("a udf\nmount: mounting /dev/vda on /m failed: Invalid argument\n@@failed\n@@end\n");
        assert_eq!(report.listing, Err("mount: mounting /dev/vda on /m failed: Invalid argument".into()));
    }
}
