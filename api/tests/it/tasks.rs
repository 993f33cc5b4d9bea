//! Tasks, through HTTP: what is sent, found and changed, and the recommendations that they are.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::{App, Credentials as _, Person, answer},
    recommend,
};

async fn make(app: &App, person: &Person, body: Value) -> Value {
    let (status, made) = answer(app.post("/v1/tasks", &body).person(person)).await;
    assert_eq!(status, 201, "{body}: {made}");
    made
}

async fn change(app: &App, person: &Person, id: &Value, body: Value) -> (u16, Value) {
    let path = format!("/v1/tasks/{}", id.as_str().unwrap());
    answer(app.request(Method::PATCH, &path).json(&body).person(person)).await
}

async fn titles(app: &App, person: &Person, query: &str) -> Vec<String> {
    let (status, page) = answer(app.get(&format!("/v1/tasks?{query}")).person(person)).await;
    assert_eq!(status, 200, "{query}: {page}");
    page["items"].as_array().unwrap().iter().map(|task| task["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_is_written_down_found_changed_and_done() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let olga = app.member(&anna, "manager", "olga@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read"]).await;
    let customer = json!({"customer_id": "c-1", "name": "Иван"});
    assert_eq!(answer(app.post("/v1/customers", &customer).key(&key)).await.0, 200);

    // A date is the end of its day in Moscow.
    let call = json!({"title": " Call ", "note": "about tea", "due_at": "2026-05-29", "assignee_id": olga.id(),
        "customer_id": "c-1", "remind_at": "2026-05-29T06:00:00Z"});
    let call = make(&app, &anna, call).await;
    assert_eq!((&call["title"], &call["due_at"]), (&json!("Call"), &json!("2026-05-29T20:59:59Z")), "{call}");
    assert_eq!((&call["status"], &call["overdue"]), (&json!("open"), &json!(false)));
    assert_eq!(call["assignee"], json!({"user_id": olga.id(), "name": "manager"}));
    assert_eq!(call["created_by"]["name"], "Anna");
    app.clock.advance_ms(1);
    make(&app, &olga, json!({"title": "Some day"})).await;
    let today = make(&app, &olga, json!({"title": "Today", "due_at": "2026-05-28T21:00:00+03:00"})).await;

    assert_eq!(titles(&app, &anna, "").await, ["Today", "Call", "Some day"]);
    assert_eq!(titles(&app, &olga, "assignee=me").await, ["Call"]);
    assert_eq!(titles(&app, &anna, "assignee=none&status=open,done").await, ["Today", "Some day"]);
    assert_eq!(titles(&app, &anna, "customer_id=c-1").await, ["Call"]);
    assert_eq!(titles(&app, &anna, "due_after=2026-05-29&due_before=2026-05-30").await, ["Call"]);
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let (_, page) = answer(app.get(&format!("/v1/tasks?limit=1{cursor}")).key(&key)).await;
        paged.push(page["items"][0]["title"].clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(paged, [json!("Today"), json!("Call"), json!("Some day")]);

    // What is absent stays, null clears.
    let (status, changed) = change(&app, &olga, &call["id"], json!({"note": null, "status": "done"})).await;
    assert_eq!((status, &changed["note"], &changed["status"]), (200, &Value::Null, &json!("done")), "{changed}");
    assert_eq!((&changed["due_at"], changed["completed_at"].is_string()), (&call["due_at"], true));
    let (_, again) = change(&app, &olga, &call["id"], json!({"status": "open", "assignee_id": null})).await;
    assert_eq!((&again["completed_at"], &again["assignee"]), (&Value::Null, &Value::Null), "{again}");
    app.clock.advance_days(1);
    let (_, late) = answer(app.get(&format!("/v1/tasks/{}", today["id"].as_str().unwrap())).key(&key)).await;
    assert_eq!(late["overdue"], true, "{late}");

    // Whoever does it sees that the customer wants to be left alone, since they said so.
    let path = format!("/v1/tasks/{}", call["id"].as_str().unwrap());
    for flag in [false, true] {
        let customer = json!({"customer_id": "c-1", "do_not_contact": flag});
        assert_eq!(answer(app.post("/v1/customers", &customer).key(&key)).await.0, 200);
        assert_eq!(answer(app.get(&path).key(&key)).await.1["do_not_contact"], flag);
        let (_, page) = answer(app.get("/v1/tasks?customer_id=c-1").key(&key)).await;
        assert_eq!(page["items"][0]["do_not_contact"], flag);
        let (_, listed) = answer(app.get("/v1/customers?filter=do_not_contact!%3Dtrue").key(&key)).await;
        assert_eq!(listed["items"].as_array().unwrap().len(), usize::from(!flag), "{listed}");
    }

    // What is wrong is named.
    for (body, name) in [
        (json!({"title": " "}), "title"),
        (json!({"title": "x", "assignee_id": "nobody"}), "assignee_id"),
        (json!({"title": "x", "customer_id": "nobody"}), "customer_id"),
        (json!({"title": "x", "due_at": "soon"}), "due_at"),
        (json!({"title": "x", "remind_at": "soon"}), "remind_at"),
        (json!({"title": "x", "status": "late"}), "status"),
        (json!({"title": "x", "colour": "red"}), "colour"),
        (json!({"note": "x"}), "title"),
    ] {
        let (status, problem) = answer(app.post("/v1/tasks", &body).person(&anna)).await;
        assert_eq!((status, problem["errors"][0]["field"].as_str()), (422, Some(name)), "{body}: {problem}");
    }
    for query in ["status=late", "cursor=1.2.x", "limit=0", "colour=red"] {
        let (status, problem) = answer(app.get(&format!("/v1/tasks?{query}")).person(&anna)).await;
        assert_eq!(status, 422, "{query}: {problem}");
    }
    let viewer = app.member(&anna, "viewer", "vera@example.com").await;
    assert_eq!(titles(&app, &viewer, "").await.len(), 3);
    assert_eq!(answer(app.post("/v1/tasks", &json!({"title": "x"})).person(&viewer)).await.0, 403);

    let gone = app.request(Method::DELETE, &format!("/v1/tasks/{}", call["id"].as_str().unwrap()));
    assert_eq!(answer(gone.person(&olga)).await.0, 204);
    assert_eq!(change(&app, &olga, &call["id"], json!({"status": "done"})).await.0, 404);
    let (_, log) = answer(app.get("/v1/audit?limit=500").person(&anna)).await;
    for action in ["task_created", "task_changed", "task_deleted"] {
        assert!(log["items"].as_array().unwrap().iter().any(|entry| entry["action"] == action), "{action}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_and_who_is_erased_is_in_no_task() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let olga = app.member(&anna, "manager", "olga@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read"]).await;
    let customers = json!([{"customer_id": "c-1", "name": "Иван Грозных"}, {"customer_id": "c-2"}]);
    assert_eq!(answer(app.post("/v1/customers", &customers).key(&key)).await.0, 200);
    let about = json!({"title": "Tea", "note": "his birthday", "customer_id": "c-1", "assignee_id": olga.id()});
    let about = make(&app, &anna, about).await;
    let named =
        make(&app, &anna, json!({"title": "Напомнить", "note": "Ивану Грозных о чае", "customer_id": "c-2"})).await;

    let erase = app.request(Method::DELETE, "/v1/customers/c-1");
    assert_eq!(answer(erase.person(&anna)).await.0, 202);
    let read = async |id: &Value| answer(app.get(&format!("/v1/tasks/{}", id.as_str().unwrap())).key(&key)).await.1;
    let task = read(&about["id"]).await;
    assert_eq!(
        (&task["title"], &task["note"], &task["customer_id"]),
        (&json!("—"), &Value::Null, &Value::Null),
        "{task}"
    );
    assert_eq!(task["assignee"]["user_id"], olga.id());
    let task = read(&named["id"]).await;
    assert_eq!(
        (&task["title"], &task["note"], &task["customer_id"]),
        (&json!("Напомнить"), &Value::Null, &json!("c-2"))
    );

    let leave = app.request(Method::DELETE, &format!("/v1/members/{}", olga.id()));
    assert_eq!(answer(leave.person(&anna)).await.0, 204);
    assert_eq!(read(&about["id"]).await["assignee"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_accepted_recommendation_is_a_task() {
    let (app, anna, key) = recommend::shop().await;
    let found = recommend::list(&app, &key, "").await;
    let id = |kind: &str| recommend::of_kind(&found, kind)[0]["id"].as_str().unwrap().to_owned();
    let of = async |id: &str| {
        let (_, page) = answer(app.get(&format!("/v1/tasks?recommendation_id={id}")).key(&key)).await;
        page["items"].as_array().unwrap().clone()
    };
    let stands = async |id: &str| {
        let all = recommend::list(&app, &key, "status=new,accepted,dismissed,done&limit=500").await;
        let one = all["items"].as_array().unwrap().iter().find(|one| one["id"] == id).cloned();
        one.map(|one| one["status"].as_str().unwrap().to_owned())
    };

    // Accepted: the task says what the recommendation says, whom it is about too.
    let important = id("at_risk_key_customer");
    assert!(of(&important).await.is_empty());
    let (status, told) = recommend::decide(&app, &anna, &important, "accepted").await;
    assert_eq!(status, 200, "{told}");
    let tasks = of(&important).await;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert_eq!((&tasks[0]["title"], &tasks[0]["note"]), (&told["title"], &told["reason"]));
    assert_eq!((&tasks[0]["customer_id"], &tasks[0]["created_by"]["name"]), (&json!("k0"), &json!("Anna")));
    recommend::decide(&app, &anna, &important, "accepted").await;
    assert_eq!(of(&important).await.len(), 1, "the same decision twice is one");
    // Either way it is done.
    recommend::decide(&app, &anna, &important, "done").await;
    assert_eq!(of(&important).await[0]["status"], "done");
    let milk = id("stock_out");
    recommend::decide(&app, &anna, &milk, "accepted").await;
    let task = of(&milk).await[0]["id"].clone();
    assert_eq!(change(&app, &anna, &task, json!({"status": "done"})).await.0, 200);
    assert_eq!(stands(&milk).await.as_deref(), Some("done"));
    assert_eq!(change(&app, &anna, &task, json!({"status": "open"})).await.0, 200);
    assert_eq!(stands(&milk).await.as_deref(), Some("accepted"));
    assert_eq!(change(&app, &anna, &task, json!({"status": "cancelled"})).await.0, 200);
    assert_eq!(stands(&milk).await.as_deref(), Some("dismissed"));

    // Making the task accepts the recommendation, once.
    let silent = id("win_back");
    let own = json!({"title": "Письмо тем, кто молчит", "recommendation_id": silent, "due_at": "2026-06-01"});
    let made = make(&app, &anna, own.clone()).await;
    assert_eq!((&made["title"], &made["recommendation_id"]), (&own["title"], &json!(silent)), "{made}");
    assert_eq!(stands(&silent).await.as_deref(), Some("accepted"));
    let (status, problem) = answer(app.post("/v1/tasks", &own).person(&anna)).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("task_exists")), "{problem}");
    let unknown = json!({"title": "x", "recommendation_id": "r_0000000000000000"});
    assert_eq!(answer(app.post("/v1/tasks", &unknown).person(&anna)).await.0, 404);
    // What is wrong with the task leaves the recommendation as it was.
    let bread = id("reorder_due");
    let wrong = json!({"title": "x", "recommendation_id": bread, "assignee_id": "nobody"});
    assert_eq!(answer(app.post("/v1/tasks", &wrong).person(&anna)).await.0, 422);
    assert_eq!((stands(&bread).await.as_deref(), of(&bread).await.len()), (Some("new"), 0));
    recommend::decide(&app, &anna, &silent, "dismissed").await;
    assert_eq!(of(&silent).await[0]["status"], "cancelled");

    // The plan of the week is what is open.
    let ask = json!({"message": "Составь план на неделю"});
    let plan = app.post("/v1/assistant/messages", &ask).person(&anna).header("accept", "application/json");
    let (_, reply) = answer(plan).await;
    assert!(reply["answer"].as_str().unwrap().contains("не приняли"), "nothing is open: {reply}");
    make(&app, &anna, json!({"title": "Позвонить поставщику", "due_at": "2026-05-30", "assignee_id": anna.id()})).await;
    let plan = app.post("/v1/assistant/messages", &ask).person(&anna).header("accept", "application/json");
    let (status, reply) = answer(plan).await;
    assert_eq!((status, &reply["interpretation"]["intent"]), (200, &json!("plan")), "{reply}");
    let text = reply["answer"].as_str().unwrap();
    assert!(text.contains("Позвонить поставщику") && text.contains("Anna"), "{text}");
    assert_eq!(reply["result"]["rows"].as_array().map(Vec::len), Some(1), "{reply}");
}
