//! How isomk's own command line spells what messages name.

use crate::spelling::{Advice, Asked, Spelling};

/// The spellings of isomk's own options, as `--help` lists them.
#[derive(Debug)]
pub(super) struct Own;

impl Spelling for Own {
    fn option(&self, what: Asked) -> &'static str {
        match what {
            Asked::Output => "--output",
            Asked::Sums => "--sums",
            Asked::Depfile => "--depfile",
            Asked::WholeOrNothing => "--whole-or-nothing",
            Asked::DvdVideo => "--dvd-video",
            Asked::Weights => "--sort",
            Asked::VolumeId => "--volume-id",
            Asked::BootCatalog => "--boot-catalog",
            Asked::HardDisk => "--boot-entry emulation=hard-disk",
            Asked::Base => "--base",
            Asked::Replace => "--replace",
            Asked::SystemArea => "--system-area",
            Asked::InPlace => "--in-place",
            Asked::Journal => "--journal",
            Asked::Jigdo | Asked::JigdoTemplate => "--jigdo",
            Asked::JigdoRequire => "--jigdo require=",
            // It cannot be asked for here.
            Asked::Log => "",
        }
    }

    fn advice(&self, advice: Advice<'_>) -> String {
        let end = match advice {
            Advice::NotTerminal => " or use -o",
            Advice::RegularFile => "; name one with -o",
            Advice::NameImage => ": add -o FILE or --depfile-target NAME",
            Advice::OtherTarget => "; choose another with --depfile-target",
            Advice::LeaveOut => "; write that to another place, or leave this file out with --exclude",
            Advice::Elsewhere(path) => return format!("; put one of them elsewhere: TARGET={path}"),
            Advice::All => "; -v lists them",
            Advice::Udf => "; add --udf",
            Advice::KeepSpecials => "; --udf-special keep records them",
            Advice::DecideSpecials => "; use --udf-special keep or omit",
            Advice::NewImage => "; use -o OUTPUT without --in-place",
            Advice::NewImageAndJournal => "; make that anew, and remove the journal",
            Advice::JournalElsewhere => "; --journal FILE puts the journal elsewhere",
            Advice::OtherJournal => "; remove it if it is not needed, or use --journal FILE",
            Advice::Loader => "; --boot LOADER makes new ones",
            Advice::NoBoot => {
                "; --no-boot leaves out what boots, and --bios-boot or --efi-boot names another boot image"
            }
        };
        end.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::command;

    #[test]
    fn what_is_spelled_is_declared() {
        let asked = [
            Asked::Output,
            Asked::Sums,
            Asked::Depfile,
            Asked::WholeOrNothing,
            Asked::DvdVideo,
            Asked::Weights,
            Asked::VolumeId,
            Asked::BootCatalog,
            Asked::Base,
            Asked::SystemArea,
            Asked::InPlace,
            Asked::Journal,
            Asked::Jigdo,
            Asked::JigdoTemplate,
            Asked::JigdoRequire,
        ];
        let advice = [
            Advice::NotTerminal,
            Advice::RegularFile,
            Advice::NameImage,
            Advice::OtherTarget,
            Advice::LeaveOut,
            Advice::All,
            Advice::Udf,
            Advice::KeepSpecials,
            Advice::DecideSpecials,
            Advice::NewImage,
            Advice::NewImageAndJournal,
            Advice::JournalElsewhere,
            Advice::OtherJournal,
            Advice::Loader,
            Advice::NoBoot,
        ];
        let command = command();
        let is_declared = |option: &str| {
            command.get_arguments().any(|argument| {
                let short = argument.get_short().map(|letter| format!("-{letter}"));
                let long = argument.get_long().map(|name| format!("--{name}"));
                [short, long].iter().flatten().any(|name| name == option)
            })
        };
        let options = asked.map(|what| Own.option(what).to_owned());
        for sentence in options.into_iter().chain(advice.map(|advice| Own.advice(advice))) {
            for option in sentence.split(' ').filter(|word| word.starts_with('-')) {
                assert!(is_declared(option), "{option}");
            }
        }
    }
}
