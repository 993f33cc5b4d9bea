//! Dashboards, as they are sent and told.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kupets_control::saved::dashboards::{Dashboard, DashboardRow};
use kupets_core::{Error, FieldError, Result, TenantContext};
use kupets_engine::{reports, semantic::catalogue::Metric};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    assistant::conversations::{moment, part},
    routes::{people::PersonBody, saved_reports::ChartBody},
};

/// The period of all cards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged, expecting = "the name of a period, or an object with `from` and `to`")]
#[schema(as = DashboardPeriod)]
pub enum PeriodBody {
    /// By its name, for example `last_month`: another one each month.
    Named(String),
    /// From when until when.
    Between(BetweenBody),
}

/// A period by its ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DashboardBetween)]
pub struct BetweenBody {
    /// Its beginning: RFC 3339, or a date: midnight in the workspace's zone.
    from: String,
    /// Its end, not part of it.
    to: String,
}

/// What a card shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CardKind)]
pub enum CardKind {
    /// A report of the catalogue: `report`.
    Report,
    /// A report of somebody's own: `saved_report_id`.
    SavedReport,
    /// A figure: `metric`, parted by `dimension` if there is one.
    Metric,
    /// What changed: `metric`.
    Trend,
    /// What comes next: `metric`.
    Forecast,
    /// Words: `text`.
    Text,
}

/// A card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CardOfDashboard)]
pub struct DashboardCardBody {
    /// Its identity within the dashboard; the place of the card unless sent.
    #[serde(default)]
    id: String,
    /// What it is called.
    #[serde(default)]
    #[schema(max_length = 200)]
    title: String,
    /// What it shows.
    kind: CardKind,
    /// The report of the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    report: Option<String>,
    /// The report of somebody's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    saved_report_id: Option<String>,
    /// The metric, as `/v1/metrics` lists it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metric: Option<String>,
    /// By what the metric is parted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dimension: Option<String>,
    /// The words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Parameters beside the period, by their names.
    #[serde(default)]
    query: BTreeMap<String, Value>,
    /// How it is drawn; as its kind is unless sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chart: Option<ChartBody>,
    /// Of the four columns how many it takes.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 4)]
    width: u8,
}

fn one() -> u8 {
    1
}

/// A new dashboard.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Monday", "period": "last_7_days", "cards": [
    {"title": "Revenue", "kind": "metric", "metric": "revenue", "width": 1},
    {"title": "Sales by day", "kind": "report", "report": "sales_over_time", "query": {"grain": "day"}, "width": 3}]}))]
pub struct NewDashboardBody {
    /// What people call it.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// The period of all cards; the last 30 days unless sent.
    period: Option<PeriodBody>,
    /// Its cards, in their order.
    #[serde(default)]
    #[schema(max_items = 100)]
    cards: Vec<DashboardCardBody>,
    /// Whether everybody in the workspace sees it; no unless sent.
    #[serde(default)]
    shared: bool,
}

/// A change of a dashboard: an absent field stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"period": "this_month"}))]
pub struct DashboardPatchBody {
    /// What people call it.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// The period of all cards.
    period: Option<PeriodBody>,
    /// Its cards, as a whole.
    #[schema(max_items = 100)]
    cards: Option<Vec<DashboardCardBody>>,
    /// Whether everybody in the workspace sees it.
    shared: Option<bool>,
}

