//! What a workspace keeps no longer is gone from every answer, and nothing else is.

use chrono::{TimeZone as _, Utc};
use kupets_engine::{Expired, KeptSince, schema::Table};

use crate::support::{Bench, config, open};

async fn send(bench: &Bench) {
    let purchases = r#"[
        {"purchase_id":"old","customer_id":"gone","occurred_at":"2020-05-01","product":"x","items":[
            {"product":"x","amount":5},{"product":"y","amount":6}]},
        {"purchase_id":"edge","customer_id":"kept","occurred_at":"2021-01-01T00:00:00Z","product":"x","amount":7},
        {"purchase_id":"late","customer_id":"silent","occurred_at":"2022-03-01","product":"x","amount":9}]"#;
    bench.send(Table::Purchases, &purchases.replace(r#""product":"x","items""#, r#""items""#)).await.unwrap();
    let interactions = r#"[
        {"interaction_id":"a","customer_id":"kept","kind":"call","occurred_at":"2020-05-01"},
        {"interaction_id":"b","customer_id":"kept","kind":"call","occurred_at":"2025-05-01"}]"#;
    bench.send(Table::Interactions, interactions).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_is_deleted_from_tail_and_files_and_the_rest_stays() {
    let dir = tempfile::tempdir().unwrap();
    let bench = open(config(dir.path())).await;
    send(&bench).await;
    let kept = KeptSince {
        purchases: Some(Utc.with_ymd_and_hms(2021, 1, 1, 0, 0, 0).unwrap()),
        interactions: Some(Utc.with_ymd_and_hms(2024, 1, 1, 0, 0, 0).unwrap()),
        customers: None,
    };
    let expired = bench.engine.expire(&bench.shop, kept).await.unwrap();
    assert_eq!(expired, Expired { purchases: 1, interactions: 1, customers: 0, more: false });
    assert_eq!(bench.line("SELECT min(purchase_id), max(purchase_id), count(*) FROM purchases").await, "edge|late|2");
    assert_eq!(bench.line("SELECT interaction_id FROM interactions").await, "b");
    assert_eq!(bench.line("SELECT count(*) FROM customers").await, "3");
    // Nothing is left to do, and the same id may come again and be replaced as ever.
    assert_eq!(bench.engine.expire(&bench.shop, kept).await.unwrap(), Expired::default());
    let again = r#"{"purchase_id":"old","customer_id":"kept","occurred_at":"2025-05-01","product":"x","amount":8}"#;
    assert_eq!(bench.send(Table::Purchases, again).await.unwrap().replaced, 0);
    assert_eq!(bench.send(Table::Purchases, again).await.unwrap().replaced, 1);
    assert_eq!(bench.line("SELECT count(*), count(DISTINCT purchase_id) FROM purchases").await, "3|3");
    bench.engine.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_who_fell_silent_are_erased_and_kept_purchases_stay_of_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let bench = open(config(dir.path())).await;
    send(&bench).await;
    bench.engine.flush(&bench.shop).await.unwrap();
    // All were written today, which counts as heard of.
    let at = |year| Some(Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap());
    let kept = KeptSince { customers: at(2024), ..KeptSince::default() };
    assert_eq!(bench.engine.expire(&bench.shop, kept).await.unwrap(), Expired::default());
    let call = r#"{"interaction_id":"c","customer_id":"kept","kind":"call","occurred_at":"2100-02-01"}"#;
    bench.send(Table::Interactions, call).await.unwrap();
    let kept = KeptSince { customers: at(2100), ..KeptSince::default() };
    let expired = bench.engine.expire(&bench.shop, kept).await.unwrap();
    assert_eq!(expired, Expired { customers: 2, ..Expired::default() });
    assert_eq!(bench.line("SELECT customer_id FROM customers").await, "kept");
    assert_eq!(bench.line("SELECT count(*), count(customer_id) FROM purchases").await, "4|1");
    bench.engine.shutdown().await.unwrap();
}
