//! What columns hold, by their values: for files whose headers say nothing of it.

mod named;
mod refine;

use std::collections::{HashMap, HashSet};

use arrow::array::RecordBatch;
use kupets_core::Result;
use rust_decimal::Decimal;

use super::{
    cells::Cells,
    columns::Columns,
    files::Files,
    number::{self, DecimalMark, Mark, Numbers, Votes},
    time::{self, DayOrder},
    value::plain_text,
};

/// Rows that are looked at.
const ROWS: usize = 2_000;
/// Values of a column that may be of another kind, as one in so many.
const OTHERS: usize = 20;

/// What most values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Email,
    Phone,
    Time,
    /// Whole numbers alone.
    Whole,
    /// Numbers, some with a fraction or a currency.
    Money,
    Words,
}

/// The first values of a file's columns.
#[derive(Debug, Default)]
pub(super) struct Sample {
    /// A column's values by row; empty where a cell is.
    columns: Vec<Vec<String>>,
}

impl Sample {
    /// Reads the first rows of the files.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn of(source: &Files) -> Result<Self> {
        let wanted: Vec<usize> = (0..source.columns().len()).collect();
        match source.rows(&wanted)?.next() {
            Some(batch) => Self::of_batch(&batch?),
            None => Ok(Self { columns: vec![Vec::new(); wanted.len()] }),
        }
    }

    fn of_batch(batch: &RecordBatch) -> Result<Self> {
        let kept = Columns::new(batch)?;
        let values = |cells: &Cells| -> Vec<String> {
            let text = |row| match cells {
                cells if cells.is_absent(row) => String::new(),
                Cells::Text(texts) => texts.value(row).trim().to_owned(),
                cells => plain_text(cells, row).unwrap_or_default().trim().to_owned(),
            };
            (0..kept.len().min(ROWS)).map(text).collect()
        };
        Ok(Self { columns: kept.cells.iter().map(values).collect() })
    }

    /// The first values of each column that are not empty, at most so many.
    pub(super) fn first_values(&self, most: usize) -> Vec<Vec<String>> {
        let first = |values: &Vec<String>| values.iter().filter(|text| !text.is_empty()).take(most).cloned().collect();
        self.columns.iter().map(first).collect()
    }

    /// Adds pairs of field and column that the values tell, for fields that have none and columns that feed none. Of two
    /// columns that could be the same field neither is taken.
    pub(super) fn complete(&self, pairs: &mut Vec<(String, String)>, names: &[String]) {
        let mark = self.mark();
        let kinds: Vec<Option<Kind>> = self.columns.iter().map(|values| kind_of(values, mark)).collect();
        let unique = |at: usize| names.iter().filter(|name| **name == names[at]).count() == 1;
        let free = |pairs: &[(String, String)], kind: Kind| -> Vec<usize> {
            let all = 0..names.len().min(kinds.len());
            all.filter(|at| kinds[*at] == Some(kind) && unique(*at) && !pairs.iter().any(|(_, c)| *c == names[*at]))
                .collect()
        };
        let has = |pairs: &[(String, String)], field: &str| pairs.iter().any(|(f, _)| f == field);
        let give = |pairs: &mut Vec<(String, String)>, field: &str, at: usize| {
            if !has(pairs, field) {
                pairs.push((field.to_owned(), names[at].clone()));
            }
        };
        if !has(pairs, "amount") && !has(pairs, "unit_price") {
            let money = [free(pairs, Kind::Money), free(pairs, Kind::Whole)].concat();
            if let Some((quantity, price, amount)) = self.product(&money, mark) {
                give(pairs, "quantity", quantity);
                give(pairs, "unit_price", price);
                give(pairs, "amount", amount);
            } else if let [only] = free(pairs, Kind::Money).as_slice() {
                give(pairs, "amount", *only);
            }
        }
        for (field, kind) in [
            ("occurred_at", Kind::Time),
            ("customer_id", Kind::Email),
            ("customer_id", Kind::Phone),
            ("product", Kind::Words),
        ] {
            // Beside the id of a product, a column of words may as well be a status.
            if field == "product" && has(pairs, "product_id") {
                continue;
            }
            let mut free = free(pairs, kind);
            if field == "product" {
                free.retain(|at| named::may_be_product(&names[*at], &self.columns[*at]));
            }
            if field == "occurred_at" && free.len() > 1 {
                free.retain(|at| named::is_of_sale(&names[*at]));
            }
            if let [only] = free.as_slice() {
                give(pairs, field, *only);
            }
        }
        let ids: Vec<usize> = free(pairs, Kind::Whole).into_iter().filter(|at| self.is_id(*at)).collect();
        if let [only] = ids.as_slice() {
            give(pairs, "purchase_id", *only);
        }
    }

    /// Whether what was taken for the amount of a line is the order's, which its rows repeat: it is the same in all rows of each order,
    /// and not what the line comes to by its price; where there are no prices, its name says so or many orders do.
    pub(super) fn repeats_total(&self, pairs: &[(String, String)], names: &[String]) -> bool {
        let named = |field: &str| pairs.iter().find(|(own, _)| own == field).map(|(_, column)| column);
        let column = |field: &str| self.columns.get(names.iter().position(|name| Some(name) == named(field))?);
        let (Some(ids), Some(amounts)) = (column("purchase_id"), column("amount")) else { return false };
        let mut orders: HashMap<&str, Vec<usize>> = HashMap::new();
        for (row, id) in ids.iter().enumerate().filter(|(_, id)| !id.is_empty()) {
            orders.entry(id).or_default().push(row);
        }
        let several: Vec<Vec<usize>> = orders.into_values().filter(|rows| rows.len() > 1).collect();
        // Some exports fill the first row of an order alone.
        let repeats = |rows: &Vec<usize>| {
            let first = &amounts[rows[0]];
            let rest = &rows[1..];
            !first.is_empty()
                && (rest.iter().all(|row| amounts[*row] == *first) || rest.iter().all(|row| amounts[*row].is_empty()))
        };
        if several.is_empty() || !several.iter().all(repeats) {
            return false;
        }
        let mark = self.mark();
        let Some(prices) = column("unit_price") else {
            let name = named("amount").map(|name| name.to_lowercase()).unwrap_or_default();
            let of_order = ["order", "заказ", "invoice", "чек"].iter().any(|word| name.contains(word));
            let sums: HashSet<&str> = several.iter().map(|rows| amounts[rows[0]].as_str()).collect();
            // Lines of different numbers of goods that come to the same are lines of one total.
            let counts = column("quantity");
            let differ = |rows: &Vec<usize>| counts.is_some_and(|all| rows.iter().any(|row| all[*row] != all[rows[0]]));
            let is_total = ["total", "итог", "всего"].iter().any(|word| name.starts_with(word));
            return of_order || several.len() > 2 && sums.len() > 1 || is_total && several.iter().all(differ);
        };
        let quantities = column("quantity");
        several.iter().flatten().any(|row| {
            let quantity = quantities.and_then(|all| decimal(&all[*row], mark)).unwrap_or(Decimal::ONE);
            let product = decimal(&prices[*row], mark).and_then(|price| price.checked_mul(quantity));
            let off =
                product.zip(decimal(&amounts[*row], mark)).and_then(|(product, amount)| product.checked_sub(amount));
            off.is_some_and(|off| off.abs() > Decimal::new(1, 2))
        })
    }

    /// What the numbers of the sample say of their mark.
    fn mark(&self) -> Mark {
        let mut votes = Votes::default();
        self.columns.iter().flatten().filter(|value| !value.is_empty()).for_each(|value| votes.count(value));
        match votes.mark() {
            Mark::Known(mark) => Mark::Known(mark),
            Mark::Unknown | Mark::Both => Mark::Known(DecimalMark::Point),
        }
    }

    /// Three columns of which the first two, times each other, are the third in every row: quantity, price and amount.
    fn product(&self, columns: &[usize], mark: Mark) -> Option<(usize, usize, usize)> {
        // Cubes of many columns of numbers are not worth their time.
        if !(3..=8).contains(&columns.len()) {
            return None;
        }
        let numbers: Vec<Vec<Option<Decimal>>> =
            columns.iter().map(|at| self.columns[*at].iter().map(|value| decimal(value, mark)).collect()).collect();
        let fits = |a: usize, b: usize, c: usize| {
            let mut telling = 0;
            for ((a, b), c) in numbers[a].iter().zip(&numbers[b]).zip(&numbers[c]) {
                let (Some(a), Some(b), Some(c)) = (*a, *b, *c) else { continue };
                let off = a.checked_mul(b).and_then(|product| product.checked_sub(c));
                if off.is_none_or(|off| off.abs() > Decimal::new(1, 2)) {
                    return false;
                }
                telling += usize::from(a != Decimal::ONE && b != Decimal::ONE);
            }
            telling > 1
        };
        let whole = |at: usize| numbers[at].iter().flatten().all(|n| n.fract().is_zero());
        let all = 0..columns.len();
        let triples =
            all.clone().flat_map(|a| all.clone().flat_map(move |b| (0..columns.len()).map(move |c| (a, b, c))));
        // Of two factors the whole one is the quantity; where both are, the one that stands first.
        let mut found = triples.filter(|(a, b, c)| a != b && b != c && a != c && fits(*a, *b, *c));
        let (a, b, c) = found.find(|(a, b, _)| whole(*a) && (!whole(*b) || columns[*a] < columns[*b]))?;
        Some((columns[a], columns[b], columns[c]))
    }

    /// Whether a column of whole numbers counts up or down without a repeat, as numbers of orders do, and barcodes and ages
    /// do not.
    fn is_id(&self, at: usize) -> bool {
        let numbers: Vec<(usize, &str)> = self.columns[at].iter().map(|value| (value.len(), value.as_str())).collect();
        let up = numbers.is_sorted_by(|a, b| a < b);
        let down = numbers.is_sorted_by(|a, b| a > b);
        numbers.len() > 1 && numbers.iter().all(|(length, _)| *length >= 3) && (up || down)
    }
}

