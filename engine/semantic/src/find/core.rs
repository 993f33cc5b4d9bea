//! A period without what stands around it, and with the preposition before it.

use crate::period::{Expr, Future, Part, Slot, Unit, Vague, WeekdayOf, YearOf};
use crate::text::numbers;

use super::reader::{Read, Reader};
use super::words::{self, Pointer};

/// Prepositions of a period and words that add nothing to it, longest first where one begins another.
const PREPOSITIONS: [&str; 47] = [
    "за период",
    "в период",
    "за время",
    "в течение",
    "в течении",
    "на протяжении",
    "по итогам",
    "итоги",
    "ближе к",
    "под",
    "way back in",
    "back in",
    "all through",
    "all throughout",
    "towards",
    "toward",
    "near",
    "в рамках",
    "в ходе",
    "за",
    "в",
    "во",
    "на",
    "по",
    "от",
    "на период",
    "in the course of",
    "over the course of",
    "in the period of",
    "for the period of",
    "for the period",
    "over the period of",
    "over the period",
    "in the period",
    "within",
    "during",
    "throughout",
    "across",
    "over",
    "in",
    "for",
    "on",
    "at",
    "from",
    "as for",
    "of",
    "through",
];

impl Reader {
    /// The preposition at that place.
    pub(super) fn preposition(&self, at: usize) -> Option<(&'static str, usize)> {
        // "Goods that were sent back in September" go back, and not to September.
        let verb = matches!(
            self.before(at),
            "sent"
                | "send"
                | "sending"
                | "sends"
                | "came"
                | "come"
                | "comes"
                | "coming"
                | "go"
                | "goes"
                | "went"
                | "going"
                | "gave"
                | "give"
                | "given"
                | "giving"
                | "brought"
                | "bring"
                | "bringing"
                | "got"
                | "get"
                | "getting"
                | "took"
                | "take"
                | "taken"
                | "taking"
                | "paid"
                | "pay"
                | "bought"
                | "buy"
                | "shipped"
                | "returned"
                | "win"
                | "won"
                | "handed"
        );
        let found = PREPOSITIONS.iter().filter(|words| !(verb && words.starts_with("back")));
        let found = found.filter_map(|words| Some((*words, self.phrase(at, words)?)));
        found.max_by_key(|(_, next)| *next)
    }

    /// Words that add nothing: "весь", "all of", "the whole", "the month of".
    fn filler(&self, at: usize) -> usize {
        let plain = [
            "весь",
            "всю",
            "целый",
            "целую",
            "полный",
            "все",
            "all of",
            "the whole of",
            "the whole",
            "whole",
            "the entire",
            "entire",
            "all",
            "самом",
            "период",
            "период времени",
            "примерно",
            "около",
            "about",
            "ровно",
            "exactly",
            "около",
            "roughly",
            "the month of",
            "month of",
            "the year of",
            "the quarter of",
            "the period of",
            "the season of",
            "the full",
            "full",
            "the tail",
            "tail",
        ];
        // "Which month of 2011": a month of it.
        let month = |next: &usize| {
            !self.is(next - 1, &["of"]) || !self.is(next - 2, &["month"]) || words::month(self.word(*next)).is_some()
        };
        if let Some(next) = self.any(at, &plain).filter(month) {
            return next;
        }
        // "За месяц март", "за год 2025": the unit says nothing new.
        let unit = self.is(at, &["месяц", "месяца", "месяце", "month"]);
        if unit && words::month(self.word(at + 1)).is_some() && !self.is(at + 1, &["may"]) { at + 1 } else { at }
    }

