//! Thresholds as exact fractions.

use std::{error::Error, fmt, str::FromStr};

/// A share of a whole, from 0 to 1, as an exact fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    part: u64,
    whole: u64,
}

/// What is no share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareError {
    /// Not a decimal fraction such as `0.005`, or with more than 18 digits after the point.
    NotDecimal,
    /// Below 0, above 1, or of nothing.
    OutOfRange,
}

impl fmt::Display for ShareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotDecimal => "a share is a decimal fraction with at most 18 digits after the point",
            Self::OutOfRange => "a share is from 0 to 1",
        })
    }
}

impl Error for ShareError {}

impl Share {
    /// `part / whole`.
    ///
    /// # Errors
    /// If `whole` is 0 or `part` exceeds it.
    pub fn new(part: u64, whole: u64) -> Result<Self, ShareError> {
        if whole == 0 || part > whole { Err(ShareError::OutOfRange) } else { Ok(Self { part, whole }) }
    }

    /// Whether `count` of `total` is at least this share: `count * whole >= part * total`.
    #[must_use]
    pub fn reached(self, count: u32, total: u32) -> bool {
        u128::from(count) * u128::from(self.whole) >= u128::from(self.part) * u128::from(total)
    }

    /// The smallest count that reaches this share of `total`; at least 1, as what never happened is not frequent.
    #[must_use]
    pub fn least(self, total: u32) -> u32 {
        let count = (u128::from(self.part) * u128::from(total)).div_ceil(u128::from(self.whole));
        // part <= whole, so that count <= total.
        u32::try_from(count).unwrap_or(total).max(1)
    }
}

impl FromStr for Share {
    type Err = ShareError;

    /// Reads `0.005`, `.5`, `1`.
    fn from_str(text: &str) -> Result<Self, ShareError> {
        let (units, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (units.is_empty() && fraction.is_empty()) || !digits(units) || !digits(fraction) || fraction.len() > 18 {
            return Err(ShareError::NotDecimal);
        }
        let number = |part: &str| if part.is_empty() { Ok(0) } else { part.parse::<u64>() };
        let whole = 10_u64.pow(u32::try_from(fraction.len()).unwrap_or(0));
        let units = number(units).map_err(|_| ShareError::OutOfRange)?;
        let fraction = number(fraction).map_err(|_| ShareError::NotDecimal)?;
        let part = units.checked_mul(whole).and_then(|units| units.checked_add(fraction));
        Self::new(part.ok_or(ShareError::OutOfRange)?, whole)
    }
}
