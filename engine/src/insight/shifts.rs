//! What a period's days tell: levels that began, and days out of line, each measured by a statement and with what lies behind it.

use chrono::{Datelike, Months, NaiveDate};
use kupets_analytics::changes::{Anomaly, THRESHOLD, Verdict, anomalies, season_or_news, surety};

use super::{
    days::{Compared, Days, Measured, Windows, count, measure, shifted},
    dimension::Dimension,
    explain::{Comparison, Parts},
    finding::{Behind, Finding, decimal, id, share},
    levels::{Daily, Level, WEEK},
    lines::{self, Lines},
    metric::Metric,
    parameters::Language,
    phrases::{Cause, Sentence},
};
use kupets_core::Result;

use crate::snapshot_reader::SnapshotReader;

/// Shifts and anomalies that are told at most.
const SHIFTS: usize = 5;
const ANOMALIES: usize = 10;
/// Days of a level that are measured at most, on each side.
const MOST_DAYS: i64 = 56;
/// Weeks before a day that its usual value is taken from.
const USUAL_WEEKS: i64 = 4;
/// Wild days that are left out of the windows of a shift, at most.
const MOST_WILD: usize = 5;
/// Days in a year of whole weeks, so that weekdays fall on each other.
const YEAR: i64 = 364;
/// By what share a figure is usually missed.
const ERROR: f64 = 0.1;
/// How many days a holiday moves from year to year.
const MOVES: i64 = 3;
/// The share of a difference that a cause must carry.
const MOST_OF_IT: f64 = 0.5;
/// Anomalies less sure than this are not told.
const SURE: f64 = 0.5;

/// What the findings of days are made from.
pub(super) struct Moves<'a> {
    pub reader: &'a SnapshotReader,
    pub comparison: &'a Comparison,
    pub language: Language,
    /// The metric of the whole by day.
    pub daily: &'a Daily,
    /// The earlier and the later period, as far as they have whole days.
    pub before: Days,
    pub after: Days,
    /// The metric of the whole in both periods, in ten-thousandths.
    pub whole: (i128, i128),
    /// By dimension, for labels and to know which dimensions there are.
    pub parts: &'a [Parts],
    /// Whether one key explains a difference best can be asked.
    pub explainable: bool,
    wild: Vec<Anomaly>,
}

impl<'a> Moves<'a> {
    /// Looks for days out of line in all of the series.
    pub fn new(
        reader: &'a SnapshotReader,
        comparison: &'a Comparison,
        language: Language,
        daily: &'a Daily,
        (before, after): (Days, Days),
        whole: (i128, i128),
        parts: &'a [Parts],
    ) -> Self {
        let wild = anomalies(&daily.values, WEEK, THRESHOLD).unwrap_or_default();
        let explainable = comparison.metric.adds_up() && comparison.metric != Metric::NewCustomers;
        Self { reader, comparison, language, daily, before, after, whole, parts, explainable, wild }
    }

