//! Weekdays and weekends: as days (`в понедельник`) and as filters (`по понедельникам`).

use crate::period::{Expr, Slot, Unit, WeekdayOf, Weekdays, WeekendOf};

use super::left_out::{ASIDE, NOT};
use super::reader::{Read, Reader};
use super::words::{self, Pointer};

/// Whether a period is one day by its date.
fn day(expr: &Expr) -> bool {
    matches!(expr, Expr::Yearly { slot: Slot::Day { .. }, .. } | Expr::Numeric { .. })
}

impl Reader {
    /// A weekday of some week: `в прошлый понедельник`, `Monday of last week`, `last week's Monday`.
    pub(super) fn weekday(&self, at: usize) -> Read<(Expr, bool)> {
        if let Some((week, next)) = self.week_pointed(at)
            && (self.word(next - 1) == "s" || self.is(next, &["on", "в", "во"]))
        {
            let day_at = self.skip(next, &["on", "в", "во"]);
            if let Some(day) = words::weekday(self.word(day_at)).filter(|_| !words::short_weekday(self.word(day_at))) {
                let of = WeekdayOf::Week(Box::new(week));
                return Some(((Expr::Weekday { day, of }, true), self.possessive(day_at + 1)));
            }
        }
        let start = self.skip(at, &["the"]);
        let pointer = words::pointer(self.word(start));
        let on = if pointer.is_some() { self.skip(start + 1, &["же"]) } else { start };
        let day = words::weekday(self.word(on))?;
        let mut next = self.dot_if_short(on);
        next = self.possessive(next);
        if let Some(end) = self.any(next, &["before last", "before the last"]).filter(|_| pointer.is_none()) {
            return Some(((Expr::Weekday { day, of: WeekdayOf::Past(1) }, true), end));
        }
        let of = match pointer {
            Some(Pointer::This) => WeekdayOf::This,
            Some(Pointer::Last | Pointer::Past) => WeekdayOf::Past(0),
            Some(Pointer::BeforeLast) => WeekdayOf::Past(1),
            Some(Pointer::Next) => WeekdayOf::Next,
            None => {
                let week = self.skip(next, &["of", "на", "in", ","]);
                if let Some((week, next)) = self.week_pointed(week) {
                    return Some(((Expr::Weekday { day, of: WeekdayOf::Week(Box::new(week)) }, true), next));
                }
                WeekdayOf::Past(0)
            }
        };
        const ON: [&str; 22] = [
            "в",
            "во",
            "on",
            "за",
            "с",
            "со",
            "до",
            "по",
            "после",
            "since",
            "from",
            "to",
            "until",
            "till",
            "before",
            "after",
            "through",
            "-",
            "between",
            "and",
            "and",
            "и",
        ];
        let introduced = pointer.is_some() || ON.contains(&self.before(at));
        // "Sun cream", "ср." are other things; "среда" is also surroundings.
        const SHORT: [&str; 12] = ["mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "пн", "вт", "чт", "пт"];
        let short = words::short_weekday(self.word(on)) && !SHORT.contains(&self.word(on));
        if !introduced && (short || self.is(on, &["среда", "среды", "среде", "средой"])) {
            return None;
        }
        Some(((Expr::Weekday { day, of }, introduced), next))
    }

    /// `Friday, November 18`, `в пятницу 18 ноября`: the date says it all.
    pub(super) fn dated_weekday(&self, at: usize) -> Read<(Expr, bool)> {
        let start = self.skip(at, &["the"]);
        words::weekday(self.word(start))?;
        let next = self.dot_if_short(start);
        let next = self.any(next, &["неделей раньше", "a week earlier", "the week before"]).unwrap_or(next);
        let next = self.skip(self.skip(next, &[","]), &["the"]);
        if let Some(((expr, sure), end)) = self.numeric(next).filter(|((expr, sure), _)| *sure && day(expr)) {
            return Some(((expr, sure), end));
        }
        let (expr, end) = self.yearly(next).filter(|(expr, _)| day(expr))?;
        Some(((expr, true), end))
    }

    fn dot_if_short(&self, at: usize) -> usize {
        if words::short_weekday(self.word(at)) { self.dot(at + 1) } else { at + 1 }
    }

    fn week_pointed(&self, at: usize) -> Read {
        let (expr, next) = self.pointed_unit(at).or_else(|| self.units_ago(at))?;
        matches!(expr, Expr::This(Unit::Week) | Expr::Ago { unit: Unit::Week, .. }).then_some((expr, next))
    }

    /// A Saturday and Sunday: `в прошлые выходные`, `over the weekend`.
    pub(super) fn weekend(&self, at: usize) -> Read<(Expr, bool)> {
        let start = self.skip(at, &["the"]);
        let pointer = words::pointer(self.word(start));
        let on = if pointer.is_some() { self.skip(start + 1, &["же"]) } else { start };
        let word = self.word(on);
        let named = word == "weekend" || matches!(word, "выходные" | "выходных" | "выходными" | "выходным");
        if !named || word == "выходным" && pointer.is_none() {
            return None;
        }
        // "Выходные дни" are all of them.
        if pointer.is_none() && self.is(on + 1, &["дни", "days"]) {
            return None;
        }
        let next = self.possessive(on + 1);
        if pointer.is_none()
            && let Some(next) = self.any(next, &["before last", "перед прошлыми"])
        {
            return Some(((Expr::Weekend(WeekendOf::Past(1)), true), next));
        }
        let of = match pointer {
            Some(Pointer::This) => WeekendOf::This,
            Some(Pointer::Last | Pointer::Past) => WeekendOf::Past(0),
            Some(Pointer::BeforeLast) => WeekendOf::Past(1),
            Some(Pointer::Next) => WeekendOf::Next,
            None => WeekendOf::Latest,
        };
        let introduced = pointer.is_some()
            || self.is(at.wrapping_sub(1), &["в", "за", "на", "over", "on", "at", "during", "с", "since"]);
        let gone = self.any(next, &["just gone", "just past", "just passed", "gone by"]);
        if let Some(end) = gone.filter(|_| pointer.is_none()) {
            return Some(((Expr::Weekend(WeekendOf::Past(0)), true), end));
        }
        // "Weekend revenue", "выходные: сколько заказов": said without a preposition it may be another thing.
        let bare = matches!(word, "weekend" | "выходные");
        (introduced || bare).then_some(((Expr::Weekend(of), introduced), next))
    }

    /// A filter by weekday: `по понедельникам и средам`, `on Mondays`, `в будни`, `every Friday`, `кроме воскресений`.
    pub(super) fn filter(&self, at: usize) -> Read<Weekdays> {
        if let Some(inner) = self.all_days_but(at).or_else(|| self.any(at, &NOT)) {
            // "Кроме воскресенья", "except Sunday": after "except" one day is that day of every week.
            let start = self.skip(self.skip(inner, &["по", "on", "в", "for"]), &["the"]);
            let one = |at: usize| {
                let day = words::weekday(self.word(at)).filter(|_| !words::short_weekday(self.word(at)))?;
                Some((Weekdays::one(day), at + 1))
            };
            let weekend =
                |at: usize| self.is(at, &["выходных", "выходные", "weekend"]).then_some((Weekdays::WEEKEND, at + 1));
            let (days, next) =
                self.weekdays_from(start, |at| self.weekday_set(at, true).or_else(|| one(at)).or_else(|| weekend(at)))?;
            return Some((days.others(), next)).filter(|(days, _)| *days != Weekdays::default());
        }
        let by = self.is(at, &["по", "on", "в", "только", "only", "at", "over", "during"]);
        let start = if by { self.skip(at + 1, &["the", "в", "по"]) } else { at };
        // "On a Sunday in November" is none in particular.
        if self.is(at, &["on"]) && self.is(at + 1, &["a", "any"]) {
            if let Some(found) = self.either_day(at + 2) {
                return Some(found);
            }
            let day = words::weekday(self.word(at + 2)).map(|day| (Weekdays::one(day), at + 3));
            return day.or_else(|| self.is(at + 2, &["weekday"]).then_some((Weekdays::WORKING, at + 3)));
        }
        // "В субботу или воскресенье": either of them, and so no day in particular.
        if let Some(found) = self.either_day(start) {
            return Some(found);
        }
        // "The bottom 3 weekdays", "which weekdays": these are listed.
        const LISTED: [&str; 10] =
            ["top", "bottom", "best", "worst", "which", "what", "busiest", "quietest", "strongest", "weakest"];
        let counted = self.digits(at.wrapping_sub(1), 1..=2).is_some() || LISTED.contains(&self.before(at));
        if counted && self.is(at, &["weekdays"]) {
            return None;
        }
        let (days, next) = self.weekdays_from(start, |on| self.weekday_set(on, self.is(at, &["по"])))?;
        // "Sundays excluded".
        match self.any(next, &ASIDE) {
            Some(end) if days.others() != Weekdays::default() => Some((days.others(), end)),
            _ => Some((days, next)),
        }
    }

    /// "Во все дни, кроме (понедельников)", "on any day but (Mondays)": all days are said, and some left out.
    fn all_days_but(&self, at: usize) -> Option<usize> {
        const DAYS: [&str; 14] = [
            "во все дни",
            "в любые дни",
            "в любой день",
            "во все дни недели",
            "все дни",
            "каждый день",
            "ежедневно",
            "on any day",
            "on all days",
            "on every day",
            "any day",
            "every day",
            "all days",
            "all week",
        ];
        let next = self.skip(self.any(at, &DAYS)?, &[","]);
        self.any(next, &NOT).or_else(|| self.is(next, &["but"]).then_some(next + 1))
    }

    fn either_day(&self, at: usize) -> Read<Weekdays> {
        let day = |at: usize| words::weekday(self.word(at)).filter(|_| !words::short_weekday(self.word(at)));
        let first = day(at)?;
        let link = self.any(at + 1, &["или", "or", "либо"])?;
        let next = self.skip(self.skip(link, &["в", "во", "on", "по"]), &["a"]);
        let last = day(next)?;
        Some((Weekdays::one(first).with(Weekdays::one(last)), next + 1))
    }

    /// Days that are joined by "and".
    fn weekdays_from(&self, start: usize, set: impl Fn(usize) -> Read<Weekdays>) -> Read<Weekdays> {
        let (mut days, mut next) = set(start)?;
        loop {
            let link = self.skip(self.skip(next, &[","]), &["и", "and", "or", "или", "&"]);
            let link = if link > next { self.skip(link, &["по", "on"]) } else { return Some((days, next)) };
            let Some((more, after)) = set(link) else { return Some((days, next)) };
            (days, next) = (days.with(more), after);
        }
    }

    fn weekday_set(&self, at: usize, by: bool) -> Read<Weekdays> {
        let word = self.word(at);
        if crate::text::adjective(word, "кажд") || matches!(word, "every" | "each") {
            let next = self.skip(at + 1, &["рабочий", "working", "business"]);
            if next > at + 1 && self.is(next, &["день", "day"]) || self.word(next) == "weekday" {
                return Some((Weekdays::WORKING, next + 1));
            }
            if matches!(self.word(next), "weekend" | "выходные") {
                return Some((Weekdays::WEEKEND, next + 1));
            }
            return words::weekday(self.word(next)).map(|day| (Weekdays::one(day), next + 1));
        }
        if let Some(day) = words::weekdays(word) {
            return Some((Weekdays::one(day), at + 1));
        }
        match word {
            "weekdays" | "будни" | "будням" | "буднях" | "буднями" | "workdays" => {
                return Some((Weekdays::WORKING, at + 1));
            }
            "будние" | "будним" | "будних" | "рабочие" | "рабочим" | "рабочих" | "working" | "business" | "week"
                if self.is(at + 1, &["дни", "дням", "днях", "days"]) =>
            {
                return Some((Weekdays::WORKING, at + 2));
            }
            // "Weekday revenue": of working days, unless it is what figures are cut by.
            "weekday"
                if self.noun_follows(at + 1)
                    && !self.is(at + 1, &["is", "was", "sells", "has", "had", "brings", "best", "worst"])
                    && !matches!(
                        self.before(at),
                        "by" | "per"
                            | "each"
                            | "every"
                            | "which"
                            | "what"
                            | "of"
                            | "the"
                            | "best"
                            | "worst"
                            | "top"
                            | "a"
                            | "busiest"
                            | "quietest"
                            | "strongest"
                            | "weakest"
                            | "slowest"
                            | "biggest"
                            | "favourite"
                    ) =>
            {
                return Some((Weekdays::WORKING, at + 1));
            }
            // "В будний день", "в выходной": none in particular.
            _ if crate::text::adjective(word, "будн") && self.is(at + 1, &["день", "дня", "дне"]) => {
                return Some((Weekdays::WORKING, at + 2));
            }
            "выходной" if by || self.before(at) == "в" => {
                return Some((Weekdays::WEEKEND, self.skip(at + 1, &["день"])));
            }
            // "Доля выходных": of all of them.
            "выходных" if matches!(self.before(at), "против" | "относительно") => {
                return Some((Weekdays::WEEKEND, at + 1));
            }
            "выходных"
                if self.before(at).starts_with("дол")
                    || self.is(at.wrapping_sub(1), &["часть", "процент", "вклад"]) =>
            {
                return Some((Weekdays::WEEKEND, at + 1));
            }
            "будней" => return Some((Weekdays::WORKING, at + 1)),
            "weekends" => return Some((Weekdays::WEEKEND, at + 1)),
            "выходные" | "выходным" | "выходных" | "weekend" if self.is(at + 1, &["дни", "дням", "днях", "days"]) =>
            {
                return Some((Weekdays::WEEKEND, at + 2));
            }
            "выходным" if by => return Some((Weekdays::WEEKEND, at + 1)),
            _ => {}
        }
        // "Пн-пт", "Mon-Fri".
        let (from, to) = (words::weekday(word)?, words::weekday(self.word(at + 2))?);
        let short = words::short_weekday(word) && words::short_weekday(self.word(at + 2)) && self.word(at + 1) == "-";
        (short && from <= to)
            .then(|| ((from..=to).fold(Weekdays::default(), |days, day| days.with(Weekdays::one(day))), at + 3))
    }
}
