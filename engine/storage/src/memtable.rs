//! The memtable, which the docs call the tail: accepted rows that are not in the lake yet, in memory, queryable at once.
//!
//! A tail has two parts. New rows go to the active part; a flush freezes it and writes it to the lake while a new active
//! part grows. A row that is replaced is marked dead where it stands; a key that replaces rows of the lake, or of the
//! frozen part, is a *tombstone*: its rows in the lake are hidden until a flush has deleted them there.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use arrow::{
    array::{BooleanArray, RecordBatch},
    buffer::BooleanBuffer,
    compute::filter_record_batch,
};
use kupets_core::{Error, Result, schema::Table};

use crate::{
    keys::{Entry, KeyHash, runs},
    layout::concat,
};

/// This many small batches in a row are joined into one, so that a query does not walk thousands of them.
const JOIN_BATCHES: usize = 64;
/// A batch of this many rows is not small.
const SMALL_ROWS: usize = 4096;

#[derive(Debug, Clone)]
struct TailBatch {
    rows: RecordBatch,
    /// Bits of rows that have been replaced; none while all live.
    dead: Option<Arc<Vec<bool>>>,
    dead_count: usize,
}

impl TailBatch {
    fn kill(&mut self, row: usize, count: usize) {
        let dead = Arc::make_mut(self.dead.get_or_insert_with(|| Arc::new(vec![false; self.rows.num_rows()])));
        for bit in &mut dead[row..row + count] {
            self.dead_count += usize::from(!*bit);
            *bit = true;
        }
    }

    fn live(&self) -> Result<RecordBatch> {
        match &self.dead {
            None => Ok(self.rows.clone()),
            Some(dead) => {
                let keep = BooleanArray::new(BooleanBuffer::from_iter(dead.iter().map(|d| !d)), None);
                filter_record_batch(&self.rows, &keep)
                    .map_err(|e| Error::internal(format!("a tail batch cannot be filtered: {e}")))
            }
        }
    }
}

/// Where a key's rows stand in a part.
#[derive(Debug, Clone, Copy)]
struct Place {
    batch: u32,
    row: u32,
    count: u32,
}

/// One table's rows of one part.
#[derive(Debug, Default)]
pub(crate) struct MemtableRows {
    batches: Vec<TailBatch>,
    places: HashMap<KeyHash, Place>,
    /// Keys whose rows below this part (in the lake, or in the frozen part) these rows replace.
    tombstones: Arc<HashSet<KeyHash>>,
    rows: usize,
    bytes: usize,
}

impl MemtableRows {
    /// Adds a batch whose keys `below` says to exist below this part or not. Returns how many keys replaced an earlier record.
    pub fn push(&mut self, batch: RecordBatch, mut below: impl FnMut(KeyHash) -> bool) -> Result<usize> {
        let index = self.batches.len() as u32;
        let mut replaced = 0;
        let entries = runs(&batch)?;
        self.rows += batch.num_rows();
        self.bytes += batch.get_array_memory_size();
        self.batches.push(TailBatch { rows: batch, dead: None, dead_count: 0 });
        for Entry { hash, row, count } in entries {
            if let Some(old) = self.places.insert(hash, Place { batch: index, row, count }) {
                self.batches[old.batch as usize].kill(old.row as usize, old.count as usize);
                replaced += 1;
            } else if below(hash) {
                Arc::make_mut(&mut self.tombstones).insert(hash);
                replaced += 1;
            }
        }
        self.join_small()?;
        Ok(replaced)
    }