/// A dashboard.
#[derive(Debug, Serialize, ToSchema)]
pub struct DashboardBody {
    /// Its identity.
    id: String,
    /// What people call it.
    name: String,
    /// The period of all cards.
    period: PeriodBody,
    /// Its cards, in their order.
    cards: Vec<DashboardCardBody>,
    /// Whether everybody in the workspace sees it.
    shared: bool,
    /// Whose it is; null for an account that is gone.
    owner: Option<PersonBody>,
    /// Whether it is the caller's.
    mine: bool,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

/// A page of dashboards.
#[derive(Debug, Serialize, ToSchema)]
pub struct DashboardList {
    /// The oldest first.
    pub items: Vec<DashboardBody>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// A dashboard as it is stored, with its cards.
#[derive(Debug)]
pub struct Stored {
    /// The dashboard.
    pub dashboard: Dashboard,
    /// JSON: its cards; none: they stay.
    pub cards: Vec<String>,
    /// The saved reports that its cards show.
    pub saved_reports: Vec<(String, String)>,
}

impl NewDashboardBody {
    /// As it is stored.
    ///
    /// # Errors
    /// What is wrong with its period or its cards, named.
    pub fn read(self, tenant: &TenantContext, id: String, owner: &str, now: i64) -> Result<Stored> {
        let period = self.period.unwrap_or_else(|| PeriodBody::Named("last_30_days".to_owned()));
        let dashboard = Dashboard {
            id,
            name: self.name,
            period: period.read(tenant)?,
            shared: self.shared,
            owner_id: Some(owner.to_owned()),
            created_at: now,
            updated_at: now,
        };
        let (cards, saved_reports) = read_cards(self.cards)?;
        Ok(Stored { dashboard, cards, saved_reports })
    }
}

impl DashboardPatchBody {
    /// The stored dashboard with the change.
    ///
    /// # Errors
    /// What is wrong with its period or its cards, named.
    pub fn apply(self, tenant: &TenantContext, before: DashboardRow, now: i64) -> Result<Stored> {
        let DashboardRow { mut dashboard, cards: before, .. } = before;
        if let Some(name) = self.name {
            dashboard.name = name;
        }
        if let Some(period) = self.period {
            dashboard.period = period.read(tenant)?;
        }
        if let Some(shared) = self.shared {
            dashboard.shared = shared;
        }
        dashboard.updated_at = now;
        let (cards, saved_reports) = match self.cards {
            Some(cards) => read_cards(cards)?,
            None => (before, Vec::new()),
        };
        Ok(Stored { dashboard, cards, saved_reports })
    }
}

impl PeriodBody {
    /// As JSON, checked.
    fn read(&self, tenant: &TenantContext) -> Result<String> {
        match self {
            Self::Named(name) if !reports::PERIODS.contains(&name.as_str()) => {
                let names = reports::PERIODS.join(", ");
                return Err(wrong(
                    "period",
                    format!("is `{name}`; it may be {names}, or an object with `from` and `to`"),
                ));
            }
            Self::Named(_) => {}
            Self::Between(BetweenBody { from, to }) => {
                let time = |name: &str, text: &str| {
                    tenant.time(name, text).map_err(|error| wrong(&format!("period.{name}"), error.to_string()))
                };
                if time("from", from)? >= time("to", to)? {
                    return Err(wrong("period", "`from` must be before `to`, which is not part of it".to_owned()));
                }
            }
        }
        json(self)
    }
}

/// The field that names a saved report, and its id.
type Named = (String, String);

/// Cards as JSON, and the saved reports that they show.
fn read_cards(cards: Vec<DashboardCardBody>) -> Result<(Vec<String>, Vec<Named>)> {
    let (mut texts, mut saved) = (Vec::with_capacity(cards.len()), Vec::new());
    for (place, mut card) in cards.into_iter().enumerate() {
        card.check(place)?;
        if card.id.is_empty() {
            card.id = (place + 1).to_string();
        }
        if let Some(id) = &card.saved_report_id {
            saved.push((format!("cards[{place}].saved_report_id"), id.clone()));
        }
        texts.push(json(&card)?);
    }
    Ok((texts, saved))
}

impl DashboardCardBody {
    fn check(&self, place: usize) -> Result<()> {
        let refuse = |name: &str, message: String| Err(wrong(&format!("cards[{place}].{name}"), message));
        let missing = |name: &str| refuse(name, "this kind of card needs it".to_owned());
        if !(1..=4).contains(&self.width) {
            return refuse("width", "1 to 4".to_owned());
        }
        if self.title.chars().count() > 200 {
            return refuse("title", "200 characters at most".to_owned());
        }
        if let Some(name) =
            self.query.iter().find(|(_, value)| value.is_object() || value.is_array()).map(|(name, _)| name)
        {
            return refuse(&format!("query.{name}"), "a text, a number, true or false".to_owned());
        }
        match (self.kind, &self.report, &self.metric) {
            (CardKind::Report, None, _) => missing("report"),
            (CardKind::Report, Some(id), _) if !reports::catalogue().iter().any(|one| one.id == *id) => {
                refuse("report", format!("there is no report `{id}`; GET /v1/reports lists those there are"))
            }
            (CardKind::SavedReport, ..) if self.saved_report_id.is_none() => missing("saved_report_id"),
            (CardKind::Metric | CardKind::Trend | CardKind::Forecast, _, None) => missing("metric"),
            (CardKind::Metric | CardKind::Trend | CardKind::Forecast, _, Some(name))
                if Metric::parse(name).is_none() =>
            {
                refuse("metric", format!("there is no metric `{name}`; GET /v1/metrics lists those there are"))
            }
            (CardKind::Text, ..) if self.text.is_none() => missing("text"),
            _ => Ok(()),
        }
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::internal("a part of a dashboard does not serialize").with_source(e))
}

fn wrong(name: &str, message: String) -> Error {
    Error::wrong_fields(vec![FieldError::of(name, message)])
}

impl DashboardBody {
    /// A stored dashboard as the viewer is told it.
    pub fn new(row: DashboardRow, viewer: Option<&str>) -> Self {
        let DashboardRow { dashboard, owner_name, cards } = row;
        let period = part(Some(&dashboard.period));
        Self {
            mine: viewer.is_some() && viewer == dashboard.owner_id.as_deref(),
            owner: PersonBody::of(dashboard.owner_id, owner_name),
            id: dashboard.id,
            name: dashboard.name,
            period: period.unwrap_or_else(|| PeriodBody::Named("last_30_days".to_owned())),
            // A card of a later version is not told by an earlier one.
            cards: cards.iter().filter_map(|card| part(Some(card))).collect(),
            shared: dashboard.shared,
            created_at: moment(dashboard.created_at),
            updated_at: moment(dashboard.updated_at),
        }
    }
}
