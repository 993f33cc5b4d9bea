//! The shop's records into the server, as an application would send them.

use std::time::Duration;

use kupets_data::{Facts, Record, Shop};
use tokio::sync::mpsc;

use crate::{
    cli::{
        Failure,
        import::{Show, count},
    },
    client::{Client, Encoding, Retry, retry},
};

/// Size of a body.
const BODY_BYTES: usize = 1 << 20;
/// Bodies made ahead of the sending.
const AHEAD: usize = 4;
/// How long a busy server is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A body for one endpoint.
#[derive(Debug)]
struct Body {
    records: &'static str,
    ndjson: Vec<u8>,
    /// What has been told with it and before it.
    facts: Facts,
}

/// Sends all records of a shop in the order of time, so that a customer's changes arrive in their order. Returns what
/// has been sent.
///
/// # Errors
/// The server does not take a record, or does not answer.
pub(super) async fn send(client: &Client, shop: &Shop, show: &mut Show) -> Result<Facts, Failure> {
    let (made, mut ready) = mpsc::channel(AHEAD);
    let (shop, lines) = (shop.clone(), shop.config().lines);
    let making = tokio::task::spawn_blocking(move || make(&shop, &made));
    let mut number = 0;
    while let Some(Body { records, ndjson, facts }) = ready.recv().await {
        let body = bytes::Bytes::from(ndjson);
        let patience = Retry { patience: PATIENCE, seed: number };
        let sent =
            retry(patience, |_, _| {}, || client.post_records(records, body.clone(), Encoding::Identity)).await?;
        if let Some(rejected) = sent.rejected.first() {
            return Err(
                format!("{records}: the server rejects a record: {} {}", rejected.field, rejected.message).into()
            );
        }
        number += 1;
        #[allow(clippy::cast_precision_loss)] // a share for a progress bar
        let share = facts.lines as f64 / lines.max(1) as f64;
        show.at(share, &format!("{} lines", count(facts.lines)));
    }
    making.await?
}

/// Writes the records into bodies, one kind each.
fn make(shop: &Shop, made: &mpsc::Sender<Body>) -> Result<Facts, Failure> {
    let mut bodies: [(&'static str, Vec<u8>); 3] =
        [("customers", Vec::new()), ("purchases", Vec::new()), ("interactions", Vec::new())];
    let mut events = shop.events();
    while let Some(event) = events.next() {
        let of = match &event.record {
            Record::Customer(_) => 0,
            Record::Purchase(_) => 1,
            Record::Interaction(_) => 2,
        };
        let (records, body) = &mut bodies[of];
        serde_json::to_writer(&mut *body, &event.record)?;
        body.push(b'\n');
        if body.len() >= BODY_BYTES {
            let full = Body { records, ndjson: std::mem::take(body), facts: events.facts() };
            if made.blocking_send(full).is_err() {
                // The sender has failed and tells why itself.
                return Ok(events.facts());
            }
        }
    }
    for (records, body) in bodies {
        if !body.is_empty() && made.blocking_send(Body { records, ndjson: body, facts: events.facts() }).is_err() {
            break;
        }
    }
    Ok(events.facts())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::NaiveDate;
    use kupets_data::{Locale, ShopConfig};

    use super::*;

    #[tokio::test]
    async fn every_record_is_in_a_body_of_its_kind() {
        let to = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        let shop = Shop::new(ShopConfig::new(1, 1_000, to, Locale::Ru)).unwrap();
        let (made, mut ready) = mpsc::channel(100);
        let facts = tokio::task::spawn_blocking(move || make(&shop, &made)).await.unwrap().unwrap();
        let mut lines = std::collections::BTreeMap::new();
        while let Some(body) = ready.recv().await {
            *lines.entry(body.records).or_insert(0) += body.ndjson.iter().filter(|b| **b == b'\n').count() as u64;
        }
        assert_eq!(lines["customers"], facts.customers + facts.customer_updates);
        assert_eq!(lines["purchases"], facts.purchases + facts.resends);
        assert_eq!(lines["interactions"], facts.interactions);
    }
}
