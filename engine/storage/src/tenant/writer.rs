//! The task that stores a tenant's records: it gathers waiting requests, resolves them against what is stored, makes them
//! durable in one journal entry a table, shows them, and answers.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Weak, atomic::Ordering},
    time::Duration,
};

use tokio::sync::mpsc;

use super::{state::Job, store::TenantStore};
use kupets_core::{Error, Result, schema::Table};

use crate::{
    journal::Entry,
    keys::{KeyHash, hash},
    record::{
        Customer, Ingested, Interaction, Purchase, Records,
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

/// Runs until the store is dropped.
pub(super) async fn run(store: Weak<TenantStore>, mut jobs: mpsc::Receiver<Job>) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut oldest_us: Option<i64> = None;
    loop {
        tokio::select! {
            job = jobs.recv() => {
                let Some(job) = job else { return };
                let Some(store) = store.upgrade() else { return };
                let mut records = job.records.len();
                let mut group = vec![job];
                while records < GROUP_MAX_RECORDS {
                    match jobs.try_recv() {
                        Ok(job) => {
                            records += job.records.len();
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
#[derive(Debug, Default)]
struct Resolved {
    customers: Vec<Customer>,
    purchases: Vec<Purchase>,
    interactions: Vec<Interaction>,
    answers: Vec<Ingested>,
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

impl TenantStore {
    async fn commit_group(self: &Arc<Self>, group: Vec<Job>) {
        let (records, replies): (Vec<_>, Vec<_>) = group.into_iter().map(|j| ((j.records, j.once), j.done)).unzip();
        match self.store_group(records).await {
            Ok(answers) => {
                for (reply, answer) in replies.into_iter().zip(answers) {
                    let _ = reply.send(Ok(answer));
                }
            }
            Err(error) => {
                for reply in replies {
                    let mut copy = Error::new(error.kind(), error.code(), error.to_string());
                    if let Some(seconds) = error.retry_after_s() {
                        copy = copy.with_retry_after(seconds);
                    }
                    let _ = reply.send(Err(copy));
                }
            }
        }
    }

    async fn store_group(self: &Arc<Self>, group: Vec<(Records, HashSet<KeyHash>)>) -> Result<Vec<Ingested>> {
        self.check_open()?;
        self.load_keys().await?;
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
            let entries =
                batches.iter().map(|(table, batch)| Entry::encode(*table, batch)).collect::<Result<Vec<_>>>()?;
            let seq = self.shared.journal.append(&self.id, entries).await?;
            let mut state = self.state();
            for (table, batch) in batches {
                self.apply(&mut state, table, batch, seq)?;
            }
        }
        Ok(resolved.answers)
    }

    async fn resolve(&self, group: Vec<(Records, HashSet<KeyHash>)>, now_us: i64) -> Result<Resolved> {
        let present = self.look_up_customers(group.iter().map(|(records, _)| records)).await?;
        let mut customers: Latest<Customer> = Latest::new();
        let mut purchases: Latest<Purchase> = Latest::new();
        let mut interactions: Latest<Interaction> = Latest::new();
        let mut answers = Vec::with_capacity(group.len());
        let state = self.state();
        // A purchase or interaction of a customer nobody has sent makes that customer, by its id alone.
        let stub = |customers: &mut Latest<Customer>, id: &Option<String>, occurred_at: i64| {
            if let Some(id) = id {
                let hash = hash(id);
                if !customers.places.contains_key(&hash) && !state.contains(Table::Customers, hash) {
                    customers.push(hash, Customer::stub(id, occurred_at, now_us));
                }
            }
        };
        for (records, once) in group {
            let mut answer = Ingested::default();
            match records {
                Records::Customers(patches) => {
                    for patch in patches {
                        let hash = hash(&patch.customer_id);
                        let in_group = customers.places.get(&hash).and_then(|&i| customers.records[i].clone());
                        let existing = in_group.or_else(|| present.get(&hash).cloned());
                        answer.accepted += 1;
                        answer.replaced += u64::from(existing.is_some());
                        let customer = match existing {
                            Some(mut customer) => {
                                customer.merge(&patch, now_us)?;
                                customer
                            }
                            None => Customer::from_patch(&patch, now_us)?,
                        };
                        customers.push(hash, customer);
                    }
                }
                Records::Purchases(records) => {
                    for purchase in records {
                        let hash = hash(&purchase.purchase_id);
                        if once.contains(&hash)
                            && (purchases.places.contains_key(&hash) || state.contains(Table::Purchases, hash))
                        {
                            answer.accepted += 1;
                            answer.replaced += 1;
                            continue;
                        }
                        stub(&mut customers, &purchase.customer_id, purchase.occurred_at);
                        answer.accepted += 1;
                        let again = purchases.push(hash, purchase) || state.contains(Table::Purchases, hash);
                        answer.replaced += u64::from(again);
                    }
                }
                Records::Interactions(records) => {
                    for interaction in records {
                        let hash = hash(&interaction.interaction_id);
                        if once.contains(&hash)
                            && (interactions.places.contains_key(&hash) || state.contains(Table::Interactions, hash))
                        {
                            answer.accepted += 1;
                            answer.replaced += 1;
                            continue;
                        }
                        stub(&mut customers, &interaction.customer_id, interaction.occurred_at);
                        answer.accepted += 1;
                        let again = interactions.push(hash, interaction) || state.contains(Table::Interactions, hash);
                        answer.replaced += u64::from(again);
                    }
                }
            }
            answers.push(answer);
        }
        drop(state);
        Ok(Resolved {
            customers: customers.into_records(),
            purchases: purchases.into_records(),
            interactions: interactions.into_records(),
            answers,
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
                // The semaphore is never closed.
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
