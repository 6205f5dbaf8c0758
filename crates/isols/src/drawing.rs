//! The tree drawn.

use crate::line::Line;
use crate::lines::{Key, Order};
use crate::output::Output;
use crate::request::List;
use crate::truncation::Truncation;
use isokit_core::error::{Error, Result};
use isokit_core::tree::resolve::Found;
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Entry, Kind, Time, Tree};
use std::cmp::Ordering;
use std::io::Write;
use std::ops::Range;

/// Everything below a directory, gathered before it is drawn: whether a name is the last of its siblings shows only
/// when all are known.
pub(crate) struct Drawing<'d, 's> {
    list: &'d List,
    truncation: &'d mut Truncation<'s>,
    nodes: Vec<Node>,
    text: Vec<u8>,
    /// The directories that the walk is in, outermost first: number of the node, bytes of its path.
    inside: Vec<(usize, usize)>,
    line: Line,
    failures: Vec<(Vec<u8>, Error)>,
}

#[derive(Debug)]
struct Node {
    parent: usize,
    kind: Kind,
    name: Range<usize>,
    shown: Range<usize>,
    size: u64,
    time: Option<Time>,
}

/// Failures kept to be reported: a damaged image has as many as directories.
const MOST_FAILURES: usize = 1000;

impl<'d, 's> Drawing<'d, 's> {
    pub(crate) fn new(list: &'d List, truncation: &'d mut Truncation<'s>) -> Self {
        Self {
            list,
            truncation,
            nodes: Vec::new(),
            text: Vec::new(),
            inside: Vec::new(),
            line: Line::default(),
            failures: Vec::new(),
        }
    }

    /// Gathers all below `directory`, draws it, and returns what could not be read.
    ///
    /// # Errors
    /// Those of the output.
    pub(crate) fn draw<W: Write>(
        mut self,
        tree: &dyn Tree,
        directory: &Found,
        output: &mut Output<W>,
    ) -> Result<Vec<(Vec<u8>, Error)>> {
        let path = if directory.path.is_empty() { b"/" } else { directory.path.as_slice() };
        self.push(0, path, path, &directory.entry);
        self.inside.push((0, directory.path.len()));
        walk(tree, &directory.entry, &directory.path, &mut self)?;
        self.write(output)?;
        Ok(self.failures)
    }

    fn push(&mut self, parent: usize, path: &[u8], name: &[u8], entry: &Entry) {
        self.list.format.fill(path, name, entry, &[], &mut self.line);
        let start = self.text.len();
        self.text.extend_from_slice(name);
        let middle = self.text.len();
        self.text.extend_from_slice(&self.line.tail);
        self.nodes.push(Node {
            parent,
            kind: entry.kind,
            name: start..middle,
            shown: middle..self.text.len(),
            size: entry.size,
            time: entry.times.modified,
        });
    }

    fn text(&self, range: &Range<usize>) -> &[u8] {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn compare(&self, order: Order, a: &Node, b: &Node) -> Ordering {
        let by_key = match order.key {
            Key::Size => b.size.cmp(&a.size),
            Key::Time => b.time.cmp(&a.time),
            Key::Name | Key::None => Ordering::Equal,
        };
        let ordering = match order.key {
            Key::None => Ordering::Equal,
            _ => by_key.then_with(|| self.text(&a.name).cmp(self.text(&b.name))),
        };
        if order.reverse { ordering.reverse() } else { ordering }
    }

    /// The numbers of all nodes but the first, children of one parent side by side and in order.
    fn sorted(&self) -> Vec<usize> {
        let mut sorted: Vec<usize> = (1..self.nodes.len()).collect();
        sorted.sort_by(|a, b| match (self.nodes.get(*a), self.nodes.get(*b)) {
            (Some(a), Some(b)) => a.parent.cmp(&b.parent).then_with(|| self.compare(self.list.order, a, b)),
            _ => Ordering::Equal,
        });
        sorted
    }

    fn write<W: Write>(&self, output: &mut Output<W>) -> Result<()> {
        let sorted = self.sorted();
        let parent_of = |index: &usize| self.nodes.get(*index).map_or(0, |node| node.parent);
        let children = |parent: usize| {
            let start = sorted.partition_point(|index| parent_of(index) < parent);
            let end = sorted.partition_point(|index| parent_of(index) <= parent);
            start..end
        };
        let mut directories: u64 = 0;
        let mut files: u64 = 0;
        let mut stack = vec![children(0)];
        if let Some(root) = self.nodes.first() {
            output.line().extend_from_slice(self.text(&root.shown));
            output.line().push(b'\n');
        }
        while let Some(top) = stack.last_mut() {
            let Some(node) = top.next().and_then(|place| sorted.get(place)) else {
                stack.pop();
                continue;
            };
            let Some(found) = self.nodes.get(*node) else { break };
            let (last, above) =
                stack.split_last().map_or((false, &[][..]), |(top, rest)| (top.is_empty(), rest));
            let line = output.line();
            for level in above {
                line.extend_from_slice(if level.is_empty() {
                    "    ".as_bytes()
                } else {
                    "│   ".as_bytes()
                });
            }
            line.extend_from_slice(if last { "└── ".as_bytes() } else { "├── ".as_bytes() });
            line.extend_from_slice(self.text(&found.shown));
            line.push(b'\n');
            output.settle()?;
            if found.kind == Kind::Directory {
                directories = directories.saturating_add(1);
                stack.push(children(*node));
            } else {
                files = files.saturating_add(1);
            }
        }
        let noun =
            |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let counts = format!(
            "\n{}, {}\n",
            noun(directories, "directory", "directories"),
            noun(files, "file", "files")
        );
        output.line().extend_from_slice(counts.as_bytes());
        output.settle()
    }
}

impl Visitor for Drawing<'_, '_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        if !self.list.all && (entry.hidden || entry.name.starts_with(b".")) {
            return Ok(Descend::Past);
        }
        self.truncation.see(entry);
        let above = path.len().saturating_sub(entry.name.len()).saturating_sub(1);
        while self.inside.last().is_some_and(|(_, length)| *length > above) {
            self.inside.pop();
        }
        let parent = self.inside.last().map_or(0, |(node, _)| *node);
        if entry.kind == Kind::Directory {
            self.inside.push((self.nodes.len(), path.len()));
        }
        self.push(parent, path, &entry.name, entry);
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
        if !self.truncation.accounts_for(&error) && self.failures.len() < MOST_FAILURES {
            self.failures.push((path.to_vec(), error));
        }
        Ok(())
    }
}
