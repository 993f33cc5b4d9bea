//! The lake on a real S3 server. Runs when `KUPETS_TEST_S3_URL` names a bucket (`make test-s3`).

use kupets_engine::{EngineConfig, schema::Table};

use crate::support::{config, open, open_when_free, purchases};

fn storage(dir: &std::path::Path) -> Option<EngineConfig> {
    match std::env::var("KUPETS_TEST_S3_URL") {
        Ok(url) => {
            let unique = uuid::Uuid::new_v4().simple();
            Some(EngineConfig { storage_url: Some(format!("{}/{unique}", url.trim_end_matches('/'))), ..config(dir) })
        }
        Err(_) => {
            use std::io::Write;
            let _ = writeln!(std::io::stderr(), "SKIPPED: no S3 server in KUPETS_TEST_S3_URL: run make test-s3");
            None
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_reach_s3_and_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let Some(settings) = storage(dir.path()) else { return };
    {
        let bench = open(settings.clone()).await;
        bench.send(Table::Purchases, &purchases(0, 100)).await.unwrap();
        bench.engine.flush(&bench.shop).await.unwrap();
        bench.send(Table::Purchases, &purchases(50, 100)).await.unwrap();
        assert_eq!(bench.totals().await, "300|150|562.5");
        bench.engine.flush(&bench.shop).await.unwrap();
        bench.engine.compact(&bench.shop).await.unwrap();
        assert_eq!(bench.totals().await, "300|150|562.5");
        bench.send(Table::Purchases, &purchases(140, 20)).await.unwrap();
    }
    let bench = open_when_free(settings.clone()).await;
    assert_eq!(bench.totals().await, "320|160|600");
    bench.engine.shutdown().await.unwrap();
    // A node that has never seen the tenant reads the published catalog.
    let fresh = tempfile::tempdir().unwrap();
    let bench = open(EngineConfig { data_dir: fresh.path().to_owned(), ..settings }).await;
    assert_eq!(bench.totals().await, "320|160|600");
    bench.engine.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_owner_is_fenced_and_loses_nothing() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let Some(settings) = storage(one.path()) else { return };
    let first = open(settings.clone()).await;
    first.send(Table::Purchases, &purchases(0, 10)).await.unwrap();
    first.engine.flush(&first.shop).await.unwrap();
    // A second node takes the tenant over and publishes. (Its journal is another one; its numbers start above the watermark.)
    let second = open(EngineConfig { data_dir: two.path().to_owned(), ..settings }).await;
    second.send(Table::Purchases, &purchases(10, 10)).await.unwrap();
    second.engine.flush(&second.shop).await.unwrap();
    // The first one does not know: its flush is refused, and its record is still there afterwards.
    first.send(Table::Purchases, &purchases(100, 1)).await.unwrap();
    let error = first.engine.flush(&first.shop).await.unwrap_err();
    assert_eq!(error.code(), "fenced", "{error}");
    assert_eq!(second.totals().await, "40|20|75");
    // It reads the new catalog; what it acknowledged is replayed from its journal.
    assert_eq!(first.line("SELECT count(*) FROM purchases WHERE purchase_id IN ('p0', 'p15')").await, "4");
}
