//! What a file comes to, for a person to compare with what the shop says: by month, and what does not count by reason.

use std::{
    collections::{BTreeMap, HashSet, hash_map::DefaultHasher},
    hash::{Hash as _, Hasher as _},
};

use kupets_engine::schema::Table;
use rust_decimal::Decimal;
use serde_json::Value;

use super::count::count;

/// Months that are listed; of longer files the years are.
const MAX_MONTHS: usize = 24;

/// Purchases that are compared with what is stored.
const MAX_PURCHASES: usize = 200_000;

/// Records, and what they come to.
pub type Amount = (u64, Decimal);

/// A period or a status, and a currency; empty: the records do not say it.
pub type Key = (String, String);

/// What records come to.
#[derive(Debug, Default)]
pub struct Sums {
    /// Hashes of their ids: a file may name more than memory holds as text.
    customers: HashSet<u64>,
    /// Records and their amounts by month, as `2026-03`, and currency; the month is empty where records have no time.
    months: BTreeMap<Key, Amount>,
    /// Records and their amounts by status and currency, of those that count in no figure.
    statuses: BTreeMap<Key, Amount>,
    /// Lines that are stored with the kind `other`.
    as_other: u64,
    /// Rows that stand in several files and are taken once.
    repeated: u64,
    left_out: BTreeMap<String, Amount>,
    /// Ids of purchases and how many lines they have, of the first [`MAX_PURCHASES`].
    pub purchases: Vec<(String, u64)>,
}

impl Sums {
    /// Counts a record as it would be sent.
    pub fn add(&mut self, record: &[u8]) {
        let Ok(record) = serde_json::from_slice::<Value>(record) else { return };
        if let Some(customer) = record["customer_id"].as_str() {
            let mut hash = DefaultHasher::new();
            customer.hash(&mut hash);
            self.customers.insert(hash.finish());
        }
        let month = record["occurred_at"].as_str().and_then(|time| time.get(..7)).unwrap_or_default();
        let lines = record["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        if let Some(id) = record["purchase_id"].as_str().filter(|_| self.purchases.len() < MAX_PURCHASES) {
            self.purchases.push((id.to_owned(), lines.len().max(1) as u64));
        }
        let sum = lines.iter().filter_map(amount).fold(Decimal::ZERO, |sum, amount| sum.saturating_add(amount));
        let currency = record["currency"].as_str().unwrap_or_default().to_owned();
        let of = match record["status"].as_str().filter(|status| !matches!(*status, "" | "completed")) {
            Some(status) => self.statuses.entry((status.to_owned(), currency)).or_default(),
            None => self.months.entry((month.to_owned(), currency)).or_default(),
        };
        *of = (of.0 + 1, of.1.saturating_add(sum));
    }

    /// Counts lines that are stored with the kind `other`, as their quantity and amount have opposite signs.
    pub fn as_other(&mut self, lines: u64) {
        self.as_other += lines;
    }

    /// Counts rows that stand in several files and are taken once.
    pub fn repeated(&mut self, rows: u64) {
        self.repeated += rows;
    }

    /// Counts what does not count.
    pub fn leave_out(&mut self, why: &str, amount: Decimal) {
        let of_reason = self.left_out.entry(why.to_owned()).or_default();
        *of_reason = (of_reason.0 + 1, of_reason.1.saturating_add(amount));
    }

    /// Customers whom the records name.
    pub fn customers(&self) -> u64 {
        self.customers.len() as u64
    }

    /// Lines that are stored with the kind `other`.
    pub fn lines_as_other(&self) -> u64 {
        self.as_other
    }

    /// Rows that stand in several files and are taken once.
    pub fn rows_repeated(&self) -> u64 {
        self.repeated
    }

    /// Records and their amounts by status and currency, of those that count in no figure.
    pub fn statuses(&self) -> impl Iterator<Item = (&Key, Amount)> {
        self.statuses.iter().map(|(key, amount)| (key, *amount))
    }

    /// What does not count, by reason.
    pub fn left_out(&self) -> impl Iterator<Item = (&str, Amount)> {
        self.left_out.iter().map(|(why, amount)| (why.as_str(), *amount))
    }

    /// Records and their amounts by month, as `2026-03`, of longer files by year, and by currency; the period is empty where records
    /// have no time.
    pub fn periods(&self) -> BTreeMap<Key, Amount> {
        let months: HashSet<&str> = self.months.keys().map(|(month, _)| month.as_str()).collect();
        if months.len() <= MAX_MONTHS {
            return self.months.clone();
        }
        let mut periods: BTreeMap<Key, Amount> = BTreeMap::new();
        for ((month, currency), (records, sum)) in &self.months {
            let year = month.get(..4).unwrap_or_default().to_owned();
            let of_year = periods.entry((year, currency.clone())).or_default();
            *of_year = (of_year.0 + records, of_year.1.saturating_add(*sum));
        }
        periods
    }

