//! How messages name options.

pub(crate) const TEE: &str = "--tee";
