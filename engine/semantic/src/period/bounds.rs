//! What a period that was given by its ends is: whole months, a calendar unit that is running, so many days, or a stretch of the
//! clock. It decides what the period is compared with.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::resolved::{Resolved, Shape, finish};
use super::{Calendar, Unit};

/// The units whose first day makes a running period "since the beginning of it", the likeliest first.
const RUNNING: [Unit; 5] = [Unit::Day, Unit::Month, Unit::Quarter, Unit::Year, Unit::Week];

/// The period between two moments; an end that is missing is open. One that has begun and not ended is running.
pub fn between(from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>, calendar: &Calendar) -> Resolved {
    let future = from.is_some_and(|from| from > calendar.now);
    let running = !future && to.is_none_or(|to| to > calendar.now);
    let today = calendar.today();
    let local = |at: DateTime<Utc>| at.with_timezone(&calendar.zone).date_naive();
    let mut resolved = finish(from, to, running, future, Shape::Open, Vec::new(), calendar);
    let Some(first) = resolved.first else { return resolved };
    // One without an end goes on until tonight.
    let last = match resolved.last {
        None if running => today,
        None => return resolved,
        Some(last) => last,
    };
    resolved.last = Some(last);
    let midnight = |at: DateTime<Utc>| at == calendar.midnight(local(at));
    let days = from.is_none_or(midnight) && to.is_none_or(midnight);
    resolved.shape = if days { shape(first, last, running, today) } else { Shape::Clock };
    if resolved.shape == Shape::Clock {
        resolved.to = to.or(Some(calendar.now));
    }
    resolved
}

/// What days are, the last one included.
fn shape(first: NaiveDate, last: NaiveDate, running: bool, today: NaiveDate) -> Shape {
    if let Some((unit, count)) = last.succ_opt().and_then(|next| months(first, next)) {
        return Shape::Units { unit, count };
    }
    // Up to tonight: the part of a unit that has passed.
    let unit = RUNNING.into_iter().find(|unit| running && last == today && unit.start(today) == first);
    unit.map_or(Shape::Days, |unit| Shape::Units { unit, count: 1 })
}

