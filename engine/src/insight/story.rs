//! The change of the whole as an analyst would tell it: by how much, what the calendar and the season explain, what is news, and the
//! factors behind it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use kupets_analytics::attribution::season_part;
use kupets_core::Result;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    days::Days,
    effects::{self, Calendar, Season},
    explain::{Comparison, Span},
    finding::{decimal, share},
    headline,
    parameters::Language,
    shifts::a_year_ago,
    tree::{self, Tree},
};

use crate::snapshot_reader::SnapshotReader;

/// A part of a change that something else than the shop explains.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ChangePartBody)]
pub struct ChangePart {
    /// What it explains of the change.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schema(value_type = f64, format = "decimal")]
    pub contribution: Decimal,
    /// The contribution as a share of the larger of both periods' figures; null where both are 0.
    pub share: Option<f64>,
    /// It in a sentence.
    pub sentence: String,
    /// The statement that it rests on.
    pub sql: String,
}

/// What is told before the findings.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Story {
    pub headline: Option<String>,
    pub calendar: Option<ChangePart>,
    pub season: Option<ChangePart>,
    /// What is left when the calendar's and the season's parts are taken off the change.
    pub news: Option<Decimal>,
    pub tree: Option<Tree>,
}

/// Tells the change of `whole` (before and after, in ten-thousandths); `since` is the day of the first record.
///
/// # Errors
/// The limits of queries.
pub(super) async fn told(
    reader: &SnapshotReader,
    comparison: &Comparison,
    whole: (i128, i128),
    since: Option<NaiveDate>,
    now: DateTime<Utc>,
    language: Language,
) -> Result<Story> {
    if whole == (0, 0) {
        return Ok(Story::default());
    }
    let grown = tree::read(reader, comparison, language).await?;
    let calendar = match since {
        Some(since) => effects::calendar(reader, comparison, since, now).await?,
        None => None,
    };
    let year_ago = year_ago(comparison, reader.tenant().time_zone(), now);
    // Without the calendar's part nobody asks for the season's; without records of then there is none.
    let reached = year_ago.as_ref().zip(since).is_some_and(|((before, _), since)| before.from >= since);
    let season = match (&calendar, since, year_ago.filter(|_| reached)) {
        (Some(_), Some(since), Some(year_ago)) => season(reader, comparison, year_ago, whole, since, now).await?,
        _ => None,
    };
    let explained = calendar.as_ref().and_then(|calendar| calendar.part);
    let part = |contribution: i128, sentence: String, sql: &str| ChangePart {
        contribution: decimal(contribution),
        share: share(contribution, whole),
        sentence,
        sql: sql.to_owned(),
    };
    let seasonal = season.as_ref().map(|season| season.part);
    let lines = headline::Lines {
        comparison,
        whole,
        calendar: calendar.as_ref().filter(|calendar| calendar.part.is_some()),
        season: season.as_ref(),
        since: since.filter(|_| year_ago.is_some() && !reached),
        orders: grown.as_ref().map(|grown| (&grown.before, &grown.after)),
        language,
    };
    let headline = lines.headline();
    let calendar_part =
        calendar.as_ref().and_then(|calendar| Some(part(calendar.part?, lines.calendar()?, &calendar.sql)));
    let season_part = season.as_ref().and_then(|season| Some(part(season.part, lines.season()?, &season.sql)));
    let news = explained.map(|calendar| decimal(whole.1 - whole.0 - calendar - seasonal.unwrap_or_default()));
    let tree = grown.map(|grown| grown.tree);
    Ok(Story { headline: Some(headline), calendar: calendar_part, season: season_part, news, tree })
}

/// The days of both periods a year ago, as far as they have ended; none where one has no whole day.
fn year_ago(comparison: &Comparison, zone: Tz, now: DateTime<Utc>) -> Option<(Days, Days)> {
    let today = now.with_timezone(&zone).date_naive();
    let back = |span: Span| {
        let days = Days::within(span, zone);
        a_year_ago(Days::between(days.from, days.to.min(today)))
    };
    let (before, after) = (back(comparison.before), back(comparison.after));
    (before.count() > 0 && after.count() > 0).then_some((before, after))
}

/// What a year ago explains; none where there was next to nothing then.
async fn season(
    reader: &SnapshotReader,
    comparison: &Comparison,
    (before, after): (Days, Days),
    whole: (i128, i128),
    since: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<Season>> {
    let zone = reader.tenant().time_zone();
    let year_ago = Comparison { before: before.span(zone), after: after.span(zone), ..comparison.clone() };
    let Some(Calendar { part, whole: then, sql, .. }) = effects::calendar(reader, &year_ago, since, now).await? else {
        return Ok(None);
    };
    let float = |units: i128| units as f64;
    let found = season_part(float(whole.0), (float(then.0), float(then.1)), float(part.unwrap_or_default()));
    Ok(found.map(|found| Season { part: found.round() as i128, year_ago: then, sql }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::insight::metric::Metric;

    #[test]
    fn a_year_ago_is_the_same_part_of_a_period_that_runs() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let span = |from: &str, to: &str| Span { from: at(from), to: at(to) };
        let comparison =
            |before, after| Comparison { metric: Metric::Revenue, before, after, currency: "GBP".into(), only: None };
        let whole = comparison(
            span("2011-10-01T00:00:00Z", "2011-11-01T00:00:00Z"),
            span("2011-11-01T00:00:00Z", "2011-12-01T00:00:00Z"),
        );
        let (before, after) = year_ago(&whole, Tz::UTC, at("2012-01-01T00:00:00Z")).unwrap();
        assert_eq!((before.from.to_string(), after.to.to_string()), ("2010-10-01".into(), "2010-12-01".into()));
        // Ten days and a half of November have passed: ten are compared.
        let running = comparison(
            span("2011-10-01T00:00:00Z", "2011-10-11T12:00:00Z"),
            span("2011-11-01T00:00:00Z", "2011-12-01T00:00:00Z"),
        );
        let (before, after) = year_ago(&running, Tz::UTC, at("2011-11-11T12:00:00Z")).unwrap();
        assert_eq!((before.count(), after.count()), (10, 10));
        assert!(year_ago(&running, Tz::UTC, at("2011-11-01T12:00:00Z")).is_none());
    }
}
