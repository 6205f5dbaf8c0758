//! Fuzzing: one target a structure, one a whole reader, with the corpus as seeds.

use crate::run::{bash, cargo, command, complain, installed, required, root, say, target};
use crate::{Outcome, udf_seeds};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Seeds larger than this teach a fuzzer nothing but patience.
const LARGEST_SEED: u64 = 1 << 20;

/// Images larger than this are not looked into for a piece of them.
const LARGEST_IMAGE: u64 = 64 << 20;

/// `[TARGET [SECONDS]]`; without a target every one, 600 seconds each. The log goes to `fuzz/log/`. `--check`: see [`check`].
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if arguments.first().is_some_and(|argument| argument == "--check") {
        return check();
    }
    if !installed("cargo-fuzz") {
        command(Command::new("cargo").args(["install", "--quiet", "cargo-fuzz"]))?;
    }
    let wanted = arguments.first().map(String::as_str);
    let seconds = arguments.get(1).map_or("600", String::as_str);
    for name in targets()? {
        if wanted.is_some_and(|wanted| wanted != name) {
            continue;
        }
        say(&format!("fuzzing {name} for {seconds} s"));
        let seeds = root().join("fuzz/corpus").join(&name);
        seed(&name, &seeds)?;
        let longest = match of_pieces(&name) {
            true if name.starts_with("udf_") => udf_seeds::LONGEST,
            true => 16 << 10,
            false => LARGEST_SEED,
        };
        // cargo-fuzz wants unstable compiler flags; RUSTC_BOOTSTRAP lets the stable compiler take them.
        let script = format!(
            "mkdir -p fuzz/log; RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none {name} -- \
             -max_total_time={seconds} -timeout=30 -rss_limit_mb=2048 -max_len={longest} -print_final_stats=1 \
             > fuzz/log/{name}.full 2>&1 || {{ tail -n 40 fuzz/log/{name}.full; exit 1; }}; \
             grep -E '^(stat::|Done|#[0-9]+.*DONE)' fuzz/log/{name}.full | tee fuzz/log/{name}.txt; \
             rm fuzz/log/{name}.full"
        );
        bash(&script, &root())?;
    }
    Ok(())
}

/// Compiles the targets, which the workspace does not, so that a change of what they call is noticed. Linking them takes a C++
/// compiler and is left out. Where the crates that only they use cannot be fetched, they are skipped.
pub(crate) fn check() -> Outcome {
    const FUZZ: &[&str] = &["--quiet", "--locked", "--manifest-path", "fuzz/Cargo.toml"];
    let cargo_program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let fetched = Command::new(cargo_program).arg("fetch").args(FUZZ).current_dir(root()).output();
    let fetched = fetched.map_err(|error| format!("cargo fetch: {error}"))?;
    let why = String::from_utf8_lossy(&fetched.stderr).into_owned();
    let is_stale = why.contains("--locked");
    if !fetched.status.success() && !is_stale && !required() {
        complain("SKIPPED: the crates that fuzz targets use cannot be fetched");
        return Ok(());
    }
    let target = target().display().to_string();
    let compile = [&["clippy"], FUZZ, &["--no-default-features", "--target-dir", &target]].concat();
    cargo(&[&compile[..], &["--", "-D", "warnings"]].concat())
}

/// Archives in the forms that GNU tar writes, of files with more extents than a header has room for.
const TAR_SEEDS: &str = "work=$(mktemp -d); trap 'rm -r \"$work\"' EXIT; cd \"$work\"; mkdir tree
    echo 1 > tree/a; ln tree/a tree/b; ln -s a tree/c; mkfifo tree/d; : > tree/$(printf 'n%.0s' $(seq 150))
    for n in 1 3 28; do for i in $(seq $n); do
        echo $i | dd of=tree/s$n bs=512 seek=$((i * 3)) conv=notrunc status=none; done; truncate -s 65000 tree/s$n; done
    truncate -s 30G tree/hole
    for way in gnu 'posix --sparse-version=0.0' 'posix --sparse-version=0.1' 'posix --sparse-version=1.0' ustar v7; do
        sparse='--sparse --hole-detection=raw'; case $way in ustar | v7) sparse=--exclude=hole;; esac
        tar $sparse --format=$way -C tree --exclude=hole -cf \"$seeds/seed-tar-${way##*[= ]}\" . 2> /dev/null || true; done
    tar --sparse -C tree -cf \"$seeds/seed-tar-hole\" hole";

/// Lists in the forms of coreutils, of files with odd names.
const LIST_SEEDS: &str = "work=$(mktemp -d); trap 'rm -r \"$work\"' EXIT; cd \"$work\"
    for name in a ' b' '*c' 'd)' $'e\\nf' 'g\\h' 'i = j) = k'; do echo 1 > \"$name\"; done
    for sum in md5 sha1 sha224 sha256 sha384 sha512 b2; do for how in -b -t --tag -z; do
        ${sum}sum $how -- * > \"$seeds/seed-$sum$how\"; done; done";

/// Lists as debian-cd makes them.
const JIGDO_SEEDS: &str = "for sum in md5 sha256; do for size in 3 123456789012; do \
        for path in /mirror/pool/a.deb a '/b  c'; do \
            printf '%s  %12d  %s\\n' \"$(${sum}sum <<< \"$path\" | cut -d ' ' -f 1)\" $size \"$path\"; \
        done; done > \"$seeds/seed-$sum\"; done";

