//! What counts: completed purchases in every figure, goods in reports of products, and what comes back.

use std::collections::BTreeMap;

use futures::TryStreamExt;
use kupets_engine::{
    query::Format,
    schema::Table,
    semantic::{catalogue::Metric, plan::Plan},
};
use serde_json::Value;

use crate::support::{Bench, config, open};

/// A sale of 10 with delivery, its return in the shortest form, one that waits and one that was called off; and a service.
const SHOP: &str = r#"[
    {"purchase_id":"sale","customer_id":"a","occurred_at":"2026-01-05T10:00:00Z","items":[
        {"product_id":"tea","product":"Tea","category":"drinks","quantity":1,"amount":10,"cost":4},
        {"kind":"shipping","product":"Courier","amount":3}]},
    {"purchase_id":"back","refund_of":"sale","customer_id":"a","occurred_at":"2026-01-06T10:00:00Z","product_id":"tea","amount":-10},
    {"purchase_id":"waits","customer_id":"b","occurred_at":"2026-01-07T10:00:00Z","product_id":"cup","amount":50,"status":"pending"},
    {"purchase_id":"off","customer_id":"c","occurred_at":"2026-01-08T10:00:00Z","product_id":"cup","amount":70,"status":"cancelled"},
    {"purchase_id":"work","customer_id":"b","occurred_at":"2026-01-09T10:00:00Z","items":[
        {"kind":"service","product_id":"tea","product":"Brewing","quantity":2,"amount":20},
        {"kind":"discount","amount":-5}]}
]"#;

async fn report(bench: &Bench, id: &str, parameters: &[(&str, &str)]) -> Vec<Vec<Value>> {
    let parameters: BTreeMap<String, String> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let answer = bench.engine.report(&bench.shop, id, &parameters).await.unwrap();
    let chunks: Vec<bytes::Bytes> = answer.into_bytes(Format::Json).try_collect().await.unwrap();
    let value: Value = serde_json::from_slice(&chunks.concat()).unwrap();
    serde_json::from_value(value["rows"].clone()).unwrap()
}

/// The rows as text, a row a line.
fn told(rows: &[Vec<Value>], columns: usize) -> String {
    let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let row = |row: &Vec<Value>| row.iter().take(columns).map(cell).collect::<Vec<_>>().join(" ");
    rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_took_place_counts_and_only_goods_are_products() {
    let dir = tempfile::tempdir().unwrap();
    let bench = open(config(dir.path())).await;
    bench.send(Table::Purchases, SHOP).await.unwrap();
    for state in ["in memory", "in files"] {
        if state == "in files" {
            bench.engine.flush(&bench.shop).await.unwrap();
        }
        // What comes back takes its unit back; services and delivery are no units.
        assert_eq!(
            told(&report(&bench, "sales_summary", &[]).await, 2),
            "revenue 18\ngross 33\nrefunds 15\norders 2\nunits 0\ncustomers 2\naverage_order 14\nnew_customers 2\nrepeat_rate 0",
            "{state}"
        );
        let time = report(&bench, "sales_over_time", &[("grain", "year")]).await;
        assert_eq!(told(&time, 6), "2026-01-01T00:00:00 18 2 2 0 14", "{state}");
        // The tea that is a service is no product.
        assert_eq!(told(&report(&bench, "top_products", &[]).await, 5), "tea Tea 0 0 1", "{state}");
        assert_eq!(told(&report(&bench, "abc_xyz", &[]).await, 3), "tea Tea 0", "{state}");
        assert_eq!(told(&report(&bench, "channels", &[]).await, 4), "null 18 2 2", "{state}");
        assert_eq!(bench.line("SELECT count(*), sum(amount) FROM orders").await, "3|18", "{state}");
        // The others are there for whoever asks.
        assert_eq!(
            told(
                &bench.rows("SELECT purchase_id, status FROM purchases WHERE status <> 'completed' ORDER BY 1").await,
                2
            ),
            "off cancelled\nwaits pending",
            "{state}"
        );
        let row = "SELECT refund_of, quantity FROM purchases WHERE purchase_id = 'back'";
        assert_eq!(bench.line(row).await, "sale|-1", "{state}");
    }
    // A purchase that becomes what it was to be counts from then on.
    let paid = r#"{"purchase_id":"waits","customer_id":"b","occurred_at":"2026-01-07T10:00:00Z","product_id":"cup","amount":50}"#;
    bench.send(Table::Purchases, paid).await.unwrap();
    assert_eq!(bench.line("SELECT count(*), sum(amount) FROM orders").await, "4|68");
    // Taken back whole it is no net order; the sale of 13 lost 10 of them, and is one.
    let whole = r#"{"purchase_id":"whole","refund_of":"work","customer_id":"b","occurred_at":"2026-01-12T10:00:00Z","kind":"other","amount":-15}"#;
    bench.send(Table::Purchases, whole).await.unwrap();
    for metrics in [
        vec![Metric::Orders, Metric::NetOrders, Metric::RepeatRate90d],
        vec![Metric::Orders, Metric::NetOrders, Metric::RepeatRate90d, Metric::RepeatRate],
    ] {
        let plan = Plan { metrics, ..Plan::default() };
        let calendar = bench.engine.calendar(&bench.shop);
        let rows = bench.engine.work_out(&bench.shop, &plan, &calendar).await.unwrap().rows;
        let figures: Vec<f64> = rows[0].iter().take(3).map(|cell| cell.to_string().parse().unwrap()).collect();
        assert_eq!(figures, [3.0, 2.0, 0.5]);
    }
    // Neither is it an order of segments, stages and models: `a` and `b` have one each.
    let rfm = report(&bench, "rfm_segments", &[("as_of", "2026-02-01")]).await;
    let of = |row: &Vec<Value>, column: usize| row[column].to_string().parse::<f64>().unwrap();
    assert_eq!(rfm.iter().map(|row| of(row, 1)).sum::<f64>(), 2.0, "{rfm:?}");
    assert!(rfm.iter().all(|row| of(row, 4) == 1.0), "{rfm:?}");
    assert_eq!(told(&report(&bench, "lifecycle", &[("as_of", "2026-01-20")]).await, 2), "new 2");
    // Before it was taken back, `b` had come twice within two days, in which `a` was long due.
    assert_eq!(told(&report(&bench, "lifecycle", &[("as_of", "2026-01-12")]).await, 2), "active 1\nlost 1");
    // The only line with a cost brought 6 of 10; `b` has none, and is taken for as good.
    let worth = report(&bench, "customer_value", &[("as_of", "2026-02-01"), ("horizon_days", "90")]).await;
    assert_eq!(worth.len(), 2);
    for row in &worth {
        assert_eq!(of(row, 7), 90.0, "{row:?}");
        assert!(of(row, 3) > 0.0 && (of(row, 8) - 0.6 * of(row, 3)).abs() < 1e-3, "{row:?}");
    }
    // In the list and in SQL it is the same.
    assert_eq!(bench.line("SELECT count(*) FROM taken_back").await, "1");
    assert_eq!(bench.line("SELECT count(*), max(orders) FROM customer_facts WHERE segment IS NOT NULL").await, "2|2");
    bench.engine.shutdown().await.unwrap();
}
