//! Merging customers who are one person, and parting them again: by the request, and by its job where that was interrupted.

use std::sync::Weak;

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use kupets_control::{
    customer_merges::{Aliases, CustomerMerges, Merge, MergeJob, NewMerge},
    jobs::{Backoff, Handler, JobContext, JobError, Outcome},
    personal_data::Person,
};
use kupets_core::{ActorKind, Error, FieldError, Kind, Result, TenantContext, TenantId};

use crate::{Engine, customers::no_such_customer, engine::Whole};

/// For so long a merge can be undone.
pub const UNDO_DAYS: i64 = 30;
/// The queue looks this long after the request whether its work was done.
const RESUME_AFTER: Duration = Duration::seconds(60);

/// A customer who was merged into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedCustomer {
    /// Who was merged: an id under which the other is known from then on.
    pub from: String,
    /// The person.
    pub into: String,
    /// When.
    pub merged_at: DateTime<Utc>,
    /// Until when it can be undone; none: not any more.
    pub undo_until: Option<DateTime<Utc>>,
}

impl Engine {
    /// Merges a customer into another: `from` is an alias of `into` from then on, with all records, tasks and what `into` lacks of the
    /// customer's own fields. It can be undone for [`UNDO_DAYS`].
    ///
    /// # Errors
    /// No such customer; it is merged already; both are one; the storage refuses, and then the work goes on by itself when it can.
    pub async fn merge_customer(&self, tenant: &TenantContext, from: &str, into: &str) -> Result<MergedCustomer> {
        let (engine, tenant, from, into) = (self.clone(), tenant.clone(), from.to_owned(), into.to_owned());
        self.on_runtime(async move {
            let merges = engine.merges();
            if merges.of(tenant.id(), &from).await?.is_none() && !engine.has_customer(&tenant, &from).await? {
                return Err(no_such_customer());
            }
            let person = engine.person(&tenant, &into).await?;
            if !engine.has_customer(&tenant, &person).await? {
                let missing = FieldError::of("into", "there is no such customer in this workspace");
                return Err(Error::wrong_fields(vec![missing]));
            }
            let now = engine.clock().now();
            let actor = tenant.actor();
            let merge = NewMerge {
                id: uuid::Uuid::new_v4().simple().to_string(),
                from_id: from.clone(),
                into_id: person.clone(),
                merged_by: (actor.kind() == ActorKind::Person).then(|| actor.id().to_owned()),
                merged_at: now,
                undo_until: now + Duration::days(UNDO_DAYS),
            };
            merges.begin(tenant.id(), &merge, now + RESUME_AFTER).await?;
            engine.finish_merge(tenant.id(), &merge.id).await?;
            Ok(MergedCustomer { from, into: person, merged_at: now, undo_until: Some(merge.undo_until) })
        })
        .await
    }

    /// Undoes a merge: the customer is there again as they were, with the records and tasks that were theirs and those that were sent
    /// under their id since.
    ///
    /// # Errors
    /// The customer is not merged; it is too late; the storage refuses, and then the work goes on by itself when it can.
    pub async fn undo_merge(&self, tenant: &TenantContext, from: &str) -> Result<()> {
        let (engine, tenant, from) = (self.clone(), tenant.clone(), from.to_owned());
        self.on_runtime(async move {
            let now = engine.clock().now();
            let merge = engine.merges().begin_undo(tenant.id(), &from, now, now + RESUME_AFTER).await?;
            engine.finish_merge(tenant.id(), &merge.id).await
        })
        .await
    }

    /// Who was merged into a customer, the last first.
    ///
    /// # Errors
    /// No such customer; the control database does not answer.
    pub async fn merged_into(&self, tenant: &TenantContext, id: &str) -> Result<Vec<MergedCustomer>> {
        let (engine, tenant, id) = (self.clone(), tenant.clone(), id.to_owned());
        self.on_runtime(async move {
            let person = engine.person(&tenant, &id).await?;
            if !engine.has_customer(&tenant, &person).await? {
                return Err(no_such_customer());
            }
            let now = engine.clock().now();
            let time = |us: i64| DateTime::from_timestamp_micros(us).unwrap_or_default();
            let merges = engine.merges().merged_into(tenant.id(), &person).await?;
            let told = merges.into_iter().filter(|merge| !merge.is_undoing()).map(|merge| MergedCustomer {
                from: merge.from_id,
                into: merge.into_id,
                merged_at: time(merge.merged_at),
                undo_until: Some(time(merge.undo_until)).filter(|until| *until > now),
            });
            Ok(told.collect())
        })
        .await
    }

