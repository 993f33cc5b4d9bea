//! A workspace on the server, and what benches ask of it.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{RequestBuilder, header};
use serde_json::{Value, json};

/// Time for one request.
const REQUEST: Duration = Duration::from_secs(300);

/// A client of the server, and one workspace's key.
#[derive(Debug, Clone)]
pub struct Account {
    http: reqwest::Client,
    url: String,
    /// The API key.
    pub key: String,
}

impl Account {
    /// Registers a workspace in pounds and UTC, and makes a key.
    pub async fn register(url: &str, name: &str) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().timeout(REQUEST).build()?;
        Self::register_with(http, url, name).await
    }

    /// The same over a client that is there already.
    pub async fn register_with(http: reqwest::Client, url: &str, name: &str) -> Result<Self> {
        let registration = json!({
            "name": "Anna", "email": format!("{name}@example.com"), "password": "correct horse battery",
            "workspace": name, "time_zone": "UTC", "currency": "GBP",
        });
        let answer = http.post(format!("{url}/v1/auth/register")).json(&registration).send().await?;
        ensure!(answer.status().is_success(), "registration: {}", answer.text().await?);
        let cookie = answer.headers().get(header::SET_COOKIE).context("no session")?.to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let scopes = json!({"name": "bench", "scopes": ["ingest", "read", "sql"]});
        let made =
            answered(http.post(format!("{url}/v1/api-keys")).header(header::COOKIE, cookie).json(&scopes)).await?;
        let key = made["key"].as_str().context("no key")?.to_owned();
        Ok(Self { http, url: url.to_owned(), key })
    }

    /// A workspace whose key is known.
    pub fn with_key(url: &str, key: &str) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().timeout(REQUEST).build()?;
        Ok(Self { http, url: url.to_owned(), key: key.to_owned() })
    }

    /// The same workspace by a client of its own.
    pub fn anew(&self) -> Result<Self> {
        Self::with_key(&self.url, &self.key)
    }

    /// The same workspace on a server that was started anew.
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// Client that others may share.
    pub fn http(&self) -> reqwest::Client {
        self.http.clone()
    }

    /// Sends records as NDJSON.
    pub async fn send(&self, records: &str, body: Vec<u8>) -> Result<Value> {
        let request = self.http.post(format!("{}/v1/{records}", self.url)).bearer_auth(&self.key);
        answered(request.header(header::CONTENT_TYPE, "application/x-ndjson").body(body)).await
    }

    /// A report's answer.
    pub async fn report(&self, id: &str, parameters: &[(String, String)]) -> Result<Value> {
        let request = self.http.get(format!("{}/v1/reports/{id}", self.url)).query(parameters);
        answered(request.bearer_auth(&self.key)).await
    }

    /// What an address answers, with its query.
    pub async fn get(&self, path: &str) -> Result<Value> {
        answered(self.http.get(format!("{}{path}", self.url)).bearer_auth(&self.key)).await
    }

    /// The catalogue of reports.
    pub async fn catalogue(&self) -> Result<Value> {
        answered(self.http.get(format!("{}/v1/reports", self.url)).bearer_auth(&self.key)).await
    }

    /// Rows of a statement.
    pub async fn sql(&self, sql: &str) -> Result<Vec<Vec<Value>>> {
        let request = self.http.post(format!("{}/v1/sql", self.url)).json(&json!({ "sql": sql }));
        let answer = answered(request.bearer_auth(&self.key)).await?;
        let rows = answer["rows"].as_array().context("an answer without rows")?;
        rows.iter().map(|row| row.as_array().cloned().context("a row that is none")).collect()
    }

    /// Lines, purchases and revenue that the workspace holds.
    pub async fn totals(&self) -> Result<(String, String, String)> {
        let sql = "SELECT count(*), count(DISTINCT purchase_id), sum(amount) FROM purchases";
        let rows = self.sql(sql).await?;
        let [lines, purchases, revenue] = rows.first().map(Vec::as_slice).unwrap_or_default() else {
            bail!("an answer without a row")
        };
        Ok((text(lines), text(purchases), trimmed(&text(revenue)).to_owned()))
    }

    /// A counter or gauge of `/metrics`.
    pub async fn metric(&self, name: &str) -> Result<f64> {
        let text = self.http.get(format!("{}/metrics", self.url)).send().await?.text().await?;
        let values = text
            .lines()
            .filter_map(|line| line.strip_prefix(name)?.split_whitespace().next_back()?.parse::<f64>().ok());
        Ok(values.sum())
    }
}

/// A value as text, without the quotes of a string.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A decimal without the zeros at its end.
pub fn trimmed(decimal: &str) -> &str {
    if decimal.contains('.') { decimal.trim_end_matches('0').trim_end_matches('.') } else { decimal }
}

async fn answered(request: RequestBuilder) -> Result<Value> {
    let answer = request.header(header::ACCEPT, "application/json").send().await?;
    let status = answer.status();
    let bytes = answer.bytes().await?;
    ensure!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&bytes));
    Ok(serde_json::from_slice(&bytes)?)
}
