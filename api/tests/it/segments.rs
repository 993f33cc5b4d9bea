//! A workspace's own rules of segments: seen everywhere at once, kept over a restart, nobody else's.

use std::collections::BTreeSet;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, Person, answer};

const RULES: &str = "/v1/segments/rules";

/// A bought each month and goes on, B bought each month until January, C came for the first time in May; D is a guest.
async fn shop() -> (App, Person, String) {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
    let order = |id: &str, who: Value, month: &str, amount: i64| json!({"purchase_id": id, "customer_id": who, "occurred_at": format!("{month}-10T12:00:00+03:00"), "product": "x", "amount": amount});
    let months = ["2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"];
    let mut purchases: Vec<Value> = months.iter().map(|m| order(&format!("a{m}"), json!("A"), m, 100)).collect();
    purchases.extend(months[..5].iter().map(|m| order(&format!("b{m}"), json!("B"), m, 50)));
    purchases.push(order("a-more", json!("A"), "2026-05", 300));
    purchases.extend([order("c", json!("C"), "2026-05", 7), order("d", Value::Null, "2026-05", 9)]);
    let (status, body) = answer(app.post("/v1/purchases", &json!(purchases)).key(&key)).await;
    assert_eq!(status, 200, "{body}");
    (app, anna, key)
}

fn put(app: &App, body: &Value) -> RequestBuilder {
    app.request(Method::PUT, RULES).json(body)
}

/// On 28 May frequency scores A 5, B 3, C 1, and so does revenue: A is the first, B the second, C the third.
fn own() -> Value {
    json!({"rules": [{"segment": " Лучшие ", "f": [4, 5]}, {"segment": "big-spenders", "m": [2, 5]}, {"segment": "rest"}]})
}

