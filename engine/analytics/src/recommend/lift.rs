//! What an accepted recommendation brought, against the customers held out of it.

use std::{error::Error, fmt};

use super::facts::Money;
use crate::normal;

/// The fewest customers on either side: with fewer, one order more or less makes the difference.
pub const FEWEST: usize = 30;

/// The difference between the customers who were asked and those who were held out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lift {
    /// Customers who were asked.
    pub asked: u32,
    /// Customers who were held out.
    pub held_out: u32,
    /// Revenue of those asked.
    pub asked_sum: i128,
    /// Revenue of those held out.
    pub held_out_sum: i128,
    /// The difference of the means for one customer: exactly `numerator / denominator`, in ten-thousandths.
    pub numerator: i128,
    /// See `numerator`; above 0.
    pub denominator: i128,
    /// The difference of the means for one customer, rounded to a ten-thousandth (halves away from 0).
    pub value: i128,
    /// The lower end of its 95 % interval (Welch 1947).
    pub lower: i128,
    /// The upper end of its 95 % interval.
    pub upper: i128,
}

/// Why a lift cannot be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiftError {
    /// Too few customers on one side.
    TooFew {
        /// Customers who were asked.
        asked: usize,
        /// Customers who were held out.
        held_out: usize,
        /// So many it takes on each side.
        need: usize,
    },
}

impl fmt::Display for LiftError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::TooFew { asked, held_out, need } = self;
        write!(f, "{asked} customers asked and {held_out} held out: it takes {need} on each side")
    }
}

impl Error for LiftError {}

/// Measures the lift from each customer's revenue in the same days after the action; 0 for who bought nothing.
/// Whoever was meant to be asked counts as asked, reached or not: else those who are easy to reach would be compared with all.
///
/// # Errors
/// With fewer than 30 customers on a side.
pub fn lift(asked: &[Money], held_out: &[Money]) -> Result<Lift, LiftError> {
    if asked.len() < FEWEST || held_out.len() < FEWEST {
        return Err(LiftError::TooFew { asked: asked.len(), held_out: held_out.len(), need: FEWEST });
    }
    let (a, b) = (Side::new(asked), Side::new(held_out));
    // Sums are below 2^63 times 2^32, and are multiplied by a number of customers below 2^32: below 2^127.
    let numerator = a.sum * i128::from(b.count) - b.sum * i128::from(a.count);
    let denominator = i128::from(a.count) * i128::from(b.count);
    let value = (numerator.abs() + denominator / 2) / denominator * numerator.signum();
    let error = (a.variance + b.variance).sqrt();
    let freedom = (a.variance + b.variance).powi(2)
        / (a.variance.powi(2) / f64::from(a.count - 1) + b.variance.powi(2) / f64::from(b.count - 1));
    // Without any variation there is no error, and 0 / 0 degrees of freedom.
    let margin = if error > 0.0 { (normal::student(freedom) * error).ceil() as i128 } else { 0 };
    Ok(Lift {
        asked: a.count,
        held_out: b.count,
        asked_sum: a.sum,
        held_out_sum: b.sum,
        numerator,
        denominator,
        value,
        lower: value.saturating_sub(margin),
        upper: value.saturating_add(margin),
    })
}

struct Side {
    count: u32,
    sum: i128,
    /// Of the mean.
    variance: f64,
}

impl Side {
    fn new(values: &[Money]) -> Self {
        let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
        let values = &values[..count as usize];
        let sum: i128 = values.iter().map(|&value| i128::from(value)).sum();
        let mean = sum as f64 / f64::from(count);
        let squares: f64 = values.iter().map(|&value| (value as f64 - mean).powi(2)).sum();
        Self { count, sum, variance: squares / f64::from(count - 1) / f64::from(count) }
    }
}