    /// All in one line: customers, what counts by currency, what does not, and what is left out.
    pub fn total(&self, table: Table) -> String {
        let mut parts = Vec::new();
        if table == Table::Purchases {
            parts.push(format!("{} customers", count(self.customers())));
            let mut by_currency: BTreeMap<&str, Decimal> = BTreeMap::new();
            for ((_, currency), (_, sum)) in &self.months {
                let of = by_currency.entry(currency).or_default();
                *of = of.saturating_add(*sum);
            }
            let sums = by_currency.iter().map(|(currency, sum)| money(*sum, currency));
            parts.push(format!("sum {}", sums.collect::<Vec<_>>().join(" + ")).trim_end().to_owned());
        }
        let all = |amounts: &mut dyn Iterator<Item = &Amount>| amounts.map(|(records, _)| records).sum::<u64>();
        let in_no_figure = all(&mut self.statuses.values());
        if in_no_figure > 0 {
            parts.push(format!("{} of them in no figure", count(in_no_figure)));
        }
        let left_out = all(&mut self.left_out.values());
        if left_out > 0 {
            parts.push(format!("{} left out", count(left_out)));
        }
        if self.repeated > 0 {
            parts.push(format!("{} rows that stand in several files taken once", count(self.repeated)));
        }
        parts.join(", ")
    }

    /// The lines that tell it.
    pub fn lines(&self, table: Table) -> Vec<String> {
        let mut lines = Vec::new();
        let purchases = table == Table::Purchases;
        if purchases {
            lines.push(format!("customers: {}", count(self.customers())));
        }
        let periods = self.periods();
        for ((period, currency), (records, sum)) in periods.iter().filter(|_| table != Table::Customers) {
            let period = if period.is_empty() { "no time" } else { period.as_str() };
            let sum = if purchases { format!(", {}", money(*sum, currency)) } else { String::new() };
            lines.push(format!("{period}: {} {}{sum}", count(*records), table.name()));
        }
        for ((status, currency), (records, sum)) in &self.statuses {
            let (records, sum) = (count(*records), money(*sum, currency));
            lines.push(format!("{status}, stored but in no figure: {records} {}, {sum}", table.name()));
        }
        if self.repeated > 0 {
            let rows = count(self.repeated);
            lines.push(format!(
                "rows that stand in several of the files, as in exports that overlap, taken once: {rows}"
            ));
        }
        if self.as_other > 0 {
            lines.push(format!(
                "lines whose quantity and amount have opposite signs, stored with the kind other, which takes no goods: {}",
                count(self.as_other)
            ));
        }
        let left_out = self.left_out.iter();
        lines.extend(
            left_out.map(|(why, (records, sum))| format!("left out, {why}: {}, {}", count(*records), sum.normalize())),
        );
        lines
    }
}

/// An amount with its currency, if that is known.
fn money(sum: Decimal, currency: &str) -> String {
    format!("{} {currency}", sum.normalize()).trim_end().to_owned()
}

/// What a line comes to; none if it is no number.
fn amount(line: &Value) -> Option<Decimal> {
    let number = |name: &str| line[name].as_number().and_then(|n| n.to_string().parse::<Decimal>().ok());
    number("amount").or_else(|| number("unit_price")?.checked_mul(number("quantity").unwrap_or(Decimal::ONE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_reasons_are_summed() {
        let mut sums = Sums::default();
        sums.add(br#"{"customer_id":"1","occurred_at":"2026-03-01","items":[{"amount":5.5},{"quantity":2,"unit_price":1.25}]}"#);
        sums.add(br#"{"customer_id":"1","occurred_at":"2026-03-31T10:00:00Z","items":[{"amount":-1}]}"#);
        sums.add(br#"{"occurred_at":"2026-04-01","items":[{"unit_price":3}]}"#);
        sums.add(br#"{"occurred_at":"2026-04-02","status":"pending","items":[{"amount":30}]}"#);
        sums.add(br#"{"occurred_at":"2026-04-03","status":"completed","items":[{"amount":1}]}"#);
        sums.add(br#"{"occurred_at":"2026-04-03","currency":"USD","items":[{"amount":8}]}"#);
        sums.as_other(2);
        sums.repeated(3);
        sums.leave_out("no sale: Withdrawal", Decimal::from(7));
        assert_eq!(
            sums.lines(Table::Purchases),
            [
                "customers: 1",
                "2026-03: 2 purchases, 7",
                "2026-04: 2 purchases, 4",
                "2026-04: 1 purchases, 8 USD",
                "pending, stored but in no figure: 1 purchases, 30",
                "rows that stand in several of the files, as in exports that overlap, taken once: 3",
                "lines whose quantity and amount have opposite signs, stored with the kind other, which takes no goods: 2",
                "left out, no sale: Withdrawal: 1, 7"
            ]
        );
        assert_eq!(
            sums.total(Table::Purchases),
            "1 customers, sum 11 + 8 USD, 1 of them in no figure, 1 left out, 3 rows that stand in several files taken once"
        );
    }
}
