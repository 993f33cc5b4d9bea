//! Notes about customers, through HTTP: records like any other.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::{App, Credentials as _, Person, answer},
    events::{Stream, data},
};

async fn write(app: &App, person: &Person, customer: &str, body: Value) -> Value {
    let (status, note) = answer(app.post(&format!("/v1/customers/{customer}/notes"), &body).person(person)).await;
    assert_eq!(status, 201, "{body}: {note}");
    note
}

fn path(note: &Value) -> String {
    format!("/v1/notes/{}", note["id"].as_str().unwrap())
}

async fn shop() -> (App, Person, String) {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
    let customers = json!([{"customer_id": "c-1", "name": "Иван"}, {"customer_id": "c-2"}]);
    assert_eq!(answer(app.post("/v1/customers", &customers).key(&key)).await.0, 200);
    (app, anna, key)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_is_written_changed_and_stands_in_the_timeline() {
    let (app, anna, key) = shop().await;
    let olga = app.member(&anna, "manager", "olga@example.com").await;
    let boss = app.member(&anna, "admin", "boss@example.com").await;
    let first = write(&app, &olga, "c-1", json!({"body": "Любит чай", "subject": "Вкусы"})).await;
    assert_eq!(
        (&first["body"], &first["subject"], &first["customer_id"]),
        (&json!("Любит чай"), &json!("Вкусы"), &json!("c-1"))
    );
    assert_eq!(first["author"], json!({"user_id": olga.id(), "name": "manager"}));
    assert_eq!(first["edited_at"], Value::Null);
    app.clock.advance_ms(1_000);
    let second = write(&app, &anna, "c-1", json!({"body": "Просил счёт"})).await;
    write(&app, &anna, "c-2", json!({"body": "Другой"})).await;

    let list = async |query: &str| {
        let (status, page) = answer(app.get(&format!("/v1/customers/c-1/notes?{query}")).key(&key)).await;
        assert_eq!(status, 200, "{page}");
        page
    };
    let ids = |page: &Value| -> Vec<Value> {
        page["items"].as_array().unwrap().iter().map(|note| note["id"].clone()).collect()
    };
    assert_eq!(ids(&list("").await), [second["id"].clone(), first["id"].clone()]);
    let page = list("limit=1").await;
    let next = page["next_cursor"].as_str().unwrap();
    let rest = list(&format!("limit=1&cursor={next}")).await;
    assert_eq!((ids(&page), ids(&rest)), (vec![second["id"].clone()], vec![first["id"].clone()]));
    assert_eq!(rest["next_cursor"], Value::Null);

    // Whoever wrote it changes it, or an admin; when it was written stays, and that it was changed is told.
    let edit = async |person: &Person, body: Value| {
        answer(app.request(Method::PATCH, &path(&first)).json(&body).person(person)).await
    };
    let manager = app.member(&anna, "manager", "ivan@example.com").await;
    let (status, problem) = edit(&manager, json!({"body": "чужое"})).await;
    assert_eq!((status, problem["code"].as_str()), (403, Some("not_author")), "{problem}");
    app.clock.advance_ms(1_000);
    let (status, edited) = edit(&olga, json!({"body": "Любит зелёный чай", "subject": null})).await;
    assert_eq!(
        (status, &edited["body"], &edited["subject"]),
        (200, &json!("Любит зелёный чай"), &Value::Null),
        "{edited}"
    );
    assert_eq!((&edited["created_at"], &edited["author"]), (&first["created_at"], &first["author"]));
    assert!(edited["edited_at"].as_str() > first["created_at"].as_str(), "{edited}");
    assert_eq!(edit(&boss, json!({"subject": "Чай"})).await.1["author"], first["author"], "it stays hers");

    let (_, timeline) = answer(app.get("/v1/customers/c-1/timeline").key(&key)).await;
    let notes: Vec<&Value> = timeline["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "note").collect();
    assert_eq!(notes.len(), 2, "{timeline}");
    assert_eq!((&notes[1]["body"], &notes[1]["agent"]), (&json!("Любит зелёный чай"), &json!("manager")));
    assert_eq!(notes[1]["attributes"]["author_id"], olga.id());

    // What is wrong is named, and nobody comes into being by a note.
    for body in
        [json!({"body": " "}), json!({}), json!({"body": "x", "colour": "red"}), json!({"body": "x".repeat(70_000)})]
    {
        let (status, problem) = answer(app.post("/v1/customers/c-1/notes", &body).person(&anna)).await;
        assert_eq!(status, 422, "{problem}");
    }
    let (status, _) = answer(app.post("/v1/customers/nobody/notes", &json!({"body": "x"})).person(&anna)).await;
    assert_eq!(status, 404);
    assert_eq!(answer(app.get("/v1/customers/nobody").key(&key)).await.0, 404);
    assert_eq!(answer(app.get("/v1/customers/nobody/notes").key(&key)).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_note_is_gone_for_good_and_the_others_stay() {
    let (app, anna, key) = shop().await;
    let mut notes = Vec::new();
    for number in 0..5 {
        app.clock.advance_ms(1_000);
        notes.push(write(&app, &anna, "c-1", json!({"body": format!("note {number}")})).await);
    }
    let call = json!({"interaction_id": "call", "customer_id": "c-1", "kind": "call"});
    assert_eq!(answer(app.post("/v1/interactions", &call).key(&key)).await.0, 200);
    let delete = async |app: &App, note: &Value| answer(app.request(Method::DELETE, &path(note)).person(&anna)).await.0;
    let bodies = async |app: &App| -> Vec<String> {
        let (_, page) = answer(app.get("/v1/customers/c-1/notes").key(&key)).await;
        page["items"].as_array().unwrap().iter().map(|note| note["body"].as_str().unwrap().to_owned()).collect()
    };
    // One after the other in the same file, then in another.
    assert_eq!(delete(&app, &notes[1]).await, 204);
    assert_eq!(bodies(&app).await, ["note 4", "note 3", "note 2", "note 0"]);
    assert_eq!(delete(&app, &notes[3]).await, 204);
    assert_eq!(delete(&app, &notes[3]).await, 404);
    app.clock.advance_ms(1_000);
    let late = write(&app, &anna, "c-1", json!({"body": "late"})).await;
    assert_eq!(bodies(&app).await, ["late", "note 4", "note 2", "note 0"]);
    // A note changed since is deleted as it is now.
    let edit = app.request(Method::PATCH, &path(&notes[0])).json(&json!({"body": "changed"})).person(&anna);
    assert_eq!(answer(edit).await.0, 200);
    assert_eq!(delete(&app, &notes[0]).await, 204);
    assert_eq!(bodies(&app).await, ["late", "note 4", "note 2"]);
    let count = async |app: &App| {
        let sql = json!({"sql": "SELECT kind, count(*) AS n FROM interactions GROUP BY kind ORDER BY kind"});
        answer(app.post("/v1/sql", &sql).key(&key)).await.1["rows"].clone()
    };
    assert_eq!(count(&app).await, json!([["call", 1], ["note", 3]]));
    // A note is no interaction of another kind.
    let other = app.request(Method::DELETE, "/v1/notes/call").person(&anna);
    assert_eq!(answer(other).await.0, 404);

    let folder = app.stop().await;
    let path = folder.path().to_owned();
    let app = App::spawn_with(|settings| settings.data = path).await;
    assert_eq!(bodies(&app).await, ["late", "note 4", "note 2"]);
    assert_eq!(count(&app).await, json!([["call", 1], ["note", 3]]));
    assert_eq!(delete(&app, &late).await, 204);
    assert_eq!(bodies(&app).await, ["note 4", "note 2"]);

    // Erasing the customer takes the notes along.
    let erase = app.request(Method::DELETE, "/v1/customers/c-1");
    assert_eq!(answer(erase.person(&anna)).await.0, 202);
    assert_eq!(count(&app).await, json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_listens_is_told_of_each() {
    let (app, anna, _) = shop().await;
    let note = async {
        let mut stream = Stream::open(app.get("/v1/events").person(&anna)).await;
        let note = write(&app, &anna, "c-1", json!({"body": "Любит чай"})).await;
        assert_eq!(data(stream.until("event: records").await, "records")["interactions"], 1);
        note
    }
    .await;
    let mut stream = Stream::open(app.get("/v1/events").person(&anna)).await;
    let change = app.request(Method::PATCH, &path(&note)).json(&json!({"body": "Любит кофе"})).person(&anna);
    assert_eq!(answer(change).await.0, 200);
    assert_eq!(data(stream.until("event: records").await, "records")["interactions"], 1);
    let mut stream = Stream::open(app.get("/v1/events").person(&anna)).await;
    assert_eq!(answer(app.request(Method::DELETE, &path(&note)).person(&anna)).await.0, 204);
    assert_eq!(data(stream.until("event: records").await, "records")["interactions"], 1);
}
