//! Lists of digests, checked: the messages, options and statuses of coreutils.

mod subject;
mod text;

pub(crate) use subject::Trouble;

use crate::quote::quoted;
use crate::request::{Bytes, Check, Listed, Manner, Told};
use crate::run::Run;
use crate::sums::{beside, finish, open};
use isokit_cli::output::Lines;
use isokit_cli::{Failure, Report, Status, Written};
use isokit_core::error::reason;
use isokit_core::number::wide;
use isokit_core::ordered::ordered;
use isokit_digests::line::{self, Line, Reader};
use isokit_digests::{Algorithm, DigestValue};
use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use subject::Subject;
use text::{End, lines, wide_encoding};

/// What a list without tags may hold when no algorithm was asked for: of each length the most usual.
const BY_LENGTH: [Algorithm; 8] = [
    Algorithm::Sha256,
    Algorithm::Md5,
    Algorithm::Sha1,
    Algorithm::Sha224,
    Algorithm::Sha384,
    Algorithm::Sha512,
    Algorithm::Crc32,
    Algorithm::Xxh3,
];

/// Bytes a list may have, so that a disk named by mistake does not fill memory: ten million lines.
const LONGEST_LIST: u64 = 1 << 30;

/// Checks every list.
///
/// # Errors
/// As [`List::check`].
pub(crate) fn lists(
    check: &Check,
    manner: &Manner,
    outputs: &Written,
    report: &Report,
) -> Result<Status, Failure> {
    let allowed = allowed(&check.algorithms);
    let mut failed = false;
    let mut output = Lines::stdout(report.streams())?;
    for operand in &check.lists {
        let mut list = List::new(check, manner, outputs, report, operand, &allowed);
        match list.check(&mut output)? {
            Ok(good) => failed |= !good,
            Err(error) => return finish(Err(error), report),
        }
    }
    let status = finish(output.flush(), report)?;
    Ok(if failed { status.max(Status::Incomplete) } else { status })
}

/// The algorithms a line may be of, the most likely first.
fn allowed(asked: &[Algorithm]) -> Vec<Algorithm> {
    if !asked.is_empty() {
        return asked.to_vec();
    }
    let others = Algorithm::ALL.into_iter().filter(|algorithm| !BY_LENGTH.contains(algorithm));
    BY_LENGTH.into_iter().chain(others).collect()
}

#[derive(Default)]
struct Counts {
    malformed: u64,
    unreadable: u64,
    differing: u64,
    matching: u64,
}

struct List<'a> {
    asked: &'a Check,
    manner: &'a Manner,
    /// Files that the run writes itself; a list that names one of them is refused.
    outputs: &'a Written,
    report: &'a Report,
    operand: &'a OsStr,
    name: String,
    allowed: &'a [Algorithm],
    /// Of the last checksum line so far: what the next line, when it is none, is said not to be.
    algorithm: Algorithm,
    /// At least one line was a checksum line: else the file is no list.
    any: bool,
    counts: Counts,
}

impl<'a> List<'a> {
    fn new(
        asked: &'a Check,
        manner: &'a Manner,
        outputs: &'a Written,
        report: &'a Report,
        operand: &'a OsStr,
        allowed: &'a [Algorithm],
    ) -> Self {
        let name = if operand == "-" { "'standard input'".to_owned() } else { quoted(operand.as_bytes()) };
        let algorithm = asked.algorithms.first().copied().unwrap_or(Algorithm::Sha256);
        Self {
            asked,
            manner,
            outputs,
            report,
            operand,
            name,
            allowed,
            algorithm,
            any: false,
            counts: Counts::default(),
        }
    }

    /// Checks all it names; whether everything is as it should be, or why `output` could not be written.
    ///
    /// # Errors
    /// When the image that is listed cannot be opened, or the results would be written into a file that is to be checked.
    fn check(&mut self, output: &mut dyn Write) -> Result<io::Result<bool>, Failure> {
        let Some(text) = self.text() else { return Ok(Ok(false)) };
        if let Some(encoding) = wide_encoding(&text) {
            let sentence = format!("{encoding} text, not a list; convert it to UTF-8 with iconv(1)");
            self.report.failure(&self.name, sentence);
            return Ok(Ok(false));
        }
        let lines = self.lines(&text);
        let proper = || lines.iter().filter_map(|(_, line)| line.as_ref());
        self.any = proper().next().is_some();
        let subject = match &self.asked.listed {
            Listed::Files(bytes) => {
                proper().try_for_each(|line| self.outputs.refuse(OsStr::from_bytes(&line.name)))?;
                Subject::by_name(bytes, proper())
            }
            Listed::Inside(inside) if self.any => Subject::image(inside, proper(), self.manner, self.report)?,
            // Nothing is asked for.
            Listed::Inside(_) => Subject::by_name(&Bytes::All, proper()),
        };
        // Standard input can be one of the files only once, and by one thread.
        let threads = if self.operand == "-" { 1 } else { self.manner.threads };
        let name = self.operand.display().to_string();
        let run = Run::new(self.manner, &name, None, self.report);
        let threads = beside(threads.min(lines.len()));
        let value = |line: &Option<Line>| line.as_ref().map(|line| subject.value(line, &run));
        let numbered = lines.iter().map(|(number, line)| (*number, line));
        let worker = || |(number, line)| (number, line, value(line));
        let tell = |(number, line, value): (_, &Option<_>, _)| match line.as_ref().zip(value) {
            Some((line, value)) => self.tell(line, value, output),
            None => {
                self.malformed(number);
                Ok(())
            }
        };
        let written = ordered(threads, lines.len(), numbered, worker, tell);
        drop(run);
        Ok(written.map(|()| self.conclude()))
    }

