//! Quarters, halves, weeks, seasons, months and years, with the year they are of.

use crate::period::{Expr, Slot, Unit, Which, YearOf};
use crate::text::numbers;

use super::reader::{Read, Reader};
use super::words::{self, Pointer};

/// Words before a bare number that is a year.
const YEAR_PREPOSITIONS: [&str; 36] = [
    "в",
    "за",
    "с",
    "со",
    "до",
    "по",
    "к",
    "на",
    "от",
    "и",
    "или",
    "после",
    "относительно",
    "против",
    "in",
    "for",
    "since",
    "of",
    "during",
    "from",
    "through",
    "until",
    "till",
    "to",
    "and",
    "or",
    "vs",
    "versus",
    "before",
    "after",
    "between",
    "throughout",
    "against",
    "than",
    "-",
    "with",
];
/// Words around a bare number that make it an amount.
const NOT_YEAR_BEFORE: [&str; 20] = [
    "больше",
    "более",
    "свыше",
    "меньше",
    "менее",
    "дороже",
    "дешевле",
    "чем",
    "top",
    "топ",
    "over",
    "above",
    "under",
    "below",
    "least",
    "most",
    "№",
    "#",
    "id",
    "$",
];
const NOT_YEAR_AFTER: [&str; 24] = [
    "руб",
    "рублей",
    "рубля",
    "рубль",
    "р",
    "₽",
    "$",
    "€",
    "%",
    "usd",
    "eur",
    "rub",
    "dollars",
    "dollar",
    "euros",
    "euro",
    "шт",
    "штук",
    "тыс",
    "тысяч",
    "units",
    "pcs",
    "k",
    "процентов",
];

impl Reader {
    /// A year by its number: `2025`, `2025 года`, `2025 г.`, `FY 25`, `двадцать пятого года`.
    pub(super) fn year_number(&self, at: usize) -> Read<i32> {
        let after_word = |at: usize| if words::year_word(self.word(at)) { self.dot(at + 1) } else { at };
        if self.is(at, &["fy", "cy"]) {
            let next = self.skip(at + 1, &["'", "-"]);
            let year = self.digits(next, 4..=4).or_else(|| self.digits(next, 2..=2).map(|year| year + 2000))?;
            return Some((year as i32, next + 1));
        }
        if self.is(at, &["year", "год", "calendar", "календарный"]) {
            let next = if self.is(at, &["calendar", "календарный"]) && self.is(at + 1, &["year", "год"]) {
                at + 2
            } else {
                at + 1
            };
            let year = self.digits(next, 4..=4).filter(|year| (1900..2200).contains(year))?;
            return Some((year as i32, next + 1));
        }
        if let Some(year) = self.digits(at, 4..=4).filter(|year| (1900..2200).contains(year)) {
            if let Some((_, next)) = numbers::ordinal(&self.tokens, at) {
                return Some((year as i32, after_word(next)));
            }
            return Some((year as i32, after_word(at + 1)));
        }
        let full = |year: i64| if year < 100 { year + 2000 } else { year };
        if self.word(at) == "'" && (self.glued(at + 1) || at > 0) {
            let year = self.digits(at + 1, 2..=2)?;
            return Some((year as i32 + 2000, after_word(at + 2)));
        }
        // "24-й год", "двадцать пятого года", "в 24 году", but "за 24 года" and "за 21 год" are lengths.
        if let Some((year, next)) = numbers::ordinal(&self.tokens, at) {
            let said = words::year_word(self.word(next));
            let plausible = (10..100).contains(&year) && said || (1900..2200).contains(&year);
            return plausible.then(|| (full(year) as i32, after_word(next)));
        }
        let year = self.digits(at, 2..=2).filter(|year| *year >= 10)?;
        let singular = self.is(at + 1, &["году", "годом", "годе"]) || self.word(at + 1) == "год" && year % 10 != 1;
        singular.then(|| (year as i32 + 2000, after_word(at + 1)))
    }

