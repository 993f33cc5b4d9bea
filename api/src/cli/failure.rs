//! How a command fails.

/// What a command fails with: a sentence for the person who typed it.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
