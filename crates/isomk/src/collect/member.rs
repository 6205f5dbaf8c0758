//! The members of a tar archive. Their names are other people's: none leads out of the image, or out of the target.

use super::Collector;
use super::place::Subject;
use crate::archive::{Archive, Content, End, Member, Type};
use crate::operand::{Target, components};
use crate::sources::Origin;
use isokit_cli::name::shown;
use isokit_cli::{Concerning, Failure};
use isokit_core::Error;
use isokit_core::tree::Kind;
use isokit_core::tree::build::{File, FileId, LONGEST_NAME, NameId};
use std::collections::HashMap;

/// Where the members of an archive go.
struct Place {
    /// The archive's number in [`Origin::Member`].
    number: u32,
    base: NameId,
    /// Members the user excluded: a later one that is not may be a hard link to them.
    left_out: HashMap<Vec<u8>, FileId>,
}

/// What a member is to become.
struct Judged {
    kind: Kind,
    /// The user excluded it.
    left_out: bool,
    /// The file that a hard link names.
    known: Option<FileId>,
}

impl Collector<'_> {
    /// Takes in all members of an archive, under `target`.
    pub(super) fn archive(&mut self, mut archive: Archive, target: Option<&Target>) -> Result<(), Failure> {
        let number = u32::try_from(self.archives.len())
            .map_err(|_| Error::Usage("more archives than 32 bits can number".into()))?;
        let names = target.map_or(&[][..], |target| &target.names);
        let base = self.directory_at(names.iter().map(Vec::as_slice))?;
        let shown = archive.name().to_owned();
        let mut place = Place { number, base, left_out: HashMap::new() };
        while let Some(member) = archive.next_member().concerning(&shown)? {
            self.member(&mut archive, &mut place, &member)?;
        }
        self.ended(&archive);
        self.archives.push(archive);
        Ok(())
    }

    /// Says what may be missing of an archive that did not end as it should.
    fn ended(&self, archive: &Archive) {
        match archive.end() {
            Some(End::Followed(at)) => self.report.failure(
                archive.name(),
                format_args!("byte {at:#x}: something follows the end of the archive, and is not read"),
            ),
            Some(End::Unmarked(at)) => self.report.failure(
                archive.name(),
                format_args!(
                    "byte {at:#x}: ends without the zeros that end an archive; it may have been cut off"
                ),
            ),
            Some(End::Marked) | None => {}
        }
    }

    /// Takes in one member.
    fn member(&mut self, archive: &mut Archive, place: &mut Place, member: &Member) -> Result<(), Failure> {
        let from = |archive: &Archive| format!("{}: {}", archive.name(), shown(&member.path));
        let parts: Vec<&[u8]> = components(&member.path).collect();
        let judged = self.judge(place, &parts, member).and_then(|judged| {
            let parent = match (&judged, parts.split_last()) {
                (Judged { left_out: false, .. }, Some((_, above))) => Some(self.below(place.base, above)?),
                _ => None,
            };
            Ok((judged, parent))
        });
        let (Judged { kind, left_out, known }, parent) = match judged {
            Ok(judged) => judged,
            Err(problem) => {
                self.report.failure(from(archive), problem);
                return Ok(());
            }
        };
        if left_out && kind != Kind::File {
            return Ok(());
        }
        let wanted = member.attributes.iter().filter(|one| self.options.attributes.wants(&one.name));
        let attributes: Vec<_> = wanted.cloned().collect();
        let mut file = File {
            uid: member.uid,
            gid: member.gid,
            device: member.device,
            link: if kind == Kind::Symlink { &member.link } else { &[] },
            attributes: &attributes,
            ..File::new(kind, member.mode, self.clamped(member.modified))
        };
        let Some(leaf) = parts.last() else { return self.describe(place.base, &file) };
        if known.is_none() && member.size > 0 {
            let origin = match archive.content().concerning(archive.name())? {
                Content::Whole(offset) => Origin::Member { archive: place.number, offset },
                Content::Sparse(number) => Origin::Sparse { archive: place.number, number },
            };
            file.content = Some(self.build.add_content(member.size, origin)?);
        }
        let subject = known.map_or(Subject::New(&file), Subject::Known);
        match parent {
            Some(parent) => drop(self.put(parent, leaf, subject, &|_| from(archive).into_bytes())?),
            None => drop(place.left_out.insert(parts.join(&b'/'), self.file(subject)?)),
        }
        Ok(())
    }

    /// What a member is to become, or why it cannot become anything.
    fn judge(&self, place: &Place, parts: &[&[u8]], member: &Member) -> Result<Judged, &'static str> {
        if parts.contains(&&b".."[..]) {
            return Err("leads out of the image by ..; left out");
        }
        let longest = self.options.longest_name;
        if parts.iter().any(|part| part.len() > longest) {
            return Err(match longest {
                LONGEST_NAME => "has a name longer than any tree holds; left out",
                _ => "has a name of over 255 bytes, which Rock Ridge cannot have; left out",
            });
        }
        let kind = kind(member.kind)?;
        if parts.is_empty() && kind != Kind::Directory {
            return Err("has no name; left out");
        }
        let left_out = self.left_out(place.base, parts, kind == Kind::Directory);
        let known = match member.kind {
            Type::HardLink => self.linked(place, &member.link),
            _ => None,
        };
        if member.kind == Type::HardLink && known.is_none() {
            return Err("is a hard link to what the archive did not have before; left out");
        }
        Ok(Judged { kind, left_out, known })
    }

    /// The directory `names` below `base`, made if it has to be.
    fn below(&mut self, base: NameId, names: &[&[u8]]) -> Result<NameId, &'static str> {
        let path = self.build.path(base);
        let directory = self.directory_at(components(&path).chain(names.iter().copied()));
        directory.map_err(|_| "lies below what is not a directory; left out")
    }

    /// The file an earlier member of this archive named.
    fn linked(&self, place: &Place, link: &[u8]) -> Option<FileId> {
        let base = place.base;
        let parts: Vec<&[u8]> = components(link).collect();
        if let Some(known) = place.left_out.get(&parts.join(&b'/')) {
            return Some(*known);
        }
        let name = parts.iter().try_fold(base, |at, part| self.build.child(at, part))?;
        (name != base && self.build.kind(name) != Kind::Directory).then(|| self.build.name(name).file)
    }
}

/// What a member becomes in the tree. A hard link is whatever it links to: nothing looks at its kind.
fn kind(member: Type) -> Result<Kind, &'static str> {
    Ok(match member {
        Type::File | Type::HardLink => Kind::File,
        Type::Symlink => Kind::Symlink,
        Type::CharacterDevice => Kind::CharacterDevice,
        Type::BlockDevice => Kind::BlockDevice,
        Type::Directory => Kind::Directory,
        Type::Fifo => Kind::Fifo,
        _ => return Err("is of a kind that no tree holds; left out"),
    })
}
