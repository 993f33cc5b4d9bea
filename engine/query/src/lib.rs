//! Questions: one read-only statement over one tenant's tables, at one view, within limits.
//!
//! [`QueryEngine::run`] is the only way in. A statement passes two independent walls, one over its syntax tree and one
//! over its logical plan, is planned in a session that holds the tenant's tables and nothing else, and runs within
//! ceilings of time, memory, rows and concurrency. [`Answer`] streams the rows; [`Answer::into_bytes`] writes them in a
//! [`Format`].

mod answer;
mod arithmetic;
mod borrowed;
mod bounded;
mod budget;
mod compared;
mod complexity;
mod consent;
mod dialect;
mod errors;
mod exact_sum;
mod filter_names;
mod finite;
mod formats;
mod guard;
mod json_titles;
mod leniency;
mod loose_times;
mod lossy_casts;
mod memory;
mod not_in;
mod params;
mod patterns;
mod phone_key;
mod plan_guard;
mod run;
mod search_key;
mod session;
mod sort_key;
mod sort_limits;
mod sql_type;
mod table;
mod text_udf;
mod threads;
mod time_udf;
mod top_k;
mod walk;
mod watch;
mod zone;

pub use answer::{Answer, Column, Meta, Told};
pub use errors::from_datafusion;
pub use formats::{Format, Output};
pub use guard::placeholders;
pub use params::{number_from_text, params_from_json};
pub use phone_key::{digits as phone_digits, is_abroad, phone_key};
pub use search_key::search_key;
pub use session::{QueryEngine, QueryLimits};
pub use sql_type::sql_type;
pub use table::{Cell, Table};
pub use zone::Zone;

use datafusion::common::ParamValues;

/// One SQL question.
#[derive(Debug, Clone, Default)]
pub struct SqlRequest {
    /// The statement.
    pub sql: String,
    /// Values of `$1`, `$2`, … (an array) or `$name` (an object); never spliced into the text.
    pub params: Option<serde_json::Value>,
    /// Rows at most; over it the answer is cut and says so. None: the server's limit, with [`RowLimit::Ceiling`].
    pub limit: Option<usize>,
}

/// A statement to run, with its values bound beside it.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The text: one query, or `EXPLAIN` of one.
    pub sql: String,
    /// Values of its placeholders; an empty list when it has none.
    pub params: ParamValues,
    /// How many rows it may return.
    pub max_rows: RowLimit,
    /// Whether the server wrote it: a fault in it is then the server's, not the caller's.
    pub ours: bool,
    /// Whose turn it takes.
    pub lane: Lane,
}

/// The queue in which a statement waits for its turn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Lane {
    /// With the other statements of callers.
    #[default]
    Callers,
    /// With those that statements of callers wait for: in one queue they could wait for each other.
    Inner,
}

impl Statement {
    /// A statement without parameters.
    pub fn new(sql: impl Into<String>, max_rows: RowLimit) -> Self {
        Self { sql: sql.into(), params: ParamValues::List(Vec::new()), max_rows, ours: false, lane: Lane::Callers }
    }

    /// A statement that the server wrote, with its values.
    pub fn ours(sql: impl Into<String>, params: impl Into<ParamValues>, max_rows: RowLimit) -> Self {
        Self { sql: sql.into(), params: params.into(), max_rows, ours: true, lane: Lane::Callers }
    }
}

/// What happens at the bound on the rows of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowLimit {
    /// The answer ends there and says that it was cut.
    Cut(usize),
    /// The query fails with code `query_rows`.
    Fail(usize),
    /// The answer ends there and says that it was cut; in a format that has no place to say so, the query fails with code
    /// `query_rows`. For the server's own bound, which nobody asked for.
    Ceiling(usize),
}

impl RowLimit {
    /// What a caller asked for, under the server's own bound.
    pub fn asked(limit: Option<usize>, ceiling: usize) -> Self {
        match limit {
            Some(limit) if limit <= ceiling => Self::Cut(limit),
            _ => Self::Ceiling(ceiling),
        }
    }

    /// The bound, in rows.
    pub fn rows(self) -> usize {
        match self {
            Self::Cut(rows) | Self::Fail(rows) | Self::Ceiling(rows) => rows,
        }
    }
}

#[cfg(test)]
mod tests;
