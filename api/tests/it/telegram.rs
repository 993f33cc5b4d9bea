//! Telegram accounts that act as people: made once, ended at once, and never more than their person.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, BOT_SECRET, Credentials as _, Person, answer};

async fn token(app: &App, person: &Person) -> Value {
    let (status, made) = answer(app.post("/v1/telegram/link", &json!({})).person(person)).await;
    assert_eq!(status, 201, "{made}");
    made["token"].clone()
}

fn code((status, problem): (u16, Value)) -> (u16, String) {
    (status, problem["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_linked_and_acts_as_its_person() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (status, made) = answer(app.post("/v1/telegram/link", &json!({})).person(&anna)).await;
    assert_eq!(status, 201);
    let token = made["token"].as_str().unwrap();
    assert_eq!(made["url"], format!("https://t.me/kupets_test_bot?start={token}"));
    assert!(token.len() <= 64 && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{token}");
    assert_eq!(made["expires_at"], "2026-05-28T20:36:40Z", "ten minutes after the clock of the tests");

    let (status, redeemed) = answer(app.redeem(&made["token"], 42)).await;
    assert_eq!(status, 200, "{redeemed}");
    assert_eq!((&redeemed["user"]["id"], &redeemed["user"]["name"]), (&json!(anna.id()), &json!("Anna")));
    assert_eq!((&redeemed["workspace"]["id"], &redeemed["role"]), (&json!(anna.workspace()), &json!("owner")));
    assert_eq!(redeemed["workspace"]["time_zone"], "Europe/Moscow");
    let credential = redeemed["credential"].as_str().unwrap();
    assert!(credential.starts_with("kt_") && credential.len() == 46);

    let (status, me) = answer(app.get("/v1/me").key(credential)).await;
    assert_eq!((status, &me["user"]["id"]), (200, &json!(anna.id())));
    let (_, list) = answer(app.get("/v1/telegram/links").person(&anna)).await;
    let shown = &list["items"][0];
    assert_eq!((&shown["telegram_user_id"], &shown["telegram_name"]), (&json!(42), &json!("Тест")));
    assert_eq!((&shown["workspace"], &shown["id"]), (&json!("anna@example.com's"), &redeemed["link_id"]));
    assert!(shown["last_seen_at"].is_string(), "{shown}");

    let (_, log) = answer(app.get("/v1/audit?action=telegram_linked").person(&anna)).await;
    assert_eq!(
        (&log["items"][0]["target"]["id"], &log["items"][0]["actor"]["id"]),
        (&redeemed["link_id"], &json!(anna.id()))
    );
    for secret in [token, credential, BOT_SECRET] {
        assert!(!log.to_string().contains(secret) && !list.to_string().contains(secret));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_works_once_in_time_and_for_the_bot_alone() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let first = token(&app, &anna).await;
    let body = json!({"token": first, "telegram_user_id": 1});
    assert_eq!(answer(app.post("/v1/telegram/redeem", &body)).await.0, 401);
    assert_eq!(
        code(answer(app.post("/v1/telegram/redeem", &body).key("wrong")).await),
        (401, "bad_bot_secret".to_owned())
    );
    assert_eq!(answer(app.post("/v1/telegram/redeem", &body).person(&anna)).await.0, 401);
    // A later one ends the one before.
    let second = token(&app, &anna).await;
    assert_eq!(code(answer(app.redeem(&first, 1)).await), (404, "bad_token".to_owned()));
    assert_eq!(answer(app.redeem(&second, 1)).await.0, 200);
    assert_eq!(code(answer(app.redeem(&second, 1)).await), (404, "bad_token".to_owned()));
    assert_eq!(code(answer(app.redeem(&json!("made up"), 1)).await), (404, "bad_token".to_owned()));
    // Groups have negative numbers.
    assert_eq!(answer(app.redeem(&json!("x"), -100)).await.0, 422);

    let late = token(&app, &anna).await;
    app.clock.advance_ms(10 * 60_000);
    assert_eq!(code(answer(app.redeem(&late, 1)).await), (404, "bad_token".to_owned()));
    let late = token(&app, &anna).await;
    app.clock.advance_ms(10 * 60_000 - 1);
    assert_eq!(answer(app.redeem(&late, 1)).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_bots_that_bring_one_token_get_one_credential() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    for round in 0..5 {
        let token = token(&app, &anna).await;
        let (a, b) = tokio::join!(answer(app.redeem(&token, round + 1)), answer(app.redeem(&token, round + 100)));
        let mut statuses = [a.0, b.0];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 404]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_link_of_the_same_account_takes_the_place_of_the_old_one() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let old = app.link(&anna, 5).await;
    let other = app.link(&anna, 6).await;
    let new = app.link(&anna, 5).await;
    assert_eq!(answer(app.get("/v1/me").key(&old)).await.0, 401);
    for live in [&other, &new] {
        assert_eq!(answer(app.get("/v1/me").key(live)).await.0, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_ends_from_either_side_and_with_its_person() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.member(&anna, "manager", "boris@example.com").await;
    let over = |result| assert_eq!(code(result), (401, "link_over".to_owned()));

    let link = app.link(&boris, 1).await;
    let (_, list) = answer(app.get("/v1/telegram/links").person(&boris)).await;
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/telegram/links/{id}");
    // Another's is nobody's business, an owner's neither.
    assert_eq!(answer(app.request(Method::DELETE, &path).person(&anna)).await.0, 404);
    assert_eq!(answer(app.request(Method::DELETE, &path).person(&boris)).await.0, 204);
    over(answer(app.get("/v1/reports").key(&link)).await);

    let link = app.link(&boris, 1).await;
    assert_eq!(answer(app.post("/v1/telegram/unlink", &json!({})).key(&link)).await.0, 204);
    over(answer(app.get("/v1/reports").key(&link)).await);

    let (link, waiting) = (app.link(&boris, 1).await, token(&app, &boris).await);
    assert_eq!(answer(app.get("/v1/reports").key(&link)).await.0, 200);
    let remove = app.request(Method::DELETE, &format!("/v1/members/{}", boris.id())).person(&anna);
    assert_eq!(answer(remove).await.0, 204);
    over(answer(app.get("/v1/reports").key(&link)).await);
    assert_eq!(code(answer(app.redeem(&waiting, 1)).await), (404, "bad_token".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_that_closes_lets_no_link_in() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (link, waiting) = (app.link(&anna, 1).await, token(&app, &anna).await);
    let path = format!("/v1/workspaces/{}", anna.workspace());
    assert_eq!(answer(app.request(Method::DELETE, &path).person(&anna)).await.0, 202);
    assert_eq!(code(answer(app.get("/v1/me").key(&link)).await), (401, "workspace_deleting".to_owned()));
    assert_eq!(answer(app.redeem(&waiting, 2)).await.0, 409);
    assert_eq!(answer(app.post("/v1/telegram/link", &json!({})).person(&anna)).await.0, 409);
    let keep = app.request(Method::PATCH, &path).json(&json!({"delete_at": null})).person(&anna);
    assert_eq!(answer(keep).await.0, 200);
    assert_eq!(answer(app.get("/v1/me").key(&link)).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_link_asks_is_in_its_persons_history() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let link = app.link(&anna, 1).await;
    let ask = app.post("/v1/assistant/messages", &json!({"message": "выручка за прошлый месяц"})).key(&link);
    let (status, asked) = answer(ask.header("accept", "application/json")).await;
    assert_eq!(status, 200, "{asked}");
    let (_, list) = answer(app.get("/v1/assistant/conversations").person(&anna)).await;
    assert_eq!(list["items"][0]["id"], asked["conversation_id"]);
    let path = format!("/v1/assistant/messages/{}", asked["message_id"].as_str().unwrap());
    let (status, found) = answer(app.get(&path).key(&link)).await;
    assert_eq!((status, &found["interpretation"]), (200, &asked["interpretation"]), "{found}");
    // Another person's link does not find it.
    let boris = app.register("boris@example.com").await;
    let other = app.link(&boris, 2).await;
    assert_eq!(answer(app.get(&path).key(&other)).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_a_bot_says_which_setting_is_missing() {
    let app = App::spawn_with(|settings| {
        settings.telegram_token = None;
        settings.bot_secret = None;
    })
    .await;
    let anna = app.register("anna@example.com").await;
    let (status, problem) = answer(app.post("/v1/telegram/link", &json!({})).person(&anna)).await;
    assert_eq!((status, &problem["code"]), (409, &json!("telegram_not_set_up")));
    assert!(problem["detail"].as_str().unwrap().contains("telegram_token"), "{problem}");

    let app = App::spawn_with(|settings| settings.telegram_bot_name = None).await;
    let anna = app.register("anna@example.com").await;
    let (status, problem) = answer(app.post("/v1/telegram/link", &json!({})).person(&anna)).await;
    assert_eq!(status, 409);
    assert!(problem["detail"].as_str().unwrap().contains("telegram_bot_name"), "{problem}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_lead_to_what_the_bot_is_called() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let named = |name: &str| app.request(Method::PUT, "/v1/telegram/bot").json(&json!({"username": name}));
    assert_eq!(answer(named("another_bot").key("wrong")).await.0, 401);
    assert_eq!(answer(named("another_bot").person(&anna)).await.0, 401);
    assert_eq!(answer(named("x/../y?start=").key(BOT_SECRET)).await.0, 422);
    assert_eq!(answer(named("@another_bot").key(BOT_SECRET)).await.0, 204);
    let (_, made) = answer(app.post("/v1/telegram/link", &json!({})).person(&anna)).await;
    assert!(made["url"].as_str().unwrap().starts_with("https://t.me/another_bot?start="), "{made}");
}
