//! What the flags ask for, and what they may not ask for at once.

use super::{Flags, ImageFlags};
use crate::request::{Bytes, Check, Form, Inside, Lines, Listed, Manner, Part, Request, Task, Told};
use isokit_core::Error;
use isokit_core::image::{Names, Options, Reading};
use isokit_digests::Algorithm;
use isokit_digests::line::Style;
use std::ffi::OsString;

impl Flags {
    /// What they ask for.
    ///
    /// # Errors
    /// [`Error::Usage`] when the operands are not those of one run.
    pub(super) fn request(self) -> Result<Request, Error> {
        let threads = self.threads.count();
        let quiet = self.check.quiet && !self.check.check;
        let manner = Manner { threads, progress: self.progress.progress, verbose: self.notes.verbose, quiet };
        Ok(Request { task: self.task()?, manner })
    }

    fn task(self) -> Result<Task, Error> {
        if self.check.check {
            return Ok(Task::Check(self.checked()?));
        }
        let (lines, bytes, reading) = (self.printed(), self.bytes(), reading(&self.what.read));
        if let Some(sums) = self.tee {
            Ok(Task::Tee { sums, lines })
        } else if self.what.files {
            let [image] = <[OsString; 1]>::try_from(or_standard_input(self.images))
                .map_err(|_| usage("--files takes one image; run imgsum once for each"))?;
            Ok(Task::Files { of: Inside { image, reading }, in_disc_order: self.what.disc_order, lines })
        } else {
            Ok(Task::Sums { operands: or_standard_input(self.images), bytes, lines })
        }
    }

    fn checked(self) -> Result<Check, Error> {
        let (algorithms, bytes) = (each_once(&self.algorithm), self.bytes());
        let (lists, listed) = if self.what.files {
            let (list, image) = match self.images.as_slice() {
                [list] => (list, OsString::from("-")),
                [list, image] => (list, image.clone()),
                _ => return Err(usage("--files --check takes a list and an image")),
            };
            if image == "-" && list == "-" {
                return Err(usage("standard input cannot be both the list and the image"));
            }
            (vec![list.clone()], Listed::Inside(Inside { image, reading: reading(&self.what.read) }))
        } else {
            (or_standard_input(self.images), Listed::Files(bytes))
        };
        let told = match (self.check.quiet, self.check.status, self.check.warn) {
            (true, ..) => Told::Failures,
            (_, true, _) => Told::Nothing,
            (.., true) => Told::Malformed,
            _ => Told::Verified,
        };
        let (zero, ignore_missing, strict) = (self.lines.zero, self.check.ignore_missing, self.check.strict);
        Ok(Check { lists, listed, algorithms, zero, ignore_missing, strict, told })
    }

    /// Only what lies at a place of its own is a part; the tree and the character set say nothing of bytes.
    fn bytes(&self) -> Bytes {
        let (volume, reading) = (self.what.volume, reading(&self.what.read));
        let is_placed = reading.at.is_some() || reading.part.is_some() || reading.first_sector.is_some();
        match volume || is_placed || reading.options.session.is_some() {
            true => Bytes::Part(Part { reading, volume }),
            false => Bytes::All,
        }
    }

    fn printed(&self) -> Lines {
        let mut algorithms = each_once(&self.algorithm);
        if algorithms.is_empty() {
            algorithms.push(Algorithm::Sha256);
        }
        let tag = self.lines.tag || (algorithms.len() > 1 && !self.lines.untagged);
        let style = Style { tag, binary: self.lines.binary, zero: self.lines.zero };
        Lines { algorithms, form: if self.lines.json { Form::Json } else { Form::List(style) } }
    }

    /// The first contradiction in them, in the words of coreutils.
    pub(super) fn contradiction(&self) -> Option<String> {
        let (lines, check) = (&self.lines, &self.check);
        let only_checking =
            |option| format!("the {option} option is meaningful only when verifying checksums");
        let sentence = match check.check {
            _ if self.what.read.names != Names::Auto && !self.what.files => {
                "the --names option is meaningful only with --files".to_owned()
            }
            _ if lines.tag && lines.text => "--tag does not support --text mode".to_owned(),
            true if lines.tag => "the --tag option is meaningless when verifying checksums".to_owned(),
            true if lines.binary || lines.text => {
                "the --binary and --text options are meaningless when verifying checksums".to_owned()
            }
            false if check.ignore_missing => only_checking("--ignore-missing"),
            false if check.status => only_checking("--status"),
            false if check.warn => only_checking("--warn"),
            false if check.strict => only_checking("--strict"),
            _ => return None,
        };
        Some(sentence)
    }
}

