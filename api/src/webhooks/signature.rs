//! Signatures of messages, by the Standard Webhooks scheme (standardwebhooks.com): HMAC-SHA256 over id, time and body.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use kupets_core::{Error, Result};
use sha2::Sha256;

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// A new secret: 256 bits of the system's randomness.
///
/// # Errors
/// The system gives none.
pub fn secret() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|e| Error::internal(format!("no randomness from the system: {e}")))?;
    Ok(format!("{PREFIX}{}", BASE64_STANDARD.encode(bytes)))
}

/// The header `webhook-signature` of a message.
///
/// # Errors
/// The secret is none.
pub fn sign(secret: &str, id: &str, timestamp: i64, body: &[u8]) -> Result<String> {
    let broken = || Error::internal("control database: the secret of a webhook cannot be read");
    let key = BASE64_STANDARD.decode(secret.trim_start_matches(PREFIX)).map_err(|_| broken())?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| broken())?;
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    Ok(format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_example_of_the_scheme_is_signed_as_it_says() {
        // The test vector of the specification's own libraries.
        let signature = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let (a, b) = (secret().unwrap(), secret().unwrap());
        assert_ne!(a, b);
        assert!(sign(&a, "id", 0, b"").is_ok());
        assert!(sign("whsec_?", "id", 0, b"").is_err());
    }
}
