//! What the calendar and the season do to a change.

/// Days of one kind: one weekday, or holidays.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DayKind {
    /// How many of them the earlier and the later period have; a part of a day is a fraction.
    pub days: (f64, f64),
    /// What such a day usually brings: the mean over many weeks.
    pub usual: f64,
}

/// The part of a change that the calendar explains: that one period has other days than the other, or more of them.
///
/// With E what the days of a period usually bring, the level of a period is its value / E, and the change is
/// ΔE·(mean level) + Δlevel·(mean E); the first is the calendar's. The mean levels make it neither the earlier period's nor the
/// later one's. None where the days of a period usually bring nothing.
pub fn calendar_part(before: f64, after: f64, kinds: &[DayKind]) -> Option<f64> {
    let expected = |days: &dyn Fn(&DayKind) -> f64| kinds.iter().map(|kind| days(kind) * kind.usual).sum::<f64>();
    let (first, second) = (expected(&|kind| kind.days.0), expected(&|kind| kind.days.1));
    if first <= 0.0 || second <= 0.0 {
        return None;
    }
    let part = (second - first) * f64::midpoint(before / first, after / second);
    part.is_finite().then_some(part)
}

/// The least size of the earlier period a year ago, as a share of the earlier period: a shop that was smaller tells nothing of seasons.
const LEAST_YEAR_AGO: f64 = 0.1;

/// The part of a change that the season explains: what the earlier period would have become by the growth of a year ago.
/// `year_ago` is the value of both periods a year ago, and `calendar` what the calendar explained of their change: it is no season.
/// None where a year ago there was next to nothing.
pub fn season_part(before: f64, year_ago: (f64, f64), calendar: f64) -> Option<f64> {
    if before <= 0.0 || year_ago.0 < LEAST_YEAR_AGO * before || year_ago.1 < 0.0 {
        return None;
    }
    let part = before * (year_ago.1 - calendar - year_ago.0) / year_ago.0;
    part.is_finite().then_some(part)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The weekdays from Monday on, each with its number of days in October and November 2011.
    fn autumn(usual: [f64; 7]) -> Vec<DayKind> {
        let (october, november) = ([5.0, 4.0, 4.0, 4.0, 4.0, 5.0, 5.0], [4.0, 5.0, 5.0, 4.0, 4.0, 4.0, 4.0]);
        (0..7).map(|day| DayKind { days: (october[day], november[day]), usual: usual[day] }).collect()
    }

    #[test]
    fn the_calendar_explains_all_where_each_weekday_brings_what_it_did() {
        let usual = [10.0, 20.0, 30.0, 20.0, 20.0, 0.0, 10.0];
        let of = |days: fn(&DayKind) -> f64| autumn(usual).iter().map(|kind| days(kind) * kind.usual).sum::<f64>();
        let (before, after) = (of(|kind| kind.days.0), of(|kind| kind.days.1));
        // Another Tuesday and Wednesday for a Monday, a Saturday and a Sunday.
        assert_eq!(after - before, 30.0);
        assert!((calendar_part(before, after, &autumn(usual)).unwrap() - 30.0).abs() < 1e-9);
        // Twice the level: the calendar's part is of the mean level, and what is left is the same for each expected pound.
        let part = calendar_part(before, 2.0 * after, &autumn(usual)).unwrap();
        assert!((part - 45.0).abs() < 1e-9, "{part}");
    }

    #[test]
    fn the_same_days_explain_nothing() {
        let week = [DayKind { days: (1.0, 1.0), usual: 5.0 }; 7];
        assert_eq!(calendar_part(10.0, 70.0, &week), Some(0.0));
        assert_eq!(calendar_part(10.0, 70.0, &[DayKind::default()]), None);
        assert_eq!(calendar_part(0.0, 0.0, &[]), None);
    }

    #[test]
    fn the_season_is_the_growth_of_a_year_ago_without_its_calendar() {
        assert_eq!(season_part(200.0, (100.0, 150.0), 0.0), Some(100.0));
        assert_eq!(season_part(200.0, (100.0, 150.0), 10.0), Some(80.0));
        assert_eq!(season_part(200.0, (100.0, 50.0), 0.0), Some(-100.0));
        assert_eq!((season_part(200.0, (5.0, 50.0), 0.0), season_part(0.0, (5.0, 50.0), 0.0)), (None, None));
    }
}
