//! Taking back what an import has stored.

use std::{sync::Weak, time::Duration};

use async_trait::async_trait;
use kupets_control::{
    imports::{self as store, ImportJob},
    jobs::{Handler, JobContext, JobError, Outcome},
};
use kupets_core::Error;
use kupets_engine::schema::Table;

use super::{folder, working::Working};
use crate::{events::Event, state::State};

/// Takes back imports.
pub(super) struct UndoHandler {
    state: Weak<State>,
    working: Working,
}

impl UndoHandler {
    pub fn new(state: Weak<State>, working: Working) -> Self {
        Self { state, working }
    }
}

#[async_trait]
impl Handler for UndoHandler {
    async fn run(&self, job: &JobContext) -> Result<Outcome, JobError> {
        let state = self.state.upgrade().ok_or_else(|| JobError::retry("the server stops"))?;
        let ImportJob { import } = job.payload()?;
        // A run that is to stop stores its last body before.
        let _turn = self.working.at(&import).await;
        job.check()?;
        let (control, tenant) = (state.engine.control(), job.tenant());
        let row = store::get(control, tenant, &import).await?.filter(|row| row.status == "undoing");
        let Some(row) = row else { return Ok(Outcome::Done(None)) };
        let Some((context, _)) = state.auth.for_the_server(tenant).await? else {
            return Err(JobError::permanent("the workspace is gone"));
        };
        state.events.tell(tenant, &Event::import(import.as_str(), "undoing"));
        let undone = store::undone_before(control, tenant).await?;
        if let Err(error) = state.engine.undo_import(&context, &row.id, undone).await {
            return Err(made_again(&state, job, &import, error).await);
        }
        let now = state.engine.clock().now().timestamp_micros();
        if store::undone(control, tenant, &import, now).await? {
            folder::forget(&state.settings.data, tenant, &import).await?;
            for table in Table::ALL {
                state.events.records(tenant, table, 1);
            }
            state.events.tell(tenant, &Event::import(import.as_str(), "undone"));
        }
        Ok(Outcome::Done(None))
    }
}

/// Says why an attempt came to nothing, and has it made again whatever is in the way: what somebody wants out again is not given up.
async fn made_again(state: &State, job: &JobContext, import: &str, error: Error) -> JobError {
    let tenant = job.tenant();
    if job.stop_requested().is_some() {
        return error.into();
    }
    let (attempt, source) = (job.job().attempts, std::error::Error::source(&error).map(ToString::to_string));
    tracing::error!(%tenant, import, attempt, %error, source, "an import was not taken back; it is tried again");
    match store::undo_failed(state.engine.control(), tenant, import, &error.to_string()).await {
        Ok(true) => state.events.tell(tenant, &Event::import(import, "undoing")),
        Ok(false) => {}
        Err(unsaid) => {
            tracing::warn!(%tenant, import, error = %unsaid, "why an import was not taken back is told by the log alone");
        }
    }
    // What failed may name somebody: the import says it, and not the job.
    let again = JobError::retry("the undo of an import failed: it says why");
    match error.retry_after_s() {
        Some(seconds) => again.after(Duration::from_secs(seconds)),
        None => again,
    }
}
