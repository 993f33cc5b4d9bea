//! Statements with answers worked out by hand (`tests/slt/*.slt`, `tests/slt/traps/*.slt`), over the shop beside them in each of
//! the states that its records can be in. The answers must not depend on the state.
//!
//! The files are in the format of sqllogictest. Its crate is not used: it would turn on features of crates below DataFusion
//! and with that compile DataFusion once more for this test. What is read here:
//!
//! - `statement ok`, `statement error TEXT`: the statement below it; TEXT is part of the message;
//! - `query TYPES [rowsort] [limit=N]`: the statement, `----`, the rows; `limit` is that of the request. TYPES has a letter a column: `T` text, `I` whole number, `R`
//!   decimal or double, `B` boolean, `D` date, `P` timestamp, `?` anything else. A null is `NULL`, an empty text `(empty)`;
//! - records are separated by empty lines; `#` begins a comment.

use std::{fmt::Write as _, path::Path};

use futures::TryStreamExt;
use kupets_engine::{
    EngineConfig, Limits, TenantId, Workspace,
    clock::FixedClock,
    query::{Format, SqlRequest},
    schema::Table,
};
use serde_json::Value;

use crate::support::{Bench, SHOP, config, open};

/// Where the records of the shop are.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    /// All in memory, replacements too.
    Tail,
    /// All in files, in one flush.
    Lake,
    /// The earlier half in files; the later half in memory replaces and patches it there.
    Half,
    /// Each step in files of its own, with deleted rows.
    Steps,
    /// The same after the files were merged.
    Merged,
}

/// The shop of a set of statements, in a state.
async fn shop(dir: &Path, state: State, set: &Path) -> Bench {
    let now = "2026-11-01T12:00:00Z".parse().unwrap();
    // Nothing is flushed but by the test itself.
    let limits = Limits { tail_flush_age_s: 1_000_000, ..Limits::default() };
    let mut bench = open(EngineConfig { limits, clock: std::sync::Arc::new(FixedClock(now)), ..config(dir) }).await;
    bench.shop = bench.authority.grant(
        Workspace {
            id: TenantId::parse(SHOP).unwrap(),
            time_zone: chrono_tz::Europe::Berlin,
            currency: "EUR".into(),
            segments: std::sync::Arc::default(),
            holidays: std::sync::Arc::default(),
            erased_records: Default::default(),
        },
        kupets_engine::Actor::server(),
    );
    let text = std::fs::read_to_string(set.join("shop.json")).unwrap();
    let steps: Vec<Value> = serde_json::from_str(&text).unwrap();
    for step in steps {
        if step == "half" {
            if state == State::Half {
                bench.engine.flush(&bench.shop).await.unwrap();
            }
            continue;
        }
        let table = Table::from_name(step["table"].as_str().unwrap()).unwrap();
        bench.send(table, &step["records"].to_string()).await.unwrap();
        if matches!(state, State::Steps | State::Merged) {
            bench.engine.flush(&bench.shop).await.unwrap();
        }
    }
    match state {
        State::Lake => bench.engine.flush(&bench.shop).await.unwrap(),
        State::Merged => bench.engine.compact(&bench.shop).await.unwrap(),
        State::Tail | State::Half | State::Steps => {}
    }
    bench
}

/// A record of a file.
struct Record<'a> {
    line: usize,
    head: &'a str,
    body: Vec<&'a str>,
}

fn records(text: &str) -> Vec<Record<'_>> {
    let mut records: Vec<Record<'_>> = Vec::new();
    let mut open = false;
    for (line, content) in (1..).zip(text.lines()) {
        if content.trim().is_empty() {
            open = false;
        } else if content.starts_with('#') {
        } else if open {
            records.last_mut().unwrap().body.push(content);
        } else {
            records.push(Record { line, head: content, body: Vec::new() });
            open = true;
        }
    }
    records
}

