//! Workspaces: what they are called, what their days and figures go by, and when they are to go.

use kupets_core::{Result, TenantId};
use sqlx::{FromRow, SqliteConnection, SqlitePool};

use crate::{
    audit::{self, NewEntry},
    changes,
    database::fail,
    members,
    personal_data::PersonalData,
    stored_text,
};

/// Bytes of a workspace's own words.
pub const MAX_WORDS_BYTES: usize = 64 << 10;
/// Bytes of a workspace's holidays.
pub const MAX_HOLIDAYS_BYTES: usize = 512 << 10;

/// A workspace. In a join its columns have the names of [`COLUMNS`].
#[derive(Debug, Clone, FromRow)]
pub struct WorkspaceRow {
    /// 32 hex digits.
    #[sqlx(rename = "workspace_id")]
    pub id: String,
    /// What people call it.
    #[sqlx(rename = "workspace_name")]
    pub name: String,
    /// `en` or `ru`.
    #[sqlx(rename = "workspace_locale")]
    pub locale: String,
    /// IANA name.
    pub time_zone: String,
    /// ISO 4217 code.
    pub currency: String,
    /// JSON; none: the default rules.
    pub segment_rules: Option<String>,
    /// JSON: its holidays; none: none were named.
    pub holidays: Option<String>,
    /// JSON: how long its records are kept; none: for ever.
    pub retention: Option<String>,
    /// What becomes of late records of erased customers; none: the default.
    pub erased_records: Option<String>,
    /// Milliseconds since the epoch.
    #[sqlx(rename = "workspace_created_at")]
    pub created_at: i64,
    /// When it is deleted with everything in it, milliseconds since the epoch.
    pub delete_at: Option<i64>,
}

/// The columns of a [`WorkspaceRow`], of a table with the alias `w`.
pub(crate) const COLUMNS: &str = "w.id AS workspace_id, w.name AS workspace_name, w.locale AS workspace_locale, w.time_zone, \
     w.currency, w.segment_rules, w.holidays, w.retention, w.erased_records, w.created_at AS workspace_created_at, w.delete_at";

/// What a workspace has decided about its assistant.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
pub struct AssistantRow {
    /// Whether a model may write statements of its own.
    pub expert_sql: bool,
    /// JSON, an object: the workspace's own words for metrics and dimensions; none: it has none.
    pub own_words: Option<String>,
    /// `day_first` or `month_first`; none: it follows from the currency.
    pub date_order: Option<String>,
    /// JSON, an array: days that it calls by names of its own; none: it has none.
    pub named_days: Option<String>,
}

/// A workspace and what a person is in it.
#[derive(Debug, Clone, FromRow)]
pub struct MembershipRow {
    /// The workspace.
    #[sqlx(flatten)]
    pub workspace: WorkspaceRow,
    /// The person's role.
    pub role: String,
}

/// A workspace as the operator's list shows it.
#[derive(Debug, Clone, FromRow)]
pub struct ListedWorkspace {
    /// The workspace.
    #[sqlx(flatten)]
    pub workspace: WorkspaceRow,
    /// People in it.
    pub members: i64,
    /// Keys that are not revoked.
    pub keys: i64,
    /// E-mail addresses of its owners, with commas.
    pub owners: Option<String>,
}

/// What changes in a workspace; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// What people call it.
    pub name: Option<String>,
    /// `en` or `ru`.
    pub locale: Option<String>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// ISO 4217 code.
    pub currency: Option<String>,
    /// JSON: its holidays.
    pub holidays: Option<String>,
    /// JSON: how long its records are kept.
    pub retention: Option<String>,
    /// What becomes of late records of erased customers.
    pub erased_records: Option<String>,
    /// When it is to be deleted; `Some(None)`: it stays after all.
    pub delete_at: Option<Option<i64>>,
}

