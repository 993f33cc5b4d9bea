//! How often one may fail: wrong passwords per account and per network, and how often one may register or ask for a link.
//!
//! An attempt is counted when it begins and given back when it succeeds, so that many at once are no way around. A browser in
//! which the person has logged in before is counted by itself: strangers who fail do not lock it out
//! (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kupets_core::{Error, Result, clock::Clock};

use crate::{
    token::{self, Hash},
    visitor::Network,
};

/// Failures from one network, against failures on one account: an office shares an address.
const PER_NETWORK: u32 = 4;
/// Mails with a link for a new password to one account, before they are spaced out.
const RESET_BURST: u32 = 3;
/// Milliseconds that give one more such mail back.
const RESET_INTERVAL_MS: i64 = 10 * 60_000;

/// How many in a row, and how long until one more, in milliseconds.
#[derive(Debug, Clone, Copy)]
struct Quota {
    burst: u32,
    interval_ms: i64,
}

impl Quota {
    fn new(burst: u32, interval_ms: i64) -> Self {
        Self { burst: burst.max(1), interval_ms: interval_ms.max(1) }
    }
}

/// What is counted. Texts that callers choose are hashed: a long one takes no more memory than a short one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Account(Hash),
    Device(Hash),
    Network(Network),
    Register(Network),
    Reset(Hash),
    Person(Hash),
}

/// The settings of the limits.
#[derive(Debug, Clone, Copy)]
pub struct LimitOptions {
    /// Failed logins in a row for one account.
    pub login_burst: u32,
    /// Seconds that give one more back.
    pub login_interval_s: u64,
    /// Registrations in a row from one network.
    pub register_burst: u32,
    /// Seconds that give one more back.
    pub register_interval_s: u64,
}

/// The counters. They live in memory: a restart forgives.
#[derive(Debug)]
pub struct Limits {
    clock: Arc<dyn Clock>,
    /// When each key will have nothing against it: the generic cell rate algorithm (ITU-T I.371), milliseconds since the epoch.
    clear_at: Mutex<HashMap<Key, i64>>,
    login: Quota,
    network: Quota,
    register: Quota,
}

/// An attempt that has been counted. Unless it is given back it was a failure.
#[derive(Debug)]
#[must_use]
pub struct Attempt<'a> {
    limits: &'a Limits,
    counted: Vec<(Key, Quota)>,
}

impl Attempt<'_> {
    /// It has succeeded: nothing is held against anybody.
    pub fn succeeded(self) {
        let mut clear_at = self.limits.lock();
        for (key, quota) in self.counted {
            if let Some(at) = clear_at.get_mut(&key) {
                *at -= quota.interval_ms;
            }
        }
    }
}

