//! Where a table's header stands: exports put titles, periods and empty lines above it.

use super::zone::Zone;

/// What is known of the header before it is found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct HeaderOptions {
    /// Number of the header among the lines that are not empty, from 1; none: found out.
    pub(super) row: Option<u32>,
    /// Columns that a person has named: the header has them all.
    pub(super) named: Vec<String>,
    /// Names that headers usually have, as [`plain`] leaves them.
    pub(super) usual: Vec<String>,
}

/// A name without what people write differently: case, spaces, dashes, `ё`.
pub(super) fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    letters.map(|c| if c == 'ё' { 'е' } else { c }).collect()
}

/// The zone that a header names after its words, as in `Created date (UTC)` and `Дата (МСК)`.
pub(super) fn zone(name: &str) -> Option<Zone> {
    let (_, inside) = name.trim().strip_suffix(')')?.rsplit_once('(')?;
    match inside.to_lowercase().as_str() {
        "мск" => Zone::named("Europe/Moscow").ok(),
        _ => Zone::named(inside).ok(),
    }
}

/// Finds the header among the first rows of a table, not before `from`.
///
/// # Errors
/// There is no row of the number that was given.
pub(super) fn find(rows: &[Vec<String>], from: usize, options: &HeaderOptions) -> Result<usize, String> {
    if let Some(row) = options.row {
        let at = (row as usize).saturating_sub(1);
        let there = row > 0 && at < rows.len();
        return if there { Ok(at) } else { Err(format!("there is no header line {row}: --header-row is too large")) };
    }
    let from = from.min(rows.len().saturating_sub(1));
    let has = |row: &[String], name: &String| row.iter().any(|cell| cell == name || plain(cell) == plain(name));
    if !options.named.is_empty()
        && let Some(at) = (from..rows.len()).find(|at| options.named.iter().all(|name| has(&rows[*at], name)))
    {
        return Ok(at);
    }
    let usual = |row: &[String]| row.iter().filter(|cell| options.usual.contains(&plain(cell))).count();
    let filled = |row: &[String]| row.iter().filter(|cell| !cell.is_empty()).count();
    let Some(first) = rows.get(from) else { return Ok(from) };
    if usual(first) < 2
        && let Some(at) = (from + 1..rows.len()).find(|at| usual(&rows[*at]) >= 2.max(usual(first) + 1))
    {
        return Ok(at);
    }
    // A title stands alone in its row, above rows of several cells.
    let widest = rows[from..].iter().map(|row| filled(row)).max().unwrap_or(1);
    if filled(first) == 1 && widest > 1 {
        return Ok((from..rows.len()).find(|at| filled(&rows[*at]) * 3 > widest * 2).unwrap_or(from));
    }
    Ok(from)
}

/// The names of columns of a header that begins in this row, and how many rows it has: in some reports a row of groups stands above
/// one of names, and cells are merged down or to the side.
pub(super) fn columns(rows: &[Vec<String>], at: usize, options: &HeaderOptions) -> (Vec<String>, usize) {
    let top = rows.get(at).cloned().unwrap_or_default();
    let Some(below) = rows.get(at + 1).filter(|below| options.row.is_none() && is_second(&top, below, options)) else {
        return (top, 1);
    };
    let width = top.len().max(below.len());
    let cell = |row: &[String], at: usize| row.get(at).cloned().unwrap_or_default();
    let mut group = String::new();
    let names = (0..width).map(|at| {
        let (above, own) = (cell(&top, at), cell(below, at));
        if !above.is_empty() {
            group.clone_from(&above);
        }
        match own.is_empty() {
            true => above,
            // Of two of one name the group tells them apart.
            false if below.iter().filter(|other| **other == own).count() > 1 => format!("{group} {own}"),
            false => own,
        }
    });
    (names.collect(), 2)
}

