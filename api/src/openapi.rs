//! The OpenAPI document: collected from the routes themselves, so that a route cannot be missing from it.

use actix_web::{App, dev::ResourceDef, http::Method};
use serde_json::{Value, json};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_actix_web::AppExt as _;

use crate::{
    document::Document,
    problem::{Problem, Result},
    problem_schema::ProblemBody,
    routes,
};

/// Methods that an operation of the document can have.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

const DESCRIPTION: &str = "\
Kupets keeps an application's customers, purchases and interactions, and answers with reports.

**Way in.** `POST /v1/auth/register`, `POST /v1/api-keys`, then send records with `Authorization: Bearer kp_...` \
(or `X-API-Key: kp_...`). People use the cookie `kupets_session`.

**Rules.** Errors are `application/problem+json` (RFC 9457) with a stable `code`. Times are RFC 3339; a date means midnight \
in the workspace's time zone. Periods are half-open: `from` <= t < `to`. Decimals (format `decimal`) are JSON numbers with all \
of their digits, never texts: a client that must not lose a cent reads them into a decimal, not into a binary float; in \
requests they may be texts too. CSV for people is safe to open in a spreadsheet (`csv_guard`). Request bodies may be gzip or \
zstd; the limits of a body (64 MiB as sent and decompressed by default) are settings of the server. Lists take `limit` and \
`cursor` and give `items` and `next_cursor`, null at the end. Each answer carries `X-Request-Id`; a client may send its own.

**Assistants** of others connect by the Model Context Protocol at `/mcp`, with a key that has `read` (and `sql`) as bearer; its tools \
tell what they take.

**По-русски.** Зарегистрируйтесь (`POST /v1/auth/register`), создайте ключ (`POST /v1/api-keys`) и отправляйте записи с \
заголовком `Authorization: Bearer kp_...`. Ошибки приходят как `application/problem+json` с постоянным `code`; ответ 200 на \
отправку значит, что данные уже на диске и видны во всех отчётах.";

#[derive(OpenApi)]
#[openapi(
    info(title = "Kupets", description = DESCRIPTION, license(name = "Apache-2.0", identifier = "Apache-2.0")),
    servers((url = "/", description = "This server.")),
    components(schemas(ProblemBody)),
    modifiers(&Security),
    tags(
        (name = "accounts", description = "Registering, logging in, sessions, passwords, API keys, connection status."),
        (name = "workspaces", description = "Workspaces, their people and roles, invites, the audit log."),
        (name = "ingest", description = "Sending customers, purchases and interactions."),
        (name = "records", description = "Purchases and interactions one by one: list, read, delete."),
        (name = "customers", description = "The customer base: list, card, timeline, edit, erase."),
        (name = "reports", description = "Ready-made reports."),
        (name = "insight", description = "Forecasts, trends, offers, recommendations: what the records say beyond reports."),
        (name = "work", description = "What people do with it: tasks, notes, saved views, own reports, dashboards."),
        (name = "assistant", description = "Questions in Russian and English, answered from queries; the catalogue of metrics."),
        (name = "sql", description = "Read-only SQL over the workspace's tables."),
        (name = "imports", description = "Files of records: sent, looked at, mapped, stored, undone; sample data."),
        (name = "events", description = "What changes, as it happens: streams, webhooks, exports."),
        (name = "telegram", description = "The Telegram accounts that act as people, and what the bot itself needs."),
        (name = "operations", description = "Probes, metrics, this document."),
    )
)]
struct Base;

struct Security;

