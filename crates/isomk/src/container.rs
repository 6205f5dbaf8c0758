//! What an operand holds that is taken apart: a tar archive, or an image.

use crate::archive::Archive;
use crate::existing::Existing;
use isokit_cli::input::{Opened, refuse_interrupted, refuse_packed};
use isokit_cli::{Concerning, Failure, Report};
use isokit_core::error::{Error, Result};
use isokit_core::image::{self, Image, is_announced};
use isokit_core::sniff::{Class, foreign};
use isokit_core::source::{Section, Source};
use std::ffi::OsStr;
use std::os::fd::AsFd;

/// What follows "not" in the message about an input that is something else.
const WANTED: &str = "a tar archive or an image";

#[derive(Debug)]
pub(crate) enum Container {
    Archive(Box<Archive>),
    Image(Existing),
}

impl Container {
    /// Opens `operand`; `-` is standard input, from where it stands. What comes through a pipe is kept: an archive as far as
    /// it is wanted, an image whole.
    ///
    /// # Errors
    /// What the system answers; directories and terminals are refused, and compressed data, what is neither, and an image that is
    /// between two states.
    pub(crate) fn open(operand: &OsStr, report: &Report) -> Result<Self, Failure> {
        let opened = Opened::new(operand, WANTED, report.streams())?;
        let name = opened.name.clone();
        let refuse = |source: &dyn Source| refuse_packed(source, operand, WANTED, report);
        if opened.is_measured() {
            let start = rustix::fs::tell(&opened.file).unwrap_or(0);
            let source = Section::new(opened.file.as_fd(), start, None).concerning(&name)?;
            refuse(&source).concerning(&name)?;
            refuse_interrupted(operand)?;
            if is_image(&source).concerning(&name)? || is_other_image(&source) {
                return Ok(Self::Image(Existing::new(opened.into_source().concerning(&name)?, name)));
            }
            refuse_others(&source).concerning(&name)?;
            let source = opened.into_file().concerning(&name)?;
            return Ok(Self::archive(name, isokit_tar::Archive::new(Box::new(source))));
        }
        let pipe = opened.into_pipe().keeping_all();
        refuse(&pipe).concerning(&name)?;
        if is_image(&pipe).concerning(&name)? {
            pipe.take_all().concerning(&name)?;
            return Ok(Self::Image(Existing::new(Box::new(pipe), name)));
        }
        Ok(Self::archive(name, isokit_tar::Archive::passing(pipe)))
    }

    fn archive(name: String, members: isokit_tar::Archive) -> Self {
        Self::Archive(Box::new(Archive { name, members }))
    }
}

/// Whether a volume is announced, and no archive is.
fn is_image(source: &dyn Source) -> Result<bool> {
    Ok(!is_archive(source)? && is_announced(source)?)
}

/// Whether a volume is found that nothing announces where volumes are announced.
fn is_other_image(source: &dyn Source) -> bool {
    matches!(is_archive(source), Ok(false)) && Image::open(source, &image::Options::default()).is_ok()
}

/// An archive begins with a header; a member may well have an image in it, at any byte.
fn is_archive(source: &dyn Source) -> Result<bool> {
    Ok(beginning(source)?.is_some_and(|block| isokit_tar::is_header(&block)))
}

/// The first block, if it is whole.
fn beginning(source: &dyn Source) -> Result<Option<[u8; 512]>> {
    let mut block = [0; 512];
    let read = source.read_some(0, &mut block)?;
    Ok((read == block.len()).then_some(block))
}

/// Refuses what is not an image and does not begin as an archive, by its name if it has one. An archive without members is
/// nothing but zeros; one whose first header is damaged has its mark, and its reader tells what is wrong.
fn refuse_others(source: &dyn Source) -> Result<()> {
    let may_be = |block: [u8; 512]| isokit_tar::is_header(&block) || block[257..262] == *b"ustar";
    if beginning(source)?.is_some_and(may_be) {
        return Ok(());
    }
    match foreign(source)? {
        Some(found) if found.class == Class::Blank => Ok(()),
        Some(found) => Err(Error::foreign(format!("{}, not {WANTED}", found.name), None)),
        None => Err(Error::foreign("neither a tar archive nor an image", None)),
    }
}
