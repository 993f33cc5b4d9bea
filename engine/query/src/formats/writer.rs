//! What each format is to the stream of an answer.

use kupets_core::{Error, Result};

use crate::answer::Progress;

/// Turns batches into bytes, in order: head, each batch, tail.
pub(super) trait Writer: Send {
    fn batch(&mut self, batch: &arrow::array::RecordBatch) -> Result<Vec<u8>>;
    /// The end, given what is known now that all rows have been read.
    fn finish(self: Box<Self>, progress: &Progress) -> Result<Vec<u8>>;
    /// The last words in place of an end, where the format has any: why there are no more rows.
    fn fail(&self, _error: &Error) -> Vec<u8> {
        Vec::new()
    }
    /// Whether the end says that the answer was cut.
    fn tells_of_cuts(&self) -> bool {
        false
    }
    /// Whether [`Writer::finish`] is long work that must not hold up other requests.
    fn finishes_slowly(&self) -> bool {
        false
    }
}

/// An error as the formats of JSON tell it.
pub(super) fn told(error: &Error) -> serde_json::Value {
    serde_json::json!({"code": error.code(), "detail": error.to_string()})
}

/// A writer failed on rows that the query made: ours to fix.
pub(super) fn failed(what: &str, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::internal(format!("The answer could not be written as {what}.")).with_source(error)
}