async fn ok(request: RequestBuilder) -> Value {
    let (status, body) = answer(request).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// The segments of A, B and C, which the list, the cards, SQL and the report must all say.
async fn segments(app: &App, key: &str) -> Vec<String> {
    let list = ok(app.get("/v1/customers").key(key)).await;
    let listed: Vec<&Value> = list["items"].as_array().unwrap().iter().map(|item| &item["segment"]).collect();
    assert_eq!(listed.len(), 3, "{list}");
    for (id, segment) in ["A", "B", "C"].into_iter().zip(&listed) {
        let card = ok(app.get(&format!("/v1/customers/{id}")).key(key)).await;
        assert_eq!(card["segment"], **segment, "{card}");
    }
    let sql = json!({"sql": "SELECT segment FROM customer_facts ORDER BY customer_id"});
    let rows = ok(app.post("/v1/sql", &sql).key(key)).await["rows"].clone();
    assert_eq!(rows, json!(listed.iter().map(|segment| [segment]).collect::<Vec<_>>()));
    let report = ok(app.get("/v1/reports/rfm_segments").key(key)).await;
    let reported: BTreeSet<&str> =
        report["rows"].as_array().unwrap().iter().map(|row| row[0].as_str().unwrap()).collect();
    let listed: Vec<String> = listed.into_iter().map(|segment| segment.as_str().unwrap().to_owned()).collect();
    assert_eq!(reported, listed.iter().map(String::as_str).collect(), "{report}");
    for name in &listed {
        assert!(report["meta"]["sql"].as_str().unwrap().contains(&format!("'{name}'")), "{report}");
    }
    listed
}

/// The segments that two periods are explained by: those of the beginning of each.
async fn explained(app: &App, key: &str) -> BTreeSet<String> {
    let asked = json!({"from": "2026-05-01", "to": "2026-05-28", "compare_from": "2026-04-01", "compare_to": "2026-05-01",
        "dimensions": ["segment"]});
    let body = ok(app.post("/v1/trends/explain", &asked).key(key)).await;
    body["findings"].as_array().unwrap().iter().filter_map(|f| f["key"].as_str().map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_hold_everywhere_at_once_and_only_here() {
    let (app, anna, key) = shop().await;
    let boris = app.register("boris@example.com").await;
    let (boriss, _) = app.key(&boris, &["ingest", "read", "sql"]).await;
    // Three customers are too few to rank: by the default rules they are told by their stages.
    let defaults = ["active", "lost", "new"];
    assert_eq!(segments(&app, &key).await, defaults);
    assert_eq!(explained(&app, &key).await, BTreeSet::from(["active".to_owned()]));
    let standard = ok(app.get(RULES).key(&key)).await;
    assert_eq!((&standard["default"], standard["rules"].as_array().unwrap().len()), (&json!(true), 11));
    assert_eq!(standard["look_back_months"], 24);
    let champions = json!({"segment": "champions", "r": [5, 5], "f": [1, 5], "m": [1, 5], "fm": [4, 5]});
    assert_eq!(standard["rules"][0], champions);

    let set = ok(put(&app, &own()).person(&anna)).await;
    let wanted = json!({"rules": [
        {"segment": "Лучшие", "r": [1, 5], "f": [4, 5], "m": [1, 5], "fm": [1, 5]},
        {"segment": "big-spenders", "r": [1, 5], "f": [1, 5], "m": [2, 5], "fm": [1, 5]},
        {"segment": "rest", "r": [1, 5], "f": [1, 5], "m": [1, 5], "fm": [1, 5]},
    ], "look_back_months": 24, "default": false});
    assert_eq!(set, wanted);
    // By the key, which was in memory with the old rules, and by the cookie.
    assert_eq!(ok(app.get(RULES).key(&key)).await, wanted);
    assert_eq!(ok(app.get(RULES).person(&anna)).await, wanted);
    assert_eq!(segments(&app, &key).await, ["Лучшие", "big-spenders", "rest"]);

    let page = ok(app.get("/v1/customers").query(&[("segment", "Лучшие")]).key(&key)).await;
    assert_eq!((&page["items"][0]["customer_id"], page["items"].as_array().unwrap().len()), (&json!("A"), 1));
    let page = ok(app.get("/v1/customers").query(&[("filter", "segment=rest")]).key(&key)).await;
    assert_eq!((&page["items"][0]["customer_id"], page["items"].as_array().unwrap().len()), (&json!("C"), 1));
    ok(app.get("/v1/forecast").query(&[("segment", "Лучшие")]).key(&key)).await;
    for route in ["/v1/customers?segment=at_risk", "/v1/forecast?segment=at_risk"] {
        let (status, problem) = answer(app.get(route).key(&key)).await;
        let detail = problem["detail"].as_str().unwrap();
        assert!(status == 400 && detail.contains("There are: Лучшие, big-spenders, rest."), "{problem}");
    }
    // On 1 February frequency and revenue score A 3 and 4, B 3 and 2.
    let moved = ok(app.get("/v1/reports/segment_movement?from=2026-02-01").key(&key)).await;
    let wanted = json!([
        [null, "rest", 1, 7, 1.0],
        ["big-spenders", "big-spenders", 1, 0, 0.5],
        ["big-spenders", "Лучшие", 1, 700, 0.5]
    ]);
    assert_eq!(moved["rows"], wanted, "{moved}");
    // When April and May began A had frequency 4 and revenue 4 of two customers. What was found before is not shown again.
    let both = |set: &BTreeSet<String>| set.contains("Лучшие") && !set.contains("active");
    let found = explained(&app, &key).await;
    assert!(both(&found), "{found:?}");

    // Another workspace has its own.
    assert_eq!(ok(app.get(RULES).key(&boriss)).await, standard);
    assert_eq!(answer(app.get("/v1/customers?segment=champions").key(&boriss)).await.0, 200);

    // A key that was used just before has not lost when.
    let keys = ok(app.get("/v1/api-keys").person(&anna)).await;
    assert!(keys["items"][0]["last_used_at"].is_string(), "{keys}");

    // They survive a restart.
    let folder = app.stop().await;
    let again = App::spawn_with(|settings| settings.data = folder.path().to_owned()).await;
    assert_eq!(segments(&again, &key).await, ["Лучшие", "big-spenders", "rest"]);
    let (status, nothing) = answer(again.request(Method::DELETE, RULES).person(&anna)).await;
    assert_eq!((status, nothing), (204, Value::Null));
    assert_eq!(ok(again.get(RULES).key(&key)).await, standard);
    assert_eq!(segments(&again, &key).await, defaults);
    assert_eq!(answer(again.get("/v1/customers?segment=at_risk").key(&key)).await.0, 200);
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_far_is_looked_back_is_the_workspaces_own() {
    let (app, anna, key) = shop().await;
    // B ordered 138 days ago for the last time, A and C 18 days ago.
    let set = ok(put(&app, &json!({"look_back_months": 4})).person(&anna)).await;
    assert_eq!(
        (&set["look_back_months"], &set["default"], &set["rules"][0]["segment"]),
        (&json!(4), &json!(false), &json!("champions"))
    );
    let told = async || {
        let list = ok(app.get("/v1/customers").key(&key)).await;
        let of = |item: &Value| json!([item["segment"], item["lifecycle"]]);
        list["items"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(told().await, [json!(["active", "active"]), json!([null, "lost"]), json!(["new", "new"])]);
    let report = ok(app.get("/v1/reports/rfm_segments").key(&key)).await;
    // Of A the orders of four months: 700 of 1,200.
    assert_eq!(report["rows"].as_array().unwrap().len(), 2, "{report}");
    assert_eq!((&report["rows"][0][0], &report["rows"][0][2]), (&json!("active"), &json!(700)), "{report}");
    assert!(report["meta"]["sql"].as_str().unwrap().contains("INTERVAL '4 months'"), "{report}");
    // Rules that are sent alone leave it as it is, and null looks back for ever.
    let set = ok(put(&app, &own()).person(&anna)).await;
    assert_eq!(set["look_back_months"], 4);
    assert_eq!(told().await[1], json!([null, "lost"]));
    let set = ok(put(&app, &json!({"look_back_months": null})).person(&anna)).await;
    assert_eq!((&set["look_back_months"], &set["rules"][0]["segment"]), (&Value::Null, &json!("Лучшие")));
    assert_eq!(told().await[1], json!(["big-spenders", "lost"]));
    for months in [json!(0), json!(601), json!(-1), json!(1.5), json!("24")] {
        let (status, problem) = answer(put(&app, &json!({"look_back_months": months})).person(&anna)).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("look_back_months")), "{problem}");
    }
    assert_eq!(answer(app.request(Method::DELETE, RULES).person(&anna)).await.0, 204);
    assert_eq!(ok(app.get(RULES).key(&key)).await["look_back_months"], 24);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_rules_are_refused_by_name() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let many: Vec<Value> = (0..126).map(|n| json!({"segment": format!("s{n}")})).collect();
    let one = |rule: Value| json!([rule, {"segment": "rest"}]);
    let bad = [
        (json!([]), "rules: no rule takes recency 1, frequency 1, monetary 1"),
        (json!([{"segment": "a", "r": [1, 1]}]), "rules: no rule takes recency 2"),
        (json!([{"segment": "all"}, {"segment": "x", "r": [1, 1]}]), "rule 2: the rules before it already take all"),
        (one(json!({"segment": "a", "fm": [0, 5]})), "rule 1: a range of scores is two numbers from 1 to 5"),
        (one(json!({"segment": "a", "f": [4, 3]})), "rule 1: a range of scores"),
        (one(json!({"segment": "it's"})), "rule 1: the name of a segment is up to 64 letters"),
        (one(json!({"segment": "x".repeat(65)})), "rule 1: the name of a segment"),
        (one(json!({"segment": "  "})), "rule 1: the segment has no name"),
        (one(json!({"segment": "a", "r": [1]})), "rules[0].r: invalid length 1"),
        (one(json!({"segment": "a", "m": [1, 300]})), "rules[0].m[1]: invalid value"),
        (one(json!({"segment": "a", "recency": [1, 5]})), "unknown field `recency`"),
        (one(json!({"r": [1, 5]})), "missing field `segment`"),
        (json!(many), "125 rules at most"),
    ];
    for (rules, message) in bad {
        let (status, problem) = answer(put(&app, &json!({"rules": rules})).person(&anna)).await;
        assert_eq!((status, &problem["code"]), (422, &json!("invalid_fields")), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(message), "{message}: {problem}");
    }
    assert_eq!(ok(app.get(RULES).person(&anna)).await["default"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_for_each_score_is_not_too_many() {
    let (app, anna, key) = shop().await;
    let name = |cell: usize| format!("r{} f{} m{}", cell / 25 + 1, cell / 5 % 5 + 1, cell % 5 + 1);
    let range = |score: usize| json!([score + 1, score + 1]);
    let rule = |cell: usize| json!({"segment": name(cell), "r": range(cell / 25), "f": range(cell / 5 % 5), "m": range(cell % 5)});
    ok(put(&app, &json!({"rules": (0..125).map(rule).collect::<Vec<_>>()})).person(&anna)).await;
    // A ordered as late as C; B is the one who is worse.
    assert_eq!(segments(&app, &key).await, ["r4 f5 m5", "r1 f3 m3", "r4 f1 m1"]);
    let sql = "SELECT upper(segment) || segment AS twice, count(*) AS n FROM customer_facts \
               WHERE segment LIKE 'r4%' OR segment = 'r1 f1 m1' GROUP BY 1 ORDER BY 1 DESC";
    let rows = ok(app.post("/v1/sql", &json!({"sql": sql})).key(&key)).await["rows"].clone();
    assert_eq!(rows, json!([["R4 F5 M5r4 f5 m5", 1], ["R4 F1 M1r4 f1 m1", 1]]));
    ok(app.get("/v1/trends?from=2026-05-01&to=2026-05-28").key(&key)).await;
    ok(app.get("/v1/recommendations").key(&key)).await;
    ok(app.get("/v1/reports/segment_movement").key(&key)).await;
}