    /// All ids under which the person is known whose id this is.
    ///
    /// # Errors
    /// The lake cannot be read.
    pub async fn person_ids(&self, tenant: &TenantContext, id: &str) -> Result<Vec<String>> {
        let (engine, tenant, id) = (self.clone(), tenant.clone(), id.to_owned());
        self.on_runtime(async move {
            let person = engine.person(&tenant, &id).await?;
            engine.ids_of(tenant.id(), &person).await
        })
        .await
    }

    /// Whose id it is: its own customer's, or the person's into whom that one was merged.
    ///
    /// # Errors
    /// The lake cannot be read.
    pub(crate) async fn person(&self, tenant: &TenantContext, id: &str) -> Result<String> {
        self.store(tenant.id()).await?.person(id).await
    }

    /// Forgets a customer who is gone from the records: they were erased while something about them was being stored, and erasure
    /// forgets after the rows are gone, so that one of the two looks sees it. What is about somebody who was merged is about the person.
    ///
    /// # Errors
    /// The control database does not answer.
    pub(crate) async fn forget_gone(&self, tenant: &TenantContext, id: &str) -> Result<()> {
        let person = self.person(tenant, id).await?;
        match person == id {
            true => self.personal_data().forget(tenant.id(), id).await.map(drop),
            false => self.merges().move_tasks(tenant.id(), id, &person).await,
        }
    }

    /// The merges, as they are noted.
    pub(crate) fn merges(&self) -> CustomerMerges {
        CustomerMerges::new(self.control().clone(), self.jobs().clone())
    }

    /// All ids of a person: their own last.
    ///
    /// # Errors
    /// The control database does not answer.
    pub(crate) async fn ids_of(&self, tenant: &TenantId, person: &str) -> Result<Vec<String>> {
        let aliases = Aliases::load(self.control(), tenant).await?;
        let mut ids: Vec<String> = aliases.of(person).into_iter().collect();
        ids.sort_unstable();
        ids.push(person.to_owned());
        Ok(ids)
    }

    /// What somebody was called before they were merged into a person of these ids.
    ///
    /// # Errors
    /// The control database does not answer.
    pub(crate) async fn former_names(&self, tenant: &TenantId, ids: &[String]) -> Result<Vec<Person>> {
        let mut names = Vec::new();
        for id in ids {
            for merge in self.merges().merged_into(tenant, id).await? {
                names.extend(merge.kept.as_deref().and_then(former_name));
            }
        }
        Ok(names)
    }

    /// Does what is left of a merge, or of its undoing. It can be done again from any point.
    async fn finish_merge(&self, tenant: &TenantId, id: &str) -> Result<()> {
        let Some(merge) = self.merges().get(tenant, id).await? else { return Ok(()) };
        let store = self.store(tenant).await?;
        match &merge {
            Merge { kept: Some(kept), .. } if merge.is_undoing() => {
                store.part_customer(&merge.from_id, kept).await?;
                self.merges().undone(tenant, id).await?;
            }
            _ if merge.is_merged() || merge.is_undoing() => return Ok(()),
            _ => {
                store.merge_customer(&merge.from_id).await?;
                self.merges().merged(tenant, id).await?;
            }
        }
        self.forget_results(tenant).await;
        Ok(())
    }
}

fn former_name(kept: &str) -> Option<Person> {
    let kept: serde_json::Value = serde_json::from_str(kept).ok()?;
    let text = |field: &str| kept["from"][field].as_str().map(str::to_owned);
    Some(Person { name: text("name"), email: text("email"), phone: text("phone") })
}

/// Finishes merges, and their undoing, that a request could not.
pub(crate) struct MergeHandler {
    engine: Weak<dyn Whole>,
}

impl MergeHandler {
    pub(crate) fn new(engine: Weak<dyn Whole>) -> Self {
        Self { engine }
    }
}

#[async_trait]
impl Handler for MergeHandler {
    async fn run(&self, job: &JobContext) -> Result<Outcome, JobError> {
        let MergeJob { merge } = job.payload()?;
        let engine = Engine::upgrade(&self.engine).ok_or_else(|| JobError::retry("the engine is closed"))?;
        let (work, tenant) = (engine.clone(), job.tenant().clone());
        // On the engine's runtime: what has begun ends there, even if this attempt is dropped.
        let done = engine.on_runtime(async move { work.finish_merge(&tenant, &merge).await }).await;
        match done {
            Ok(()) => Ok(Outcome::Done(None)),
            // It was taken back, or the person is erased.
            Err(error) if error.kind() == Kind::NotFound => Ok(Outcome::Done(None)),
            Err(error) => Err(JobError::retry(error.to_string())),
        }
    }

    fn backoff(&self) -> Backoff {
        Backoff { first: std::time::Duration::from_secs(10), most: std::time::Duration::from_secs(600) }
    }
}
