//! Tables of image x reader: what each peer and each tool of ours sees, equal or explained.

mod iso9660;
mod udf;

use crate::Outcome;

/// The table of ISO 9660 images, or with `udf` that of UDF images.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    match arguments {
        [] => iso9660::table(),
        [kind, rest @ ..] if kind == "udf" => udf::table(rest),
        _ => Err("readers [udf [IMAGE...]]".into()),
    }
}
