//! Several workspaces of a person, sessions, and how a workspace goes.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, PASSWORD, Person, answer, until};

async fn second(app: &App, person: &Person) -> Value {
    let (status, made) = answer(app.post("/v1/workspaces", &json!({"name": "Second"})).person(person)).await;
    assert_eq!(status, 201, "{made}");
    made
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_switches_and_sees_the_data_of_where_it_is() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest"]).await;
    assert_eq!(answer(app.post("/v1/customers", &json!({"customer_id": "first's"})).key(&key)).await.0, 200);
    // The list goes by time, which stands still here unless it is moved.
    app.clock.advance_days(1);
    let made = second(&app, &anna).await;
    // What is not said is as in the present workspace.
    assert_eq!((&made["role"], &made["current"], &made["currency"]), (&json!("owner"), &json!(false), &json!("RUB")));
    let ids = async || {
        let (_, list) = answer(app.get("/v1/customers").person(&anna)).await;
        list["items"].as_array().unwrap().len()
    };
    assert_eq!(ids().await, 1);
    let switch = format!("/v1/workspaces/{}/switch", made["id"].as_str().unwrap());
    let (status, account) = answer(app.request(Method::POST, &switch).person(&anna)).await;
    assert_eq!((status, &account["workspace"]["name"]), (200, &json!("Second")));
    assert_eq!(ids().await, 0);
    let (_, list) = answer(app.get("/v1/workspaces").person(&anna)).await;
    let current: Vec<_> = list["items"].as_array().unwrap().iter().map(|w| w["current"].as_bool().unwrap()).collect();
    assert_eq!(current, [false, true]);
    let boris = app.register("boris@example.com").await;
    assert_eq!(answer(app.request(Method::POST, &switch).person(&boris)).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_seen_by_the_next_request_with_a_key_too() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
    let purchase = json!({"purchase_id": "1", "customer_id": "1", "product": "x", "amount": 7,
        "occurred_at": "2026-01-31T22:30:00Z"});
    assert_eq!(answer(app.post("/v1/purchases", &purchase).key(&key)).await.0, 200);
    let month = async || {
        let path = "/v1/reports/sales_over_time?from=2026-01-01&to=2026-03-01&grain=month";
        let (status, report) = answer(app.get(path).key(&key)).await;
        assert_eq!(status, 200, "{report}");
        let rows = report["rows"].as_array().unwrap().clone();
        rows.iter().find(|row| row[1].to_string().contains('7')).unwrap()[0].as_str().unwrap()[..7].to_owned()
    };
    assert_eq!(month().await, "2026-02", "Moscow's clock");
    let path = format!("/v1/workspaces/{}", anna.workspace());
    let patch = |body: Value| app.request(Method::PATCH, &path).json(&body).person(&anna);
    let (status, changed) = answer(patch(json!({"time_zone": "UTC", "name": " Shop "}))).await;
    assert_eq!((status, &changed["time_zone"], &changed["name"]), (200, &json!("UTC"), &json!("Shop")));
    assert_eq!(month().await, "2026-01");
    let (status, problem) = answer(patch(json!({"time_zone": "Mars", "currency": "€"}))).await;
    assert_eq!((status, problem["errors"].as_array().unwrap().len()), (422, 2));
    assert_eq!(answer(patch(json!({"delete_at": "2027-01-01T00:00:00Z"}))).await.0, 422);
    let boris = app.register("boris@example.com").await;
    let foreign = app.request(Method::PATCH, &path).json(&json!({"name": "Mine"})).person(&boris);
    assert_eq!(answer(foreign).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_stops_the_keys_and_can_be_undone() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.member(&anna, "admin", "boris@example.com").await;
    let (key, _) = app.key(&anna, &["read"]).await;
    assert_eq!(answer(app.get("/v1/reports").key(&key)).await.0, 200);
    let path = format!("/v1/workspaces/{}", anna.workspace());
    assert_eq!(answer(app.request(Method::DELETE, &path).person(&boris)).await.0, 403);
    let (status, going) = answer(app.request(Method::DELETE, &path).person(&anna)).await;
    assert_eq!(status, 202);
    assert!(going["delete_at"].is_string(), "{going}");
    let (status, problem) = answer(app.get("/v1/reports").key(&key)).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (403, "workspace_deleting"));
    assert_eq!(answer(app.get("/v1/reports").person(&boris)).await.0, 200);
    let undo = |by: &Person| app.request(Method::PATCH, &path).json(&json!({"delete_at": null})).person(by);
    assert_eq!(answer(undo(&boris)).await.0, 403);
    let (status, stays) = answer(undo(&anna)).await;
    assert_eq!((status, stays.get("delete_at")), (200, None));
    assert_eq!(answer(app.get("/v1/reports").key(&key)).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_its_time_has_come_everything_in_it_is_gone() {
    let app = App::spawn_with(|settings| settings.tail_flush_rows = 1).await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read"]).await;
    assert_eq!(answer(app.post("/v1/customers", &json!({"customer_id": "1"})).key(&key)).await.0, 200);
    let lake = app.data.join("lake/tenants").join(anna.workspace());
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(60);
    while !lake.exists() {
        assert!(tokio::time::Instant::now() < deadline, "no lake at {}", lake.display());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let made = second(&app, &anna).await;
    let path = format!("/v1/workspaces/{}", anna.workspace());
    assert_eq!(answer(app.request(Method::DELETE, &path).person(&anna)).await.0, 202);
    app.clock.advance_days(6);
    assert_eq!(answer(app.get("/v1/me").person(&anna)).await.0, 200);
    app.clock.advance_days(1);
    until(401, || app.get("/v1/me").person(&anna)).await;
    assert!(!lake.exists(), "files of a deleted workspace are there");
    until(401, || app.get("/v1/reports").key(&key)).await;
    // The person is still there, with what else is theirs.
    let login: Value = app.login("anna@example.com", PASSWORD, None).await.json().await.unwrap();
    assert_eq!(login["workspace"]["id"], made["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_are_listed_and_ended() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let body = json!({"email": "anna@example.com", "password": PASSWORD});
    let login = app.post("/v1/auth/login", &body).header("user-agent", "Netscape 3").send().await.unwrap();
    let other = crate::app::session_cookie(&login);
    let (status, list) = answer(app.get("/v1/sessions").person(&anna)).await;
    assert_eq!(status, 200);
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let mine = items.iter().find(|s| s["current"] == true).unwrap();
    let theirs = items.iter().find(|s| s["current"] == false).unwrap();
    assert_eq!((&theirs["user_agent"], &theirs["address"]), (&json!("Netscape 3"), &json!("127.0.0.1")));
    assert!(mine["last_seen_at"].is_string() && mine["created_at"].is_string());
    assert!(!list.to_string().contains(anna.cookie.split('=').nth(1).unwrap()), "a list shows a token");
    let path = format!("/v1/sessions/{}", theirs["id"].as_str().unwrap());
    let boris = app.register("boris@example.com").await;
    assert_eq!(answer(app.request(Method::DELETE, &path).person(&boris)).await.0, 404);
    assert_eq!(answer(app.request(Method::DELETE, &path).person(&anna)).await.0, 204);
    assert_eq!(answer(app.get("/v1/me").header("cookie", other)).await.0, 401);
    assert_eq!(answer(app.request(Method::DELETE, &path).person(&anna)).await.0, 404);
    assert_eq!(answer(app.get("/v1/me").person(&anna)).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_ends_when_it_was_said_to() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let body = json!({"name": "short", "scopes": ["read"], "expires_at": "2026-06-01T00:00:00Z"});
    let (status, made) = answer(app.post("/v1/api-keys", &body).person(&anna)).await;
    assert_eq!((status, &made["expires_at"]), (201, &json!("2026-06-01T00:00:00Z")));
    let key = made["key"].as_str().unwrap();
    assert_eq!(answer(app.get("/v1/reports").key(key)).await.0, 200);
    app.clock.advance_days(30);
    let (status, problem) = answer(app.get("/v1/reports").key(key)).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (401, "key_expired"));
    // A new session: the old one is over by now.
    let cookie = crate::app::session_cookie(&app.login("anna@example.com", PASSWORD, None).await);
    let (_, list) = answer(app.get("/v1/api-keys").header("cookie", &cookie)).await;
    assert_eq!(list["items"][0]["stopped"], "expired");
    let past = json!({"name": "past", "scopes": ["read"], "expires_at": "2026-01-01T00:00:00Z"});
    assert_eq!(answer(app.post("/v1/api-keys", &past).header("cookie", &cookie)).await.0, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forecasts_go_by_the_holidays_of_the_workspace() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read"]).await;
    // Ten sales each day for a year, none on the first of a month.
    let first = chrono::NaiveDate::from_ymd_opt(2025, 5, 1).unwrap();
    let days: Vec<_> = first.iter_days().take(390).filter(|day| chrono::Datelike::day(day) != 1).collect();
    let sales: Vec<_> = days
        .iter()
        .map(|day| {
            json!({"purchase_id": day.to_string(), "occurred_at": format!("{day}T12:00:00Z"), "product": "tea",
            "amount": 100 + chrono::Datelike::ordinal(day) % 3})
        })
        .collect();
    assert_eq!(answer(app.post("/v1/purchases", &json!(sales)).key(&key)).await.0, 200);
    let forecast = async |query: &str| {
        let path = format!("/v1/forecast?metric=revenue&grain=day&horizon=10&as_of=2026-05-25{query}");
        let (status, found) = answer(app.get(&path).key(&key)).await;
        assert_eq!(status, 200, "{found}");
        found["points"].clone()
    };
    let closed: Vec<String> =
        first.iter_days().take(420).filter(|day| chrono::Datelike::day(day) == 1).map(|day| day.to_string()).collect();
    let plain = forecast("").await;
    let wanted = forecast(&format!("&holidays={}", closed.join(","))).await;
    assert_ne!(plain, wanted);

    let path = format!("/v1/workspaces/{}", anna.workspace());
    let patch = async |holidays: Value| {
        answer(app.request(Method::PATCH, &path).json(&json!({"holidays": holidays})).person(&anna)).await
    };
    let named: Vec<Value> = closed.iter().rev().map(|day| json!({"date": day, "name": "Closed"})).collect();
    let (status, changed) = patch(json!(named)).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!(changed["holidays"][0], json!({"date": "2025-05-01", "name": "Closed"}));
    let (_, me) = answer(app.get("/v1/me").person(&anna)).await;
    assert_eq!(me["workspace"]["holidays"].as_array().unwrap().len(), closed.len());
    assert_eq!(forecast("").await, wanted);
    // What is sent comes first, and what is not sent stays.
    assert_ne!(forecast("&holidays=2026-01-07").await, wanted);
    let rename = app.request(Method::PATCH, &path).json(&json!({"name": "Shop"})).person(&anna);
    assert_eq!(answer(rename).await.1["holidays"].as_array().unwrap().len(), closed.len());
    for bad in [json!([{"date": "2026-02-30"}]), json!([{"date": "2026-01-01"}, {"date": "2026-01-01"}]), json!(5)] {
        let (status, told) = patch(bad.clone()).await;
        assert!(matches!(status, 400 | 422), "{bad}: {status} {told}");
    }
    assert_eq!(patch(json!([])).await.1["holidays"], json!([]));
    assert_eq!(forecast("").await, plain);
    let (_, log) = answer(app.get("/v1/audit?action=workspace_changed").person(&anna)).await;
    assert!(log.to_string().contains("holidays"), "{log}");
}
