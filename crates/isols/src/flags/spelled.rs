//! How messages name options: at the ends of sentences what may be done instead.

use isokit_booting::Part;

pub(crate) const UNSORTED: &str = "; use -U";

/// The command that writes `part` of the image `input`, which is quoted, to `file`.
pub(crate) fn written_by(part: Part, input: &str, file: &str) -> String {
    match part {
        Part::SystemArea => format!("isocat --system-area -o {file} {input}"),
        Part::BootImage(number) => format!("isocat --boot {number} -o {file} {input}"),
        Part::Partition(scheme, number) => format!("isocat --part {scheme}:{number} -o {file} {input}"),
    }
}
