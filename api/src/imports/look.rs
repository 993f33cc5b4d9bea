//! Looking at a file: what it is taken for, what it comes to, what is wrong with it. Nothing is stored.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use kupets_auth::WorkspaceInfo;
use kupets_control::{
    imports::{self as store, ImportJob, ImportRow, Looked},
    jobs::{Handler, JobContext, JobError, Outcome},
};
use kupets_core::{TenantContext, TenantId};
use kupets_engine::{
    record::{IdSource, OnError, ParseOptions},
    schema::Table,
};
use kupets_import::{FileFormat, Glance, Import, ImportOptions, field_names, known_exports};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Number, value::RawValue};
use utoipa::ToSchema;

use super::{folder, options::Options, stored::Stored, working::Working};
use crate::{
    events::Event,
    importing::{Amount, Checked, Existing, Plan, check, existing},
    state::State,
};

/// Values of a column that are shown.
const VALUES: usize = 3;
/// Orders that would lose lines, of those that are told.
const LOSING: usize = 100;
/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_millis(500);
/// Thousandths: what progress is counted in.
const STEPS: f64 = 1_000.0;

/// What a file looks like.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportLook)]
pub struct Look {
    /// `csv`, `ndjson`, `records` (NDJSON of whole records) or `parquet`; worksheets, tables of HTML and CommerceML are read as `csv`.
    format: String,
    /// What its rows are; null: nobody knows, say it.
    records: Option<String>,
    /// The export that it was taken for, or what its rows are by the names of its columns; null: somebody said it, or nothing is likely.
    taken_for: Option<String>,
    /// The mapping is a guess: look at it before it is run.
    is_guess: bool,
    /// Its columns, in their order.
    columns: Vec<Column>,
    /// Fields that columns may go into, beside `attributes.NAME`.
    fields: Vec<String>,
    /// Names of the exports that are known.
    presets: Vec<String>,
    /// Columns that go nowhere.
    ignored: Vec<String>,
    /// What a person should know of how it is read.
    notes: Vec<String>,
    /// What it would come to; null as long as it is not known what its rows are, or the mapping does not fit.
    figures: Option<Figures>,
    /// Why the mapping does not fit; null where it does.
    problem: Option<String>,
    /// Worksheets of a workbook, in their order; `sheet` of the settings chooses one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sheets: Vec<String>,
    /// The files that are read as one, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<String>,
}

/// A column of a file.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportColumn)]
pub struct Column {
    name: String,
    /// Its first values.
    values: Vec<String>,
    /// The field that it goes into; null: none, or a known export's rules say what becomes of it.
    field: Option<String>,
}

/// Records, and what they come to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportSum)]
pub struct Sum {
    /// A month as `2026-03`, of longer files a year; a status; a reason. Empty: records without a time.
    key: String,
    /// How many.
    records: u64,
    /// What they come to; of what is left out, whatever its currency.
    #[schema(value_type = f64, format = "decimal")]
    amount: Number,
    /// The currency of the amount, where the records say it: a period or a status then comes once for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
}

/// An order that would lose lines.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportLosing)]
pub struct Losing {
    purchase_id: String,
    /// Lines that are stored.
    stored: u64,
    /// Lines in the file.
    in_file: u64,
}

/// What a file would come to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportFigures)]
pub struct Figures {
    /// Rows of the records that would be stored.
    rows: u64,
    /// Records that would be stored.
    good: u64,
    /// Records that would be refused: `/errors` lists why.
    bad: u64,
    /// Customers whom the records name.
    customers: u64,
    /// Records and amounts by month, of longer files by year.
    periods: Vec<Sum>,
    /// Records and amounts by status, of those that count in no figure.
    statuses: Vec<Sum>,
    /// What does not count and is left out, by reason.
    left_out: Vec<Sum>,
    /// Lines whose quantity and amount have opposite signs: they are stored with the kind `other`.
    as_other: u64,
    /// Rows that stand in several of the files, as in exports that overlap, and would be taken once.
    #[serde(default)]
    repeated: u64,
    /// Purchases that are stored already: they would be replaced, or with `append` keep their lines.
    known: u64,
    /// How many of those would lose lines.
    losing: u64,
    /// The first of those.
    would_lose: Vec<Losing>,
    /// The first records as they would be stored.
    #[schema(value_type = Vec<serde_json::Map<String, serde_json::Value>>)]
    examples: Vec<Box<RawValue>>,
}

