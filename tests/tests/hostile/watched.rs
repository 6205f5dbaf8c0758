//! Images that lie, are cut off or damaged: every tool that reads images ends in time, in bounded memory, with a status
//! that tells and a sentence that says why.

use isokit_tests::{bash, corpus, output, peer, shell, skip, tool};
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// What is done to every image of the corpus.
const COMMANDS: &str = "isols -lR
isols --check
isocat --tar
imgsum --files
isomk --base";

/// What is done to those that were made to be trouble, besides.
const MORE_COMMANDS: &str = "isols -lR
isols --check
isols --json -R
isols --tree
isols --volume
isols --boot
isols --boot --as mkisofs
isols --sessions
isols --as isoinfo -lRi
isols --as isoinfo -d -i
isols -R --names iso
isols -R --names joliet
isocat --tar
isocat --boot 1
isocat --boot-catalog
isocat --part 1
imgsum --files
imgsum --volume
isomk --base
isomk --system-area /dev/null --base";

/// Runs each line of `$2` on the image `$1`, within ten seconds of processor time and 256 MiB of memory, from a file and
/// then from a pipe; prints the lines that end as no tool may. Mapped files are not counted as memory, nor should they
/// be.
const WATCH: &str = r#"
ulimit -d 262144
ulimit -t 10
err=$(mktemp)
check() {
    if [ "$1" -gt 2 ]; then echo "$2: status $1: $(head -c 300 "$err")"
    elif grep -q panicked "$err"; then echo "$2: $(head -c 300 "$err")"
    elif [ "$1" != 0 ] && ! [ -s "$err" ]; then echo "$2: status $1 without a word"
    fi
}
while read -r tool options; do
    # What a check finds is its output.
    out=/dev/null; [ "$options" != --check ] || out=/dev/stderr
    "$tool" $options "$1" 2> "$err" > "$out"; check $? "$tool $options $1"
done <<< "$2"
isocat --tar - < <(cat "$1" 2> /dev/null) > /dev/null 2> "$err"; check $? "isocat --tar - < $1"
rm -f "$err"
"#;

/// What `bash` says of `commands` on `image`.
fn watch(image: &Path, commands: &str) -> String {
    let ended = output(bash(Path::new("."), &["-c", WATCH, "watch"]).arg(image).arg(commands));
    String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr)
}

/// Watches all images, as many at once as there are processors.
#[track_caller]
fn watch_all(images: Vec<PathBuf>, commands: &str) {
    assert!(!images.is_empty(), "there is something to watch");
    let (queue, said) = (Mutex::new(images), Mutex::new(String::new()));
    let next = || queue.lock().expect("no panic").pop();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(image) = next() {
                    let bad = watch(&image, commands);
                    said.lock().expect("no panic").push_str(&bad);
                }
            });
        }
    });
    let said = said.into_inner().expect("no panic");
    assert!(said.is_empty(), "{said}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("readable")) {
            let kind = entry.file_type().expect("readable");
            if kind.is_dir() && entry.file_name() != "EXPECTED" {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files
}

/// Whether a volume descriptor is where one belongs.
fn is_iso9660(path: &PathBuf) -> bool {
    let mut identifier = [0; 5];
    let read = File::open(path).and_then(|file| file.read_exact_at(&mut identifier, 0x8001));
    read.is_ok() && &identifier == b"CD001"
}

#[test]
fn every_image_of_the_corpus_ends_in_time_and_memory() {
    let Some(corpus) = corpus() else { return };
    let images = files(&corpus).into_iter().filter(is_iso9660).collect();
    watch_all(images, COMMANDS);
}

#[test]
fn what_was_made_to_be_trouble_is_none() {
    let Some(corpus) = corpus() else { return };
    watch_all(files(&corpus.join("hostile")), MORE_COMMANDS);
}

/// An image that has everything small images can have, and its size.
fn small_image(folder: &Path) -> (PathBuf, u64) {
    let script = "
mkdir -p tree/sub/deeper tree/boot
seq 2000 > tree/numbers
echo a > tree/sub/a; ln tree/sub/a tree/sub/deeper/b; ln -s a tree/sub/link
echo $(seq 100) > tree/$(printf 'n%.0s' $(seq 200))
head -c 3000 /dev/zero > tree/boot/image
isomk -q --boot-entry /boot/image -o small.iso tree || isomk -q -o small.iso tree";
    let made = shell(folder, script);
    assert!(made.status.success(), "{made:?}");
    let image = folder.join("small.iso");
    let size = std::fs::metadata(&image).expect("made").len();
    (image, size)
}

#[test]
fn an_image_cut_anywhere_is_never_taken_for_whole() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (image, size) = small_image(folder.path());
    let bytes = std::fs::read(&image).expect("made");
    let whole = |tool_name: &str, options: &[&str]| output(tool(tool_name).args(options).arg(&image)).stdout;
    let commands: [(&str, &[&str]); 4] =
        [("isols", &["-lR"]), ("isols", &["--json", "-R"]), ("isocat", &["--tar"]), ("imgsum", &["--files"])];
    let wholes = commands.map(|(name, options)| whole(name, options));
    let sectors = (0..size / 2048).flat_map(|sector| [sector * 2048, sector * 2048 + 700]);
    for cut in sectors.chain([1, 32_767, 34_815, size - 1]) {
        let cut_image = folder.path().join("cut.iso");
        std::fs::write(&cut_image, &bytes[..usize::try_from(cut).expect("small")]).expect("room");
        for ((name, options), whole) in commands.iter().zip(&wholes) {
            for piped in [false, true] {
                let mut command = tool(name);
                let cat = piped.then(|| {
                    Command::new("cat").arg(&cut_image).stdout(Stdio::piped()).spawn().expect("cat")
                });
                let ended = match cat {
                    Some(mut cat) => {
                        let stdin = cat.stdout.take().expect("piped");
                        let ended = output(command.args(*options).arg("-").stdin(stdin));
                        // Holds the other end of its pipe no more, so it cannot wait for a reader.
                        drop(command);
                        cat.wait().expect("ours");
                        ended
                    }
                    None => output(command.args(*options).arg(&cut_image)),
                };
                let said = String::from_utf8_lossy(&ended.stderr).into_owned();
                let status = ended.status.code().unwrap_or(255);
                assert!(status <= 2 && !said.contains("panicked"), "{name} {options:?} at {cut}: {ended:?}");
                assert!((status == 0) == said.is_empty(), "{name} {options:?} at {cut}: {status}: {said}");
                // Bytes that a listing from a pipe or a file's content never needed may be missing.
                assert!(
                    status != 0 || ended.stdout == *whole,
                    "{name} {options:?} cut at {cut}, piped {piped}"
                );
                if *name == "isols" && !piped {
                    assert_ne!(status, 0, "isols {options:?} cut at {cut} of {size}");
                }
            }
        }
    }
}

