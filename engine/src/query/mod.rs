//! Questions: one read-only statement over one tenant's tables, at one view, within limits.

use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;

/// One SQL question.
#[derive(Debug, Clone, Default)]
pub struct SqlRequest {
    /// The statement.
    pub sql: String,
    /// Values of `$1`, `$2`, … (an array) or `$name` (an object); never spliced into the text.
    pub params: Option<serde_json::Value>,
    /// Rows at most; over it the answer is cut and says so. None: the server's limit, past which the query fails.
    pub limit: Option<usize>,
}

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as SQL spells it, for example `DECIMAL(38,4)`.
    #[serde(rename = "type")]
    pub sql_type: String,
    /// What a value counts: a currency code, `orders`, `days`, `ratio`, …; none where it is not a figure.
    pub unit: Option<String>,
}

/// What an answer says of itself; `rows_scanned` and `elapsed_ms` are added when the last row has been read.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Meta {
    /// The report, if it was one.
    pub report: Option<String>,
    /// The statement that ran.
    pub sql: String,
    /// Start of the period, RFC 3339, if it has one.
    pub from: Option<String>,
    /// End of the period (exclusive), RFC 3339, if it has one.
    pub to: Option<String>,
    /// The zone of days, weeks and months.
    pub time_zone: String,
    /// The currency of its figures, if it has one.
    pub currency: Option<String>,
    /// The version of the data that it saw.
    pub snapshot: String,
}

/// A running answer: its columns are known, its rows stream.
pub struct Answer {
    /// The columns.
    pub columns: Vec<Column>,
    /// The Arrow schema of the rows.
    pub schema: SchemaRef,
    /// What it says of itself.
    pub meta: Meta,
    /// The rows. Dropping it cancels the query.
    pub rows: SendableRecordBatchStream,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("columns", &self.columns).field("meta", &self.meta).finish_non_exhaustive()
    }
}

/// The format of an answer on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `{columns, rows, meta}`.
    Json,
    /// RFC 4180 with a header line, UTF-8.
    Csv,
    /// Office Open XML workbook.
    Xlsx,
    /// Arrow IPC stream.
    Arrow,
    /// One Parquet file.
    Parquet,
}
