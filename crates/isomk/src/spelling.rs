//! What messages name of the command line, as values: the dialect that was spoken spells it.

use std::fmt;

/// How a dialect spells what messages name. Nothing behind the dialects knows an option otherwise.
pub(crate) trait Spelling: fmt::Debug + Sync {
    /// The option by which `what` was asked for.
    fn option(&self, what: Asked) -> &'static str;

    /// `advice`, as the end of a sentence; empty where the dialect has no option that follows it.
    fn advice(&self, advice: Advice<'_>) -> String;
}

/// An option, by what it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Output,
    Sums,
    Depfile,
    WholeOrNothing,
    DvdVideo,
    Weights,
    VolumeId,
    BootCatalog,
    /// That a boot image is that of a hard disk.
    HardDisk,
    Base,
    SystemArea,
    /// That a file of a base gets another content.
    Replace,
    InPlace,
    Journal,
    Log,
    Jigdo,
    JigdoTemplate,
    /// That a file is in the list of jigdo: what comes before the pattern.
    JigdoRequire,
}

/// What may be done instead of what was asked for, or besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Advice<'a> {
    /// To name a file for what no terminal can take.
    NotTerminal,
    /// To name a file, which appears when it is whole.
    RegularFile,
    /// To name the image, by its file or for make(1) alone.
    NameImage,
    /// To choose another name for make(1).
    OtherTarget,
    /// To write elsewhere than over this input, or to leave it out.
    LeaveOut,
    /// To put this path elsewhere in the image.
    Elsewhere(&'a str),
    /// To have all of them named, not the first alone.
    All,
    /// To add UDF.
    Udf,
    /// To have UDF record links, pipes and devices.
    KeepSpecials,
    /// To decide whether it does.
    DecideSpecials,
    /// To make a new image instead of changing the old one.
    NewImage,
    /// To make the image anew, after which the journal is of no use.
    NewImageAndJournal,
    /// To have the journal where there is room for it.
    JournalElsewhere,
    /// To keep the journal in another place.
    OtherJournal,
    /// To have the image boot by a loader that is in it, whatever it booted by.
    Loader,
    /// To have nothing boot of an image that is a base, or other files.
    NoBoot,
}
