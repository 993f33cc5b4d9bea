//! Units of the calendar by how they are pointed at and how many they are.

use crate::period::{Expr, Future, Unit, Vague};
use crate::text::numbers;

use super::reader::{Read, Reader};
use super::words::{self, Pointer};

/// So many of a unit.
pub(super) type Length = (Unit, u32);

pub(super) fn whole((unit, count): Length) -> Expr {
    match unit {
        Unit::Hour => Expr::Clock { minutes: count.saturating_mul(60) },
        Unit::Minute => Expr::Clock { minutes: count },
        _ => Expr::Whole { count, unit, with_running: false },
    }
}

fn rolling((unit, count): Length) -> Expr {
    match unit {
        Unit::Hour | Unit::Minute => whole((unit, count)),
        _ => Expr::Rolling { count, unit },
    }
}

fn this(unit: Unit) -> Expr {
    match unit {
        Unit::Hour | Unit::Minute => Expr::Ago { unit, back: 0 },
        _ => Expr::This(unit),
    }
}

impl Reader {
    /// "The last", "этот же", "this past", and whether it is of whole calendar units.
    fn pointing(&self, at: usize) -> Read<(Pointer, bool)> {
        let article = self.is(at, &["the", "these", "this", "эти", "these"]);
        let start =
            if self.word(at) == "the" || article && words::pointer(self.word(at + 1)).is_some() { at + 1 } else { at };
        let mut pointer = words::pointer(self.word(start))?;
        if self.word(start) == "last" && start > at {
            pointer = Pointer::Past;
        }
        let mut next = self.skip(self.dot(start + 1), &["же", "самый", "same"]);
        let mut calendar = false;
        while words::whole(self.word(next)) {
            calendar = true;
            next += 1;
        }
        Some(((pointer, calendar), next))
    }

    /// A unit without a number: `месяц`, `quarter`, `half-year`, `fortnight`.
    pub(super) fn unit(&self, at: usize) -> Read<Length> {
        if let Some(next) = self.any(at, &["half year", "half years", "halfyear", "half of the year", "half of a year"])
        {
            return Some(((Unit::HalfYear, 1), next));
        }
        let found = words::unit(self.word(at))?;
        // "Мес.", "кв." with their dot.
        let short = self.word(at).chars().count() <= 4;
        Some((found, if short { self.dot(at + 1) } else { at + 1 }))
    }

    /// A length: `3 месяца`, `две недели`, `полгода`, `a year and a half`, `7d`.
    pub(super) fn length(&self, at: usize) -> Read<Length> {
        let half = [
            "полгода",
            "полугода",
            "пол года",
            "half a year",
            "half year",
            "a half year",
            "halfyear",
            "half of the year",
        ];
        if let Some(next) = self.any(at, &half) {
            return Some(((Unit::Month, 6), next));
        }
        if let Some(next) =
            self.any(at, &["a year and a half", "one year and a half", "year and a half", "год и полгода"])
        {
            return Some(((Unit::Month, 18), next));
        }
        if let Some(next) = self.any(at, &["год с половиной"]) {
            return Some(((Unit::Month, 18), next));
        }
        if let Some(next) = self.any(at, &["a month and a half", "month and a half", "месяц с половиной"])
        {
            return Some(((Unit::Day, 45), next));
        }
        if let Some(next) = self.any(at, &["полчаса", "half an hour", "half hour", "half - hour"]) {
            return Some(((Unit::Minute, 30), next));
        }
        if let Some(next) = self.any(at, &["полтора часа", "an hour and a half", "hour and a half"]) {
            return Some(((Unit::Minute, 90), next));
        }
        let (number, mut next) = numbers::number(&self.tokens, at)?;
        // "3-х месяцев", "2-недельный" is none.
        if self.word(next) == "-"
            && self.is(next + 1, &["х", "и", "ти", "ми", "day", "week", "month", "year", "hour", "quarter"])
        {
            let suffix = self.is(next + 1, &["х", "и", "ти", "ми"]);
            next += if suffix { 2 } else { 1 };
        } else if self.is(next, &["х", "ти", "ми"]) && self.glued(next) {
            next += 1;
        }
        // "Три последних месяца", "3 full months".
        let bare = next;
        while words::whole(self.word(next))
            || matches!(words::pointer(self.word(next)), Some(Pointer::Past | Pointer::Last))
        {
            next += 1;
        }
        // "Product 5 last month" has no five months.
        if next > bare
            && self.is(next, &["day", "week", "month", "quarter", "year", "hour", "half"])
            && number.integer() != Some(1)
        {
            return None;
        }
        let letter = || Some(((words::letter_unit(self.word(next)).filter(|_| self.glued(next))?, 1), next + 1));
        let ((unit, per), after) = self.unit(next).or_else(letter)?;
        let per = i64::from(per);
        let length = match (number.times(per), unit) {
            (Some(count), _) => (unit, count),
            (None, Unit::Year) => (Unit::Month, number.times(12)?),
            (None, Unit::HalfYear) => (Unit::Month, number.times(6)?),
            (None, Unit::Month) => (Unit::Day, number.times(30)?),
            (None, Unit::Week) => (Unit::Day, number.times(14 * per)? / 2),
            (None, Unit::Day) => (Unit::Hour, number.times(24)?),
            (None, Unit::Hour) => (Unit::Minute, number.times(60)?),
            (None, _) => return None,
        };
        let count = u32::try_from(length.1).ok().filter(|count| *count > 0)?;
        Some(((length.0, count), self.possessive(after)))
    }

