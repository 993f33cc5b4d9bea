//! Days: in digits, by day and month, by the number of the day alone.

use crate::period::{Expr, Slot, Unit, Which, YearOf};
use crate::text::numbers;

use super::reader::{Read, Reader};
use super::words;

/// Words after which an ordinal alone is a day.
fn on_word(word: &str) -> bool {
    matches!(word, "on" | "since" | "until" | "till" | "before" | "after" | "through")
}

fn of_year(slot: Slot, year: Option<i32>) -> Expr {
    Expr::Yearly { slot, which: year.map_or(Which::Latest, |year| Which::Of(YearOf::Number(year))) }
}

impl Reader {
    /// `5 марта`, `пятого марта`, `5-е марта`, `March 5`, `March 5th`, `the 5th of March`.
    pub(super) fn day_and_month(&self, at: usize) -> Read<Slot> {
        // "Топ 3 ноябрь": so many of a month.
        let ranked = ["топ", "top", "лучшие", "лучших", "худшие", "худших", "первые", "первых", "best", "worst"];
        let ranked = ranked.contains(&self.before(at))
            || self.before(at) == "-" && at > 1 && ranked.contains(&self.word(at - 2));
        if let Some((day, next)) = self.day_number(at).filter(|_| !ranked) {
            let next = self.skip(next, &["-"]);
            let next = self.skip(self.skip(next, &["числа"]), &["of"]);
            if let Some((month, next)) = self.month_word(next) {
                // "За 2 март" is nonsense, but "5 may" may be a verb: the month rule has seen to it.
                return Some((Slot::Day { month, day }, next));
            }
        }
        let russian = !self.word(at).is_ascii();
        let (month, next) = self.month_word(at)?;
        let next = self.skip(next, &["the"]);
        let (day, after) = self.day_number(next)?;
        let plain = self.digits(next, 1..=2).is_some() && after == next + 1;
        // "Дек 24" is December 2024 in Russian, where the day comes first; "март 8" is a day.
        if russian && (!plain || day >= 10) {
            return None;
        }
        // "Mar-25" is how tables write March 2025; "March 25" is a day; "March 5 %" is nothing.
        if self.is(after, &["%"]) || self.is(next - 1, &["-"]) {
            return None;
        }
        // "In May 20 orders", "March 3 months": the number counts what follows.
        if plain
            && (words::unit(self.word(after)).is_some()
                || self.is(after, &["orders", "customers", "purchases", "заказов"]))
        {
            return None;
        }
        Some((Slot::Day { month, day }, after))
    }

    /// 1 to 31, in digits or as an ordinal (`5`, `5-го`, `пятого`, `twenty third`).
    pub(super) fn day_number(&self, at: usize) -> Read<u8> {
        let ordinal = numbers::ordinal(&self.tokens, at);
        let (day, next) = ordinal.or_else(|| Some((i64::from(self.digits(at, 1..=2)?), at + 1)))?;
        let day = u8::try_from(day).ok().filter(|day| (1..=99).contains(day))?;
        // Not the end of a longer number ("1 254", "12.5").
        let tail = self.glued(at)
            && self.is(at.wrapping_sub(1), &[".", ",", "/"])
            && at > 1
            && self.digits(at - 2, 1..=4).is_some();
        (!tail).then_some((day, next))
    }

    /// A day by its number alone: `15-го`, `15 числа`, `the 15th`, with the month it may belong to (`15-го прошлого месяца`).
    pub(super) fn day_alone(&self, at: usize) -> Read {
        let article = self.word(at) == "the";
        let start = self.skip(at, &["the"]);
        let (day, mut next) = self.day_number(start)?;
        let digits = self.digits(start, 1..=2).is_some();
        let said = self.is(next, &["числа", "число", "числе", "числу", "числом"]);
        if said {
            next += 1;
        }
        // "За 31-е", "на 5-е".
        let accusative = self.is(next - 1, &["е", "ое"]) && matches!(self.before(at), "за" | "на" | "по" | "про" | "к");
        let russian = digits
            && next > start + 1
            && (self.is(next - 1, &["го", "ого", "его"]) || accusative && !self.noun_follows(next));
        let english = digits && self.is(next - 1, &["st", "nd", "rd", "th"]);
        let of = self.skip(next, &["of", "in", "в"]);
        if let Some((month, after)) = self.month_of(of).filter(|_| said || russian || english || of > next || !digits) {
            return Some((Expr::DayOfMonth { day, of: Some(Box::new(month)) }, after));
        }
        let on = self.is(
            at.wrapping_sub(1),
            &["on", "since", "from", "until", "till", "to", "before", "after", "through", "by"],
        );
        // "Пятнадцатого", "on the fifteenth".
        let spoken = !digits
            && !self.noun_follows(next)
            && !self.is(next, &["по", "до", "и", "-", "к", "to", "and", "through"])
            && (article && on_word(self.before(at)) && self.word(start).is_ascii()
                || ["ого", "его"].iter().any(|end| self.word(next - 1).ends_with(end))
                    && !matches!(self.before(at), "против" | "чем" | "от" | "кроме"));
        let alone = said || russian || spoken || english && (article || on) && !self.noun_follows(next);
        alone.then_some((Expr::DayOfMonth { day, of: None }, next))
    }

