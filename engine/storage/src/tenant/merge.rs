//! Merging customers of an open tenant: the id of one becomes an alias of the other, whose records then are the other's.
//!
//! What always holds is that a record is of whoever the id names that it was sent with. The aliases are in the control database; they
//! are obeyed from one step on, under the lock of those who store: what was accepted before is in the frozen part then, which goes to
//! the lake, where one commit gives the records to the person and takes the merged customer out. What comes later is sent to the person
//! at once. Each step may be done again after a crash.

use std::{collections::HashSet, sync::Arc};

use kupets_control::customer_merges::{self, Aliases};
use kupets_core::{Error, Kind, Result, schema::Table};

use super::store::TenantStore;
use crate::{
    keys::hash,
    record::{Customer, batch::customers_batch, unite::Kept},
};

impl TenantStore {
    /// Whose id it is: its own customer's, or the person's into whom that one was merged.
    ///
    /// # Errors
    /// The lake cannot be read.
    pub async fn person(&self, id: &str) -> Result<String> {
        let aliases = self.state().aliases.clone();
        if aliases.is_empty() {
            return Ok(id.to_owned());
        }
        // An alias that is being undone goes by who is there.
        self.load_keys().await?;
        Ok(self.persons(aliases)?.of(id).to_owned())
    }

    /// Merges a customer into the one that the control database names. When it returns, every answer shows one person.
    ///
    /// # Errors
    /// The storage refuses; it is to be called again then.
    pub async fn merge_customer(self: &Arc<Self>, from: &str) -> Result<()> {
        self.load_keys().await?;
        let _writing = self.own_lake().await?;
        self.flush_all_owned().await?;
        let aliases = Arc::new(Aliases::load(&self.shared.control, &self.id).await?);
        {
            // A group that is being stored is waited for: what the tail holds then is of before.
            let _committing = self.committing.lock().await;
            self.check_open()?;
            let into = self.persons(aliases.clone())?.of(from).to_owned();
            if into == from {
                return Err(Error::new(Kind::NotFound, "not_merged", "The merge was taken back meanwhile."));
            }
            self.unite(from, &into).await?;
            // From here on nobody stores anything of the merged customer.
            self.state().aliases = aliases;
            self.freeze();
        }
        self.give_to_persons(from, Some(from)).await
    }

    /// Gives the person what the other customer has, unless that one has gone to the person before. The caller holds the lock of those
    /// who store.
    async fn unite(&self, from: &str, into: &str) -> Result<()> {
        let now_us = self.shared.clock.now().timestamp_micros();
        let mut found = self.customers(vec![hash(from), hash(into)]).await?;
        let Some(merged) = found.remove(&hash(from)) else { return Ok(()) };
        let there = found.remove(&hash(into));
        let person = there.clone().unwrap_or_else(|| Customer {
            customer_id: into.to_owned(),
            updated_at: now_us,
            ..Customer::default()
        });
        let kept = Kept { from: merged, into: person.clone() };
        let kept = serde_json::to_string(&kept).map_err(|e| Error::internal(e.to_string()))?;
        let kept = read(&customer_merges::keep(&self.shared.control, &self.id, from, &kept).await?)?;
        let united = Kept { from: kept.from, into: person.clone() }.united(now_us);
        if there.is_some_and(|there| there == united) {
            return Ok(());
        }
        self.store_customers(&[united], now_us).await
    }

    /// Makes customers durable, all or none, and shows them. The caller holds the lock of those who store.
    async fn store_customers(&self, customers: &[Customer], now_us: i64) -> Result<()> {
        let hashes = customers.iter().map(|customer| hash(&customer.customer_id)).collect();
        let existing = self.existing_of(Table::Customers, hashes)?;
        self.journal_and_show(vec![(Table::Customers, customers_batch(customers, now_us)?)], &existing).await
    }

    /// Undoes a merge that the control database says is being undone: the customer is there again, as they were (`kept`), with the
    /// records that were sent under their id, before the merge and since.
    ///
    /// # Errors
    /// The storage refuses; it is to be called again then.
    pub async fn part_customer(self: &Arc<Self>, from: &str, kept: &str) -> Result<()> {
        self.load_keys().await?;
        let _writing = self.own_lake().await?;
        self.flush_all_owned().await?;
        let aliases = Arc::new(Aliases::load(&self.shared.control, &self.id).await?);
        let person = self.persons(aliases.clone())?.parted_from(from).to_owned();
        {
            let _committing = self.committing.lock().await;
            self.check_open()?;
            self.state().aliases = aliases.clone();
            // Who is there again has been brought back before, and may have changed since.
            if !self.existing_of(Table::Customers, vec![hash(from)])?.has(Table::Customers, hash(from)) {
                self.part(&person, &read(kept)?).await?;
            }
            self.freeze();
        }
        self.give_to_persons(&person, None).await?;
        self.state().aliases = Arc::new(aliases.without(&HashSet::from([from.to_owned()])));
        Ok(())
    }

    async fn part(&self, person: &str, kept: &Kept) -> Result<()> {
        let now_us = self.shared.clock.now().timestamp_micros();
        let mut customers = vec![Customer { updated_at: now_us, ..kept.from.clone() }];
        // Where the person was merged in turn, what the merge brought is not told from what they had.
        if person == kept.into.customer_id
            && let Some(present) = self.customers(vec![hash(person)]).await?.remove(&hash(person))
        {
            let parted = kept.parted(&present, now_us);
            if parted != present {
                customers.push(parted);
            }
        }
        // One append: both or none.
        self.store_customers(&customers, now_us).await
    }

    /// Moves the frozen part to the lake, and there gives the records of `customer_id` to whose they are. The caller owns the lake.
    async fn give_to_persons(&self, customer_id: &str, gone: Option<&str>) -> Result<()> {
        while self.state().frozen.is_some() && self.flush_owned().await? {}
        let Some((lake, before)) = self.state().lake.clone() else { return Ok(()) };
        let aliases = self.state().aliases.clone();
        let persons = self.persons(aliases)?;
        let outcome = async {
            let after = lake.reassign(&before, customer_id, gone, &|id| persons.of(id).to_owned()).await?;
            self.show(&lake, after).await
        }
        .await;
        if let Err(error) = &outcome {
            self.settle(&lake, error).await;
        }
        outcome
    }
}

fn read(kept: &str) -> Result<Kept> {
    serde_json::from_str(kept)
        .map_err(|e| Error::internal("control database: the customers of a merge cannot be read").with_source(e))
}
