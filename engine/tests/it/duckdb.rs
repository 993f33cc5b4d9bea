//! DuckDB, which we did not write, reads a tenant's lake and gets the same totals.

use std::{path::PathBuf, process::Command};

use kupets_engine::schema::Table;

use crate::support::{SHOP, config, open, purchases};

/// The reader's Python and a script of `tests/readers`, or a loud note that it is not there.
pub fn reader(script: &str) -> Option<(PathBuf, PathBuf)> {
    let tools = std::env::var_os("KUPETS_TOOLS")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/kupets/tools")))?;
    let python = tools.join("duckdb-reader/bin/python");
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/readers").join(script);
    if python.exists() {
        return Some((python, script));
    }
    use std::io::Write;
    let _ =
        writeln!(std::io::stderr(), "SKIPPED: DuckDB is not installed at {}: run scripts/tools.sh", python.display());
    None
}

pub fn duckdb(dir: &std::path::Path, sql: &str) -> Option<String> {
    let (python, script) = reader("duckdb_lake.py")?;
    let lake = dir.join("lake/tenants").join(SHOP);
    let output = Command::new(python).arg(script).arg(lake).args(["--sql", sql]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn duckdb_reads_the_same_before_between_and_after_merges_and_replacements() {
    let dir = tempfile::tempdir().unwrap();
    let bench = open(config(dir.path())).await;
    let sql = "SELECT count(*) AS n, count(DISTINCT purchase_id) AS p, CAST(sum(amount) AS VARCHAR) AS s FROM lake.main.purchases";
    let expect = |n: usize, p: usize, s: &str| {
        if let Some(out) = duckdb(dir.path(), sql) {
            for part in [format!("{n}"), format!("{p}"), s.to_owned()] {
                assert!(out.contains(&part), "{out} has no {part}");
            }
        }
    };
    for round in 0..4 {
        bench.send(Table::Purchases, &purchases(round * 50, 100)).await.unwrap();
        bench.engine.flush(&bench.shop).await.unwrap();
        let ids = round * 50 + 100;
        assert_eq!(bench.totals().await, format!("{}|{ids}|{}", ids * 2, 3.75 * ids as f64));
        expect(ids * 2, ids, &format!("{:.4}", 3.75 * ids as f64));
        if round == 2 {
            bench.engine.compact(&bench.shop).await.unwrap();
            expect(ids * 2, ids, &format!("{:.4}", 3.75 * ids as f64));
        }
    }
    bench.send(Table::Purchases, r#"{"purchase_id":"p7","amount":-1.2345,"product":"x"}"#).await.unwrap();
    bench.engine.flush(&bench.shop).await.unwrap();
    expect(499, 250, "932.5155");
    bench.engine.compact(&bench.shop).await.unwrap();
    expect(499, 250, "932.5155");
    bench.engine.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn duckdb_misses_nothing_while_files_are_merged() {
    const STATEMENTS: usize = 60;
    let dir = tempfile::tempdir().unwrap();
    let bench = open(config(dir.path())).await;
    let mut sent = 0;
    for _ in 0..8 {
        bench.send(Table::Purchases, &purchases(sent, 100)).await.unwrap();
        sent += 100;
        bench.engine.flush(&bench.shop).await.unwrap();
    }
    let Some((python, script)) = reader("duckdb_lake.py") else { return };
    // A bound on a column makes it choose files by what the catalog knows of them, which is in another table than the files are.
    let sql = "SELECT count(DISTINCT purchase_id), count(*), CAST(sum(amount) AS VARCHAR) FROM purchases WHERE occurred_at >= TIMESTAMPTZ '2026-01-01 00:00:00+00'";
    let mut asks = Command::new(python);
    asks.arg(script).arg(dir.path().join("lake/tenants").join(SHOP));
    asks.args(std::iter::repeat_n(["--sql", sql], STATEMENTS).flatten());
    let asked = tokio::task::spawn_blocking(move || asks.output().unwrap());
    while !asked.is_finished() {
        bench.send(Table::Purchases, &purchases(sent, 10)).await.unwrap();
        sent += 10;
        bench.engine.flush(&bench.shop).await.unwrap();
        bench.engine.compact(&bench.shop).await.unwrap();
    }
    let output = asked.await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = String::from_utf8(output.stdout).unwrap();
    let (mut answered, mut seen) = (0, 800);
    for line in answers.lines() {
        let answer: serde_json::Value = serde_json::from_str(line).unwrap();
        let row = &answer["rows"][0];
        let ids = row[0].as_u64().unwrap();
        assert!(ids >= seen, "{ids} purchases after {seen}: {line}");
        assert_eq!(row[1], ids * 2, "{line}");
        (answered, seen) = (answered + 1, ids);
    }
    assert_eq!(answered, STATEMENTS);
    assert!(seen > 800, "nothing was merged meanwhile");
    bench.engine.shutdown().await.unwrap();
}

/// Whether a catalog is one whose readers need files beside it: SQLite notes it in the header.
fn has_log(catalog: &std::path::Path) -> bool {
    let bytes = std::fs::read(catalog).unwrap();
    (bytes[18], bytes[19]) != (1, 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalog_at_rest_is_one_file_for_whoever_may_not_write_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let bench = open(config(dir.path())).await;
    let folder = dir.path().join("lake/tenants").join(SHOP);
    let catalog = folder.join("catalog.sqlite");
    let sql = "SELECT CAST(sum(amount) AS VARCHAR) AS s FROM lake.main.purchases";
    bench.send(Table::Purchases, &purchases(0, 100)).await.unwrap();
    bench.engine.flush(&bench.shop).await.unwrap();
    assert!(has_log(&catalog), "it is read while it is written to");
    // What the README says of a running server: a copy is attached, wherever it stands.
    let copy = tempfile::tempdir().unwrap();
    let copied = copy.path().join("catalog.sqlite");
    std::fs::copy(&catalog, &copied).unwrap();
    if let Some((python, script)) = reader("duckdb_lake.py") {
        let output = Command::new(python).arg(script).arg(&copied).args(["--sql", sql]).output().unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).contains("375.0000"), "{output:?}");
    }
    bench.send(Table::Purchases, &purchases(100, 20)).await.unwrap();
    bench.engine.shutdown().await.unwrap();
    drop(bench);
    let beside = || {
        let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name());
        entries.filter(|name| name.to_string_lossy().starts_with("catalog.sqlite-")).count()
    };
    assert!(!has_log(&catalog) && beside() == 0);
    if let Some(out) = duckdb(dir.path(), sql) {
        assert!(out.contains("450.0000"), "{out}");
        assert!(!has_log(&catalog) && beside() == 0, "a reader leaves nothing behind");
    }
    // A server that takes it up again goes on as before.
    let again = open(config(dir.path())).await;
    again.send(Table::Purchases, &purchases(120, 10)).await.unwrap();
    again.engine.flush(&again.shop).await.unwrap();
    assert!(has_log(&catalog));
    assert_eq!(again.totals().await, format!("260|130|{}", 3.75 * 130.0));
    again.engine.shutdown().await.unwrap();
    assert!(!has_log(&catalog));
}
