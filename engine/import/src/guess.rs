//! What columns hold, by their values: for files whose headers say nothing of it.

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
                free.retain(|at| refine::may_be_product(&names[*at], &self.columns[*at]));
            }
            if field == "occurred_at" && free.len() > 1 {
                free.retain(|at| refine::is_of_sale(&names[*at]));
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

/// What names of columns propose, checked by their values; and what names and values together say of refunds, statuses, guests,
/// clocks and items.
mod refine {
    use rust_decimal::Decimal;

    use super::{
        super::{
            folded::{self, Grammars},
            header::plain,
            mapping::{ITEMS, OPERATION, REFUNDED},
            names::{
                CANCELLED_NAMES, CLOCK_NAMES, ITEMS_NAMES, OPERATION_NAMES, PAID_NAMES, PAYMENT_NAMES, REFUNDED_NAMES,
                ZONE_NAMES,
            },
            words::{ItemKind, Operation, Status, is_nobody, truth},
            zone::Zone,
        },
        Sample, decimal, is_email, is_phone, is_time,
    };

    /// Whether the column at a place is not yet taken by one of these pairs of a field and a column.
    type Free<'a> = &'a dyn Fn(&[(String, String)], usize) -> bool;

    /// Whether a column of words may be of products: its name says nothing else, and its values are no statuses.
    pub(super) fn may_be_product(name: &str, values: &[String]) -> bool {
        const OTHERS: [&str; 46] = [
            "gateway",
            "имя",
            "фио",
            "фамилия",
            "first name",
            "last name",
            "customer",
            "client",
            "buyer",
            "клиент",
            "покупат",
            "status",
            "статус",
            "state",
            "состояние",
            "type",
            "тип",
            "reason",
            "причина",
            "method",
            "способ",
            "организация",
            "склад",
            "warehouse",
            "коммент",
            "comment",
            "note",
            "примеч",
            "ответств",
            "менеджер",
            "manager",
            "city",
            "город",
            "address",
            "адрес",
            "country",
            "страна",
            "region",
            "регион",
            "source",
            "источник",
            "channel",
            "канал",
            "employee",
            "сотрудник",
            "staff",
        ];
        let lower = name.to_lowercase();
        let is_status = values.iter().filter(|value| !value.is_empty()).all(|value| Status::read(value).is_some());
        !is_status && lower.trim() != "name" && !OTHERS.iter().any(|other| lower.contains(other))
    }

    /// Whether a column of times is of the sale, by its name, where there are others.
    pub(super) fn is_of_sale(name: &str) -> bool {
        const WORDS: [&str; 12] = [
            "order",
            "sale",
            "purchase",
            "created",
            "transaction",
            "заказ",
            "продаж",
            "покуп",
            "создан",
            "чека",
            "операц",
            "оформл",
        ];
        const OTHERS: [&str; 8] = ["ship", "deliver", "updat", "достав", "отгруз", "измен", "закры", "clos"];
        let lower = name.to_lowercase();
        WORDS.iter().any(|word| lower.contains(word)) && !OTHERS.iter().any(|word| lower.contains(word))
    }

    impl Sample {
        /// The only column of one of these names, the surest first.
        fn called(&self, names: &[String], wanted: &[&str]) -> Option<usize> {
            wanted.iter().find_map(|wanted| {
                let mut same = (0..names.len()).filter(|at| plain(&names[*at]) == plain(wanted));
                same.next().filter(|_| same.next().is_none())
            })
        }

        fn filled(&self, at: usize) -> impl Iterator<Item = &str> {
            self.columns.get(at).into_iter().flatten().map(String::as_str).filter(|value| !value.is_empty())
        }

        /// Whether a column has values, and all are so.
        fn all(&self, at: usize, is: impl Fn(&str) -> bool) -> bool {
            self.filled(at).next().is_some() && self.filled(at).all(is)
        }

        /// Corrects what names alone have proposed for purchases, and adds what they do not propose.
        pub(in super::super) fn refine(&self, pairs: &mut Vec<(String, String)>, names: &[String]) {
            let place = |pairs: &[(String, String)], field: &str| {
                let (_, column) = pairs.iter().find(|(own, _)| own == field)?;
                names.iter().position(|name| name == column)
            };
            // An object or a list is no value of a field.
            let is_nested = |column: &str| {
                let at = names.iter().position(|name| name == column);
                at.is_some_and(|at| self.all(at, |text| text.starts_with(['{', '[']) && text.ends_with(['}', ']'])))
            };
            let nested: Vec<String> =
                pairs.iter().map(|(_, column)| column.clone()).filter(|column| is_nested(column)).collect();
            pairs.retain(|(field, column)| field == "product" || !nested.contains(column));
            if let Some(at) = place(pairs, "kind")
                && !self.all(at, |text| ItemKind::read(text).is_some())
                && self.filled(at).next().is_some()
            {
                pairs.retain(|(field, _)| field != "kind");
            }
            let free = |pairs: &[(String, String)], at: usize| {
                !pairs.iter().any(|(_, columns)| columns.split('+').any(|column| column == names[at]))
                    && unique(names, at)
            };
            let operation = self.operation(names).filter(|at| free(pairs, *at));
            pairs.extend(operation.map(|at| (OPERATION.to_owned(), names[at].clone())));
            let mark = self.mark();
            let refunded = self.called(names, &REFUNDED_NAMES).filter(|at| free(pairs, *at));
            let refunded = refunded.filter(|at| self.all(*at, |text| decimal(text, mark).is_some()));
            pairs.extend(refunded.map(|at| (REFUNDED.to_owned(), names[at].clone())));
            self.add_states(pairs, names, &free);
            self.add_clock(pairs, names, &free);
            self.add_customers(pairs, names);
        }

        /// The column that tells sales from refunds.
        fn operation(&self, names: &[String]) -> Option<usize> {
            let known = |at: usize| self.all(at, |text| Operation::read(text).is_some());
            let named = self.called(names, &OPERATION_NAMES).filter(|at| known(*at));
            let has =
                |at: usize, operation: Operation| self.filled(at).any(|text| Operation::read(text) == Some(operation));
            named.or_else(|| {
                (0..names.len()).find(|at| {
                    unique(names, *at) && known(*at) && has(*at, Operation::Sale) && has(*at, Operation::Return)
                })
            })
        }

        /// More columns that say how far a purchase is.
        fn add_states(&self, pairs: &mut Vec<(String, String)>, names: &[String], free: Free) {
            let mut states: Vec<usize> = Vec::new();
            let mut place = pairs.len();
            if let Some(at) = pairs.iter().position(|(field, _)| field == "status") {
                let column = names.iter().position(|name| *name == pairs[at].1);
                pairs.remove(at);
                place = at;
                // A word of a list that says nothing of sales, such as VIP, is no status of them.
                states.extend(column.filter(|at| {
                    let mut filled = self.filled(*at).peekable();
                    filled.peek().is_none()
                        || filled.any(|text| Status::read_loosely(text).is_some() || Operation::read(text).is_some())
                }));
            }
            let payment = self.called(names, &PAYMENT_NAMES);
            let paid = self
                .called(names, &PAID_NAMES)
                .filter(|at| self.all(*at, |text| truth(text).is_some() || Status::read(text).is_some()));
            let cancelled = self.called(names, &CANCELLED_NAMES).filter(|at| {
                self.filled(*at).all(|text| truth(text).is_some() || is_time(text) || Status::read(text).is_some())
            });
            for at in [payment, paid, cancelled].into_iter().flatten() {
                if !states.contains(&at) && free(pairs, at) {
                    states.push(at);
                }
            }
            if !states.is_empty() {
                pairs.insert(place.min(pairs.len()), ("status".to_owned(), joined(names, &states)));
            }
        }

        /// The clock of dates that have none, and the zone of times.
        fn add_clock(&self, pairs: &mut Vec<(String, String)>, names: &[String], free: Free) {
            let zone = self.called(names, &ZONE_NAMES).filter(|at| self.all(*at, |text| Zone::named(text).is_ok()));
            let clock = self.called(names, &CLOCK_NAMES).filter(|at| free(pairs, *at) && self.all(*at, is_clock));
            let Some((_, column)) = pairs.iter_mut().find(|(field, _)| field == "occurred_at") else { return };
            let Some(date) = names.iter().position(|name| name == column) else { return };
            if let Some(clock) = clock.filter(|_| self.all(date, |text| !text.contains(':'))) {
                *column = joined(names, &[date, clock]);
            }
            pairs.extend(zone.map(|at| ("time_zone".to_owned(), names[at].clone())));
        }

        /// Who a sale was to: an e-mail or a telephone number is surer than a name; where an id says that it was a guest, it may have either.
        fn add_customers(&self, pairs: &mut [(String, String)], names: &[String]) {
            let Some((_, column)) = pairs.iter_mut().find(|(field, _)| field == "customer_id") else { return };
            let Some(own) = names.iter().position(|name| name == column) else { return };
            let count = |at: usize| self.filled(at).filter(|text| !is_nobody(text)).count();
            let all = 0..names.len().min(self.columns.len());
            let of = |is: fn(&str) -> bool| -> Vec<usize> {
                all.clone().filter(|at| *at != own && unique(names, *at) && self.all(*at, is)).collect()
            };
            let mut contacts: Vec<usize> = [of(is_email), of(is_phone)].concat();
            // The one that most rows have; of equals the e-mail.
            contacts.sort_by_key(|at| std::cmp::Reverse(count(*at)));
            contacts.truncate(2);
            let own_is_contact = self.all(own, |text| is_email(text) || is_phone(text) || is_nobody(text));
            let own_is_name =
                !own_is_contact && self.filled(own).any(|text| text.chars().any(char::is_alphabetic)) && {
                    let name = names[own].to_lowercase();
                    !["id", "код", "номер", "number"].iter().any(|word| name.contains(word))
                };
            let rows = self.columns.get(own).map_or(0, Vec::len);
            let all = if own_is_name {
                contacts.into_iter().chain([own]).collect()
            } else if count(own) < rows {
                [own].into_iter().chain(contacts).collect()
            } else {
                vec![own]
            };
            *column = joined(names, &all);
        }

        /// The column of several items in each cell.
        pub(in super::super) fn add_items(&self, pairs: &mut Vec<(String, String)>, names: &[String]) {
            let product = pairs.iter().find(|(field, _)| field == "product").map(|(_, column)| column.clone());
            let product = product.and_then(|column| names.iter().position(|name| *name == column));
            let named = self.called(names, &ITEMS_NAMES);
            for (at, is_named) in named.map(|at| (at, true)).into_iter().chain(product.map(|at| (at, false))) {
                let mut grammars = Grammars::default();
                self.filled(at).for_each(|text| grammars.count(text));
                let Some((grammar, several)) = grammars.best() else { continue };
                if !(is_named || several) || !unique(names, at) || !self.counts_agree(at, grammar, pairs, names) {
                    continue;
                }
                pairs.retain(|(field, column)| column != &names[at] && field != "product" && field != "product_id");
                pairs.push((ITEMS.to_owned(), names[at].clone()));
                return;
            }
        }

        /// Whether the numbers of items are those of a column of quantities, where there is one: `Cable 3 x 2` is one product.
        fn counts_agree(
            &self,
            at: usize,
            grammar: folded::Grammar,
            pairs: &[(String, String)],
            names: &[String],
        ) -> bool {
            let quantity = pairs
                .iter()
                .find(|(field, _)| field == "quantity")
                .and_then(|(_, column)| names.iter().position(|name| name == column));
            let Some(counts) = quantity.and_then(|at| self.columns.get(at)) else { return true };
            let mark = self.mark();
            let Some(cells) = self.columns.get(at) else { return false };
            cells.iter().zip(counts).filter(|(cell, _)| !cell.is_empty()).all(|(cell, count)| {
                let all: Decimal = folded::items(cell, grammar).iter().map(|item| item.quantity).sum();
                decimal(count, mark).is_none_or(|count| count == all)
            })
        }
    }

    fn unique(names: &[String], at: usize) -> bool {
        names.iter().filter(|name| **name == names[at]).count() == 1
    }

    fn joined(names: &[String], all: &[usize]) -> String {
        // A name with a plus in it cannot stand beside others.
        let several = all.iter().filter(|at| !names[**at].contains('+') || all.first() == Some(at));
        let all: Vec<&str> = several.map(|at| names[*at].as_str()).collect();
        match all.as_slice() {
            [first, _, ..] if first.contains('+') => (*first).to_owned(),
            all => all.join("+"),
        }
    }

    /// `9:05`, `09:05:33`, `9:05 PM`.
    fn is_clock(text: &str) -> bool {
        let digits = text
            .split_once(':')
            .is_some_and(|(hour, _)| (1..=2).contains(&hour.len()) && hour.bytes().all(|b| b.is_ascii_digit()));
        digits && text.len() <= 15
    }
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
