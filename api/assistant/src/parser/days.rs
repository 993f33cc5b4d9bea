//! Days of the week that something falls on, beside a period of its own.

use kupets_semantic::find::Found;
use kupets_semantic::period::{Expr, Weekdays};

use super::scan::Scan;

impl Scan {
    /// "Какой процент приходится на выходные за октябрь", "how much falls on the weekend in October": those days of the period,
    /// and no weekend by itself.
    pub(super) fn take_falling_days(&mut self) {
        const FALLS: [&str; 16] = [
            "приходится",
            "приходилось",
            "приходятся",
            "пришлось",
            "пришлись",
            "пришелся",
            "пришлась",
            "падает",
            "падают",
            "выпадает",
            "выпадают",
            "выпало",
            "попадает",
            "falls",
            "fall",
            "fell",
        ];
        if self.said.weekdays.is_some() || self.said.periods.len() != 2 {
            return;
        }
        let falls = |found: &Found| {
            let before = found.tokens.start.saturating_sub(3)..found.tokens.start;
            self.tokens.get(before).is_some_and(|words| words.iter().any(|token| FALLS.contains(&token.text.as_str())))
        };
        let days = |expr: &Expr| match expr {
            Expr::Weekend(_) => Some(Weekdays::WEEKEND),
            Expr::Weekday { day, .. } => Some(Weekdays::one(*day)),
            _ => None,
        };
        let place = self.said.periods.iter().position(|found| days(&found.expr).is_some() && falls(found));
        let Some(place) = place.filter(|place| days(&self.said.periods[1 - place].expr).is_none()) else { return };
        let found = self.said.periods.remove(place);
        if let Some(expr) = days(&found.expr) {
            self.said.weekdays = Some(Found { expr, span: found.span, tokens: found.tokens, certain: true });
        }
    }
}
