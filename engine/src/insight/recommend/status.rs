//! What people decided about recommendations, as the control database keeps it.

use kupets_analytics::recommend::Kind as ActionKind;
use kupets_control::{
    recommendations::{DecisionRow, Recommendations, TargetRow},
    tasks::Task,
};
use kupets_core::{Error, Kind, Result, TenantId};
use sqlx::SqlitePool;

use super::item::Item;

/// Where a recommendation stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = RecommendationStatus)]
pub enum Status {
    /// Nobody decided yet.
    New,
    /// It is a task.
    Accepted,
    /// It is not shown again.
    Dismissed,
    /// The task is finished.
    Done,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::New, Self::Accepted, Self::Dismissed, Self::Done];

    /// Its name in requests, answers and the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
            Self::Done => "done",
        }
    }

    /// The status of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// A decision as it is stored.
#[derive(Debug, Clone)]
pub(super) struct Decided {
    /// How many times the action was decided on.
    pub round: i64,
    /// Where it stands.
    pub status: Status,
    /// Microseconds since the epoch: when it was decided.
    pub decided_at: i64,
    /// When it became a task.
    pub accepted_at: Option<i64>,
    /// When the task was finished.
    pub done_at: Option<i64>,
    /// Until when orders count for it.
    pub measured_until: Option<i64>,
    /// What was decided on.
    pub item: Item,
}

/// A customer of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The app's own id.
    pub customer_id: String,
    /// Not to be asked.
    pub held_out: bool,
}

fn decided(row: DecisionRow) -> Result<Decided> {
    let damaged = |what: String| Error::new(Kind::Corrupt, "damaged_row", format!("a stored recommendation {what}"));
    Ok(Decided {
        round: row.round,
        status: Status::parse(&row.status).ok_or_else(|| damaged(format!("has the status {}", row.status)))?,
        decided_at: row.decided_at,
        accepted_at: row.accepted_at,
        done_at: row.done_at,
        measured_until: row.measured_until,
        item: serde_json::from_str(&row.item).map_err(|e| damaged(format!("cannot be read: {e}")))?,
    })
}

/// A decision as it is stored; `about` is the one customer that it names.
fn row(decided: &Decided, about: Option<&str>) -> Result<DecisionRow> {
    let item = serde_json::to_string(&decided.item)
        .map_err(|e| Error::internal("a recommendation cannot be stored").with_source(e))?;
    Ok(DecisionRow {
        id: decided.item.id.clone(),
        round: decided.round,
        kind: decided.item.kind.clone(),
        status: decided.status.name().to_owned(),
        decided_at: decided.decided_at,
        accepted_at: decided.accepted_at,
        done_at: decided.done_at,
        measured_until: decided.measured_until,
        item,
        customer_id: about.map(str::to_owned),
    })
}

fn repository(control: &SqlitePool) -> Recommendations {
    Recommendations::new(control.clone())
}

/// The last decision on each recommendation.
///
/// # Errors
/// The control database does not answer.
pub(super) async fn latest(control: &SqlitePool, tenant: &TenantId) -> Result<Vec<Decided>> {
    repository(control).latest(tenant).await?.into_iter().map(decided).collect()
}

/// All tasks that were not dismissed, those of earlier rounds too.
///
/// # Errors
/// The control database does not answer.
pub(super) async fn tasks(control: &SqlitePool, tenant: &TenantId) -> Result<Vec<Decided>> {
    repository(control).tasks(tenant).await?.into_iter().map(decided).collect()
}

/// The customers of a decision, those with most at stake first.
///
/// # Errors
/// The control database does not answer.
pub(super) async fn targets(control: &SqlitePool, tenant: &TenantId, id: &str, round: i64) -> Result<Vec<Target>> {
    let rows = repository(control).targets(tenant, id, round).await?;
    Ok(rows.into_iter().map(|row| Target { customer_id: row.customer_id, held_out: row.held_out }).collect())
}

/// Customers of tasks whose effect is being measured at a moment.
///
/// # Errors
/// The control database does not answer.
pub(super) async fn busy(control: &SqlitePool, tenant: &TenantId, now: i64) -> Result<Vec<String>> {
    repository(control).busy(tenant, now).await
}

/// Stores a decision, whom it is about, and the task that it is where it was accepted.
///
/// # Errors
/// Somebody else decided at the same moment; what the task is refused for; the control database does not answer.
pub(super) async fn insert(
    control: &SqlitePool,
    tenant: &TenantId,
    decided: &Decided,
    targets: &[Target],
    task: Option<&Task>,
) -> Result<()> {
    // Its evidence has the customer's id in it.
    let alone = decided.item.kind == ActionKind::AtRiskKeyCustomer.name();
    let about = targets.first().filter(|_| alone).map(|target| target.customer_id.as_str());
    let rows: Vec<TargetRow> = targets
        .iter()
        .map(|target| TargetRow { customer_id: target.customer_id.clone(), held_out: target.held_out })
        .collect();
    repository(control).insert(tenant, &row(decided, about)?, &rows, task).await
}

/// Changes where a decision stands, and its task with it.
///
/// # Errors
/// The control database does not answer.
pub(super) async fn update(control: &SqlitePool, tenant: &TenantId, decided: &Decided) -> Result<()> {
    repository(control).update(tenant, &row(decided, None)?).await
}
