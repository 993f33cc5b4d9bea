//! Ids for records that come without one.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Builder;

use super::model::ParseOptions;
use kupets_core::{Result, schema::Table};

/// Makes the ids of one request.
#[derive(Debug)]
pub(super) struct Ids {
    table: Table,
    idempotency_key: Option<String>,
    now: DateTime<Utc>,
    next: u64,
    generated: Vec<(usize, String)>,
}

impl Ids {
    /// # Errors
    /// The operating system gives no random numbers.
    pub(super) fn new(options: &ParseOptions) -> Result<Self> {
        Ok(Self {
            table: options.table,
            idempotency_key: options.idempotency_key.clone(),
            now: options.now,
            next: options.ids.seed()?,
            generated: Vec::new(),
        })
    }

    /// An id for the record at `index`: with an idempotency key, the same each time that the request is sent with the same
    /// `content`, so that a key used for something else replaces nothing.
    pub(super) fn make(&mut self, index: usize, content: impl FnOnce() -> u128) -> String {
        let id = match &self.idempotency_key {
            Some(key) => derive(key, self.table, index, content()),
            None => self.unique(),
        };
        self.generated.push((index, id.clone()));
        id
    }

    /// Forgets the id of a record that turned out bad.
    pub(super) fn forget(&mut self, index: usize) {
        if self.generated.last().is_some_and(|(at, _)| *at == index) {
            self.generated.pop();
        }
    }

    /// Positions and ids of what was made and not forgotten.
    pub(super) fn into_generated(self) -> Vec<(usize, String)> {
        self.generated
    }

    /// UUID version 7: the time, then a number that starts at random and counts up within the request, so that new
    /// ids sort in the order of their records. Its low 62 bits are the UUID's `rand_b`.
    fn unique(&mut self) -> String {
        let millis = u64::try_from(self.now.timestamp_millis()).unwrap_or(0);
        let mut counter = [0_u8; 10];
        counter[2..].copy_from_slice(&self.next.to_be_bytes());
        // The bits over the 62 go to `rand_a`, so that two requests of one millisecond differ in 64 random bits.
        counter[1] = counter[2] >> 6;
        self.next = self.next.wrapping_add(1);
        Builder::from_unix_timestamp_millis(millis, &counter).into_uuid().to_string()
    }
}

/// `i_` and the first half of the SHA-256 of key, table, position and content.
fn derive(key: &str, table: Table, index: usize, content: u128) -> String {
    let mut hash = Sha256::new();
    // A zero byte parts them: none of the others holds one, and a header cannot.
    hash.update(key.as_bytes());
    hash.update([0]);
    hash.update(table.name().as_bytes());
    hash.update([0]);
    hash.update(index.to_string().as_bytes());
    hash.update([0]);
    hash.update(content.to_be_bytes());
    format!("i_{}", hex::encode(&hash.finalize()[..16]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::collections::HashSet;

    use uuid::Uuid;

    use super::*;
    use crate::record::IdSource;

    fn ids(source: IdSource, key: Option<&str>) -> Ids {
        Ids {
            table: Table::Purchases,
            idempotency_key: key.map(str::to_owned),
            now: DateTime::from_timestamp_millis(1_700_000_000_123).unwrap(),
            next: source.seed().unwrap(),
            generated: Vec::new(),
        }
    }

    #[test]
    fn a_key_gives_the_same_ids_again() {
        let mut first = ids(IdSource::random(), Some("abc"));
        let mut second = ids(IdSource::random(), Some("abc"));
        assert_eq!(first.make(0, || 7), second.make(0, || 7));
        assert_ne!(first.make(1, || 7), second.make(2, || 7));
        assert_ne!(first.make(4, || 7), second.make(4, || 8));
        assert_ne!(first.make(3, || 7), ids(IdSource::random(), Some("abd")).make(3, || 7));
        assert_ne!(derive("k", Table::Purchases, 0, 7), derive("k", Table::Interactions, 0, 7));
        assert_eq!(derive("k", Table::Purchases, 0, 7).len(), 34);
    }

    #[test]
    fn unique_ids_are_sorted_version_7() {
        let mut ids = ids(IdSource::sequence(), None);
        let made: Vec<String> = (0..1000).map(|i| ids.make(i, || 7)).collect();
        assert_eq!(made.iter().collect::<HashSet<_>>().len(), 1000);
        assert!(made.is_sorted());
        let uuid = Uuid::parse_str(&made[0]).unwrap();
        assert_eq!(uuid.get_version_num(), 7);
        assert_eq!(uuid.get_timestamp().unwrap().to_unix().0, 1_700_000_000);
    }

    #[test]
    fn a_sequence_is_predictable_and_does_not_repeat() {
        let one = IdSource::sequence();
        let (a, b) = (ids(one.clone(), None).make(0, || 7), ids(one, None).make(0, || 7));
        assert_ne!(a, b);
        assert_eq!(a, ids(IdSource::sequence(), None).make(0, || 7));
    }

    #[test]
    fn forgets_only_the_record_named() {
        let mut ids = ids(IdSource::sequence(), None);
        ids.make(0, || 7);
        ids.make(1, || 7);
        ids.forget(1);
        ids.forget(5);
        assert_eq!(ids.into_generated().iter().map(|g| g.0).collect::<Vec<_>>(), [0]);
    }
}
