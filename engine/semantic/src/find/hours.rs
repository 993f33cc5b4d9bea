//! Hours of the day as a filter: `с 9 до 12 часов`, `after 3 pm`, `в 10 утра`, `в вечерние часы`, `in the mornings`.

use crate::period::{Expr, Hours, Slot, Unit};
use crate::text::numbers;

use super::left_out::{ASIDE, NOT};
use super::reader::{Read, Reader};
use super::words;

/// Morning, afternoon, evening, night: where nobody says which hours these are.
const PARTS: [(u8, u8); 4] = [(6, 12), (12, 18), (18, 24), (0, 6)];

/// A time of the clock: the hour, and whether the words say that it is one.
#[derive(Debug, Clone, Copy)]
struct Clock {
    hour: u8,
    said: bool,
    half: Option<Half>,
}

/// Which half of the day, where it is said apart from the hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    /// Up to noon: "12 утра" is noon in Russian.
    Dawn,
    Morning,
    Noon,
    Evening,
    Night,
}

impl Half {
    /// The hour of the day that so many o'clock is in this half.
    fn hour(self, hour: u8) -> Option<u8> {
        match (self, hour) {
            (Self::Dawn, 1..=12) => Some(hour),
            (Self::Morning | Self::Night, 12) => Some(0),
            (Self::Morning, 1..=11) | (Self::Night, 1..=5) => Some(hour),
            (Self::Noon | Self::Evening, 12) => Some(12),
            (Self::Noon | Self::Evening, 1..=11) | (Self::Night, 8..=11) => Some(hour + 12),
            // "15 pm" is what it is.
            (Self::Noon | Self::Evening, 13..=23) => Some(hour),
            _ => None,
        }
    }
}

impl Reader {
    /// Hours of the day, and whether the words name the clock: what "the morning" is is taken for granted.
    pub(super) fn hours(&self, at: usize) -> Read<(Hours, bool)> {
        // "Except in the evenings": the preposition belongs to either of the two.
        let lefts = NOT.iter().filter_map(|words| self.phrase(at, words));
        let starts = lefts.flat_map(|start| [start, self.skip(start, &["the"])]).chain([at]);
        let (start, (mut found, mut next)) =
            starts.filter_map(|start| Some((start, self.hours_once(start)?))).max_by_key(|(_, (_, end))| *end)?;
        // "Утром и вечером".
        while let Some(link) = self.any(next, &["и", "and", "or", "или", "&", ","]) {
            let Some((more, end)) = self.day_part(link) else { break };
            found = (found.0.with(more), false);
            next = end;
        }
        let aside = self.any(next, &ASIDE).filter(|_| start == at);
        let next = aside.unwrap_or(next);
        let hours = if start > at || aside.is_some() { found.0.others() } else { found.0 };
        (!hours.is_trivial()).then_some(((hours, found.1), next))
    }

    fn hours_once(&self, at: usize) -> Read<(Hours, bool)> {
        let clock = self.hours_between(at).or_else(|| self.hours_edge(at)).or_else(|| self.hour_at(at));
        clock.map(|(hours, next)| ((hours, true), next)).or_else(|| {
            let (hours, next) = self.day_part(at)?;
            if let Some(found) = self.within_part(hours, next) {
                return Some(found);
            }
            // When lunch is nobody says.
            if (at..next).any(|at| self.is(at, &["обеда", "lunch"])) {
                return None;
            }
            Some(((hours, false), next))
        })
    }

