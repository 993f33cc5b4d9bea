//! Metrics by their names, and why what is often asked for is not there.

use kupets_engine::semantic::{
    catalogue::{ABSENT, Absent, METRICS, Metric},
    values::ValueIndex,
};
use kupets_mcp::ToolError;

use super::{asking::Asking, failure::Answer};

/// The metric of that name in the argument `at`.
pub(super) fn metric(asking: &Asking, name: &str, at: &str) -> Answer<Metric> {
    Metric::parse(name).ok_or_else(|| {
        let absent = ABSENT.iter().find(|absent| absent.name == name);
        let why = absent.map(|absent| format!(" ({})", asking.language.pick(absent.why.0, absent.why.1)));
        let known: Vec<&str> = METRICS.iter().map(|known| known.name).collect();
        ToolError::new(format!("There is no metric called `{name}`{}.", why.unwrap_or_default()))
            .at(at)
            .advice(format!("list_metrics tells what there is: {}.", known.join(", ")))
    })
}

/// Refuses a metric whose parts no record of the workspace holds: an empty figure would look like one of zero.
pub(super) fn recorded(asking: &Asking, names: &ValueIndex, metric: Metric, at: &str) -> Answer<()> {
    match Absent::of(metric).filter(|_| !names.records(metric)) {
        None => Ok(()),
        Some(absent) => {
            let why = asking.language.pick(absent.why.0, absent.why.1);
            Err(ToolError::new(format!("`{}` cannot be worked out: {why}.", metric.name()))
                .at(at)
                .advice("send `cost`, `discount` and `kind` with the lines of purchases, and it can be asked for."))
        }
    }
}
