//! Years: by their number, as they are pointed at, before and after what they are of.

use crate::period::{Expr, Unit, YearOf};
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
        if self.is(at, &["the", "fiscal", "calendar", "full", "financial"])
            && self.is(at + 1, &["year", "calendar", "fiscal", "full"])
        {
            return self.year_number(at + 1);
        }
        if self.is(at, &["fiscal", "financial"])
            && let Some(year) = self.digits(at + 1, 4..=4).filter(|year| (1900..2200).contains(year))
        {
            return Some((year as i32, at + 2));
        }
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
        if self.begins_amounts(at) {
            return None;
        }
        if let Some(year) = self.digits(at, 4..=4).filter(|year| (1900..2200).contains(year)) {
            if let Some((_, next)) = numbers::ordinal(&self.tokens, at) {
                return Some((year as i32, after_word(next)));
            }
            return Some((year as i32, after_word(at + 1)));
        }
        // "Twenty eleven".
        if self.word(at) == "twenty"
            && let Some(year) = numbers::number(&self.tokens, at + 1).filter(|_| self.digits(at + 1, 1..=9).is_none())
            && let Some(late) = year.0.integer().filter(|late| (10..=60).contains(late))
        {
            return Some((late as i32 + 2000, after_word(year.1)));
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
        let singular =
            self.is(at + 1, &["году", "годом", "годе"]) || self.word(at + 1) == "год" && (year % 10 != 1 || year == 11);
        singular.then(|| (year as i32 + 2000, after_word(at + 1)))
    }

    /// "From 2000 to 3000": the second number is no year, so neither is the first.
    fn begins_amounts(&self, at: usize) -> bool {
        let link = self.is(at + 1, &["до", "to", "and", "и", "-", "по"]);
        let first = link && self.digits(at, 4..=4).is_some();
        // "От 2000 до 10 000".
        let grouped = first
            && numbers::number(&self.tokens, at + 2)
                .is_some_and(|(number, end)| end > at + 3 && number.integer().is_some_and(|number| number >= 2200));
        let second = self.digits(at + 2, 3..=9).filter(|_| first);
        grouped
            || second.is_some_and(|number| !(1900..2200).contains(&number)) && words::month(self.word(at + 3)).is_none()
    }

    /// A relative year: `прошлого года`, `last year`, `год назад`.
    pub(super) fn year_pointed(&self, at: usize) -> Read<i32> {
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
                let dotted = self.word(next) == "." && self.glued(next + 1) && self.digits(next + 1, 1..=2).is_some();
                if !amount && !dotted {
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
                // "2Q11 revenue": digits that are written on to the quarter are its year.
                let attached = !mark && bare == at && self.glued(bare);
                if said
                    || attached && !self.glued(bare + 1)
                    || !self.noun_follows(bare + 1) && !self.glued(bare + 1) && !self.is(bare + 1, &["%", "-"])
                {
                    let next = if said { self.dot(bare + 2) } else { bare + 1 };
                    return Some((YearOf::Number(year as i32 + 2000), next));
                }
            }
        }
        if self.is(at, &["-", "/", "."]) {
            return None;
        }
        let bare = self.skip(start, &["of", "in", "в", "за"]);
        if let Some((back, next)) = self.year_pointed(bare) {
            return Some((YearOf::Back(back), self.close(at, next)));
        }
        // "За март прошлого": the word for the year is left out.
        let back = match self.word(at) {
            "прошлого" => 1,
            "позапрошлого" => 2,
            "этого" | "нынешнего" => 0,
            _ => return None,
        };
        (!self.noun_follows(at + 1)).then_some((YearOf::Back(back), at + 1))
    }

    fn close(&self, open: usize, next: usize) -> usize {
        if self.word(open) == "(" && self.word(next) == ")" { next + 1 } else { next }
    }

    /// The year said before it: `2025 Q1`, `last year's March`, `прошлогодний март`.
    pub(super) fn year_before(&self, at: usize) -> Read<YearOf> {
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
            // "From 1000 to 2000" are amounts.
            let linked = matches!(self.before(at), "до" | "to" | "-" | "and" | "и");
            let number = at.checked_sub(2).and_then(|first| self.digits(first, 1..=9));
            if bare && linked && number.is_some_and(|number| number > 31 && !(1900..2200).contains(&number)) {
                return None;
            }
            let sure = !bare || YEAR_PREPOSITIONS.contains(&self.before(at));
            return Some(((Expr::Year(YearOf::Number(year)), sure), next));
        }
        None
    }
}