    /// `утром до десяти`, `после обеда, с 14 до 17`, `in the evening after six`: the clock within the part of the day that was named.
    fn within_part(&self, part: Hours, at: usize) -> Read<(Hours, bool)> {
        let start = self.skip(at, &[",", "-", "("]);
        let noon = part.hours().next().is_some_and(|first| first >= 12);
        let clock = |at: usize| {
            let (clock, end) = self.clock(at)?;
            let hour = if noon && clock.hour < 12 && clock.half.is_none() { clock.hour + 12 } else { clock.hour };
            let counted = self.noun_follows(end) && !clock.said;
            (!counted).then_some((hour, end))
        };
        let end = |end: usize| self.skip(end, &[")"]);
        if let Some((first, next)) = self.any(start, &["с", "со", "от", "from", "between"]).and_then(clock)
            && let Some((last, next)) = self.any(next, &["до", "по", "to", "till", "until", "and", "-"]).and_then(clock)
        {
            return (first < last).then(|| ((Hours::span(first, last), true), end(next)));
        }
        if let Some((last, next)) = self.any(start, &["до", "before", "until", "till", "by"]).and_then(clock) {
            let first = part.hours().next().filter(|_| noon).unwrap_or(0);
            return (first < last).then(|| ((Hours::span(first, last), true), end(next)));
        }
        let (first, next) = self.any(start, &["после", "с", "after", "from"]).and_then(clock)?;
        let last = part.hours().last().map_or(24, |last| last + 1);
        (first < last).then(|| ((Hours::span(first, last), true), end(next)))
    }

    /// `с 9 до 12 часов`, `between 9 and 11 am`, `9am-5pm`.
    fn hours_between(&self, at: usize) -> Read<Hours> {
        const LEADS: [&str; 16] = [
            "с",
            "со",
            "от",
            "между",
            "в промежутке с",
            "в интервале с",
            "в период с",
            "в промежутке между",
            "в часы с",
            "from",
            "between",
            "between the hours of",
            "from the hours of",
            "за",
            "в",
            "at",
        ];
        let start = self.any(at, &LEADS).unwrap_or(at);
        let (first, next) = self.clock(start)?;
        let link = self.any(next, &["до", "по", "и", "-", "to", "till", "until", "and", "through"])?;
        let (last, end) = self.clock(link)?;
        // "9 and 12 orders", "с 9 до 12": hours only where some word says so.
        let led = start > at;
        let named = self.any(end, &["hours", "hrs"]).filter(|_| led);
        let end = named.unwrap_or(end);
        // "Yesterday from 10 to 12", "between 10 and 12 on November 24": of one day, they are hours.
        let of_day = led && first.hour < last.hour && named.is_none() && self.beside_a_day(start - 1, end);
        if !(first.said || last.said || named.is_some() || of_day) || self.is(next, &["и", "and"]) && !led {
            return None;
        }
        let to = if last.hour == 0 { 24 } else { last.hour };
        // "С 2 до 5 дня", "9 to 11 am": the half of the day that is said once is of both.
        let from = match (first.half, last.half) {
            (None, Some(half)) => half.hour(first.hour).filter(|from| *from < to).unwrap_or(first.hour),
            _ => first.hour,
        };
        (from != to).then(|| (Hours::span(from, to), end))
    }

    /// Whether one day is named right before those tokens or right after them.
    fn beside_a_day(&self, start: usize, end: usize) -> bool {
        let day = |expr: &Expr| {
            matches!(
                expr,
                Expr::Yearly { slot: Slot::Day { .. } | Slot::Named(_), .. }
                    | Expr::Numeric { .. }
                    | Expr::Weekday { .. }
                    | Expr::Ago { unit: Unit::Day, .. }
                    | Expr::This(Unit::Day)
            )
        };
        // "С 10 до 12 24 ноября", but "с 10 до 12 ноября" are days.
        let after =
            self.is(end, &["on", "в", "во", ",", "за"]) || self.is(end, &["вчера", "сегодня", "yesterday", "today"]);
        let after = after && self.prefixed(end).or_else(|| self.core(end + 1)).is_some_and(|((expr, _), _)| day(&expr));
        let begins = start.saturating_sub(6)..start;
        let before =
            begins.into_iter().any(|from| self.prefixed(from).is_some_and(|((expr, _), to)| day(&expr) && to == start));
        after
            || before
                && !self.noun_follows(end)
                && self.digits(end, 1..=9).is_none()
                && words::month(self.word(end)).is_none()
    }

