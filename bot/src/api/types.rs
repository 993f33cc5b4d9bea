//! What the server answers, as far as the bot reads it. Fields that may be missing are optional: a newer or older server is
//! no reason to fail.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// Null and a missing field are the same nothing.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(source: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(source)?.unwrap_or_default())
}

/// A link's credential: it opens a workspace as its person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Credential(pub(crate) String);

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// A workspace.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Workspace {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) time_zone: String,
    pub(crate) currency: String,
}

impl Workspace {
    pub(crate) fn zone(&self) -> chrono_tz::Tz {
        self.time_zone.parse().unwrap_or(chrono_tz::UTC)
    }
}

/// A person of Kupets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// What a link's token is redeemed for.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Redeemed {
    pub(crate) credential: Credential,
    pub(crate) user: User,
    pub(crate) workspace: Workspace,
    #[serde(default)]
    pub(crate) role: String,
}

/// Who a credential is.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Account {
    pub(crate) workspace: Workspace,
    pub(crate) role: String,
}

/// A list.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    #[serde(default)]
    pub(crate) next_cursor: Option<String>,
}

/// A column of a result.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Column {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) sql_type: String,
    pub(crate) unit: Option<String>,
    /// How it is called, where the result says so itself.
    pub(crate) title: Option<String>,
}

/// A result.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Table {
    #[serde(deserialize_with = "or_default")]
    pub(crate) columns: Vec<Column>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) rows: Vec<Vec<Value>>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) meta: Map<String, Value>,
}

impl Table {
    /// The place of a column.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// A plan one tap away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PlanChoice {
    pub(crate) label: String,
    pub(crate) plan: Value,
}

/// An answer of the assistant.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Reply {
    pub(crate) conversation_id: String,
    pub(crate) message_id: String,
    pub(crate) answer: String,
    pub(crate) language: Option<String>,
    pub(crate) interpretation: Option<Value>,
    pub(crate) result: Option<Table>,
    pub(crate) sql: Option<String>,
    pub(crate) source: String,
    pub(crate) verified: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) choices: Vec<PlanChoice>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) alternatives: Vec<PlanChoice>,
    pub(crate) chart: Option<String>,
    pub(crate) next: Option<String>,
}

/// Records behind an answer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RowsPage {
    #[serde(deserialize_with = "or_default")]
    pub(crate) columns: Vec<Column>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) rows: Vec<Vec<Value>>,
    pub(crate) next_cursor: Option<String>,
}

/// A text in both languages.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LocalText {
    pub(crate) ru: String,
    pub(crate) en: String,
}

/// A report of the catalogue.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Report {
    pub(crate) id: String,
    pub(crate) title: LocalText,
    #[serde(default)]
    pub(crate) chart: ReportChart,
    #[serde(default)]
    pub(crate) columns: Vec<ReportColumn>,
    #[serde(default)]
    pub(crate) parameters: Vec<ReportParameter>,
}

/// A parameter of a report.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ReportParameter {
    #[serde(default)]
    pub(crate) required: bool,
}

/// A column of a report.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ReportColumn {
    pub(crate) name: String,
    pub(crate) title: LocalText,
}

/// How a result is drawn.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ReportChart {
    pub(crate) kind: String,
    pub(crate) x: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) y: Vec<String>,
    pub(crate) series: Option<String>,
}

/// A forecast.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Forecast {
    pub(crate) metric: String,
    pub(crate) grain: String,
    pub(crate) unit: String,
    pub(crate) history: Vec<ForecastPoint>,
    pub(crate) points: Vec<ForecastPoint>,
    pub(crate) model: Value,
    pub(crate) backtest: Option<Value>,
    pub(crate) naive: Option<Value>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) notes: Vec<String>,
}

/// A period of a forecast, or before it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ForecastPoint {
    pub(crate) period: String,
    pub(crate) value: Value,
    pub(crate) lower80: Value,
    pub(crate) upper80: Value,
    pub(crate) lower95: Value,
    pub(crate) upper95: Value,
}

