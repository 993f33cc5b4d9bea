//! A table as monospaced text, and as lines where it is too wide for a phone.

use crate::document::Grid;

/// Characters across: what a phone shows of monospaced text without breaking it.
const ACROSS: usize = 46;
/// A text column is cut before it gets narrower than this.
const NARROWEST: usize = 10;
const WIDEST: usize = 24;

/// The lines of a table: head, rule, rows; nothing where it does not fit across.
pub(crate) fn monospaced(grid: &Grid) -> Option<Vec<String>> {
    let titles: Vec<String> = grid.columns.iter().map(|column| column.title.clone()).collect();
    let width = |at: usize, most: usize| {
        let cells = grid.rows.iter().filter_map(|row| row.get(at)).chain([&titles[at]]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default().min(most)
    };
    let mut widths: Vec<usize> = grid
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| width(at, if column.right { usize::MAX } else { WIDEST }))
        .collect();
    let gaps = 2 * widths.len().saturating_sub(1);
    // The widest text column gives way until all fits.
    while widths.iter().sum::<usize>() + gaps > ACROSS {
        let texts = widths.iter().enumerate().filter(|(at, width)| !grid.columns[*at].right && **width > NARROWEST);
        let (at, _) = texts.max_by_key(|(_, width)| **width)?;
        widths[at] -= 1;
    }
    let line = |cells: &[String]| {
        let mut parts = Vec::with_capacity(widths.len());
        for (at, width) in widths.iter().enumerate() {
            let cell = fit(cells.get(at).map_or("", String::as_str), *width);
            let pad = " ".repeat(width - cell.chars().count());
            parts.push(if grid.columns[at].right { format!("{pad}{cell}") } else { format!("{cell}{pad}") });
        }
        parts.join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(&titles), "─".repeat(widths.iter().sum::<usize>() + gaps)];
    lines.extend(grid.rows.iter().map(|row| line(row)));
    Some(lines)
}

fn fit(cell: &str, width: usize) -> String {
    let cell = cell.replace(['\n', '\t'], " ");
    if cell.chars().count() <= width {
        return cell;
    }
    let mut kept: String = cell.chars().take(width.saturating_sub(1)).collect();
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::document::GridColumn;

    fn grid(titles: &[(&str, bool)], rows: &[&[&str]]) -> Grid {
        Grid {
            columns: titles
                .iter()
                .map(|(title, right)| GridColumn { title: (*title).to_owned(), right: *right })
                .collect(),
            rows: rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect(),
            note: None,
        }
    }

    #[test]
    fn text_is_cut_and_figures_are_not() {
        let long = "Чай чёрный байховый крупнолистовой, пачка";
        let grid = grid(&[("Товар", false), ("Выручка", true)], &[&[long, "1 254 300,50 ₽"], &["Чашка", "5,50 ₽"]]);
        let lines = monospaced(&grid).unwrap();
        assert_eq!(lines[0], "Товар                            Выручка");
        assert_eq!(lines[2], "Чай чёрный байховый кру…  1 254 300,50 ₽");
        assert_eq!(lines[3], "Чашка                             5,50 ₽");
    }

    #[test]
    fn what_is_too_wide_is_not_a_table() {
        let columns = [("A", true); 6];
        assert!(monospaced(&grid(&columns, &[&["1 254 300,50 ₽"; 6]])).is_none());
    }
}
