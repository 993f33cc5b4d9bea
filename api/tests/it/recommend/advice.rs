//! What holds advice back: seasons, few days, and hold-outs that are too small to be measured.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Till, check_evidence, decide, item, items, list, number, of_kind, sentences, text};
use crate::app::{App, Credentials as _, Person, answer};

async fn send(till: Till) -> (App, Person, String) {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
    till.send(&app, &key).await;
    (app, anna, key)
}

/// A line of a category.
fn of(category: &str, product: &str, amount: i64) -> Value {
    let mut line = item(product, amount);
    line["category"] = json!(category);
    line
}

/// Products that sell twice a day, and of which some do no more.
fn seasons() -> Till {
    let mut till = Till::default();
    for days_ago in 0..460 {
        // The same days a year ago are those 52 weeks before.
        let day = days_ago % 364;
        for _ in 0..2 {
            let mut lines = vec![item("bread", 1_000)];
            // Milk sold all the year and the year before, until nine days ago.
            if days_ago > 9 {
                lines.push(item("milk", 30));
            }
            // Tulips are sold for nine weeks of spring, this year and last year.
            if (10..70).contains(&day) {
                lines.push(item("tulips", 20));
            }
            // Of what is new nobody knows the season: rakes and spades of the same category ended together, while of tea coffee goes on.
            if (10..70).contains(&days_ago) {
                lines.extend([of("garden", "rake", 5), of("garden", "spade", 5), of("drinks", "tea", 5)]);
            }
            if days_ago < 70 {
                lines.push(of("drinks", "coffee", 5));
            }
            // Sold in plenty, on four days.
            if [10, 11, 40, 41].contains(&days_ago) {
                lines.push(item("tickets", 5));
            }
            till.sell(None, days_ago, lines);
        }
        for _ in 0..if [10, 11, 40, 41].contains(&days_ago) { 20 } else { 0 } {
            till.sell(None, days_ago, vec![item("tickets", 5)]);
        }
        // Skates and sledges hardly sell any more; skates did so a year ago.
        let mut lines = Vec::new();
        if (29..=56).contains(&day) || days_ago == 14 {
            lines.push(item("skates", 9));
        }
        if (29..=56).contains(&days_ago) || days_ago == 14 {
            lines.push(item("sledges", 9));
        }
        if !lines.is_empty() {
            till.sell(None, days_ago, lines);
        }
    }
    till
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ends_with_its_season_is_neither_missing_nor_taken_out() {
    let (app, _, key) = send(seasons()).await;
    let body = list(&app, &key, "kind=stock_out").await;
    let mut told: Vec<&str> = items(&body).iter().map(|item| text(&item["products"][0], "product_id")).collect();
    told.sort_unstable();
    assert_eq!(told, ["milk", "tea"], "{}", sentences(&body));
    check_evidence(&app, &key, &body).await;
    let of = |product: &str| items(&body).iter().find(|item| item["products"][0]["product_id"] == product).unwrap();
    let reason = |product: &str| text(of(product), "reason").replace('\u{a0}', " ");
    assert!(
        reason("milk").contains("A year ago it sold in these days at 100 % of its pace before."),
        "{}",
        reason("milk")
    );
    assert!(
        reason("tea").contains("the rest of its category at 100 %. How it sold in these days a year ago is not known."),
        "{}",
        reason("tea")
    );
    // Category, its lines before and since, and the orders of a year ago: 56 days twice a day, and fourteen.
    let figures = &of("milk")["evidence"]["rows"][0];
    assert_eq!(figures.as_array().unwrap()[9..], [json!(null), json!(0), json!(0), json!(112), json!(28)], "{figures}");
    let russian = list(&app, &key, "kind=stock_out&locale=ru").await;
    assert!(
        sentences(&russian).contains("Год назад в эти дни он продавался на 100 % прежнего темпа."),
        "{}",
        sentences(&russian)
    );

    let body = list(&app, &key, "kind=drop_product").await;
    let told: Vec<&str> = items(&body).iter().map(|item| text(&item["products"][0], "product_id")).collect();
    assert_eq!(told, ["sledges"], "{}", sentences(&body));
    check_evidence(&app, &key, &body).await;
}

/// Two groups who fell silent, each too small for a hold-out that says something.
fn silent() -> Till {
    let mut till = Till::default();
    for i in 0..200_u64 {
        for visit in 0..10 {
            till.sell(Some(&format!("r{i}")), 14 * visit + i % 14, vec![item("bread", 50)]);
        }
    }
    for i in 0..160 {
        for days_ago in [100, 90, 80, 70, 60] {
            till.sell(Some(&format!("w{i}")), days_ago, vec![item("bread", if i < 80 { 10 } else { 70 })]);
        }
    }
    till
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn small_hold_outs_are_measured_together_or_not_at_all() {
    let (app, anna, key) = send(silent()).await;
    let rules = json!({"rules": [{"segment": "cheap", "m": [1, 1]}, {"segment": "rest"}]});
    let put = app.request(Method::PUT, "/v1/segments/rules").json(&rules);
    assert_eq!(answer(put.person(&anna)).await.0, 200);
    let found = list(&app, &key, "kind=win_back").await;
    let ids: Vec<&str> = items(&found).iter().map(|item| text(item, "id")).collect();
    assert_eq!(ids.len(), 2, "{}", sentences(&found));
    for one in of_kind(&found, "win_back") {
        // A message costs 0.2 % of an average order: 2,800 orders came to 132,000.
        assert!((number(&one["expected"]["cost"]) - 80.0 * 0.002 * 132_000.0 / 2_800.0).abs() < 0.01, "{one}");
    }
    let (_, task) = decide(&app, &anna, ids[0], "accepted").await;
    let lift = &task["lift"];
    assert_eq!((&lift["treated"], &lift["held_out"], &lift["lift"]), (&json!(64), &json!(16), &json!(null)), "{task}");
    assert_eq!((&lift["needed"], &lift["pooled_tasks"]), (&json!(14), &json!(null)), "{lift}");
    let (_, task) = decide(&app, &anna, ids[1], "accepted").await;
    // Sixteen and sixteen are enough; nobody has ordered yet.
    assert_eq!((&task["lift"]["needed"], &task["lift"]["lift"]), (&json!(null), &json!(null)), "{task}");

    // Of each task half of those who were asked order for 100, and of those held out nobody.
    app.clock.advance_days(1);
    let tasks = list(&app, &key, "status=accepted&customers=1000").await;
    let mut orders = Vec::new();
    for task in items(&tasks) {
        let asked = task["customers"].as_array().unwrap().iter().filter(|one| one["held_out"] == false);
        orders.extend(asked.take(32).map(|one| {
            let customer = text(one, "customer_id");
            json!({"purchase_id": format!("back {customer}"), "customer_id": customer,
                "occurred_at": "2026-05-29T12:00:00Z", "product_id": "bread", "amount": 100})
        }));
    }
    assert_eq!(orders.len(), 64);
    assert_eq!(answer(app.post("/v1/purchases", &json!(orders)).key(&key)).await.0, 200);
    for task in items(&list(&app, &key, "status=accepted").await) {
        let lift = &task["lift"];
        assert_eq!((&lift["converted"], &lift["converted_held_out"]), (&json!(32), &json!(0)), "{lift}");
        assert_eq!((&lift["lift"], &lift["total"]), (&json!(50), &json!(3200)), "{lift}");
        assert_eq!((&lift["pooled_tasks"], &lift["needed"]), (&json!(2), &json!(null)), "{lift}");
    }
}
