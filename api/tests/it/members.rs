//! People of a workspace and their roles: what takes effect when, and what a workspace never loses.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, Person, answer};

fn set_role(app: &App, whom: &Person, role: &str, by: &Person) -> RequestBuilder {
    app.request(Method::PATCH, &format!("/v1/members/{}", whom.id())).json(&json!({"role": role})).person(by)
}

fn remove(app: &App, whom: &Person, by: &Person) -> RequestBuilder {
    app.request(Method::DELETE, &format!("/v1/members/{}", whom.id())).person(by)
}

fn refused((status, problem): (u16, Value), expected: u16, code: &str) {
    assert_eq!((status, problem["code"].as_str().unwrap_or_default()), (expected, code), "{problem}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_are_listed_with_their_roles() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    // The list goes by time, which stands still here unless it is moved.
    app.clock.advance_days(1);
    let boris = app.member(&anna, "viewer", "boris@example.com").await;
    let (status, list) = answer(app.get("/v1/members").person(&boris)).await;
    assert_eq!(status, 200);
    let shown: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| (m["email"].as_str().unwrap(), m["role"].as_str().unwrap()))
        .collect();
    assert_eq!(shown, [("anna@example.com", "owner"), ("boris@example.com", "viewer")]);
    let (_, page) = answer(app.get("/v1/members?limit=1").person(&boris)).await;
    let rest = format!("/v1/members?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    let (_, page) = answer(app.get(&rest).person(&boris)).await;
    assert_eq!((&page["items"][0]["email"], &page["next_cursor"]), (&json!("boris@example.com"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_counts_from_the_next_request_on_for_people_and_their_keys() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.member(&anna, "admin", "boris@example.com").await;
    let (key, _) = app.key(&boris, &["ingest", "read", "sql"]).await;
    let sql = json!({"sql": "SELECT 1 AS one"});
    let customer = json!({"customer_id": "1"});
    assert_eq!(answer(app.post("/v1/customers", &customer).key(&key)).await.0, 200);
    assert_eq!(answer(app.post("/v1/sql", &sql).key(&key)).await.0, 200);

    assert_eq!(answer(set_role(&app, &boris, "analyst", &anna)).await.0, 200);
    refused(answer(app.post("/v1/customers", &customer).key(&key)).await, 403, "role");
    assert_eq!(answer(app.post("/v1/sql", &sql).key(&key)).await.0, 200);
    refused(answer(app.get("/v1/api-keys").person(&boris)).await, 403, "role");
    assert_eq!(answer(app.post("/v1/sql", &sql).person(&boris)).await.0, 200);

    assert_eq!(answer(set_role(&app, &boris, "viewer", &anna)).await.0, 200);
    refused(answer(app.post("/v1/sql", &sql).key(&key)).await, 403, "role");
    refused(answer(app.post("/v1/sql", &sql).person(&boris)).await, 403, "role");
    assert_eq!(answer(app.get("/v1/customers").key(&key)).await.0, 200);
    let (_, connection) = answer(app.get("/v1/connection").key(&key)).await;
    assert_eq!(connection["key"]["role"], "viewer");

    assert_eq!(answer(set_role(&app, &boris, "manager", &anna)).await.0, 200);
    assert_eq!(answer(app.post("/v1/customers", &customer).key(&key)).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_owners_make_and_unmake_owners() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.member(&anna, "admin", "boris@example.com").await;
    refused(answer(set_role(&app, &boris, "owner", &boris)).await, 403, "role");
    refused(answer(set_role(&app, &anna, "viewer", &boris)).await, 403, "role");
    refused(answer(remove(&app, &anna, &boris)).await, 403, "role");
    assert_eq!(answer(set_role(&app, &boris, "owner", &anna)).await.1["role"], "owner");
    assert_eq!(answer(set_role(&app, &anna, "viewer", &boris)).await.1["role"], "viewer");
    refused(answer(set_role(&app, &boris, "viewer", &anna)).await, 403, "role");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_keeps_an_owner() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    refused(answer(remove(&app, &anna, &anna)).await, 409, "last_owner");
    refused(answer(set_role(&app, &anna, "admin", &anna)).await, 409, "last_owner");
    let boris = app.member(&anna, "owner", "boris@example.com").await;
    // Both leave at the same moment: one of them stays.
    let (one, other) = tokio::join!(answer(remove(&app, &anna, &anna)), answer(remove(&app, &boris, &boris)));
    let mut statuses = [one.0, other.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_removed_is_out_at_once_and_so_are_their_keys() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.member(&anna, "admin", "boris@example.com").await;
    let (key, id) = app.key(&boris, &["read"]).await;
    assert_eq!(answer(app.get("/v1/reports").key(&key)).await.0, 200);
    assert_eq!(answer(remove(&app, &boris, &anna)).await.0, 204);
    refused(answer(app.get("/v1/me").person(&boris)).await, 401, "session_over");
    refused(answer(app.get("/v1/reports").key(&key)).await, 401, "bad_key");
    let (_, keys) = answer(app.get("/v1/api-keys").person(&anna)).await;
    assert_eq!((&keys["items"][0]["id"], &keys["items"][0]["stopped"]), (&json!(id), &json!("maker_gone")));
    assert_eq!(keys["items"][0]["made_by"], "admin");
    // With no workspace left there is nothing to log in to.
    let login = json!({"email": "boris@example.com", "password": crate::app::PASSWORD});
    refused(answer(app.post("/v1/auth/login", &login)).await, 403, "no_workspace");
    // Coming back does not bring the keys back.
    let invite = app.invite(&anna, &json!({"role": "admin"})).await;
    let login = json!({"email": "boris@example.com", "password": crate::app::PASSWORD, "invite": invite});
    assert_eq!(answer(app.post("/v1/auth/login", &login)).await.0, 200);
    refused(answer(app.get("/v1/reports").key(&key)).await, 401, "bad_key");
    assert_eq!(answer(app.request(Method::DELETE, &format!("/v1/api-keys/{id}")).person(&anna)).await.0, 204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anybody_leaves_and_only_admins_remove() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.member(&anna, "manager", "boris@example.com").await;
    let clara = app.member(&anna, "viewer", "clara@example.com").await;
    refused(answer(remove(&app, &clara, &boris)).await, 403, "role");
    assert_eq!(answer(remove(&app, &clara, &clara)).await.0, 204);
    refused(answer(remove(&app, &clara, &anna)).await, 404, "not_found");
    let (_, audit) = answer(app.get("/v1/audit?action=member_left").person(&anna)).await;
    assert_eq!(audit["items"][0]["actor"]["id"], clara.id());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_workspaces_people_are_not_there() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.register("boris@example.com").await;
    refused(answer(set_role(&app, &boris, "viewer", &anna)).await, 404, "not_found");
    refused(answer(remove(&app, &boris, &anna)).await, 404, "not_found");
    let (_, list) = answer(app.get("/v1/members").person(&anna)).await;
    assert!(!list.to_string().contains("boris"), "{list}");
}
