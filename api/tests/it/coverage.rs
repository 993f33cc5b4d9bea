//! Isolation, complete by construction: what the OpenAPI document lists is what is tried.

use std::collections::BTreeSet;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, PASSWORD, Person, answer};

/// Operations that anyone may call. This list may only shrink.
const OPEN: [&str; 9] = [
    "POST /v1/auth/register",
    "POST /v1/auth/login",
    "POST /v1/auth/logout",
    "POST /v1/auth/reset",
    "POST /v1/auth/reset/{token}",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /openapi.json",
];

pub const SCOPES: [&str; 4] = ["ingest", "read", "sql", "assistant"];

pub struct Operation {
    pub method: Method,
    pub path: String,
    /// `None`: no key does.
    pub scopes: Option<Vec<String>>,
    pub session: bool,
    /// The role that a person needs at least; none is said where everybody in the workspace may.
    pub role: Option<String>,
    has_body: bool,
}

impl Operation {
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// A request for the thing of that id; a plausible body, so that only credentials can be what is wrong.
    pub fn request(&self, app: &App, id: &str) -> RequestBuilder {
        let path = self.path.replace("{id}", id).replace("{user_id}", id).replace("{token}", id);
        let request = app.request(self.method.clone(), &path);
        match (self.has_body, self.path.as_str()) {
            (false, _) => request,
            (true, "/v1/sql") => request.json(&json!({"sql": "SELECT COUNT(*) AS n FROM customers"})),
            (true, "/v1/api-keys") => request.json(&json!({"name": "x", "scopes": ["read"]})),
            (true, "/v1/trends/explain") => request.json(&json!({
                "from": "2026-02-01", "to": "2026-03-01", "compare_from": "2026-01-01", "compare_to": "2026-02-01",
            })),
            (true, "/v1/segments/rules") => request.json(&json!({"rules": [{"segment": "everyone"}]})),
            (true, "/v1/recommendations/{id}") => request.json(&json!({"status": "dismissed"})),
            (true, "/v1/auth/password") => {
                request.json(&json!({"current_password": PASSWORD, "new_password": PASSWORD}))
            }
            (true, "/v1/members/{user_id}") => request.json(&json!({"role": "viewer"})),
            (true, "/v1/invites") => request.json(&json!({"role": "viewer"})),
            (true, "/v1/workspaces") => request.json(&json!({"name": "Another"})),
            (true, "/v1/workspaces/{id}") => request.json(&json!({"name": "Renamed"})),
            (true, "/v1/assistant/settings") => request.json(&json!({"expert_sql": false})),
            (true, "/v1/assistant/messages") => request.json(&json!({"message": "revenue by product"})),
            (true, "/v1/assistant/messages/{id}/feedback") => request.json(&json!({"verdict": "up"})),
            (true, "/v1/assistant/questions") => request.json(&json!({"name": "x", "question": "revenue last month"})),
            (true, "/v1/customers/{id}") => request.json(&json!({"phone": "+7"})),
            (true, _) => request.json(&json!([])),
        }
    }
}

