//! Makes one run of a delivery, as its owner and as what they are now.

use std::sync::Weak;

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use kupets_auth::{Mail, WorkspaceInfo};
use kupets_control::{
    deliveries::{self as store, DeliveryJob, DeliveryRow, Left, RunRow},
    jobs::{Handler, JobContext, JobError, Outcome},
    telegram,
    telegram_outbox::NewMessage,
};
use kupets_core::{Error, Kind, Result, TenantContext};
use kupets_engine::insight::Language;
use serde::de::DeserializeOwned;

use super::{
    alert::{Alert, Eye, Memory},
    digest,
    message::Message,
    schedule::{QuietHours, Schedule},
};
use crate::{events::Event, state::State};

/// Makes runs.
pub(super) struct DeliveryHandler {
    // The server's state holds the queue that holds this.
    state: Weak<State>,
}

impl DeliveryHandler {
    pub fn new(state: Weak<State>) -> Self {
        Self { state }
    }
}

/// What a run comes to.
enum Run {
    /// There is nothing to tell: nothing is noted.
    Nothing(Option<Memory>),
    /// Not sent, and why; with what is remembered of it.
    Skipped(&'static str, Option<Memory>),
    /// To be sent.
    Send(Message, Option<Memory>),
}

#[async_trait]
impl Handler for DeliveryHandler {
    async fn run(&self, job: &JobContext) -> Result<Outcome, JobError> {
        let state = self.state.upgrade().ok_or_else(|| JobError::retry("the server stops"))?;
        let DeliveryJob { delivery, due } = job.payload()?;
        let (control, tenant) = (state.engine.control(), job.tenant());
        let Some(row) = store::get(control, tenant, &delivery).await? else { return Ok(Outcome::Done(None)) };
        if !row.active || store::has_run(control, &delivery, due).await? {
            return Ok(Outcome::Done(None));
        }
        let now = state.engine.clock().now();
        let left = match make(&state, job, &row, due, now).await {
            Ok(left) => left,
            // What may pass is tried again, a few times.
            Err(error) if may_pass(&error) && job.job().attempts < job.job().max_attempts => {
                return Err(JobError::retry(format!("the delivery is tried again: {}", error.code())));
            }
            Err(error) => {
                if matches!(error.kind(), Kind::Internal | Kind::Corrupt) {
                    tracing::error!(%error, delivery, "a delivery failed");
                }
                Left { run: Some(run(due, now, "failed", Some(reason(&error)), None)?), ..Left::default() }
            }
        };
        store::leave(control, tenant, &delivery, &left, now.timestamp_micros()).await?;
        if let Some(run) = &left.run {
            state.events.tell(tenant, &Event::delivery(delivery, &run.status));
        }
        Ok(Outcome::Done(None))
    }
}

fn may_pass(error: &Error) -> bool {
    matches!(error.kind(), Kind::Busy | Kind::Unavailable | Kind::Timeout | Kind::Internal)
}

/// Why a run failed, for a person: what a fault of ours says may hold more than they should see.
fn reason(error: &Error) -> String {
    match error.kind() {
        Kind::Internal | Kind::Corrupt => "something failed on the server's side".to_owned(),
        _ => error.to_string().chars().take(500).collect(),
    }
}

fn run(due: i64, now: DateTime<Utc>, status: &str, reason: Option<String>, summary: Option<String>) -> Result<RunRow> {
    let id = kupets_auth::new_id(now.timestamp_millis())?;
    Ok(RunRow { id, due, at: now.timestamp_micros(), status: status.to_owned(), reason, summary })
}

async fn make(state: &State, job: &JobContext, row: &DeliveryRow, due: i64, now: DateTime<Utc>) -> Result<Left> {
    let (tenant, workspace) = match state.auth.on_behalf_of(job.tenant(), &row.user_id).await {
        Ok(found) => found,
        Err(error) if error.kind() == Kind::Forbidden => {
            let run = run(due, now, "skipped", Some("its owner is not in the workspace any more".to_owned()), None)?;
            return Ok(Left { run: Some(run), stop: true, ..Left::default() });
        }
        Err(error) => return Err(error),
    };
    let kept = |memory: Option<Memory>| -> Result<Option<String>> {
        memory.map(|memory| serde_json::to_string(&memory).map_err(|e| Error::internal(e.to_string()))).transpose()
    };
    match look(state, &tenant, &workspace, row, due, now).await? {
        Run::Nothing(memory) => Ok(Left { memory: kept(memory)?, ..Left::default() }),
        Run::Skipped(why, memory) => waits(due, now, row, why.to_owned(), memory),
        Run::Send(message, memory) => {
            let mut left = send(state, &tenant, row, due, now, message).await?;
            match left.run.as_ref().filter(|run| run.status == "skipped").and_then(|run| run.reason.clone()) {
                // What could not be sent is told another time.
                Some(why) if memory.is_some() => waits(due, now, row, why, None),
                Some(_) => Ok(left),
                None => {
                    left.memory = kept(memory.map(|memory| Memory { waits: None, ..memory }))?;
                    Ok(left)
                }
            }
        }
    }
}

/// What there is to tell waits: a run says so once, not with each look.
fn waits(due: i64, now: DateTime<Utc>, row: &DeliveryRow, why: String, memory: Option<Memory>) -> Result<Left> {
    let before = stored::<Memory>(row.memory.as_deref(), "memory", row)?.unwrap_or_default();
    let said = before.waits.as_ref() == Some(&why);
    let memory = Memory { waits: Some(why.clone()), ..memory.unwrap_or(before) };
    let memory = serde_json::to_string(&memory).map_err(|e| Error::internal(e.to_string()))?;
    let run = if said { None } else { Some(run(due, now, "skipped", Some(why), None)?) };
    Ok(Left { run, memory: Some(memory), ..Left::default() })
}

fn stored<T: DeserializeOwned>(text: Option<&str>, what: &str, row: &DeliveryRow) -> Result<Option<T>> {
    let broken = |e| Error::internal(format!("control database, delivery {}: {what}", row.id)).with_source(e);
    text.map(|text| serde_json::from_str(text).map_err(broken)).transpose()
}

async fn look(
    state: &State,
    tenant: &TenantContext,
    workspace: &WorkspaceInfo,
    row: &DeliveryRow,
    due: i64,
    now: DateTime<Utc>,
) -> Result<Run> {
    let language = if row.locale == "ru" { Language::Ru } else { Language::En };
    if let Some(schedule) = stored::<Schedule>(row.schedule.as_deref(), "schedule", row)? {
        let due = DateTime::from_timestamp_micros(due).unwrap_or(now);
        let digest = digest::digest(&state.engine, tenant, &workspace.name, &schedule, due, language).await?;
        return Ok(Run::Send(digest, None));
    }
    let Some(alert) = stored::<Alert>(row.alert.as_deref(), "alert", row)? else {
        return Ok(Run::Skipped("it has neither a schedule nor an alert", None));
    };
    let since = DateTime::from_timestamp_micros(row.created_at).unwrap_or(now);
    let cooldown = Duration::try_hours(row.cooldown_hours).unwrap_or(Duration::MAX);
    let eye = Eye { engine: &state.engine, tenant, workspace: &workspace.name, now, since, cooldown, language };
    let memory = stored::<Memory>(row.memory.as_deref(), "memory", row)?.unwrap_or_default();
    let looked = match alert.look(&eye, memory.clone()).await {
        Ok(looked) => looked,
        // Too little data is nothing to tell.
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::NotFound) => return Ok(Run::Nothing(None)),
        Err(error) => return Err(error),
    };
    let Some(message) = looked.message else {
        return Ok(match looked.cools {
            // It is looked at again when the cooldown is over.
            true => Run::Skipped("cooldown", Some(memory)),
            false => Run::Nothing(Some(Memory { waits: None, ..looked.memory })),
        });
    };
    if let Some(quiet) = stored::<QuietHours>(row.quiet_hours.as_deref(), "quiet hours", row)?
        && quiet.hold(tenant.time_zone(), now)
    {
        return Ok(Run::Skipped("quiet hours", Some(Memory { missed: looked.missed, ..memory })));
    }
    Ok(Run::Send(message, Some(looked.memory)))
}

