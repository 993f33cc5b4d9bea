//! What the words of a question say, found without a model: the only things that a plan may be made of.

use std::ops::Range;

use kupets_semantic::catalogue::{ABSENT, ATTRIBUTES, Dimension, Metric};
use kupets_semantic::find::{self, Said};
use kupets_semantic::period::resolve;
use kupets_semantic::plan::PlanPeriod;
use kupets_semantic::text::numbers::{Number, amount};
use kupets_semantic::text::{Kind, Token, tokenize};
use kupets_semantic::values::{Entry, Quality, words};

use super::phrases::{self, Says};
use crate::language::Language;
use crate::parser::{Asked, BEFORE_THAT};

/// Values of the data that are handed to the model as ids.
const MOST_VALUES: usize = 12;

/// A period that the words may mean: `p1`, `p2`.
#[derive(Debug, Clone)]
pub(super) struct Period {
    pub typed: String,
    pub period: PlanPeriod,
    pub certain: bool,
}

/// A value that the words may name: `v1`, `v2`.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub typed: String,
    pub entry: Entry,
    /// Which words: values with the same number are readings of the same words.
    pub words: usize,
    /// The words are the whole name and mean nothing else.
    pub certain: bool,
}

/// What some words say.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    /// One of these.
    Says(Vec<Says>),
    /// A period, by its place; `None` where the calendar has none like that.
    Period(Option<usize>),
    /// What to compare with.
    Comparison,
    /// A filter by weekday.
    Weekdays,
    /// A step in time.
    Grain,
    /// A name of the data, by the number of its words.
    Value(usize),
    /// A number, by its place: `n1`, `n2`.
    Number(usize),
    /// Nothing known.
    Unknown,
}

/// All that the words say.
#[derive(Debug)]
pub(super) struct Evidence {
    pub language: Language,
    pub said: Said,
    pub periods: Vec<Period>,
    pub values: Vec<Value>,
    pub numbers: Vec<(Number, String)>,
    pub marks: Vec<Mark>,
    /// The first word of each mark.
    pub words: Vec<String>,
    /// Attributes of the data that have a name in the catalogue: `a1`, `a2`. Others are not told to the model.
    pub attributes: Vec<(usize, Dimension)>,
}

impl Evidence {
    pub fn of(asked: &Asked<'_>, language: Language) -> Self {
        let tokens = tokenize(asked.question);
        let said = find::read(&tokens, asked.days);
        let mut made = Self {
            language,
            periods: Vec::new(),
            values: Vec::new(),
            numbers: Vec::new(),
            marks: Vec::new(),
            words: Vec::new(),
            attributes: attributes(asked),
            said,
        };
        made.read(asked, &tokens);
        made
    }

    fn read(&mut self, asked: &Asked<'_>, tokens: &[Token]) {
        let mut groups = 0;
        let mut at = 0;
        while at < tokens.len() {
            let (mark, len) = self
                .time(asked, tokens, at)
                .or_else(|| self.name(asked, tokens, at, &mut groups))
                .or_else(|| self.word(asked, tokens, at))
                .unwrap_or((Mark::Unknown, 1));
            self.marks.push(mark);
            self.words.push(tokens[at].text.clone());
            at += len.max(1);
        }
    }

    fn time(&mut self, asked: &Asked<'_>, tokens: &[Token], at: usize) -> Option<(Mark, usize)> {
        let said = &self.said;
        if let Some(found) = said.comparison.as_ref().filter(|found| found.tokens.start == at) {
            return Some((Mark::Comparison, found.tokens.len()));
        }
        if let Some(found) = said.weekdays.as_ref().filter(|found| found.tokens.start == at) {
            return Some((Mark::Weekdays, found.tokens.len()));
        }
        if let Some(found) = said.grain.as_ref().filter(|found| found.tokens.start == at) {
            return Some((Mark::Grain, found.tokens.len()));
        }
        let found = said.periods.iter().find(|found| found.tokens.start == at)?.clone();
        let len = found.tokens.len();
        let expr = match &said.weekdays {
            Some(days) => found.expr.only(days.expr),
            None => found.expr,
        };
        let Ok(resolved) = resolve(&expr, asked.calendar) else { return Some((Mark::Period(None), len)) };
        let typed = typed(asked.question, tokens, found.tokens);
        let period = PlanPeriod::of(&expr, &resolved, self.language.russian());
        // What the reader takes for granted is told by the parser; here it is a reason to ask, and so is a period that hangs on the one
        // of the question before: "and the previous week?".
        let hangs = asked.previous.is_some() && BEFORE_THAT.iter().any(|stem| typed.to_lowercase().contains(stem));
        let certain = found.certain && resolved.assumed.is_empty() && !hangs;
        self.periods.push(Period { typed, period, certain });
        Some((Mark::Period(Some(self.periods.len() - 1)), len))
    }