    /// `неделю назад`, `3 months ago`, `полтора года тому назад`.
    pub(super) fn units_ago(&self, at: usize) -> Read {
        let article = self.is(at, &["a", "an", "one", "about", "ровно", "exactly", "примерно"]);
        let one = |at: usize| self.unit(at);
        let ((unit, count), next) = self
            .length(at)
            .or_else(|| one(at))
            .or_else(|| article.then(|| self.length(at + 1).or_else(|| one(at + 1)))?)?;
        let next = self.any(next, &["назад", "тому назад", "ago", "ago today", "back"])?;
        Some((Expr::Ago { unit, back: count }, next))
    }

    /// A unit that is pointed at: `этот месяц`, `last 3 weeks`, `the past quarter`, `позапрошлый год`.
    pub(super) fn pointed_unit(&self, at: usize) -> Read {
        // "Несколько дней назад", "a few weeks ago": so many that nobody knows.
        let article = self.skip(at, &["a"]);
        if words::few(self.word(article))
            && let Some(((unit, _), next)) = self.unit(article + 1)
            && let Some(next) = self.any(next, &["назад", "тому назад", "ago", "back"])
        {
            return Some((Expr::Vague(Vague::Few(unit)), next));
        }
        if let Some(found) = self.before_last(at) {
            return Some(found);
        }
        // "Прошлогодняя", "прошломесячная выручка".
        const LAST: [(&str, Unit); 4] = [
            ("прошлогодн", Unit::Year),
            ("прошломесячн", Unit::Month),
            ("прошлонедельн", Unit::Week),
            ("прошлоквартальн", Unit::Quarter),
        ];
        if let Some((_, unit)) = LAST.iter().find(|(stem, _)| crate::text::adjective(self.word(at), stem))
            && words::month(self.word(at + 1)).is_none()
        {
            return Some((Expr::Ago { unit: *unit, back: 1 }, at + 1));
        }
        let ((pointer, calendar), next) = self.pointing(at)?;
        let few = if words::few(self.word(next)) { next + 1 } else { next };
        if few > next {
            let ((unit, _), next) = self.unit(few)?;
            return matches!(pointer, Pointer::Last | Pointer::Past).then_some((Expr::Vague(Vague::Few(unit)), next));
        }
        // "Last half-year" is the calendar one; "half a year" is a length.
        let half = self.any(next, &["half year", "halfyear"]);
        if let Some((length, next)) = self.length(next).filter(|_| half.is_none()) {
            let expr = match pointer {
                Pointer::Last | Pointer::Past => whole(length),
                Pointer::Next => Expr::Future(Future::Whole { count: length.1, unit: length.0 }),
                Pointer::This if self.is(at, &["these", "эти"]) => whole(length),
                Pointer::This | Pointer::BeforeLast => return None,
            };
            return Some(self.with_running(expr, next));
        }
        let article = usize::from(self.is(next, &["one"]));
        // "Последние годы", "recent months": so many that nobody knows.
        let many = self.is(next, &["days", "weeks", "months", "quarters", "years"])
            || self.is(
                next,
                &[
                    "дни",
                    "недели",
                    "месяцы",
                    "кварталы",
                    "годы",
                    "дней",
                    "недель",
                    "месяцев",
                    "кварталов",
                    "лет",
                    "годов",
                ],
            ) && ["ие", "их"].iter().any(|end| self.word(next - 1).ends_with(end));
        if many && matches!(pointer, Pointer::Last | Pointer::Past) {
            let ((unit, _), next) = self.unit(next)?;
            return Some((Expr::Vague(Vague::Few(unit)), next));
        }
        let ((unit, count), next) = self.unit(next + article)?;
        let next = self.possessive(next);
        let expr = match (pointer, count) {
            (Pointer::This, 1) => this(unit),
            (Pointer::Last, 1) if unit < Unit::Day && self.is(next - 2, &["last"]) => whole((unit, 1)),
            (Pointer::Last, 1) => Expr::Ago { unit, back: 1 },
            (Pointer::Past, 1) if calendar => Expr::Ago { unit, back: 1 },
            // "The past half-year" is six months, as "полгода" is.
            (Pointer::Past, 1) if unit == Unit::HalfYear && !self.word(next - 1).starts_with("полугоди") => {
                whole((Unit::Month, 6))
            }
            (Pointer::Past | Pointer::Last, _) => rolling((unit, count)),
            (Pointer::BeforeLast, 1) => Expr::Ago { unit, back: 2 },
            (Pointer::Next, 1) => Expr::Future(Future::Unit { unit, ahead: 1 }),
            (Pointer::Next, count) => Expr::Future(Future::Whole { count, unit }),
            _ => return None,
        };
        Some(self.with_running(expr, self.so_far(next)))
    }

