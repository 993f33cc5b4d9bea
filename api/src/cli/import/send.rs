//! Batches to the server: several at once, in an order that no record of one id can notice, written down as they are done.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io,
    sync::Arc,
    time::Duration,
};

use futures::{StreamExt, stream::FuturesUnordered};
use kupets_import::{Batch, Batches};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    append,
    errors::ErrorsFile,
    progress::{Show, count},
    state::{State, StateFile},
};
use crate::client::{Client, ClientError, Encoding, Ingested, Retry, retry};

/// Batches that are made before they can be sent.
const AHEAD: usize = 2;
/// Level of zstd: the least that is worth its time.
const ZSTD_LEVEL: i32 = 1;

/// How to send.
#[derive(Debug, Clone)]
pub struct Sending {
    /// The server, with a key.
    pub client: Client,
    /// `customers`, `purchases` or `interactions`.
    pub records: &'static str,
    /// Requests at once.
    pub concurrency: usize,
    /// How long a server that does not answer is waited for.
    pub patience: Duration,
    /// How bodies are compressed.
    pub encoding: Encoding,
    /// Batches may hold records of one id: keep their order.
    pub ids_may_repeat: bool,
    /// Purchases keep the lines that are stored.
    pub append: bool,
}

/// Why an import stopped. What was acknowledged is written down.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The server, or the way to it.
    #[error("batch {batch}: {source}")]
    Server {
        /// Which batch it was.
        batch: u64,
        /// What it said.
        source: ClientError,
    },
    /// Reading the file.
    #[error("{0}")]
    Read(#[from] kupets_engine::Error),
    /// Writing the state or the errors.
    #[error("{path}: {source}")]
    Write {
        /// Which file.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// A task of ours broke.
    #[error("{0}")]
    Task(#[from] tokio::task::JoinError),
}

type Answer = Result<(Batch, Ingested), SendError>;

/// Sends all batches that `state` has not.
///
/// # Errors
/// What stopped it.
pub async fn send(
    sending: &Sending,
    batches: Batches,
    log: &mut Log<'_>,
    show: &mut Show,
    warn: &Arc<dyn Fn(&str) + Send + Sync>,
) -> Result<(), SendError> {
    let (made, mut ready) = mpsc::channel(AHEAD);
    let skip = log.state.batches;
    let making = tokio::task::spawn_blocking(move || {
        for batch in batches {
            let wanted = batch.as_ref().map_or(true, |b| b.number >= skip);
            // A closed channel: the sender has failed and wants no more.
            if wanted && made.blocking_send(batch).is_err() {
                return;
            }
        }
    });
    let mut in_flight: FuturesUnordered<JoinHandle<Answer>> = FuturesUnordered::new();
    let mut ids = Ids::default();
    let mut held: Option<Batch> = None;
    let mut all_made = false;
    loop {
        if let Some(batch) = held.take_if(|b| !sending.ids_may_repeat || ids.are_free(b)) {
            if sending.ids_may_repeat {
                ids.take(&batch);
            }
            in_flight.push(tokio::spawn(post(sending.clone(), batch, Arc::clone(warn))));
        }
        let may_take = held.is_none() && !all_made && in_flight.len() < sending.concurrency.max(1);
        tokio::select! {
            biased;
            Some(answer) = in_flight.next() => {
                let (batch, ingested) = answer??;
                ids.free(batch.number);
                log.done(batch, ingested, show)?;
            }
            batch = ready.recv(), if may_take => match batch {
                Some(batch) => held = Some(batch?),
                None => all_made = true,
            },
            else => break,
        }
    }
    making.await?;
    Ok(())
}

/// Ids of the records that are under way.
#[derive(Debug, Default)]
struct Ids(HashMap<u64, HashSet<u64>>);

impl Ids {
    fn are_free(&self, batch: &Batch) -> bool {
        !self.0.values().any(|taken| batch.ids.iter().any(|id| taken.contains(id)))
    }

    fn take(&mut self, batch: &Batch) {
        self.0.insert(batch.number, batch.ids.iter().copied().collect());
    }

    fn free(&mut self, batch: u64) {
        self.0.remove(&batch);
    }
}

async fn post(sending: Sending, mut batch: Batch, warn: Arc<dyn Fn(&str) + Send + Sync>) -> Answer {
    if batch.is_empty() {
        return Ok((batch, Ingested::default()));
    }
    let number = batch.number;
    let patience = Retry { patience: sending.patience, seed: number ^ u64::from(std::process::id()) << 32 };
    let waiting = |error: &ClientError, wait: Duration| {
        warn(&format!("batch {number}: {error}; again in {:.1} s", wait.as_secs_f64()));
    };
    let united = if sending.append {
        let ids = append::ids(&batch);
        let stored = retry(patience, waiting, || append::stored(&sending.client, &ids)).await;
        Some(append::united(&batch, &stored.map_err(|source| SendError::Server { batch: number, source })?))
    } else {
        None
    };
    // Refused records are looked up in the batch's own body.
    let own = united.map(|body| std::mem::replace(&mut batch.body, body));
    let (body, mut batch) = match sending.encoding {
        Encoding::Identity => {
            let body = bytes::Bytes::from(std::mem::take(&mut batch.body));
            (body, batch)
        }
        Encoding::Zstd => {
            let (packed, batch) =
                tokio::task::spawn_blocking(move || (zstd::encode_all(&batch.body[..], ZSTD_LEVEL), batch)).await?;
            let write = |source| SendError::Write { path: "zstd".to_owned(), source };
            (bytes::Bytes::from(packed.map_err(write)?), batch)
        }
    };
    let call = || sending.client.post_records(sending.records, body.clone(), sending.encoding);
    let answer = match retry(patience, waiting, call).await {
        // One record over the limit of a body: it is refused as that record, and the import goes on.
        Err(ClientError::Refused(refusal)) if refusal.status == 413 && batch.len() == 1 => {
            let message = format!("{} ({} bytes)", refusal.detail, body.len());
            let error = crate::client::RecordError { index: 0, field: String::new(), message };
            Ok(Ingested { rejected: vec![error], ..Ingested::default() })
        }
        answer => answer,
    };
    let ingested = answer.map_err(|source| SendError::Server { batch: number, source })?;
    match own {
        Some(own) => batch.body = own,
        None if sending.encoding == Encoding::Identity => batch.body = body.into(),
        None => {}
    }
    Ok((batch, ingested))
}

/// What has been done, on disk. Batches are written down in their order, whatever the order of the answers, so that the
/// errors file and the state always tell of the same batches.
#[derive(Debug)]
pub struct Log<'a> {
    /// How far it is.
    pub state: State,
    file: &'a StateFile,
    /// The errors file.
    pub errors: ErrorsFile,
    waiting: BTreeMap<u64, (Batch, Ingested)>,
}

impl<'a> Log<'a> {
    /// A log that goes on from a state.
    pub fn new(state: State, file: &'a StateFile, errors: ErrorsFile) -> Self {
        Self { state, file, errors, waiting: BTreeMap::new() }
    }

    fn done(&mut self, batch: Batch, ingested: Ingested, show: &mut Show) -> Result<(), SendError> {
        self.waiting.insert(batch.number, (batch, ingested));
        let before = self.state.batches;
        while let Some((batch, ingested)) = self.waiting.remove(&self.state.batches) {
            let errors = &mut self.errors;
            let path = errors.path().display().to_string();
            let rejected =
                errors.write(&batch, &ingested.rejected).map_err(|source| SendError::Write { path, source })?;
            let lost: HashSet<usize> = ingested.rejected.iter().map(|e| e.index).collect();
            let lost_rows: usize = lost.iter().map(|&at| batch.rows_of(at).len()).sum();
            let totals = &mut self.state.totals;
            totals.rows += (batch.row_count() - lost_rows) as u64;
            totals.accepted += ingested.accepted;
            totals.replaced += ingested.replaced;
            totals.rejected += rejected;
            totals.guests += ingested.guests;
            totals.left_out += batch.left_out.len() as u64;
            totals.as_other += batch.as_other.len() as u64;
            self.state.batches += 1;
            self.state.errors_bytes = self.errors.bytes();
            show.at(batch.share, &format!("{} records", count(self.state.totals.accepted)));
        }
        if self.state.batches > before {
            let path = || self.file.path().display().to_string();
            self.file.save(&self.state).map_err(|source| SendError::Write { path: path(), source })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
