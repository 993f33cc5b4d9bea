//! When: hours of the workspace's clock. A day has one moment of an hour, whatever the clock does that day: where it is put back
//! the first of the two, where it is put forward the first after the gap.

use chrono::{
    DateTime, Datelike as _, Days, Duration, LocalResult, NaiveDate, NaiveTime, TimeZone as _, Timelike as _, Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use kupets_core::FieldError;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    /// Each day, about the day before.
    Day,
    /// Each week, about the week before.
    Week,
    /// Each month, about the month before.
    Month,
}

/// When a digest is sent, by the workspace's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeliverySchedule, example = json!({"every": "week", "hour": 9, "weekday": 1}))]
pub struct Schedule {
    /// How often.
    pub every: Every,
    /// The hour, 0 to 23.
    #[schema(minimum = 0, maximum = 23)]
    pub hour: u32,
    /// Of a week: the day, 1 (Monday) to 7; Monday unless given.
    #[schema(minimum = 1, maximum = 7)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekday: Option<u32>,
    /// Of a month: the day, 1 to 31; the first unless given. A shorter month has it on its last day.
    #[schema(minimum = 1, maximum = 31)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<u32>,
}

/// Hours of the workspace's clock in which no alert is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"from": 22, "to": 8}))]
pub struct QuietHours {
    /// The first hour of quiet, 0 to 23.
    #[schema(minimum = 0, maximum = 23)]
    pub from: u32,
    /// The first hour after it, 0 to 23; before `from` it is that of the next day.
    #[schema(minimum = 0, maximum = 23)]
    pub to: u32,
}

impl Schedule {
    /// What is wrong with it.
    pub fn wrong(&self) -> Vec<FieldError> {
        let mut wrong = Vec::new();
        if self.hour > 23 {
            wrong.push(FieldError::of("schedule.hour", "0 to 23"));
        }
        match (self.every, self.weekday) {
            (Every::Week, Some(day)) if !(1..=7).contains(&day) => {
                wrong.push(FieldError::of("schedule.weekday", "1 (Monday) to 7 (Sunday)"));
            }
            (Every::Day | Every::Month, Some(_)) => {
                wrong.push(FieldError::of("schedule.weekday", "only where `every` is week"));
            }
            _ => {}
        }
        match (self.every, self.day) {
            (Every::Month, Some(day)) if !(1..=31).contains(&day) => {
                wrong.push(FieldError::of("schedule.day", "1 to 31"));
            }
            (Every::Day | Every::Week, Some(_)) => {
                wrong.push(FieldError::of("schedule.day", "only where `every` is month"));
            }
            _ => {}
        }
        wrong
    }

    /// The first moment after `after`.
    pub fn next(&self, zone: Tz, after: DateTime<Utc>) -> DateTime<Utc> {
        // From the day before: a zone that has just changed may have put the local date back.
        let mut date = after.with_timezone(&zone).date_naive() - Days::new(1);
        // A month has at most 31 days, and every month has a day of it.
        for _ in 0..64 {
            if self.falls_on(date)
                && let Some(moment) = moment(zone, date, self.hour)
                && moment > after
            {
                return moment;
            }
            date = date + Days::new(1);
        }
        // No zone skips two months; whatever that is, it is not sent for ever.
        after + Duration::days(64)
    }

    /// The last moment up to `at`, which may be it; none in the two months before, which no zone has.
    pub fn last(&self, zone: Tz, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // From the day after: a moment of an hour that is skipped falls on a later one.
        let mut date = at.with_timezone(&zone).date_naive() + Days::new(1);
        for _ in 0..64 {
            if self.falls_on(date)
                && let Some(moment) = moment(zone, date, self.hour)
                && moment <= at
            {
                return Some(moment);
            }
            date = date - Days::new(1);
        }
        None
    }

    fn falls_on(&self, date: NaiveDate) -> bool {
        match self.every {
            Every::Day => true,
            Every::Week => date.weekday().number_from_monday() == self.weekday.unwrap_or(1),
            Every::Month => {
                let wanted = self.day.unwrap_or(1);
                let last = (date + Days::new(1)).month() != date.month();
                date.day() == wanted || last && date.day() < wanted
            }
        }
    }

