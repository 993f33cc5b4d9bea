//! What every request shares.

use std::sync::{Arc, OnceLock};

use actix_web::{dev::ResourceDef, http::Method};
use bytes::Bytes;
use kupets_auth::Auth;
use kupets_engine::{Engine, schema::Table};
use tokio::{runtime::Handle, sync::Semaphore};

use crate::{budget::Budget, document::Document, metrics, settings::Settings};

/// The server's state, one for all its threads.
#[derive(Debug)]
pub struct State {
    /// The engine.
    pub engine: Engine,
    /// Who is asking.
    pub auth: Auth,
    /// The settings.
    pub settings: Settings,
    /// Where queries run. The threads that serve HTTP have a loop each and must never compute.
    pub runtime: Handle,
    /// Memory for large request bodies.
    pub budget: Budget,
    /// The OpenAPI document as JSON.
    pub openapi: Bytes,
    /// Which addresses answer which methods.
    pub known: Vec<(ResourceDef, Vec<Method>)>,
    ingest: OnceLock<Vec<metrics::Ingest>>,
}

impl State {
    /// State over an open engine.
    pub fn new(engine: Engine, auth: Auth, settings: Settings, runtime: Handle, openapi: Document) -> Self {
        let kib = settings.body_memory_bytes.div_ceil(1024).min(Semaphore::MAX_PERMITS);
        Self {
            engine,
            auth,
            runtime,
            budget: Budget::new(Arc::new(Semaphore::new(kib))),
            openapi: openapi.json,
            known: openapi.known,
            ingest: OnceLock::new(),
            settings,
        }
    }

    /// Counters of a table's ingest.
    pub fn ingest_metrics(&self, table: Table) -> Option<&metrics::Ingest> {
        self.ingest
            .get_or_init(|| Table::ALL.iter().map(|t| metrics::Ingest::new(t.name())).collect())
            .get(table.index())
    }
}