    /// `после 15:00`, `before noon`, `с 6 вечера`.
    fn hours_edge(&self, at: usize) -> Read<Hours> {
        const AFTER: [&str; 14] = [
            "после",
            "позже",
            "позднее",
            "начиная с",
            "с",
            "со",
            "от",
            "after",
            "later than",
            "since",
            "from",
            "starting at",
            "starting from",
            "at or after",
        ];
        const BEFORE: [&str; 12] = [
            "до",
            "раньше",
            "ранее",
            "не позднее",
            "не позже",
            "before",
            "until",
            "till",
            "earlier than",
            "prior to",
            "up to",
            "by",
        ];
        if let Some((clock, end)) = self.any(at, &AFTER).and_then(|next| self.clock(next)) {
            let end = self.any(end, &["onwards", "onward", "and later", "on", "и позже", "и далее", "и до конца дня"]);
            let end = end.or_else(|| self.any(at, &AFTER).and_then(|next| self.clock(next)).map(|(_, end)| end))?;
            let ago = self.is(end, &["назад", "ago", "earlier", "подряд"]);
            return (clock.said && clock.hour > 0 && !ago).then(|| (Hours::span(clock.hour, 24), end));
        }
        let (clock, end) = self.any(at, &BEFORE).and_then(|next| self.clock(next))?;
        let ago = self.is(end, &["назад", "ago", "earlier", "подряд"]);
        (clock.said && clock.hour > 0 && !ago).then(|| (Hours::span(0, clock.hour), end))
    }

    /// `в 9 утра`, `at 3 pm`, `в полдень`: that hour.
    fn hour_at(&self, at: usize) -> Read<Hours> {
        let next = self.any(at, &["в", "во", "около", "at", "around", "at around"])?;
        let (clock, end) = self.clock(next)?;
        // "В 3 часах", "в 2 часа" may be lengths; "at 5" an amount.
        let hour = clock.hour % 24;
        // "At 4 pm or later", "в 16:00 и позже".
        const LATER: [&str; 14] = [
            "или позже",
            "и позже",
            "и позднее",
            "или позднее",
            "и после",
            "или после",
            "and later",
            "or later",
            "and after",
            "or after",
            "onwards",
            "onward",
            "and onwards",
            "и далее",
        ];
        const EARLIER: [&str; 8] =
            ["или раньше", "и раньше", "и до этого", "or earlier", "and earlier", "or before", "and before", "и ранее"];
        if let Some(end) = self.any(end, &LATER).filter(|_| clock.said) {
            return Some((Hours::span(hour, 24), end));
        }
        if let Some(end) = self.any(end, &EARLIER).filter(|_| clock.said) {
            return Some((Hours::span(0, hour + 1), end));
        }
        clock.said.then(|| (Hours::span(hour, hour + 1), end))
    }

    /// A time of the clock: `9`, `9:00`, `9 am`, `девять утра`, `15 часов`, `noon`.
    fn clock(&self, at: usize) -> Read<Clock> {
        if let Some(next) = self.any(at, &["полдень", "полудня", "полудню", "полуднем", "noon", "midday", "12 noon"])
        {
            return Some((Clock { hour: 12, said: true, half: None }, next));
        }
        if let Some(next) = self.any(at, &["полночь", "полуночи", "полночи", "полуночью", "midnight"])
        {
            return Some((Clock { hour: 0, said: true, half: None }, next));
        }
        // "В час дня".
        let one = self.is(at, &["час", "часу", "часа"]).then_some((1_i64, at));
        let digits = self.digits(at, 1..=2).map(|number| (i64::from(number), at + 1));
        let spoken = || {
            let (number, next) = numbers::number(&self.tokens, at)?;
            Some((number.integer()?, next)).filter(|_| self.digits(at, 1..=9).is_none())
        };
        let (number, mut next) = digits.or(one).or_else(spoken)?;
        let hour = u8::try_from(number).ok().filter(|hour| *hour <= 24)?;
        let mut said = false;
        if self.is(next, &[":", "."]) && self.glued(next) && self.glued(next + 1) && digits.is_some() {
            // Half hours are no whole ones; "9.30" may be anything.
            let minutes = self.digits(next + 1, 2..=2)?;
            if minutes != 0 || self.is(next, &["."]) && self.glued(next + 2) {
                return None;
            }
            said = self.is(next, &[":"]);
            next += 2;
        }
        let hyphen =
            if self.is(next, &["-"]) && self.is(next + 1, &["ти", "х", "и", "го"]) { next + 2 } else { next };
        if let Some(end) =
            self.any(hyphen, &["часов", "часа", "час", "часами", "часам", "часу", "ч", "o ' clock", "oclock"])
        {
            said = true;
            next = self.dot(end);
        }
        let halves: [(Half, &[&str]); 6] = [
            (Half::Dawn, &["утра", "утром"]),
            (Half::Noon, &["дня", "пополудни"]),
            (Half::Evening, &["вечера"]),
            (Half::Night, &["ночи"]),
            (Half::Morning, &["am", "a . m .", "a . m", "in the morning"]),
            (Half::Noon, &["pm", "p . m .", "p . m", "in the afternoon", "in the evening"]),
        ];
        for (half, words) in halves {
            if let Some(end) = self.any(next, words) {
                // "За 5 дня" is no time, "6 дня подряд" a length, "топ-3 дня недели" are days.
                if self.is(end, &["недели", "месяца", "года", "подряд"]) {
                    return None;
                }
                let hour = half.hour(hour)?;
                return Some((Clock { hour, said: true, half: Some(half) }, end));
            }
        }
        if one.is_some() && digits.is_none() {
            return None;
        }
        Some((Clock { hour, said, half: None }, next))
    }

