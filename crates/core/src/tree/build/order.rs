//! The names of a tree, directory by directory.

use super::{Build, NameId};

/// The names of each directory in byte order, whatever order they were added in.
#[derive(Debug, Clone)]
pub struct Order {
    /// Where a directory's names start in `names`; the next entry is where they end.
    starts: Vec<u32>,
    names: Vec<NameId>,
}

impl Order {
    /// The names in `directory`; none when it is no directory.
    pub fn of(&self, directory: NameId) -> &[NameId] {
        let bound = |n: usize| self.starts.get(n).map_or(0, |start| NameId(*start).index());
        self.names.get(bound(directory.index())..bound(directory.index() + 1)).unwrap_or_default()
    }
}

impl<O> Build<O> {
    /// The directories' contents in byte order, as of now.
    pub fn order(&self) -> Order {
        let mut names: Vec<NameId> = self.names().skip(1).collect();
        names.sort_unstable_by_key(|id| {
            let name = self.name(*id);
            (name.parent, name.bytes)
        });
        let mut starts = vec![0_u32; self.names.len().saturating_add(1)];
        for id in &names {
            starts[self.name(*id).parent.index() + 1] += 1;
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        Order { starts, names }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{added, build};
    use super::*;
    use crate::tree::build::File;
    use crate::tree::{Kind, Time};

    #[test]
    fn directories_are_in_byte_order_whatever_the_order_of_adding() {
        let mut build = build();
        let dir = build.add_file(&File::new(Kind::Directory, 0o755, Time::default())).expect("room");
        let file = build.add_file(&File::new(Kind::File, 0o644, Time::default())).expect("room");
        let z = added(build.add_name(Build::<()>::ROOT, b"z", dir));
        for name in [&b"b"[..], b"a", b"\xff", b"B"] {
            added(build.add_name(z, name, file));
            added(build.add_name(Build::<()>::ROOT, name, file));
        }
        let order = build.order();
        let names = |of| order.of(of).iter().map(|id| build.name(*id).bytes.to_vec()).collect::<Vec<_>>();
        assert_eq!(names(z), [&b"B"[..], b"a", b"b", b"\xff"]);
        assert_eq!(names(Build::<()>::ROOT), [&b"B"[..], b"a", b"b", b"z", b"\xff"]);
        assert_eq!(names(build.find(b"/z/a").expect("there")), Vec::<Vec<u8>>::new());
        assert_eq!(build.path(build.find(b"z//B").expect("there")), b"z/B");
    }
}
