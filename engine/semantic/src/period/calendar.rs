//! The clock, the zone and the arithmetic of calendar units.

use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A unit of the calendar or the clock. Weeks begin on Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CalendarUnit)]
pub enum Unit {
    /// Sixty seconds.
    Minute,
    /// Sixty minutes.
    Hour,
    /// From midnight to midnight.
    Day,
    /// From Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// Three months from January, April, July or October.
    Quarter,
    /// Six months from January or July.
    HalfYear,
    /// A calendar year.
    Year,
}

/// Which number of `05/06/2025` is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 5 June.
    DayFirst,
    /// May 6.
    MonthFirst,
}

/// When and where a question is asked.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The moment of the question.
    pub now: DateTime<Utc>,
    /// The workspace's zone, which says what day it is.
    pub zone: Tz,
    /// The workspace's order of day and month; unset, it follows from `usd`.
    pub date_order: Option<DateOrder>,
    /// Whether the workspace's currency is the US dollar.
    pub usd: bool,
}

impl Calendar {
    /// A calendar with no order of dates set.
    pub fn new(now: DateTime<Utc>, zone: Tz) -> Self {
        Self { now, zone, date_order: None, usd: false }
    }

    /// The clock on the wall at the moment of the question.
    pub fn local(&self) -> NaiveDateTime {
        self.now.with_timezone(&self.zone).naive_local()
    }

    /// The day in the zone at the moment of the question.
    pub fn today(&self) -> NaiveDate {
        self.local().date()
    }

    /// The order by which slashed dates are read.
    pub fn order(&self) -> DateOrder {
        self.date_order.unwrap_or(if self.usd { DateOrder::MonthFirst } else { DateOrder::DayFirst })
    }

    /// The first moment of that day in the zone.
    pub fn midnight(&self, day: NaiveDate) -> DateTime<Utc> {
        utc(day.and_time(NaiveTime::MIN), self.zone)
    }
}

/// That moment of the zone's clock, in UTC: the earlier one where the clock shows it twice, the first moment after where it
/// skips it.
pub fn utc(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    if let Some(at) = zone.from_local_datetime(&local).earliest() {
        return at.with_timezone(&Utc);
    }
    // Skipped. The first UTC second at which the clock is past it lies within two days: no offset exceeds a day, and no
    // clock was ever put forward by more than one (Samoa skipped a whole day).
    let shown = |seconds: i64| zone.from_utc_datetime(&(local + Duration::seconds(seconds))).naive_local();
    let (mut before, mut after) = (-2 * 86_400, 2 * 86_400);
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if shown(middle) < local { before = middle } else { after = middle }
    }
    (local + Duration::seconds(after)).and_utc()
}

impl Unit {
    /// How many months it has, if it is made of months.
    pub fn months(self) -> Option<u32> {
        match self {
            Unit::Month => Some(1),
            Unit::Quarter => Some(3),
            Unit::HalfYear => Some(6),
            Unit::Year => Some(12),
            _ => None,
        }
    }

    /// The first day of the unit that holds this day.
    pub fn start(self, day: NaiveDate) -> NaiveDate {
        if self == Unit::Week {
            let back = u64::from(day.weekday().num_days_from_monday());
            return day.checked_sub_days(Days::new(back)).unwrap_or(day);
        }
        let Some(months) = self.months() else { return day };
        let month = day.month0() / months * months;
        NaiveDate::from_ymd_opt(day.year(), month + 1, 1).unwrap_or(day)
    }

    /// The day so many units later (earlier when negative); a day that a month lacks is its last day. `None` past the
    /// years that records have.
    pub fn add(self, day: NaiveDate, count: i64) -> Option<NaiveDate> {
        let moved = match (self.months(), self) {
            (Some(months), _) => {
                let months = count.checked_mul(i64::from(months))?;
                let by = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
                if months < 0 { day.checked_sub_months(by) } else { day.checked_add_months(by) }
            }
            (None, Unit::Week) => day.checked_add_signed(Duration::try_weeks(count)?),
            _ => day.checked_add_signed(Duration::try_days(count)?),
        }?;
        (1800..=2300).contains(&moved.year()).then_some(moved)
    }

    /// The same shift for a moment of the clock, whose time of day stays.
    pub(crate) fn add_to_clock(self, at: NaiveDateTime, count: i64) -> Option<NaiveDateTime> {
        Some(self.add(at.date(), count)?.and_time(at.time()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%F %R").unwrap()
    }

    #[test]
    fn a_skipped_time_is_the_next_moment_and_a_doubled_one_the_earlier() {
        for (zone, local, expected) in [
            (Tz::Europe__Berlin, "2026-03-29 02:30", "2026-03-29T01:00:00Z"),
            (Tz::Europe__Berlin, "2026-10-25 02:30", "2026-10-25T00:30:00Z"),
            (Tz::America__New_York, "2026-03-08 02:00", "2026-03-08T07:00:00Z"),
            (Tz::Asia__Beirut, "2022-03-27 00:00", "2022-03-26T22:00:00Z"),
            (Tz::America__Havana, "2022-11-06 00:00", "2022-11-06T04:00:00Z"),
            (Tz::America__Sao_Paulo, "2018-11-04 00:00", "2018-11-04T03:00:00Z"),
            // Samoa had no 30 December 2011 at all.
            (Tz::Pacific__Apia, "2011-12-30 00:00", "2011-12-30T10:00:00Z"),
            (Tz::Pacific__Apia, "2011-12-30 23:59", "2011-12-30T10:00:00Z"),
            (Tz::Pacific__Apia, "2011-12-31 00:00", "2011-12-30T10:00:00Z"),
        ] {
            assert_eq!(utc(at(local), zone).to_rfc3339().replace("+00:00", "Z"), expected, "{zone} {local}");
        }
    }

    #[test]
    fn units_begin_and_move_by_the_calendar() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(Unit::Week.start(day("2027-01-01")), day("2026-12-28"));
        assert_eq!(Unit::Quarter.start(day("2026-12-31")), day("2026-10-01"));
        assert_eq!(Unit::HalfYear.start(day("2026-06-30")), day("2026-01-01"));
        assert_eq!(Unit::Month.add(day("2026-03-31"), -1), Some(day("2026-02-28")));
        assert_eq!(Unit::Year.add(day("2024-02-29"), -1), Some(day("2023-02-28")));
        assert_eq!(Unit::Week.add(day("2026-01-01"), -1), Some(day("2025-12-25")));
        assert_eq!(Unit::Year.add(day("2026-01-01"), -100_000), None);
        assert_eq!(Unit::Day.add(day("2026-01-01"), i64::MAX), None);
    }
}
