//! What is asked of the generator.

use std::sync::Arc;

use chrono::{Datelike, Months, NaiveDate};

/// The language of names, products, cities and texts, and the customs of the market: prices, holidays, telephone numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Locale {
    /// A shop in Russia.
    Ru,
    /// A shop in the United States.
    En,
}

/// What shop to generate. The same configuration gives the same records, byte for byte, on every platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopConfig {
    /// Chooses one shop of all that fit the rest of the configuration.
    pub seed: u64,
    /// Purchase lines to generate, lines of refunds included and identical resends not: 1,000 to 100,000,000.
    pub lines: u64,
    /// First day of sales, in the shop's own time.
    pub from: NaiveDate,
    /// The day after the last one, in the shop's own time. At least 90 days after `from`.
    pub to: NaiveDate,
    /// The shop's own time: minutes east of UTC, -840 to 840. Opening hours and seasons follow it; records are in UTC.
    pub utc_offset_minutes: i32,
    /// Language and market.
    pub locale: Locale,
    /// ISO 4217 code; price levels are known for some twenty currencies, others are priced as US dollars are.
    pub currency: Arc<str>,
}

impl ShopConfig {
    /// Two years of sales that end the day before `to`, in the locale's own currency (RUB, USD) and time (UTC+3, UTC-5).
    pub fn new(seed: u64, lines: u64, to: NaiveDate, locale: Locale) -> Self {
        let (currency, utc_offset_minutes) = match locale {
            Locale::Ru => ("RUB", 180),
            Locale::En => ("USD", -300),
        };
        // Saturates at the calendar's first day, which `check` then refuses.
        let from = to.checked_sub_months(Months::new(24)).unwrap_or(NaiveDate::MIN);
        Self { seed, lines, from, to, utc_offset_minutes, locale, currency: currency.into() }
    }

    /// Days from `from` to `to`.
    pub fn days(&self) -> i64 {
        (self.to - self.from).num_days()
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if !(1_000..=100_000_000).contains(&self.lines) {
            return Err(ConfigError::Lines(self.lines));
        }
        if !(90..=18_300).contains(&self.days()) {
            return Err(ConfigError::Days { from: self.from, to: self.to });
        }
        if !(1970..=2200).contains(&self.from.year()) {
            return Err(ConfigError::Year(self.from));
        }
        if !(-840..=840).contains(&self.utc_offset_minutes) {
            return Err(ConfigError::Offset(self.utc_offset_minutes));
        }
        if self.currency.len() != 3 || !self.currency.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(ConfigError::Currency(self.currency.clone()));
        }
        Ok(())
    }
}

/// Why no shop can be made of a [`ShopConfig`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Too few lines to show anything, or more than is of use.
    #[error("lines = {0}: choose 1,000 to 100,000,000 purchase lines")]
    Lines(u64),
    /// The period has no room for the story, or the dates are the wrong way round.
    #[error("from = {from}, to = {to}: `to` must be 90 to 18,300 days after `from`")]
    Days {
        /// As configured.
        from: NaiveDate,
        /// As configured.
        to: NaiveDate,
    },
    /// Outside the years in which the generated times are surely valid.
    #[error("from = {0}: choose a day in the years 1970 to 2200")]
    Year(NaiveDate),
    /// No place on Earth has such a clock.
    #[error("utc_offset_minutes = {0}: choose -840 to 840")]
    Offset(i32),
    /// Not a currency code.
    #[error("currency = {0:?}: choose three capital letters, an ISO 4217 code such as \"RUB\"")]
    Currency(Arc<str>),
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_default_is_two_years_and_mistakes_are_named() {
        let to = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        let good = ShopConfig::new(1, 1_000, to, Locale::Ru);
        assert_eq!(good.from, NaiveDate::from_ymd_opt(2024, 3, 1).unwrap());
        assert_eq!(good.check(), Ok(()));
        let bad = |change: fn(&mut ShopConfig)| {
            let mut config = good.clone();
            change(&mut config);
            config.check().unwrap_err().to_string()
        };
        assert!(bad(|c| c.lines = 999).starts_with("lines = 999"));
        assert!(bad(|c| c.to = c.from).starts_with("from = 2024-03-01"));
        assert!(bad(|c| c.utc_offset_minutes = 900).starts_with("utc_offset_minutes = 900"));
        assert!(bad(|c| c.currency = "rub".into()).starts_with("currency = \"rub\""));
        assert!(
            ShopConfig::new(1, 1_000, NaiveDate::MIN, Locale::En).check().is_err(),
            "a date at the edge of the calendar is an error, not a panic"
        );
    }
}
