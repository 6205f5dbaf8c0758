//! MD5 digests that isomk records in images: xorriso finds them where it has its own, and they match.

use isokit_tests::{Workshop, peer};

/// Sources of all kinds, and `esp.img` for a partition.
fn workshop() -> Option<Workshop> {
    peer("xorriso")?;
    let workshop = Workshop::new(
        "mkdir -p tree/boot tree/d tree/many; printf hello > tree/a; : > tree/empty; seq 100000 > tree/d/numbers
         ln tree/a tree/hard; ln -s a tree/link; mkfifo tree/pipe; head -c 8192 /dev/zero | tr '\\0' i > tree/boot/image
         for n in $(seq 200); do echo $n > tree/many/file-$n; done
         head -c 3000000 /dev/zero | tr '\\0' l > tree/large; head -c 65536 /dev/zero | tr '\\0' e > esp.img
         find tree -exec touch -h -d '2024-02-03 04:05:06 UTC' {} +",
    );
    Some(workshop)
}

/// What xorriso finds of digests in `image`: of tags, and of each file.
fn found(workshop: &Workshop, image: &str) -> String {
    workshop.shell(&format!(
        "{{ xorriso -md5 on -indev {image} -check_media -- -check_md5_r sorry / -- 2>&1 || :; }} | sed -nE \
           -e 's/.*(Found .*MD5 [a-z]+ tag).*/\\1/p' -e '/MD5 (MISMATCH|checksums)/p'
         xorriso -md5 on -indev {image} -find / -type f -exec get_md5 -- 2> /dev/null | sort -k 2"
    ))
}

const MATCHING: &str = "Found matching MD5 superblock tag\nFound matching MD5 tree tag\nFound matching MD5 session tag\n\
                        File contents and their MD5 checksums match.\n";

#[test]
fn xorriso_finds_what_it_records_itself() {
    let Some(workshop) = workshop() else { return };
    for words in [
        "",
        "-J -iso-level 4",
        "-b boot/image -no-emul-boot -boot-info-table -c boot/cat",
        "-partition_offset 16 -J",
        "-append_partition 2 0xef esp.img -appended_part_as_gpt",
        "-rr_reloc_dir moved -no-pad",
        "--hardlinks -z -hide-joliet d",
    ] {
        workshop.shell(&format!(
            "isomk --as xorrisofs -quiet --md5 {words} -o ours.iso tree
             isomk --as xorrisofs -quiet --md5 {words} tree | cat > piped.iso; cmp ours.iso piped.iso
             xorrisofs -quiet --md5 {words} -o theirs.iso tree 2> said"
        ));
        let (ours, theirs) = (found(&workshop, "ours.iso"), found(&workshop, "theirs.iso"));
        assert!(ours.starts_with(MATCHING), "{words}: {ours}");
        // A boot image that is told where it lies lies elsewhere.
        let others = |found: &str| -> Vec<String> {
            found.lines().filter(|line| !line.ends_with("/boot/image")).map(str::to_owned).collect()
        };
        assert_eq!(others(&ours), others(&theirs), "{words}");
        assert_eq!(ours.lines().count(), 4 + 206, "{words}: {ours}");
    }
}

/// Digests are those of the contents, however the image is made, and whoever else hears of them.
#[test]
fn digests_are_those_of_the_files() {
    let Some(workshop) = workshop() else { return };
    workshop.shell(
        "isomk --record-md5 -o one.iso tree; isomk --record-md5 --threads 1 -o other.iso tree; cmp one.iso other.iso
         isomk --record-md5 --sums sums -o other.iso tree; cmp one.iso other.iso; (cd tree; sha256sum --quiet -c ../sums)
         (printf before; isomk --record-md5 tree) > behind; tail -c +7 behind | cmp one.iso
         isomk --as xorriso -md5 on -joliet on -outdev native.iso -map tree / ",
    );
    let files = workshop.shell("cd tree; find . -type f -exec md5sum {} + | sed 's, \\., ,' | sort -k 2");
    for image in ["one.iso", "native.iso"] {
        assert_eq!(found(&workshop, image), format!("{MATCHING}{files}"), "{image}");
    }
    // What is made from an image has its own.
    workshop.shell("echo more > more; isomk --base one.iso --record-md5 -o base.iso more=more");
    let made = found(&workshop, "base.iso");
    assert!(made.starts_with(MATCHING), "{made}");
    assert_eq!(made.lines().count(), files.lines().count() + 5);
}

#[test]
fn damage_is_told_by_them() {
    let Some(workshop) = workshop() else { return };
    workshop.shell(
        "isomk --record-md5 -o image tree
         at=$(isomk --record-md5 --map tree | sed -n 's/^ *\\([0-9]*\\) .*content .large/\\1/p')
         printf X | dd of=image bs=1 seek=$((at * 2048 + 77777)) conv=notrunc status=none",
    );
    let told = found(&workshop, "image");
    assert!(
        told.contains("Found NON-MATCHING MD5 session tag") && told.contains("MD5 MISMATCH: '/large'"),
        "{told}"
    );
}

/// The tags of a later session are of that session, and what it adds has digests.
#[test]
fn a_later_session_has_its_own() {
    let Some(workshop) = workshop() else { return };
    workshop.shell(
        "isomk --as xorrisofs -quiet --md5 -o disc tree; truncate -s %65536 disc; next=$(($(stat -c %s disc) / 2048))
         echo second > second; isomk --as xorrisofs -quiet --md5 -C 0,$next -M disc -o session second
         cat session >> disc; echo $next > next",
    );
    let next = workshop.text("next");
    let next = next.trim();
    let tags = workshop.shell(
        "LC_ALL=C grep -abo 'libisofs[a-z_]*_tag_v1 .*' disc | while IFS=: read at line; do
           set -- $(echo \"$line\" | grep -o '[a-z_0-9]*=[^ ]*' | cut -d = -f 2 | sed -n '1,3p'); pos=$1; start=$2; size=$3
           digest=$(dd if=disc bs=2048 skip=$start count=$size status=none | md5sum | cut -c 1-32)
           [ $at = $((pos * 2048)) ] && echo \"$line\" | grep -q \" md5=$digest \" && echo $start
         done",
    );
    assert_eq!(tags, format!("0\n0\n0\n{next}\n{next}\n{next}\n"));
    let second = workshop.shell("md5sum < second | cut -c 1-32");
    let found = workshop.shell(&format!(
        "xorriso -md5 on -load sbsector {next} -indev disc -find /second -exec get_md5 -- -find /d/numbers -exec get_md5 -- 2> /dev/null"
    ));
    assert_eq!(found, format!("{}  /second\n", second.trim()));
}

#[test]
fn an_image_with_udf_has_none() {
    let Some(workshop) = workshop() else { return };
    workshop.shell("isomk --udf -o udf.iso tree/d");
    for (words, sentence) in [
        ("isomk --record-md5 --udf -o image tree", "--record-md5 requires ISO 9660 alone, without UDF"),
        (
            "isomk --record-md5 --format udf -o image tree",
            "--record-md5 requires ISO 9660 alone, without UDF",
        ),
        (
            "isomk --as genisoimage --md5 -udf -o image tree",
            "MD5 digests require ISO 9660 alone, without -udf",
        ),
        (
            "isomk --base udf.iso --record-md5 -o image",
            "MD5 digests are recorded in images with ISO 9660 alone, not beside UDF",
        ),
    ] {
        let (status, _, said) = workshop.ended(words);
        assert_eq!((status, said.trim_end().ends_with(sentence)), (2, true), "{words}: {said}");
    }
}
