//! Periods with an edge: from and to, since, after, before, through, as of.

use crate::period::{Expr, Future, Part, Slot, Unit, WeekdayOf, Which};

use super::reader::{Read, Reader};
use super::words;

/// Whether a period comes right after another of its kind ("March and April", "2024 and 2025").
pub(super) fn neighbours(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (Expr::Year(one), Expr::Year(other)) => match (one, other) {
            (crate::period::YearOf::Number(one), crate::period::YearOf::Number(other)) => one + 1 == *other,
            _ => false,
        },
        (Expr::Yearly { slot: one, which: from }, Expr::Yearly { slot: other, which: to }) => {
            let year_fits = from == to || *from == Which::Latest;
            let follows = match (one, other) {
                (Slot::Month(one), Slot::Month(other)) => one % 12 + 1 == *other,
                (Slot::Quarter(one), Slot::Quarter(other)) => one % 4 + 1 == *other,
                (Slot::Half(1), Slot::Half(2)) => true,
                (Slot::Week(one), Slot::Week(other)) => one + 1 == *other,
                (Slot::Day { month, day }, Slot::Day { month: same, day: next }) => month == same && day + 1 == *next,
                _ => false,
            };
            follows && year_fits
        }
        _ => false,
    }
}

/// An end of a range as said: a period, or only a number that the other end gives a meaning to.
enum End {
    Whole(Expr),
    Number(u8),
}

impl Reader {
    /// `начала`, `середины`, `конца` of something, as an end of a range: 1, 2, 3.
    fn edge_word(&self, at: usize) -> Option<(u8, usize)> {
        let start = self.skip(self.skip(at, &["the", "самого", "самой"]), &["very"]);
        let third = words::third(self.word(start))?;
        if self.is(start, &["early", "mid", "late"]) {
            return None;
        }
        Some((third, self.skip(start + 1, &["of"])))
    }

    /// What an edge is of: a period, or a bare unit that is the running one ("начала месяца").
    fn edge_of(&self, at: usize) -> Read {
        let found =
            self.core(at).filter(|((expr, _), _)| !matches!(expr, Expr::All | Expr::Vague(_) | Expr::Whole { .. }));
        let found = found.map(|((expr, _), next)| (expr, next));
        found.map(calendar).or_else(|| self.bare_unit(at))
    }

    fn end(&self, at: usize, first: bool) -> Read<End> {
        if let Some((third, of)) = self.edge_word(at)
            && let Some((expr, next)) = self.edge_of(of)
        {
            let whole = first && third == 1 || !first && third == 3;
            let part = |of: Expr| Expr::Part { part: Part::Third(third), of: Box::new(of) };
            return Some((End::Whole(if whole { expr } else { part(expr) }), next));
        }
        let start = self.skip(at, &["в", "in", "on"]);
        if let Some(((expr, _), next)) =
            self.core(start).filter(|((expr, _), _)| !matches!(expr, Expr::Whole { .. } | Expr::All))
        {
            let (expr, next) = calendar((expr, next));
            return Some((End::Whole(expr), next));
        }
        let (number, next) = self.day_number(self.skip(at, &["the"]))?;
        let next = self.skip(self.skip(next, &["-"]), &["числа"]);
        // The dash of "5-20" belongs to the range.
        let next = if self.word(next - 1) == "-" && self.digits(next, 1..=4).is_some() { next - 1 } else { next };
        Some((End::Number(number), next))
    }

