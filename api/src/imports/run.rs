//! Storing what is in a file, body by body: what a restart or a crash cuts off goes on behind the last body that was written down.

use std::{path::PathBuf, sync::Weak};

use async_trait::async_trait;
use kupets_auth::WorkspaceInfo;
use kupets_control::{
    imports::{self as store, ImportJob, ImportRow, SAMPLE},
    jobs::{Handler, JobContext, JobError, Outcome},
};
use kupets_core::TenantContext;
use kupets_engine::{
    record::{Framing, ParseOptions, Parsed, Records, parse},
    schema::Table,
};
use kupets_import::{Batch, Import};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    folder,
    look::{parse_options, plan},
    options::Options,
    sample,
    steps::{Ended, ingest, reached, totals_of},
    stored::Stored,
    working::Working,
};
use crate::{
    client::{Ingested, RecordError},
    events::Event,
    importing::{self, ErrorsFile, Totals},
    state::State,
};

/// Bodies that are made before they can be stored.
const AHEAD: usize = 2;

/// Stores files and sample data.
pub(super) struct RunHandler {
    state: Weak<State>,
    working: Working,
}

impl RunHandler {
    pub fn new(state: Weak<State>, working: Working) -> Self {
        Self { state, working }
    }
}

#[async_trait]
impl Handler for RunHandler {
    async fn run(&self, job: &JobContext) -> Result<Outcome, JobError> {
        let state = self.state.upgrade().ok_or_else(|| JobError::retry("the server stops"))?;
        let ImportJob { import } = job.payload()?;
        let _turn = self.working.at(&import).await;
        job.check()?;
        let (control, tenant) = (state.engine.control(), job.tenant());
        let row = store::get(control, tenant, &import).await?.filter(|row| row.status == "running");
        let Some(row) = row else { return Ok(Outcome::Done(None)) };
        let told = |status: &str| state.events.tell(tenant, &Event::import(import.as_str(), status));
        told("running");
        let is_last = job.job().attempts >= job.job().max_attempts;
        let ended = match run(&state, job, &row).await {
            Ok(()) => None,
            Err(Ended::Job(error)) if job.stop_requested().is_some() || !is_last => return Err(error),
            Err(Ended::Job(error)) => Some(error.to_string()),
            Err(Ended::Failed(why)) => Some(why),
        };
        let now = state.engine.clock().now();
        let until = now + chrono::Duration::days(i64::from(state.settings.import_days));
        let times = (now.timestamp_micros(), until.timestamp_micros());
        if store::end_run(control, tenant, &import, ended.as_deref(), times).await? {
            if ended.is_none() {
                // What was in it is stored: only what is told of it stays.
                folder::forget_file(&state.settings.data, tenant, &import).await?;
            }
            told(if ended.is_none() { "done" } else { "failed" });
        }
        match ended {
            None => Ok(Outcome::Done(None)),
            // What failed may name somebody: the import says it, and not the job.
            Some(_) => Err(JobError::permanent("the import failed: it says why")),
        }
    }
}

async fn run(state: &State, job: &JobContext, row: &ImportRow) -> Result<(), Ended> {
    let Some((tenant, workspace)) = state.auth.for_the_server(job.tenant()).await? else {
        return Err(JobError::permanent("the workspace is gone").into());
    };
    if row.kind == SAMPLE {
        return sample::run(state, job, row, (&tenant, &workspace)).await;
    }
    file(state, job, row, (&tenant, &workspace)).await
}

async fn file(
    state: &State,
    job: &JobContext,
    row: &ImportRow,
    (tenant, workspace): (&TenantContext, &WorkspaceInfo),
) -> Result<(), Ended> {
    let data = &state.settings.data;
    let files = folder::sent(data, tenant.id(), &row.id)?;
    let options: Options = serde_json::from_str(&row.options).map_err(|e| Ended::Failed(e.to_string()))?;
    let table = row.records.as_deref().and_then(Table::from_name);
    let Some(table) = table else { return Err(Ended::Failed("it is not known what its rows are".to_owned())) };
    let reading = options.reading(state.settings.import_limit_bytes);
    let (making, mut ready) = batches(files.clone(), (reading, options.said()), row.batches.max(0).unsigned_abs());
    let mut errors = errors_file(folder::errors(data, tenant.id(), &row.id, true), row)?;
    let mut totals: Totals = totals_of(row);
    let parsing = parse_options(row, workspace, table);
    let expected = row.expected.and_then(|n| u64::try_from(n).ok());
    while let Some(batch) = ready.recv().await {
        let batch = batch.map_err(|message| Ended::Failed(folder::without(&message, &files)))?;
        job.check()?;
        let ingested = store_batch(state, tenant, row, &parsing, &batch, options.append == Some(true)).await?;
        let number = batch.number;
        let (kept, batch, rejected) = write_errors(errors, batch, ingested.rejected.clone()).await?;
        errors = kept;
        totals.add(&batch, &ingested, rejected);
        reached(state, tenant, row, (number + 1, &totals, errors.bytes())).await?;
        state.events.records(tenant.id(), table, ingested.accepted);
        job.progress(totals.accepted, expected, "");
    }
    // A reader that broke has closed its channel as one that has ended does.
    making.await.map_err(|e| Ended::Failed(format!("the reader of the file broke: {e}")))
}

