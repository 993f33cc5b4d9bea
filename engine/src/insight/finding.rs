//! What is to be known, as it is told.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Fraction digits of figures.
const SCALE: u32 = 4;

/// Something that is to be known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Names it: the same finding has the same id.
    pub id: String,
    /// driver, mix, shift or anomaly.
    pub kind: &'static str,
    /// The metric.
    pub metric: &'static str,
    /// What it is looked at by; none for the whole.
    pub dimension: Option<String>,
    /// Which key of it; none for what has none, and for `other`.
    pub key: Option<String>,
    /// The key as people know it; `other` for all keys that are not told one by one.
    pub label: Option<String>,
    /// The metric before; a day's for a shift, the usual one for an anomaly.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub before: Decimal,
    /// The metric after; a day's for a shift and an anomaly.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub after: Decimal,
    /// What it carries of the change of the whole.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub contribution: Decimal,
    /// Since which day, where there is one; for an anomaly the day.
    pub since: Option<NaiveDate>,
    /// Whether the season explains it; none where that cannot be told.
    pub seasonal: Option<bool>,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// What lies behind a shift or an anomaly, if one thing does.
    pub cause: Option<Behind>,
    /// It in a sentence.
    pub sentence: String,
    /// The statement that it rests on, with its values written out.
    pub sql: String,
}

/// The one thing that lies behind a shift or an anomaly.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Behind {
    /// What it is looked at by; `purchase` for a single one.
    pub dimension: String,
    /// Which key of it.
    pub key: Option<String>,
    /// The key as people know it.
    pub label: Option<String>,
    /// The metric of the key before; a day's.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub before: Decimal,
    /// The metric of the key after; a day's.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub after: Decimal,
}

/// A figure out of ten-thousandths.
pub(super) fn decimal(units: i128) -> Decimal {
    Decimal::try_from_i128_with_scale(units, SCALE).map_or(Decimal::MAX, |d| d.normalize())
}

/// A name made of what the finding is.
pub(super) fn id(of: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in of {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    format!("f_{}", hex::encode(&hash.finalize()[..12]))
}