    /// The days that a digest sent at that moment is about: the first, and the first after them.
    pub fn about(&self, zone: Tz, sent: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
        let today = sent.with_timezone(&zone).date_naive();
        match self.every {
            Every::Day => (today - Days::new(1), today),
            Every::Week => {
                let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
                (monday - Days::new(7), monday)
            }
            Every::Month => {
                let first = today.with_day(1).unwrap_or(today);
                let before = (first - Days::new(1)).with_day(1).unwrap_or(first);
                (before, first)
            }
        }
    }
}

/// The one moment of an hour on a day.
fn moment(zone: Tz, date: NaiveDate, hour: u32) -> Option<DateTime<Utc>> {
    let mut local = date.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?);
    // The longest gap there was is a whole day.
    for _ in 0..=96 {
        match zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => return Some(at.with_timezone(&Utc)),
            LocalResult::None => local += Duration::minutes(15),
        }
    }
    None
}

impl QuietHours {
    /// What is wrong with them.
    pub fn wrong(self) -> Vec<FieldError> {
        let wrong = |name: &str, hour: u32| (hour > 23).then(|| FieldError::of(name, "0 to 23"));
        [wrong("quiet_hours.from", self.from), wrong("quiet_hours.to", self.to)].into_iter().flatten().collect()
    }