    /// A relative year: `прошлого года`, `last year`, `год назад`.
    fn year_pointed(&self, at: usize) -> Read<i32> {
        let start = self.skip(at, &["the"]);
        if crate::text::adjective(self.word(start), "прошлогодн") {
            return Some((1, start + 1));
        }
        if let Some(next) = self.any(start, &["year before last"]) {
            return Some((2, next));
        }
        if let Some((back, next)) = self.units_ago(start).and_then(|(expr, next)| match expr {
            Expr::Ago { unit: Unit::Year, back } => Some((back, next)),
            _ => None,
        }) {
            return Some((i32::try_from(back).ok()?, next));
        }
        let mut next = start + 1;
        let pointer = words::pointer(self.word(start))?;
        next = self.skip(next, &["же"]);
        if words::whole(self.word(next)) {
            next += 1;
        }
        if !matches!(words::unit(self.word(next)), Some((Unit::Year, _)))
            || self.is(next, &["years", "лет", "годы", "годов"])
        {
            return None;
        }
        let back = match pointer {
            Pointer::This => 0,
            Pointer::Last | Pointer::Past => 1,
            Pointer::BeforeLast => 2,
            Pointer::Next => -1,
        };
        Some((back, self.possessive(next + 1)))
    }

    /// The year said after something yearly. `short`: two digits will do ("дек 24").
    pub(super) fn year_after(&self, at: usize, short: bool) -> Read<YearOf> {
        let mark = self.is(at, &[",", "-", "/", ".", "("]);
        let start = if mark { at + 1 } else { at };
        if self.word(at) != "." || self.glued(start) {
            let bare = self.skip(start, &["of", "in", "в", "за", "от", "fy", "cy"]);
            let fiscal = self.is(start, &["fy", "cy"]);
            if let Some((year, next)) = self.year_number(bare).or_else(|| self.year_number(start)) {
                // "in March 2000 rubles" has no year.
                let amount = self.is(next, &NOT_YEAR_AFTER);
                // "05.03-20.03" goes on with a day.
                if !amount
                    && !(self.word(next) == "." && self.glued(next + 1) && self.digits(next + 1, 1..=2).is_some())
                {
                    return Some((YearOf::Number(year), self.close(at, next)));
                }
            }
            let two = self.digits(bare, 2..=2).filter(|year| (10..=60).contains(year));
            // "В мае 24 года", "летом 24-го".
            if let Some(year) = two.filter(|_| !mark) {
                let end = if self.word(bare + 1) == "-" && self.is(bare + 2, &["го"]) { bare + 3 } else { bare + 1 };
                let word = words::year_word(self.word(end));
                if word || end > bare + 1 {
                    let next = if word { self.dot(end + 1) } else { end };
                    return Some((YearOf::Number(year as i32 + 2000), next));
                }
            }
            if let Some(year) = two.filter(|_| short && (!mark || self.glued(start) || fiscal) || fiscal) {
                let said = words::year_word(self.word(bare + 1));
                if said || !self.noun_follows(bare + 1) && !self.glued(bare + 1) && !self.is(bare + 1, &["%", "-"]) {
                    let next = if said { self.dot(bare + 2) } else { bare + 1 };
                    return Some((YearOf::Number(year as i32 + 2000), next));
                }
            }
        }
        if self.is(at, &["-", "/", "."]) {
            return None;
        }
        let bare = self.skip(start, &["of", "in", "в", "за"]);
        let (back, next) = self.year_pointed(bare)?;
        Some((YearOf::Back(back), self.close(at, next)))
    }

    fn close(&self, open: usize, next: usize) -> usize {
        if self.word(open) == "(" && self.word(next) == ")" { next + 1 } else { next }
    }

