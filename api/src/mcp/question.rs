//! A question for figures as a plan of the semantic layer.

use kupets_engine::semantic::{
    catalogue::{Absent, Dimension, Metric},
    period::{Expr, Unit},
    plan::{self, Filter, Intent, Plan},
    values::ValueIndex,
};
use kupets_mcp::{Grain, Order, QueryMetric, ToolError};

use super::{
    asking::Asking,
    failure::{Answer, failed},
    filters,
    metrics::{metric, recorded},
    period::{self, Understood},
};

/// A question that was understood. What was taken for granted is in the plan.
#[derive(Debug)]
pub(super) struct Question {
    /// The plan, without a limit of its rows.
    pub plan: Plan,
    /// What the reader must know.
    pub notes: Vec<String>,
}

/// Understands a question.
pub(super) async fn read(asking: &Asking, sent: &QueryMetric) -> Answer<Question> {
    let metrics = sent.metrics.iter().enumerate();
    let metrics = metrics.map(|(place, name)| metric(asking, name, &format!("metrics[{place}]")));
    let metrics = metrics.collect::<Answer<Vec<Metric>>>()?;
    let dimensions = sent.dimensions.iter().flatten().enumerate();
    let dimensions = dimensions.map(|(place, name)| filters::dimension(name, &format!("dimensions[{place}]")));
    let dimensions = dimensions.collect::<Answer<Vec<Dimension>>>()?;
    let conditions = sent.filters.as_deref().unwrap_or_default();
    let own = metrics.iter().any(|metric| Absent::of(*metric).is_some());
    let names = if dimensions.is_empty() && conditions.is_empty() && !own {
        None
    } else {
        Some(asking.engine.names(&asking.tenant).await.map_err(failed)?)
    };
    if let Some(names) = &names {
        for (place, metric) in metrics.iter().enumerate() {
            recorded(asking, names, *metric, &format!("metrics[{place}]"))?;
        }
    }
    let filters::Read { filters, mut assumed, mut notes } = match &names {
        Some(names) => filters::read(asking, names, conditions)?,
        None => filters::Read::default(),
    };
    if let Some(names) = &names {
        let filtered = filters.iter().filter_map(Filter::dimension);
        notes.extend(dimensions.iter().chain(filtered).filter_map(|dimension| missing(asking, names, dimension)));
    }
    let mut plan = Plan {
        intent: if dimensions.is_empty() && sent.grain.is_none() { Intent::Value } else { Intent::List },
        metrics,
        dimensions,
        filters,
        grain: sent.grain.map(unit),
        average_per: sent.average_per.map(unit),
        limit_each: sent.limit_each.unwrap_or(false),
        currency: sent.currency.clone(),
        ..Plan::default()
    };
    let when = match &sent.period {
        Some(sent) => period::read(asking, sent, "period")?,
        None => usual(asking, &plan)?,
    };
    plan.period = when.period;
    assumed.extend(when.assumed);
    if let Some(sent) = &sent.compared_with {
        plan.compared_with = Some(period::beside(asking, &plan.period, sent, "compared_with")?);
        plan.intent = Intent::Compare;
    }
    if let Some(sent) = &sent.order {
        set_order(&mut plan, sent)?;
    }
    plan.assumed = assumed;
    Ok(Question { plan, notes })
}

/// The period where none is sent: all records where it is about one customer or the size of the base, else thirty days.
fn usual(asking: &Asking, plan: &Plan) -> Answer<Understood> {
    let one_customer = plan.filter_on(&Dimension::Customer).is_some();
    let base = plan.metrics == [Metric::Customers]
        && plan.dimensions.is_empty()
        && plan.grain.is_none()
        && plan.filters.iter().all(|filter| filter.dimension().is_some());
    if !one_customer && !base {
        return period::of_expr(asking, &Expr::Unsaid, "period");
    }
    let mut understood = period::of_expr(asking, &Expr::All, "period")?;
    let text = asking.say("период не назван: взяты все записи", "no period was said: all records were taken");
    understood.assumed.push(text);
    Ok(understood)
}

fn set_order(plan: &mut Plan, sent: &Order) -> Answer<()> {
    if matches!(sent.by.as_str(), "change" | "change_ratio") && plan.compared_with.is_none() {
        let wrong = ToolError::new("There is no change: nothing is compared.").at("order.by");
        return Err(wrong.advice("Send `compared_with`, or sort by a metric."));
    }
    // A list sorted by shares has them as a column.
    plan.share = sent.by == "share";
    plan.order = Some(plan::Order { by: sent.by.clone(), descending: sent.descending });
    Ok(())
}

/// An attribute that no record has.
fn missing(asking: &Asking, names: &ValueIndex, dimension: &Dimension) -> Option<String> {
    let Dimension::Attribute(name) = dimension else { return None };
    (!names.has_attribute(name)).then(|| {
        asking
            .say(format!("Признака `{name}` нет ни в одной записи."), format!("No record has the attribute `{name}`."))
    })
}

fn unit(grain: Grain) -> Unit {
    match grain {
        Grain::Hour => Unit::Hour,
        Grain::Day => Unit::Day,
        Grain::Week => Unit::Week,
        Grain::Month => Unit::Month,
        Grain::Quarter => Unit::Quarter,
        Grain::HalfYear => Unit::HalfYear,
        Grain::Year => Unit::Year,
    }
}