async fn send(
    state: &State,
    tenant: &TenantContext,
    row: &DeliveryRow,
    due: i64,
    now: DateTime<Utc>,
    message: Message,
) -> Result<Left> {
    let skipped =
        |why: &str| Ok(Left { run: Some(run(due, now, "skipped", Some(why.to_owned()), None)?), ..Left::default() });
    let Message { title, body, summary } = message;
    if row.channel == "email" {
        let Some(mailer) = state.auth.mailer() else {
            return skipped("the server sends no mail: `smtp_url` is not set");
        };
        let Some(to) = row.target.clone() else { return skipped("it has no address") };
        mailer.send(Mail { to, subject: title, text: format!("{body}\n") }).await?;
        return Ok(Left { run: Some(run(due, now, "sent", None, Some(summary))?), ..Left::default() });
    }
    let accounts = telegram::accounts(state.engine.control(), tenant.id().as_str(), &row.user_id).await?;
    let chosen = match &row.target {
        Some(chat) => accounts.iter().find(|account| account.to_string() == *chat),
        None => accounts.first(),
    };
    let Some(chat) = chosen else { return skipped("the Telegram account is not linked any more") };
    let run = run(due, now, "queued", None, Some(summary))?;
    let message = NewMessage {
        id: run.id.clone(),
        delivery_id: row.id.clone(),
        user_id: row.user_id.clone(),
        chat_id: chat.to_string(),
        locale: row.locale.clone(),
        title,
        body,
        created_at: now.timestamp_micros(),
    };
    Ok(Left { run: Some(run), message: Some(message), ..Left::default() })
}
