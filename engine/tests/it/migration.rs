//! A lake of an earlier version: what it held is there with the columns that have come since, in files and in the journal, it
//! takes new records beside them, and DuckDB reads it.

use std::{path::Path, process::Command};

use kupets_engine::{Engine, TenantContext, schema::Table};

use crate::{
    duckdb::reader,
    support::{Bench, config, open, workspace},
};

/// The workspace of the fixture.
const FIXTURE: &str = "01a2288235137733855ee36a91e3d752";

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

pub async fn open_fixture(dir: &Path) -> Bench {
    let mut bench = open(config(dir)).await;
    bench.shop = bench.authority.grant(workspace(FIXTURE), kupets_engine::Actor::server());
    bench
}

/// What no version may change: rows, purchases, units and money of each currency.
async fn totals(bench: &Bench) -> String {
    let sql = "SELECT currency, count(*), count(DISTINCT purchase_id), sum(quantity), sum(amount), count(*) FILTER (WHERE line = 1) \
               FROM purchases GROUP BY currency ORDER BY currency";
    format!("{:?}", bench.rows(sql).await)
}

fn duckdb(dir: &Path, sql: &str) -> Option<String> {
    let (python, script) = reader("duckdb_lake.py")?;
    let lake = dir.join("lake/tenants").join(FIXTURE);
    let output = Command::new(python).arg(script).arg(lake).args(["--sql", sql]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

async fn flush(engine: &Engine, shop: &TenantContext) {
    engine.flush(shop).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_lake_is_migrated_when_it_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/tests/fixtures/fc1b65b/data"), dir.path());
    let bench = open_fixture(dir.path()).await;
    let before = totals(&bench).await;
    let lines = bench.line("SELECT count(*) FROM purchases").await;
    // Old rows say what they always meant, whichever way they are asked: filters, groups, bounds, views.
    for sql in [
        "SELECT count(*) FROM purchases WHERE status = 'completed' AND kind = 'product'",
        "SELECT count(*) FROM purchases WHERE status IN ('completed', 'pending') AND kind <> 'shipping'",
        "SELECT count(status) FROM purchases WHERE cost IS NULL AND refund_of IS NULL AND variant IS NULL",
        "SELECT count(*) FROM sales",
        "SELECT count(*) FROM goods",
    ] {
        assert_eq!(bench.line(sql).await, lines, "{sql}");
    }
    assert_eq!(
        bench.line("SELECT min(status), max(status), min(kind), max(kind), count(DISTINCT kind) FROM purchases").await,
        "completed|completed|product|product|1"
    );
    assert_eq!(
        bench.line("SELECT count(*) FROM purchases WHERE status <> 'completed' OR kind <> 'product'").await,
        "0"
    );
    assert_eq!(bench.line("SELECT count(consent), count(do_not_contact) FROM customers").await, "0|0");

    // New records stand beside them, in memory, in a file of their own, and merged into one with them.
    let sent = r#"{"purchase_id":"new-1","customer_id":"c7","status":"pending","items":[{"product_id":"sku1","amount":10,"cost":4},
        {"kind":"shipping","amount":3}]}"#;
    bench.send(Table::Purchases, sent).await.unwrap();
    bench.send(Table::Customers, r#"{"customer_id":"c7","do_not_contact":true}"#).await.unwrap();
    let question = "SELECT status, kind, count(*), sum(cost) FROM purchases WHERE purchase_id = 'new-1' OR status IS NULL \
                    GROUP BY 1, 2 ORDER BY 2";
    let expected = r#"[[String("pending"), String("product"), Number(1), Number(4)], [String("pending"), String("shipping"), Number(1), Null]]"#;
    let check = async |what: &str| {
        assert_eq!(format!("{:?}", bench.rows(question).await), expected, "{what}");
        assert_eq!(bench.line("SELECT count(*) FROM sales").await, lines, "{what}");
        let flagged = "SELECT customer_id, do_not_contact FROM customers WHERE do_not_contact";
        assert_eq!(bench.line(flagged).await, "c7|true", "{what}");
        bench.send(Table::Purchases, r#"{"purchase_id":"gone","amount":1,"status":"cancelled"}"#).await.unwrap();
    };
    check("in memory").await;
    flush(&bench.engine, &bench.shop).await;
    check("in a file").await;
    bench.engine.compact(&bench.shop).await.unwrap();
    check("merged").await;
    flush(&bench.engine, &bench.shop).await;
    bench.engine.shutdown().await.unwrap();
    drop(bench);

    let sql = "SELECT status, kind, count(*) AS n FROM lake.main.purchases GROUP BY ALL ORDER BY ALL";
    if let Some(out) = duckdb(dir.path(), sql) {
        for part in [format!(r#"["completed", "product", {lines}]"#), r#"["pending", "shipping", 1]"#.to_owned()] {
            assert!(out.contains(&part), "{out} has no {part}");
        }
    }
    // It opens as it was left.
    let bench = crate::support::open_when_free(config(dir.path())).await;
    let bench = Bench { shop: bench.authority.grant(workspace(FIXTURE), kupets_engine::Actor::server()), ..bench };
    bench.rows("SELECT 1 FROM purchases LIMIT 1").await;
    let kept = "SELECT currency, count(*), count(DISTINCT purchase_id), sum(quantity), sum(amount), count(*) FILTER (WHERE line = 1) \
                FROM sales GROUP BY currency ORDER BY currency";
    assert_eq!(format!("{:?}", bench.rows(kept).await), before);
    bench.engine.shutdown().await.unwrap();
}