/// What nearly all values of a column are; none if it is empty, or of no kind.
fn kind_of(values: &[String], mark: Mark) -> Option<Kind> {
    let filled: Vec<&str> = values.iter().map(String::as_str).filter(|value| !value.is_empty()).collect();
    if filled.is_empty() {
        return None;
    }
    let most = |is: &dyn Fn(&str) -> bool| {
        let others = filled.iter().filter(|value| !is(value)).count();
        others * OTHERS <= filled.len()
    };
    if most(&is_email) {
        Some(Kind::Email)
    } else if most(&is_time) {
        Some(Kind::Time)
    } else if most(&is_phone) {
        Some(Kind::Phone)
    } else if most(&|value| value.bytes().all(|b| b.is_ascii_digit())) {
        Some(Kind::Whole)
    } else if most(&|value| decimal(value, mark).is_some()) {
        Some(Kind::Money)
    } else {
        most(&|value| value.chars().filter(|c| c.is_alphabetic()).count() > 2).then_some(Kind::Words)
    }
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, place)| !name.is_empty() && place.contains('.') && !text.contains(' '))
}

/// `+7 900 000-00-00` and `89000000000`; a barcode is none.
fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let marks = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')'));
    let russian = digits == 11 && text.len() == 11 && text.starts_with(['7', '8']);
    marks && (10..=15).contains(&digits) && (text.starts_with('+') || text.contains('(') || russian)
}

