//! Files put into a tree by their paths, for trees that are made by hand. Collectors that meet millions of names use
//! [`Build::add_file`] and [`Build::add_name`], which look nothing up.

use super::{Added, Build, File, NameId};
use crate::error::{Error, Result};
use crate::number::wide;
use crate::tree::Kind;

impl<O> Build<O> {
    /// Puts `file` at `path`, `/` between names and, if you like, before them. Directories that are missing on the way get
    /// the mode, owner and modification time of the one they are in. A directory that is there already, the root too, is
    /// described anew by another.
    ///
    /// # Errors
    /// [`Error::Usage`] where something else is there, and as [`Build::add_file`] and [`Build::add_name`].
    pub fn put(&mut self, path: impl AsRef<[u8]>, file: &File<'_>) -> Result<NameId> {
        let mut names = path.as_ref().split(|byte| *byte == b'/').filter(|name| !name.is_empty()).peekable();
        let mut here = Self::ROOT;
        while let Some(name) = names.next() {
            if names.peek().is_none() {
                return match self.child(here, name) {
                    Some(there) => self.describe(there, file),
                    None => self.put_new(here, name, file),
                };
            }
            here = match self.child(here, name) {
                Some(there) => there,
                None => {
                    let File { mode, uid, gid, modified, .. } = self.file(self.name(here).file);
                    let like = File { uid, gid, ..File::new(Kind::Directory, mode, modified) };
                    self.put_new(here, name, &like)?
                }
            };
        }
        self.describe(here, file)
    }

    /// As [`Build::put`], a regular file with a content of `size` bytes, which may be 0; [`File::content`] does not matter.
    ///
    /// # Errors
    /// As [`Build::put`] and [`Build::add_content`].
    pub fn put_content(
        &mut self,
        path: impl AsRef<[u8]>,
        file: &File<'_>,
        size: u64,
        origin: O,
    ) -> Result<NameId> {
        let content = if size == 0 { None } else { Some(self.add_content(size, origin)?) };
        self.put(path, &File { content, ..*file })
    }

    fn put_new(&mut self, parent: NameId, name: &[u8], file: &File<'_>) -> Result<NameId> {
        let file = self.add_file(file)?;
        match self.add_name(parent, name, file)? {
            Added::New(name) | Added::There(name) => Ok(name),
        }
    }

    fn describe(&mut self, there: NameId, file: &File<'_>) -> Result<NameId> {
        if self.kind(there) != Kind::Directory || file.kind != Kind::Directory {
            return Err(Error::Usage(format!("{}: exists already", self.shown(there))));
        }
        self.set_file(self.name(there).file, file)?;
        Ok(there)
    }
}

impl<O: AsRef<[u8]>> Build<O> {
    /// As [`Build::put`], a regular file with these bytes, for [`Bytes`](crate::fill::Bytes) to give.
    ///
    /// # Errors
    /// As [`Build::put_content`].
    pub fn put_bytes(&mut self, path: impl AsRef<[u8]>, file: &File<'_>, bytes: O) -> Result<NameId> {
        self.put_content(path, file, wide(bytes.as_ref().len()), bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Time;

    const TIME: Time = Time { seconds: 7, nanoseconds: 0 };

    #[test]
    fn directories_on_the_way_are_made_like_the_one_they_are_in() {
        let root = File { uid: 3, gid: 4, ..File::new(Kind::Directory, 0o750, TIME) };
        let mut build: Build<&str> = Build::new(&root).expect("a root");
        let file = File::new(Kind::File, 0o644, Time::default());
        let motd = build.put_bytes("/etc//rc/motd", &file, "hello").expect("legal");
        assert_eq!(build.path(motd), b"etc/rc/motd");
        for way in ["etc", "etc/rc"] {
            let name = build.find(way.as_bytes()).expect("made");
            assert_eq!(build.file(build.name(name).file), root);
        }
        let content = build.file(build.name(motd).file).content.expect("it has bytes");
        assert_eq!((build.content(content).size, build.content(content).origin), (5, "hello"));
        let empty = build.put_bytes("etc/empty", &file, "").expect("legal");
        assert_eq!(build.file(build.name(empty).file).content, None);
    }

    #[test]
    fn a_directory_is_described_anew_and_nothing_else_is_there_twice() {
        let mut build: Build<&str> = Build::new(&File::new(Kind::Directory, 0o755, TIME)).expect("a root");
        let file = File::new(Kind::File, 0o644, TIME);
        let directory = File::new(Kind::Directory, 0o700, TIME);
        build.put("d/f", &file).expect("legal");
        for (path, taken) in [("d", "/d"), ("d/f", "/d/f"), ("", "/"), ("//", "/")] {
            let error = build.put(path, &file).expect_err("it is there");
            assert_eq!(error.to_string(), format!("{taken}: exists already"));
        }
        assert_eq!(build.put("d/f", &directory).expect_err("a file").to_string(), "/d/f: exists already");
        assert_eq!(build.put("d/f/g", &file).expect_err("a file").to_string(), "/d/f: is not a directory");
        for path in ["d", "/"] {
            let name = build.put(path, &directory).expect("both are directories");
            assert_eq!(build.file(build.name(name).file), directory);
        }
        assert_eq!(build.names().len(), 3);
        assert!(build.put("d/..", &file).is_err());
    }
}
