//! Translation tables: a file in each directory of the primary tree that tells what its names are elsewhere, for systems without
//! Rock Ridge. Their form is that of genisoimage 1.1.11, in which the size of a table does not depend on the identifiers.

use crate::image::{Image, Options};
use crate::overrides::Overrides;
use crate::request::Request;
use crate::sources::Origin;
use isokit_cli::name::shown;
use isokit_core::iso9660::plan::{self, Plan};
use isokit_core::tree::Kind;
use isokit_core::tree::build::{Added, Build, File, Hidden, NameId};
use isokit_core::{Error, Result};
use std::collections::HashMap;

/// Columns of an identifier: ISO 9660:1999 has up to 207 bytes.
const COLUMNS: usize = 208;

/// Names a table in each directory that shows something, if there are to be any; the directories, by the number in
/// [`Origin::Table`].
///
/// # Errors
/// [`Error::Usage`] where something else has the name of a table.
pub(crate) fn add(
    request: &Request,
    options: &Options,
    build: &mut Build<Origin>,
    overrides: &Overrides,
) -> Result<Vec<NameId>> {
    let (Some(asked), Some(options)) = (&request.tables, &options.iso9660) else { return Ok(Vec::new()) };
    // As old as the volume, like all that no input describes.
    let date = options.dates.creation.unwrap_or_default();
    let mut directories = Vec::new();
    for (directory, size) in sizes(build, options) {
        let number = u32::try_from(directories.len())
            .map_err(|_| Error::TooLarge("more directories than 32 bits can number".into()))?;
        let path = [build.path(directory).as_slice(), &asked.name].join(&b'/');
        let path = path.strip_prefix(b"/").unwrap_or(&path);
        let content = build.add_content(size, Origin::Table(number))?;
        let (uid, gid) = overrides.owners(path);
        let file = File { uid, gid, content: Some(content), ..File::new(Kind::File, 0o444, date) };
        let file = build.add_file(&file)?;
        match build.add_name(directory, &asked.name, file)? {
            Added::New(name) => {
                let hidden = Hidden { joliet: asked.hidden, udf: asked.hidden, ..overrides.hidden(path) };
                build.set_hidden(name, hidden);
            }
            Added::There(_) => {
                let sentence = format!("{}: has the name of a translation table", shown(path));
                return Err(Error::Usage(sentence));
            }
        }
        directories.push(directory);
    }
    Ok(directories)
}

/// The directories that show something in the primary tree, and the bytes of their tables. With Rock Ridge it shows links and devices.
fn sizes(build: &Build<Origin>, options: &plan::Options) -> Vec<(NameId, u64)> {
    let posix = options.rock_ridge.is_some();
    let mut visible = vec![false; build.names().len()];
    let mut sizes = vec![0_u64; build.names().len()];
    for id in build.names() {
        let name = build.name(id);
        let is_root = id == Build::<Origin>::ROOT;
        let plain = matches!(build.kind(id), Kind::File | Kind::Directory);
        let above = is_root || visible.get(name.parent.index()).is_some_and(|above| *above);
        let shows = above && (plain || posix) && !name.hidden.iso;
        if let Some(visible) = visible.get_mut(id.index()) {
            *visible = shows;
        }
        if let Some(size) = sizes.get_mut(name.parent.index()).filter(|_| shows && !is_root) {
            let line = u64::try_from(line(build, options, id, b"").len()).unwrap_or(u64::MAX);
            *size = size.saturating_add(line);
        }
    }
    build.names().zip(sizes).filter(|(_, size)| *size > 0).collect()
}

/// A line: what it is, the identifier, the name, and behind that where a link leads or the numbers of a device.
fn line(build: &Build<Origin>, options: &plan::Options, id: NameId, identifier: &[u8]) -> Vec<u8> {
    let name = build.name(id);
    let file = build.file(name.file);
    let letter = match file.kind {
        Kind::Directory => b'D',
        Kind::Symlink => b'L',
        Kind::BlockDevice => b'B',
        Kind::CharacterDevice => b'C',
        Kind::Fifo => b'P',
        Kind::Socket => b'S',
        _ => b'F',
    };
    let mut line = vec![letter, b' '];
    line.extend(identifier.iter().chain(std::iter::repeat(&b' ')).take(COLUMNS));
    line.push(b'\t');
    line.extend_from_slice(&options.encoded(name.bytes).bytes);
    match file.kind {
        Kind::Symlink => {
            line.push(b'\t');
            line.extend_from_slice(&options.encoded(file.link).bytes);
        }
        Kind::BlockDevice | Kind::CharacterDevice => {
            let (major, minor) = file.device;
            line.extend_from_slice(format!("\t{major} {minor}").as_bytes());
        }
        _ => {}
    }
    line.push(b'\n');
    line
}

/// The tables of a planned image. Each is made when it is written.
#[derive(Debug)]
pub(crate) struct Tables<'a> {
    plan: &'a Plan<'a, Origin>,
    /// By number, the directory, and its position in the plan.
    directories: Vec<(NameId, usize)>,
}

impl<'a> Tables<'a> {
    /// Those of `image` in these `directories`; `None` where there are none.
    pub(crate) fn new(image: &'a Image<'a>, directories: &[NameId]) -> Option<Self> {
        let plan = image.iso9660().filter(|_| !directories.is_empty())?;
        let positions: HashMap<NameId, usize> =
            plan.directories().enumerate().filter_map(|(n, name)| Some((name?, n))).collect();
        let of = |directory: &NameId| (*directory, positions.get(directory).copied().unwrap_or(usize::MAX));
        Some(Self { plan, directories: directories.iter().map(of).collect() })
    }

    /// The bytes of the table with this number; `None` if there is no such number. A table does not list itself, nor what was
    /// relocated into its directory.
    pub(crate) fn text(&self, number: u32) -> Option<Vec<u8>> {
        let (directory, position) = *self.directories.get(usize::try_from(number).ok()?)?;
        let build = self.plan.build();
        let mut text = Vec::new();
        for (name, identifier) in self.plan.recorded(position) {
            if build.name(name).parent == directory && !is_table(build, name) {
                text.extend_from_slice(&line(build, self.plan.options(), name, &identifier));
            }
        }
        Some(text)
    }
}

fn is_table(build: &Build<Origin>, name: NameId) -> bool {
    let content = build.file(build.name(name).file).content;
    content.is_some_and(|content| matches!(build.content(content).origin, Origin::Table(_)))
}
