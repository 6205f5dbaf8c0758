//! An archive, member by member: ustar, GNU's long names and sparse members, and pax, read forward only.

mod contents;
mod input;

pub use contents::Content;

use crate::header::{HEADER, Header, Role, has_magic};
use crate::layout::BLOCK;
use crate::member::{Member, Type};
use crate::pax::Records;
use crate::sparse::records::Form;
use crate::sparse::{Map, gnu, lines};
use contents::Contents;
use input::{Bytes, Input};
use isokit_core::error::{Error, Location, Result};
use isokit_core::extents::Extents;
use isokit_core::number::{narrow, round_up, wide};
use isokit_core::source::{Pipe, Source};
use isokit_core::tree::Kind;

/// More than any name, link target and set of attributes a Linux file can have.
const LONGEST_RECORDS: u64 = 16 << 20;

/// A tar archive: first read member by member, then asked for their contents.
#[derive(Debug)]
pub struct Archive {
    input: Input,
    global: Records,
    /// What was not read yet of the member that was read last.
    pending: Pending,
    contents: Contents,
    end: Option<End>,
}

/// What lies between the place that was read to and the next header.
#[derive(Debug, Default)]
struct Pending {
    /// Bytes of data, without the zeros that fill their last block.
    data: u64,
    map: Option<Map>,
}

/// How an archive ended, which tells whether it may have been cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As it should: with a block of zeros, and nothing but zeros behind it.
    Marked,
    /// Behind the block of zeros, this byte is not zero: what lies there is not read.
    Followed(Location),
    /// The input ends here, between two members, without a block of zeros: it may have been cut off.
    Unmarked(Location),
}

impl Archive {
    /// An archive on `source`, which can be read anywhere, from its first byte on.
    pub fn new(source: Box<dyn Source>) -> Self {
        Self::of(Bytes::Random(source))
    }

    /// An archive that comes out of `pipe`. Contents that are asked for are kept; what is passed over need not be.
    pub fn passing(pipe: Pipe) -> Self {
        Self::of(Bytes::Passing(pipe.keeping_all()))
    }

    fn of(bytes: Bytes) -> Self {
        Self {
            input: Input::new(bytes),
            global: Records::default(),
            pending: Pending::default(),
            contents: Contents::default(),
            end: None,
        }
    }

