//! Periods, comparisons, weekday filters and grains in the words of a question, Russian or English.

mod comparison;
mod core;
mod dates;
mod edges;
mod hours;
mod known;
mod left_out;
mod parts;
mod ranges;
mod reader;
mod slots;
mod typos;
mod units;
mod weekdays;
mod words;
mod years;

use std::ops::Range;

use crate::grain::{self, Grain};
use crate::period::{Comparison, Expr, Hours, Unit, WeekdayOf, Weekdays, WeekendOf, Which};
use crate::text::Token;

pub use known::known;
pub use reader::NamedDay;
use reader::Reader;

/// Words that say one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T = Expr> {
    /// What they say.
    pub expr: T,
    /// Their bytes in the question, the preposition included.
    pub span: Range<usize>,
    /// Their tokens.
    pub tokens: Range<usize>,
    /// Whether they certainly say it: a lone misspelt word or a bare number may mean something else.
    pub certain: bool,
}

/// All that a question says of time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// The periods, in the order of the words. Most questions have one or none.
    pub periods: Vec<Found>,
    /// What to compare with.
    pub comparison: Option<Found<Comparison>>,
    /// Only these weekdays.
    pub weekdays: Option<Found<Weekdays>>,
    /// Only these hours of the day; not certain where a part of the day is named and no clock ("in the evening").
    pub hours: Option<Found<Hours>>,
    /// The step in time.
    pub grain: Option<Found<Grain>>,
    /// The step in time that figures are averaged over, where one word says both: `среднедневная`.
    pub average: Option<Found<Unit>>,
    /// Words that say one of the periods once more.
    pub repeated: Vec<Range<usize>>,
}

impl Said {
    /// The period of the question with its weekdays, if it says one or only weekdays.
    pub fn period(&self) -> Option<Expr> {
        let period = self.periods.first().map(|found| found.expr.clone());
        match (&self.weekdays, period) {
            (Some(days), Some(period)) => Some(period.only(days.expr)),
            (Some(days), None) => Some(Expr::Only { weekdays: days.expr, of: None }),
            (None, period) => period,
        }
    }
}

impl Said {
    /// "Not for September, but for August": the first of two is what was not meant.
    fn take_correction(&mut self, reader: &Reader) {
        let [wrong, right] = self.periods.as_slice() else { return };
        let denied = wrong.tokens.start.checked_sub(1).filter(|at| reader.is(*at, &["не", "not"]));
        let joined = wrong.tokens.end < right.tokens.start
            && (wrong.tokens.end..right.tokens.start).all(|at| reader.is(at, &[",", "а", "но", "but", "-"]));
        if let (Some(at), true) = (denied, joined) {
            let wrong = self.periods.remove(0);
            self.repeated.push(at..wrong.tokens.end);
        }
    }

    /// "Weekdays vs weekends", "сравни выходные и будни": one set of days beside the other.
    fn take_day_sets(&mut self, reader: &Reader, other: Option<Found<Weekdays>>) {
        let weekend = |found: &Found| matches!(found.expr, Expr::Weekend(WeekendOf::Latest));
        let as_set = |found: &Found| Found {
            expr: Weekdays::WEEKEND,
            span: found.span.clone(),
            tokens: found.tokens.clone(),
            certain: true,
        };
        let mut sets: Vec<Found<Weekdays>> = self.weekdays.iter().cloned().chain(other).collect();
        let period = self.periods.iter().position(weekend);
        sets.extend(period.and_then(|at| self.periods.get(at)).map(as_set));
        let compared = self
            .comparison
            .as_ref()
            .filter(|found| matches!(found.expr, Comparison::With(Expr::Weekend(WeekendOf::Latest))));
        sets.extend(compared.map(|found| Found {
            expr: Weekdays::WEEKEND,
            span: found.span.clone(),
            tokens: found.tokens.clone(),
            certain: true,
        }));
        sets.sort_by_key(|found| found.tokens.start);
        let [first, second] = sets.as_slice() else { return };
        // One of them must be of many weeks, or it is of last weekend that is spoken.
        if self.weekdays.is_none() || self.comparison.is_some() && compared.is_none() || first.expr == second.expr {
            return;
        }
        const LINKS: [&str; 22] = [
            "vs",
            ".",
            "versus",
            "против",
            "и",
            "and",
            "с",
            "со",
            "к",
            "чем",
            "than",
            "compared",
            "to",
            "with",
            "or",
            "или",
            ",",
            "в",
            "по",
            "on",
            "against",
            "по",
        ];
        const AGAINST: [&str; 9] = ["vs", "versus", "против", "чем", "than", "compared", "against", "или", "or"];
        // "По будням чем по выходным": the prepositions belong to the sets.
        let between: Vec<usize> = (first.tokens.end..second.tokens.end)
            .filter(|at| !(second.tokens.start + 1..second.tokens.end).contains(at))
            .collect();
        let joined = (first.tokens.end..second.tokens.start).all(|at| reader.is(at, &LINKS));
        let against = between.iter().any(|at| reader.is(*at, &AGAINST)) || reader.comparing();
        if !joined || !against {
            return;
        }
        let (first, second) = (first.clone(), second.clone());
        if let Some(at) = period {
            self.periods.remove(at);
        }
        self.comparison = Some(Found {
            expr: Comparison::With(Expr::Only { weekdays: second.expr, of: None }),
            span: second.span,
            tokens: second.tokens,
            certain: true,
        });
        self.weekdays = Some(first);
    }

