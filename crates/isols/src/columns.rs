//! Names side by side, down first, as ls(1) fills a terminal.

/// Blank columns between two names, as ls(1) has them.
const GAP: usize = 2;

/// How `widths.len()` names fit into a line of `line` columns: the widths of the fewest rows that do, one a column.
///
/// The last column's width is that of its widest name, without a gap. One name too wide for the line is one column.
pub(crate) fn fit(widths: &[usize], line: usize) -> Vec<usize> {
    let count = widths.len();
    // No name is narrower than one column.
    let most = count.min(line / (1 + GAP) + 1);
    for columns in (2..=most).rev() {
        let rows = count.div_ceil(columns);
        // Fewer columns may fill as many rows; then the last ones would be empty.
        if count.div_ceil(rows) != columns {
            continue;
        }
        let fitted: Vec<usize> =
            widths.chunks(rows).map(|column| column.iter().copied().max().unwrap_or(0)).collect();
        let gaps = GAP * (columns - 1);
        if fitted.iter().sum::<usize>() + gaps <= line {
            return fitted;
        }
    }
    vec![widths.iter().copied().max().unwrap_or(0)]
}

/// For each row, the names in it: their numbers, left to right.
pub(crate) fn rows(count: usize, columns: usize) -> impl Iterator<Item = impl Iterator<Item = usize>> {
    let rows = count.div_ceil(columns.max(1));
    (0..rows).map(move |row| (row..count).step_by(rows.max(1)))
}

/// Spaces after a name of `width` columns in a column of `column`, to where the next one begins.
pub(crate) fn padding(width: usize, column: usize) -> usize {
    column.saturating_sub(width).saturating_add(GAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_rows_that_fit_are_taken() {
        assert_eq!(fit(&[3, 3, 3, 3], 18), [3, 3, 3, 3]);
        assert_eq!(fit(&[3, 3, 3, 3], 17), [3, 3]);
        assert_eq!(fit(&[100, 3], 80), [100]);
        assert_eq!(fit(&[10, 3, 3, 3, 3], 20), [10, 3, 3]);
        assert_eq!(fit(&[], 80), [0]);
    }

    #[test]
    fn names_go_down_first() {
        let rows: Vec<Vec<usize>> = rows(5, 3).map(Iterator::collect).collect();
        assert_eq!(rows, [vec![0, 2, 4], vec![1, 3]]);
    }
}
