//! DataFusion's errors in our kinds: what a person did wrong is told with the fix; what is ours is told without paths.

use arrow::error::ArrowError;
use datafusion::{
    common::{Column, SchemaError},
    error::DataFusionError,
};

use datafusion::{object_store, sql::sqlparser::parser::ParserError};
use kupets_core::{Error, Fault, Kind};
use parquet::errors::ParquetError;

/// Depth of parentheses and subqueries that the parser descends to.
pub(super) const MAX_PARSE_DEPTH: usize = 64;

/// A refusal that says what would be allowed; `what` continues "Not allowed:".
pub(super) fn not_allowed(what: &str) -> Error {
    Error::invalid("sql_not_allowed", format!("Not allowed: {what}."))
}

/// The memory of a query is used up.
pub(super) fn out_of_memory() -> Error {
    Error::new(
        Kind::Limit,
        "query_memory",
        "The query needs more memory than a query may use. Ask for a shorter period or fewer columns, filter before \
         joining, or aggregate in a subquery first; the server's setting is query_memory_bytes.",
    )
}

/// Others hold the memory that a query would need.
pub(super) fn out_of_room() -> Error {
    Error::new(
        Kind::Busy,
        "query_busy",
        "Other queries use the memory that this one would need. Wait for them to end; the server's setting is \
         query_memory_total_bytes.",
    )
    .with_retry_after(5)
}

/// There are more rows than one answer may have.
pub(super) fn too_many_rows(most: usize) -> Error {
    Error::new(
        Kind::Limit,
        "query_rows",
        format!("The query has more than {most} rows. Send `limit`, add LIMIT, or aggregate."),
    )
}

/// The time of a query is used up.
pub(super) fn out_of_time(limit_ms: u64) -> Error {
    Error::new(
        Kind::Timeout,
        "query_timeout",
        format!(
            "The query took longer than {limit_ms} ms and was cancelled. Ask for a shorter period, or aggregate before \
             joining; the server's setting is query_timeout_ms."
        ),
    )
}

/// The error of a query as its caller should see it. Details that name files stay in [`std::error::Error::source`], for the log.
pub fn from_datafusion(error: DataFusionError) -> Error {
    match error {
        DataFusionError::External(inner) => match inner.downcast::<Error>() {
            Ok(ours) => *ours,
            Err(other) => match other.downcast::<DataFusionError>() {
                Ok(inner) => from_datafusion(*inner),
                Err(other) => Error::internal("The query failed inside the server.").with_source(other),
            },
        },
        DataFusionError::ArrowError(inner, context) => match *inner {
            ArrowError::ExternalError(inner) => from_datafusion(DataFusionError::External(inner)),
            ArrowError::IoError(_, inner) => from_datafusion(DataFusionError::IoError(inner)),
            other => classify(DataFusionError::ArrowError(Box::new(other), context)),
        },
        DataFusionError::IoError(inner) if inner.get_ref().is_some_and(|e| e.is::<DataFusionError>()) => {
            match inner.into_inner().map(|e| e.downcast::<DataFusionError>()) {
                Some(Ok(inner)) => from_datafusion(*inner),
                _ => Error::internal("The query failed inside the server."),
            }
        }
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => from_datafusion(*inner),
        DataFusionError::Shared(inner) => match std::sync::Arc::try_unwrap(inner) {
            Ok(inner) => from_datafusion(inner),
            // Others hold it too (the build side of a join tells all that wait for it), so it is looked at and not taken apart.
            Err(shared) => {
                let (kind, code, message) = match shared.find_root() {
                    DataFusionError::External(inner) => match inner.downcast_ref::<Error>() {
                        Some(ours) => (ours.kind(), ours.code(), ours.to_string()),
                        None => internal(),
                    },
                    root => describe(root),
                };
                finish(kind, code, message, shared)
            }
        },
        DataFusionError::Collection(errors) => match errors.into_iter().next() {
            Some(first) => from_datafusion(first),
            None => Error::internal("The query failed inside the server."),
        },
        other => classify(other),
    }
}

fn classify(error: DataFusionError) -> Error {
    let (kind, code, message) = describe(&error);
    finish(kind, code, message, error)
}

fn finish(
    kind: Kind,
    code: &'static str,
    message: String,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    let error = Error::new(kind, code, message).with_source(source);
    if kind == Kind::Unavailable { error.with_retry_after(5) } else { error }
}

fn out_of_disk() -> (Kind, &'static str, String) {
    (
        Kind::Limit,
        "query_memory",
        "The query needs more temporary space on disk than queries may use. Sort or join fewer rows; it is four times the \
         server's setting query_memory_total_bytes."
            .into(),
    )
}

