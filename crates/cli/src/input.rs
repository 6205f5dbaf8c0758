//! Opening an image: a path, or standard input for `-`.

use crate::exit::{Concerning, Failure};
use isokit_core::Error;
use isokit_core::source::{self, Pipe, Source};
use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::IsTerminal;
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

/// An input that was opened, and what messages call it.
#[derive(Debug)]
pub struct Input {
    /// The name messages show: the operand as it was given, or `standard input`.
    pub name: String,
    /// Its bytes.
    pub source: Box<dyn Source>,
}

impl Input {
    /// Opens `operand`: a regular file or block device at random, anything else (`-`, a FIFO, a socket) as it passes.
    ///
    /// # Errors
    /// When it cannot be opened, is a directory, or is a terminal.
    pub fn open(operand: &OsStr) -> Result<Self, Failure> {
        let stdin = operand == "-";
        let name = if stdin { "standard input".to_owned() } else { operand.to_string_lossy().into_owned() };
        let file = if stdin {
            std::io::stdin().as_fd().try_clone_to_owned().map(File::from)
        } else {
            File::open(Path::new(operand))
        };
        let opened = file.and_then(|file| Ok((file.metadata()?, file)));
        let (about, file) = opened.map_err(|error| Error::io("open", error)).concerning(&name)?;
        let source = from_file(file, &about).concerning(&name)?;
        Ok(Self { name, source })
    }
}

fn from_file(file: File, about: &Metadata) -> Result<Box<dyn Source>, Error> {
    let kind = about.file_type();
    if kind.is_dir() {
        return Err(Error::Usage("is a directory, not an image".into()));
    }
    if file.is_terminal() {
        return Err(Error::Usage("is a terminal: give an image, or pipe one in".into()));
    }
    if kind.is_file() || kind.is_block_device() {
        return Ok(Box::new(source::File::new(file)?));
    }
    Ok(Box::new(Pipe::new(file, temporary_folder())))
}

/// Where temporary files go: `TMPDIR`, else `/tmp`.
pub fn temporary_folder() -> PathBuf {
    std::env::temp_dir()
}
