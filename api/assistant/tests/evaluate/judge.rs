//! Whether a plan is the expected one, as `questions/README.md` says it is judged.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use kupets_assistant::parser::{Outcome, Parsed};
use kupets_semantic::catalogue::Metric;
use kupets_semantic::period::Calendar;
use kupets_semantic::plan::{DEFAULT_LIMIT, Plan, PlanPeriod};
use serde_json::Value;

use crate::filters;
use crate::line::Line;
use crate::retail::Retail;

/// What an answer was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As expected.
    Right,
    /// An answer from the data that is another one, or where none was right.
    Wrong,
    /// Asked back though an answer or a refusal was right.
    AskedBack,
    /// Refused though an answer or a question was right.
    Refused,
}

/// Judges an answer, and says what differs.
pub fn judge(line: &Line, parsed: &Parsed, retail: &Retail) -> (Verdict, Vec<String>) {
    let source = parsed.source();
    let allowed: Vec<&str> = match line.expect.get("source_any") {
        Some(any) => any.as_array().unwrap().iter().filter_map(Value::as_str).collect(),
        None => line.expect["source"].as_str().into_iter().collect(),
    };
    if !allowed.contains(&source) {
        let verdict = match source {
            "clarify" => Verdict::AskedBack,
            "unsupported" => Verdict::Refused,
            _ => Verdict::Wrong,
        };
        let said = match &parsed.outcome {
            Outcome::Clarify { question, .. } => question.clone(),
            Outcome::Unsupported { reason } => reason.clone(),
            Outcome::Plan { .. } | Outcome::Help => String::new(),
        };
        return (verdict, vec![format!("source {source}, not {}: {said}", allowed.join(" or "))]);
    }
    let differs = match &parsed.outcome {
        Outcome::Plan { plan, .. } => {
            let calendar = Calendar::new(line.now, line.zone);
            differences(&line.expect, plan, &calendar, retail)
        }
        Outcome::Help if line.expect.get("intent").is_some_and(|intent| intent != "help") => {
            vec!["help".to_owned()]
        }
        _ => Vec::new(),
    };
    (if differs.is_empty() { Verdict::Right } else { Verdict::Wrong }, differs)
}

/// A reading in one line.
pub fn told(parsed: &Parsed, retail: &Retail) -> String {
    match &parsed.outcome {
        Outcome::Plan { plan, .. } => {
            let metrics: Vec<&str> = plan.metrics.iter().map(|metric| metric.name()).collect();
            let dimensions: Vec<String> = plan.dimensions.iter().map(ToString::to_string).collect();
            let compared = plan.compared_with.as_ref().map(|period| format!(" beside {}", period.label));
            let order = plan.order.as_ref().map(|order| format!(" order {} {}", order.by, order.descending));
            let ratio = if plan.ratio { " ratio" } else { "" };
            let share = if plan.share { " share" } else { "" };
            let average = plan.average_per.map(|unit| format!(" average per {unit:?}")).unwrap_or_default();
            let each = if plan.limit_each { " each" } else { "" };
            let together = if plan.together { " together" } else { "" };
            format!(
                "{:?} {}{ratio}{share}{average}{each}{together} by {:?} {:?} [{}]{}{} grain {:?} limit {:?} {:?}",
                plan.intent,
                metrics.join(","),
                dimensions,
                filters::of_plan(plan, retail),
                plan.period.label,
                compared.unwrap_or_default(),
                order.unwrap_or_default(),
                plan.grain,
                plan.limit,
                plan.assumed,
            )
        }
        Outcome::Clarify { question, .. } => format!("CLARIFY {question}"),
        Outcome::Unsupported { reason } => format!("UNSUPPORTED {reason}"),
        Outcome::Help => "HELP".to_owned(),
    }
}

