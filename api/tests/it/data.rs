//! The way of the data through HTTP: in by ingest, out by status, reports, SQL and the customer list.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, Person, answer};

const ALL: [&str; 4] = ["ingest", "read", "sql", "assistant"];

async fn with_key() -> (App, Person, String) {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &ALL).await;
    (app, anna, key)
}

async fn revenue(app: &App, key: &str) -> Value {
    let sql = json!({"sql": "SELECT SUM(amount) AS revenue, COUNT(DISTINCT purchase_id) AS orders FROM purchases"});
    let (status, result) = answer(app.post("/v1/sql", &sql).key(key)).await;
    assert_eq!(status, 200, "{result}");
    result["rows"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_acknowledged_is_in_every_answer() {
    let (app, _, key) = with_key().await;
    let (status, before) = answer(app.get("/v1/connection").key(&key)).await;
    assert_eq!(status, 200);
    assert_eq!(before["records"], json!({"customers": 0, "purchases": 0, "interactions": 0}));
    assert_eq!(before["key"]["scopes"], json!(ALL));

    let purchase = json!({"purchase_id": "p1", "customer_id": "c1", "occurred_at": "2026-03-01T10:00:00+03:00",
        "items": [{"product_id": "tea", "quantity": 2, "unit_price": "7.65"}]});
    let (status, accepted) = answer(app.post("/v1/purchases", &purchase).key(&key)).await;
    assert_eq!((status, accepted), (200, json!({"accepted": 1, "replaced": 0})));
    let (_, again) = answer(app.post("/v1/purchases", &json!([purchase])).key(&key)).await;
    assert_eq!(again, json!({"accepted": 1, "replaced": 1}));

    assert_eq!(revenue(&app, &key).await.to_string(), "[15.3,1]");
    let (_, after) = answer(app.get("/v1/connection").key(&key)).await;
    assert_eq!(after["records"], json!({"customers": 1, "purchases": 1, "interactions": 0}));
    assert!(after["last_record_at"].is_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_a_record_compressed_and_with_ids_made_here() {
    let (app, _, key) = with_key().await;
    let lines = "{\"customer_id\":\"1\",\"amount\":1.5,\"product\":\"a\"}\n\n{\"amount\":\"2.5\",\"product\":\"b\"}\n";
    let send = || {
        let request =
            app.request(Method::POST, "/v1/purchases").key(&key).header("content-type", "application/x-ndjson");
        let request = request.header("content-encoding", "zstd").header("idempotency-key", "order-17");
        answer(request.body(zstd::encode_all(lines.as_bytes(), 3).unwrap()))
    };
    let (status, first) = send().await;
    assert_eq!((status, first["accepted"].as_u64().unwrap(), first["items"].as_array().unwrap().len()), (200, 2, 2));
    let (_, second) = send().await;
    assert_eq!(second["items"], first["items"], "the same Idempotency-Key gives the same ids");
    assert_eq!(revenue(&app, &key).await.to_string(), "[4,2]");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_record_refuses_the_request_or_is_skipped() {
    let (app, _, key) = with_key().await;
    let batch =
        json!([{"product": "a", "amount": 1}, {"product": "b", "amount": "x"}, {"product": "c", "amount": "0.00001"}]);
    let (status, problem) = answer(app.post("/v1/purchases", &batch).key(&key)).await;
    assert_eq!(status, 422);
    let at: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["index"].as_u64().unwrap()).collect();
    assert_eq!(at, [1, 2]);
    assert_eq!(answer(app.get("/v1/connection").key(&key)).await.1["records"]["purchases"], 0);

    let (status, done) = answer(app.post("/v1/purchases?on_error=skip", &batch).key(&key)).await;
    assert_eq!((status, done["accepted"].as_u64().unwrap(), done["rejected"].as_array().unwrap().len()), (200, 1, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_comes_in_every_format() {
    let (app, _, key) = with_key().await;
    answer(app.post("/v1/purchases", &json!({"customer_id": "c1", "product": "tea", "amount": 15.30})).key(&key)).await;
    let get = async |format: &str| {
        let answer = app.get(&format!("/v1/reports/top_products?format={format}")).key(&key).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{format}");
        let disposition = answer.headers().get("content-disposition").map(|d| d.to_str().unwrap().to_owned());
        (disposition, answer.bytes().await.unwrap())
    };
    let (disposition, json) = get("json").await;
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!((disposition, json["rows"][0][1].as_str().unwrap()), (None, "tea"));
    assert_eq!(json["meta"]["report"], "top_products");
    let (disposition, csv) = get("csv").await;
    assert_eq!(disposition.unwrap(), "attachment; filename=\"top_products.csv\"");
    assert!(csv.starts_with(b"product_id,product,revenue"), "{csv:?}");
    assert!(get("xlsx").await.1.starts_with(b"PK"));
    assert!(get("parquet").await.1.starts_with(b"PAR1"));
    assert!(!get("arrow").await.1.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_are_listed_read_edited_and_erased() {
    let (app, anna, key) = with_key().await;
    let people = json!([{"customer_id": "c1", "name": "Иван", "attributes": {"city": "Казань"}}, {"customer_id": "c2", "name": "Ольга"}]);
    answer(app.post("/v1/customers", &people).key(&key)).await;
    answer(app.post("/v1/purchases", &json!({"customer_id": "c2", "product": "tea", "amount": 15.30})).key(&key)).await;

    let (status, list) = answer(app.get("/v1/customers?sort=-revenue&limit=1").key(&key)).await;
    assert_eq!(status, 200, "{list}");
    assert_eq!(
        (list["items"][0]["customer_id"].as_str().unwrap(), list["items"][0]["revenue"].to_string()),
        ("c2", "15.3".to_owned())
    );
    assert!(list["next_cursor"].is_string());
    let (_, found) = answer(app.get("/v1/customers").query(&[("search", "иван")]).key(&key)).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);

    let (status, card) =
        answer(app.request(Method::PATCH, "/v1/customers/c1").json(&json!({"phone": "+7"})).person(&anna)).await;
    assert_eq!(status, 200, "{card}");
    assert_eq!((card["phone"].as_str().unwrap(), card["attributes"]["city"].as_str().unwrap()), ("+7", "Казань"));
    let edit = app.request(Method::PATCH, "/v1/customers/nobody").json(&json!({"phone": "+7"}));
    assert_eq!(answer(edit.person(&anna)).await.0, 404);

    let (_, timeline) = answer(app.get("/v1/customers/c2/timeline").key(&key)).await;
    assert_eq!(timeline["items"][0]["type"], "purchase");

    let (status, erasure) = answer(app.request(Method::DELETE, "/v1/customers/c2").person(&anna)).await;
    assert_eq!(status, 202, "{erasure}");
    assert_eq!(answer(app.get("/v1/customers/c2").key(&key)).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_is_kept_of_a_customer_is_told_and_that_is_noted() {
    let (app, anna, key) = with_key().await;
    let people = json!([{"customer_id": "c1", "name": "Nina", "email": "nina@example.com"}, {"customer_id": "c2", "name": "Olga"}]);
    answer(app.post("/v1/customers", &people).key(&key)).await;
    for (customer, number) in [("c1", 1), ("c1", 2), ("c2", 3)] {
        let purchase = json!({"purchase_id": format!("p{number}"), "customer_id": customer, "product": "tea", "amount": number,
            "status": if number == 2 { "cancelled" } else { "completed" }});
        assert_eq!(answer(app.post("/v1/purchases", &purchase).key(&key)).await.0, 200);
    }
    let call = json!({"interaction_id": "i1", "customer_id": "c1", "kind": "call", "body": "asked about tea"});
    assert_eq!(answer(app.post("/v1/interactions", &call).key(&key)).await.0, 200);
    let task = json!({"title": "Call back", "customer_id": "c1"});
    assert_eq!(answer(app.post("/v1/tasks", &task).person(&anna)).await.0, 201);
    let other = json!({"title": "Send a card", "customer_id": "c2"});
    assert_eq!(answer(app.post("/v1/tasks", &other).person(&anna)).await.0, 201);

    assert_eq!(answer(app.get("/v1/customers/c1/export").key(&key)).await.0, 403);
    let (status, export) = answer(app.get("/v1/customers/c1/export").person(&anna)).await;
    assert_eq!(status, 200, "{export}");
    assert_eq!(export["customer"]["email"], "nina@example.com");
    let events = export["events"].as_array().unwrap();
    let ids = |field: &str| events.iter().filter_map(|event| event[field].as_str()).collect::<Vec<_>>();
    let mut purchases = ids("purchase_id");
    purchases.sort_unstable();
    assert_eq!(purchases, ["p1", "p2"]);
    assert_eq!(ids("interaction_id"), ["i1"]);
    assert_eq!(export["kept"]["tasks"][0]["title"], "Call back", "{export}");
    assert!(!export.to_string().contains("Send a card") && !export.to_string().contains("Olga"), "{export}");
    let (_, log) = answer(app.get("/v1/audit?action=customer_exported").person(&anna)).await;
    assert_eq!(log["items"][0]["target"], json!({"kind": "customer", "id": "c1"}));
    assert_eq!(answer(app.get("/v1/customers/nobody/export").person(&anna)).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_ends_with_its_client() {
    // One query at a time and an hour for each: the second could not answer unless the first had ended.
    let app = App::spawn_with(|settings| {
        settings.query_concurrency = 1;
        settings.query_timeout_ms = 3_600_000;
        settings.query_max_rows = 1_000_000_000_000;
    })
    .await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &ALL).await;
    let customers: Vec<_> = (0..3_000).map(|n| json!({"customer_id": n.to_string()})).collect();
    assert_eq!(answer(app.post("/v1/customers", &json!(customers)).key(&key)).await.0, 200);

    let endless = json!({"sql": "SELECT a.customer_id FROM customers a CROSS JOIN customers b CROSS JOIN customers c"});
    let mut begun = app.request(Method::POST, "/v1/sql?format=csv").json(&endless).key(&key).send().await.unwrap();
    assert!(begun.chunk().await.unwrap().is_some());
    drop(begun);

    let quick = app.post("/v1/sql", &json!({"sql": "SELECT COUNT(*) AS n FROM customers"})).key(&key);
    let (status, result) = tokio::time::timeout(std::time::Duration::from_secs(60), answer(quick))
        .await
        .expect("the first query still runs");
    assert_eq!((status, result["rows"].to_string()), (200, "[[3000]]".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_result_streams_whole() {
    let (app, _, key) = with_key().await;
    let customers: Vec<_> =
        (0..20_000).map(|n| json!({"customer_id": format!("{n:05}"), "name": "x".repeat(50)})).collect();
    assert_eq!(answer(app.post("/v1/customers", &json!(customers)).key(&key)).await.0, 200);
    let sql = json!({"sql": "SELECT customer_id, name FROM customers ORDER BY customer_id"});
    let sent = app.request(Method::POST, "/v1/sql?format=csv").json(&sql).key(&key).send().await.unwrap();
    assert!(sent.headers().get("content-length").is_none(), "it was held in memory");
    let csv = sent.text().await.unwrap();
    assert_eq!(csv.lines().count(), 20_001);
    assert!(csv.trim_end().ends_with(&format!("19999,{}", "x".repeat(50))));
    // What fails before its first bytes is a problem, not a torn body.
    let (status, problem) = answer(app.post("/v1/sql", &json!({"sql": "SELECT * FROM nowhere"})).key(&key)).await;
    assert!((400..500).contains(&status), "{problem}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_of_a_request_neither_doubles_nor_overwrites() {
    let (app, _, key) = with_key().await;
    let send =
        async |body: Value| answer(app.post("/v1/purchases", &body).key(&key).header("idempotency-key", "k1")).await;
    let times = async || {
        let sql = json!({"sql": "SELECT product, occurred_at FROM purchases ORDER BY product"});
        answer(app.post("/v1/sql", &sql).key(&key)).await.1["rows"].clone()
    };
    let (_, first) = send(json!({"amount": 4, "product": "a"})).await;
    let stored = times().await;
    app.clock.advance_days(2);
    let (status, again) = send(json!({"amount": 4, "product": "a"})).await;
    assert_eq!((status, &again["items"]), (200, &first["items"]));
    assert_eq!((again["accepted"].clone(), again["replaced"].clone()), (json!(1), json!(1)));
    assert_eq!(times().await, stored, "sent again, a purchase keeps the time that it got first");
    let (status, refused) = send(json!({"amount": 5, "product": "b"})).await;
    assert_eq!((status, &refused["code"]), (422, &json!("idempotency_key_reused")), "{refused}");
    assert_eq!(revenue(&app, &key).await.to_string(), "[4,1]", "nothing of it is stored");
    // Of another table, and after a day, it is another key.
    let customers = app.post("/v1/customers", &json!({"customer_id": "c"})).key(&key).header("idempotency-key", "k1");
    assert_eq!(answer(customers).await.0, 200);
    app.clock.advance_days(1);
    app.clock.advance_ms(1);
    assert_eq!(send(json!({"amount": 5, "product": "b"})).await.0, 200);
    assert_eq!(revenue(&app, &key).await.to_string(), "[9,2]", "the same key with something else replaces nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_is_under_the_servers_own() {
    let app = App::spawn_with(|settings| settings.query_max_rows = 10).await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["sql"]).await;
    let ask = async |limit: Option<u64>| {
        let sql = json!({"sql": "SELECT unnest(range(0, 100)) AS n", "limit": limit});
        answer(app.post("/v1/sql", &sql).key(&key)).await
    };
    let (status, cut) = ask(Some(50)).await;
    assert_eq!((status, cut["rows"].as_array().unwrap().len(), &cut["meta"]["truncated"]), (200, 10, &json!(true)));
    assert_eq!(ask(Some(3)).await.1["rows"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_without_end_is_a_limit_and_no_fault() {
    let app = App::spawn_with(|settings| settings.query_memory_bytes = 50 << 20).await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "sql"]).await;
    let sql = "SELECT count(*) FROM (SELECT unnest(range(0, 20000)) x) a, (SELECT unnest(range(0, 20000)) x) b, \
               (SELECT unnest(range(0, 2)) x) c WHERE a.x + b.x + c.x = 5";
    let (status, problem) = answer(app.post("/v1/sql", &json!({ "sql": sql })).key(&key)).await;
    assert_eq!((status, &problem["code"]), (422, &json!("query_memory")), "{problem}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_year_does_not_make_a_report_endless() {
    let (app, _, key) = with_key().await;
    for (id, day) in [("1", "1901-01-01"), ("2", "2199-01-01")] {
        let purchase = json!({"purchase_id": id, "product": "tea", "amount": 1, "occurred_at": day});
        assert_eq!(answer(app.post("/v1/purchases", &purchase).key(&key)).await.0, 200);
    }
    let report = async |query: &str| answer(app.get(&format!("/v1/reports/sales_over_time?{query}")).key(&key)).await;
    assert_eq!(report("grain=month").await.0, 200);
    for query in ["grain=hour", "grain=day", "grain=day&from=1902-01-01", "from=1600-01-01", "to=2263-01-01"] {
        let (status, problem) = report(query).await;
        assert_eq!((status, &problem["code"]), (400, &json!("bad_parameter")), "{query}: {problem}");
    }
    assert_eq!(report("from=xx").await.1["errors"][0]["field"], "from");
}
