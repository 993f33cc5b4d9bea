//! The JSON schema of a reply, written as text so that its properties keep their order. Enums only, no patterns: a pattern may end
//! the server for everybody.

use std::fmt::Write as _;

use kupets_semantic::catalogue::{DIMENSIONS, METRICS, Metric};
use serde_json::value::RawValue;

use super::evidence::Evidence;
use crate::parser::Asked;

/// Intents that a model may propose.
const INTENTS: [&str; 8] = ["value", "list", "compare", "explain", "forecast", "recommend", "churn", "segments"];
const OPERATORS: [&str; 6] = ["in", "not_in", "more", "at_least", "less", "at_most"];

/// The metrics that the model may pick from: those that the words or the plan before name, or all where there are none.
pub(super) fn metrics(asked: &Asked<'_>, evidence: &Evidence) -> Vec<Metric> {
    let mut metrics = evidence.metrics();
    if metrics.is_empty() {
        return METRICS.iter().map(|known| known.metric).collect();
    }
    for metric in asked.previous.iter().flat_map(|plan| &plan.metrics) {
        if !metrics.contains(metric) {
            metrics.push(*metric);
        }
    }
    metrics
}

/// The dimensions that the model may pick from, as it names them.
pub(super) fn dimensions(evidence: &Evidence) -> Vec<String> {
    let own = DIMENSIONS.iter().map(|(_, name, _)| (*name).to_owned());
    own.chain(ids('a', evidence.attributes.len())).collect()
}

pub(super) fn ids(letter: char, count: usize) -> impl Iterator<Item = String> {
    (1..=count).map(move |number| format!("{letter}{number}"))
}

/// The schema of the reply to a question.
pub(super) fn schema(asked: &Asked<'_>, evidence: &Evidence) -> Option<Box<RawValue>> {
    let metrics: Vec<String> = metrics(asked, evidence).iter().map(|metric| metric.name().to_owned()).collect();
    let periods: Vec<String> = ids('p', evidence.periods.len()).chain(["none".to_owned(), "all".to_owned()]).collect();
    let limits: Vec<String> = ids('n', evidence.numbers.len()).chain(["none".to_owned()]).collect();
    let values: Vec<String> = ids('v', evidence.values.len()).chain(ids('n', evidence.numbers.len())).collect();
    let of: Vec<String> =
        ["name", "order_amount"].map(str::to_owned).into_iter().chain(metrics.iter().cloned()).collect();
    let filters = if values.is_empty() {
        r#"{"type":"array","items":{"type":"object"},"maxItems":0}"#.to_owned()
    } else {
        format!(
            r#"{{"type":"array","maxItems":4,"items":{{"type":"object","properties":{{"of":{},"op":{},"value":{}}},"required":["of","op","value"],"additionalProperties":false}}}}"#,
            any(&of),
            any(&OPERATORS),
            any(&values)
        )
    };
    let list =
        |names: &[String], most: usize| format!(r#"{{"type":"array","maxItems":{most},"items":{}}}"#, any(names));
    let flag = r#"{"type":"boolean"}"#.to_owned();
    let steps = ["none", "hour", "day", "week", "month", "quarter", "half_year", "year"];
    let properties = [
        ("kind", any(&["plan", "clarify", "unsupported"])),
        ("intent", any(&INTENTS)),
        ("continues", flag.clone()),
        ("metrics", list(&metrics, 3)),
        ("dimensions", list(&dimensions(evidence), 2)),
        ("period", any(&periods)),
        ("compared", flag.clone()),
        ("grain", any(&steps)),
        ("filters", filters),
        ("order", any(&["none", "best", "worst"])),
        ("limit", any(&limits)),
        ("share", flag),
    ];
    let mut text = String::from(r#"{"type":"object","properties":{"#);
    for (at, (name, schema)) in properties.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(text, r#"{comma}"{name}":{schema}"#);
    }
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let _ = write!(text, r#"}},"required":{},"additionalProperties":false}}"#, quoted(&names));
    RawValue::from_string(text).ok()
}

fn any(names: &[impl AsRef<str>]) -> String {
    format!(r#"{{"type":"string","enum":{}}}"#, quoted(names))
}

/// Names of the catalogue and ids need no escapes.
fn quoted(names: &[impl AsRef<str>]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("\"{}\"", name.as_ref())).collect();
    format!("[{}]", names.join(","))
}