/// Reads what the last look has found; none where that is gone, or not known yet.
pub async fn read(data: &Path, tenant: &TenantId, id: &str) -> Option<Look> {
    let bytes = tokio::fs::read(folder::path_of_look(data, tenant, id)).await.ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// What decides on the records of a file.
pub(super) fn parse_options(row: &ImportRow, workspace: &WorkspaceInfo, table: Table) -> ParseOptions {
    ParseOptions {
        table,
        time_zone: workspace.time_zone,
        currency: workspace.currency.clone(),
        // Of the same file the same records, whenever it is done.
        now: chrono::DateTime::from_timestamp_micros(row.created_at).unwrap_or_default(),
        idempotency_key: None,
        ids: IdSource::random(),
        on_error: OnError::Skip,
    }
}

/// Looks at files.
pub(super) struct LookHandler {
    state: Weak<State>,
    working: Working,
}

impl LookHandler {
    pub fn new(state: Weak<State>, working: Working) -> Self {
        Self { state, working }
    }
}

#[async_trait]
impl Handler for LookHandler {
    async fn run(&self, job: &JobContext) -> Result<Outcome, JobError> {
        let state = self.state.upgrade().ok_or_else(|| JobError::retry("the server stops"))?;
        let ImportJob { import } = job.payload()?;
        let _turn = self.working.at(&import).await;
        job.check()?;
        let (control, tenant) = (state.engine.control(), job.tenant());
        let Some(row) = store::get(control, tenant, &import).await? else { return Ok(Outcome::Done(None)) };
        if !store::looking(control, tenant, &import, row.revision).await? {
            return Ok(Outcome::Done(None));
        }
        let told = |status: &str| state.events.tell(tenant, &Event::import(import.as_str(), status));
        told("looking");
        let is_last = job.job().attempts >= job.job().max_attempts;
        let outcome = match look(&state, job, &row).await {
            Err(error) if is_last && job.stop_requested().is_none() => Err(error.to_string()),
            outcome => outcome?,
        };
        let now = state.engine.clock().now().timestamp_micros();
        let revision = row.revision;
        let found = match &outcome {
            Ok(look) => Looked {
                revision,
                records: look.figures.as_ref().and(look.records.as_deref()),
                taken_for: look.taken_for.as_deref(),
                expected: look.figures.as_ref().map(|figures| figures.good),
                error: None,
            },
            Err(why) => Looked { revision, records: None, taken_for: None, expected: None, error: Some(why) },
        };
        if store::looked(control, tenant, &import, &found, now).await? {
            told(if outcome.is_ok() { "looked_at" } else { "failed" });
        }
        Ok(Outcome::Done(None))
    }
}

/// The outer error: it is tried again, or it was told to stop. The inner one: the file cannot be read.
async fn look(state: &State, job: &JobContext, row: &ImportRow) -> Result<Result<Look, String>, JobError> {
    let data = &state.settings.data;
    let options: Options = serde_json::from_str(&row.options).map_err(|e| JobError::permanent(e.to_string()))?;
    let Some((tenant, workspace)) = state.auth.for_the_server(job.tenant()).await? else {
        return Err(JobError::permanent("the workspace is gone"));
    };
    let files = match folder::sent(data, tenant.id(), &row.id) {
        Ok(files) => files,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let said = options.said();
    let reading = options.reading(state.settings.import_limit_bytes);
    let work = {
        let errors = folder::errors(data, tenant.id(), &row.id, false);
        let (files, row) = (files.clone(), row.clone());
        move |far: &Far| {
            read_files(&files, (reading, said), &errors, |table| parse_options(&row, &workspace, table), far)
        }
    };
    let read = match watched(job, work).await? {
        Ok(read) => read,
        Err(message) => return Ok(Err(folder::without(&message, &files))),
    };
    let mut look = read.look;
    if let Some(checked) = read.checked {
        let stored = Stored { engine: &state.engine, tenant: &tenant };
        let is_purchases = look.records.as_deref() == Some(Table::Purchases.name());
        let found = if is_purchases { existing(&stored, &checked.sums.purchases).await? } else { Existing::default() };
        look.figures = Some(figures(&checked, found, options.append == Some(true)));
    }
    look.problem = look.problem.map(|why| folder::without(&why, &files));
    keep(data, &tenant, &row.id, &look).await?;
    Ok(Ok(look))
}

/// Writes down what was found; a reader sees the old one or the new one.
async fn keep(data: &Path, tenant: &TenantContext, id: &str, look: &Look) -> Result<(), JobError> {
    let path = folder::path_of_look(data, tenant.id(), id);
    let new = path.with_extension("new");
    let bytes = serde_json::to_vec(look).map_err(|e| JobError::permanent(e.to_string()))?;
    let written = async {
        tokio::fs::write(&new, bytes).await?;
        tokio::fs::rename(&new, &path).await
    };
    written.await.map_err(|e| folder::refused(&path, &e).into())
}

/// How far work on a thread of its own is, and whether it is to stop.
#[derive(Debug, Default)]
struct Far {
    steps: AtomicU64,
    stop: AtomicBool,
}

/// Does work that waits for the disk on a thread of its own, tells how far it is, and stops it when the job is to stop.
async fn watched<T: Send + 'static>(
    job: &JobContext,
    work: impl FnOnce(&Far) -> T + Send + 'static,
) -> Result<T, JobError> {
    let far = Arc::new(Far::default());
    let watched = Arc::clone(&far);
    let mut task = tokio::task::spawn_blocking(move || work(&watched));
    let mut tick = tokio::time::interval(TELL_EVERY);
    loop {
        tokio::select! {
            done = &mut task => {
                job.check()?;
                return done.map_err(|e| JobError::permanent(format!("looking at a file ended: {e}")));
            }
            _ = tick.tick() => job.progress(far.steps.load(Ordering::Relaxed), Some(1_000), ""),
            _ = job.stopped(), if !far.stop.load(Ordering::Relaxed) => far.stop.store(true, Ordering::Relaxed),
        }
    }
}

struct FileRead {
    look: Look,
    checked: Option<Checked>,
}

fn read_files(
    files: &[PathBuf],
    (reading, said): (ImportOptions, Option<Table>),
    errors: &Path,
    parsing: impl FnOnce(Table) -> ParseOptions,
    far: &Far,
) -> Result<FileRead, String> {
    let glance = Import::glance(files, &reading.source, VALUES).map_err(|e| e.to_string())?;
    let plan = plan_of(&glance, reading, said);
    let mut look = first_look(&glance, plan.as_ref());
    let Some(plan) = plan else { return Ok(FileRead { look, checked: None }) };
    let table = plan.options.table;
    let import = match Import::open_all(files, plan.options) {
        Ok(import) => import,
        Err(error) => {
            look.problem = Some(error.to_string());
            return Ok(FileRead { look, checked: None });
        }
    };
    describe(&mut look, &import);
    let told = |share: f64, _: u64| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped
        far.steps.store((share.clamp(0.0, 1.0) * STEPS) as u64, Ordering::Relaxed);
        !far.stop.load(Ordering::Relaxed)
    };
    // One that was told to stop is not asked what it has found.
    let checked = check(import, &parsing(table), Some(errors), told)?.unwrap_or_default();
    Ok(FileRead { look, checked: Some(checked) })
}