    /// The levels of the whole that began in either period, the greatest first.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn shifts(&self) -> Result<Vec<Finding>> {
        let mut found = Vec::new();
        for level in self.daily.levels(Days::between(self.before.from.min(self.after.from), self.after.to)) {
            found.extend(self.shift(&level, None, self.daily.values.len()).await?);
        }
        found.sort_by_key(|finding| std::cmp::Reverse(finding.contribution.abs()));
        found.truncate(SHIFTS);
        Ok(found)
    }

    /// A level as a finding: of the whole, or of one key with its label.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn shift(
        &self,
        level: &Level,
        key: Option<(&Dimension, Option<&str>, Option<&str>)>,
        places: usize,
    ) -> Result<Option<Finding>> {
        let wild: Vec<NaiveDate> = self.wild.iter().take(MOST_WILD).map(|a| self.daily.day(a.at)).collect();
        let windows = windows(level).without(if key.is_none() { &wild } else { &[] });
        let of = key.map(|(dimension, key, _)| (dimension, key));
        let Some(compared) = self.measure(of, &windows).await? else { return Ok(None) };
        // Measured plainly it must go the same way; if it does not, it is not worth a sentence.
        if compared.after == compared.before || (compared.after > compared.before) != level.up() {
            return Ok(None);
        }
        let cause = match key {
            None => self.behind(&windows, &compared).await?,
            Some(_) => None,
        };
        let seasonal = match self.daily.place(shifted(windows.before[0].from, -YEAR)) {
            Some(_) => {
                let year_ago = self.measure(of, &windows.moved(-YEAR)).await?;
                seasonal(compared.before, compared.after, year_ago.map(|c| (c.before, c.after)))
            }
            None => None,
        };
        let sentence = Sentence {
            comparison: self.comparison,
            language: self.language,
            of: key.map(|(dimension, key, label)| (dimension, label.or(key))),
            compared: &compared,
            cause: cause.as_ref(),
            seasonal,
        };
        let metric = self.comparison.metric.name();
        let since = level.since.to_string();
        let dimension = key.map(|(dimension, _, _)| dimension.to_string());
        let own = key.and_then(|(_, key, _)| key);
        Ok(Some(Finding {
            id: id(&["shift", metric, &since, dimension.as_deref().unwrap_or("\0"), own.unwrap_or("\0")]),
            kind: "shift",
            metric,
            dimension,
            key: own.map(str::to_owned),
            label: key.and_then(|(_, _, label)| label.map(str::to_owned)),
            before: decimal(compared.before),
            after: decimal(compared.after),
            contribution: decimal(self.carried(level.since, &compared)),
            excess: None,
            share: share(self.carried(level.since, &compared), self.whole),
            same: Vec::new(),
            since: Some(level.since),
            seasonal,
            confidence: rounded(surety(level.point.strength, places)),
            cause: cause.as_ref().map(told),
            sentence: sentence.shift(level.since, (level.next - level.since).num_days()),
            sql: compared.sql,
        }))
    }

    /// What a level carries of the change of the whole: its jump on each of its days in the later period, less that on its days
    /// in the earlier one.
    fn carried(&self, since: NaiveDate, compared: &Compared) -> i128 {
        let jump = compared.after - compared.before;
        let days = |period: Days| Days::between(period.from.max(since), period.to).count();
        if self.comparison.metric.adds_up() {
            return jump.saturating_mul(i128::from(days(self.after) - days(self.before)));
        }
        let share = |period: Days| days(period) as f64 / period.count().max(1) as f64;
        let jump = match self.comparison.metric.is_ratio() {
            true => jump as f64,
            false => self.of_the_whole(compared),
        };
        (jump * (share(self.after) - share(self.before))) as i128
    }

    /// What a change of days is of a whole that is not their sum: customers of a month are not those of its days. The share of the larger
    /// level by which days changed is taken, of the period that is like it, so that days of next to nothing do not multiply it.
    fn of_the_whole(&self, compared: &Compared) -> f64 {
        let (before, after) = (compared.before as f64, compared.after as f64);
        let (whole, larger) = if after > before { (self.whole.1, after) } else { (self.whole.0, before) };
        if larger > 0.0 { whole as f64 * (after - before) / larger } else { 0.0 }
    }

    /// The days out of line in either period, the greatest first.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn anomalies(&self) -> Result<Vec<Finding>> {
        let sure = |anomaly: &Anomaly| surety(anomaly.z, self.daily.values.len());
        let mut candidates: Vec<&Anomaly> = self
            .wild
            .iter()
            .filter(|anomaly| {
                let day = self.daily.day(anomaly.at);
                (self.before.holds(day) || self.after.holds(day)) && sure(anomaly) >= SURE
            })
            .collect();
        let off = |anomaly: &Anomaly| (anomaly.value - anomaly.expected).abs();
        candidates.sort_by(|a, b| off(b).total_cmp(&off(a)).then(a.at.cmp(&b.at)));
        let mut found = Vec::new();
        for anomaly in candidates.into_iter().take(ANOMALIES) {
            found.extend(self.anomaly(anomaly, sure(anomaly)).await?);
        }
        Ok(found)
    }

    async fn anomaly(&self, anomaly: &Anomaly, confidence: f64) -> Result<Option<Finding>> {
        let day = self.daily.day(anomaly.at);
        let windows = Windows { before: self.usual(day), after: vec![Days::one(day)] };
        if windows.before.is_empty() {
            return Ok(None);
        }
        let Some(compared) = self.measure(None, &windows).await? else { return Ok(None) };
        if compared.after == compared.before {
            return Ok(None);
        }
        let cause = self.behind(&windows, &compared).await?;
        let seasonal = self.was_so_a_year_ago(day, anomaly.z);
        let off = compared.after - compared.before;
        let later = self.after.holds(day);
        let contribution = match self.comparison.metric.adds_up() {
            true if later => off,
            true => -off,
            false => {
                let days = if later { self.after } else { self.before }.count().max(1);
                let whole = match self.comparison.metric.is_ratio() {
                    true => off / i128::from(days),
                    false => (self.of_the_whole(&compared) / days as f64) as i128,
                };
                if later { whole } else { -whole }
            }
        };
        let (metric, text) = (self.comparison.metric.name(), day.to_string());
        let sentence = Sentence {
            comparison: self.comparison,
            language: self.language,
            of: None,
            compared: &compared,
            cause: cause.as_ref(),
            seasonal,
        };
        Ok(Some(Finding {
            id: id(&["anomaly", metric, &text]),
            kind: "anomaly",
            metric,
            dimension: None,
            key: None,
            label: None,
            before: decimal(compared.before),
            after: decimal(compared.after),
            contribution: decimal(contribution),
            excess: None,
            share: share(contribution, self.whole),
            same: Vec::new(),
            since: Some(day),
            seasonal,
            confidence: rounded(confidence),
            cause: cause.as_ref().map(told),
            sentence: sentence.anomaly(day),
            sql: compared.sql,
        }))
    }

    /// The same weekdays before a day that are not out of line themselves, nor of another level; later ones if there are none.
    fn usual(&self, day: NaiveDate) -> Vec<Days> {
        let fine = |other: NaiveDate| {
            self.daily.place(other).is_some_and(|place| !self.wild.iter().any(|anomaly| anomaly.at == place))
        };
        let week = WEEK as i64;
        // A level that began in these weeks would be taken for the usual one.
        let since = self.daily.levels(Days::between(shifted(day, -USUAL_WEEKS * week), shifted(day, 1)));
        let since = since.last().map(|level| level.since);
        let weeks = |sign: i64| {
            (1..=USUAL_WEEKS)
                .map(move |week_number| shifted(day, sign * week * week_number))
                .filter(|other| fine(*other))
                .map(Days::one)
                .collect::<Vec<_>>()
        };
        let mut before = weeks(-1);
        if let Some(since) = since.filter(|since| before.iter().any(|d| d.from >= *since)) {
            before.retain(|d| d.from >= since);
        }
        if before.is_empty() { weeks(1) } else { before }
    }

    /// Whether about the same day of the last year was out of line in the same direction; none if there is no last year.
    fn was_so_a_year_ago(&self, day: NaiveDate, z: f64) -> Option<bool> {
        let year_ago = day.checked_sub_months(Months::new(12))?;
        let place = self.daily.place(year_ago).filter(|place| *place >= 2 * WEEK)?;
        let place = i64::try_from(place).ok()?;
        Some(self.wild.iter().any(|other| {
            let distance = i64::try_from(other.at).map_or(i64::MAX, |at| (at - place).abs());
            distance <= MOVES && (other.z > 0.0) == (z > 0.0)
        }))
    }

    async fn measure(&self, key: Option<(&Dimension, Option<&str>)>, windows: &Windows) -> Result<Option<Compared>> {
        let what = Measured { metric: self.comparison.metric, currency: &self.comparison.currency, key };
        measure(self.reader, what, windows).await
    }

    /// The one thing that makes most of a difference, if there is one.
    async fn behind(&self, windows: &Windows, compared: &Compared) -> Result<Option<Cause>> {
        let off = (compared.after - compared.before).saturating_mul(i128::from(count(&windows.after)));
        if !self.explainable || off == 0 {
            return Ok(None);
        }
        let dimensions = self.dimensions();
        let Some(lines) = lines::read(self.reader, self.comparison, &dimensions, windows, true).await? else {
            return Ok(None);
        };
        let days = i128::from(count(&windows.after).max(1));
        // What counts orders has no order that is most of them.
        let greatest = lines.greatest().filter(|_| self.comparison.metric != Metric::Orders && off > 0);
        if let Some((purchase, amount)) = greatest.filter(|(_, amount)| *amount as f64 >= MOST_OF_IT * off as f64) {
            return Ok(Some(Cause::Purchase { id: purchase.to_owned(), amount }));
        }
        let cause = cause_of(lines).await?.filter(|cause| cause.key.is_some());
        Ok(cause.filter(|cause| cause.excess / off as f64 >= MOST_OF_IT).map(|cause| Cause::Key {
            label: self.label(&cause.dimension, cause.key.as_deref()),
            dimension: cause.dimension,
            key: cause.key,
            before: cause.before / days,
            after: cause.after / days,
        }))
    }

    /// The dimensions that may hold a cause. Segments are of the beginnings of both periods, and so of no day.
    pub fn dimensions(&self) -> Vec<Dimension> {
        let all = self.parts.iter().map(|parts| parts.dimension.clone());
        all.filter(|dimension| *dimension != Dimension::Segment).collect()
    }

    /// What people call a key.
    fn label(&self, dimension: &Dimension, key: Option<&str>) -> Option<String> {
        let parts = self.parts.iter().find(|parts| parts.dimension == *dimension)?;
        parts.place(key).and_then(|place| parts.keys[place].1.clone()).or_else(|| key.map(str::to_owned))
    }
}

