//! What an operator decides about the endpoint.

use rmcp::transport::StreamableHttpServerConfig;

/// A question is short: no arguments of ours come near this.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// What an operator decides about the endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Names by which clients reach the server, as in `Host`: `crm.example.com`, `crm.example.com:8443`; a name without a port
    /// stands for any port. `*` lets all names in, which is for servers behind something that checks them. Loopback unless set.
    pub allowed_hosts: Vec<String>,
    /// Web pages whose scripts may ask, as browsers tell them in `Origin`: `https://app.example.com`. Beside these, pages of the
    /// server itself may, where `allowed_hosts` names its address. Clients that are no browsers send no `Origin` and are not asked
    /// for one.
    pub allowed_origins: Vec<String>,
    /// Bytes that a request may have.
    pub max_body_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allowed_hosts: ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).into(),
            allowed_origins: Vec::new(),
            max_body_bytes: MAX_BODY_BYTES,
        }
    }
}

impl Settings {
    /// Whether the name by which the server is reached does not matter.
    pub(crate) fn any_host(&self) -> bool {
        self.allowed_hosts.iter().any(|host| host == "*")
    }

    /// What the transport is told: no sessions, plain JSON where one message is the whole answer, origins always checked.
    pub(crate) fn transport(&self) -> StreamableHttpServerConfig {
        let mut config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            // Nothing can be resumed, so there is nothing to come back for.
            .with_sse_retry(None)
            .with_max_request_body_bytes(self.max_body_bytes)
            .with_allowed_origins(self.allowed_origins.iter().map(|origin| with_port(origin)))
            .enforce_origin_validation();
        if self.any_host() {
            config = config.disable_allowed_hosts();
        } else if !self.allowed_hosts.is_empty() {
            // An empty list would let all names in.
            config = config.with_allowed_hosts(self.allowed_hosts.iter().cloned());
        }
        config
    }
}

/// An origin without a port is that of its scheme's port alone, as in browsers; the transport would take it for any port.
fn with_port(origin: &str) -> String {
    let origin = origin.trim().trim_end_matches('/');
    let Some((scheme, host)) = origin.split_once("://") else { return origin.to_owned() };
    let name = host.rsplit_once(']').map_or(host, |(_, after)| after);
    if name.contains(':') {
        return origin.to_owned();
    }
    match scheme {
        "https" => format!("{origin}:443"),
        "http" => format!("{origin}:80"),
        _ => origin.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_means_one_port() {
        for (told, means) in [
            ("https://app.example.com", "https://app.example.com:443"),
            ("http://app.example.com/", "http://app.example.com:80"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://[::1]", "http://[::1]:80"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("http://localhost:*", "http://localhost:*"),
            ("null", "null"),
        ] {
            assert_eq!(with_port(told), means);
        }
    }

    #[test]
    fn hosts_are_checked_unless_all_are_let_in() {
        let none = Settings { allowed_hosts: Vec::new(), ..Settings::default() };
        assert!(!none.transport().allowed_hosts.is_empty());
        let all = Settings { allowed_hosts: vec!["*".to_owned()], ..Settings::default() };
        assert!(all.transport().allowed_hosts.is_empty());
        let one = Settings { allowed_hosts: vec!["crm.example.com".to_owned()], ..Settings::default() };
        assert_eq!(one.transport().allowed_hosts, ["crm.example.com"]);
    }
}
