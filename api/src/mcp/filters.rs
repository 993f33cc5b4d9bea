//! Conditions: their fields are those of the semantic layer, their keys those of the records.

use kupets_engine::semantic::{
    catalogue::{DIMENSIONS, Dimension},
    plan::{self, Subject},
    values::{Quality, ValueIndex, normal},
};
use kupets_mcp::{Filter, Operator, Scalar, ToolError};

use super::{asking::Asking, failure::Answer, number::plain};

/// Keys that a refusal lists at most.
const LISTED: usize = 10;
/// Where customers stand by their own rhythm.
const LIFECYCLE: [&str; 5] = ["new", "active", "cooling", "lost", "won_back"];
/// New and returning customers, and guests.
const CUSTOMER_KINDS: [&str; 3] = ["new", "returning", "other"];

/// Conditions as a plan has them.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// The conditions.
    pub filters: Vec<plan::Filter>,
    /// How keys were read.
    pub assumed: Vec<String>,
    /// Keys that no record has.
    pub notes: Vec<String>,
}

/// Reads conditions; `names` are the keys of the records.
pub(super) fn read(asking: &Asking, names: &ValueIndex, sent: &[Filter]) -> Answer<Read> {
    let mut read = Read::default();
    for (place, filter) in sent.iter().enumerate() {
        let at = format!("filters[{place}]");
        let field = subject(&filter.field, &at)?;
        let mut keys = Keys { asking, names, read: &mut read };
        let values = filter.values.iter().enumerate();
        let values = values.map(|(place, value)| keys.value(&field, value, &format!("{at}.values[{place}]")));
        let values = values.collect::<Answer<Vec<String>>>()?;
        read.filters.push(plan::Filter { field, op: operator(filter.op), values, labels: Vec::new(), part: false });
    }
    Ok(read)
}

/// A dimension by its name in the argument `at`.
pub(super) fn dimension(name: &str, at: &str) -> Answer<Dimension> {
    Dimension::parse(name).ok_or_else(|| {
        let wrong = ToolError::new(format!("There is no dimension called `{name}`.")).at(at);
        wrong.advice(format!("There are {}. list_metrics tells which fit a metric.", dimensions()))
    })
}

fn dimensions() -> String {
    let known = DIMENSIONS.iter().map(|(_, name, _)| *name);
    known.chain(["attributes.NAME"]).collect::<Vec<_>>().join(", ")
}

fn subject(name: &str, at: &str) -> Answer<Subject> {
    Subject::parse(name).ok_or_else(|| {
        let wrong =
            ToolError::new(format!("There is nothing to filter by that is called `{name}`.")).at(format!("{at}.field"));
        wrong.advice(format!("There are order_amount, the metrics of list_metrics, and {}.", dimensions()))
    })
}

fn operator(sent: Operator) -> plan::Operator {
    match sent {
        Operator::In => plan::Operator::In,
        Operator::NotIn => plan::Operator::NotIn,
        Operator::More => plan::Operator::More,
        Operator::AtLeast => plan::Operator::AtLeast,
        Operator::Less => plan::Operator::Less,
        Operator::AtMost => plan::Operator::AtMost,
        Operator::Between => plan::Operator::Between,
        Operator::Missing => plan::Operator::Missing,
        Operator::Present => plan::Operator::Present,
    }
}

struct Keys<'a> {
    asking: &'a Asking,
    names: &'a ValueIndex,
    read: &'a mut Read,
}

impl Keys<'_> {
    /// A value as the plan has it.
    fn value(&mut self, field: &Subject, sent: &Scalar, at: &str) -> Answer<String> {
        let text = sent.to_string();
        match field {
            Subject::Metric(_)
            | Subject::OrderAmount
            | Subject::Dimension(Dimension::Weekday | Dimension::Hour | Dimension::MonthOfYear) => plain(&text, at),
            Subject::Dimension(Dimension::Segment) => {
                one_of(text, &self.asking.tenant.segments().names(), "segment", at)
            }
            Subject::Dimension(Dimension::Lifecycle) => one_of(text, &LIFECYCLE, "stage", at),
            Subject::Dimension(Dimension::CustomerKind) => one_of(text, &CUSTOMER_KINDS, "kind of customer", at),
            Subject::Dimension(dimension) => self.key(dimension, text, at),
        }
    }

    /// A key of the records: as it is, or by the name that people know it by.
    fn key(&mut self, dimension: &Dimension, text: String, at: &str) -> Answer<String> {
        if self.names.get(dimension, &text).is_some() {
            return Ok(text);
        }
        let hits = self.names.find(&normal(&text), LISTED);
        let hits: Vec<_> = hits.into_iter().filter(|hit| hit.entry.dimension == *dimension).collect();
        let named: Vec<_> = hits.iter().filter(|hit| hit.quality <= Quality::Form).map(|hit| hit.entry).collect();
        match named.as_slice() {
            [one] => {
                self.read.assumed.push(self.asking.say(
                    format!("`{text}` прочитано как {dimension} `{}`", one.key),
                    format!("`{text}` was read as the {dimension} `{}`", one.key),
                ));
                Ok(one.key.clone())
            }
            [] => {
                // Names are of a version that may be a little older, and not all may have had room: it is told, not refused.
                let alike: Vec<String> = hits.iter().map(|hit| format!("`{}`", hit.entry.key)).collect();
                let alike = if alike.is_empty() { String::new() } else { format!(": {}?", alike.join(", ")) };
                self.read.notes.push(self.asking.say(
                    format!("Записей, где {dimension} `{text}`, нет{}", or_stop(&alike)),
                    format!("No record has the {dimension} `{text}`{}", or_stop(&alike)),
                ));
                Ok(text)
            }
            several => {
                let keys: Vec<String> =
                    several.iter().map(|entry| format!("`{}` ({})", entry.key, entry.label)).collect();
                let wrong = ToolError::new(format!("Several are called `{text}`.")).at(at);
                Err(wrong.advice(format!("Send the key of the one that is meant: {}.", keys.join(", "))))
            }
        }
    }
}

fn or_stop(alike: &str) -> &str {
    if alike.is_empty() { "." } else { alike }
}

fn one_of(text: String, known: &[impl AsRef<str>], what: &str, at: &str) -> Answer<String> {
    if known.iter().any(|name| name.as_ref() == text) {
        return Ok(text);
    }
    let names: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
    let wrong = ToolError::new(format!("There is no {what} called `{text}`.")).at(at);
    Err(wrong.advice(format!("There are {}.", names.join(", "))))
}
