//! New passwords, and the links that set them.

use kupets_core::Result;
use sqlx::SqlitePool;

use crate::{
    audit::{self, NewEntry},
    database::fail,
    sessions, users,
};

/// A link that sets a new password, once.
#[derive(Debug, Clone)]
pub struct NewReset {
    /// SHA-256 of the link's token, in hex.
    pub token_hash: String,
    /// Whose password.
    pub user_id: String,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// From when on it sets nothing.
    pub expires_at: i64,
}

/// Sets a password, ends the person's sessions but one, forgets their devices but one, and takes back links for a new password.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn change(
    control: &SqlitePool,
    user_id: &str,
    password_hash: &str,
    session_id: Option<&str>,
    device_hash: Option<&str>,
    entry: &NewEntry,
) -> Result<()> {
    let mut transaction = control.begin().await.map_err(fail)?;
    users::set_password(&mut transaction, user_id, password_hash).await?;
    sessions::end_others(&mut transaction, user_id, session_id, device_hash).await?;
    sqlx::query("DELETE FROM password_resets WHERE user_id = $1")
        .bind(user_id)
        .execute(&mut *transaction)
        .await
        .map_err(fail)?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(fail)
}

/// Makes a link that sets a new password; ones from before stay good, so that a mail that comes late still helps.
///
/// # Errors
/// The control database does not answer.
pub async fn insert_reset(control: &SqlitePool, reset: &NewReset, entry: &NewEntry) -> Result<()> {
    let mut transaction = control.begin().await.map_err(fail)?;
    sqlx::query("INSERT INTO password_resets (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(&reset.token_hash)
        .bind(&reset.user_id)
        .bind(reset.created_at)
        .bind(reset.expires_at)
        .execute(&mut *transaction)
        .await
        .map_err(fail)?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(fail)
}

/// Whose password the link of that token sets, while it does.
///
/// # Errors
/// The control database does not answer.
pub async fn reset_of(control: &SqlitePool, token_hash: &str, now: i64) -> Result<Option<String>> {
    sqlx::query_scalar("SELECT user_id FROM password_resets WHERE token_hash = $1 AND expires_at > $2")
        .bind(token_hash)
        .bind(now)
        .fetch_optional(control)
        .await
        .map_err(fail)
}

/// Sets a password by the link of that token, which sets nothing afterwards; all sessions end and all devices are forgotten.
/// Whether the link was still good.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn reset(
    control: &SqlitePool,
    token_hash: &str,
    user_id: &str,
    password_hash: &str,
    now: i64,
    entry: &NewEntry,
) -> Result<bool> {
    let mut transaction = control.begin().await.map_err(fail)?;
    let taken = sqlx::query("DELETE FROM password_resets WHERE token_hash = $1 AND user_id = $2 AND expires_at > $3")
        .bind(token_hash)
        .bind(user_id)
        .bind(now)
        .execute(&mut *transaction)
        .await
        .map_err(fail)?;
    if taken.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("DELETE FROM password_resets WHERE user_id = $1")
        .bind(user_id)
        .execute(&mut *transaction)
        .await
        .map_err(fail)?;
    users::set_password(&mut transaction, user_id, password_hash).await?;
    sessions::end_others(&mut transaction, user_id, None, None).await?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(fail)?;
    Ok(true)
}
