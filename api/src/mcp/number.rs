//! Numbers on their way in and out: exact ones to the last digit.

use kupets_mcp::{Figure, ToolError};
use rust_decimal::Decimal;

use super::failure::{Answer, told};
use crate::problem::Problem;

/// An exact figure, without trailing zeros.
pub(super) fn exact(value: Decimal) -> Answer<Figure> {
    value.normalize().to_string().parse().map_err(|e: serde_json::Error| told(&Problem::internal(e)))
}

/// An estimate.
pub(super) fn estimate(value: f64) -> Answer<Figure> {
    let none = || told(&Problem::internal(format!("an estimate is {value}, which is no number")));
    Figure::from_f64(value).ok_or_else(none)
}

/// A number that was sent, as the engine reads decimals: digits and a point.
pub(super) fn plain(sent: &str, at: impl Into<String>) -> Answer<String> {
    let text = sent.trim();
    let read = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
    let wrong = |_| ToolError::new(format!("`{sent}` is not a number such as 1500 or 99.9.")).at(at);
    read.map(|number| number.normalize().to_string()).map_err(wrong)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn digits_are_kept() {
        assert_eq!(exact("90071992547409.9301".parse().unwrap()).unwrap().to_string(), "90071992547409.9301");
        assert_eq!(exact("1.5000".parse().unwrap()).unwrap().to_string(), "1.5");
        assert_eq!(estimate(0.25).unwrap().to_string(), "0.25");
        assert!(estimate(f64::NAN).is_err());
    }

    #[test]
    fn numbers_are_read_however_they_are_written() {
        for (sent, read) in
            [("1.5", "1.5"), ("1.50", "1.5"), ("1e3", "1000"), ("1.5E2", "150"), ("-2", "-2"), (" 7 ", "7")]
        {
            assert_eq!(plain(sent, "x").unwrap(), read);
        }
        for sent in ["", "much", "1,5", "0x10"] {
            assert!(plain(sent, "filters[0].values").unwrap_err().to_string().starts_with("`filters[0].values`"));
        }
    }
}