/// Types and rows of a statement, or its message.
async fn answer(bench: &Bench, sql: &str, limit: Option<usize>) -> Result<(String, Vec<String>), String> {
    let request = SqlRequest { sql: sql.to_owned(), limit, ..SqlRequest::default() };
    let answer = bench.engine.sql(&bench.shop, request).await.map_err(|e| e.to_string())?;
    let types = answer.columns.iter().map(|column| letter(&column.sql_type)).collect();
    let chunks: Vec<bytes::Bytes> = answer.into_bytes(Format::Json).try_collect().await.map_err(|e| e.to_string())?;
    let all: Value = serde_json::from_slice(&chunks.concat()).unwrap();
    let cell = |value: &Value| match value {
        Value::Null => "NULL".to_owned(),
        Value::String(text) if text.is_empty() => "(empty)".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let row = |row: &Value| row.as_array().unwrap().iter().map(cell).collect::<Vec<_>>().join(" ");
    Ok((types, all["rows"].as_array().unwrap().iter().map(row).collect()))
}

fn letter(sql_type: &str) -> char {
    match sql_type {
        "VARCHAR" => 'T',
        "BOOLEAN" => 'B',
        "DATE" => 'D',
        _ if sql_type.ends_with("[]") => '?',
        _ if sql_type.starts_with("TIMESTAMP") => 'P',
        _ if sql_type.starts_with("DECIMAL") || sql_type == "DOUBLE" => 'R',
        _ if sql_type.contains("INT") => 'I',
        _ => '?',
    }
}

/// What a record says that is not so.
async fn wrong(bench: &Bench, record: &Record<'_>) -> Option<String> {
    let words: Vec<&str> = record.head.split_whitespace().collect();
    let split = record.body.iter().position(|line| *line == "----").unwrap_or(record.body.len());
    let sql = record.body[..split].join("\n");
    let limit = words.iter().find_map(|word| word.strip_prefix("limit=")).map(|rows| rows.parse().unwrap());
    let outcome = answer(bench, &sql, limit).await;
    match (words.as_slice(), outcome) {
        (["statement", "ok"], Ok(_)) => None,
        (["statement", "error", ..], Err(message)) => {
            let expected = record.head.trim_start_matches("statement error").trim();
            (expected.is_empty() || !message.contains(expected)).then(|| format!("the message is: {message}"))
        }
        (["statement", ..], Ok((_, rows))) => Some(format!("it was answered with {} rows", rows.len())),
        (["query", types, sort @ ..], Ok((got_types, mut got))) => {
            let blanks = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
            let mut rows: Vec<String> = record.body.iter().skip(split + 1).map(|line| blanks(line)).collect();
            got.iter_mut().for_each(|row| *row = blanks(row));
            if sort.contains(&"rowsort") {
                rows.sort();
                got.sort();
            }
            (rows != got || *types != got_types).then(|| {
                format!("the answer is {got_types}:\n{}\nand not {types}:\n{}", got.join("\n"), rows.join("\n"))
            })
        }
        (_, Ok(_)) => Some("no such kind of record".into()),
        (_, Err(message)) => Some(format!("it failed: {message}")),
    }
}

async fn run(state: State) {
    let sets = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slt");
    let count = run_set(state, &sets).await + run_set(state, &sets.join("traps")).await;
    assert!(count > 100, "only {count} records were found");
}

/// Runs the statements of a folder over the shop in it, and counts them.
async fn run_set(state: State, set: &Path) -> usize {
    let dir = tempfile::tempdir().unwrap();
    let bench = shop(dir.path(), state, set).await;
    let mut files: Vec<_> = std::fs::read_dir(set)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "slt"))
        .collect();
    files.sort();
    let (mut count, mut faults) = (0, String::new());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for record in records(&text) {
            count += 1;
            if let Some(fault) = wrong(&bench, &record).await {
                let name = file.file_name().unwrap().to_string_lossy();
                writeln!(faults, "{name}:{}: {}\n{fault}\n", record.line, record.body.join("\n")).unwrap();
            }
        }
    }
    assert!(faults.is_empty(), "{state:?}:\n{faults}");
    bench.engine.shutdown().await.unwrap();
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_are_answered_right_over_records_in_memory() {
    run(State::Tail).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_are_answered_right_over_records_in_files() {
    run(State::Lake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_are_answered_right_over_files_that_memory_replaces() {
    run(State::Half).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_are_answered_right_over_many_files_with_deleted_rows() {
    run(State::Steps).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_are_answered_right_over_merged_files() {
    run(State::Merged).await;
}
