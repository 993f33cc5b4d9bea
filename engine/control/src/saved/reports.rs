//! Reports of people's own: a statement with a name, what it takes, and how it is drawn.

use kupets_core::{Error, Kind, Result, TenantId};
use sqlx::{FromRow, QueryBuilder, Sqlite, SqlitePool};

use super::{After, check_name, check_room, delete, paged, seen_by};
use crate::{database::control_error, stored_text};

/// Bytes of a description.
pub const MAX_DESCRIPTION_BYTES: usize = 16 << 10;
/// Bytes of a statement.
pub const MAX_STATEMENT_BYTES: usize = 64 << 10;
/// Bytes of the parameters, and of the chart.
pub const MAX_JSON_BYTES: usize = 64 << 10;

/// A saved report. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SavedReport {
    /// 32 hex digits.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it tells.
    pub description: Option<String>,
    /// The statement.
    pub statement: String,
    /// JSON: what it takes.
    pub parameters: String,
    /// JSON: how it is drawn; none: as a table alone.
    pub chart: Option<String>,
    /// Whether everybody in the workspace sees it.
    pub shared: bool,
    /// Whose it is; none: an account that is gone.
    pub owner_id: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

/// A saved report with what its owner is called now.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SavedReportRow {
    /// The report.
    #[sqlx(flatten)]
    pub report: SavedReport,
    /// The owner's name.
    pub owner_name: Option<String>,
}

/// The saved reports. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SavedReports {
    pool: SqlitePool,
}

impl SavedReports {
    /// The saved reports of a migrated control database.
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// Those that the viewer sees, the oldest first, at most `limit`, those after `after`.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn list(
        &self,
        tenant: &TenantId,
        viewer: Option<&str>,
        after: Option<&After>,
        limit: u32,
    ) -> Result<Vec<SavedReportRow>> {
        let mut query = select();
        seen_by(&mut query, tenant, viewer);
        paged(&mut query, after, limit);
        query.build_query_as().fetch_all(&self.pool).await.map_err(control_error)
    }

    /// One that the viewer sees.
    ///
    /// # Errors
    /// [`Kind::NotFound`]: the viewer sees none of that id; the control database does not answer.
    pub async fn get(&self, tenant: &TenantId, viewer: Option<&str>, id: &str) -> Result<SavedReportRow> {
        let mut query = select();
        seen_by(&mut query, tenant, viewer);
        query.push(" AND t.id = ").push_bind(id);
        let found = query.build_query_as().fetch_optional(&self.pool).await.map_err(control_error)?;
        found.ok_or_else(unknown)
    }

    /// Stores a report, in place of the one with its id if there is one: whose it is and when it was made stays.
    ///
    /// # Errors
    /// [`Kind::Invalid`]: no name, no JSON; [`Kind::TooLarge`]: a part of it; [`Kind::Conflict`] `too_many`; the control database
    /// does not answer. Nothing is stored then.
    pub async fn put(&self, tenant: &TenantId, report: &SavedReport) -> Result<()> {
        check_name(&report.name)?;
        stored_text::text("description", report.description.as_deref(), MAX_DESCRIPTION_BYTES)?;
        stored_text::text("sql", Some(&report.statement), MAX_STATEMENT_BYTES)?;
        stored_text::json("parameters", Some(&report.parameters), MAX_JSON_BYTES)?;
        stored_text::json("chart", report.chart.as_deref(), MAX_JSON_BYTES)?;
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        check_room(&mut transaction, tenant, ("saved_reports", "reports"), &report.id).await?;
        sqlx::query(
            "INSERT INTO saved_reports (tenant, id, name, description, statement, parameters, chart, shared, owner_id, created_at, \
             updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             ON CONFLICT (tenant, id) DO UPDATE SET name = excluded.name, description = excluded.description, \
             statement = excluded.statement, parameters = excluded.parameters, chart = excluded.chart, \
             shared = excluded.shared, updated_at = excluded.updated_at",
        )
        .bind(tenant.as_str())
        .bind(&report.id)
        .bind(report.name.trim())
        .bind(&report.description)
        .bind(&report.statement)
        .bind(&report.parameters)
        .bind(&report.chart)
        .bind(report.shared)
        .bind(&report.owner_id)
        .bind(report.created_at)
        .bind(report.updated_at)
        .execute(&mut *transaction)
        .await
        .map_err(control_error)?;
        transaction.commit().await.map_err(control_error)
    }

    /// Deletes a report of a workspace, whoever sees it. Whether there was one.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn delete(&self, tenant: &TenantId, id: &str) -> Result<bool> {
        delete(&self.pool, "saved_reports", tenant, id).await
    }
}

fn select() -> QueryBuilder<Sqlite> {
    QueryBuilder::new(
        "SELECT t.id, t.name, t.description, t.statement, t.parameters, t.chart, t.shared, t.owner_id, t.created_at, \
         t.updated_at, u.name AS owner_name FROM saved_reports t LEFT JOIN users u ON u.id = t.owner_id",
    )
}

fn unknown() -> Error {
    Error::new(Kind::NotFound, "unknown_report", "There is no such saved report, or it is not shared with you.")
}
