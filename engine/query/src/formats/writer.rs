//! What each format is to the stream of an answer.

use kupets_core::{Error, Result};

use crate::answer::Progress;

/// Turns batches into bytes, in order: head, each batch, tail.
pub(super) trait Writer: Send {
    fn batch(&mut self, batch: &arrow::array::RecordBatch) -> Result<Vec<u8>>;
    /// The end, given what is known now that all rows have been read.
    fn finish(self: Box<Self>, progress: &Progress) -> Result<Vec<u8>>;
    /// Whether [`Writer::finish`] is long work that must not hold up other requests.
    fn finishes_slowly(&self) -> bool {
        false
    }
}

/// A writer failed on rows that the query made: ours to fix.
pub(super) fn failed(what: &str, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::internal(format!("The answer could not be written as {what}.")).with_source(error)
}