    /// The next member; its content, if any, comes with [`Archive::content`], or else is passed over. `None` at the end.
    ///
    /// # Errors
    /// [`Error::Foreign`] for what is no tar archive; [`Error::Corrupt`] for one that breaks its rules or ends within a
    /// member; [`Error::Unsupported`] for volumes of a set, and for sparse members that others than GNU tar
    /// thought of.
    pub fn next_member(&mut self) -> Result<Option<Member<'static>>> {
        let Pending { data, .. } = std::mem::take(&mut self.pending);
        self.input.pass(data, false)?;
        let (mut local, mut extended) = (Records::default(), false);
        loop {
            let (at, is_first) = (self.input.here(), self.input.passed() == 0);
            let Some(block) = self.input.block()? else {
                self.end = Some(End::Unmarked(at));
                return Ok(None);
            };
            let parsed = Header::parse(&block, at);
            let Some(header) =
                parsed.map_err(|error| if is_first { no_archive(error, &block) } else { error })?
            else {
                self.end = Some(self.ended()?);
                return Ok(None);
            };
            match header.role {
                Role::Extended => {
                    extended = true;
                    local.parse(&self.records(&header)?, at)?;
                }
                Role::GlobalExtended => {
                    let records = self.records(&header)?;
                    self.global.parse(&records, at)?;
                }
                Role::LongName => {
                    (local.path, local.has_utf8_path) = (Some(text(self.records(&header)?)), false);
                }
                Role::LongLink => {
                    (local.link, local.has_utf8_link) = (Some(text(self.records(&header)?)), false);
                }
                Role::Label => self.input.pass(header.size, false).map(drop)?,
                Role::Member(kind) => {
                    let member = header.member(kind, &local, &self.global)?;
                    return self.described(member, &header, &local, extended).map(Some);
                }
            }
        }
    }

    /// `member`, as its `header` says, with the records before that, if there were `extended` ones, and what is behind it.
    fn described(
        &mut self,
        mut member: Member<'static>,
        header: &Header,
        local: &Records,
        extended: bool,
    ) -> Result<Member<'static>> {
        // POSIX lets a link have content, older writers only repeat the size. Records of its own mark the first kind;
        // without them what follows decides.
        if member.kind == Type::HardLink && member.size > 0 && !extended && self.is_header_next()? {
            member.size = 0;
        }
        self.pending = Pending { data: member.size, map: None };
        if let Some(map) = self.map(member.size, header, local)? {
            member.size = map.size;
            self.pending = Pending { data: map.data, map: Some(map) };
        }
        if member.kind == Type::Entry(Kind::Directory) {
            member.size = 0;
        }
        Ok(member)
    }

    /// The map of a sparse member, with `stored` bytes behind its header: what of it follows is read.
    fn map(&mut self, stored: u64, header: &Header, local: &Records) -> Result<Option<Map>> {
        let room = self.contents.room();
        let behind = self.input.here();
        let mut next = || self.input.further_block();
        match &local.sparse {
            Some(sparse) => match sparse.form(stored, room)? {
                Form::Records(map) => Ok(Some(map)),
                Form::Lines(map) => lines::read(map, stored, behind, &mut next).map(Some),
            },
            None if header.is_sparse() => {
                gnu::read(header.block(), header.at(), stored, room, &mut next).map(Some)
            }
            None => Ok(None),
        }
    }

    /// The content of the member that was just read.
    ///
    /// # Errors
    /// [`Problem::Truncated`](isokit_core::error::Problem::Truncated) when the archive ends before it does;
    /// [`Error::TooLarge`] when there are too many with holes.
    pub fn content(&mut self) -> Result<Content> {
        let Pending { data, map } = std::mem::take(&mut self.pending);
        let offset = self.input.pass(data, true)?;
        self.contents.keep(offset, map)
    }

    /// Opens a content; `None` if this archive has no such.
    pub fn open_content(&self, content: Content) -> Option<Extents<'_>> {
        self.contents.open(self.input.source(), content)
    }

    /// How the archive ended; `None` before [`Archive::next_member`] came to the end.
    pub fn end(&self) -> Option<End> {
        self.end
    }

    /// Whether a member's header or the end of the archive comes next; nothing is passed over.
    fn is_header_next(&self) -> Result<bool> {
        let (block, have) = self.input.peek()?;
        Ok(have < block.len() || Header::parse(&block, self.input.here()).is_ok())
    }

    /// The bytes behind an extended header, [`LONGEST_RECORDS`] at the most.
    fn records(&mut self, header: &Header) -> Result<Vec<u8>> {
        if header.size > LONGEST_RECORDS {
            let limit = format!("at most {LONGEST_RECORDS}");
            let field = "size of an extended header";
            return Err(HEADER.at(self.input.here()).out_of_range(field, header.size, limit));
        }
        // Grown as bytes come: the declared size is a claim until then.
        let mut bytes = Vec::new();
        let whole = round_up(header.size, BLOCK);
        while wide(bytes.len()) < whole {
            bytes.extend_from_slice(&self.input.further_block()?);
        }
        bytes.truncate(narrow(header.size));
        Ok(bytes)
    }

    /// What follows the first block of zeros. An input that begins with it may be anything.
    fn ended(&self) -> Result<End> {
        match self.input.end()? {
            End::Followed(at) if self.input.passed() == BLOCK => {
                let at = at.byte();
                let problem = format!("not a tar archive: begins with zeros, and byte {at:#x} is none");
                Err(Error::foreign(problem, None))
            }
            end => Ok(end),
        }
    }
}

/// The error of the first header, which may be none because the input is something else.
fn no_archive(error: Error, block: &[u8; 512]) -> Error {
    match error {
        Error::Corrupt(_) if !has_magic(block) => Error::foreign(format!("not a tar archive: {error}"), None),
        error => error,
    }
}

/// A GNU long name: up to its NUL.
fn text(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    bytes.truncate(end);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use isokit_core::source::{Memory, Section};
    use std::io::Cursor;

    /// Two members; the second has a byte less than it says.
    fn short() -> Vec<u8> {
        let mut bytes = Vec::new();
        for path in [&b"a"[..], b"b"] {
            Member { size: 3, ..Member::new(path, Type::Entry(Kind::File)) }.write(&mut bytes);
            bytes.extend_from_slice(path.repeat(3).as_slice());
            bytes.resize(bytes.len().next_multiple_of(512), 0);
        }
        bytes.truncate(1024 + 512 + 2);
        bytes
    }

    #[test]
    fn places_are_those_of_the_input_and_contents_those_of_the_source() {
        let behind = [vec![7; 100], short()].concat();
        let there = Section::new(Memory(behind), 100, None).expect("it begins inside");
        let pipe = Pipe::new(Cursor::new(short()), std::env::temp_dir());
        for (mut archive, end) in
            [(Archive::new(Box::new(there)), "0x666"), (Archive::passing(pipe), "0x602")]
        {
            archive.next_member().expect("good").expect("the first");
            let content = archive.content().expect("it is whole");
            archive.next_member().expect("good").expect("the second");
            let error = archive.content().expect_err("a byte is missing").to_string();
            assert_eq!(error, format!("byte {end}: tar archive: truncated: 1 byte needed, 0 there"));
            let mut bytes = [0; 3];
            archive.open_content(content).expect("its own").read(0, &mut bytes).expect("it is kept");
            assert_eq!(&bytes, b"aaa");
        }
    }
}
