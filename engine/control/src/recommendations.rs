//! What people decided about recommendations, and whom the decisions are about.

use kupets_core::{Error, Kind, Result, TenantId};
use sqlx::{AssertSqlSafe, FromRow, QueryBuilder, Sqlite, SqlitePool};

use crate::{
    database::control_error,
    tasks::{Task, recommended},
};

/// Customers of one statement: far below what a statement may bind.
const CHUNK: usize = 1_000;

/// A decision. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct DecisionRow {
    /// The recommendation's id.
    pub id: String,
    /// How many times the action was decided on.
    pub round: i64,
    /// The kind of action.
    pub kind: String,
    /// accepted, dismissed or done.
    pub status: String,
    /// When it was decided.
    pub decided_at: i64,
    /// When it became a task.
    pub accepted_at: Option<i64>,
    /// When the task was finished.
    pub done_at: Option<i64>,
    /// Until when orders count for it.
    pub measured_until: Option<i64>,
    /// JSON: what was decided on. It names no customer but [`Self::customer_id`].
    pub item: String,
    /// The one customer that `item` names: the decision is deleted with that customer.
    pub customer_id: Option<String>,
}

/// A customer of a decision.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct TargetRow {
    /// The app's own id.
    pub customer_id: String,
    /// Not to be asked.
    pub held_out: bool,
}

const COLUMNS: &str = "id, round, kind, status, decided_at, accepted_at, done_at, measured_until, item, customer_id";

/// The decisions. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Recommendations {
    pool: SqlitePool,
}

impl Recommendations {
    /// The decisions of a migrated control database.
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// The last decision on each recommendation.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn latest(&self, tenant: &TenantId) -> Result<Vec<DecisionRow>> {
        self.decisions(
            tenant,
            "round = (SELECT max(round) FROM recommendations WHERE tenant = r.tenant AND id = r.id) ORDER BY id",
        )
        .await
    }

    /// All tasks that were not dismissed, those of earlier rounds too.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn tasks(&self, tenant: &TenantId) -> Result<Vec<DecisionRow>> {
        self.decisions(tenant, "accepted_at IS NOT NULL AND status <> 'dismissed' ORDER BY accepted_at, id").await
    }

    async fn decisions(&self, tenant: &TenantId, which: &str) -> Result<Vec<DecisionRow>> {
        let sql = format!("SELECT {COLUMNS} FROM recommendations r WHERE tenant = $1 AND {which}");
        sqlx::query_as(AssertSqlSafe(sql)).bind(tenant.as_str()).fetch_all(&self.pool).await.map_err(control_error)
    }

    /// The customers of a decision, those with most at stake first.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn targets(&self, tenant: &TenantId, id: &str, round: i64) -> Result<Vec<TargetRow>> {
        let sql = "SELECT customer_id, held_out FROM recommendation_customers \
                   WHERE tenant = $1 AND id = $2 AND round = $3 ORDER BY place";
        sqlx::query_as(sql)
            .bind(tenant.as_str())
            .bind(id)
            .bind(round)
            .fetch_all(&self.pool)
            .await
            .map_err(control_error)
    }

    /// Customers of tasks whose effect is being measured at `now`, microseconds since the epoch.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn busy(&self, tenant: &TenantId, now: i64) -> Result<Vec<String>> {
        let sql = "SELECT DISTINCT c.customer_id FROM recommendation_customers c \
                   JOIN recommendations r ON r.tenant = c.tenant AND r.id = c.id AND r.round = c.round \
                   WHERE c.tenant = $1 AND r.accepted_at IS NOT NULL AND r.status <> 'dismissed' AND r.measured_until > $2";
        sqlx::query_scalar(sql).bind(tenant.as_str()).bind(now).fetch_all(&self.pool).await.map_err(control_error)
    }

    /// Stores a decision, whom it is about, those with most at stake first, and the task that it is where it was accepted.
    ///
    /// # Errors
    /// [`Kind::Conflict`]: somebody else decided at the same moment; what the task is refused for; the control database does not
    /// answer. Nothing is stored then.
    pub async fn insert(
        &self,
        tenant: &TenantId,
        decision: &DecisionRow,
        targets: &[TargetRow],
        task: Option<&Task>,
    ) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        sqlx::query(
            "INSERT INTO recommendations (tenant, id, round, kind, status, decided_at, accepted_at, done_at, measured_until, \
             item, customer_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(tenant.as_str())
        .bind(&decision.id)
        .bind(decision.round)
        .bind(&decision.kind)
        .bind(&decision.status)
        .bind(decision.decided_at)
        .bind(decision.accepted_at)
        .bind(decision.done_at)
        .bind(decision.measured_until)
        .bind(&decision.item)
        .bind(&decision.customer_id)
        .execute(&mut *transaction)
        .await
        .map_err(|e| match e.as_database_error() {
            Some(database) if database.is_unique_violation() => Error::new(
                Kind::Conflict,
                "decided_already",
                "Somebody else decided on this recommendation at the same moment. Look at it again.",
            ),
            _ => control_error(e),
        })?;
        for (chunk, rows) in targets.chunks(CHUNK).enumerate() {
            let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new(
                "INSERT INTO recommendation_customers (tenant, id, round, place, customer_id, held_out) ",
            );
            insert.push_values(rows.iter().enumerate(), |mut row, (place, target)| {
                row.push_bind(tenant.as_str())
                    .push_bind(&decision.id)
                    .push_bind(decision.round)
                    .push_bind(i64::try_from(chunk * CHUNK + place).unwrap_or(i64::MAX))
                    .push_bind(&target.customer_id)
                    .push_bind(target.held_out);
            });
            insert.build().execute(&mut *transaction).await.map_err(control_error)?;
        }
        if let Some(task) = task {
            recommended::begin(&mut transaction, tenant, task).await?;
        }
        transaction.commit().await.map_err(control_error)
    }

    /// Changes where a decision stands: its status, when that was decided and when the task was finished. Its task follows.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn update(&self, tenant: &TenantId, decision: &DecisionRow) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        sqlx::query(
            "UPDATE recommendations SET status = $1, decided_at = $2, done_at = $3 WHERE tenant = $4 AND id = $5 AND round = $6",
        )
        .bind(&decision.status)
        .bind(decision.decided_at)
        .bind(decision.done_at)
        .bind(tenant.as_str())
        .bind(&decision.id)
        .bind(decision.round)
        .execute(&mut *transaction)
        .await
        .map_err(control_error)?;
        let which = (decision.id.as_str(), decision.round);
        recommended::follow(&mut transaction, tenant, which, &decision.status, decision.decided_at).await?;
        transaction.commit().await.map_err(control_error)
    }
}

#[cfg(test)]
mod tests;