#[test]
fn a_changed_byte_is_never_more_than_a_sentence() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (image, size) = small_image(folder.path());
    let good = std::fs::read(&image).expect("made");
    let mut images = Vec::new();
    // The same changes every time: a byte every so often in descriptors, tables and directories.
    for (number, at) in (0x8000..usize::try_from(size).expect("small").min(0x14000)).step_by(997).enumerate()
    {
        let mut bytes = good.clone();
        bytes[at] = if number % 2 == 0 { 0xff } else { bytes[at] ^ 0x81 };
        let path = folder.path().join(format!("{at:x}.iso"));
        std::fs::write(&path, bytes).expect("room");
        images.push(path);
    }
    watch_all(images, COMMANDS);
}

/// Runs a script in a fresh folder, with the corpus as `$C`; it must print `want`.
#[track_caller]
fn says(script: &str, want: &str) {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let ended = shell(folder.path(), &format!("C={}\n{script}", corpus.display()));
    let out = String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr);
    let out = out.replace(&format!("{}/", corpus.display()), "");
    assert_eq!(out, want, "{script}");
}

#[test]
fn serial_zero_everywhere_makes_no_hard_links() {
    says(
        "I=$C/hostile/px-serial-zero-UdfTestWithMultiSystem.iso
         isocat --tar $I | tar -tv | grep -c '^h'
         isocat --tar $I | tar -tv | awk '/^-/ && $3 == 0' | wc -l
         isocat --tar $I > a.tar; mkdir rr j; tar -xf a.tar -C rr; isocat --names joliet --tar $I | tar -x -C j; diff -r rr j",
        "0\n0\n",
    );
}

