//! The languages in which an image is asked to boot. Each is a file of its own.

mod mkisofs;
mod own;
mod told;

pub(crate) use mkisofs::hidden as hidden_by_mkisofs;
pub use mkisofs::mkisofs;
pub(crate) use own::hidden as hidden_by_own;
pub use own::{TYPES, own, own_partitions};
pub use told::Told;

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

/// An option, and its values.
pub type Line = Vec<OsString>;

/// Which trees an image has besides that of ISO 9660.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trees {
    /// Joliet.
    pub joliet: bool,
    /// UDF.
    pub udf: bool,
}

/// Options, in their order.
#[derive(Debug, Default)]
struct Lines(Vec<Line>);

impl Lines {
    /// Adds an option without a value.
    fn option(&mut self, option: impl Into<OsString>) {
        self.0.push(vec![option.into()]);
    }

    /// Adds an option with one.
    fn value(&mut self, option: impl Into<OsString>, value: &[u8]) {
        self.0.push(vec![option.into(), OsString::from_vec(value.to_vec())]);
    }

    /// Adds an option with several.
    fn values<const N: usize>(&mut self, option: impl Into<OsString>, values: [Vec<u8>; N]) {
        let values = values.into_iter().map(OsString::from_vec);
        self.0.push(std::iter::once(option.into()).chain(values).collect());
    }
}