    fn text(&self) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        let most = LONGEST_LIST.saturating_add(1);
        let file = match open(self.operand, self.report) {
            Ok(file) => file.take(most).read_to_end(&mut text),
            // What is open already can only fail to be read.
            Err(error) if self.operand == "-" => Err(error),
            Err(error) => {
                self.report.failure(&self.name, reason(&error));
                return None;
            }
        };
        let problem = match file {
            Err(_) => "read error",
            Ok(_) if wide(text.len()) > LONGEST_LIST => "longer than 1 GiB, not a list",
            Ok(_) => return Some(text),
        };
        self.report.failure(&self.name, problem);
        None
    }

    /// The lines that count, with their numbers; those that are no checksum lines as `None`.
    fn lines(&self, text: &[u8]) -> Vec<(u64, Option<Line>)> {
        let end = if self.asked.zero { End::Nul } else { End::of(text) };
        let mut reader = Reader::new(self.allowed);
        if end == End::Nul {
            reader = reader.with_names_as_they_are();
        }
        // A list cannot have itself in it, but an image can have any name.
        let itself = self.operand == "-" && matches!(self.asked.listed, Listed::Files(_));
        let possible = |line: &Line| !itself || line.name != b"-";
        lines(text, end).map(|(number, line)| (number, reader.read(line).filter(possible))).collect()
    }

    fn malformed(&mut self, number: u64) {
        self.counts.malformed = self.counts.malformed.saturating_add(1);
        if self.asked.told == Told::Malformed {
            let kind = self.algorithm.tag();
            self.report
                .remark(format_args!("{}: {number}: improperly formatted {kind} checksum line", self.name));
        }
    }

    fn tell(
        &mut self,
        line: &Line,
        value: Result<DigestValue, Trouble>,
        output: &mut dyn Write,
    ) -> io::Result<()> {
        self.algorithm = line.algorithm;
        let told = self.asked.told;
        let (count, word) = match value {
            Err(trouble) if trouble.missing && self.asked.ignore_missing => return Ok(()),
            Ok(value) if value == line.value => {
                (&mut self.counts.matching, (told != Told::Failures).then_some("OK"))
            }
            Ok(_) => (&mut self.counts.differing, Some("FAILED")),
            Err(Trouble { input, problem, .. }) => {
                self.report.failure(input, problem);
                (&mut self.counts.unreadable, Some("FAILED open or read"))
            }
        };
        *count = count.saturating_add(1);
        let Some(word) = word.filter(|_| told != Told::Nothing) else { return Ok(()) };
        let mut text = Vec::new();
        // Here, other than in the lists themselves, only a newline is reason to escape.
        if line.name.contains(&b'\n') {
            text.push(b'\\');
            line::escape(&mut text, &line.name);
        } else {
            text.extend_from_slice(&line.name);
        }
        text.extend_from_slice(format!(": {word}\n").as_bytes());
        output.write_all(&text)
    }

    /// Says what was counted, if anything is to be said; whether all is well.
    fn conclude(&self) -> bool {
        let (counts, asked) = (&self.counts, self.asked);
        if !self.any {
            self.report.remark(format_args!("{}: no properly formatted checksum lines found", self.name));
            return false;
        }
        if asked.told != Told::Nothing {
            self.warning(counts.malformed, "line is improperly formatted", "lines are improperly formatted");
            self.warning(
                counts.unreadable,
                "listed file could not be read",
                "listed files could not be read",
            );
            self.warning(
                counts.differing,
                "computed checksum did NOT match",
                "computed checksums did NOT match",
            );
            if asked.ignore_missing && counts.matching == 0 {
                self.report.remark(format_args!("{}: no file was verified", self.name));
            }
        }
        counts.differing == 0
            && counts.unreadable == 0
            && (!asked.ignore_missing || counts.matching > 0)
            && (!asked.strict || counts.malformed == 0)
    }

    fn warning(&self, count: u64, one: &str, many: &str) {
        match count {
            0 => {}
            1 => self.report.remark(format_args!("WARNING: 1 {one}")),
            count => self.report.remark(format_args!("WARNING: {count} {many}")),
        }
    }
}
