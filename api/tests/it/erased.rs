//! Records of customers who were erased that come late, by the workspace's rule; later ones are of a person who came back.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, Person, answer};

/// A workspace in which `c1` was erased at 2026-05-28T20:26:40Z, the time of the clock.
struct Shop {
    app: App,
    anna: Person,
    key: String,
}

impl Shop {
    async fn open() -> Self {
        let app = App::spawn().await;
        let anna = app.register("anna@example.com").await;
        let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
        let shop = Self { app, anna, key };
        assert_eq!(shop.send("purchases", purchase("p1", json!("2026-05-01"))).await.0, 200);
        let erase = shop.app.request(Method::DELETE, "/v1/customers/c1?keep_totals=true").person(&shop.anna);
        assert_eq!(answer(erase).await.0, 202);
        shop
    }

    async fn send(&self, records: &str, body: Value) -> (u16, Value) {
        answer(self.app.post(&format!("/v1/{records}"), &body).key(&self.key)).await
    }

    async fn rule(&self, rule: &str) -> (u16, Value) {
        let path = format!("/v1/workspaces/{}", self.anna.workspace());
        answer(self.app.request(Method::PATCH, &path).json(&json!({"erased_records": rule})).person(&self.anna)).await
    }

    /// The customer of each purchase.
    async fn buyers(&self) -> Value {
        let sql = json!({"sql": "SELECT purchase_id, customer_id FROM purchases ORDER BY 1"});
        answer(self.app.post("/v1/sql", &sql).key(&self.key)).await.1["rows"].clone()
    }
}

fn purchase(id: &str, at: Value) -> Value {
    json!({"purchase_id": id, "customer_id": "c1", "product": "tea", "amount": 5, "occurred_at": at})
}

