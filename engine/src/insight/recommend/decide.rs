//! Decisions: what was accepted becomes a task (of those that people work through) with a hold-out, what was dismissed is not
//! shown again.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use kupets_analytics::recommend::{Kind as ActionKind, hold_out, stable_id};
use kupets_control::tasks::{MAX_TITLE_CHARS, Task};

use super::{
    item::Item,
    list::{Draft, Recommended, Shown, found_with, names, tell},
    sentences::CUSTOMER,
    sources::AsOf,
    status::{self, Decided, Status, Target},
};
use kupets_core::{Error, Kind, Result, TenantContext};

use crate::{Engine, insight::parameters::Language, snapshot_reader::SnapshotReader, tasks::new_task::NewTask};

/// The share of a task's customers who are held out, in percent.
const HELD_OUT_PERCENT: u32 = 20;
/// The fewest customers of a list of which some are held out: a fifth of fewer says nothing.
const HELD_OUT_FROM: usize = 25;
/// Customers told of the recommendation that was decided on.
const CUSTOMERS: usize = 50;

/// A decision on a recommendation.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What was decided.
    pub status: Status,
    /// As of when the recommendation was looked at; now unless sent.
    pub as_of: Option<DateTime<Utc>>,
    /// Language of the answer's sentences, and of the task's.
    pub language: Language,
    /// What the task is, where it is not what the recommendation says.
    pub task: Option<NewTask>,
}

/// Decides on a recommendation.
///
/// # Errors
/// There is no such recommendation; it is no task that could be done; the control database does not answer.
pub(in crate::insight) async fn decide(
    engine: &Engine,
    tenant: &TenantContext,
    id: &str,
    decision: &Decision,
) -> Result<Recommended> {
    let now = engine.clock().now();
    let as_of = AsOf::new(tenant, decision.as_of.unwrap_or(now));
    let reader = SnapshotReader::open(engine, tenant).await?;
    let latest = status::latest(engine.control(), tenant.id()).await?;
    let known = latest.len();
    let before = latest.into_iter().find(|decided| decided.item.id == id);
    let decided = match (decision.status, before) {
        (Status::New, _) => {
            return Err(Error::invalid("bad_status", "`status` may be accepted, dismissed or done."));
        }
        // The same decision twice is one.
        (asked, Some(before)) if before.status == asked && asked != Status::Done => before,
        (Status::Done, Some(before)) if before.status == Status::Done => before,
        (Status::Done, Some(mut before)) if before.status == Status::Accepted => {
            before.status = Status::Done;
            before.decided_at = now.timestamp_micros();
            before.done_at = Some(now.timestamp_micros());
            status::update(engine.control(), tenant.id(), &before).await?;
            before
        }
        (Status::Done, Some(_)) => return Err(no_task()),
        (Status::Dismissed, Some(mut before)) => {
            before.status = Status::Dismissed;
            before.decided_at = now.timestamp_micros();
            status::update(engine.control(), tenant.id(), &before).await?;
            before
        }
        (asked, before) => {
            let found = found_with(&reader, &as_of, known).await?;
            let item = found.items.iter().find(|item| item.id == id).cloned().ok_or_else(unknown)?;
            if asked == Status::Done {
                return Err(no_task());
            }
            let round = before.map_or(1, |before| before.round.saturating_add(1));
            begin(&reader, item, round, decision, now).await?
        }
    };
    let mut item = decided.item.clone();
    let targets = status::targets(engine.control(), tenant.id(), id, decided.round).await?;
    item.customers = targets.into_iter().map(|target| target.customer_id.into()).collect();
    let draft = Draft { item, decided: Some(decided) };
    let shown = Shown { customers: CUSTOMERS, only: None, language: decision.language };
    let told = tell(&reader, vec![draft], &AsOf::new(tenant, now), &shown).await?;
    told.into_iter().next().ok_or_else(unknown)
}

