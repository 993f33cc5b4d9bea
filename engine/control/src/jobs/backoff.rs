//! How long to wait before the next attempt.

use std::time::Duration;

/// Waiting times that double from attempt to attempt up to a ceiling, with half of each left to chance: jobs that failed
/// together, because what they need was away, do not come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The longest wait after the first failed attempt.
    pub first: Duration,
    /// The longest wait at all.
    pub most: Duration,
}

impl Default for Backoff {
    /// Ten seconds at first, an hour at most: ten attempts take about an hour and a half.
    fn default() -> Self {
        Self { first: Duration::from_secs(10), most: Duration::from_secs(3_600) }
    }
}

impl Backoff {
    /// The wait after failed attempt number `attempt` (from 1): `w/2 + chance` of `w/2`, where `w` is `first`·2^(`attempt`−1),
    /// at most `most`. `random` is any number, each as likely as another.
    pub fn delay(&self, attempt: u32, random: u64) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let full = self.first.saturating_mul(1 << doublings).min(self.most);
        let half = full / 2;
        let chance = random as f64 / u64::MAX as f64;
        half + (full - half).mul_f64(chance.clamp(0.0, 1.0))
    }
}