/// Inserts a workspace with its first owner, as part of a transaction.
pub(crate) async fn insert(connection: &mut SqliteConnection, workspace: &WorkspaceRow, owner: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO workspaces (id, name, locale, time_zone, currency, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&workspace.id)
    .bind(&workspace.name)
    .bind(&workspace.locale)
    .bind(&workspace.time_zone)
    .bind(&workspace.currency)
    .bind(workspace.created_at)
    .execute(&mut *connection)
    .await
    .map_err(fail)?;
    members::insert(connection, &workspace.id, owner, "owner", workspace.created_at).await
}

/// Makes a workspace of a person who has an account.
///
/// # Errors
/// The control database does not answer.
pub async fn create(control: &SqlitePool, workspace: &WorkspaceRow, owner: &str, entry: &NewEntry) -> Result<()> {
    let mut transaction = control.begin().await.map_err(fail)?;
    insert(&mut transaction, workspace, owner).await?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(fail)
}

/// The workspaces of a person, the one they have been in for longest first.
///
/// # Errors
/// The control database does not answer.
pub async fn of_user(control: &SqlitePool, user_id: &str) -> Result<Vec<MembershipRow>> {
    let sql = format!(
        "SELECT {COLUMNS}, m.role FROM members m JOIN workspaces w ON w.id = m.workspace_id
         WHERE m.user_id = $1 ORDER BY m.created_at, w.id"
    );
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(user_id).fetch_all(control).await.map_err(fail)
}

/// One workspace of a person, if they are in it.
///
/// # Errors
/// The control database does not answer.
pub async fn membership(control: &SqlitePool, user_id: &str, workspace_id: &str) -> Result<Option<MembershipRow>> {
    let sql = format!(
        "SELECT {COLUMNS}, m.role FROM members m JOIN workspaces w ON w.id = m.workspace_id
         WHERE m.user_id = $1 AND w.id = $2"
    );
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(user_id).bind(workspace_id);
    query.fetch_optional(control).await.map_err(fail)
}

/// One workspace.
///
/// # Errors
/// The control database does not answer.
pub async fn one(control: &SqlitePool, id: &str) -> Result<Option<WorkspaceRow>> {
    let sql = format!("SELECT {COLUMNS} FROM workspaces w WHERE w.id = $1");
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(control).await.map_err(fail)
}

/// Changes a workspace.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn change(control: &SqlitePool, id: &str, change: &Change, entry: &NewEntry) -> Result<()> {
    stored_text::json("holidays", change.holidays.as_deref(), MAX_HOLIDAYS_BYTES)?;
    let mut transaction = control.begin().await.map_err(fail)?;
    sqlx::query(
        "UPDATE workspaces SET name = COALESCE($1, name), locale = COALESCE($2, locale),
                time_zone = COALESCE($3, time_zone), currency = COALESCE($4, currency),
                delete_at = CASE WHEN $5 THEN $6 ELSE delete_at END, holidays = COALESCE($7, holidays),
                retention = COALESCE($8, retention),
                erased_records = COALESCE($9, erased_records)
         WHERE id = $10",
    )
    .bind(&change.name)
    .bind(&change.locale)
    .bind(&change.time_zone)
    .bind(&change.currency)
    .bind(change.delete_at.is_some())
    .bind(change.delete_at.flatten())
    .bind(&change.holidays)
    .bind(&change.retention)
    .bind(&change.erased_records)
    .bind(id)
    .execute(&mut *transaction)
    .await
    .map_err(fail)?;
    audit::insert(&mut *transaction, entry).await?;
    changes::note(&mut *transaction).await?;
    transaction.commit().await.map_err(fail)
}

/// Gives a workspace rules of segments of its own (JSON), or the default ones again.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn set_segment_rules(control: &SqlitePool, id: &str, rules: Option<&str>, entry: &NewEntry) -> Result<()> {
    let mut transaction = control.begin().await.map_err(fail)?;
    sqlx::query("UPDATE workspaces SET segment_rules = $1 WHERE id = $2")
        .bind(rules)
        .bind(id)
        .execute(&mut *transaction)
        .await
        .map_err(fail)?;
    audit::insert(&mut *transaction, entry).await?;
    changes::note(&mut *transaction).await?;
    transaction.commit().await.map_err(fail)
}

