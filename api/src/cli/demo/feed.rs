//! The shop's records into the server, as an application would send them.

use std::time::Duration;

use kupets_data::{Facts, Shop};
use tokio::sync::mpsc;

use crate::{
    cli::{
        Failure,
        import::{Show, count},
    },
    client::{Client, Encoding, Retry, retry},
    shop_feed::{self, Body},
};

/// Bodies made ahead of the sending.
const AHEAD: usize = 4;
/// How long a busy server is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends all records of a shop in the order of time, so that a customer's changes arrive in their order. Returns what
/// has been sent.
///
/// # Errors
/// The server does not take a record, or does not answer.
pub(super) async fn send(client: &Client, shop: &Shop, show: &mut Show) -> Result<Facts, Failure> {
    let (made, mut ready) = mpsc::channel(AHEAD);
    let (shop, lines) = (shop.clone(), shop.config().lines);
    // A closed channel: the sender has failed and tells why itself.
    let making =
        tokio::task::spawn_blocking(move || shop_feed::bodies(&shop, None, |body| made.blocking_send(body).is_ok()));
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
    Ok(making.await??)
}
