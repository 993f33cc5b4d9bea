//! Revision 2026-07-28: each request says all that it needs.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::ask::{Ask, LEGACY, MODERN};

#[actix_web::test]
async fn discovery_says_what_there_is() {
    let answer = Ask::modern("server/discover", json!({})).send().await;
    let result = answer.result();
    assert_eq!(result["resultType"], "complete");
    let versions = result["supportedVersions"].as_array().unwrap();
    assert!(versions.contains(&json!(MODERN)) && versions.contains(&json!(LEGACY)), "{result}");
    assert!(result["capabilities"]["tools"].is_object() && result["capabilities"].get("prompts").is_none());
    assert_eq!(result["instructions"], "Ask list_metrics first.");
    assert!(result["ttlMs"].as_u64().is_some() && result["cacheScope"].is_string());
    assert!(answer.headers.get("mcp-session-id").is_none());
}

#[actix_web::test]
async fn tools_are_listed_in_one_order_and_cut_by_scopes() {
    let listed = |answer: Value| -> Vec<String> {
        let tools = answer["tools"].as_array().unwrap().clone();
        tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
    };
    let all = Ask::modern("tools/list", json!({})).send().await.result();
    assert_eq!((&all["resultType"], &all["cacheScope"]), (&json!("complete"), &json!("private")));
    assert!(all["ttlMs"].as_u64().is_some());
    let names = [
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
    for tool in all["tools"].as_array().unwrap() {
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
        assert_eq!((&tool["inputSchema"]["type"], &tool["outputSchema"]["type"]), (&json!("object"), &json!("object")));
        assert!(tool["title"].is_string() && tool["description"].is_string());
        assert!(!tool.to_string().contains("$ref"), "{tool}");
    }
    assert_eq!(listed(all.clone()), names);
    assert_eq!(Ask::modern("tools/list", json!({})).send().await.result(), all);
    let cut = Ask::modern("tools/list", json!({})).with("authorization", "Bearer kp_reader").send().await;
    assert_eq!(listed(cut.result()), names[..8]);
}

#[actix_web::test]
async fn a_call_is_answered_with_data_and_text() {
    let result = Ask::call("list_metrics", r#"{"language": "ru"}"#).send().await.result();
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["structuredContent"]["metrics"][0]["title"], "Выручка");
    let text: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(text, result["structuredContent"]);
}

#[actix_web::test]
async fn headers_must_say_what_the_body_says() {
    let call = || Ask::call("list_metrics", "{}");
    for wrong in [
        call().with("mcp-method", "tools/list"),
        call().without("mcp-method"),
        call().with("mcp-name", "run_sql"),
        call().without("mcp-name"),
        call().with("mcp-protocol-version", LEGACY),
        call().without("mcp-protocol-version"),
        call().with("mcp-name", "=?base64?cnVuX3NxbA==?="),
        call().with("mcp-name", "=?base64?!?="),
    ] {
        let told = format!("{wrong:?}");
        let answer = wrong.send().await;
        assert_eq!((answer.status, answer.code()), (400, -32020), "{told}");
        assert_eq!(answer.json()["id"], "a", "{told}");
    }
}

#[actix_web::test]
async fn a_name_in_base64_is_the_name() {
    let wrapped = |name: &str, base64: &str| Ask::call(name, "{}").with("mcp-name", &format!("=?base64?{base64}?="));
    let answer = wrapped("list_metrics", "bGlzdF9tZXRyaWNz").send().await;
    assert_eq!(answer.result()["structuredContent"]["currency"], "RUB");
    // A Cyrillic name arrives so; there is no such tool, and that is what is said.
    let answer = wrapped("выручка", "0LLRi9GA0YPRh9C60LA=").send().await;
    assert_eq!(answer.code(), -32602);
    assert!(answer.json()["error"]["message"].as_str().unwrap().contains("выручка"), "{}", answer.text);
}

#[actix_web::test]
async fn an_unknown_version_is_answered_with_those_there_are() {
    let unknown = "2031-01-01";
    let body = json!({"jsonrpc": "2.0", "id": 7, "method": "tools/list", "params": {"_meta": {
        "io.modelcontextprotocol/protocolVersion": unknown,
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}}}});
    let whole = Ask::body(body.to_string()).with("mcp-protocol-version", unknown).with("mcp-method", "tools/list");
    let bare =
        Ask::body(r#"{"jsonrpc": "2.0", "id": 7, "method": "tools/list"}"#).with("mcp-protocol-version", "1999-01-01");
    for ask in [whole, bare] {
        let answer = ask.send().await;
        assert_eq!((answer.status, answer.code()), (400, -32022), "{}", answer.text);
        let data = &answer.json()["error"]["data"];
        assert!(data["supported"].as_array().unwrap().contains(&json!(MODERN)), "{data}");
        assert!(data["requested"].is_string(), "{data}");
    }
}

#[actix_web::test]
async fn an_unknown_method_is_not_found() {
    for method in [
        "tools/burn",
        "resources/list",
        "prompts/list",
        "ping",
        "initialize",
        "logging/setLevel",
        "subscriptions/listen",
    ] {
        let answer = Ask::modern(method, json!({})).send().await;
        assert_eq!((answer.status, answer.code()), (404, -32601), "{method}: {}", answer.text);
        assert_eq!(answer.json()["id"], "a");
    }
}

#[actix_web::test]
async fn a_request_that_says_too_little_is_refused() {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": {
        "io.modelcontextprotocol/protocolVersion": MODERN}}});
    let answer = Ask::body(body.to_string()).with("mcp-protocol-version", MODERN).with("mcp-method", "tools/list");
    let answer = answer.send().await;
    assert_eq!((answer.status, answer.code()), (400, -32602), "{}", answer.text);
}

#[actix_web::test]
async fn there_is_post_and_nothing_else() {
    for method in [Method::GET, Method::DELETE, Method::PUT, Method::PATCH] {
        // Whoever asks: there is no need for a key to learn it.
        let answer = Ask::body("").by(method.clone()).without("authorization").send().await;
        assert_eq!((answer.status, answer.header("allow")), (405, "POST"), "{method}");
    }
}

#[actix_web::test]
async fn a_notification_is_taken_and_not_answered() {
    let body = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1, "_meta": {
        "io.modelcontextprotocol/protocolVersion": MODERN}}});
    let ask = Ask::body(body.to_string()).with("mcp-protocol-version", MODERN);
    let answer = ask.with("mcp-method", "notifications/cancelled").send().await;
    assert_eq!((answer.status, answer.text.as_str()), (202, ""));
}
