//! All options that ask for a request.

use super::Words;
use crate::collect::{Attributes, Follow};
use crate::dialect::own::image::{CHARACTERS, FLAGS};
use crate::operand::{Input, Operand};
use crate::removal::Removed;
use crate::request::{
    Appended, AppendedSource, Base, Booting, Change, Entries, Format, Identifiers, Inputs, Jigdo, Loader,
    Mapping, Outputs, Padding, Product, Request, Text,
};
use isokit_core::iso9660::plan::{Characters, Dates, Deep, Level, Options, RockRidge, Rrip};
use isokit_core::tree::{Kind, Time};
use isokit_core::udf;
use isokit_jigdo::Compression;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

/// A request as words, and what of it no option of isomk's own asks for.
pub(in crate::dialect::own) fn request(request: &Request) -> (Vec<OsString>, Vec<&'static str>) {
    let mut words = Words::default();
    let mut lacking = Vec::new();
    if let Some(base) = &request.inputs.base {
        words.base(base, request);
    }
    let parts = Parts::of(request);
    words.identifiers(&request.identifiers, request.inputs.base.as_ref(), &mut lacking);
    words.dates(request);
    words.format(&request.format, request.inputs.base.as_ref(), &parts);
    words.inputs(&request.inputs, &parts);
    words.entries(&request.entries, &parts, &mut lacking);
    words.loader(request.boot.loader);
    let settings = request.inputs.base.as_ref().and_then(|base| base.settings.as_ref());
    let partitions = settings.unwrap_or(&request.partitions).clone();
    let own = Booting { boot: request.boot.clone(), partitions };
    words.0.extend(isokit_booting::own(&own).concat());
    if let Some(base) = &request.inputs.base {
        words.added(base, &mut lacking);
    }
    words.outputs(request, &mut lacking);
    lacking.extend(without_option(request));
    for operand in &request.inputs.operands {
        words.operand(operand);
    }
    (words.0, lacking)
}

/// What of a request no option of isomk's own asks for, whatever else is asked for.
fn without_option(request: &Request) -> impl Iterator<Item = &'static str> {
    let inputs = &request.inputs;
    let in_pieces = |appended: &Appended| matches!(appended.source, AppendedSource::Section { .. });
    let area_in_pieces = request.boot.system_area.as_ref().is_some_and(|area| area.section.is_some());
    let removes = |is: fn(&Removed) -> bool| inputs.base.iter().any(|base| base.remove.iter().any(is));
    // What an option leaves out besides has to be asked for, or left out as well.
    let is_bare = |base: &Base| !base.boots && base.keeps_tables && request.boot.system_area.is_none();
    let follows = inputs.follow == Follow::Never && inputs.operands.iter().any(is_followed);
    let all = [
        (request.tables.is_some(), "translation tables (TRANS.TBL)"),
        (
            area_in_pieces || request.partitions.appended.iter().any(in_pieces),
            "bytes out of the middle of a file",
        ),
        (follows, "a link to a directory that is stored as a link"),
        (removes(|removed| removed.empty), "what is removed from an image only if nothing is left in it"),
        (
            inputs.on_disk.in_image.is_none(),
            "patterns on files on disk that lie elsewhere in the image, or beside others",
        ),
        (!inputs.made.is_empty(), "directories that no source has"),
        (inputs.zisofs, "marks of zisofs"),
        (inputs.previous.is_some(), "a session that continues another one"),
        (request.entries.root.is_some(), "permissions of the root directory"),
        (
            inputs.base.as_ref().is_some_and(is_bare) && !request.boot.is_asked(),
            "an image without the boot entries of its base",
        ),
        (removes(|removed| removed.replaced), "what is removed from an image only if it is there"),
        (request.start > 0, "an image that begins behind another session"),
    ];
    all.into_iter().filter(|(is, _)| *is).map(|(_, what)| what)
}

/// What options are about that the image may be without: these have no effect then, and none of isomk's own is given without
/// one.
struct Parts {
    rock_ridge: bool,
    joliet: bool,
    udf: bool,
    /// Names of the primary tree are recorded as they are.
    names: bool,
}

