//! Bodies for the REST API, made one after the other while the file is read.

use std::{collections::VecDeque, mem, ops::Range, sync::Arc};

use arrow::array::RecordBatch;
use rust_decimal::Decimal;

use super::{
    columns::{Address, Columns},
    encode::{Encoder, Made},
    fault::Fault,
    group::Groups,
    options::ImportOptions,
    preset::Composed,
    progress::Progress,
    repeats,
    rows::{self, Rows},
    spill::{self, Part, Spill},
};
use kupets_core::Result;

/// Rows that are refused before they are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Their numbers; several for the lines of one purchase.
    pub rows: Vec<u64>,
    /// The record's id as the file writes it; none if there is none.
    pub record_id: Option<String>,
    /// All that is wrong; never empty.
    pub faults: Vec<Fault>,
    /// The row of the first fault: its mapped cells under their columns' names, a JSON object.
    pub source: String,
}

/// Orders that are read and understood, but do not count: cancelled, not paid, or no sale at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Numbers of the rows.
    pub rows: Vec<u64>,
    /// The order's id as the file writes it; none if there is none.
    pub record_id: Option<String>,
    /// Why it does not count; of a few texts for a whole file.
    pub why: String,
    /// What it would have come to.
    pub amount: Decimal,
}

/// Records to be sent in one request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// From 0, without gaps.
    pub number: u64,
    /// NDJSON, one record a line; empty if all its rows were refused.
    pub body: Vec<u8>,
    /// Hashes of the records' ids, for keeping the order of records of one id.
    pub ids: Vec<u64>,
    /// What is not in the body and why.
    pub refused: Vec<Refused>,
    /// What is not in the body because it does not count.
    pub left_out: Vec<LeftOut>,
    /// Numbers of rows whose quantity and amount have opposite signs: they are lines of the kind `other`, which take no goods.
    pub as_other: Vec<u64>,
    /// Rows that stand in several of the files and were taken once: exports that overlap.
    pub repeated: u64,
    /// How much of the work has been done with this batch, from 0 to 1.
    pub share: f64,
    /// What the files are called, where there are several: see [`Batch::place`].
    pub files: Arc<[String]>,
    /// Where each line of the body ends.
    ends: Vec<usize>,
    rows: Vec<u64>,
    /// Where the rows of each record end in `rows`.
    row_ends: Vec<usize>,
}

impl Batch {
    /// How many records it holds.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// It holds no record.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many rows its records were made of.
    pub fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// A record as it is sent: JSON without the line's end.
    pub fn record(&self, at: usize) -> Option<&[u8]> {
        let span = span(&self.ends, at)?;
        self.body.get(span.start..span.end - 1)
    }

    /// Numbers of the rows that a record was made of.
    pub fn rows_of(&self, at: usize) -> &[u64] {
        span(&self.row_ends, at).and_then(|span| self.rows.get(span)).unwrap_or_default()
    }

    /// Where a row stands, by its number: the file's name, where there are several, and its number there.
    pub fn place(&self, row: u64) -> (Option<&str>, u64) {
        let (file, row) = rows::place(row);
        (file.and_then(|file| self.files.get(file)).map(String::as_str), row)
    }

    fn push(&mut self, record: &[u8], id: u64, rows: impl Iterator<Item = u64>) {
        self.body.extend_from_slice(record);
        self.body.push(b'\n');
        self.ends.push(self.body.len());
        self.ids.push(id);
        self.rows.extend(rows);
        self.row_ends.push(self.rows.len());
    }
}

fn span(ends: &[usize], at: usize) -> Option<Range<usize>> {
    let end = *ends.get(at)?;
    Some(if at == 0 { 0 } else { ends[at - 1] }..end)
}

