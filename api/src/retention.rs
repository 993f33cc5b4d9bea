//! What a workspace keeps no longer: deleted once a day, in its night.

use std::sync::{Arc, Weak};

use actix_web::web::Data;
use async_trait::async_trait;
use chrono::{DateTime, Duration, Months, NaiveDate, Timelike as _, Utc};
use chrono_tz::Tz;
use kupets_auth::{Action, Subject, retention::Retention};
use kupets_control::{
    jobs::{Handler, JobContext, JobError, NewJob, Outcome},
    workspaces as store,
};
use kupets_core::{Result, TenantId};
use kupets_engine::{Expired, KeptSince, schema::Table};
use serde_json::json;

use crate::state::State;

/// The kind of the job.
const JOB: &str = "retention";
/// The hour of the workspace's clock from which on it is done: few work then.
const HOUR: u32 = 3;
/// The pause between two portions of customers.
const PAUSE: Duration = Duration::seconds(30);

/// Says who deletes.
pub fn register(state: &Data<State>) {
    let state_of = Arc::downgrade(&Data::clone(state).into_inner());
    state.engine.runner().register(JOB, RetentionHandler { state: state_of });
}

/// Asks for today's run in every workspace that does not keep all for ever. Call it now and then.
///
/// # Errors
/// The control database does not answer; it can be repeated.
pub async fn ask(state: &State) -> Result<()> {
    let now = state.engine.clock().now();
    for (tenant, zone) in store::with_retention(state.engine.control()).await? {
        let Some(tenant) = TenantId::parse(&tenant) else { continue };
        let local = now.with_timezone(&zone.parse().unwrap_or(Tz::UTC));
        if local.hour() >= HOUR {
            let day = local.date_naive().to_string();
            let job = NewJob::new(JOB, json!({"day": day})).once(&day);
            state.engine.jobs().enqueue(&tenant, &job).await?;
        }
    }
    Ok(())
}

struct RetentionHandler {
    // The server's state holds the queue that holds this.
    state: Weak<State>,
}

#[derive(serde::Deserialize)]
struct Payload {
    day: NaiveDate,
}

#[async_trait]
impl Handler for RetentionHandler {
    async fn run(&self, job: &JobContext) -> Result<Outcome, JobError> {
        let state = self.state.upgrade().ok_or_else(|| JobError::retry("the server stops"))?;
        let Payload { day } = job.payload()?;
        match expire(&state, job.tenant(), day).await {
            Ok(true) => Ok(Outcome::Later(state.engine.clock().now() + PAUSE)),
            Ok(false) => Ok(Outcome::Done(None)),
            Err(error) => Err(JobError::retry(error.code())),
        }
    }
}

/// Deletes what is not kept any longer on that day, by the setting of now; whether there is more.
async fn expire(state: &State, id: &TenantId, day: NaiveDate) -> Result<bool> {
    let Some((tenant, workspace)) = state.auth.for_the_server(id).await? else { return Ok(false) };
    if workspace.retention.keeps_all() {
        return Ok(false);
    }
    let kept = kept_since(workspace.retention, day, workspace.time_zone);
    let expired = state.engine.expire(&tenant, kept).await?;
    let Expired { purchases, interactions, customers, more } = expired;
    let counts = [(Table::Purchases, purchases), (Table::Interactions, interactions), (Table::Customers, customers)];
    if counts.iter().any(|(_, count)| *count > 0) {
        let detail = json!({"purchases": purchases, "interactions": interactions, "customers": customers});
        state.auth.note_own(&tenant, Action::RecordsExpired, Subject::none().with(detail)).await?;
    }
    for (table, count) in counts {
        state.events.records(id, table, count);
    }
    Ok(more)
}

/// The beginning of the day so many months before, in the workspace's zone.
fn kept_since(retention: Retention, day: NaiveDate, zone: Tz) -> KeptSince {
    let since = |months: Option<u16>| -> Option<DateTime<Utc>> {
        let day = day.checked_sub_months(Months::new(months?.into()))?;
        Some(kupets_core::time::midnight(day, zone))
    };
    KeptSince {
        purchases: since(retention.purchases),
        interactions: since(retention.interactions),
        customers: since(retention.customers),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn months_are_counted_back_by_the_workspaces_calendar() {
        let retention = Retention { purchases: Some(1), interactions: Some(1_200), customers: None };
        let kept = kept_since(retention, "2026-03-31".parse().unwrap(), Tz::Europe__Moscow);
        assert_eq!(kept.purchases.unwrap().to_rfc3339(), "2026-02-27T21:00:00+00:00");
        assert_eq!(kept.interactions.unwrap().date_naive().to_string(), "1926-03-30");
        assert_eq!(kept.customers, None);
    }
}
