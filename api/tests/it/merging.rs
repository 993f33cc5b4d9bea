//! Customers who are one person: suggested, merged, found under both ids, and parted again.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, PASSWORD, Person, answer, session_cookie};

struct Shop {
    app: App,
    anna: Person,
    key: String,
}

impl Shop {
    /// `old` and `new` are one person, `other` is somebody else.
    async fn open() -> Self {
        let app = App::spawn().await;
        let anna = app.register("anna@example.com").await;
        let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
        let shop = Self { app, anna, key };
        let people = json!([
            {"customer_id": "old", "name": "Нина Орлова", "email": "Nina@Example.com", "phone": "8 900 555-12-34", "tags": ["b2b"],
             "attributes": {"city": "Орёл"}, "do_not_contact": true},
            {"customer_id": "new", "name": "Nina", "phone": "+7 (900) 555-12-34", "tags": ["vip"], "attributes": {"size": "L"}},
            {"customer_id": "other", "name": "Olga", "email": "olga@example.com"},
        ]);
        assert_eq!(shop.send("customers", people).await.0, 200);
        let purchases: Vec<Value> = [("p1", "old", 10), ("p2", "new", 20), ("p3", "old", 40), ("p4", "other", 80)]
            .iter()
            .map(|(id, who, amount)| {
                json!({"purchase_id": id, "customer_id": who, "product": "tea", "amount": amount, "occurred_at": "2026-05-01"})
            })
            .collect();
        assert_eq!(shop.send("purchases", json!(purchases)).await.0, 200);
        let call = json!({"interaction_id": "i1", "customer_id": "old", "kind": "call", "occurred_at": "2026-05-02"});
        assert_eq!(shop.send("interactions", call).await.0, 200);
        shop
    }

