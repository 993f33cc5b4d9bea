//! Where the engine's parts that are being written meet the routes: one function each.

use bytes::Bytes;
use futures::{Stream, stream};
use kupets_engine::{
    Engine, Error, Result,
    query::{Answer, Format},
    record::{Framing, ParseOptions, Parsed},
};
use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};

/// The control database.
pub async fn control(_engine: &Engine, data: &std::path::Path) -> Result<SqlitePool> {
    std::fs::create_dir_all(data).map_err(|e| Error::unavailable("data folder").with_source(e))?;
    let options = SqliteConnectOptions::new().filename(data.join("kupets.db")).create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await.map_err(|e| Error::unavailable("control").with_source(e))?;
    sqlx::migrate!("../engine/migrations").run(&pool).await.map_err(|e| Error::internal("migrate").with_source(e))?;
    Ok(pool)
}

/// Parses a body.
pub fn parse(_body: &[u8], _framing: Framing, _options: &ParseOptions) -> Result<Parsed> {
    Err(Error::internal("being built"))
}

/// An answer on the wire.
pub fn answer_bytes(_answer: Answer, _format: Format) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
    stream::empty()
}

/// The catalogue of reports.
pub fn catalogue() -> Vec<serde_json::Value> {
    Vec::new()
}