impl Parts {
    fn of(request: &Request) -> Self {
        let (base, format) = (request.inputs.base.as_ref(), &request.format);
        let is_its = |settles: fn(&Base) -> bool| base.is_some_and(|base| !settles(base));
        let iso9660 = format.iso9660.as_ref();
        let rock_ridge = iso9660.is_some_and(|options| options.rock_ridge.is_some());
        let rock_ridge = rock_ridge || is_its(|base| base.settles_rock_ridge);
        let keeps_names = iso9660.is_some_and(|options| {
            options.level == Level::Four || options.relaxed.characters == Characters::Untranslated
        });
        Self {
            rock_ridge,
            joliet: iso9660.is_some_and(|options| options.joliet.is_some())
                || is_its(|base| base.settles_joliet),
            udf: format.udf.is_some() || is_its(|base| base.settles_format),
            names: rock_ridge || keeps_names,
        }
    }
}

impl Words {
    fn base(&mut self, base: &Base, request: &Request) {
        let others = request.boot.system_area.is_some() && !request.boot.is_asked();
        let checksums = request.format.iso9660.as_ref().is_some_and(|names| names.checksums);
        self.option("--base", base.path.as_os_str().as_bytes());
        if !base.boots && (!base.keeps_tables || others) {
            self.flag("--no-boot");
        }
        if base.settles_checksums && !checksums {
            self.flag("--no-record-md5");
        }
        let removed = base.remove.iter().filter(|removed| !removed.replaced);
        removed.for_each(|removed| self.option("--remove", &removed.pattern));
        for (target, file) in &base.replace {
            let path = escaped(&target.names.join(&b'/'));
            self.option(
                "--replace",
                &[b"/", path.as_slice(), b"=", &escaped(file.as_os_str().as_bytes())].concat(),
            );
        }
    }

    /// Partitions that are added to those of the base.
    fn added(&mut self, base: &Base, lacking: &mut Vec<&'static str>) {
        if base.partitions_in_gpt || base.partitions.is_empty() {
            self.0.extend(isokit_booting::own_partitions(&base.partitions).concat());
        } else {
            lacking.push("partitions of an MBR in an image that has none");
        }
    }

    fn identifiers(
        &mut self,
        identifiers: &Identifiers,
        base: Option<&Base>,
        lacking: &mut Vec<&'static str>,
    ) {
        let Identifiers { system, volume, volume_set, publisher, preparer, application, .. } = identifiers;
        let is_usual = volume == "ISOIMAGE";
        if base.map_or(!is_usual, |base| base.settles_volume) {
            self.option("--volume-id", volume.as_bytes());
        }
        for (option, text) in [
            ("--system-id", system),
            ("--volume-set", volume_set),
            ("--publisher", publisher),
            ("--preparer", preparer),
            ("--application-id", application),
        ] {
            self.option_if(option, Some(text.as_bytes()).filter(|text| !text.is_empty()));
        }
        match &identifiers.application_use {
            Text::Bytes(bytes) if bytes.is_empty() => {}
            // The arguments of a program end where they have a zero, and a file is behind an @.
            Text::Bytes(bytes) if bytes.contains(&0) || bytes.starts_with(b"@") => {
                lacking.push("these bytes of the application use");
            }
            Text::Bytes(bytes) => self.option("--application-use", bytes),
            Text::File(path) => {
                self.option("--application-use", &[b"@", path.as_os_str().as_bytes()].concat());
            }
        }
        self.option_if("--copyright", identifiers.copyright_file.as_deref());
        self.option_if("--abstract", identifiers.abstract_file.as_deref());
        self.option_if("--biblio", identifiers.bibliographic_file.as_deref());
    }

    fn dates(&mut self, request: &Request) {
        if let Some(date) = request.date {
            self.option("--date", when(date).as_bytes());
        }
    }

