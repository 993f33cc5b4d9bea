//! Trying again: with growing waits, spread out, as long as there is hope.

use std::{
    future::Future,
    time::{Duration, Instant},
};

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
        let failing = failing_since.get_or_insert_with(Instant::now).elapsed();
        let Some(wait) = retry.next(&error, attempt, failing) else { return Err(error) };
        waiting(&error, wait);
        tokio::time::sleep(wait).await;
        attempt += 1;
    }
}

impl Retry {
    /// The wait after a failed attempt (from 0), when calls have been failing for so long; none: give up.
    fn next(&self, error: &ClientError, attempt: u32, failing: Duration) -> Option<Duration> {
        let wait = wait(error, attempt, self.seed);
        patience(error, self.patience).filter(|patience| failing + wait <= *patience).map(|_| wait)
    }
}

/// How long to bear with this failure; none: trying again would not help.
fn patience(error: &ClientError, patience: Duration) -> Option<Duration> {
    match error {
        // An address that is none will not become one; everything else about the network may become better.
        ClientError::Unreachable(e) => (!e.is_builder()).then_some(patience),
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

    /// Waits of a call that always fails so, and takes no time itself.
    fn waits(error: &ClientError) -> Vec<Duration> {
        let (mut waits, mut failing) = (Vec::new(), Duration::ZERO);
        while let Some(wait) = PATIENT.next(error, u32::try_from(waits.len()).unwrap(), failing) {
            failing += wait;
            waits.push(wait);
        }
        waits
    }

    #[test]
    fn patience_ends_and_is_longer_with_a_busy_server() {
        let away: Duration = waits(&refused(503, None)).iter().sum();
        assert!(away <= PATIENT.patience && away > PATIENT.patience - LONGEST);
        let busy: Duration = waits(&refused(429, Some(1))).iter().sum();
        assert!(busy > PATIENT.patience * (BUSY_PATIENCE - 1));
        for status in [400, 401, 403, 404, 413, 422, 500] {
            assert!(waits(&refused(status, None)).is_empty(), "{status} does not get better");
        }
    }

    #[tokio::test]
    async fn calls_go_on_until_one_succeeds() {
        let (calls, told) = (Cell::new(0), Cell::new(0));
        let quick = || refused(503, Some(0));
        let answer = retry(
            PATIENT,
            |_, _| told.set(told.get() + 1),
            || {
                calls.set(calls.get() + 1);
                let call = calls.get();
                async move { if call < 3 { Err(quick()) } else { Ok(call) } }
            },
        );
        assert_eq!(answer.await.unwrap(), 3);
        assert_eq!(told.get(), 2);
        retry(PATIENT, |_, _| {}, || async { Err::<(), _>(refused(401, None)) }).await.unwrap_err();
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
