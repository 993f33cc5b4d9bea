//! What comes of a plan.

use kupets_assistant::answer::{Chart, Table};
use serde_json::{Map, Value};

use super::reply::ResultTable;

/// What came of a plan.
#[derive(Debug, Clone)]
pub struct Carried {
    /// The figures as they go out.
    pub result: Option<ResultTable>,
    /// The same as answers read them.
    pub table: Table,
    /// The statement behind them.
    pub sql: Option<String>,
    /// The values bound to it, by the names of their placeholders.
    pub bound: Map<String, Value>,
    /// The answer from templates.
    pub answer: String,
    /// How the figures are drawn.
    pub chart: Chart,
    /// One question to go on with.
    pub next: Option<String>,
}
