//! `run_sql`: a statement of the caller's own, within the walls of `/v1/sql`.

use kupets_engine::query::SqlRequest;
use kupets_mcp::{RunSql, SqlRows};
use serde_json::Value;

use super::{
    asking::Asking,
    columns::{cells, columns},
    failure::{Answer, failed},
};

/// Rows unless others are asked for.
const ROWS: u32 = 1_000;

/// Answers `run_sql`.
pub(super) async fn run(asking: Asking, sent: RunSql) -> Answer<SqlRows> {
    let params = sent.params.map(|params| params.iter().map(|param| param.value().clone()).collect::<Vec<Value>>());
    let limit = usize::try_from(sent.limit.unwrap_or(ROWS)).ok();
    let request = SqlRequest { sql: sent.sql, params: params.map(Value::Array), limit };
    let worked = asking.engine.sql_rows(&asking.tenant, request).await.map_err(failed)?;
    Ok(SqlRows {
        columns: columns(&worked.told),
        rows: cells(worked.rows),
        truncated: worked.meta["truncated"].as_bool().unwrap_or_default(),
        notes: Vec::new(),
    })
}