fn reading(flags: &ImageFlags) -> Reading {
    let &ImageFlags { names, at, part, first_sector, session, charset } = flags;
    Reading { at, part, first_sector, options: Options { names, session, ..Options::default() }, charset }
}

fn or_standard_input(operands: Vec<OsString>) -> Vec<OsString> {
    if operands.is_empty() { vec!["-".into()] } else { operands }
}

fn each_once(given: &[Algorithm]) -> Vec<Algorithm> {
    let mut algorithms = Vec::new();
    for algorithm in given {
        if !algorithms.contains(algorithm) {
            algorithms.push(*algorithm);
        }
    }
    algorithms
}

fn usage(sentence: &str) -> Error {
    Error::Usage(sentence.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    fn task(line: &str) -> Result<Task, String> {
        let flags = Flags::try_parse_from(line.split(' ')).map_err(|error| error.to_string())?;
        match flags.contradiction() {
            Some(sentence) => Err(sentence),
            None => flags.request().map(|request| request.task).map_err(|error| error.to_string()),
        }
    }

    const WHOLE: Reading = Reading {
        at: None,
        part: None,
        first_sector: None,
        options: Options { names: Names::Auto, session: None, further: &[] },
        charset: None,
    };

    fn lines(algorithms: &[Algorithm], tag: bool) -> Lines {
        let form = Form::List(Style { tag, ..Style::default() });
        Lines { algorithms: algorithms.to_vec(), form }
    }

    fn of_stdin() -> Vec<OsString> {
        vec!["-".into()]
    }

    #[test]
    fn what_is_omitted_is_in_the_request() {
        let sha256 = || lines(&[Algorithm::Sha256], false);
        assert_eq!(
            task("imgsum"),
            Ok(Task::Sums { operands: of_stdin(), bytes: Bytes::All, lines: sha256() })
        );
        let several = lines(&[Algorithm::Md5, Algorithm::Sha1], true);
        let operands = vec!["a".into(), "b".into()];
        assert_eq!(
            task("imgsum -a md5,sha1,md5 a b"),
            Ok(Task::Sums { operands, bytes: Bytes::All, lines: several })
        );
        let inside = || Inside { image: "-".into(), reading: WHOLE };
        assert_eq!(
            task("imgsum --files"),
            Ok(Task::Files { of: inside(), in_disc_order: false, lines: sha256() })
        );
        let check = Check {
            lists: vec!["list".into()],
            listed: Listed::Inside(inside()),
            algorithms: vec![],
            zero: false,
            ignore_missing: false,
            strict: false,
            told: Told::Malformed,
        };
        assert_eq!(task("imgsum --files -c --quiet --warn list"), Ok(Task::Check(check)));
    }

    #[test]
    fn a_place_or_a_session_makes_a_part() {
        let bytes = |line: &str| match task(line) {
            Ok(Task::Sums { bytes, .. } | Task::Check(Check { listed: Listed::Files(bytes), .. })) => bytes,
            other => panic!("{line}: {other:?}"),
        };
        let volume = |volume, reading| Bytes::Part(Part { reading, volume });
        assert_eq!(bytes("imgsum --volume x"), volume(true, WHOLE));
        assert_eq!(bytes("imgsum -c --at 2s x"), volume(false, Reading { at: Some(4096), ..WHOLE }));
        for place in ["--part 1", "--session 1", "--first-sector 0"] {
            assert!(matches!(bytes(&format!("imgsum {place} x")), Bytes::Part(_)), "{place}");
        }
        assert_eq!(bytes("imgsum --charset gbk x"), Bytes::All);
    }

    #[test]
    fn contradictions_are_refused() {
        for (line, want) in [
            ("imgsum --files a b", "--files takes one image; run imgsum once for each"),
            ("imgsum --files -c", "--files --check takes a list and an image"),
            ("imgsum --files -c a b c", "--files --check takes a list and an image"),
            ("imgsum --files -c -", "standard input cannot be both the list and the image"),
            ("imgsum --names rr a", "the --names option is meaningful only with --files"),
            ("imgsum --tag --text a", "--tag does not support --text mode"),
            ("imgsum -c --tag a", "the --tag option is meaningless when verifying checksums"),
            ("imgsum --strict a", "the --strict option is meaningful only when verifying checksums"),
            ("imgsum --tee out a", "error: the argument '--tee <FILE>' cannot be used with"),
        ] {
            let error = task(line).expect_err(line);
            assert!(error.starts_with(want), "{line}: {error}");
        }
    }
}
