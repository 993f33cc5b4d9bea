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

/// What records come to.
#[derive(Debug, Default)]
pub struct Sums {
    /// Hashes of their ids: a file may name more than memory holds as text.
    customers: HashSet<u64>,
    /// Records and their amounts by month, as `2026-03`; empty where records have no time.
    months: BTreeMap<String, Amount>,
    /// Records and their amounts by status, of those that count in no figure.
    statuses: BTreeMap<String, Amount>,
    /// Lines that are stored with the kind `other`.
    as_other: u64,
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
        let of = match record["status"].as_str().filter(|status| !matches!(*status, "" | "completed")) {
            Some(status) => self.statuses.entry(status.to_owned()).or_default(),
            None => self.months.entry(month.to_owned()).or_default(),
        };
        *of = (of.0 + 1, of.1.saturating_add(sum));
    }

    /// Counts lines that are stored with the kind `other`, as their quantity and amount have opposite signs.
    pub fn as_other(&mut self, lines: u64) {
        self.as_other += lines;
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

    /// Records and their amounts by status, of those that count in no figure.
    pub fn statuses(&self) -> impl Iterator<Item = (&str, Amount)> {
        self.statuses.iter().map(|(status, amount)| (status.as_str(), *amount))
    }

    /// What does not count, by reason.
    pub fn left_out(&self) -> impl Iterator<Item = (&str, Amount)> {
        self.left_out.iter().map(|(why, amount)| (why.as_str(), *amount))
    }

    /// Records and their amounts by month, as `2026-03`, of longer files by year; the period is empty where records have no time.
    pub fn periods(&self) -> BTreeMap<String, Amount> {
        if self.months.len() <= MAX_MONTHS {
            return self.months.clone();
        }
        let mut periods: BTreeMap<String, Amount> = BTreeMap::new();
        for (month, (records, sum)) in &self.months {
            let of_year = periods.entry(month.get(..4).unwrap_or_default().to_owned()).or_default();
            *of_year = (of_year.0 + records, of_year.1.saturating_add(*sum));
        }
        periods
    }

    /// The lines that tell it.
    pub fn lines(&self, table: Table) -> Vec<String> {
        let mut lines = Vec::new();
        let purchases = table == Table::Purchases;
        if purchases {
            lines.push(format!("customers: {}", count(self.customers())));
        }
        let periods = self.periods();
        for (period, (records, sum)) in periods.iter().filter(|_| table != Table::Customers) {
            let period = if period.is_empty() { "no time" } else { period.as_str() };
            let sum = if purchases { format!(", {}", sum.normalize()) } else { String::new() };
            lines.push(format!("{period}: {} {}{sum}", count(*records), table.name()));
        }
        for (status, (records, sum)) in &self.statuses {
            let (records, sum) = (count(*records), sum.normalize());
            lines.push(format!("{status}, stored but in no figure: {records} {}, {sum}", table.name()));
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
        sums.as_other(2);
        sums.leave_out("no sale: Withdrawal", Decimal::from(7));
        assert_eq!(
            sums.lines(Table::Purchases),
            [
                "customers: 1",
                "2026-03: 2 purchases, 7",
                "2026-04: 2 purchases, 4",
                "pending, stored but in no figure: 1 purchases, 30",
                "lines whose quantity and amount have opposite signs, stored with the kind other, which takes no goods: 2",
                "left out, no sale: Withdrawal: 1, 7"
            ]
        );
    }
}