/// The bodies of a file, in an order that depends on nothing but the file and the options.
#[derive(Debug)]
pub struct Batches {
    encoder: Encoder,
    work: Work,
    progress: Progress,
    max_bytes: usize,
    max_records: usize,
    next_number: u64,
    /// A record that did not fit into the batch before.
    held: Option<(Vec<u8>, u64, Vec<u64>)>,
    scratch: Vec<u8>,
    /// What came of the rows last read besides, and comes next.
    more: VecDeque<Outcome>,
    /// Rows that have become lines of the kind `other`, and have not been told yet.
    as_other: Vec<u64>,
    /// Rows that were passed over as they stand in another file too, and have not been told yet.
    repeated: u64,
    /// What the files are called, if there are several.
    files: Arc<[String]>,
}

enum Work {
    /// Rows are records.
    Rows { rows: Rows, now: Option<(Vec<Columns>, u32)> },
    /// Rows are to be grouped; nothing has been read.
    Ungrouped { rows: Rows, key: usize, memory: usize },
    /// Rows have been grouped, or are grouped a part at a time.
    Grouped { parts: VecDeque<Part>, of: usize, now: Option<(Groups, usize)> },
    /// Nothing is left, or reading has failed.
    Done,
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Rows { .. } => "Rows",
            Self::Ungrouped { .. } => "Ungrouped",
            Self::Grouped { .. } => "Grouped",
            Self::Done => "Done",
        })
    }
}

/// What came of the next rows.
#[derive(Debug)]
enum Outcome {
    /// The scratch buffer holds a record with this hash of its id, made of these rows.
    Record(u64, Vec<u64>),
    /// One of several records of the same rows.
    Another(Vec<u8>, u64, Vec<u64>),
    Refused(Refused),
    LeftOut(LeftOut),
    /// Nothing that is worth telling.
    Nothing,
}

impl Batches {
    /// Of these rows, which make one record where they agree in the cell `grouped_by`. `files` are the names of the files that they
    /// are read from, if there are several.
    pub(super) fn new(
        rows: Rows,
        encoder: Encoder,
        grouped_by: Option<usize>,
        progress: Progress,
        files: Arc<[String]>,
        options: &ImportOptions,
    ) -> Self {
        let work = match grouped_by {
            Some(key) => Work::Ungrouped { rows, key, memory: options.memory_bytes },
            None => Work::Rows { rows, now: None },
        };
        Self {
            encoder,
            work,
            progress,
            max_bytes: options.batch_bytes,
            max_records: options.batch_records.max(1),
            next_number: 0,
            held: None,
            scratch: Vec::new(),
            more: VecDeque::new(),
            as_other: Vec::new(),
            repeated: 0,
            files,
        }
    }

    fn batch(&mut self) -> Result<Option<Batch>> {
        let mut batch = Batch { number: self.next_number, files: self.files.clone(), ..Batch::default() };
        batch.body.reserve(self.max_bytes);
        if let Some((record, id, rows)) = self.held.take() {
            batch.push(&record, id, rows.into_iter());
        }
        while batch.refused.len() + batch.left_out.len() < self.max_records {
            let outcome = match self.more.pop_front() {
                Some(outcome) => Some(outcome),
                None => self.outcome()?,
            };
            let outcome = match outcome {
                Some(Outcome::Another(record, id, rows)) => {
                    self.scratch = record;
                    Some(Outcome::Record(id, rows))
                }
                other => other,
            };
            match outcome {
                None => break,
                Some(Outcome::Refused(refused)) => batch.refused.push(refused),
                Some(Outcome::LeftOut(left_out)) => batch.left_out.push(left_out),
                Some(Outcome::Nothing | Outcome::Another(..)) => {}
                Some(Outcome::Record(id, rows)) => {
                    let full =
                        batch.body.len() + self.scratch.len() >= self.max_bytes || batch.len() >= self.max_records;
                    if full && !batch.is_empty() {
                        self.held = Some((mem::take(&mut self.scratch), id, rows));
                        break;
                    }
                    batch.push(&self.scratch, id, rows.into_iter());
                }
            }
        }
        if batch.is_empty() && batch.refused.is_empty() && batch.left_out.is_empty() {
            return Ok(None);
        }
        batch.as_other = mem::take(&mut self.as_other);
        batch.repeated = mem::take(&mut self.repeated);
        batch.share = self.share();
        self.next_number += 1;
        Ok(Some(batch))
    }