    fn format(&mut self, format: &Format, base: Option<&Base>, parts: &Parts) {
        if base.is_some_and(|base| base.settles_format) && format.iso9660.is_some() && format.udf.is_none() {
            self.option("--format", b"iso9660");
        }
        match (&format.iso9660, &format.udf) {
            (None, Some(udf)) => {
                self.option("--format", b"udf");
                if udf.revision != udf::plan::Revision::V2_01 {
                    self.flag(&format!("--udf={}", revision(udf)));
                }
            }
            (Some(_), Some(udf)) if !format.dvd_video => self.flag(&format!("--udf={}", revision(udf))),
            _ => {}
        }
        if format.dvd_video {
            self.flag("--dvd-video");
        }
        if let Some(udf) = &format.udf {
            match (udf.block_size, udf.multiple) {
                (512, _) => self.option("--media", b"hdd"),
                (_, 16) if !format.dvd_video => self.option("--media", b"dvd"),
                (_, 32) => self.option("--media", b"bd"),
                _ => {}
            }
            if format.decides_specials {
                self.option("--udf-special", if udf.specials { b"keep" } else { b"omit" });
            }
        }
        if let Some(options) = &format.iso9660 {
            self.names(options, base, parts);
        }
    }

    /// Beside a base, what is usual has to be said as well where it is not the base's to decide.
    fn names(&mut self, options: &Options, base: Option<&Base>, parts: &Parts) {
        match &options.rock_ridge {
            // It is the base's to decide.
            None if base.is_some_and(|base| !base.settles_rock_ridge) => {}
            // Likewise; xorriso's version is that of images that are not made from another one.
            Some(_) if base.is_some_and(|base| !base.settles_rock_ridge) => {}
            None => self.flag("--no-rr"),
            Some(RockRidge { version, deep, .. }) => {
                if *version == Rrip::V1_10 {
                    self.option("--rr", b"1.10");
                } else if base.is_some_and(|base| base.settles_rock_ridge) && *deep == Deep::AsIs {
                    self.option("--rr", b"1.12");
                }
                if let Deep::Relocated { name } = deep {
                    let name = String::from_utf8_lossy(name);
                    self.flag(&format!("--relocate={name}"));
                }
            }
        }
        match options.joliet {
            None if base.is_some_and(|base| !base.settles_joliet) => {}
            None => self.flag("--no-joliet"),
            Some(joliet) if joliet.name_length != 103 || base.is_some_and(|base| base.settles_joliet) => {
                self.option("--joliet-length", joliet.name_length.to_string().as_bytes());
            }
            Some(_) => {}
        }
        let level = match options.level {
            Level::One => Some("1"),
            Level::Two => base.filter(|base| base.settles_level).map(|_| "2"),
            Level::Three => Some("3"),
            Level::Four => Some("4"),
        };
        self.option_if("--iso-level", level.map(str::as_bytes));
        let mut relaxed = options.relaxed;
        let mut rules: Vec<String> = FLAGS
            .iter()
            .filter(|(_, flag)| *flag(&mut relaxed))
            .map(|(name, _)| (*name).to_owned())
            .collect();
        let characters = CHARACTERS.iter().find(|(_, characters)| *characters == options.relaxed.characters);
        rules.extend(characters.map(|(name, _)| (*name).to_owned()));
        rules.extend(options.relaxed.length.map(|length| format!("length={length}")));
        if !rules.is_empty() {
            self.option("--relaxed-names", rules.join(",").as_bytes());
        }
        if let Some(charset) = options.charset.filter(|_| parts.names) {
            self.option("--output-charset", charset.word().to_ascii_lowercase().as_bytes());
        }
        if options.strict_names {
            self.flag("--strict-names");
        }
        if options.checksums {
            self.flag("--record-md5");
        }
    }

    fn inputs(&mut self, inputs: &Inputs, parts: &Parts) {
        if let Some(list) = &inputs.list {
            self.option("--files-from", list.path.as_os_str().as_bytes());
            if list.end == 0 {
                self.flag("--null");
            }
        }
        inputs
            .exclude_from
            .iter()
            .for_each(|path| self.option("--exclude-from", path.as_os_str().as_bytes()));
        inputs.exclude.iter().for_each(|glob| self.option("--exclude", glob));
        inputs.exclude_leaf.iter().for_each(|glob| self.option("--exclude-leaf", glob));
        let names = inputs.on_disk.exclude.iter().filter(|glob| !glob.contains(&b'/'));
        names.for_each(|glob| self.option("--exclude-leaf", glob));
        let paths = inputs.on_disk.in_image.iter().flatten();
        paths.for_each(|glob| self.option("--exclude", glob));
        let flags = [
            (inputs.literal, "--literal"),
            (inputs.follow == Follow::All, "--dereference"),
            (inputs.follow == Follow::Operands, "--dereference-args"),
            (parts.rock_ridge && inputs.attributes == Attributes::User, "--xattr=user"),
            (parts.rock_ridge && inputs.attributes == Attributes::Any, "--xattr=any"),
            (inputs.dedup, "--dedup"),
        ];
        flags.iter().filter(|(set, _)| *set).for_each(|(_, flag)| self.flag(flag));
        if let Some(charset) = inputs.charset {
            self.option("--charset", charset.word().to_ascii_lowercase().as_bytes());
        }
        if inputs.strip_components > 0 {
            self.option("--strip-components", inputs.strip_components.to_string().as_bytes());
        }
        if inputs.made_mode != 0o755 {
            self.option("--implied-mode", format!("{:04o}", inputs.made_mode).as_bytes());
        }
    }

