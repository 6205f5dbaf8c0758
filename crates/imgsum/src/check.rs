//! Lists of digests, checked: the messages, options and statuses of coreutils.

use crate::flags::Flags;
use crate::ordered::ordered;
use crate::quote::quoted;
use crate::sums::{finish, of_reader, open};
use isokit_cli::input::stdin;
use isokit_cli::progress::Progress;
use isokit_cli::{Failure, Report, Status};
use isokit_core::digest::line::{self, Line, Reader};
use isokit_core::digest::{Algorithm, DigestValue};
use isokit_core::error::reason;
use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::sync::OnceLock;

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

/// Checks every list that was named, or the one on standard input.
pub(crate) fn lists(flags: &Flags, report: &Report) -> Result<Status, Failure> {
    let standard_input = [OsString::from("-")];
    let operands = if flags.images.is_empty() { &standard_input } else { flags.images.as_slice() };
    let allowed = allowed(flags);
    let mut failed = false;
    let mut output = isokit_cli::output::stdout()?;
    for operand in operands {
        let mut list = List::new(flags, report, operand, &allowed);
        match list.check(&mut output) {
            Ok(good) => failed |= !good,
            Err(error) => return finish(Err(error), report),
        }
    }
    let status = finish(output.flush(), report)?;
    Ok(if failed { status.max(Status::Incomplete) } else { status })
}

/// The algorithms a line may be of, the most likely first.
fn allowed(flags: &Flags) -> Vec<Algorithm> {
    if !flags.algorithm.is_empty() {
        return flags.algorithms();
    }
    let others = Algorithm::ALL.into_iter().filter(|algorithm| !BY_LENGTH.contains(algorithm));
    BY_LENGTH.into_iter().chain(others).collect()
}

/// How the check of one file ended.
enum Verdict {
    Matches,
    Differs,
    Missing,
    Unreadable(io::Error),
}

#[derive(Default)]
struct Counts {
    malformed: u64,
    unreadable: u64,
    differing: u64,
    matching: u64,
}

struct List<'a> {
    flags: &'a Flags,
    report: &'a Report,
    operand: &'a OsStr,
    /// What messages call it.
    name: String,
    allowed: &'a [Algorithm],
    /// Of the last checksum line so far: what the next line, when it is none, is said not to be.
    algorithm: Algorithm,
    /// It has at least one checksum line.
    any: bool,
    counts: Counts,
}

impl<'a> List<'a> {
    fn new(flags: &'a Flags, report: &'a Report, operand: &'a OsStr, allowed: &'a [Algorithm]) -> Self {
        let name = if operand == "-" { "'standard input'".to_owned() } else { quoted(operand.as_bytes()) };
        let algorithm = flags.algorithms().first().copied().unwrap_or(Algorithm::Sha256);
        Self { flags, report, operand, name, allowed, algorithm, any: false, counts: Counts::default() }
    }

    /// Checks all it names; whether everything is as it should be.
    ///
    /// # Errors
    /// When `output` cannot be written.
    fn check(&mut self, output: &mut dyn Write) -> io::Result<bool> {
        let Some(text) = self.text() else { return Ok(false) };
        let lines = self.lines(&text);
        self.any = lines.iter().any(|(_, line)| line.is_some());
        // Standard input can be one of the files only once, and by one thread.
        let threads = if self.operand == "-" { 1 } else { self.flags.threads.count() };
        let ignore_missing = self.flags.check.ignore_missing;
        let standard_input = StandardInput::of(&lines);
        let mut written = Ok(());
        let progress = self.flags.progress.start(&self.operand.display().to_string(), None, self.report);
        let work = |index: usize| match lines.get(index) {
            Some((_, Some(line))) => Some(verdict(line, &standard_input, ignore_missing, &progress)),
            _ => None,
        };
        ordered(lines.len(), threads, work, |index, verdict| {
            match (lines.get(index), verdict) {
                (Some((_, Some(line))), Some(verdict)) => written = self.tell(line, verdict, output),
                (Some((number, _)), _) => self.malformed(*number),
                (None, _) => {}
            }
            written.is_ok()
        });
        written?;
        Ok(self.conclude())
    }

