//! `kupets admin`, as a process of its own beside a running server.

use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt as _, process::Command};

use crate::{
    app::{App, Credentials as _, PASSWORD, answer, until},
    process::KUPETS,
};

/// Runs the real binary on the folder of a running server. `Err` has what it said on standard error.
pub async fn kupets(app: &App, args: &[&str]) -> Result<String, String> {
    run(app.data.as_path(), args, None).await
}

async fn run(data: &std::path::Path, args: &[&str], input: Option<&str>) -> Result<String, String> {
    let mut process = Command::new(KUPETS)
        .args(args)
        .arg("--data")
        .arg(data)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = process.stdin.take().unwrap();
    stdin.write_all(input.unwrap_or_default().as_bytes()).await.unwrap();
    drop(stdin);
    let done = process.wait_with_output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if done.status.success() { Ok(text(done.stdout)) } else { Err(text(done.stderr)) }
}

async fn lines(app: &App, what: &str) -> Vec<Value> {
    let text = kupets(app, &["admin", what, "--json"]).await.unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_lists_people_workspaces_and_keys_beside_a_running_server() {
    let app = App::spawn().await;
    app.clock.follow_the_machine();
    let anna = app.register("anna@example.com").await;
    let (key, id) = app.key(&anna, &["read"]).await;
    let users = lines(&app, "users").await;
    assert_eq!(users.len(), 1);
    assert_eq!(users[0]["email"], "anna@example.com");
    assert_eq!(users[0]["workspaces"], "anna@example.com's (owner)");
    let workspaces = lines(&app, "workspaces").await;
    assert_eq!((&workspaces[0]["members"], &workspaces[0]["keys"]), (&json!(1), &json!(1)));
    assert_eq!(workspaces[0]["owners"], "anna@example.com");
    let keys = lines(&app, "keys").await;
    assert_eq!((keys[0]["id"].as_str().unwrap(), keys[0]["made_by"].as_str().unwrap()), (id.as_str(), "Anna"));
    let table = kupets(&app, &["admin", "keys"]).await.unwrap();
    assert!(table.starts_with("prefix") && table.contains(&id) && !table.contains(&key), "{table}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_server_obeys_a_rotation_and_a_revocation() {
    let app = App::spawn().await;
    app.clock.follow_the_machine();
    let anna = app.register("anna@example.com").await;
    let (key, id) = app.key(&anna, &["read"]).await;
    // In memory from now on.
    assert_eq!(answer(app.get("/v1/reports").key(&key)).await.0, 200);
    let rotated = kupets(&app, &["admin", "rotate-key", &id]).await.unwrap();
    let began = tokio::time::Instant::now();
    until(401, || app.get("/v1/reports").key(&key)).await;
    assert!(began.elapsed().as_secs() < 30, "the server did not notice for long");
    assert_eq!(answer(app.get("/v1/reports").key(rotated.trim())).await.0, 200);
    kupets(&app, &["admin", "revoke-key", &id]).await.unwrap();
    until(401, || app.get("/v1/reports").key(rotated.trim())).await;
    assert!(kupets(&app, &["admin", "rotate-key", &id]).await.unwrap_err().contains("there is no key"));
    let (_, audit) = answer(app.get("/v1/audit?action=key_rotated").person(&anna)).await;
    assert_eq!(
        (&audit["items"][0]["actor"]["kind"], &audit["items"][0]["target"]["id"]),
        (&json!("server"), &json!(id))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_makes_the_first_owner_of_a_server_where_nobody_can_register() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let args = ["admin", "create-owner", "Anna@example.com", "--workspace", "Shop", "--password-stdin"];
    let made = run(&data, &args, Some(&format!("{PASSWORD}\n"))).await.unwrap();
    assert!(made.starts_with("workspace ") && !made.contains("/reset/"), "{made}");
    let app = App::spawn_with(|settings| {
        settings.data.clone_from(&data);
        settings.registration = Some(kupets_api::settings::Registration::Closed);
    })
    .await;
    app.clock.follow_the_machine();
    let login = app.login("anna@example.com", PASSWORD, None).await;
    assert_eq!(login.status(), 200);
    let account: Value = login.json().await.unwrap();
    assert_eq!((&account["workspace"]["name"], &account["role"]), (&json!("Shop"), &json!("owner")));
    // Beside the server: without a password, and for somebody who has an account.
    let made = kupets(&app, &["admin", "create-owner", "boris@example.com"]).await.unwrap();
    let token = made.trim().rsplit_once("/reset/").expect("a link").1.to_owned();
    let set = app.post(&format!("/v1/auth/reset/{token}"), &json!({"password": PASSWORD}));
    assert_eq!(answer(set).await.0, 204);
    assert_eq!(app.login("boris@example.com", PASSWORD, None).await.status(), 200);
    let made = kupets(&app, &["admin", "create-owner", "anna@example.com", "--workspace", "Second"]).await.unwrap();
    assert!(!made.contains("/reset/"), "{made}");
    assert_eq!(lines(&app, "workspaces").await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_says_what_is_wrong() {
    let app = App::spawn().await;
    app.clock.follow_the_machine();
    let unknown = kupets(&app, &["admin", "reset-password", "nobody@example.com"]).await.unwrap_err();
    assert!(unknown.contains("nobody has the address nobody@example.com"), "{unknown}");
    let wrong = kupets(&app, &["admin", "create-owner", "x", "--time-zone", "Mars"]).await.unwrap_err();
    assert!(wrong.contains("email: ") && wrong.contains("--time-zone: "), "{wrong}");
    let nowhere = run(std::path::Path::new("/nonexistent/kupets"), &["admin", "users"], None).await.unwrap_err();
    assert!(nowhere.contains("there is no control database"), "{nowhere}");
}
