//! How messages name options: at the ends of sentences what may be done instead.

pub(crate) const UNSORTED: &str = "; use -U";
