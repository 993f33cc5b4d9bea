//! Parts of a period: `в начале марта`, `first half of March`, `первые две недели марта`, `последняя пятница марта`.

use crate::period::{Expr, Part, Slot, Unit, Vague, Which, YearOf};
use crate::text::numbers;

use super::reader::{Read, Reader};
use super::words::{self, Pointer};

impl Reader {
    /// What a part can be of: a month, a quarter, a season, a year, the running or another unit.
    fn whole_of(&self, at: usize) -> Read {
        let whole = |expr: &Expr| match expr {
            Expr::Yearly { slot, .. } => !matches!(slot, Slot::Day { .. } | Slot::Named(_)),
            Expr::This(unit) | Expr::Ago { unit, .. } => *unit >= Unit::Week,
            Expr::Year(_) => true,
            _ => false,
        };
        let calendar = |expr: Expr| match expr {
            // "The end of the last month" is of the calendar month.
            Expr::Rolling { count: 1, unit } if unit >= Unit::Week => Expr::Ago { unit, back: 1 },
            other => other,
        };
        let pointed = self.pointed_unit(at).map(|(expr, next)| (calendar(expr), next));
        let month = self.any(at, &["month of", "the month of"]).unwrap_or(at);
        pointed
            .or_else(|| self.yearly(month))
            .or_else(|| self.year(at).map(|((expr, _), next)| (expr, next)))
            .or_else(|| {
                // "Последние 7 дней года", but not "последние 7 дней год к году".
                let nominative = self.is(at, &["год", "г", "месяц", "квартал", "неделя", "полугодие", "день"]);
                if nominative { None } else { self.bare_unit(at) }
            })
            .filter(|(expr, _)| whole(expr))
    }

    /// Past "of" or "в"; English asks for one of them.
    fn link(&self, at: usize) -> Option<usize> {
        let next = self.skip(at, &["of", "in", "в", "во", "за", "from"]);
        let russian =
            self.tokens.get(at).is_some_and(|token| !token.text.is_ascii() || token.text.parse::<u32>().is_ok());
        (next > at || russian).then_some(next)
    }

    pub(super) fn part(&self, at: usize) -> Read {
        self.third(at).or_else(|| self.half_of(at)).or_else(|| self.ten_days(at)).or_else(|| self.counted_part(at))
    }

    fn third(&self, at: usize) -> Read {
        let start = self.skip(self.skip(at, &["самом", "самый", "самой", "the"]), &["very"]);
        let third = words::third(self.word(start))?;
        let adjective = self.is(start, &["early", "mid", "late"]);
        let next = self.skip(start + 1, &["-"]);
        let next = if adjective { self.skip(next, &["in"]) } else { self.link(next)? };
        let (of, next) = self.whole_of(next)?;
        Some((Expr::Part { part: Part::Third(third), of: Box::new(of) }, next))
    }

    fn half_of(&self, at: usize) -> Read {
        let start = self.skip(at, &["the"]);
        let (number, next) = match self.word(start) {
            "latter" | "back" | "last" => (2, start + 1),
            "front" | "opening" => (1, start + 1),
            _ => numbers::ordinal(&self.tokens, start)?,
        };
        let half = u8::try_from(number).ok().filter(|half| (1..=2).contains(half))?;
        let word = self.word(next);
        if !(matches!(word, "half" | "пол") || word.starts_with("половин")) {
            return None;
        }
        let next = if word == "пол" { self.dot(next + 1) } else { next + 1 };
        let (of, next) = self.whole_of(self.link(next)?)?;
        Some((Expr::Part { part: Part::Half(half), of: Box::new(of) }, next))
    }

    /// A Russian "декада" is ten days.
    fn ten_days(&self, at: usize) -> Read {
        let pointer = words::pointer(self.word(at)) == Some(Pointer::Past);
        let ordinal = numbers::ordinal(&self.tokens, at);
        let (number, next) = if pointer { (3, at + 1) } else { ordinal? };
        if !self.is(next, &["декада", "декаде", "декаду", "декады", "декадой"]) {
            return None;
        }
        let third = u8::try_from(number).ok().filter(|third| (1..=3).contains(third))?;
        let (of, next) = self.whole_of(self.link(next + 1)?)?;
        Some((Expr::Part { part: Part::Third(third), of: Box::new(of) }, next))
    }

