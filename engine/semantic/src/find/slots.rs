//! Quarters, halves, weeks, seasons and months, with the year they are of.

use crate::period::{Expr, Slot, Unit, Which, YearOf};
use crate::text::numbers;

use crate::text::Kind;

use super::reader::{Read, Reader};
use super::words::{self, Pointer};

impl Reader {
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
        // "The summer before last", "март позапрошлого" is said elsewhere.
        if let Some(next) = self.any(next, &["before last", "before the last"])
            && matches!(slot, Slot::Month(_) | Slot::Season(_) | Slot::Named(_))
        {
            return Some((Expr::Yearly { slot, which: Which::Ended(1) }, next));
        }
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
        if self.is(at, &["quarter", "квартал", "квартале", "квартала", "qtr"])
            && let Some((found, next)) = self.cardinal(self.skip(at + 1, &["№", "#", "number", "номер"]))
            && valid(found)
        {
            return Some((Slot::Quarter(found), next));
        }
        let (number, next) = self.which_number(at).filter(|(number, _)| valid(*number))?;
        let letter = self.word(next) == "q" && self.glued(next);
        // "Второй и третий кварталы", "1-3 кварталы": the noun of two is in the plural.
        let second = self.is(at.wrapping_sub(1), &["и", "and", "&", "-", "по", "to", "through"])
            && at > 1
            && self.which_number_ends(at - 1);
        let counted = self.is(next, &["quarters", "кварталов", "кварталы", "кварталам", "qtrs"]) && !second
            || self.digits(at, 1..=2).is_some()
                && next == at + 1
                && self.is(next, &["квартала"])
                && number > 1
                && !self.genitive(at);
        let word = matches!(words::unit(self.word(next)), Some((Unit::Quarter, _))) && !counted;
        (letter || word).then(|| (Slot::Quarter(number), self.dot(next + 1)))
    }

    /// Whether a number of a quarter ends right before that place.
    fn which_number_ends(&self, at: usize) -> bool {
        (at.saturating_sub(3)..at).any(|start| self.which_number(start).is_some_and(|(_, end)| end == at))
    }

    /// A number after its noun: `quarter three`, `неделя 12`.
    fn cardinal(&self, at: usize) -> Read<u8> {
        if let Some(number) = self.digits(at, 1..=2) {
            return Some((number as u8, at + 1));
        }
        let (number, next) = numbers::number(&self.tokens, at)?;
        let number = u8::try_from(number.integer()?).ok()?;
        // "In the quarter two customers came" counts customers.
        (!self.noun_follows(next)).then_some((number, next))
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
        if self.is(next, &["h", "п"]) && self.glued(next) && !self.noun_follows(next + 1) {
            return Some((Slot::Half(number), self.any(next, &["п / г", "п / г ."]).unwrap_or(next + 1)));
        }
        if let Some(next) = self.any(next, &["п / г"]) {
            return Some((Slot::Half(number), next));
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
        let start = if self.is(at, &["iso", "calendar", "календарная", "календарной", "календарную"])
        {
            at + 1
        } else {
            at
        };
        if self.is(start, &["week", "w", "wk", "cw", "kw", "неделя", "неделе", "неделю", "недели", "нед"])
        {
            let letter = self.is(start, &["w", "cw", "kw"]);
            let number = self.skip(self.dot(start + 1), &["№", "#", "number", "номер"]);
            if let Some((found, end)) = self.cardinal(number).filter(|(found, _)| valid(&u32::from(*found)))
                && (!letter || self.glued(number))
                // "Неделя 15 мая" and "week 3 May" are weeks of a day.
                && words::month(self.word(end)).is_none()
            {
                return Some((Slot::Week(found), end));
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
        // "Мартовская выручка".
        if let Some(month) = words::month_adjective(self.word(at)) {
            // "На майские" are holidays.
            let plural = ["ие", "их", "им", "ими"].iter().any(|end| self.word(at).ends_with(end));
            let holidays = plural && matches!(self.before(at), "на" | "в" | "за" | "после" | "до" | "перед");
            return (!holidays || self.noun_follows(at + 1)).then_some((month, at + 1));
        }
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
            // "May revenue up", "may against March": what can only stand after a month.
            const AFTER: [&str; 22] = [
                "revenue",
                "sales",
                "orders",
                "turnover",
                "income",
                "takings",
                "figures",
                "numbers",
                "returns",
                "refunds",
                "average",
                "customers",
                "buyers",
                "units",
                "against",
                "vs",
                "versus",
                "compared",
                "over",
                "on",
                "to",
                "'",
            ];
            let noun = self.is(at + 1, &AFTER) && !self.is(at + 2, &["be", "have"]);
            if !(self.is(at.wrapping_sub(1), &BEFORE) || number || ordinal || noun || token.capital) || verb {
                return None;
            }
        }
        if self.is(at, &["mar", "мар"]) && self.noun_follows(at + 1) && !token.capital && self.before(at).is_empty()
        {
            return None;
        }
        let short = self.word(at).chars().count() <= 5
            && !matches!(self.word(at), "march" | "april" | "марта" | "марте" | "марту");
        let next = if short { self.dot(at + 1) } else { at + 1 };
        // "За март месяц".
        let same = words::month(self.word(next)).is_none() && self.is(next, &["месяц", "месяца", "месяце"]);
        Some((month, if same { next + 1 } else { next }))
    }

    fn season_word(&self, at: usize, pointed: bool) -> Read<Slot> {
        if let Some(season) = words::season_adjective(self.word(at)) {
            return Some((Slot::Season(season), at + 1));
        }
        let season = words::season(self.word(at))?;
        let found = Some((Slot::Season(season), at + 1));
        if pointed || self.year_after(at + 1, true).is_some() {
            return found;
        }
        // "Выручка, осень": as in a table, with nothing after it that it could belong to.
        let alone = self.tokens.get(at + 1).is_none_or(|token| token.kind == Kind::Mark && token.text != "-");
        if alone && self.word(at) != "fall" {
            return found;
        }
        // "Осень лучше лета", "сравни осень и лето".
        const BESIDE: [&str; 14] = [
            "лучше",
            "хуже",
            "сравни",
            "сравнить",
            "сравните",
            "против",
            "больше",
            "меньше",
            "выше",
            "ниже",
            "разница",
            "удачнее",
            "слабее",
            "сильнее",
        ];
        if !self.word(at).is_ascii() && (0..self.len()).any(|place| self.is(place, &BESIDE)) {
            return found;
        }
        // "Summer revenue", "winter sales": what is sold in it, not "summer dress".
        const FIGURES: [&str; 9] =
            ["revenue", "sales", "orders", "turnover", "income", "takings", "figures", "numbers", "returns"];
        if self.is(at + 1, &FIGURES) {
            return found;
        }
        const IN: [&str; 42] = [
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
            "к",
            "ко",
            "против",
            "against",
            "vs",
            "versus",
            "than",
            "with",
        ];
        // "Лето к весне", "summer against spring".
        let compared = self.word(at) != "fall" && self.is(at + 1, &["к", "ко", "против", "vs", "versus", "against"]);
        let (one, two) = (self.before(at), at.checked_sub(2).map_or("", |at| self.word(at)));
        let introduced = IN.contains(&one) || one == "the" && IN.contains(&two);
        // "Клиенты лета", "выручка осени": the genitive after what is counted.
        const COUNTED: [&str; 20] = [
            "клиентов",
            "клиенты",
            "покупателей",
            "товаров",
            "товары",
            "стран",
            "страны",
            "заказов",
            "заказы",
            "продаж",
            "продажи",
            "выручка",
            "выручки",
            "выручку",
            "возвраты",
            "возвратов",
            "дней",
            "хиты",
            "итоги",
            "оборот",
        ];
        if COUNTED.contains(&one) && self.is(at, &["лета", "весны", "осени", "зимы"]) {
            return found;
        }
        // "Летом", "зимой" stand by themselves; "summer dress" does not.
        (introduced || compared || words::instrumental(self.word(at))).then_some(found)?
    }
}