/// What moved.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Trends {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) compared_with: Span,
    pub(crate) total: Total,
    #[serde(deserialize_with = "or_default")]
    pub(crate) findings: Vec<Finding>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) notes: Vec<Value>,
    pub(crate) headline: Option<Value>,
}

/// `from` <= t < `to`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Span {
    pub(crate) from: String,
    pub(crate) to: String,
}

/// A change as a whole.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Total {
    pub(crate) metric: String,
    pub(crate) unit: String,
    pub(crate) before: Value,
    pub(crate) after: Value,
    pub(crate) change: Value,
}

/// Something that moved.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Finding {
    pub(crate) label: Option<String>,
    pub(crate) dimension: Option<String>,
    pub(crate) contribution: Value,
    pub(crate) sentence: String,
}

/// Advice.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Recommendation {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) reason: String,
    pub(crate) falsified_by: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) customers: Vec<Target>,
    pub(crate) customers_total: u64,
    pub(crate) expected: Expected,
}

/// A customer of a recommendation.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Target {
    pub(crate) customer_id: String,
    pub(crate) name: Option<String>,
}

/// What advice may bring.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Expected {
    pub(crate) unit: String,
    pub(crate) value: Value,
    pub(crate) lower: Value,
    pub(crate) upper: Value,
    pub(crate) method: String,
    pub(crate) explanation: String,
}

/// A customer with figures; the card has more of them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Customer {
    pub(crate) customer_id: String,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) currency: String,
    pub(crate) orders: Value,
    pub(crate) revenue: Value,
    pub(crate) average_order: Value,
    pub(crate) first_purchase_at: Option<String>,
    pub(crate) last_purchase_at: Option<String>,
    pub(crate) segment: Option<String>,
    pub(crate) churn_risk: Value,
    pub(crate) predicted_clv: Value,
    pub(crate) expected_purchases: Value,
    pub(crate) next_order_at: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) churn_reasons: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) tags: Vec<String>,
}

/// One thing that happened with a customer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Happening {
    #[serde(rename = "type")]
    pub(crate) kind_of: String,
    pub(crate) occurred_at: String,
    pub(crate) amount: Value,
    pub(crate) currency: Option<String>,
    pub(crate) channel: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) items: Vec<Line>,
    pub(crate) kind: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) outcome: Option<String>,
}

/// A line of a purchase.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Line {
    pub(crate) product: Option<String>,
    pub(crate) product_id: Option<String>,
    pub(crate) quantity: Value,
}

/// Somebody named by id.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Named {
    pub(crate) name: String,
}

/// A task.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) note: Option<String>,
    pub(crate) due_at: Option<String>,
    pub(crate) assignee: Option<Named>,
    pub(crate) overdue: bool,
}

/// A delivery.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Delivery {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) channel: String,
    pub(crate) name: Option<String>,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) alert: Option<Value>,
    pub(crate) quiet_hours: Option<Value>,
    pub(crate) cooldown_hours: Option<i64>,
    pub(crate) active: bool,
    pub(crate) next_run_at: Option<String>,
}

/// When a digest comes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Schedule {
    pub(crate) every: String,
    pub(crate) hour: i64,
    pub(crate) weekday: Option<i64>,
    pub(crate) day: Option<i64>,
}

/// A message that the server wants delivered: plain words, made for one person.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OutboxItem {
    pub(crate) id: String,
    /// The person's private chat, and so their own id.
    pub(crate) chat_id: i64,
    pub(crate) locale: Option<String>,
    /// Its first line.
    pub(crate) title: String,
    /// The rest: parts with an empty line between them.
    pub(crate) text: String,
    pub(crate) workspace_id: String,
}

/// What became of a message that was to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) status: OutcomeStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// Of `later`: seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retry_after: Option<u64>,
}

/// What became of a message that was to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OutcomeStatus {
    /// It was sent; whether it arrived may be unknown.
    Sent,
    /// It cannot be sent.
    Failed,
    /// The person has blocked the bot, or the chat is gone.
    Blocked,
    /// Nothing was sent: it is to be given again.
    Later,
}
