//! Exact decimals: what an answer adds, subtracts and rounds.

use std::cmp::Ordering;
use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// `digits` / 10^`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// The number without its point.
    pub digits: i128,
    /// How many of its digits stand after the point.
    pub scale: u32,
}

impl Decimal {
    /// A whole one.
    pub fn whole(number: i64) -> Self {
        Self { digits: number.into(), scale: 0 }
    }

    /// Of digits with a point, as results have them.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, body) = text.strip_prefix('-').map_or((1, text), |body| (-1, body));
        let (whole, part) = body.split_once('.').unwrap_or((body, ""));
        let digits = format!("{whole}{part}");
        if whole.is_empty() || digits.len() > 34 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(Self { digits: digits.parse::<i128>().ok()? * sign, scale: part.len() as u32 })
    }

    /// Of a binary number, to nine digits after the point.
    pub fn of_f64(number: f64) -> Option<Self> {
        (number.is_finite() && number.abs() < 1e15).then(|| Self::parse(&format!("{number:.9}"))).flatten()
    }

    fn at_scale(self, scale: u32) -> Option<i128> {
        self.digits.checked_mul(10_i128.checked_pow(scale.checked_sub(self.scale)?)?)
    }

    /// The difference, if it can be told.
    pub fn minus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        Some(Self { digits: self.at_scale(scale)?.checked_sub(other.at_scale(scale)?)?, scale })
    }

    /// It without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self { digits: self.digits.abs(), ..self }
    }

    /// Rounded to so many digits after the point, halves away from zero.
    #[must_use]
    pub fn rounded(self, scale: u32) -> Self {
        if scale >= self.scale {
            return self.at_scale(scale).map_or(self, |digits| Self { digits, scale });
        }
        let Some(by) = 10_i128.checked_pow(self.scale - scale) else { return Self { digits: 0, scale } };
        let half = by / 2 * self.digits.signum();
        Self { digits: (self.digits + half) / by, scale }
    }

    /// Hundredths of it: 0.25 is 25.
    #[must_use]
    pub fn percent(self) -> Self {
        match self.scale {
            0 | 1 => Self { digits: self.digits.saturating_mul(10_i128.pow(2 - self.scale)), scale: 0 },
            scale => Self { digits: self.digits, scale: scale - 2 },
        }
    }

    /// The change from `before` to it, as a share of `before`; none where there was nothing before, or less.
    pub fn change_from(self, before: Self) -> Option<Self> {
        if before.digits <= 0 {
            return None;
        }
        let difference = self.minus(before)?;
        let scale = difference.scale.max(before.scale);
        let (above, below) = (difference.at_scale(scale)?, before.at_scale(scale)?);
        // Six digits after the point, rounded by one more.
        let digits = above.checked_mul(10_000_000)?.checked_div(below)?;
        Some(Self { digits, scale: 7 }.rounded(6))
    }

    /// It as a share of a whole, which may be less than nothing: a part of a fall.
    pub fn share_of(self, whole: Self) -> Option<Self> {
        if whole.digits == 0 {
            return None;
        }
        let scale = self.scale.max(whole.scale);
        let digits = self.at_scale(scale)?.checked_mul(10_000_000)?.checked_div(whole.at_scale(scale)?)?;
        Some(Self { digits, scale: 7 }.rounded(6))
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// Its order against another.
    pub fn compare(self, other: Self) -> Ordering {
        match self.minus(other) {
            Some(difference) => difference.digits.cmp(&0),
            None => self.digits.cmp(&other.digits),
        }
    }

    /// Whether both are the same number.
    pub fn equals(self, other: Self) -> bool {
        self.minus(other).is_some_and(Self::is_zero)
    }
}

/// From a number of JSON, exact where its digits come as they were written, or from a text of digits.
impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl<'de> Visitor<'de> for Digits {
            type Value = Decimal;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a number")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Decimal, E> {
                Ok(Decimal::whole(number))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Decimal, E> {
                i64::try_from(number).map(Decimal::whole).map_err(E::custom)
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Decimal, E> {
                Decimal::of_f64(number).ok_or_else(|| E::custom("a number that cannot be told"))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Decimal, E> {
                let small = || text.parse::<f64>().ok().and_then(Decimal::of_f64);
                Decimal::parse(text).or_else(small).ok_or_else(|| E::custom("no digits of a number"))
            }

            // What a number of any precision is within serde_json: its digits under a name of its own.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Decimal, A::Error> {
                match map.next_entry::<String, String>()? {
                    Some((_, digits)) => self.visit_str(&digits),
                    None => Err(A::Error::custom("no digits of a number")),
                }
            }
        }
        deserializer.deserialize_any(Digits)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_of_json_are_exact() {
        let numbers: Vec<Decimal> = serde_json::from_str(r#"[12345678901234.5678, -7, "0.10", 1e-3]"#).unwrap();
        let expected = ["12345678901234.5678", "-7", "0.10", "0.001"].map(|text| Decimal::parse(text).unwrap());
        assert!(numbers.iter().zip(expected).all(|(one, other)| one.equals(other)), "{numbers:?}");
        assert!(serde_json::from_str::<Decimal>("\"ten\"").is_err());
    }

    #[test]
    fn a_part_of_a_fall_is_a_share() {
        let share = Decimal::whole(-200).share_of(Decimal::whole(-250)).unwrap();
        assert!(share.equals(Decimal::parse("0.8").unwrap()));
        assert_eq!(Decimal::whole(1).share_of(Decimal::whole(0)), None);
    }
}
