//! Merged customers, as DuckDB reads the lake: the same rows for the same people as our own answers.

use kupets_engine::schema::Table;

use crate::{
    duckdb::duckdb,
    support::{config, open, purchases},
};

#[tokio::test(flavor = "multi_thread")]
async fn duckdb_sees_one_person_after_a_merge_and_two_after_it_is_undone() {
    let dir = tempfile::tempdir().unwrap();
    let bench = open(config(dir.path())).await;
    // Half of it in the lake, half in the tail.
    bench.send(Table::Purchases, &purchases(0, 70)).await.unwrap();
    bench.engine.flush(&bench.shop).await.unwrap();
    bench.send(Table::Purchases, &purchases(35, 70)).await.unwrap();
    let totals = bench.totals().await;
    let by_customer = |table: &str| {
        format!(
            "SELECT count(DISTINCT customer_id) AS who, count(DISTINCT original_customer_id) AS sent, count(*) AS n, \
             CAST(sum(amount) AS VARCHAR) AS total FROM {table}"
        )
    };
    let check = async |expected: &str| {
        bench.engine.flush(&bench.shop).await.unwrap();
        assert_eq!(bench.line(&by_customer("purchases")).await, expected);
        assert_eq!(bench.totals().await, totals);
        if let Some(out) = duckdb(dir.path(), &by_customer("lake.main.purchases")) {
            for part in expected.split('|') {
                assert!(out.contains(part), "{out} has no {part}");
            }
        }
    };
    check("7|0|210|393.7500").await;
    bench.engine.merge_customer(&bench.shop, "c1", "c2").await.unwrap();
    bench.engine.merge_customer(&bench.shop, "c3", "c1").await.unwrap();
    check("5|2|210|393.7500").await;
    bench.engine.compact(&bench.shop).await.unwrap();
    check("5|2|210|393.7500").await;
    assert_eq!(bench.line("SELECT count(*) FROM customers").await, "5");
    bench.engine.undo_merge(&bench.shop, "c3").await.unwrap();
    check("6|1|210|393.7500").await;
    assert_eq!(bench.line("SELECT count(*) FROM customers").await, "6");
    // Erasing the person erases both.
    bench.engine.erase_customer(&bench.shop, "c1", false).await.unwrap();
    assert_eq!(bench.line("SELECT count(*) FROM customers").await, "5");
    assert_eq!(bench.line("SELECT count(*) FROM purchases WHERE customer_id IN ('c1', 'c2')").await, "0");
    bench.engine.shutdown().await.unwrap();
}
