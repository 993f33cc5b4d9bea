//! Follow-ups: a question that edits the plan before it.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::plan::{Filter, Intent, Operator, Plan};

use super::reading::Reading;

/// Whether a question continues the one before: it says nothing of its own that could be asked for, or begins with "and".
pub(super) fn follows(reading: &Reading, words: usize) -> bool {
    let own = !reading.metrics.is_empty() || !reading.intents.is_empty();
    reading.refers
        || reading.follow
        || reading.begins_by && words <= 4
        || !own
        || words <= 2 && reading.intents.is_empty()
}

/// Puts what a follow-up says in place of what the plan had.
pub(super) fn edit(plan: &mut Plan, reading: &Reading) {
    plan.assumed.clear();
    if reading.everything {
        plan.filters.clear();
    }
    // "Tell me about customer 17850", "how much did he spend": the card gives way to a figure.
    let card = matches!(plan.intent, Intent::Customer | Intent::Offer | Intent::Churn | Intent::Clv | Intent::Segments);
    if card && !reading.metrics.is_empty() {
        plan.intent = Intent::Value;
    }
    // "How many new customers", "how much did they spend": those customers.
    if reading.refers && !reading.metrics.is_empty() && reading.metrics.iter().all(|metric| !metric.counts_customers())
    {
        let kind = match plan.metrics.as_slice() {
            [Metric::NewCustomers] => Some("new"),
            [Metric::ReturningCustomers] => Some("returning"),
            _ => None,
        };
        if let Some(kind) = kind {
            plan.filters.push(Filter::one_of(Dimension::CustomerKind, vec![kind.to_owned()], vec![kind.to_owned()]));
        }
    }
    plan.filters.retain(|filter| !filter.dimension().is_some_and(|one| reading.everything_of.contains(one)));
    for filter in &reading.filters {
        // "Take out the UK": no more of those that were picked, or all but them.
        if reading.removes && filter.op == Operator::In && filter.dimension().is_some() {
            take_out(plan, filter);
            continue;
        }
        // "Compare with Germany" after a question about France.
        if (reading.adds || reading.compare) && add_values(plan, filter) {
            continue;
        }
        // "And without Ireland" after "without the UK": both are left out.
        if filter.op == Operator::NotIn && add_values(plan, filter) {
            continue;
        }
        put_filter(plan, filter.clone());
    }
    for (at, bound) in &reading.bounds {
        let mut bound = bound.clone();
        // "And more than ten?" after "customers with more than five orders".
        let before: Vec<_> = plan.filters.iter().filter(|filter| filter.field.is_number()).collect();
        if let ([one], true) = (before.as_slice(), reading.bare_bounds.contains(at)) {
            bound.field = one.field.clone();
        }
        plan.filters.retain(|filter| filter.field != bound.field);
        plan.filters.push(bound);
    }
    // "Top 5 products", "and customers?": another list of the same figure.
    let other = match (plan.dimensions.as_slice(), reading.metrics.as_slice()) {
        ([Dimension::Product], [Metric::Customers]) => Some(Dimension::Customer),
        ([Dimension::Customer], [Metric::Units]) if reading.units_of_goods => Some(Dimension::Product),
        _ => None,
    };
    if let Some(other) = other.filter(|_| !reading.counts && plan.order.is_some()) {
        plan.dimensions = vec![other];
    } else if !reading.metrics.is_empty() {
        let main = plan.metric();
        let before = std::mem::replace(&mut plan.metrics, reading.metrics.clone());
        // "Add orders" to the revenue by country; "how many orders does he have" of the one who spent most.
        let listed = plan.order.as_ref().is_some_and(|order| order.by == main.name());
        let ranked = reading.refers && listed && plan.limit.is_some() && !reading.metrics.contains(&main);
        if reading.adds && !reading.ratio && !plan.ratio {
            let new = std::mem::replace(&mut plan.metrics, before);
            plan.metrics.extend(new.into_iter().filter(|metric| *metric != main));
            plan.metrics.dedup();
        } else if ranked {
            plan.metrics.push(main);
        }
        plan.ratio = reading.ratio;
        plan.share &= !plan.metric().is_quotient();
        let now = plan.metric().name();
        if let Some(order) = plan.order.as_mut().filter(|order| order.by == main.name() && !ranked) {
            now.clone_into(&mut order.by);
        }
        plan.order = plan.order.take().filter(|order| {
            const OTHERS: [&str; 5] = ["change", "change_ratio", "share", "period", "key"];
            OTHERS.contains(&order.by.as_str()) || plan.metrics.iter().any(|metric| metric.name() == order.by)
        });
    }
    if !reading.dimensions.is_empty() {
        // A key that is listed now is no longer one that was picked, unless it was picked just now.
        plan.filters.retain(|filter| {
            !filter.dimension().is_some_and(|dimension| reading.dimensions.contains(dimension))
                || reading.filters.contains(filter)
        });
        plan.dimensions.clone_from(&reading.dimensions);
        plan.grain = None;
        plan.order = None;
        plan.limit = None;
        plan.limit_each = false;
        plan.together = false;
    }
    if let Some(limit) = reading.limit {
        plan.limit = Some(limit);
    }
    if plan.intent == Intent::Rows && (!reading.dimensions.is_empty() || !reading.metrics.is_empty()) {
        plan.intent = Intent::Value;
    }
}

