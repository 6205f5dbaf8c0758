//! What a run writes, kept apart from what it reads: an output that is also an input, or another output, is refused
//! before anything is written, by whatever names the two are the same.
//!
//! Files are the same by device and inode, as cp(1) and cat(1) compare them: symbolic and hard links, bind mounts and
//! names of descriptors make no difference. A file that does not exist yet is its name in its folder. Of disks, a loop
//! device is the file behind it, and a partition overlaps its disk.

mod identity;

use crate::exit::{Concerning, Failure};
use crate::name::shown;
use crate::streams::Streams;
use identity::Identity;
use isokit_core::Error;
use rustix::fs::{Stat, fstat};
use std::ffi::OsStr;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The outputs of a run, none of which may be another one or an input; `O` tells them apart.
#[derive(Debug)]
pub struct Written<O = ()> {
    targets: Vec<Target<O>>,
    /// What `-` is as an input.
    input: Option<Identity>,
}

#[derive(Debug)]
struct Target<O> {
    output: O,
    /// For messages: the option and its value, or `standard output`.
    given: String,
    identity: Identity,
    /// Of a file that is replaced, not written where it is: its folder and its name there.
    place: Option<((u64, u64), Vec<u8>)>,
}

impl<O: Copy> Written<O> {
    /// The outputs of a run: for each which it is, the option that names it, and its target. Without a target, or with `-`,
    /// it is standard output.
    ///
    /// # Errors
    /// [`Error::Usage`] when two outputs are the same file, disk or pipe.
    pub fn new<'p>(
        outputs: impl IntoIterator<Item = (O, &'static str, Option<&'p Path>)>,
        streams: &Streams,
    ) -> Result<Self, Failure> {
        let mut this = Self { targets: Vec::new(), input: Identity::of_input(streams.input.as_ref()) };
        for (output, option, target) in outputs {
            let target = target.filter(|path| *path != Path::new("-"));
            let Some(new) = Target::new(output, option, target, streams) else { continue };
            let other = this.targets.iter().find(|other| other.identity.overlaps(&new.identity));
            if let Some(other) = other {
                return Err(Self::two_are_one(other, &new, target));
            }
            this.targets.push(new);
        }
        Ok(this)
    }

    /// Why `one` and `other`, whose path is `target`, cannot both be written.
    fn two_are_one(one: &Target<O>, other: &Target<O>, target: Option<&Path>) -> Failure {
        let sentence = if one.given == other.given {
            "two outputs cannot share it; name a file for one of them".to_owned()
        } else {
            format!("{} and {} are the same file", one.given, other.given)
        };
        let input = target.map_or_else(|| "standard output".to_owned(), name);
        Failure { input: Some(input), error: Error::Usage(sentence) }
    }

    /// Refuses an operand that one of the outputs would overwrite; `-` is standard input.
    ///
    /// # Errors
    /// [`Error::Usage`], which names the output.
    pub fn refuse(&self, operand: &OsStr) -> Result<(), Failure> {
        if self.targets.is_empty() {
            return Ok(());
        }
        let identity = if operand == "-" { self.input.clone() } else { Identity::of(Path::new(operand)) };
        let same =
            |target: &&Target<O>| identity.as_ref().is_some_and(|input| input.overlaps(&target.identity));
        match self.targets.iter().find(same) {
            Some(target) => {
                let input =
                    if operand == "-" { "standard input".to_owned() } else { name(Path::new(operand)) };
                let sentence = format!("is both an input and an output ({})", target.given);
                Err(Error::Usage(sentence)).concerning(input)
            }
            None => Ok(()),
        }
    }

    /// The output that writes or replaces the entry `name` of the folder `above`, which is `stat`, and the option and its
    /// value, or `standard output`. Another hard link to a file that is replaced keeps its bytes, and does not count.
    pub fn over(&self, above: BorrowedFd<'_>, name: &[u8], stat: &Stat) -> Option<(O, &str)> {
        let file = (stat.st_dev, stat.st_ino);
        let is_here = |target: &&Target<O>| {
            target.place.as_ref().is_none_or(|(folder, own)| {
                let here = fstat(above).is_ok_and(|here| (here.st_dev, here.st_ino) == *folder);
                here && own == name
            })
        };
        let mut targets = self.targets.iter().filter(|target| target.identity == Identity::File(file));
        targets.find(is_here).map(|target| (target.output, target.given.as_str()))
    }
}