    async fn send(&self, records: &str, body: Value) -> (u16, Value) {
        answer(self.app.post(&format!("/v1/{records}"), &body).key(&self.key)).await
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.app.get(path).key(&self.key)).await
    }

    async fn merge(&self, from: &str, into: &str) -> (u16, Value) {
        let path = format!("/v1/customers/{from}/merge");
        answer(self.app.post(&path, &json!({"into": into})).person(&self.anna)).await
    }

    async fn undo(&self, from: &str) -> (u16, Value) {
        let path = format!("/v1/customers/{from}/merge");
        answer(self.app.request(Method::DELETE, &path).person(&self.anna)).await
    }

    async fn rows(&self, sql: &str) -> Value {
        answer(self.app.post("/v1/sql", &json!({"sql": sql})).key(&self.key)).await.1["rows"].clone()
    }

    /// Each purchase, whose it is, and under which other id it was sent.
    async fn buyers(&self) -> Value {
        self.rows("SELECT purchase_id, customer_id, original_customer_id FROM purchases ORDER BY 1").await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_customers_are_one_person_and_two_again() {
    let shop = Shop::open().await;
    let before = shop.get("/v1/customers/old").await.1;
    let task = json!({"title": "Call", "customer_id": "old"});
    let (_, task) = answer(shop.app.post("/v1/tasks", &task).person(&shop.anna)).await;
    let task = format!("/v1/tasks/{}", task["id"].as_str().unwrap());

    let (status, merged) = shop.merge("old", "new").await;
    assert_eq!((status, &merged["customer_id"], &merged["merged_customer_id"]), (200, &json!("new"), &json!("old")));
    assert_eq!(merged["undo_until"], "2026-06-27T20:26:40Z", "{merged}");
    let one = json!([["p1", "new", "old"], ["p2", "new", null], ["p3", "new", "old"], ["p4", "other", null]]);
    assert_eq!(shop.buyers().await, one);
    assert_eq!(shop.rows("SELECT count(*), sum(amount) FROM sales").await, json!([[4, 150]]));
    // The one card has what either had, and is found under both ids; figures are of both.
    for id in ["new", "old"] {
        let (status, card) = shop.get(&format!("/v1/customers/{id}")).await;
        assert_eq!((status, &card["customer_id"], &card["name"]), (200, &json!("new"), &json!("Nina")), "{card}");
        assert_eq!(
            (&card["orders"], &card["revenue"], &card["email"]),
            (&json!(3), &json!(70), &json!("Nina@Example.com"))
        );
        assert_eq!((&card["tags"], &card["do_not_contact"]), (&json!(["vip", "b2b"]), &json!(true)), "{card}");
        assert_eq!(card["attributes"], json!({"city": "Орёл", "size": "L"}));
        let (_, timeline) = shop.get(&format!("/v1/customers/{id}/timeline")).await;
        assert_eq!(timeline["items"].as_array().unwrap().len(), 4, "{timeline}");
        let (_, merges) = shop.get(&format!("/v1/customers/{id}/merge")).await;
        assert_eq!(merges["items"][0]["merged_customer_id"], "old", "{merges}");
        let (_, own) = shop.get(&format!("/v1/purchases?customer_id={id}")).await;
        assert_eq!(own["items"].as_array().unwrap().len(), 3, "{own}");
    }
    let ids = shop.get("/v1/customers").await.1;
    let ids: Vec<_> = ids["items"].as_array().unwrap().iter().map(|one| one["customer_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["new", "other"]);
    assert_eq!(shop.get(&task).await.1["customer_id"], "new");

    // Later records find their person.
    let later = json!({"purchase_id": "p5", "customer_id": "old", "amount": 5, "occurred_at": "2026-05-20"});
    assert_eq!(shop.send("purchases", later).await.0, 200);
    assert_eq!(
        shop.send("customers", json!({"customer_id": "old", "attributes": {"shoe": 39}})).await.1["replaced"],
        1
    );
    assert_eq!(shop.get("/v1/customers/new").await.1["attributes"]["shoe"], 39);
    let note = answer(shop.app.post("/v1/customers/old/notes", &json!({"body": "x"})).person(&shop.anna)).await.1;
    assert_eq!(note["customer_id"], "new", "{note}");

    // A restart changes nothing of that.
    let Shop { app, anna, key } = shop;
    let folder = app.stop().await;
    let path = folder.path().to_owned();
    let shop = Shop { app: App::spawn_with(|settings| settings.data = path).await, anna, key };
    assert_eq!(shop.buyers().await[4], json!(["p5", "new", "old"]));
    assert_eq!(shop.get("/v1/customers/old").await.1["orders"], 4);

    assert_eq!(shop.undo("old").await.0, 204);
    let two = json!([
        ["p1", "old", null],
        ["p2", "new", null],
        ["p3", "old", null],
        ["p4", "other", null],
        ["p5", "old", null]
    ]);
    assert_eq!(shop.buyers().await, two);
    let card = shop.get("/v1/customers/old").await.1;
    for field in ["customer_id", "name", "email", "phone", "tags", "attributes", "do_not_contact", "created_at"] {
        assert_eq!(card[field], before[field], "{field}");
    }
    let card = shop.get("/v1/customers/new").await.1;
    assert_eq!(
        (&card["email"], &card["tags"], &card["do_not_contact"]),
        (&Value::Null, &json!(["vip"]), &json!(false))
    );
    assert_eq!(card["attributes"], json!({"size": "L", "shoe": 39}), "what was sent since stays");
    assert_eq!(shop.get(&task).await.1["customer_id"], "old");
    assert_eq!(shop.get("/v1/customers/new/merge").await.1["items"], json!([]));
    let (status, problem) = shop.undo("old").await;
    assert_eq!((status, problem["code"].as_str()), (404, Some("not_merged")), "{problem}");
    let (_, log) = answer(shop.app.get("/v1/audit").person(&shop.anna)).await;
    for action in ["customer_merged", "customer_merge_undone"] {
        assert!(log.to_string().contains(action), "{action}: {log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_merge_and_what_cannot_be_merged() {
    let shop = Shop::open().await;
    let body = json!({"into": "new"});
    let (status, _) = answer(shop.app.post("/v1/customers/old/merge", &body).key(&shop.key)).await;
    assert_eq!(status, 403, "a key");
    let analyst = shop.app.member(&shop.anna, "analyst", "analyst@example.com").await;
    assert_eq!(answer(shop.app.post("/v1/customers/old/merge", &body).person(&analyst)).await.0, 403);
    // Another workspace has no such customer.
    let boris = shop.app.register("boris@example.com").await;
    assert_eq!(answer(shop.app.post("/v1/customers/old/merge", &body).person(&boris)).await.0, 404);

    for (from, into, expected) in [
        ("nobody", "new", (404, "unknown_customer")),
        ("old", "nobody", (422, "invalid_fields")),
        ("old", "old", (422, "invalid_fields")),
    ] {
        let (status, problem) = shop.merge(from, into).await;
        assert_eq!((status, problem["code"].as_str().unwrap()), expected, "{problem}");
    }
    let manager = shop.app.member(&shop.anna, "manager", "manager@example.com").await;
    assert_eq!(answer(shop.app.post("/v1/customers/old/merge", &body).person(&manager)).await.0, 200);
    for (from, into, expected) in [("old", "other", (409, "already_merged")), ("new", "old", (422, "invalid_fields"))] {
        let (status, problem) = shop.merge(from, into).await;
        assert_eq!((status, problem["code"].as_str().unwrap()), expected, "{problem}");
    }
    // Into an alias is into the person.
    assert_eq!(shop.merge("other", "old").await.1["customer_id"], "new");
    assert_eq!(shop.rows("SELECT DISTINCT customer_id FROM purchases").await, json!([["new"]]));
    // A month later it is final; the id stays an alias.
    shop.app.clock.advance_days(30);
    let login = shop.app.login("anna@example.com", PASSWORD, None).await;
    let undo = shop.app.request(Method::DELETE, "/v1/customers/old/merge").header("cookie", session_cookie(&login));
    let (status, problem) = answer(undo).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("merge_final")), "{problem}");
    assert_eq!(shop.get("/v1/customers/old/merge").await.1["items"][0]["undo_until"], Value::Null);
    assert_eq!(shop.get("/v1/customers/old").await.1["customer_id"], "new");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn erasing_a_merged_person_erases_both() {
    let shop = Shop::open().await;
    assert_eq!(shop.merge("old", "new").await.0, 200);
    let erase = shop.app.request(Method::DELETE, "/v1/customers/old").person(&shop.anna);
    let (status, erasure) = answer(erase).await;
    assert_eq!((status, &erasure["purchases"]), (202, &json!(3)), "{erasure}");
    for id in ["old", "new"] {
        assert_eq!(shop.get(&format!("/v1/customers/{id}")).await.0, 404, "{id}");
    }
    assert_eq!(shop.buyers().await, json!([["p4", "other", null]]));
    assert_eq!(shop.undo("old").await.0, 404);
    // Late records of either are nobody's; a later one is of somebody who came back, and nobody's alias.
    for (id, who) in [("p1", "old"), ("p2", "new")] {
        let late = json!({"purchase_id": id, "customer_id": who, "amount": 1, "occurred_at": "2026-05-01"});
        assert_eq!(shop.send("purchases", late).await.1["guests"], 1, "{who}");
    }
    let later = json!({"purchase_id": "p6", "customer_id": "old", "amount": 1, "occurred_at": "2026-05-29"});
    assert_eq!(shop.send("purchases", later).await.0, 200);
    let left = json!([["p1", null, null], ["p2", null, null], ["p4", "other", null], ["p6", "old", null]]);
    assert_eq!(shop.buyers().await, left);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn duplicates_are_suggested_however_they_are_written() {
    let shop = Shop::open().await;
    let more = json!([
        {"customer_id": "mail", "email": "NINA@example.com"},
        {"customer_id": "home", "name": "нина орлова", "attributes": {"city": "орел"}},
        {"customer_id": "far", "name": "Нина Орлова", "attributes": {"city": "Омск"}},
        {"customer_id": "short", "phone": "112"},
        {"customer_id": "short2", "phone": "112"},
    ]);
    assert_eq!(shop.send("customers", more).await.0, 200);
    // An address that a form was filled in with is nobody's.
    let forms: Vec<Value> =
        (0..30).map(|n| json!({"customer_id": format!("f{n}"), "email": "none@example.com"})).collect();
    assert_eq!(shop.send("customers", json!(forms)).await.0, 200);
    let (status, page) = shop.get("/v1/customer-duplicates").await;
    assert_eq!(status, 200, "{page}");
    let groups: Vec<(Value, Vec<&str>)> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| {
            let ids = group["customers"].as_array().unwrap().iter().map(|one| one["customer_id"].as_str().unwrap());
            (group["reasons"].clone(), ids.collect())
        })
        .collect();
    let expected = [
        (json!(["name_and_city"]), vec!["home", "old"]),
        (json!(["email"]), vec!["mail", "old"]),
        (json!(["phone"]), vec!["new", "old"]),
    ];
    assert_eq!(groups, expected);
    assert_eq!(page["items"][0]["customers"][1]["city"], "Орёл");
    // Page by page.
    let (_, first) = shop.get("/v1/customer-duplicates?limit=2").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let (_, second) = shop.get(&format!("/v1/customer-duplicates?limit=2&cursor={cursor}")).await;
    assert_eq!((&second["items"][0], &second["next_cursor"]), (&page["items"][2], &Value::Null));
    // Who was merged is no duplicate any more.
    assert_eq!(shop.merge("old", "new").await.0, 200);
    let (_, page) = shop.get("/v1/customer-duplicates").await;
    assert!(!page.to_string().contains("\"old\""), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_to_be_contacted_has_no_address_in_a_file() {
    let shop = Shop::open().await;
    let refused =
        json!({"customer_id": "other", "phone": "+7 900 000-00-00", "consent": [{"channel": "email", "given": false}]});
    assert_eq!(shop.send("customers", refused).await.0, 200);
    let ask = json!({"kind": "customers", "format": "ndjson"});
    let (status, asked) = answer(shop.app.post("/v1/exports", &ask).person(&shop.anna)).await;
    assert!(status < 300, "{asked}");
    let path = format!("/v1/exports/{}", asked["id"].as_str().unwrap());
    let end = tokio::time::Instant::now() + std::time::Duration::from_secs(60);
    while answer(shop.app.get(&path).person(&shop.anna)).await.1["status"] != "done" {
        assert!(tokio::time::Instant::now() < end, "the export is never done");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let file = shop.app.get(&format!("{path}/file")).person(&shop.anna).send().await.unwrap().text().await.unwrap();
    let rows: Vec<Value> = file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |id: &str| rows.iter().find(|row| row["customer_id"] == id).unwrap();
    assert_eq!(
        (&of("old")["email"], &of("old")["phone"], &of("old")["name"]),
        (&Value::Null, &Value::Null, &json!("Нина Орлова"))
    );
    assert_eq!((&of("other")["email"], &of("other")["phone"]), (&Value::Null, &json!("+7 900 000-00-00")));
    assert_eq!(of("new")["phone"], "+7 (900) 555-12-34");
    // Tasks about either are marked; nobody who refused everything is advised to be written to.
    let task = json!({"title": "Write", "customer_id": "other"});
    let (_, task) = answer(shop.app.post("/v1/tasks", &task).person(&shop.anna)).await;
    let path = format!("/v1/tasks/{}", task["id"].as_str().unwrap());
    assert_eq!(shop.get(&path).await.1["do_not_contact"], true);
}
