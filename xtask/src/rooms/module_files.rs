//! A module with files below it is `mod.rs` in their folder, not a file beside it.

use std::collections::BTreeSet;

/// A sentence for every file of `sources` (paths below `folder`) that stands beside the folder of its module.
pub(super) fn problems(folder: &str, sources: &[(String, String)]) -> Vec<String> {
    let inside = |path: &str| path.match_indices('/').map(|(at, _)| path.split_at(at).0.to_owned()).collect();
    let folders: BTreeSet<String> = sources.iter().flat_map(|(path, _)| -> Vec<_> { inside(path) }).collect();
    let modules = sources.iter().filter_map(|(path, _)| path.strip_suffix(".rs"));
    let beside = modules.filter(|module| folders.contains(*module));
    beside
        .map(|module| format!("{folder}/{module}.rs: a module with files below it is {module}/mod.rs"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_beside_its_folder_is_a_problem() {
        let told = |paths: &[&str]| {
            let sources: Vec<_> = paths.iter().map(|path| ((*path).to_owned(), String::new())).collect();
            problems("x", &sources)
        };
        assert_eq!(told(&["a.rs", "a/b/c.rs"]), ["x/a.rs: a module with files below it is a/mod.rs"]);
        assert_eq!(
            told(&["a/b.rs", "a/b/c.rs", "a/mod.rs"]),
            ["x/a/b.rs: a module with files below it is a/b/mod.rs"]
        );
        assert_eq!(told(&["a/mod.rs", "a/b.rs", "ab.rs", "b.rs"]), [""; 0]);
    }
}
