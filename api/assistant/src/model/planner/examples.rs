//! Verified questions as examples: those nearest to a question, with ids in place of the names in them.

use kupets_semantic::plan::{Filter, Operator, Plan};
use kupets_semantic::text::{Kind, fold, stem::stem, tokenize};

use super::reply::{Branch, Pick, Reply, Sorted, Step};

/// Examples that a prompt has at most.
pub(super) const MOST: usize = 5;

/// A question that somebody has verified, and its plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The question.
    pub question: String,
    /// Its plan.
    pub plan: Plan,
}

/// The examples that share most words with a question, the nearest last, where a model looks first.
pub fn nearest<'a>(examples: &'a [Example], question: &str, most: usize) -> Vec<&'a Example> {
    let roots = |text: &str| {
        let tokens = tokenize(text).into_iter().filter(|token| token.kind == Kind::Word);
        tokens.map(|token| stem(&token.text)).collect::<std::collections::BTreeSet<String>>()
    };
    let asked = roots(question);
    let mut found: Vec<(usize, usize)> = examples
        .iter()
        .enumerate()
        .map(|(at, example)| (roots(&example.question).intersection(&asked).count(), at))
        .filter(|(shared, _)| *shared > 0)
        .collect();
    found.sort_by(|(one, at), (other, place)| other.cmp(one).then(at.cmp(place)));
    found.truncate(most.min(MOST));
    found.iter().rev().filter_map(|(_, at)| examples.get(*at)).collect()
}

/// The example as a turn; `None` where it cannot be told without names of the data or in the words of a reply.
pub(super) fn turn(example: &Example) -> Option<(String, Reply)> {
    let plan = &example.plan;
    let mut question = example.question.clone();
    let mut filters = Vec::new();
    let mut values = 0;
    for filter in &plan.filters {
        filters.extend(picks(filter, &mut question, &mut values)?);
    }
    let own = |name: String| if name.starts_with("attributes.") { None } else { Some(name) };
    let dimensions = plan.dimensions.iter().map(|dimension| own(dimension.to_string())).collect::<Option<Vec<_>>>()?;
    // Numbers would have to be ids too.
    if plan.limit.is_some() || plan.ratio || plan.horizon.is_some() {
        return None;
    }
    let said = plan.period.from.is_some() || plan.period.to.is_some();
    let reply = Reply {
        kind: Branch::Plan,
        intent: plan.intent,
        continues: false,
        metrics: plan.metrics.iter().map(|metric| metric.name().to_owned()).collect(),
        dimensions,
        period: if said { "p1" } else { "none" }.to_owned(),
        compared: plan.compared_with.is_some(),
        grain: Step::of(plan.grain),
        filters,
        order: match &plan.order {
            None => Sorted::None,
            Some(order) if order.descending => Sorted::Best,
            Some(_) => Sorted::Worst,
        },
        limit: "none".to_owned(),
        share: plan.share,
    };
    Some((question, reply))
}

fn picks(filter: &Filter, question: &mut String, values: &mut usize) -> Option<Vec<Pick>> {
    filter.dimension().filter(|_| matches!(filter.op, Operator::In | Operator::NotIn))?;
    let mut picks = Vec::new();
    for (at, key) in filter.values.iter().enumerate() {
        let label = filter.labels.get(at).unwrap_or(key);
        *values += 1;
        let id = format!("v{values}");
        *question = without(question, label).or_else(|| without(question, key))?.replace('\u{0}', &id);
        picks.push(Pick { of: "name".to_owned(), op: filter.op, value: id });
    }
    Some(picks)
}

/// The text with a mark in place of the name; `None` where the name does not stand in it as it is.
fn without(text: &str, name: &str) -> Option<String> {
    if fold(text).len() != text.len() || name.is_empty() {
        return None;
    }
    let at = fold(text).find(&fold(name))?;
    let end = at + fold(name).len();
    Some(format!("{}\u{0}{}", text.get(..at)?, text.get(end..)?))
}
