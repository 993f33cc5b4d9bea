//! What an alert watches, and what it says when that happens. What it has told of once it does not tell of again.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, SecondsFormat, Utc};
use kupets_core::{FieldError, Result, TenantContext};
use kupets_engine::{Engine, insight::Language, query::SqlRequest};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    figures,
    message::{Message, part},
    words::{self, say},
};

/// Things that an alert remembers to have told of.
const REMEMBERED: usize = 200;
/// Things that one message tells of.
const TOLD_AT_ONCE: usize = 5;
/// Records that are stored while others are looked at may have an earlier time: so far back is looked once more.
const OVERLAP: Duration = Duration::minutes(2);
/// A purchase that reaches the server so long after it was made is history (an import of old years), and no news.
const LATE: Duration = Duration::days(2);

/// What an alert watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertType {
    /// A metric over or under a value, or one that changed by more than so many per cent.
    Threshold,
    /// A day out of line, as `/v1/trends` finds it.
    Anomaly,
    /// A purchase of at least that amount.
    LargePurchase,
    /// A key customer who may be leaving, as `/v1/recommendations` finds them.
    Cooling,
}

/// What an alert watches for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeliveryAlert, example = json!({"type": "threshold", "metric": "revenue", "below": 10000}))]
pub struct Alert {
    /// What.
    pub r#type: AlertType,
    /// Of a threshold: revenue, orders, average_order, customers, new_customers, refunds or units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// Of a threshold: today's value so far, from which on it is told.
    #[serde(
        default,
        with = "rust_decimal::serde::arbitrary_precision_option",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<f64>, format = "decimal")]
    pub above: Option<Decimal>,
    /// Of a threshold: yesterday's value, under which it is told.
    #[serde(
        default,
        with = "rust_decimal::serde::arbitrary_precision_option",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<f64>, format = "decimal")]
    pub below: Option<Decimal>,
    /// Of a threshold: by how many per cent yesterday must differ from the day before.
    #[serde(
        default,
        with = "rust_decimal::serde::arbitrary_precision_option",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<f64>, format = "decimal")]
    pub change_percent: Option<Decimal>,
    /// Of a large purchase: from how much on, in the workspace's currency.
    #[serde(
        default,
        with = "rust_decimal::serde::arbitrary_precision_option",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<f64>, format = "decimal")]
    pub amount: Option<Decimal>,
}

/// What an alert has told of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Ids of things and days, the latest last.
    #[serde(default)]
    pub seen: Vec<String>,
    /// Since when records are looked at.
    #[serde(default)]
    pub since: Option<DateTime<Utc>>,
    /// When things that can come again were last told of, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<(String, DateTime<Utc>)>,
    /// A day whose threshold was crossed and could not be told of yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<NaiveDate>,
    /// Why what there is to tell waits, as a run has told already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<String>,
}

impl Memory {
    fn note(&mut self, id: String) {
        self.seen.push(id);
        let many = self.seen.len().saturating_sub(REMEMBERED);
        self.seen.drain(..many);
    }

    fn has(&self, id: &str) -> bool {
        self.seen.iter().any(|seen| seen == id)
    }

    /// A thing that can come again is told of.
    fn tell(&mut self, thing: &str, now: DateTime<Utc>) {
        self.told.retain(|(told, _)| told != thing);
        self.told.push((thing.to_owned(), now));
        let many = self.told.len().saturating_sub(REMEMBERED);
        self.told.drain(..many);
    }

    /// Whether a thing was told of within the cooldown. It is of that thing alone: another one is news.
    fn cools(&self, thing: &str, eye: &Eye<'_>) -> bool {
        self.told.iter().any(|(told, at)| told == thing && eye.now - *at < eye.cooldown)
    }
}

