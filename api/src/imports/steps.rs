//! The steps of a run, whatever it stores.

use std::time::Duration;

use kupets_control::{
    imports::{self as store, ImportRow, Reached},
    jobs::JobError,
};
use kupets_core::{Error, Kind, TenantContext};
use kupets_engine::record::{Ingested, Parsed};

use crate::{importing::Totals, state::State};

/// How long a busy engine is waited for at most, at once.
const MOST_WAIT: Duration = Duration::from_secs(5);
/// How often a busy engine is asked before the job is put off.
const TRIES: u32 = 60;

/// Why a run does not go on.
pub(super) enum Ended {
    /// It is tried again, or was told to stop.
    Job(JobError),
    /// For whoever asked for it.
    Failed(String),
}

impl From<JobError> for Ended {
    fn from(error: JobError) -> Self {
        Self::Job(error)
    }
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        match error.kind() {
            Kind::Busy | Kind::Unavailable => Self::Job(error.into()),
            _ => {
                tracing::error!(%error, source = ?std::error::Error::source(&error), "an import failed");
                Self::Failed(error.to_string())
            }
        }
    }
}

/// What a run has stored before it was cut off.
pub(super) fn totals_of(row: &ImportRow) -> Totals {
    row.totals.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

/// Notes how far it is.
///
/// # Errors
/// Nobody wants it any more; the control database does not answer.
pub(super) async fn reached(
    state: &State,
    tenant: &TenantContext,
    row: &ImportRow,
    (batches, totals, errors_bytes): (u64, &Totals, u64),
) -> Result<(), Ended> {
    let totals = serde_json::to_string(totals).map_err(|e| Ended::Failed(e.to_string()))?;
    let far = Reached { batches, totals: &totals, errors_bytes };
    if store::reached(state.engine.control(), tenant.id(), &row.id, &far).await? {
        return Ok(());
    }
    Err(JobError::permanent("nobody wants it any more").into())
}

/// Stores records, waiting for an engine that is busy.
pub(super) async fn ingest(state: &State, tenant: &TenantContext, parsed: &Parsed) -> Result<Ingested, Ended> {
    let mut tries = 0;
    loop {
        match state.engine.ingest(tenant, parsed.clone()).await {
            Err(error) if error.kind() == Kind::Busy && tries < TRIES => {
                tries += 1;
                let wait = Duration::from_secs(error.retry_after_s().unwrap_or(1)).min(MOST_WAIT);
                tokio::time::sleep(wait).await;
            }
            outcome => return Ok(outcome?),
        }
    }
}
