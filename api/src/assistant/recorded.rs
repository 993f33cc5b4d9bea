//! What is recorded of a metric, for an answer that has no figures.

use kupets_assistant::language::Language;
use kupets_engine::{
    plans::Extent,
    semantic::{
        catalogue::Metric,
        period::{Calendar, dates},
    },
};

/// The first and the last day with records of the metric, as texts.
pub(super) fn recorded(
    extent: &Extent,
    metric: Metric,
    calendar: &Calendar,
    language: Language,
) -> Option<(String, String)> {
    let span = if metric == Metric::Interactions { extent.interactions } else { extent.sales };
    let day = |at: chrono::DateTime<chrono::Utc>| {
        let day = Some(at.with_timezone(&calendar.zone).date_naive());
        language.text(&dates(day, day))
    };
    span.map(|(first, last)| (day(first), day(last)))
}
