//! What operating systems do beyond reading and writing, each under one name. Nothing depends on it but speed and room:
//! where a system has no such call, or refuses it, bytes pass through the program.
//!
//! `--cfg isokit_portable` takes the answers of other systems on Linux too, so that they can be tested there.

#[cfg(all(target_os = "linux", not(isokit_portable)))]
mod linux;
#[cfg(all(target_os = "linux", not(isokit_portable)))]
pub(crate) use linux::{Way, flow, forget, next_data, widen};

#[cfg(not(all(target_os = "linux", not(isokit_portable))))]
mod portable;
#[cfg(not(all(target_os = "linux", not(isokit_portable))))]
pub(crate) use portable::{Way, flow, forget, next_data, widen};
