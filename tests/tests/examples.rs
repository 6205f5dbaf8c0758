//! The examples of the manual pages, run as they stand there.

use isokit_tests::{peer, shell};
use std::path::{Path, PathBuf};

/// What the examples start from.
const STAGE: &str = r#"
mkdir -p debian/install.amd root/bin site kernel manual mirror tree/isolinux base/pool base/boot .deps
cp /bin/true debian/install.amd/vmlinuz
echo read me | tee debian/README.txt README.md manual/index.html site/index.html kernel/config > base/pool/a.txt
cp /bin/true root/bin/true
head -c 5000 /dev/zero | tee base/boot/loader.bin tree/isolinux/isolinux.bin > tree/bios.img
head -c 1440K /dev/zero > tree/efi.img
mkdir -p tree/boot tree/efi/microsoft/boot film/VIDEO_TS data
echo of | tee data/one > data/two
{ printf 'DVDVIDEO-VMG\0\0\0\3'; head -c 176 /dev/zero; printf '\0\0\0\0\0\0\0\1'; head -c 3896 /dev/zero; } |
  tee film/VIDEO_TS/VIDEO_TS.IFO > film/VIDEO_TS/VIDEO_TS.BUP
cp tree/bios.img tree/boot/etfsboot.com; cp tree/efi.img tree/efi/microsoft/boot/efisys.bin
isomk -o debian.iso --boot bios.img --boot efi.img,platform=efi tree debian
isomk -o base.iso base; isocat --tar base.iso | tar -x -C mirror
isomk -o disc.iso tree; cp disc.iso disc.img; cp disc.iso drive; head -c 307200 /dev/zero >> drive
xz -k disc.iso; gzip -k disc.img; zstd -q -o disk.img.zst disc.img
"#;

/// A page's examples, without roff's escapes.
fn examples(page: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(page).expect("the page is there");
    let plain = text.replace("\\-", "-").replace("\\e", "\\").replace("\\(aq", "'");
    let blocks = plain.split("\n.EX\n").skip(1);
    blocks.map(|block| block.split("\n.EE").next().unwrap_or_default().to_owned()).collect()
}

/// The script that runs an example: what it names that is nobody else's is put in its place.
fn script(example: &str, stage: &Path) -> String {
    let url = format!("file://{}/debian.iso", stage.display());
    let example = example.replace("/dev/sr0", "drive").replace(" URL", &format!(" {url}"));
    match example.starts_with("disc.iso:") {
        true => format!("printf '%s\\n' '{example}' > Makefile; make -B disc.iso; make -q disc.iso"),
        // isols takes no more than it needs; the program before it may call that a failure.
        false if example.contains("| isols") => format!("set +o pipefail; {example}"),
        false => example,
    }
}

#[test]
fn every_example_of_every_page_works() {
    if ["curl", "make", "file", "xz", "zstd"].into_iter().any(|program| peer(program).is_none()) {
        return;
    }
    let pages = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../man");
    for page in ["isols.in", "isocat.in", "isomk.in", "imgsum.in", "imgconv.in", "isokit.7"] {
        let examples = examples(&pages.join(page));
        assert!(examples.len() > 3, "{page} has examples");
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        for text in std::iter::once(STAGE.to_owned()).chain(examples) {
            let ended = shell(folder.path(), &format!("set -euo pipefail\n{}", script(&text, folder.path())));
            let said = String::from_utf8_lossy(&ended.stderr);
            assert!(ended.status.success(), "{page}:\n{text}\n{said}");
        }
    }
}
