//! What each role may, on every route that the OpenAPI document lists; and the page that says so.

use std::fmt::Write as _;

use serde_json::json;

use crate::{
    app::{App, Credentials as _, answer},
    coverage::{Operation, SCOPES, operations},
};

const ROLES: [&str; 5] = ["viewer", "analyst", "manager", "admin", "owner"];

fn rank(role: &str) -> usize {
    ROLES.iter().position(|r| *r == role).unwrap_or_else(|| panic!("{role} is no role"))
}

/// The role from which on somebody may what a scope says.
fn least(scopes: &[String]) -> &'static str {
    match scopes.first().map(String::as_str) {
        Some("ingest") => "manager",
        Some("sql") => "analyst",
        _ => "viewer",
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_lets_in_the_roles_that_it_says_and_no_other() {
    let app = App::spawn_with(|settings| settings.register_burst = 1_000).await;
    let anna = app.register("anna@example.com").await;
    let mut operations: Vec<_> = operations(&app).await.into_iter().filter(|o| o.session).collect();
    // Whoever leaves is out: that comes last.
    operations.sort_by_key(|o| o.name() == "DELETE /v1/members/{user_id}");
    for role in ROLES {
        let person = app.member(&anna, role, &format!("{role}@example.com")).await;
        for operation in &operations {
            let name = operation.name();
            let id = match (operation.method.as_str(), operation.path.split('/').nth(2).unwrap_or_default()) {
                ("DELETE", "members") => person.id(),
                (_, "workspaces") => person.workspace(),
                (_, "reports") => "top_customers",
                _ => "x",
            };
            let (status, body) = answer(operation.request(&app, id).person(&person)).await;
            if rank(role) < operation.role.as_deref().map_or(0, rank) {
                assert_eq!((status, body["code"].as_str().unwrap()), (403, "role"), "{name} as {role}: {body}");
            } else {
                assert!(!matches!(status, 401 | 403) && status < 500, "{name} as {role}: {status} {body}");
            }
        }
        assert_eq!(answer(app.get("/v1/me").person(&person)).await.0, 401, "{role} has left");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_may_on_every_route_what_its_makers_role_may() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.member(&anna, "admin", "boris@example.com").await;
    let (key, _) = app.key(&boris, &SCOPES).await;
    for role in ROLES {
        let set = app.request(reqwest::Method::PATCH, &format!("/v1/members/{}", boris.id()));
        assert_eq!(answer(set.json(&json!({"role": role})).person(&anna)).await.0, 200);
        for operation in operations(&app).await {
            let Some(scopes) = &operation.scopes else { continue };
            let (status, body) = answer(operation.request(&app, "x").key(&key)).await;
            let name = operation.name();
            if rank(role) < rank(least(scopes)) {
                assert_eq!((status, body["code"].as_str().unwrap()), (403, "role"), "{name} as {role}: {body}");
            } else {
                assert!(!matches!(status, 401 | 403), "{name} as {role}: {status} {body}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_telegram_link_may_on_every_route_what_its_person_may_now() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.member(&anna, "admin", "boris@example.com").await;
    let link = app.link(&boris, 7).await;
    for role in ROLES {
        let set = app.request(reqwest::Method::PATCH, &format!("/v1/members/{}", boris.id()));
        assert_eq!(answer(set.json(&json!({"role": role})).person(&anna)).await.0, 200);
        for operation in operations(&app).await.into_iter().filter(|o| o.link && o.path != "/v1/telegram/unlink") {
            let (status, body) = answer(operation.request(&app, "x").key(&link)).await;
            let name = operation.name();
            if rank(role) < operation.link_role.as_deref().map_or(0, rank) {
                assert_eq!((status, body["code"].as_str().unwrap()), (403, "role"), "{name} as {role}: {body}");
            } else {
                assert!(!matches!(status, 401 | 403) && status < 500, "{name} as {role}: {status} {body}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_roles_is_up_to_date() {
    let app = App::spawn().await;
    let page = page(&operations(&app).await);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/ROLES.md");
    if std::env::var_os("KUPETS_WRITE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == page,
        "docs/ROLES.md is not what the routes say: run this test with KUPETS_WRITE_DOCS=1 and commit the page"
    );
}

fn page(operations: &[Operation]) -> String {
    let mut page = "# Roles

What a person may in a workspace follows from their role there; each role may what the ones before it may. A key may what its scopes
and the present role of the person who made it both allow. This page is made from the routes by a test
(`KUPETS_WRITE_DOCS=1 make test ARGS=\"-p kupets-api page_of_roles\"`).

Beyond the table: only owners make, unmake, remove and invite owners; whoever wants to leave may
(`DELETE /v1/members/{user_id}` with one's own identity), but a workspace keeps an owner; for `/v1/workspaces/{id}` the role in that
workspace counts, not the one in the workspace of the session; only an owner undoes a deletion.

A Telegram account that is linked to a person (`POST /v1/telegram/link`) may, on the routes marked so, what that person may at that
moment; `bot` is the bot itself, with the server's `bot_secret`.

| route | viewer | analyst | manager | admin | owner | key | Telegram |
|---|:-:|:-:|:-:|:-:|:-:|---|---|
"
    .to_owned();
    for operation in operations {
        let open = operation.open();
        let cells = ROLES.map(|role| {
            let may = open || operation.session && rank(role) >= operation.role.as_deref().map_or(0, rank);
            if may { "yes" } else { "" }
        });
        let key = match &operation.scopes {
            _ if open => "anyone".to_owned(),
            None => String::new(),
            Some(scopes) if scopes.is_empty() => "any".to_owned(),
            Some(scopes) => match least(scopes) {
                "viewer" => format!("`{}`", scopes.join("`, `")),
                role => format!("`{}`, of {role}s and above", scopes.join("`, `")),
            },
        };
        let telegram = match (&operation.link_role, operation.link, operation.bot) {
            _ if open => "anyone".to_owned(),
            (Some(role), true, _) => format!("link, of {role}s and above"),
            (None, true, _) => "link".to_owned(),
            (_, false, true) => "bot".to_owned(),
            (_, false, false) => String::new(),
        };
        let _ = writeln!(page, "| `{}` | {} | {key} | {telegram} |", operation.name(), cells.join(" | "));
    }
    page
}
