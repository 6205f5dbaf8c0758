//! Names of the volume, and what the descriptors have no room for of them.

use crate::udf::charset::fitting;
use std::fmt;

/// Names of the volume; what does not fit is cut, and is a [`super::Note::Identifier`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identifiers {
    /// Of the volume, the logical volume and the file set.
    pub volume: String,
    /// Of the set of volumes; 16 digits made of the date and the tree come before it, so that no two are the same.
    pub volume_set: String,
    /// Who made it, and two lines more (UDF 2.2.7.2: owner, organisation, contact).
    pub information: [String; 3],
    /// The file in the root that says who holds the rights.
    pub copyright_file: String,
    /// The file in the root that holds the abstract.
    pub abstract_file: String,
}

/// An identifier that does not read as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// What it is, in the standard's words: `volume identifier`.
    pub field: &'static str,
    /// The descriptors that cut it.
    pub descriptor: &'static str,
    /// Characters there is room for: in Latin-1, and when one is beyond it.
    pub room: (usize, usize),
    /// The part of it that is recorded.
    pub to: String,
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, descriptor, room: (narrow, wide), to } = self;
        write!(
            f,
            "the {field} is \"{to}\" in UDF's {descriptor}; at most {narrow} characters fit, or {wide} if one \
             is beyond Latin-1"
        )
    }
}

/// Digits before the identifier of a set of volumes (UDF 2.2.2.5).
const UNIQUE: usize = 16;

impl Identifiers {
    /// The volume set identifier behind these digits.
    pub(in crate::udf) fn volume_set(&self, unique: &str) -> String {
        format!("{unique}{}", self.volume_set)
    }

    /// The identifiers that do not read as they were given. Sizes are those of dstrings (ECMA-167 3/10.1, 3/10.6 and
    /// 4/14.1; UDF 2.2.7.2).
    pub(super) fn changed(&self) -> Vec<Changed> {
        const INFORMATION: &str = "logical volume information";
        const FILE_SET: &str = "file set descriptor";
        let [publisher, preparer, application] = &self.information;
        let set = self.volume_set(&"0".repeat(UNIQUE));
        let fields = [
            ("volume identifier", "primary volume and file set descriptors", self.volume.as_str(), 32, 0),
            ("volume identifier", "logical volume descriptor", &self.volume, 128, 0),
            ("volume set identifier", "primary volume descriptor", &set, 128, UNIQUE),
            ("publisher identifier", INFORMATION, publisher, 36, 0),
            ("data preparer identifier", INFORMATION, preparer, 36, 0),
            ("application identifier", INFORMATION, application, 36, 0),
            ("copyright file identifier", FILE_SET, &self.copyright_file, 32, 0),
            ("abstract file identifier", FILE_SET, &self.abstract_file, 32, 0),
        ];
        let cut = fields.into_iter().filter_map(|(field, descriptor, wanted, size, before)| {
            let (to, most) = (fitting(wanted, size), size - 2);
            let room = (most - before, most / 2 - before);
            let own = to.get(before..).unwrap_or_default().to_owned();
            (to != wanted).then_some(Changed { field, descriptor, room, to: own })
        });
        cut.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_said_for_each_descriptor() {
        let said = |identifiers: Identifiers| -> Vec<String> {
            identifiers.changed().iter().map(Changed::to_string).collect()
        };
        let volume = |text: String| Identifiers { volume: text, ..Identifiers::default() };
        assert_eq!(said(volume("x".repeat(30))), [""; 0]);
        assert_eq!(said(volume("Ω".repeat(15))), [""; 0]);
        assert_eq!(
            said(volume("x".repeat(31))),
            [format!(
                "the volume identifier is \"{}\" in UDF's primary volume and file set descriptors; at \
                 most 30 characters fit, or 15 if one is beyond Latin-1",
                "x".repeat(30)
            )]
        );
        let both: Vec<_> = volume("Ω".repeat(64)).changed().into_iter().map(|changed| changed.to).collect();
        assert_eq!(both, ["Ω".repeat(15), "Ω".repeat(63)]);
        let set = |text: String| Identifiers { volume_set: text, ..Identifiers::default() }.changed();
        assert_eq!((set("s".repeat(110)), set("Ω".repeat(47))), (Vec::new(), Vec::new()));
        assert_eq!(set("s".repeat(111))[0].to, "s".repeat(110));
        assert_eq!(
            (set("Ω".repeat(48))[0].to.as_str(), set("Ω".repeat(48))[0].room),
            (&*"Ω".repeat(47), (110, 47))
        );
        let information = ["p".repeat(34), "q".repeat(35), String::new()];
        let changed = Identifiers { information, ..Identifiers::default() }.changed();
        assert_eq!((changed.len(), changed[0].field), (1, "data preparer identifier"));
    }
}