    /// The year said before it: `2025 Q1`, `last year's March`, `прошлогодний март`.
    fn year_before(&self, at: usize) -> Read<YearOf> {
        if let Some(year) = self.digits(at, 4..=4).filter(|year| (1900..2200).contains(year)) {
            return Some((YearOf::Number(year as i32), self.skip(at + 1, &["-", "/", "г"])));
        }
        let fiscal = self.is(at, &["fy"]).then(|| self.year_number(at)).flatten();
        if let Some((year, next)) = fiscal {
            return Some((YearOf::Number(year), next));
        }
        let (back, next) = self.year_pointed(at)?;
        let prepositions = ["в", "in", ",", "-"];
        let linked =
            self.is(next, &prepositions) || self.word(next - 1) == "s" || self.word(at).starts_with("прошлогодн");
        let bare = self.skip(self.skip(next, &[","]), &prepositions);
        (linked || words::month(self.word(bare)).is_some()).then_some((YearOf::Back(back), bare))
    }

    /// Something yearly and its year, said before or after it, or how it is pointed at ("last March").
    pub(super) fn yearly(&self, at: usize) -> Read {
        if let Some((year, next)) = self.year_before(at)
            && let Some((slot, next)) = self.slot(next)
        {
            return Some((Expr::Yearly { slot, which: Which::Of(year) }, next));
        }
        let article = self.skip(at, &["the"]);
        if let Some(pointer) = words::pointer(self.word(article)) {
            let next = self.skip(self.dot(article + 1), &["же", "year's"]);
            let pointed = self.slot(next).or_else(|| self.season_word(next, true));
            if let Some((slot, next)) = pointed.filter(|(slot, _)| !matches!(slot, Slot::Day { .. })) {
                let which = match pointer {
                    Pointer::This => Which::This,
                    Pointer::Last | Pointer::Past => Which::Ended(0),
                    Pointer::BeforeLast => Which::Ended(1),
                    Pointer::Next => Which::Next,
                };
                // "В последнем квартале 2025" is a part of the year and read elsewhere.
                return Some((Expr::Yearly { slot, which }, self.possessive(next)));
            }
        }
        let (slot, next) = self.slot(at).or_else(|| self.slot(article))?;
        let short = match &slot {
            Slot::Month(_) => words::tabular(self.word(next - 1)) && !self.noun_follows(next + 1),
            Slot::Day { .. } => false,
            // "Weeks 10-12" are three weeks.
            Slot::Week(_) => self.word(next) != "-",
            _ => true,
        };
        if let Some((year, next)) = self.year_after(next, short) {
            // "Winter 2024/25" is called by the year in which it ends.
            if let (Slot::Season(_), YearOf::Number(first)) = (&slot, year)
                && self.is(next, &["/", "-"])
                && let Some(second) = self.digits(next + 1, 2..=4)
                && (first + 1) % 100 == second as i32 % 100
            {
                let which = Which::Of(YearOf::Number(first + 1));
                return Some((Expr::Yearly { slot, which }, self.skip(next + 2, &["года", "годов", "гг", "г"])));
            }
            return Some((Expr::Yearly { slot, which: Which::Of(year) }, self.possessive(next)));
        }
        let next = self.possessive(next);
        Some((Expr::yearly(slot), next))
    }

    fn slot(&self, at: usize) -> Read<Slot> {
        self.quarter(at)
            .or_else(|| self.half(at))
            .or_else(|| self.week(at))
            .or_else(|| self.named(at).map(|(rule, next)| (Slot::Named(rule), next)))
            .or_else(|| self.day_and_month(at))
            .or_else(|| self.month_word(at).map(|(month, next)| (Slot::Month(month), next)))
            .or_else(|| self.season_word(at, false))
    }

    /// The number before or after a unit's word: `1`, `1-й`, `первый`, `I`.
    fn which_number(&self, at: usize) -> Read<u8> {
        if let Some(number) = words::roman(self.word(at)) {
            // "II-й", "II-го".
            let end = self.word(at + 1) == "-" && self.glued(at + 1) && self.glued(at + 2);
            return Some((number, if end { at + 3 } else { at + 1 }));
        }
        let ordinal = numbers::ordinal(&self.tokens, at);
        let (number, next) = ordinal.or_else(|| Some((i64::from(self.digits(at, 1..=2)?), at + 1)))?;
        Some((u8::try_from(number).ok()?, self.skip(next, &["-"])))
    }

