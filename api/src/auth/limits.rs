//! How often one may try: logins per account and per address, registrations per address.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use actix_web::HttpRequest;
use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock as _, DefaultClock},
};

use crate::{
    metrics,
    problem::{Problem, Result},
    settings::Settings,
};

/// Attempts from one address, against attempts on one account: an office shares an address.
const PER_ADDRESS: u32 = 4;

/// Where a request comes from: an IPv4 address, or the /64 that one IPv6 customer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(Option<IpAddr>);

impl ClientAddress {
    /// The address of the caller; behind a trusted proxy, the last entry of `X-Forwarded-For`, which the proxy wrote.
    pub fn of(request: &HttpRequest, trust_forwarded_for: bool) -> Self {
        let forwarded = || {
            let value = request.headers().get_all("x-forwarded-for").last()?.to_str().ok()?;
            value.rsplit(',').next()?.trim().parse().ok()
        };
        let peer = || request.peer_addr().map(|address| address.ip());
        let address = if trust_forwarded_for { forwarded().or_else(peer) } else { peer() };
        Self(address.map(network))
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

/// The limiters. They live in memory: a restart forgives.
#[derive(Debug)]
pub struct Limits {
    login_account: DefaultKeyedRateLimiter<String>,
    login_address: DefaultKeyedRateLimiter<ClientAddress>,
    register_address: DefaultKeyedRateLimiter<ClientAddress>,
    clock: DefaultClock,
}

impl Limits {
    /// Limiters as the settings say.
    pub fn new(settings: &Settings) -> Self {
        let login_interval = Duration::from_secs(settings.login_interval_s);
        Self {
            login_account: DefaultKeyedRateLimiter::keyed(quota(settings.login_burst, login_interval)),
            login_address: DefaultKeyedRateLimiter::keyed(quota(
                settings.login_burst.saturating_mul(PER_ADDRESS),
                login_interval / PER_ADDRESS,
            )),
            register_address: DefaultKeyedRateLimiter::keyed(quota(
                settings.register_burst,
                Duration::from_secs(settings.register_interval_s),
            )),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a login attempt for `email`, whether the account exists or not.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn login(&self, email: &str, address: ClientAddress) -> Result<()> {
        self.pass(&self.login_address, &address)?;
        self.pass(&self.login_account, &email.to_owned())
    }

    /// Counts a registration.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn register(&self, address: ClientAddress) -> Result<()> {
        self.pass(&self.register_address, &address)
    }

    /// Forgets those who have not tried for a while.
    pub fn upkeep(&self) {
        self.login_account.retain_recent();
        self.login_address.retain_recent();
        self.register_address.retain_recent();
    }

    fn pass<K: Clone + Eq + std::hash::Hash>(&self, limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<()> {
        limiter.check_key(key).map_err(|refused| {
            metrics::auth_failure("too_many_attempts");
            let wait = refused.wait_time_from(self.clock.now());
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            Problem::too_many(
                "too_many_attempts",
                format!("too many attempts; try again in {} s", seconds.max(1)),
                seconds,
            )
        })
    }
}

fn quota(burst: u32, interval: Duration) -> Quota {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    // Settings refuse an interval of zero; a second is the safe reading of one.
    Quota::with_period(interval).unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN)).allow_burst(burst)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use actix_web::test::TestRequest;

    use super::*;

    fn settings() -> Settings {
        Settings { login_burst: 2, login_interval_s: 3_600, ..Settings::default() }
    }

    fn address(text: &str) -> ClientAddress {
        ClientAddress(Some(network(text.parse().unwrap())))
    }

    #[test]
    fn an_account_is_limited_from_everywhere() {
        let limits = Limits::new(&settings());
        limits.login("a@example.com", address("10.0.0.1")).unwrap();
        limits.login("a@example.com", address("10.0.0.2")).unwrap();
        let refused = limits.login("a@example.com", address("10.0.0.3")).unwrap_err();
        assert_eq!(refused.status().as_u16(), 429);
        limits.login("b@example.com", address("10.0.0.3")).unwrap();
    }

    #[test]
    fn an_address_is_limited_over_all_accounts() {
        let limits = Limits::new(&settings());
        for n in 0..8 {
            limits.login(&format!("{n}@example.com"), address("10.0.0.1")).unwrap();
        }
        assert!(limits.login("9@example.com", address("10.0.0.1")).is_err());
    }

    #[test]
    fn one_ipv6_network_is_one_client() {
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:10.0.0.1"), address("10.0.0.1"));
    }

    #[test]
    fn the_forwarded_address_counts_only_when_trusted() {
        let request = TestRequest::default()
            .peer_addr("10.0.0.1:9".parse().unwrap())
            .insert_header(("x-forwarded-for", "1.1.1.1, 2.2.2.2"))
            .to_http_request();
        assert_eq!(ClientAddress::of(&request, false), address("10.0.0.1"));
        assert_eq!(ClientAddress::of(&request, true), address("2.2.2.2"));
    }
}
