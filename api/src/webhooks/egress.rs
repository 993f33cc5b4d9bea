//! Where messages may go: not into the server's own network, whatever a name resolves to at the moment of sending. The address
//! that is checked is the one that is connected to: names are resolved here, and what comes out is all that the client gets.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Why an address is not one for messages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is no address of the web.
    #[error("an http or https address without a user, for example https://example.com/hooks/kupets")]
    NotHttp,
    /// It leads to a network that is not the internet.
    #[error(
        "{0} is an address of this machine or of a private network; messages do not go there unless the operator sets `webhook_allow_private`"
    )]
    Private(String),
}

/// Reads an address, and refuses what can be told from it alone.
///
/// # Errors
/// Why it does not do.
pub fn check(text: &str, allow_private: bool) -> Result<Url, Refusal> {
    let url = Url::parse(text).map_err(|_| Refusal::NotHttp)?;
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    if !plain {
        return Err(Refusal::NotHttp);
    }
    let private = match url.host() {
        Some(Host::Ipv4(address)) => !is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => !is_public(IpAddr::V6(address)),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => return Err(Refusal::NotHttp),
    };
    if private && !allow_private {
        return Err(Refusal::Private(url.host_str().unwrap_or_default().to_owned()));
    }
    Ok(url)
}

/// Whether an address is one of the internet at large (IANA's registries of special-purpose addresses).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        // Shared by carriers (RFC 6598), protocol assignments, benchmarks (RFC 2544), reserved.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240;
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(v4) = address.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let segments = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match segments {
        // Addresses of IPv4 in clothes of IPv6: by a translator (RFC 6052), by 6to4, by the compatible form of old.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(v4(high, low)),
        [0x2002, high, low, ..] => is_public_v4(v4(high, low)),
        [0, 0, 0, 0, 0, 0, ..] => false,
        // A translator of one's own network, Teredo, documentation.
        [0x64, 0xff9b, 1, ..] | [0x2001, 0, ..] | [0x2001, 0xdb8, ..] => false,
        // Only global unicast is handed out: that leaves out local, unique local, multicast and what is reserved.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// Looks names up.
#[async_trait::async_trait]
pub trait Lookup: Send + Sync {
    /// The addresses of a name.
    ///
    /// # Errors
    /// There is no such name, or nobody who knows.
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<SocketAddr>>;
}

/// Looks names up as the system does.
pub struct SystemLookup;

#[async_trait::async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.collect())
    }
}

/// Gives the client the addresses of a name, if all of them may be connected to.
pub struct GuardedResolver(pub Arc<dyn Lookup>);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = Arc::clone(&self.0);
        Box::pin(async move {
            let found = lookup.addresses(name.as_str()).await?;
            if let Some(inner) = found.iter().find(|address| !is_public(address.ip())) {
                let refusal = Refusal::Private(format!("{} ({})", name.as_str(), inner.ip()));
                return Err(Box::new(refusal) as Box<dyn std::error::Error + Send + Sync>);
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_internet_is_told_from_all_else() {
        for inner in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "192.0.0.8",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a00:1::",
            "::127.0.0.1",
            "2001:db8::1",
            "2001:0:7f00:1::",
        ] {
            assert!(!is_public(inner.parse().unwrap()), "{inner}");
        }
        for outer in
            ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::", "::ffff:8.8.8.8"]
        {
            assert!(is_public(outer.parse().unwrap()), "{outer}");
        }
    }

    #[test]
    fn an_address_is_read_strictly() {
        for bad in
            ["", "example.com", "ftp://example.com", "https://user:pw@example.com", "file:///etc/passwd", "https://"]
        {
            assert_eq!(check(bad, true), Err(Refusal::NotHttp), "{bad}");
        }
        for inner in [
            "http://127.0.0.1/",
            "http://localhost:8080/",
            "http://a.localhost",
            "http://localhost./",
            "http://[::1]/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::ffff:10.0.0.1]/",
            "http://169.254.169.254/latest/meta-data",
        ] {
            assert!(matches!(check(inner, false), Err(Refusal::Private(_))), "{inner}");
            assert!(check(inner, true).is_ok(), "{inner}");
        }
        assert_eq!(check("https://example.com/hook?x=1", false).unwrap().as_str(), "https://example.com/hook?x=1");
    }

    /// A name that is of the internet when it is looked up first, and of this machine ever after.
    struct Rebinding(std::sync::atomic::AtomicUsize);

    #[async_trait::async_trait]
    impl Lookup for Rebinding {
        async fn addresses(&self, _: &str) -> std::io::Result<Vec<SocketAddr>> {
            let first = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
            let address = if first { "93.184.216.34:0" } else { "127.0.0.1:0" };
            Ok(vec![address.parse().unwrap()])
        }
    }

    #[tokio::test]
    async fn what_is_connected_to_is_what_was_checked() {
        // Somebody listens on this machine: the client must not reach it by any name.
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let lookup = Arc::new(Rebinding(1.into()));
        let resolver = Arc::new(GuardedResolver(lookup));
        let client = reqwest::Client::builder().dns_resolver(resolver).no_proxy().build().unwrap();
        let error = client.get(format!("http://rebinding.example:{port}/")).send().await.unwrap_err();
        let mut cause: &dyn std::error::Error = &error;
        while let Some(next) = cause.source() {
            cause = next;
        }
        assert!(cause.to_string().contains("private network"), "{cause}");
        let waiting = tokio::time::timeout(std::time::Duration::from_millis(50), listener.accept()).await;
        assert!(waiting.is_err(), "somebody came");
    }
}