    fn join_small(&mut self) -> Result<()> {
        let small = self.batches.iter().rev().take_while(|b| b.rows.num_rows() < SMALL_ROWS).count();
        if small < JOIN_BATCHES {
            return Ok(());
        }
        let from = self.batches.len() - small;
        let live = self.batches[from..].iter().map(TailBatch::live).collect::<Result<Vec<_>>>()?;
        let joined = concat(&live)?;
        self.batches.truncate(from);
        for entry in runs(&joined)? {
            self.places.insert(entry.hash, Place { batch: from as u32, row: entry.row, count: entry.count });
        }
        self.batches.push(TailBatch { rows: joined, dead: None, dead_count: 0 });
        self.bytes = self.batches.iter().map(|b| b.rows.get_array_memory_size()).sum();
        Ok(())
    }

    /// Whether the part holds the key.
    pub fn contains(&self, hash: KeyHash) -> bool {
        self.places.contains_key(&hash)
    }

    /// The key's first row: a batch and a position.
    pub fn find(&self, hash: KeyHash) -> Option<(&RecordBatch, usize)> {
        self.places.get(&hash).map(|p| (&self.batches[p.batch as usize].rows, p.row as usize))
    }

    fn snapshot(&self) -> TableSnapshot {
        TableSnapshot { batches: self.batches.clone(), tombstones: self.tombstones.clone() }
    }

    /// Marks a key's rows dead because a newer part replaced them.
    pub fn kill(&mut self, hash: KeyHash) {
        if let Some(place) = self.places.remove(&hash) {
            self.batches[place.batch as usize].kill(place.row as usize, place.count as usize);
        }
    }
}

/// One table's rows of one part as they stood at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct TableSnapshot {
    batches: Vec<TailBatch>,
    tombstones: Arc<HashSet<KeyHash>>,
}

impl TableSnapshot {
    /// Live rows, batch by batch.
    pub fn live(&self) -> Result<Vec<RecordBatch>> {
        self.batches.iter().filter(|b| b.dead_count < b.rows.num_rows()).map(TailBatch::live).collect()
    }

    /// Keys that hide rows below the part.
    pub fn tombstones(&self) -> &Arc<HashSet<KeyHash>> {
        &self.tombstones
    }
}

/// A part as it stood at one moment: the rows are shared, not copied.
#[derive(Debug, Clone, Default)]
pub(crate) struct MemtableSnapshot {
    tables: [TableSnapshot; 3],
    /// The journal number of the last batch in it.
    pub last_seq: i64,
    /// Rows it holds, dead ones included.
    pub rows: usize,
}

impl MemtableSnapshot {
    /// A table of it.
    pub fn table(&self, table: Table) -> &TableSnapshot {
        &self.tables[table.index()]
    }
}

/// All tables of one part.
#[derive(Debug, Default)]
pub(crate) struct Memtable {
    tables: [MemtableRows; 3],
    /// The journal number of the last batch in it.
    pub last_seq: i64,
}

impl Memtable {
    /// An empty part whose batches come after the journal number `seq`.
    pub fn after(seq: i64) -> Self {
        Self { last_seq: seq, ..Self::default() }
    }

    /// A table of it.
    pub fn table(&self, table: Table) -> &MemtableRows {
        &self.tables[table.index()]
    }

    /// A table of it, to change.
    pub fn table_mut(&mut self, table: Table) -> &mut MemtableRows {
        &mut self.tables[table.index()]
    }

    /// What it holds now.
    pub fn snapshot(&self) -> MemtableSnapshot {
        MemtableSnapshot {
            tables: [0, 1, 2].map(|i: usize| self.tables[i].snapshot()),
            last_seq: self.last_seq,
            rows: self.rows(),
        }
    }

    /// Rows it holds, dead ones included.
    pub fn rows(&self) -> usize {
        self.tables.iter().map(|t| t.rows).sum()
    }

    /// Bytes it takes, roughly.
    pub fn bytes(&self) -> usize {
        self.tables.iter().map(|t| t.bytes + t.places.len() * 40).sum()
    }

    /// Whether it holds nothing and hides nothing.
    pub fn is_empty(&self) -> bool {
        self.tables.iter().all(|t| t.batches.is_empty() && t.tombstones.is_empty())
    }
}