    /// Whether a moment is in them.
    pub fn hold(self, zone: Tz, at: DateTime<Utc>) -> bool {
        let hour = at.with_timezone(&zone).hour();
        match self.from <= self.to {
            true => (self.from..self.to).contains(&hour),
            false => hour >= self.from || hour < self.to,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn every(every: Every, hour: u32) -> Schedule {
        Schedule { every, hour, weekday: None, day: None }
    }

    fn times(schedule: &Schedule, zone: Tz, from: &str, count: usize) -> Vec<String> {
        let mut after = at(from);
        (0..count)
            .map(|_| {
                after = schedule.next(zone, after);
                after.with_timezone(&zone).format("%m-%d %H:%M %z").to_string()
            })
            .collect()
    }

    #[test]
    fn a_day_on_which_the_clock_is_put_back_has_one_and_so_has_one_on_which_it_is_put_forward() {
        let (back, forward) = ("2026-10-23T12:00:00Z", "2026-03-27T12:00:00Z");
        // 02:00 comes twice on 25 October, and never on 29 March.
        let found = times(&every(Every::Day, 2), Tz::Europe__Berlin, back, 4);
        assert_eq!(found, ["10-24 02:00 +0200", "10-25 02:00 +0200", "10-26 02:00 +0100", "10-27 02:00 +0100"]);
        let found = times(&every(Every::Day, 2), Tz::Europe__Berlin, forward, 4);
        assert_eq!(found, ["03-28 02:00 +0100", "03-29 03:00 +0200", "03-30 02:00 +0200", "03-31 02:00 +0200"]);
        // Midnight that is skipped, half an hour of summer, and a day that there never was.
        let found = times(&every(Every::Day, 0), Tz::America__Santiago, "2026-09-05T12:00:00Z", 2);
        assert_eq!(found, ["09-06 01:00 -0300", "09-07 00:00 -0300"]);
        let found = times(&every(Every::Day, 2), Tz::Australia__Lord_Howe, "2026-10-02T12:00:00Z", 3);
        assert_eq!(found.len(), 3);
        let found = times(&every(Every::Day, 9), Tz::Pacific__Apia, "2011-12-29T00:00:00Z", 3);
        assert_eq!(found, ["12-29 09:00 -1000", "12-31 00:00 +1400", "12-31 09:00 +1400"]);
    }

    #[test]
    fn every_day_of_ten_years_has_exactly_one() {
        for zone in [Tz::Europe__Berlin, Tz::America__New_York, Tz::Europe__Moscow, Tz::Australia__Lord_Howe] {
            for hour in [0, 1, 2, 3, 23] {
                let schedule = every(Every::Day, hour);
                let mut after = at("2020-01-01T00:00:00Z");
                let mut day = schedule.next(zone, after).with_timezone(&zone).date_naive();
                while after < at("2030-01-01T00:00:00Z") {
                    after = schedule.next(zone, after);
                    assert_eq!(after.with_timezone(&zone).date_naive(), day, "{zone} {hour}");
                    day = day + Days::new(1);
                }
            }
        }
    }

    #[test]
    fn weeks_and_months_keep_their_day() {
        let monday = times(&every(Every::Week, 9), Tz::Europe__Moscow, "2026-05-27T00:00:00Z", 2);
        assert_eq!(monday, ["06-01 09:00 +0300", "06-08 09:00 +0300"]);
        let sunday = Schedule { weekday: Some(7), ..every(Every::Week, 9) };
        assert_eq!(times(&sunday, Tz::UTC, "2026-05-27T00:00:00Z", 1), ["05-31 09:00 +0000"]);
        let last = Schedule { day: Some(31), ..every(Every::Month, 9) };
        let found = times(&last, Tz::UTC, "2026-01-31T10:00:00Z", 3);
        assert_eq!(found, ["02-28 09:00 +0000", "03-31 09:00 +0000", "04-30 09:00 +0000"]);
        assert_eq!(times(&every(Every::Month, 0), Tz::UTC, "2026-01-31T10:00:00Z", 1), ["02-01 00:00 +0000"]);
    }

    #[test]
    fn the_last_one_is_the_one_before_the_next() {
        for zone in [Tz::Europe__Berlin, Tz::Europe__Moscow, Tz::Australia__Lord_Howe, Tz::Pacific__Apia] {
            for schedule in
                [every(Every::Day, 2), every(Every::Week, 0), Schedule { day: Some(31), ..every(Every::Month, 9) }]
            {
                let mut moment = schedule.next(zone, at("2011-11-01T00:00:00Z"));
                for _ in 0..60 {
                    let next = schedule.next(zone, moment);
                    assert_eq!(schedule.last(zone, moment), Some(moment), "{zone} {schedule:?}");
                    assert_eq!(schedule.last(zone, next - Duration::seconds(1)), Some(moment), "{zone} {schedule:?}");
                    moment = next;
                }
            }
        }
    }

    #[test]
    fn what_it_is_about_is_over() {
        let days = |every_: Every, sent: &str| {
            let (from, to) = every(every_, 9).about(Tz::Europe__Moscow, at(sent));
            (from.to_string(), to.to_string())
        };
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(days(Every::Day, "2026-03-01T06:00:00Z"), pair("2026-02-28", "2026-03-01"));
        assert_eq!(days(Every::Week, "2026-05-27T06:00:00Z"), pair("2026-05-18", "2026-05-25"));
        assert_eq!(days(Every::Month, "2026-01-01T06:00:00Z"), pair("2025-12-01", "2026-01-01"));
        // The last evening in Greenwich is the first of the month in Moscow.
        assert_eq!(days(Every::Month, "2026-04-30T22:00:00Z"), pair("2026-04-01", "2026-05-01"));
    }

    #[test]
    fn quiet_hours_may_go_over_midnight() {
        let night = QuietHours { from: 22, to: 8 };
        let quiet = |time: &str| night.hold(Tz::Europe__Moscow, at(time));
        assert!(quiet("2026-05-01T19:00:00Z") && quiet("2026-05-01T04:59:00Z"));
        assert!(!quiet("2026-05-01T05:00:00Z") && !quiet("2026-05-01T18:59:00Z"));
        let noon = QuietHours { from: 12, to: 13 };
        assert!(noon.hold(Tz::UTC, at("2026-05-01T12:30:00Z")) && !noon.hold(Tz::UTC, at("2026-05-01T13:00:00Z")));
        let never = QuietHours { from: 5, to: 5 };
        assert!(!never.hold(Tz::UTC, at("2026-05-01T05:30:00Z")));
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        assert_eq!(Schedule { weekday: Some(8), ..every(Every::Week, 24) }.wrong().len(), 2);
        assert_eq!(Schedule { weekday: Some(1), day: Some(1), ..every(Every::Day, 0) }.wrong().len(), 2);
        assert_eq!(Schedule { day: Some(0), ..every(Every::Month, 0) }.wrong().len(), 1);
        assert!(every(Every::Day, 23).wrong().is_empty());
    }
}
