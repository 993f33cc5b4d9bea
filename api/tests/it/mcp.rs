//! The tools for assistants outside, in both eras of the protocol.

use kupets_api::settings::List;
use reqwest::{Method, RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, Person, answer};

/// An era of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Era {
    /// 2025-11-25.
    Old,
    /// 2026-07-28.
    New,
}

const ERAS: [Era; 2] = [Era::Old, Era::New];
const TOOLS: [&str; 9] = [
    "list_metrics",
    "query_metric",
    "rows_behind",
    "customer",
    "segment_customers",
    "explain_change",
    "forecast",
    "recommendations",
    "run_sql",
];

/// A shop in Moscow with a few sales, one of a kopeck too little; it is 28 May 2026.
async fn shop(app: &App) -> (Person, String) {
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
    let mut sales = Vec::new();
    for (id, day, city, amount) in [
        ("m", "2026-03-05", "Казань", "10"),
        ("a", "2026-04-10", "Казань", "1.49"),
        ("b", "2026-04-11", "Казань", "1.50"),
        ("c", "2026-04-12", "Казань", "2.25"),
        ("d", "2026-04-13", "Москва", "100"),
    ] {
        sales.push(
            json!({"purchase_id": id, "customer_id": format!("c-{id}"), "occurred_at": format!("{day}T12:00:00+03:00"),
            "product": "Чай", "amount": amount, "channel": "web", "attributes": {"city": city}}),
        );
    }
    let (status, body) = answer(app.post("/v1/purchases", &Value::Array(sales)).key(&key)).await;
    assert_eq!(status, 200, "{body}");
    let customer = json!({"customer_id": "c-a", "name": "Ёлкина «Ольга»", "email": "olga@example.com"});
    assert_eq!(answer(app.post("/v1/customers", &customer).key(&key)).await.0, 200);
    (anna, key)
}

/// A request of that era.
fn request(app: &App, era: Era, method: &str, mut params: Value) -> RequestBuilder {
    let version = if era == Era::New { "2026-07-28" } else { "2025-11-25" };
    let name = params["name"].as_str().map(str::to_owned);
    if era == Era::New {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        });
    }
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let request = app.post("/mcp", &body);
    let request =
        request.header("accept", "application/json, text/event-stream").header("mcp-protocol-version", version);
    match (era, name) {
        (Era::Old, _) => request,
        (Era::New, None) => request.header("mcp-method", method),
        (Era::New, Some(name)) => request.header("mcp-method", method).header("mcp-name", name),
    }
}