    #[allow(clippy::cast_precision_loss)] // a share for a progress bar
    fn share(&self) -> f64 {
        match &self.work {
            Work::Rows { .. } | Work::Ungrouped { .. } => self.progress.share(),
            Work::Grouped { parts, of, now } => {
                let part = now.as_ref().map_or(0.0, |(groups, next)| *next as f64 / groups.len().max(1) as f64);
                let begun = of - parts.len() - usize::from(now.is_some());
                (begun as f64 + part) / (*of).max(1) as f64
            }
            Work::Done => 1.0,
        }
    }

    fn outcome(&mut self) -> Result<Option<Outcome>> {
        loop {
            match &mut self.work {
                Work::Done => return Ok(None),
                Work::Ungrouped { .. } => self.group()?,
                Work::Rows { rows, now } => match now {
                    Some((store, row)) if (*row as usize) < store[0].len() => {
                        let address = Address { batch: 0, row: *row };
                        *row += 1;
                        let told = (&mut self.more, &mut self.as_other);
                        return Ok(Some(encode(&self.encoder, store, &[address], &mut self.scratch, told)));
                    }
                    _ => match rows.next() {
                        Some(batch) => *now = Some((vec![Columns::new(&batch?)?], 0)),
                        None => self.work = Work::Done,
                    },
                },
                Work::Grouped { parts, now, .. } => match now {
                    Some((groups, next)) if *next < groups.len() => {
                        *next += 1;
                        let all = groups.rows(*next - 1);
                        let once = if self.files.is_empty() { None } else { repeats::once(&groups.store, all) };
                        let rows = once.as_deref().unwrap_or(all);
                        self.repeated += (all.len() - rows.len()) as u64;
                        let told = (&mut self.more, &mut self.as_other);
                        return Ok(Some(encode(&self.encoder, &groups.store, rows, &mut self.scratch, told)));
                    }
                    _ => {
                        // Free the last part before the next one is read.
                        *now = None;
                        match (parts.pop_front(), self.encoder.id) {
                            (Some(part), Some(key)) => *now = Some((Groups::new(&part.read()?, key)?, 0)),
                            _ => self.work = Work::Done,
                        }
                    }
                },
            }
        }
    }

    /// Reads all rows: into memory if they fit, else to temporary files.
    fn group(&mut self) -> Result<()> {
        let Work::Ungrouped { rows, key, memory } = mem::replace(&mut self.work, Work::Done) else {
            return Ok(());
        };
        let (mut kept, mut bytes): (Vec<RecordBatch>, usize) = (Vec::new(), 0);
        let mut spill: Option<Spill> = None;
        for batch in rows {
            let batch = batch?;
            if let Some(spill) = &mut spill {
                spill.push(batch)?;
                continue;
            }
            bytes += spill::size(&batch);
            kept.push(batch);
            if bytes > memory {
                let parts = parts(self.progress.total(), memory);
                let mut files = Spill::new(&kept[0].schema(), parts, key)?;
                for batch in kept.drain(..) {
                    files.push(batch)?;
                }
                spill = Some(files);
            }
        }
        self.work = match spill {
            None => Work::Grouped { parts: VecDeque::new(), of: 1, now: Some((Groups::new(&kept, key)?, 0)) },
            Some(spill) => {
                let parts: VecDeque<Part> = spill.finish()?.into();
                Work::Grouped { of: parts.len(), parts, now: None }
            }
        };
        Ok(())
    }
}

impl Iterator for Batches {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.batch();
        if batch.is_err() {
            self.work = Work::Done;
        }
        batch.transpose()
    }
}