    /// `утром`, `по вечерам`, `in the afternoon`, `morning orders`.
    fn day_part(&self, at: usize) -> Read<Hours> {
        const FORMS: [&[&str]; 4] = [
            &[
                "утром",
                "по утрам",
                "утро",
                "за утро",
                "с утра",
                "до обеда",
                "в первой половине дня",
                "before lunch",
                "morning",
                "mornings",
                "in the morning",
                "in the mornings",
                "in mornings",
                "during the morning",
            ],
            &[
                "днем",
                "в дневное время",
                "в дневные часы",
                "дневные часы",
                "после обеда",
                "во второй половине дня",
                "after lunch",
                "afternoon",
                "afternoons",
                "in the afternoon",
                "in the afternoons",
                "in afternoons",
                "during the afternoon",
            ],
            &[
                "вечером",
                "вечерами",
                "по вечерам",
                "вечер",
                "за вечер",
                "evening",
                "evenings",
                "in the evening",
                "in the evenings",
                "in evenings",
                "during the evening",
            ],
            &[
                "ночью",
                "ночами",
                "по ночам",
                "ночь",
                "за ночь",
                "at night",
                "overnight",
                "nights",
                "in the night",
                "during the night",
                "late at night",
                "night time",
                "nighttime",
            ],
        ];
        // "Good morning", "день за днём", "каждым днём".
        let greets = ["доброе", "добрый", "good", "доброго", "за", "каждым", "с"].contains(&self.before(at));
        if greets {
            return None;
        }
        let adjectives = [("утренн", 0), ("вечерн", 2), ("ночн", 3)];
        let lead = self.skip(at, &["в", "во", "за"]);
        let adjective = adjectives.iter().find(|(stem, _)| crate::text::adjective(self.word(lead), stem));
        let plain = FORMS.iter().enumerate().filter_map(|(part, words)| Some((self.any(at, words)?, part))).max();
        // "Кроме вечера": elsewhere the genitive belongs to a clock ("9 вечера") or to an edge ("до утра").
        let without =
            ["кроме", "считая", "исключением", "вычетом", "исключая", "учета", "без"].contains(&self.before(at));
        let genitive = ["утра", "", "вечера", "ночи"].iter().position(|word| without && self.word(at) == *word);
        let plain = plain.or(genitive.map(|part| (at + 1, part)));
        let (next, part) = match (adjective, plain) {
            (Some((_, part)), None) => (lead + 1, *part),
            (_, plain) => plain?,
        };
        let next = self.any(next, &["часы", "часах", "часов", "время", "hours", "time"]).unwrap_or(next);
        let (from, to) = PARTS[part];
        Some((Hours::span(from, to), next))
    }
}
