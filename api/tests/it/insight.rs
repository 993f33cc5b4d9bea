//! What is said beyond reports, through HTTP.

use serde_json::{Value, json};

use crate::app::{App, Credentials as _, answer};

/// A shop with a key, and its months from 2023-12 to 2026-04: growth, and a December twice as good as the rest.
async fn shop() -> (App, String) {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
    send(&app, &key, 0..29).await;
    (app, key)
}

async fn send(app: &App, key: &str, months: std::ops::Range<i32>) {
    let mut purchases = Vec::new();
    for month in months {
        let (year, of_year) = (2023 + (month + 11) / 12, (month + 11) % 12 + 1);
        for day in 1..=28 {
            let amount = (100 + month) * if of_year == 12 { 2 } else { 1 };
            purchases.push(json!({
                "purchase_id": format!("{month}-{day}"), "customer_id": format!("c{}", (month * 5 + day * 3) % 40),
                "occurred_at": format!("{year}-{of_year:02}-{day:02}T12:00:00Z"), "channel": if day % 2 == 0 { "web" } else { "shop" },
                "items": [{"product_id": "tea", "product": "Чай", "category": "drinks", "amount": amount},
                          {"product_id": "cup", "product": "Чашка", "category": "things", "amount": 5}],
            }));
        }
    }
    let (status, body) = answer(app.post("/v1/purchases", &Value::Array(purchases)).key(key)).await;
    assert_eq!(status, 200, "{body}");
}

