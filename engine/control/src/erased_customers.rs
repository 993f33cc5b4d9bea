//! Customers who were erased: not who they were, but whether a given id is one of them and when it was erased.

use std::collections::HashMap;

use hmac::{Hmac, KeyInit as _, Mac as _};
use kupets_core::{Error, Result, TenantId};
use sha2::Sha256;
use sqlx::{SqliteConnection, SqlitePool};

use crate::database::control_error;

const KEY_BYTES: usize = 32;

/// HMAC-SHA256 of an id.
type IdHash = [u8; 32];

/// A tenant's erased customers.
#[derive(Clone, Default)]
pub struct ErasedCustomers {
    key: [u8; KEY_BYTES],
    /// When each was erased, microseconds since the epoch.
    times: HashMap<IdHash, i64>,
}

impl std::fmt::Debug for ErasedCustomers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ErasedCustomers").field("customers", &self.times.len()).finish_non_exhaustive()
    }
}

impl ErasedCustomers {
    /// Those of a tenant.
    ///
    /// # Errors
    /// The control database does not answer, or holds what is no hash.
    pub async fn load(control: &SqlitePool, tenant: &TenantId) -> Result<Self> {
        let key: Option<String> = sqlx::query_scalar("SELECT key FROM erased_customer_keys WHERE tenant = $1")
            .bind(tenant.as_str())
            .fetch_optional(control)
            .await
            .map_err(control_error)?;
        let Some(key) = key else { return Ok(Self::default()) };
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT id_hash, erased_at FROM erased_customers WHERE tenant = $1")
                .bind(tenant.as_str())
                .fetch_all(control)
                .await
                .map_err(control_error)?;
        let times = rows.into_iter().map(|(hash, at)| Ok((bytes(&hash)?, at))).collect::<Result<_>>()?;
        Ok(Self { key: bytes(&key)?, times })
    }

    /// Whether nobody was erased.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// When the customer of that id was last erased, microseconds since the epoch.
    ///
    /// # Errors
    /// None that can happen: a key of any length makes a hash.
    pub fn erased_at(&self, customer_id: &str) -> Result<Option<i64>> {
        if self.times.is_empty() {
            return Ok(None);
        }
        Ok(self.times.get(&hash(&self.key, customer_id)?).copied())
    }
}

/// Notes in the caller's transaction that a customer is erased as of `at`, microseconds since the epoch.
pub(crate) async fn note(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    customer_id: &str,
    at: i64,
) -> Result<()> {
    let mut fresh = [0; KEY_BYTES];
    getrandom::fill(&mut fresh).map_err(|e| Error::internal(format!("no randomness from the system: {e}")))?;
    sqlx::query("INSERT INTO erased_customer_keys (tenant, key) VALUES ($1, $2) ON CONFLICT (tenant) DO NOTHING")
        .bind(tenant.as_str())
        .bind(hex(&fresh))
        .execute(&mut *connection)
        .await
        .map_err(control_error)?;
    let key: String = sqlx::query_scalar("SELECT key FROM erased_customer_keys WHERE tenant = $1")
        .bind(tenant.as_str())
        .fetch_one(&mut *connection)
        .await
        .map_err(control_error)?;
    let hash = hash(&bytes(&key)?, customer_id)?;
    sqlx::query(
        "INSERT INTO erased_customers (tenant, id_hash, erased_at) VALUES ($1, $2, $3) \
         ON CONFLICT (tenant, id_hash) DO UPDATE SET erased_at = max(erased_at, excluded.erased_at)",
    )
    .bind(tenant.as_str())
    .bind(hex(&hash))
    .bind(at)
    .execute(connection)
    .await
    .map(drop)
    .map_err(control_error)
}

fn hash(key: &[u8; KEY_BYTES], customer_id: &str) -> Result<IdHash> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|e| Error::internal(e.to_string()))?;
    mac.update(customer_id.as_bytes());
    Ok(mac.finalize().into_bytes().into())
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Result<[u8; 32]> {
    let broken = || Error::internal("control database: an erased customer's hash or its key is not 64 hex digits");
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return Err(broken());
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).map_err(|_| broken())?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::testing::{Fixture, tenant};

    async fn noted(f: &Fixture, of: u8, id: &str, at: i64) {
        let mut transaction = f.pool.begin().await.unwrap();
        note(&mut transaction, &tenant(of), id, at).await.unwrap();
        transaction.commit().await.unwrap();
    }

    #[tokio::test]
    async fn who_was_erased_is_known_by_the_id_alone() {
        let f = Fixture::new().await;
        assert!(ErasedCustomers::load(&f.pool, &tenant(1)).await.unwrap().is_empty());
        noted(&f, 1, "anna", 100).await;
        noted(&f, 1, "boris", 200).await;
        // Erased again, and an attempt of the first that comes late.
        noted(&f, 1, "anna", 300).await;
        noted(&f, 1, "anna", 100).await;
        let erased = ErasedCustomers::load(&f.pool, &tenant(1)).await.unwrap();
        let at = |id| erased.erased_at(id).unwrap();
        assert_eq!((at("anna"), at("boris"), at("Anna")), (Some(300), Some(200), None));
        assert!(ErasedCustomers::load(&f.pool, &tenant(2)).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn hashes_of_two_workspaces_have_nothing_in_common() {
        let f = Fixture::new().await;
        noted(&f, 1, "anna", 100).await;
        noted(&f, 2, "anna", 100).await;
        let hashes: Vec<String> = sqlx::query_scalar("SELECT id_hash FROM erased_customers ORDER BY tenant")
            .fetch_all(&f.pool)
            .await
            .unwrap();
        assert_eq!(hashes.len(), 2);
        assert_ne!(hashes[0], hashes[1]);
        assert!(hashes.iter().all(|hash| bytes(hash).is_ok()));
        assert!(bytes("x").is_err() && bytes(&"zz".repeat(32)).is_err());
    }
}