    /// `the month before last`, `the one before last`, `месяц перед прошлым`.
    fn before_last(&self, at: usize) -> Read {
        let start = self.skip(at, &["the"]);
        let ((unit, count), next) = self.unit(start)?;
        let next = self
            .any(next, &["before last", "before the last", "before the previous", "перед прошлым", "перед прошлой"])?;
        (count == 1).then_some((Expr::Ago { unit, back: 2 }, next))
    }

    /// A bare unit that is the running one: `месяца`, `the year`.
    pub(super) fn bare_unit(&self, at: usize) -> Read {
        let start = self.skip(at, &["the"]);
        let ((unit, count), next) = self.unit(start)?;
        (count == 1 && unit >= Unit::Day).then(|| (this(unit), self.possessive(next)))
    }

    /// `so far this year` has its words on either side.
    pub(super) fn so_far(&self, at: usize) -> usize {
        self.any(at, &["so far", "to date", "to now", "till now", "until now", "на сегодня", "до сих пор"])
            .unwrap_or(at)
    }

    /// `including the current one`, `с учётом текущего месяца`.
    pub(super) fn with_running(&self, expr: Expr, at: usize) -> (Expr, usize) {
        let Expr::Whole { count, unit, .. } = expr else { return (expr, at) };
        let start = self.skip(at, &[",", "("]);
        let Some(next) = self.any(start, &["включая", "с учетом", "вместе с", "including", "incl", "counting", "with"])
        else {
            return (Expr::Whole { count, unit, with_running: false }, at);
        };
        let next = self.skip(self.dot(next), &["the", "и"]);
        let running = self.is(next, &["сегодня", "today", "сегодняшний", "сегодняшнего"])
            || words::pointer(self.word(next)) == Some(Pointer::This);
        if !running {
            return (Expr::Whole { count, unit, with_running: false }, at);
        }
        let mut next = next + 1;
        if words::unit(self.word(next)).is_some() || self.is(next, &["one"]) {
            next += 1;
        }
        let next = if self.word(at) == "(" { self.skip(next, &[")"]) } else { next };
        (Expr::Whole { count, unit, with_running: true }, next)
    }

    /// After a preposition of length: `за 3 месяца`, `over two weeks`, `за неделю`, `в течение месяца`. The flag is whether the
    /// words certainly are a period.
    pub(super) fn lasting(&self, at: usize, preposition: &str) -> Read<(Expr, bool)> {
        let russian =
            matches!(preposition, "за" | "в течение" | "в течении" | "на протяжении" | "за период" | "период");
        let english =
            matches!(preposition, "over" | "within" | "during" | "for" | "in" | "in the course of" | "throughout");
        if let Some((length, next)) = self.length(at) {
            let (expr, next) = self.with_running(whole(length), next);
            return Some(((expr, russian || english && preposition != "in"), next));
        }
        let article = self.is(at, &["a", "an", "the", "one"]);
        let english_one = english && article && preposition != "in";
        if !russian && !english_one {
            return None;
        }
        let (length, next) = self.unit(if article && !russian { at + 1 } else { at })?;
        // "За недели" says no length, "the month of March" is March.
        let plural = self.is(
            next - 1,
            &["недели", "месяцы", "кварталы", "годы", "дни", "weeks", "months", "years", "days", "quarters"],
        ) && preposition == "за";
        // "For the year to date" is the running one.
        let to_date = self.any(next, &["to date", "so far", "till date"]).is_some();
        if plural || to_date || self.is(next, &["of"]) {
            return None;
        }
        Some(((rolling(length), russian || self.is(at, &["a", "one"])), next))
    }

    /// What is to come: `через 2 недели`, `на месяц вперёд`, `3 months ahead`, `на 3 месяца`.
    pub(super) fn ahead(&self, at: usize) -> Read<(Expr, bool)> {
        let length = |at: usize| self.length(at).or_else(|| self.unit(at));
        if self.is(at, &["через", "спустя"]) && self.word(at) == "через" {
            let ((unit, ahead), next) = length(at + 1)?;
            return Some(((Expr::Future(Future::Unit { unit, ahead }), true), next));
        }
        if self.is(at, &["на", "for"]) {
            let ((unit, count), next) = length(self.skip(at + 1, &["a", "the", "one"]))?;
            let said = self.any(next, &["вперед", "ahead"]);
            // "For 3 months" looks back unless it says otherwise; "на месяц" is always of what is to come.
            if said.is_none()
                && (self.word(at) == "for"
                    || self.is(next - 1, &["неделе", "месяце", "квартале", "году", "полугодии", "днях"]))
            {
                return None;
            }
            return Some(((Expr::Future(Future::Whole { count, unit }), said.is_some()), said.unwrap_or(next)));
        }
        let ((unit, count), next) = self.length(at)?;
        let next = self.any(next, &["вперед", "ahead", "out"])?;
        Some(((Expr::Future(Future::Whole { count, unit }), true), next))
    }
}
