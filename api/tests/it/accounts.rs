//! Registering, logging in and out.

use kupets_api::settings::Registration;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, PASSWORD, answer, session_cookie, shown, without};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_registers_logs_out_and_logs_in() {
    let app = App::spawn().await;
    let anna = app.register(" Anna@Example.com ").await;
    insta::assert_snapshot!(without(&anna.account, &["id"]));

    let (status, me) = answer(app.get("/v1/me").person(&anna)).await;
    assert_eq!((status, &me), (200, &anna.account));

    let (status, _) = answer(app.post("/v1/auth/logout", &Value::Null).person(&anna)).await;
    assert_eq!(status, 204);
    // The cookie may still be somewhere: it opens nothing any more.
    let (status, problem) = answer(app.get("/v1/me").person(&anna)).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (401, "session_over"));

    let login =
        app.post("/v1/auth/login", &json!({"email": "ANNA@example.com", "password": PASSWORD})).send().await.unwrap();
    assert_eq!(login.status(), 200);
    let cookie = session_cookie(&login);
    assert_ne!(cookie, anna.cookie, "a login never continues an old session");
    let (status, _) = answer(app.get("/v1/me").header("cookie", cookie)).await;
    assert_eq!(status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let app = App::spawn_with(|settings| {
        settings.public_url = Some("https://crm.example.com".to_owned());
        // Beyond this machine it is by invite unless said.
        settings.registration = Some(Registration::Open);
    })
    .await;
    let body = json!({"name": "Anna", "email": "anna@example.com", "password": PASSWORD});
    let made = app.post("/v1/auth/register", &body).send().await.unwrap();
    let cookie = made.headers()["set-cookie"].to_str().unwrap();
    for part in ["kupets_session=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age="] {
        assert!(cookie.contains(part), "{part} is not in {cookie}");
    }
    assert!(made.headers()["strict-transport-security"].to_str().unwrap().starts_with("max-age="));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_address_and_a_wrong_password_get_one_answer() {
    let app = App::spawn().await;
    app.register("anna@example.com").await;
    let wrong =
        answer(app.post("/v1/auth/login", &json!({"email": "anna@example.com", "password": "wrong horse"}))).await;
    let unknown =
        answer(app.post("/v1/auth/login", &json!({"email": "boris@example.com", "password": "wrong horse"}))).await;
    assert_eq!(wrong, unknown);
    insta::assert_snapshot!(shown(&wrong));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_has_one_account() {
    let app = App::spawn().await;
    app.register("anna@example.com").await;
    let again = json!({"name": "Other", "email": "ANNA@example.com", "password": PASSWORD});
    let (status, problem) = answer(app.post("/v1/auth/register", &again)).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (409, "email_taken"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_fields_are_all_named() {
    let app = App::spawn().await;
    let body =
        json!({"name": "", "email": "anna", "password": "short", "time_zone": "Mars", "currency": "€", "locale": "de"});
    insta::assert_snapshot!(shown(&answer(app.post("/v1/auth/register", &body)).await));
    let body = json!({"name": "Anna", "email": "anna@example.com"});
    insta::assert_snapshot!(shown(&answer(app.post("/v1/auth/register", &body)).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_by_itself() {
    let app = App::spawn_with(|settings| settings.session_days = 7).await;
    let anna = app.register("anna@example.com").await;
    app.clock.advance_days(6);
    assert_eq!(answer(app.get("/v1/me").person(&anna)).await.0, 200);
    app.clock.advance_days(2);
    assert_eq!(answer(app.get("/v1/me").person(&anna)).await.0, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_is_slowed_down() {
    // An hour an attempt: nothing comes back while the test runs, however slow the machine.
    let app = App::spawn_with(|settings| {
        settings.login_burst = 3;
        settings.login_interval_s = 3_600;
    })
    .await;
    app.register("anna@example.com").await;
    let guess = json!({"email": "anna@example.com", "password": "wrong horse"});
    for _ in 0..3 {
        assert_eq!(answer(app.post("/v1/auth/login", &guess)).await.0, 401);
    }
    // The right password does not help now: it could be the next guess.
    let right = json!({"email": "anna@example.com", "password": PASSWORD});
    let refused = app.post("/v1/auth/login", &right).send().await.unwrap();
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=3_600).contains(&wait), "{wait}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_sites_page_cannot_act_with_the_cookie() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let key = json!({"name": "stolen", "scopes": ["read"]});
    let (status, problem) =
        answer(app.post("/v1/api-keys", &key).person(&anna).header("sec-fetch-site", "cross-site")).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (403, "cross_origin"));
    let (status, _) =
        answer(app.post("/v1/api-keys", &key).person(&anna).header("origin", "https://evil.example")).await;
    assert_eq!(status, 403);
    let (status, _) = answer(app.post("/v1/api-keys", &key).person(&anna).header("origin", &app.url)).await;
    assert_eq!(status, 201);
    // Logging a victim into the attacker's account is an attack too.
    let login = json!({"email": "anna@example.com", "password": PASSWORD});
    let (status, _) = answer(app.post("/v1/auth/login", &login).header("sec-fetch-site", "cross-site")).await;
    assert_eq!(status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_survive_a_restart() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["read"]).await;
    let folder = app.stop().await;
    let path = folder.path().to_owned();
    let app = App::spawn_with(|settings| settings.data = path).await;
    assert_eq!(answer(app.get("/v1/me").person(&anna)).await.0, 200);
    assert_eq!(answer(app.get("/v1/reports").key(&key)).await.0, 200);
}