/// Status, headers and body.
async fn sent(request: RequestBuilder) -> (u16, HeaderMap, Value) {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    (status, headers, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// The result of a call.
async fn call(app: &App, key: &str, era: Era, tool: &str, arguments: Value) -> Value {
    let params = json!({"name": tool, "arguments": arguments});
    let (status, _, body) = sent(request(app, era, "tools/call", params).key(key)).await;
    assert_eq!(status, 200, "{tool}: {body}");
    assert!(body["result"].is_object(), "{tool}: {body}");
    body["result"].clone()
}

/// What a tool answers.
async fn found(app: &App, key: &str, era: Era, tool: &str, arguments: Value) -> Value {
    let result = call(app, key, era, tool, arguments).await;
    assert_ne!(result["isError"], true, "{tool}: {result}");
    let text: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(text, result["structuredContent"], "{tool}");
    text
}

/// What a tool says when it cannot.
async fn refused(app: &App, key: &str, tool: &str, arguments: Value) -> String {
    let result = call(app, key, Era::New, tool, arguments).await;
    assert_eq!(result["isError"], true, "{tool}: {result}");
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

/// Sales in Kazan of 1.5 and more.
fn filters() -> Value {
    json!([{"field": "order_amount", "op": "at_least", "values": [1.5]},
        {"field": "attributes.city", "op": "in", "values": ["Казань"]}])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tools_are_listed_by_what_a_key_may() {
    let app = App::spawn().await;
    let (anna, key) = shop(&app).await;
    let (reader, _) = app.key(&anna, &["read"]).await;
    let (analyst, _) = app.key(&anna, &["sql"]).await;
    for era in ERAS {
        for (key, tools) in [(&key, &TOOLS[..]), (&reader, &TOOLS[..8]), (&analyst, &TOOLS[8..])] {
            let (status, _, body) = sent(request(&app, era, "tools/list", json!({})).key(key)).await;
            assert_eq!(status, 200, "{body}");
            let listed = body["result"]["tools"].as_array().unwrap();
            let listed: Vec<&str> = listed.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
            assert_eq!(listed, tools, "{era:?}");
        }
        let result = call(&app, &reader, era, "run_sql", json!({"sql": "SELECT 1"})).await;
        assert_eq!(result["isError"], true, "{result}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_exact_and_filtered_by_what_was_sent() {
    let app = App::spawn().await;
    let (_, key) = shop(&app).await;
    for era in ERAS {
        let asked = json!({"metrics": ["revenue", "orders"], "period": {"from": "2026-04-01", "to": "2026-05-01"},
            "filters": filters(), "compared_with": {"words": "previous"}, "language": "en"});
        let figures = found(&app, &key, era, "query_metric", asked).await;
        let names: Vec<&str> =
            figures["columns"].as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap()).collect();
        assert_eq!(names[..3], ["revenue", "revenue_before", "revenue_change"]);
        assert_eq!(
            (&figures["columns"][0]["type"], &figures["columns"][0]["unit"]),
            (&json!("decimal"), &json!("RUB"))
        );
        let row: Vec<String> = figures["rows"][0].as_array().unwrap().iter().map(Value::to_string).collect();
        assert_eq!(row[..6], ["3.75", "10", "-6.25", "2", "1", "1"], "{figures}");
        assert_eq!(figures["period"]["from"], "2026-04-01T00:00:00+03:00");
        assert_eq!(figures["period"]["label"], "Apr 1–30, 2026");
        // A month is compared with the month before, and not with thirty days.
        assert_eq!(figures["compared_with"]["from"], "2026-03-01T00:00:00+03:00");
        let (status, again) = answer(app.post("/v1/sql", &json!({"sql": figures["sql"]})).key(&key)).await;
        assert_eq!((status, &again["rows"]), (200, &figures["rows"]));
    }
    // A name as people write it, and a period in words.
    let asked = json!({"metrics": ["revenue"], "period": {"words": "в апреле"}, "language": "ru",
        "filters": [{"field": "attributes.city", "op": "in", "values": ["казань"]}]});
    let figures = found(&app, &key, Era::New, "query_metric", asked).await;
    assert_eq!(figures["rows"][0][0].to_string(), "5.24", "{figures}");
    assert!(figures["assumed"][0].as_str().unwrap().contains("`Казань`"), "{figures}");
    assert_eq!(figures["period"]["label"], "1–30 апреля 2026");
    // Thirty whole days where no period is said, which is told; nothing was recorded in them but what is known.
    let figures = found(&app, &key, Era::New, "query_metric", json!({"metrics": ["revenue"], "language": "en"})).await;
    assert!(figures["assumed"][0].as_str().unwrap().contains("30 whole days"), "{figures}");
    assert!(figures["notes"][0].as_str().unwrap().contains("Mar 5 – Apr 13, 2026"), "{figures}");
    // A list says that there is more of it.
    let asked =
        json!({"metrics": ["revenue"], "dimensions": ["customer"], "period": {"words": "all time"}, "limit": 2});
    let figures = found(&app, &key, Era::New, "query_metric", asked).await;
    assert_eq!((figures["rows"].as_array().unwrap().len(), &figures["truncated"]), (2, &json!(true)));
    assert_eq!(figures["rows"][0][0], "c-d");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_behind_a_figure_come_in_pages() {
    let app = App::spawn().await;
    let (_, key) = shop(&app).await;
    let period = json!({"from": "2026-04-01", "to": "2026-05-01"});
    let mut cursor = Value::Null;
    let mut amounts = Vec::new();
    for page in 0..2 {
        let asked = json!({"metric": "revenue", "period": period, "filters": filters(), "limit": 1, "cursor": cursor});
        let rows = found(&app, &key, Era::New, "rows_behind", asked).await;
        let columns = rows["columns"].as_array().unwrap();
        let amount = columns.iter().position(|column| column["name"] == "amount").unwrap();
        amounts.extend(rows["rows"].as_array().unwrap().iter().map(|row| row[amount].to_string()));
        cursor = rows["next_cursor"].clone();
        assert_eq!(cursor.is_null(), page == 1, "{rows}");
    }
    assert_eq!(amounts, ["2.25", "1.5"]);
    let wrong = refused(&app, &key, "rows_behind", json!({"metric": "revenue", "cursor": "x"})).await;
    assert!(wrong.starts_with("`cursor`"), "{wrong}");
    let wrong = refused(&app, &key, "rows_behind", json!({"metric": "no such"})).await;
    assert!(wrong.starts_with("`metric`"), "{wrong}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tool_answers() {
    let app = App::spawn().await;
    let (_, key) = shop(&app).await;
    for era in ERAS {
        let metrics = found(&app, &key, era, "list_metrics", json!({"language": "ru"})).await;
        assert_eq!(
            (&metrics["metrics"][0]["title"], &metrics["time_zone"]),
            (&json!("Выручка"), &json!("Europe/Moscow"))
        );
        let has = |name: &str| metrics["dimensions"].as_array().unwrap().iter().any(|one| one["name"] == name);
        assert!(has("attributes.city") && has("channel"), "{metrics}");

        let card = found(&app, &key, era, "customer", json!({"search": "ёлкина"})).await;
        assert_eq!(card["customer"]["name"], "Ёлкина «Ольга»", "{card}");
        assert_eq!(card["customer"]["figures"]["revenue"].to_string(), "1.49");
        assert_eq!(card["customer"]["history"][0]["summary"], "Чай");
        let several = found(&app, &key, era, "customer", json!({"search": "c-"})).await;
        assert_eq!((several["matches"].as_array().unwrap().len(), &several["customer"]), (5, &Value::Null));

        let list = found(&app, &key, era, "segment_customers", json!({"min_revenue": 1.5, "max_revenue": 10})).await;
        let ids: Vec<&str> =
            list["customers"].as_array().unwrap().iter().map(|one| one["customer_id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["c-m", "c-c", "c-b"]);

        let change = found(&app, &key, era, "explain_change", json!({})).await;
        let total = ["before", "after", "change"].map(|name| change["total"][name].to_string());
        assert_eq!(total, ["10", "105.24", "95.24"], "{change}");
        let asked = json!({"dimensions": ["attributes.city"], "period": {"words": "в апреле"},
            "compared_with": {"words": "в марте"}});
        let change = found(&app, &key, era, "explain_change", asked).await;
        assert_eq!(change["findings"][0]["key"], "Москва", "{change}");
        assert_eq!(change["findings"][0]["contribution"].to_string(), "100");

        let forecast = found(&app, &key, era, "forecast", json!({"grain": "month", "horizon": 2})).await;
        assert_eq!(forecast["points"].as_array().unwrap().len(), 2, "{forecast}");
        let advice = found(&app, &key, era, "recommendations", json!({"limit": 3})).await;
        assert!(advice["items"].is_array() && advice["notes"].is_array(), "{advice}");

        let asked = json!({"sql": "SELECT purchase_id, amount FROM purchases WHERE amount >= $1 AND product = $2 ORDER BY amount",
            "params": [1.5, "Чай"], "limit": 2});
        let rows = found(&app, &key, era, "run_sql", asked).await;
        assert_eq!(rows["rows"].to_string(), r#"[["b",1.5],["c",2.25]]"#);
        assert_eq!(rows["truncated"], true);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_workspace_sees_nothing_of_it() {
    let app = App::spawn().await;
    shop(&app).await;
    let boris = app.register("boris@example.com").await;
    let (key, _) = app.key(&boris, &["read", "sql"]).await;
    for era in ERAS {
        let asked = json!({"metrics": ["revenue"], "period": {"words": "all time"}});
        let figures = found(&app, &key, era, "query_metric", asked).await;
        // The last column counts the records.
        assert_eq!(*figures["rows"][0].as_array().unwrap().last().unwrap(), 0, "{figures}");
        let metrics = found(&app, &key, era, "list_metrics", json!({})).await;
        assert!(!metrics.to_string().contains("attributes.city"));
        let counted = found(&app, &key, era, "run_sql", json!({"sql": "SELECT count(*) FROM purchases"})).await;
        assert_eq!(counted["rows"], json!([[0]]));
        let nobody = found(&app, &key, era, "customer", json!({"search": "c-"})).await;
        assert_eq!((&nobody["matches"], &nobody["customer"]), (&json!([]), &Value::Null));
    }
    let wrong = refused(&app, &key, "customer", json!({"customer_id": "c-a"})).await;
    assert!(wrong.contains("no such customer"), "{wrong}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_bearer_key_opens() {
    let app = App::spawn().await;
    let (anna, key) = shop(&app).await;
    let (sender, _) = app.key(&anna, &["ingest"]).await;
    let (metadata, scopes) = ("/.well-known/oauth-protected-resource", json!(["read", "sql"]));
    for era in ERAS {
        let list = || request(&app, era, "tools/list", json!({}));
        let unknown = format!("kp_{}", "A".repeat(43));
        for closed in
            [list(), list().person(&anna), list().header("x-api-key", &key), list().key(&unknown), list().key("x")]
        {
            let (status, headers, body) = sent(closed).await;
            assert_eq!(status, 401, "{body}");
            let says = headers["www-authenticate"].to_str().unwrap();
            assert!(says.contains(&format!("resource_metadata=\"{}{metadata}/mcp\"", app.url)), "{says}");
            assert!(body["error"]["message"].is_string(), "{body}");
        }
        let (status, headers, _) = sent(list().key(&sender)).await;
        assert_eq!(status, 403);
        assert!(headers["www-authenticate"].to_str().unwrap().contains("insufficient_scope"));
    }
    for path in [metadata.to_owned(), format!("{metadata}/mcp")] {
        let (status, _, document) = sent(app.get(&path)).await;
        assert_eq!((status, &document["scopes_supported"]), (200, &scopes));
        assert_eq!(document["resource"], format!("{}/mcp", app.url));
        let (status, headers, _) = sent(app.request(Method::POST, &path)).await;
        assert_eq!((status, headers["allow"].to_str().unwrap()), (405, "GET"));
    }
    // Once it is going to be deleted, a workspace's keys open nothing.
    let id = anna.workspace();
    let (status, body) = answer(app.request(Method::DELETE, &format!("/v1/workspaces/{id}")).person(&anna)).await;
    assert!((200..300).contains(&status), "{body}");
    let (status, _, body) = sent(request(&app, Era::New, "tools/list", json!({})).key(&key)).await;
    assert!(status == 403 && body["error"]["message"].as_str().unwrap().contains("deleted"), "{status} {body}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_others_are_refused_and_other_methods_are_told() {
    let app = App::spawn_with(|settings| settings.mcp_allowed_origins = List::from("https://app.example.com")).await;
    let (_, key) = shop(&app).await;
    for era in ERAS {
        let from = |origin: &str| request(&app, era, "tools/list", json!({})).key(&key).header("origin", origin);
        for (origin, expected) in [
            ("https://evil.example.com", 403),
            ("null", 403),
            ("https://app.example.com", 200),
            (app.url.as_str(), 200),
        ] {
            assert_eq!(sent(from(origin)).await.0, expected, "{origin}");
        }
        let rebound = request(&app, era, "tools/list", json!({})).key(&key).header("host", "evil.example.com");
        assert_eq!(sent(rebound).await.0, 403);
    }
    for method in [Method::GET, Method::DELETE, Method::PUT] {
        let (status, headers, body) = sent(app.request(method.clone(), "/mcp").key(&key)).await;
        assert_eq!((status, headers["allow"].to_str().unwrap()), (405, "POST"), "{method} {body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_told_so_that_it_can_be_asked_better() {
    let app = App::spawn().await;
    let (_, key) = shop(&app).await;
    for era in ERAS {
        let params = json!({"name": "no_such_tool", "arguments": {}});
        let (_, _, body) = sent(request(&app, era, "tools/call", params).key(&key)).await;
        assert_eq!(body["error"]["code"], -32602, "{body}");
        assert!(body["error"]["message"].as_str().unwrap().contains("no_such_tool"), "{body}");
    }
    for (tool, arguments, says) in [
        ("query_metric", json!({"metrics": ["revenue"], "limit": 1.5}), ["`limit`", "whole number"]),
        ("query_metric", json!({"metrics": ["profit"]}), ["`metrics[0]`", "list_metrics"]),
        ("query_metric", json!({"metrics": ["margin"]}), ["`metrics[0]`", "costs"]),
        (
            "query_metric",
            json!({"metrics": ["revenue"], "dimensions": ["colour"]}),
            ["`dimensions[0]`", "attributes.NAME"],
        ),
        ("query_metric", json!({"metrics": ["revenue", "revenue"]}), ["`metrics`", "twice"]),
        (
            "query_metric",
            json!({"metrics": ["revenue"], "period": {"words": "recently"}}),
            ["`period.words`", "`from`"],
        ),
        (
            "query_metric",
            json!({"metrics": ["revenue"], "period": {"words": "when it rains"}}),
            ["`period.words`", "last month"],
        ),
        ("query_metric", json!({"metrics": ["revenue"], "period": {"words": "next month"}}), ["`period`", "forecast"]),
        (
            "query_metric",
            json!({"metrics": ["revenue"], "period": {"from": "05/06/2026"}}),
            ["`period.from`", "2026-01-31"],
        ),
        (
            "query_metric",
            json!({"metrics": ["revenue"], "filters": [{"field": "order_amount", "op": "more", "values": ["much"]}]}),
            ["`filters[0].values[0]`", "number"],
        ),
        (
            "query_metric",
            json!({"metrics": ["revenue"], "filters": [{"field": "segment", "op": "in", "values": ["nobody"]}]}),
            ["`filters[0].values[0]`", "champions"],
        ),
        ("segment_customers", json!({"sort": "beauty"}), ["beauty", "revenue"]),
        ("forecast", json!({"metric": "no such"}), ["no such", "repeat_rate"]),
        ("run_sql", json!({"sql": "DELETE FROM purchases"}), ["", ""]),
    ] {
        let told = refused(&app, &key, tool, arguments.clone()).await;
        assert!(says.iter().all(|word| told.contains(word)), "{tool} {arguments}: {told}");
    }
}