/// Temporary files for files of this size: rows of a compressed file grow about eightfold in memory, and a part should
/// take a quarter of what it may. Open files are few on some systems, and 128 parts of 256 MiB are 32 GiB of rows.
fn parts(file_bytes: u64, memory: usize) -> usize {
    let parts = file_bytes.saturating_mul(32) / (memory as u64).max(1);
    usize::try_from(parts).unwrap_or(usize::MAX).clamp(16, 128)
}

fn encode(
    encoder: &Encoder,
    store: &[Columns],
    rows: &[Address],
    scratch: &mut Vec<u8>,
    (more, as_other): (&mut VecDeque<Outcome>, &mut Vec<u64>),
) -> Outcome {
    scratch.clear();
    let numbers = || rows.iter().map(|a| a.number(store)).collect::<Vec<_>>();
    match encoder.orders(store, rows) {
        Some(Ok(composed)) => {
            more.extend(outcomes(composed, &numbers(), encoder.record_id(store, rows).as_deref(), as_other));
            return Outcome::Nothing;
        }
        Some(Err(faults)) => return refused(encoder, store, rows, faults),
        None => {}
    }
    if encoder.is_parted() {
        return match encoder.parts(store, rows, as_other) {
            Ok(parts) => {
                more.extend(
                    parts.into_iter().map(|part| of_part(part, store, encoder.record_id(store, rows).as_deref())),
                );
                Outcome::Nothing
            }
            Err(faults) => refused(encoder, store, rows, faults),
        };
    }
    match encoder.encode(store, rows, scratch, as_other) {
        Ok(id) => Outcome::Record(id, numbers()),
        Err(faults) => refused(encoder, store, rows, faults),
    }
}

fn refused(encoder: &Encoder, store: &[Columns], rows: &[Address], faults: Vec<Fault>) -> Outcome {
    let numbers = rows.iter().map(|a| a.number(store)).collect();
    let bad = faults.first().and_then(|f| rows.iter().find(|a| a.number(store) == f.row)).unwrap_or(&rows[0]);
    let source = String::from_utf8_lossy(&encoder.source_row(store, *bad)).into_owned();
    Outcome::Refused(Refused { rows: numbers, record_id: encoder.record_id(store, rows), faults, source })
}

/// What came of some of the rows of a purchase.
fn of_part(part: Made, store: &[Columns], id: Option<&str>) -> Outcome {
    let numbers = |rows: &[Address]| rows.iter().map(|a| a.number(store)).collect::<Vec<_>>();
    match part {
        Made::Record(record, hash, rows) => Outcome::Another(record, hash, numbers(&rows)),
        Made::LeftOut(rows, why, amount) => {
            Outcome::LeftOut(LeftOut { rows: numbers(&rows), record_id: id.map(str::to_owned), why, amount })
        }
    }
}

/// Records of the orders of a known export, and what of it does not count. The rows are counted with the first of them.
fn outcomes(composed: Composed, rows: &[u64], id: Option<&str>, as_other: &mut Vec<u64>) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for mut order in composed.orders {
        if order.settle_signs() {
            as_other.extend(rows);
        }
        let mut record = Vec::new();
        let own = if outcomes.is_empty() { rows.to_vec() } else { Vec::new() };
        outcomes.push(match order.write(&mut record) {
            Ok(hash) => Outcome::Another(record, hash, own),
            Err(message) => Outcome::Refused(Refused {
                rows: rows.to_vec(),
                record_id: Some(order.id),
                faults: vec![Fault::new(rows.first().copied().unwrap_or_default(), "occurred_at", message)],
                source: "{}".to_owned(),
            }),
        });
    }
    outcomes.extend(composed.left_out.into_iter().map(|(why, amount)| {
        Outcome::LeftOut(LeftOut { rows: rows.to_vec(), record_id: id.map(str::to_owned), why, amount })
    }));
    outcomes
}
