//! CSV for people is safe to open in a spreadsheet; CSV for programs is what was stored.

use serde_json::json;

use crate::app::{App, Credentials as _, answer};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_get_no_formulas_and_programs_get_what_was_stored() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
    let customer = json!({"customer_id": "c", "name": "=HYPERLINK(\"http://x\")"});
    assert_eq!(answer(app.post("/v1/customers", &customer).key(&key)).await.0, 200);
    let refund = json!({"purchase_id": "p", "customer_id": "c", "product": "@tea", "amount": -15.3, "occurred_at": "2026-01-05"});
    assert_eq!(answer(app.post("/v1/purchases", &refund).key(&key)).await.0, 200);
    let question =
        json!({"sql": "SELECT name AS \"+name\", product, amount FROM purchases JOIN customers USING (customer_id)"});

    let sql = |query: &str| app.post(&format!("/v1/sql?format=csv{query}"), &question);
    let guarded = "'+name,product,amount\r\n\"'=HYPERLINK(\"\"http://x\"\")\",'@tea,-15.3\r\n";
    let stored = "+name,product,amount\r\n\"=HYPERLINK(\"\"http://x\"\")\",@tea,-15.3\r\n";
    let text = async |request: reqwest::RequestBuilder| request.send().await.unwrap().text().await.unwrap();
    assert_eq!(text(sql("").person(&anna)).await, guarded);
    assert_eq!(text(sql("").key(&key)).await, stored);
    assert_eq!(text(sql("&csv_guard=false").person(&anna)).await, stored);
    assert_eq!(text(sql("&csv_guard=true").key(&key)).await, guarded);

    let report = |query: &str| app.get(&format!("/v1/reports/top_products?format=csv{query}"));
    assert!(text(report("").person(&anna)).await.contains("\r\n'@tea,'@tea,-15.3,"));
    assert!(text(report("").key(&key)).await.contains("\r\n@tea,@tea,-15.3,"));
    assert!(text(report("&csv_guard=true").key(&key)).await.contains("\r\n'@tea,"));

    for request in [sql("&csv_guard=yes").key(&key), report("&csv_guard=").person(&anna)] {
        let (status, problem) = answer(request).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("csv_guard")));
    }
}