    fn entries(&mut self, entries: &Entries, parts: &Parts, lacking: &mut Vec<&'static str>) {
        for (glob, change) in &entries.changes {
            let directories = |glob: &[u8]| [glob, b"/"].concat();
            match change {
                Change::Owner(number) => self.assigned("--owner", glob, &number.to_string()),
                Change::Group(number) => self.assigned("--group", glob, &number.to_string()),
                Change::Mode(mode) => self.assigned("--mode", glob, &mode.to_string()),
                Change::ModeOf(Kind::Directory, mode) => {
                    self.assigned("--mode", &directories(glob), &mode.to_string());
                }
                Change::ModeOf(..) => lacking.push("a mode of files that are no directories"),
                Change::Modified(time) => self.assigned("--mtime", glob, &when(*time)),
            }
        }
        for (glob, hidden) in entries.hidden.iter().chain(&entries.hidden_made) {
            let trees = [
                (hidden.iso, "--hide"),
                (hidden.joliet && parts.joliet, "--hide-joliet"),
                (hidden.udf && parts.udf, "--hide-udf"),
            ];
            trees.iter().filter(|(set, _)| *set).for_each(|(_, option)| self.option(option, glob));
            if hidden.existence {
                lacking.push("files whose existence is hidden");
            }
        }
        self.option_if("--sort", entries.weights.as_deref().map(|path| path.as_os_str().as_bytes()));
        for (glob, weight) in &entries.more_weights {
            self.option("--weight", &[glob.as_slice(), b"=", weight.to_string().as_bytes()].concat());
        }
    }

    /// What a pattern is given; all files, if it matches them all.
    fn assigned(&mut self, option: &str, glob: &[u8], value: &str) {
        match glob {
            b"**" if !value.contains('=') => self.option(option, value.as_bytes()),
            glob => self.option(option, &[glob, b"=", value.as_bytes()].concat()),
        }
    }

    fn loader(&mut self, loader: Option<Loader>) {
        let word = loader.map(|loader| match loader {
            Loader::Grub => "grub",
            Loader::Isolinux => "isolinux",
            Loader::Limine => "limine",
            Loader::SystemdBoot => "systemd-boot",
            Loader::Windows => "windows",
        });
        self.option_if("--boot", word.map(str::as_bytes));
    }

    fn outputs(&mut self, request: &Request, lacking: &mut Vec<&'static str>) {
        let Outputs {
            image,
            sync,
            sums,
            depfile,
            depfile_target,
            whole_or_nothing,
            log,
            over_base,
            in_place,
            jigdo,
        } = &request.outputs;
        let path = |path: &'_ Option<std::path::PathBuf>| path.clone().map(|path| path.into_os_string());
        for (option, value) in
            [("--output", path(image)), ("--sums", path(sums)), ("--depfile", path(depfile))]
        {
            self.option_if(option, value.as_ref().map(|value| value.as_bytes()));
        }
        self.option_if("--depfile-target", depfile_target.as_ref().map(|target| target.as_bytes()));
        jigdo.iter().for_each(|jigdo| self.jigdo(jigdo));
        let journal = in_place.as_ref().and_then(|asked| asked.journal.as_ref());
        self.option_if("--journal", journal.map(|path| path.as_os_str().as_bytes()));
        let flags = [
            (*sync, "--sync"),
            (*whole_or_nothing, "--whole-or-nothing"),
            (in_place.is_some(), "--in-place"),
            (request.padding == Padding::Track, "--pad"),
            (request.padding == Padding::None, "--no-pad"),
            (request.product == Product::Size, "--print-size"),
            (request.product == Product::Map, "--map"),
            (request.manner.verbose, "--verbose"),
            (request.manner.quiet, "--quiet"),
        ];
        flags.iter().filter(|(set, _)| *set).for_each(|(_, flag)| self.flag(flag));
        if request.product == Product::Sectors {
            lacking.push("the size in sectors");
        }
        if log.is_some() {
            lacking.push("a file for messages");
        }
        if *over_base {
            lacking.push("an image that takes the place of the one it is made from");
        }
    }

