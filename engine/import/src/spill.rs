//! Files that do not fit into memory: rows are dealt by purchase to temporary files, each small enough to be grouped alone.

use std::fs::File;

use arrow::{
    array::{Array, ArrayRef, RecordBatch, UInt32Array},
    compute::{concat_batches, take_record_batch},
    datatypes::SchemaRef,
    error::ArrowError,
    ipc::{
        CompressionType,
        reader::StreamReader,
        writer::{IpcWriteOptions, StreamWriter},
    },
};
use xxhash_rust::xxh3::xxh3_64;

use super::{cells::Cells, group::keys};
use kupets_core::{Error, Result};

/// Rows that are dealt at once: enough for each temporary file to get a worthwhile piece.
const DEAL_ROWS: usize = 131_072;

/// Temporary files with the rows of a file, all lines of a purchase in one of them.
pub(super) struct Spill {
    writers: Vec<StreamWriter<std::io::BufWriter<File>>>,
    key: usize,
    waiting: Vec<RecordBatch>,
}

impl Spill {
    /// Opens the files, which vanish when they are closed.
    ///
    /// # Errors
    /// The temporary folder refuses.
    pub(super) fn new(schema: &SchemaRef, parts: usize, key: usize) -> Result<Self> {
        let options =
            IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME)).map_err(refused)?;
        let writers = (0..parts)
            .map(|_| {
                let file = tempfile::tempfile().map_err(|e| refused(e.into()))?;
                StreamWriter::try_new_with_options(std::io::BufWriter::new(file), schema, options.clone())
                    .map_err(refused)
            })
            .collect::<Result<_>>()?;
        Ok(Self { writers, key, waiting: Vec::new() })
    }

    /// Takes rows; a purchase's lines keep the order in which they come.
    ///
    /// # Errors
    /// The temporary folder refuses.
    pub(super) fn push(&mut self, batch: RecordBatch) -> Result<()> {
        self.waiting.push(batch);
        if self.waiting.iter().map(RecordBatch::num_rows).sum::<usize>() >= DEAL_ROWS {
            self.deal()?;
        }
        Ok(())
    }

    fn deal(&mut self) -> Result<()> {
        let Some(schema) = self.waiting.first().map(RecordBatch::schema) else { return Ok(()) };
        let batch = concat_batches(&schema, &self.waiting).map_err(refused)?;
        self.waiting.clear();
        let cells = Cells::new(schema.field(self.key), batch.column(self.key)).map_err(refused)?;
        let keys = keys(&cells);
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); self.writers.len()];
        for at in 0..batch.num_rows() {
            let key = if keys.is_null(at) { "" } else { keys.value(at) };
            #[allow(clippy::cast_possible_truncation)] // a remainder, and a row of one batch
            let (part, row) = ((xxh3_64(key.as_bytes()) % rows.len() as u64) as usize, at as u32);
            rows[part].push(row);
        }
        for (writer, rows) in self.writers.iter_mut().zip(rows) {
            if !rows.is_empty() {
                let part = take_record_batch(&batch, &UInt32Array::from(rows)).map_err(refused)?;
                writer.write(&part).map_err(refused)?;
            }
        }
        Ok(())
    }

    /// Ends writing: each part is to be read once.
    ///
    /// # Errors
    /// The temporary folder refuses.
    pub(super) fn finish(mut self) -> Result<Vec<Part>> {
        self.deal()?;
        self.writers
            .into_iter()
            .map(|mut writer| {
                writer.finish().map_err(refused)?;
                let file =
                    writer.into_inner().map_err(refused)?.into_inner().map_err(|e| refused(e.into_error().into()))?;
                Ok(Part(file))
            })
            .collect()
    }
}

/// The rows of some purchases.
#[derive(Debug)]
pub(super) struct Part(File);

impl Part {
    /// Reads them all.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    pub(super) fn read(mut self) -> Result<Vec<RecordBatch>> {
        use std::io::Seek;
        self.0.rewind().map_err(|e| refused(e.into()))?;
        let reader = StreamReader::try_new_buffered(self.0, None).map_err(refused)?;
        reader.collect::<Result<_, ArrowError>>().map_err(refused)
    }
}

/// Bytes that a batch takes in memory.
pub(super) fn size(batch: &RecordBatch) -> usize {
    batch.columns().iter().map(ArrayRef::get_array_memory_size).sum()
}

fn refused(error: ArrowError) -> Error {
    let folder = std::env::temp_dir();
    let message = format!("temporary files in {}: {error}; set TMPDIR to a folder with more space", folder.display());
    Error::new(kupets_core::Kind::Unavailable, "import_spill", message).with_source(error)
}
