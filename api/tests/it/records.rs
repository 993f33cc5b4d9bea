//! Purchases and interactions as shops have them: their fields in and out, read and deleted one by one.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, Person, answer};

async fn shop() -> (App, Person, String) {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
    (app, anna, key)
}

async fn send(app: &App, key: &str, path: &str, body: Value) -> (u16, Value) {
    answer(app.post(path, &body).key(key)).await
}

async fn get(app: &App, key: &str, path: &str) -> Value {
    let (status, body) = answer(app.get(path).key(key)).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

fn ids(page: &Value, field: &str) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|one| one[field].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_of_a_purchase_and_a_customer_comes_back() {
    let (app, _, key) = shop().await;
    let sent = json!({
        "purchase_id": "p1", "customer_id": "c1", "occurred_at": "2026-03-01T10:00:00Z", "currency": "EUR", "channel": "web",
        "status": "pending", "refund_of": "p0", "source": "shopify", "attributes": {"a": 1},
        "items": [
            {"product_id": "t", "product": "Tea", "category": "drinks", "quantity": 2, "unit_price": 5.5, "amount": 10.5, "kind": "product",
             "cost": 4, "discount": 0.5, "vat_rate": 22, "variant": "green"},
            {"product_id": null, "product": "Courier", "category": null, "quantity": 1, "unit_price": null, "amount": 3, "kind": "shipping",
             "cost": null, "discount": null, "vat_rate": null, "variant": null},
        ],
    });
    assert_eq!(send(&app, &key, "/v1/purchases", sent.clone()).await.0, 200);
    let mut expected = sent;
    expected["amount"] = json!(13.5);
    // What has a name alone is told apart by it, a courier as well as a cup.
    expected["items"][1]["product_id"] = json!("Courier");
    assert_eq!(get(&app, &key, "/v1/purchases/p1").await, expected);
    let timeline = get(&app, &key, "/v1/customers/c1/timeline").await;
    let event = &timeline["items"][0];
    assert_eq!((&event["status"], &event["items"][1]["kind"]), (&json!("pending"), &json!("shipping")), "{timeline}");

    let customer = json!({"customer_id": "c1", "do_not_contact": true, "consent": [{"channel": "email", "given": true, "at": "2026-01-02T03:04:05Z"}]});
    assert_eq!(send(&app, &key, "/v1/customers", customer.clone()).await.0, 200);
    for path in ["/v1/customers/c1", "/v1/customers"] {
        let body = get(&app, &key, path).await;
        let told = if path.ends_with("c1") { &body } else { &body["items"][0] };
        assert_eq!((&told["consent"], &told["do_not_contact"]), (&customer["consent"], &json!(true)), "{path}");
        // It is not paid: no figure counts it.
        assert_eq!((&told["orders"], &told["revenue"]), (&json!(0), &json!(0)), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_is_refused_with_its_field() {
    let (app, _, key) = shop().await;
    for (path, body, field) in [
        ("/v1/purchases", json!({"amount": -10, "quantity": 1}), "quantity"),
        (
            "/v1/purchases",
            json!({"items": [{"amount": 1}, {"amount": 5, "quantity": -1, "kind": "service"}]}),
            "items[1].quantity",
        ),
        ("/v1/purchases", json!({"amount": 1, "status": "paid"}), "status"),
        ("/v1/purchases", json!({"amount": 1, "kind": "goods"}), "kind"),
        ("/v1/purchases", json!({"amount": 1, "purchase_id": "  "}), "purchase_id"),
        ("/v1/interactions", json!({"kind": "call", "interaction_id": " "}), "interaction_id"),
        ("/v1/customers", json!({"customer_id": "c", "consent": [{"given": true}]}), "consent"),
        ("/v1/customers", json!({"customer_id": " "}), "customer_id"),
    ] {
        let (status, problem) = send(&app, &key, path, body.clone()).await;
        assert_eq!((status, problem["errors"][0]["field"].as_str()), (422, Some(field)), "{body}: {problem}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_are_listed_read_and_deleted_one_by_one() {
    let (app, anna, key) = shop().await;
    let purchases: Vec<Value> = (1..=5)
        .map(|n| {
            // Two of one moment: their ids decide.
            let day = if n == 4 { 3 } else { n };
            json!({"purchase_id": format!("p{n}"), "customer_id": format!("c{}", n % 2), "occurred_at": format!("2026-03-0{day}T10:00:00Z"),
                "items": [{"product": "Tea", "amount": n}, {"product": "Cup", "amount": 1}]})
        })
        .collect();
    assert_eq!(send(&app, &key, "/v1/purchases", json!(purchases)).await.0, 200);
    assert_eq!(ids(&get(&app, &key, "/v1/purchases").await, "purchase_id"), ["p5", "p4", "p3", "p2", "p1"]);
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let page = get(&app, &key, &format!("/v1/purchases?limit=2{next}")).await;
        assert_eq!(page["items"][0]["items"].as_array().unwrap().len(), 2, "{page}");
        seen.extend(ids(&page, "purchase_id"));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(seen, ["p5", "p4", "p3", "p2", "p1"]);
    let some = get(&app, &key, "/v1/purchases?customer_id=c1&from=2026-03-02&to=2026-03-05").await;
    assert_eq!(ids(&some, "purchase_id"), ["p3"]);
    let (status, problem) = answer(app.get(&format!("/v1/purchases?customer_id=c1{next}")).key(&key)).await;
    assert_eq!((status, problem["code"].as_str()), (400, Some("bad_cursor")), "{problem}");

    // A key does not delete, and a viewer does not; a manager does, and the lake follows.
    let delete = |path: &str| app.request(Method::DELETE, path);
    assert_eq!(answer(delete("/v1/purchases/p4").key(&key)).await.0, 403);
    let viewer = app.member(&anna, "viewer", "viewer@example.com").await;
    assert_eq!(answer(delete("/v1/purchases/p4").person(&viewer)).await.0, 403);
    let manager = app.member(&anna, "manager", "manager@example.com").await;
    assert_eq!(answer(delete("/v1/purchases/p4").person(&manager)).await.0, 204);
    let (status, problem) = answer(delete("/v1/purchases/p4").person(&manager)).await;
    assert_eq!((status, problem["code"].as_str()), (404, Some("unknown_purchase")), "{problem}");
    assert_eq!(answer(app.get("/v1/purchases/p4").key(&key)).await.0, 404);
    assert_eq!(ids(&get(&app, &key, "/v1/purchases").await, "purchase_id"), ["p5", "p3", "p2", "p1"]);
    let (_, counted) =
        answer(app.post("/v1/sql", &json!({"sql": "SELECT count(*), sum(amount) FROM purchases"})).key(&key)).await;
    assert_eq!(counted["rows"], json!([[8, 15]]), "{counted}");
    // The same id is free again.
    assert_eq!(send(&app, &key, "/v1/purchases", json!({"purchase_id": "p4", "amount": 7})).await.1["replaced"], 0);

    let call =
        json!({"interaction_id": "i1", "customer_id": "c1", "kind": "call", "occurred_at": "2026-03-01T10:00:00Z"});
    assert_eq!(send(&app, &key, "/v1/interactions", call).await.0, 200);
    assert_eq!(get(&app, &key, "/v1/interactions/i1").await["customer_id"], "c1");
    assert_eq!(ids(&get(&app, &key, "/v1/interactions").await, "interaction_id"), ["i1"]);
    assert_eq!(answer(delete("/v1/interactions/i1").person(&manager)).await.0, 204);
    assert_eq!(get(&app, &key, "/v1/interactions").await, json!({"items": [], "next_cursor": null}));
    // A note is whoever wrote it's.
    let (_, note) = answer(app.post("/v1/customers/c1/notes", &json!({"body": "x"})).person(&anna)).await;
    let path = format!("/v1/interactions/{}", note["id"].as_str().unwrap());
    assert_eq!(answer(delete(&path).person(&manager)).await.0, 403);
    assert_eq!(answer(delete(&path).person(&anna)).await.0, 204);
}