    /// `первая неделя марта`, `last 10 days of May`, `first Monday of June`, `последний квартал 2025 года`.
    fn counted_part(&self, at: usize) -> Read {
        let start = self.skip(at, &["the"]);
        let last = match words::pointer(self.word(start)) {
            Some(Pointer::Past) => true,
            Some(Pointer::Last) => self.word(start) == "last",
            _ => false,
        };
        let final_word = self.word(start) == "final";
        let (number, next) = if last || final_word {
            (-1, start + 1)
        } else {
            numbers::ordinal(&self.tokens, start).or_else(|| self.numbered(start))?
        };
        let next = self.skip(next, &["-"]);
        if let Some(day) = words::weekday(self.word(next)) {
            let (of, next) = self.whole_of(self.link(next + 1)?)?;
            let number = i32::try_from(number).ok()?;
            return Some((Expr::Part { part: Part::Weekday { number, day }, of: Box::new(of) }, next));
        }
        let (count, next) = match self.length(next) {
            Some(((unit, count), after)) if number.abs() == 1 => ((unit, Some(count)), after),
            _ => {
                let ((unit, times), after) = self.unit(next)?;
                ((unit, (times > 1).then_some(times)), after)
            }
        };
        // "In the last days of November": how many nobody says.
        let some =
            number.abs() == 1 && count.1.is_none() && words::plural_unit(self.word(next - 1)) && !self.is(next, &["'"]);
        let (unit, count) = count;
        let next = self.link(self.possessive(next))?;
        let (of, next) = self.whole_of(next)?;
        if !smaller(unit, &of) {
            return None;
        }
        if some {
            return Some((Expr::Vague(Vague::Sometime), next));
        }
        // Weeks of a year are ISO ones.
        let year = match &of {
            Expr::Year(year) => Some(*year),
            Expr::This(Unit::Year) => Some(YearOf::Back(0)),
            Expr::Ago { unit: Unit::Year, back } => i32::try_from(*back).ok().map(YearOf::Back),
            _ => None,
        };
        // "The first week of the year" may be its first seven days; "the 1st week" in digits is week 1.
        let least = if self.digits(start, 1..=2).is_some() { 1 } else { 2 };
        if let (Some(year), Unit::Week, None, Ok(week @ 1..=53)) = (year, unit, count, u8::try_from(number))
            && week >= least
        {
            return Some((Expr::Yearly { slot: Slot::Week(week), which: Which::Of(year) }, next));
        }
        let part = match (number, count) {
            (-1, count) => Part::Last { count: count.unwrap_or(1), unit },
            (1, Some(count)) => Part::First { count, unit },
            (1, None) => Part::First { count: 1, unit },
            (number, None) => Part::Nth { number: u32::try_from(number).ok()?, unit },
            _ => return None,
        };
        Some((Expr::Part { part, of: Box::new(of) }, next))
    }

    /// "2 неделя марта": the number of a week without an ending.
    fn numbered(&self, at: usize) -> Read<i64> {
        let number = self.digits(at, 1..=1)?;
        self.is(at + 1, &["неделя", "неделе", "неделю"]).then_some((i64::from(number), at + 1))
    }
}

/// Whether a unit is smaller than what it is a part of.
fn smaller(unit: Unit, of: &Expr) -> bool {
    let whole = match of {
        Expr::This(unit) | Expr::Ago { unit, .. } => *unit,
        Expr::Year(_) => Unit::Year,
        Expr::Yearly { slot: Slot::Month(_), .. } => Unit::Month,
        Expr::Yearly { slot: Slot::Week(_), .. } => Unit::Week,
        Expr::Yearly { .. } => Unit::Quarter,
        _ => return false,
    };
    unit >= Unit::Day && unit < whole
}
