//! Makes an export, as the person who asked for it and as what they are now.

use std::{
    path::{Path, PathBuf},
    sync::{Weak, atomic::Ordering},
};

use async_trait::async_trait;
use chrono::Duration;
use futures::StreamExt as _;
use kupets_control::{
    exports::{self as store, Ended, ExportJob, ExportRow},
    jobs::{Handler, JobContext, JobError, Outcome},
};
use kupets_core::{Error, Result, TenantContext};
use kupets_engine::{
    query::{Answer, Output},
    schema::Table,
};
use tokio::{fs, io::AsyncWriteExt as _};

use super::{
    archive::Archive,
    folder::{self, refused},
    spec::{ExportFormat, Spec},
};
use crate::{events::Event, problem::Problem, state::State};

/// Makes exports.
pub(super) struct ExportHandler {
    // The server's state holds the queue that holds this.
    state: Weak<State>,
}

impl ExportHandler {
    pub fn new(state: Weak<State>) -> Self {
        Self { state }
    }
}

#[async_trait]
impl Handler for ExportHandler {
    async fn run(&self, job: &JobContext) -> Result<Outcome, JobError> {
        let state = self.state.upgrade().ok_or_else(|| JobError::retry("the server stops"))?;
        let ExportJob { export } = job.payload()?;
        let (control, tenant) = (state.engine.control(), job.tenant());
        let Some(row) = store::get(control, tenant, &export).await? else { return Ok(Outcome::Done(None)) };
        if !store::start(control, tenant, &export).await? {
            return Ok(Outcome::Done(None));
        }
        let told = |status: &str| state.events.tell(tenant, &Event::export(export.as_str(), status));
        told("running");
        let made = make(&state, job, &row).await;
        // Stopped, and not failed: it begins again, or the row says that it is cancelled.
        job.check()?;
        let now = state.engine.clock().now();
        let expires_at = (now + Duration::days(i64::from(state.settings.export_days))).timestamp_micros();
        let ended = |status, rows, bytes, error| Ended {
            status,
            rows,
            bytes,
            error,
            finished_at: now.timestamp_micros(),
            expires_at,
        };
        match made {
            Ok(Made { rows, bytes, path }) => {
                if store::end(control, tenant, &export, &ended("done", Some(rows), Some(bytes), None)).await? {
                    told("done");
                } else {
                    // Cancelled, or gone with somebody who was erased meanwhile.
                    let _ = fs::remove_file(path).await;
                }
                Ok(Outcome::Done(None))
            }
            Err(problem) if matches!(problem.status().as_u16(), 429 | 503) && !last(job) => {
                Err(JobError::retry(format!("the export is tried again: {}", problem.status())))
            }
            Err(problem) => {
                if let Some(causes) = problem.causes() {
                    tracing::error!(export, causes, "an export failed");
                }
                let _ = fs::remove_file(folder::part(&state.settings.data, tenant, &export)).await;
                store::end(control, tenant, &export, &ended("failed", None, None, Some(problem.detail()))).await?;
                told("failed");
                // What failed may name somebody: the export says it, which goes with an erasure, and not the job.
                Err(JobError::permanent(format!("the export failed: {}", problem.status())))
            }
        }
    }
}

fn last(job: &JobContext) -> bool {
    job.job().attempts >= job.job().max_attempts
}

struct Made {
    rows: u64,
    bytes: u64,
    path: PathBuf,
}

async fn make(state: &State, job: &JobContext, row: &ExportRow) -> Result<Made, Problem> {
    let damaged = |what: &str| Error::internal(format!("control database, export {}: {what}", row.id));
    let spec: Spec = serde_json::from_str(&row.spec).map_err(|e| damaged("its query").with_source(e))?;
    let format = ExportFormat::parse(&row.format).ok_or_else(|| damaged("its format"))?;
    let (tenant, _) = state.auth.on_behalf_of(job.tenant(), &row.user_id).await?;
    if tenant.actor().role() < spec.least_role() {
        let needed = spec.least_role();
        return Err(Error::forbidden("role", format!("this is for the role {needed} and above")).into());
    }
    let output = Output { format: format.format(), csv_guard: row.csv_guard };
    let data = &state.settings.data;
    folder::make(data, tenant.id())?;
    let part = folder::part(data, tenant.id(), &row.id);
    let (rows, extension) = match spec.open(&state.engine, &tenant).await? {
        Some(answer) => (one(job, answer, output, &part).await?, format.name()),
        None => (all(state, job, &tenant, output, &part).await?, "zip"),
    };
    let path = folder::path(data, tenant.id(), &row.id, extension);
    fs::rename(&part, &path).await.map_err(|e| refused(&path, &e))?;
    let bytes = fs::metadata(&path).await.map_err(|e| refused(&path, &e))?.len();
    Ok(Made { rows, bytes, path })
}

/// One answer as a file. Gives its rows.
async fn one(job: &JobContext, answer: Answer, output: Output, path: &Path) -> Result<u64> {
    let failed = |error: std::io::Error| refused(path, &error);
    let (answer, rows) = answer.counted();
    let mut file = fs::File::create(path).await.map_err(failed)?;
    let mut chunks = std::pin::pin!(answer.into_bytes(output));
    while let Some(chunk) = chunks.next().await {
        file.write_all(&chunk?).await.map_err(failed)?;
        go_on(job, rows.load(Ordering::Relaxed))?;
    }
    file.flush().await.map_err(failed)?;
    file.sync_all().await.map_err(failed)?;
    Ok(rows.load(Ordering::Relaxed))
}

/// All tables, a file each, in one archive. Gives their rows.
async fn all(state: &State, job: &JobContext, tenant: &TenantContext, output: Output, path: &Path) -> Result<u64> {
    use kupets_engine::query::Format;
    let archive = Archive::create(path, matches!(output.format, Format::Parquet | Format::Xlsx));
    let mut total = 0;
    let mut outcome = Ok(());
    for table in Table::ALL {
        outcome = add(state, job, tenant, output, &archive, table, &mut total).await;
        if outcome.is_err() {
            break;
        }
    }
    match outcome {
        Ok(()) => archive.finish().await.map(|()| total),
        Err(error) => Err(error),
    }
}

async fn add(
    state: &State,
    job: &JobContext,
    tenant: &TenantContext,
    output: Output,
    archive: &Archive,
    table: Table,
    total: &mut u64,
) -> Result<()> {
    let (answer, rows) = state.engine.table(tenant, table).await?.counted();
    archive.begin(&format!("{}.{}", table.name(), output.format.file_extension())).await?;
    let mut chunks = std::pin::pin!(answer.into_bytes(output));
    while let Some(chunk) = chunks.next().await {
        archive.data(chunk?).await?;
        go_on(job, *total + rows.load(Ordering::Relaxed))?;
    }
    *total += rows.load(Ordering::Relaxed);
    Ok(())
}

/// Tells how far it is, and passes unless it is to stop.
fn go_on(job: &JobContext, rows: u64) -> Result<()> {
    job.progress(rows, None, "");
    job.check().map_err(|stop| Error::unavailable(stop.to_string()))
}
