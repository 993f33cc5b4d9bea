//! Periods with one edge: since, after, before, through, as of.

use crate::period::{Expr, Future, Part, Slot, Unit};

use super::reader::{Read, Reader};
use super::words;

impl Reader {
    /// `начала`, `середины`, `конца` of something, as an end of a range: 1, 2, 3.
    pub(super) fn edge_word(&self, at: usize) -> Option<(u8, usize)> {
        let start = self.skip(self.skip(at, &["the", "самого", "самой"]), &["very"]);
        let third = words::third(self.word(start))?;
        if self.is(start, &["early", "mid", "late"]) {
            return None;
        }
        Some((third, self.skip(start + 1, &["of"])))
    }

    /// What an edge is of: a period, or a bare unit that is the running one ("начала месяца").
    pub(super) fn edge_of(&self, at: usize) -> Read {
        let found =
            self.core(at).filter(|((expr, _), _)| !matches!(expr, Expr::All | Expr::Vague(_) | Expr::Whole { .. }));
        let found = found.map(|((expr, _), next)| (expr, next));
        found.map(calendar).or_else(|| self.bare_unit(at))
    }

    /// A period with one edge.
    pub(super) fn edge(&self, at: usize) -> Read<(Expr, bool)> {
        self.since(at)
            .or_else(|| self.after(at))
            .or_else(|| self.to_the_end(at))
            .or_else(|| self.before_edge(at))
            .or_else(|| self.through(at))
            .or_else(|| self.as_of(at))
    }

    fn since(&self, at: usize) -> Read<(Expr, bool)> {
        let words = [
            "с",
            "со",
            "начиная с",
            "начиная со",
            "от",
            "с момента",
            "since",
            "ever since",
            "starting",
            "starting from",
            "starting in",
            "starting on",
            "starting with",
            "beginning",
            "beginning in",
            "beginning on",
            "beginning from",
            "as from",
            "from",
            "начиная от",
        ];
        let next = self.any(at, &words)?;
        let weak = self.is(at, &["from", "от"]);
        if let Some((third, of)) = self.edge_word(next)
            && let Some((expr, end)) = self.edge_of(of)
        {
            let expr = match (third, expr) {
                // "С начала месяца" is the running month.
                (1, expr @ Expr::This(_)) => expr,
                (1, expr) => Expr::Since(Box::new(expr)),
                (third, expr) => Expr::Since(Box::new(Expr::Part { part: Part::Third(third), of: Box::new(expr) })),
            };
            return Some(((expr, true), self.so_far(end)));
        }
        let next = self.skip(next, &["the", "в"]);
        let next = if self.word(next - 1) == "the" { next - 1 } else { next };
        let ((expr, sure), end) = self.core(next)?;
        if matches!(expr, Expr::All | Expr::Vague(_) | Expr::Whole { .. } | Expr::Future(_)) {
            return None;
        }
        // "Сравни с прошлым годом": the instrumental is no beginning.
        if self.is(at, &["с", "со"]) && (next..end).any(|at| words::instrumental(self.word(at))) {
            return None;
        }
        let on = self.any(
            end,
            &[
                "on",
                "onwards",
                "onward",
                "on wards",
                "forward",
                "and on",
                "и далее",
                "и позже",
                "и по сей день",
                "to now",
                "till now",
                "until now",
                "и дальше",
            ],
        );
        // "Orders from March" are those of March; "from March on" is since.
        if weak && on.is_none() {
            return None;
        }
        let (expr, _) = calendar((expr, end));
        Some(((Expr::Since(Box::new(expr)), sure), on.unwrap_or(end)))
    }

    fn after(&self, at: usize) -> Read<(Expr, bool)> {
        let next = self.any(at, &["после", "позже", "позднее", "after", "later than", "following"])?;
        let conclude = self.edge_word(next).filter(|(third, _)| *third == 3).map_or(next, |(_, of)| of);
        let (expr, end) = self.edge_of(conclude).filter(|(expr, _)| solid(expr, conclude > next))?;
        Some(((Expr::After(Box::new(expr)), true), end))
    }

    /// `до конца марта`, `to the end of March`, `по конец мая`; of the running unit it is what is still to come.
    fn to_the_end(&self, at: usize) -> Read<(Expr, bool)> {
        if let Some(next) = self.any(
            at,
            &["the rest of", "rest of", "остаток", "for the rest of", "for the remainder of", "the remainder of"],
        ) && let Some((Expr::This(unit), end)) = self.edge_of(next)
        {
            return Some(((Expr::Future(Future::Rest(unit)), true), end));
        }
        let next = self.any(
            at,
            &["до", "по", "к", "на", "to", "until", "till", "through", "up to", "by", "up until", "as of", "as at"],
        )?;
        let (third, of) = self.edge_word(next)?;
        let (expr, end) = self.edge_of(of)?;
        let status = self.is(at, &["на", "as"]);
        let expr = match (third, expr) {
            (1, expr) => Expr::Before(Box::new(expr)),
            (3, Expr::This(unit)) if !status => Expr::Future(Future::Rest(unit)),
            (3, expr) => Expr::Through(Box::new(expr)),
            (third, expr) => Expr::Before(Box::new(Expr::Part { part: Part::Third(third), of: Box::new(expr) })),
        };
        Some(((expr, true), end))
    }

