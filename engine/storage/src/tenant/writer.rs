//! The task that stores a tenant's records: it gathers waiting requests, resolves them against what is stored, makes them
//! durable in one journal entry a table, shows them, and answers.

use std::{
    collections::HashMap,
    sync::{Arc, Weak, atomic::Ordering},
    time::Duration,
};

use arrow::array::RecordBatch;
use tokio::sync::mpsc;

use super::{
    existing::{Existing, named},
    late::{Screened, screen, to_persons},
    state::{Job, Request},
    store::TenantStore,
};
use kupets_control::erased_customers::ErasedCustomers;
use kupets_core::{Error, Kind, Result, schema::Table};

use crate::{
    journal::{Entry, UNKNOWN_OUTCOME},
    keys::{KeyHash, hash},
    record::{
        Customer, CustomerPatch, Ingested, Interaction, Purchase, Records,
        batch::{customers_batch, interactions_batch, purchases_batch},
    },
};

/// A group stops growing at this many records.
const GROUP_MAX_RECORDS: usize = 20_000;
/// How often a tail's age is looked at.
const TICK: Duration = Duration::from_secs(1);

/// A tail of fewer rows is flushed only when it is this many times as old as others.
const FEW_ROWS: usize = 2_000;
const FEW_ROWS_PATIENCE: i64 = 10;

/// Starts the task. One that breaks is told and takes its handle with it: the next call opens the tenant anew.
pub(super) fn start(store: &Arc<TenantStore>, jobs: mpsc::Receiver<Job>) {
    let owner = Arc::downgrade(store);
    let writer = tokio::spawn(run(owner.clone(), jobs));
    tokio::spawn(async move {
        if let Err(broken) = writer.await
            && let Some(store) = owner.upgrade()
        {
            tracing::error!(tenant = %store.id, error = %broken, "the task that stores a workspace's records broke; the workspace is opened anew");
            store.fence();
        }
    });
}

/// Runs until the store is dropped.
async fn run(store: Weak<TenantStore>, mut jobs: mpsc::Receiver<Job>) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut oldest_us: Option<i64> = None;
    loop {
        tokio::select! {
            job = jobs.recv() => {
                let Some(job) = job else { return };
                let Some(store) = store.upgrade() else { return };
                let mut records = job.request.parsed.records.len();
                let mut group = vec![job];
                while records < GROUP_MAX_RECORDS {
                    match jobs.try_recv() {
                        Ok(job) => {
                            records += job.request.parsed.records.len();
                            group.push(job);
                        }
                        Err(_) => break,
                    }
                }
                store.commit_group(group).await;
                oldest_us.get_or_insert_with(|| store.shared.clock.now().timestamp_micros());
                if store.wants_flush() {
                    oldest_us = None;
                    store.flush_in_background();
                }
            }
            _ = tick.tick() => {
                let Some(store) = store.upgrade() else { return };
                let rows = store.tail_size().0;
                let has_rows = rows > 0;
                // A handful of rows waits longer: they are safe in the journal, and a file for each handful costs more.
                let patience = if rows < FEW_ROWS { FEW_ROWS_PATIENCE } else { 1 };
                let age_us =
                    i64::try_from(store.shared.limits.tail_flush_age_s).unwrap_or(i64::MAX / 2).saturating_mul(1_000_000 * patience);
                match oldest_us {
                    None if has_rows => oldest_us = Some(store.shared.clock.now().timestamp_micros()),
                    Some(since) if has_rows && store.shared.clock.now().timestamp_micros() - since >= age_us => {
                        oldest_us = None;
                        store.flush_in_background();
                    }
                    Some(_) if !has_rows => oldest_us = None,
                    _ => {}
                }
            }
        }
    }
}

/// A group resolved against what is stored: one version a key, in the order of the last one's arrival.
#[derive(Debug)]
struct Resolved {
    customers: Vec<Customer>,
    purchases: Vec<Purchase>,
    interactions: Vec<Interaction>,
    answers: Vec<Outcome>,
    /// What was there before.
    existing: Existing,
}

/// A group while it is resolved.
struct Resolving {
    /// The stored customers among those that the group changes, or why they cannot be looked up.
    present: Result<HashMap<KeyHash, Customer>>,
    existing: Existing,
    erased_customers: Arc<ErasedCustomers>,
    now_us: i64,
    customers: Latest<Customer>,
    purchases: Latest<Purchase>,
    interactions: Latest<Interaction>,
}

