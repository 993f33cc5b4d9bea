//! Periods by their names on buttons, as the server is asked for them.

use chrono::{Datelike as _, Days, NaiveDate};

/// The query of a period. `today` is the workspace's: names that the server does not take are sent as days.
pub(crate) fn parameters(name: &str, today: NaiveDate) -> Vec<(&'static str, String)> {
    let back = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
    let month = today.with_day(1).unwrap_or(today);
    let days = match name {
        "last_7_whole_days" => (back(7), today),
        "last_30_whole_days" => (back(30), today),
        // What is not over ends with today, so that it is put beside as many days before.
        "month_to_date" => (month, tomorrow),
        "quarter_to_date" => (month.with_month0(month.month0() / 3 * 3).unwrap_or(month), tomorrow),
        "year_to_date" => (month.with_month0(0).unwrap_or(month), tomorrow),
        name => return vec![("period", name.to_owned())],
    };
    vec![("from", days.0.to_string()), ("to", days.1.to_string())]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_that_the_server_does_not_take_are_days() {
        let today = NaiveDate::from_ymd_opt(2026, 5, 31).unwrap();
        let days = |name| match parameters(name, today).as_slice() {
            [(_, one)] => one.clone(),
            [("from", from), ("to", to)] => format!("{from} {to}"),
            other => format!("{other:?}"),
        };
        assert_eq!(days("last_7_whole_days"), "2026-05-24 2026-05-31");
        assert_eq!(days("month_to_date"), "2026-05-01 2026-06-01");
        assert_eq!(days("quarter_to_date"), "2026-04-01 2026-06-01");
        assert_eq!(days("year_to_date"), "2026-01-01 2026-06-01");
        assert_eq!(days("last_month"), "last_month");
    }
}
