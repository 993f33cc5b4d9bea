//! What a server's statuses and errors mean.

use crate::model::failure::Failure;

/// What a status and its message mean.
pub(super) fn failure_of(status: u16, message: &str, model: &str) -> Failure {
    let says = |words: &[&str]| words.iter().any(|word| message.to_lowercase().contains(word));
    match status {
        403 => Failure::Refused,
        429 | 503 => Failure::Busy,
        // Another path than Ollama's has no such page either, but says nothing of a model.
        404 | 200 if says(&["not found"]) && says(&["model"]) => Failure::ModelMissing { model: model.to_owned() },
        400 | 413 | 200 | 500 if says(&["context length", "context size", "context window", "too long", "num_ctx"]) => {
            Failure::TooLong
        }
        200 if says(&["server busy"]) => Failure::Busy,
        _ => Failure::Server { status, message: message.to_owned() },
    }
}
