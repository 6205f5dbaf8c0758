//! The public face of the core as text, so that a change of it is seen in review: `crates/core/api.txt`, listed from the
//! pages that rustdoc makes. (rustdoc's JSON would be easier to read, but stable compilers do not make it.)

use crate::Outcome;
use crate::run::{command, complain, root, target};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

const GOLDEN: &str = "crates/core/api.txt";

/// Makes the documentation of all crates, warnings being errors, and holds the API against the text.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // Pages of what is gone would be listed as well.
    let pages = target().join("doc/isokit_core");
    if pages.exists() {
        std::fs::remove_dir_all(&pages).map_err(|error| format!("{}: {error}", pages.display()))?;
    }
    let mut doc = Command::new(cargo);
    doc.args(["doc", "--quiet", "--workspace", "--no-deps"]).current_dir(root());
    command(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    let now = format!("{}\n{}", heading()?, api(&pages)?);
    let golden = root().join(GOLDEN);
    let before = std::fs::read_to_string(&golden).map_err(|error| format!("{GOLDEN}: {error}"))?;
    if before.lines().next() != now.lines().next() && !isokit_golden::renews() {
        complain("SKIPPED: the API is compared with rustdoc of the version that crates/core/api.txt names");
        return Ok(());
    }
    isokit_golden::hold(&golden, &now, isokit_golden::renews())
}

/// Which rustdoc made the pages: another one may write the same item otherwise.
fn heading() -> Result<String, String> {
    let rustdoc = std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
    let said = Command::new(rustdoc).arg("--version").current_dir(root()).output();
    let said = said.map_err(|error| format!("rustdoc: {error}"))?.stdout;
    let version = String::from_utf8_lossy(&said).split_whitespace().nth(1).unwrap_or_default().to_owned();
    Ok(format!("# isokit-core, as rustdoc {version} shows it. Made by: UPDATE=1 cargo xtask api"))
}

/// All items below `folder`, by their paths.
fn api(folder: &Path) -> Result<String, String> {
    let mut items = Vec::new();
    let mut pending = vec![(folder.to_owned(), "isokit_core".to_owned())];
    while let Some((folder, module)) = pending.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if path.is_dir() {
                pending.push((path, format!("{module}::{name}")));
                continue;
            }
            let Some(page) = name.strip_suffix(".html").filter(|page| *page != "all") else { continue };
            let html =
                std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            match page.split_once('.') {
                Some(_) if html.contains("<p>Redirecting to ") => {}
                Some((_, name)) => items.push((format!("{module}::{name}"), item(&html))),
                None => items.push((module.clone(), uses(&html))),
            }
        }
    }
    items.sort();
    let mut text = String::new();
    for (path, lines) in items {
        let _ = write!(text, "\n{path}\n");
        lines.iter().for_each(|line| text.push_str(&format!("    {line}\n")));
    }
    Ok(text)
}

/// What a module shows of others.
fn uses(html: &str) -> Vec<String> {
    between(html, "<code>pub use ", "</code>").map(|shown| format!("pub use {}", line(shown))).collect()
}

/// Declaration, methods and traits of one item.
fn item(html: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for declaration in between(html, "<pre class=\"rust item-decl\"><code>", "</code></pre>") {
        lines.extend(text(declaration).lines().map(|line| line.trim_end().to_owned()));
    }
    lines.retain(|line| !line.is_empty() && !line.trim_start().starts_with("//"));
    for header in section(html, "implementations-list").split("class=\"code-header\">").skip(1) {
        let end = header.find("</h3>").into_iter().chain(header.find("</h4>")).min().unwrap_or(header.len());
        let header = line(header.get(..end).unwrap_or_default());
        lines.push(if header.starts_with("impl") { header } else { format!("    {header}") });
    }
    let mut derived = Vec::new();
    let traits = [section(html, "trait-implementations-list"), section(html, "foreign-impls")];
    for header in traits.iter().flat_map(|part| between(part, "<h3 class=\"code-header\">", "</h3>")) {
        let (shown, own) = (line(header), header.contains("title=\"trait isokit_core::"));
        // Every derived PartialEq comes with it.
        if shown.contains("StructuralPartialEq") {
            continue;
        }
        match shown.strip_prefix("impl ").and_then(|rest| rest.split_once(" for ")) {
            Some((name, _)) if !own => derived.push(name.to_owned()),
            _ => lines.push(shown),
        }
    }
    if !derived.is_empty() {
        derived.sort();
        lines.push(format!("impl {}", derived.join(" + ")));
    }
    lines
}

/// The part of a page from the heading with this id to the next heading.
fn section<'h>(html: &'h str, id: &str) -> &'h str {
    let from = html.find(&format!("id=\"{id}\"")).and_then(|at| html.get(at..)).unwrap_or_default();
    from.split("<h2 id=").next().unwrap_or_default()
}

/// What stands between each `start` and the next `end`.
fn between<'h>(html: &'h str, start: &'h str, end: &'h str) -> impl Iterator<Item = &'h str> {
    html.split(start).skip(1).filter_map(move |rest| rest.split(end).next())
}

/// HTML as text of one line.
fn line(html: &str) -> String {
    text(html).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// HTML as text, without what only folds long lists.
fn text(html: &str) -> String {
    let mut pieces = html.split('<');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    let mut folded = false;
    for (tag, rest) in pieces.filter_map(|piece| piece.split_once('>')) {
        match tag.split_whitespace().next() {
            Some("summary") => folded = true,
            Some("/summary") => folded = false,
            _ => {}
        }
        if !folded {
            text.push_str(rest);
        }
    }
    // The mark of a tooltip.
    let text = text.replace('\u{24d8}', "");
    let plain =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    plain.iter().fold(text, |text, (escaped, plain)| text.replace(escaped, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_its_declaration_its_methods_and_its_traits() {
        let html = "<pre class=\"rust item-decl\"><code>pub struct A&lt;B&gt; {\n<details><summary>Show 1 field</summary>    \
                    pub b: <a href=\"x\">B</a>,\n</details>}</code></pre><div id=\"implementations-list\"><h3 \
                    class=\"code-header\">impl&lt;B&gt; A&lt;B&gt;</h3><h4 class=\"code-header\">pub fn <a>c</a>(&amp;self)</h4>\
                    </div><h2 id=\"t\"></h2><div id=\"trait-implementations-list\"><h3 class=\"code-header\">impl <a>Debug\
                    </a> for A</h3><h3 class=\"code-header\">impl <a title=\"trait isokit_core::T\">T</a> for A</h3></div>";
        assert_eq!(
            item(html),
            [
                "pub struct A<B> {",
                "    pub b: B,",
                "}",
                "impl<B> A<B>",
                "    pub fn c(&self)",
                "impl T for A",
                "impl Debug"
            ]
        );
        assert_eq!(uses("<code>pub use <a>self::b</a>::C;</code>"), ["pub use self::b::C;"]);
    }
}
