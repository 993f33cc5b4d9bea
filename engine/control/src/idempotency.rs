//! Bodies sent under an `Idempotency-Key`: the same key stands for the same body, for a while.

use kupets_core::{Result, TenantId};
use sqlx::SqlitePool;

use crate::database::control_error;

/// Notes that a body was sent under a key, unless another one was since `remembered_from`. Whether it may be stored: a body
/// that is sent again may.
///
/// # Errors
/// The control database does not answer; nothing is noted then.
pub async fn note(
    control: &SqlitePool,
    tenant: &TenantId,
    key_hash: &str,
    body_hash: &str,
    now: i64,
    remembered_from: i64,
) -> Result<bool> {
    // One statement, so that two requests at once cannot both be the first.
    let noted = sqlx::query(
        "INSERT INTO idempotency_keys (tenant, key_hash, body_hash, sent_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant, key_hash) DO UPDATE SET body_hash = excluded.body_hash, sent_at = excluded.sent_at \
         WHERE idempotency_keys.body_hash = excluded.body_hash OR idempotency_keys.sent_at < $5",
    )
    .bind(tenant.as_str())
    .bind(key_hash)
    .bind(body_hash)
    .bind(now)
    .bind(remembered_from)
    .execute(control)
    .await
    .map_err(control_error)?;
    Ok(noted.rows_affected() > 0)
}

/// Forgets what was sent before a time, in microseconds since the epoch.
///
/// # Errors
/// The control database does not answer.
pub async fn forget(control: &SqlitePool, before: i64) -> Result<()> {
    let done = sqlx::query("DELETE FROM idempotency_keys WHERE sent_at < $1").bind(before).execute(control).await;
    done.map(drop).map_err(control_error)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::testing::{Fixture, tenant};

    #[tokio::test]
    async fn a_key_stands_for_one_body_until_it_is_forgotten() {
        let fixture = Fixture::new().await;
        let control = &fixture.pool;
        let (a, b) = (tenant(1), tenant(2));
        assert!(note(control, &a, "k", "x", 100, 0).await.unwrap());
        assert!(note(control, &a, "k", "x", 110, 10).await.unwrap(), "the same again");
        assert!(!note(control, &a, "k", "y", 120, 20).await.unwrap(), "another body");
        assert!(note(control, &b, "k", "y", 120, 20).await.unwrap(), "another workspace");
        assert!(note(control, &a, "l", "y", 120, 20).await.unwrap(), "another key");
        assert!(note(control, &a, "k", "y", 300, 200).await.unwrap(), "the first is over");
        assert!(!note(control, &a, "k", "x", 310, 210).await.unwrap());
        forget(control, 400).await.unwrap();
        assert!(note(control, &a, "k", "x", 410, 310).await.unwrap());
    }
}
