//! Dashboards: cards side by side, over one period.

use std::collections::HashMap;

use kupets_core::{Error, FieldError, Kind, Result, TenantId};
use sqlx::{FromRow, QueryBuilder, Sqlite, SqlitePool};

use super::{After, check_name, check_room, delete, paged, seen_by};
use crate::{database::control_error, stored_text};

/// Cards of one dashboard.
pub const MAX_CARDS: usize = 100;
/// Bytes of one card.
pub const MAX_CARD_BYTES: usize = 16 << 10;

/// A dashboard without its cards. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Dashboard {
    /// 32 hex digits.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// JSON: a period by name, or its ends.
    pub period: String,
    /// Whether everybody in the workspace sees it.
    pub shared: bool,
    /// Whose it is; none: an account that is gone.
    pub owner_id: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

/// A dashboard with its cards and what its owner is called now.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct DashboardRow {
    /// The dashboard.
    #[sqlx(flatten)]
    pub dashboard: Dashboard,
    /// The owner's name.
    pub owner_name: Option<String>,
    /// JSON: each of its cards, in their order.
    #[sqlx(skip)]
    pub cards: Vec<String>,
}

/// The dashboards. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Dashboards {
    pool: SqlitePool,
}

impl Dashboards {
    /// The dashboards of a migrated control database.
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
    ) -> Result<Vec<DashboardRow>> {
        let mut query = select();
        seen_by(&mut query, tenant, viewer);
        paged(&mut query, after, limit);
        let found = query.build_query_as().fetch_all(&self.pool).await.map_err(control_error)?;
        self.with_cards(tenant, found).await
    }

    /// One that the viewer sees.
    ///
    /// # Errors
    /// [`Kind::NotFound`]: the viewer sees none of that id; the control database does not answer.
    pub async fn get(&self, tenant: &TenantId, viewer: Option<&str>, id: &str) -> Result<DashboardRow> {
        let mut query = select();
        seen_by(&mut query, tenant, viewer);
        query.push(" AND t.id = ").push_bind(id);
        let found: Option<DashboardRow> =
            query.build_query_as().fetch_optional(&self.pool).await.map_err(control_error)?;
        let found = found.ok_or_else(unknown)?;
        self.with_cards(tenant, vec![found]).await?.pop().ok_or_else(unknown)
    }

    async fn with_cards(&self, tenant: &TenantId, mut rows: Vec<DashboardRow>) -> Result<Vec<DashboardRow>> {
        if rows.is_empty() {
            return Ok(rows);
        }
        let mut query: QueryBuilder<Sqlite> =
            QueryBuilder::new("SELECT dashboard_id, card FROM dashboard_cards WHERE tenant = ");
        query.push_bind(tenant.as_str()).push(" AND dashboard_id IN (");
        let mut ids = query.separated(", ");
        for row in &rows {
            ids.push_bind(row.dashboard.id.clone());
        }
        query.push(") ORDER BY dashboard_id, position");
        let found: Vec<(String, String)> = query.build_query_as().fetch_all(&self.pool).await.map_err(control_error)?;
        let mut cards: HashMap<String, Vec<String>> = HashMap::new();
        for (id, card) in found {
            cards.entry(id).or_default().push(card);
        }
        for row in &mut rows {
            row.cards = cards.remove(&row.dashboard.id).unwrap_or_default();
        }
        Ok(rows)
    }

    /// Stores a dashboard with its cards, in place of the one with its id if there is one: whose it is and when it was made stays.
    ///
    /// # Errors
    /// [`Kind::Invalid`]: no name, no JSON, too many cards; [`Kind::TooLarge`]: a card; [`Kind::Conflict`] `too_many`; the control
    /// database does not answer. Nothing is stored then.
    pub async fn put(&self, tenant: &TenantId, dashboard: &Dashboard, cards: &[String]) -> Result<()> {
        check_name(&dashboard.name)?;
        stored_text::json("period", Some(&dashboard.period), MAX_CARD_BYTES)?;
        if cards.len() > MAX_CARDS {
            let message = format!("it has {}; {MAX_CARDS} at most", cards.len());
            return Err(Error::wrong_fields(vec![FieldError::of("cards", message)]));
        }
        for (place, card) in cards.iter().enumerate() {
            stored_text::json(&format!("cards[{place}]"), Some(card), MAX_CARD_BYTES)?;
        }
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        check_room(&mut transaction, tenant, ("dashboards", "dashboards"), &dashboard.id).await?;
        sqlx::query(
            "INSERT INTO dashboards (tenant, id, name, period, shared, owner_id, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (tenant, id) DO UPDATE SET name = excluded.name, period = excluded.period, shared = excluded.shared, \
             updated_at = excluded.updated_at",
        )
        .bind(tenant.as_str())
        .bind(&dashboard.id)
        .bind(dashboard.name.trim())
        .bind(&dashboard.period)
        .bind(dashboard.shared)
        .bind(&dashboard.owner_id)
        .bind(dashboard.created_at)
        .bind(dashboard.updated_at)
        .execute(&mut *transaction)
        .await
        .map_err(control_error)?;
        sqlx::query("DELETE FROM dashboard_cards WHERE tenant = $1 AND dashboard_id = $2")
            .bind(tenant.as_str())
            .bind(&dashboard.id)
            .execute(&mut *transaction)
            .await
            .map_err(control_error)?;
        let insert = "INSERT INTO dashboard_cards (tenant, dashboard_id, position, card) VALUES ($1, $2, $3, $4)";
        for (place, card) in (0_i64..).zip(cards) {
            sqlx::query(insert)
                .bind(tenant.as_str())
                .bind(&dashboard.id)
                .bind(place)
                .bind(card)
                .execute(&mut *transaction)
                .await
                .map_err(control_error)?;
        }
        transaction.commit().await.map_err(control_error)
    }

    /// Deletes a dashboard of a workspace, whoever sees it. Whether there was one.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn delete(&self, tenant: &TenantId, id: &str) -> Result<bool> {
        delete(&self.pool, "dashboards", tenant, id).await
    }
}

fn select() -> QueryBuilder<Sqlite> {
    QueryBuilder::new(
        "SELECT t.id, t.name, t.period, t.shared, t.owner_id, t.created_at, t.updated_at, u.name AS owner_name \
         FROM dashboards t LEFT JOIN users u ON u.id = t.owner_id",
    )
}

fn unknown() -> Error {
    Error::new(Kind::NotFound, "unknown_dashboard", "There is no such dashboard, or it is not shared with you.")
}
