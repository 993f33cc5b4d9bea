//! A metric means the same wherever it is asked for: the figures of reports, whose statements are written by hand for speed, and
//! those that the semantic layer works out for the assistant must be equal: sums and counts to the last digit, and quotients to where
//! reports round them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::app::{App, Credentials as _, answer};

const ANYTHING: [&str; 3] = ["tea", "cup", "honey"];

/// A shop with refunds, guests, products without a category, purchases without a channel, two currencies, and attributes of
/// purchases and of customers; the numbers come from a small generator, always the same.
async fn shop() -> (App, String) {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql", "assistant"]).await;
    let mut state = 20_261_130_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let people: Vec<Value> = (0..30)
        .map(|n| json!({"customer_id": format!("person-{n}"), "name": format!("Person {n}"),
            "attributes": if n % 3 == 0 { json!({}) } else { json!({"city": if n % 2 == 0 { "Казань" } else { "Омск" }}) }}))
        .collect();
    assert_eq!(answer(app.post("/v1/customers", &Value::Array(people)).key(&key)).await.0, 200);
    let mut purchases = Vec::new();
    for number in 0..600 {
        let lines: Vec<Value> = (0..=next(3))
            .map(|_| {
                let product = next(3) as usize;
                let cents = next(100_000) as i64 - if next(8) == 0 { 100_000 } else { 0 };
                let mut line = json!({"product_id": ANYTHING[product], "product": ANYTHING[product].to_uppercase(),
                    "quantity": if cents < 0 { -1 } else { 1 + next(4) as i64 },
                    "amount": format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)});
                if product > 0 {
                    line["category"] = json!(if product == 1 { "things" } else { "food" });
                }
                line
            })
            .collect();
        let mut purchase = json!({"purchase_id": format!("order-{number}"), "items": lines,
            "occurred_at": format!("2026-{:02}-{:02}T{:02}:15:00Z", 1 + next(4), 1 + next(28), next(24))});
        if next(10) > 0 {
            purchase["customer_id"] = json!(format!("person-{}", next(30)));
        }
        if next(5) > 0 {
            purchase["channel"] = json!(["web", "shop"][next(2) as usize]);
        }
        if next(12) == 0 {
            purchase["currency"] = json!("EUR");
        }
        if next(3) == 0 {
            purchase["attributes"] = json!({"city": "Пермь"});
        }
        purchases.push(purchase);
    }
    let (status, body) = answer(app.post("/v1/purchases", &Value::Array(purchases)).key(&key)).await;
    assert_eq!(status, 200, "{body}");
    (app, key)
}

/// A quotient is a decimal of four digits in reports; a share of six.
fn equal(metric: &str, one: Option<f64>, other: Option<f64>) -> bool {
    let rounded = ["average_order", "repeat_rate", "refund_rate"].contains(&metric);
    match (one, other) {
        (Some(one), Some(other)) if rounded => (one - other).abs() <= 0.000_051,
        (one, other) => one == other,
    }
}

/// The rows of a table by the text of `key`, and of each the figures by name.
fn figures(table: &Value, key: &str, names: &[&str]) -> BTreeMap<String, Vec<Option<f64>>> {
    let columns = table["columns"].as_array().unwrap();
    let place = |name: &str| {
        columns.iter().position(|column| column["name"] == name).unwrap_or_else(|| panic!("no {name} in {columns:?}"))
    };
    let (key, names) = (place(key), names.iter().map(|name| place(name)).collect::<Vec<_>>());
    let rows = table["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let told: Vec<Option<f64>> = names.iter().map(|place| row[*place].as_f64()).collect();
        // A step in time is a day to one and a moment to the other.
        let key = row[key].as_str().map(|text| text.trim_end_matches("T00:00:00").to_owned());
        (key.unwrap_or_default(), told)
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reports_and_the_semantic_layer_agree() {
    let (app, key) = shop().await;
    let period = json!({"from": "2026-02-03", "to": "2026-04-11"});
    let cases: [(&str, &str, Value, &str, &[&str]); 7] = [
        (
            "categories",
            "key",
            json!({"dimensions": ["category"]}),
            "category",
            &["revenue", "orders", "customers", "units"],
        ),
        (
            "channels",
            "key",
            json!({"dimensions": ["channel"]}),
            "channel",
            &["revenue", "orders", "customers", "average_order"],
        ),
        (
            "by_attribute?attribute=city",
            "key",
            json!({"dimensions": ["attributes.city"]}),
            "key",
            &["revenue", "orders", "customers", "average_order"],
        ),
        (
            "top_products",
            "product_id",
            json!({"dimensions": ["product"]}),
            "product_id",
            &["revenue", "units", "orders"],
        ),
        ("top_customers", "customer_id", json!({"dimensions": ["customer"]}), "customer_id", &["revenue", "orders"]),
        (
            "sales_over_time?grain=week",
            "period",
            json!({"grain": "week"}),
            "period",
            &["revenue", "orders", "customers", "units", "average_order"],
        ),
        (
            "sales_over_time?grain=day",
            "period",
            json!({"grain": "day"}),
            "period",
            &["revenue", "orders", "customers", "units", "average_order"],
        ),
    ];
    for (report, report_key, mut plan, plan_key, metrics) in cases {
        let join = if report.contains('?') { '&' } else { '?' };
        let path = format!("/v1/reports/{report}{join}from=2026-02-03&to=2026-04-11");
        let (status, told) = answer(app.get(&path).key(&key)).await;
        assert_eq!(status, 200, "{report}: {told}");
        plan["intent"] = json!("list");
        plan["metrics"] = json!(metrics);
        plan["period"] = period.clone();
        if plan.get("grain").is_none() {
            plan["limit"] = json!(1000);
        }
        let asked = app.post("/v1/assistant/messages", &json!({"plan": plan})).key(&key);
        let (status, reply) = answer(asked.header("accept", "application/json")).await;
        assert_eq!(status, 200, "{report}: {reply}");
        let (mut reported, worked) =
            (figures(&told, report_key, metrics), figures(&reply["result"], plan_key, metrics));
        // A list by customer is of people, the report as well.
        if report == "top_customers" {
            reported.remove("");
        }
        assert!(!worked.is_empty(), "{report}");
        assert_eq!(reported.keys().collect::<Vec<_>>(), worked.keys().collect::<Vec<_>>(), "{report}");
        for (key, figures) in &reported {
            for ((metric, one), other) in metrics.iter().zip(figures).zip(&worked[key]) {
                assert!(equal(metric, *one, *other), "{report} {key} {metric}: {one:?} and {other:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_summary_agrees_too() {
    let (app, key) = shop().await;
    let (status, told) = answer(app.get("/v1/reports/sales_summary?from=2026-02-03&to=2026-04-11").key(&key)).await;
    assert_eq!(status, 200, "{told}");
    let mut compared = 0;
    for row in told["rows"].as_array().unwrap() {
        let metric = row[0].as_str().unwrap();
        let plan =
            json!({"intent": "value", "metrics": [metric], "period": {"from": "2026-02-03", "to": "2026-04-11"}});
        let asked = app.post("/v1/assistant/messages", &json!({"plan": plan})).key(&key);
        let (status, reply) = answer(asked.header("accept", "application/json")).await;
        // The report may have figures that are no metric of the catalogue.
        if status == 200 {
            let (worked, reported) = (reply["result"]["rows"][0][0].as_f64(), row[1].as_f64());
            assert!(equal(metric, worked, reported), "{metric}: {worked:?} and {reported:?}");
            compared += 1;
        }
    }
    assert!(compared >= 8, "{compared} of {told}");
}