impl Resolving {
    fn request(&mut self, request: Request) -> Outcome {
        let Request { mut parsed, late, once } = request;
        let is_there =
            |id: &str| self.existing.knows_customer(hash(id)) || self.customers.places.contains_key(&hash(id));
        let Screened { guests, rejected } = screen(&mut parsed, &self.erased_customers, late, is_there)?;
        let mut answer = Ingested { guests, rejected, ..Ingested::default() };
        match parsed.records {
            Records::Customers(patches) => {
                let done = self.patches(&patches)?;
                return Ok(Ingested { accepted: done.accepted, replaced: done.replaced, ..answer });
            }
            Records::Purchases(records) => {
                for purchase in records {
                    let hash = hash(&purchase.purchase_id);
                    answer.accepted += 1;
                    let there = self.purchases.places.contains_key(&hash) || self.existing.has(Table::Purchases, hash);
                    answer.replaced += u64::from(there);
                    if there && once.contains(&hash) {
                        continue;
                    }
                    self.stub(&purchase.customer_id, purchase.occurred_at, &purchase.import_id);
                    self.purchases.push(hash, purchase);
                }
            }
            Records::Interactions(records) => {
                for interaction in records {
                    let hash = hash(&interaction.interaction_id);
                    answer.accepted += 1;
                    let there =
                        self.interactions.places.contains_key(&hash) || self.existing.has(Table::Interactions, hash);
                    answer.replaced += u64::from(there);
                    if there && once.contains(&hash) {
                        continue;
                    }
                    self.stub(&interaction.customer_id, interaction.occurred_at, &interaction.import_id);
                    self.interactions.push(hash, interaction);
                }
            }
        }
        Ok(answer)
    }

    /// Merges patches into what is stored; none of a request is taken unless all are.
    fn patches(&mut self, patches: &[CustomerPatch]) -> Outcome {
        let present = self.present.as_ref().map_err(copy)?;
        let mut answer = Ingested::default();
        let mut merged: Vec<(KeyHash, Customer)> = Vec::with_capacity(patches.len());
        let mut own: HashMap<KeyHash, usize> = HashMap::new();
        for patch in patches {
            let hash = hash(&patch.customer_id);
            let in_request = own.get(&hash).map(|&at| &merged[at].1);
            let in_group = || self.customers.places.get(&hash).and_then(|&at| self.customers.records[at].as_ref());
            let existing = in_request.or_else(in_group).or_else(|| present.get(&hash)).cloned();
            answer.accepted += 1;
            answer.replaced += u64::from(existing.is_some());
            let customer = match existing {
                Some(mut customer) => {
                    customer.merge(patch, self.now_us)?;
                    customer
                }
                None => Customer::from_patch(patch, self.now_us)?,
            };
            own.insert(hash, merged.len());
            merged.push((hash, customer));
        }
        for (hash, customer) in merged {
            self.customers.push(hash, customer);
        }
        Ok(answer)
    }

    /// A purchase or interaction of a customer nobody has sent makes that customer, by its id alone.
    fn stub(&mut self, id: &Option<String>, occurred_at: i64, import_id: &Option<Arc<str>>) {
        let Some(id) = id else { return };
        let hash = hash(id);
        if !self.customers.places.contains_key(&hash) && !self.existing.knows_customer(hash) {
            let stub = Customer { import_id: import_id.clone(), ..Customer::stub(id, occurred_at, self.now_us) };
            self.customers.push(hash, stub);
        }
    }
}

/// The same failure for another request.
fn copy(error: &Error) -> Error {
    let copy = Error::new(error.kind(), error.code(), error.to_string());
    match error.retry_after_s() {
        Some(seconds) => copy.with_retry_after(seconds),
        None => copy,
    }
}

/// Records of a group by key: the last one of a key wins.
struct Latest<T> {
    records: Vec<Option<T>>,
    places: HashMap<KeyHash, usize>,
}

impl<T> Latest<T> {
    fn new() -> Self {
        Self { records: Vec::new(), places: HashMap::new() }
    }

    /// Adds a record; says whether the group held one of its key.
    fn push(&mut self, hash: KeyHash, record: T) -> bool {
        let place = self.records.len();
        self.records.push(Some(record));
        match self.places.insert(hash, place) {
            Some(old) => {
                self.records[old] = None;
                true
            }
            None => false,
        }
    }

    fn into_records(self) -> Vec<T> {
        self.records.into_iter().flatten().collect()
    }
}

