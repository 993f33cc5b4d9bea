//! Exact decimals: what an answer adds, subtracts and rounds.

use std::cmp::Ordering;

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