    /// "This summer against last summer", "Black Friday vs last Black Friday" where both words mean the latest one: what it is
    /// compared with is that of the year before.
    fn take_itself(&mut self) {
        let [Found { expr: Expr::Yearly { slot, which: Which::Latest | Which::This }, .. }] = self.periods.as_slice()
        else {
            return;
        };
        if let Some(found) = &mut self.comparison
            && let Comparison::With(Expr::Yearly { slot: other, which: Which::Ended(0) }) = &found.expr
            && slot == other
        {
            found.expr = Comparison::YearBefore;
        }
    }

    /// "Monday revenue in November": a weekday without its preposition, beside a period, says which days of it.
    fn take_days(&mut self) {
        let days = |expr: &Expr| match expr {
            Expr::Weekend(WeekendOf::Latest) => Some(Weekdays::WEEKEND),
            Expr::Weekday { day, of: WeekdayOf::Past(0) } => Some(Weekdays::one(*day)),
            _ => None,
        };
        // "Weekend orders in November with October": what is compared is no day itself.
        let compared = self.comparison.as_ref().is_some_and(|found| match &found.expr {
            Comparison::With(expr) => days(expr).is_some(),
            Comparison::Previous | Comparison::YearBefore => false,
            Comparison::Back(unit) => *unit < Unit::Month,
        });
        // "Saturday sales, I mean all Saturdays": the day is one of those.
        if let Some(set) = &self.weekdays {
            let again = self.periods.iter().position(|found| {
                !found.certain && days(&found.expr).is_some_and(|one| one.with(set.expr) == set.expr)
            });
            if let Some(found) = again.map(|at| self.periods.remove(at)) {
                self.repeated.push(found.tokens);
            }
        }
        if self.periods.len() != 2 || self.weekdays.is_some() || compared {
            return;
        }
        let bare = self.periods.iter().position(|found| !found.certain && days(&found.expr).is_some());
        let Some(at) = bare
            .filter(|at| self.periods.get(1 - at).is_some_and(|other| other.certain && days(&other.expr).is_none()))
        else {
            return;
        };
        // "The Black Friday weekend" has days that nobody says.
        let named = |expr: &Expr| matches!(expr, Expr::Yearly { slot: crate::period::Slot::Named(_), .. });
        let joined = self.periods.get(at).zip(self.periods.get(1 - at)).is_some_and(|(weekend, other)| {
            named(&other.expr) && matches!(weekend.expr, Expr::Weekend(_)) && other.tokens.end == weekend.tokens.start
        });
        let found = self.periods.remove(at);
        if joined {
            for other in &mut self.periods {
                other.expr = Expr::Vague(crate::period::Vague::Sometime);
            }
            self.repeated.push(found.tokens);
            return;
        }
        // "Friday, November 25" is that day.
        let one_day = self.periods.iter().any(|other| {
            matches!(
                &other.expr,
                Expr::Yearly { slot: crate::period::Slot::Day { .. }, .. }
                    | Expr::Numeric { .. }
                    | Expr::DayOfMonth { .. }
                    | Expr::Ago { unit: Unit::Day, .. }
                    | Expr::This(Unit::Day)
            )
        });
        if one_day {
            return;
        }
        if let Some(expr) = days(&found.expr) {
            self.weekdays = Some(Found { expr, span: found.span, tokens: found.tokens, certain: true });
        }
    }
}

