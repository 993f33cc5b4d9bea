//! CDNOW (Fader & Hardie): the purchases of those who first bought in the first quarter of 1997, until June 1998.

use std::{fs::File, io::Read as _, path::Path};

use anyhow::{Context as _, Result};
use flate2::read::GzDecoder;
use kupets_analytics::value::Order;

/// Which of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Every tenth customer, 2,357 of them: what the papers use.
    Sample,
    /// All 23,570.
    Master,
}

impl Part {
    /// The name of its file.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Sample => "CDNOW_sample.txt.gz",
            Self::Master => "CDNOW_master.txt.gz",
        }
    }

    /// The column of the customer. In the sample the first one is the number in the master file.
    fn customer(self) -> usize {
        match self {
            Self::Sample => 1,
            Self::Master => 0,
        }
    }
}

/// The last day of the calibration period, 1997-09-30, counted from 1997-01-01.
pub const CALIBRATION: i32 = 272;
/// Days of the hold-out after it: 39 weeks.
pub const HOLD_OUT: u32 = 273;

/// The purchases of a file; days are counted from 1997-01-01. A purchase of nothing counts as an order in the papers: it is
/// made the least there is.
///
/// # Errors
/// The file cannot be read, or a line of it is no purchase.
pub fn orders(path: &Path, part: Part) -> Result<Vec<Order>> {
    let mut text = String::new();
    let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    GzDecoder::new(file).read_to_string(&mut text).with_context(|| format!("unpacking {}", path.display()))?;
    let mut orders = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        // The heading has no number there.
        let Some(customer) = words.get(part.customer()).and_then(|word| word.parse().ok()) else { continue };
        let order = order(customer, &words[part.customer() + 1..]);
        orders.push(order.with_context(|| format!("{}: not a purchase: {line}", path.display()))?);
    }
    Ok(orders)
}

/// From the words after the customer: the date, how many discs, the total.
fn order(customer: u32, words: &[&str]) -> Option<Order> {
    let &[date, _, total] = words else { return None };
    let amount = (total.parse::<f64>().ok()? * 10_000.0).round() as i64;
    Some(Order { customer, day: day(date)?, amount: amount.max(1) })
}

/// Days since 1997-01-01 of a date written as 19970131; no leap day lies between.
fn day(text: &str) -> Option<i32> {
    let date: i32 = text.parse().ok()?;
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    Some((year - 1997) * 365 + before.get(usize::try_from(month).ok()?.checked_sub(1)?)? + day - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_nonsense_is_not() {
        assert_eq!(order(4, &["19970930", "2", "29.33"]), Some(Order { customer: 4, day: 272, amount: 293_300 }));
        assert_eq!(order(4, &["19980630", "1", "0"]), Some(Order { customer: 4, day: 545, amount: 1 }));
        for words in [&["19970930", "2"][..], &["19971330", "2", "3"], &["19970030", "2", "3"], &["x", "2", "3"]] {
            assert_eq!(order(4, words), None, "{words:?}");
        }
    }
}
