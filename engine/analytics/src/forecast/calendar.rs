//! Days, periods and holidays. A day is a number: days since 1970-01-01, as in Arrow's `Date32`.

/// Days since 1970-01-01.
pub type Day = i32;

/// Length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// A civil day.
    Day,
    /// Seven days from Monday.
    Week,
    /// A civil month.
    Month,
}

/// Where a series lies in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Length of the periods.
    pub grain: Grain,
    /// First day that has data. The first value is that of the period around it, which is left out when it began earlier.
    pub from: Day,
    /// The day behind the last one that has data, if known. Periods that end later are not complete and are left out.
    pub until: Option<Day>,
    /// Days that are not like their weekday: public holidays, closed days, sales. Past and future ones, in any order.
    pub holidays: Vec<Day>,
}

impl Calendar {
    /// First day of period `i` of the series.
    pub fn start(&self, i: usize) -> Day {
        let i = i as i32;
        match self.grain {
            Grain::Day => self.from.saturating_add(i),
            Grain::Week => self.from.saturating_sub(weekday(self.from)).saturating_add(i.saturating_mul(7)),
            Grain::Month => {
                let (year, month, _) = civil(self.from);
                let months = (year * 12 + month - 1).saturating_add(i);
                day(months.div_euclid(12), months.rem_euclid(12) + 1, 1)
            }
        }
    }

    /// How many of `periods` periods, counted from the first, are complete.
    pub fn complete(&self, periods: usize) -> usize {
        let Some(until) = self.until else { return periods };
        (0..periods).rev().find(|&i| self.start(i + 1) <= until).map_or(0, |i| i + 1)
    }

    /// Whether the first period began before there was data.
    pub fn begins_inside(&self) -> bool {
        self.start(0) < self.from
    }
}

/// Day of the week, 0 is Monday.
pub fn weekday(day: Day) -> i32 {
    // 1970-01-01 was a Thursday.
    (day.rem_euclid(7) + 3) % 7
}

/// Day number of a date of the proleptic Gregorian calendar; `month` from 1 to 12.
///
/// Counts in years that begin in March, so that the leap day is the last of its year.
pub fn day(year: i32, month: i32, day_of_month: i32) -> Day {
    let (year, month) = (i64::from(year) - i64::from(month <= 2), (i64::from(month) + 9) % 12);
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let number = 365 * year + leaps + (153 * month + 2) / 5 + i64::from(day_of_month) - 1 - MARCH_OF_YEAR_0;
    number.clamp(i64::from(Day::MIN), i64::from(Day::MAX)) as Day
}

/// Days from 0000-03-01 to 1970-01-01.
const MARCH_OF_YEAR_0: i64 = 719_468;

/// Year, month (1 to 12) and day of the month of a day number.
pub fn civil(number: Day) -> (i32, i32, i32) {
    let days = i64::from(number) + MARCH_OF_YEAR_0;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let civil_month = if month < 10 { month + 3 } else { month - 9 };
    let civil_year = era * 400 + year + i64::from(civil_month <= 2);
    (civil_year as i32, civil_month as i32, (of_year - (153 * month + 2) / 5 + 1) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_six_centuries_comes_back() {
        assert_eq!((day(1970, 1, 1), civil(0)), (0, (1970, 1, 1)));
        assert_eq!(day(2011, 12, 9), 15_317);
        let mut before = (1699, 12, 31);
        for number in day(1700, 1, 1)..day(2300, 1, 1) {
            let date = civil(number);
            assert_eq!(day(date.0, date.1, date.2), number);
            assert!(date > before && (1..=31).contains(&date.2));
            before = date;
        }
        assert_eq!(weekday(day(2026, 11, 21)), 5);
    }

    #[test]
    fn partial_periods_are_seen() {
        let mut calendar =
            Calendar { grain: Grain::Month, from: day(2010, 12, 1), until: Some(day(2011, 12, 10)), holidays: vec![] };
        assert_eq!(calendar.complete(13), 12);
        assert!(!calendar.begins_inside());
        calendar.until = Some(day(2012, 1, 1));
        assert_eq!(calendar.complete(13), 13);
        assert_eq!(calendar.start(13), day(2012, 1, 1));
        calendar.grain = Grain::Week;
        assert!(calendar.begins_inside());
        assert_eq!(calendar.start(1), day(2010, 12, 6));
    }
}
