//! What a tool says when it cannot do what it was asked.

use std::fmt;

/// Why a tool did not answer: what is wrong, where, and what to do. It is read by a model, which can then ask better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolError {
    what: String,
    at: Option<String>,
    advice: Option<String>,
    unknown: bool,
}

impl ToolError {
    /// What is wrong, as a sentence.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), at: None, advice: None, unknown: false }
    }

    /// There is no tool of that name: the one error that is the protocol's and not the tool's.
    pub fn unknown(name: &str) -> Self {
        Self { unknown: true, ..Self::new(format!("There is no tool called `{name}`.")) }
            .advice("tools/list names those that there are.")
    }

    /// The argument that it is about: `filters[0].values`.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.at = Some(path.into());
        self
    }

    /// What to do, as a sentence.
    #[must_use]
    pub fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Whether there is no such tool.
    pub fn is_unknown(&self) -> bool {
        self.unknown
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(at) = &self.at {
            write!(out, "`{at}`: ")?;
        }
        out.write_str(&self.what)?;
        match &self.advice {
            Some(advice) => write!(out, " {advice}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ToolError {}
