//! Whom recommendations are about: nobody twice, nobody who was erased, nobody who wants to be left alone.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tasks_do_not_share_customers() {
    let (app, anna, key) = shop().await;
    let body = list(&app, &key, "").await;
    let bread = about(&body, "reorder_due", &["bread"]);
    let bundles = list(&app, &key, "kind=cross_sell_bundle").await;
    let bundle = about(&bundles, "cross_sell_bundle", &["tea", "sugar"]);
    let (one, other) = (text(bread, "id"), text(bundle, "id"));
    assert_eq!(decide(&app, &anna, one, "accepted").await.0, 200);
    assert_eq!(decide(&app, &anna, other, "accepted").await.0, 200);
    let tasks = list(&app, &key, "status=accepted&customers=10000").await;
    assert_eq!(items(&tasks).len(), 2);
    let mut seen = BTreeSet::new();
    for task in items(&tasks) {
        for customer in task["customers"].as_array().unwrap() {
            assert!(seen.insert(text(customer, "customer_id").to_owned()), "{customer} is in both");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_erased_is_in_no_task() {
    let (app, anna, key) = shop().await;
    let body = list(&app, &key, "").await;
    let (silent, alone) = (only(&body, "win_back").clone(), only(&body, "at_risk_key_customer").clone());
    let fresh = only(&body, "second_purchase")["customers"][0]["customer_id"].clone();
    decide(&app, &anna, text(&silent, "id"), "accepted").await;
    decide(&app, &anna, text(&alone, "id"), "dismissed").await;
    for id in ["w3", "k0", fresh.as_str().unwrap()] {
        let erase = app.request(Method::DELETE, &format!("/v1/customers/{id}?keep_totals=true"));
        assert_eq!(answer(erase.person(&anna)).await.0, 202);
    }
    let body = list(&app, &key, "status=new,accepted,dismissed,done&customers=10000").await;
    for id in ["w3", "k0", fresh.as_str().unwrap()] {
        assert!(!body.to_string().contains(&format!("\"{id}\"")), "{id}");
    }
    assert!(!body.to_string().contains("'k0'"));
    let task = only(&body, "win_back");
    assert_eq!((&task["status"], &task["customers_total"]), (&json!("accepted"), &json!(SILENT - 1)));
}

/// The first customer of the first recommendation of that kind.
fn one_of_list(body: &Value, kind: &str) -> String {
    let found = of_kind(body, kind).into_iter().next();
    let first = found.unwrap_or_else(|| panic!("no {kind}: {}", sentences(body)));
    text(&first["customers"][0], "customer_id").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_wants_to_be_left_alone_is_in_no_advice() {
    let (app, anna, key) = shop().await;
    let body = list(&app, &key, "customers=10000").await;
    let advised = ["win_back", "at_risk_key_customer", "second_purchase", "reorder_due", "cross_sell_bundle"];
    let ids: BTreeSet<String> = advised.into_iter().map(|kind| one_of_list(&body, kind)).collect();
    let flagged: Vec<Value> = ids.iter().map(|id| json!({"customer_id": id, "do_not_contact": true})).collect();
    assert_eq!(answer(app.post("/v1/customers", &json!(flagged)).key(&key)).await.0, 200);
    let names_nobody = |body: &Value| {
        for item in items(body) {
            for customer in item["customers"].as_array().unwrap() {
                assert!(!ids.contains(text(customer, "customer_id")), "{customer}: {}", item["kind"]);
            }
        }
    };
    // At once, although what was dear to compute is kept for a while; and when it has been computed anew.
    names_nobody(&list(&app, &key, "customers=10000").await);
    app.clock.advance_days(1);
    let body = list(&app, &key, "customers=10000").await;
    names_nobody(&body);
    // What is claimed is still what the statements find.
    check_evidence(&app, &key, &body).await;
    assert_eq!(only(&body, "win_back")["customers_total"], json!(SILENT - 1));
    // Who says so after a list was accepted is not in it from then on.
    let later = one_of_list(&body, "win_back");
    decide(&app, &anna, text(only(&body, "win_back"), "id"), "accepted").await;
    let flag = json!({"customer_id": later, "do_not_contact": true});
    assert_eq!(answer(app.post("/v1/customers", &flag).key(&key)).await.0, 200);
    let body = list(&app, &key, "status=accepted&customers=10000").await;
    let left = only(&body, "win_back")["customers"].as_array().unwrap();
    assert!(!left.is_empty() && left.iter().all(|customer| text(customer, "customer_id") != later));
}