/// "Add Spain": the values come to those of the filter on the same field.
fn add_values(plan: &mut Plan, filter: &Filter) -> bool {
    let same =
        |known: &&mut Filter| known.field == filter.field && known.op == filter.op && filter.dimension().is_some();
    let Some(known) = plan.filters.iter_mut().find(same) else { return false };
    for (at, value) in filter.values.iter().enumerate() {
        if !known.values.contains(value) {
            known.values.push(value.clone());
            known.labels.push(filter.labels.get(at).unwrap_or(value).clone());
        }
    }
    true
}

/// Takes the values of a filter away: from those that were picked, else from all.
fn take_out(plan: &mut Plan, filter: &Filter) {
    let picked = plan.filters.iter_mut().find(|known| {
        known.field == filter.field
            && known.op == Operator::In
            && filter.values.iter().any(|value| known.values.contains(value))
    });
    let Some(known) = picked else {
        plan.filters.push(Filter { op: Operator::NotIn, ..filter.clone() });
        return;
    };
    let left: Vec<(String, String)> = known
        .values
        .iter()
        .zip(&known.labels)
        .filter(|(value, _)| !filter.values.contains(value))
        .map(|(value, label)| (value.clone(), label.clone()))
        .collect();
    (known.values, known.labels) = left.into_iter().unzip();
    plan.filters.retain(|known| known.op != Operator::In || known.dimension().is_none() || !known.values.is_empty());
}

/// A filter in place of the one on the same field.
fn put_filter(plan: &mut Plan, filter: Filter) {
    // "Only new ones" of customers are the new customers.
    let people = [Metric::Customers, Metric::NewCustomers, Metric::ReturningCustomers];
    let counted = matches!(plan.metrics.as_slice(), [metric] if people.contains(metric));
    if filter.dimension() == Some(&Dimension::CustomerKind) && counted {
        let metric = match filter.values.first().map(String::as_str) {
            Some("new") => Some(Metric::NewCustomers),
            Some("returning") => Some(Metric::ReturningCustomers),
            _ => None,
        };
        if let Some(metric) = metric {
            plan.metrics = vec![metric];
            return;
        }
    }
    // "And what is France's" after the share of Germany: the part is another, the whole the same.
    let part = plan.filters.iter().any(|known| known.field == filter.field && known.part);
    plan.filters.retain(|known| known.field != filter.field);
    plan.filters.push(Filter { part: filter.part || part, ..filter });
}
