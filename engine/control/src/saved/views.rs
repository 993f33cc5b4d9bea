//! Views: a page of the web UI with its filters, sorting and columns, under a name.

use kupets_core::{Error, Kind, Result, TenantId};
use sqlx::{FromRow, QueryBuilder, Sqlite, SqlitePool};

use super::{After, check_name, check_room, delete, paged, seen_by};
use crate::{database::control_error, stored_text};

/// Bytes of the search part of an address.
pub const MAX_QUERY_BYTES: usize = 8 << 10;
/// Bytes of the list of columns.
pub const MAX_COLUMNS_BYTES: usize = 16 << 10;

/// A view. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct View {
    /// 32 hex digits.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Of which page.
    pub page: String,
    /// The search part of the page's address.
    pub query: String,
    /// The same without escapes: where erasure looks for people.
    pub query_text: String,
    /// JSON: names of columns; none: those of the page.
    pub columns: Option<String>,
    /// Whether everybody in the workspace sees it.
    pub shared: bool,
    /// Whose it is; none: an account that is gone.
    pub owner_id: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

/// A view with what its owner is called now.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ViewRow {
    /// The view.
    #[sqlx(flatten)]
    pub view: View,
    /// The owner's name.
    pub owner_name: Option<String>,
}

/// The views. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Views {
    pool: SqlitePool,
}

impl Views {
    /// The views of a migrated control database.
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// Those that the viewer sees, of one page or of all, the oldest first, at most `limit`, those after `after`.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn list(
        &self,
        tenant: &TenantId,
        viewer: Option<&str>,
        page: Option<&str>,
        after: Option<&After>,
        limit: u32,
    ) -> Result<Vec<ViewRow>> {
        let mut query = select();
        seen_by(&mut query, tenant, viewer);
        if let Some(page) = page {
            query.push(" AND t.page = ").push_bind(page);
        }
        paged(&mut query, after, limit);
        query.build_query_as().fetch_all(&self.pool).await.map_err(control_error)
    }

    /// One that the viewer sees.
    ///
    /// # Errors
    /// [`Kind::NotFound`]: the viewer sees none of that id; the control database does not answer.
    pub async fn get(&self, tenant: &TenantId, viewer: Option<&str>, id: &str) -> Result<ViewRow> {
        let mut query = select();
        seen_by(&mut query, tenant, viewer);
        query.push(" AND t.id = ").push_bind(id);
        let found = query.build_query_as().fetch_optional(&self.pool).await.map_err(control_error)?;
        found.ok_or_else(unknown)
    }

    /// Stores a view, in place of the one with its id if there is one: whose it is and when it was made stays.
    ///
    /// # Errors
    /// [`Kind::Invalid`]: no name, no JSON; [`Kind::TooLarge`]: a part of it; [`Kind::Conflict`] `too_many`; the control database
    /// does not answer. Nothing is stored then.
    pub async fn put(&self, tenant: &TenantId, view: &View) -> Result<()> {
        check_name(&view.name)?;
        stored_text::text("query", Some(&view.query), MAX_QUERY_BYTES)?;
        stored_text::json("columns", view.columns.as_deref(), MAX_COLUMNS_BYTES)?;
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        check_room(&mut transaction, tenant, ("saved_views", "views"), &view.id).await?;
        sqlx::query(
            "INSERT INTO saved_views (tenant, id, name, page, query, query_text, columns, shared, owner_id, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             ON CONFLICT (tenant, id) DO UPDATE SET name = excluded.name, page = excluded.page, query = excluded.query, \
             query_text = excluded.query_text, columns = excluded.columns, shared = excluded.shared, \
             updated_at = excluded.updated_at",
        )
        .bind(tenant.as_str())
        .bind(&view.id)
        .bind(view.name.trim())
        .bind(&view.page)
        .bind(&view.query)
        .bind(&view.query_text)
        .bind(&view.columns)
        .bind(view.shared)
        .bind(&view.owner_id)
        .bind(view.created_at)
        .bind(view.updated_at)
        .execute(&mut *transaction)
        .await
        .map_err(control_error)?;
        transaction.commit().await.map_err(control_error)
    }

    /// Deletes a view of a workspace, whoever sees it. Whether there was one.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn delete(&self, tenant: &TenantId, id: &str) -> Result<bool> {
        delete(&self.pool, "saved_views", tenant, id).await
    }
}

fn select() -> QueryBuilder<Sqlite> {
    QueryBuilder::new(
        "SELECT t.id, t.name, t.page, t.query, t.query_text, t.columns, t.shared, t.owner_id, t.created_at, t.updated_at, \
         u.name AS owner_name FROM saved_views t LEFT JOIN users u ON u.id = t.owner_id",
    )
}

fn unknown() -> Error {
    Error::new(Kind::NotFound, "unknown_view", "There is no such view, or it is not shared with you.")
}
