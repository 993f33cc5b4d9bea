//! Files made in the background: whole, for their owner alone, and gone in time.

use std::{io::Read as _, path::Path, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, Person, answer};

async fn shop() -> (App, Person) {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    fill(&app, &anna).await;
    (app, anna)
}

async fn fill(app: &App, anna: &Person) {
    let (key, _) = app.key(anna, &["ingest"]).await;
    let people: Vec<_> =
        (0..50).map(|n| json!({"customer_id": format!("c{n:02}"), "name": format!("=Name {n}")})).collect();
    assert_eq!(answer(app.post("/v1/customers", &json!(people)).key(&key)).await.0, 200);
    let sales: Vec<_> =
        (0..50).map(|n| json!({"purchase_id": format!("p{n}"), "customer_id": format!("c{n:02}"), "product": "tea", "amount": n + 1})).collect();
    assert_eq!(answer(app.post("/v1/purchases", &json!(sales)).key(&key)).await.0, 200);
}

async fn ask(app: &App, person: &Person, body: Value) -> String {
    let (status, made) = answer(app.post("/v1/exports", &body).person(person)).await;
    assert_eq!(status, 202, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

/// The export when it has ended.
async fn ended(app: &App, person: &Person, id: &str) -> Value {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    loop {
        let (status, export) = answer(app.get(&format!("/v1/exports/{id}")).person(person)).await;
        assert_eq!(status, 200, "{export}");
        if !matches!(export["status"].as_str().unwrap(), "queued" | "running") {
            return export;
        }
        assert!(tokio::time::Instant::now() < deadline, "{export}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn file(app: &App, person: &Person, id: &str) -> Vec<u8> {
    let answer = app.get(&format!("/v1/exports/{id}/file")).person(person).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap().to_vec()
}

fn files(data: &Path) -> usize {
    let folders = std::fs::read_dir(data.join("exports")).into_iter().flatten().flatten();
    folders.map(|folder| std::fs::read_dir(folder.path()).unwrap().count()).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_the_file_that_a_download_would_be() {
    let (app, anna) = shop().await;
    let id =
        ask(&app, &anna, json!({"kind": "report", "report": "top_customers", "query": {"limit": 7}, "format": "csv"}))
            .await;
    let export = ended(&app, &anna, &id).await;
    assert_eq!(
        (&export["status"], &export["rows"], &export["report"]),
        (&json!("done"), &json!(7), &json!("top_customers"))
    );
    let direct = app.get("/v1/reports/top_customers?limit=7&format=csv").person(&anna).send().await.unwrap();
    let bytes = file(&app, &anna, &id).await;
    assert_eq!(bytes, direct.bytes().await.unwrap());
    assert_eq!(export["bytes"], bytes.len());
    let answer = app.get(&format!("/v1/exports/{id}/file")).person(&anna).send().await.unwrap();
    assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"top_customers-2026-05-28.csv\"");
    assert_eq!(answer.headers()["content-length"], bytes.len().to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_comes_in_every_format() {
    let (app, anna) = shop().await;
    let kinds = [
        (json!({"kind": "customers", "query": {"filter": "revenue>=41", "sort": "-revenue"}}), 10),
        (json!({"kind": "report", "report": "top_customers"}), 50),
        (
            json!({"kind": "sql", "sql": "SELECT customer_id, name FROM customers WHERE customer_id < $id", "query": {"id": "c05"}}),
            5,
        ),
        (json!({"kind": "workspace"}), 100),
    ];
    for (kind, rows) in kinds {
        for format in ["csv", "xlsx", "parquet", "ndjson"] {
            let mut body = kind.clone();
            body["format"] = json!(format);
            let id = ask(&app, &anna, body).await;
            let export = ended(&app, &anna, &id).await;
            assert_eq!(
                (&export["status"], &export["rows"]),
                (&json!("done"), &json!(rows)),
                "{kind} {format}: {export}"
            );
            let bytes = file(&app, &anna, &id).await;
            let begins: &[u8] = match (kind["kind"].as_str().unwrap(), format) {
                ("workspace", _) | (_, "xlsx") => b"PK",
                (_, "parquet") => b"PAR1",
                (_, "ndjson") => b"{\"customer_id\":",
                _ => b"customer_id,",
            };
            assert!(bytes.starts_with(begins), "{kind} {format}: {:?}", &bytes[..bytes.len().min(40)]);
        }
    }
    // What a spreadsheet would take for a formula is none.
    let id = ask(&app, &anna, json!({"kind": "customers", "query": {"search": "Name 7"}})).await;
    ended(&app, &anna, &id).await;
    let text = String::from_utf8(file(&app, &anna, &id).await).unwrap();
    assert!(text.contains(",'=Name 7,"), "{text}");
    let id = ask(&app, &anna, json!({"kind": "customers", "query": {"search": "Name 7"}, "csv_guard": false})).await;
    ended(&app, &anna, &id).await;
    assert!(String::from_utf8(file(&app, &anna, &id).await).unwrap().contains(",=Name 7,"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_is_a_file_a_table() {
    let (app, anna) = shop().await;
    let id = ask(&app, &anna, json!({"kind": "workspace", "format": "ndjson"})).await;
    assert_eq!(ended(&app, &anna, &id).await["status"], "done");
    let bytes = file(&app, &anna, &id).await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(zip.len(), 3);
    for (name, lines) in [("customers.ndjson", 50), ("purchases.ndjson", 50), ("interactions.ndjson", 0)] {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text.lines().count(), lines, "{name}");
        for line in text.lines() {
            assert!(serde_json::from_str::<Value>(line).unwrap().is_object(), "{line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_of_it_is_the_part_that_was_asked_for() {
    let (app, anna) = shop().await;
    let id = ask(&app, &anna, json!({"kind": "customers"})).await;
    ended(&app, &anna, &id).await;
    let whole = file(&app, &anna, &id).await;
    let get = |range: &str| app.get(&format!("/v1/exports/{id}/file")).person(&anna).header("range", range);
    for (range, first, last) in
        [("bytes=10-19", 10, 19), ("bytes=100-", 100, whole.len() - 1), ("bytes=-5", whole.len() - 5, whole.len() - 1)]
    {
        let answer = get(range).send().await.unwrap();
        assert_eq!(answer.status(), 206, "{range}");
        assert_eq!(answer.headers()["content-range"], format!("bytes {first}-{last}/{}", whole.len()));
        assert_eq!(answer.bytes().await.unwrap(), &whole[first..=last], "{range}");
    }
    assert_eq!(get("bytes=999999999-").send().await.unwrap().status(), 416);
    let answer = get("bytes=0-3").header("if-range", "\"another\"").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.bytes().await.unwrap().len()), (200, whole.len()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_its_owners_and_what_they_may_now() {
    let (app, anna) = shop().await;
    let boris = app.member(&anna, "analyst", "boris@example.com").await;
    assert_eq!(answer(app.post("/v1/exports", &json!({"kind": "workspace"})).person(&boris)).await.0, 403);
    let id = ask(&app, &boris, json!({"kind": "sql", "sql": "SELECT 1 AS one"})).await;
    assert_eq!(ended(&app, &boris, &id).await["status"], "done");
    // An owner of the workspace is another person too.
    for path in [format!("/v1/exports/{id}"), format!("/v1/exports/{id}/file")] {
        assert_eq!(answer(app.get(&path).person(&anna)).await.0, 404);
    }
    let set = app.request(Method::PATCH, &format!("/v1/members/{}", boris.id())).json(&json!({"role": "viewer"}));
    assert_eq!(answer(set.person(&anna)).await.0, 200);
    assert_eq!(answer(app.get(&format!("/v1/exports/{id}/file")).person(&boris)).await.0, 403);
    assert_eq!(answer(app.post("/v1/exports", &json!({"kind": "sql", "sql": "SELECT 1"})).person(&boris)).await.0, 403);
    let (_, log) = answer(app.get("/v1/audit?action=export_made").person(&anna)).await;
    assert_eq!(log["items"][0]["detail"], json!({"kind": "sql", "format": "csv"}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_said_at_once_or_by_the_export() {
    let (app, anna) = shop().await;
    for (body, wrong) in [
        (json!({"kind": "report"}), "report"),
        (json!({"kind": "customers", "sql": "SELECT 1"}), "sql"),
        (json!({"kind": "customers", "query": {"limit": 3}}), "query.limit"),
    ] {
        let (status, problem) = answer(app.post("/v1/exports", &body).person(&anna)).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(wrong)), "{problem}");
    }
    for body in [
        json!({"kind": "report", "report": "nonsense"}),
        json!({"kind": "report", "report": "top_customers", "query": {"from": "x"}}),
        json!({"kind": "customers", "query": {"filter": "nonsense>=1"}}),
    ] {
        let (status, _) = answer(app.post("/v1/exports", &body).person(&anna)).await;
        assert!(matches!(status, 400 | 404 | 422), "{body}: {status}");
    }
    let id = ask(&app, &anna, json!({"kind": "sql", "sql": "SELECT nothing FROM nowhere"})).await;
    let export = ended(&app, &anna, &id).await;
    assert_eq!(export["status"], "failed");
    assert!(export["error"].as_str().unwrap().contains("nowhere"), "{export}");
    let (status, problem) = answer(app.get(&format!("/v1/exports/{id}/file")).person(&anna)).await;
    assert_eq!((status, &problem["code"]), (409, &json!("export_not_done")));
    assert_eq!(files(&app.data), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_runs_is_cancelled_and_leaves_nothing() {
    let app = App::spawn_with(|settings| {
        settings.query_timeout_ms = 3_600_000;
        settings.query_max_rows = 1_000_000_000_000;
    })
    .await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest"]).await;
    let customers: Vec<_> = (0..3_000).map(|n| json!({"customer_id": n.to_string()})).collect();
    assert_eq!(answer(app.post("/v1/customers", &json!(customers)).key(&key)).await.0, 200);
    let endless = "SELECT a.customer_id FROM customers a CROSS JOIN customers b CROSS JOIN customers c";
    let id = ask(&app, &anna, json!({"kind": "sql", "sql": endless})).await;
    crate::app::until(200, || app.get(&format!("/v1/exports/{id}")).person(&anna)).await;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    while files(&app.data) == 0 {
        assert!(tokio::time::Instant::now() < deadline, "it never began");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(answer(app.request(Method::DELETE, &format!("/v1/exports/{id}")).person(&anna)).await.0, 204);
    assert_eq!(ended(&app, &anna, &id).await["status"], "cancelled");
    assert_eq!(files(&app.data), 0);
    // The list knows it until it is deleted for good.
    assert_eq!(answer(app.request(Method::DELETE, &format!("/v1/exports/{id}")).person(&anna)).await.0, 204);
    assert_eq!(answer(app.get(&format!("/v1/exports/{id}")).person(&anna)).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_takes_all_files_along() {
    let (app, anna) = shop().await;
    let id = ask(&app, &anna, json!({"kind": "customers"})).await;
    ended(&app, &anna, &id).await;
    assert_eq!(files(&app.data), 1);
    assert_eq!(answer(app.request(Method::DELETE, "/v1/customers/c07").person(&anna)).await.0, 202);
    assert_eq!(answer(app.get(&format!("/v1/exports/{id}")).person(&anna)).await.0, 404);
    assert_eq!(files(&app.data), 0);
    let id = ask(&app, &anna, json!({"kind": "customers"})).await;
    assert_eq!(ended(&app, &anna, &id).await["rows"], 49);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_goes_when_its_time_is_over() {
    let (app, anna) = shop().await;
    let id = ask(&app, &anna, json!({"kind": "customers"})).await;
    let export = ended(&app, &anna, &id).await;
    assert_eq!(export["expires_at"], "2026-05-29T20:26:40Z", "a day after the clock of the tests");
    let other = ask(&app, &anna, json!({"kind": "customers", "query": {"search": "Name 3"}})).await;
    ended(&app, &anna, &other).await;
    app.clock.advance_days(1);
    // Any deletion sweeps, as upkeep does each minute.
    assert_eq!(answer(app.request(Method::DELETE, &format!("/v1/exports/{other}")).person(&anna)).await.0, 204);
    assert_eq!(answer(app.get(&format!("/v1/exports/{id}")).person(&anna)).await.0, 404);
    assert_eq!(files(&app.data), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_asked_before_a_restart_is_made_after_it() {
    let (app, anna) = shop().await;
    let ids: Vec<String> = {
        let mut ids = Vec::new();
        for _ in 0..6 {
            ids.push(ask(&app, &anna, json!({"kind": "customers"})).await);
        }
        ids
    };
    let folder = app.stop().await;
    let data = folder.path().to_owned();
    let app = App::spawn_with(move |settings| settings.data = data).await;
    for id in ids {
        let export = ended(&app, &anna, &id).await;
        assert_eq!((&export["status"], &export["rows"]), (&json!("done"), &json!(50)));
        assert!(!file(&app, &anna, &id).await.is_empty());
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saved_report_is_the_file_that_its_run_would_be() {
    let (app, anna) = shop().await;
    let olga = app.member(&anna, "viewer", "olga@example.com").await;
    let body = json!({"name": "Dear ones", "sql": "SELECT purchase_id, amount FROM purchases WHERE amount >= $least ORDER BY amount",
        "parameters": [{"name": "least", "type": "number"}]});
    let (status, saved) = answer(app.post("/v1/saved-reports", &body).person(&anna)).await;
    assert_eq!(status, 201, "{saved}");
    let report = saved["id"].as_str().unwrap();
    let asked = json!({"kind": "saved_report", "saved_report": report, "query": {"least": 49}});
    let id = ask(&app, &anna, asked.clone()).await;
    let export = ended(&app, &anna, &id).await;
    assert_eq!((&export["status"], &export["rows"]), (&json!("done"), &json!(2)), "{export}");
    assert_eq!((&export["kind"], &export["saved_report"]), (&json!("saved_report"), &json!(report)));
    let run =
        app.get(&format!("/v1/saved-reports/{report}/run?least=49&format=csv")).person(&anna).send().await.unwrap();
    assert_eq!(file(&app, &anna, &id).await, run.bytes().await.unwrap().to_vec());

    // What it takes is checked when it is asked for, and whoever does not see it has no file of it.
    for (person, body, wanted) in [
        (&anna, json!({"kind": "saved_report", "saved_report": report, "query": {"most": 1}}), 422),
        (&anna, json!({"kind": "saved_report", "saved_report": report}), 422),
        (&anna, json!({"kind": "saved_report", "report": report}), 422),
        (&olga, asked.clone(), 404),
    ] {
        let (status, told) = answer(app.post("/v1/exports", &body).person(person)).await;
        assert_eq!(status, wanted, "{body}: {told}");
    }
    let share = app.request(Method::PATCH, &format!("/v1/saved-reports/{report}")).json(&json!({"shared": true}));
    assert_eq!(answer(share.person(&anna)).await.0, 200);
    let id = ask(&app, &olga, asked).await;
    assert_eq!(ended(&app, &olga, &id).await["status"], "done");
}
