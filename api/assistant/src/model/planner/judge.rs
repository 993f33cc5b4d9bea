//! The cross-check, both ways: everything in a proposal is supported by the words (or the plan before), and everything that the
//! words say is in the proposal. Only then is it an answer. Where a word is left that nothing explains, it may be the one that
//! matters, so the proposal is a question back.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::grain::Grain;
use kupets_semantic::plan::{Intent, Operator, Plan};

use super::build::{self, Fault};
use super::evidence::{Evidence, Mark};
use super::phrases::Says;
use super::reply::{Reply, Sorted, place};
use crate::parser::Asked;

/// What a proposal is worth.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The words say this and nothing else.
    Proven(Plan),
    /// It fits the words, but they may say more, or something else.
    Doubtful(Plan),
    /// It does not fit the words.
    Wrong(Vec<Fault>),
}

/// Judges a proposal.
pub(super) fn judge(reply: &Reply, asked: &Asked<'_>, evidence: &Evidence) -> Verdict {
    let plan = match build::plan(reply, asked, evidence) {
        Ok(plan) => plan,
        Err(faults) => return Verdict::Wrong(faults),
    };
    let mut case = Case { reply, asked, evidence, plan: &plan, faults: Vec::new(), doubt: false };
    case.supported();
    case.complete();
    if !case.faults.is_empty() {
        return Verdict::Wrong(case.faults);
    }
    if case.doubt { Verdict::Doubtful(plan) } else { Verdict::Proven(plan) }
}

struct Case<'a> {
    reply: &'a Reply,
    asked: &'a Asked<'a>,
    evidence: &'a Evidence,
    plan: &'a Plan,
    faults: Vec<Fault>,
    doubt: bool,
}

