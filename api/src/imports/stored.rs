//! What is stored already, asked of the engine itself.

use futures::StreamExt as _;
use kupets_core::{Error, Result, TenantContext};
use kupets_engine::{
    Engine,
    query::{Format, SqlRequest},
};

use crate::{client::Table, importing::Ask};

/// The workspace's tables, as the server itself reads them.
pub(super) struct Stored<'a> {
    pub engine: &'a Engine,
    pub tenant: &'a TenantContext,
}

impl Ask for Stored<'_> {
    type Error = Error;

    async fn ask(&self, sql: String) -> Result<Table> {
        let answer = self.engine.sql(self.tenant, SqlRequest { sql, params: None, limit: None }).await?;
        let mut bytes = Vec::new();
        let mut chunks = std::pin::pin!(answer.into_bytes(Format::Json));
        while let Some(chunk) = chunks.next().await {
            bytes.extend_from_slice(&chunk?);
        }
        serde_json::from_slice(&bytes)
            .map_err(|e| Error::internal("an answer of our own is not understood").with_source(e))
    }
}