    /// A period with its preposition, and whether it is certainly one.
    pub(super) fn prefixed(&self, at: usize) -> Read<(Expr, bool)> {
        if let Some(found) = self.ahead(at) {
            return Some(found);
        }
        let Some((preposition, next)) = self.preposition(at) else {
            let filled = self.filler(at);
            return self.core(at).or_else(|| if filled > at { self.core(filled) } else { None });
        };
        let filled = self.filler(next);
        // "For the whole year", "за весь месяц": the calendar one that is running.
        if filled > next
            && matches!(preposition, "за" | "for" | "over" | "during" | "in" | "throughout" | "across")
            && self.is(filled - 1, &["весь", "всю", "whole", "entire", "all", "full"])
            && let Some(((unit, 1), end)) = self.unit(filled)
            && unit >= Unit::Week
            && !self.is(end, &["of"])
            && self.digits(end, 1..=4).is_none()
            && self.yearly(filled).is_none()
        {
            return Some(((Expr::This(unit), true), self.so_far(end)));
        }
        let inner = |at: usize| {
            let lasting = self.lasting(at, preposition);
            let core = self.core(at);
            // "За 3 месяца назад" is three months ago, "за неделю чёрной пятницы" the week of it: the longer reading.
            match (core, lasting) {
                (Some(core), Some(lasting)) => {
                    let better = lasting.1 > core.1 || lasting.1 == core.1 && !core.0.1;
                    Some(if better { lasting } else { core })
                }
                (core, lasting) => core.or(lasting),
            }
        };
        let plain = inner(next);
        let past = if filled > next { inner(filled) } else { None };
        // "За месяц март" is March: past the filler more is read.
        let longer = match (&plain, &past) {
            (Some((_, plain)), Some((_, past))) => past > plain,
            _ => plain.is_none(),
        };
        let ((expr, sure), end) = if longer { past } else { plain }?;
        // "По" and "на" have other senses with a day; those are read as edges before this.
        let sure = sure
            || matches!(preposition, "за" | "в" | "во" | "in" | "during")
                && !matches!(expr, Expr::Whole { .. } | Expr::Clock { .. });
        Some(((expr, sure), end))
    }

    /// A period by itself, and whether it is certainly one.
    pub(super) fn core(&self, at: usize) -> Read<(Expr, bool)> {
        let sure = |(expr, next): (Expr, usize)| ((expr, true), next);
        self.fixed(at)
            .or_else(|| self.dated_weekday(at))
            .or_else(|| self.part(at).map(sure))
            .or_else(|| self.numeric(at))
            .or_else(|| self.week_of(at).map(sure))
            .or_else(|| self.weekday(at))
            .or_else(|| self.weekend(at))
            .or_else(|| self.year_then(at).map(sure))
            .or_else(|| self.yearly(at).map(|found| self.listed(found)).map(sure))
            .or_else(|| self.day_alone(at).map(sure))
            .or_else(|| self.units_ago(at).map(sure))
            .or_else(|| self.weekdays_ago(at).map(sure))
            .or_else(|| self.this_years_ago(at).map(sure))
            .or_else(|| self.first_of_year(at).map(sure))
            .or_else(|| self.unit_gone(at).map(sure))
            .or_else(|| self.pointed_unit(at).map(sure))
            .or_else(|| self.going(at).map(sure))
            .or_else(|| self.short_to_date(at).map(sure))
            .or_else(|| self.noun_of_second(at).map(sure))
            .or_else(|| {
                self.year(at).map(|((expr, certain), next)| {
                    let (expr, next) = self.listed((expr, next));
                    ((expr, certain), next)
                })
            })
            .or_else(|| {
                // A bare length: "выручка 30 дней".
                let (length, next) = self.length(at)?;
                let preceded =
                    self.is(at.wrapping_sub(1), &["через", "after", "каждые", "every", "each", "older", "старше"]);
                // "Две последних недели" says which ones.
                let pointed = (at..next).any(|at| words::pointer(self.word(at)).is_some());
                (!preceded && !self.is(next, &["подряд", "old"])).then(|| {
                    let (expr, next) = self.with_running(super::units::whole(length), next);
                    ((expr, pointed), next)
                })
            })
    }

    /// `last year in March`: a year, then what of it.
    /// `the week just gone`, `the month just ended`.
    fn unit_gone(&self, at: usize) -> Read {
        let ((unit, count), next) = self.unit(self.skip(at, &["the"]))?;
        let end = self
            .any(next, &["just gone", "just past", "just passed", "just ended", "just finished", "that just ended"])?;
        (count == 1 && unit >= Unit::Day).then_some((Expr::Ago { unit, back: 1 }, end))
    }

    fn year_then(&self, at: usize) -> Read {
        let (year, next) = self.pointed_unit(at).or_else(|| self.units_ago(at))?;
        let year = match year {
            Expr::This(Unit::Year) => YearOf::Back(0),
            Expr::Ago { unit: Unit::Year, back } => YearOf::Back(i32::try_from(back).ok()?),
            Expr::Future(Future::Unit { unit: Unit::Year, ahead: 1 }) => YearOf::Back(-1),
            _ => return None,
        };
        let link = self.skip(next, &[","]);
        let (_, inner) = self
            .preposition(link)
            .filter(|(words, _)| matches!(*words, "в" | "во" | "in" | "during" | "on" | "за" | "на"))?;
        let (expr, end) = self.part(inner).or_else(|| self.yearly(inner))?;
        expr.yearless().then(|| (expr.of_year(year), end))
    }

