//! Reads CSV, NDJSON and Parquet files and makes bodies of records for the REST API of them: what `kupets import` sends.
//! [`Import::open`] settles format, columns and mapping; [`Import::batches`] gives the same bodies each time for the same file.

mod batch;
mod cells;
mod csv;
mod encode;
mod error;
mod fault;
mod fingerprint;
mod group;
mod import;
mod json;
mod json_key;
mod mapping;
mod ndjson;
mod number;
mod options;
mod parquet;
mod progress;
mod rows;
mod source;
mod spill;
mod text;
mod time;
mod value;

#[cfg(test)]
mod tests;

pub use batch::{Batch, Batches, Refused};
pub use fault::Fault;
pub use fingerprint::Fingerprint;
pub use import::Import;
pub use mapping::parse_map;
pub use number::DecimalMark;
pub use options::ImportOptions;
pub use progress::Progress;
pub use rows::Rows;
pub use source::{FileFormat, FileSource, SourceOptions};
