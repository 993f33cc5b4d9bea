//! Recommendations through HTTP: a shop with known causes, decisions, hold-outs, and shops in which there is nothing to find.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::{App, Credentials as _, PASSWORD, Person, answer, session_cookie},
    import,
    process::Server,
};

mod advice;
mod people;

/// The day of the clock: Thursday.
const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 5, 28).unwrap();

/// Customers of the shop who fell silent together.
const SILENT: usize = 160;

/// Purchases of a shop, made by hand.
#[derive(Default)]
struct Till(Vec<Value>);

impl Till {
    /// Adds a purchase of so many days ago.
    fn sell(&mut self, customer: Option<&str>, days_ago: u64, items: Vec<Value>) {
        let day = TODAY.checked_sub_days(Days::new(days_ago)).unwrap();
        self.0.push(json!({
            "purchase_id": format!("p{}", self.0.len()), "customer_id": customer,
            "occurred_at": format!("{day}T12:00:00Z"), "items": items,
        }));
    }

    async fn send(self, app: &App, key: &str) {
        let (status, body) = answer(app.post("/v1/purchases", &Value::Array(self.0)).key(key)).await;
        assert_eq!(status, 200, "{body}");
    }
}

fn item(product: &str, amount: i64) -> Value {
    json!({"product_id": product, "product": product.to_uppercase(), "amount": amount})
}

/// A shop in which every kind of action has its cause, once.
fn causes() -> Till {
    let mut till = Till::default();
    for i in 0..300_u64 {
        let customer = format!("r{i}");
        for visit in 0..10 {
            let days_ago = 14 * visit + i % 14;
            let mut items = vec![item("bread", 50)];
            // Milk sells several times a day, until eight days ago.
            if (i + visit) % 4 == 0 && days_ago > 8 {
                items.push(item("milk", 30));
            }
            // Sugar goes with tea, but half of those who take tea never had it.
            if i % 5 == 0 && visit % 2 == 0 {
                items.push(item("tea", 40));
                if i % 10 == 0 {
                    items.push(item("sugar", 20));
                }
            }
            // Jam is a fifth cheaper now, and sells no better.
            if i % 3 == 1 {
                items.push(item("jam", if days_ago <= 28 { 80 } else { 100 }));
            }
            // Few know honey; they all come back for it.
            if (200..225).contains(&i) {
                items.push(item("honey", 60));
            }
            if visit == 5 {
                items.push(item(&format!("gift{}", i % 7), 15));
            }
            // Socks sold now and then, and hardly do any more.
            if (29..=56).contains(&days_ago) && i % 20 == 0 || [(14, 0), (20, 1)].contains(&(i, visit)) {
                items.push(item("socks", 9));
            }
            till.sell(Some(&customer), days_ago, items);
        }
    }
    for i in 0..SILENT {
        for days_ago in [100, 90, 80, 70, 60] {
            till.sell(Some(&format!("w{i}")), days_ago, vec![item("bread", 70)]);
        }
    }
    for i in 0..40 {
        till.sell(Some(&format!("n{i}")), 10 + i % 10, vec![item("bread", 45)]);
    }
    // Coffee lasts a month. Half of those who drink it are due.
    for i in 0..60 {
        for month in 0..4 {
            let days_ago = 30 * month + if i < 30 { 30 + i % 20 } else { i % 20 };
            till.sell(Some(&format!("c{i}")), days_ago, vec![item("coffee", 200)]);
        }
    }
    for visit in 0..8 {
        till.sell(Some("k0"), 40 + 7 * visit, vec![item("bread", 5_000)]);
    }
    // A rush of guests on Saturdays.
    for week in 0..20 {
        for _ in 0..20 {
            till.sell(None, 5 + 7 * week, vec![item("bread", 10)]);
        }
    }
    till
}

pub async fn shop() -> (App, Person, String) {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
    causes().send(&app, &key).await;
    let key_customer = json!({"customer_id": "k0", "name": "Ольга {customer} O'Neil"});
    assert_eq!(answer(app.post("/v1/customers", &key_customer).key(&key)).await.0, 200);
    (app, anna, key)
}

pub async fn list(app: &App, key: &str, query: &str) -> Value {
    let (status, body) = answer(app.get(&format!("/v1/recommendations?{query}")).key(key)).await;
    assert_eq!(status, 200, "{query}: {body}");
    body
}

pub async fn decide(app: &App, person: &Person, id: &str, status: &str) -> (u16, Value) {
    answer(app.post(&format!("/v1/recommendations/{id}"), &json!({"status": status})).person(person)).await
}