    fn before_edge(&self, at: usize) -> Read<(Expr, bool)> {
        let next = self.any(
            at,
            &[
                "до",
                "ранее",
                "раньше",
                "before",
                "until",
                "till",
                "prior to",
                "earlier than",
                "up to",
                "up until",
                "up to but not including",
                "up to , but not including",
                "up to but excluding",
                "до , но не включая",
                "до но не включая",
                "вплоть до",
                "не позднее",
            ],
        )?;
        let next = self.skip(next, &[","]);
        let inclusive = self.is(at, &["не"]);
        let ((expr, sure), end) = self.core(next)?;
        if !solid(&expr, false) {
            return None;
        }
        let (expr, _) = calendar((expr, end));
        if let Some(end) = self.any(end, &["включительно", "inclusive", "included"]) {
            return Some(((Expr::Through(Box::new(expr)), true), end));
        }
        let expr = Box::new(expr);
        Some(((if inclusive { Expr::Through(expr) } else { Expr::Before(expr) }, sure), end))
    }

    fn through(&self, at: usize) -> Read<(Expr, bool)> {
        let next = self.any(at, &["по", "through", "thru", "up to and including", "up through", "вплоть по"])?;
        let ((expr, sure), end) = self.core(next)?;
        if !solid(&expr, false) {
            return None;
        }
        // "По марту", "по прошлому кварталу" are about that period: only the accusative is an end.
        let last = self.word(end - 1);
        let day = matches!(
            &expr,
            Expr::Yearly { slot: Slot::Day { .. }, .. } | Expr::Numeric { .. } | Expr::DayOfMonth { .. }
        );
        let accusative = day
            || words::tabular(last)
            || matches!(
                last,
                "квартал"
                    | "год"
                    | "полугодие"
                    | "неделю"
                    | "месяц"
                    | "вчера"
                    | "сегодня"
                    | "позавчера"
                    | "день"
            );
        if self.is(at, &["по"]) && !accusative && !self.is(end - 1, &["."]) {
            return None;
        }
        let (expr, _) = calendar((expr, end));
        // "The weekly trend through Q3", "sales through the summer": all along it.
        let along = self.is(at, &["through"])
            && matches!(&expr, Expr::Yearly { slot: Slot::Quarter(_) | Slot::Season(_) | Slot::Half(_), .. });
        // "How did it change week by week through October".
        const COURSE: [&str; 12] = [
            "weekly",
            "daily",
            "trend",
            "change",
            "changed",
            "develop",
            "developed",
            "progress",
            "evolve",
            "evolved",
            "week",
            "day",
        ];
        let month = self.is(at, &["through"]) && matches!(&expr, Expr::Yearly { slot: Slot::Month(_), .. });
        let along = along || month && (0..at).any(|place| self.is(place, &COURSE));
        if along {
            return Some(((expr, sure), end));
        }
        let end = self.any(end, &["включительно", "inclusive", "included"]).unwrap_or(end);
        Some(((Expr::Through(Box::new(expr)), sure), end))
    }

    fn as_of(&self, at: usize) -> Read<(Expr, bool)> {
        let strong = self.any(at, &["по состоянию на", "as of", "as at", "состояние на", "на момент"]);
        let next = strong.or_else(|| self.any(at, &["на"]))?;
        if let Some(end) = self.any(
            next,
            &[
                "сегодня",
                "сегодняшний день",
                "текущий момент",
                "данный момент",
                "настоящий момент",
                "текущий день",
                "сейчас",
                "today",
                "now",
            ],
        ) {
            return Some(((Expr::Through(Box::new(Expr::This(Unit::Day))), strong.is_some()), end));
        }
        let ((expr, sure), end) = self.core(next)?;
        let day = matches!(
            &expr,
            Expr::Yearly { slot: Slot::Day { .. }, .. } | Expr::Numeric { .. } | Expr::DayOfMonth { .. }
        ) || matches!(&expr, Expr::Ago { unit: Unit::Day, .. });
        (strong.is_some() && solid(&expr, false) || day).then(|| ((Expr::Before(Box::new(expr)), sure), end))
    }
}

/// "After the last month": a rolling unit has no edge of its own, the calendar one has.
pub(super) fn calendar((expr, next): (Expr, usize)) -> (Expr, usize) {
    match expr {
        Expr::Rolling { count: 1, unit } if unit >= Unit::Week => (Expr::Ago { unit, back: 1 }, next),
        other => (other, next),
    }
}

/// Whether a period can have something before or after it.
fn solid(expr: &Expr, bare: bool) -> bool {
    match expr {
        Expr::All | Expr::Vague(_) | Expr::Whole { .. } | Expr::Clock { .. } | Expr::Only { .. } | Expr::Unsaid => {
            false
        }
        Expr::This(_) => {
            bare || matches!(
                expr,
                Expr::This(Unit::Day | Unit::Week | Unit::Month | Unit::Quarter | Unit::HalfYear | Unit::Year)
            )
        }
        _ => true,
    }
}