/// The likeliest cause; the search takes a while with many lines.
///
/// # Errors
/// None that can happen.
pub(super) async fn cause_of(lines: Lines) -> Result<Option<lines::Cause>> {
    tokio::task::spawn_blocking(move || lines.cause())
        .await
        .map_err(|e| kupets_core::Error::internal("the search for a cause failed inside the server").with_source(e))
}

/// Whether what a year ago did explains a change; none where that cannot be told.
pub(super) fn seasonal(before: i128, after: i128, year_ago: Option<(i128, i128)>) -> Option<bool> {
    let found = season_or_news(before, after, year_ago, ERROR);
    match found.verdict {
        Verdict::Season => Some(true),
        Verdict::News => Some(false),
        // Both moved it: the season explains it if it did most of it.
        Verdict::Both => {
            Some(found.season.signum() == (after - before).signum() && found.season.abs() > found.news.abs())
        }
        Verdict::Nothing | Verdict::Unknown => None,
    }
}

/// The days that a level is compared by: as many weekdays of each kind on both sides.
fn windows(level: &Level) -> Windows {
    let week = WEEK as i64;
    let whole_weeks = |days: i64| if days >= week { days / week * week } else { days };
    let before = (level.since - level.previous).num_days().min(MOST_DAYS);
    let after = (level.next - level.since).num_days().min(MOST_DAYS);
    let (before, after) = (whole_weeks(before).max(1), whole_weeks(after).max(1));
    let earlier = Days::between(shifted(level.since, -before), level.since);
    let later = Days::between(level.since, shifted(level.since, after));
    if after < week && before >= week {
        let weeks = (1..=before / week).map(|number| later.moved(-number * week)).take(USUAL_WEEKS as usize);
        return Windows { before: weeks.collect(), after: vec![later] };
    }
    if before < week && after >= week {
        let weeks = (1..=after / week).map(|number| earlier.moved(number * week)).take(USUAL_WEEKS as usize);
        return Windows { before: vec![earlier], after: weeks.collect() };
    }
    Windows { before: vec![earlier], after: vec![later] }
}