/// Reads the bodies of files from that number on, on a thread of its own.
fn batches(
    files: Vec<PathBuf>,
    (reading, said): (kupets_import::ImportOptions, Option<Table>),
    skip: u64,
) -> (JoinHandle<()>, mpsc::Receiver<Result<Batch, String>>) {
    let (made, ready) = mpsc::channel(AHEAD);
    let making = tokio::task::spawn_blocking(move || {
        let open = || {
            let plan = plan(&files, reading, said)?;
            Import::open_all(&files, plan.options).and_then(Import::batches).map_err(|e| e.to_string())
        };
        let batches = match open() {
            Ok(batches) => batches,
            Err(message) => {
                // A closed channel: nobody waits for it any more.
                let _ = made.blocking_send(Err(message));
                return;
            }
        };
        for batch in batches {
            let wanted = batch.as_ref().map_or(true, |batch| batch.number >= skip);
            if wanted && made.blocking_send(batch.map_err(|e| e.to_string())).is_err() {
                return;
            }
        }
    });
    (making, ready)
}

fn errors_file(path: PathBuf, row: &ImportRow) -> Result<ErrorsFile, Ended> {
    let bytes = row.errors_bytes.max(0).unsigned_abs();
    ErrorsFile::open(&path, bytes).map_err(|e| folder::refused(&path, &e).into())
}

async fn write_errors(
    mut errors: ErrorsFile,
    batch: Batch,
    rejected: Vec<RecordError>,
) -> Result<(ErrorsFile, Batch, u64), Ended> {
    let written = tokio::task::spawn_blocking(move || {
        let written = errors.write(&batch, &rejected).map_err(|e| folder::refused(errors.path(), &e));
        written.map(|count| (errors, batch, count))
    });
    Ok(written.await.map_err(|e| Ended::Failed(e.to_string()))??)
}

/// Stores the records of a body; what was refused is told.
async fn store_batch(
    state: &State,
    tenant: &TenantContext,
    row: &ImportRow,
    parsing: &ParseOptions,
    batch: &Batch,
    append: bool,
) -> Result<Ingested, Ended> {
    if batch.is_empty() {
        return Ok(Ingested::default());
    }
    let body = if append {
        let stored = Stored { engine: &state.engine, tenant };
        importing::united(batch, &importing::stored(&stored, &importing::ids(batch)).await?)
    } else {
        batch.body.clone()
    };
    let options = ParseOptions {
        // Records without an id get the same one each time.
        idempotency_key: Some(format!("import {} {}", row.id, batch.number)),
        ..parsing.clone()
    };
    let parsed = tokio::task::spawn_blocking(move || parse(&body, Framing::NdJson, &options)).await;
    let mut parsed = match parsed.map_err(|e| Ended::Failed(e.to_string()))? {
        Ok(parsed) => parsed,
        // One record that is too large alone: it is refused as that record, and the import goes on.
        Err(error) if batch.len() == 1 => {
            let rejected = RecordError { index: 0, field: String::new(), message: error.to_string() };
            return Ok(Ingested { rejected: vec![rejected], ..Ingested::default() });
        }
        Err(error) => return Err(error.into()),
    };
    // Before anybody is told of them.
    let late = state.engine.screen(tenant, &mut parsed).await?;
    let mut rejected = std::mem::take(&mut parsed.rejected);
    rejected.extend(late.rejected);
    mark(state, tenant, &row.id, &mut parsed).await?;
    let arriving = state.webhooks.arriving(&state.engine, tenant, &parsed.records).await?;
    let done = ingest(state, tenant, &parsed).await?;
    if let Some(arrived) = arriving {
        state.tell_webhooks(tenant.id(), arrived.told(&done)).await;
    }
    // Their customers were erased in this very moment.
    rejected.extend(done.rejected);
    let rejected = rejected.into_iter().map(RecordError::from).collect();
    Ok(Ingested { accepted: done.accepted, replaced: done.replaced, guests: late.guests + done.guests, rejected })
}

/// Marks what the import makes. What was there before, and was not made by an import, is not its own: an undo leaves it.
async fn mark(state: &State, tenant: &TenantContext, import: &str, parsed: &mut Parsed) -> Result<(), Ended> {
    let mark: std::sync::Arc<str> = import.into();
    let (table, ids): (_, Vec<String>) = match &parsed.records {
        Records::Customers(_) => (Table::Customers, Vec::new()),
        Records::Purchases(all) => (Table::Purchases, all.iter().map(|one| one.purchase_id.clone()).collect()),
        Records::Interactions(all) => (Table::Interactions, all.iter().map(|one| one.interaction_id.clone()).collect()),
    };
    let others = state.engine.ids_of_others(tenant, table, ids).await?;
    let own = |id: &str| (!others.contains(id)).then(|| mark.clone());
    match &mut parsed.records {
        // Merging knows who was there before.
        Records::Customers(all) => all.iter_mut().for_each(|one| one.import_id = Some(mark.clone())),
        Records::Purchases(all) => all.iter_mut().for_each(|one| one.import_id = own(&one.purchase_id)),
        Records::Interactions(all) => all.iter_mut().for_each(|one| one.import_id = own(&one.interaction_id)),
    }
    Ok(())
}
