//! Saved reports, as they are sent and told.

use chrono::{DateTime, Utc};
use kupets_control::saved::reports::{SavedReport, SavedReportRow};
use kupets_core::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    assistant::conversations::{moment, part},
    body::sent,
    routes::people::PersonBody,
    saved_report::{ParameterBody, TypeBody, runnable},
};

/// How a result is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SavedChartKind)]
pub enum ChartKind {
    /// Not at all.
    None,
    /// Lines.
    Line,
    /// Bars.
    Bar,
    /// Areas.
    Area,
    /// A pie.
    Pie,
}

/// A chart over a result: names of its columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SavedChartBody)]
pub struct ChartBody {
    /// How it is drawn.
    kind: ChartKind,
    /// The column along the axis.
    #[serde(default)]
    x: Option<String>,
    /// The columns that are drawn.
    #[serde(default)]
    y: Vec<String>,
}

/// A new report of one's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Revenue of a channel by day",
    "sql": "SELECT date_trunc('day', local_time(occurred_at)) AS day, sum(amount) AS revenue FROM purchases WHERE occurred_at >= $from AND occurred_at < $to AND channel = $channel GROUP BY 1 ORDER BY 1",
    "parameters": [{"name": "channel", "type": "text", "default": "web", "label": "Channel"}],
    "chart": {"kind": "line", "x": "day", "y": ["revenue"]}, "shared": true}))]
pub struct NewSavedReportBody {
    /// What people call it.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What it tells.
    description: Option<String>,
    /// One read-only statement, as `POST /v1/sql` takes it, with placeholders `$name`.
    sql: String,
    /// What it takes. `from` and `to` need not be declared: the statement uses them, and they are the period.
    #[serde(default)]
    parameters: Vec<ParameterBody>,
    /// How it is drawn.
    chart: Option<ChartBody>,
    /// Whether everybody in the workspace sees it; no unless sent.
    #[serde(default)]
    shared: bool,
}

/// A change of a saved report: an absent field stays, null clears it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"shared": true}))]
pub struct SavedReportPatchBody {
    /// What people call it.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// What it tells.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    /// One read-only statement.
    sql: Option<String>,
    /// What it takes, as a whole.
    parameters: Option<Vec<ParameterBody>>,
    /// How it is drawn.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<ChartBody>)]
    chart: Option<Option<ChartBody>>,
    /// Whether everybody in the workspace sees it.
    shared: Option<bool>,
}

/// A report of somebody's own.
#[derive(Debug, Serialize, ToSchema)]
pub struct SavedReportBody {
    /// Its identity.
    id: String,
    /// What people call it.
    name: String,
    /// What it tells.
    description: Option<String>,
    /// The statement.
    sql: String,
    /// What it takes, `from` and `to` among them where the statement uses them.
    parameters: Vec<ParameterBody>,
    /// How it is drawn.
    chart: Option<ChartBody>,
    /// Whether everybody in the workspace sees it.
    shared: bool,
    /// Whose it is; null for an account that is gone.
    owner: Option<PersonBody>,
    /// Whether it is the caller's.
    mine: bool,
    /// When it was saved.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

/// A page of saved reports.
#[derive(Debug, Serialize, ToSchema)]
pub struct SavedReportList {
    /// The oldest first.
    pub items: Vec<SavedReportBody>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

impl NewSavedReportBody {
    /// As it is stored.
    ///
    /// # Errors
    /// It does not serialize.
    pub fn read(self, id: String, owner: &str, now: i64) -> Result<SavedReport> {
        Ok(SavedReport {
            id,
            name: self.name,
            description: self.description,
            statement: self.sql,
            parameters: json(&self.parameters)?,
            chart: self.chart.as_ref().map(json).transpose()?,
            shared: self.shared,
            owner_id: Some(owner.to_owned()),
            created_at: now,
            updated_at: now,
        })
    }
}

impl SavedReportPatchBody {
    /// The stored report with the change.
    ///
    /// # Errors
    /// It does not serialize.
    pub fn apply(self, report: &mut SavedReport, now: i64) -> Result<()> {
        if let Some(name) = self.name {
            report.name = name;
        }
        if let Some(description) = self.description {
            report.description = description;
        }
        if let Some(sql) = self.sql {
            report.statement = sql;
        }
        if let Some(parameters) = &self.parameters {
            report.parameters = json(parameters)?;
        }
        if let Some(chart) = &self.chart {
            report.chart = chart.as_ref().map(json).transpose()?;
        }
        if let Some(shared) = self.shared {
            report.shared = shared;
        }
        report.updated_at = now;
        Ok(())
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::internal("a part of a report does not serialize").with_source(e))
}

impl SavedReportBody {
    /// A stored report as the viewer is told it.
    pub fn new(row: SavedReportRow, viewer: Option<&str>) -> Self {
        let SavedReportRow { report, owner_name } = row;
        let declared: Vec<ParameterBody> = part(Some(&report.parameters)).unwrap_or_default();
        let edges = runnable(&report).and_then(|one| one.all_parameters()).unwrap_or_default();
        let edges = edges.into_iter().filter(|one| !declared.iter().any(|declared| declared.name == one.name));
        let edges = edges.map(|one| ParameterBody {
            name: one.name,
            kind: TypeBody::Timestamp,
            default: serde_json::Value::Null,
            label: None,
        });
        Self {
            parameters: edges.chain(declared.iter().cloned()).collect(),
            chart: part(report.chart.as_deref()),
            mine: viewer.is_some() && viewer == report.owner_id.as_deref(),
            owner: PersonBody::of(report.owner_id, owner_name),
            id: report.id,
            name: report.name,
            description: report.description,
            sql: report.statement,
            shared: report.shared,
            created_at: moment(report.created_at),
            updated_at: moment(report.updated_at),
        }
    }
}