/// How many whole months or years lie between two days.
fn months(first: NaiveDate, next: NaiveDate) -> Option<(Unit, u32)> {
    if first.day() != 1 || next.day() != 1 {
        return None;
    }
    let number = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    let months = u32::try_from(number(next) - number(first)).ok().filter(|months| *months > 0)?;
    if months % 12 == 0 && first.month() == 1 { Some((Unit::Year, months / 12)) } else { Some((Unit::Month, months)) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono_tz::Tz;

    use super::super::previous;
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// The period before, as moments of the zone's clock.
    fn before(zone: Tz, now: &str, from: &str, to: Option<&str>) -> String {
        let calendar = Calendar::new(at(now), zone);
        let moment = |day: &str| calendar.midnight(day.parse().unwrap());
        let found = previous(&between(Some(moment(from)), to.map(moment), &calendar), &calendar).unwrap();
        let clock = |at: Option<DateTime<Utc>>| at.unwrap().with_timezone(&zone).format("%F %R").to_string();
        format!("{} / {}", clock(found.from), clock(found.to)).replace(" 00:00", "")
    }

    #[test]
    fn dates_that_are_months_are_months() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (first, next, units) in [
            ("2026-04-01", "2026-05-01", Some((Unit::Month, 1))),
            ("2025-11-01", "2026-02-01", Some((Unit::Month, 3))),
            ("2025-01-01", "2026-01-01", Some((Unit::Year, 1))),
            ("2025-02-01", "2026-02-01", Some((Unit::Month, 12))),
            ("2026-04-02", "2026-05-02", None),
            ("2026-04-01", "2026-04-30", None),
        ] {
            assert_eq!(months(day(first), day(next)), units, "{first} {next}");
        }
    }

    #[test]
    fn whole_units_are_compared_with_the_units_before() {
        let of = |from: &str, to: &str| before(Tz::Europe__Moscow, "2026-08-15T10:00:00Z", from, Some(to));
        assert_eq!(of("2026-06-01", "2026-07-01"), "2026-05-01 / 2026-06-01");
        assert_eq!(of("2026-03-01", "2026-04-01"), "2026-02-01 / 2026-03-01");
        assert_eq!(of("2024-03-01", "2024-04-01"), "2024-02-01 / 2024-03-01", "a leap year's February has 29 days");
        assert_eq!(of("2026-04-01", "2026-07-01"), "2026-01-01 / 2026-04-01");
        assert_eq!(of("2025-01-01", "2026-01-01"), "2024-01-01 / 2025-01-01");
        assert_eq!(of("2026-06-08", "2026-06-15"), "2026-06-01 / 2026-06-08");
        assert_eq!(of("2026-03-01", "2026-03-11"), "2026-02-19 / 2026-03-01", "any other days: as many before");
    }

    #[test]
    fn a_running_period_is_compared_with_the_same_elapsed_part() {
        // 10 June, 15:30 in Moscow: a Wednesday.
        let of = |from: &str, to: Option<&str>| before(Tz::Europe__Moscow, "2026-06-10T12:30:00Z", from, to);
        let may = "2026-05-01 / 2026-05-10 15:30";
        for to in [Some("2026-06-11"), Some("2026-07-01"), None] {
            assert_eq!(of("2026-06-01", to), may, "{to:?}");
        }
        assert_eq!(of("2026-04-01", Some("2026-07-01")), "2026-01-01 / 2026-03-10 15:30");
        assert_eq!(of("2026-04-01", Some("2026-06-11")), "2026-01-01 / 2026-03-10 15:30");
        assert_eq!(of("2026-01-01", Some("2026-06-11")), "2025-01-01 / 2025-06-10 15:30");
        assert_eq!(of("2026-01-01", Some("2027-01-01")), "2025-01-01 / 2025-06-10 15:30");
        assert_eq!(of("2026-06-08", Some("2026-06-11")), "2026-06-01 / 2026-06-03 15:30");
        assert_eq!(of("2026-06-10", Some("2026-06-11")), "2026-06-09 / 2026-06-09 15:30");
        assert_eq!(of("2026-06-05", Some("2026-06-11")), "2026-05-30 / 2026-06-04 15:30");
    }

    #[test]
    fn a_day_that_a_month_lacks_is_its_last_day() {
        let of = |now: &str, from: &str, to: &str| before(Tz::UTC, now, from, Some(to));
        assert_eq!(of("2026-03-31T18:00:00Z", "2026-03-01", "2026-04-01"), "2026-02-01 / 2026-02-28 18:00");
        assert_eq!(of("2024-03-30T18:00:00Z", "2024-03-01", "2024-03-31"), "2024-02-01 / 2024-02-29 18:00");
        assert_eq!(of("2024-02-29T18:00:00Z", "2024-01-01", "2025-01-01"), "2023-01-01 / 2023-02-28 18:00");
    }

    #[test]
    fn days_begin_at_midnight_when_the_clock_is_put_forward_or_back() {
        let of = |now: &str, from: &str, to: &str| before(Tz::Europe__Berlin, now, from, Some(to));
        // 29 March 2026 has 23 hours, 25 October has 25.
        assert_eq!(of("2026-06-10T12:30:00Z", "2026-03-29", "2026-03-30"), "2026-03-28 / 2026-03-29");
        assert_eq!(of("2026-11-10T12:30:00Z", "2026-10-01", "2026-11-01"), "2026-09-01 / 2026-10-01");
        // 02:30 on 29 April; on 29 March the clock skipped it.
        assert_eq!(of("2026-04-29T00:30:00Z", "2026-04-01", "2026-05-01"), "2026-03-01 / 2026-03-29 03:00");
    }

    #[test]
    fn what_is_no_days_is_a_stretch_of_the_clock() {
        let calendar = Calendar::new(at("2026-06-10T12:30:00Z"), Tz::UTC);
        let found = between(Some(at("2026-06-10T06:00:00Z")), Some(at("2026-06-10T09:00:00Z")), &calendar);
        let before = previous(&found, &calendar).unwrap();
        assert_eq!((before.from, before.to), (Some(at("2026-06-10T03:00:00Z")), Some(at("2026-06-10T06:00:00Z"))));
        let open = previous(&between(Some(at("2026-06-10T11:00:00Z")), None, &calendar), &calendar).unwrap();
        assert_eq!((open.from, open.to), (Some(at("2026-06-10T09:30:00Z")), Some(at("2026-06-10T11:00:00Z"))));
        assert_eq!(previous(&between(None, Some(calendar.now), &calendar), &calendar), None);
        assert_eq!(previous(&between(Some(at("2027-01-01T00:00:00Z")), None, &calendar), &calendar), None);
    }
}
