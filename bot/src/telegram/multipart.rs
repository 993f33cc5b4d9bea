//! `multipart/form-data` with one file, as Telegram takes pictures and documents.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// A file that goes along.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) field: &'static str,
    pub(crate) name: String,
    pub(crate) media_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// A body and its boundary. The boundary is random, so that no file can hold it.
pub(crate) fn body(fields: &Map<String, Value>, file: &File, boundary: &str) -> Vec<u8> {
    let mut head = String::new();
    for (name, value) in fields {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        // Writing to a text cannot fail.
        let _ = write!(head, "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
    }
    // A quotation mark or a line break would end the header.
    let name: String = file.name.chars().map(|c| if c == '"' || c.is_control() { '_' } else { c }).collect();
    let _ = write!(
        head,
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{name}\"\r\nContent-Type: {}\r\n\r\n",
        file.field, file.media_type
    );
    let mut body = head.into_bytes();
    body.extend_from_slice(&file.bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    body
}
