//! How these command lines spell what messages name.

use crate::spelling::{Advice, Asked, Spelling};

/// The spellings that genisoimage and xorrisofs share, and what each of them lacks.
#[derive(Debug)]
pub(super) struct Shared;

impl Spelling for Shared {
    fn option(&self, what: Asked) -> &'static str {
        match what {
            Asked::Output => "-o",
            Asked::DvdVideo => "-dvd-video",
            Asked::Weights => "-sort",
            Asked::VolumeId => "-volid",
            Asked::BootCatalog => "-c",
            Asked::HardDisk => "-hard-disk-boot",
            Asked::Log => "-log-file",
            Asked::Base => "-indev",
            Asked::SystemArea => "-as mkisofs -G",
            Asked::Jigdo => "-jigdo-jigdo",
            Asked::JigdoTemplate => "-jigdo-template",
            // genisoimage has no other name for it.
            Asked::JigdoRequire => "-jigdo-force-md5 ",
            // None of these can be asked for here.
            Asked::Sums | Asked::Depfile | Asked::WholeOrNothing => "",
            Asked::Replace | Asked::InPlace | Asked::Journal => "",
        }
    }

    fn advice(&self, advice: Advice<'_>) -> String {
        let end = match advice {
            Advice::NotTerminal => " or use -o",
            Advice::RegularFile => "; name one with -o",
            Advice::LeaveOut => "; write that to another place, or leave this file out with -exclude",
            Advice::Elsewhere(path) => {
                return format!("; put one of them elsewhere: -graft-points TARGET={path}");
            }
            Advice::All => "; -v lists them",
            Advice::Udf => "; add -udf",
            Advice::NoBoot => "; -boot_image any discard leaves out what boots",
            Advice::NameImage
            | Advice::OtherTarget
            | Advice::KeepSpecials
            | Advice::DecideSpecials
            | Advice::NewImage
            | Advice::JournalElsewhere
            | Advice::NewImageAndJournal
            | Advice::OtherJournal
            | Advice::Loader => "",
        };
        end.to_owned()
    }
}