pub async fn operations(app: &App) -> Vec<Operation> {
    let document: Value = app.get("/openapi.json").send().await.unwrap().json().await.unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let security = operation["security"].as_array().unwrap();
            let scheme = |name: &str| security.iter().find_map(|s| s.get(name));
            let scopes = scheme("api_key").map(|s| serde_json::from_value(s.clone()).unwrap());
            operations.push(Operation {
                method: Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(),
                path: path.clone(),
                scopes,
                session: scheme("session").is_some(),
                role: scheme("session").and_then(|s| Some(s.get(0)?.as_str()?.to_owned())),
                has_body: operation.get("requestBody").is_some(),
            });
        }
    }
    assert!(operations.len() > 40);
    operations
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_credentials_everything_but_the_list_is_closed() {
    let app = App::spawn().await;
    let mut open = BTreeSet::new();
    for operation in operations(&app).await {
        if operation.scopes.is_none() && !operation.session {
            open.insert(operation.name());
            continue;
        }
        let (status, _) = answer(operation.request(&app, "x")).await;
        assert_eq!(status, 401, "{}", operation.name());
    }
    assert_eq!(open, OPEN.map(str::to_owned).into_iter().collect());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_without_the_scope_is_forbidden_and_one_with_it_is_not() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (everything, _) = app.key(&anna, &SCOPES).await;
    for operation in operations(&app).await.into_iter().filter(|o| o.scopes.is_some() || o.session) {
        let name = operation.name();
        match &operation.scopes {
            None => assert_eq!(answer(operation.request(&app, "x").key(&everything)).await.0, 403, "{name}"),
            Some(needed) if needed.is_empty() => {}
            Some(needed) => {
                let others: Vec<_> = SCOPES.into_iter().filter(|s| !needed.contains(&(*s).to_owned())).collect();
                let (wrong, _) = app.key(&anna, &others).await;
                assert_eq!(answer(operation.request(&app, "x").key(&wrong)).await.0, 403, "{name}");
                let (right, _) = app.key(&anna, &needed.iter().map(String::as_str).collect::<Vec<_>>()).await;
                let (status, _) = answer(operation.request(&app, "x").key(&right)).await;
                assert!(!matches!(status, 401 | 403), "{name}: {status}");
            }
        }
        let (status, _) = answer(operation.request(&app, "x").person(&anna)).await;
        assert_eq!(status == 403, !operation.session, "{name}: {status}");
        assert_ne!(status, 401, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_workspace_sees_nothing_of_it() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.register("boris@example.com").await;
    let (annas, annas_id) = app.key(&anna, &SCOPES).await;
    let (boriss, _) = app.key(&boris, &SCOPES).await;
    let customer = json!({"customer_id": "secret-customer", "name": "secret-name"});
    assert_eq!(answer(app.post("/v1/customers", &customer).key(&annas)).await.0, 200);
    let purchase = json!({"purchase_id": "secret-purchase", "customer_id": "secret-customer", "product": "secret-product", "amount": 7});
    assert_eq!(answer(app.post("/v1/purchases", &purchase).key(&annas)).await.0, 200);

    let (_, sessions) = answer(app.get("/v1/sessions").person(&anna)).await;
    app.invite(&anna, &json!({"role": "viewer", "email": "secret@example.com"})).await;
    let (_, invites) = answer(app.get("/v1/invites").person(&anna)).await;
    let first = |list: &Value| list["items"][0]["id"].as_str().unwrap().to_owned();
    let (session, invite) = (first(&sessions), first(&invites));
    let ask = json!({"message": "revenue of secret-product"});
    let request = app.post("/v1/assistant/messages", &ask).person(&anna).header("accept", "application/json");
    let (_, asked) = answer(request).await;
    let id = |name: &str| asked[name].as_str().unwrap().to_owned();
    let (message, conversation) = (id("message_id"), id("conversation_id"));
    let question = json!({"name": "secret", "question": "revenue of secret-product"});
    let (status, question) = answer(app.post("/v1/assistant/questions", &question).person(&anna)).await;
    assert_eq!(status, 201, "{question}");
    let question = question["id"].as_str().unwrap().to_owned();

    for operation in operations(&app).await.into_iter().filter(|o| o.scopes.is_some() || o.session) {
        let name = operation.name();
        let id: &str = match operation.path.split('/').nth(2).unwrap_or_default() {
            "api-keys" => &annas_id,
            "sessions" => &session,
            "invites" => &invite,
            "members" => anna.id(),
            "workspaces" => anna.workspace(),
            "reports" => "top_customers",
            "assistant" => match operation.path.split('/').nth(3).unwrap_or_default() {
                "messages" => &message,
                "conversations" => &conversation,
                _ => &question,
            },
            _ => "secret-customer",
        };
        let request = operation.request(&app, id);
        let request = as_boris(request, &operation, &boris, &boriss);
        let (status, body) = answer(request).await;
        if operation.path.contains('{') && !operation.path.contains("reports") {
            assert_eq!(status, 404, "{name}: {body}");
        } else {
            assert!(status < 300, "{name}: {status} {body}");
        }
        assert!(!body.to_string().contains("secret"), "{name}: {body}");
        for id in
            [annas_id.as_str(), anna.id(), anna.workspace(), &session, &invite, &message, &conversation, &question]
        {
            assert!(!body.to_string().contains(id), "{name}: {body}");
        }
    }
    // It is all still there for its owner.
    assert_eq!(answer(app.get("/v1/customers/secret-customer").key(&annas)).await.0, 200);
}

fn as_boris(request: RequestBuilder, operation: &Operation, boris: &Person, key: &str) -> RequestBuilder {
    if operation.session && operation.scopes.is_none() { request.person(boris) } else { request.key(key) }
}
