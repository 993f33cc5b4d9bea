//! Requests and their answers.

use actix_web::{
    App,
    http::{Method, header::HeaderMap},
    test::{TestRequest, call_service, init_service, read_body},
};
use kupets_mcp::Settings;
use serde_json::{Value, json};

use crate::shop::Shop;

/// The newest revision.
pub const MODERN: &str = "2026-07-28";
/// The revision before it.
pub const LEGACY: &str = "2025-11-25";

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {:?}", self.text))
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The result of a request that went well.
    pub fn result(&self) -> Value {
        let body = self.json();
        assert!(body.get("error").is_none(), "{body}");
        body["result"].clone()
    }

    /// Code of the error.
    pub fn code(&self) -> i64 {
        self.json()["error"]["code"].as_i64().unwrap_or_else(|| panic!("no error: {}", self.text))
    }
}

/// A request in the making, as an analyst of the shop.
#[derive(Debug, Clone)]
pub struct Ask {
    method: Method,
    headers: Vec<(String, String)>,
    body: String,
    settings: Settings,
}

impl Ask {
    /// A body as it stands.
    pub fn body(body: impl Into<String>) -> Self {
        let headers = [
            ("host", "localhost"),
            ("accept", "application/json, text/event-stream"),
            ("content-type", "application/json"),
            ("authorization", "Bearer kp_analyst"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self { method: Method::POST, headers, body: body.into(), settings: Settings::default() }
    }

    /// A request of the old era.
    pub fn legacy(method: &str, params: Value) -> Self {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        Self::body(body.to_string()).with("mcp-protocol-version", LEGACY)
    }

    /// A request of the new era, with all that it must say.
    pub fn modern(method: &str, mut params: Value) -> Self {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let name = params["name"].as_str().map(str::to_owned);
        let body = json!({"jsonrpc": "2.0", "id": "a", "method": method, "params": params});
        let ask = Self::body(body.to_string()).with("mcp-protocol-version", MODERN).with("mcp-method", method);
        match name {
            Some(name) => ask.with("mcp-name", &name),
            None => ask,
        }
    }

    /// A call of a tool in the new era; `arguments` as they are written.
    pub fn call(name: &str, arguments: &str) -> Self {
        let ask = Self::modern("tools/call", json!({"name": name, "arguments": {"HERE": 0}}));
        Self { body: ask.body.replace("{\"HERE\":0}", arguments), ..ask }
    }

    /// With a header, instead of the one of that name.
    pub fn with(self, name: &str, value: &str) -> Self {
        let mut ask = self.without(name);
        ask.headers.push((name.to_owned(), value.to_owned()));
        ask
    }

    /// Without a header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(there, _)| there != name);
        self
    }

    /// By another method.
    pub fn by(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Of an endpoint that is set up so.
    pub fn of(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Sends it to the endpoint.
    pub async fn send(self) -> Answer {
        self.send_to("/mcp").await
    }

    /// Sends it elsewhere.
    pub async fn send_to(self, path: &str) -> Answer {
        let settings = self.settings;
        let app = init_service(App::new().configure(|config| Shop::default().mount(config, &settings))).await;
        let mut request = TestRequest::with_uri(path).method(self.method).set_payload(self.body);
        for (name, value) in &self.headers {
            request = request.append_header((name.as_str(), value.as_str()));
        }
        let response = call_service(&app, request.to_request()).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = String::from_utf8(read_body(response).await.to_vec()).unwrap();
        Answer { status, headers, text }
    }
}
