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

#[derive(Clone)]
pub struct Operation {
    pub method: Method,
    pub path: String,
    /// `None`: no key does.
    pub scopes: Option<Vec<String>>,
    pub session: bool,
    /// The role that a person needs at least; none is said where everybody in the workspace may.
    pub role: Option<String>,
    /// Whether a Telegram link does.
    pub link: bool,
    /// The role that its person needs at least.
    pub link_role: Option<String>,
    /// Whether it is for the bot alone.
    pub bot: bool,
    has_body: bool,
}

impl Operation {
    /// Whether anyone may.
    pub fn open(&self) -> bool {
        self.scopes.is_none() && !self.session && !self.link && !self.bot
    }

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
            (true, "/v1/me") => request.json(&json!({"name": "Anna"})),
            (true, "/v1/me/email") => request.json(&json!({"token": "x"})),
            (true, "/v1/members/{user_id}") => request.json(&json!({"role": "viewer"})),
            (true, "/v1/invites") => request.json(&json!({"role": "viewer"})),
            (true, "/v1/webhooks") => request.json(&json!({"url": "https://example.com/hook", "events": ["finding"]})),
            (true, "/v1/webhooks/{id}") => request.json(&json!({"active": true})),
            (true, "/v1/deliveries") => request.json(&json!({
                "kind": "digest", "name": "x", "channel": "telegram", "schedule": {"every": "day", "hour": 9},
            })),
            (true, "/v1/deliveries/{id}") => request.json(&json!({"active": false})),
            (true, "/v1/telegram/outbox/{id}") => request.json(&json!({"status": "sent"})),
            (true, "/v1/imports") => request.header("content-type", "text/csv").body("customer_id,name\nc1,Anna\n"),
            (true, "/v1/imports/{id}") => request.json(&json!({"records": "customers"})),
            (true, "/v1/sample-data") => request.json(&json!({"lines": 1_000})),
            (true, "/v1/exports") => request.json(&json!({"kind": "customers"})),
            (true, "/v1/telegram/bot") => request.json(&json!({"username": "kupets_bot"})),
            (true, "/v1/telegram/redeem") => request.json(&json!({"token": "x", "telegram_user_id": 7})),
            (true, "/v1/workspaces") => request.json(&json!({"name": "Another"})),
            (true, "/v1/workspaces/{id}") => request.json(&json!({"name": "Renamed"})),
            (true, "/v1/assistant/messages") => request.json(&json!({"message": "revenue by product"})),
            (true, "/v1/assistant/messages/{id}/feedback") => request.json(&json!({"verdict": "up"})),
            (true, "/v1/assistant/questions") => request.json(&json!({"name": "x", "question": "revenue last month"})),
            (true, "/v1/assistant/settings") => request.json(&json!({"expert_sql": false})),
            (true, "/v1/saved-reports") => request.json(&json!({"name": "x", "sql": "SELECT 1 AS one"})),
            (true, "/v1/views") => request.json(&json!({"name": "x", "page": "tasks"})),
            (true, "/v1/dashboards") => request.json(&json!({"name": "x"})),
            (true, "/v1/saved-reports/{id}" | "/v1/views/{id}" | "/v1/dashboards/{id}") => {
                request.json(&json!({"name": "y"}))
            }
            (true, "/v1/customers/{id}/notes" | "/v1/notes/{id}") => request.json(&json!({"body": "x"})),
            (true, "/v1/tasks") => request.json(&json!({"title": "x"})),
            (true, "/v1/tasks/{id}") => request.json(&json!({"status": "done"})),
            (true, "/v1/customers/{id}/merge") => request.json(&json!({"into": "c-other"})),
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
                link: scheme("telegram_link").is_some(),
                link_role: scheme("telegram_link").and_then(|s| Some(s.get(0)?.as_str()?.to_owned())),
                bot: scheme("bot").is_some(),
                has_body: operation.get("requestBody").is_some(),
            });
        }
    }
    assert!(operations.len() > 40);
    operations
}

