//! The files of jigdo.

use super::values::Values;
use crate::dialect::jigdo::{
    ALGORITHMS, CHECKSUM, COMPRESSION, MAPPING, SIZE, algorithms, checksum, compression, mapping, size,
};
use crate::pattern::Pattern;
use crate::request::{self, Mapping};
use isokit_core::{Error, Result};
use isokit_digests::Algorithm;
use isokit_jigdo::{BLOCK_LENGTH, Checksum, Compression};
use std::path::PathBuf;

/// What was asked for of jigdo.
#[derive(Debug, Default)]
pub(crate) struct Jigdo {
    pub file: Option<PathBuf>,
    pub template: Option<PathBuf>,
    pub list: Option<PathBuf>,
    pub map: Vec<Mapping>,
    pub exclude: Vec<Pattern>,
    pub require: Vec<Pattern>,
    min_size: Option<u64>,
    checksum: Option<Checksum>,
    compression: Option<Compression>,
    image_digests: Option<Vec<Algorithm>>,
    template_digests: Option<Vec<Algorithm>>,
}

impl Jigdo {
    /// What is asked for, if something is. Digests alone ask for nothing: debian-cd names them for every image.
    ///
    /// # Errors
    /// [`Error::Usage`] where a file is not named.
    pub(super) fn request(&self) -> Result<Option<request::Jigdo>> {
        let Self { file, template, list, min_size, checksum, compression, .. } = self;
        let patterns = self.map.len() + self.exclude.len() + self.require.len();
        let settings = min_size.is_some() || checksum.is_some() || compression.is_some() || patterns > 0;
        if !settings && [file, template, list].iter().all(|path| path.is_none()) {
            return Ok(None);
        }
        let named = |path: &Option<PathBuf>, option: &str| {
            path.clone()
                .ok_or_else(|| Error::Usage(format!("{option} is required by the other options of jigdo")))
        };
        let asked = request::Jigdo::new(
            named(file, "-jigdo-jigdo")?,
            named(template, "-jigdo-template")?,
            named(list, "-md5-list")?,
        );
        // MD5 is always told.
        let digests = |given: &Option<Vec<Algorithm>>, usual: Vec<Algorithm>| {
            given.as_ref().map_or(usual, |given| {
                let others = given.iter().copied().filter(|algorithm| *algorithm != Algorithm::Md5);
                [Algorithm::Md5].into_iter().chain(others).collect()
            })
        };
        Ok(Some(request::Jigdo {
            checksum: checksum.unwrap_or(asked.checksum),
            map: self.map.clone(),
            exclude: self.exclude.clone(),
            require: self.require.clone(),
            min_size: min_size.map_or(asked.min_size, |size| size.max(asked.min_size)),
            compression: compression.unwrap_or(asked.compression),
            image_digests: digests(&self.image_digests, asked.image_digests),
            template_digests: digests(&self.template_digests, asked.template_digests),
            ..asked
        }))
    }

    /// Returns whether the size is one that jigdo can have.
    pub(super) fn set_min_size(&mut self, values: &Values<'_>) -> Result<bool> {
        let size = size(values.text(0)?).ok_or_else(|| values.wrong(SIZE))?;
        self.min_size = Some(size);
        Ok(size >= BLOCK_LENGTH.into())
    }

    pub(super) fn set_checksum(&mut self, values: &Values<'_>) -> Result<()> {
        self.checksum = Some(checksum(values.text(0)?).ok_or_else(|| values.wrong(CHECKSUM))?);
        Ok(())
    }

    pub(super) fn set_compression(&mut self, values: &Values<'_>) -> Result<()> {
        self.compression = Some(compression(values.text(0)?).ok_or_else(|| values.wrong(COMPRESSION))?);
        Ok(())
    }

    pub(super) fn set_image_digests(&mut self, values: &Values<'_>) -> Result<()> {
        self.image_digests = Some(algorithms(values.text(0)?).ok_or_else(|| values.wrong(ALGORITHMS))?);
        Ok(())
    }

    pub(super) fn set_template_digests(&mut self, values: &Values<'_>) -> Result<()> {
        self.template_digests = Some(algorithms(values.text(0)?).ok_or_else(|| values.wrong(ALGORITHMS))?);
        Ok(())
    }

    pub(super) fn add_mapping(&mut self, values: &Values<'_>) -> Result<()> {
        self.map.push(mapping(&values.bytes(0)).ok_or_else(|| values.wrong(MAPPING))?);
        Ok(())
    }
}

/// A regular expression behind an option.
///
/// # Errors
/// [`Error::Usage`] for what is none.
pub(super) fn pattern(values: &Values<'_>) -> Result<Pattern> {
    Pattern::new(&values.bytes(0)).map_err(|error| Error::Usage(format!("{}: {error}", values.option)))
}
