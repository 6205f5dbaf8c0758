//! UDF: ECMA-167 as OSTA UDF 1.01 to 2.60 uses it.

pub mod charset;
pub mod layout;
pub mod tag;
pub mod time;
