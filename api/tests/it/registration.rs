//! Who may make an account, and how one gets into a workspace that is there.

use kupets_api::settings::Registration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, PASSWORD, answer, session_cookie};

fn account(email: &str, invite: Option<&str>) -> Value {
    let mut body = json!({"name": "Anna", "email": email, "password": PASSWORD});
    if let Some(invite) = invite {
        body["invite"] = json!(invite);
    }
    body
}

async fn register(app: &App, email: &str, invite: Option<&str>) -> (u16, Value) {
    answer(app.post("/v1/auth/register", &account(email, invite))).await
}

fn refused(answer: (u16, Value), status: u16, code: &str) {
    assert_eq!((answer.0, answer.1["code"].as_str().unwrap_or_default()), (status, code), "{}", answer.1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_server_lets_nobody_register() {
    let app = App::spawn_with(|settings| settings.registration = Some(Registration::Closed)).await;
    assert_eq!(app.first_invite, None);
    refused(register(&app, "anna@example.com", None).await, 403, "registration_closed");
    refused(register(&app, "anna@example.com", Some("x")).await, 403, "registration_closed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_invite_the_first_account_needs_the_link_of_the_start() {
    let app = App::spawn_with(|settings| settings.registration = Some(Registration::Invite)).await;
    refused(register(&app, "anna@example.com", None).await, 403, "invite_required");
    refused(register(&app, "anna@example.com", Some("x")).await, 403, "bad_invite");
    let first = app.first_invite.clone().expect("a link for the first account");
    let (status, anna) = register(&app, "anna@example.com", Some(&first)).await;
    assert_eq!((status, anna["role"].as_str().unwrap()), (201, "owner"));
    refused(register(&app, "boris@example.com", Some(&first)).await, 403, "bad_invite");
    refused(register(&app, "boris@example.com", None).await, 403, "invite_required");
    // With an account there is no such link any more.
    let folder = app.stop().await;
    let path = folder.path().to_owned();
    let app = App::spawn_with(|settings| {
        settings.data = path;
        settings.registration = Some(Registration::Invite);
    })
    .await;
    assert_eq!(app.first_invite, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invite_lets_one_person_in_once() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let invite = app.invite(&anna, &json!({"role": "analyst"})).await;
    let (status, boris) = register(&app, "boris@example.com", Some(&invite)).await;
    assert_eq!(status, 201);
    assert_eq!(boris["workspace"]["id"], anna.account["workspace"]["id"]);
    assert_eq!(boris["role"], "analyst");
    refused(register(&app, "clara@example.com", Some(&invite)).await, 403, "bad_invite");
    // Nothing of the refused request is stored: without the invite the address is free.
    assert_eq!(register(&app, "clara@example.com", None).await.0, 201);
    assert_eq!(answer(app.get("/v1/invites").person(&anna)).await.1["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invite_is_for_whom_it_says_and_as_long_as_it_says() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let invite = app.invite(&anna, &json!({"role": "viewer", "email": " Boris@Example.com "})).await;
    refused(register(&app, "clara@example.com", Some(&invite)).await, 403, "bad_invite");
    assert_eq!(register(&app, "boris@example.com", Some(&invite)).await.0, 201);

    let invite = app.invite(&anna, &json!({"role": "viewer"})).await;
    app.clock.advance_days(8);
    refused(register(&app, "clara@example.com", Some(&invite)).await, 403, "bad_invite");
    assert_eq!(answer(app.get("/v1/invites").person(&anna)).await.1["items"], json!([]));
    for wrong in [json!("2020-01-01T00:00:00Z"), json!("2099-01-01T00:00:00Z")] {
        let body = json!({"role": "viewer", "expires_at": wrong});
        assert_eq!(answer(app.post("/v1/invites", &body).person(&anna)).await.0, 422, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invite_can_be_taken_back_and_goes_with_its_maker() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let invite = app.invite(&anna, &json!({"role": "viewer"})).await;
    let (_, list) = answer(app.get("/v1/invites").person(&anna)).await;
    assert!(!list.to_string().contains(&invite), "a list shows the link");
    let path = format!("/v1/invites/{}", list["items"][0]["id"].as_str().unwrap());
    assert_eq!(answer(app.request(Method::DELETE, &path).person(&anna)).await.0, 204);
    assert_eq!(answer(app.request(Method::DELETE, &path).person(&anna)).await.0, 404);
    refused(register(&app, "clara@example.com", Some(&invite)).await, 403, "bad_invite");

    let boris = app.member(&anna, "admin", "boris@example.com").await;
    let invite = app.invite(&boris, &json!({"role": "viewer"})).await;
    let role = format!("/v1/members/{}", boris.id());
    let demoted = app.request(Method::PATCH, &role).json(&json!({"role": "manager"})).person(&anna);
    assert_eq!(answer(demoted).await.0, 200);
    refused(register(&app, "clara@example.com", Some(&invite)).await, 403, "bad_invite");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_with_an_account_joins_by_logging_in_with_the_invite() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.register("boris@example.com").await;
    // Lists go by time, which stands still here unless it is moved.
    app.clock.advance_days(1);
    let invite = app.invite(&anna, &json!({"role": "manager"})).await;
    refused(register(&app, "boris@example.com", Some(&invite)).await, 409, "email_taken");
    let login = json!({"email": "boris@example.com", "password": PASSWORD, "invite": invite});
    let done = app.post("/v1/auth/login", &login).send().await.unwrap();
    assert_eq!(done.status(), 200);
    let cookie = session_cookie(&done);
    let there: Value = done.json().await.unwrap();
    assert_eq!(
        (there["workspace"]["id"].as_str().unwrap(), there["role"].as_str().unwrap()),
        (anna.workspace(), "manager")
    );
    let (_, mine) = answer(app.get("/v1/workspaces").header("cookie", &cookie)).await;
    let roles: Vec<_> = mine["items"].as_array().unwrap().iter().map(|w| w["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["owner", "manager"]);
    // His session from before is where it was.
    assert_eq!(answer(app.get("/v1/me").person(&boris)).await.1["workspace"]["id"], boris.workspace());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_owners_invite_owners() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.member(&anna, "admin", "boris@example.com").await;
    refused(answer(app.post("/v1/invites", &json!({"role": "owner"})).person(&boris)).await, 403, "role");
    app.member(&boris, "admin", "clara@example.com").await;
    app.member(&anna, "owner", "dina@example.com").await;
    let (status, problem) = answer(app.post("/v1/invites", &json!({"role": "king"})).person(&anna)).await;
    assert_eq!((status, problem["errors"][0]["field"].as_str().unwrap()), (422, "role"));
}
