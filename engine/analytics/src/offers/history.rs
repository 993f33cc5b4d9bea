//! Who bought what on which day.

use std::{error::Error, fmt};

/// Customer and item numbers are below this.
const MAX_NUMBER: u32 = 1 << 26;

/// One customer, one product, one day. Quantities and refunds are the caller's: give what was bought and kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Purchase {
    /// The customer's number; from 0, without large gaps.
    pub customer: u32,
    /// The day, counted from any fixed day.
    pub day: i32,
    /// The product's number; from 0, without large gaps.
    pub item: u32,
}

/// What is no history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryError {
    /// A customer's or a product's number is too large: memory is taken in proportion to it.
    Number {
        /// The number.
        number: u32,
    },
    /// More than 2^32 - 1 purchases.
    TooMany,
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { number } => write!(f, "number {number} is not below {MAX_NUMBER}"),
            Self::TooMany => f.write_str("more than 2^32 - 1 purchases"),
        }
    }
}

impl Error for HistoryError {}

/// The purchases up to one day, by customer. A basket is what a customer bought on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    today: i32,
    lines: Vec<Line>,
    /// Customer `c` has `lines[starts[c]..starts[c + 1]]`.
    starts: Vec<u32>,
    width: u32,
}

/// A product on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub day: i32,
    pub item: u32,
}

impl History {
    /// The history as it stood at the end of the day `today`: later purchases are left out, repeated ones count once.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn new(purchases: impl IntoIterator<Item = Purchase>, today: i32) -> Result<Self, HistoryError> {
        let mut all: Vec<Purchase> = purchases.into_iter().filter(|purchase| purchase.day <= today).collect();
        all.sort_unstable();
        all.dedup();
        u32::try_from(all.len()).map_err(|_| HistoryError::TooMany)?;
        let largest = |number: fn(&Purchase) -> u32| match all.iter().map(number).max() {
            Some(number) if number >= MAX_NUMBER => Err(HistoryError::Number { number }),
            Some(number) => Ok(number + 1),
            None => Ok(0),
        };
        let (customers, width) = (largest(|purchase| purchase.customer)?, largest(|purchase| purchase.item)?);
        let mut starts = Vec::with_capacity(customers as usize + 1);
        let mut position = 0;
        for customer in 0..=customers {
            while all.get(position).is_some_and(|purchase| purchase.customer < customer) {
                position += 1;
            }
            // Checked above to fit.
            starts.push(position as u32);
        }
        let lines = all.iter().map(|purchase| Line { day: purchase.day, item: purchase.item }).collect();
        Ok(Self { today, lines, starts, width })
    }

    /// The last day that is known.
    #[must_use]
    pub fn today(&self) -> i32 {
        self.today
    }

    /// One more than the largest customer number.
    #[must_use]
    pub fn customers(&self) -> u32 {
        self.starts.len().saturating_sub(1) as u32
    }

    /// One more than the largest item number.
    pub(super) fn width(&self) -> usize {
        self.width as usize
    }

    /// A customer's purchases by day and item; none for an unknown customer.
    pub(super) fn lines(&self, customer: u32) -> &[Line] {
        match self.starts.get(customer as usize..customer as usize + 2) {
            Some(ends) => &self.lines[ends[0] as usize..ends[1] as usize],
            None => &[],
        }
    }

    /// All customers' purchases.
    pub(super) fn all(&self) -> impl Iterator<Item = &[Line]> {
        (0..self.customers()).map(|customer| self.lines(customer))
    }

    /// The history without each customer's last basket (nothing is left of those with one), for learning to predict it.
    pub(super) fn before_last(&self) -> Self {
        let (mut lines, mut starts) = (Vec::with_capacity(self.lines.len()), vec![0]);
        for own in self.all() {
            lines.extend_from_slice(split_last(own).0);
            starts.push(lines.len() as u32);
        }
        Self { today: self.today, lines, starts, width: self.width }
    }
}

/// A customer's purchases before their last basket, and that basket.
pub(super) fn split_last(lines: &[Line]) -> (&[Line], &[Line]) {
    let last = lines.last().map_or(0, |line| line.day);
    lines.split_at(lines.partition_point(|line| line.day < last))
}
