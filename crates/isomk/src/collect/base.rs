//! The image that a new one is made from: its tree before all others, without what is removed, and with files replaced.

use super::entry::kind;
use super::walk::failure;
use super::{Appended, Collector};
use crate::base::{Behind, Taken};
use crate::hidden::both;
use crate::operand::Target;
use crate::removal::Removal;
use crate::request::Base;
use crate::sources::Origin;
use isokit_cli::name::shown;
use isokit_cli::output::names_descriptor;
use isokit_cli::{Concerning, Failure};
use isokit_core::Error;
use isokit_core::check::{Lacking, lacking};
use isokit_core::image::{Image, Options};
use isokit_core::source::Source;
use isokit_core::tree::build::{ContentId, File, Hidden, NameId};
use isokit_core::tree::{Extent, Kind};
use rustix::fs::{AtFlags, CWD, statat};
use std::path::Path;

impl Collector<'_> {
    /// Takes in the base, before anything else: its tree, and contents to which no name leads.
    ///
    /// # Errors
    /// As [`Collector::operand`]; [`Error::NotFound`] for what is to be removed or replaced and is not there.
    pub(crate) fn base(&mut self, taken: Taken, base: &Base, literal: bool) -> Result<(), Failure> {
        let Taken { image, hidden, appended } = taken;
        let number = self.taken.stores.next_image()?;
        // Names are stripped of what is added to it.
        let stripped = std::mem::take(&mut self.strip_components);
        let name = image.name.clone();
        let source = image.source();
        self.removal = Some(Removal::new(&base.remove, literal)?);
        self.existing(image, None)?;
        if let Some(removal) = self.removal.take() {
            removal.check(&base.remove).concerning(&name)?;
        }
        self.hide(&*source, &name).concerning(&name)?;
        for (target, file) in &base.replace {
            self.replace(target, file, &name)?;
        }
        self.strip_components = stripped;
        self.taken.hidden =
            hidden.iter().map(|extent| self.kept_extent(number, extent)).collect::<Result<Vec<_>, _>>()?;
        let of_volumes = self.options.of_volumes()?;
        for behind in appended {
            match behind {
                Behind::Kept(extent) => {
                    let content = self.kept_extent(number, &extent)?;
                    self.taken.appended.push(Appended::File(content));
                }
                Behind::Replaced(source) => self.append(&source, &of_volumes)?,
            }
        }
        Ok(())
    }

    /// Has the trees not show what the same trees of the image on `source` do not show.
    fn hide(&mut self, source: &dyn Source, name: &str) -> Result<(), Error> {
        let image = Image::open(source, &Options::default())?;
        for Lacking { tree, missing, further } in lacking(&image)? {
            let hidden = match tree.word {
                "joliet" => Hidden { joliet: true, ..Hidden::default() },
                "udf" => Hidden { udf: true, ..Hidden::default() },
                "rr" | "iso" => Hidden { iso: true, ..Hidden::default() },
                _ => continue,
            };
            for path in missing {
                let path = path.strip_prefix(b"/").unwrap_or(&path);
                if let Some(found) = self.taken.build.find(path) {
                    let before = self.taken.build.name(found).hidden;
                    self.taken.build.set_hidden(found, both(before, &hidden));
                }
            }
            if let Some(first) = further.first() {
                let (word, first) = (tree.word, shown(first));
                let sentence = match further.len() {
                    1 => format!("{first} is in its {word} tree alone and is omitted"),
                    count => format!(
                        "{count} entries are in its {word} tree alone and are omitted, the first being {first}"
                    ),
                };
                self.report.warning(name, sentence);
            }
        }
        Ok(())
    }

    /// The content that lies in the image of that number.
    fn kept_extent(&mut self, image: u32, extent: &Extent) -> Result<ContentId, Error> {
        let offset = extent.offset.unwrap_or_default();
        let content = self.taken.build.add_content(extent.length, Origin::Extent { image, offset })?;
        self.taken.build.set_source_offset(content, offset);
        Ok(content)
    }

    /// Gives the file at `target` the content and date of `file`, wherever links lead to it; what else it is, and its other
    /// names, stay.
    fn replace(&mut self, target: &Target, file: &Path, image: &str) -> Result<(), Failure> {
        self.options.written.refuse(file.as_os_str())?;
        let path = target.names.join(&b'/');
        let name = self.file_at(&path).concerning(image)?;
        self.taken.replaced.push(name);
        let bytes = file.as_os_str().as_encoded_bytes();
        let stat = statat(CWD, file, AtFlags::empty()).map_err(|errno| failure(bytes, "open", errno))?;
        if !matches!(kind(&stat), Some(Kind::File | Kind::Fifo)) && !names_descriptor(file) {
            let sentence = "is no file or pipe; a file is replaced by a file";
            return Err(Error::Usage(sentence.into())).concerning(shown(bytes));
        }
        let found = if kind(&stat) == Some(Kind::File) && !names_descriptor(file) {
            self.list_input(bytes);
            file.canonicalize().map_err(|error| Error::io("open", error)).concerning(shown(bytes))?
        } else {
            file.to_owned()
        };
        let id = self.taken.build.name(name).file;
        self.path(&found, Some(&Target { names: target.names.clone(), into: false }))?;
        let new = self.taken.build.file(self.taken.build.name(name).file);
        let (content, modified) = (new.content, new.modified);
        let old = self.taken.build.file(id);
        let attributes = old.attributes.to_vec();
        let replaced = File {
            content,
            uid: old.uid,
            gid: old.gid,
            attributes: &attributes,
            ..File::new(Kind::File, old.mode, modified)
        };
        self.taken.build.set_file(id, &replaced)?;
        self.taken.build.set_name(name, id);
        Ok(())
    }

    /// The regular file at `path`.
    fn file_at(&self, path: &[u8]) -> Result<NameId, Error> {
        let found = self.taken.build.find(path);
        let found = found.ok_or_else(|| Error::not_found(shown(path), "no such file in the image"))?;
        match self.taken.build.kind(found) {
            Kind::File => Ok(found),
            _ => Err(Error::Usage(format!("/{}: is not a regular file", shown(path)))),
        }
    }
}
