//! Secrets that we hand out: 256 bits of the system's randomness, stored only as SHA-256.
//!
//! A fast hash is enough here: unlike a password, 256 random bits cannot be guessed.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use kupets_core::{Error, Result};

/// SHA-256 of a secret.
pub type Hash = [u8; 32];

/// `N` random bytes. The one place that asks the system for randomness: secrets must not come from a seeded source.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| Error::internal(format!("no randomness from the system: {e}")))?;
    Ok(bytes)
}

/// A new secret, 43 characters of URL-safe base64.
pub fn secret() -> Result<String> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// What is stored of a secret.
pub fn hash(secret: &str) -> Hash {
    Sha256::digest(secret.as_bytes()).into()
}

/// What is stored of a secret, in hex.
pub fn stored(secret: &str) -> String {
    hex::encode(hash(secret))
}

/// A new API key: `kp_` and a secret.
pub fn key() -> Result<String> {
    Ok(format!("kp_{}", secret()?))
}

/// A new credential of a Telegram account: `kt_` and a secret.
pub fn link() -> Result<String> {
    Ok(format!("kt_{}", secret()?))
}

/// A new identity of the time `now_ms`, 32 hex digits: a UUID of version 7, so that later ones sort after earlier ones.
pub fn id(now_ms: i64) -> Result<String> {
    let random = random::<10>()?;
    let millis = u64::try_from(now_ms).unwrap_or_default();
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().simple().to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_secret_carries_256_bits_and_never_repeats() {
        let (a, b) = (secret().unwrap(), secret().unwrap());
        assert_eq!(a.len(), 43);
        assert_ne!(a, b);
        assert_ne!(hash(&a), hash(&b));
    }

    #[test]
    fn ids_sort_by_time_and_name_folders() {
        let (a, b) = (id(1_000).unwrap(), id(2_000).unwrap());
        assert!(a < b);
        assert!(kupets_core::TenantId::parse(&a).is_some());
    }
}