    /// `the week of May 15`, `неделя чёрной пятницы`.
    fn week_of(&self, at: usize) -> Read {
        let start = self.skip(at, &["the"]);
        let week = self.is(start, &["week", "неделя", "неделю", "неделе", "недели"]);
        if !week {
            return None;
        }
        let next = self.skip(self.skip(start + 1, &["of", "от", "beginning", "starting"]), &["the"]);
        let day = self.numeric(next).map(|((expr, _), end)| (expr, end)).or_else(|| self.yearly(next))?;
        let single =
            matches!(&day.0, Expr::Yearly { slot: Slot::Day { .. } | Slot::Named(_), .. } | Expr::Numeric { .. });
        single.then(|| (Expr::Around { unit: Unit::Week, of: Box::new(day.0) }, day.1))
    }

    /// `в мае, июне и июле`, `за 2024 и 2025 годы`: neighbours named one after another are one stretch.
    fn listed(&self, (first, mut next): (Expr, usize)) -> (Expr, usize) {
        if self.comparing() {
            return (first, next);
        }
        let mut last = first.clone();
        loop {
            let comma = self.skip(next, &[","]);
            let link = self.skip(comma, &["и", "and", "&"]);
            if link == next {
                break;
            }
            let inner = self.skip(link, &["в", "in", "за"]);
            let found = self.yearly(inner).or_else(|| self.year(inner).map(|((expr, _), end)| (expr, end)));
            let Some((more, end)) = found.filter(|(more, _)| super::ranges::neighbours(&last, more)) else { break };
            (last, next) = (more, end);
        }
        if last == first {
            return (first, next);
        }
        (Expr::Range { first: Box::new(first), last: Box::new(last) }, next)
    }

    /// `как идёт месяц`, `how is the quarter going`: the running unit.
    fn going(&self, at: usize) -> Read {
        const BEFORE: [&str; 7] = ["идет", "проходит", "складывается", "начался", "закрываем", "закончим", "движется"];
        const AFTER: [&str; 8] =
            ["going", "looking", "shaping", "doing", "идет", "проходит", "складывается", "движется"];
        let start = self.skip(at, &["the", "our"]);
        let before = BEFORE.contains(&self.before(at));
        let ((unit, count), next) = self.unit(start)?;
        let fits = count == 1 && unit >= Unit::Day && (before || AFTER.contains(&self.word(next)));
        fits.then_some((Expr::This(unit), next))
    }

    /// `YTD`, `month to date`.
    fn short_to_date(&self, at: usize) -> Read {
        let unit = match self.word(at) {
            "ytd" | "гтд" => Some(Unit::Year),
            "qtd" => Some(Unit::Quarter),
            "mtd" => Some(Unit::Month),
            "wtd" => Some(Unit::Week),
            "ly" | "py" => return Some((Expr::Ago { unit: Unit::Year, back: 1 }, at + 1)),
            "lm" | "pm" if self.before(at) == "vs" => {
                return Some((Expr::Ago { unit: Unit::Month, back: 1 }, at + 1));
            }
            "lw" | "pw" => return Some((Expr::Ago { unit: Unit::Week, back: 1 }, at + 1)),
            "lq" | "pq" => return Some((Expr::Ago { unit: Unit::Quarter, back: 1 }, at + 1)),
            "ttm" | "ltm" => {
                return Some((Expr::Whole { count: 12, unit: Unit::Month, with_running: false }, at + 1));
            }
            _ => None,
        };
        if let Some(unit) = unit {
            return Some((Expr::This(unit), at + 1));
        }
        // "L7D", "l30d": the last so many days.
        if self.is(at, &["l", "p"]) && self.glued(at + 1) && self.glued(at + 2) {
            let count = self.digits(at + 1, 1..=3).filter(|count| *count > 0)?;
            let unit = words::letter_unit(self.word(at + 2)).filter(|unit| *unit >= Unit::Day)?;
            return Some((Expr::Whole { count, unit, with_running: false }, at + 3));
        }
        let ((unit, _), next) = self.unit(self.skip(at, &["the"]))?;
        let next = self.any(self.skip(next, &["-"]), &["to date", "so far", "till date"])?;
        Some((Expr::This(unit), next))
    }