/// What was found, and what there is to remember if it is told.
#[derive(Debug)]
pub struct Looked {
    /// What there is to tell.
    pub message: Option<Message>,
    /// What is remembered once that has been told.
    pub memory: Memory,
    /// Something is there and was told of too short a while ago.
    pub cools: bool,
    /// What must be remembered where it is not told now: a day whose threshold was crossed.
    pub missed: Option<NaiveDate>,
}

impl Alert {
    /// What is wrong with it.
    pub fn wrong(&self) -> Vec<FieldError> {
        let mut wrong = Vec::new();
        let mut only = |name: &str, there: bool, kind: AlertType| {
            if there && self.r#type != kind {
                wrong.push(FieldError::of(&format!("alert.{name}"), "not of an alert of this type"));
            }
        };
        only("metric", self.metric.is_some(), AlertType::Threshold);
        only("above", self.above.is_some(), AlertType::Threshold);
        only("below", self.below.is_some(), AlertType::Threshold);
        only("change_percent", self.change_percent.is_some(), AlertType::Threshold);
        only("amount", self.amount.is_some(), AlertType::LargePurchase);
        match self.r#type {
            AlertType::Threshold => {
                if figures::name(self.metric.as_deref().unwrap_or_default(), Language::En).is_none() {
                    let message =
                        "one of revenue, orders, average_order, customers, new_customers, refunds, units, gross";
                    wrong.push(FieldError::of("alert.metric", message));
                }
                if self.above.is_none() && self.below.is_none() && self.change_percent.is_none() {
                    wrong.push(FieldError::of("alert.above", "one or more of `above`, `below` and `change_percent`"));
                }
                if self.change_percent.is_some_and(|percent| percent <= Decimal::ZERO) {
                    wrong.push(FieldError::of("alert.change_percent", "more than 0: it is told in both directions"));
                }
            }
            AlertType::LargePurchase if self.amount.is_none_or(|amount| amount <= Decimal::ZERO) => {
                wrong.push(FieldError::of("alert.amount", "more than 0"));
            }
            AlertType::LargePurchase | AlertType::Anomaly | AlertType::Cooling => {}
        }
        wrong
    }

    /// How long to wait before looking again.
    pub fn interval(&self) -> Duration {
        match self.r#type {
            AlertType::Threshold | AlertType::LargePurchase => Duration::minutes(15),
            AlertType::Anomaly | AlertType::Cooling => Duration::hours(1),
        }
    }

    /// Looks whether there is something to tell.
    ///
    /// # Errors
    /// The limits of queries, and what does not answer.
    pub async fn look(&self, eye: &Eye<'_>, memory: Memory) -> Result<Looked> {
        match self.r#type {
            AlertType::Threshold => self.threshold(eye, memory).await,
            AlertType::Anomaly => anomaly(eye, memory).await,
            AlertType::LargePurchase => self.large_purchase(eye, memory).await,
            AlertType::Cooling => cooling(eye, memory).await,
        }
    }

    async fn threshold(&self, eye: &Eye<'_>, mut memory: Memory) -> Result<Looked> {
        let today = eye.now.with_timezone(&eye.tenant.time_zone()).date_naive();
        let mut found = Found::default();
        // One that was crossed in quiet hours is told after them, on the next day, too.
        for day in memory.missed.take().filter(|missed| *missed < today).into_iter().chain([today]) {
            let line = self.above(eye, day, today, &memory).await?;
            if found.take(line, format!("above {day}"), ABOVE, eye, &mut memory) {
                found.missed = found.missed.or(Some(day));
            }
        }
        let yesterday = today.pred_opt().unwrap_or(today);
        let line = self.over(eye, yesterday, today, &memory).await?;
        found.take(line, format!("day {yesterday}"), OVER, eye, &mut memory);
        Ok(found.looked(eye, say(eye.language, "A threshold is crossed", "Порог пройден"), memory))
    }

    /// What a day says that is at the upper threshold.
    async fn above(&self, eye: &Eye<'_>, day: NaiveDate, today: NaiveDate, memory: &Memory) -> Result<Option<String>> {
        let Some(above) = self.above.filter(|_| !memory.has(&format!("above {day}"))) else { return Ok(None) };
        // A day that goes on has no end yet.
        let end = (day < today).then(|| day.succ_opt()).flatten();
        let Some(figure) = self.figure(eye, day, end).await? else { return Ok(None) };
        let (language, currency) = (eye.language, eye.tenant.currency());
        let title = figures::name(&figure.metric, language).map_or(figure.metric.as_str(), |(title, _)| title);
        let value = figure.value.filter(|value| *value >= above);
        Ok(value.map(|value| {
            let (value, above) = (figure.shown(value, currency, language), figure.shown(above, currency, language));
            let when = match (language, day == today) {
                (Language::En, true) => " today".to_owned(),
                (Language::Ru, true) => " сегодня".to_owned(),
                (_, false) => format!(", {}", words::day(day, language)),
            };
            match language {
                Language::En => format!("{title}{when}: {value}, the threshold is {above}"),
                Language::Ru => format!("{title}{when}: {value}, порог {above}"),
            }
        }))
    }

    /// What a day that is over says where it is below the lower threshold, or far from the day before.
    async fn over(&self, eye: &Eye<'_>, day: NaiveDate, end: NaiveDate, memory: &Memory) -> Result<Option<String>> {
        if (self.below.is_none() && self.change_percent.is_none()) || memory.has(&format!("day {day}")) {
            return Ok(None);
        }
        let Some(figure) = self.figure(eye, day, Some(end)).await? else { return Ok(None) };
        let (language, currency) = (eye.language, eye.tenant.currency());
        let value = figure.value.unwrap_or_default();
        let moved = figure.change.map(|change| change.abs() * Decimal::ONE_HUNDRED);
        let low = self.below.filter(|below| value < *below);
        let far = self.change_percent.filter(|percent| moved.is_some_and(|moved| moved >= *percent));
        let line = figure.line(currency, language).filter(|_| low.is_some() || far.is_some());
        Ok(line.map(|line| {
            let day = words::day(day, language);
            let limit = low.map(|low| figure.shown(low, currency, language));
            match (language, limit) {
                (Language::En, Some(limit)) => format!("{line}; {day}, the threshold is {limit}"),
                (Language::Ru, Some(limit)) => format!("{line}; {day}, порог {limit}"),
                (_, None) => format!("{line}; {day}"),
            }
        }))
    }

    async fn figure(&self, eye: &Eye<'_>, from: NaiveDate, to: Option<NaiveDate>) -> Result<Option<figures::Figure>> {
        let found = figures::of(eye.engine, eye.tenant, from, to).await?;
        Ok(found.into_iter().find(|figure| Some(figure.metric.as_str()) == self.metric.as_deref()))
    }

    async fn large_purchase(&self, eye: &Eye<'_>, mut memory: Memory) -> Result<Looked> {
        let since = memory.since.unwrap_or(eye.since) - OVERLAP;
        let amount = self.amount.unwrap_or_default();
        let request = SqlRequest {
            sql: LARGE_PURCHASES.to_owned(),
            params: Some(json!({
                "currency": eye.tenant.currency(),
                "amount": amount.to_string(),
                "since": since.to_rfc3339_opts(SecondsFormat::Micros, true),
                "made": (eye.now - LATE).to_rfc3339_opts(SecondsFormat::Micros, true),
            })),
            limit: None,
        };
        let found = eye.engine.sql_rows(eye.tenant, request).await?;
        let language = eye.language;
        let mut lines = Vec::new();
        for row in &found.rows {
            let [Value::String(id), customer, total] = row.as_slice() else { continue };
            if memory.has(id) {
                continue;
            }
            memory.note(id.clone());
            let total = total.as_number().and_then(|number| number.to_string().parse().ok()).unwrap_or(amount);
            let total = words::money(total, eye.tenant.currency(), language);
            lines.push(match (language, customer.as_str()) {
                (Language::En, Some(customer)) => format!("{total}, order {id}, customer {customer}"),
                (Language::En, None) => format!("{total}, order {id}, a guest"),
                (Language::Ru, Some(customer)) => format!("{total}, заказ {id}, клиент {customer}"),
                (Language::Ru, None) => format!("{total}, заказ {id}, гость"),
            });
        }
        memory.since = Some(eye.now);
        Ok(eye.looked(say(language, "A large purchase", "Крупная покупка"), lines, memory))
    }
}

