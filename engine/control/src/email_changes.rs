//! Other addresses of accounts: at once, or by a link that was sent to the new one.

use kupets_core::Result;
use sqlx::{SqliteConnection, SqlitePool};

use crate::{
    audit::{self, NewEntry},
    database::fail,
    sessions, users,
};

/// A link that gives an account another address, once.
#[derive(Debug, Clone)]
pub struct NewEmailChange {
    /// SHA-256 of the link's token, in hex.
    pub token_hash: String,
    /// Whose address.
    pub user_id: String,
    /// The new address, lower-case.
    pub email: String,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// From when on it changes nothing.
    pub expires_at: i64,
}

/// What stays of a person's sessions and devices: those of the browser that changes the address.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'a> {
    /// The session.
    pub session_id: &'a str,
    /// SHA-256 of the device's token, in hex.
    pub device_hash: Option<&'a str>,
}

/// Makes a link; those of the same person from before change nothing any more.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn ask(control: &SqlitePool, change: &NewEmailChange, entry: &NewEntry) -> Result<()> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
    forget(&mut transaction, &change.user_id).await?;
    sqlx::query(
        "INSERT INTO email_changes (token_hash, user_id, email, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&change.token_hash)
    .bind(&change.user_id)
    .bind(&change.email)
    .bind(change.created_at)
    .bind(change.expires_at)
    .execute(&mut *transaction)
    .await
    .map_err(fail)?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(fail)
}

/// Gives an account another address at once, ends the person's sessions but one, and takes back links that went to the old address.
///
/// # Errors
/// `email_taken`; the control database does not answer. Nothing is changed then.
pub async fn set(control: &SqlitePool, user_id: &str, email: &str, kept: Kept<'_>, entry: &NewEntry) -> Result<()> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
    set_in(&mut transaction, user_id, email, kept, entry).await?;
    transaction.commit().await.map_err(fail)
}

/// The same by the link of that token, which changes nothing afterwards. Whether the link was still good.
///
/// # Errors
/// `email_taken`; the control database does not answer. Nothing is changed then.
pub async fn confirm(
    control: &SqlitePool,
    token_hash: &str,
    user_id: &str,
    now: i64,
    kept: Kept<'_>,
    entry: &NewEntry,
) -> Result<bool> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
    let email: Option<String> = sqlx::query_scalar(
        "SELECT email FROM email_changes WHERE token_hash = $1 AND user_id = $2 AND expires_at > $3",
    )
    .bind(token_hash)
    .bind(user_id)
    .bind(now)
    .fetch_optional(&mut *transaction)
    .await
    .map_err(fail)?;
    let Some(email) = email else { return Ok(false) };
    set_in(&mut transaction, user_id, &email, kept, entry).await?;
    transaction.commit().await.map_err(fail)?;
    Ok(true)
}

async fn set_in(
    connection: &mut SqliteConnection,
    user_id: &str,
    email: &str,
    kept: Kept<'_>,
    entry: &NewEntry,
) -> Result<()> {
    users::set_email(connection, user_id, email).await?;
    sessions::end_others(connection, user_id, Some(kept.session_id), kept.device_hash).await?;
    forget(connection, user_id).await?;
    sqlx::query("DELETE FROM password_resets WHERE user_id = $1")
        .bind(user_id)
        .execute(&mut *connection)
        .await
        .map_err(fail)?;
    audit::insert(connection, entry).await
}

async fn forget(connection: &mut SqliteConnection, user_id: &str) -> Result<()> {
    let done = sqlx::query("DELETE FROM email_changes WHERE user_id = $1").bind(user_id).execute(connection).await;
    done.map(drop).map_err(fail)
}

/// Deletes links that change nothing any more.
///
/// # Errors
/// The control database does not answer.
pub async fn delete_expired(control: &SqlitePool, now: i64) -> Result<()> {
    let done = sqlx::query("DELETE FROM email_changes WHERE expires_at <= $1").bind(now).execute(control).await;
    done.map(drop).map_err(fail)
}
