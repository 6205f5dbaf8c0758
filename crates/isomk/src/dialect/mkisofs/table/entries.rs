//! What trees do not show, and in which order contents lie.

use crate::dialect::mkisofs::entries::{EXISTENCE, ISO, JOLIET, UDF, Weight};
use crate::dialect::mkisofs::option::Does::{Nothing, Sets};
use crate::dialect::mkisofs::option::{Definition, both, genisoimage, xorrisofs};

pub(super) const OPTIONS: &[Definition] = &[
    both(
        &["-hide"],
        &["GLOB"],
        Sets(|settings, values| {
            let pattern = values.pattern(0, settings.peer)?;
            settings.entries.hidden.extend(pattern.map(|pattern| (pattern, ISO)));
            Ok(())
        }),
        "Hide what GLOB matches from the primary tree and Rock Ridge",
    ),
    both(
        &["-hide-list"],
        &["FILE"],
        Sets(|settings, values| {
            settings.entries.hidden_lists.push((values.path(0), ISO));
            Ok(())
        }),
        "Read such patterns from FILE, one a line",
    ),
    both(
        &["-hide-joliet"],
        &["GLOB"],
        Sets(|settings, values| {
            let pattern = values.pattern(0, settings.peer)?;
            settings.entries.hidden.extend(pattern.map(|pattern| (pattern, JOLIET)));
            Ok(())
        }),
        "Hide what GLOB matches from Joliet",
    ),
    both(
        &["-hide-joliet-list"],
        &["FILE"],
        Sets(|settings, values| {
            settings.entries.hidden_lists.push((values.path(0), JOLIET));
            Ok(())
        }),
        "Read such patterns from FILE, one a line",
    ),
    genisoimage(
        &["-hide-udf"],
        &["GLOB"],
        Sets(|settings, values| {
            let pattern = values.pattern(0, settings.peer)?;
            settings.entries.hidden.extend(pattern.map(|pattern| (pattern, UDF)));
            Ok(())
        }),
        "Hide what GLOB matches from UDF",
    ),
    genisoimage(
        &["-hide-udf-list"],
        &["FILE"],
        Sets(|settings, values| {
            settings.entries.hidden_lists.push((values.path(0), UDF));
            Ok(())
        }),
        "Read such patterns from FILE, one a line",
    ),
    both(
        &["-hide-hfs", "-hide-hfsplus"],
        &["GLOB"],
        Nothing("there is no such tree"),
        "Hide what GLOB matches from HFS or HFS+",
    ),
    both(
        &["-hide-hfs-list", "-hide-hfsplus-list"],
        &["FILE"],
        Nothing("there is no such tree"),
        "Read such patterns from FILE",
    ),
    both(
        &["-hide-joliet-trans-tbl"],
        &[],
        Sets(|settings, _| {
            settings.trees.hidden_tables = true;
            Ok(())
        }),
        "Hide TRANS.TBL from Joliet",
    ),
    genisoimage(
        &["-hidden"],
        &["GLOB"],
        Sets(|settings, values| {
            let pattern = values.pattern(0, settings.peer)?;
            settings.entries.hidden.extend(pattern.map(|pattern| (pattern, EXISTENCE)));
            Ok(())
        }),
        "Mark what GLOB matches as hidden; it is recorded, and some systems do not show it",
    ),
    genisoimage(
        &["-hidden-list"],
        &["FILE"],
        Sets(|settings, values| {
            settings.entries.hidden_lists.push((values.path(0), EXISTENCE));
            Ok(())
        }),
        "Read such patterns from FILE, one a line",
    ),
    both(
        &["-sort"],
        &["FILE"],
        Sets(|settings, values| {
            settings.entries.sort = Some(values.path(0));
            Ok(())
        }),
        "Order contents by the lines of FILE: a pattern, as with -m, and a weight; heavy ones first",
    ),
    xorrisofs(
        &["--sort-weight"],
        &["NUMBER", "PATH"],
        Sets(|settings, values| {
            let weight = values.parsed(0, "a number, and a path in the image")?;
            settings.entries.weights.push(Weight { path: values.bytes(1), weight, is_pattern: false });
            Ok(())
        }),
        "Weight of PATH in the image, or of all below it; heavy ones first",
    ),
    xorrisofs(
        &["--sort-weight-list"],
        &["FILE"],
        Sets(|settings, values| {
            settings.entries.weight_list = Some((values.path(0), false));
            Ok(())
        }),
        "Read such weights from FILE: lines of NUMBER and PATH",
    ),
    xorrisofs(
        &["--sort-weight-patterns"],
        &["FILE"],
        Sets(|settings, values| {
            settings.entries.weight_list = Some((values.path(0), true));
            Ok(())
        }),
        "Likewise, with patterns for PATH",
    ),
];
