//! From a reply to a plan: ids become what was found in the words, and nothing else gets in.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::grain::Grain;
use kupets_semantic::period::{Expr, Future, Unit, compare, resolve};
use kupets_semantic::plan::{Filter, Intent, Operator, Order, Plan, PlanPeriod, Subject};

use super::evidence::Evidence;
use super::reply::{Pick, Reply, Sorted, place};
use crate::parser::Asked;

/// What is wrong with a reply, in words for the model.
pub(super) type Fault = String;

/// The plan that a reply proposes.
pub(super) fn plan(reply: &Reply, asked: &Asked<'_>, evidence: &Evidence) -> Result<Plan, Vec<Fault>> {
    let mut faults: Vec<Fault> = Vec::new();
    let base = asked.previous.filter(|_| reply.continues);
    let mut plan = base.cloned().unwrap_or_default();
    plan.assumed.clear();
    let mut metrics: Vec<Metric> = Vec::new();
    for name in &reply.metrics {
        match Metric::parse(name) {
            Some(metric) if !metrics.contains(&metric) => metrics.push(metric),
            Some(_) => {}
            None => faults.push(format!("there is no metric `{name}`")),
        }
    }
    if !metrics.is_empty() {
        plan.order = plan.order.take().filter(|order| order.by == "period" || order.by == "key");
        plan.metrics = metrics;
    }
    let mut dimensions: Vec<Dimension> = Vec::new();
    for name in &reply.dimensions {
        match dimension(name, evidence) {
            Some(dimension) if !dimensions.contains(&dimension) => dimensions.push(dimension),
            Some(_) => {}
            None => faults.push(format!("there is no dimension `{name}`")),
        }
    }
    if !dimensions.is_empty() {
        plan.dimensions = dimensions;
    }
    for pick in &reply.filters {
        match filter(pick, evidence) {
            Ok(filter) => put(&mut plan, filter),
            Err(fault) => faults.push(fault),
        }
    }
    if let Err(fault) = period(&mut plan, reply, asked, evidence, base.is_some()) {
        faults.push(fault);
    }
    grain(&mut plan, reply, evidence);
    shape(&mut plan, reply, evidence, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    plan.check(asked.calendar).map_err(|fault| vec![fault.to_string()])?;
    if plan.is_statement() {
        kupets_semantic::compile::statement(&plan, "XXX", asked.calendar).map_err(|fault| vec![fault.to_string()])?;
    }
    Ok(plan)
}

pub(super) fn dimension(name: &str, evidence: &Evidence) -> Option<Dimension> {
    if let Some(place) = place(name, 'a') {
        return evidence.attributes.get(place).map(|(_, dimension)| dimension.clone());
    }
    Dimension::parse(name).filter(|dimension| !matches!(dimension, Dimension::Attribute(_)))
}

fn filter(pick: &Pick, evidence: &Evidence) -> Result<Filter, Fault> {
    if pick.of == "name" {
        let value = place(&pick.value, 'v').and_then(|place| evidence.values.get(place));
        let value = value.ok_or_else(|| format!("`{}` is no value that was given", pick.value))?;
        if !matches!(pick.op, Operator::In | Operator::NotIn) {
            return Err(format!("`{}` is a name: use in or not_in", pick.value));
        }
        let entry = value.entry.clone();
        let mut filter = Filter::one_of(entry.dimension, vec![entry.key], vec![entry.label]);
        filter.op = pick.op;
        return Ok(filter);
    }
    let field = match pick.of.as_str() {
        "order_amount" => Some(Subject::OrderAmount),
        name => Metric::parse(name).map(Subject::Metric),
    };
    let field = field.ok_or_else(|| format!("there is no metric `{}`", pick.of))?;
    let number = place(&pick.value, 'n').and_then(|place| evidence.numbers.get(place));
    let (number, _) = number.ok_or_else(|| format!("`{}` is no number that was given", pick.value))?;
    Ok(Filter::bound(field, pick.op, &[*number]))
}

/// Another value of the same dimension joins the filter, anything else takes its place.
fn put(plan: &mut Plan, filter: Filter) {
    let alike = plan.filters.iter_mut().find(|known| known.field == filter.field && known.op == filter.op);
    match alike {
        Some(known) if filter.dimension().is_some() => {
            for (value, label) in filter.values.into_iter().zip(filter.labels) {
                if !known.values.contains(&value) {
                    known.values.push(value);
                    known.labels.push(label);
                }
            }
        }
        _ => {
            plan.filters.retain(|known| known.field != filter.field);
            plan.filters.push(filter);
        }
    }
}

fn period(
    plan: &mut Plan,
    reply: &Reply,
    asked: &Asked<'_>,
    evidence: &Evidence,
    continues: bool,
) -> Result<(), Fault> {
    let russian = evidence.language.russian();
    let named = |expr: &Expr| {
        let resolved = resolve(expr, asked.calendar).map_err(|_| "that period is not clear".to_owned())?;
        Ok::<_, Fault>((PlanPeriod::of(expr, &resolved, russian), resolved.assumed))
    };
    let mut assumed = Vec::new();
    match reply.period.as_str() {
        "none" if continues => {}
        "none" => {
            let weekdays = evidence.said.weekdays.as_ref().map(|found| found.expr);
            let expr = match (reply.intent, weekdays) {
                (Intent::Forecast, _) => Expr::Future(Future::Unit { unit: Unit::Month, ahead: 1 }),
                (Intent::Explain, _) => Expr::Ago { unit: Unit::Month, back: 1 },
                (_, Some(weekdays)) => Expr::Only { weekdays, of: None },
                _ => Expr::Unsaid,
            };
            (plan.period, assumed) = named(&expr)?;
        }
        "all" => (plan.period, assumed) = named(&Expr::All)?,
        id => {
            let period = place(id, 'p').and_then(|place| evidence.periods.get(place));
            plan.period =
                period.map(|found| found.period.clone()).ok_or_else(|| format!("there is no period `{id}`"))?;
        }
    }
    plan.assumed.extend(assumed.iter().map(|text| evidence.language.text(text)));
    if reply.compared {
        let with = evidence.said.comparison.as_ref().ok_or("nothing is compared in the question: compared is false")?;
        let other = compare(&plan.period.as_resolved(asked.calendar), &with.expr, asked.calendar);
        let other = other.ok().flatten().ok_or("there is no period to compare with")?;
        plan.compared_with = Some(PlanPeriod::resolved(&other, russian));
    } else if !matches!(reply.period.as_str(), "none") {
        plan.compared_with = None;
    }
    Ok(())
}

fn grain(plan: &mut Plan, reply: &Reply, evidence: &Evidence) {
    if let Some(unit) = reply.grain.unit() {
        plan.grain = Some(unit);
    }
    // A cycle is a dimension, and the reader knows it better than the model.
    let cycle = match evidence.said.grain.as_ref().map(|found| found.expr) {
        Some(Grain::Weekday) => Dimension::Weekday,
        Some(Grain::HourOfDay) => Dimension::Hour,
        Some(Grain::MonthOfYear) => Dimension::MonthOfYear,
        _ => return,
    };
    if !plan.dimensions.contains(&cycle) {
        plan.dimensions.push(cycle);
    }
}

/// Intent, order, limit and share.
fn shape(plan: &mut Plan, reply: &Reply, evidence: &Evidence, faults: &mut Vec<Fault>) {
    plan.share |= reply.share;
    match reply.limit.as_str() {
        "none" => {}
        id => {
            match place(id, 'n').and_then(|place| evidence.numbers.get(place)).and_then(|(number, _)| number.integer())
            {
                Some(limit) if limit > 0 => plan.limit = u32::try_from(limit).ok(),
                _ => faults.push(format!("`{id}` is no number of rows that was given")),
            }
        }
    }
    let statement = matches!(reply.intent, Intent::Value | Intent::List | Intent::Compare);
    let others = [Intent::Explain, Intent::Forecast, Intent::Recommend, Intent::Churn, Intent::Segments];
    if !statement && !others.contains(&reply.intent) {
        faults.push("there is no such intent".to_owned());
    } else if !statement {
        plan.intent = reply.intent;
        plan.filters.clear();
        plan.compared_with = None;
        plan.dimensions.clear();
        plan.order = None;
        plan.limit = None;
        plan.share = false;
        match reply.intent {
            Intent::Explain => plan.grain = None,
            Intent::Forecast => {
                plan.metrics.truncate(1);
                plan.grain = Some(plan.grain.unwrap_or(Unit::Month));
                plan.horizon = Some(1);
            }
            _ => plan.metrics.clear(),
        }
        return;
    }
    let listed = !plan.dimensions.is_empty() || plan.grain.is_some();
    if reply.order != Sorted::None {
        if listed {
            plan.order = Some(Order { by: plan.metric().name().to_owned(), descending: reply.order == Sorted::Best });
        } else {
            faults.push("order needs a dimension".to_owned());
        }
    }
    if plan.limit.is_some() && !listed {
        faults.push("limit needs a dimension".to_owned());
    }
    plan.intent = match (plan.compared_with.is_some(), listed) {
        (true, _) => Intent::Compare,
        (false, true) => Intent::List,
        (false, false) => Intent::Value,
    };
}
