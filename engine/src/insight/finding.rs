//! What is to be known, as it is told.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// Fraction digits of figures.
const SCALE: u32 = 4;

/// Something that is to be known.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = FindingBody)]
pub struct Finding {
    /// Names it: the same finding has the same id.
    pub id: String,
    /// driver: a key that carries a part of the change; mix: one that does by its share; shift: a level that began; anomaly: a
    /// day out of line.
    pub kind: &'static str,
    /// The metric.
    pub metric: &'static str,
    /// What it is looked at by; null for the whole.
    pub dimension: Option<String>,
    /// Which key of it; null for purchases without one, and for `other`.
    pub key: Option<String>,
    /// The key as people know it; `other` for all keys that are not told one by one.
    pub label: Option<String>,
    /// In the earlier period; for a shift and an anomaly the usual value of a day.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schema(value_type = f64, format = "decimal")]
    pub before: Decimal,
    /// In the later period; for a shift and an anomaly that of a day.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schema(value_type = f64, format = "decimal")]
    pub after: Decimal,
    /// What it carries of the change of the whole.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schema(value_type = f64, format = "decimal")]
    pub contribution: Decimal,
    /// What it has more, or less, than if it had grown like the whole; null where that was not looked at.
    #[serde(with = "rust_decimal::serde::arbitrary_precision_option")]
    #[schema(value_type = Option<f64>, format = "decimal")]
    pub excess: Option<Decimal>,
    /// The contribution as a share of the larger of both periods' figures of the whole; null where both are 0.
    pub share: Option<f64>,
    /// Keys of other dimensions that stand on the same lines and tell the same.
    pub same: Vec<SameKey>,
    /// The first day of the new level; for an anomaly the day.
    pub since: Option<NaiveDate>,
    /// Whether a year ago the same happened; null where that cannot be told.
    pub seasonal: Option<bool>,
    /// How sure, 0 to 1; 1 for arithmetic.
    pub confidence: f64,
    /// What makes most of a shift or an anomaly, if one thing does.
    pub cause: Option<Behind>,
    /// It in a sentence.
    pub sentence: String,
    /// The statement that it rests on; it runs at `/v1/sql` and gives before and after.
    pub sql: String,
}

/// A key that tells the same as another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SameKeyBody)]
pub struct SameKey {
    /// product, category, channel and so on.
    pub dimension: String,
    /// Which key of it.
    pub key: String,
    /// The key as people know it.
    pub label: Option<String>,
}

/// The one thing behind a shift or an anomaly.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = BehindBody)]
pub struct Behind {
    /// product, category, channel and so on; `purchase` for a single one.
    pub dimension: String,
    /// Which key of it.
    pub key: Option<String>,
    /// The key as people know it.
    pub label: Option<String>,
    /// The metric of the key before; a day's.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schema(value_type = f64, format = "decimal")]
    pub before: Decimal,
    /// The metric of the key after; a day's.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schema(value_type = f64, format = "decimal")]
    pub after: Decimal,
}

/// A figure out of ten-thousandths.
pub(super) fn decimal(units: i128) -> Decimal {
    Decimal::try_from_i128_with_scale(units, SCALE).map_or(Decimal::MAX, |d| d.normalize())
}

/// A contribution as a share of the larger of two figures, to four digits.
pub(super) fn share(contribution: i128, (before, after): (i128, i128)) -> Option<f64> {
    let larger = before.abs().max(after.abs());
    (larger > 0).then(|| (contribution as f64 / larger as f64 * 1e4).round() / 1e4)
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
