//! The OpenAPI document as the server holds it.

use actix_web::{dev::ResourceDef, http::Method};
use bytes::Bytes;

/// The document, and what it says about which addresses answer which methods.
#[derive(Debug)]
pub struct Document {
    /// As JSON.
    pub json: Bytes,
    /// Path patterns with their methods.
    pub known: Vec<(ResourceDef, Vec<Method>)>,
}
