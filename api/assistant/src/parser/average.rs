//! Averages over steps in time: `average weekly orders`, `в среднем за день`, `in a typical month`.

use std::ops::Range;

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::find::Found;
use kupets_semantic::grain::{self, Grain};
use kupets_semantic::period::{Expr, Slot, Unit, WeekdayOf, Weekdays, WeekendOf};
use kupets_semantic::plan::Intent;
use kupets_semantic::text::Kind;

use super::concept::{Concept, Noun};
use super::scan::{Mark, Scan, What};

/// Words before a unit that make it one step of many: `a day`, `за один день`.
const ONE: [&str; 17] = [
    "a",
    "an",
    "the",
    "one",
    "each",
    "every",
    "single",
    "один",
    "одну",
    "одни",
    "каждый",
    "каждую",
    "каждые",
    "отдельный",
    "отдельную",
    "любой",
    "любую",
];
/// Words for a step like the others.
const USUAL: [&str; 22] = [
    "average",
    "avg",
    "mean",
    "typical",
    "normal",
    "usual",
    "regular",
    "ordinary",
    "средний",
    "среднюю",
    "среднем",
    "средней",
    "обычный",
    "обычную",
    "обычном",
    "обычной",
    "типичный",
    "типичную",
    "типичном",
    "типичной",
    "типовой",
    "типовую",
];

/// Words that a step was found in.
struct Step {
    unit: Unit,
    tokens: Range<usize>,
    /// It says by itself that the step is one of many: `a day`, `в месяц`.
    of_many: bool,
    /// It says by itself that an average is meant: `a typical week`.
    usual: bool,
}

impl Scan {
    /// Finds the step that figures are averaged over, and takes its words out of what else they might say.
    pub(super) fn take_average(&mut self) {
        if self.said.average.is_some() || self.quotient_said() || self.of_each_customer() {
            return;
        }
        let spoken = self.marks.iter().any(|mark| self.says_average(mark));
        let counts = self.marks.iter().any(|mark| matches!(mark.what, What::Says(Concept::HowMany | Concept::HowMuch)));
        // "How much will we sell in a week" is of what is to come.
        let ahead = self.marks.iter().any(|mark| mark.what == What::Says(Concept::Intent(Intent::Forecast)));
        let found = self.steps().into_iter().find(|step| {
            spoken || step.usual || step.of_many && !ahead && (counts || self.of_figure(step.tokens.start))
        });
        let Some(step) = found else {
            if spoken {
                self.take_cycle();
            }
            return;
        };
        if !spoken && !step.usual {
            let words = self.words_at(step.tokens.clone());
            let read_as = format!("{words}, {}", if words.is_ascii() { "on average" } else { "в среднем" });
            self.mended.push((words, read_as));
        }
        self.average_over(step.unit, step.tokens);
    }

    /// "How many orders does a customer make", "сколько тратит клиент": an average over people, whatever steps are named beside it.
    fn of_each_customer(&self) -> bool {
        let word = |at: usize| self.tokens.get(at).map_or("", |token| token.text.as_str());
        (0..self.tokens.len()).any(|at| match word(at) {
            "клиент" | "покупатель" => true,
            "customer" | "buyer" | "shopper" => {
                at > 0 && matches!(word(at - 1), "a" | "an" | "each" | "every" | "one" | "per" | "average" | "typical")
            }
            _ => false,
        })
    }

    /// Whether a figure stands right before that token: "orders a day", "штук в день".
    fn of_figure(&self, at: usize) -> bool {
        let before = self.marks.iter().filter(|mark| mark.tokens.end <= at).max_by_key(|mark| mark.tokens.end);
        before.is_some_and(|mark| matches!(mark.what, What::Says(Concept::Metric(_) | Concept::Noun(_))))
    }

    fn average_over(&mut self, unit: Unit, tokens: Range<usize>) {
        let within = |other: &Range<usize>| other.start < tokens.end && tokens.start < other.end;
        self.said.periods.retain(|found| !within(&found.tokens));
        self.said.grain = self.said.grain.take().filter(|found| !within(&found.tokens));
        self.marks.retain(|mark| !within(&mark.tokens));
        let span = self.tokens[tokens.start].span.start..self.tokens[tokens.end - 1].span.end;
        self.said.average = Some(Found { expr: unit, span, tokens: tokens.clone(), certain: true });
        self.marks.push(Mark { what: What::Time, tokens });
        self.marks.sort_by_key(|mark| mark.tokens.start);
        self.count_what_is_averaged();
    }

