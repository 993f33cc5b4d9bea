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