    fn fixed(&self, at: usize) -> Read<(Expr, bool)> {
        const VAGUE: [&str; 46] = [
            "тот же период",
            "тот же месяц",
            "ту же неделю",
            "тот же квартал",
            "тот же год",
            "тот же день",
            "то же время",
            "том же месяце",
            "том же периоде",
            "том же году",
            "the same period",
            "the same month",
            "the same week",
            "the same quarter",
            "в тот раз",
            "тот раз",
            "прошлый раз",
            "недавно",
            "в последнее время",
            "последнее время",
            "на днях",
            "last time",
            "that time",
            "recently",
            "lately",
            "the other day",
            "давно",
            "когда то",
            "some time ago",
            "these days",
            "nowadays",
            "at that time",
            "back then",
            "тогда",
            "в то время",
            "за последнее время",
            "за сезон",
            "за этот сезон",
            "за прошлый сезон",
            "в сезон",
            "this season",
            "last season",
            "over the season",
            "в ночь на",
            "в ночь с",
            "on the night of",
        ];
        // "Since new year".
        const NEW_YEAR: [&str; 5] =
            ["с нового года", "since new year", "since the new year", "since new years", "from new year"];
        if let Some(next) = self.any(at, &NEW_YEAR) {
            return Some(((Expr::This(Unit::Year), true), self.possessive(next)));
        }
        let ago = |back| Expr::Ago { unit: Unit::Day, back };
        let sure = |expr, next| Some(((expr, true), next));
        if let Some(next) = self.any(at, &words::ALL) {
            // "From the beginning of May" is said elsewhere.
            if !self.is(next, &["value", "values", "of", "года", "месяца", "недели", "квартала"])
                && self.whole_word_month(next).is_none()
            {
                return sure(Expr::All, next);
            }
        }
        // "Revenue to date": nothing says since when, so all of it.
        const UP_TO_NOW: [&str; 7] =
            ["to date", "up to now", "until now", "till now", "to this day", "up until now", "по сегодняшний день"];
        if let Some(next) = self.any(at, &UP_TO_NOW).filter(|next| !self.noun_follows(*next)) {
            return sure(Expr::All, next);
        }
        if let Some(next) = self.any(at, &VAGUE) {
            // "Тогда выручка за ноябрь": beside a period of its own the word joins sentences.
            return Some(((Expr::Vague(Vague::Sometime), self.word(at) != "тогда"), next));
        }
        const YEAR_END: [&str; 8] = [
            "year end",
            "the year end",
            "year - end",
            "the end of the year",
            "end of the year",
            "end of year",
            "the end of this year",
            "end of this year",
        ];
        let start = self.skip(at, &["by"]);
        if (start > at || matches!(self.before(at), "through" | "until" | "till" | "to"))
            && let Some(next) = self.any(start, &YEAR_END)
        {
            return sure(Expr::Future(Future::Rest(Unit::Year)), next);
        }
        if let Some(next) = self.any(at, &["the day before yesterday", "day before yesterday"]) {
            return sure(ago(2), self.possessive(next));
        }
        if let Some(next) = self.any(at, &["the day after tomorrow", "day after tomorrow"]) {
            return sure(Expr::Future(Future::Unit { unit: Unit::Day, ahead: 2 }), next);
        }
        let word = self.word(at);
        let day = |next: usize| self.skip(next, &["день", "дня", "дню", "дне"]);
        let like = |stem: &str| crate::text::adjective(word, stem);
        match word {
            "сегодня" | "today" => sure(Expr::This(Unit::Day), self.possessive(day(at + 1))),
            "вчера" | "yesterday" => sure(ago(1), self.possessive(day(at + 1))),
            "позавчера" => sure(ago(2), day(at + 1)),
            "завтра" | "tomorrow" => {
                sure(Expr::Future(Future::Unit { unit: Unit::Day, ahead: 1 }), self.possessive(at + 1))
            }
            "послезавтра" => sure(Expr::Future(Future::Unit { unit: Unit::Day, ahead: 2 }), at + 1),
            // The hours are a filter of their own.
            "this" if self.is(at + 1, &["morning", "afternoon", "evening"]) => sure(Expr::This(Unit::Day), at + 1),
            _ if like("сегодняшн") => sure(Expr::This(Unit::Day), self.skip(day(at + 1), &["днем"])),
            _ if like("вчерашн") => sure(ago(1), self.skip(day(at + 1), &["днем"])),
            _ if like("позавчерашн") => sure(ago(2), day(at + 1)),
            _ if like("завтрашн") => {
                sure(Expr::Future(Future::Unit { unit: Unit::Day, ahead: 1 }), day(at + 1))
            }
            _ => None,
        }
    }

