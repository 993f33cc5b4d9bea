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
