//! Passwords: argon2id on threads of its own, a few at a time.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::{runtime::Handle, sync::Semaphore};

use kupets_core::{Error, Result};

/// Callers that may wait for a turn; the next is told to come back.
const MAX_WAITING: usize = 64;

/// Hashes and checks passwords. Argon2id with the parameters of its crate (19 MiB, two passes, one lane), which are
/// OWASP's first choice; a hash carries its parameters, so that they can change later.
#[derive(Debug)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    runtime: Handle,
    // Checked when the account does not exist, so that both cases take the same work.
    decoy: String,
}

impl Passwords {
    /// Runs at most `concurrency` hashes at once on the blocking threads of `runtime`.
    pub fn new(concurrency: usize, runtime: Handle) -> Result<Self> {
        let decoy = hash(&crate::token::secret()?)?;
        Ok(Self { permits: Arc::new(Semaphore::new(concurrency)), waiting: AtomicUsize::new(0), runtime, decoy })
    }

    /// The PHC string of a new password.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hash(&password)).await
    }

    /// Whether `password` belongs to `stored`; with no stored hash the answer is no, after the same work.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.clone());
        let matches = self
            .run(move || {
                let stored =
                    PasswordHash::new(&stored).map_err(|e| Error::internal(format!("stored password: {e}")))?;
                Ok(Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
            })
            .await?;
        Ok(known && matches)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let turn = Turn::take(&self.waiting)?;
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(broken)?;
        drop(turn);
        let task = self.runtime.spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        task.await.map_err(broken)?
    }
}

/// A place in the queue, given back when the wait ends, however it ends.
struct Turn<'a>(&'a AtomicUsize);

impl<'a> Turn<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self> {
        let turn = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING {
            return Err(Error::busy("busy", "too many people are logging in at this moment; try again", 2));
        }
        Ok(turn)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::internal(format!("hashing a password: {error}"))
}

/// The PHC string of a new password, on this thread.
///
/// # Errors
/// The system gives no randomness.
pub fn hash(password: &str) -> Result<String> {
    let salt = crate::token::random::<16>()?;
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|e| Error::internal(format!("hashing a password: {e}")))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_passes() {
        let passwords = Passwords::new(2, Handle::current()).unwrap();
        let stored = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(passwords.verify("correct horse".to_owned(), Some(stored.clone())).await.unwrap());
        assert!(!passwords.verify("wrong horse".to_owned(), Some(stored)).await.unwrap());
        assert!(!passwords.verify("correct horse".to_owned(), None).await.unwrap());
    }

    #[tokio::test]
    async fn the_queue_is_bounded() {
        let waiting = AtomicUsize::new(0);
        let turns: Vec<_> = (0..MAX_WAITING).map(|_| Turn::take(&waiting).unwrap()).collect();
        assert_eq!(Turn::take(&waiting).err().unwrap().kind(), kupets_core::Kind::Busy);
        drop(turns);
        assert!(Turn::take(&waiting).is_ok());
    }
}