    fn quarter(&self, at: usize) -> Read<Slot> {
        let valid = |number: u8| (1..=4).contains(&number);
        // "Q1", "1Q", "кв1": a letter and its digit.
        if self.is(at, &["q", "кв", "qtr", "к"]) && (self.glued(at + 1) || !self.is(at, &["к"])) {
            let number = self.dot(at + 1);
            if let Some(found) = self.digits(number, 1..=1).filter(|found| valid(*found as u8)) {
                return Some((Slot::Quarter(found as u8), number + 1));
            }
        }
        if self.is(at, &["quarter", "квартал", "квартале", "квартала"])
            && let Some(found) = self.digits(at + 1, 1..=1).filter(|found| valid(*found as u8))
        {
            return Some((Slot::Quarter(found as u8), at + 2));
        }
        let (number, next) = self.which_number(at).filter(|(number, _)| valid(*number))?;
        let letter = self.word(next) == "q" && self.glued(next);
        let counted = self.is(next, &["quarters", "кварталов", "кварталы", "кварталам", "qtrs"])
            || self.digits(at, 1..=2).is_some()
                && next == at + 1
                && self.is(next, &["квартала"])
                && number > 1
                && !self.genitive(at);
        let word = matches!(words::unit(self.word(next)), Some((Unit::Quarter, _))) && !counted;
        (letter || word).then(|| (Slot::Quarter(number), self.dot(next + 1)))
    }

    /// Whether a genitive is asked for by the word before ("с 2 квартала", "до 3 квартала"): not "за 2 квартала".
    fn genitive(&self, at: usize) -> bool {
        matches!(
            self.before(at),
            "с" | "до" | "от" | "после" | "начала" | "конца" | "конце" | "начале" | "середине" | "со"
        )
    }

    fn half(&self, at: usize) -> Read<Slot> {
        let valid = |number: u8| (1..=2).contains(&number);
        if self.word(at) == "h" && self.glued(at + 1) {
            let found = self.digits(at + 1, 1..=1).filter(|found| valid(*found as u8))?;
            return Some((Slot::Half(found as u8), at + 2));
        }
        let (number, next) = self.which_number(at).filter(|(number, _)| valid(*number))?;
        if self.word(next) == "h" && self.glued(next) {
            return Some((Slot::Half(number), next + 1));
        }
        let counted =
            self.digits(at, 1..=2).is_some() && next == at + 1 && self.word(next) == "полугодия" && !self.genitive(at);
        if matches!(words::unit(self.word(next)), Some((Unit::HalfYear, _))) && !counted {
            return Some((Slot::Half(number), next + 1));
        }
        if let Some(next) = self.any(next, &["half year", "halfyear", "пол года", "полгода"]) {
            return Some((Slot::Half(number), next));
        }
        // "First half of 2025", "вторая половина прошлого года".
        let next = if self.is(next, &["half"]) || self.word(next).starts_with("половин") {
            next + 1
        } else {
            return None;
        };
        let of = self.skip(next, &["of"]);
        let year = self.year_number(of).is_some() || self.year_pointed(of).is_some();
        year.then_some((Slot::Half(number), next))
    }

    fn week(&self, at: usize) -> Read<Slot> {
        let valid = |number: &u32| (1..=53).contains(number);
        let start = if self.word(at) == "iso" { at + 1 } else { at };
        if self.is(start, &["week", "w", "wk", "cw", "kw", "неделя", "неделе", "неделю", "недели", "нед"])
        {
            let letter = self.is(start, &["w", "cw", "kw"]);
            let number = self.skip(self.dot(start + 1), &["№", "#", "number", "номер"]);
            if let Some(found) = self.digits(number, 1..=2).filter(valid)
                && (!letter || self.glued(number))
                // "Неделя 15 мая" and "week 3 May" are weeks of a day.
                && words::month(self.word(number + 1)).is_none()
            {
                return Some((Slot::Week(found as u8), number + 1));
            }
        }
        let (number, next) = self.which_number(at).filter(|(number, _)| valid(&u32::from(*number)))?;
        let bare = self.digits(at, 1..=2).is_some() && next == at + 1;
        let word = self.word(next);
        let fits = match word {
            // "На 12 неделе"; "за 12 недель" is a length, "за 21 неделю" too.
            "неделе" | "неделя" => true,
            "неделю" => !bare || number % 10 != 1,
            "неделей" | "недели" => !bare || self.genitive(at),
            "week" => !bare,
            _ => false,
        };
        fits.then_some((Slot::Week(number), next + 1))
    }