    /// "Average orders by weekday", "on Mondays on average": of a day of those.
    fn take_cycle(&mut self) {
        let cycle = matches!(self.said.grain.as_ref().map(|found| found.expr), Some(Grain::Weekday | Grain::HourOfDay));
        let dimension = self
            .marks
            .iter()
            .any(|mark| matches!(mark.what, What::Says(Concept::Dimension(Dimension::Weekday | Dimension::Hour))));
        let place = self.marks.iter().find(|mark| self.says_average(mark)).map(|mark| mark.tokens.clone());
        if let Some(tokens) = &place {
            self.take_usual_weekday(tokens.end);
        }
        if let (true, Some(tokens)) = (cycle || dimension || self.said.weekdays.is_some(), place) {
            let span = self.tokens[tokens.start].span.start..self.tokens[tokens.end - 1].span.end;
            self.said.average = Some(Found { expr: Unit::Day, span, tokens, certain: true });
            self.count_what_is_averaged();
        }
    }

    /// "A typical Monday", "в обычный понедельник": every one of them, and not the last.
    fn take_usual_weekday(&mut self, at: usize) {
        let bare = |expr: &Expr| match expr {
            Expr::Weekday { day, of: WeekdayOf::Past(0) } => Some(Weekdays::one(*day)),
            Expr::Weekend(WeekendOf::Latest) => Some(Weekdays::WEEKEND),
            _ => None,
        };
        let place = self.said.periods.iter().position(|found| found.tokens.start == at && bare(&found.expr).is_some());
        if let Some(found) = place.filter(|_| self.said.weekdays.is_none()).map(|place| self.said.periods.remove(place))
            && let Some(expr) = bare(&found.expr)
        {
            self.said.weekdays = Some(Found { expr, span: found.span, tokens: found.tokens, certain: true });
        }
    }

    /// "Average orders" are so many orders, and no average order, where they are of a day or a week.
    fn count_what_is_averaged(&mut self) {
        for at in 0..self.marks.len() {
            let typed = self.typed(&self.marks[at]).to_lowercase();
            let what = match self.marks[at].what {
                What::Says(Concept::Ratio(Metric::Orders, Metric::Customers)) => Concept::Metric(Metric::Orders),
                What::Says(Concept::Metric(Metric::AverageOrder)) if typed.ends_with("sales") => {
                    Concept::Noun(Noun::Sales)
                }
                What::Says(Concept::Metric(Metric::AverageOrder)) => Concept::Metric(Metric::Orders),
                _ => continue,
            };
            self.marks[at].what = What::Says(what);
        }
    }

    /// Whether a mark says that an average is meant: a word for it that is no part of a figure's name, or the name of a quotient
    /// that has no people in it.
    fn says_average(&self, mark: &Mark) -> bool {
        let typed = self.typed(mark).to_lowercase();
        match &mark.what {
            What::Says(Concept::Average) => true,
            What::Says(Concept::Ratio(Metric::Orders, Metric::Customers)) => {
                ["средн", "average"].iter().any(|word| typed.contains(word)) && !names_people(&typed)
            }
            What::Says(Concept::Metric(Metric::AverageOrder)) => plural(&typed),
            _ => false,
        }
    }

    /// Whether a figure is named that is a quotient already: "the average order per week" is one a week.
    fn quotient_said(&self) -> bool {
        self.marks.iter().any(|mark| match &mark.what {
            What::Says(Concept::Metric(metric)) => metric.is_quotient() && !self.says_average(mark),
            What::Says(Concept::Ratio(..)) => !self.says_average(mark),
            _ => false,
        })
    }

    /// The steps that the words name, those that say most first.
    fn steps(&self) -> Vec<Step> {
        let mut found: Vec<Step> = (0..self.tokens.len()).filter_map(|at| self.step(at)).collect();
        found.sort_by_key(|step| (!step.usual, !step.of_many));
        found
    }