/// What a workspace has decided about its assistant.
///
/// # Errors
/// The control database does not answer.
pub async fn assistant(control: &SqlitePool, id: &str) -> Result<Option<AssistantRow>> {
    let query =
        sqlx::query_as("SELECT expert_sql, own_words, date_order, named_days FROM workspaces WHERE id = $1").bind(id);
    query.fetch_optional(control).await.map_err(fail)
}

/// Decides about a workspace's assistant.
///
/// # Errors
/// [`kupets_core::Kind::TooLarge`] and [`kupets_core::Kind::Invalid`]: the words; the control database does not answer. Nothing
/// is changed then.
pub async fn set_assistant(control: &SqlitePool, id: &str, settings: &AssistantRow, entry: &NewEntry) -> Result<()> {
    stored_text::json("own_words", settings.own_words.as_deref(), MAX_WORDS_BYTES)?;
    stored_text::json("named_days", settings.named_days.as_deref(), MAX_WORDS_BYTES)?;
    let mut transaction = control.begin().await.map_err(fail)?;
    sqlx::query(
        "UPDATE workspaces SET expert_sql = $1, own_words = $2, date_order = $3, named_days = $4 WHERE id = $5",
    )
    .bind(settings.expert_sql)
    .bind(&settings.own_words)
    .bind(&settings.date_order)
    .bind(&settings.named_days)
    .bind(id)
    .execute(&mut *transaction)
    .await
    .map_err(fail)?;
    audit::insert(&mut *transaction, entry).await?;
    changes::note(&mut *transaction).await?;
    transaction.commit().await.map_err(fail)
}

/// All workspaces, the oldest first.
///
/// # Errors
/// The control database does not answer.
pub async fn list(control: &SqlitePool) -> Result<Vec<ListedWorkspace>> {
    let sql = format!(
        "SELECT {COLUMNS}, (SELECT COUNT(*) FROM members m WHERE m.workspace_id = w.id) AS members,
                (SELECT COUNT(*) FROM api_keys k WHERE k.workspace_id = w.id AND k.revoked_at IS NULL) AS keys,
                (SELECT group_concat(u.email, ', ') FROM members m JOIN users u ON u.id = m.user_id
                 WHERE m.workspace_id = w.id AND m.role = 'owner') AS owners
         FROM workspaces w ORDER BY w.created_at, w.id"
    );
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(control).await.map_err(fail)
}

/// Workspaces whose time has come.
///
/// # Errors
/// The control database does not answer.
pub async fn due(control: &SqlitePool, now: i64) -> Result<Vec<WorkspaceRow>> {
    let sql = format!("SELECT {COLUMNS} FROM workspaces w WHERE w.delete_at <= $1 ORDER BY w.delete_at");
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(now).fetch_all(control).await.map_err(fail)
}

/// Workspaces that do not keep everything for ever, each with its time zone.
///
/// # Errors
/// The control database does not answer.
pub async fn with_retention(control: &SqlitePool) -> Result<Vec<(String, String)>> {
    let sql = "SELECT id, time_zone FROM workspaces WHERE retention IS NOT NULL AND delete_at IS NULL ORDER BY id";
    sqlx::query_as(sql).fetch_all(control).await.map_err(fail)
}

/// Deletes what the control database has of a workspace but its journal, by the registry of what each table holds. Its people keep their
/// accounts.
///
/// # Errors
/// The control database does not answer; nothing is deleted then.
pub async fn delete(control: &SqlitePool, id: &TenantId) -> Result<()> {
    let mut transaction = control.begin().await.map_err(fail)?;
    PersonalData::new(control.clone()).delete_workspace_in(&mut transaction, id).await?;
    changes::note(&mut *transaction).await?;
    transaction.commit().await.map_err(fail)
}

#[cfg(test)]
mod tests;
