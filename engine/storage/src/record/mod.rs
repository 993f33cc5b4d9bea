//! Records as apps send them: parsed, checked field by field, and turned into Arrow rows.
//!
//! [`parse`] reads a request body; [`Customer::merge`] applies a sent customer to the stored one; [`batch`] makes rows.
//! An empty text is as good as none: for a customer it clears the field like `null`, elsewhere the field is absent.

mod attributes;
pub mod batch;
mod consent;
mod customer;
pub mod decimal;
mod errors;
mod id_source;
mod ids;
mod interaction;
mod kind;
pub mod limits;
mod merge;
mod model;
mod object;
mod parse;
mod purchase;
mod suggest;
mod text;
mod time;
pub(crate) mod unite;

pub use id_source::IdSource;
pub use kind::{LineKind, Status};
pub use model::{
    Change, Customer, CustomerPatch, Framing, Ingested, Interaction, Line, OnError, ParseOptions, Parsed, Purchase,
    Records,
};
pub use parse::{fields, parse};
pub use purchase::LINE_FIELDS;