impl Case<'_> {
    fn fault(&mut self, fault: impl Into<String>) {
        self.faults.push(fault.into());
    }

    /// Everything in the proposal stands in the words.
    fn supported(&mut self) {
        let evidence = self.evidence;
        // "The best customers": those who are listed, and not how many they are.
        let listed = |metric: &Metric| self.plan.dimensions.iter().any(|dimension| dimension.is_counted_by(*metric));
        let named: Vec<Metric> = evidence.metrics().into_iter().filter(|metric| !listed(metric)).collect();
        let before = self.asked.previous.filter(|_| self.reply.continues);
        for metric in &self.plan.metrics {
            if named.contains(metric) || before.is_some_and(|plan| plan.metrics.contains(metric)) {
                continue;
            }
            if named.is_empty() {
                // It may be what an unknown word means: that is for the person to say.
                self.doubt = true;
            } else {
                self.fault(format!("`{}` is not in the question", metric.name()));
            }
        }
        // "And a week earlier?" moves the period of before, and compares nothing.
        let earlier = evidence.said.comparison.is_some() && evidence.said.periods.is_empty();
        self.doubt |= earlier && before.is_some();
        // "Customers with refunds" is no list of two figures, though it names both.
        self.doubt |= self.plan.metrics.len() != 1;
        for name in &self.reply.dimensions {
            let Some(dimension) = build::dimension(name, evidence) else { continue };
            let said = evidence.says().any(|says| evidence.dimension(says).as_ref() == Some(&dimension));
            let cycle = evidence.said.grain.as_ref().is_some_and(|found| cycle(found.expr) == Some(dimension.clone()));
            if !said && !cycle && !before.is_some_and(|plan| plan.dimensions.contains(&dimension)) {
                self.fault(format!("the dimension `{name}` is not in the question"));
            }
        }
        match self.reply.period.as_str() {
            "all" => self.fault("the question does not say all time: period is one of p1, p2 or none"),
            "none" if !evidence.said.periods.is_empty() => self.fault("the question says a period"),
            // What is meant without a period hangs on what is asked.
            "none" => self.doubt |= before.is_none(),
            _ => {}
        }
        let unit = match evidence.said.grain.as_ref().map(|found| found.expr) {
            Some(Grain::Unit(unit)) => Some(unit),
            _ => None,
        };
        if self.reply.grain.unit() != unit {
            self.fault("grain is not what the question says");
        }
        if self.reply.compared != evidence.said.comparison.is_some() {
            self.fault("compared is not what the question says");
        }
        let order = match (evidence.has(&Says::Best), evidence.has(&Says::Worst)) {
            (true, true) => None,
            (true, false) => Some(Sorted::Best),
            (false, true) => Some(Sorted::Worst),
            (false, false) => Some(Sorted::None),
        };
        match order {
            None => self.doubt = true,
            Some(order) if order != self.reply.order => self.fault("order is not what the question says"),
            Some(_) => {}
        }
        // "Three biggest customers for every month": the best of each month, or the best months?
        self.doubt |= self.plan.grain.is_some() && self.reply.order != Sorted::None;
        if self.reply.share != evidence.has(&Says::Share) {
            self.fault("share is not what the question says");
        }
        // What the whole is, is for the person to say.
        self.doubt |= self.plan.share;
        self.intent();
        self.follow();
        for pick in &self.reply.filters {
            // Bounds and negations hang on words that are not weighed here.
            if pick.of != "name" || pick.op != Operator::In {
                self.doubt = true;
            }
            if let Some(value) = place(&pick.value, 'v').and_then(|place| evidence.values.get(place)) {
                self.doubt |= !value.certain;
            }
        }
    }

    fn intent(&mut self) {
        let evidence = self.evidence;
        let (why, ahead) = (evidence.has(&Says::Why), evidence.has(&Says::Ahead));
        match self.plan.intent {
            Intent::Value | Intent::List | Intent::Compare if !why && !ahead => {}
            Intent::Explain if why && !ahead => {}
            Intent::Value | Intent::List | Intent::Compare | Intent::Explain => {
                self.fault("intent is not what the question says");
            }
            // What a forecast or advice is about, and how far it goes, is for the person to say.
            _ => self.doubt = true,
        }
    }

    fn follow(&mut self) {
        let marked = matches!(self.evidence.marks.first(), Some(Mark::Says(says)) if says.contains(&Says::Follow));
        let continues = self.reply.continues && self.asked.previous.is_some();
        if marked != continues || self.reply.continues && self.asked.previous.is_none() {
            self.doubt = true;
        }
    }

    /// Everything in the words stands in the proposal.
    fn complete(&mut self) {
        let evidence = self.evidence;
        let (mut periods, mut values) = (0, 0);
        for (at, mark) in evidence.marks.iter().enumerate() {
            match mark {
                Mark::Says(says) => {
                    // "Revenue of products" may be one figure, "by product" is a list.
                    let by = at.checked_sub(1).and_then(|before| evidence.words.get(before));
                    let by = by.is_some_and(|word| word == "по" || word == "by");
                    let listed = by || self.reply.order != Sorted::None;
                    let lists = says.iter().filter_map(|says| evidence.dimension(says));
                    self.doubt |= !listed && lists.into_iter().any(|one| self.plan.dimensions.contains(&one));
                    let heard: Vec<bool> = says.iter().map(|says| self.heard(says)).collect();
                    if !heard.contains(&true) {
                        self.fault(missing(says));
                    }
                }
                Mark::Period(place) => {
                    periods += 1;
                    match place.and_then(|place| evidence.periods.get(place)) {
                        Some(period) => {
                            self.doubt |= !period.certain;
                            if period.period != self.plan.period && self.plan.intent != Intent::Forecast {
                                self.fault("the question says another period");
                            }
                        }
                        None => self.doubt = true,
                    }
                }
                Mark::Value(words) => {
                    values += 1;
                    let readings: Vec<_> = evidence.values.iter().filter(|value| value.words == *words).collect();
                    let used = readings.iter().filter(|value| {
                        let filter = self
                            .plan
                            .filters
                            .iter()
                            .filter(|filter| filter.dimension() == Some(&value.entry.dimension));
                        filter.flat_map(|filter| &filter.values).any(|key| *key == value.entry.key)
                    });
                    match used.count() {
                        0 => self.fault("the question names a value that the plan does not have"),
                        1 => self.doubt |= readings.len() > 1,
                        _ => self.doubt = true,
                    }
                }
                Mark::Number(place) => {
                    let id = format!("n{}", place + 1);
                    let bound = self.reply.filters.iter().any(|pick| pick.value == id);
                    if self.reply.limit != id && !bound {
                        self.fault(format!("the plan does not have {id}"));
                    }
                    // A number of rows is said with "top".
                    self.doubt |= self.reply.limit == id && self.reply.order == Sorted::None;
                }
                // A filter by weekday is part of its period, which is compared above.
                Mark::Weekdays => self.doubt |= self.plan.period.weekdays.is_none(),
                Mark::Comparison | Mark::Grain => {}
                Mark::Unknown => self.doubt = true,
            }
        }
        self.doubt |= periods > 1 || values > 1;
    }

    fn heard(&self, says: &Says) -> bool {
        match says {
            Says::Metric(metric) => self.plan.metrics.contains(metric),
            Says::Dimension(_) | Says::Attribute(_) => {
                let Some(dimension) = self.evidence.dimension(says) else { return false };
                // "In the city of Kazan" lists no cities.
                self.plan.dimensions.contains(&dimension) || self.plan.filter_on(&dimension).is_some()
            }
            Says::Absent(_) => false,
            Says::Best => self.reply.order == Sorted::Best,
            Says::Worst => self.reply.order == Sorted::Worst,
            Says::Share => self.plan.share,
            Says::Why => self.plan.intent == Intent::Explain,
            Says::Ahead => self.plan.intent == Intent::Forecast,
            Says::Follow | Says::Glue => true,
        }
    }
}

fn cycle(grain: Grain) -> Option<Dimension> {
    match grain {
        Grain::Weekday => Some(Dimension::Weekday),
        Grain::HourOfDay => Some(Dimension::Hour),
        Grain::MonthOfYear => Some(Dimension::MonthOfYear),
        Grain::Unit(_) => None,
    }
}

/// What a plan leaves out, in words for the model.
fn missing(says: &[Says]) -> Fault {
    match says.first() {
        Some(Says::Metric(metric)) => format!("the question asks for `{}`", metric.name()),
        Some(Says::Dimension(dimension)) => format!("the question asks for `{dimension}`"),
        Some(Says::Absent(_)) => {
            "the question asks for something that is not in the data: kind is unsupported".to_owned()
        }
        _ => "the plan leaves out a part of the question".to_owned(),
    }
}