fn told(cause: &Cause) -> Behind {
    match cause {
        Cause::Key { dimension, key, label, before, after } => Behind {
            dimension: dimension.to_string(),
            key: key.clone(),
            label: label.clone(),
            before: decimal(*before),
            after: decimal(*after),
        },
        Cause::Purchase { id, amount } => Behind {
            dimension: "purchase".to_owned(),
            key: Some(id.clone()),
            label: Some(id.clone()),
            before: decimal(0),
            after: decimal(*amount),
        },
    }
}

/// Four digits of a confidence are more than it has.
fn rounded(confidence: f64) -> f64 {
    (confidence * 1e4).round() / 1e4
}

/// The same days a year ago, for whole months by the calendar, else by weekday.
pub(super) fn a_year_ago(days: Days) -> Days {
    let months = days.from.day() == 1 && days.to.day() == 1;
    let back = |day: NaiveDate| match months {
        true => day.checked_sub_months(Months::new(12)).unwrap_or(day),
        false => shifted(day, -YEAR),
    };
    Days::between(back(days.from), back(days.to))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use kupets_analytics::changes::ChangePoint;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn level(previous: &str, since: &str, next: &str) -> Level {
        let point = ChangePoint { at: 0, before: 1.0, after: 2.0, strength: 9.0 };
        Level { since: day(since), previous: day(previous), next: day(next), point }
    }

    #[test]
    fn both_sides_have_the_same_weekdays() {
        let found = windows(&level("2025-01-01", "2026-04-14", "2026-05-01"));
        assert_eq!((count(&found.before), count(&found.after)), (56, 14));
        let short = windows(&level("2025-01-01", "2026-04-14", "2026-04-18"));
        assert_eq!((count(&short.before), count(&short.after)), (16, 4));
        assert_eq!(short.before[0].from, day("2026-04-07"));
        let young = windows(&level("2026-04-11", "2026-04-14", "2026-05-30"));
        assert_eq!((count(&young.before), count(&young.after)), (3, 12));
        assert_eq!(young.after[0].from, day("2026-04-18"));
    }

    #[test]
    fn a_year_ago_is_the_same_month_or_the_same_weekday() {
        let april = a_year_ago(Days::between(day("2026-04-01"), day("2026-05-01")));
        assert_eq!(april, Days::between(day("2025-04-01"), day("2025-05-01")));
        let week = a_year_ago(Days::between(day("2026-04-13"), day("2026-04-20")));
        assert_eq!(week.from.weekday(), day("2026-04-13").weekday());
    }

    #[test]
    fn the_season_explains_what_it_did_most_of() {
        assert_eq!(seasonal(1000, 1800, Some((500, 900))), Some(true));
        assert_eq!(seasonal(1000, 1900, Some((500, 750))), Some(true));
        assert_eq!(seasonal(1000, 600, Some((500, 750))), Some(false));
        assert_eq!((seasonal(1000, 600, None), seasonal(1000, 1010, Some((1, 1)))), (None, None));
    }
}