/// Command lines of mkisofs, one word a line.
const WORD_SEEDS: &str = "n=0; for words in 'genisoimage -JRV X -b a -no-emul-boot -iso-lev 3 -hide x d' \
    'xorriso -no_rc -as mkisofs -r --sort-weight 1 /a -append_partition 2 0xef f -o x d -- -volid X' \
    'xorrisofs --modification-date=2024010203040500 -eltorito-platform efi -e b -graft-points a=b' \
    'mkisofs -VX -udf -m */a -dir-mode 0755 -uid 0 d' \
    'xorrisofs -jigdo-jigdo j -jigdo-template t -checksum-list l -jigdo-checksum-algorithm sha256 -jigdo-map A=/b/ \
     -jigdo-exclude ^a\\(b*\\|[[:alpha:]x-z]\\{1,2\\}\\)$ -jigdo-force-md5 /pool/ -jigdo-min-file-size 2k d' \
    'xorriso -outdev stdio:o -map d / -boot_image any bin_path=/b -boot_image any next -boot_image any efi_path=/e \
     -boot_image isolinux system_area=m -boot_image any partition_entry=gpt_basdat -boot_image any cat_path=/c' \
    'xorriso -outdev o -map d / -boot_image grub grub2_mbr=--interval:local_fs:0s-15s:zero_mbrpt,zero_gpt,440-443:i \
     -boot_image any efi_path=--interval:appended_partition_2_start_9s_size_8d:all:: -boot_image any load_size=2048 \
     -append_partition 2 0xef e -boot_image any appended_part_as=gpt -boot_image any partition_offset=16' \
    'xorrisofs -G --interval:local_fs:0s-15s:zero_apm:i -e --interval:appended_partition_3:all:: \
     -append_partition 3 C12A7328-F81F-11D2-BA4B-00A0C93EC93B --interval:local_fs:544d-4k::i d -- -volume_date uuid 2024010203040500' \
    'xorriso -volid X -chmod 0755 / -- -compliance no_emul_toc:iso_9660_level=3 -padding 0 -hardlinks on -xattr user' \
    'xorriso -indev i -osirrox on:x -find / -name *.a -type f -- -concat append - /a /b -- -report_el_torito as_mkisofs'; do
        n=$((n + 1)); tr ' ' '\\n' <<< \"$words\" > \"$seeds/seed-words-$n\"; done";

/// A journal of one part of four bytes, and one of zeros.
const JOURNAL_SEEDS: &str = "number() { printf '%b' \"\\\\x$1\"; head -c 7 /dev/zero; }
    for kind in 0 1; do
        { printf 'isomk journal\\r\\n\\032'; number 1; number $(printf %x $((140 - 4 * kind))); number 7f; number 1; head -c 32 /dev/zero
        number 10; number 4; number $kind; test $kind = 1 || echo new; head -c 32 /dev/zero; } > \"$seeds/seed-$kind\"; done";

/// The targets: the files in `fuzz/src/bin`.
fn targets() -> Result<Vec<String>, String> {
    let folder = root().join("fuzz/src/bin");
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| Some(entry.path().file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok(names)
}

/// Copies the images of the corpus and those that `images udf` makes, as far as they are small enough.
fn seed(name: &str, seeds: &Path) -> Outcome {
    std::fs::create_dir_all(seeds).map_err(|error| format!("{}: {error}", seeds.display()))?;
    let corpus = std::env::var_os("ISOKIT_CORPUS").map_or_else(|| target().join("corpus"), PathBuf::from);
    let mut pending = Vec::new();
    let make = |script: &str| bash(&format!("seeds='{}'; {script}", seeds.display()), &root());
    match name {
        "tar_archive" => make(TAR_SEEDS)?,
        "checksum_list" => make(LIST_SEEDS)?,
        "jigdo_list" => make(JIGDO_SEEDS)?,
        "mkisofs_words" => make(WORD_SEEDS)?,
        "journal" => make(JOURNAL_SEEDS)?,
        _ => pending.extend([corpus, target().join("udf")]),
    }
    let mut count = 0_u32;
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let Ok(about) = entry.metadata() else { continue };
            if about.is_dir() {
                if path.file_name().is_none_or(|name| name != "EXPECTED") {
                    pending.push(path);
                }
            } else if about.is_file()
                && about.len() <= if of_pieces(name) { LARGEST_IMAGE } else { LARGEST_SEED }
            {
                count = count.saturating_add(1);
                let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                let to = seeds.join(format!("seed-{count:04}"));
                std::fs::write(
                    &to,
                    udf_seeds::piece(name, &bytes).as_deref().unwrap_or_else(|| piece(name, &bytes)),
                )
                .map_err(|error| format!("{}: {error}", to.display()))?;
            }
        }
    }
    say(&format!("{count} seeds"));
    Ok(())
}

/// Whether a target is given pieces of images as seeds, not whole ones.
fn of_pieces(target: &str) -> bool {
    matches!(target, "boot_catalog" | "directory" | "joliet_directory") || target.starts_with("udf_")
}

/// The part of an image that a target is about: a directory or a boot catalog, else all of it.
fn piece<'a>(target: &str, image: &'a [u8]) -> &'a [u8] {
    // Where a descriptor of this type names the block: El Torito figure 7, ECMA-119 8.4.18 and 9.1.3.
    let (wanted, field) = match target {
        "boot_catalog" => (0, 71..75),
        "directory" => (1, 158..162),
        "joliet_directory" => (2, 158..162),
        _ => return image,
    };
    for sector in 16..32_usize {
        let descriptor = image.get(sector * 2048..(sector + 1) * 2048).unwrap_or_default();
        if descriptor.first() == Some(&wanted) && descriptor.get(1..6) == Some(b"CD001") {
            let location =
                descriptor.get(field).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
            let start =
                location.and_then(|block| usize::try_from(block).ok()).unwrap_or(0).saturating_mul(2048);
            return image.get(start..).map(|rest| rest.get(..4096).unwrap_or(rest)).unwrap_or_default();
        }
    }
    &[]
}