    /// From one period to another.
    pub(super) fn range(&self, at: usize) -> Read<(Expr, bool)> {
        let (kind, start) = if let Some(next) =
            self.any(at, &["между", "в промежутке между", "between", "anywhere between"])
        {
            ("between", next)
        } else if let Some(next) = self.any(
            at,
            &[
                "за период с",
                "в период с",
                "за период со",
                "период с",
                "за время с",
                "начиная с",
                "с",
                "со",
                "от",
                "from",
                "for the period from",
                "in the period from",
            ],
        ) {
            ("from", next)
        } else if let Some((_, next)) = self.preposition(at) {
            ("", next)
        } else {
            ("", at)
        };
        if kind == "between" && self.differing() {
            return None;
        }
        let (first, next) = self.end(start, true)?;
        // "2025-01-01..2025-03-31".
        let next = if self.word(next) == "." && self.word(next + 1) == "." { next + 1 } else { next };
        let dash = self.is(next, &["-", "."]) && (self.word(next) == "-" || self.word(next - 1) == ".");
        let (links, dashed): (&[&str], bool) = match kind {
            "between" => (&["и", "and", "по", "to"], dash),
            "from" => {
                (&["по", "до", "to", "through", "thru", "till", "until", "up to", "up until", "и до", "и по"], dash)
            }
            _ => (&["по", "to", "through", "thru", "..", "..."], dash),
        };
        // The dash between two dates may stand close or free.
        let pair = kind.is_empty() && self.is(next, &["и", "and", "&"]) && !self.comparing();
        let link = if dashed || pair { next + 1 } else { self.any(next, links)? };
        if let Some(next) = self.any(
            link,
            &[
                "настоящее время",
                "сей день",
                "сих пор",
                "нынешнее время",
                "текущий момент",
                "настоящего времени",
                "настоящий момент",
                "н . в .",
                "now",
                "date",
                "present",
                "the present",
                "сегодняшнего дня",
                "сегодняшний день",
                "the present day",
            ],
        ) && let (End::Whole(expr), "from") = (&first, kind)
        {
            return Some(((Expr::Since(Box::new(expr.clone())), true), next));
        }
        let (last, end) = self.end(link, false)?;
        let (last, end) = match (&first, last) {
            // "March 5 - 20, 2025".
            (End::Whole(whole), End::Number(number)) => match (alike(whole, number), self.year_after(end, false)) {
                (Some(last), Some((year, end))) => (End::Whole(last.of_year(year)), end),
                _ => (End::Number(number), end),
            },
            (_, last) => (last, end),
        };
        let numbers = matches!((&first, &last), (End::Number(_), End::Number(_)));
        // "15 и 16 мая" are neighbours; "15 и 20 мая" are two days.
        if pair {
            let (End::Number(number), End::Whole(Expr::Yearly { slot, .. })) = (&first, &last) else { return None };
            let next = match slot {
                Slot::Day { day, .. } => *day,
                Slot::Quarter(number) | Slot::Half(number) | Slot::Week(number) => *number,
                _ => return None,
            };
            if number + 1 != next {
                return None;
            }
        }
        let (first, last) = match (first, last) {
            (End::Whole(first), End::Whole(last)) => (spread(first, &last), last),
            (End::Number(number), End::Whole(last)) => (alike(&last, number)?, last),
            (End::Whole(first), End::Number(number)) => {
                // Only right after the dash or with a word of a range: "May 15 - 3 orders" is none.
                if self.noun_follows(end) && kind.is_empty() && !dashed {
                    return None;
                }
                let last = alike(&first, number)?;
                (first, last)
            }
            (End::Number(one), End::Number(two)) => {
                // "С 5 по 20" of an unsaid month; "с 9 до 18" may be hours, "from 5 to 20" amounts.
                let said = self.is(end - 1, &["числа", "th", "st", "nd", "rd", "го", "е"])
                    || self.is(link - 1, &["по"]) && kind == "from";
                if !said || self.noun_follows(end) || !(1..=31).contains(&one) || !(1..=31).contains(&two) {
                    return None;
                }
                let day = |day| Expr::DayOfMonth { day, of: None };
                (day(one), day(two))
            }
        };
        if kind.is_empty() && !dashed && !pair && !datelike(&first, &last) {
            return None;
        }
        // Without a word of a range, a dash joins only what is of one kind.
        if kind.is_empty() && dashed && !numbers && !same_kind(&first, &last) {
            return None;
        }
        let (first, last) = (Box::new(first), Box::new(last));
        // "Годы" after "2024-2025".
        let end = self.skip(end, &["годы", "годов", "годах", "гг", "years", "включительно", "inclusive", "числа"]);
        Some(((Expr::Range { first, last }, true), self.dot_after(end)))
    }