fn describe(error: &DataFusionError) -> (Kind, &'static str, String) {
    let invalid = |message: &str| {
        let first = message.split("\n\nbacktrace").next().unwrap_or(message).trim().trim_end_matches('.');
        (Kind::Invalid, "sql_invalid", format!("The query cannot be answered: {first}."))
    };
    match error {
        DataFusionError::SQL(parser, _) => (Kind::Invalid, "sql_invalid", parser_message(parser)),
        DataFusionError::SchemaError(schema, _) => (Kind::Invalid, "sql_invalid", describe_schema(schema)),
        DataFusionError::Plan(text) => match text.strip_prefix("Invalid function '") {
            Some(rest) => (Kind::Invalid, "sql_invalid", no_function(rest)),
            None => invalid(text),
        },
        DataFusionError::NotImplemented(text) if text.contains("OuterReferenceColumn") => {
            invalid("a subquery refers to the query around it in a way that is not supported; write it as a JOIN")
        }
        DataFusionError::NotImplemented(text) if text.contains("does not support logical expression") => invalid(
            "EXISTS, a comparison with ANY or ALL, and a query that looks at the row around it and has a LIMIT are read as conditions \
             in WHERE, not in a list of columns: join what they ask for, as in LEFT JOIN (SELECT DISTINCT customer_id FROM orders) o \
             ON … and o.customer_id IS NOT NULL, or number the rows with row_number() OVER (PARTITION BY … ORDER BY …)",
        ),
        DataFusionError::NotImplemented(text) => invalid(&format!("not supported: {}", without_syntax_tree(text))),
        DataFusionError::Configuration(text) => invalid(text),
        DataFusionError::Execution(text) if names_storage(text) => storage(),
        DataFusionError::Execution(text) => invalid(text),
        DataFusionError::ResourcesExhausted(text) if text.contains("disk") => out_of_disk(),
        // A writer of spilled rows hands the same on as an error of the disk.
        DataFusionError::IoError(inner) if inner.to_string().contains("during the spilling process") => out_of_disk(),
        DataFusionError::ResourcesExhausted(_) => {
            let ours = out_of_memory();
            (ours.kind(), ours.code(), ours.to_string())
        }
        DataFusionError::ArrowError(inner, _) => match inner.as_ref() {
            ArrowError::DivideByZero => invalid("division by zero; guard it with NULLIF(divisor, 0)"),
            ArrowError::ArithmeticOverflow(text) => invalid(&format!(
                "a number is out of range: {}. Whole numbers have 64 bits: write CAST(x AS DECIMAL(38, 0)) for larger ones, and \
                 keep what is given to ln, sqrt and the like within what they are defined for",
                text.trim_end_matches('.')
            )),
            ArrowError::CastError(text)
            | ArrowError::ParseError(text)
            | ArrowError::ComputeError(text)
            | ArrowError::InvalidArgumentError(text)
            | ArrowError::SchemaError(text)
                if !names_storage(text) =>
            {
                invalid(text)
            }
            ArrowError::NotYetImplemented(text) => invalid(&format!("not supported: {text}")),
            ArrowError::IoError(..) => storage(),
            _ => internal(),
        },
        DataFusionError::ParquetError(parquet) if !is_damage(parquet) => storage(),
        DataFusionError::ParquetError(_) => (
            Kind::Corrupt,
            "corrupt",
            "A data file of this workspace cannot be read: it is damaged. The server's log names it.".into(),
        ),
        DataFusionError::ObjectStore(_) | DataFusionError::IoError(_) => storage(),
        _ => internal(),
    }
}

/// What to write instead of a function that there is not, `rest` being what follows the quote before its name.
fn no_function(rest: &str) -> String {
    let (name, hint) = rest.split_once('\'').unwrap_or((rest, ""));
    let near = hint.split('\'').nth(1).filter(|near| nearest(name, [*near].into_iter()).is_some());
    let instead = match (name.to_lowercase().as_str(), near) {
        ("mode", _) => " Group by the value and take the first by count(*) DESC.".to_owned(),
        ("percentile_disc" | "quantile_disc", _) => {
            " There is percentile_cont(0.5) WITHIN GROUP (ORDER BY x).".to_owned()
        }
        ("age" | "months_between", _) => {
            " Subtract the moments, or count borders: date_diff('month', earlier, later).".to_owned()
        }
        ("date_diff" | "datediff" | "timestampdiff", _) => {
            " Its units are year, quarter, month, day, hour, minute and second; weeks are counted in more than one way: divide the days \
             by 7, or subtract one date_trunc('week', x)::date from the other."
                .to_owned()
        }
        ("dayofweek" | "weekday", _) => {
            " Write date_part('isodow', x): 1 is Monday; or date_part('dow', x): 0 is Sunday.".to_owned()
        }
        ("date_add" | "adddate" | "date_sub" | "subdate", _) => {
            " Write x + INTERVAL '7 days', or date_add(x, INTERVAL '7 days').".to_owned()
        }
        ("date_format" | "formatdatetime", _) => {
            " Write to_char(x, 'YYYY-MM-DD'), or strftime(x, '%Y-%m-%d').".to_owned()
        }
        ("columns", _) => " Name the columns, or leave some out: SELECT * EXCLUDE (attributes).".to_owned(),
        (_, Some(near)) => format!(" Did you mean {near}?"),
        (_, None) => String::new(),
    };
    format!("There is no function {name}.{instead}")
}

