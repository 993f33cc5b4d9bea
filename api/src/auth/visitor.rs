//! Where a request comes from.

use std::net::IpAddr;

use actix_web::{HttpRequest, http::header};
use kupets_auth::Visitor;

use super::cookies::device_token;

/// The address of the caller; behind a trusted proxy, the last entry of `X-Forwarded-For`, which the proxy wrote.
pub fn address(request: &HttpRequest, trust_forwarded_for: bool) -> Option<IpAddr> {
    let forwarded = || {
        let value = request.headers().get_all("x-forwarded-for").last()?.to_str().ok()?;
        value.rsplit(',').next()?.trim().parse().ok()
    };
    let peer = || request.peer_addr().map(|address| address.ip());
    if trust_forwarded_for { forwarded().or_else(peer) } else { peer() }
}

/// Somebody who is not let in yet.
pub fn visitor(request: &HttpRequest, trust_forwarded_for: bool) -> Visitor {
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).map(str::to_owned);
    Visitor { address: address(request, trust_forwarded_for), user_agent, device: device_token(request) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_forwarded_address_counts_only_when_trusted() {
        let request = TestRequest::default()
            .peer_addr("10.0.0.1:9".parse().unwrap())
            .insert_header(("x-forwarded-for", "1.1.1.1, 2.2.2.2"))
            .to_http_request();
        assert_eq!(address(&request, false), Some("10.0.0.1".parse().unwrap()));
        assert_eq!(address(&request, true), Some("2.2.2.2".parse().unwrap()));
    }
}
