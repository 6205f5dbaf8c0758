//! Small tables for people: cells in columns, a heading above.

use crate::escape;

/// Which side the cells of a column are aligned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

#[derive(Debug)]
pub(crate) struct Table {
    sides: Vec<Side>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table of these headings; each cell of a column, the heading too, is aligned as the column is.
    pub(crate) fn new(columns: &[(&str, Side)]) -> Self {
        Self {
            sides: columns.iter().map(|(_, side)| *side).collect(),
            rows: vec![columns.iter().map(|(heading, _)| (*heading).to_owned()).collect()],
        }
    }

    /// One more row; it may be shorter than the headings.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Appends the table to `text`, two spaces between columns and `indent` before each line. Columns that are empty in
    /// every row are left out.
    pub(crate) fn write(&self, indent: &str, text: &mut Vec<u8>) {
        let width = |cell: &String| escape::columns(cell.as_bytes());
        let widths: Vec<Option<usize>> = (0..self.sides.len())
            .map(|column| {
                let filled =
                    self.rows.iter().skip(1).filter_map(|row| row.get(column)).any(|cell| !cell.is_empty());
                let widest = self.rows.iter().filter_map(|row| row.get(column)).map(width).max();
                widest.filter(|_| filled)
            })
            .collect();
        for row in &self.rows {
            let mut line = indent.to_owned();
            for ((cell, side), widest) in row.iter().zip(&self.sides).zip(&widths) {
                let Some(widest) = widest else { continue };
                let spaces = " ".repeat(widest.saturating_sub(width(cell)));
                match side {
                    Side::Left => line.extend([cell.as_str(), &spaces, "  "]),
                    Side::Right => line.extend([spaces.as_str(), cell, "  "]),
                }
            }
            text.extend_from_slice(line.trim_end().as_bytes());
            text.push(b'\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table =
            Table::new(&[("N", Side::Right), ("NAME", Side::Left), ("", Side::Left), ("SIZE", Side::Right)]);
        table.row(vec!["1".into(), "日本".into(), String::new(), "5".into()]);
        table.row(vec!["10".into(), "a".into()]);
        let mut text = Vec::new();
        table.write(" ", &mut text);
        assert_eq!(String::from_utf8(text).expect("text"), "  N  NAME  SIZE\n  1  日本     5\n 10  a\n");
    }
}
