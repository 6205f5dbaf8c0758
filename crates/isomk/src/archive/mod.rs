//! Tar archives as inputs: ustar, GNU long names and sparse members, and pax, read forward only.

mod header;
mod number;
mod pax;
mod sparse;

use header::Header;
pub use header::Type;
use isokit_cli::Failure;
use isokit_cli::input::{stdin, unpacking};
use isokit_cli::name::shown;
use isokit_core::error::{Error, Location, Problem, Result, Structure, Subject};
use isokit_core::extents::{Extent, Extents};
use isokit_core::number::{narrow, round_up, wide};
use isokit_core::sniff::packed;
use isokit_core::source::{self, Pipe, Source};
use isokit_core::tar::BLOCK;
use isokit_core::tree::{Attribute, Time};
use pax::Records;
use sparse::records::Form;
use sparse::{MOST_ENTRIES, Map, Run, gnu, lines};
use std::fs::File;
use std::io::{IsTerminal, Seek};
use std::path::{Path, PathBuf};

/// A member's header block.
const HEADER: Structure = Structure::new("tar header", "POSIX pax, ustar interchange format");
/// What follows a header, or the header that should.
const ARCHIVE: Structure = Structure::new("tar archive", "POSIX pax");

/// More than any name, link target and set of attributes a Linux file can have.
const LONGEST_RECORDS: u64 = 16 << 20;

/// A tar archive: first read member by member, then asked for their contents.
#[derive(Debug)]
pub struct Archive {
    /// What messages call it.
    name: String,
    /// Its path, when it has one.
    path: Option<PathBuf>,
    /// The call of isomk that reads it from standard input.
    call: String,
    input: Input,
    /// Where the archive starts in the input.
    start: u64,
    /// Bytes of the archive that have passed.
    at: u64,
    global: Records,
    /// What was not read yet of the member that was read last.
    pending: Pending,
    sparse: Vec<Sparse>,
    /// Entries that all of `sparse` have.
    entries: u64,
    end: Option<End>,
}

/// What follows a member's header, or its map.
#[derive(Debug, Default)]
struct Pending {
    /// Bytes of data.
    data: u64,
    map: Option<Map>,
}

/// A content that was asked for and has holes.
#[derive(Debug)]
struct Sparse {
    /// Where its data start, as of [`Content::Whole`].
    offset: u64,
    /// Bytes, holes and all.
    size: u64,
    runs: Vec<Run>,
}

impl Sparse {
    /// Its data, which lie back to back, and the holes between them.
    fn extents(&self) -> Vec<Extent> {
        let (mut extents, mut done, mut offset) = (Vec::new(), 0, self.offset);
        for Run { at, length } in &self.runs {
            extents.extend([Extent::hole(at.saturating_sub(done)), Extent::recorded(offset, *length)]);
            done = at.saturating_add(*length);
            offset = offset.saturating_add(*length);
        }
        extents.push(Extent::hole(self.size.saturating_sub(done)));
        extents.retain(|extent| extent.length > 0);
        extents
    }
}

/// The content of a member, to be opened with [`Archive::open_content`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Its bytes begin at this one of the input.
    Whole(u64),
    /// The sparse content of this number.
    Sparse(u32),
}

/// How an archive ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As it should: with a block of zeros, and nothing but zeros behind it.
    Marked,
    /// Behind the block of zeros, this byte is not zero: what lies there is not read.
    Followed(u64),
    /// The input ends at this byte, between two members, without a block of zeros: it may have been cut off.
    Unmarked(u64),
}

#[derive(Debug)]
enum Input {
    /// A regular file: contents stay where they are.
    Whole(source::File),
    /// Anything else: contents are kept as they pass.
    Passing(Pipe),
}

impl Input {
    fn source(&self) -> &dyn Source {
        match self {
            Self::Whole(file) => file,
            Self::Passing(pipe) => pipe,
        }
    }
}

