//! `run_sql`: a statement of the caller's own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    among,
    figures::Column,
    scalar::{Cell, Scalar},
};
use crate::{arguments::Check, error::ToolError};

/// Rows that an answer may have.
const MAX_ROWS: u32 = 10_000;

/// Arguments of `run_sql`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunSql {
    /// One SELECT over the tables customers, purchases (a row a line) and interactions. Times are UTC; local_time(occurred_at) is
    /// the workspace's clock.
    pub sql: String,
    /// Values of $1, $2 and so on; they are bound, never spliced into the text.
    pub params: Option<Vec<Scalar>>,
    /// Rows at most, up to 10000; 1000 unless sent.
    #[schemars(range(min = 1, max = 10000))]
    pub limit: Option<u32>,
}

impl Check for RunSql {
    fn check(&self) -> Result<(), ToolError> {
        if self.sql.trim().is_empty() {
            let wrong = ToolError::new("There is no statement.").at("sql");
            return Err(wrong.advice("Send one SELECT, such as `SELECT count(*) FROM customers`."));
        }
        among("limit", self.limit, MAX_ROWS)
    }
}

/// What `run_sql` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SqlRows {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, values in the order of the columns.
    pub rows: Vec<Vec<Cell>>,
    /// Whether there are more rows than were asked for.
    #[serde(default)]
    pub truncated: bool,
    /// What the reader must know.
    #[serde(default)]
    pub notes: Vec<String>,
}
