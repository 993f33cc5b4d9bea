//! The revisions before 2026-07-28: `initialize`, but no session.

use serde_json::json;

use crate::ask::{Ask, LEGACY, MODERN};

fn initialize(version: &str) -> Ask {
    let params =
        json!({"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
    Ask::legacy("initialize", params).without("mcp-protocol-version")
}

#[actix_web::test]
async fn initialize_opens_no_session() {
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", LEGACY] {
        let answer = initialize(version).send().await;
        let result = answer.result();
        assert_eq!(result["protocolVersion"], version);
        assert_eq!(result["serverInfo"]["name"], "shop");
        assert!(result["capabilities"]["tools"].is_object());
        assert!(answer.headers.get("mcp-session-id").is_none());
        assert!(answer.header("content-type").starts_with("application/json"));
        // Words of the new era would be unknown to it.
        assert!(result.get("resultType").is_none());
    }
}

#[actix_web::test]
async fn initialize_never_agrees_on_the_new_era() {
    for version in [MODERN, "2031-01-01", "nonsense"] {
        let agreed = initialize(version).send().await.result()["protocolVersion"].clone();
        assert_eq!(agreed, LEGACY, "{version}");
    }
}

#[actix_web::test]
async fn nothing_is_needed_before_a_request() {
    for ask in
        [Ask::legacy("tools/list", json!({})), Ask::legacy("tools/list", json!({})).without("mcp-protocol-version")]
    {
        let result = ask.send().await.result();
        assert_eq!(result["tools"].as_array().unwrap().len(), 9);
        assert!(result.get("resultType").is_none());
    }
    let call = json!({"name": "query_metric", "arguments": {"metrics": ["revenue"],
        "filters": [{"field": "channel", "op": "in", "values": ["shop"]}]}});
    let result = Ask::legacy("tools/call", call).send().await.result();
    assert_eq!(result["structuredContent"]["rows"][0][0].to_string(), "1.5000");
    assert!(Ask::legacy("ping", json!({})).send().await.result().is_object());
}

#[actix_web::test]
async fn a_session_id_of_somebody_else_is_no_matter() {
    let ask = Ask::legacy("tools/list", json!({})).with("mcp-session-id", "of another server");
    assert_eq!(ask.send().await.result()["tools"].as_array().unwrap().len(), 9);
}

#[actix_web::test]
async fn notifications_are_taken() {
    let body = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let answer = Ask::body(body.to_string()).with("mcp-protocol-version", LEGACY).send().await;
    assert_eq!((answer.status, answer.text.as_str()), (202, ""));
}

#[actix_web::test]
async fn an_unknown_method_is_told() {
    let answer = Ask::legacy("resources/list", json!({})).send().await;
    assert_eq!(answer.code(), -32601);
}