#[test]
fn several_extents_are_one_file_and_all_of_it() {
    says(
        "for i in $C/libcdio+libcdio/test/data/multi_extent_8k*.iso $C/libarchive+libarchive/libarchive/test/test_read_format_iso_multi_extent.iso; do
             isols -R $i | sort | uniq -d
             isols --json -R $i | jq -r 'select(.type == \"file\") | [.path, .size] | @tsv' | while IFS=$'\\t' read -r path size; do
                 [ $(isocat $i \"$path\" | wc -c) = $size ] || echo \"$i $path $size\"
             done
         done",
        "",
    );
}

#[test]
fn every_path_listed_can_be_written_relocated_ones_too() {
    says(
        "for i in $C/libcdio+libcdio/test/data/deep-directory.iso $C/libarchive+libarchive/libarchive/test/test_read_format_iso_rockridge_rr_moved.iso $C/made/gen-06-rr-deep-relocated.iso; do
             [ -f $i ] || echo no $i
             isocat --tar $i | tar --quoting-style=literal -t | sed 's#^#/#; s#/$##' | sort > archived
             isols -R $i | sort | cmp - archived
             grep -qi 'rr_moved' archived && echo $i has rr_moved
             tar --quoting-style=literal -tvf <(isocat --tar $i) | grep -c '^-' > files
             isocat --tar $i | tar --quoting-style=literal -tv | sed -n '/^-/s#.*:[0-9][0-9] #/#p' > names
             isocat --tar $i | tar -xO | cmp - <(isocat --files-from names $i)
         done",
        "",
    );
}

#[test]
fn directories_behind_the_files_are_found_in_a_pipe() {
    if peer("python3").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    // The root directory moves behind everything else, with its address wherever it is recorded.
    let script = r#"mkdir -p tree/d; seq 3000 > tree/d/f; echo g > tree/g; isomk --no-joliet -o x.iso tree
        python3 -c "
import struct
image = bytearray(open('x.iso', 'rb').read())
both = lambda n: struct.pack('<I', n) + struct.pack('>I', n)
old = struct.unpack('<I', image[0x809e:0x80a2])[0]
size = struct.unpack('<I', image[0x80a6:0x80aa])[0]
new = len(image) // 2048
image += image[old * 2048:old * 2048 + size]
image[old * 2048:old * 2048 + size] = bytes(size)
image = image.replace(both(old), both(new))
image[0x8050:0x8058] = both(len(image) // 2048)
open('y.iso', 'wb').write(image)" || exit 9
        isols -R x.iso
        isols -lR y.iso | cmp - <(isols -lR x.iso)
        cat y.iso | isols -lR - | cmp - <(isols -lR x.iso)
        isocat --tar - < <(cat y.iso) | cmp - <(isocat --tar x.iso)"#;
    let ended = shell(folder.path(), script);
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "/d\n/d/f\n/g\n", "{ended:?}");
    assert!(ended.stderr.is_empty() && ended.status.success(), "{ended:?}");
}

#[test]
fn two_discs_in_one_show_the_one_that_is_asked_for() {
    if peer("genisoimage").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let script = "mkdir tree; echo 1 > tree/File1.txt; echo 2 > tree/File2.txt
        genisoimage -quiet -R -J -hide-joliet File1.txt -hide File2.txt -o x.iso tree
        isols -R x.iso; isols -R --names joliet x.iso; isocat x.iso /File1.txt
        isocat --names joliet x.iso /File1.txt 2>&1; isocat --names joliet x.iso /File2.txt";
    let ended = shell(folder.path(), script);
    let want = "/File1.txt\n/File2.txt\n1\nisocat: x.iso: /File1.txt: no such file in the image\n2\n";
    assert_eq!(String::from_utf8_lossy(&ended.stdout), want, "{ended:?}");
}

#[test]
fn files_behind_the_volume_are_read_and_a_volume_behind_the_file_is_missed() {
    says(
        "isocat --tar $C/hostile/isolyzer-iso9660_roxioecc.iso | tar -t | wc -l
         isols -R $C/hostile/corkami-mitra-iso.iso; echo $?",
        "2\n/ISO.TXT\n1\nisols: hostile/corkami-mitra-iso.iso: byte 0xc800 (sector 25): image: ends here; 307200 more bytes are needed\n",
    );
}

#[test]
fn truncated_images_are_never_good() {
    says(
        "for i in isolyzer-iso9660_trunc kde-ark-archlinux-2015.09.01-dual_truncated kde-ark-kubuntu-14.04.1-desktop-amd64_truncated corkami-mock-iso9660 isolyzer-iso9660_nopvd; do
             for command in 'isols -lR' 'isocat --tar' 'imgsum --files'; do
                 $command $C/hostile/$i.* > out 2> err && echo $command $i
                 [ -s err ] || echo silent: $command $i
             done
         done; true",
        "",
    );
}

#[test]
fn damaged_zisofs_is_an_error_of_that_file_alone() {
    says(
        "I=$C/hostile/made-bsd-02-zisofs-broken-writer.iso
         isocat --tar $I 2> err > a.tar; echo $?; grep -c zisofs err
         tar -tf a.tar | wc -l; isols -R $I | wc -l",
        "1\n3\n13\n13\n",
    );
}

#[test]
fn an_image_that_shrinks_while_it_is_read_is_said_to_have() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let made = shell(
        folder.path(),
        "mkdir tree; seq 4000000 > tree/big; isomk -o shrinking.iso tree; cp shrinking.iso second.iso",
    );
    assert!(made.status.success(), "{made:?}");
    for (name, arguments) in [("isocat", &["/big"][..]), ("isocat", &["--tar"])] {
        let image = folder.path().join("shrinking.iso");
        std::fs::copy(folder.path().join("second.iso"), &image).expect("room");
        let mut child = tool(name)
            .arg(&image)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the tool is built");
        // Once the first bytes have come it waits for us, with most of the file still to be read.
        let mut out = child.stdout.take().expect("piped");
        out.read_exact(&mut [0; 4096]).expect("it writes");
        File::options().write(true).open(&image).expect("ours").set_len(20_000_000).expect("ours");
        let mut rest = Vec::new();
        out.read_to_end(&mut rest).expect("readable");
        let ended = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{name} {arguments:?}: {said}");
        assert!(
            said.contains("byte 0x1312d00 (sector 9765): image: ends here"),
            "{name} {arguments:?}: {said}"
        );
    }
}

#[test]
fn a_listing_of_an_image_that_shrinks_is_no_crash() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let script = "mkdir tree; cd tree; seq -f 'a rather long name, so that the listing does not fit a pipe: %06.0f' 30000 | xargs -d '\\n' touch; cd ..; isomk -o many.iso tree";
    let made = shell(folder.path(), script);
    assert!(made.status.success(), "{made:?}");
    let image = folder.path().join("many.iso");
    let mut child = tool("isols")
        .args(["-R"])
        .arg(&image)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("isols is built");
    let mut out = child.stdout.take().expect("piped");
    out.read_exact(&mut [0; 4096]).expect("it writes");
    File::options().write(true).open(&image).expect("ours").set_len(100_000).expect("ours");
    let mut rest = Vec::new();
    out.read_to_end(&mut rest).expect("readable");
    let ended = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("ends here"), "{said}");
}

