//! Images that isomk makes, or refuses to make.

use super::Workshop;
use crate::{output, text, tool_path};
use assert_cmd::Command;
use std::path::PathBuf;

impl Workshop {
    /// isomk, here.
    ///
    /// # Panics
    /// When it is not built.
    pub fn isomk(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(tool_path("isomk"));
        command.args(arguments).current_dir(self.folder()).env_remove("SOURCE_DATE_EPOCH");
        command
    }

    /// Makes `image.iso`; isomk must succeed and say nothing.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn image(&self, arguments: &[&str]) {
        let made = self.isomk(&["-o", "image.iso"]).args(arguments).assert().success().stdout("");
        assert_eq!(text(&made.get_output().stderr), "", "{arguments:?}");
    }

    /// The image `name` that isomk makes of `tree` with these options; it may warn.
    ///
    /// # Panics
    /// When isomk fails.
    #[track_caller]
    pub fn image_of_tree(&self, name: &str, options: &[&str]) -> PathBuf {
        let mut command = crate::tool("isomk");
        let made = output(command.args(options).args(["-o", name, "tree"]).current_dir(self.folder()));
        assert!(made.status.success(), "{options:?}: {}", text(&made.stderr));
        self.path(name)
    }

    /// Makes no image: isomk ends with status 2 and this sentence.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn refuses(&self, arguments: &[&str], sentence: &str) {
        let ended = self.isomk(&["-o", "refused.iso"]).args(arguments).assert().code(2).stdout("");
        let said = text(&ended.get_output().stderr);
        assert!(said.contains(sentence), "{arguments:?}: {said}");
        assert!(!self.path("refused.iso").exists(), "{arguments:?}");
    }
}