    fn text(&self) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        let file = if self.operand == "-" {
            stdin().and_then(|file| file.take(LONGEST_LIST).read_to_end(&mut text))
        } else {
            match open(self.operand) {
                Ok(file) => file.take(LONGEST_LIST).read_to_end(&mut text),
                Err(error) => {
                    self.report.failure(&self.name, reason(&error));
                    return None;
                }
            }
        };
        if file.is_err() {
            self.report.failure(&self.name, "read error");
            return None;
        }
        Some(text)
    }

    /// The lines that count, with their numbers; those that are no checksum lines as `None`.
    fn lines(&self, text: &[u8]) -> Vec<(u64, Option<Line>)> {
        let mut reader = Reader::new(self.allowed);
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let numbered = (1_u64..).zip(text.split(|byte| *byte == b'\n'));
        let without_returns =
            numbered.map(|(number, line)| (number, line.strip_suffix(b"\r").unwrap_or(line)));
        without_returns
            .filter(|(_, line)| !line.is_empty() && !line.starts_with(b"#"))
            .map(|(number, line)| {
                // A list cannot have itself in it.
                let possible = |line: &Line| self.operand != "-" || line.name != b"-";
                (number, reader.read(line).filter(possible))
            })
            .collect()
    }

    fn malformed(&mut self, number: u64) {
        self.counts.malformed = self.counts.malformed.saturating_add(1);
        if self.flags.check.warn {
            let kind = self.algorithm.tag();
            self.report
                .remark(format_args!("{}: {number}: improperly formatted {kind} checksum line", self.name));
        }
    }

    fn tell(&mut self, line: &Line, verdict: Verdict, output: &mut dyn Write) -> io::Result<()> {
        self.algorithm = line.algorithm;
        let check = &self.flags.check;
        let (count, word) = match verdict {
            Verdict::Missing => return Ok(()),
            Verdict::Matches => (&mut self.counts.matching, (!check.quiet).then_some("OK")),
            Verdict::Differs => (&mut self.counts.differing, Some("FAILED")),
            Verdict::Unreadable(error) => {
                self.report.failure(quoted(&line.name), reason(&error));
                (&mut self.counts.unreadable, Some("FAILED open or read"))
            }
        };
        *count = count.saturating_add(1);
        let Some(word) = word.filter(|_| !check.status) else { return Ok(()) };
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

    /// Says what was counted, and whether all is well.
    fn conclude(&self) -> bool {
        let (counts, check) = (&self.counts, &self.flags.check);
        if !self.any {
            self.report.remark(format_args!("{}: no properly formatted checksum lines found", self.name));
            return false;
        }
        if !check.status {
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
            if check.ignore_missing && counts.matching == 0 {
                self.report.remark(format_args!("{}: no file was verified", self.name));
            }
        }
        counts.differing == 0
            && counts.unreadable == 0
            && (!check.ignore_missing || counts.matching > 0)
            && (!check.strict || counts.malformed == 0)
    }

    fn warning(&self, count: u64, one: &str, many: &str) {
        match count {
            0 => {}
            1 => self.report.remark(format_args!("WARNING: 1 {one}")),
            count => self.report.remark(format_args!("WARNING: {count} {many}")),
        }
    }
}

fn verdict(
    line: &Line,
    standard_input: &StandardInput,
    ignore_missing: bool,
    progress: &Progress<'_>,
) -> Verdict {
    let value = match line.name.as_slice() {
        b"-" => standard_input.value(line.algorithm, progress),
        _ => value(line, progress),
    };
    match value {
        Ok(value) if value == line.value => Verdict::Matches,
        Ok(_) => Verdict::Differs,
        Err(error) if ignore_missing && error.kind() == ErrorKind::NotFound => Verdict::Missing,
        Err(error) => Verdict::Unreadable(error),
    }
}

fn value(line: &Line, progress: &Progress<'_>) -> io::Result<DigestValue> {
    let sums = of_reader(&mut open(OsStr::from_bytes(&line.name))?, &[line.algorithm], 1, progress)?;
    sums.values.first().copied().ok_or_else(|| ErrorKind::InvalidData.into())
}

/// Standard input passes once, and a list may have a digest of it of every algorithm: all are made when the first is
/// wanted.
struct StandardInput {
    algorithms: Vec<Algorithm>,
    values: OnceLock<io::Result<Vec<DigestValue>>>,
}

impl StandardInput {
    fn of(lines: &[(u64, Option<Line>)]) -> Self {
        let lines = lines.iter().filter_map(|(_, line)| line.as_ref());
        let mut algorithms: Vec<Algorithm> =
            lines.filter(|line| line.name == b"-").map(|line| line.algorithm).collect();
        algorithms.sort_unstable();
        algorithms.dedup();
        Self { algorithms, values: OnceLock::new() }
    }

    fn value(&self, algorithm: Algorithm, progress: &Progress<'_>) -> io::Result<DigestValue> {
        let values = self.values.get_or_init(|| {
            let sums = stdin().and_then(|mut file| of_reader(&mut file, &self.algorithms, 1, progress));
            sums.map(|sums| sums.values)
        });
        let values = values.as_ref().map_err(|error| io::Error::from(error.kind()))?;
        let position = self.algorithms.iter().position(|other| *other == algorithm);
        let value = position.and_then(|position| values.get(position));
        value.copied().ok_or_else(|| ErrorKind::InvalidData.into())
    }
}
