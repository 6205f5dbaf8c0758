//! The command line of isoinfo, of cdrkit and cdrtools: options of one letter that may stand together, and words.

use crate::request::{Isoinfo, Request, What};
use isokit_cli::streams::is_terminal;
use isokit_cli::{Failure, Report, Status};
use isokit_core::Error;
use isokit_core::image::{Names, Options, Reading};
use isokit_core::iso9660::SessionChoice;
use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// What messages call the tool.
pub(super) const NAME: &str = "isoinfo";

const HELP: &str = "\
Usage: isoinfo [options] -i FILE

What isols prints as isoinfo does:
  -i FILE    image to read; - for standard input
  -d         information from the primary volume descriptor, and nothing else
  -l         names with what is known of them, as ls -lR does
  -f         paths, as find does
  -p         path table
  -x PATH    write the content of the file PATH, as -f shows it
  -R         names of Rock Ridge
  -J         names of Joliet
  -s         sizes in sectors of 2048 bytes
  -N SECTOR  sector of the disc at which FILE begins
  -T SECTOR  sector at which the session begins
  -h         this help
  -version   print the version

isols has more: isols --help
";

/// What the words ask for.
#[derive(Debug, Default)]
struct Words {
    image: Option<OsString>,
    describes: bool,
    lists: bool,
    finds: bool,
    lists_path_table: bool,
    extracted: Option<Vec<u8>>,
    rock_ridge: bool,
    joliet: bool,
    in_sectors: bool,
    first_sector: Option<u32>,
    session: Option<u32>,
    /// What is answered at once.
    answer: Option<String>,
}

/// Reads the `words` behind the name of the program; or answers them, and returns the status to end with.
///
/// # Errors
/// When they cannot be understood.
pub(super) fn request(words: &[OsString], report: &Report) -> Result<Result<Request, Status>, Failure> {
    let words = Words::read(words)?;
    if let Some(answer) = &words.answer {
        let mut output = report.streams().open_output()?;
        output.write_all(answer.as_bytes()).map_err(|error| Error::io("write standard output", error))?;
        return Ok(Err(Status::Done));
    }
    let Some(image) = words.image else {
        return Err(Error::Usage("no image is named; name one with -i".into()).into());
    };
    let tree = match (words.joliet, words.rock_ridge) {
        (true, _) => "joliet",
        (false, true) => "rr",
        (false, false) => "iso",
    };
    let asked = Isoinfo {
        describes: words.describes,
        lists: words.lists,
        finds: words.finds,
        lists_path_table: words.lists_path_table,
        extracted: words.extracted,
        is_rock_ridge: words.rock_ridge && !words.joliet,
        in_sectors: words.in_sectors,
        escaped: is_terminal(report.streams().output.as_ref()),
    };
    // isoinfo looks for no session by itself.
    let session = words.session.or(words.first_sector).unwrap_or_default();
    let reading = Reading {
        first_sector: words.first_sector,
        options: Options {
            names: Names::parse(tree, &[])?,
            session: Some(SessionChoice::Sector(session)),
            ..Options::default()
        },
        ..Reading::default()
    };
    Ok(Ok(Request { image, reading, what: What::Isoinfo(asked), verbose: false, quiet: false }))
}

impl Words {
    fn read(words: &[OsString]) -> Result<Self, Error> {
        let mut this = Self::default();
        let mut rest: VecDeque<&OsStr> = words.iter().map(OsString::as_os_str).collect();
        while let Some(word) = rest.pop_front() {
            match word.as_bytes() {
                b"-help" | b"-h" | b"--help" => this.answer = Some(HELP.to_owned()),
                b"-version" | b"--version" => {
                    this.answer = Some(format!("isoinfo (isokit) {}\n", env!("CARGO_PKG_VERSION")));
                }
                [b'-', letters @ ..] if !letters.is_empty() => this.letters(word, letters, &mut rest)?,
                _ => return Err(unknown(word)),
            }
        }
        Ok(this)
    }

    /// Options of one letter; the value of one is what follows in the word, or the next word.
    fn letters(&mut self, word: &OsStr, letters: &[u8], rest: &mut VecDeque<&OsStr>) -> Result<(), Error> {
        let mut left = letters;
        while let Some((letter, behind)) = left.split_first() {
            left = behind;
            match letter {
                b'd' => self.describes = true,
                b'l' => self.lists = true,
                b'f' => self.finds = true,
                b'p' => self.lists_path_table = true,
                b'R' => self.rock_ridge = true,
                b'J' => self.joliet = true,
                b's' => self.in_sectors = true,
                b'i' | b'x' | b'N' | b'T' | b'j' => {
                    let option = format!("-{}", char::from(*letter));
                    let value = match behind {
                        [] => rest.pop_front().map(|value| value.as_bytes().to_vec()),
                        value => Some(value.to_vec()),
                    };
                    let value = value.ok_or_else(|| Error::Usage(format!("{option}: requires a value")))?;
                    self.value(&option, value)?;
                    left = &[];
                }
                _ => return Err(unknown(word)),
            }
        }
        Ok(())
    }

    fn value(&mut self, option: &str, value: Vec<u8>) -> Result<(), Error> {
        let text = String::from_utf8_lossy(&value).into_owned();
        let number = || {
            text.parse().map_err(|_| {
                Error::Usage(format!(
                    "{option}: \"{}\", expected the number of a sector",
                    text.escape_debug()
                ))
            })
        };
        match option {
            "-i" => self.image = Some(OsString::from_vec(value)),
            "-x" => self.extracted = Some(value),
            "-N" => self.first_sector = Some(number()?),
            "-T" => self.session = Some(number()?),
            // Joliet is printed in UTF-8 only.
            _ if text.eq_ignore_ascii_case("utf-8") || text.eq_ignore_ascii_case("utf8") => {}
            _ => {
                let text = text.escape_debug();
                return Err(Error::Usage(format!(
                    "{option}: \"{text}\" is not supported; names are printed in UTF-8"
                )));
            }
        }
        Ok(())
    }
}

fn unknown(word: &OsStr) -> Error {
    let word = word.to_string_lossy();
    Error::Usage(format!(
        "\"{}\": not an option of isoinfo that isols knows; try: isoinfo -help",
        word.escape_debug()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Words, Error> {
        Words::read(&words.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn letters_stand_together_and_the_last_takes_a_value() {
        for words in [
            &["-lRi", "x.iso"][..],
            &["-l", "-R", "-i", "x.iso"],
            &["-i", "x.iso", "-Rl"],
            &["-ix.iso", "-lR"],
        ] {
            let words = read(words).expect("legal");
            assert_eq!(words.image.as_deref(), Some(OsStr::new("x.iso")));
            assert!(words.lists && words.rock_ridge && !words.finds);
        }
        let words = read(&["-x", "/a b", "-N", "150"]).expect("legal");
        assert_eq!((words.extracted.as_deref(), words.first_sector), (Some(&b"/a b"[..]), Some(150)));
    }

    #[test]
    fn what_is_not_known_is_named() {
        for (words, why) in [
            (&["-q"][..], "\"-q\": not an option"),
            (&["dev=1,0,0"], "\"dev=1,0,0\": not an option"),
            (&["-i"], "-i: requires a value"),
            (&["-N", "x"], "-N: \"x\", expected the number"),
            (&["-j", "cp437"], "-j: \"cp437\" is not supported"),
        ] {
            let error = read(words).expect_err("refused").to_string();
            assert!(error.starts_with(why), "{error}");
        }
    }
}
