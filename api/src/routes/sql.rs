//! SQL over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, middleware::Compress, post, web::Data};
use kupets_engine::query::{SqlRequest, Table};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{pagination::Query, query_schema::FormatParameters};
use crate::{
    auth::{self, With},
    body::Json,
    download, negotiate,
    problem::Result,
    state::State,
    stream,
};

/// Largest question, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// A question in SQL.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"sql": "SELECT channel, SUM(amount) AS revenue FROM purchases WHERE currency = $1 GROUP BY channel",
    "params": ["RUB"], "limit": 100}))]
pub struct SqlBody {
    /// One read-only statement over `customers`, `purchases` and `interactions`.
    sql: String,
    /// Values of `$1`, `$2`, … (an array) or of `$name` (an object); they are bound, never spliced into the text.
    params: Option<SqlParams>,
    /// Rows at most; over it the answer is cut and says so. Without it, the server's own bound.
    limit: Option<usize>,
}

/// Values of a statement's placeholders: of `$1`, `$2`, … in an array, of `$name` in an object.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged, expecting = "an array with the values of $1, $2, … or an object with those of $name")]
pub enum SqlParams {
    /// Of `$1`, `$2`, …
    Positional(Vec<Value>),
    /// Of `$name`.
    Named(BTreeMap<String, Value>),
}

impl From<SqlParams> for Value {
    fn from(params: SqlParams) -> Self {
        match params {
            SqlParams::Positional(values) => Self::Array(values),
            SqlParams::Named(values) => Self::Object(values.into_iter().collect()),
        }
    }
}

/// The format of the answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormatQuery {
    format: Option<String>,
    csv_guard: Option<String>,
}

/// Ask in SQL
///
/// One read-only statement over the workspace's tables `customers`, `purchases` (a row a line) and `interactions`, seen at one
/// moment. Limits of time, memory and rows are settings of the server. When the client goes, the query ends.
///
/// Times are UTC, and so is a date compared with one. `local_time(occurred_at)` is the workspace's clock, and
/// `utc_time('2026-01-31')` the moment when its day begins. `ORDER BY sort_key(name)` sorts names as people look for them,
/// `search_key(name)` and `phone_key(phone)` are the same for all spellings, `consent_given(consent, 'email')` says what was agreed to.
///
/// Without `limit`, JSON is cut at the server's own bound and says so (`meta.truncated`); the other formats have no place to say it and fail
/// with `query_rows`. What fails after its first rows ends in its own words: JSON with `error` in place of `meta`, CSV and NDJSON with a last
/// line, and their connection is broken off.
#[utoipa::path(tag = "sql", operation_id = "sql",
    security(("api_key" = ["sql"]), ("api_key_header" = ["sql"]), ("session" = ["analyst"])),
    params(FormatParameters), request_body = SqlBody,
    responses((status = 200, description = "The result.", content(
        (Table = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "application/vnd.apache.arrow.stream"), (Vec<u8> = "application/vnd.apache.parquet"),
        (String = "application/x-ndjson"),
    ))))]
#[post("/v1/sql", wrap = "Compress::default()")]
pub async fn query(
    args: With<auth::Sql, (Query<FormatQuery>, Json<SqlBody, MAX_BYTES>)>,
    state: Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let With { caller, with: (query, body) } = args;
    let output = negotiate::output(&request, &caller, query.0.format.as_deref(), query.0.csv_guard.as_deref())?;
    download::note(&state, &caller, "sql", "query", output.format).await?;
    let question = SqlRequest { sql: body.0.sql, params: body.0.params.map(Into::into), limit: body.0.limit };
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let ask = async move { engine.sql(&tenant, question).await };
    stream::respond(&state, ask, output, "query").await
}