/// The client of the web UI is made from the document that is kept beside it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_web_ui_knows_the_document_that_is_served() {
    let app = App::spawn().await;
    let served: Value = app.get("/openapi.json").send().await.unwrap().json().await.unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/web/openapi.json");
    if std::env::var_os("KUPETS_WRITE_DOCS").is_some() {
        // As `npm run api` writes it.
        let mut text = Vec::new();
        let indent = serde_json::ser::PrettyFormatter::with_indent(b" ");
        let mut writer = serde_json::Serializer::with_formatter(&mut text, indent);
        serde::Serialize::serialize(&served, &mut writer).unwrap();
        text.push(b'\n');
        std::fs::write(path, text).unwrap();
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut different: Vec<String> = Vec::new();
    for part in ["/paths", "/components/schemas", "/components/responses"] {
        let names = |document: &Value| -> BTreeSet<String> {
            document.pointer(part).and_then(Value::as_object).into_iter().flat_map(|all| all.keys().cloned()).collect()
        };
        let of = |document: &Value, name: &str| document.pointer(part).and_then(|all| all.get(name)).cloned();
        let all: BTreeSet<String> = names(&served).union(&names(&kept)).cloned().collect();
        different.extend(all.into_iter().filter(|name| of(&served, name) != of(&kept, name)));
    }
    assert!(
        served == kept,
        "api/web/openapi.json is not what is served: run this test with KUPETS_WRITE_DOCS=1, then `npm run api` in api/web, and commit \
         both files. Different: {different:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhook_events_are_described_by_the_names_that_are_sent() {
    let app = App::spawn().await;
    let served: Value = app.get("/openapi.json").send().await.unwrap().json().await.unwrap();
    let names = served["components"]["schemas"]["WebhookEvent"]["enum"].as_array().unwrap();
    let names: Vec<&str> = names.iter().map(|name| name.as_str().unwrap()).collect();
    let sent = [
        "customer.created",
        "customer.updated",
        "customer.erased",
        "purchase.created",
        "finding",
        "task.created",
        "task.updated",
        "task.reminder",
    ];
    assert_eq!(names, sent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_credentials_everything_but_the_list_is_closed() {
    let app = App::spawn().await;
    let mut open = BTreeSet::new();
    for operation in operations(&app).await {
        if operation.open() {
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
    for operation in operations(&app).await.into_iter().filter(|o| !o.open()) {
        let name = operation.name();
        match &operation.scopes {
            None if operation.bot => {
                assert_eq!(answer(operation.request(&app, "x").key(&everything)).await.0, 401, "{name}");
                assert_eq!(answer(operation.request(&app, "x").person(&anna)).await.0, 401, "{name}");
                continue;
            }
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
    // Two who may be one person, and one who was merged.
    let customers = json!([
        {"customer_id": "secret-customer", "name": "secret-name", "email": "secret@example.com"},
        {"customer_id": "secret-double", "email": "Secret@example.com"},
        {"customer_id": "secret-alias"},
    ]);
    assert_eq!(answer(app.post("/v1/customers", &customers).key(&annas)).await.0, 200);
    let merge = app.post("/v1/customers/secret-alias/merge", &json!({"into": "secret-customer"})).person(&anna);
    assert_eq!(answer(merge).await.0, 200);
    let interaction = json!({"interaction_id": "secret-interaction", "customer_id": "secret-customer", "kind": "call"});
    assert_eq!(answer(app.post("/v1/interactions", &interaction).key(&annas)).await.0, 200);
    let purchase = json!({"purchase_id": "secret-purchase", "customer_id": "secret-customer", "product": "secret-product", "amount": 7});
    assert_eq!(answer(app.post("/v1/purchases", &purchase).key(&annas)).await.0, 200);

    let (_, sessions) = answer(app.get("/v1/sessions").person(&anna)).await;
    app.invite(&anna, &json!({"role": "viewer", "email": "secret@example.com"})).await;
    let (_, invites) = answer(app.get("/v1/invites").person(&anna)).await;
    let first = |list: &Value| list["items"][0]["id"].as_str().unwrap().to_owned();
    let (session, invite) = (first(&sessions), first(&invites));
    let (annas_credential, boriss_link) = (app.link(&anna, 1_001).await, app.link(&boris, 1_002).await);
    let annas_link = first(&answer(app.get("/v1/telegram/links").person(&anna)).await.1);
    let export = app.post("/v1/exports", &json!({"kind": "report", "report": "top_customers"})).person(&anna);
    let export = answer(export).await.1["id"].as_str().unwrap().to_owned();
    let import = app.request(Method::POST, "/v1/imports?name=secret.csv").body("customer_id,name\nsecret,secret\n");
    let import = answer(import.person(&anna)).await.1["id"].as_str().unwrap().to_owned();
    let webhook = json!({"url": "https://example.com/secret", "events": ["purchase.created"], "active": false});
    let webhook = answer(app.post("/v1/webhooks", &webhook).person(&anna)).await.1["id"].as_str().unwrap().to_owned();
    let delivery = json!({"kind": "alert", "name": "secret", "channel": "telegram", "alert": {"type": "anomaly"}});
    let delivery =
        answer(app.post("/v1/deliveries", &delivery).person(&anna)).await.1["id"].as_str().unwrap().to_owned();
    let ask = json!({"message": "revenue of secret-product"});
    let request = app.post("/v1/assistant/messages", &ask).person(&anna).header("accept", "application/json");
    let (_, asked) = answer(request).await;
    let id = |name: &str| asked[name].as_str().unwrap().to_owned();
    let (message, conversation) = (id("message_id"), id("conversation_id"));
    let question = json!({"name": "secret", "question": "revenue of secret-product"});
    let (status, question) = answer(app.post("/v1/assistant/questions", &question).person(&anna)).await;
    assert_eq!(status, 201, "{question}");
    let question = question["id"].as_str().unwrap().to_owned();
    let made = async |path: &str, body: Value| -> String {
        let (status, made) = answer(app.post(path, &body).person(&anna)).await;
        assert_eq!(status, 201, "{path}: {made}");
        made["id"].as_str().unwrap().to_owned()
    };
    let task = made("/v1/tasks", json!({"title": "secret", "customer_id": "secret-customer"})).await;
    let note = made("/v1/customers/secret-customer/notes", json!({"body": "secret"})).await;
    let sql = "SELECT count(*) AS n FROM customers WHERE name = 'secret-name'";
    let report = made("/v1/saved-reports", json!({"name": "secret", "sql": sql, "shared": true})).await;
    let view = made("/v1/views", json!({"name": "secret", "page": "tasks", "shared": true})).await;
    let dashboard = made("/v1/dashboards", json!({"name": "secret", "shared": true})).await;

    // Links are tried as well, and the one that ends itself last.
    let mut tried = Vec::new();
    for operation in operations(&app).await {
        if operation.scopes.is_some() || operation.session {
            tried.push((operation.clone(), false));
        }
        if operation.link {
            tried.push((operation, true));
        }
    }
    tried.sort_by_key(|(operation, _)| operation.path == "/v1/telegram/unlink");
    for (operation, by_link) in tried {
        let name = operation.name();
        let id: &str = match operation.path.split('/').nth(2).unwrap_or_default() {
            "api-keys" => &annas_id,
            "sessions" => &session,
            "invites" => &invite,
            "members" => anna.id(),
            "telegram" => &annas_link,
            "exports" => &export,
            "imports" => &import,
            "webhooks" => &webhook,
            "deliveries" => &delivery,
            "workspaces" => anna.workspace(),
            "reports" => "top_customers",
            "tasks" => &task,
            "notes" => &note,
            "saved-reports" => &report,
            "views" => &view,
            "dashboards" => &dashboard,
            "purchases" => "secret-purchase",
            "interactions" => "secret-interaction",
            "customers" if name == "DELETE /v1/customers/{id}/merge" => "secret-alias",
            "assistant" => match operation.path.split('/').nth(3).unwrap_or_default() {
                "messages" => &message,
                "conversations" => &conversation,
                _ => &question,
            },
            _ => "secret-customer",
        };
        let request = operation.request(&app, id);
        let request = if by_link { request.key(&boriss_link) } else { as_boris(request, &operation, &boris, &boriss) };
        let (status, body) = answer(request).await;
        // A token of somebody else's address is unknown, too.
        if (operation.path.contains('{') && !operation.path.starts_with("/v1/reports"))
            || operation.path == "/v1/me/email"
        {
            assert_eq!(status, 404, "{name}: {body}");
        } else {
            assert!(status < 300, "{name}: {status} {body}");
        }
        // Boris's own webhook has a secret of its own.
        let told = body.to_string().replace("\"secret\":\"whsec_", "");
        assert!(!told.contains("secret"), "{name}: {body}");
        let ids = [
            annas_id.as_str(),
            anna.id(),
            anna.workspace(),
            &session,
            &invite,
            &message,
            &conversation,
            &question,
            &annas_link,
            &export,
            &import,
            &webhook,
            &delivery,
        ];
        for id in ids.into_iter().chain([task.as_str(), &note, &report, &view, &dashboard]) {
            assert!(!body.to_string().contains(id), "{name}: {body}");
        }
    }
    // It is all still there for its owner, by every way in.
    assert_eq!(answer(app.get("/v1/customers/secret-customer").key(&annas_credential)).await.0, 200);
    for path in ["customers/secret-customer", "purchases/secret-purchase", "interactions/secret-interaction"] {
        assert_eq!(answer(app.get(&format!("/v1/{path}")).key(&annas)).await.0, 200, "{path}");
    }
    let (_, merged) = answer(app.get("/v1/customers/secret-customer/merge").key(&annas)).await;
    assert_eq!(merged["items"][0]["merged_customer_id"], "secret-alias", "{merged}");
    let (_, alike) = answer(app.get("/v1/customer-duplicates").key(&annas)).await;
    assert_eq!(alike["items"].as_array().unwrap().len(), 1, "{alike}");
}

fn as_boris(request: RequestBuilder, operation: &Operation, boris: &Person, key: &str) -> RequestBuilder {
    if operation.session && operation.scopes.is_none() { request.person(boris) } else { request.key(key) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_telegram_link_may_what_is_listed_and_nothing_else() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let link = app.link(&anna, 1).await;
    let mut operations = operations(&app).await;
    operations.sort_by_key(|operation| operation.path == "/v1/telegram/unlink");
    for operation in operations.iter().filter(|o| !o.open()) {
        let (status, body) = answer(operation.request(&app, "x").key(&link)).await;
        let name = operation.name();
        match (operation.link, operation.bot) {
            (true, _) => assert!(!matches!(status, 401 | 403) && status < 500, "{name}: {status} {body}"),
            (false, true) => assert_eq!(status, 401, "{name}: {body}"),
            (false, false) => assert_eq!(status, 403, "{name}: {body}"),
        }
    }
    // What may be reached by a link is no setting, key, member or erasure.
    for operation in operations.iter().filter(|o| o.link) {
        let closed =
            ["/v1/api-keys", "/v1/members", "/v1/invites", "/v1/workspaces", "/v1/sessions", "/v1/auth", "/v1/audit"];
        assert!(!closed.iter().any(|path| operation.path.starts_with(path)), "{}", operation.name());
        assert!(
            operation.method != Method::DELETE || !operation.path.starts_with("/v1/customers"),
            "{}",
            operation.name()
        );
    }
    for operation in operations.iter().filter(|o| o.link) {
        let (status, body) = answer(operation.request(&app, "x").key(&link)).await;
        assert_eq!((status, body["code"].as_str().unwrap()), (401, "link_over"), "{}", operation.name());
    }
}
