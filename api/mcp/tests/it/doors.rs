//! Who is let in: keys, hosts, origins, and bodies of a size.

use actix_web::http::Method;
use kupets_mcp::Settings;
use serde_json::json;

use crate::ask::Ask;

fn list() -> Ask {
    Ask::modern("tools/list", json!({}))
}

#[actix_web::test]
async fn without_a_key_one_is_told_where_to_read() {
    for (ask, error) in [
        (list().without("authorization"), ""),
        (list().with("authorization", "Bearer kp_wrong"), "error=\"invalid_token\", "),
        (list().with("authorization", "Basic kp_analyst"), "error=\"invalid_token\", "),
    ] {
        let answer = ask.send().await;
        assert_eq!(answer.status, 401);
        let address = "http://localhost/.well-known/oauth-protected-resource/mcp";
        let says = format!("Bearer {error}resource_metadata=\"{address}\", scope=\"read\"");
        assert_eq!(answer.header("www-authenticate"), says);
        assert!(answer.json()["error"]["message"].as_str().unwrap().contains("key"));
    }
}

#[actix_web::test]
async fn a_key_for_something_else_is_told_which_scope() {
    let answer = list().with("authorization", "Bearer kp_sender").send().await;
    assert_eq!(answer.status, 403);
    let says = answer.header("www-authenticate");
    assert!(says.contains("error=\"insufficient_scope\"") && says.contains("scope=\"read\""), "{says}");
}

#[actix_web::test]
async fn the_document_is_open_at_both_addresses() {
    for path in ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"] {
        let answer = Ask::body("").by(Method::GET).without("authorization").send_to(path).await;
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.json(),
            json!({"resource": "http://localhost/mcp", "resource_name": "The shop",
                "bearer_methods_supported": ["header"], "scopes_supported": ["read", "sql"]})
        );
    }
}

#[actix_web::test]
async fn a_foreign_origin_is_refused_whoever_asks() {
    let open = Settings { allowed_origins: vec!["https://app.example.com".to_owned()], ..Settings::default() };
    for origin in [
        "https://evil.example.com",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com.evil.com",
        "null",
        "localhost",
    ] {
        for ask in [list(), list().without("authorization"), list().by(Method::GET)] {
            for settings in [open.clone(), Settings::default()] {
                let answer = ask.clone().with("origin", origin).of(settings).send().await;
                assert_eq!(answer.status, 403, "{origin}");
                assert!(answer.json()["error"]["message"].is_string());
            }
        }
    }
    let answer = list().with("origin", "https://app.example.com").of(open).send().await;
    assert_eq!(answer.status, 200);
}

#[actix_web::test]
async fn the_servers_own_pages_may_ask() {
    let own = || list().with("host", "localhost:8080").with("origin", "http://localhost:8080");
    assert_eq!(own().send().await.status, 200);
    assert_eq!(own().with("origin", "https://localhost:8080").send().await.status, 403);
    assert_eq!(own().with("origin", "http://localhost:8081").send().await.status, 403);
    // A name that was made to lead here is no address of the server.
    let rebound = own().with("host", "evil.example.com").with("origin", "http://evil.example.com");
    assert_eq!(rebound.clone().send().await.status, 403);
    let any = Settings { allowed_hosts: vec!["*".to_owned()], ..Settings::default() };
    assert_eq!(rebound.of(any).send().await.status, 403);
    // Nor does a proxy's word make it one.
    let told = own().with("origin", "http://evil.example.com").with("x-forwarded-host", "evil.example.com");
    assert_eq!(told.send().await.status, 403);
}

#[actix_web::test]
async fn a_foreign_host_is_refused() {
    for host in ["evil.example.com", "localhost.evil.com", "192.168.0.7:8080"] {
        assert_eq!(list().with("host", host).send().await.status, 403, "{host}");
    }
    for host in ["localhost:8080", "127.0.0.1:80", "[::1]:8080"] {
        assert_eq!(list().with("host", host).send().await.status, 200, "{host}");
    }
    let named = Settings { allowed_hosts: vec!["crm.example.com".to_owned()], ..Settings::default() };
    assert_eq!(list().with("host", "crm.example.com").of(named.clone()).send().await.status, 200);
    assert_eq!(list().with("host", "localhost").of(named).send().await.status, 403);
    let any = Settings { allowed_hosts: vec!["*".to_owned()], ..Settings::default() };
    assert_eq!(list().with("host", "192.168.0.7:8080").of(any).send().await.status, 200);
}

#[actix_web::test]
async fn what_is_no_message_is_told_as_an_error_of_json_rpc() {
    for (body, code) in [
        ("", -32700),
        ("{", -32700),
        ("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/list\"", -32700),
        ("\u{0}", -32700),
        ("3", -32600),
        ("[]", -32600),
        ("{}", -32600),
        ("{\"jsonrpc\": \"1.0\", \"id\": 1, \"method\": \"tools/list\"}", -32600),
    ] {
        let answer = Ask::body(body).send().await;
        assert_eq!((answer.status, answer.code()), (400, code), "{body}: {}", answer.text);
    }
}

#[actix_web::test]
async fn parameters_of_another_shape_are_told() {
    for params in [json!({}), json!({"name": 5}), json!({"name": "customer", "arguments": []})] {
        let answer = Ask::legacy("tools/call", params).send().await;
        assert_eq!(answer.code(), -32602, "{}", answer.text);
    }
}

#[actix_web::test]
async fn a_body_that_is_too_long_is_refused() {
    let small = Settings { max_body_bytes: 1_000, ..Settings::default() };
    let search = "я".repeat(600);
    let ask = Ask::call("customer", &json!({"search": search}).to_string());
    assert_eq!(ask.clone().send().await.status, 200);
    let answer = ask.of(small).send().await;
    assert_eq!(answer.status, 413);
    assert!(answer.json()["error"]["message"].as_str().unwrap().contains("1000 bytes"));
}

#[actix_web::test]
async fn other_media_types_are_refused() {
    assert_eq!(list().with("content-type", "text/plain").send().await.status, 415);
    assert_eq!(list().with("accept", "text/html").send().await.status, 406);
    // Who takes anything takes this.
    assert_eq!(list().with("accept", "*/*").send().await.status, 200);
    assert_eq!(list().without("accept").send().await.status, 200);
}