/// Whether a row is the second of a header: it names columns that the first one leaves open, and holds no figures.
fn is_second(top: &[String], below: &[String], options: &HeaderOptions) -> bool {
    let usual = |cell: &str| options.usual.contains(&plain(cell));
    let filled = |row: &[String], at: usize| row.get(at).is_some_and(|cell| !cell.is_empty());
    let opened = (0..below.len()).filter(|at| filled(below, *at) && !filled(top, *at));
    let named = opened.clone().filter(|at| usual(&below[*at])).count();
    let known = below.iter().filter(|cell| usual(cell)).count();
    let has_figures = below.iter().any(|cell| cell.chars().any(|c| c.is_ascii_digit()));
    opened.count() > 0 && !has_figures && (named > 0 || known > 1)
}

/// Whether a cell is the word by which a row of totals begins.
pub(super) fn is_total_word(cell: &str) -> bool {
    const WORDS: [&str; 9] = ["итого", "всего", "итог", "total", "totals", "grand total", "subtotal", "summe", "sum"];
    let text = cell.trim().trim_end_matches([':', ' ']).to_lowercase();
    WORDS.iter().any(|word| {
        text == *word
            || text
                .strip_prefix(word)
                .is_some_and(|rest| rest.starts_with([':', ' ']) && !rest.contains(char::is_numeric))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        text.split('/').map(|row| row.split(',').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn titles_are_passed_over() {
        let options = HeaderOptions::default();
        assert_eq!(find(&rows("a,b,c/1,2,3"), 0, &options), Ok(0));
        assert_eq!(find(&rows("Report,,/March,,/a,b,c/1,2,3"), 0, &options), Ok(2));
        assert_eq!(find(&rows("id/1/2"), 0, &options), Ok(0));
        assert_eq!(find(&rows("sep=,/a,b/1,2"), 1, &options), Ok(1));
        let named = HeaderOptions { named: vec!["Order No".to_owned()], ..HeaderOptions::default() };
        assert_eq!(find(&rows("a,b,c/x,order no,y/1,2,3"), 0, &named), Ok(1));
        let usual =
            HeaderOptions { usual: vec!["amount".to_owned(), "product".to_owned()], ..HeaderOptions::default() };
        assert_eq!(find(&rows("Shop,March,2026/Product,Amount,x/1,2,3"), 0, &usual), Ok(1));
        let row = HeaderOptions { row: Some(2), ..HeaderOptions::default() };
        assert_eq!(find(&rows("a,b/c,d/1,2"), 0, &row), Ok(1));
        assert!(find(&rows("a,b"), 0, &row).unwrap_err().contains("--header-row"));
    }

    #[test]
    fn headers_of_two_rows() {
        let usual = ["номер", "дата", "цена", "сумма", "имя"].map(str::to_owned).to_vec();
        let options = HeaderOptions { usual, ..HeaderOptions::default() };
        let of = |text: &str| {
            let (names, lines) = columns(&rows(text), 0, &options);
            (names.join(","), lines)
        };
        assert_eq!(of("Заказ,,Клиент,/Номер,Дата,Имя,Сумма/1,2,3,4"), ("Номер,Дата,Имя,Сумма".to_owned(), 2));
        assert_eq!(of("Номер,Дата,Стоимость,/,,Цена,Сумма/1,2,3,4"), ("Номер,Дата,Цена,Сумма".to_owned(), 2));
        assert_eq!(
            of("Заказ,,Возврат,/Дата,Сумма,Дата,Сумма/1,2,3,4").0,
            "Заказ Дата,Заказ Сумма,Возврат Дата,Возврат Сумма"
        );
        assert_eq!(of("Имя,Почта,/Анна,a@x.ru,vip"), ("Имя,Почта,".to_owned(), 1));
        assert_eq!(of("Номер,Сумма,/1,2,3").1, 1);
    }

    #[test]
    fn zones_in_headers() {
        assert_eq!(zone("Created date (UTC)"), Some(Zone::UTC));
        assert_eq!(zone("Дата (МСК)"), Zone::named("Europe/Moscow").ok());
        assert_eq!((zone("Date"), zone("Weight (kg)"), zone("Price ()")), (None, None, None));
    }

    #[test]
    fn words_of_totals() {
        for total in ["Итого", "ИТОГО:", "Всего по складу", "Total", "Grand total:"] {
            assert!(is_total_word(total), "{total}");
        }
        for name in ["Totals 2", "Totally", "Итогов", "Summer", "Sum 41 tee"] {
            assert!(!is_total_word(name), "{name}");
        }
    }
}