    fn step(&self, at: usize) -> Option<Step> {
        let word = |at: usize| self.tokens.get(at).map_or("", |token| token.text.as_str());
        let step = |unit, tokens, of_many, usual| Some(Step { unit, tokens, of_many, usual });
        // "Daily", "ежедневная", "per week".
        if let Some(found) = self.said.grain.as_ref().filter(|found| found.tokens.start == at)
            && let Grain::Unit(unit) = found.expr
        {
            let by =
                matches!(word(at), "by" | "по" | "в") && found.tokens.len() > 1 && !self.each_within(&found.tokens);
            return step(unit, found.tokens.clone(), false, false).filter(|_| !by);
        }
        let preposition = matches!(word(at), "в" | "за" | "на" | "in" | "per" | "for" | "during" | "on" | "over");
        let mut place = at + usize::from(preposition);
        let mut one = false;
        let mut usual = false;
        loop {
            match word(place) {
                word if USUAL.contains(&word) => usual = true,
                word if ONE.contains(&word) => one = true,
                _ => break,
            }
            place += 1;
        }
        let unit = grain::unit(word(place))?;
        let russian = !word(place).is_ascii();
        let told = if russian {
            matches!(word(at), "в" | "за") || usual
        } else {
            usual || matches!(word(at), "a" | "an" | "per")
        };
        let (mut begins, end) = (at, place + 1);
        // "A typical week of October" is one of it, "a week of sales" a length.
        let of = word(end) == "of" && !usual;
        if !told
            || of
            || self.follows_on(end)
            || self.of_named_day(place)
            || russian && usual && place == at + 1 && !preposition && word(at) == "среднем"
        {
            return None;
        }
        // "Half a year", "a year and a half" are lengths.
        if at > 0 && word(at - 1) == "half" || word(end) == "and" && word(end + 1) == "a" && word(end + 2) == "half" {
            return None;
        }
        // "In a typical week" begins with its preposition.
        if !preposition && at > 0 && matches!(word(at - 1), "in" | "on" | "for" | "during" | "over" | "per") {
            begins = at - 1;
        }
        // "Over a week" is a length.
        let length = at > 0 && matches!(word(at - 1), "for" | "over" | "within" | "during" | "last" | "past" | "than");
        if self.said.hours.as_ref().is_some_and(|found| found.tokens.contains(&place)) {
            return None;
        }
        let of_many =
            if russian { word(at) == "в" && !one } else { matches!(word(at), "a" | "an") && !usual && !length };
        step(unit, begins..end, of_many, usual)
    }

    fn each_within(&self, tokens: &Range<usize>) -> bool {
        tokens.clone().any(|at| self.tokens[at].text.starts_with("кажд"))
    }

    /// Whether a unit is a word of a named day or of the week around one: "в день рождения магазина", "за неделю чёрной пятницы".
    fn of_named_day(&self, at: usize) -> bool {
        let named = |expr: &Expr| matches!(expr, Expr::Yearly { slot: Slot::Named(_), .. } | Expr::Around { .. });
        self.said.periods.iter().any(|found| found.tokens.contains(&at) && named(&found.expr))
    }

    /// Whether what follows a unit makes it another thing: "в день открытия", "a day ago", "за год до".
    fn follows_on(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        if token.kind != Kind::Word {
            return token.kind == Kind::Digits || token.text == "-";
        }
        const AFTER: [&str; 9] = ["ago", "before", "later", "earlier", "after", "назад", "до", "после", "раньше"];
        if AFTER.contains(&token.text.as_str()) {
            return true;
        }
        self.marks.iter().any(|mark| mark.tokens.start == at && mark.what == What::Unknown)
    }
}

/// "Average orders", "average sales": many of them.
fn plural(typed: &str) -> bool {
    let average = ["average", "avg", "mean", "средн"].iter().any(|word| typed.contains(word));
    average && ["orders", "sales", "purchases", "transactions", "receipts"].iter().any(|end| typed.ends_with(end))
}

fn names_people(typed: &str) -> bool {
    ["клиент", "покупател", "customer", "buyer", "people", "person"].iter().any(|part| typed.contains(part))
}
