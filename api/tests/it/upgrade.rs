//! What an earlier version wrote is opened: its control database, its lakes, and records that only its journal held.
//!
//! A fixture is made once a version by `scripts/make_upgrade_fixture.py`, with what that version answered. Later ones may
//! add fields to an answer; what was there stays as it was, but for a question whose `since` says what means something else by now.

use std::path::Path;

use reqwest::Method;
use serde_json::Value;

use super::app::{App, Credentials as _, answer, session_cookie};

/// The versions of which there is a fixture.
const FIXTURES: [&str; 1] = ["fc1b65b"];

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Whether the array there is the columns of a table, or one of its rows: columns are added at the end.
fn gains_columns(at: &str) -> bool {
    at.ends_with("/columns") || at.rsplit_once('/').is_some_and(|(rows, _)| rows.ends_with("/rows"))
}

/// Says where `actual` lacks something of `expected`, if it does.
fn missing(expected: &Value, actual: &Value, at: &str) -> Option<String> {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => expected.iter().find_map(|(key, value)| {
            let at = format!("{at}/{key}");
            actual.get(key).map_or(Some(format!("{at} is gone")), |actual| missing(value, actual, &at))
        }),
        (Value::Array(expected), Value::Array(actual))
            if expected.len() == actual.len() || (expected.len() < actual.len() && gains_columns(at)) =>
        {
            let mut pairs = expected.iter().zip(actual).enumerate();
            pairs.find_map(|(index, (expected, actual))| missing(expected, actual, &format!("{at}/{index}")))
        }
        _ if expected == actual => None,
        _ => Some(format!("{at}: expected {expected}, got {actual}")),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_versions_are_opened_with_all_they_held() {
    for version in FIXTURES {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(version);
        let told: Value = serde_json::from_slice(&std::fs::read(fixture.join("expected.json")).unwrap()).unwrap();
        let app = App::spawn_with(|settings| copy(&fixture.join("data"), &settings.data)).await;
        // The fixture's answers are of a day after its last record.
        app.clock.advance_days(200);
        let login = app.post("/v1/auth/login", &told["login"]).send().await.unwrap();
        assert_eq!(login.status(), 200, "{version}: the password of an earlier version");
        let cookie = session_cookie(&login);
        for question in told["questions"].as_array().unwrap() {
            let (method, path) = (question["method"].as_str().unwrap(), question["path"].as_str().unwrap());
            let ask = async || {
                let mut request = app.request(method.parse::<Method>().unwrap(), path);
                if !question["body"].is_null() {
                    request = request.json(&question["body"]);
                }
                request = match question["auth"].as_str() {
                    Some("session") => request.header(reqwest::header::COOKIE, &cookie),
                    _ => request.key(told["key"].as_str().unwrap()),
                };
                answer(request).await
            };
            // By the clock of this test what is merged just now is old, and expires under who asks: they are told to ask again.
            let (mut status, mut body) = ask().await;
            for _ in 0..5 {
                if status == 503 && body["code"] == "unavailable" {
                    (status, body) = ask().await;
                }
            }
            assert_eq!(status, 200, "{version}: {method} {path}: {body}");
            if let Some(what) = missing(&question["expected"], &body, "") {
                panic!("{version}: {method} {path} {}: {what}", question["body"]);
            }
        }
        app.stop().await;
    }
}

#[test]
fn a_difference_is_found() {
    let expected = serde_json::json!({"rows": [[1, "a"], [2, null]]});
    assert_eq!(missing(&expected, &serde_json::json!({"rows": [[1, "a"], [2, null]], "more": 1}), ""), None);
    assert_eq!(missing(&expected, &serde_json::json!({"rows": [[1, "a", true], [2, null, false]]}), ""), None);
    assert!(missing(&expected, &serde_json::json!({"rows": [[1, "a"], [2, null], [3, "b"]]}), "").is_some());
    assert!(missing(&expected, &serde_json::json!({"rows": [[1, "a"], [3, null]]}), "").is_some());
    assert!(missing(&expected, &serde_json::json!({"rows": [[1, "a"]]}), "").is_some());
    assert!(missing(&expected, &serde_json::json!({}), "").is_some());
}
