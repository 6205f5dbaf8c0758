//! Tar archives as inputs: opened as the inputs of all tools are.

use isokit_cli::input::{Opened, refuse_packed};
use isokit_cli::{Concerning, Failure, Report};
use isokit_core::error::Result;
use std::ffi::OsStr;

/// What follows "not" in the message about an input that is something else.
const WANTED: &str = "a tar archive";

/// An archive, and what messages call it.
#[derive(Debug)]
pub(crate) struct Archive {
    pub(crate) name: String,
    pub(crate) members: isokit_tar::Archive,
}

impl Archive {
    /// Opens the archive `operand`; `-` is on standard input.
    ///
    /// # Errors
    /// What the system answers; directories and terminals are refused, and compressed data.
    pub(crate) fn open(operand: &OsStr, report: &Report) -> Result<Self, Failure> {
        let opened = Opened::new(operand, WANTED, report.streams())?;
        let name = opened.name.clone();
        let members = if opened.is_measured() {
            let source = opened.into_file().concerning(&name)?;
            refuse_packed(&source, operand, WANTED, report).concerning(&name)?;
            isokit_tar::Archive::new(Box::new(source))
        } else {
            let pipe = opened.into_pipe();
            refuse_packed(&pipe, operand, WANTED, report).concerning(&name)?;
            isokit_tar::Archive::passing(pipe)
        };
        Ok(Self { name, members })
    }
}