    fn jigdo(&mut self, jigdo: &Jigdo) {
        let Jigdo { file, template, list, .. } = jigdo;
        let usual = Jigdo::new(file.clone(), template.clone(), list.clone());
        let mut set = |key: &str, value: &[u8]| {
            self.option("--jigdo", &[key.as_bytes(), b"=", value].concat());
        };
        for (key, path) in [("file", file), ("template", template), ("list", list)] {
            set(key, path.as_os_str().as_bytes());
        }
        if jigdo.checksum != usual.checksum {
            set("checksum", jigdo.checksum.algorithm().name().as_bytes());
        }
        for Mapping { label, from } in &jigdo.map {
            set("map", &[label, &b"="[..], from].concat());
        }
        jigdo.exclude.iter().for_each(|pattern| set("exclude", pattern.text()));
        jigdo.require.iter().for_each(|pattern| set("require", pattern.text()));
        if jigdo.min_size != usual.min_size {
            set("min-size", jigdo.min_size.to_string().as_bytes());
        }
        if jigdo.compression == Compression::Bzip2 {
            set("compress", b"bzip2");
        }
        for (key, digests, usual) in [
            ("image-digests", &jigdo.image_digests, usual.image_digests),
            ("template-digests", &jigdo.template_digests, usual.template_digests),
        ] {
            if *digests != usual {
                let names: Vec<&str> = digests.iter().map(|algorithm| algorithm.name()).collect();
                set(key, names.join(",").as_bytes());
            }
        }
    }

    /// A source, with its target if it has one.
    fn operand(&mut self, operand: &Operand) {
        let (mark, path): (&[u8], &Path) = match &operand.input {
            Input::Path(path) => (b"", path),
            Input::Container(path) => (b"@", path),
            Input::Stream => (b"", Path::new("-")),
        };
        let bytes = path.as_os_str().as_bytes();
        // What begins with a mark is a path all the same.
        let bare = matches!(operand.input, Input::Path(_)) && matches!(bytes.first(), Some(b'@' | b'-'));
        let source = [mark, if bare { b"./" } else { b"" }, &escaped(bytes)].concat();
        let word = match &operand.target {
            None => source,
            Some(target) => {
                let place = escaped(&target.names.join(&b'/'));
                let end: &[u8] = if target.into && !target.names.is_empty() { b"/" } else { b"" };
                [b"/", place.as_slice(), end, b"=", &source].concat()
            }
        };
        self.0.push(OsString::from_vec(word));
    }
}

/// A path before or behind the `=` that divides two.
fn escaped(bytes: &[u8]) -> Vec<u8> {
    let escape = |byte: &u8| if matches!(byte, b'=' | b'\\') { vec![b'\\', *byte] } else { vec![*byte] };
    bytes.iter().flat_map(escape).collect()
}

fn revision(udf: &udf::plan::Options) -> String {
    let number = udf.revision.number();
    format!("{:x}.{:02x}", number >> 8, number & 0xff)
}

/// A date, with hundredths where it has any.
fn when(time: Time) -> String {
    if time.nanoseconds == 0 {
        return format!("@{}", time.seconds);
    }
    let digits = Dates { modification: Some(time), ..Dates::default() }.modification_digits();
    String::from_utf8_lossy(&digits).into_owned()
}

/// Whether an operand is a link to a directory, which without another dialect is that directory.
fn is_followed(operand: &Operand) -> bool {
    match &operand.input {
        Input::Path(path) => path.is_symlink() && path.is_dir(),
        Input::Container(_) | Input::Stream => false,
    }
}
