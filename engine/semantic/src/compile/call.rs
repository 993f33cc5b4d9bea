//! What of the engine answers a plan that is no statement: a report or a call, with parameters as the API has them.

use std::collections::BTreeMap;

use crate::catalogue::Dimension;
use crate::period::{Calendar, Unit};
use crate::plan::{Fault, Filter, Intent, Operator, Plan};

/// A call of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What is called.
    pub what: Called,
    /// The parameters, by their names in the API.
    pub parameters: BTreeMap<String, String>,
}

/// What answers a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Called {
    /// `/v1/trends/explain`.
    Explain,
    /// `/v1/forecast`.
    Forecast,
    /// `/v1/recommendations`; the draft of a plan takes the accepted ones.
    Recommendations,
    /// `/v1/customers/{id}` and its timeline.
    Customer,
    /// `/v1/customers/{id}/offers`.
    Offers,
    /// A report, by its id.
    Report(&'static str),
    /// Nothing: the answer is the help.
    Nothing,
}

/// The call of a plan.
///
/// # Errors
/// The plan cannot be answered; the message names the field.
pub fn call(plan: &Plan, calendar: &Calendar) -> Result<Call, Fault> {
    plan.check(calendar)?;
    takes_filters(plan)?;
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            parameters.insert(name.to_owned(), value);
        }
    };
    let moment = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    let edges = [("from", plan.period.begin(calendar)), ("to", plan.period.end(calendar))];
    let key = |dimension: &Dimension| {
        let filter = plan.filter_on(dimension).filter(|filter: &&Filter| filter.op == Operator::In);
        filter.and_then(|filter| filter.values.first()).cloned()
    };
    put("currency", plan.currency.clone());
    let what = match plan.intent {
        Intent::Explain => {
            put("metric", Some(plan.metric().name().to_owned()));
            let compared = plan.compared_with.clone().unwrap_or_default();
            for (name, at) in edges {
                put(name, at.map(moment));
            }
            put("compare_from", compared.begin(calendar).map(moment));
            put("compare_to", compared.end(calendar).map(moment));
            let names: Vec<String> = plan.dimensions.iter().map(ToString::to_string).collect();
            put("dimensions", (!names.is_empty()).then(|| names.join(",")));
            Called::Explain
        }
        Intent::Forecast => {
            put("metric", Some(plan.metric().name().to_owned()));
            put("grain", Some(unit_name(plan.grain.unwrap_or(Unit::Month)).to_owned()));
            put("horizon", Some(plan.horizon.unwrap_or(1).to_string()));
            put("product_id", key(&Dimension::Product));
            put("category", key(&Dimension::Category));
            put("channel", key(&Dimension::Channel));
            put("segment", key(&Dimension::Segment));
            Called::Forecast
        }
        Intent::Recommend | Intent::Plan => {
            put("customer_id", key(&Dimension::Customer));
            put("status", (plan.intent == Intent::Plan).then(|| "accepted".to_owned()));
            put("limit", plan.limit.map(|limit| limit.to_string()));
            Called::Recommendations
        }
        Intent::Customer | Intent::Offer => {
            let customer = key(&Dimension::Customer);
            if customer.is_none() {
                return Err(Fault { field: "filters".to_owned(), message: "name no customer".to_owned() });
            }
            put("customer_id", customer);
            put("limit", plan.limit.map(|limit| limit.to_string()));
            if plan.intent == Intent::Offer { Called::Offers } else { Called::Customer }
        }
        Intent::Help => Called::Nothing,
        // The card of one customer has the risk, its reasons and the worth.
        Intent::Churn | Intent::Clv if key(&Dimension::Customer).is_some() => {
            put("customer_id", key(&Dimension::Customer));
            Called::Customer
        }
        Intent::Churn | Intent::Clv => {
            put("limit", plan.limit.map(|limit| limit.to_string()));
            Called::Report("customer_value")
        }
        other => {
            for (name, at) in edges {
                put(name, at.map(moment));
            }
            put("limit", plan.limit.map(|limit| limit.to_string()));
            match other {
                Intent::Segments => Called::Report("rfm_segments"),
                Intent::Basket => Called::Report("basket_pairs"),
                Intent::Cohort => Called::Report("cohort_retention"),
                Intent::Abc => Called::Report("abc_xyz"),
                _ => {
                    return Err(Fault {
                        field: "intent".to_owned(),
                        message: "is worked out by a statement, not by a call".to_owned(),
                    });
                }
            }
        }
    };
    Ok(Call { what, parameters })
}

/// Whether the call can be made of no more and no less than what the plan is about: of the whole shop, or of one value of
/// what it takes.
fn takes_filters(plan: &Plan) -> Result<(), Fault> {
    let takes = |dimension: &Dimension| match plan.intent {
        Intent::Forecast => {
            matches!(dimension, Dimension::Product | Dimension::Category | Dimension::Channel | Dimension::Segment)
        }
        Intent::Basket => *dimension == Dimension::Product,
        Intent::Customer | Intent::Offer | Intent::Recommend | Intent::Plan | Intent::Churn | Intent::Clv => {
            *dimension == Dimension::Customer
        }
        _ => false,
    };
    // What lines an explanation is made of, its own filters say.
    let filters = plan.filters.iter().filter(|_| !matches!(plan.intent, Intent::Explain | Intent::Help));
    for filter in filters {
        let one = filter.op == Operator::In && filter.values.len() == 1;
        if !one || !filter.dimension().is_some_and(takes) {
            let message = format!(
                "such an answer is given for the whole shop or for one value of what it takes: take the filter by `{}` away",
                filter.field
            );
            return Err(Fault { field: "filters".to_owned(), message });
        }
    }
    Ok(())
}

/// The filters of an explanation: those of the plan, and the weekdays that both of its periods are cut down to.
pub fn explained_filters(plan: &Plan) -> Vec<Filter> {
    let mut filters = plan.filters.clone();
    if let Some(weekdays) = plan.period.weekdays {
        let days = weekdays.days().map(|day| day.to_string()).collect();
        filters.push(Filter::one_of(Dimension::Weekday, days, Vec::new()));
    }
    filters
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute | Unit::Hour | Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Quarter => "quarter",
        Unit::HalfYear | Unit::Year => "year",
    }
}
