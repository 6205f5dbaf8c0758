//! The trees of one image against each other: what one of them lacks, and names that lead to other contents.

use super::{Fault, Found, Kind};
use crate::error::{Error, Result, Structure};
use crate::image::{Image, TreeKind};
use crate::source::Source;
use listing::Listing;
use pair::{Differences, Pair};

mod listing;
mod pair;

/// A name in a directory, of whatever file system.
const NAME: Structure = Structure::new("directory entry", "ECMA-119 9.1, ECMA-167 4/14.4");

/// Names that are told one by one of what a tree lacks; of the others there is one fault.
const TOLD: usize = 16;

/// Checks all trees of the session that is shown against the tree that is.
///
/// # Errors
/// Those of reading the source.
pub(super) fn check(image: &Image<'_>, found: Found<'_>) -> Result<()> {
    let source = image.source();
    let mut shown = None;
    image.other_trees(source, |volume| {
        let kind = volume.kind();
        if shown.is_none() {
            // What of it cannot be listed was told before.
            shown = Some(Listing::of(image.tree(), image.shown(), &mut |_, _| {})?);
        }
        let other = Listing::of(volume.tree(), kind, &mut |path, error| {
            let consequence = format!("{} miss what is there", readers(kind));
            found(super::fault(error, Kind::Damage, consequence).map(|fault| fault.about(Some(path))));
        })?;
        if let Some(shown) = &shown {
            compare(source, shown, &other, found);
        }
        Ok(())
    })
}

/// What one of the trees of an image has, and another one of them lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// A tree besides the one that is shown.
    pub tree: TreeKind,
    /// Paths in the tree that is shown of what this tree lacks; of what is in such a directory, none.
    pub missing: Vec<Vec<u8>>,
    /// Paths in this tree of what the tree that is shown lacks; likewise.
    pub further: Vec<Vec<u8>>,
}

/// What the other trees of `image` lack of the one that is shown, and have beyond it. Links, devices and the like are not
/// compared; nor are trees that are damaged or too large, nor those of an image that passes once.
///
/// # Errors
/// Those of reading the source.
pub fn lacking(image: &Image<'_>) -> Result<Vec<Lacking>> {
    let source = image.source();
    let mut all = Vec::new();
    if !source.access().is_random() {
        return Ok(all);
    }
    let mut shown = None;
    image.other_trees::<Error>(source, |volume| {
        if shown.is_none() {
            shown = Some(Listing::of(image.tree(), image.shown(), &mut |_, _| {})?);
        }
        let other = Listing::of(volume.tree(), volume.kind(), &mut |_, _| {})?;
        let Some(shown) = shown.as_ref().filter(|shown| shown.is_whole && other.is_whole) else {
            return Ok(());
        };
        let Differences { only_one, only_two, .. } = Pair { source, one: shown, two: &other }.differences();
        let paths = |of: &Listing, indices: &[usize]| indices.iter().map(|index| of.path(*index)).collect();
        let (missing, further) = (paths(shown, &only_one), paths(&other, &only_two));
        all.push(Lacking { tree: volume.kind(), missing, further });
        Ok(())
    })?;
    Ok(all)
}

/// Tells how `shown` and `other` differ.
fn compare(source: &dyn Source, shown: &Listing, other: &Listing, found: Found<'_>) {
    if !shown.is_whole || !other.is_whole {
        let words = format!("the {} and the {} tree", shown.tree.word, other.tree.word);
        found(Err(Error::TooLarge(format!("{words} are damaged or too large, and were not compared"))));
        return;
    }
    let differences = Pair { source, one: shown, two: other }.differences();
    lacks(shown, other, &differences.only_one, found);
    lacks(other, shown, &differences.only_two, found);
    for (index, deviation) in differences.others.iter().take(TOLD) {
        if let Some(node) = shown.node(*index) {
            let deviation = format!("in the {} tree, it {deviation}", other.tree.word);
            let consequence = "what is read depends on the reader";
            let fault = Fault::new(Kind::TreeContents, NAME.at(node.at), deviation, consequence);
            found(Ok(fault.about(Some(&shown.path(*index)))));
        }
    }
    if let Some(more) = differences.others.len().checked_sub(TOLD).filter(|more| *more > 0)
        && let Some((index, _)) = differences.others.get(TOLD)
        && let Some(node) = shown.node(*index)
    {
        let deviation = format!("{more} more names lead to something else in the {} tree", other.tree.word);
        let consequence = "what is read depends on the reader";
        found(Ok(Fault::new(Kind::TreeContents, NAME.at(node.at), deviation, consequence)));
    }
}

/// Tells of the names of `whole` that `poor` lacks.
fn lacks(whole: &Listing, poor: &Listing, missing: &[usize], found: Found<'_>) {
    let consequence = format!("{} do not see it", readers(poor.tree));
    let (whole_word, poor_word) = (whole.tree.word, poor.tree.word);
    let told = if missing.len() > TOLD { TOLD - 1 } else { TOLD };
    for index in missing.iter().take(told) {
        let Some(node) = whole.node(*index) else { continue };
        let all = if node.children.is_empty() { "" } else { ", with all in it" };
        let deviation = format!("is in the {whole_word} tree{all}, but not in the {poor_word} tree");
        let fault = Fault::new(Kind::TreeDifference, NAME.at(node.at), deviation, consequence.as_str());
        found(Ok(fault.about(Some(&whole.path(*index)))));
    }
    if let Some(rest) = missing.get(told..).filter(|rest| !rest.is_empty())
        && let Some(node) = rest.first().and_then(|index| whole.node(*index))
    {
        let deviation = format!(
            "it and {} more are in the {whole_word} tree, but not in the {poor_word} tree",
            rest.len() - 1
        );
        let consequence = format!("{} do not see them", readers(poor.tree));
        let fault = Fault::new(Kind::TreeDifference, NAME.at(node.at), deviation, consequence);
        found(Ok(fault.about(rest.first().map(|index| whole.path(*index)).as_deref())));
    }
}

/// Who shows the tree `kind` of an image that has others.
fn readers(kind: TreeKind) -> &'static str {
    match kind.word {
        "udf" => "readers that prefer UDF (Windows, macOS)",
        "joliet" => "readers that prefer Joliet (Windows, macOS)",
        "rr" => "readers of Rock Ridge (Linux, boot loaders)",
        "iso" => "readers that know plain ISO 9660 only (firmware, boot loaders)",
        _ => "readers that prefer this tree",
    }
}