/// What the file is to be imported as, by what was said and what it looks like; none if nothing is likely.
fn plan_of(glance: &Glance, reading: ImportOptions, said: Option<Table>) -> Option<Plan> {
    if let Some(table) = said {
        return Some(as_said(reading, table));
    }
    // Lines of JSON say nothing by columns: they may be whole records.
    let is_table = matches!(glance.format, FileFormat::Csv { .. } | FileFormat::Parquet);
    glance.proposal.clone().filter(|_| is_table).map(|proposal| Plan::of(proposal, reading))
}

fn as_said(reading: ImportOptions, table: Table) -> Plan {
    Plan { options: ImportOptions { table, ..reading }, taken_for: None, is_guess: false }
}

/// The same for the run, which must read the file as the look has shown it.
///
/// # Errors
/// The file cannot be read, or nothing is known of it.
pub(super) fn plan(files: &[PathBuf], reading: ImportOptions, said: Option<Table>) -> Result<Plan, String> {
    if let Some(table) = said {
        return Ok(as_said(reading, table));
    }
    let glance = Import::glance(files, &reading.source, 0).map_err(|e| e.to_string())?;
    plan_of(&glance, reading, said).ok_or_else(|| "it is not known what its rows are".to_owned())
}

/// What columns may go into.
fn fields_of(table: Table) -> Vec<String> {
    field_names(table).into_iter().map(str::to_owned).collect()
}