const LARGE_PURCHASES: &str = "SELECT purchase_id, max(customer_id) AS customer_id, sum(amount) AS total FROM sales \
     WHERE currency = $currency AND _ingested_at >= CAST($since AS TIMESTAMP) AND occurred_at >= CAST($made AS TIMESTAMP) \
     GROUP BY purchase_id \
     HAVING sum(amount) >= CAST($amount AS DECIMAL(38, 4)) ORDER BY total DESC, purchase_id LIMIT 50";

/// Things of a threshold that can come again.
const ABOVE: &str = "above";
const OVER: &str = "over";

/// What a look finds of things that can come again.
#[derive(Debug, Default)]
struct Found {
    lines: Vec<String>,
    things: Vec<String>,
    cools: bool,
    missed: Option<NaiveDate>,
}

impl Found {
    /// Takes a line about a thing, with its id, unless the thing cools. Whether it was taken.
    fn take(&mut self, line: Option<String>, id: String, thing: &str, eye: &Eye<'_>, memory: &mut Memory) -> bool {
        let Some(line) = line else { return false };
        if memory.cools(thing, eye) {
            self.cools = true;
            return false;
        }
        memory.note(id);
        // What one look finds is told together: the cooldown begins after it.
        self.things.push(thing.to_owned());
        self.lines.push(line);
        true
    }