/// What becomes of one request of a group: its answer, or why it alone is refused.
type Outcome = Result<Ingested>;

impl TenantStore {
    async fn commit_group(self: &Arc<Self>, group: Vec<Job>) {
        let mut held = Vec::with_capacity(group.len());
        let (records, replies): (Vec<_>, Vec<_>) = group
            .into_iter()
            .map(|job| {
                held.push(job.held);
                (job.request, job.done)
            })
            .unzip();
        let stored = self.store_group(records).await;
        drop(held);
        match stored {
            Ok(answers) => {
                for (reply, answer) in replies.into_iter().zip(answers) {
                    let _ = reply.send(answer);
                }
            }
            Err(error) => {
                let source = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(tenant = %self.id, %error, source, requests = replies.len(), "records were not stored");
                for reply in replies {
                    let _ = reply.send(Err(copy(&error)));
                }
            }
        }
    }

    async fn store_group(self: &Arc<Self>, group: Vec<Request>) -> Result<Vec<Outcome>> {
        self.load_keys().await?;
        let _committing = self.committing.lock().await;
        // After the wait: whoever drains this handle waits for the same lock, and the next handle reads the journal after that.
        self.check_open()?;
        let now_us = self.shared.clock.now().timestamp_micros();
        let resolved = self.resolve(group, now_us).await?;
        let mut batches = Vec::with_capacity(3);
        if !resolved.customers.is_empty() {
            batches.push((Table::Customers, customers_batch(&resolved.customers, now_us)?));
        }
        if !resolved.purchases.is_empty() {
            batches.push((Table::Purchases, purchases_batch(&resolved.purchases, now_us)?));
        }
        if !resolved.interactions.is_empty() {
            batches.push((Table::Interactions, interactions_batch(&resolved.interactions, now_us)?));
        }
        if !batches.is_empty() {
            self.journal_and_show(batches, &resolved.existing).await?;
        }
        Ok(resolved.answers)
    }

    /// Makes rows durable, all or none, and shows them. The caller holds the lock of those who store.
    /// `existing` tells of every key in them whether it was there.
    pub(super) async fn journal_and_show(&self, batches: Vec<(Table, RecordBatch)>, existing: &Existing) -> Result<()> {
        let entries = batches.iter().map(|(table, batch)| Entry::encode(*table, batch)).collect::<Result<Vec<_>>>()?;
        let appended = self.shared.journal.append(&self.id, entries).await;
        let seq = appended.inspect_err(|error| {
            // What is shown may lack what is stored.
            if error.code() == UNKNOWN_OUTCOME {
                self.fence();
            }
        })?;
        self.show_appended(batches, seq, existing)
    }

    /// Shows what the journal has just taken. If that fails half-way, what is shown lacks what is stored: the handle is given up, and the
    /// next one reads the journal. A flush that has begun already goes by the number before, so that the journal keeps all of it.
    pub(super) fn show_appended(
        &self,
        batches: Vec<(Table, RecordBatch)>,
        seq: i64,
        existing: &Existing,
    ) -> Result<()> {
        let mut state = self.state();
        for (table, batch) in batches {
            if let Err(error) = self.apply(&mut state, table, batch, existing) {
                self.fence();
                return Err(error);
            }
        }
        state.shown_up_to(seq);
        Ok(())
    }

    /// Resolves each request of a group; one that cannot be is refused alone.
    ///
    /// # Errors
    /// It cannot be told which records exist: nothing of the group is stored.
    async fn resolve(&self, mut group: Vec<Request>, now_us: i64) -> Result<Resolved> {
        let erased_customers = self.state().erased_customers.clone();
        let aliases = self.state().aliases.clone();
        let persons = self.persons(aliases)?;
        group.iter_mut().for_each(|request| to_persons(&mut request.parsed, &persons));
        let existing = self.existing(named(group.iter().map(|request| &request.parsed.records)))?;
        // Only who changes customers needs to know what they are.
        let present = self.look_up_customers(group.iter().map(|request| &request.parsed.records)).await;
        let mut resolving = Resolving {
            present,
            existing,
            erased_customers,
            now_us,
            customers: Latest::new(),
            purchases: Latest::new(),
            interactions: Latest::new(),
        };
        let answers = group.into_iter().map(|request| {
            resolving.request(request).inspect_err(|error| {
                // The sender's fault is the sender's to read.
                if error.kind() == Kind::Invalid {
                    return;
                }
                let source = std::error::Error::source(error).map(ToString::to_string);
                tracing::warn!(tenant = %self.id, %error, source, "the records of a request were not stored");
            })
        });
        let answers = answers.collect();
        Ok(Resolved {
            answers,
            existing: resolving.existing,
            customers: resolving.customers.into_records(),
            purchases: resolving.purchases.into_records(),
            interactions: resolving.interactions.into_records(),
        })
    }

