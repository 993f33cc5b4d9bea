//! Reads CSV, NDJSON, Parquet, workbooks (XLSX, XLS, ODS), CommerceML and tables of HTML, in a ZIP or not, and makes bodies
//! of records for the REST API of them: what `kupets import` sends.
//! [`Import::open`] settles format, columns and mapping, [`Import::open_all`] those of several files as one; [`Import::batches`]
//! gives the same bodies each time for the same files.

mod archive;
mod batch;
mod carry;
mod cells;
mod columns;
mod commerceml;
mod csv;
mod currency;
mod customer_key;
mod delimited;
mod encode;
mod error;
mod fault;
mod files;
mod fingerprint;
mod folded;
mod group;
mod guess;
mod header;
mod html;
mod import;
mod json;
mod json_key;
mod json_lines;
mod known;
mod magic;
mod mapping;
mod names;
mod ndjson;
mod number;
mod options;
mod parquet;
mod preset;
mod progress;
mod propose;
mod repeats;
mod rows;
mod shared;
mod source;
mod spill;
mod survey;
mod text;
mod time;
mod value;
mod words;
mod workbook;
mod zone;

#[cfg(test)]
mod tests;

pub use batch::{Batch, Batches, LeftOut, Refused};
pub use fault::Fault;
pub use fingerprint::Fingerprint;
pub use import::Import;
pub use mapping::{field_names, parse_map};
pub use number::DecimalMark;
pub use options::{ImportOptions, Sharing};
pub use progress::Progress;
pub use propose::{Glance, Proposal, known_exports};
pub use source::{FileFormat, SourceOptions};