/// A message without the syntax tree that it may end with.
fn without_syntax_tree(text: &str) -> &str {
    let end = ["(Binary", "(On(", "(Using(", " { ", "(Function("].iter().filter_map(|tree| text.find(tree)).min();
    end.map_or(text, |end| text[..end].trim_end())
}

/// Whether it is the bytes of a file that cannot be read, and not the storage that did not give them.
fn is_damage(error: &ParquetError) -> bool {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(store) = error.downcast_ref::<object_store::Error>() {
            return matches!(store, object_store::Error::NotFound { .. });
        }
        next = match error.downcast_ref::<std::io::Error>() {
            Some(io) if Fault::of_io(io).is_some() => return false,
            // One of input and output hides what it was made of from its sources.
            Some(io) => io.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static)),
            None => error.source(),
        };
    }
    true
}

fn internal() -> (Kind, &'static str, String) {
    (Kind::Internal, "internal", "The query failed inside the server.".into())
}

fn storage() -> (Kind, &'static str, String) {
    (Kind::Unavailable, "unavailable", "The storage of this workspace does not answer now. Try again.".into())
}

/// Whether a message speaks of files or stores, which are none of the caller's business.
fn names_storage(text: &str) -> bool {
    text.contains("://") || text.contains("tenants/") || text.contains(".parquet") || text.contains("os error")
}

fn describe_schema(error: &SchemaError) -> String {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => {
            let near = nearest(field.name(), valid_fields.iter().map(Column::name));
            let hint = near.map(|near| format!(" Did you mean {near}?")).unwrap_or_default();
            let mut names: Vec<&str> = valid_fields.iter().map(Column::name).collect();
            names.dedup();
            let more = if names.len() > 60 { ", …" } else { "" };
            names.truncate(60);
            if names.is_empty() {
                return format!("There is no column {}: nothing stands in FROM here.", field.name());
            }
            format!("There is no column {}.{hint} The columns here are {}{more}.", field.name(), names.join(", "))
        }
        SchemaError::AmbiguousReference { field } => format!(
            "The column {} is in more than one of the tables: write table.{} to say which.",
            field.name(),
            field.name()
        ),
        SchemaError::DuplicateQualifiedField { name, .. } | SchemaError::DuplicateUnqualifiedField { name } => {
            format!("The column {name} stands twice: give one of them another name with AS.")
        }
    }
}

/// The candidate that differs least from `name`, if it differs little.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    candidates
        .map(|c| (datafusion::common::utils::datafusion_strsim::levenshtein(&wanted, &c.to_lowercase()), c))
        .filter(|(distance, c)| *distance <= 1 + c.len().min(wanted.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c)
}

/// What a parser error says, in our words where they help more.
pub(super) fn parser_message(error: &ParserError) -> String {
    match error {
        ParserError::RecursionLimitExceeded => {
            format!("The statement nests over {MAX_PARSE_DEPTH} deep. Split it, or simplify it.")
        }
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => {
            format!("The statement is not valid SQL: {}.", text.trim_end_matches('.'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_small_slips_only() {
        let names = ["customers", "purchases", "interactions"];
        assert_eq!(nearest("purchase", names.into_iter()), Some("purchases"));
        assert_eq!(nearest("CUSTOMER", names.into_iter()), Some("customers"));
        assert_eq!(nearest("users", names.into_iter()), None);
    }

    #[test]
    fn messages_do_not_name_files() {
        let error = from_datafusion(DataFusionError::Execution(
            "Object at location tenants/0123/x.parquet not found: os error 2".into(),
        ));
        assert_eq!(error.kind(), Kind::Unavailable);
        assert!(!error.to_string().contains("tenants"));
        let error = from_datafusion(DataFusionError::IoError(std::io::Error::other("/srv/spill/x")));
        assert!(!error.to_string().contains("/srv"));
    }

    #[test]
    fn a_storage_that_does_not_answer_is_no_damage() {
        let parquet = |cause: Box<dyn std::error::Error + Send + Sync>| {
            DataFusionError::ParquetError(Box::new(ParquetError::External(cause)))
        };
        let store = object_store::Error::Generic { store: "test", source: "timed out".into() };
        assert_eq!(from_datafusion(parquet(Box::new(store))).kind(), Kind::Unavailable);
        let timeout = std::io::Error::from(std::io::ErrorKind::TimedOut);
        assert_eq!(from_datafusion(parquet(Box::new(timeout))).kind(), Kind::Unavailable);
        let page = std::io::Error::other("Unknown frame descriptor");
        assert_eq!(from_datafusion(parquet(Box::new(page))).kind(), Kind::Corrupt);
        let broken = DataFusionError::ParquetError(Box::new(ParquetError::General("bad magic".into())));
        assert_eq!(from_datafusion(broken).kind(), Kind::Corrupt);
    }

    #[test]
    fn our_own_errors_pass_through() {
        let wrapped =
            DataFusionError::Context("x".into(), Box::new(DataFusionError::External(Box::new(out_of_memory()))));
        let error = from_datafusion(wrapped);
        assert_eq!((error.kind(), error.code()), (Kind::Limit, "query_memory"));
    }
}