/// A member, with all that extended headers say of it applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name, as recorded.
    pub path: Vec<u8>,
    /// It is known to be UTF-8.
    pub has_utf8_path: bool,
    /// What it is.
    pub kind: Type,
    /// Permission, set-id and sticky bits.
    pub mode: u16,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Last change of the content.
    pub modified: Time,
    /// Bytes of content, holes and all.
    pub size: u64,
    /// Target of a link, hard or symbolic.
    pub link: Vec<u8>,
    /// It is known to be UTF-8.
    pub has_utf8_link: bool,
    /// Device numbers, major and minor.
    pub device: (u32, u32),
    /// Extended attributes and ACLs.
    pub attributes: Vec<Attribute>,
    /// Byte of the archive at which its header starts.
    pub at: u64,
}

impl Archive {
    /// An archive in a file, or in whatever else can be read.
    ///
    /// # Errors
    /// What the system answers.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let name = shown(path.as_os_str().as_encoded_bytes());
        match File::open(path) {
            Ok(file) => Self::new(file, name, Some(path.to_owned())),
            Err(error) => Err(Failure { input: Some(name), error: Error::io("open", error) }),
        }
    }

    /// An archive on standard input.
    ///
    /// # Errors
    /// What the system answers; a terminal is refused.
    pub fn stdin() -> Result<Self, Failure> {
        let name = "standard input".to_owned();
        let failed =
            |error| Failure { input: Some("standard input".into()), error: Error::io("open", error) };
        let file = stdin().map_err(failed)?;
        if file.is_terminal() {
            let error = Error::Unreadable("is a terminal: name a tar archive, or pipe one in".into());
            return Err(Failure { input: Some(name), error });
        }
        Self::new(file, name, None)
    }

    /// An archive in an open file, from its position on.
    ///
    /// # Errors
    /// What the system answers.
    pub fn from_file(file: File, name: &str) -> Result<Self, Failure> {
        Self::new(file, name.to_owned(), None)
    }

    fn new(mut file: File, name: String, path: Option<PathBuf>) -> Result<Self, Failure> {
        let failed = |error| Failure { input: Some(name.clone()), error: Error::io("look at", error) };
        let metadata = file.metadata().map_err(failed)?;
        let (input, start) = if metadata.is_file() {
            let start = file.stream_position().map_err(failed)?;
            let file =
                source::File::new(file).map_err(|error| Failure { input: Some(name.clone()), error })?;
            (Input::Whole(file), start)
        } else {
            (Input::Passing(Pipe::open(file, std::env::temp_dir()).keeping_all()), 0)
        };
        let call = "isomk -".to_owned();
        let (global, pending) = (Records::default(), Pending::default());
        Ok(Self {
            name,
            path,
            call,
            input,
            start,
            at: 0,
            global,
            pending,
            sparse: Vec::new(),
            entries: 0,
            end: None,
        })
    }

    /// Knows the call of isomk that would read it from standard input, to show it where it would help.
    #[must_use]
    pub fn called_by(self, call: String) -> Self {
        Self { call, ..self }
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The next member; its content, if any, comes with [`Archive::content`], or else is passed over. `None` at the end.
    ///
    /// # Errors
    /// [`Error::Foreign`] for what is no tar archive; [`Error::Corrupt`] for one that breaks its rules or ends within a
    /// member; [`Error::Unsupported`] for volumes of a set, and for sparse members that others than GNU tar
    /// thought of.
    pub fn next_member(&mut self) -> Result<Option<Member>> {
        let Pending { data, .. } = std::mem::take(&mut self.pending);
        self.pass(data, false)?;
        let (mut local, mut extended) = (Records::default(), false);
        loop {
            let at = self.at;
            let Some(block) = self.block()? else {
                self.end = Some(End::Unmarked(at));
                return Ok(None);
            };
            let parsed = Header::parse(&block, at);
            let Some(header) =
                parsed.map_err(|error| if at == 0 { no_archive(error, &block) } else { error })?
            else {
                self.end = Some(self.behind()?);
                return Ok(None);
            };
            match header.kind {
                Type::Extended => {
                    extended = true;
                    local.parse(&self.records(&header)?, at)?;
                }
                Type::GlobalExtended => {
                    let records = self.records(&header)?;
                    self.global.parse(&records, at)?;
                }
                Type::LongName => {
                    (local.path, local.has_utf8_path) = (Some(text(self.records(&header)?)), false);
                }
                Type::LongLink => {
                    (local.link, local.has_utf8_link) = (Some(text(self.records(&header)?)), false);
                }
                Type::Label => self.pass(header.size, false).map(drop)?,
                _ => return self.described(&header, &block, (&local, extended), at).map(Some),
            }
        }
    }

    /// The member that `header`, whose block this is, describes, with the records before it, if there were `extended` ones.
    fn described(
        &mut self,
        header: &Header,
        block: &[u8; 512],
        (local, extended): (&Records, bool),
        at: u64,
    ) -> Result<Member> {
        let mut member = header.member(local, &self.global, at)?;
        // POSIX lets a link have content, older writers only repeat the size. Records of its own mark the first kind;
        // without them what follows decides.
        if member.kind == Type::HardLink && member.size > 0 && !extended && self.is_header_next()? {
            member.size = 0;
        }
        self.pending = Pending { data: member.size, map: None };
        let room = MOST_ENTRIES.saturating_sub(self.entries);
        let form = match &local.sparse {
            Some(sparse) => Some(sparse.form(member.size, room)?),
            None if header.is_sparse() => {
                let mut next = || self.further_block();
                gnu::read(block, at, member.size, room, &mut next).map(Form::Records).map(Some)?
            }
            None => None,
        };
        if let Some(form) = form {
            self.mapped(&mut member, form)?;
        }
        if member.kind == Type::Directory {
            member.size = 0;
        }
        Ok(member)
    }

    /// Reads the rest of a sparse member's map, if it is behind the header.
    fn mapped(&mut self, member: &mut Member, form: Form) -> Result<()> {
        let map = match form {
            Form::Records(map) => map,
            Form::Lines(map) => {
                let at = self.at;
                lines::read(map, member.size, at, &mut || self.further_block())?
            }
        };
        member.size = map.size;
        self.pending = Pending { data: map.data, map: Some(map) };
        Ok(())
    }

    /// The content of the member that was just read.
    ///
    /// # Errors
    /// [`Problem::Truncated`] when the archive ends before it does.
    pub fn content(&mut self) -> Result<Content> {
        let Pending { data, map } = std::mem::take(&mut self.pending);
        let offset = self.pass(data, true)?;
        let Some(map) = map else { return Ok(Content::Whole(offset)) };
        let number = u32::try_from(self.sparse.len())
            .map_err(|_| Error::Usage("more sparse members than 32 bits can number".into()))?;
        self.entries = self.entries.saturating_add(map.kept());
        self.sparse.push(Sparse { offset, size: map.size, runs: map.runs });
        Ok(Content::Sparse(number))
    }

    /// Opens a content; `None` if this archive has no such.
    pub fn open_content(&self, content: Content) -> Option<Extents<'_>> {
        let source = self.input.source();
        Some(match content {
            Content::Whole(offset) => Extents::rest(source, offset),
            Content::Sparse(number) => {
                Extents::new(source, self.sparse.get(usize::try_from(number).ok()?)?.extents())
            }
        })
    }

    /// Passes over the next `size` bytes, which are `wanted` later or not, and what fills them up to a block. A last block
    /// that is cut short is nobody's loss. Returns where in the input they start.
    fn pass(&mut self, size: u64, wanted: bool) -> Result<u64> {
        let end = self.at.checked_add(size).map(|end| round_up(end, BLOCK)).ok_or_else(|| {
            let limit = "less than 2^64".to_owned();
            corrupt(self.at, HEADER, Problem::OutOfRange { field: "size", got: size, limit })
        })?;
        let there = match &self.input {
            Input::Whole(file) => file.size().unwrap_or_default(),
            Input::Passing(pipe) if wanted => pipe.take_to(end)?,
            Input::Passing(pipe) => pipe.pass_over(end)?,
        };
        let first = self.start.saturating_add(self.at);
        let have = there.saturating_sub(first);
        if have < size {
            return Err(short(self.at, size, have));
        }
        self.at = end;
        Ok(first)
    }

    /// The next block; `None` at the end of the input.
    fn block(&mut self) -> Result<Option<[u8; 512]>> {
        let mut block = [0; 512];
        let have = self.fill(&mut block)?;
        if self.at == 0 {
            self.refuse_compressed(&block)?;
        }
        match have {
            0 if self.at > 0 => Ok(None),
            512 => {
                self.at += BLOCK;
                Ok(Some(block))
            }
            _ => Err(short(self.at, BLOCK, wide(have))),
        }
    }

    /// Whether a member's header or the end of the archive comes next; nothing is passed over.
    fn is_header_next(&self) -> Result<bool> {
        let (mut block, at) = ([0; 512], self.at);
        let have = self.fill(&mut block)?;
        Ok(have < block.len() || Header::parse(&block, at).is_ok())
    }

    /// The next block, of a structure that has one more.
    fn further_block(&mut self) -> Result<[u8; 512]> {
        let at = self.at;
        self.block()?.ok_or_else(|| short(at, BLOCK, 0))
    }

    /// Decompressing is another tool's job: says how it is done.
    fn refuse_compressed(&self, start: &[u8]) -> Result<()> {
        match packed(start) {
            None => Ok(()),
            Some(packed) => {
                let operand = self.path.as_deref().unwrap_or(Path::new("-"));
                let pipeline = unpacking(packed, operand.as_os_str(), &self.call);
                Err(Error::foreign(format!("{packed}, not a tar archive; try: {pipeline}"), None))
            }
        }
    }

    /// What follows an extended header.
    fn records(&mut self, header: &Header) -> Result<Vec<u8>> {
        if header.size > LONGEST_RECORDS {
            let limit = format!("at most {LONGEST_RECORDS}");
            let problem =
                Problem::OutOfRange { field: "size of an extended header", got: header.size, limit };
            return Err(corrupt(self.at, HEADER, problem));
        }
        // Grown as bytes come: the declared size is a claim until then.
        let mut bytes = Vec::new();
        let whole = round_up(header.size, BLOCK);
        while wide(bytes.len()) < whole {
            bytes.extend_from_slice(&self.further_block()?);
        }
        bytes.truncate(narrow(header.size));
        Ok(bytes)
    }

    /// Fills `into` as far as the input goes.
    fn fill(&self, into: &mut [u8]) -> Result<usize> {
        self.input.source().read_some(self.start.saturating_add(self.at), into)
    }

    /// How the archive ended; `None` before [`Archive::next_member`] came to the end.
    pub fn end(&self) -> Option<End> {
        self.end
    }

    /// Looks at what follows the first block of zeros, up to the end of the input: so that who writes a stream is not
    /// cut off, and nothing that was meant to be read is passed over without a word.
    fn behind(&self) -> Result<End> {
        let (mut at, mut end) = (self.at, End::Marked);
        let mut look = |bytes: &[u8]| {
            let found = bytes.iter().position(|byte| *byte != 0);
            if let (End::Marked, Some(place)) = (end, found) {
                end = End::Followed(at.saturating_add(wide(place)));
            }
            at = at.saturating_add(wide(bytes.len()));
            end
        };
        let end = match &self.input {
            Input::Whole(file) => {
                let (mut piece, mut at) = (vec![0; 64 << 10], self.start.saturating_add(self.at));
                loop {
                    let have = file.read_some(at, &mut piece)?;
                    let end = look(piece.get(..have).unwrap_or_default());
                    if have < piece.len() || end != End::Marked {
                        break end;
                    }
                    at = at.saturating_add(wide(have));
                }
            }
            Input::Passing(pipe) => {
                pipe.let_pass(&mut |bytes| {
                    look(bytes);
                })?;
                look(&[])
            }
        };
        match end {
            End::Followed(at) if self.at == BLOCK => {
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
        Error::Corrupt(_) if block.get(257..262) != Some(b"ustar") => {
            Error::foreign(format!("not a tar archive: {error}"), None)
        }
        error => error,
    }
}

/// `what` at byte `at` of the archive, which has no sectors.
fn subject(at: u64, what: Structure) -> Subject {
    what.at(Location::of_byte(at))
}

/// That it is damaged in the way `problem` says.
fn corrupt(at: u64, what: Structure, problem: Problem) -> Error {
    subject(at, what).corrupt(problem)
}

fn short(at: u64, need: u64, have: u64) -> Error {
    corrupt(at.saturating_add(have), ARCHIVE, Problem::Truncated { need: need.saturating_sub(have), have: 0 })
}

/// A GNU long name: up to its NUL.
fn text(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    bytes.truncate(end);
    bytes
}