    /// A month that is pointed at: `прошлого месяца`, `last month`, `the month`.
    fn month_of(&self, at: usize) -> Read {
        let (expr, next) = self.pointed_unit(at).or_else(|| self.bare_unit(at))?;
        let month = matches!(
            expr,
            Expr::This(Unit::Month)
                | Expr::Ago { unit: Unit::Month, .. }
                | Expr::Rolling { unit: Unit::Month, .. }
                | Expr::Future(_)
        );
        // "The 5th of the last month" is of the calendar month.
        let expr = if let Expr::Rolling { unit, .. } = expr { Expr::Ago { unit, back: 1 } } else { expr };
        month.then_some((expr, next))
    }

    /// Dates in digits, and whether they are certainly dates: `2025-05-15`, `15.05.2025`, `05/06/2025`, `15.05`, `11.2025`, `2025-11`.
    pub(super) fn numeric(&self, at: usize) -> Read<(Expr, bool)> {
        let mut parts: Vec<(usize, u32)> = Vec::new();
        let mut marks: Vec<&str> = Vec::new();
        let mut next = at;
        if self.glued(at) && at > 1 && self.is(at - 1, &[".", ","]) && self.digits(at - 2, 1..=9).is_some() {
            return None;
        }
        while let Some(value) = self.digits(next, 1..=4) {
            parts.push((self.word(next).len(), value));
            next += 1;
            let mark = self.is(next, &[".", "/", "-"]) && self.glued(next) && self.glued(next + 1);
            if !mark || self.digits(next + 1, 1..=4).is_none() || parts.len() == 3 {
                break;
            }
            // The date goes on only with its own mark: "05.03-20.03" is two.
            if marks.first().is_some_and(|first| *first != self.word(next)) {
                break;
            }
            marks.push(self.word(next));
            next += 1;
        }
        let mark = *marks.first()?;
        let compared = [
            "больше",
            "более",
            "свыше",
            "меньше",
            "менее",
            "дороже",
            "дешевле",
            "чем",
            "over",
            "above",
            "under",
            "below",
            "than",
        ];
        if parts.len() == 2 && self.is(at.wrapping_sub(1), &compared) {
            return None;
        }
        if self.is(next, &["%"]) {
            return None;
        }
        let year_of = |(length, value): (usize, u32)| match length {
            4 if (1900..2200).contains(&value) => Some(value as i32),
            2 => Some(value as i32 + 2000),
            _ => None,
        };
        let small = |value: u32| u8::try_from(value).ok().filter(|value| (1..=99).contains(value));
        let months = |value: u32| (1..=12).contains(&value);
        let after = if words::year_word(self.word(next)) { self.dot(next + 1) } else { next };
        let found = match (parts.as_slice(), mark) {
            ([year @ (4, _), (_, month), (_, day)], _) => {
                let (year, month, day) = (year_of(*year)?, small(*month)?, small(*day)?);
                (of_year(Slot::Day { month, day }, Some(year)), true)
            }
            ([(1..=2, first), (1..=2, second), year], mark) => {
                let (first, second, year) = (small(*first)?, small(*second)?, year_of(*year)?);
                // Points are the Russian and German way: the day is first.
                let expr = if mark == "." && months(u32::from(second)) {
                    of_year(Slot::Day { month: second, day: first }, Some(year))
                } else if first > 12 && second > 12 {
                    return None;
                } else {
                    Expr::Numeric { first, second, year: Some(year) }
                };
                (expr, true)
            }
            ([year @ (4, _), (2, month)], "-" | "/" | ".") if months(*month) => {
                (of_year(Slot::Month(*month as u8), Some(year_of(*year)?)), true)
            }
            ([(1..=2, month), year @ (4, _)], _) if months(*month) => {
                (of_year(Slot::Month(*month as u8), Some(year_of(*year)?)), true)
            }
            ([(1..=2, day), (2, month)], ".") if months(*month) && (1..=31).contains(day) => {
                (of_year(Slot::Day { month: *month as u8, day: *day as u8 }, None), self.introduced(at))
            }
            ([(1..=2, first), (1..=2, second)], "/") if self.introduced(at) => {
                let (first, second) = (small(*first)?, small(*second)?);
                let plausible = (months(u32::from(first)) || months(u32::from(second))) && first <= 31 && second <= 31;
                if !plausible {
                    return None;
                }
                (Expr::Numeric { first, second, year: None }, true)
            }
            _ => return None,
        };
        Some((found, after))
    }

    /// Whether a word before makes a number a date.
    fn introduced(&self, at: usize) -> bool {
        self.is(
            at.wrapping_sub(1),
            &[
                "за",
                "на",
                "с",
                "со",
                "по",
                "от",
                "до",
                "после",
                "on",
                "since",
                "from",
                "to",
                "until",
                "till",
                "through",
                "after",
                "before",
                "between",
                "and",
                "и",
                "-",
                "between",
                "of",
                "for",
                "между",
            ],
        )
    }
}