impl Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("kp_...")
            .description(Some("An API key. Where scopes are listed, the key needs all of them."))
            .build();
        components.add_security_scheme("api_key", SecurityScheme::Http(key));
        let header = ApiKeyValue::with_description("X-API-Key", "The same key in a header of its own.");
        components.add_security_scheme("api_key_header", SecurityScheme::ApiKey(ApiKey::Header(header)));
        let cookie = ApiKeyValue::with_description(
            "kupets_session",
            "A person's session. Where a role is listed, the person needs it or one above. Unsafe methods must come from the same \
             origin: browsers tell by `Sec-Fetch-Site` or `Origin`.",
        );
        let link = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("kt_...")
            .description(Some(
                "The credential of a Telegram account that acts as a person: it reads, asks, and decides what that person may, and \
                 changes no settings. Where a role is listed, the person needs it or one above.",
            ))
            .build();
        components.add_security_scheme("telegram_link", SecurityScheme::Http(link));
        let bot = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The setting `bot_secret`: the bot itself, which is nobody in any workspace."))
            .build();
        components.add_security_scheme("bot", SecurityScheme::Http(bot));
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// Collects the document.
///
/// # Errors
/// It does not serialize.
pub fn document() -> Result<Document> {
    let (_, openapi) =
        App::new().into_utoipa_app().openapi(Base::openapi()).configure(routes::configure).split_for_parts();
    let mut document = serde_json::to_value(&openapi).map_err(Problem::internal)?;
    document["info"]["version"] = json!(env!("CARGO_PKG_VERSION"));
    document["components"]["responses"] = json!(problems());
    let mut known = Vec::new();
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        let mut methods = Vec::new();
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                never_null(operation);
                open_to_links(operation);
                methods.extend(Method::from_bytes(method.to_ascii_uppercase().as_bytes()));
                add_problems(operation);
            }
        }
        known.push((ResourceDef::new(path.as_str()), methods));
    }
    let json = serde_json::to_vec(&document).map_err(Problem::internal)?.into();
    Ok(Document { json, known })
}

/// Problems by status: the name of the shared response and what it means.
const PROBLEMS: [(&str, &str); 10] = [
    ("400", "The request cannot be read; `detail` says where."),
    ("401", "No API key or session, or one that does not work."),
    (
        "403",
        "The key lacks the scope, the role does not suffice, a person is needed, or the call came from another origin's page.",
    ),
    ("404", "No such thing in this workspace."),
    ("413", "The body is over a limit."),
    ("415", "A content type or encoding that is not read here."),
    ("422", "Fields are wrong (`errors` names each), or a query ran into its limits."),
    ("429", "Too often, or under pressure: come back after `Retry-After` seconds."),
    ("500", "A fault of ours; the log has it under `X-Request-Id`."),
    ("503", "A part that is needed does not work now; nothing was stored. Come back after `Retry-After` seconds."),
];

fn problems() -> Value {
    let response = |(status, description): &(&str, &str)| {
        let schema = json!({"$ref": "#/components/schemas/Problem"});
        let mut response =
            json!({"description": description, "content": {"application/problem+json": {"schema": schema}}});
        if matches!(*status, "429" | "503") {
            let seconds = json!({"description": "Seconds to wait.", "schema": {"type": "integer"}});
            response["headers"] = json!({"Retry-After": seconds});
        }
        (format!("Problem{status}"), response)
    };
    Value::Object(PROBLEMS.iter().map(response).collect())
}

/// What a key may read or ask, the Telegram account of a person may too: so it stands in `auth::Read` and its like.
fn open_to_links(operation: &mut Value) {
    let Some(security) = operation.get_mut("security").and_then(Value::as_array_mut) else { return };
    let scopes = security.iter().find_map(|scheme| scheme.get("api_key")?.as_array());
    let reads = scopes.is_some_and(|scopes| scopes.iter().all(|scope| scope == "read" || scope == "assistant"));
    if reads && !security.iter().any(|scheme| scheme.get("telegram_link").is_some()) {
        security.push(json!({"telegram_link": []}));
    }
}

/// Parameters are left out or are texts: none can be null, though the type that reads them is an `Option`.
fn never_null(operation: &mut Value) {
    // `get_mut`: to index a key that is not there would put a null into the document.
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
    for schema in parameters.filter_map(|parameter| parameter.get_mut("schema")) {
        if let Some(types) = schema.get_mut("type").and_then(Value::as_array_mut) {
            types.retain(|kind| kind != "null");
            if let [one] = types.as_slice() {
                schema["type"] = one.clone();
            }
        }
        if let Some(of) = schema.get_mut("oneOf").and_then(Value::as_array_mut) {
            of.retain(|one| one["type"] != "null");
            if let [one] = of.as_slice() {
                *schema = one.clone();
            }
        }
    }
}

