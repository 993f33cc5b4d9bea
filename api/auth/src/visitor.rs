//! Who knocks, before anything is known of them: where from, and with which browser.

use std::net::{IpAddr, Ipv6Addr};

/// Longest name of a browser that is kept, in characters.
const MAX_USER_AGENT: usize = 300;

/// Where a request comes from, as limits count it: an IPv4 address, or the /64 that one IPv6 customer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(Option<IpAddr>);

impl Network {
    /// The network of an address; without one all callers are one.
    pub fn of(address: Option<IpAddr>) -> Self {
        Self(address.map(|address| match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
            v4 => v4,
        }))
    }
}

/// Somebody who wants in.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// Where from.
    pub address: Option<IpAddr>,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
    /// The token of the device cookie, if the browser has one.
    pub device: Option<String>,
}

impl Visitor {
    /// The network that limits count.
    pub fn network(&self) -> Network {
        Network::of(self.address)
    }

    /// The address as lists and the audit log show it.
    pub(crate) fn address_text(&self) -> Option<String> {
        address_text(self.address)
    }

    /// The browser as lists show it, bounded.
    pub(crate) fn browser(&self) -> Option<String> {
        let text = self.user_agent.as_deref()?;
        Some(text.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect())
    }
}

/// An address as lists and the audit log show it.
pub(crate) fn address_text(address: Option<IpAddr>) -> Option<String> {
    address.map(|address| address.to_canonical().to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn one_ipv6_network_is_one_client() {
        let network = |text: &str| Network::of(Some(text.parse().unwrap()));
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:10.0.0.1"), network("10.0.0.1"));
    }
}