    /// `the first two quarters`, `первые два квартала`, `9 месяцев 2011`, `за полгода 2011 года`: so many from the beginning of a year.
    fn first_of_year(&self, at: usize) -> Read {
        let first = |count, unit, of| Expr::Part { part: Part::First { count, unit }, of: Box::new(of) };
        let start = self.skip(at, &["the"]);
        if let Some((1, next)) = numbers::ordinal(&self.tokens, start) {
            let ((unit, count), end) = self.length(self.skip(next, &["-"]))?;
            return (unit == Unit::Quarter && (2..=3).contains(&count))
                .then(|| (first(count, unit, Expr::This(Unit::Year)), end));
        }
        let ((unit, count), next) = self.length(at)?;
        let fits = matches!((unit, count), (Unit::Month, 1..=11) | (Unit::Quarter, 1..=3) | (Unit::HalfYear, 1));
        let pointed = (at..next).any(|at| words::pointer(self.word(at)).is_some());
        let year = self.skip(next, &["of", "в"]);
        let found = self
            .digits(year, 4..=4)
            .and_then(|_| self.year_number(year))
            .map(|(year, end)| (YearOf::Number(year), end));
        let (of, end) = found.or_else(|| {
            // "За 9 месяцев этого года"; "3 months this year" may be any three.
            let russian = !self.word(next).is_ascii();
            self.year_pointed(next).filter(|_| russian).map(|(back, end)| (YearOf::Back(back), end))
        })?;
        (fits && !pointed).then(|| (first(count, unit, Expr::Year(of)), end))
    }

    /// `this month last year`, `в этом месяце год назад`, `эта неделя прошлого года`.
    fn this_years_ago(&self, at: usize) -> Read {
        let start = self.skip(at, &["the"]);
        if words::pointer(self.word(start)) != Some(Pointer::This) {
            return None;
        }
        let ((unit, count), next) = self.unit(self.skip(start + 1, &["же", "same"]))?;
        let next = self.skip(next, &["in", "of", "a", "в"]);
        let (back, end) = self.year_pointed(next)?;
        let years = u32::try_from(back).ok().filter(|years| (1..100).contains(years))?;
        (count == 1 && (Unit::Day..Unit::Year).contains(&unit)).then_some((Expr::YearsBack { unit, years }, end))
    }

    /// `two Mondays ago`, `два понедельника назад`.
    fn weekdays_ago(&self, at: usize) -> Read {
        let (number, next) = numbers::number(&self.tokens, self.skip(at, &["a"]))?;
        let day = words::weekdays(self.word(next)).or_else(|| words::weekday(self.word(next)))?;
        let next = self.any(next + 1, &["назад", "тому назад", "ago", "back"])?;
        let back = number.integer().and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0)?;
        Some((Expr::Weekday { day, of: WeekdayOf::Past(back - 1) }, next))
    }

    /// `сравни третий и второй квартал`, `third vs second quarter`: the noun of the first is that of the second.
    fn noun_of_second(&self, at: usize) -> Read {
        if !self.comparing() {
            return None;
        }
        let start = self.skip(at, &["the"]);
        let (number, next) = numbers::ordinal(&self.tokens, start)?;
        let next = self.skip(next, &["-"]);
        let link = self.any(next, &["и", "and", "с", "со", "with", "к", "против", "vs", "versus", "to"])?;
        let (Expr::Yearly { slot, which }, _) = self.yearly(self.skip(link, &["the"]))? else { return None };
        let number = u8::try_from(number).ok()?;
        let slot = match slot {
            Slot::Quarter(_) if (1..=4).contains(&number) => Slot::Quarter(number),
            Slot::Half(_) if (1..=2).contains(&number) => Slot::Half(number),
            _ => return None,
        };
        Some((Expr::Yearly { slot, which }, next))
    }

    fn whole_word_month(&self, at: usize) -> Option<u8> {
        words::month(self.word(at))
    }

    /// Words that mean all records only where no other period is said ("сколько всего за март" is March).
    pub(super) fn in_total(&self, at: usize) -> Option<usize> {
        // "In percent of the total" says of what.
        if matches!(self.before(at), "от" | "из" | "of") {
            return None;
        }
        self.any(at, &["всего", "in total", "overall", "за все"])
    }

    /// Whether the question compares two things.
    pub(super) fn comparing(&self) -> bool {
        self.tokens.iter().any(|token| {
            let stem = ["сравн", "разниц", "отлич", "compar", "differ", "против", "versus", "относительно"];
            token.text == "vs" || stem.iter().any(|stem| token.text.starts_with(stem))
        })
    }
}
