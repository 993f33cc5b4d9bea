//! What names of columns propose, checked by their values; and what names and values together say of refunds, statuses, guests,
//! clocks and items.

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
            !pairs.iter().any(|(_, columns)| columns.split('+').any(|column| column == names[at])) && unique(names, at)
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
            (0..names.len())
                .find(|at| unique(names, *at) && known(*at) && has(*at, Operation::Sale) && has(*at, Operation::Return))
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
        let own_is_name = !own_is_contact && self.filled(own).any(|text| text.chars().any(char::is_alphabetic)) && {
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
    fn counts_agree(&self, at: usize, grammar: folded::Grammar, pairs: &[(String, String)], names: &[String]) -> bool {
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