/// Stores the first decision of a round.
async fn begin(
    reader: &SnapshotReader,
    item: Item,
    round: i64,
    decision: &Decision,
    now: DateTime<Utc>,
) -> Result<Decided> {
    let (control, tenant) = (reader.engine().control(), reader.tenant().id());
    let (now_us, status) = (now.timestamp_micros(), decision.status);
    let accepted = status == Status::Accepted;
    let alone = item.kind == ActionKind::AtRiskKeyCustomer.name();
    // Whom a dismissed recommendation is about is nobody's business, unless it is about one: then erasure must find it.
    let about: Vec<&str> = match accepted || alone {
        true => item.customers.iter().map(|id| &**id).collect(),
        false => Vec::new(),
    };
    let known = names(reader, about.iter().copied()).await?;
    // Whoever takes part in a task that is being measured would blur both: one asks, the other holds out. With a key customer
    // somebody talks all the same.
    let busy: HashSet<String> = match accepted && !alone {
        true => status::busy(control, tenant, now_us).await?.into_iter().collect(),
        false => HashSet::new(),
    };
    let ids: Vec<&str> = about.into_iter().filter(|id| known.contains_key(*id) && !busy.contains(*id)).collect();
    if alone && ids.is_empty() {
        return Err(unknown());
    }
    let held = match accepted && ids.len() >= HELD_OUT_FROM {
        true => {
            let numbers: Vec<u64> = ids.iter().map(|id| stable_id(id)).collect();
            hold_out(&numbers, stable_id(&format!("{tenant} {} {round}", item.id)), HELD_OUT_PERCENT)
        }
        false => vec![false; ids.len()],
    };
    let targets: Vec<Target> =
        ids.iter().zip(held).map(|(id, held_out)| Target { customer_id: (*id).to_owned(), held_out }).collect();
    let days = TimeDelta::days(item.expected.days.into());
    let until = now.checked_add_signed(days).map_or(now_us, |until| until.timestamp_micros());
    let decided = Decided {
        round,
        status,
        decided_at: now_us,
        accepted_at: accepted.then_some(now_us),
        done_at: None,
        measured_until: accepted.then_some(until),
        item,
    };
    let task = accepted.then(|| {
        let one = targets.first().filter(|_| alone).map(|target| target.customer_id.as_str());
        let who = one.map_or("", |id| known.get(id).and_then(Option::as_deref).unwrap_or(id));
        task(reader.tenant(), &decided, decision, one, who)
    });
    status::insert(control, tenant, &decided, &targets, task.as_ref()).await?;
    // Whoever was erased meanwhile: erasure forgets after the rows are gone, so that one of the two looks sees it.
    let fresh = SnapshotReader::open(reader.engine(), reader.tenant()).await?;
    let still = names(&fresh, targets.iter().map(|target| target.customer_id.as_str())).await?;
    for target in targets.iter().filter(|target| !still.contains_key(&target.customer_id)) {
        reader.engine().forget_gone(reader.tenant(), &target.customer_id).await?;
    }
    Ok(decided)
}

/// The task that an accepted recommendation is. `one` is the customer of one about one alone, and `who` what they are called:
/// erasing the customer takes both out of the task.
fn task(tenant: &TenantContext, decided: &Decided, decision: &Decision, one: Option<&str>, who: &str) -> Task {
    let words = decided.item.texts.in_language(decision.language);
    let named = |text: &str| match one {
        Some(_) => text.replace(CUSTOMER, who),
        None => text.to_owned(),
    };
    let sent = decision.task.clone().unwrap_or_else(|| NewTask {
        title: named(&words.title).chars().take(MAX_TITLE_CHARS).collect(),
        note: Some(named(&words.reason)),
        ..NewTask::default()
    });
    let customer = one.map(str::to_owned).or_else(|| sent.customer_id.clone());
    Task {
        customer_id: customer,
        recommendation_id: Some(decided.item.id.clone()),
        recommendation_round: Some(decided.round),
        ..sent.into_task(tenant, decided.decided_at)
    }
}

fn unknown() -> Error {
    Error::new(
        Kind::NotFound,
        "unknown_recommendation",
        "There is no such recommendation now. Look at the list again, with the same `as_of` if one was sent.",
    )
}

fn no_task() -> Error {
    Error::new(Kind::Conflict, "no_task", "Only what was accepted can be done. Accept it first.")
}
