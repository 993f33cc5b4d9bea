//! Saved views and dashboards, through HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, Person, answer};

async fn make(app: &App, person: &Person, path: &str, body: Value) -> Value {
    let (status, made) = answer(app.post(path, &body).person(person)).await;
    assert_eq!(status, 201, "{body}: {made}");
    made
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_is_saved_for_oneself_and_shared() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let vera = app.member(&anna, "viewer", "vera@example.com").await;
    let view = json!({"name": "Cooling", "page": "customers", "query": "filter=lifecycle%3Dcooling", "columns": ["name", "revenue"]});
    let view = make(&app, &vera, "/v1/views", view).await;
    assert_eq!((&view["query"], &view["columns"]), (&json!("filter=lifecycle%3Dcooling"), &json!(["name", "revenue"])));
    assert_eq!((&view["mine"], &view["shared"]), (&json!(true), &json!(false)));
    make(&app, &vera, "/v1/views", json!({"name": "Mine", "page": "tasks"})).await;
    let list = async |person: &Person, query: &str| {
        let (status, page) = answer(app.get(&format!("/v1/views?{query}")).person(person)).await;
        assert_eq!(status, 200, "{page}");
        // Those of one moment come in any order.
        let mut names: Vec<Value> = page["items"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
        names.sort_by_key(ToString::to_string);
        names
    };
    assert_eq!(list(&vera, "").await, ["Cooling", "Mine"]);
    assert_eq!(list(&vera, "page=tasks").await, ["Mine"]);
    assert_eq!(list(&anna, "").await, Vec::<Value>::new());
    let path = format!("/v1/views/{}", view["id"].as_str().unwrap());
    let change =
        async |person: &Person, body: Value| answer(app.request(Method::PATCH, &path).json(&body).person(person)).await;
    assert_eq!(change(&anna, json!({"name": "x"})).await.0, 404);
    let (status, shared) = change(&vera, json!({"shared": true, "columns": null, "query": "sort=name"})).await;
    assert_eq!((status, &shared["columns"], &shared["query"]), (200, &Value::Null, &json!("sort=name")), "{shared}");
    assert_eq!(list(&anna, "").await, ["Cooling"]);
    let boris = app.member(&anna, "manager", "boris@example.com").await;
    assert_eq!(change(&boris, json!({"name": "x"})).await.0, 403);
    assert_eq!(answer(app.request(Method::DELETE, &path).person(&boris)).await.0, 403);
    assert_eq!(change(&anna, json!({"name": "Остывают"})).await.1["owner"]["user_id"], vera.id());
    assert_eq!(answer(app.request(Method::DELETE, &path).person(&vera)).await.0, 204);
    for body in [json!({"name": "", "page": "tasks"}), json!({"name": "x", "page": "moon"}), json!({"name": "x"})] {
        assert_eq!(answer(app.post("/v1/views", &body).person(&vera)).await.0, 422, "{body}");
    }

    // A view that searches for somebody goes with them, however the address writes the name.
    let (key, _) = app.key(&anna, &["ingest"]).await;
    let customer = json!({"customer_id": "c-1", "name": "Пётр Ильич"});
    assert_eq!(answer(app.post("/v1/customers", &customer).key(&key)).await.0, 200);
    let search = json!({"name": "Him", "page": "customers", "query": "search=%D0%9F%D1%91%D1%82%D1%80+%D0%98%D0%BB%D1%8C%D0%B8%D1%87"});
    make(&app, &vera, "/v1/views", search).await;
    let erase = app.request(Method::DELETE, "/v1/customers/c-1");
    assert_eq!(answer(erase.person(&anna)).await.0, 202);
    assert_eq!(list(&vera, "").await, ["Mine"]);
    for (name, page) in [("Month", "overview"), ("Board", "dashboards")] {
        make(&app, &vera, "/v1/views", json!({"name": name, "page": page, "query": "period=last_month"})).await;
        assert_eq!(list(&vera, &format!("page={page}")).await, [name]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dashboard_keeps_its_cards() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let vera = app.member(&anna, "viewer", "vera@example.com").await;
    let (key, _) = app.key(&anna, &["read"]).await;
    let own = make(&app, &anna, "/v1/saved-reports", json!({"name": "One", "sql": "SELECT 1 AS one"})).await;
    let cards = json!([
        {"title": "Revenue", "kind": "metric", "metric": "revenue", "width": 1},
        {"id": "sales", "title": "Sales", "kind": "report", "report": "sales_over_time", "query": {"grain": "day", "limit": 30}, "width": 3},
        {"title": "Own", "kind": "saved_report", "saved_report_id": own["id"], "chart": {"kind": "bar", "x": "one", "y": []}},
        {"kind": "text", "text": "Спросить Ольгу о чае", "width": 2},
        {"title": "Why", "kind": "trend", "metric": "orders"}, {"title": "Next", "kind": "forecast", "metric": "revenue"},
    ]);
    let made =
        make(&app, &anna, "/v1/dashboards", json!({"name": "Monday", "period": "last_month", "cards": cards})).await;
    assert_eq!((&made["period"], made["cards"].as_array().map(Vec::len)), (&json!("last_month"), Some(6)), "{made}");
    assert_eq!((&made["cards"][0]["id"], &made["cards"][1]["id"]), (&json!("1"), &json!("sales")));
    assert_eq!(
        (&made["cards"][1]["query"], &made["cards"][2]["width"]),
        (&json!({"grain": "day", "limit": 30}), &json!(1))
    );
    let path = format!("/v1/dashboards/{}", made["id"].as_str().unwrap());
    assert_eq!(answer(app.get(&path).person(&anna)).await.1, made);
    assert_eq!(answer(app.get(&path).person(&vera)).await.0, 404);
    assert_eq!(answer(app.get(&path).key(&key)).await.0, 404);
    let change =
        async |person: &Person, body: Value| answer(app.request(Method::PATCH, &path).json(&body).person(person)).await;
    let period = json!({"from": "2026-01-01", "to": "2026-04-01"});
    let (status, changed) = change(&anna, json!({"shared": true, "period": period})).await;
    assert_eq!((status, &changed["period"], &changed["cards"]), (200, &period, &made["cards"]), "{changed}");
    assert_eq!(answer(app.get(&path).person(&vera)).await.1["mine"], false);
    assert_eq!(answer(app.get("/v1/dashboards").key(&key)).await.1["items"][0]["id"], made["id"]);
    assert_eq!(change(&vera, json!({"name": "x"})).await.0, 403);
    let (_, fewer) = change(&anna, json!({"cards": [made["cards"][3]]})).await;
    assert_eq!(fewer["cards"], json!([made["cards"][3]]));

    for (body, field) in [
        (json!({"period": "fortnight"}), "period"),
        (json!({"period": {"from": "2026-02-01", "to": "2026-01-01"}}), "period"),
        (json!({"cards": [{"kind": "report"}]}), "cards[0].report"),
        (json!({"cards": [{"kind": "report", "report": "moon"}]}), "cards[0].report"),
        (json!({"cards": [{"kind": "text", "text": "x"}, {"kind": "metric", "metric": "moon"}]}), "cards[1].metric"),
        (json!({"cards": [{"kind": "text", "text": "x", "width": 5}]}), "cards[0].width"),
        (json!({"cards": [{"kind": "text", "text": "x", "query": {"a": [1]}}]}), "cards[0].query.a"),
        (json!({"cards": [{"kind": "saved_report", "saved_report_id": "x"}]}), "cards[0].saved_report_id"),
        (json!({"name": " "}), "name"),
    ] {
        let (status, problem) = change(&anna, body.clone()).await;
        assert_eq!((status, problem["errors"][0]["field"].as_str()), (422, Some(field)), "{body}: {problem}");
    }
    assert_eq!(answer(app.request(Method::DELETE, &path).person(&anna)).await.0, 204);
    assert_eq!(answer(app.get(&path).person(&anna)).await.0, 404);
}
