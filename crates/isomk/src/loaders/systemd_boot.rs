//! systemd-boot, which boots by UEFI and reads from the volume it was loaded from alone: the kernels that its entries name have to be
//! there as well.

use super::efi::{Efi, PROGRAMS};
use super::lacking;
use super::tree::Tree;
use crate::request::Booting;
use isokit_cli::name::shown;
use isokit_cli::{Failure, Report};

/// What an entry names files by (UAPI.1, Boot Loader Specification).
const KEYS: [&str; 6] = ["linux", "initrd", "efi", "uki", "devicetree", "devicetree-overlay"];

/// # Errors
/// When it is not there, and those of reading its entries.
pub(super) fn needs(tree: &Tree<'_>, report: &Report) -> Result<Booting, Failure> {
    let Some(Efi::Programs(mut paths)) = Efi::programs(tree) else {
        return Err(lacking("systemd-boot", PROGRAMS));
    };
    paths.extend(tree.directory("loader"));
    for entry in tree.within("loader/entries").iter().filter(|path| path.ends_with(b".conf")) {
        let text = tree.text(entry)?;
        for path in named(&String::from_utf8_lossy(&text)) {
            match tree.first(&[path.trim_start_matches('/')]) {
                Some(found) if !paths.contains(&found) => paths.push(found),
                Some(_) => {}
                None => {
                    let sentence = format!("names {}, which is no file of the image", shown(path.as_bytes()));
                    report.warning(shown(entry), sentence);
                }
            }
        }
    }
    let mut booting = Booting::default();
    Efi::Programs(paths).boot(false, &mut booting);
    Ok(booting)
}

/// The paths that an entry names.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.trim().split_once(char::is_whitespace)).flat_map(|(key, values)| {
        let is_path = KEYS.contains(&key);
        values.split_whitespace().filter(move |_| is_path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_names_kernels_and_what_goes_with_them() {
        let text = "title Linux\nlinux /vmlinuz\n  initrd\t/a.img\ninitrd /b.img /c.img\noptions root=/dev/sda\n#linux /x\n";
        assert_eq!(named(text).collect::<Vec<_>>(), ["/vmlinuz", "/a.img", "/b.img", "/c.img"]);
    }
}