    fn looked(self, eye: &Eye<'_>, what: &str, mut memory: Memory) -> Looked {
        for thing in &self.things {
            memory.tell(thing, eye.now);
        }
        Looked { cools: self.cools, missed: self.missed, ..eye.looked(what, self.lines, memory) }
    }
}

/// What an alert looks with.
pub struct Eye<'a> {
    /// The engine.
    pub engine: &'a Engine,
    /// Whose data.
    pub tenant: &'a TenantContext,
    /// What the workspace is called.
    pub workspace: &'a str,
    /// Now.
    pub now: DateTime<Utc>,
    /// When the alert was made: what was before is not told.
    pub since: DateTime<Utc>,
    /// How long a thing that was told of is not told of again.
    pub cooldown: Duration,
    /// The language of texts.
    pub language: Language,
}

impl Eye<'_> {
    /// What was found, as a message if it is anything.
    fn looked(&self, what: &str, lines: Vec<String>, memory: Memory) -> Looked {
        if lines.is_empty() {
            return Looked { message: None, memory, cools: false, missed: None };
        }
        let count = lines.len();
        let mut told: Vec<_> = lines.into_iter().take(TOLD_AT_ONCE).collect();
        if count > TOLD_AT_ONCE {
            let more = count - TOLD_AT_ONCE;
            told.push(match self.language {
                Language::En => format!("and {more} more"),
                Language::Ru => format!("и ещё {more}"),
            });
        }
        let title = format!("{}: {}", self.workspace, what.to_lowercase());
        // How many, and not whom.
        let summary = format!("{what}: {count}");
        let message = Some(Message::new(title, &[part(what, told)], summary));
        Looked { message, memory, cools: false, missed: None }
    }

    fn locale(&self) -> (String, String) {
        ("locale".to_owned(), say(self.language, "en", "ru").to_owned())
    }
}

