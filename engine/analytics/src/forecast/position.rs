//! The place of a series in time.

use super::calendar::Calendar;

/// Where a series lies in a calendar.
#[derive(Debug, Clone, Copy)]
pub struct Position<'a> {
    /// The calendar, if the series is one of days, weeks or months.
    pub calendar: Option<&'a Calendar>,
    /// Periods of the calendar before the first value.
    pub offset: usize,
}
