//! What is raced. The first command of a case is ours; `asked` is the ratio ours / peer that is not to be exceeded.

/// A command and the ratio asked of ours against it.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) line: &'static str,
    pub(super) asked: Option<f64>,
}

/// Commands that do the same job on the same data.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: &'static str,
    /// A script that is run once, before the first round.
    pub(super) setup: &'static str,
    /// A script that is run before each command, not timed.
    pub(super) before_each: &'static str,
    /// Files whose sizes are told below the table: speed at another size is another race.
    pub(super) sizes: &'static [&'static str],
    pub(super) commands: &'static [Command],
}

impl Case {
    /// Every script of the case, timed or not.
    pub(super) fn lines(&self) -> impl Iterator<Item = &'static str> {
        [self.setup, self.before_each].into_iter().chain(self.commands.iter().map(|command| command.line))
    }
}

const fn ours(line: &'static str) -> Command {
    Command { line, asked: None }
}

const fn peer(line: &'static str, asked: f64) -> Command {
    Command { line, asked: Some(asked) }
}

const fn beside(line: &'static str) -> Command {
    Command { line, asked: None }
}

const fn case(name: &'static str, commands: &'static [Command]) -> Case {
    Case { name, setup: "", before_each: "", sizes: &[], commands }
}

const fn packing(name: &'static str, sizes: &'static [&'static str], commands: &'static [Command]) -> Case {
    Case { name, setup: "", before_each: "", sizes, commands }
}

/// Streams of a few bytes one after another; `setup` makes them.
const fn members(name: &'static str, setup: &'static str, commands: &'static [Command]) -> Case {
    Case { name, setup, before_each: "", sizes: &[], commands }
}

const fn writing(name: &'static str, commands: &'static [Command]) -> Case {
    Case { name, setup: "", before_each: "rm -f out.iso", sizes: &[], commands }
}

pub(super) const CASES: &[Case] = &[
    case(
        "isomk the many to a pipe",
        &[
            ours("isomk linux | cat >/dev/null"),
            peer("genisoimage -quiet -R -J -joliet-long linux 2>/dev/null | cat >/dev/null", 0.4),
            peer("xorriso -as mkisofs -quiet -R -J -joliet-long linux 2>/dev/null | cat >/dev/null", 0.2),
            peer("tar -c linux | cat >/dev/null", 1.0),
        ],
    ),
    case(
        "isomk the many with UDF to a pipe",
        &[
            ours("isomk -q --udf linux | cat >/dev/null"),
            peer("isomk linux | cat >/dev/null", 1.3),
            peer("genisoimage -quiet -udf -R -J -joliet-long linux 2>/dev/null | cat >/dev/null", 0.5),
        ],
    ),
    case(
        "isomk the large to a pipe",
        &[
            ours("isomk large | cat >/dev/null"),
            peer(
                "genisoimage -quiet -R -J -iso-level 3 -allow-limited-size large 2>/dev/null | cat >/dev/null",
                0.5,
            ),
            beside("tar -c large | cat >/dev/null"),
        ],
    ),
    writing(
        "isomk the many to a file",
        &[
            ours("isomk -o out.iso linux"),
            peer("cp --reflink=never linux.iso out.iso", 1.2),
            peer("genisoimage -quiet -R -J -joliet-long -o out.iso linux 2>/dev/null", 1.0),
            peer("xorriso -as mkisofs -quiet -R -J -joliet-long -o out.iso linux 2>/dev/null", 0.35),
        ],
    ),
    writing(
        "isomk the large to a file",
        &[
            ours("isomk -o out.iso large"),
            peer("cp --reflink=never large.iso out.iso", 1.1),
            peer(
                "genisoimage -quiet -R -J -iso-level 3 -allow-limited-size -o out.iso large 2>/dev/null",
                1.0,
            ),
            peer("xorriso -as mkisofs -quiet -R -J -iso-level 3 -o out.iso large 2>/dev/null", 0.35),
        ],
    ),
    case(
        "isomk a million tiny files to a pipe",
        &[
            ours("isomk million | cat >/dev/null"),
            beside("genisoimage -quiet -R -J million 2>/dev/null | cat >/dev/null"),
            beside("tar -c million | cat >/dev/null"),
        ],
    ),
    case(
        "isomk 100,000 files in one directory to a pipe",
        &[
            ours("isomk wide | cat >/dev/null"),
            beside("genisoimage -quiet -R -J wide 2>/dev/null | cat >/dev/null"),
            beside("tar -c wide | cat >/dev/null"),
        ],
    ),
    writing(
        "isomk: one file more in an installer of 1.4 GB",
        &[
            ours("isomk -q --base installer.iso -o out.iso ks.cfg=linux/COPYING"),
            peer("cp --reflink=never installer.iso out.iso", 1.2),
            peer(
                "xorriso -indev installer.iso -outdev out.iso -map linux/COPYING /ks.cfg \
                 -boot_image any replay 2>/dev/null",
                1.0,
            ),
        ],
    ),
    case(
        "isomk as mkisofs to a pipe",
        &[
            ours("isomk --as mkisofs -quiet -R -J -joliet-long linux | cat >/dev/null"),
            peer("isomk linux | cat >/dev/null", 1.03),
        ],
    ),
    case(
        "isols -R of the many",
        &[
            ours("isols -R linux.iso"),
            peer("isoinfo -R -f -i linux.iso", 0.5),
            peer("bsdtar -tf linux.iso", 0.12),
            peer("7zz l -ba linux.iso", 0.12),
            // hadris-iso, a library in Rust.
            peer("$BIN/../rival/release/rival linux.iso", 0.7),
        ],
    ),
    case(
        "isols -R of the many by UDF",
        &[
            ours("isols -R --names udf linux.udf.iso"),
            peer("7zz l -ba -tudf linux.udf.iso", 0.5),
            beside("isols -R --names rr linux.udf.iso"),
        ],
    ),
    case(
        "isols -R of 100,000 in one directory by UDF",
        &[ours("isols -R wide.udf"), beside("7zz l -ba wide.udf"), beside("isols -R wide.iso")],
    ),
    case(
        "isols -R of a million",
        &[
            ours("isols -R million.iso"),
            beside("isoinfo -R -f -i million.iso"),
            beside("bsdtar -tf million.iso"),
        ],
    ),
    case(
        "isols -R of 100,000 in one directory",
        &[ours("isols -R wide.iso"), beside("isoinfo -R -f -i wide.iso")],
    ),
    case(
        "isocat of 2.2 GB to a pipe",
        &[
            ours("isocat large.iso /file3.bin | cat >/dev/null"),
            peer("7zz e -so -bd large.iso file3.bin 2>/dev/null | cat >/dev/null", 0.4),
            peer("iso-read -i large.iso -e /file3.bin -o out.bin >/dev/null", 0.4),
        ],
    ),
    case(
        "isocat of 2.2 GB by UDF to a pipe",
        &[
            ours("isocat large.udf /file3.bin | cat >/dev/null"),
            peer("7zz e -so -bd large.udf file3.bin 2>/dev/null | cat >/dev/null", 0.4),
            beside("cat large/file3.bin | cat >/dev/null"),
        ],
    ),
    writing(
        "isocat of 2.2 GB to a file",
        &[
            ours("isocat -o out.iso large.iso /file3.bin"),
            peer("cp --reflink=never large/file3.bin out.iso", 1.1),
        ],
    ),
    case(
        "isocat --tar of the many",
        &[
            ours("isocat --tar linux.iso | cat >/dev/null"),
            beside("bsdtar -cf - --format pax @linux.iso | cat >/dev/null"),
        ],
    ),
    case("imgsum sha256", &[ours("imgsum linux.iso"), peer("sha256sum linux.iso", 0.28)]),
    case(
        "imgsum --files",
        &[
            ours("imgsum --files linux.iso"),
            peer("imgsum --threads 1 linux.iso", 0.6),
            beside("bsdtar -cf - --format mtree --options 'mtree:!all,sha256,size' @linux.iso"),
        ],
    ),
    case("imgsum --files -a md5", &[ours("imgsum --files -a md5 linux.iso"), beside("md5sum linux.iso")]),
    case(
        "imgconv: gzip decompression",
        &[
            ours("imgconv < text.tar.gz | cat >/dev/null"),
            peer("pigz -dc < text.tar.gz | cat >/dev/null", 0.65),
        ],
    ),
    packing(
        "imgconv: gzip compression, one member",
        &["out.gz", "out.pigz.gz"],
        &[ours("imgconv --to gz < text.tar > out.gz"), peer("pigz < text.tar > out.pigz.gz", 0.55)],
    ),
    packing(
        "imgconv: gzip compression, members",
        &["out.gz", "out.pigz.gz"],
        &[ours("imgconv --to gz --members < text.tar > out.gz"), peer("pigz < text.tar > out.pigz.gz", 0.36)],
    ),
    packing(
        "imgconv: zstd compression",
        &["out.zst", "out.peer.zst"],
        &[
            ours("imgconv --to zst < text.tar > out.zst"),
            peer("zstd -q -3 -T2 < text.tar > out.peer.zst", 1.0),
        ],
    ),
    case(
        "imgconv: zstd decompression",
        &[
            ours("imgconv < text.tar.zst | cat >/dev/null"),
            peer("zstd -q -dc -T2 < text.tar.zst | cat >/dev/null", 1.0),
        ],
    ),
    packing(
        "imgconv: xz compression",
        &["out.xz", "out.peer.xz"],
        &[ours("imgconv --to xz < small.tar > out.xz"), peer("xz -6 -T2 < small.tar > out.peer.xz", 1.1)],
    ),
    case(
        "imgconv: xz decompression, several blocks",
        &[
            ours("imgconv < small.tar.xz | cat >/dev/null"),
            peer("xz -dc -T2 < small.tar.xz | cat >/dev/null", 0.75),
        ],
    ),
    members(
        "imgconv: 50,000 members of gzip",
        "[ -f members.gz ] || { echo hello | gzip > one.gz; yes one.gz | head -n 50000 | xargs cat > members.gz; }",
        &[ours("imgconv < members.gz | cat >/dev/null"), peer("gzip -dc < members.gz | cat >/dev/null", 2.0)],
    ),
    members(
        "imgconv: 50,000 members of lz4",
        "[ -f members.lz4 ] || { echo hello | lz4 > one.lz4; yes one.lz4 | head -n 50000 | xargs cat > members.lz4; }",
        &[
            ours("imgconv < members.lz4 | cat >/dev/null"),
            peer("lz4 -dc < members.lz4 | cat >/dev/null", 2.0),
        ],
    ),
    members(
        "imgconv: 50,000 members of zstd",
        "[ -f members.zst ] || { echo hello | zstd -q > one.zst; yes one.zst | head -n 50000 | xargs cat > members.zst; }",
        &[
            ours("imgconv < members.zst | cat >/dev/null"),
            peer("zstd -q -dc < members.zst | cat >/dev/null", 2.0),
        ],
    ),
    members(
        "imgconv: 50,000 members of xz",
        "[ -f members.xz ] || { echo hello | xz > one.xz; yes one.xz | head -n 50000 | xargs cat > members.xz; }",
        &[ours("imgconv < members.xz | cat >/dev/null"), peer("xz -dc < members.xz | cat >/dev/null", 2.0)],
    ),
    members(
        "imgconv: 50,000 members of bzip2",
        "[ -f members.bz2 ] || { echo hello | bzip2 > one.bz2; yes one.bz2 | head -n 50000 | xargs cat > members.bz2; }",
        &[
            ours("imgconv < members.bz2 | cat >/dev/null"),
            peer("bzip2 -dc < members.bz2 | cat >/dev/null", 2.0),
        ],
    ),
    case(
        "start-up, a hundred times (3 ms each asked: 0.3 s in all)",
        &[
            ours("for i in {1..100}; do $BIN/isols --version; done >/dev/null"),
            beside("for i in {1..100}; do $BIN/isomk --version; done >/dev/null"),
            beside("for i in {1..100}; do $BIN/imgconv --version; done >/dev/null"),
            beside("for i in {1..100}; do /bin/true; done >/dev/null"),
        ],
    ),
];