fn differences(expect: &Value, plan: &Plan, calendar: &Calendar, retail: &Retail) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |key: &str, right: bool, is: &dyn std::fmt::Debug| {
        if !right {
            found.push(format!("{key} {is:?}, not {}", expect[key]));
        }
    };
    if let Some(intent) = expect.get("intent") {
        let is = serde_json::to_value(plan.intent).unwrap();
        check("intent", is == *intent, &is);
    }
    let metrics: BTreeSet<&str> = plan.metrics.iter().map(|metric| metric.name()).collect();
    if let Some(wanted) = expect.get("metrics") {
        check("metrics", metrics == names(wanted) || same_quotient(plan, expect), &metrics);
    }
    if let Some(wanted) = expect.get("ratio") {
        let order: Vec<&str> = wanted.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let is: Vec<&str> = plan.metrics.iter().map(|metric| metric.name()).collect();
        check("ratio", plan.ratio && is == order || same_quotient(plan, expect), &(plan.ratio, is));
    }
    if let Some(wanted) = expect.get("average_per") {
        let is = serde_json::to_value(plan.average_per).unwrap();
        check("average_per", is == *wanted, &is);
    }
    for (key, is) in [("limit_each", plan.limit_each), ("together", plan.together)] {
        if let Some(wanted) = expect.get(key) {
            check(key, Value::Bool(is) == *wanted, &is);
        }
    }
    if let Some(share) = expect.get("share") {
        check("share", Value::Bool(plan.share) == *share, &plan.share);
    }
    let dimensions: BTreeSet<String> =
        plan.dimensions.iter().map(|dimension| filters::name(&dimension.to_string()).to_owned()).collect();
    if let Some(wanted) = expect.get("dimensions") {
        let wanted: BTreeSet<String> = names(wanted).into_iter().map(str::to_owned).collect();
        check("dimensions", dimensions == wanted, &dimensions);
    }
    if let Some(wanted) = expect.get("filters") {
        let is = filters::of_plan(plan, retail);
        check("filters", is == filters::expected(wanted, retail), &is);
    }
    if let Some(wanted) = expect.get("period") {
        let differs = period(wanted, &plan.period, calendar);
        check("period", differs.is_none(), &differs);
    }
    if let Some(wanted) = expect.get("compared_with") {
        let none = PlanPeriod::default();
        let differs = match (&plan.compared_with, wanted.is_null()) {
            (None, true) => None,
            (other, _) => period(wanted, other.as_ref().unwrap_or(&none), calendar),
        };
        check("compared_with", differs.is_none(), &differs);
    }
    if let Some(wanted) = expect.get("assumed_period") {
        let said = plan.assumed.iter().any(|text| text.contains("период не назван") || text.contains("no period was"));
        check("assumed_period", Value::Bool(said) == *wanted, &plan.assumed);
    }
    if let Some(wanted) = expect.get("order") {
        let usual = (plan.metric().name().to_owned(), true);
        let is = plan.order.as_ref().map_or(usual, |order| (order.by.clone(), order.descending));
        let right = wanted.is_null() && plan.order.is_none()
            || wanted["by"] == is.0.as_str() && (wanted["direction"] == "desc") == is.1;
        check("order", right, &is);
    }
    if let Some(wanted) = expect.get("limit") {
        let listed = !plan.dimensions.is_empty();
        let is = plan.limit.or(Some(DEFAULT_LIMIT).filter(|_| listed && !wanted.is_null()));
        check("limit", wanted.as_u64() == is.map(u64::from), &is);
    }
    if let Some(wanted) = expect.get("grain") {
        let is = serde_json::to_value(plan.grain).unwrap();
        check("grain", is == *wanted, &is);
    }
    found
}

fn names(value: &Value) -> BTreeSet<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Revenue divided by orders is the average order.
fn same_quotient(plan: &Plan, expect: &Value) -> bool {
    let pair = expect.get("ratio").map(names).unwrap_or_default();
    match plan.metrics.as_slice() {
        [Metric::AverageOrder] => pair == BTreeSet::from(["orders", "revenue"]),
        [Metric::RefundRate] => pair == BTreeSet::from(["gross", "refunds"]),
        _ => false,
    }
}

fn period(wanted: &Value, is: &PlanPeriod, calendar: &Calendar) -> Option<String> {
    let (from, to) = (is.begin(calendar), is.end(calendar));
    let edges = [("from", from), ("to", to)];
    for (key, is) in edges {
        let right = match wanted.get(key) {
            None if wanted.is_null() => is.is_none(),
            None => true,
            Some(edge) => moment(edge, calendar) == is,
        };
        if !right {
            return Some(format!("{key} {}", is.map_or_else(|| "open".to_owned(), |at| at.to_rfc3339())));
        }
    }
    let running = wanted.get("running").and_then(Value::as_bool);
    (running.is_some_and(|running| running != is.running)).then(|| format!("running {}", is.running))
}

fn moment(edge: &Value, calendar: &Calendar) -> Option<DateTime<Utc>> {
    let text = edge.as_str()?;
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Some(calendar.midnight(day));
    }
    Some(DateTime::parse_from_rfc3339(text).unwrap().to_utc())
}