    /// The longest name of the data at that place. A word of the catalogue by itself is no name.
    fn name(&mut self, asked: &Asked<'_>, tokens: &[Token], at: usize, groups: &mut usize) -> Option<(Mark, usize)> {
        let of_catalogue = phrases::at(tokens, at).map_or(0, |(_, len)| len);
        let timed = |place: usize| {
            let periods = self.said.periods.iter().map(|found| &found.tokens);
            periods.chain(self.said.comparison.iter().map(|found| &found.tokens)).any(|range| range.contains(&place))
        };
        let most = (at..tokens.len()).take(8).take_while(|place| !timed(*place)).count();
        for len in (of_catalogue + 1..=most).rev() {
            let range = at..at + len;
            if [range.start, range.end - 1].iter().any(|place| tokens[*place].kind == Kind::Mark) {
                continue;
            }
            let hits = asked.values.find(&words(&tokens[range.clone()]), MOST_VALUES);
            let Some(quality) = hits.first().map(|hit| hit.quality) else { continue };
            if len > 1 && quality > Quality::Form {
                continue;
            }
            // "Top 5" is no product called 5.
            let digits = tokens[range.clone()].iter().all(|token| token.kind == Kind::Digits);
            let certain = hits.len() == 1 && quality <= Quality::Form && !digits;
            let typed = typed(asked.question, tokens, range);
            *groups += 1;
            for hit in hits {
                if self.values.len() < MOST_VALUES {
                    let entry = hit.entry.clone();
                    self.values.push(Value { typed: typed.clone(), entry, words: *groups, certain });
                }
            }
            return Some((Mark::Value(*groups), len));
        }
        None
    }

    fn word(&mut self, asked: &Asked<'_>, tokens: &[Token], at: usize) -> Option<(Mark, usize)> {
        let token = &tokens[at];
        if let Some((mut says, len)) = phrases::at(tokens, at) {
            // What is not in every shop's data is a metric where it is in this one's.
            for said in &mut says {
                if let Says::Absent(place) = said
                    && let Some(metric) = ABSENT.get(*place).and_then(|absent| absent.metric)
                    && asked.values.records(metric)
                {
                    *said = Says::Metric(metric);
                }
            }
            return Some((Mark::Says(says), len));
        }
        if token.kind == Kind::Mark
            && matches!(token.text.as_str(), "." | "," | "?" | "!" | ":" | "'" | "\"" | "«" | "»")
        {
            return Some((Mark::Says(vec![Says::Glue]), 1));
        }
        let (number, end) = amount(tokens, at)?;
        let text = tokens[at..end].iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ");
        self.numbers.push((number, text));
        Some((Mark::Number(self.numbers.len() - 1), end - at))
    }

    /// All that phrases say.
    pub fn says(&self) -> impl Iterator<Item = &Says> {
        self.marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Says(says) => Some(says),
                _ => None,
            })
            .flatten()
    }

    /// Whether the words say that.
    pub fn has(&self, says: &Says) -> bool {
        self.says().any(|said| said == says)
    }

    /// The metrics that the words name.
    pub fn metrics(&self) -> Vec<Metric> {
        let mut metrics = Vec::new();
        for says in self.says() {
            if let Says::Metric(metric) = says
                && !metrics.contains(metric)
            {
                metrics.push(*metric);
            }
        }
        metrics
    }

    /// The dimension of what a phrase says, if it is one.
    pub fn dimension(&self, says: &Says) -> Option<Dimension> {
        match says {
            Says::Dimension(dimension) => Some(dimension.clone()),
            Says::Attribute(place) => {
                self.attributes.iter().find(|(known, _)| known == place).map(|(_, dimension)| dimension.clone())
            }
            _ => None,
        }
    }

    /// Something that is asked for and not in the data.
    pub fn absent(&self) -> Option<usize> {
        self.says().find_map(|says| match says {
            Says::Absent(place) => Some(*place),
            _ => None,
        })
    }
}

fn typed(question: &str, tokens: &[Token], range: Range<usize>) -> String {
    let start = tokens.get(range.start).map_or(0, |token| token.span.start);
    let end = range.end.checked_sub(1).and_then(|at| tokens.get(at)).map_or(start, |token| token.span.end);
    question.get(start..end).unwrap_or_default().to_owned()
}

/// The attributes of the data that the catalogue has a name for.
fn attributes(asked: &Asked<'_>) -> Vec<(usize, Dimension)> {
    let known = ATTRIBUTES.iter().enumerate();
    let found = known.filter(|(_, (name, _))| asked.values.has_attribute(name));
    found.map(|(place, (name, _))| (place, Dimension::Attribute((*name).to_owned()))).collect()
}
