//! The periods that REST names (`period=last_7_days`).

use super::resolve::{resolve, span};
use super::resolved::Resolved;
use super::{Calendar, Expr, Unit};

/// The names, in the order in which they are told.
pub const NAMES: [&str; 16] = [
    "today",
    "yesterday",
    "last_7_days",
    "last_30_days",
    "last_7_whole_days",
    "last_30_whole_days",
    "this_month",
    "last_month",
    "month_to_date",
    "this_quarter",
    "last_quarter",
    "quarter_to_date",
    "this_year",
    "last_year",
    "year_to_date",
    "all",
];

/// The period of that name. `last_7_days` and `last_30_days` have always counted today, and `this_month` and its kin have
/// always reached to the end of the unit; the names that came later mean what the words of a question mean.
pub fn named(name: &str, calendar: &Calendar) -> Option<Resolved> {
    let days = |count, with_running| Expr::Whole { count, unit: Unit::Day, with_running };
    let expr = match name {
        "today" => Expr::This(Unit::Day),
        "yesterday" => Expr::Ago { unit: Unit::Day, back: 1 },
        "last_7_days" => days(6, true),
        "last_30_days" => days(29, true),
        "last_7_whole_days" => days(7, false),
        "last_30_whole_days" => days(30, false),
        "this_month" | "month_to_date" => Expr::This(Unit::Month),
        "this_quarter" | "quarter_to_date" => Expr::This(Unit::Quarter),
        "this_year" | "year_to_date" => Expr::This(Unit::Year),
        "last_month" => Expr::Ago { unit: Unit::Month, back: 1 },
        "last_quarter" => Expr::Ago { unit: Unit::Quarter, back: 1 },
        "last_year" => Expr::Ago { unit: Unit::Year, back: 1 },
        "all" => Expr::All,
        _ => return None,
    };
    let mut resolved = resolve(&expr, calendar).ok()?;
    if name.starts_with("this_") {
        let whole = span(&expr, calendar).ok()?;
        resolved.to = whole.to.map(|to| calendar.midnight(to));
        resolved = resolved.with_days(whole.from, whole.to, calendar);
    }
    Some(resolved)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use chrono_tz::Tz;

    use super::*;

    #[test]
    fn names_keep_their_meaning() {
        // 22:30 UTC is already the next day, quarter and half-year in Moscow.
        let now = DateTime::parse_from_rfc3339("2026-06-30T22:30:00Z").unwrap().with_timezone(&Utc);
        let calendar = Calendar::new(now, Tz::Europe__Moscow);
        for (name, from, to) in [
            ("today", "2026-07-01", "2026-07-02"),
            ("yesterday", "2026-06-30", "2026-07-01"),
            ("last_7_days", "2026-06-25", "2026-07-02"),
            ("last_30_days", "2026-06-02", "2026-07-02"),
            ("last_7_whole_days", "2026-06-24", "2026-07-01"),
            ("last_30_whole_days", "2026-06-01", "2026-07-01"),
            ("this_month", "2026-07-01", "2026-08-01"),
            ("last_month", "2026-06-01", "2026-07-01"),
            ("month_to_date", "2026-07-01", "2026-07-02"),
            ("this_quarter", "2026-07-01", "2026-10-01"),
            ("last_quarter", "2026-04-01", "2026-07-01"),
            ("quarter_to_date", "2026-07-01", "2026-07-02"),
            ("this_year", "2026-01-01", "2027-01-01"),
            ("last_year", "2025-01-01", "2026-01-01"),
            ("year_to_date", "2026-01-01", "2026-07-02"),
        ] {
            let period = named(name, &calendar).unwrap();
            let local =
                |at: Option<DateTime<Utc>>| at.unwrap().with_timezone(&calendar.zone).format("%F %R").to_string();
            assert_eq!(
                (local(period.from), local(period.to)),
                (format!("{from} 00:00"), format!("{to} 00:00")),
                "{name}"
            );
        }
        let all = named("all", &calendar).unwrap();
        assert_eq!((all.from, all.to, all.running), (None, None, false));
        assert_eq!(named("ever", &calendar), None);
        assert!(NAMES.iter().all(|name| named(name, &calendar).is_some()));
    }
}