    fn wants_flush(&self) -> bool {
        let state = self.state();
        let limits = &self.shared.limits;
        state.active.bytes() >= limits.tail_flush_bytes || state.active.rows() >= limits.tail_flush_rows
    }

    /// Starts a flush unless one is on its way. It goes on while the tail fills faster than it empties.
    pub(super) fn flush_in_background(self: &Arc<Self>) {
        if self.flush_pending.swap(true, Ordering::AcqRel) {
            return;
        }
        let store = self.clone();
        tokio::spawn(async move {
            let _pending = Pending(&store);
            loop {
                // It is closed when the server stops.
                let Ok(permit) = store.shared.background.acquire().await else { return };
                let flushed = store.flush_once().await;
                drop(permit);
                if let Err(error) = &flushed {
                    tracing::warn!(tenant = %store.id, %error, "a flush failed; its records stay in the journal and it is tried again");
                }
                if flushed.is_err() || !store.wants_flush() {
                    break;
                }
            }
        });
    }
}

/// A flush on its way; when it ends, however it does, the next one may start.
struct Pending<'a>(&'a TenantStore);

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.0.flush_pending.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use arrow::{array::RecordBatch, datatypes::Schema};
    use kupets_core::schema::Table;

    use super::Existing;
    use crate::{
        journal::Entry,
        record::{
            Records,
            batch::{interactions_batch, purchases_batch},
        },
        simulation::{Chance, TestClock, node::Node, store::FaultyStore},
    };

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_handle_that_cannot_show_what_the_journal_has_is_given_up() {
        let clock = TestClock::starting_now();
        let store = Arc::new(FaultyStore::new(clock.clone(), Arc::new(Chance::new(1))));
        let node = Node::open(&store, &clock).await;
        let store = node.store(0).await.unwrap();
        let broken = RecordBatch::new_empty(Arc::new(Schema::empty()));
        assert!(store.show_appended(vec![(Table::Customers, broken)], 1, &Existing::default()).is_err());
        assert!(store.is_fenced());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_flush_that_has_begun_does_not_take_what_is_half_shown_for_all_that_is_stored() {
        let clock = TestClock::starting_now();
        let store = Arc::new(FaultyStore::new(clock.clone(), Arc::new(Chance::new(1))));
        let node = Node::open(&store, &clock).await;
        assert!(node.purchase(0, "p1", "c1", 1).await && node.flush(0).await);
        let store = node.store(0).await.unwrap();
        let sold = r#"{"purchase_id":"p2","customer_id":"c1","amount":2,"product":"x","occurred_at":"2026-01-01"}"#;
        let call = r#"{"interaction_id":"i1","customer_id":"c1","kind":"call","occurred_at":"2026-01-01"}"#;
        let Records::Purchases(sold) = node.parsed(Table::Purchases, sold).records else { unreachable!() };
        let Records::Interactions(call) = node.parsed(Table::Interactions, call).records else { unreachable!() };
        let (sold, call) = (purchases_batch(&sold, 7).unwrap(), interactions_batch(&call, 7).unwrap());
        // It has waited for the lake before, and looked whether the handle is open.
        let flushing = store.own_lake().await.unwrap();
        let entries = [(Table::Purchases, &sold), (Table::Interactions, &call)];
        let entries = entries.map(|(table, batch)| Entry::encode(table, batch).unwrap()).to_vec();
        let seq = store.shared.journal.append(&store.id, entries).await.unwrap();
        let broken = RecordBatch::new_empty(Arc::new(Schema::empty()));
        let shown = vec![(Table::Purchases, sold), (Table::Interactions, broken)];
        assert!(store.show_appended(shown, seq, &Existing::default()).is_err());
        store.flush_owned().await.unwrap();
        drop(flushing);
        assert_eq!(node.purchases(0).await, ["p1", "p2"]);
        let calls = node.rows(0, Table::Interactions, ["interaction_id", "kind"]).await;
        assert_eq!(calls, [("i1".to_owned(), Some("call".to_owned()))]);
    }
}