fn first_look(glance: &Glance, plan: Option<&Plan>) -> Look {
    let format = match glance.format {
        FileFormat::Csv { .. } => "csv",
        FileFormat::NdJson => "ndjson",
        FileFormat::Records => "records",
        FileFormat::Parquet => "parquet",
    };
    let columns = glance.columns.iter().enumerate().map(|(at, name)| Column {
        name: name.clone(),
        values: glance.values.get(at).cloned().unwrap_or_default(),
        field: None,
    });
    let table = plan.map(|plan| plan.options.table);
    Look {
        format: format.to_owned(),
        records: table.map(|table| table.name().to_owned()),
        taken_for: plan.and_then(|plan| plan.taken_for.clone()),
        is_guess: plan.is_some_and(|plan| plan.is_guess),
        columns: columns.collect(),
        fields: fields_of(table.unwrap_or(Table::Purchases)),
        presets: known_exports().into_iter().map(str::to_owned).collect(),
        ignored: Vec::new(),
        notes: glance.notes.clone(),
        figures: None,
        problem: None,
        sheets: glance.sheets.clone(),
        files: if glance.files.len() > 1 { glance.files.clone() } else { Vec::new() },
    }
}

/// Adds what is known once the mapping is settled.
fn describe(look: &mut Look, import: &Import) {
    if import.format() == FileFormat::Records {
        "records".clone_into(&mut look.format);
    }
    for (field, name) in import.mapped() {
        if let Some(column) = look.columns.iter_mut().find(|column| column.name == *name) {
            column.field = Some(field.clone());
        }
    }
    look.ignored = import.ignored().to_vec();
    look.notes = import.notes().to_vec();
}

fn figures(checked: &Checked, found: Existing, append: bool) -> Figures {
    let sum = |key: &str, currency: &str, (records, amount): Amount| {
        let currency = (!currency.is_empty()).then(|| currency.to_owned());
        Sum { key: key.to_owned(), records, amount: number(amount), currency }
    };
    let losing = if append { &[][..] } else { &found.losing[..] };
    let would_lose = losing.iter().take(LOSING).map(|(purchase_id, stored, in_file)| Losing {
        purchase_id: purchase_id.clone(),
        stored: *stored,
        in_file: *in_file,
    });
    Figures {
        rows: checked.rows,
        good: checked.good,
        bad: checked.bad,
        customers: checked.sums.customers(),
        periods: checked.sums.periods().iter().map(|((key, of), amount)| sum(key, of, *amount)).collect(),
        statuses: checked.sums.statuses().map(|((key, of), amount)| sum(key, of, amount)).collect(),
        left_out: checked.sums.left_out().map(|(why, amount)| sum(why, "", amount)).collect(),
        as_other: checked.sums.lines_as_other(),
        repeated: checked.sums.rows_repeated(),
        known: found.known,
        losing: losing.len() as u64,
        would_lose: would_lose.collect(),
        examples: checked.shown.iter().filter_map(|json| RawValue::from_string(json.clone()).ok()).collect(),
    }
}

/// A decimal as JSON, with all of its digits.
fn number(amount: Decimal) -> Number {
    amount.normalize().to_string().parse().unwrap_or_else(|_| Number::from(0))
}
