//! Tar archives as inputs: ustar, GNU long names and sparse members, and pax, read forward only.

mod header;
mod number;
mod pax;
mod sparse;
mod stream;

use crate::kept::Kept;
use header::Header;
pub use header::Type;
use isokit_cli::Failure;
use isokit_cli::input::{stdin, unpacking};
use isokit_cli::name::shown;
use isokit_core::error::{Error, Location, Problem, Result, Structure, Subject};
use isokit_core::fill::{Data, Holed, Opened, Run};
use isokit_core::number::{narrow, round_up, wide};
use isokit_core::sniff::packed;
use isokit_core::tar::BLOCK;
use isokit_core::tree::{Attribute, Time};
use pax::Records;
use sparse::records::Form;
use sparse::{MOST_ENTRIES, Map, gnu, lines};
use std::fs::File;
use std::io::{IsTerminal, Read, Seek};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use stream::Stream;

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

/// The content of a member, to be opened with [`Archive::open_content`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Its bytes begin at this one of the archive's file, or of what was kept of a stream.
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
    Whole {
        file: File,
        /// Where the archive starts in the file.
        start: u64,
        /// Bytes from there to the end.
        size: u64,
    },
    /// Anything else: contents are kept as they pass.
    Passing { file: Stream, kept: Kept },
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
        let input = if metadata.is_file() {
            let start = file.stream_position().map_err(failed)?;
            Input::Whole { file, start, size: metadata.len().saturating_sub(start) }
        } else {
            Input::Passing { file: Stream::new(file), kept: Kept::default() }
        };
        let call = "isomk -".to_owned();
        let (global, pending) = (Records::default(), Pending::default());
        Ok(Self {
            name,
            path,
            call,
            input,
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
        self.skip(data)?;
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
                Type::Label => self.skip(header.size)?,
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
        let offset = self.data(data)?;
        let Some(map) = map else { return Ok(Content::Whole(offset)) };
        let number = u32::try_from(self.sparse.len())
            .map_err(|_| Error::Usage("more sparse members than 32 bits can number".into()))?;
        self.entries = self.entries.saturating_add(map.kept());
        self.sparse.push(Sparse { offset, size: map.size, runs: map.runs });
        Ok(Content::Sparse(number))
    }

    /// Opens a content; `None` if this archive has no such.
    pub fn open_content(&self, content: Content) -> Option<Opened<'_>> {
        let (offset, sparse) = match content {
            Content::Whole(offset) => (offset, None),
            Content::Sparse(number) => {
                let sparse = self.sparse.get(usize::try_from(number).ok()?)?;
                (sparse.offset, Some(sparse))
            }
        };
        let data = match &self.input {
            Input::Whole { file, .. } => Data::Section(file.as_fd(), offset),
            Input::Passing { kept, .. } => match kept.file() {
                Some(file) => Data::Section(file.as_fd(), offset),
                None => Data::Bytes(kept.memory().get(narrow(offset)..).unwrap_or_default()),
            },
        };
        Some(match (sparse, data) {
            (Some(Sparse { size, runs, .. }), data) => Opened::Holed(Holed::new(data, runs, *size)),
            (None, Data::Section(file, at)) => Opened::Section(file, at),
            (None, Data::Bytes(bytes)) => Opened::Bytes(bytes),
        })
    }

    /// Takes the next `size` bytes for a content: where they start.
    fn data(&mut self, size: u64) -> Result<u64> {
        let at = self.at;
        match &mut self.input {
            Input::Whole { start, size: whole, .. } => {
                let have = whole.saturating_sub(at);
                if have < size {
                    return Err(short(at, size, have));
                }
                let offset = start.saturating_add(at);
                self.pad(size)?;
                Ok(offset)
            }
            Input::Passing { file, kept } => {
                let (offset, passed) = kept.keep(file, size)?;
                if passed < size {
                    return Err(short(at, size, passed));
                }
                self.at = at.saturating_add(size);
                self.pass(0, round_up(size, BLOCK) - size)?;
                Ok(offset)
            }
        }
    }

    /// Passes over the next `size` bytes, and what fills them up to a block.
    fn skip(&mut self, size: u64) -> Result<()> {
        match self.input {
            Input::Whole { .. } => self.data(size).map(drop),
            Input::Passing { .. } => self.pass(size, round_up(size, BLOCK) - size),
        }
    }

    /// Moves on behind a content in a file. A last block that is cut short is nobody's loss.
    fn pad(&mut self, size: u64) -> Result<()> {
        self.at = self.at.checked_add(size).map(|end| round_up(end, BLOCK)).ok_or_else(|| {
            let limit = "less than 2^64".to_owned();
            corrupt(self.at, HEADER, Problem::OutOfRange { field: "size", got: size, limit })
        })?;
        Ok(())
    }

    /// Lets `count` bytes of a stream pass, and the padding behind them as far as it goes.
    fn pass(&mut self, count: u64, padding: u64) -> Result<()> {
        let whole = count.saturating_add(padding);
        if let Input::Passing { file, .. } = &mut self.input {
            let passed = std::io::copy(&mut file.take(whole), &mut std::io::sink());
            let passed = passed.map_err(|error| Error::io("read", error))?;
            if passed < count {
                return Err(short(self.at, count, passed));
            }
        }
        self.at = self.at.saturating_add(whole);
        Ok(())
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
    fn is_header_next(&mut self) -> Result<bool> {
        let (mut block, at) = ([0; 512], self.at);
        let have = self.fill(&mut block)?;
        if let Input::Passing { file, .. } = &mut self.input {
            file.give_back(block.get(..have).unwrap_or_default());
        }
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
    fn fill(&mut self, into: &mut [u8]) -> Result<usize> {
        let mut have = 0;
        while let Some(rest) = into.get_mut(have..).filter(|rest| !rest.is_empty()) {
            let got = match &mut self.input {
                Input::Whole { file, start, .. } => {
                    let place = start.saturating_add(self.at).saturating_add(wide(have));
                    file.read_at(rest, place)
                }
                Input::Passing { file, .. } => file.read(rest),
            };
            match got {
                Ok(0) => break,
                Ok(count) => have += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io("read", error)),
            }
        }
        Ok(have)
    }

    /// How the archive ended; `None` before [`Archive::next_member`] came to the end.
    pub fn end(&self) -> Option<End> {
        self.end
    }

    /// Looks at what follows the first block of zeros, up to the end of the input: so that who writes a stream is not
    /// cut off, and nothing that was meant to be read is passed over without a word.
    fn behind(&mut self) -> Result<End> {
        let is_first = self.at == BLOCK;
        let mut end = End::Marked;
        let mut piece = vec![0; 64 << 10];
        loop {
            let have = self.fill(&mut piece)?;
            let found = piece.iter().take(have).position(|byte| *byte != 0);
            if let (End::Marked, Some(place)) = (end, found) {
                end = End::Followed(self.at.saturating_add(wide(place)));
            }
            self.at = self.at.saturating_add(wide(have));
            match (end, &self.input) {
                (End::Followed(at), _) if is_first => {
                    let problem = format!("not a tar archive: begins with zeros, and byte {at:#x} is none");
                    return Err(Error::foreign(problem, None));
                }
                (End::Followed(_), Input::Whole { .. }) => return Ok(end),
                _ if have < piece.len() => return Ok(end),
                _ => {}
            }
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