/// The periods in the words of a question; what it is compared with is not one of them.
pub fn find(tokens: &[Token]) -> Vec<Found> {
    read(tokens, &[]).periods
}

/// Everything of time in the words of a question. `named` are the workspace's own days.
pub fn read(tokens: &[Token], named: &[NamedDay]) -> Said {
    let reader = Reader::new(tokens, named);
    let mut said = Said::default();
    let mut totals: Vec<Found> = Vec::new();
    let mut other_days: Option<Found<Weekdays>> = None;
    let mut at = 0;
    while at < reader.len() {
        let place = |end: usize, certain: bool| (reader.place(at, end), at..end, certain && !reader.doubtful(at, end));
        if let Some(((hours, sure), end)) = reader.hours(at).filter(|_| said.hours.is_none()) {
            said.hours = Some(Found { expr: hours, span: reader.place(at, end), tokens: at..end, certain: sure });
            at = end;
        } else if let Some(((first, last), end)) = reader.changed(at).filter(|_| said.comparison.is_none()) {
            // "How did it change from September to October": the last beside the first.
            let (span, tokens, certain) = place(end, true);
            said.comparison =
                Some(Found { expr: Comparison::With(first), span: span.clone(), tokens: tokens.clone(), certain });
            said.periods.push(Found { expr: last, span, tokens, certain });
            at = end;
        } else if let Some((comparison, end)) = reader.comparison(at) {
            let (span, tokens, certain) = place(end, true);
            said.comparison.get_or_insert(Found { expr: comparison, span, tokens, certain });
            at = end;
        } else if let Some((days, end)) = reader.filter(at) {
            let (span, tokens, certain) = place(end, true);
            let found = Found { expr: days, span, tokens, certain };
            if said.weekdays.is_none() {
                said.weekdays = Some(found);
            } else {
                other_days.get_or_insert(found);
            }
            at = end;
        } else if let Some((unit, words)) = grain::average(reader.word(at), reader.word(at + 1)) {
            let (span, tokens, certain) = place(at + words, true);
            said.average.get_or_insert(Found { expr: unit, span, tokens, certain });
            at += words;
        } else if let Some((grain, end)) = grain::at(&reader.tokens, at) {
            let (span, tokens, certain) = place(end, true);
            said.grain.get_or_insert(Found { expr: grain, span, tokens, certain });
            at = end;
        } else if let Some(unit) = reader.listed_units(at).filter(|_| said.grain.is_none()) {
            let (span, tokens, certain) = place(at + 1, true);
            said.grain = Some(Found { expr: Grain::Unit(unit), span, tokens, certain });
            at += 1;
        } else if let Some(((expr, sure), end)) = reader.period(at) {
            let (span, tokens, certain) = place(end, sure);
            said.periods.push(Found { expr, span, tokens, certain });
            at = end;
        } else if let Some((comparison, end)) =
            reader.elliptic(at, said.periods.last()).filter(|_| said.comparison.is_none())
        {
            let (span, tokens, certain) = place(end, true);
            said.comparison = Some(Found { expr: comparison, span, tokens, certain });
            at = end;
        } else if let Some(end) = reader.that_unit(at).filter(|_| !said.periods.is_empty()) {
            said.repeated.push(at..end);
            at = end;
        } else if let Some((expr, end)) = reader.bare_week(at) {
            let (span, tokens, certain) = place(end, true);
            said.periods.push(Found { expr, span, tokens, certain });
            at = end;
        } else if let Some(end) = reader.in_total(at) {
            let (span, tokens, certain) = place(end, true);
            totals.push(Found { expr: Expr::All, span, tokens, certain });
            at = end;
        } else {
            at += 1;
        }
    }
    // "С самого открытия и за всё время", "in May, the whole of May": said twice, it is one period.
    for found in std::mem::take(&mut said.periods) {
        if said.periods.iter().any(|known| known.expr == found.expr) {
            said.repeated.push(found.tokens);
        } else {
            said.periods.push(found);
        }
    }
    said.take_correction(&reader);
    said.take_day_sets(&reader, other_days);
    said.take_itself();
    said.take_days();
    // "Сколько всего за март" is March: a total is a period only where no other is said.
    if said.periods.is_empty() {
        said.periods.extend(totals.into_iter().take(1));
    } else if said.periods.len() > 1 && said.periods.iter().any(|found| found.certain && found.expr != Expr::All) {
        // "За всё время в марте 2025" is March; a doubtful number beside a certain period is no period.
        said.periods.retain(|found| found.certain && found.expr != Expr::All);
    }
    // Weekdays against weekends are both of the period that is said.
    if let (Some(Found { expr: Comparison::With(Expr::Only { of, .. }), .. }), Some(period)) =
        (&mut said.comparison, said.periods.first())
    {
        *of = Some(Box::new(period.expr.clone()));
    }
    said
}