impl Limits {
    /// Counters under these settings.
    pub fn new(options: LimitOptions, clock: Arc<dyn Clock>) -> Self {
        let ms = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX / 1_000).saturating_mul(1_000);
        let interval_ms = ms(options.login_interval_s);
        Self {
            clock,
            clear_at: Mutex::default(),
            login: Quota::new(options.login_burst, interval_ms),
            network: Quota::new(options.login_burst.saturating_mul(PER_NETWORK), interval_ms / i64::from(PER_NETWORK)),
            register: Quota::new(options.register_burst, ms(options.register_interval_s)),
        }
    }

    /// Counts an attempt to log in to `email`, whether the account exists or not. `device`: a browser in which this very person has
    /// logged in before.
    ///
    /// # Errors
    /// Too many have failed; the message and the error say how long to wait.
    pub fn login(&self, email: &str, network: Network, device: Option<Hash>) -> Result<Attempt<'_>> {
        match device {
            Some(device) => self.count(&[(Key::Device(device), self.login)]),
            None => {
                self.count(&[(Key::Network(network), self.network), (Key::Account(token::hash(email)), self.login)])
            }
        }
    }

    /// Counts an attempt of a person, who is logged in, to prove that they know their password.
    ///
    /// # Errors
    /// Too many have failed.
    pub fn password(&self, user_id: &str) -> Result<Attempt<'_>> {
        self.count(&[(Key::Person(token::hash(user_id)), self.login)])
    }

    /// Counts an attempt with a link, whose token cannot be guessed; but trying costs the server work.
    ///
    /// # Errors
    /// Too many have failed.
    pub fn link(&self, network: Network) -> Result<Attempt<'_>> {
        self.count(&[(Key::Network(network), self.network)])
    }

    /// Counts a registration: each makes an account, so that success counts too.
    ///
    /// # Errors
    /// Too many from this network.
    pub fn register(&self, network: Network) -> Result<()> {
        self.count(&[(Key::Register(network), self.register)]).map(drop)
    }

    /// Counts a request for a mail to `email`, as registrations are counted.
    ///
    /// # Errors
    /// Too many from this network.
    pub fn ask_reset(&self, network: Network) -> Result<()> {
        self.register(network)
    }

    /// Whether another mail may go to `email` now; counts it if so.
    pub fn may_mail(&self, email: &str) -> bool {
        self.count(&[(Key::Reset(token::hash(email)), Quota::new(RESET_BURST, RESET_INTERVAL_MS))]).is_ok()
    }

    /// Forgets those against whom there is nothing.
    pub fn upkeep(&self) {
        let now = self.now();
        self.lock().retain(|_, clear_at| *clear_at > now);
    }

    fn now(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, i64>> {
        // A panic elsewhere cannot leave the map half changed: each change is one call of the map's own.
        self.clear_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts against all keys, or against none.
    fn count(&self, keys: &[(Key, Quota)]) -> Result<Attempt<'_>> {
        let now = self.now();
        let mut clear_at = self.lock();
        for (key, quota) in keys {
            let room = quota.interval_ms.saturating_mul(i64::from(quota.burst));
            // A clock that was put back must not make anybody wait for longer than the whole quota.
            let at = clear_at.get(key).copied().unwrap_or(now).clamp(now, now.saturating_add(room));
            let wait = at.saturating_add(quota.interval_ms).saturating_sub(now.saturating_add(room));
            if wait > 0 {
                metrics::counter!("kupets_auth_failures_total", "reason" => "too_many_attempts").increment(1);
                let seconds = wait.unsigned_abs().div_ceil(1_000).max(1);
                return Err(Error::busy(
                    "too_many_attempts",
                    format!("too many attempts; try again in {seconds} s"),
                    seconds,
                ));
            }
        }
        for (key, quota) in keys {
            let room = quota.interval_ms.saturating_mul(i64::from(quota.burst));
            let at = clear_at.entry(*key).or_insert(now);
            *at = (*at).clamp(now, now.saturating_add(room)).saturating_add(quota.interval_ms);
        }
        Ok(Attempt { limits: self, counted: keys.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::atomic::{AtomicI64, Ordering};

    use chrono::{DateTime, Utc};

    use super::*;

    #[derive(Debug, Default)]
    struct Moved(AtomicI64);

    impl Clock for Moved {
        fn now(&self) -> DateTime<Utc> {
            DateTime::from_timestamp_millis(1_780_000_000_000 + self.0.load(Ordering::SeqCst)).unwrap()
        }
    }

    fn limits() -> (Limits, Arc<Moved>) {
        let clock = Arc::new(Moved::default());
        let options =
            LimitOptions { login_burst: 2, login_interval_s: 3_600, register_burst: 2, register_interval_s: 60 };
        (Limits::new(options, clock.clone()), clock)
    }

    fn network(text: &str) -> Network {
        Network::of(Some(text.parse().unwrap()))
    }

    #[test]
    fn failures_on_an_account_count_from_everywhere() {
        let (limits, clock) = limits();
        let _ = limits.login("a@example.com", network("10.0.0.1"), None).unwrap();
        let _ = limits.login("a@example.com", network("10.0.0.2"), None).unwrap();
        let refused = limits.login("a@example.com", network("10.0.0.3"), None).unwrap_err();
        assert_eq!((refused.kind(), refused.retry_after_s()), (kupets_core::Kind::Busy, Some(3_600)));
        let _ = limits.login("b@example.com", network("10.0.0.3"), None).unwrap();
        clock.0.store(3_600_000, Ordering::SeqCst);
        let _ = limits.login("a@example.com", network("10.0.0.3"), None).unwrap();
        assert!(limits.login("a@example.com", network("10.0.0.3"), None).is_err());
    }

    #[test]
    fn success_is_not_counted() {
        let (limits, _) = limits();
        for _ in 0..50 {
            limits.login("a@example.com", network("10.0.0.1"), None).unwrap().succeeded();
        }
        let _ = limits.login("a@example.com", network("10.0.0.1"), None).unwrap();
        let _ = limits.login("a@example.com", network("10.0.0.1"), None).unwrap();
        assert!(limits.login("a@example.com", network("10.0.0.1"), None).is_err());
    }

    #[test]
    fn many_at_once_are_no_way_around() {
        let (limits, _) = limits();
        let held: Vec<_> =
            (0..5).map(|_| limits.login("a@example.com", network("10.0.0.1"), None)).filter(Result::is_ok).collect();
        assert_eq!(held.len(), 2);
    }

    #[test]
    fn a_network_is_limited_over_all_accounts() {
        let (limits, _) = limits();
        for n in 0..8 {
            let _ = limits.login(&format!("{n}@example.com"), network("10.0.0.1"), None).unwrap();
        }
        assert!(limits.login("9@example.com", network("10.0.0.1"), None).is_err());
    }

    #[test]
    fn a_known_device_is_counted_by_itself() {
        let (limits, _) = limits();
        for n in 0..2 {
            let _ = limits.login("a@example.com", network(&format!("10.0.0.{n}")), None).unwrap();
        }
        assert!(limits.login("a@example.com", network("10.0.0.9"), None).is_err());
        let device = Some(token::hash("device"));
        let _ = limits.login("a@example.com", network("10.0.0.9"), device).unwrap();
        let _ = limits.login("a@example.com", network("10.0.0.9"), device).unwrap();
        assert!(
            limits.login("a@example.com", network("10.0.0.9"), device).is_err(),
            "a stolen device guesses no faster"
        );
    }

    #[test]
    fn what_has_nothing_against_it_is_forgotten() {
        let (limits, clock) = limits();
        let _ = limits.login("a@example.com", network("10.0.0.1"), None).unwrap();
        limits.upkeep();
        assert_eq!(limits.lock().len(), 2);
        clock.0.store(3_600_000, Ordering::SeqCst);
        limits.upkeep();
        assert_eq!(limits.lock().len(), 0);
    }
}
