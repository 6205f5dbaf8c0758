//! An image as other programs see it.

use super::Workshop;
use crate::{output, peer, text};
use std::collections::BTreeMap;

/// What an image holds, by path: what bsdtar says of it, as `keyword=value` words in alphabetical order.
pub type Listing = BTreeMap<String, String>;

impl Workshop {
    /// What bsdtar finds in an image, in the words of mtree(5); `None` without bsdtar.
    ///
    /// # Panics
    /// When bsdtar fails, or is missing and required.
    #[track_caller]
    pub fn listing(&self, image: &str) -> Option<Listing> {
        let mut bsdtar = peer("bsdtar")?;
        let keywords = "--options=!all,type,mode,uid,gid,size,link,time,device,sha256";
        let found = output(
            bsdtar
                .args(["-cf", "-", "--format=mtree", keywords])
                .arg(format!("@{image}"))
                .current_dir(self.folder()),
        );
        assert!(found.status.success(), "{found:?}");
        let text = String::from_utf8(found.stdout).expect("mtree is ASCII");
        let text = text.replace("\\\n", " ");
        let lines = text.lines().filter_map(|line| line.strip_prefix("./").or(line.strip_prefix(". ")));
        let listing = lines.map(|line| {
            let (path, facts) = line.split_once(' ').unwrap_or((line, ""));
            let mut facts: Vec<&str> = facts.split_whitespace().collect();
            facts.sort_unstable();
            (path.to_owned(), facts.join(" "))
        });
        Some(listing.collect())
    }

    /// As `ls -l` would list the image, which needs no content; `None` without bsdtar.
    ///
    /// # Panics
    /// As [`Self::listing`].
    #[track_caller]
    pub fn listing_of_names(&self, image: &str) -> Option<String> {
        let found = output(peer("bsdtar")?.args(["-tvf", image]).current_dir(self.folder()));
        assert!(found.status.success(), "{found:?}");
        Some(text(&found.stdout))
    }

    /// The paths in an image, one a line, directories before what they hold; `None` without xorriso.
    ///
    /// # Panics
    /// When xorriso prints what is not UTF-8, or is missing and required.
    #[track_caller]
    pub fn paths(&self, image: &str) -> Option<String> {
        let found = output(peer("xorriso")?.args(["-indev", image, "-find", "/"]).current_dir(self.folder()));
        let text = String::from_utf8(found.stdout).expect("UTF-8");
        let paths = text.lines().map(|line| line.trim_matches('\'')).filter(|line| line.len() > 1);
        Some(paths.collect::<Vec<_>>().join("\n"))
    }

    /// The content of a file in an image, by its Rock Ridge name; `None` without isoinfo.
    ///
    /// # Panics
    /// When isoinfo is missing and required.
    #[track_caller]
    pub fn content(&self, image: &str, path: &str) -> Option<Vec<u8>> {
        let mut isoinfo = peer("isoinfo")?;
        Some(output(isoinfo.args(["-R", "-i", image, "-x", path]).current_dir(self.folder())).stdout)
    }
}