/// Adds to an operation the problems that its kind can end with.
fn add_problems(operation: &mut Value) {
    let secured = operation["security"].as_array().is_some_and(|s| s.iter().any(|s| s != &json!({})));
    let has_body = operation.get("requestBody").is_some();
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let (in_path, takes_any) = (parameters.iter().any(|p| p["in"] == "path"), !parameters.is_empty() || has_body);
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, _) in PROBLEMS {
        let applies = match status {
            "401" | "403" => secured,
            "404" => in_path,
            "400" | "422" => takes_any,
            "413" | "415" => has_body,
            _ => true,
        };
        if applies && !responses.contains_key(status) {
            responses.insert(status.to_owned(), json!({"$ref": format!("#/components/responses/Problem{status}")}));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn parsed() -> Value {
        serde_json::from_slice(&document().unwrap().json).unwrap()
    }

    #[test]
    fn it_is_openapi_3_1() {
        assert!(parsed()["openapi"].as_str().unwrap().starts_with("3.1"));
    }

    #[test]
    fn every_operation_says_what_it_does_and_how_it_ends() {
        for (path, item) in parsed()["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let name = format!("{method} {path}");
                assert!(operation["summary"].is_string(), "{name} has no summary");
                assert!(operation["tags"].is_array(), "{name} has no tag");
                assert!(operation["security"].is_array(), "{name} does not say who may call it");
                let responses = operation["responses"].as_object().unwrap();
                assert!(responses.keys().any(|s| s.starts_with('2')), "{name} never succeeds");
                assert!(responses.contains_key("500"), "{name}");
            }
        }
    }

    #[test]
    fn nothing_of_an_operation_is_null() {
        fn check(value: &Value, at: &str) {
            match value {
                Value::Null => panic!("{at} is null"),
                // What a client may send or get may be null; the description of it may not.
                Value::Object(fields) => fields
                    .iter()
                    .filter(|(key, _)| !matches!(key.as_str(), "example" | "examples" | "default" | "enum"))
                    .for_each(|(key, value)| check(value, &format!("{at}/{key}"))),
                Value::Array(items) => {
                    items.iter().enumerate().for_each(|(i, value)| check(value, &format!("{at}/{i}")));
                }
                _ => {}
            }
        }
        check(&parsed()["paths"], "");
    }

    #[test]
    fn operations_are_named_once_and_their_parameters_typed() {
        let mut names = std::collections::BTreeSet::new();
        for (path, item) in parsed()["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let name = operation["operationId"].as_str().unwrap();
                assert!(names.insert(name.to_owned()), "{name} is there twice");
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    let (schema, what) = (&parameter["schema"], format!("{method} {path}: {}", parameter["name"]));
                    assert!(schema["type"].is_string(), "{what} has no type: {schema}");
                    assert_ne!(schema["type"], "object", "{what}");
                    assert!(parameter["description"].is_string(), "{what} is not explained");
                    if matches!(parameter["name"].as_str(), Some("locale" | "grain" | "metric" | "period" | "format")) {
                        assert!(schema["enum"].is_array(), "{what} has its choices in words only");
                    }
                }
            }
        }
    }

    #[test]
    fn what_a_client_reads_has_a_type() {
        let document = parsed();
        let schemas = &document["components"]["schemas"];
        let cells = &schemas["ResultBody"]["properties"]["rows"]["items"]["items"];
        assert_eq!(cells["$ref"], "#/components/schemas/Cell");
        assert_eq!(schemas["Cell"]["anyOf"][0]["type"], json!(["string", "number", "boolean", "null"]));
        assert_eq!(schemas["TotalBody"]["properties"]["change"]["type"], "number");
        assert_eq!(schemas["TotalBody"]["properties"]["change"]["format"], "decimal");
        for (name, schema) in schemas.as_object().unwrap() {
            for (field, of) in schema["properties"].as_object().into_iter().flatten() {
                let bare = of["type"] == "object" && of.get("properties").is_none();
                assert!(!bare || of.get("additionalProperties").is_some(), "{name}.{field} has no type inside: {of}");
            }
        }
    }

    #[test]
    fn references_lead_somewhere() {
        fn check(document: &Value, value: &Value) {
            match value {
                Value::Object(fields) => {
                    if let Some(Value::String(target)) = fields.get("$ref") {
                        let found = document.pointer(target.trim_start_matches('#'));
                        assert!(found.is_some(), "{target} is nowhere");
                    }
                    fields.values().for_each(|v| check(document, v));
                }
                Value::Array(items) => items.iter().for_each(|v| check(document, v)),
                _ => {}
            }
        }
        let document = parsed();
        check(&document, &document);
    }
}