const AFTER: &str = "2026-05-29T10:00:00Z";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn late_purchases_are_a_guests_and_what_is_of_the_person_alone_is_refused() {
    let shop = Shop::open().await;
    // Sent again as it was, in one request with others: a guest's now, and it takes the place of the anonymous one.
    let purchases = json!([purchase("p1", json!("2026-05-01")), purchase("p2", Value::Null), purchase("p3", json!(AFTER)),
        {"purchase_id": "p4", "customer_id": "c2", "amount": 1, "occurred_at": "2026-05-01"}]);
    let (status, done) = shop.send("purchases", purchases).await;
    assert_eq!((status, &done), (200, &json!({"accepted": 4, "replaced": 1, "guests": 2})));
    let buyers = json!([["p1", null], ["p2", null], ["p3", "c1"], ["p4", "c2"]]);
    assert_eq!(shop.buyers().await, buyers);

    let call = |at: Value| json!({"interaction_id": "i1", "customer_id": "c1", "kind": "call", "occurred_at": at});
    for at in [json!("2026-05-28T20:26:39Z"), Value::Null] {
        let (status, problem) = shop.send("interactions", call(at)).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some("erased_customer")), "{problem}");
        assert_eq!(problem["errors"][0]["field"], "customer_id", "{problem}");
    }
    assert_eq!(shop.send("interactions", call(json!(AFTER))).await.0, 200);
    // Anna's workspace is Anna's: nobody was erased in another one.
    let boris = shop.app.register("boris@example.com").await;
    let (key, _) = shop.app.key(&boris, &["ingest"]).await;
    let sent = shop.app.post("/v1/purchases", &purchase("p1", json!("2026-05-01"))).key(&key);
    assert_eq!(answer(sent).await.1, json!({"accepted": 1, "replaced": 0}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_comes_back_by_a_later_record_alone() {
    let shop = Shop::open().await;
    let customers = |path: &str| shop.app.get(&format!("/v1/customers{path}")).key(&shop.key);
    for late in [json!({"customer_id": "c1", "name": "Nina"}), json!({"customer_id": "c1", "created_at": "2026-05-01"})]
    {
        let (status, problem) = shop.send("customers", late).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some("erased_customer")), "{problem}");
    }
    assert_eq!(answer(customers("/c1")).await.0, 404);
    let back = json!([{"customer_id": "c1", "created_at": AFTER}, {"customer_id": "c1", "name": "Nina"}]);
    assert_eq!(shop.send("customers", back).await.0, 200);
    // Who is there is changed, by the app and by people.
    assert_eq!(shop.send("customers", json!({"customer_id": "c1", "phone": "+7 900 000-00-00"})).await.0, 200);
    let edit = shop.app.request(Method::PATCH, "/v1/customers/c1").json(&json!({"email": "nina@example.com"}));
    assert_eq!(answer(edit.person(&shop.anna)).await.0, 200);
    let (_, card) = answer(customers("/c1")).await;
    assert_eq!((&card["name"], &card["phone"]), (&json!("Nina"), &json!("+7 900 000-00-00")), "{card}");
    // What was before stays nobody's.
    assert_eq!(shop.send("purchases", purchase("p5", json!("2026-05-02"))).await.1["guests"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rule_is_the_workspaces() {
    let shop = Shop::open().await;
    let (_, me) = answer(shop.app.get("/v1/me").person(&shop.anna)).await;
    assert_eq!(me["workspace"]["erased_records"], "guest");
    assert_eq!(shop.rule("nobody").await.0, 422);
    let (status, changed) = shop.rule("refuse").await;
    assert_eq!((status, &changed["erased_records"]), (200, &json!("refuse")));
    let batch = json!([{"purchase_id": "p2", "amount": 1}, purchase("p3", Value::Null), {"amount": "x"}, purchase("p4", json!("2026-05-01"))]);
    let (status, problem) = shop.send("purchases", json!([batch[0], batch[1]])).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("erased_customer")), "{problem}");
    assert_eq!(problem["errors"][0]["index"], 1);
    assert_eq!(shop.buyers().await, json!([["p1", null]]), "nothing of it was stored");
    // The others are stored, and each that was not is told by where it stood.
    let (status, done) = shop.send("purchases?on_error=skip", batch).await;
    assert_eq!((status, &done["accepted"]), (200, &json!(1)), "{done}");
    let told: Vec<_> = done["rejected"].as_array().unwrap().iter().map(|one| one["index"].as_u64().unwrap()).collect();
    assert_eq!(told, [2, 1, 3], "{done}");
    assert!(done.get("items").is_none(), "{done}");

    assert_eq!(shop.rule("anew").await.0, 200);
    assert_eq!(shop.send("purchases", purchase("p3", json!("2026-05-01"))).await.0, 200);
    assert_eq!(shop.send("customers", json!({"customer_id": "c1", "name": "Nina"})).await.0, 200);
    assert_eq!(shop.buyers().await, json!([["p1", null], ["p2", null], ["p3", "c1"]]));
    let (_, log) = answer(shop.app.get("/v1/audit?action=workspace_changed").person(&shop.anna)).await;
    assert!(log.to_string().contains("erased_records"), "{log}");
    // Only an admin decides.
    let manager = shop.app.member(&shop.anna, "manager", "manager@example.com").await;
    let path = format!("/v1/workspaces/{}", shop.anna.workspace());
    let patch = shop.app.request(Method::PATCH, &path).json(&json!({"erased_records": "refuse"}));
    assert_eq!(answer(patch.person(&manager)).await.0, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_server_still_knows_and_the_database_does_not_say_whom() {
    let shop = Shop::open().await;
    let Shop { app, key, .. } = shop;
    let folder = app.stop().await;
    let database = std::fs::read(folder.path().join("kupets.db")).unwrap();
    assert!(!String::from_utf8_lossy(&database).contains("\"c1\""));
    let path = folder.path().to_owned();
    let app = App::spawn_with(|settings| settings.data = path).await;
    let sent = app.post("/v1/purchases", &purchase("p9", json!("2026-05-01"))).key(&key);
    assert_eq!(answer(sent).await.1["guests"], 1);
}