impl<O> Target<O> {
    /// `None` for what can be shared: terminals, character devices, and what cannot be found out.
    fn new(output: O, option: &str, target: Option<&Path>, streams: &Streams) -> Option<Self> {
        let Some(path) = target else {
            let (given, identity) =
                ("standard output".to_owned(), Identity::of_open(streams.output.as_ref())?);
            return Some(Self { output, given, identity, place: None });
        };
        let given = format!("{option} {}", name(path));
        let (identity, place) = Identity::of_target(path, streams)?;
        Some(Self { output, given, identity, place })
    }
}

fn name(path: &Path) -> String {
    shown(path.as_os_str().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::fd::{AsFd, AsRawFd};
    use std::os::unix::fs::symlink;

    fn written(targets: &[&Path]) -> Result<Written, Failure> {
        let options = ["--output", "--sums"].into_iter().zip(targets);
        Written::new(options.map(|(option, target)| ((), option, Some(*target))), &Streams::default())
    }

    #[test]
    fn an_output_is_an_input_by_every_name_the_file_has() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), b"x").expect("room");
        fs::write(path("other"), b"x").expect("room");
        fs::create_dir(path("sub")).expect("room");
        symlink("file", path("link")).expect("room");
        symlink("../link", path("sub/chain")).expect("room");
        fs::hard_link(path("file"), path("hard")).expect("room");
        let open = fs::File::open(path("file")).expect("there");
        let descriptor = format!("/dev/fd/{}", open.as_raw_fd());
        let names = ["file", "sub/../file", "link", "sub/chain", "hard"].map(path);
        let names: Vec<_> = names.into_iter().chain([descriptor.into()]).collect();
        for output in &names {
            let written = written(&[output]).expect("one output");
            for input in &names {
                let error = written.refuse(input.as_os_str()).expect_err("the same file").to_string();
                let (input, output) = (input.display(), output.display());
                assert_eq!(error, format!("{input}: is both an input and an output (--output {output})"));
            }
            written.refuse(path("other").as_os_str()).expect("another file");
            written.refuse(path("none").as_os_str()).expect("no file");
            written.refuse(path("sub").as_os_str()).expect("a folder");
        }
    }

    #[test]
    fn two_outputs_are_one_also_before_there_is_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("sub")).expect("room");
        symlink("new", path("dangling")).expect("room");
        symlink("sub", path("way")).expect("room");
        for (one, two, same) in [
            ("new", "sub/../new", true),
            ("new", "dangling", true),
            ("sub/new", "way/new", true),
            ("new", "sub/new", false),
            ("new", "new2", false),
        ] {
            let error = written(&[&path(one), &path(two)]).err().map(|failure| failure.to_string());
            assert_eq!(error.is_some(), same, "{one} {two}: {error:?}");
        }
        written(&[Path::new("/dev/null"), Path::new("/dev/null")]).expect("which is shared");
        let error = written(&[&path("new"), &path("new")]).expect_err("the same");
        let shown = path("new").display().to_string();
        assert_eq!(
            error.to_string(),
            format!("{shown}: --output {shown} and --sums {shown} are the same file")
        );
    }

    #[test]
    fn only_the_name_that_is_replaced_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), b"x").expect("room");
        fs::hard_link(path("file"), path("hard")).expect("room");
        let above = fs::File::open(folder.path()).expect("there");
        let stat = rustix::fs::stat(path("file")).expect("there");
        let by_name = written(&[&path("file")]).expect("one output");
        assert!(by_name.over(above.as_fd(), b"file", &stat).is_some());
        assert!(by_name.over(above.as_fd(), b"hard", &stat).is_none());
        let open = fs::File::options().append(true).open(path("file")).expect("there");
        let in_place = written(&[Path::new(&format!("/dev/fd/{}", open.as_raw_fd()))]).expect("one output");
        assert!(in_place.over(above.as_fd(), b"file", &stat).is_some());
        assert!(in_place.over(above.as_fd(), b"hard", &stat).is_some());
    }
}
