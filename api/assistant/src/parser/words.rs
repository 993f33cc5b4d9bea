//! The words of questions beside the catalogue's own: `words.txt` has them, this says what they mean.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::plan::{Intent, Operator};

use super::concept::{Concept, Noun};

const WORDS: &str = include_str!("words.txt");

/// What the groups of the file say, by their names.
const GROUPS: &[(&str, Concept)] = &[
    ("alien", Concept::Alien),
    ("noun-sales", Concept::Noun(Noun::Sales)),
    ("state", Concept::State),
    ("noun-customer", Concept::Noun(Noun::Customer)),
    ("noun-product", Concept::Noun(Noun::Product)),
    ("noun-order", Concept::Noun(Noun::Order)),
    ("ratio-revenue-customers", Concept::Ratio(Metric::Revenue, Metric::Customers)),
    ("ratio-orders-customers", Concept::Ratio(Metric::Orders, Metric::Customers)),
    ("ratio-units-orders", Concept::Ratio(Metric::Units, Metric::Orders)),
    ("ratio-revenue-units", Concept::Ratio(Metric::Revenue, Metric::Units)),
    ("ratio-units-customers", Concept::Ratio(Metric::Units, Metric::Customers)),
    ("metric-units", Concept::Metric(Metric::Units)),
    ("metric-revenue", Concept::Metric(Metric::Revenue)),
    ("worth", Concept::Worth),
    ("brings", Concept::Brings),
    ("metric-orders", Concept::Metric(Metric::Orders)),
    ("metric-refundrate", Concept::Metric(Metric::RefundRate)),
    ("metric-refunds", Concept::Metric(Metric::Refunds)),
    ("metric-customers", Concept::Metric(Metric::Customers)),
    ("kind-new", Concept::Kind("new")),
    ("kind-returning", Concept::Kind("returning")),
    ("segment-champions", Concept::Segment("champions")),
    ("segment-loyal", Concept::Segment("loyal")),
    ("segment-potential_loyalists", Concept::Segment("potential_loyalists")),
    ("segment-promising", Concept::Segment("promising")),
    ("segment-need_attention", Concept::Segment("need_attention")),
    ("segment-about_to_sleep", Concept::Segment("about_to_sleep")),
    ("segment-cannot_lose", Concept::Segment("cannot_lose")),
    ("segment-at_risk", Concept::Segment("at_risk")),
    ("segment-lost", Concept::Segment("lost")),
    ("segment-hibernating", Concept::Segment("hibernating")),
    ("talk-call", Concept::Talk("call")),
    ("talk-email", Concept::Talk("email")),
    ("talk-meeting", Concept::Talk("meeting")),
    ("intent-forecast", Concept::Intent(Intent::Forecast)),
    ("intent-recommend", Concept::Intent(Intent::Recommend)),
    ("intent-plan", Concept::Intent(Intent::Plan)),
    ("intent-basket", Concept::Intent(Intent::Basket)),
    ("intent-offer", Concept::Intent(Intent::Offer)),
    ("intent-churn", Concept::Intent(Intent::Churn)),
    ("intent-clv", Concept::Intent(Intent::Clv)),
    ("intent-cohort", Concept::Intent(Intent::Cohort)),
    ("intent-abc", Concept::Intent(Intent::Abc)),
    ("intent-segments", Concept::Intent(Intent::Segments)),
    ("intent-customer", Concept::Intent(Intent::Customer)),
    ("intent-rows", Concept::Intent(Intent::Rows)),
    ("intent-help", Concept::Intent(Intent::Help)),
    ("why", Concept::Why),
    ("share", Concept::Share),
    ("compare", Concept::Compare),
    ("change-none", Concept::Change(None)),
    ("change-some-true", Concept::Change(Some(true))),
    ("change-some-false", Concept::Change(Some(false))),
    ("course", Concept::Course),
    ("top", Concept::Top),
    ("worst", Concept::Worst),
    ("bound-atleast", Concept::Bound(Operator::AtLeast)),
    ("bound-atmost", Concept::Bound(Operator::AtMost)),
    ("bound-more", Concept::Bound(Operator::More)),
    ("bound-less", Concept::Bound(Operator::Less)),
    ("bound-between", Concept::Bound(Operator::Between)),
    ("bound-in", Concept::Bound(Operator::In)),
    ("howmany", Concept::HowMany),
    ("howmuch", Concept::HowMuch),
    ("which", Concept::Which),
    ("who", Concept::Who),
    ("by", Concept::By),
    ("each", Concept::Each),
    ("not", Concept::Not),
    ("foreign", Concept::Foreign),
    ("domestic", Concept::Domestic),
    ("aside", Concept::Aside),
    ("with-running", Concept::Running(true)),
    ("without-running", Concept::Running(false)),
    ("and", Concept::And),
    ("only", Concept::Only),
    ("sold", Concept::Sold),
    ("bought", Concept::Bought),
    ("spent", Concept::Spent),
    ("money", Concept::Money),
    ("times", Concept::Times),
    ("average", Concept::Average),
    ("add", Concept::Add),
    ("remove", Concept::Remove),
    ("define", Concept::Define),
    ("follow", Concept::Follow),
    ("everything", Concept::Everything),
    ("reverse", Concept::Reverse),
    ("latest", Concept::Latest),
    ("guest", Concept::Guest),
    ("these", Concept::These),
    ("dimension-weekday", Concept::Dimension(Dimension::Weekday)),
    ("dimension-hour", Concept::Dimension(Dimension::Hour)),
    ("odd", Concept::Odd),
    ("when", Concept::When),
    ("where", Concept::Where),
    ("fluff", Concept::Fluff),
];

/// The phrases in the order of the file, with what they say.
pub(super) fn phrases() -> impl Iterator<Item = (&'static str, Concept)> {
    let mut group: Option<Concept> = None;
    WORDS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).flat_map(move |line| {
        let name = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
        if let Some(name) = name {
            group = GROUPS.iter().find(|(known, _)| *known == name).map(|(_, concept)| concept.clone());
        }
        let phrases = if name.is_some() { "" } else { line };
        let concept = group.clone();
        phrases
            .split('|')
            .map(str::trim)
            .filter(|phrase| !phrase.is_empty())
            .filter_map(move |phrase| Some((phrase, concept.clone()?)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_of_the_file_means_something() {
        let written: Vec<&str> = WORDS.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')).collect();
        let known: Vec<&str> = GROUPS.iter().map(|(name, _)| *name).collect();
        assert_eq!(written, known);
    }
}
