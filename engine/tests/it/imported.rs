//! What an import has made goes with its undo, wherever it stands, and nothing else does; DuckDB sees the same.

use std::path::Path;

use chrono::{TimeZone, Utc};
use kupets_engine::{
    record::{Framing, IdSource, OnError, ParseOptions, Records, parse},
    schema::Table,
};

use crate::{
    duckdb::duckdb,
    migration::{copy, open_fixture},
    support::{Bench, config, open},
};

const IMPORT: &str = "0197c5b2a0f07d0b8f2f6f2f4f7f9a01";
const COUNTS: &str = "SELECT (SELECT count(*) FROM customers), (SELECT count(DISTINCT purchase_id) FROM purchases), \
    (SELECT count(*) FROM interactions)";

/// Stores records as an import does.
async fn import(bench: &Bench, table: Table, body: &str) {
    let options = ParseOptions {
        table,
        time_zone: bench.shop.time_zone(),
        currency: bench.shop.currency().into(),
        now: Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap(),
        idempotency_key: None,
        on_error: OnError::Refuse,
        ids: IdSource::random(),
    };
    let mut parsed = parse(body.as_bytes(), Framing::Json, &options).unwrap();
    match &mut parsed.records {
        Records::Customers(all) => all.iter_mut().for_each(|one| one.import_id = Some(IMPORT.into())),
        Records::Purchases(all) => all.iter_mut().for_each(|one| one.import_id = Some(IMPORT.into())),
        Records::Interactions(all) => all.iter_mut().for_each(|one| one.import_id = Some(IMPORT.into())),
    }
    bench.engine.ingest(&bench.shop, parsed).await.unwrap();
}

/// Records of the import beside others, and changes of some by others.
async fn fill(bench: &Bench, flush: bool) {
    let settle = async || {
        if flush {
            bench.engine.flush(&bench.shop).await.unwrap();
        }
    };
    bench.send(Table::Purchases, r#"{"purchase_id":"own","customer_id":"old","amount":1}"#).await.unwrap();
    settle().await;
    import(bench, Table::Customers, r#"[{"customer_id":"a","name":"A"},{"customer_id":"b","name":"B"}]"#).await;
    let sold = r#"[{"purchase_id":"i1","customer_id":"a","items":[{"product":"tea","amount":2},{"product":"cup","amount":3}]},
        {"purchase_id":"i2","customer_id":"stub","amount":5},{"purchase_id":"i3","customer_id":"old","amount":7}]"#;
    import(bench, Table::Purchases, sold).await;
    import(bench, Table::Interactions, r#"{"interaction_id":"t1","customer_id":"a","kind":"call"}"#).await;
    settle().await;
    bench.send(Table::Customers, r#"{"customer_id":"b","name":"Boris"}"#).await.unwrap();
    bench.send(Table::Purchases, r#"{"purchase_id":"i3","customer_id":"old","amount":8}"#).await.unwrap();
    settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_takes_what_is_the_imports_own() {
    for flush in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let bench = open(config(dir.path())).await;
        fill(&bench, flush).await;
        assert_eq!(bench.line(COUNTS).await, "4|4|1");
        let own = bench.engine.ids_of_others(&bench.shop, Table::Purchases, vec!["own".to_owned(), "i1".to_owned()]);
        assert_eq!(own.await.unwrap().into_iter().collect::<Vec<_>>(), ["own"]);
        bench.engine.undo_import(&bench.shop, "0197c5b2a0f07d0b8f2f6f2f4f7f9a02", Vec::new()).await.unwrap();
        assert_eq!(bench.line(COUNTS).await, "4|4|1", "another import's undo takes nothing");
        for _ in 0..2 {
            bench.engine.undo_import(&bench.shop, IMPORT, Vec::new()).await.unwrap();
            assert_eq!(bench.line(COUNTS).await, "2|2|0");
        }
        let left = bench.rows("SELECT customer_id FROM customers ORDER BY customer_id").await;
        assert_eq!(format!("{left:?}"), r#"[[String("b")], [String("old")]]"#);
        assert_eq!(bench.line("SELECT sum(amount) FROM purchases").await, "9");
        // Their ids are free again, and a merge of files changes nothing.
        bench.send(Table::Purchases, r#"{"purchase_id":"i1","customer_id":"a","amount":1}"#).await.unwrap();
        bench.engine.flush(&bench.shop).await.unwrap();
        bench.engine.compact(&bench.shop).await.unwrap();
        assert_eq!(bench.line(COUNTS).await, "3|3|0");
        bench.engine.shutdown().await.unwrap();
        let sql = "SELECT count(*) AS n, CAST(sum(amount) AS VARCHAR) AS money FROM lake.main.purchases";
        if let Some(out) = duckdb(dir.path(), sql) {
            assert!(out.contains(r#"[3, "10.0000"]"#), "{out}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_before_there_were_imports_stay_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/tests/fixtures/fc1b65b/data"), dir.path());
    let bench = open_fixture(dir.path()).await;
    let before = bench.line(COUNTS).await;
    import(&bench, Table::Purchases, r#"{"purchase_id":"i1","customer_id":"new one","amount":2}"#).await;
    bench.engine.undo_import(&bench.shop, IMPORT, Vec::new()).await.unwrap();
    assert_eq!(bench.line(COUNTS).await, before);
    bench.engine.shutdown().await.unwrap();
}
