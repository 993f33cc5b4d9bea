//! People: who they are, and what their password is checked against.

use kupets_core::{Error, Result};
use sqlx::{FromRow, SqliteConnection, SqlitePool};

use crate::{
    audit::{self, NewEntry},
    database::fail,
};

/// A person.
#[derive(Debug, Clone, FromRow)]
pub struct UserRow {
    /// Identity.
    pub id: String,
    /// Address, lower-case.
    pub email: String,
    /// Full name.
    pub name: String,
    /// `en` or `ru`.
    pub locale: String,
    /// Milliseconds since the epoch.
    pub created_at: i64,
}

/// A person and the hash of their password.
#[derive(Debug, Clone, FromRow)]
pub struct Credentials {
    /// The person.
    #[sqlx(flatten)]
    pub user: UserRow,
    /// A PHC string.
    pub password_hash: String,
}

/// A person as the operator's list shows them.
#[derive(Debug, Clone, FromRow)]
pub struct ListedUser {
    /// The person.
    #[sqlx(flatten)]
    pub user: UserRow,
    /// `workspace name (role)`, with commas; none when they are in no workspace.
    pub workspaces: Option<String>,
    /// When any of their sessions was last seen, milliseconds since the epoch.
    pub last_seen_at: Option<i64>,
}

/// Inserts a person, as part of a transaction.
pub(crate) async fn insert(connection: &mut SqliteConnection, user: &UserRow, password_hash: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO users (id, email, name, password_hash, locale, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&user.id)
    .bind(&user.email)
    .bind(&user.name)
    .bind(password_hash)
    .bind(&user.locale)
    .bind(user.created_at)
    .execute(connection)
    .await
    .map(drop)
    .map_err(|error| match error.as_database_error() {
        Some(database) if database.is_unique_violation() => email_taken(),
        _ => fail(error),
    })
}

/// An address has an account already.
pub fn email_taken() -> Error {
    Error::conflict("email_taken", "this e-mail address already has an account; log in instead")
}

/// Gives a person another address, as part of a transaction.
pub(crate) async fn set_email(connection: &mut SqliteConnection, id: &str, email: &str) -> Result<()> {
    let done = sqlx::query("UPDATE users SET email = $1 WHERE id = $2").bind(email).bind(id).execute(connection).await;
    done.map(drop).map_err(|error| match error.as_database_error() {
        Some(database) if database.is_unique_violation() => email_taken(),
        _ => fail(error),
    })
}

/// Changes what a person is called and spoken to in; what is `None` stays.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn set_profile(
    control: &SqlitePool,
    id: &str,
    name: Option<&str>,
    locale: Option<&str>,
    entry: &NewEntry,
) -> Result<()> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
    sqlx::query("UPDATE users SET name = COALESCE($1, name), locale = COALESCE($2, locale) WHERE id = $3")
        .bind(name)
        .bind(locale)
        .bind(id)
        .execute(&mut *transaction)
        .await
        .map_err(fail)?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(fail)
}

/// The person of that identity.
///
/// # Errors
/// The control database does not answer.
pub async fn by_id(control: &SqlitePool, id: &str) -> Result<Option<Credentials>> {
    sqlx::query_as("SELECT id, email, name, locale, created_at, password_hash FROM users WHERE id = $1")
        .bind(id)
        .fetch_optional(control)
        .await
        .map_err(fail)
}

/// The person of that address, which is lower-case.
///
/// # Errors
/// The control database does not answer.
pub async fn by_email(control: &SqlitePool, email: &str) -> Result<Option<Credentials>> {
    sqlx::query_as("SELECT id, email, name, locale, created_at, password_hash FROM users WHERE email = $1")
        .bind(email)
        .fetch_optional(control)
        .await
        .map_err(fail)
}

/// Whether anybody has an account.
///
/// # Errors
/// The control database does not answer.
pub async fn any(control: &SqlitePool) -> Result<bool> {
    sqlx::query_scalar::<_, i64>("SELECT EXISTS (SELECT 1 FROM users)")
        .fetch_one(control)
        .await
        .map(|found| found != 0)
        .map_err(fail)
}

/// Everybody, the oldest account first.
///
/// # Errors
/// The control database does not answer.
pub async fn list(control: &SqlitePool) -> Result<Vec<ListedUser>> {
    sqlx::query_as(
        "SELECT u.id, u.email, u.name, u.locale, u.created_at,
                (SELECT group_concat(w.name || ' (' || m.role || ')', ', ') FROM members m
                 JOIN workspaces w ON w.id = m.workspace_id WHERE m.user_id = u.id) AS workspaces,
                (SELECT MAX(COALESCE(s.last_seen_at, s.created_at)) FROM sessions s WHERE s.user_id = u.id) AS last_seen_at
         FROM users u ORDER BY u.created_at, u.id",
    )
    .fetch_all(control)
    .await
    .map_err(fail)
}

/// Gives a person another password hash, as part of a transaction.
pub(crate) async fn set_password(connection: &mut SqliteConnection, id: &str, password_hash: &str) -> Result<()> {
    sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2")
        .bind(password_hash)
        .bind(id)
        .execute(connection)
        .await
        .map(drop)
        .map_err(fail)
}
