//! The other readings of the same words, one tap away.

use super::label::{self, Text};
use super::{Expr, Resolved, Slot, Unit, Weekdays, WeekendOf, Which};

/// The other readings of a period.
pub(super) fn others(expr: &Expr, resolved: &Resolved) -> Vec<(Expr, Text)> {
    match expr {
        Expr::Only { weekdays, of: Some(of) } => {
            others(of, resolved).into_iter().map(|(expr, name)| (expr.only(*weekdays), name)).collect()
        }
        Expr::Whole { count, unit, with_running } => {
            let other = Expr::Whole { count: *count, unit: *unit, with_running: !with_running };
            vec![(other, label::running(*unit, !with_running))]
        }
        Expr::Unsaid => {
            vec![
                (Expr::This(Unit::Month), Text::new("текущий месяц", "this month")),
                (Expr::All, label::dates(None, None)),
            ]
        }
        Expr::Ago { unit, back: 1 } if *unit >= Unit::Week => {
            vec![(Expr::Rolling { count: 1, unit: *unit }, label::rolling_unit(*unit))]
        }
        Expr::Rolling { count: 1, unit: Unit::Day } => {
            vec![(Expr::Clock { minutes: 24 * 60 }, label::rolling_unit(Unit::Day))]
        }
        Expr::Rolling { count: 1, unit } => vec![
            (Expr::Ago { unit: *unit, back: 1 }, label::calendar_unit(*unit)),
            (Expr::This(*unit), label::this_unit(*unit)),
        ],
        Expr::Rolling { count, unit } => {
            let whole = Expr::Whole { count: *count, unit: *unit, with_running: false };
            vec![(whole, Text::new("целыми календарными", "whole calendar ones"))]
        }
        Expr::Yearly { slot, which: Which::Latest } if resolved.running && !matches!(slot, Slot::Day { .. }) => {
            vec![(
                Expr::Yearly { slot: slot.clone(), which: Which::Ended(0) },
                Text::new("прошлогодний", "the year before"),
            )]
        }
        Expr::Numeric { first, second, year } if *first <= 12 && *second <= 12 => {
            let other = Expr::Numeric { first: *second, second: *first, year: *year };
            vec![(other, Text::new("день и месяц наоборот", "day and month the other way round"))]
        }
        Expr::Weekend(WeekendOf::Latest) => {
            let filter = Expr::Only { weekdays: Weekdays::WEEKEND, of: None };
            vec![
                (Expr::Weekend(WeekendOf::Past(0)), Text::new("прошлые выходные", "last weekend")),
                (filter, Text::new("все выходные дни", "all weekends")),
            ]
        }
        _ => Vec::new(),
    }
}