async fn forecast(app: &App, key: &str, query: &str) -> Value {
    let (status, body) = answer(app.get(&format!("/v1/forecast?{query}")).key(key)).await;
    assert_eq!(status, 200, "{body}");
    body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forecast_knows_the_season_and_tells_how_it_did() {
    let (app, key) = shop().await;
    let body = forecast(&app, &key, "horizon=8").await;
    assert_eq!(body["metric"], "revenue");
    assert_eq!((&body["grain"], &body["unit"]), (&json!("month"), &json!("RUB")));
    // It is 28 May 2026: the month that runs is not in the history.
    let history = body["history"].as_array().unwrap();
    assert_eq!(history.len(), 29);
    assert_eq!(history[0], json!({"period": "2023-12-01", "value": 28.0 * 205.0}));
    let points = body["points"].as_array().unwrap();
    assert_eq!(points.len(), 8);
    assert_eq!(points[0]["period"], "2026-05-01");
    assert_eq!(points[7]["period"], "2026-12-01");
    for point in points {
        let value = |name: &str| point[name].as_f64().unwrap();
        assert!(value("lower95") <= value("lower80") && value("lower80") <= value("value"), "{point}");
        assert!(value("value") <= value("upper80") && value("upper80") <= value("upper95"), "{point}");
    }
    let value = |i: usize| points[i]["value"].as_f64().unwrap();
    assert!(value(7) > 1.6 * value(6), "December stands out: {points:?}");
    assert!(body["backtest"]["smape"].as_f64().unwrap() < body["naive"]["smape"].as_f64().unwrap(), "{body}");
    // The statement is evidence: it gives the history.
    let (status, rows) = answer(app.post("/v1/sql", &json!({"sql": body["sql"]})).key(&key)).await;
    assert_eq!(status, 200, "{rows}");
    assert_eq!(rows["rows"].as_array().unwrap().len(), 29);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forecast_as_of_a_day_does_not_see_what_came_later() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read"]).await;
    send(&app, &key, 0..20).await;
    let query = "as_of=2025-07-15&grain=week&metric=orders&horizon=10";
    let before = forecast(&app, &key, query).await;
    send(&app, &key, 20..29).await;
    let after = forecast(&app, &key, query).await;
    for part in ["history", "points", "model", "backtest", "naive", "notes"] {
        assert_eq!(before[part], after[part], "{part}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forecast_of_a_part_adds_its_condition_and_every_metric_answers() {
    let (app, key) = shop().await;
    let part = forecast(&app, &key, "product_id=cup&metric=units").await;
    assert_eq!(part["history"][3]["value"], 28.0);
    assert_eq!(forecast(&app, &key, "category=drinks").await["history"][0]["value"], 28.0 * 200.0);
    assert_eq!(forecast(&app, &key, "channel=web").await["history"][0]["value"], 14.0 * 205.0);
    for metric in
        ["revenue", "gross", "refunds", "orders", "units", "customers", "average_order", "new_customers", "repeat_rate"]
    {
        for part in ["", "&product_id=tea", "&segment=loyal", "&channel=shop"] {
            let body = forecast(&app, &key, &format!("metric={metric}{part}&locale=ru&grain=week")).await;
            assert_eq!(body["points"].as_array().unwrap().len(), 6, "{metric}{part}");
        }
    }
    assert_eq!(forecast(&app, &key, "metric=orders&product_id=tea").await["history"][0]["value"], 28.0);
    assert_eq!(forecast(&app, &key, "metric=average_order").await["history"][0]["value"], 205.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_little_history_is_answered_with_a_reason() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read"]).await;
    let nothing = forecast(&app, &key, "").await;
    assert_eq!((nothing["history"].as_array().unwrap().len(), nothing["points"].as_array().unwrap().len()), (0, 6));
    assert_eq!(nothing["notes"].as_array().unwrap().len(), 1, "{nothing}");
    for report in ["basket_pairs", "customer_value"] {
        let (status, body) = answer(app.get(&format!("/v1/reports/{report}")).key(&key)).await;
        assert_eq!((status, &body["rows"]), (200, &json!([])), "{body}");
    }
    let (status, body) = answer(app.get("/v1/trends").key(&key)).await;
    assert_eq!((status, &body["findings"], &body["total"]["change"]), (200, &json!([]), &json!(0)), "{body}");
    send(&app, &key, 27..29).await;
    let little = forecast(&app, &key, "locale=ru").await;
    assert!(little["notes"][0].as_str().unwrap().contains("Истории всего"), "{little}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_questions_are_explained() {
    let (app, key) = shop().await;
    for (query, word) in [
        ("metric=profit", "average_order"),
        ("grain=hour", "week"),
        ("horizon=0", "400"),
        ("horizon=x", "whole number"),
        ("segment=vip", "champions"),
        ("as_of=yesterday", "RFC 3339"),
        ("holidays=1.1.2026", "2026-01-01"),
        ("locale=fr", "ru"),
        ("product=tea", "product_id"),
        ("currency=roubles", "ISO 4217"),
    ] {
        let (status, body) = answer(app.get(&format!("/v1/forecast?{query}")).key(&key)).await;
        assert_eq!(status, 400, "{query}: {body}");
        assert!(body["detail"].as_str().unwrap().contains(word), "{query}: {body}");
    }
}

/// A JSON number of up to 4 fraction digits as ten-thousandths, read from its text so that nothing is rounded.
fn units(number: &Value) -> i128 {
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    assert!(fraction.len() <= 4, "{text}");
    format!("{whole}{fraction:0<4}").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contributions_of_each_dimension_sum_to_the_change_to_the_last_digit() {
    let (app, key) = shop().await;
    // Odd prices, a refund, a guest, a new customer and many products, so that there is an `other`.
    let mut purchases = Vec::new();
    for n in 0..91 {
        purchases.push(json!({
            "purchase_id": format!("odd-{n}"), "customer_id": if n % 3 == 0 { Value::Null } else { json!(format!("n{}", if n % 2 == 0 { n / 8 } else { n })) },
            "occurred_at": format!("2026-{:02}-{:02}T{:02}:30:00Z", 3 + n % 2, 1 + n % 28, n % 24),
            "attributes": {"country": (["RU", "KZ", "BY"][n % 3]), "note": n},
            "items": [{"product_id": format!("p{}", n % 45), "product": "x", "amount": format!("{}.{:04}", n, 7 * n + 1)},
                      {"product_id": "back", "product": "y", "amount": format!("-{}.{:04}", n / 9, n)}],
        }));
    }
    let (status, body) = answer(app.post("/v1/purchases", &Value::Array(purchases)).key(&key)).await;
    assert_eq!(status, 200, "{body}");
    for metric in ["revenue", "gross", "refunds", "units", "orders", "average_order", "customers", "repeat_rate"] {
        let ask = json!({"metric": metric, "from": "2026-04-01", "to": "2026-05-01", "compare_from": "2026-03-01",
            "compare_to": "2026-04-01", "locale": "ru"});
        let (status, body) = answer(app.post("/v1/trends/explain", &ask).key(&key)).await;
        assert_eq!(status, 200, "{body}");
        let total = &body["total"];
        assert_eq!(units(&total["change"]), units(&total["after"]) - units(&total["before"]), "{total}");
        assert_ne!(units(&total["change"]), 0, "{metric}");
        let mut sums = std::collections::BTreeMap::<&str, i128>::new();
        let mut last = std::collections::BTreeMap::<&str, &Value>::new();
        for finding in body["findings"].as_array().unwrap() {
            let dimension = finding["dimension"].as_str().unwrap();
            *sums.entry(dimension).or_default() += units(&finding["contribution"]);
            last.insert(dimension, &finding["label"]);
        }
        let least = if matches!(metric, "revenue" | "gross" | "refunds" | "units") { 8 } else { 6 };
        assert!(sums.len() >= least, "{metric}: {sums:?}");
        assert!(sums.values().all(|sum| *sum == units(&total["change"])), "{metric}: {sums:?} {total}");
        assert!(last.values().all(|label| **label == "other"), "{metric}: {last:?}");
        assert!(sums.contains_key("attributes.country"));
    }
    // The same totals as the report.
    let (_, report) = answer(app.get("/v1/reports/sales_summary?from=2026-04-01&to=2026-05-01").key(&key)).await;
    let ask = json!({"from": "2026-04-01", "to": "2026-05-01", "compare_from": "2026-03-01", "compare_to": "2026-04-01",
        "dimensions": ["channel"]});
    let (_, body) = answer(app.post("/v1/trends/explain", &ask).key(&key)).await;
    let revenue = report["rows"].as_array().unwrap().iter().find(|row| row[0] == "revenue").unwrap();
    assert_eq!(units(&body["total"]["after"]), units(&revenue[1]), "{report}");
    for (change, word) in [
        (json!({"dimensions": ["colour"]}), "customer_kind"),
        (json!({"metric": "customers", "dimensions": ["product"]}), "several"),
        (json!({"metric": "orders", "dimensions": ["product"]}), "several"),
        (json!({"from": "2026-06-01"}), "before"),
    ] {
        let mut ask = ask.clone();
        ask.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let (status, body) = answer(app.post("/v1/trends/explain", &ask).key(&key)).await;
        assert_eq!(status, 400, "{body}");
        assert!(body["detail"].as_str().unwrap().contains(word), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_of_the_shop_is_explained_by_itself() {
    let (app, key) = shop().await;
    let abroad: Vec<Value> = (1..=20)
        .map(|n| {
            json!({"purchase_id": format!("abroad-{n}"), "customer_id": format!("d{}", n % 4), "occurred_at": format!("2026-0{}-{:02}", 3 + n % 2, n),
                "attributes": {"country": if n % 3 == 0 { "DE" } else { "FR" }}, "channel": "web",
                "items": [{"product_id": "cup", "amount": n}, {"product_id": "pot", "amount": 3 * n}]})
        })
        .collect();
    assert_eq!(answer(app.post("/v1/purchases", &Value::Array(abroad)).key(&key)).await.0, 200);
    let explain = async |change: Value| {
        let mut ask =
            json!({"from": "2026-04-01", "to": "2026-05-01", "compare_from": "2026-03-01", "compare_to": "2026-04-01"});
        ask.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        answer(app.post("/v1/trends/explain", &ask).key(&key)).await
    };
    let country = |op: &str, values: Value| json!([{"field": "attributes.country", "op": op, "values": values}]);
    let (_, whole) = explain(json!({"dimensions": ["attributes.country"]})).await;
    let keys: Vec<&Value> = whole["findings"].as_array().unwrap().iter().map(|finding| &finding["key"]).collect();
    let named: Vec<&Value> = keys.into_iter().filter(|key| !key.is_null()).collect();
    assert!(named.len() >= 2, "{whole}");
    let (mut before, mut after) = (0, 0);
    let parts = named.iter().map(|key| country("in", json!([key]))).chain([country("missing", json!([]))]);
    for filters in parts {
        let (status, part) = explain(json!({"filters": filters})).await;
        assert_eq!(status, 200, "{part}");
        before += units(&part["total"]["before"]);
        after += units(&part["total"]["after"]);
        let mut sums = std::collections::BTreeMap::<&str, i128>::new();
        for finding in part["findings"].as_array().unwrap() {
            *sums.entry(finding["dimension"].as_str().unwrap()).or_default() += units(&finding["contribution"]);
        }
        assert!(sums.values().all(|sum| *sum == units(&part["total"]["change"])), "{filters}: {sums:?} {part}");
        let one = filters[0]["op"] == "in";
        assert!(!(one && sums.contains_key("attributes.country")), "what there is one of explains nothing: {sums:?}");
    }
    assert_eq!((before, after), (units(&whole["total"]["before"]), units(&whole["total"]["after"])), "{whole}");
    // All but the first, too.
    let (_, first) = explain(json!({"filters": country("in", json!([named[0]]))})).await;
    let (_, others) = explain(json!({"filters": country("not_in", json!([named[0]]))})).await;
    assert_eq!(units(&first["total"]["after"]) + units(&others["total"]["after"]), after);
    // Orders that have the product, on whatever line it stands.
    let (_, report) = answer(app.get("/v1/reports/top_products?from=2026-04-01&to=2026-05-01").key(&key)).await;
    for row in report["rows"].as_array().unwrap() {
        let filters = json!([{"field": "product", "op": "in", "values": [row[0]]}]);
        let (_, orders) = explain(json!({"metric": "orders", "filters": filters, "dimensions": ["channel"]})).await;
        let revenue = explain(json!({"filters": filters, "dimensions": ["channel"]})).await.1;
        assert_eq!(units(&revenue["total"]["after"]), units(&row[2]), "{row}");
        assert_eq!(units(&orders["total"]["after"]), units(&row[4]), "{row}");
    }
    for (filters, word) in [
        (json!([{"field": "segment", "op": "in", "values": ["champions"]}]), "filters[0].field"),
        (json!([{"field": "product", "op": "in", "values": []}]), "filters[0].values"),
        (json!([{"field": "orders", "op": "more", "values": ["2"]}]), "filters[0].field"),
    ] {
        let (status, body) = explain(json!({"filters": filters})).await;
        assert!(matches!(status, 400 | 422) && body.to_string().contains(word), "{status} {body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trends_put_the_cause_first() {
    let (app, key) = shop().await;
    // In April the web falls silent: its purchases are sent again as the shop's, at a tenth.
    let mut purchases = Vec::new();
    for day in (2..=28).step_by(2) {
        purchases.push(json!({"purchase_id": format!("28-{day}"), "customer_id": "c1", "channel": "web",
            "occurred_at": format!("2026-04-{day:02}T12:00:00Z"), "items": [{"product_id": "tea", "amount": 12.8}]}));
    }
    answer(app.post("/v1/purchases", &Value::Array(purchases)).key(&key)).await;
    let (status, body) = answer(app.get("/v1/trends?locale=ru").key(&key)).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["from"], "2026-04-01T00:00:00+03:00");
    assert_eq!(body["compared_with"]["from"], "2026-03-01T00:00:00+03:00", "{}", body["compared_with"]);
    let findings = body["findings"].as_array().unwrap();
    let first = findings.iter().find(|f| f["dimension"] == "channel").unwrap();
    assert_eq!(first["key"], "web", "{first}");
    assert!(first["sentence"].as_str().unwrap().starts_with("Выручка, канал web"), "{first}");
    let ids: std::collections::BTreeSet<&str> = findings.iter().map(|f| f["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), findings.len());
    let (status, rows) = answer(app.post("/v1/sql", &json!({"sql": first["sql"]})).key(&key)).await;
    assert_eq!(status, 200, "{rows}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trends_compare_with_the_period_before_or_the_one_that_is_sent() {
    let (app, key) = shop().await;
    let asked = async |query: &str| answer(app.get(&format!("/v1/trends?{query}")).key(&key)).await;
    // The clock of the tests stands at 23:26:40 of 28 May in Moscow.
    for (query, from, to) in [
        ("from=2026-04-01&to=2026-05-01", "2026-03-01T00:00:00+03:00", "2026-04-01T00:00:00+03:00"),
        ("period=this_month", "2026-04-01T00:00:00+03:00", "2026-04-28T23:26:00+03:00"),
        ("from=2026-05-01&to=2026-05-29", "2026-04-01T00:00:00+03:00", "2026-04-28T23:26:00+03:00"),
        ("from=2026-04-11&to=2026-04-16", "2026-04-06T00:00:00+03:00", "2026-04-11T00:00:00+03:00"),
        (
            "from=2026-04-01&to=2026-05-01&compare_from=2025-04-01&compare_to=2025-05-01",
            "2025-04-01T00:00:00+03:00",
            "2025-05-01T00:00:00+03:00",
        ),
    ] {
        let (status, body) = asked(query).await;
        assert_eq!(status, 200, "{query}: {body}");
        assert_eq!(body["compared_with"], json!({"from": from, "to": to}), "{query}");
    }
    // What is sent is what is explained.
    let (_, told) = asked("from=2026-04-01&to=2026-05-01&compare_from=2026-02-01&compare_to=2026-03-01").await;
    let explain =
        json!({"from": "2026-04-01", "to": "2026-05-01", "compare_from": "2026-02-01", "compare_to": "2026-03-01"});
    let (_, explained) = answer(app.post("/v1/trends/explain", &explain).key(&key)).await;
    assert_eq!(told["total"], explained["total"]);
    for bad in ["compare_from=2026-02-01", "compare_from=2026-02-01&compare_to=2026-02-01", "compare_to=x"] {
        let (status, body) = asked(&format!("from=2026-04-01&to=2026-05-01&{bad}")).await;
        assert!(matches!(status, 400 | 422) && body.to_string().contains("compare_"), "{bad}: {status} {body}");
    }
    // The report's figures of before are those of the same period.
    let (_, report) = answer(app.get("/v1/reports/sales_summary?from=2026-03-01&to=2026-04-01").key(&key)).await;
    let (_, before) = answer(app.get("/v1/reports/sales_summary?from=2026-02-01&to=2026-03-01").key(&key)).await;
    let column = |report: &Value, place: usize| -> Vec<Value> {
        report["rows"].as_array().unwrap().iter().map(|row| row[place].clone()).collect()
    };
    assert_eq!(column(&report, 2), column(&before, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn offers_part_habit_from_taste() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read"]).await;
    // Thirty customers buy bread each week; who buys tea buys sugar. The last one has tea and no sugar.
    let mut purchases = Vec::new();
    for customer in 0..30 {
        for week in 0..6 {
            let day = 1 + week * 4 + customer % 3;
            let mut items = vec![json!({"product_id": "bread", "product": "Хлеб", "amount": 3})];
            if customer % 2 == 1 && week % 2 == 0 {
                items.push(json!({"product_id": "tea", "product": "Чай", "amount": 9}));
                if customer != 29 {
                    items.push(json!({"product_id": "sugar", "product": "Сахар", "amount": 2}));
                }
            }
            purchases.push(json!({"purchase_id": format!("{customer}-{week}"), "customer_id": format!("c{customer}"),
                "occurred_at": format!("2026-05-{day:02}T12:00:00Z"), "items": items}));
        }
    }
    answer(app.post("/v1/purchases", &Value::Array(purchases)).key(&key)).await;
    let (status, body) = answer(app.get("/v1/customers/c29/offers?locale=ru").key(&key)).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["repeat"][0]["product_id"], "bread", "{body}");
    assert_eq!(body["new"][0]["product"], "Сахар", "{body}");
    assert!(body["new"][0]["reason"].as_str().unwrap().contains("Чай"), "{body}");
    assert_eq!(answer(app.get("/v1/customers/nobody/offers").key(&key)).await.0, 404);
    assert_eq!(answer(app.get("/v1/customers/c29/offers?limit=0").key(&key)).await.0, 422);
    // Who never bought gets what sells.
    answer(app.post("/v1/customers", &json!({"customer_id": "fresh"})).key(&key)).await;
    let (_, body) = answer(app.get("/v1/customers/fresh/offers?limit=1").key(&key)).await;
    assert_eq!(
        (body["repeat"].as_array().unwrap().len(), &body["new"][0]["product_id"]),
        (0, &json!("bread")),
        "{body}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_are_valued_everywhere_alike() {
    let (app, key) = shop().await;
    let (status, list) = answer(app.get("/v1/customers?sort=-predicted_clv&limit=5").key(&key)).await;
    assert_eq!(status, 200, "{list}");
    let first = &list["items"][0];
    let id = first["customer_id"].as_str().unwrap();
    let (_, card) = answer(app.get(&format!("/v1/customers/{id}?locale=ru")).key(&key)).await;
    assert_eq!(card["predicted_clv"], first["predicted_clv"]);
    assert!(card["expected_purchases"].as_f64().unwrap() > 0.0, "{card}");
    assert!(card["next_order_at"].is_string(), "{card}");
    assert!(card.to_string().contains("Последняя покупка"), "{card}");
    let (status, report) = answer(app.get("/v1/reports/customer_value?limit=1").key(&key)).await;
    assert_eq!(status, 200, "{report}");
    assert_eq!((&report["rows"][0][0], &report["rows"][0][3]), (&json!(id), &first["predicted_clv"]));
    let sql = json!({"sql": "SELECT customer_id, predicted_clv FROM customer_facts ORDER BY predicted_clv DESC NULLS LAST, customer_id LIMIT 1"});
    let (status, facts) = answer(app.post("/v1/sql", &sql).key(&key)).await;
    assert_eq!((status, &facts["rows"][0]), (200, &json!([id, first["predicted_clv"]])), "{facts}");
    let sql = json!({"sql": "SELECT product_id, units, abc FROM product_facts ORDER BY revenue DESC"});
    let (status, facts) = answer(app.post("/v1/sql", &sql).key(&key)).await;
    assert_eq!((status, facts["rows"][0][0].as_str()), (200, Some("tea")), "{facts}");
    let (status, pairs) = answer(app.get("/v1/reports/basket_pairs").key(&key)).await;
    assert_eq!(status, 200, "{pairs}");
    assert_eq!(pairs["rows"].as_array().unwrap().len(), 2);
    assert_eq!(pairs["rows"][0].as_array().unwrap()[2..6], [json!(1.0), json!(1.0), json!(1.0), json!(29 * 28)]);
    // A statement that reads scores waits for nobody else's turn, however many there are.
    let ask = |n: usize| {
        let sql = json!({"sql": format!("SELECT max(churn_risk) + {n} FROM customer_scores")});
        answer(app.post("/v1/sql", &sql).key(&key))
    };
    let all = futures::future::join_all((0..12).map(ask)).await;
    assert!(all.iter().all(|(status, _)| *status == 200), "{all:?}");
}
