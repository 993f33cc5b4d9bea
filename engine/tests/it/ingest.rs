//! Records in, records replaced, records merged: in the tail, in the lake, and across the two.

use kupets_engine::schema::Table;

use crate::support::{config, open, purchases};

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_sent_again_replaces_wherever_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let bench = open(config(dir.path())).await;
    let first = bench.send(Table::Purchases, &purchases(0, 100)).await.unwrap();
    assert_eq!((first.accepted, first.replaced), (100, 0));
    assert_eq!(bench.totals().await, "200|100|375");

    // In the tail.
    let again = bench
        .send(Table::Purchases, r#"{"purchase_id":"p5","amount":10,"product":"Pear","occurred_at":"2026-02-01"}"#)
        .await
        .unwrap();
    assert_eq!((again.accepted, again.replaced), (1, 1));
    assert_eq!(bench.totals().await, "199|100|381.25");

    // In the lake.
    bench.engine.flush(&bench.shop).await.unwrap();
    assert_eq!(bench.totals().await, "199|100|381.25");
    let again = bench.send(Table::Purchases, &purchases(5, 2)).await.unwrap();
    assert_eq!((again.accepted, again.replaced), (2, 2));
    assert_eq!(bench.totals().await, "200|100|375");
    bench.engine.flush(&bench.shop).await.unwrap();
    assert_eq!(bench.totals().await, "200|100|375");

    // All of it, several times over, with merges between.
    for _ in 0..3 {
        let again = bench.send(Table::Purchases, &purchases(0, 100)).await.unwrap();
        assert_eq!((again.accepted, again.replaced), (100, 100));
        assert_eq!(bench.totals().await, "200|100|375");
        bench.engine.flush(&bench.shop).await.unwrap();
        bench.engine.compact(&bench.shop).await.unwrap();
        assert_eq!(bench.totals().await, "200|100|375");
    }
    // Seven customers were made by their ids alone, and no more by sending again.
    assert_eq!(bench.line("SELECT count(*), count(DISTINCT customer_id) FROM customers").await, "7|7");
    bench.engine.shutdown().await.unwrap();
}

/// The catalog reuses ids of files that a merge removed: the places of keys must follow the files, not their numbers.
#[tokio::test(flavor = "multi_thread")]
async fn replacing_after_a_merge_hits_the_right_rows() {
    let dir = tempfile::tempdir().unwrap();
    let bench = open(config(dir.path())).await;
    for round in 0..6 {
        bench.send(Table::Purchases, &purchases(round * 50, 100)).await.unwrap();
        bench.engine.flush(&bench.shop).await.unwrap();
        if round % 2 == 0 {
            bench.engine.compact(&bench.shop).await.unwrap();
        }
        let ids = round * 50 + 100;
        assert_eq!(bench.totals().await, format!("{}|{ids}|{}", ids * 2, 3.75 * ids as f64), "round {round}");
    }
    bench.engine.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_sent_again_is_merged_wherever_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let bench = open(config(dir.path())).await;
    let who = "SELECT name, email, phone, tags, attributes->>'city', attributes->>'size' FROM customers WHERE customer_id = '1'";
    bench
        .send(
            Table::Customers,
            r#"{"customer_id":"1","name":"Анна","email":"a@example.com","attributes":{"city":"Казань","size":"L"}}"#,
        )
        .await
        .unwrap();
    bench
        .send(Table::Customers, r#"{"customer_id":"1","phone":"+7 900 000","attributes":{"size":"M"}}"#)
        .await
        .unwrap();
    assert_eq!(bench.line(who).await, "Анна|a@example.com|+7 900 000|null|Казань|M");
    bench.engine.flush(&bench.shop).await.unwrap();
    let answer = bench
        .send(Table::Customers, r#"[{"customer_id":"1","email":null,"tags":["vip"]},{"customer_id":"2"}]"#)
        .await
        .unwrap();
    assert_eq!((answer.accepted, answer.replaced), (2, 1));
    assert_eq!(bench.line(who).await, r#"Анна|null|+7 900 000|["vip"]|Казань|M"#);
    bench.engine.flush(&bench.shop).await.unwrap();
    assert_eq!(bench.line(who).await, r#"Анна|null|+7 900 000|["vip"]|Казань|M"#);
    assert_eq!(bench.line("SELECT count(*) FROM customers").await, "2");
    bench.engine.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_is_there_after_a_stop_without_a_flush() {
    let dir = tempfile::tempdir().unwrap();
    {
        let bench = open(config(dir.path())).await;
        bench.send(Table::Purchases, &purchases(0, 50)).await.unwrap();
        bench.engine.flush(&bench.shop).await.unwrap();
        bench.send(Table::Purchases, &purchases(25, 50)).await.unwrap();
        assert_eq!(bench.totals().await, "150|75|281.25");
        // Dropped as a crash would drop it: no shutdown.
    }
    let bench = crate::support::open_when_free(config(dir.path())).await;
    assert_eq!(bench.totals().await, "150|75|281.25");
    let again = bench.send(Table::Purchases, &purchases(0, 75)).await.unwrap();
    assert_eq!((again.accepted, again.replaced), (75, 75));
    assert_eq!(bench.totals().await, "150|75|281.25");
    bench.engine.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_do_not_see_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let bench = open(config(dir.path())).await;
    let other = bench
        .authority
        .grant(crate::support::workspace("00000000000000000000000000000002"), kupets_engine::Actor::server());
    bench.send(Table::Purchases, &purchases(0, 10)).await.unwrap();
    bench.send_to(&other, Table::Purchases, &purchases(3, 4)).await.unwrap();
    let count = "SELECT count(DISTINCT purchase_id) FROM purchases";
    assert_eq!(bench.try_rows(&other, count).await.unwrap(), [[4]]);
    assert_eq!(bench.line(count).await, "10");
    bench.engine.flush(&other).await.unwrap();
    bench.engine.flush(&bench.shop).await.unwrap();
    assert_eq!(bench.try_rows(&other, count).await.unwrap(), [[4]]);
    assert_eq!(bench.line(count).await, "10");
    bench.engine.shutdown().await.unwrap();
}