impl Reader {
    fn period(&self, at: usize) -> reader::Read<(Expr, bool)> {
        let candidates = [self.range(at), self.edge(at), self.prefixed(at)];
        // The longest reading; of equally long ones the first.
        let mut best: reader::Read<(Expr, bool)> = None;
        for found in candidates.into_iter().flatten() {
            if best.as_ref().is_none_or(|(_, end)| found.1 > *end) {
                best = Some(found);
            }
        }
        best.map(|((expr, sure), end)| {
            let next = self.so_far(end);
            // "November 15 to date" is from that day on.
            let open =
                next > end && self.is(next - 1, &["date", "now", "пор"]) && !matches!(expr, Expr::This(_) | Expr::All);
            let day = matches!(
                &expr,
                Expr::Yearly { slot: crate::period::Slot::Day { .. } | crate::period::Slot::Month(_), .. }
                    | Expr::Numeric { .. }
            );
            if open && day {
                return ((Expr::Since(Box::new(expr)), sure), next);
            }
            ((expr, sure), next)
        })
    }

    /// "Within that quarter", "в том же месяце", where the question has said which.
    fn that_unit(&self, at: usize) -> Option<usize> {
        let start = self.preposition(at).map_or(at, |(_, next)| next);
        let that = self.any(
            start,
            &["that same", "that", "the same", "том же", "той же", "тот же", "ту же", "том", "этом же", "этой же"],
        )?;
        let ((unit, count), next) = self.unit(that)?;
        (count == 1 && unit >= Unit::Week).then_some(next)
    }

    /// "На прошлой", "на этой": of weeks alone one says so without the noun.
    fn bare_week(&self, at: usize) -> reader::Read<Expr> {
        if !self.is(at, &["на"]) || self.noun_follows(at + 2) {
            return None;
        }
        let expr = match self.word(at + 1) {
            "этой" | "текущей" | "нынешней" => Expr::This(Unit::Week),
            "прошлой" | "предыдущей" | "минувшей" | "прошедшей" => {
                Expr::Ago { unit: Unit::Week, back: 1 }
            }
            "позапрошлой" => Expr::Ago { unit: Unit::Week, back: 2 },
            _ => return None,
        };
        Some((expr, at + 2))
    }

    /// "Days when revenue was over 70k", "покажи недели с заказами больше 600": steps in time that a bound chooses.
    fn listed_units(&self, at: usize) -> Option<Unit> {
        const ASKS: [&str; 18] = [
            "",
            "покажи",
            "покажите",
            "выведи",
            "перечисли",
            "назови",
            "найди",
            "все",
            "те",
            "list",
            "show",
            "me",
            "find",
            "the",
            "all",
            "those",
            "name",
            "give",
        ];
        const BOUNDS: [&str; 22] = [
            "больше",
            "более",
            "свыше",
            "выше",
            "меньше",
            "менее",
            "ниже",
            "превысила",
            "превысили",
            "перевалила",
            "перевалило",
            "over",
            "above",
            "more",
            "under",
            "below",
            "less",
            "fewer",
            "exceeded",
            "topped",
            "least",
            "most",
        ];
        let unit = match self.word(at) {
            "дни" | "days" => Unit::Day,
            "недели" | "weeks" => Unit::Week,
            "месяцы" | "months" => Unit::Month,
            "кварталы" | "quarters" => Unit::Quarter,
            _ => return None,
        };
        let bound = (at + 1..self.len()).any(|place| self.is(place, &BOUNDS));
        (bound && ASKS.contains(&self.before(at))).then_some(unit)
    }

    fn place(&self, from: usize, to: usize) -> Range<usize> {
        let start = self.tokens.get(from).map_or(0, |token| token.span.start);
        let end = to.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(start, |token| token.span.end);
        start..end
    }

    /// One word of its own, and that misspelt.
    fn doubtful(&self, from: usize, to: usize) -> bool {
        let words = (from..to).filter(|at| self.preposition(*at).is_none_or(|(_, next)| next != at + 1));
        let words: Vec<usize> = words.collect();
        matches!(words.as_slice(), [one] if self.mended.get(*one).copied().unwrap_or_default())
    }
}