    /// A month by its word. "May" is also a verb, so it needs a neighbour that makes it a month.
    pub(super) fn month_word(&self, at: usize) -> Read<u8> {
        let month = words::month(self.word(at))?;
        let token = self.tokens.get(at)?;
        if self.word(at) == "may" {
            const BEFORE: [&str; 30] = [
                "in", "of", "since", "from", "to", "by", "until", "till", "before", "after", "last", "this", "next",
                "for", "during", "early", "mid", "late", "and", "vs", "through", "between", "-", "with", "than",
                "against", "versus", "on", "past", ",",
            ];
            let number = self.digits(at + 1, 1..=4).is_some() || at > 0 && self.digits(at - 1, 1..=4).is_some();
            let ordinal = self.is(at.wrapping_sub(1), &["st", "nd", "rd", "th"]);
            let verb = self.is(at + 1, &["i", "we", "you", "they", "he", "she", "it", "be", "have"]);
            if !(self.is(at.wrapping_sub(1), &BEFORE) || number || ordinal || token.capital) || verb {
                return None;
            }
        }
        if self.is(at, &["mar", "мар"]) && self.noun_follows(at + 1) && !token.capital && self.before(at).is_empty()
        {
            return None;
        }
        let short = self.word(at).chars().count() <= 5
            && !matches!(self.word(at), "march" | "april" | "марта" | "марте" | "марту");
        Some((month, if short { self.dot(at + 1) } else { at + 1 }))
    }

    fn season_word(&self, at: usize, pointed: bool) -> Read<Slot> {
        let season = words::season(self.word(at))?;
        let found = Some((Slot::Season(season), at + 1));
        if pointed || self.year_after(at + 1, true).is_some() {
            return found;
        }
        const IN: [&str; 34] = [
            "in",
            "during",
            "over",
            "since",
            "of",
            "for",
            "throughout",
            "until",
            "before",
            "after",
            "early",
            "mid",
            "late",
            "from",
            "to",
            "through",
            "за",
            "в",
            "во",
            "с",
            "на",
            "по",
            "до",
            "после",
            "от",
            "начале",
            "конце",
            "середине",
            "всю",
            "все",
            "весь",
            "начала",
            "конца",
            "этим",
        ];
        let (one, two) = (self.before(at), at.checked_sub(2).map_or("", |at| self.word(at)));
        let introduced = IN.contains(&one) || one == "the" && IN.contains(&two);
        // "Летом", "зимой" stand by themselves; "summer dress" does not.
        (introduced || words::instrumental(self.word(at))).then_some(found)?
    }

    /// A year by itself, and whether it is certainly one.
    pub(super) fn year(&self, at: usize) -> Read<(Expr, bool)> {
        if let Some((year, next)) = self.year_number(at) {
            let bare = next == at + 1;
            if bare && (self.is(next, &NOT_YEAR_AFTER) || NOT_YEAR_BEFORE.contains(&self.before(at))) {
                return None;
            }
            // A part of a longer number or date.
            if bare
                && (self.glued(next)
                    && self.is(next, &[".", ",", ":"])
                    && self.glued(next + 1)
                    && self.digits(next + 1, 1..=9).is_some())
            {
                return None;
            }
            let sure = !bare || YEAR_PREPOSITIONS.contains(&self.before(at));
            return Some(((Expr::Year(YearOf::Number(year)), sure), next));
        }
        None
    }
}