fn items(body: &Value) -> &Vec<Value> {
    body["items"].as_array().unwrap()
}

pub fn of_kind<'a>(body: &'a Value, kind: &str) -> Vec<&'a Value> {
    items(body).iter().filter(|item| item["kind"] == kind).collect()
}

fn only<'a>(body: &'a Value, kind: &str) -> &'a Value {
    let found = of_kind(body, kind);
    assert_eq!(found.len(), 1, "{kind}: {}", sentences(body));
    found[0]
}

/// The one of that kind about these products.
fn about<'a>(body: &'a Value, kind: &str, products: &[&str]) -> &'a Value {
    let of = |item: &Value| -> Vec<String> {
        item["products"].as_array().unwrap().iter().map(|one| text(one, "product_id").to_owned()).collect()
    };
    let found = of_kind(body, kind).into_iter().find(|item| of(item) == products);
    found.unwrap_or_else(|| panic!("no {kind} about {products:?}: {}", sentences(body)))
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} of {value}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// What holds of every list.
fn check(body: &Value) {
    let weight = |item: &Value| {
        number(&item["expected"]["value"]) * number(&item["confidence"]) - number(&item["expected"]["cost"])
    };
    assert!(items(body).windows(2).all(|two| weight(&two[0]) >= weight(&two[1])), "{body}");
    let mut ids = BTreeSet::new();
    for item in items(body) {
        assert!(ids.insert(text(item, "id")), "{item}");
        let expected = &item["expected"];
        assert!(number(&expected["lower"]) <= number(&expected["value"]), "{item}");
        assert!(number(&expected["value"]) <= number(&expected["upper"]), "{item}");
        assert!((0.0..=1.0).contains(&number(&item["confidence"])), "{item}");
        for name in ["title", "reason", "falsified_by"] {
            let text = text(item, name);
            assert!(!text.is_empty() && !text.contains("NaN") && !text.contains("inf "), "{item}");
        }
        assert!(!text(expected, "explanation").is_empty());
    }
}

/// Whether two cells are alike; the last digits of a mean may depend on the order of its rows.
fn alike(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1.0),
        _ => a == b,
    }
}

/// The statement of each is asked again, and gives the same columns and rows.
fn same_rows(item: &Value, found: &Value) {
    assert_eq!(found["columns"], item["evidence"]["columns"], "{}", item["evidence"]["sql"]);
    let (told, found) = (item["evidence"]["rows"].as_array().unwrap(), found["rows"].as_array().unwrap());
    assert!(!told.is_empty() && told.len() == found.len(), "{item}: {found:?}");
    for (told, found) in told.iter().zip(found) {
        let (told, found) = (told.as_array().unwrap(), found.as_array().unwrap());
        assert!(told.len() == found.len() && told.iter().zip(found).all(|(a, b)| alike(a, b)), "{item}: {found:?}");
    }
}

async fn check_evidence(app: &App, key: &str, body: &Value) {
    for item in items(body) {
        let (status, found) = answer(app.post("/v1/sql", &json!({"sql": item["evidence"]["sql"]})).key(key)).await;
        assert_eq!(status, 200, "{found}: {}", item["evidence"]["sql"]);
        same_rows(item, &found);
    }
}

