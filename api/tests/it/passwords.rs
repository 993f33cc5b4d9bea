//! Passwords: changed, set by a link, and guessed at.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};

use crate::{
    admin::kupets,
    app::{App, Credentials as _, PASSWORD, answer, device_cookie, session_cookie},
};

const NEW: &str = "battery staple correct";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_ends_all_other_sessions() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let other = session_cookie(&app.login("anna@example.com", PASSWORD, None).await);
    let change = json!({"current_password": PASSWORD, "new_password": NEW});
    assert_eq!(answer(app.post("/v1/auth/password", &change).person(&anna)).await.0, 204);
    assert_eq!(answer(app.get("/v1/me").person(&anna)).await.0, 200);
    assert_eq!(answer(app.get("/v1/me").header("cookie", other)).await.0, 401);
    assert_eq!(app.login("anna@example.com", PASSWORD, None).await.status(), 401);
    assert_eq!(app.login("anna@example.com", NEW, None).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_needs_the_present_password_and_a_good_new_one() {
    let app = App::spawn_with(|settings| {
        settings.login_burst = 2;
        settings.login_interval_s = 3_600;
    })
    .await;
    let anna = app.register("anna@example.com").await;
    let change = |present: &str, new: &str| {
        app.post("/v1/auth/password", &json!({"current_password": present, "new_password": new})).person(&anna)
    };
    let (status, problem) = answer(change(PASSWORD, "short")).await;
    assert_eq!((status, problem["errors"][0]["field"].as_str().unwrap()), (422, "new_password"));
    for _ in 0..2 {
        let (status, problem) = answer(change("wrong horse", NEW)).await;
        assert_eq!((status, problem["code"].as_str().unwrap()), (422, "wrong_password"));
    }
    // A session that was stolen does not guess on.
    assert_eq!(answer(change(PASSWORD, NEW)).await.0, 429);
    // And logging in is not touched by it.
    assert_eq!(app.login("anna@example.com", PASSWORD, None).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operators_link_sets_a_password_once() {
    let app = App::spawn().await;
    app.clock.follow_the_machine();
    let anna = app.register("anna@example.com").await;
    let link = kupets(&app, &["admin", "reset-password", "Anna@example.com"]).await.unwrap();
    let (base, token) = link.trim().rsplit_once("/reset/").expect("a link");
    assert!(base.starts_with("http://"), "{link}");
    let path = format!("/v1/auth/reset/{token}");
    assert_eq!(answer(app.post(&path, &json!({"password": "short"}))).await.0, 422);
    assert_eq!(answer(app.post(&path, &json!({"password": NEW}))).await.0, 204);
    assert_eq!(answer(app.get("/v1/me").person(&anna)).await.0, 401, "sessions from before go on");
    assert_eq!(app.login("anna@example.com", NEW, None).await.status(), 200);
    let (status, problem) = answer(app.post(&path, &json!({"password": PASSWORD}))).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (404, "bad_reset"));
    assert_eq!(app.login("anna@example.com", NEW, None).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_over_after_a_day() {
    let app = App::spawn().await;
    app.clock.follow_the_machine();
    app.register("anna@example.com").await;
    let link = kupets(&app, &["admin", "reset-password", "anna@example.com"]).await.unwrap();
    let token = link.trim().rsplit_once("/reset/").unwrap().1.to_owned();
    app.clock.advance_days(2);
    let (status, problem) = answer(app.post(&format!("/v1/auth/reset/{token}"), &json!({"password": NEW}))).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (404, "bad_reset"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asking_for_a_link_tells_nothing() {
    let app = App::spawn().await;
    app.register("anna@example.com").await;
    let ask = async |email: &str| answer(app.post("/v1/auth/reset", &json!({"email": email}))).await;
    assert_eq!(ask("anna@example.com").await, (202, Value::Null));
    assert_eq!(ask("nobody@example.com").await, (202, Value::Null));
}

/// A server of mail that takes everything and keeps the text.
pub async fn post_office() -> (String, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let kept = Arc::new(Mutex::new(String::new()));
    let mail = kept.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            write.write_all(b"220 post\r\n").await.unwrap();
            let mut data = false;
            while let Ok(Some(line)) = lines.next_line().await {
                let reply = match (data, line.as_str()) {
                    (true, ".") => {
                        data = false;
                        "250 kept\r\n"
                    }
                    (true, text) => {
                        mail.lock().unwrap().push_str(&format!("{text}\n"));
                        continue;
                    }
                    (false, "DATA") => {
                        data = true;
                        "354 go on\r\n"
                    }
                    (false, "QUIT") => "221 bye\r\n",
                    (false, _) => "250 post\r\n",
                };
                if write.write_all(reply.as_bytes()).await.is_err() {
                    break;
                }
            }
        }
    });
    (format!("smtp://{address}"), kept)
}

/// The text of the mail that was kept, as far as it has come.
pub fn body_of(mail: &str) -> String {
    let base64 = mail.split_once("\n\n").map_or("", |(_, body)| body).replace('\n', "");
    let bits = base64.bytes().filter_map(|b| {
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".iter().position(|c| *c == b)
    });
    let bits: String = bits.map(|value| format!("{value:06b}")).collect();
    let bytes: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|b| u8::from_str_radix(std::str::from_utf8(b).unwrap(), 2).unwrap())
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_comes_by_mail_where_mail_can_be_sent() {
    let (url, mail) = post_office().await;
    let app = App::spawn_with(|settings| {
        settings.smtp_url = Some(url.into());
        settings.smtp_from = Some("Kupets <crm@example.com>".to_owned());
        settings.public_url = Some("http://127.0.0.1:9/".to_owned());
    })
    .await;
    app.register("anna@example.com").await;
    for email in ["nobody@example.com", " Anna@example.com"] {
        assert_eq!(answer(app.post("/v1/auth/reset", &json!({"email": email}))).await.0, 202);
    }
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(60);
    let token = loop {
        let text = body_of(&mail.lock().unwrap());
        let token =
            text.split("http://127.0.0.1:9/reset/").nth(1).map(|rest| rest.chars().take(43).collect::<String>());
        if let Some(token) = token.filter(|token| token.len() == 43) {
            let all = mail.lock().unwrap().clone();
            assert!(all.contains("To: anna@example.com") && !all.contains("nobody@example.com"), "{all}");
            break token;
        }
        assert!(tokio::time::Instant::now() < deadline, "no mail: {text}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!(answer(app.post(&format!("/v1/auth/reset/{token}"), &json!({"password": NEW}))).await.0, 204);
    assert_eq!(app.login("anna@example.com", NEW, None).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_count_and_success_does_not() {
    let app = App::spawn_with(|settings| {
        settings.login_burst = 2;
        settings.login_interval_s = 3_600;
    })
    .await;
    app.register("anna@example.com").await;
    for _ in 0..20 {
        assert_eq!(app.login("anna@example.com", PASSWORD, None).await.status(), 200);
    }
    assert_eq!(app.login("anna@example.com", "wrong horse", None).await.status(), 401);
    assert_eq!(app.login("anna@example.com", PASSWORD, None).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_do_not_lock_out_a_browser_that_is_known() {
    let app = App::spawn_with(|settings| {
        settings.login_burst = 2;
        settings.login_interval_s = 3_600;
    })
    .await;
    app.register("anna@example.com").await;
    app.register("boris@example.com").await;
    let first = app.login("anna@example.com", PASSWORD, None).await;
    let device = device_cookie(&first).expect("a browser that logs in is known from then on");
    let theirs = device_cookie(&app.login("boris@example.com", PASSWORD, None).await).unwrap();
    for _ in 0..2 {
        assert_eq!(app.login("anna@example.com", "wrong horse", None).await.status(), 401);
    }
    // The account is locked for strangers, and a device of another person is a stranger's.
    assert_eq!(app.login("anna@example.com", PASSWORD, None).await.status(), 429);
    assert_eq!(app.login("anna@example.com", PASSWORD, Some(&theirs)).await.status(), 429);
    assert_eq!(app.login("anna@example.com", PASSWORD, Some("kupets_device=made-up")).await.status(), 429);
    let again = app.login("anna@example.com", PASSWORD, Some(&device)).await;
    assert_eq!(again.status(), 200);
    assert_eq!(device_cookie(&again), None, "it is known already");
    // Whoever has stolen the device guesses no faster than strangers do.
    for _ in 0..2 {
        assert_eq!(app.login("anna@example.com", "wrong horse", Some(&device)).await.status(), 401);
    }
    assert_eq!(app.login("anna@example.com", PASSWORD, Some(&device)).await.status(), 429);
}
