//! From one period to another, and neighbours named one after another.

use crate::period::{Expr, Part, Slot, Unit, WeekdayOf, Which, YearOf};

use super::edges::calendar;
use super::reader::{Read, Reader};
use super::words;

/// Whether a period comes right after another of its kind ("March and April", "2024 and 2025").
pub(super) fn neighbours(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (Expr::Year(one), Expr::Year(other)) => match (one, other) {
            (YearOf::Number(one), YearOf::Number(other)) => one + 1 == *other,
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

    /// `недели с 40-й по 44-ю`, `кварталы с первого по третий`, `weeks 40 to 44`: the noun stands before both numbers.
    fn numbered_range(&self, at: usize) -> Read<(Expr, bool)> {
        let noun = self.preposition(at).map_or(at, |(_, next)| next);
        let slot = |number: u8| match self.word(noun) {
            "недели" | "недель" | "неделям" | "неделях" | "weeks" | "wks" if (1..=53).contains(&number) => {
                Some(Slot::Week(number))
            }
            "кварталы" | "кварталов" | "кварталам" | "quarters" if (1..=4).contains(&number) => {
                Some(Slot::Quarter(number))
            }
            _ => None,
        };
        slot(1)?;
        let start = self.skip(noun + 1, &["с", "со", "from", "between", "№", "номер", "numbers"]);
        let (one, next) = self.day_number(start)?;
        let next = self.any(self.skip(next, &[]), &["по", "до", "to", "-", "through", "and", "thru"])?;
        let (two, next) = self.day_number(next)?;
        let (first, last) = (Expr::yearly(slot(one)?), Expr::yearly(slot(two)?));
        if one >= two {
            return None;
        }
        let (last, next) = match self.year_after(next, false) {
            Some((year, end)) => (last.of_year(year), end),
            None => (last, next),
        };
        Some(((Expr::Range { first: Box::new(first), last: Box::new(last) }, true), next))
    }

    /// From one period to another.
    pub(super) fn range(&self, at: usize) -> Read<(Expr, bool)> {
        if let Some(found) = self.numbered_range(at) {
            return Some(found);
        }
        let (kind, start) = if let Some(next) =
            self.any(at, &["между", "в промежутке между", "between", "anywhere between"])
        {
            ("between", next)
        } else if let Some(next) = self.any(
            at,
            &[
                "за период с",
                "за квартал с",
                "за полугодие с",
                "за месяц с",
                "за неделю с",
                "за год с",
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
        // ISO 8601 writes a slash between two dates.
        let interval = self.word(next) == "/"
            && self.glued(next)
            && self.digits(next + 1, 4..=4).is_some()
            && matches!(&first, End::Whole(Expr::Yearly { which: Which::Of(_), .. }));
        let dash = interval || self.is(next, &["-", "."]) && (self.word(next) == "-" || self.word(next - 1) == ".");
        let (links, dashed): (&[&str], bool) = match kind {
            "between" => (&["и", "and", "по", "to"], dash),
            "from" => {
                (&["по", "до", "to", "through", "thru", "till", "until", "up to", "up until", "и до", "и по"], dash)
            }
            _ => (&["по", "to", "through", "thru", "till", "until", "..", "..."], dash),
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
            // "Вчера и позавчера", "yesterday and today": two days side by side.
            if let (End::Whole(one), End::Whole(other)) = (&first, &last)
                && let Some((earlier, later)) = days_side_by_side(one, other)
            {
                let (first, last) = (Box::new(earlier), Box::new(later));
                return Some(((Expr::Range { first, last }, true), end));
            }
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

    /// `from September to October` where something changed: its first and its last period.
    pub(super) fn changed(&self, at: usize) -> Read<(Expr, Expr)> {
        const CHANGES: [&str; 20] = [
            "chang",
            "измен",
            "поменял",
            "grow",
            "grew",
            "growth",
            "рост",
            "вырос",
            "прирос",
            "drop",
            "fell",
            "rose",
            "increas",
            "decreas",
            "declin",
            "упал",
            "сниз",
            "просел",
            "подрос",
            "увелич",
        ];
        let changes = self.tokens.iter().take(at).any(|token| CHANGES.iter().any(|stem| token.text.starts_with(stem)));
        // "The change October to November".
        let bare = self.word(at).is_ascii() && words::month(self.word(at)).is_some() && self.is(at + 1, &["to"]);
        if !changes || !(bare || self.is(at, &["from", "с", "со"])) {
            return None;
        }
        let ((expr, _), end) = self.range(at)?;
        let Expr::Range { first, last } = expr else { return None };
        let months = |expr: &Expr| match expr {
            Expr::Yearly { slot, .. } => matches!(slot, Slot::Month(_) | Slot::Quarter(_) | Slot::Half(_)),
            Expr::Year(_) => true,
            _ => false,
        };
        (months(&first) && months(&last) && same_kind(&first, &last)).then_some(((*first, *last), end))
    }

    fn dot_after(&self, at: usize) -> usize {
        if at > 0 && self.is(at - 1, &["гг", "г"]) { self.dot(at) } else { at }
    }

    fn differing(&self) -> bool {
        self.tokens
            .iter()
            .any(|token| ["разниц", "differ", "сравн", "compar"].iter().any(|stem| token.text.starts_with(stem)))
    }
}

/// Two days one after the other: the earlier and the later.
fn days_side_by_side(one: &Expr, other: &Expr) -> Option<(Expr, Expr)> {
    let back = |expr: &Expr| match expr {
        Expr::This(Unit::Day) => Some(0),
        Expr::Ago { unit: Unit::Day, back } => Some(*back),
        _ => None,
    };
    let (first, last) = (back(one)?, back(other)?);
    match (first, last) {
        _ if first == last + 1 => Some((one.clone(), other.clone())),
        // "Today and yesterday" are told apart more often than added up.
        _ if first > 0 && last == first + 1 => Some((other.clone(), one.clone())),
        _ => None,
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
        Expr::Year(_) if number >= 10 => Expr::Year(YearOf::Number(2000 + i32::from(number))),
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
