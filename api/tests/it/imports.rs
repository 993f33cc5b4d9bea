//! Files that are imported by the server itself, and sample data.

use std::{io::Write as _, path::Path, time::Duration};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, Person, answer};

/// Two months of a shop: three orders of two customers, one of two lines, and a row that is wrong.
const ORDERS: &str = "Order No;Order Date;Email;SKU;Item;Qty;Amount\n\
    A1;2026-03-01 10:00;anna@example.com;T1;Tea;2;20,00\n\
    A1;2026-03-01 10:00;anna@example.com;C1;Cup;1;5,50\n\
    A2;2026-03-15 11:00;boris@example.com;T1;Tea;1;10,00\n\
    A3;2026-04-02 12:00;anna@example.com;T1;Tea;1;many\n\
    A4;2026-04-03 12:00;anna@example.com;C1;Cup;2;11,00\n";

fn upload(app: &App, name: &str, bytes: impl Into<reqwest::Body>) -> RequestBuilder {
    app.request(Method::POST, &format!("/v1/imports?name={name}"))
        .header("content-type", "application/octet-stream")
        .body(bytes)
}

async fn send(app: &App, person: &Person, name: &str, bytes: impl Into<reqwest::Body>) -> String {
    let (status, made) = answer(upload(app, name, bytes).person(person)).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

/// The import once it is so.
async fn until(app: &App, person: &Person, id: &str, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(120);
    loop {
        let (status, import) = answer(app.get(&format!("/v1/imports/{id}")).person(person)).await;
        assert_eq!(status, 200, "{import}");
        if is_so(&import) {
            return import;
        }
        assert!(tokio::time::Instant::now() < deadline, "not {what}: {import}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The import once it is in one of these states.
async fn state(app: &App, person: &Person, id: &str, wanted: &[&str]) -> Value {
    let is_so = |import: &Value| wanted.contains(&import["status"].as_str().unwrap());
    until(app, person, id, &format!("{wanted:?}"), is_so).await
}

async fn run(app: &App, person: &Person, id: &str) -> Value {
    let (status, told) = answer(app.request(Method::POST, &format!("/v1/imports/{id}/run")).person(person)).await;
    assert_eq!(status, 202, "{told}");
    state(app, person, id, &["done", "failed"]).await
}

/// Sends, looks, runs.
async fn import(app: &App, person: &Person, name: &str, bytes: impl Into<reqwest::Body>) -> (String, Value) {
    let id = send(app, person, name, bytes).await;
    let looked = state(app, person, &id, &["looked_at", "failed"]).await;
    assert_eq!(looked["status"], "looked_at", "{looked}");
    let done = run(app, person, &id).await;
    assert_eq!(done["status"], "done", "{done}");
    (id, done)
}

async fn undo(app: &App, person: &Person, id: &str) {
    let (status, told) = answer(app.request(Method::DELETE, &format!("/v1/imports/{id}")).person(person)).await;
    assert_eq!(status, 202, "{told}");
    state(app, person, id, &["undone"]).await;
}

async fn rows(app: &App, person: &Person, sql: &str) -> Value {
    let (status, told) = answer(app.post("/v1/sql", &json!({"sql": sql})).person(person)).await;
    assert_eq!(status, 200, "{told}");
    told["rows"].clone()
}

/// Files under the folder of imports.
fn files(data: &Path) -> usize {
    fn count(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
    }
    count(&data.join("imports"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_looked_at_stored_and_taken_back() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let id = send(&app, &anna, "orders.csv", ORDERS).await;
    let looked = state(&app, &anna, &id, &["looked_at", "failed"]).await;
    assert_eq!(
        (&looked["status"], &looked["records"], &looked["look"]["is_guess"]),
        (&json!("looked_at"), &json!("purchases"), &json!(true)),
        "{looked}"
    );
    let look = &looked["look"];
    assert_eq!(look["columns"][0], json!({"name": "Order No", "values": ["A1", "A1", "A2"], "field": "purchase_id"}));
    let figures = &look["figures"];
    assert_eq!((&figures["good"], &figures["bad"], &figures["customers"]), (&json!(3), &json!(1), &json!(2)));
    assert_eq!(
        figures["periods"],
        json!([{"key": "2026-03", "records": 2, "amount": 35.5}, {"key": "2026-04", "records": 1, "amount": 11}])
    );
    assert_eq!(rows(&app, &anna, "SELECT count(*) FROM purchases").await, json!([[0]]), "a look stores nothing");

    let done = run(&app, &anna, &id).await;
    assert_eq!((&done["status"], &done["totals"]["accepted"]), (&json!("done"), &json!(3)), "{done}");
    assert_eq!((&done["totals"]["rows"], &done["totals"]["rejected"]), (&json!(4), &json!(1)));
    let sums = "SELECT count(DISTINCT purchase_id), sum(amount), count(DISTINCT _import_id) FROM purchases";
    assert_eq!(rows(&app, &anna, sums).await, json!([[3, 46.5, 1]]));
    let path = format!("/v1/imports/{id}/errors");
    let (_, faults) = answer(app.get(&path).person(&anna)).await;
    let fault = &faults["items"][0];
    assert_eq!((&fault["record_id"], &fault["row"], &fault["field"]), (&json!("A3"), &json!(4), &json!("amount")));
    let (status, problem) = answer(app.request(Method::POST, &format!("/v1/imports/{id}/run")).person(&anna)).await;
    assert_eq!((status, &problem["code"]), (409, &json!("import_state")), "it has run");

    undo(&app, &anna, &id).await;
    for table in ["customers", "purchases"] {
        assert_eq!(rows(&app, &anna, &format!("SELECT count(*) FROM {table}")).await, json!([[0]]), "{table}");
    }
    assert_eq!(files(&app.data), 0);
    let (_, log) = answer(app.get("/v1/audit").person(&anna)).await;
    let actions: Vec<&str> = log["items"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    for action in ["import_sent", "import_run", "import_undone"] {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
    // Once more it goes from the list.
    assert_eq!(answer(app.request(Method::DELETE, &format!("/v1/imports/{id}")).person(&anna)).await.0, 204);
    assert_eq!(answer(app.get("/v1/imports").person(&anna)).await.1["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_an_archive_and_a_workbook_hold_the_same() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest"]).await;
    let body = format!(
        "--b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Заказы.csv\"\r\nContent-Type: text/csv\r\n\r\n{ORDERS}\r\n--b0--\r\n"
    );
    let form =
        app.request(Method::POST, "/v1/imports").header("content-type", "multipart/form-data; boundary=b0").body(body);
    let (status, made) = answer(form.key(&key)).await;
    assert_eq!(
        (status, &made["file_name"], &made["bytes"]),
        (201, &json!("Заказы.csv"), &json!(ORDERS.len())),
        "{made}"
    );
    let id = made["id"].as_str().unwrap();
    state(&app, &anna, id, &["looked_at"]).await;
    run(&app, &anna, id).await;
    let sums = "SELECT count(DISTINCT purchase_id), sum(amount) FROM purchases";
    assert_eq!(rows(&app, &anna, sums).await, json!([[3, 46.5]]));

    // What the server itself writes as a workbook it reads as one.
    let sql = "SELECT purchase_id, customer_id, occurred_at, product, quantity, amount FROM purchases ORDER BY purchase_id, line";
    let workbook = app.post("/v1/sql?format=xlsx", &json!({ "sql": sql })).person(&anna).send().await.unwrap();
    assert_eq!(workbook.status(), 200);
    let workbook = workbook.bytes().await.unwrap();
    undo(&app, &anna, id).await;
    let (id, done) = import(&app, &anna, "orders.xlsx", workbook).await;
    assert_eq!(done["totals"]["accepted"], 3, "{done}");
    assert_eq!(rows(&app, &anna, sums).await, json!([[3, 46.5]]));
    undo(&app, &anna, &id).await;

    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("orders.csv", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(ORDERS.as_bytes()).unwrap();
    let (_, done) = import(&app, &anna, "orders.zip", zip.finish().unwrap().into_inner()).await;
    assert_eq!((&done["totals"]["accepted"], &done["totals"]["rejected"]), (&json!(3), &json!(1)), "{done}");
    assert_eq!(rows(&app, &anna, sums).await, json!([[3, 46.5]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_one_form_are_one_import() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let part = |content: &str| {
        format!("--b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"orders.csv\"\r\n\r\n{content}\r\n")
    };
    let send = async |parts: &[&str]| {
        let body: String = parts.iter().map(|content| part(content)).collect();
        let form = app.request(Method::POST, "/v1/imports").header("content-type", "multipart/form-data; boundary=b0");
        answer(form.body(format!("{body}--b0--\r\n")).person(&anna)).await
    };
    // The order A1 has its second line in the second file.
    let lines: Vec<&str> = ORDERS.lines().collect();
    let first = format!("{}\n{}\n", lines[0], lines[1]);
    let second = format!("{}\n{}\n{}\n{}\n", lines[0], lines[2], lines[3], lines[4]);
    let (status, made) = send(&[&first, &second]).await;
    assert_eq!((status, &made["file_name"]), (201, &json!("orders.csv, orders (2).csv")), "{made}");
    let id = made["id"].as_str().unwrap();
    let looked = state(&app, &anna, id, &["looked_at", "failed"]).await;
    let look = &looked["look"];
    assert_eq!(look["files"], json!(["orders.csv", "orders (2).csv"]), "{looked}");
    assert_eq!((&look["figures"]["good"], &look["figures"]["bad"]), (&json!(2), &json!(1)), "{looked}");
    run(&app, &anna, id).await;
    let sums = "SELECT count(*), count(DISTINCT purchase_id), sum(amount) FROM purchases";
    assert_eq!(rows(&app, &anna, sums).await, json!([[3, 2, 35.5]]));
    let (_, faults) = answer(app.get(&format!("/v1/imports/{id}/errors")).person(&anna)).await;
    let fault = &faults["items"][0];
    assert_eq!(
        (&fault["file"], &fault["row"], &fault["record_id"]),
        (&json!("orders (2).csv"), &json!(3), &json!("A3"))
    );
    undo(&app, &anna, id).await;
    assert_eq!(files(&app.data), 0);
    // What is not alike is told without where it stands here.
    let (_, made) = send(&[&first, "{\"purchase_id\":\"A9\",\"amount\":1}\n"]).await;
    let failed = state(&app, &anna, made["id"].as_str().unwrap(), &["looked_at", "failed"]).await;
    let error = failed["error"].as_str().unwrap_or_default();
    assert!(error.contains("orders (2).csv is not") && !error.contains('/'), "{failed}");
    let (status, problem) = send(&[&first, ""]).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("file")), "{problem}");
    let (_, made) = send(&[&first, &first]).await;
    let failed = state(&app, &anna, made["id"].as_str().unwrap(), &["looked_at", "failed"]).await;
    assert!(failed["error"].as_str().unwrap_or_default().contains("the same file"), "{failed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worksheet_is_chosen() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, amount) in [("Notes", 1.0), ("Sales", 7.0)] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (at, head) in ["purchase_id", "amount"].into_iter().enumerate() {
            sheet.write(0, u16::try_from(at).unwrap(), head).unwrap();
        }
        sheet.write(1, 0, name).unwrap();
        sheet.write(1, 1, amount).unwrap();
    }
    let id = send(&app, &anna, "book.xlsx", book.save_to_buffer().unwrap()).await;
    let looked = state(&app, &anna, &id, &["looked_at", "failed"]).await;
    assert_eq!(looked["look"]["sheets"], json!(["Notes", "Sales"]), "{looked}");
    let change = async |sheet: &str| {
        let body = json!({"records": "purchases", "sheet": sheet});
        let sent = app.request(Method::PATCH, &format!("/v1/imports/{id}")).json(&body).person(&anna);
        assert_eq!(answer(sent).await.0, 200);
        state(&app, &anna, &id, &["looked_at", "failed"]).await
    };
    assert!(change("May").await["error"].as_str().unwrap_or_default().contains("1 \"Notes\", 2 \"Sales\""));
    assert_eq!(change("sales").await["look"]["figures"]["examples"][0]["purchase_id"], "Sales");
    run(&app, &anna, &id).await;
    assert_eq!(rows(&app, &anna, "SELECT sum(amount) FROM purchases").await, json!([[7]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_says_nothing_is_mapped() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let id = send(&app, &anna, "x.csv", "a;b;c\n1;5;2026-01-02\n2;7;2026-01-03\n").await;
    let looked = state(&app, &anna, &id, &["looked_at", "failed"]).await;
    assert_eq!((&looked["status"], &looked["look"]["figures"]), (&json!("looked_at"), &Value::Null), "{looked}");
    let run_path = format!("/v1/imports/{id}/run");
    let (status, problem) = answer(app.request(Method::POST, &run_path).person(&anna)).await;
    assert_eq!((status, &problem["code"]), (409, &json!("import_state")));
    let change = |body: Value| app.request(Method::PATCH, &format!("/v1/imports/{id}")).json(&body).person(&anna);
    for (body, wrong) in [
        (json!({"preset": "nonsense"}), "preset"),
        (json!({"delimiter": "||"}), "delimiter"),
        (json!({"columns": {}}), "columns"),
    ] {
        let (status, problem) = answer(change(body)).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(wrong)), "{problem}");
    }
    // A mapping that does not fit says so, and can be said again.
    let mapping = json!({"records": "purchases", "mapping": {"amount": "nowhere"}});
    assert_eq!(answer(change(mapping)).await.0, 200);
    let looked = state(&app, &anna, &id, &["looked_at", "failed"]).await;
    let problem = looked["look"]["problem"].as_str().unwrap();
    assert!(problem.contains("nowhere") && !problem.contains('/'), "{problem}");
    let mapping = json!({"records": "purchases", "mapping": {"purchase_id": "a", "amount": "b", "occurred_at": "c"}});
    assert_eq!(answer(change(mapping)).await.0, 200);
    let looked = state(&app, &anna, &id, &["looked_at", "failed"]).await;
    assert_eq!(looked["look"]["figures"]["good"], 2, "{looked}");
    assert_eq!(run(&app, &anna, &id).await["totals"]["accepted"], 2);
    assert_eq!(rows(&app, &anna, "SELECT sum(amount) FROM purchases").await, json!([[12]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whole_records_are_taken_once_it_is_said_what_they_are() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let records = concat!(
        r#"{"purchase_id":"n1","customer_id":"c1","occurred_at":"2026-01-02","items":[{"product":"Tea","amount":2},{"product":"Cup","amount":3}]}"#,
        "\n",
        r#"{"customer_id":"c2","occurred_at":"2026-01-03","amount":7}"#,
        "\n"
    );
    let id = send(&app, &anna, "records.ndjson", records).await;
    let looked = state(&app, &anna, &id, &["looked_at", "failed"]).await;
    assert_eq!((&looked["status"], &looked["records"]), (&json!("looked_at"), &Value::Null), "{looked}");
    let change = app.request(Method::PATCH, &format!("/v1/imports/{id}")).json(&json!({"records": "purchases"}));
    assert_eq!(answer(change.person(&anna)).await.0, 200);
    let looked = state(&app, &anna, &id, &["looked_at", "failed"]).await;
    assert_eq!(looked["look"]["figures"]["good"], 2, "{looked}");
    run(&app, &anna, &id).await;
    let sums = "SELECT count(*), count(DISTINCT purchase_id), sum(amount) FROM purchases";
    assert_eq!(rows(&app, &anna, sums).await, json!([[3, 2, 12]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_file_of_records_says_so() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let id = send(&app, &anna, "orders.pdf", "%PDF-1.7\n%\u{e2}\u{e3}\nnothing of use").await;
    let failed = state(&app, &anna, &id, &["looked_at", "failed"]).await;
    let error = failed["error"].as_str().unwrap_or_default();
    assert!(failed["status"] == "failed" && error.starts_with("orders.pdf"), "{failed}");
    assert_eq!(answer(app.request(Method::DELETE, &format!("/v1/imports/{id}")).person(&anna)).await.0, 204);
    assert_eq!(answer(app.get(&format!("/v1/imports/{id}")).person(&anna)).await.0, 404);
    assert_eq!(files(&app.data), 0);
    let (status, problem) = answer(upload(&app, "empty.csv", "").person(&anna)).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("file")), "{problem}");
    let form = app.request(Method::POST, "/v1/imports").header("content-type", "multipart/form-data; boundary=b0");
    let (status, _) =
        answer(form.body("--b0\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--b0--\r\n").person(&anna))
            .await;
    assert_eq!(status, 422);
    assert_eq!(answer(app.get("/v1/imports").person(&anna)).await.1["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_comes_in_pages() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let mut csv = "purchase_id,amount,occurred_at\n".to_owned();
    for n in 1..=25 {
        csv.push_str(&format!("p{n},{},2026-01-01\n", if n % 2 == 0 { "5" } else { "x" }));
    }
    let id = send(&app, &anna, "p.csv", csv).await;
    state(&app, &anna, &id, &["looked_at"]).await;
    for step in 0..2 {
        let (mut ids, mut cursor) = (Vec::new(), String::new());
        loop {
            let (status, page) =
                answer(app.get(&format!("/v1/imports/{id}/errors?limit=5{cursor}")).person(&anna)).await;
            assert_eq!(status, 200, "{page}");
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 5);
            ids.extend(items.iter().map(|item| item["record_id"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let odd: Vec<String> = (1..=25).step_by(2).map(|n| format!("p{n}")).collect();
        assert_eq!(ids, odd, "of the {} step", step + 1);
        if step == 0 {
            run(&app, &anna, &id).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_leaves_what_is_not_its_own() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest"]).await;
    let sent = async |path: &str, body: Value| assert_eq!(answer(app.post(path, &body).key(&key)).await.0, 200);
    sent(
        "/v1/purchases",
        json!({"purchase_id": "before", "customer_id": "old", "amount": 1, "occurred_at": "2026-01-01"}),
    )
    .await;
    let csv = "purchase_id,customer_id,amount,occurred_at\nbefore,old,100,2026-01-01\nresent,c1,10,2026-01-02\nown,c2,20,2026-01-03\n\
               third,c3,30,2026-01-04\n";
    let id = send(&app, &anna, "sales.csv", csv).await;
    let looked = state(&app, &anna, &id, &["looked_at"]).await;
    assert_eq!(looked["look"]["figures"]["known"], 1, "{looked}");
    run(&app, &anna, &id).await;
    // Sent again by the app; a customer that was changed; one that bought something else.
    sent(
        "/v1/purchases",
        json!({"purchase_id": "resent", "customer_id": "c1", "amount": 11, "occurred_at": "2026-01-02"}),
    )
    .await;
    sent("/v1/customers", json!({"customer_id": "c2", "name": "Boris"})).await;
    sent("/v1/interactions", json!({"interaction_id": "i1", "customer_id": "c3", "kind": "call"})).await;
    undo(&app, &anna, &id).await;
    let left = rows(&app, &anna, "SELECT purchase_id, amount FROM purchases ORDER BY purchase_id").await;
    assert_eq!(left, json!([["before", 100], ["resent", 11]]));
    let left = rows(&app, &anna, "SELECT customer_id FROM customers ORDER BY customer_id").await;
    assert_eq!(left, json!([["c1"], ["c2"], ["c3"], ["old"]]));

    // A correction takes over what the import before it has made: with its undo nothing is left.
    let first = "purchase_id,customer_id,amount,occurred_at\nx1,n1,10,2026-01-02\n";
    let (first, _) = import(&app, &anna, "first.csv", first).await;
    let second = "purchase_id,customer_id,amount,occurred_at\nx1,n1,1000,2026-01-02\n";
    let (second, _) = import(&app, &anna, "second.csv", second).await;
    undo(&app, &anna, &first).await;
    let x1 = "SELECT amount FROM purchases WHERE purchase_id = 'x1'";
    assert_eq!(rows(&app, &anna, x1).await, json!([[1000]]));
    undo(&app, &anna, &second).await;
    assert_eq!(rows(&app, &anna, x1).await, json!([]));
    let n1 = "SELECT count(*) FROM customers WHERE customer_id = 'n1'";
    assert_eq!(rows(&app, &anna, n1).await, json!([[0]]), "the customer of an import that was undone before");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_that_cannot_go_on_says_why_and_is_made_again() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (id, _) = import(&app, &anna, "orders.csv", ORDERS).await;
    // All of it is in memory still: something stands where the lake is to be made.
    let lake = app.data.join("lake/tenants").join(anna.workspace());
    std::fs::create_dir_all(lake.parent().unwrap()).unwrap();
    std::fs::write(&lake, "in the way").unwrap();
    let request = app.request(Method::DELETE, &format!("/v1/imports/{id}"));
    assert_eq!(answer(request.person(&anna)).await.0, 202);
    let stuck = until(&app, &anna, &id, "told why", |import| !import["error"].is_null()).await;
    let why = stuck["error"].as_str().unwrap();
    assert!(stuck["status"] == "undoing" && why.contains("storage") && !why.contains('/'), "{stuck}");
    let count = "SELECT count(*) FROM purchases";
    assert_eq!(rows(&app, &anna, count).await, json!([[4]]), "nothing is lost");

    std::fs::remove_file(&lake).unwrap();
    let undone = until(&app, &anna, &id, "undone", |import| {
        // The next attempt waits for the clock.
        app.clock.advance_ms(500);
        import["status"] == "undone"
    })
    .await;
    assert_eq!(undone["error"], Value::Null);
    assert_eq!(rows(&app, &anna, count).await, json!([[0]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_is_split_keeps_its_lines() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let header = "purchase_id,product,amount,occurred_at\n";
    let first = format!("{header}o1,tea,5,2026-01-02\no1,cup,3,2026-01-02\n");
    import(&app, &anna, "first.csv", first).await;
    let id = send(&app, &anna, "second.csv", format!("{header}o1,pot,7,2026-01-02\n")).await;
    let looked = state(&app, &anna, &id, &["looked_at"]).await;
    assert_eq!(looked["look"]["figures"]["would_lose"], json!([{"purchase_id": "o1", "stored": 2, "in_file": 1}]));
    let append = json!({"append": true});
    let change = app.request(Method::PATCH, &format!("/v1/imports/{id}")).json(&append).person(&anna);
    assert_eq!(answer(change).await.0, 200);
    let looked = state(&app, &anna, &id, &["looked_at"]).await;
    assert_eq!(looked["look"]["figures"]["losing"], 0, "{looked}");
    run(&app, &anna, &id).await;
    assert_eq!(rows(&app, &anna, "SELECT count(*), sum(amount) FROM purchases").await, json!([[3, 15]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_in_the_middle_goes_on() {
    const ORDERS: usize = 40_000;
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let mut csv = "purchase_id,customer_id,amount,occurred_at\n".to_owned();
    for n in 0..ORDERS {
        csv.push_str(&format!("p{n},c{},1,2026-01-0{}\n", n % 100, n % 9 + 1));
    }
    let id = send(&app, &anna, "many.csv", csv).await;
    state(&app, &anna, &id, &["looked_at"]).await;
    assert_eq!(answer(app.request(Method::POST, &format!("/v1/imports/{id}/run")).person(&anna)).await.0, 202);
    // However far it is when the server stops: what was stored is counted once.
    let deadline = tokio::time::Instant::now() + Duration::from_secs(120);
    loop {
        let (_, import) = answer(app.get(&format!("/v1/imports/{id}")).person(&anna)).await;
        if import["totals"]["accepted"].as_u64().unwrap_or(0) > 0 {
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "it never began: {import}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let folder = app.stop().await;
    let data = folder.path().to_owned();
    let app = App::spawn_with(move |settings| settings.data = data).await;
    let done = state(&app, &anna, &id, &["done", "failed"]).await;
    assert_eq!((&done["status"], &done["totals"]["accepted"]), (&json!("done"), &json!(ORDERS)), "{done}");
    let sums = rows(&app, &anna, "SELECT count(*), count(DISTINCT purchase_id), sum(amount) FROM purchases").await;
    assert_eq!(sums, json!([[ORDERS, ORDERS, ORDERS]]));
    // An undo is a job as well.
    undo(&app, &anna, &id).await;
    assert_eq!(rows(&app, &anna, "SELECT count(*) FROM purchases").await, json!([[0]]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_much_is_refused_and_leaves_nothing() {
    let app = App::spawn_with(|settings| {
        settings.import_limit_bytes = 50_000;
        settings.import_total_bytes = 100_000;
    })
    .await;
    let anna = app.register("anna@example.com").await;
    let (status, problem) = answer(upload(&app, "big.csv", vec![b'x'; 130_000]).person(&anna)).await;
    assert_eq!((status, &problem["code"]), (413, &json!("too_large")), "announced");
    let pieces = futures::stream::iter((0..12).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 5_000])));
    let (status, _) = answer(upload(&app, "big.csv", reqwest::Body::wrap_stream(pieces)).person(&anna)).await;
    assert_eq!(status, 413, "not announced");
    let full = || format!("a,b\n{}\n", "1,2\n".repeat(10_000));
    for name in ["one.csv", "two.csv"] {
        send(&app, &anna, name, full()).await;
    }
    let (status, problem) = answer(upload(&app, "three.csv", full()).person(&anna)).await;
    assert_eq!((status, &problem["code"]), (409, &json!("no_room")), "{problem}");
    assert_eq!(answer(app.get("/v1/imports").person(&anna)).await.1["items"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_see_nothing_of_it() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.register("boris@example.com").await;
    let viewer = app.member(&anna, "analyst", "olga@example.com").await;
    let (reader, _) = app.key(&anna, &["read", "sql"]).await;
    let id = send(&app, &anna, "orders.csv", ORDERS).await;
    state(&app, &anna, &id, &["looked_at"]).await;
    let requests = |id: &str| {
        [
            app.get(&format!("/v1/imports/{id}")),
            app.get(&format!("/v1/imports/{id}/errors")),
            app.request(Method::PATCH, &format!("/v1/imports/{id}")).json(&json!({})),
            app.request(Method::POST, &format!("/v1/imports/{id}/run")),
            app.request(Method::DELETE, &format!("/v1/imports/{id}")),
        ]
    };
    for request in requests(&id) {
        assert_eq!(answer(request.person(&boris)).await.0, 404);
    }
    for request in requests(&id) {
        assert_eq!(answer(request.person(&viewer)).await.0, 403, "an analyst does not change records");
    }
    for request in requests(&id) {
        assert_eq!(answer(request.key(&reader)).await.0, 403);
    }
    assert_eq!(answer(app.get("/v1/imports").person(&boris)).await.1["items"], json!([]));
    assert_eq!(state(&app, &anna, &id, &["looked_at"]).await["status"], "looked_at");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_goes_with_an_erasure_and_in_time() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest"]).await;
    assert_eq!(answer(app.post("/v1/customers", &json!({"customer_id": "c1"})).key(&key)).await.0, 200);
    let (done, _) = import(&app, &anna, "orders.csv", ORDERS).await;
    let pending = send(&app, &anna, "again.csv", ORDERS).await;
    state(&app, &anna, &pending, &["looked_at"]).await;
    assert!(files(&app.data) > 1);
    assert_eq!(answer(app.request(Method::DELETE, "/v1/customers/c1").person(&anna)).await.0, 202);
    assert_eq!(files(&app.data), 0);
    assert_eq!(answer(app.get(&format!("/v1/imports/{pending}")).person(&anna)).await.0, 404);
    let kept = state(&app, &anna, &done, &["done"]).await;
    assert_eq!((&kept["file_name"], &kept["expires_at"]), (&json!(""), &Value::Null), "{kept}");
    let (_, faults) = answer(app.get(&format!("/v1/imports/{done}/errors")).person(&anna)).await;
    assert_eq!(faults["items"], json!([]));
    // What was imported can be undone all the same.
    undo(&app, &anna, &done).await;
    assert_eq!(rows(&app, &anna, "SELECT count(*) FROM purchases").await, json!([[0]]));

    let pending = send(&app, &anna, "later.csv", ORDERS).await;
    let looked = state(&app, &anna, &pending, &["looked_at"]).await;
    assert_eq!(looked["expires_at"], "2026-05-31T20:26:40Z", "three days after the clock of the tests");
    app.clock.advance_days(3);
    // An erasure sweeps, as upkeep does each minute.
    assert_eq!(answer(app.post("/v1/customers", &json!({"customer_id": "c2"})).key(&key)).await.0, 200);
    assert_eq!(answer(app.request(Method::DELETE, "/v1/customers/c2").person(&anna)).await.0, 202);
    assert_eq!(answer(app.get(&format!("/v1/imports/{pending}")).person(&anna)).await.0, 404);
    assert_eq!(files(&app.data), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sample_data_comes_and_goes_beside_what_is_there() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest"]).await;
    let own = json!({"purchase_id": "own", "customer_id": "c1", "amount": 7, "occurred_at": "2026-01-01"});
    assert_eq!(answer(app.post("/v1/purchases", &own).key(&key)).await.0, 200);
    let status = async |wanted: &str| {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(120);
        loop {
            let (_, told) = answer(app.get("/v1/sample-data").person(&anna)).await;
            if told["status"] == wanted {
                return told;
            }
            assert!(tokio::time::Instant::now() < deadline, "not {wanted}: {told}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    status("none").await;
    let (code, told) = answer(app.post("/v1/sample-data", &json!({"lines": 1_500})).person(&anna)).await;
    assert_eq!(code, 202, "{told}");
    let there = status("done").await;
    assert_eq!(there["lines"], 1_500, "{there}");
    assert!(there["done_lines"].as_u64().unwrap() > 1_000 && there["records"].as_u64().unwrap() > 1_000, "{there}");
    let (code, problem) = answer(app.post("/v1/sample-data", &json!({})).person(&anna)).await;
    assert_eq!((code, &problem["code"]), (409, &json!("sample_data_there")));
    let sums = "SELECT count(*) > 1000, count(DISTINCT currency), min(currency) FROM purchases WHERE purchase_id LIKE 'sample-%'";
    assert_eq!(rows(&app, &anna, sums).await, json!([[true, 1, "RUB"]]));
    assert_eq!(answer(app.get("/v1/imports").person(&anna)).await.1["items"], json!([]), "it is no import of a file");
    assert_eq!(answer(app.request(Method::DELETE, "/v1/sample-data").person(&anna)).await.0, 202);
    status("none").await;
    for table in ["customers", "purchases", "interactions"] {
        let left = if table == "interactions" { 0 } else { 1 };
        assert_eq!(rows(&app, &anna, &format!("SELECT count(*) FROM {table}")).await, json!([[left]]), "{table}");
    }
    assert_eq!(answer(app.request(Method::DELETE, "/v1/sample-data").person(&anna)).await.0, 202, "nothing happens");
    let (code, _) = answer(app.post("/v1/sample-data", &json!({"lines": 1_500})).person(&anna)).await;
    assert_eq!(code, 202, "it can come back");
    status("done").await;
}