async fn anomaly(eye: &Eye<'_>, mut memory: Memory) -> Result<Looked> {
    let today = eye.now.with_timezone(&eye.tenant.time_zone()).date_naive();
    let week_ago = today - chrono::Days::new(7);
    let asked = BTreeMap::from([
        ("from".to_owned(), week_ago.to_string()),
        ("to".to_owned(), today.to_string()),
        // The days out of line stand after what carries the change.
        ("limit".to_owned(), "30".to_owned()),
        eye.locale(),
    ]);
    let trends = eye.engine.trends(eye.tenant, &asked).await?;
    // A day that is told three days later is no alert.
    let fresh = today - chrono::Days::new(2);
    let mut found = Found::default();
    for finding in trends.findings {
        let recent = finding.since.is_some_and(|since| since >= fresh);
        let thing = format!("{} {:?} {:?}", finding.metric, finding.dimension, finding.key);
        // The same day of the same thing, however the window moves.
        let id = format!("{thing} {:?}", finding.since);
        if finding.kind != "anomaly" || !recent || memory.has(&id) {
            continue;
        }
        found.take(Some(finding.sentence), id, &thing, eye, &mut memory);
    }
    Ok(found.looked(eye, say(eye.language, "A day out of line", "Необычный день"), memory))
}

async fn cooling(eye: &Eye<'_>, mut memory: Memory) -> Result<Looked> {
    let asked = BTreeMap::from([
        ("kind".to_owned(), "at_risk_key_customer".to_owned()),
        ("customers".to_owned(), "1".to_owned()),
        ("limit".to_owned(), "20".to_owned()),
        eye.locale(),
    ]);
    let found = eye.engine.recommendations(eye.tenant, &asked).await?;
    let mut lines = Vec::new();
    for item in found.items {
        if memory.has(&item.id) {
            continue;
        }
        memory.note(item.id);
        lines.push(item.title);
    }
    Ok(eye.looked(say(eye.language, "A key customer is cooling", "Важный клиент остывает"), lines, memory))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn alert(value: Value) -> Alert {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_does_not_belong_together_is_named() {
        assert!(alert(json!({"type": "threshold", "metric": "revenue", "below": 10.5})).wrong().is_empty());
        assert!(alert(json!({"type": "large_purchase", "amount": 1000})).wrong().is_empty());
        assert!(alert(json!({"type": "anomaly"})).wrong().is_empty());
        for wrong in [
            json!({"type": "threshold", "metric": "revenue"}),
            json!({"type": "threshold", "metric": "nonsense", "above": 1}),
            json!({"type": "threshold", "metric": "revenue", "change_percent": -5}),
            json!({"type": "large_purchase"}),
            json!({"type": "large_purchase", "amount": 0}),
            json!({"type": "anomaly", "amount": 5}),
            json!({"type": "cooling", "metric": "revenue"}),
        ] {
            assert!(!alert(wrong.clone()).wrong().is_empty(), "{wrong}");
        }
        let stored = alert(json!({"type": "threshold", "metric": "revenue", "below": 0.1}));
        let text = serde_json::to_string(&stored).unwrap();
        assert_eq!(serde_json::from_str::<Alert>(&text).unwrap(), stored);
        assert!(!text.contains("amount"), "{text}");
    }

    #[test]
    fn what_an_earlier_version_remembered_is_read() {
        let memory: Memory = serde_json::from_value(json!({"seen": ["a"], "since": "2026-05-28T20:00:00Z"})).unwrap();
        assert!(memory.has("a") && memory.told.is_empty() && memory.waits.is_none());
        // A purchase or a customer comes once, so it needs no time at which it was told.
        assert_eq!(serde_json::to_value(&memory).unwrap(), json!({"seen": ["a"], "since": "2026-05-28T20:00:00Z"}));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut memory = Memory::default();
        for n in 0..500 {
            memory.note(n.to_string());
            memory.tell(&n.to_string(), DateTime::UNIX_EPOCH);
        }
        assert_eq!((memory.seen.len(), memory.told.len()), (REMEMBERED, REMEMBERED));
        assert!(memory.has("499") && !memory.has("0"));
    }
}
