//! Periods of a grain: days, weeks that begin on Monday, months.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use kupets_core::{Error, Result};

/// The length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grain {
    /// A day of the workspace's zone.
    Day,
    /// A week from Monday.
    Week,
    /// A calendar month.
    Month,
}

impl Grain {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// Its name in requests, and for `date_trunc`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The grain of that name.
    ///
    /// # Errors
    /// There is none; the message lists those there are.
    pub fn parse(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|g| g.name() == name).ok_or_else(|| {
            Error::invalid("bad_parameter", format!("There is no grain `{name}`. There are: day, week, month."))
        })
    }

    /// The first day of the period that holds `day`.
    pub fn start(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => day,
            Self::Week => day.week(Weekday::Mon).checked_first_day().unwrap_or(day),
            // The first of a month that exists exists.
            Self::Month => day.with_day(1).unwrap_or(day),
        }
    }

    /// The first day of the period `n` after the one that begins with `start`; none past the end of the calendar.
    pub fn after(self, start: NaiveDate, n: u32) -> Option<NaiveDate> {
        match self {
            Self::Day => start.checked_add_days(Days::new(n.into())),
            Self::Week => start.checked_add_days(Days::new(u64::from(n) * 7)),
            Self::Month => start.checked_add_months(Months::new(n)),
        }
    }

    /// How many periods lie between the ones that begin with these days; negative when `to` comes first.
    pub fn between(self, from: NaiveDate, to: NaiveDate) -> i64 {
        match self {
            Self::Day => (to - from).num_days(),
            Self::Week => (to - from).num_days() / 7,
            Self::Month => i64::from(to.year() - from.year()) * 12 + i64::from(to.month0()) - i64::from(from.month0()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn periods_begin_and_follow() {
        assert_eq!(Grain::Week.start(day("2011-12-11")), day("2011-12-05"));
        assert_eq!(Grain::Month.start(day("2011-12-11")), day("2011-12-01"));
        assert_eq!(Grain::Month.after(day("2011-11-01"), 3), Some(day("2012-02-01")));
        assert_eq!(Grain::Week.after(day("2011-12-26"), 1), Some(day("2012-01-02")));
        assert_eq!(Grain::Month.between(day("2010-12-01"), day("2012-02-01")), 14);
        assert_eq!(Grain::Day.between(day("2012-02-28"), day("2012-03-01")), 2);
        assert!(Grain::parse("hour").is_err());
        assert_eq!(Grain::Day.after(NaiveDate::MAX, 1), None);
    }
}
