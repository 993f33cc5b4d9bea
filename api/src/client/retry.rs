//! Trying again: with growing waits, spread out, as long as there is hope.

use std::{future::Future, time::Duration};

use tokio::time::Instant;

use super::{ClientError, Result};

/// The first wait.
const FIRST: Duration = Duration::from_millis(100);
/// No wait is longer, unless the server asks for it.
const LONGEST: Duration = Duration::from_secs(5);
/// Under pressure the server is alive and says when to come back: patience with that is so many times longer.
const BUSY_PATIENCE: u32 = 10;

/// How patient to be.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// How long to go on after the first failure.
    pub patience: Duration,
    /// Spreads the waits of callers that failed together; give each caller its own.
    pub seed: u64,
}

/// Calls until it succeeds, fails for good, or patience ends. Calls must be safe to repeat. `waiting` is told of each wait.
///
/// # Errors
/// The last failure.
pub async fn retry<T, F: Future<Output = Result<T>>>(
    retry: Retry,
    waiting: impl Fn(&ClientError, Duration),
    mut call: impl FnMut() -> F,
) -> Result<T> {
    let mut failing_since: Option<Instant> = None;
    let mut attempt = 0;
    loop {
        let error = match call().await {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        let Some(patience) = patience(&error, retry.patience) else { return Err(error) };
        let wait = wait(&error, attempt, retry.seed);
        if failing_since.get_or_insert_with(Instant::now).elapsed() + wait > patience {
            return Err(error);
        }
        waiting(&error, wait);
        tokio::time::sleep(wait).await;
        attempt += 1;
    }
}

/// How long to bear with this failure; none: trying again would not help.
fn patience(error: &ClientError, patience: Duration) -> Option<Duration> {
    match error {
        // An answer that cannot be understood will not become better; everything else about the network may.
        ClientError::Unreachable(e) => (!e.is_builder() && !e.is_decode()).then_some(patience),
        ClientError::Refused(refusal) => match refusal.status {
            429 => Some(patience * BUSY_PATIENCE),
            408 | 502 | 503 | 504 => Some(patience),
            _ => None,
        },
    }
}

/// The wait before the next attempt: what the server asks for, at least; else twice as long as the last one.
fn wait(error: &ClientError, attempt: u32, seed: u64) -> Duration {
    let asked = match error {
        ClientError::Refused(refusal) => refusal.retry_after,
        ClientError::Unreachable(_) => None,
    };
    let full = FIRST.saturating_mul(1 << attempt.min(10)).min(LONGEST);
    // Between half of it and all of it.
    let part = full / 2 + (full / 2).mul_f64(spread(seed, attempt));
    asked.map_or(part, |asked| asked + part.min(asked / 4))
}

/// A number in 0..1 that looks random and depends on nothing but its input (the finalizer of SplitMix64).
#[allow(clippy::cast_precision_loss)] // 53 bits fit exactly
fn spread(seed: u64, attempt: u32) -> f64 {
    let mut z = seed.wrapping_add(u64::from(attempt).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::cell::Cell;

    use super::*;
    use crate::client::Refusal;

    fn refused(status: u16, retry_after: Option<u64>) -> ClientError {
        ClientError::Refused(Box::new(Refusal {
            status,
            code: String::new(),
            detail: String::new(),
            retry_after: retry_after.map(Duration::from_secs),
            errors: Vec::new(),
        }))
    }

    const PATIENT: Retry = Retry { patience: Duration::from_secs(60), seed: 1 };

    #[tokio::test(start_paused = true)]
    async fn a_server_that_comes_back_is_waited_for() {
        let calls = Cell::new(0);
        let answer = retry(
            PATIENT,
            |_, _| {},
            || {
                calls.set(calls.get() + 1);
                let call = calls.get();
                async move { if call < 6 { Err(refused(503, None)) } else { Ok(call) } }
            },
        );
        assert_eq!(answer.await.unwrap(), 6);
    }

    #[tokio::test(start_paused = true)]
    async fn patience_ends_and_mistakes_are_not_repeated() {
        let (calls, started) = (Cell::new(0), Instant::now());
        let call = |status| {
            calls.set(calls.get() + 1);
            async move { Err::<(), _>(refused(status, None)) }
        };
        retry(PATIENT, |_, _| {}, || call(503)).await.unwrap_err();
        assert!(started.elapsed() <= PATIENT.patience && started.elapsed() > Duration::from_secs(50));
        assert!((10..60).contains(&calls.get()));
        calls.set(0);
        retry(PATIENT, |_, _| {}, || call(401)).await.unwrap_err();
        assert_eq!(calls.get(), 1);
    }

    #[test]
    fn waits_grow_are_bounded_and_spread() {
        let error = refused(503, None);
        for attempt in 0..40 {
            let wait = wait(&error, attempt, 7);
            assert!(wait >= FIRST / 2 && wait <= LONGEST);
        }
        assert!(wait(&error, 0, 7) < wait(&error, 4, 7));
        assert_ne!(wait(&error, 3, 7), wait(&error, 3, 8));
        let asked = wait(&refused(429, Some(2)), 9, 7);
        assert!((Duration::from_secs(2)..=Duration::from_millis(2_500)).contains(&asked));
    }
}