    fn dot_after(&self, at: usize) -> usize {
        if at > 0 && self.is(at - 1, &["гг", "г"]) { self.dot(at) } else { at }
    }

    fn differing(&self) -> bool {
        self.tokens
            .iter()
            .any(|token| ["разниц", "differ", "сравн", "compar"].iter().any(|stem| token.text.starts_with(stem)))
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
        let next = self.any(at, &["после", "позже", "позднее", "after", "later than", "following", "past"])?;
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
                "вплоть до",
                "не позднее",
            ],
        )?;
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
fn calendar((expr, next): (Expr, usize)) -> (Expr, usize) {
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

/// A bare number as the same kind of thing as the other end of the range.
fn alike(other: &Expr, number: u8) -> Option<Expr> {
    let day = |number: u8| (1..=31).contains(&number).then_some(number);
    Some(match other {
        Expr::Yearly { slot, which } => {
            let slot = match slot {
                Slot::Day { month, .. } => Slot::Day { month: *month, day: day(number)? },
                Slot::Quarter(_) if (1..=4).contains(&number) => Slot::Quarter(number),
                Slot::Half(_) if (1..=2).contains(&number) => Slot::Half(number),
                Slot::Week(_) if (1..=53).contains(&number) => Slot::Week(number),
                _ => return None,
            };
            Expr::Yearly { slot, which: *which }
        }
        Expr::DayOfMonth { of, .. } => Expr::DayOfMonth { day: day(number)?, of: of.clone() },
        Expr::Year(_) if number >= 10 => Expr::Year(crate::period::YearOf::Number(2000 + i32::from(number))),
        _ => return None,
    })
}

/// The first end with what only the last one says: its month.
fn spread(first: Expr, last: &Expr) -> Expr {
    match (&first, last) {
        (
            Expr::DayOfMonth { day, of: None },
            Expr::Yearly { slot: Slot::Day { .. }, .. } | Expr::DayOfMonth { of: Some(_), .. },
        ) => alike(last, *day).unwrap_or(first),
        (Expr::Weekday { day, of: WeekdayOf::Past(0) }, Expr::Weekday { of: of @ WeekdayOf::Week(_), .. }) => {
            Expr::Weekday { day: *day, of: of.clone() }
        }
        _ => first,
    }
}

/// Ends that a bare "по" or "to" joins.
fn datelike(first: &Expr, last: &Expr) -> bool {
    let date = |expr: &Expr| {
        matches!(
            expr,
            Expr::Yearly { .. } | Expr::Numeric { .. } | Expr::Weekday { .. } | Expr::Year(_) | Expr::Part { .. }
        )
    };
    date(first) && (date(last) || matches!(last, Expr::This(Unit::Day) | Expr::Ago { unit: Unit::Day, .. }))
}

fn same_kind(first: &Expr, last: &Expr) -> bool {
    let day = |expr: &Expr| {
        matches!(
            expr,
            Expr::Yearly { slot: Slot::Day { .. } | Slot::Named(_), .. }
                | Expr::Numeric { .. }
                | Expr::DayOfMonth { .. }
        ) || matches!(expr, Expr::This(Unit::Day) | Expr::Ago { unit: Unit::Day, .. })
    };
    match (first, last) {
        _ if day(first) && day(last) => true,
        (Expr::Yearly { slot: one, .. }, Expr::Yearly { slot: other, .. }) => {
            std::mem::discriminant(one) == std::mem::discriminant(other)
        }
        (Expr::Year(_), Expr::Year(_)) | (Expr::Weekday { .. }, Expr::Weekday { .. }) => true,
        _ => false,
    }
}
