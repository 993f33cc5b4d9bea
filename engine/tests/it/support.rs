//! An engine in a scratch folder, and short ways to feed and question it.

use std::{path::Path, sync::Arc};

use chrono::{TimeZone, Utc};
use futures::TryStreamExt;
use kupets_engine::{
    Engine, EngineConfig, Limits, Result, TenantAuthority, TenantContext, TenantId, Workspace,
    clock::SystemClock,
    query::{Format, SqlRequest},
    record::{Framing, IdSource, Ingested, OnError, ParseOptions, parse},
    schema::Table,
};
use serde_json::Value;

pub struct Bench {
    pub engine: Engine,
    pub authority: TenantAuthority,
    pub shop: TenantContext,
}

pub const SHOP: &str = "00000000000000000000000000000001";

pub fn config(dir: &Path) -> EngineConfig {
    EngineConfig {
        data_dir: dir.to_owned(),
        storage_url: None,
        database_url: None,
        limits: Limits::default(),
        clock: Arc::new(SystemClock),
    }
}

pub async fn open(config: EngineConfig) -> Bench {
    try_open(config).await.expect("the engine opens")
}

pub async fn try_open(config: EngineConfig) -> Result<Bench> {
    let (engine, authority) = Engine::open(config).await?;
    let shop = authority.grant(workspace(SHOP), kupets_engine::Actor::server());
    Ok(Bench { engine, authority, shop })
}

pub fn workspace(id: &str) -> Workspace {
    Workspace {
        id: TenantId::parse(id).unwrap(),
        time_zone: chrono_tz::UTC,
        currency: "GBP".into(),
        segments: Arc::default(),
        holidays: Arc::default(),
        erased_records: Default::default(),
    }
}

impl Bench {
    pub async fn send(&self, table: Table, body: &str) -> Result<Ingested> {
        self.send_to(&self.shop, table, body).await
    }

    pub async fn send_to(&self, tenant: &TenantContext, table: Table, body: &str) -> Result<Ingested> {
        let options = ParseOptions {
            table,
            time_zone: tenant.time_zone(),
            currency: tenant.currency().into(),
            now: Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap(),
            idempotency_key: None,
            on_error: OnError::Refuse,
            ids: IdSource::random(),
        };
        let parsed = parse(body.as_bytes(), Framing::Json, &options)?;
        self.engine.ingest(tenant, parsed).await
    }

    /// Rows of a statement, as JSON.
    pub async fn rows(&self, sql: &str) -> Vec<Vec<Value>> {
        self.try_rows(&self.shop, sql).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"))
    }

    pub async fn try_rows(&self, tenant: &TenantContext, sql: &str) -> Result<Vec<Vec<Value>>> {
        let answer = self.engine.sql(tenant, SqlRequest { sql: sql.to_owned(), ..SqlRequest::default() }).await?;
        let chunks: Vec<bytes::Bytes> = answer.into_bytes(Format::Json).try_collect().await?;
        let value: Value = serde_json::from_slice(&chunks.concat()).expect("an answer is JSON");
        Ok(serde_json::from_value(value["rows"].clone()).expect("rows are arrays"))
    }

    /// The one row of a statement, as text: `a|b|c`.
    pub async fn line(&self, sql: &str) -> String {
        let rows = self.rows(sql).await;
        assert_eq!(rows.len(), 1, "{sql}: {rows:?}");
        rows[0].iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect::<Vec<_>>().join("|")
    }

    /// Lines, purchases and revenue.
    pub async fn totals(&self) -> String {
        self.line("SELECT count(*), count(DISTINCT purchase_id), sum(amount) FROM purchases").await
    }
}

/// `n` purchases of two lines each, with ids `p{from}`…, amounts 1.50 and 2.25.
pub fn purchases(from: usize, n: usize) -> String {
    let items: Vec<String> = (from..from + n)
        .map(|i| {
            format!(
                r#"{{"purchase_id":"p{i}","customer_id":"c{}","occurred_at":"2026-01-{:02}T10:{:02}:00Z","items":[
                    {{"product_id":"a","product":"Apple","quantity":3,"unit_price":0.5}},{{"product_id":"b","amount":"2.25"}}]}}"#,
                i % 7,
                1 + i % 28,
                i % 60
            )
        })
        .collect();
    format!("[{}]", items.join(","))
}

/// Opens a folder that an engine of this process was just dropped from; its tasks let go of it a moment later.
pub async fn open_when_free(config: EngineConfig) -> Bench {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        match try_open(config.clone()).await {
            Ok(bench) => return bench,
            Err(error) if error.to_string().contains("another kupets") && tokio::time::Instant::now() < deadline => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            Err(error) => panic!("the engine does not open: {error}"),
        }
    }
}