/// The sentences of a list.
fn sentences(body: &Value) -> String {
    let mut told = String::new();
    for item in items(body) {
        let line = [text(item, "title"), text(item, "reason"), text(item, "falsified_by")].join("\n  ");
        told.push_str(&format!("{}: {line}\n  {}\n\n", text(item, "kind"), text(&item["expected"], "explanation")));
    }
    told.replace('\u{a0}', " ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn known_causes_are_found_and_their_evidence_holds() {
    let (app, anna, key) = shop().await;
    let body = list(&app, &key, "customers=200").await;
    check(&body);
    check_evidence(&app, &key, &body).await;

    let silent = only(&body, "win_back");
    assert_eq!(
        (number(&silent["customers_total"]) as usize, silent["customers"].as_array().unwrap().len()),
        (SILENT, SILENT)
    );
    assert_eq!(silent["evidence"]["rows"], json!([[160, 60.0, 10.0, 11200]]));
    // An order of 70 of each of 160, times the assumed 3 %.
    assert_eq!(
        (number(&silent["expected"]["value"]), text(&silent["expected"], "method")),
        (336.0, "assumed_response")
    );
    assert_eq!((&silent["expected"]["unit"], &silent["status"]), (&json!("RUB"), &json!("new")));
    assert_eq!(silent["customers"][0], json!({"customer_id": "w0", "name": null, "held_out": false}));
    assert_eq!(only(&body, "second_purchase")["customers_total"], 40);
    assert_eq!(about(&body, "reorder_due", &["coffee"])["customers_total"], 30);
    // Three of each kind at most; all of a kind are told by it.
    assert_eq!(
        body["folded"],
        json!([
            {"kind": "reorder_due", "more": 2},
            {"kind": "cross_sell_bundle", "more": 3},
            {"kind": "promote_product", "more": 2},
        ])
    );
    assert_eq!((of_kind(&body, "cross_sell_bundle").len(), &body["no_goods"]), (3, &json!([])));
    let bundles = list(&app, &key, "kind=cross_sell_bundle&customers=200").await;
    check_evidence(&app, &key, &bundles).await;
    assert_eq!((items(&bundles).len(), &bundles["folded"]), (6, &json!([])));
    let bundle = about(&bundles, "cross_sell_bundle", &["tea", "sugar"]);
    assert_eq!(
        bundle["products"],
        json!([{"product_id": "tea", "product": "TEA"}, {"product_id": "sugar", "product": "SUGAR"}])
    );
    assert_eq!((&bundle["customers_total"], &bundle["evidence"]["rows"][0][3]), (&json!(30), &json!(150)));
    for (kind, product) in
        [("stock_out", "milk"), ("price_leak", "jam"), ("promote_product", "honey"), ("drop_product", "socks")]
    {
        about(&body, kind, &[product]);
    }
    let important = only(&body, "at_risk_key_customer");
    assert_eq!(
        important["customers"],
        json!([{"customer_id": "k0", "name": "Ольга {customer} O'Neil", "held_out": false}])
    );
    assert!(text(important, "title").contains("O'Neil"), "{important}");
    // 15:00 on Saturdays in Moscow.
    assert!(text(only(&body, "best_contact_time"), "title").contains("Saturdays at 15:00"));
    assert_eq!(body["none"], json!([]));
    insta::assert_snapshot!("recommendations_en", sentences(&body));
    let russian = list(&app, &key, "locale=ru").await;
    insta::assert_snapshot!("recommendations_ru", sentences(&russian));

    // A kind, a customer, pages.
    let one = list(&app, &key, "kind=stock_out").await;
    assert_eq!((items(&one).len(), &one["none"]), (1, &json!([])));
    let mine = list(&app, &key, "customer_id=w7").await;
    assert_eq!(items(&mine).len(), 1);
    assert_eq!(
        (&mine["items"][0]["customers"][0]["customer_id"], &mine["items"][0]["customers_total"]),
        (&json!("w7"), &json!(160))
    );
    assert_eq!(items(&list(&app, &key, "customer_id=nobody").await).len(), 0);
    let whole = list(&app, &key, "").await;
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = list(&app, &key, &format!("limit=3{cursor}")).await;
        assert!(items(&page).len() <= 3);
        paged.extend(items(&page).clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(&paged, items(&whole));
    let (status, problem) = answer(app.get(&format!("/v1/recommendations?kind=stock_out{cursor}")).key(&key)).await;
    assert_eq!((status, text(&problem, "code")), (400, "bad_cursor"));
    for (query, word) in [
        ("kind=advice", "win_back"),
        ("status=open", "accepted"),
        ("limit=0", "500"),
        ("customers=x", "10000"),
        ("as_of=soon", "RFC 3339"),
        ("locale=fr", "ru"),
        ("cursor=x", "next_cursor"),
        ("days=3", "as_of"),
    ] {
        let (status, problem) = answer(app.get(&format!("/v1/recommendations?{query}")).key(&key)).await;
        assert_eq!(status, 400, "{query}: {problem}");
        assert!(text(&problem, "detail").contains(word), "{query}: {problem}");
    }

    // As of a day before all of it there is nothing; what came later is not seen.
    let before = list(&app, &key, "as_of=2025-06-01").await;
    assert_eq!((items(&before).len(), before["none"].as_array().unwrap().len()), (0, 10));
    let then = list(&app, &key, "as_of=2026-04-20").await;
    let mut late = Till::default();
    late.sell(Some("w0"), 3, vec![item("bread", 1)]);
    late.0[0]["purchase_id"] = json!("late");
    late.send(&app, &key).await;
    assert_eq!(list(&app, &key, "as_of=2026-04-20").await["items"], then["items"]);

    // Nobody else sees any of it, and a key cannot decide.
    let boris = app.register("boris@example.com").await;
    let (theirs, _) = app.key(&boris, &["ingest", "read", "sql", "assistant"]).await;
    assert_eq!(items(&list(&app, &theirs, "").await).len(), 0);
    assert_eq!(decide(&app, &boris, text(silent, "id"), "accepted").await.0, 404);
    let path = format!("/v1/recommendations/{}", text(silent, "id"));
    let (status, problem) = answer(app.post(&path, &json!({"status": "accepted"})).key(&key)).await;
    assert_eq!((status, text(&problem, "code")), (403, "session_required"));
    let (blind, _) = app.key(&anna, &["ingest", "sql", "assistant"]).await;
    assert_eq!(answer(app.get("/v1/recommendations").key(&blind)).await.0, 403);
    for body in [json!({"status": "new"}), json!({"status": "maybe"}), json!({}), json!({"status": "done", "x": 1})] {
        assert_eq!(answer(app.post(&path, &body).person(&anna)).await.0, 422, "{body}");
    }
    assert_eq!(decide(&app, &anna, "r_0000000000000000", "dismissed").await.0, 404);
    let (status, problem) = decide(&app, &anna, text(silent, "id"), "done").await;
    assert_eq!((status, text(&problem, "code")), (409, "no_task"), "{problem}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_dismissed_stays_dismissed() {
    let (app, anna, key) = shop().await;
    let body = list(&app, &key, "").await;
    let milk = about(&body, "stock_out", &["milk"]).clone();
    let (status, told) = decide(&app, &anna, text(&milk, "id"), "dismissed").await;
    assert_eq!((status, &told["status"], &told["title"]), (200, &json!("dismissed"), &milk["title"]), "{told}");
    // The same decision again is the same.
    assert_eq!(decide(&app, &anna, text(&milk, "id"), "dismissed").await.1, told);
    let gone = |body: &Value| items(body).iter().all(|item| item["id"] != milk["id"]);
    let body = list(&app, &key, "").await;
    assert!(gone(&body));
    assert_eq!(
        body["none"],
        json!([{"kind": "stock_out", "code": "decided", "reason": "All that there is was decided on already."}])
    );
    assert!(items(&list(&app, &key, "status=dismissed").await).iter().any(|item| item["id"] == milk["id"]));
    // After new data, on another day, after a restart.
    let mut more = Till::default();
    more.sell(Some("r1"), 0, vec![item("bread", 50)]);
    more.0[0]["purchase_id"] = json!("more");
    more.send(&app, &key).await;
    assert!(gone(&list(&app, &key, "").await));
    app.clock.advance_days(1);
    assert!(gone(&list(&app, &key, "").await));
    let folder = app.stop().await;
    let path = folder.path().to_owned();
    let app = App::spawn_with(|settings| settings.data = path).await;
    let body = list(&app, &key, "").await;
    assert!(gone(&body) && items(&body).len() > 5, "{body}");
    // Somebody thinks better of it.
    let (status, told) = decide(&app, &anna, text(&milk, "id"), "accepted").await;
    assert_eq!((status, &told["status"], &told["lift"]), (200, &json!("accepted"), &Value::Null), "{told}");
    assert_eq!(decide(&app, &anna, text(&milk, "id"), "done").await.1["status"], "done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_accepted_becomes_a_task_whose_lift_is_measured() {
    let (app, anna, key) = shop().await;
    let body = list(&app, &key, "").await;
    let found = only(&body, "win_back").clone();
    let (status, task) = decide(&app, &anna, text(&found, "id"), "accepted").await;
    assert_eq!((status, &task["status"]), (200, &json!("accepted")), "{task}");
    for name in ["title", "reason", "evidence", "expected", "customers_total", "falsified_by"] {
        assert_eq!(task[name], found[name], "{name}");
    }
    assert_eq!((&task["lift"]["treated"], &task["lift"]["held_out"]), (&json!(128), &json!(32)));
    assert_eq!(task["lift"]["lift"], Value::Null, "nobody ordered yet");
    assert_eq!(decide(&app, &anna, text(&found, "id"), "accepted").await.1, task);
    let tasks = list(&app, &key, "status=accepted&customers=1000").await;
    assert_eq!(items(&tasks).len(), 1);
    let held = |item: &Value, held: bool| -> Vec<String> {
        let all = item["customers"].as_array().unwrap().iter();
        all.filter(|one| one["held_out"] == held).map(|one| text(one, "customer_id").to_owned()).collect()
    };
    let (asked, left_out) = (held(&tasks["items"][0], false), held(&tasks["items"][0], true));
    assert_eq!((asked.len(), left_out.len()), (128, 32));
    // It is in the list of what is to be done, once, and not found anew.
    assert_eq!(only(&list(&app, &key, "").await, "win_back")["status"], "accepted");

    // Half of those who were asked order for 100, and one who was held out; it comes to 50 less 3.125 each.
    app.clock.advance_days(1);
    let order = |customer: &str| {
        json!({"purchase_id": format!("back {customer}"), "customer_id": customer,
        "occurred_at": "2026-05-29T12:00:00Z", "product_id": "bread", "amount": 100})
    };
    let orders: Vec<Value> = asked[..64].iter().chain(&left_out[..1]).map(|customer| order(customer)).collect();
    assert_eq!(answer(app.post("/v1/purchases", &json!(orders)).key(&key)).await.0, 200);
    let tasks = list(&app, &key, "status=accepted").await;
    let lift = &tasks["items"][0]["lift"];
    assert_eq!((&lift["converted"], &lift["converted_held_out"]), (&json!(64), &json!(1)), "{lift}");
    assert_eq!((&lift["lift"], &lift["total"], &lift["unit"]), (&json!(46.875), &json!(6000), &json!("RUB")), "{lift}");
    assert!(number(&lift["lower"]) > 30.0 && number(&lift["upper"]) < 65.0 && lift["complete"] == false, "{lift}");

    // Done; when the time is over, what was measured takes the place of the assumption.
    let (status, task) = decide(&app, &anna, text(&found, "id"), "done").await;
    assert_eq!((status, &task["status"]), (200, &json!("done")), "{task}");
    assert!(task["done_at"].is_string());
    assert!(
        of_kind(&list(&app, &key, "status=new,accepted").await, "win_back").iter().all(|one| one["id"] != found["id"])
    );
    app.clock.advance_days(31);
    let tasks = list(&app, &key, "status=done").await;
    assert_eq!(
        (&tasks["items"][0]["lift"]["complete"], &tasks["items"][0]["lift"]["total"]),
        (&json!(true), &json!(6000))
    );
    let later = list(&app, &key, "kind=win_back").await;
    assert!(!items(&later).is_empty(), "{later}");
    for item in items(&later) {
        assert_eq!(text(&item["expected"], "method"), "measured_response", "{item}");
        assert!(number(&item["expected"]["value"]) > 0.0, "{item}");
    }
    check(&later);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_to_win_back_goes_by_the_workspaces_segments() {
    let (app, anna, key) = shop().await;
    let before = only(&list(&app, &key, "").await, "win_back").clone();
    let rules = json!({"rules": [{"segment": "Все_наши"}]});
    let put = app.request(Method::PUT, "/v1/segments/rules").json(&rules);
    assert_eq!(answer(put.person(&anna)).await.0, 200);
    let body = list(&app, &key, "").await;
    let after = only(&body, "win_back").clone();
    assert_ne!(after["id"], before["id"]);
    // A name is as the workspace wrote it.
    assert!(text(&after, "title").contains("“Все_наши”"), "{after}");
    assert!(text(&after["evidence"], "sql").contains("'Все_наши' AS segment"), "{after}");
    check(&body);
    check_evidence(&app, &key, &body).await;
    let russian = list(&app, &key, "locale=ru&kind=win_back").await;
    assert!(text(only(&russian, "win_back"), "title").contains("«Все_наши»"), "{russian}");
    // A task stays what it was accepted as.
    let (status, task) = decide(&app, &anna, text(&after, "id"), "accepted").await;
    assert_eq!(status, 200, "{task}");
    assert_eq!(answer(app.request(Method::DELETE, "/v1/segments/rules").person(&anna)).await.0, 204);
    let tasks = list(&app, &key, "status=accepted").await;
    assert_eq!((&tasks["items"][0]["title"], &tasks["items"][0]["evidence"]), (&after["title"], &after["evidence"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_there_is_nothing_to_find_it_says_why() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
    let nothing = async |what: &str| {
        for locale in ["en", "ru"] {
            let body = list(&app, &key, &format!("locale={locale}")).await;
            assert_eq!(items(&body).len(), 0, "{what}: {body}");
            let none = body["none"].as_array().unwrap();
            assert!(none.len() == 10 && none.iter().all(|one| !text(one, "reason").is_empty()), "{what}: {body}");
        }
    };
    let send = async |purchases: Value| {
        let (status, body) = answer(app.post("/v1/purchases", &purchases).key(&key)).await;
        assert_eq!(status, 200, "{body}");
        // What was dear to compute is kept for a while, and this clock stands still.
        app.clock.advance_days(1);
    };
    nothing("no data").await;
    assert_eq!(answer(app.post("/v1/customers", &json!({"customer_id": "c"})).key(&key)).await.0, 200);
    nothing("one customer").await;
    send(json!({"purchase_id": "1", "customer_id": "c", "amount": 5, "occurred_at": "2026-05-01"})).await;
    nothing("one purchase without a product").await;
    let day: Vec<Value> = (0..50)
        .map(|n| {
            json!({"customer_id": format!("d{n}"), "product": "x", "amount": 3,
        "occurred_at": "2026-05-20T10:00:00Z"})
        })
        .collect();
    send(json!(day)).await;
    nothing("one day").await;

    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
    // Refunds alone, of many customers on many days, then the greatest amounts of a single product, and times that are dates.
    let purchase = |n: i64, amount: &str| {
        json!({"customer_id": format!("c{}", n % 40), "product": "it's \"$currency\" {customer}",
        "quantity": match n % 7 { 0 => 0, _ if amount.starts_with('-') => -1, _ => 1 }, "amount": amount,
        "occurred_at": TODAY.checked_sub_days(Days::new((n * 3 % 200) as u64)).unwrap().to_string()})
    };
    let refunds: Vec<Value> = (0..400).map(|n| purchase(n, "-9.99")).collect();
    assert_eq!(answer(app.post("/v1/purchases", &json!(refunds)).key(&key)).await.0, 200);
    let body = list(&app, &key, "").await;
    assert_eq!((items(&body).len(), body["none"].as_array().unwrap().len()), (0, 10), "{body}");
    app.clock.advance_days(1);
    let great: Vec<Value> = (0..400).map(|n| purchase(n, "99999999999999")).collect();
    assert_eq!(answer(app.post("/v1/purchases", &json!(great)).key(&key)).await.0, 200);
    let body = list(&app, &key, "").await;
    check(&body);
    check_evidence(&app, &key, &body).await;
    assert!(of_kind(&body, "best_contact_time").is_empty(), "the hour of a date is not known: {body}");
}

/// Real sales, as of the day after the last of them.
#[tokio::test]
async fn online_retail_gives_recommendations_whose_evidence_holds() {
    let Some(file) = import::retail() else { return };
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), "127.0.0.1:0").await;
    let (_, key) = server.workspace("retail@example.com").await;
    import::load_retail(&server, &key, &file, folder.path()).await;
    let http = reqwest::Client::new();
    let get = async |query: &str| {
        let started = std::time::Instant::now();
        let url = format!("{}/v1/recommendations?as_of=2011-12-10&{query}", server.url);
        let (status, body) = answer(http.get(url).bearer_auth(&key)).await;
        assert_eq!(status, 200, "{body}");
        eprintln!("recommendations of Online Retail: {:?}", started.elapsed());
        body
    };
    let body = get("limit=500&customers=5").await;
    check(&body);
    let kinds: BTreeSet<&str> = items(&body).iter().map(|item| text(item, "kind")).collect();
    for kind in ["win_back", "second_purchase", "reorder_due", "cross_sell_bundle", "at_risk_key_customer", "stock_out"]
    {
        assert!(kinds.contains(kind), "{kind} is not in {kinds:?}");
    }
    for item in items(&body) {
        let sql = http.post(format!("{}/v1/sql", server.url)).bearer_auth(&key);
        let (status, found) = answer(sql.json(&json!({"sql": item["evidence"]["sql"]}))).await;
        assert_eq!(status, 200, "{found}");
        same_rows(item, &found);
    }
    assert_eq!(get("limit=500&customers=5").await["items"], body["items"]);

    // A task of that day.
    let login = json!({"email": "retail@example.com", "password": PASSWORD});
    let cookie = session_cookie(&http.post(format!("{}/v1/auth/login", server.url)).json(&login).send().await.unwrap());
    let anna = Person { cookie, account: Value::Null };
    let id = text(of_kind(&body, "second_purchase")[0], "id");
    let url = format!("{}/v1/recommendations/{id}", server.url);
    let accept = json!({"status": "accepted", "as_of": "2011-12-10"});
    let (status, task) = answer(http.post(url).json(&accept).person(&anna)).await;
    assert_eq!((status, &task["status"]), (200, &json!("accepted")), "{task}");
}
