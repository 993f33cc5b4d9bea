//! A person's own account, changed: name and language, and the address by password and link.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::{App, Credentials as _, PASSWORD, Person, answer, session_cookie},
    passwords::{body_of, post_office},
};

async fn patch(app: &App, person: &Person, body: Value) -> (u16, Value) {
    answer(app.request(Method::PATCH, "/v1/me").json(&body).person(person)).await
}

async fn actions(app: &App, person: &Person) -> String {
    answer(app.get("/v1/audit").person(person)).await.1.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_and_a_language_change_at_once() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (status, changed) = patch(&app, &anna, json!({"name": " Anna Petrova ", "locale": "ru"})).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!((&changed["user"]["name"], &changed["user"]["locale"]), (&json!("Anna Petrova"), &json!("ru")));
    assert_eq!((&changed["user"]["email"], &changed["pending_email"]), (&json!("anna@example.com"), &Value::Null));
    assert_eq!(answer(app.get("/v1/me").person(&anna)).await.1["user"], changed["user"]);
    for bad in
        [json!({"name": " "}), json!({"locale": "de"}), json!({"email": "nobody"}), json!({"email": "a@b.example"})]
    {
        assert_eq!(patch(&app, &anna, bad).await.0, 422);
    }
    assert!(actions(&app, &anna).await.contains("account_changed"));
    let (key, _) = app.key(&anna, &["read"]).await;
    let by_key = app.request(Method::PATCH, "/v1/me").json(&json!({"name": "x"})).key(&key);
    assert!(matches!(answer(by_key).await.0, 401 | 403));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_mail_another_address_takes_the_password_alone() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    app.register("boris@example.com").await;
    let other = session_cookie(&app.login("anna@example.com", PASSWORD, None).await);
    let to = |email: &str, password: &str| json!({"email": email, "current_password": password});
    let (status, told) = patch(&app, &anna, to("new@example.com", "not my password")).await;
    assert_eq!((status, &told["code"]), (422, &json!("wrong_password")), "{told}");
    let (status, told) = patch(&app, &anna, to("Boris@example.com", PASSWORD)).await;
    assert_eq!((status, &told["code"]), (409, &json!("email_taken")), "{told}");
    assert_eq!(answer(app.get("/v1/me").header("cookie", &other)).await.0, 200, "nothing has changed yet");

    let (status, changed) = patch(&app, &anna, to(" New@Example.com ", PASSWORD)).await;
    assert_eq!((status, &changed["user"]["email"]), (200, &json!("new@example.com")), "{changed}");
    assert_eq!(answer(app.get("/v1/me").header("cookie", &other)).await.0, 401, "other sessions end");
    assert_eq!(answer(app.get("/v1/me").person(&anna)).await.0, 200);
    assert_eq!(app.login("anna@example.com", PASSWORD, None).await.status(), 401);
    assert_eq!(app.login("new@example.com", PASSWORD, None).await.status(), 200);
    assert!(actions(&app, &anna).await.contains("email_changed"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_mail_the_new_address_is_confirmed_first() {
    let (url, mail) = post_office().await;
    let app = App::spawn_with(|settings| {
        settings.smtp_url = Some(url.into());
        settings.smtp_from = Some("Kupets <crm@example.com>".to_owned());
        settings.public_url = Some("http://127.0.0.1:9/".to_owned());
    })
    .await;
    let (anna, boris) = (app.register("anna@example.com").await, app.register("boris@example.com").await);
    let other = session_cookie(&app.login("anna@example.com", PASSWORD, None).await);
    let (status, changed) = patch(&app, &anna, json!({"email": "new@example.com", "current_password": PASSWORD})).await;
    assert_eq!((status, &changed["pending_email"]), (200, &json!("new@example.com")), "{changed}");
    assert_eq!(changed["user"]["email"], "anna@example.com", "it is the old one until then");
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    let token = loop {
        let all = mail.lock().unwrap().clone();
        let token = body_of(&all)
            .split("http://127.0.0.1:9/email/")
            .nth(1)
            .map(|rest| rest.chars().take(43).collect::<String>());
        if let Some(token) = token.filter(|token| token.len() == 43) {
            assert!(all.contains("To: new@example.com"), "{all}");
            break token;
        }
        assert!(tokio::time::Instant::now() < deadline, "no mail: {all}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let confirm =
        async |person: &Person| answer(app.post("/v1/me/email", &json!({"token": token})).person(person)).await;
    assert_eq!(confirm(&boris).await.1["code"], "bad_email_link", "it is of another account");
    let (status, confirmed) = confirm(&anna).await;
    assert_eq!((status, &confirmed["user"]["email"]), (200, &json!("new@example.com")), "{confirmed}");
    assert_eq!(answer(app.get("/v1/me").header("cookie", &other)).await.0, 401, "other sessions end");
    assert_eq!(confirm(&anna).await.0, 404, "once");
    assert_eq!(app.login("new@example.com", PASSWORD, None).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_good_for_a_day() {
    let (url, mail) = post_office().await;
    let app = App::spawn_with(|settings| {
        settings.smtp_url = Some(url.into());
        settings.smtp_from = Some("Kupets <crm@example.com>".to_owned());
        settings.public_url = Some("http://127.0.0.1:9/".to_owned());
    })
    .await;
    let anna = app.register("anna@example.com").await;
    let asked = patch(&app, &anna, json!({"email": "new@example.com", "current_password": PASSWORD})).await;
    assert_eq!(asked.0, 200, "{}", asked.1);
    let text = body_of(&mail.lock().unwrap());
    let token: String = text.split("/email/").nth(1).unwrap().chars().take(43).collect();
    app.clock.advance_days(1);
    let (status, told) = answer(app.post("/v1/me/email", &json!({"token": token})).person(&anna)).await;
    assert_eq!((status, &told["code"]), (404, &json!("bad_email_link")), "{told}");
}
