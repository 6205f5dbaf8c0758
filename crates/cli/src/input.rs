//! Opening an image: a path, or standard input.

use crate::advice::STANDARD_INPUT;
use crate::exit::{Concerning, Failure};
use crate::journal;
use crate::name::{quoted, shown};
use crate::output::names_standard_input;
use crate::report::Report;
use crate::streams::Streams;
use isokit_core::Error;
use isokit_core::sniff::{Packed, packed_source};
use isokit_core::source::{self, Map, Pipe, Section, Source, Waiting};
use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{IsTerminal, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

/// An input that was opened, and what messages call it.
#[derive(Debug)]
pub struct Input {
    /// The name messages show: the operand as it was given, or `standard input`.
    pub name: String,
    /// Errors of reading them do not name the input.
    pub source: Box<dyn Source>,
}

impl Input {
    /// Opens the image `operand`: a regular file or block device at random, anything else (`-`, a FIFO, a socket) as it
    /// passes. Standard input begins where it stands, also in a file.
    ///
    /// # Errors
    /// When it cannot be opened, is a directory, or is a terminal; and for compressed data, with the pipeline that would
    /// work.
    pub fn open_image(operand: &OsStr, report: &Report) -> Result<Self, Failure> {
        let opened = Opened::new(operand, IMAGE, report.streams())?;
        let name = opened.name.clone();
        let source = opened.into_source().concerning(&name)?;
        refuse_packed(&*source, operand, IMAGE, report).concerning(&name)?;
        warn_interrupted(operand, report);
        Ok(Self { name, source })
    }
}

/// Warns that a change of the image that `operand` names was interrupted, if what is beside it says so.
pub fn warn_interrupted(operand: &OsStr, report: &Report) {
    if !names_standard_input(Path::new(operand))
        && let Some(sentence) = journal::interrupted(operand)
    {
        report.warning(operand.to_string_lossy(), sentence);
    }
}

/// Refuses an image of which another is to be made, if a change of it was interrupted: nobody wants a mixture of old and new
/// in that.
///
/// # Errors
/// [`Error::Unreadable`] for such an image, with what finishes its change.
pub fn refuse_interrupted(operand: &OsStr) -> Result<(), Failure> {
    if names_standard_input(Path::new(operand)) {
        return Ok(());
    }
    journal::interrupted(operand)
        .map_or(Ok(()), |sentence| Err(Error::Unreadable(sentence)))
        .concerning(operand.to_string_lossy())
}

/// What follows "not" in the message about an input that is something else.
pub const IMAGE: &str = "an image";

/// Refuses compressed data: `source` is what `operand` names, and is to be `wanted`.
///
/// # Errors
/// For compressed data, with the pipeline that would work; and those of the source.
pub fn refuse_packed(
    source: &dyn Source,
    operand: &OsStr,
    wanted: &str,
    report: &Report,
) -> Result<(), Error> {
    let Some(packed) = packed_source(source)? else { return Ok(()) };
    let pipeline = unpacking(packed, operand, &report.call_reading_standard_input(operand));
    Err(Error::foreign(format!("{packed}, not {wanted}; try: {pipeline}"), None))
}

/// A file that was opened to be read from where it stands, of whatever kind.
#[derive(Debug)]
pub struct Opened {
    /// As [`Input::name`].
    pub name: String,
    /// The file: neither a directory nor a terminal, unless it was opened whatever its kind.
    pub file: File,
    about: Metadata,
}

impl Opened {
    /// Opens `operand`, which is to be `wanted`, such as [`IMAGE`]; standard input for `-`.
    ///
    /// # Errors
    /// When it cannot be opened, is a directory, or is a terminal.
    pub fn new(operand: &OsStr, wanted: &str, streams: &Streams) -> Result<Self, Failure> {
        let opened = Self::of_any_kind(operand, streams).map_err(|error| Error::io("open", error));
        let Self { name, file, about } = opened.concerning(called(operand))?;
        if about.is_dir() {
            return Err(Error::Unreadable(format!("is a directory, not {wanted}"))).concerning(name);
        }
        if file.is_terminal() {
            let sentence = format!("is a terminal: name {wanted}, or pipe one in");
            return Err(Error::Unreadable(sentence)).concerning(name);
        }
        Ok(Self { name, file, about })
    }

    /// As [`Opened::new`], of whatever kind it is. A directory is told only by the first read; a terminal is read as cat(1)
    /// reads it.
    ///
    /// # Errors
    /// The system's.
    pub fn of_any_kind(operand: &OsStr, streams: &Streams) -> std::io::Result<Self> {
        let file = if operand == "-" { streams.duplicate(0) } else { File::open(Path::new(operand)) }?;
        let about = file.metadata()?;
        if about.file_type().is_fifo() {
            source::widen(&file);
        }
        Ok(Self { name: called(operand), about, file })
    }

    /// Only a regular file can have holes.
    pub fn is_regular(&self) -> bool {
        self.about.is_file()
    }

    /// Bytes from where it stands to the end of a regular file or block device; `None` of anything else.
    pub fn left(&self) -> Option<u64> {
        if !self.is_measured() {
            return None;
        }
        let size = source::File::new(self.file.try_clone().ok()?).ok()?.size()?;
        Some(size.saturating_sub(self.start()))
    }

    /// Byte offset of the descriptor; 0 for what cannot seek.
    fn start(&self) -> u64 {
        rustix::fs::tell(&self.file).unwrap_or(0)
    }

    /// A regular file or block device: it has a size, and can be read anywhere.
    pub fn is_measured(&self) -> bool {
        self.about.is_file() || self.about.file_type().is_block_device()
    }

    /// Its bytes, from where it stands.
    ///
    /// # Errors
    /// The system's.
    pub fn into_source(self) -> Result<Box<dyn Source>, Error> {
        if !self.is_measured() {
            return Ok(Box::new(self.into_pipe()));
        }
        let start = self.start();
        let whole = source::File::new(self.file)?;
        // A device's error is better told by a read that fails than by a fault in a mapping.
        let source: Box<dyn Source> =
            if self.about.is_file() { Box::new(Map::new(whole)) } else { Box::new(whole) };
        match start {
            0 => Ok(source),
            start => Ok(Box::new(Section::new(source, start, None)?)),
        }
    }

    /// As [`Opened::into_source`], of what is measured and read front to back in small pieces: a fault for each page of a
    /// mapping takes the system longer than such reads do.
    ///
    /// # Errors
    /// As [`Opened::into_source`].
    pub fn into_file(self) -> Result<Section<source::File>, Error> {
        let start = self.start();
        Section::new(source::File::new(self.file)?, start, None)
    }

    /// All from where it stands, as it passes.
    pub fn into_pipe(self) -> Pipe {
        Pipe::new(Waiting::new(self.file), temporary_folder())
    }
}

/// The operand as it was given, or `standard input`.
fn called(operand: &OsStr) -> String {
    if operand == "-" { STANDARD_INPUT.to_owned() } else { operand.to_string_lossy().into_owned() }
}

/// The pipeline that hands what is in `operand` to `call`.
fn unpacking(packed: Packed, operand: &OsStr, call: &str) -> String {
    let by = match packed {
        Packed::Gzip | Packed::Zstandard | Packed::Xz | Packed::Bzip2 | Packed::Lz4 => "imgconv",
        Packed::Lzip => "lzip -dc",
        Packed::Zip => "unzip -p",
        Packed::SevenZip => "7z x -so",
        Packed::Compress => "gzip -dc",
    };
    match (operand == "-", packed) {
        (false, _) => format!("{by} {} | {call}", quoted(operand)),
        // Archives have their directory at the end: these two do not read from a pipe.
        (true, Packed::Zip | Packed::SevenZip) => format!("{by} FILE | {call}"),
        (true, _) => format!("{by} | {call}"),
    }
}

/// Bytes of a list that somebody wrote or a program printed, at the most: 1 GiB.
pub const LARGEST_TEXT: u64 = 1 << 30;

/// The content of the small file `path`, or of standard input by any of its names; a device has no end.
///
/// # Errors
/// When it cannot be read, or has more than `most` bytes.
pub fn text(path: &Path, most: u64, streams: &Streams) -> Result<Vec<u8>, Failure> {
    match start(path, most, streams)? {
        (text, false) => Ok(text),
        (_, true) => {
            let sentence = format!("larger than {most} bytes, the most that is read of it");
            Err(Error::Unreadable(sentence)).concerning(text_name(path))
        }
    }
}

/// The first `most` bytes of `path`, or of standard input by any of its names, and whether there are more.
///
/// # Errors
/// When it cannot be read.
pub fn start(path: &Path, most: u64, streams: &Streams) -> Result<(Vec<u8>, bool), Failure> {
    let failed = |error| Error::io("read", error);
    let read = || {
        let file = if names_standard_input(path) { streams.duplicate(0) } else { File::open(path) };
        let mut text = Vec::new();
        let mut file = Waiting::new(file.map_err(failed)?).take(most.saturating_add(1));
        file.read_to_end(&mut text).map_err(failed)?;
        let has_more = u64::try_from(text.len()).is_ok_and(|length| length > most);
        if has_more {
            text.pop();
        }
        Ok((text, has_more))
    };
    read().concerning(text_name(path))
}

fn text_name(path: &Path) -> String {
    match names_standard_input(path) {
        true => STANDARD_INPUT.into(),
        false => shown(path.as_os_str().as_encoded_bytes()),
    }
}

/// Where temporary files go: `TMPDIR`, else `/tmp`.
pub fn temporary_folder() -> PathBuf {
    std::env::temp_dir()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, Write};

    fn called(tool: &'static str, arguments: &[&str]) -> Report {
        Report::new(tool, Streams::default()).called_with(arguments.iter().map(Into::into))
    }

    fn opened(path: &Path) -> Result<Input, Failure> {
        Input::open_image(path.as_os_str(), &called("isols", &[]))
    }

    #[test]
    fn compressed_data_is_refused_with_the_pipeline_that_works() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, content, want) in [
            (
                "x.iso.gz",
                &b"\x1f\x8b\x08\0"[..],
                "gzip data, not an image; try: imgconv F/x.iso.gz | isols -",
            ),
            ("a b.zip", b"PK\x03\x04", "a Zip archive, not an image; try: unzip -p 'F/a b.zip' | isols -"),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, content).expect("room");
            let failure = opened(&path).expect_err("not an image");
            assert!(matches!(failure.error, Error::Foreign(_)), "{failure:?}");
            let error = failure.to_string();
            let shown = folder.path().display().to_string();
            assert_eq!(error, format!("{}: {}", path.display(), want.replace('F', &shown)));
        }
    }

    #[test]
    fn the_pipeline_keeps_what_was_asked_for() {
        for (packed, operand, tool, arguments, want) in [
            (Packed::Xz, "-", "isocat", &["-", "/a b"][..], "imgconv | isocat - '/a b'"),
            (Packed::Xz, "-", "isols", &["-l"], "imgconv | isols -l"),
            (Packed::Zip, "-", "isocat", &["-"], "unzip -p FILE | isocat -"),
            (Packed::Gzip, "x.gz", "isols", &["-l", "x.gz", "/*"], "imgconv x.gz | isols -l - '/*'"),
            (Packed::Gzip, "t.gz", "isomk", &["-V", "A", "@t.gz"], "imgconv t.gz | isomk -V A -"),
        ] {
            let call = called(tool, arguments).call_reading_standard_input(operand.as_ref());
            assert_eq!(unpacking(packed, operand.as_ref(), &call), want);
        }
    }

    #[test]
    fn directories_and_missing_files_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let shown = folder.path().display();
        let error = opened(folder.path()).expect_err("a folder");
        assert!(matches!(error.error, Error::Unreadable(_)), "{error:?}");
        assert_eq!(error.to_string(), format!("{shown}: is a directory, not an image"));
        let error = opened(&folder.path().join("none")).expect_err("missing");
        assert_eq!(error.to_string(), format!("{shown}/none: open: No such file or directory"));
    }

    #[test]
    fn a_file_begins_where_it_stands_and_a_pipe_at_its_next_byte() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"0123456789").expect("room");
        file.seek(std::io::SeekFrom::Start(4)).expect("a file");
        let opened = |file: File| Opened { name: String::new(), about: file.metadata().expect("open"), file };
        let source = opened(file).into_source().expect("a file");
        let mut bytes = [0; 3];
        source.read_at(1, &mut bytes).expect("there");
        assert_eq!((&bytes, source.origin(), source.size()), (b"567", 4, Some(6)));

        let (reader, mut writer) = std::io::pipe().expect("a pipe");
        writer.write_all(b"0123456789").expect("room");
        let reader = File::from(std::os::fd::OwnedFd::from(reader));
        let source = opened(reader).into_source().expect("a pipe");
        source.read_at(5, &mut bytes).expect("there");
        assert_eq!((&bytes, source.size()), (b"567", None));
    }
}
