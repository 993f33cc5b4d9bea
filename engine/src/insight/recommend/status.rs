//! What people decided about recommendations, in the control database.

use sqlx::{QueryBuilder, Row, Sqlite, SqlitePool, sqlite::SqliteRow};

use super::item::Item;
use kupets_control::database_error;
use kupets_core::{Error, Kind, Result, TenantId};

/// Customers of one statement: far below what a statement may bind.
const CHUNK: usize = 1_000;

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

fn fail(error: sqlx::Error) -> Error {
    database_error("control database", error)
}

const COLUMNS: &str = "round, status, decided_at, accepted_at, done_at, measured_until, item";

fn decided(row: &SqliteRow) -> Result<Decided> {
    let status: String = row.try_get(1).map_err(fail)?;
    let item: String = row.try_get(6).map_err(fail)?;
    let damaged = |what: String| Error::new(Kind::Corrupt, "damaged_file", format!("a stored recommendation {what}"));
    Ok(Decided {
        round: row.try_get(0).map_err(fail)?,
        status: Status::parse(&status).ok_or_else(|| damaged(format!("has the status {status}")))?,
        decided_at: row.try_get(2).map_err(fail)?,
        accepted_at: row.try_get(3).map_err(fail)?,
        done_at: row.try_get(4).map_err(fail)?,
        measured_until: row.try_get(5).map_err(fail)?,
        item: serde_json::from_str(&item).map_err(|e| damaged(format!("cannot be read: {e}")))?,
    })
}

/// The last decision on each recommendation.
///
/// # Errors
/// The control database does not answer.
pub(super) async fn latest(control: &SqlitePool, tenant: &TenantId) -> Result<Vec<Decided>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM recommendations r WHERE tenant = $1 AND round = \
         (SELECT max(round) FROM recommendations WHERE tenant = r.tenant AND id = r.id) ORDER BY id"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).fetch_all(control).await.map_err(fail)?;
    rows.iter().map(decided).collect()
}

/// All tasks that were not dismissed, those of earlier rounds too.
///
/// # Errors
/// The control database does not answer.
pub(super) async fn tasks(control: &SqlitePool, tenant: &TenantId) -> Result<Vec<Decided>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM recommendations WHERE tenant = $1 AND accepted_at IS NOT NULL \
         AND status <> 'dismissed' ORDER BY accepted_at, id"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).fetch_all(control).await.map_err(fail)?;
    rows.iter().map(decided).collect()
}

/// The customers of a decision, those with most at stake first.
///
/// # Errors
/// The control database does not answer.
pub(super) async fn targets(control: &SqlitePool, tenant: &TenantId, id: &str, round: i64) -> Result<Vec<Target>> {
    let sql = "SELECT customer_id, held_out FROM recommendation_customers \
               WHERE tenant = $1 AND id = $2 AND round = $3 ORDER BY place";
    let rows = sqlx::query(sql).bind(tenant.as_str()).bind(id).bind(round).fetch_all(control).await.map_err(fail)?;
    let target = |row: &SqliteRow| {
        Ok(Target { customer_id: row.try_get(0).map_err(fail)?, held_out: row.try_get(1).map_err(fail)? })
    };
    rows.iter().map(target).collect()
}

/// Customers of tasks whose effect is being measured at a moment.
///
/// # Errors
/// The control database does not answer.
pub(super) async fn busy(control: &SqlitePool, tenant: &TenantId, now: i64) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT c.customer_id FROM recommendation_customers c \
               JOIN recommendations r ON r.tenant = c.tenant AND r.id = c.id AND r.round = c.round \
               WHERE c.tenant = $1 AND r.accepted_at IS NOT NULL AND r.status <> 'dismissed' AND r.measured_until > $2";
    let rows = sqlx::query(sql).bind(tenant.as_str()).bind(now).fetch_all(control).await.map_err(fail)?;
    rows.iter().map(|row| row.try_get(0).map_err(fail)).collect()
}

/// Stores a decision and whom it is about.
///
/// # Errors
/// Somebody else decided at the same moment; the control database does not answer.
pub(super) async fn insert(
    control: &SqlitePool,
    tenant: &TenantId,
    decided: &Decided,
    targets: &[Target],
) -> Result<()> {
    let item = serde_json::to_string(&decided.item)
        .map_err(|e| Error::internal("a recommendation cannot be stored").with_source(e))?;
    let mut transaction = control.begin().await.map_err(fail)?;
    sqlx::query(
        "INSERT INTO recommendations (tenant, id, round, kind, status, decided_at, accepted_at, done_at, measured_until, item) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(tenant.as_str())
    .bind(&decided.item.id)
    .bind(decided.round)
    .bind(&decided.item.kind)
    .bind(decided.status.name())
    .bind(decided.decided_at)
    .bind(decided.accepted_at)
    .bind(decided.done_at)
    .bind(decided.measured_until)
    .bind(item)
    .execute(&mut *transaction)
    .await
    .map_err(|e| match e.as_database_error() {
        Some(database) if database.is_unique_violation() => Error::new(
            Kind::Conflict,
            "decided_already",
            "Somebody else decided on this recommendation at the same moment. Look at it again.",
        ),
        _ => fail(e),
    })?;
    for (chunk, rows) in targets.chunks(CHUNK).enumerate() {
        let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO recommendation_customers (tenant, id, round, place, customer_id, held_out) ",
        );
        insert.push_values(rows.iter().enumerate(), |mut row, (place, target)| {
            row.push_bind(tenant.as_str())
                .push_bind(&decided.item.id)
                .push_bind(decided.round)
                .push_bind(i64::try_from(chunk * CHUNK + place).unwrap_or(i64::MAX))
                .push_bind(&target.customer_id)
                .push_bind(target.held_out);
        });
        insert.build().execute(&mut *transaction).await.map_err(fail)?;
    }
    transaction.commit().await.map_err(fail)
}

/// Changes where a decision stands.
///
/// # Errors
/// The control database does not answer.
pub(super) async fn update(control: &SqlitePool, tenant: &TenantId, decided: &Decided) -> Result<()> {
    sqlx::query(
        "UPDATE recommendations SET status = $1, decided_at = $2, done_at = $3 WHERE tenant = $4 AND id = $5 AND round = $6",
    )
    .bind(decided.status.name())
    .bind(decided.decided_at)
    .bind(decided.done_at)
    .bind(tenant.as_str())
    .bind(&decided.item.id)
    .bind(decided.round)
    .execute(control)
    .await
    .map(|_| ())
    .map_err(fail)
}

/// Takes a customer out of every list, and with it the decisions about that customer alone: their evidence has the id in it.
///
/// # Errors
/// The control database does not answer.
pub(crate) async fn forget(control: &SqlitePool, tenant: &TenantId, customer: &str) -> Result<()> {
    let alone = kupets_analytics::recommend::Kind::AtRiskKeyCustomer.name();
    sqlx::query(
        "DELETE FROM recommendations WHERE tenant = $1 AND kind = $2 AND id IN \
         (SELECT id FROM recommendation_customers WHERE tenant = $1 AND customer_id = $3)",
    )
    .bind(tenant.as_str())
    .bind(alone)
    .bind(customer)
    .execute(control)
    .await
    .map_err(fail)?;
    sqlx::query("DELETE FROM recommendation_customers WHERE tenant = $1 AND customer_id = $2")
        .bind(tenant.as_str())
        .bind(customer)
        .execute(control)
        .await
        .map(|_| ())
        .map_err(fail)
}