#[test]
fn a_date_behind_2038_is_that_date() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let script = "mkdir tree; touch -d 2038-05-05T05:05:05Z tree/a; touch -d 2099-12-31T23:59:59Z tree/b
        touch -d 1965-03-04T05:06:07Z tree/c
        isomk -o x.iso tree
        mkdir out; isocat --tar x.iso | tar -x -C out 2> /dev/null; cd out; TZ=UTC stat -c '%n %y' a b c";
    let ended = shell(folder.path(), script);
    let want = "a 2038-05-05 05:05:05.000000000 +0000\nb 2099-12-31 23:59:59.000000000 +0000\nc 1965-03-04 05:06:07.000000000 +0000\n";
    assert_eq!(String::from_utf8_lossy(&ended.stdout), want, "{ended:?}");
}

#[test]
fn a_name_that_leads_out_of_its_directory_is_in_no_archive() {
    if peer("python3").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let script = r#"mkdir -p tree/qq; echo x > tree/qq/inside; echo y > tree/zz; isomk -o x.iso tree || exit 9
        python3 -c "
image = open('x.iso', 'rb').read()
assert b'NM\x07\x01\x00qq' in image and b'NM\x07\x01\x00zz' in image
image = image.replace(b'NM\x07\x01\x00qq', b'NM\x07\x01\x00..').replace(b'NM\x07\x01\x00zz', b'NM\x07\x01\x00/z')
open('y.iso', 'wb').write(image)"
        isocat --tar y.iso > y.tar; echo $?; tar -tPf y.tar | sort; isols -Rv y.iso; echo $?"#;
    let ended = shell(folder.path(), script);
    let out = String::from_utf8_lossy(&ended.stdout).into_owned();
    // The file identifier stands where the name of Rock Ridge cannot be one.
    assert_eq!(out, "0\nQQ/\nQQ/inside\n_z\n/QQ\n/QQ/inside\n/_z\n0\n", "{ended:?}");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(said.contains("Rock Ridge names it `.` or `..`; the file identifier was used"), "{said}");
}

#[test]
fn a_file_that_every_tool_finds_unreadable() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    if output(Command::new("id").arg("-u")).stdout == b"0\n" && peer("setpriv").is_none() {
        return skip("root can read everything");
    }
    let script = "echo > secret.iso; chmod 000 secret.iso; chmod 755 .
        for t in 'isols -R' 'isocat --tar' 'imgsum --files' imgconv; do
            if [ $(id -u) = 0 ]; then set -- setpriv --reuid 65534 --clear-groups; else set --; fi
            \"$@\" $(command -v ${t%% *}) $([ \"${t#* }\" = \"$t\" ] || echo ${t#* }) secret.iso; echo $?
        done";
    let ended = shell(folder.path(), script);
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    if said.contains("setpriv: failed to execute") {
        return skip("the tools lie where nobody else may run them");
    }
    assert!(said.lines().all(|line| line.contains("secret.iso: open: Permission denied")), "{ended:?}");
    assert_eq!(said.lines().count(), 4, "{said}");
}