fn is_time(text: &str) -> bool {
    [DayOrder::DayFirst, DayOrder::MonthFirst].into_iter().any(|order| time::parse(text, None, order).is_ok())
}

fn decimal(text: &str, mark: Mark) -> Option<Decimal> {
    let mut out = Vec::new();
    number::write_text(&mut out, text, Numbers { mark, round: true }).ok()?;
    std::str::from_utf8(&out).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pairs of a table whose rows are separated by `|` and whose columns are called A, B, C.
    fn guessed(rows: &str) -> String {
        let rows: Vec<Vec<&str>> = rows.split('|').map(|row| row.split(';').collect()).collect();
        let column = |at: usize| -> Vec<String> { rows.iter().map(|row| row[at].to_owned()).collect() };
        let sample = Sample { columns: (0..rows[0].len()).map(column).collect() };
        let names: Vec<String> = ('A'..='Z').take(rows[0].len()).map(String::from).collect();
        let mut pairs = Vec::new();
        sample.complete(&mut pairs, &names);
        pairs.sort();
        pairs.iter().map(|(field, column)| format!("{field}={column}")).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn values_tell_what_columns_are() {
        assert_eq!(
            guessed(
                "10021;01.03.2026 9:05;a@x.ru;Лампа белая;2;150,50;301,00|10022;02.03.2026;b@x.ru;Чашка;3;99,90;299,70"
            ),
            "amount=G,customer_id=C,occurred_at=B,product=D,purchase_id=A,quantity=E,unit_price=F"
        );
        assert_eq!(
            guessed("3/13/2026;+7 900 000-00-01;$1,010.00|3/14/2026;+7 900 000-00-02;$6.00"),
            "amount=C,customer_id=B,occurred_at=A"
        );
    }

    #[test]
    fn what_could_be_two_things_is_left_to_a_person() {
        assert_eq!(guessed("2026-03-01;2026-03-05;1.50;2.75|2026-03-02;2026-03-06;7.10;8.25"), "");
        assert_eq!(guessed("4607012345678|4600000000017|4607012345661"), "", "barcodes are no orders");
    }
}
