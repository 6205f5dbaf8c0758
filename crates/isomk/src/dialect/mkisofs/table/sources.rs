//! What the image is made of.

use crate::dialect::mkisofs::option::Does::{Nothing, Refused, Sets};
use crate::dialect::mkisofs::option::{Definition, both, genisoimage, xorrisofs};
use crate::dialect::mkisofs::sources::{input_charset, output_charset};
use crate::operand::Target;

pub(super) const OPTIONS: &[Definition] = &[
    both(
        &["-graft-points"],
        &[],
        Sets(|settings, _| {
            settings.sources.graft_points = true;
            Ok(())
        }),
        "Read pathspecs as TARGET=SOURCE; write \\= and \\\\ for = and \\",
    ),
    both(
        &["-path-list"],
        &["FILE"],
        Sets(|settings, values| {
            settings.sources.path_lists.push(values.path(0));
            Ok(())
        }),
        "Read pathspecs from FILE, one a line; - is standard input",
    ),
    xorrisofs(
        &["--quoted_path_list"],
        &["FILE"],
        Sets(|settings, values| {
            settings.sources.quoted_lists.push(values.path(0));
            Ok(())
        }),
        "Read pathspecs from FILE, as words that quotes can hold together",
    ),
    both(
        &["-root"],
        &["DIR"],
        Sets(|settings, values| {
            let target = Target::parse(&values.bytes(0))?;
            settings.sources.root = Some(target).filter(|target| !target.names.is_empty());
            Ok(())
        }),
        "Put everything into DIR of the image",
    ),
    both(
        &["-f", "-follow-links"],
        &[],
        Sets(|settings, _| {
            settings.sources.follow_links = true;
            Ok(())
        }),
        "Record what symbolic links lead to",
    ),
    both(
        &["-m", "-x", "-exclude", "-old-exclude"],
        &["GLOB"],
        Sets(|settings, values| {
            settings.sources.exclude.extend(values.pattern(0, settings.peer)?);
            Ok(())
        }),
        "Leave out what GLOB matches in directories: names, or with a slash paths on disk",
    ),
    both(
        &["-exclude-list"],
        &["FILE"],
        Sets(|settings, values| {
            settings.sources.exclude_lists.push(values.path(0));
            Ok(())
        }),
        "Read such patterns from FILE, one a line",
    ),
    both(
        &["-no-bak", "-nobak"],
        &[],
        Sets(|settings, _| {
            // xorriso takes the option and leaves out nothing.
            match settings.peer.is_xorriso() {
                true => settings.warn("-no-bak", "leaves nothing out, as with xorriso; use -m GLOB"),
                false => settings.sources.no_backups = true,
            }
            Ok(())
        }),
        "Leave out names with ~ or # in them, and those that end in .bak; xorriso leaves out none",
    ),
    both(&["-cache-inodes"], &[], Nothing("hard links are always found"), "Find hard links"),
    both(
        &["-no-cache-inodes"],
        &[],
        Nothing("the content of hard links is stored once all the same"),
        "Do not find hard links",
    ),
    both(
        &["-input-charset"],
        &["CHARSET"],
        Sets(|settings, values| {
            settings.sources.charset = input_charset(values)?;
            Ok(())
        }),
        "Names on disk are in CHARSET; without this, in UTF-8",
    ),
    genisoimage(
        &["-jcharset"],
        &["CHARSET"],
        Sets(|settings, values| {
            settings.sources.charset = input_charset(values)?;
            settings.trees.joliet = true;
            Ok(())
        }),
        "-J and -input-charset CHARSET",
    ),
    both(
        &["-output-charset"],
        &["CHARSET"],
        Sets(|settings, values| {
            settings.sources.output_charset = Some(output_charset(values)?);
            Ok(())
        }),
        "Record names of Rock Ridge in CHARSET; without this, in that of -input-charset",
    ),
    both(&["-old-root"], &["DIR"], Refused(SAME_PATH), "Compare with DIR of an earlier session"),
    xorrisofs(
        &["--old-root-no-md5", "--old-root-no-ino", "--old-root-devno"],
        &[],
        Refused(SAME_PATH),
        "How to compare",
    ),
    both(
        &["-M", "-prev-session", "-dev"],
        &["FILE"],
        Sets(|settings, values| {
            settings.sources.previous = Some((values.option.to_owned(), values.path(0)));
            Ok(())
        }),
        "Continue the session at sector A of -C in FILE, an image of the whole medium",
    ),
    both(
        &["-C", "-cdrecord-params"],
        &["A,B"],
        Sets(|settings, values| {
            let (last, next) = values.text(0)?.split_once(',').unwrap_or_default();
            let sectors = last.trim().parse().ok().zip(next.trim().parse().ok());
            let sectors = sectors.ok_or_else(|| values.wrong(SECTORS))?;
            settings.sources.sessions = Some((values.option.to_owned(), sectors));
            Ok(())
        }),
        "Make a session at sector B; the one before begins at sector A, or its descriptor does",
    ),
    genisoimage(
        &["-check-session"],
        &["FILE"],
        Refused("names of earlier sessions are not checked"),
        "Check the names of earlier sessions",
    ),
    both(
        &["-check-oldnames"],
        &[],
        Nothing("names of earlier sessions are recorded as those of new files are"),
        "Check the names of earlier sessions",
    ),
    both(
        &["-force-rr"],
        &[],
        Nothing("Rock Ridge is recognized by itself"),
        "Read the Rock Ridge of earlier sessions",
    ),
    both(
        &["-no-rr"],
        &[],
        Refused("Rock Ridge is read where there is any"),
        "Do not read the Rock Ridge of earlier sessions",
    ),
];

const SECTORS: &str = "two sectors, as cdrecord -msinfo prints them: 0,11702";
const SAME_PATH: &str = "files of an earlier session are compared with those of the same path";
