//! Findings for webhooks: once a day, in the morning of the workspace, what has moved of late and nobody was told of.

use std::{
    collections::BTreeMap,
    sync::{Arc, Weak},
};

use actix_web::web::Data;
use async_trait::async_trait;
use chrono::{Days, Duration, NaiveDate, Timelike as _};
use chrono_tz::Tz;
use kupets_control::{
    jobs::{Handler, JobContext, JobError, NewJob, Outcome},
    webhooks as store,
};
use kupets_core::{Kind, Result, TenantId};
use serde_json::{Value, json};

use crate::{
    state::State,
    webhooks::{Occurrence, WebhookEvent},
};

/// The kind of the job.
const JOB: &str = "webhook.findings";
/// The hour of the workspace's clock from which on they are looked for: yesterday's records have come by then.
const HOUR: u32 = 6;
/// Days that are compared with as many before.
const WINDOW: u64 = 7;
/// Findings that are looked through for news.
const FINDINGS: u32 = 30;
/// Days after which what was told may be told again.
const REMEMBERED_DAYS: i64 = 120;

/// Says who looks for findings.
pub fn register(state: &Data<State>) {
    let state_of = Arc::downgrade(&Data::clone(state).into_inner());
    state.engine.runner().register(JOB, FindingsHandler { state: state_of });
}

/// Asks for today's look in every workspace that wants it. Call it now and then.
///
/// # Errors
/// The control database does not answer; it can be repeated.
pub async fn ask(state: &State) -> Result<()> {
    let now = state.engine.clock().now();
    for (tenant, zone) in store::wanting(state.engine.control(), WebhookEvent::Finding.name()).await? {
        let Some(tenant) = TenantId::parse(&tenant) else { continue };
        let local = now.with_timezone(&zone.parse().unwrap_or(Tz::UTC));
        if local.hour() >= HOUR {
            let day = local.date_naive().to_string();
            let job = NewJob::new(JOB, json!({"day": day})).once(&day).attempts(5);
            state.engine.jobs().enqueue(&tenant, &job).await?;
        }
    }
    Ok(())
}

struct FindingsHandler {
    // The server's state holds the queue that holds this.
    state: Weak<State>,
}

#[derive(serde::Deserialize)]
struct Payload {
    day: NaiveDate,
}

#[async_trait]
impl Handler for FindingsHandler {
    async fn run(&self, job: &JobContext) -> Result<Outcome, JobError> {
        let state = self.state.upgrade().ok_or_else(|| JobError::retry("the server stops"))?;
        let Payload { day } = job.payload()?;
        match look(&state, job.tenant(), day).await {
            Ok(()) => Ok(Outcome::Done(None)),
            // Too little data is no finding.
            Err(error) if matches!(error.kind(), Kind::Invalid | Kind::NotFound) => Ok(Outcome::Done(None)),
            Err(error) => Err(JobError::retry(error.code())),
        }
    }
}

async fn look(state: &State, id: &TenantId, day: NaiveDate) -> Result<()> {
    let Some((tenant, workspace)) = state.auth.for_the_server(id).await? else { return Ok(()) };
    let from = day - Days::new(WINDOW);
    let asked = BTreeMap::from([
        ("from".to_owned(), from.to_string()),
        ("to".to_owned(), day.to_string()),
        ("locale".to_owned(), workspace.locale.clone()),
        ("limit".to_owned(), FINDINGS.to_string()),
    ]);
    let found = state.engine.trends(&tenant, &asked).await?.findings;
    // What began in these days: what carries a change is another each day, and no news.
    let news = found.into_iter().filter(|finding| finding.since.is_some_and(|since| since >= from));
    let mut told: Vec<(String, Value)> = Vec::new();
    for finding in news {
        let key = format!(
            "{} {} {} {} {}",
            finding.kind,
            finding.metric,
            finding.dimension.as_deref().unwrap_or("-"),
            finding.key.as_deref().unwrap_or("-"),
            finding.since.map(|since| since.to_string()).unwrap_or_default(),
        );
        let Ok(Value::Object(mut data)) = serde_json::to_value(&finding) else { continue };
        data.remove("sql");
        told.push((key, Value::Object(data)));
    }
    let keys: Vec<_> = told.iter().map(|(key, _)| key.clone()).collect();
    let new = store::untold(state.engine.control(), id, &keys).await?;
    let occurrences: Vec<_> = told
        .into_iter()
        .filter(|(key, _)| new.contains(key))
        .map(|(_, data)| Occurrence { event: WebhookEvent::Finding, customer_id: None, data })
        .collect();
    state.webhooks.tell(id, &occurrences).await?;
    let now = state.engine.clock().now();
    let forget = (now - Duration::days(REMEMBERED_DAYS)).timestamp_micros();
    store::note_told(state.engine.control(), id, &new, now.timestamp_micros(), forget).await
}
