//! The members of a tar archive. Their names are other people's: none leads out of the image, or out of the target.

use super::Collector;
use super::naming::{Clash, Subject};
use crate::archive::Archive;
use crate::operand::{Target, components};
use crate::sources::Origin;
use isokit_cli::name::shown;
use isokit_cli::{Concerning, Failure};
use isokit_core::Error;
use isokit_core::tree::Kind;
use isokit_core::tree::build::{ContentId, File, FileId, LONGEST_NAME, NameId};
use isokit_tar::{Content, End, Member, Type};
use std::collections::HashMap;

/// Where the members of an archive go, and what was left out of it so far.
struct Place {
    /// The archive's number in [`Origin::Member`].
    number: u32,
    base: NameId,
    /// Members the user excluded: a later one that is not may be a hard link to them.
    left_out: HashMap<Vec<u8>, FileId>,
}

/// What is decided of a member before the tree is changed.
struct Judged {
    kind: Kind,
    /// A pattern excludes it; it is kept aside all the same, for a hard link to it.
    left_out: bool,
    /// For a hard link: the file that it names, in the tree or left out.
    known: Option<FileId>,
}

impl Collector<'_> {
    /// Takes in all members of an archive, under `target`; what cannot become part of the image is reported and left
    /// out.
    pub(super) fn archive(&mut self, mut archive: Archive, target: Option<&Target>) -> Result<(), Failure> {
        let number = u32::try_from(self.taken.stores.archives.len())
            .map_err(|_| Error::TooLarge("more archives than 32 bits can number".into()))?;
        let names = target.map_or(&[][..], |target| &target.names);
        let base = self.directory_at(names.iter().map(Vec::as_slice))?;
        let shown = archive.name.clone();
        let mut place = Place { number, base, left_out: HashMap::new() };
        let (mut members, mut stripped) = (0_u64, 0_u64);
        while let Some(mut member) = archive.members.next_member().concerning(&shown)? {
            members += 1;
            self.decode(&mut member, &shown);
            match self.stripped(&member.path) {
                Some(_) => self.member(&mut archive, &mut place, &member)?,
                None => stripped += 1,
            }
        }
        if members > 0 && members == stripped {
            let count = self.strip_components;
            let components = if count == 1 { "component" } else { "components" };
            let sentence =
                format!("no member has a path of more than {count} {components}; nothing is added");
            self.report.failure(&archive.name, sentence);
        }
        self.ended(&archive);
        self.taken.stores.archives.push(archive);
        Ok(())
    }

    /// Says what may be missing of an archive that did not end as it should.
    fn ended(&self, archive: &Archive) {
        match archive.members.end() {
            Some(End::Followed(at)) => self
                .report
                .failure(&archive.name, format_args!("{at}: data after the end of the archive is ignored")),
            Some(End::Unmarked(at)) => self.report.failure(
                &archive.name,
                format_args!("{at}: ends without the zeros that end an archive; it may be truncated"),
            ),
            Some(End::Marked) | None => {}
        }
    }

    fn member(
        &mut self,
        archive: &mut Archive,
        place: &mut Place,
        member: &Member<'_>,
    ) -> Result<(), Failure> {
        let from = |archive: &Archive| format!("{}: {}", &archive.name, shown(&member.path));
        let path = self.stripped(&member.path).unwrap_or_default();
        let parts: Vec<&[u8]> = components(path).collect();
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
        if let Type::Other(flag) = member.kind
            && !left_out
        {
            let sentence =
                format!("is of the unknown type '{}'; recorded as a regular file", flag.escape_ascii());
            self.report.warning(from(archive), sentence);
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
        file.content = self.member_content(archive, place, member, known)?;
        let subject = known.map_or(Subject::New(&file), Subject::Known);
        match parent {
            Some(parent) if kind != Kind::Directory && self.is_occupied(parent, leaf) => {
                self.report.failure(from(archive), "would replace a directory that is not empty; omitted");
            }
            Some(parent) => {
                self.put(parent, leaf, subject, Clash::Replaced, &|_| from(archive).into_bytes())?;
            }
            None => {
                place.left_out.insert(parts.join(&b'/'), self.file(subject)?);
            }
        }
        Ok(())
    }

    /// The content behind a member's header. That of a hard link is the content of all names of `known`, the file it
    /// links to (POSIX pax, typeflag 1).
    fn member_content(
        &mut self,
        archive: &mut Archive,
        place: &Place,
        member: &Member<'_>,
        known: Option<FileId>,
    ) -> Result<Option<ContentId>, Failure> {
        let takes = known.is_none_or(|known| self.taken.build.file(known).kind == Kind::File);
        if member.size == 0 || !takes {
            return Ok(None);
        }
        let origin = match archive.members.content().concerning(&archive.name)? {
            Content::Whole(offset) => Origin::Member { archive: place.number, offset },
            Content::Sparse(number) => Origin::Sparse { archive: place.number, number },
        };
        let content = self.taken.build.add_content(member.size, origin)?;
        if let Some(known) = known {
            self.taken.build.set_content(known, content);
        } else if member.kind == Type::HardLink {
            let from = format!("{}: {}", &archive.name, shown(&member.path));
            let sentence =
                "is a hard link to a file that is not earlier in the archive; recorded as a separate file";
            self.report.warning(from, sentence);
        }
        Ok(Some(content))
    }

    /// What a member is to become, or why it cannot become anything.
    fn judge(&self, place: &Place, parts: &[&[u8]], member: &Member<'_>) -> Result<Judged, &'static str> {
        if parts.contains(&&b".."[..]) {
            return Err("its path contains ..; omitted");
        }
        let longest = self.options.longest_name;
        if parts.iter().any(|part| part.len() > longest) {
            return Err(match longest {
                LONGEST_NAME => "its name is longer than any tree allows; omitted",
                _ => "its name is longer than 255 bytes, the most that Rock Ridge allows; omitted",
            });
        }
        let kind = kind(member.kind)?;
        if parts.is_empty() && kind != Kind::Directory {
            return Err("has no name; omitted");
        }
        let left_out = self.left_out(place.base, parts, kind == Kind::Directory);
        let known = match member.kind {
            Type::HardLink => self.linked(place, &member.link),
            _ => None,
        };
        if member.kind == Type::HardLink && known.is_none() && member.size == 0 {
            return Err(if self.names_directory(place, &member.link) {
                "is a hard link to a directory; omitted"
            } else {
                "is a hard link to a file that is not earlier in the archive; omitted"
            });
        }
        Ok(Judged { kind, left_out, known })
    }

    /// The directory `names` below `base`, made if it has to be.
    pub(super) fn below(&mut self, base: NameId, names: &[&[u8]]) -> Result<NameId, &'static str> {
        let path = self.taken.build.path(base);
        let directory = self.directory_at(components(&path).chain(names.iter().copied()));
        directory.map_err(|_| "lies below something that is not a directory; omitted")
    }

    /// What is left of a member's name, or of a hard link's target: `None` if that is nothing. As in tar(1), `.` is a
    /// component to strip as any other, and repeated slashes divide once.
    pub(super) fn stripped<'p>(&self, mut path: &'p [u8]) -> Option<&'p [u8]> {
        let count = self.strip_components;
        for _ in 0..count {
            path = relative(path);
            let slash = path.iter().position(|byte| *byte == b'/')?;
            path = relative(path.get(slash..)?);
        }
        (count == 0 || !path.is_empty()).then_some(path)
    }

    /// What an earlier member of this archive named.
    fn named(&self, place: &Place, link: &[u8]) -> Option<NameId> {
        components(self.stripped(link)?).try_fold(place.base, |at, part| self.taken.build.child(at, part))
    }

    fn names_directory(&self, place: &Place, link: &[u8]) -> bool {
        self.named(place, link).is_some_and(|name| self.taken.build.kind(name) == Kind::Directory)
    }

    /// The file an earlier member of this archive named.
    fn linked(&self, place: &Place, link: &[u8]) -> Option<FileId> {
        let base = place.base;
        let parts: Vec<&[u8]> = components(self.stripped(link)?).collect();
        if let Some(known) = place.left_out.get(&parts.join(&b'/')) {
            return Some(*known);
        }
        let name = self.named(place, link)?;
        (name != base && self.taken.build.kind(name) != Kind::Directory)
            .then(|| self.taken.build.name(name).file)
    }
}

/// A path without the slashes it begins with.
fn relative(path: &[u8]) -> &[u8] {
    let start = path.iter().position(|byte| *byte != b'/').unwrap_or(path.len());
    path.get(start..).unwrap_or_default()
}

/// What a member becomes in the tree. A hard link is whatever it links to: nothing looks at its kind.
fn kind(member: Type) -> Result<Kind, &'static str> {
    match member {
        Type::Entry(kind) => Ok(kind),
        // The rights of the member behind it, in a form that Solaris's tar alone writes.
        Type::Other(b'A') => Err("is an access control list; omitted"),
        // Of unknown ones POSIX asks it of readers (pax, "ustar Interchange Format", typeflag).
        Type::HardLink | Type::Other(_) => Ok(Kind::File),
    }
}
