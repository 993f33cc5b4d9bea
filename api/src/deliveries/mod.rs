//! Digests at set times and alerts when something happens, by Telegram and by mail.
//!
//! [`tick`] asks for the runs that are due, one for each delivery however long the server was down, and says when the next one is;
//! a job makes the run ([`handler`]), as the delivery's owner. What goes by Telegram waits in an outbox until the bot takes it.

mod alert;
mod digest;
mod figures;
mod handler;
mod message;
mod schedule;
mod words;

use std::sync::Arc;

use actix_web::web::Data;
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use kupets_control::{
    deliveries::{self as store, DeliveryRow},
    telegram_outbox,
};
use kupets_core::{Result, TenantId};

pub use self::{
    alert::Alert,
    schedule::{QuietHours, Schedule},
    words::day,
};
use crate::state::State;

/// Deliveries that are asked for at once.
const AT_ONCE: i64 = 200;
/// Days for which runs are listed.
const RUN_DAYS: i64 = 90;
/// Hours for which a message waits for the bot: older news is none.
const WAIT_HOURS: i64 = 24;

/// Says who makes runs.
pub fn register(state: &Data<State>) {
    let weak = Arc::downgrade(&Data::clone(state).into_inner());
    state.engine.runner().register(store::DELIVERY_JOB, handler::DeliveryHandler::new(weak));
}

/// The next moment of a delivery after `after`; none: it has no time.
pub fn next_run(
    schedule: Option<&Schedule>,
    alert: Option<&Alert>,
    zone: Tz,
    after: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let scheduled = schedule.map(|schedule| schedule.next(zone, after));
    scheduled.or_else(|| alert.map(|alert| after + alert.interval()))
}

/// Asks for the runs that are due. Call it every few seconds.
///
/// # Errors
/// The control database does not answer; it can be repeated.
pub async fn tick(state: &State) -> Result<()> {
    let (control, now) = (state.engine.control(), state.engine.clock().now());
    for due in store::due(control, now.timestamp_micros(), AT_ONCE).await? {
        let row = &due.delivery;
        let (Some(tenant), Some(at)) = (TenantId::parse(&due.tenant), row.next_run_at) else { continue };
        let zone = due.time_zone.parse().unwrap_or(Tz::UTC);
        // From now on, not from when it was due: what was missed is made once.
        let next = after(row, zone, now).unwrap_or(now + Duration::days(1));
        let asked = store::Asked { due: at, about: about(row, zone, at, now), next: next.timestamp_micros() };
        store::ask(control, state.engine.jobs(), &tenant, &row.id, asked).await?;
    }
    Ok(())
}

fn schedule(row: &DeliveryRow) -> Option<Schedule> {
    row.schedule.as_deref().and_then(|text| serde_json::from_str(text).ok())
}

/// What a run is about: of several digests that were missed the last one, as older news is none.
fn about(row: &DeliveryRow, zone: Tz, due: i64, now: DateTime<Utc>) -> i64 {
    let last = schedule(row).and_then(|schedule| schedule.last(zone, now));
    last.map_or(due, |last| last.timestamp_micros().max(due))
}

fn after(row: &DeliveryRow, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let schedule = schedule(row);
    let alert: Option<Alert> = row.alert.as_deref().and_then(|text| serde_json::from_str(text).ok());
    next_run(schedule.as_ref(), alert.as_ref(), zone, now)
}

/// Moves the digests of a workspace to its new zone.
///
/// # Errors
/// The control database does not answer; it can be repeated.
pub async fn follow_zone(state: &State, tenant: &TenantId, zone: Tz) -> Result<()> {
    let (control, now) = (state.engine.control(), state.engine.clock().now());
    for row in store::scheduled(control, tenant).await? {
        if let Some(next) = after(&row, zone, now) {
            store::move_to(control, tenant, &row.id, next.timestamp_micros()).await?;
        }
    }
    Ok(())
}

/// Gives up what the bot did not take, and deletes what is old. Call it now and then.
///
/// # Errors
/// The control database does not answer; it can be repeated.
pub async fn upkeep(state: &State) -> Result<()> {
    let (control, now) = (state.engine.control(), state.engine.clock().now());
    let before = |wait: Duration| (now - wait).timestamp_micros();
    telegram_outbox::give_up(control, before(Duration::hours(WAIT_HOURS)), now.timestamp_micros()).await?;
    store::prune(control, before(Duration::days(RUN_DAYS))).await
}
