//! The assistant, through HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, Person, answer};

/// A shop in roubles with two months of sales; it is 28 May 2026.
async fn shop() -> (App, Person, String) {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql", "assistant"]).await;
    let mut purchases = Vec::new();
    for (month, amount) in [("03", 100), ("04", 150)] {
        for day in 1..=20 {
            purchases.push(json!({
                "purchase_id": format!("{month}-{day}"), "customer_id": format!("c{}", day % 5),
                "occurred_at": format!("2026-{month}-{day:02}T12:00:00Z"), "channel": if day % 2 == 0 { "web" } else { "shop" },
                "items": [{"product_id": "tea", "product": "Чай", "category": "drinks", "amount": amount},
                          {"product_id": "cup", "product": "Чашка", "category": "things", "amount": "5.50"}],
            }));
        }
    }
    let (status, body) = answer(app.post("/v1/purchases", &Value::Array(purchases)).key(&key)).await;
    assert_eq!(status, 200, "{body}");
    (app, anna, key)
}

async fn ask(app: &App, key: &str, body: Value) -> Value {
    let request = app.post("/v1/assistant/messages", &body).key(key).header("accept", "application/json");
    let (status, reply) = answer(request).await;
    assert_eq!(status, 200, "{body}: {reply}");
    reply
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_is_answered_from_a_query_that_can_be_run_again() {
    let (app, _, key) = shop().await;
    let reply = ask(&app, &key, json!({"message": "выручка за прошлый месяц"})).await;
    assert_eq!((&reply["source"], &reply["language"]), (&json!("catalogue"), &json!("ru")), "{reply}");
    assert_eq!(reply["interpretation"]["metrics"], json!(["revenue"]));
    assert_eq!(reply["interpretation"]["period"]["from"], "2026-03-31T21:00:00Z");
    let text = reply["answer"].as_str().unwrap();
    assert!(text.contains("3110,00\u{a0}₽") && text.contains("апреля"), "{text}");
    let (status, again) = answer(app.post("/v1/sql", &json!({"sql": reply["sql"]})).key(&key)).await;
    assert_eq!(status, 200, "{again}");
    assert_eq!(again["rows"], reply["result"]["rows"]);

    let reply = ask(&app, &key, json!({"message": "top products by revenue in April"})).await;
    assert_eq!((&reply["language"], &reply["chart"]), (&json!("en"), &json!("bar")), "{reply}");
    let rows = &reply["result"]["rows"];
    assert_eq!(rows[0].to_string(), "[\"tea\",\"Чай\",3000]", "{rows}");
    assert_eq!(reply["result"]["columns"][2]["unit"], "RUB");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_come_in_order_and_the_last_one_is_the_whole_answer() {
    let (app, _, key) = shop().await;
    let request = app.post("/v1/assistant/messages", &json!({"message": "orders in April"})).key(&key);
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let text = response.text().await.unwrap();
    let events: Vec<(&str, Value)> = text
        .split_terminator("\n\n")
        // A comment says that there is nothing to tell yet.
        .filter(|frame| !frame.starts_with(':'))
        .map(|frame| {
            let (name, data) = frame.split_once('\n').unwrap();
            (name.strip_prefix("event: ").unwrap(), serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap())
        })
        .collect();
    let names: Vec<&str> = events.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["plan", "result", "narrative", "done"]);
    let done = &events[3].1;
    assert_eq!(events[0].1["interpretation"], done["interpretation"]);
    assert_eq!(events[1].1["result"], done["result"]);
    assert_eq!(events[2].1["answer"], done["answer"]);
    assert_eq!(done["result"]["rows"][0][0], 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follow_up_edits_the_plan_and_an_edited_plan_is_worked_out() {
    let (app, anna, key) = shop().await;
    let first = ask(&app, &key, json!({"message": "revenue in April"})).await;
    let second =
        ask(&app, &key, json!({"message": "and by channel?", "conversation_id": first["conversation_id"]})).await;
    assert_eq!(second["conversation_id"], first["conversation_id"]);
    assert_eq!(second["interpretation"]["dimensions"], json!(["channel"]), "{second}");
    assert_eq!(second["interpretation"]["period"]["from"], first["interpretation"]["period"]["from"]);

    let mut plan = second["interpretation"].clone();
    plan["metrics"] = json!(["orders"]);
    plan["period"] = json!({"from": "2026-03-01", "to": "2026-04-01"});
    let edited = ask(&app, &key, json!({"plan": plan, "conversation_id": first["conversation_id"]})).await;
    assert_eq!(edited["result"]["rows"], json!([["shop", 10], ["web", 10]]), "{edited}");

    // What cannot be worked out is refused with the field, and the conversation goes on as it was.
    plan["limit"] = json!(0);
    let request = app.post("/v1/assistant/messages", &json!({"plan": plan})).key(&key);
    let (status, problem) = answer(request).await;
    assert_eq!((status, problem["errors"][0]["field"].as_str().unwrap()), (422, "plan.limit"), "{problem}");
    // It is the key's conversation: a person of the same workspace has another.
    let (status, _) = answer(
        app.get(&format!("/v1/assistant/conversations/{}", first["conversation_id"].as_str().unwrap())).person(&anna),
    )
    .await;
    assert_eq!(status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_finds_conversations_again_and_deletes_them() {
    let (app, anna, _) = shop().await;
    let ask = async |body: Value| {
        app.clock.advance_ms(1);
        let request = app.post("/v1/assistant/messages", &body).person(&anna).header("accept", "application/json");
        answer(request).await.1
    };
    let first = ask(json!({"message": "revenue in April"})).await;
    let id = first["conversation_id"].as_str().unwrap();
    ask(json!({"message": "а в марте?", "conversation_id": id})).await;
    ask(json!({"message": "orders in April"})).await;
    let (_, page) = answer(app.get("/v1/assistant/conversations?limit=1").person(&anna)).await;
    assert_eq!(page["items"][0]["title"], "orders in April");
    let next = page["next_cursor"].as_str().unwrap();
    let (_, page) = answer(app.get(&format!("/v1/assistant/conversations?limit=1&cursor={next}")).person(&anna)).await;
    assert_eq!((&page["items"][0]["id"], &page["items"][0]["messages"]), (&json!(id), &json!(2)), "{page}");
    let (_, whole) = answer(app.get(&format!("/v1/assistant/conversations/{id}")).person(&anna)).await;
    assert_eq!(whole["messages"][1]["question"], "а в марте?");
    assert_eq!(whole["messages"][1]["language"], "ru");
    let message = &whole["messages"][1];
    assert_eq!((&message["model"], &message["gate"]), (&Value::Null, &Value::Null), "{message}");
    let step = |name: &str| message["elapsed_ms"][name].as_u64().unwrap();
    assert!(step("read") + step("work") + step("tell") <= step("total"), "{message}");

    let alone = format!("/v1/assistant/messages/{}", first["message_id"].as_str().unwrap());
    let (_, found) = answer(app.get(&alone).person(&anna)).await;
    assert_eq!(found, whole["messages"][0]);
    assert_eq!(found["interpretation"], first["interpretation"]);
    let feedback = format!("{alone}/feedback");
    assert_eq!(answer(app.post(&feedback, &json!({"verdict": "up"})).person(&anna)).await.0, 204);
    assert_eq!(answer(app.post(&feedback, &json!({"verdict": "so-so"})).person(&anna)).await.0, 422);
    let gone = app.request(Method::DELETE, &format!("/v1/assistant/conversations/{id}"));
    assert_eq!(answer(gone.person(&anna)).await.0, 204);
    assert_eq!(answer(app.get(&format!("/v1/assistant/conversations/{id}")).person(&anna)).await.0, 404);
    assert_eq!(answer(app.get(&alone).person(&anna)).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_behind_a_number_add_up_to_it() {
    let (app, _, key) = shop().await;
    let reply = ask(&app, &key, json!({"message": "revenue of web in April"})).await;
    let id = reply["message_id"].as_str().unwrap();
    let mut sum = 0.0;
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/assistant/messages/{id}/rows?limit=7{cursor}");
        let (status, page) = answer(app.get(&path).key(&key)).await;
        assert_eq!(status, 200, "{page}");
        let columns = page["columns"].as_array().unwrap();
        let place = columns.iter().position(|column| column["name"] == "amount").unwrap();
        sum += page["rows"].as_array().unwrap().iter().map(|row| row[place].as_f64().unwrap()).sum::<f64>();
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert!((sum - 1555.0).abs() < 1e-9, "{sum}");
    assert_eq!(reply["result"]["rows"][0][0].as_f64(), Some(1555.0), "{reply}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_behind_one_row_are_its_own() {
    let (app, anna, key) = shop().await;
    let rows = async |reply: &Value, query: &str| {
        let id = reply["message_id"].as_str().unwrap();
        answer(app.get(&format!("/v1/assistant/messages/{id}/rows?limit=500{query}")).key(&key)).await
    };
    let count = |page: &Value| page["rows"].as_array().unwrap().len();
    let reply = ask(&app, &key, json!({"message": "orders by channel in April"})).await;
    let (status, page) = rows(&reply, "&key=web").await;
    assert_eq!((status, count(&page)), (200, 10), "{page}");
    assert_eq!(rows(&reply, "").await.1["rows"].as_array().unwrap().len(), 20);
    assert_eq!(rows(&reply, "&before=true").await.0, 422);
    let plan = json!({"intent": "compare", "metrics": ["orders"], "dimensions": ["channel"], "grain": "day",
        "period": {"from": "2026-04-01", "to": "2026-05-01"}, "compared_with": {"from": "2026-03-01", "to": "2026-04-01"}});
    let reply = ask(&app, &key, json!({"plan": plan})).await;
    for (query, orders) in
        [("&key=[\"shop\",\"2026-04-03\"]", "04-3"), ("&before=true&key=[\"shop\",\"2026-04-03\"]", "03-3")]
    {
        let (status, page) = rows(&reply, query).await;
        assert_eq!((status, count(&page)), (200, 1), "{page}");
        assert_eq!(page["rows"][0][0], orders, "{page}");
    }
    // What a forecast rests on is all that was recorded before now.
    let reply = ask(&app, &key, json!({"message": "forecast orders for 3 months"})).await;
    let (status, page) = rows(&reply, "").await;
    assert_eq!((status, count(&page)), (200, 40), "{page}");
    // And what answers a verified question is the statement itself.
    let sql = "SELECT channel, count(*) AS n FROM purchases WHERE line = 1 GROUP BY channel ORDER BY channel";
    let put = json!({"name": "Channels", "question": "how are the channels doing?", "sql": sql});
    assert_eq!(answer(app.post("/v1/assistant/questions", &put).person(&anna)).await.0, 201);
    let reply = ask(&app, &key, json!({"message": "how are the channels doing?"})).await;
    let id = reply["message_id"].as_str().unwrap();
    let path = format!("/v1/assistant/messages/{id}/rows?limit=1&cursor=1");
    let (status, page) = answer(app.get(&path).key(&key)).await;
    assert_eq!((status, &page["rows"], &page["next_cursor"]), (200, &json!([["web", 20]]), &Value::Null), "{page}");
    assert_eq!(rows(&reply, "&key=web").await.0, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_it_does_not_know_it_says_and_what_is_unclear_it_asks() {
    let (app, _, key) = shop().await;
    for (question, source) in [
        ("какая маржа за апрель?", "unsupported"),
        ("what's the weather tomorrow?", "unsupported"),
        ("сравни", "clarify"),
        ("revenue on February 30", "clarify"),
    ] {
        let reply = ask(&app, &key, json!({"message": question})).await;
        assert_eq!(reply["source"], source, "{reply}");
        assert_eq!((&reply["result"], &reply["interpretation"]), (&Value::Null, &Value::Null), "{reply}");
        assert!(!reply["answer"].as_str().unwrap().is_empty());
    }
    let reply = ask(&app, &key, json!({"message": "revenue in January"})).await;
    let text = reply["answer"].as_str().unwrap();
    assert!(text.contains("No records"), "no data is not sales of zero: {text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_of_the_engine_are_told_in_words() {
    let (app, _, key) = shop().await;
    for (question, intent) in [
        ("почему выросла выручка в апреле?", "explain"),
        ("forecast revenue for 3 months", "forecast"),
        ("что делать, чтобы поднять продажи?", "recommend"),
        ("tell me about customer c1", "customer"),
        ("что предложить клиенту c1?", "offer"),
        ("customer segments", "segments"),
        ("кто из клиентов может уйти?", "churn"),
        ("что покупают вместе?", "basket"),
        ("abc analysis", "abc"),
        ("what can you do?", "help"),
    ] {
        let reply = ask(&app, &key, json!({"message": question})).await;
        if intent != "help" {
            assert_eq!(reply["interpretation"]["intent"], intent, "{question}: {reply}");
            assert!(reply["result"]["columns"].is_array(), "{question}: {reply}");
        }
        assert!(reply["answer"].as_str().unwrap().len() > 20, "{question}: {reply}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_tell_of_the_money_that_is_not_in_their_figures() {
    let (app, _, key) = shop().await;
    let sold = json!({"purchase_id": "usd", "customer_id": "c1", "occurred_at": "2026-04-10T10:00:00Z", "currency": "USD",
        "product": "Чай", "amount": 10});
    assert_eq!(answer(app.post("/v1/purchases", &sold).key(&key)).await.0, 200);
    for question in ["почему выросла выручка в апреле?", "abc analysis for April"] {
        let reply = ask(&app, &key, json!({"message": question})).await;
        let text = reply["answer"].as_str().unwrap();
        assert!(text.contains("USD"), "{question}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_of_a_week_has_what_is_due_in_it_and_what_has_no_date() {
    let (app, anna, key) = shop().await;
    for (title, due) in [("Late", json!("2026-05-20")), ("Any day", Value::Null), ("Next year", json!("2027-05-20"))] {
        let task = json!({"title": title, "due_at": due});
        let (status, made) = answer(app.post("/v1/tasks", &task).person(&anna)).await;
        assert_eq!(status, 201, "{made}");
    }
    let reply = ask(&app, &key, json!({"message": "составь план на неделю"})).await;
    let rows = reply["result"]["rows"].as_array().unwrap();
    let titles: Vec<&str> = rows.iter().map(|row| row[1].as_str().unwrap()).collect();
    assert_eq!(titles, ["Late", "Any day"], "{reply}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interactions_are_found_behind_many_purchases() {
    let (app, _, key) = shop().await;
    let call = json!({"interaction_id": "1", "customer_id": "c1", "kind": "call", "subject": "Delivery", "body": "a week late",
        "outcome": "refund", "occurred_at": "2026-03-01T09:00:00Z"});
    assert_eq!(answer(app.post("/v1/interactions", &call).key(&key)).await.0, 200);
    let more: Vec<Value> = (0..12)
        .map(|hour| {
            json!({"purchase_id": format!("more-{hour}"), "customer_id": "c1", "product": "Чай", "amount": 10,
                "occurred_at": format!("2026-05-02T{hour:02}:00:00Z")})
        })
        .collect();
    assert_eq!(answer(app.post("/v1/purchases", &Value::Array(more)).key(&key)).await.0, 200);
    let reply = ask(&app, &key, json!({"message": "tell me about customer c1"})).await;
    let text = reply["answer"].as_str().unwrap();
    assert!(text.contains("“Delivery”, “a week late”; outcome: “refund”"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_says_how_its_questions_are_read() {
    let (app, anna, key) = shop().await;
    let set = async |body: Value| {
        answer(app.request(Method::PATCH, "/v1/assistant/settings").json(&body).person(&anna)).await
    };
    let days = json!([{"names": ["день рождения магазина"], "from": "04-01", "to": "04-02"}]);
    let (status, told) =
        set(json!({"date_order": "month_first", "named_days": days, "own_words": {"сборы": "revenue"}})).await;
    assert_eq!((status, &told["date_order"], &told["named_days"]), (200, &json!("month_first"), &days), "{told}");
    let reply = ask(&app, &key, json!({"message": "сборы 04/03/2026"})).await;
    assert_eq!(reply["interpretation"]["metrics"], json!(["revenue"]), "{reply}");
    assert_eq!(reply["interpretation"]["period"]["from"], "2026-04-02T21:00:00Z", "{reply}");
    let reply = ask(&app, &key, json!({"message": "заказы в день рождения магазина"})).await;
    assert_eq!(reply["result"]["rows"][0][0], 2, "{reply}");
    // What is not sent stays.
    let (_, told) = set(json!({"date_order": "auto"})).await;
    assert_eq!((&told["date_order"], &told["own_words"]), (&json!("auto"), &json!({"сборы": "revenue"})), "{told}");
    for bad in [
        json!({"date_order": "year_first"}),
        json!({"named_days": [{"names": ["x"], "from": "02-30", "to": "03-01"}]}),
        json!({"own_words": {"сборы": "nothing"}}),
    ] {
        assert_eq!(set(bad).await.0, 422);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verified_question_is_preferred_labelled_and_checked() {
    let (app, anna, key) = shop().await;
    let sql = "SELECT channel, count(*) AS n FROM purchases WHERE line = 1 GROUP BY channel ORDER BY channel";
    let put = json!({"name": "Каналы", "question": "Как дела у каналов?", "sql": sql});
    let (status, made) = answer(app.post("/v1/assistant/questions", &put).person(&anna)).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["expected"]["rows"], json!([["shop", 20], ["web", 20]]));
    let put = json!({"name": "April", "question": "revenue in April"});
    let (status, made) = answer(app.post("/v1/assistant/questions", &put).person(&anna)).await;
    assert_eq!(status, 201, "{made}");
    let reply = ask(&app, &key, json!({"message": "как дела у каналов"})).await;
    assert_eq!((&reply["source"], &reply["verified"]), (&json!("verified"), &json!("Каналы")), "{reply}");
    assert_eq!(reply["result"]["rows"], json!([["shop", 20], ["web", 20]]));
    let check = async || answer(app.post("/v1/assistant/check", &json!({})).key(&key)).await.1;
    let before = check().await;
    assert_eq!((&before["passed"], &before["failed"]), (&json!(2), &json!(0)), "{before}");
    assert_eq!(before["items"][0]["read_alike"], true, "{before}");

    let late = json!({"purchase_id": "late", "customer_id": "c9", "occurred_at": "2026-04-30T10:00:00Z", "channel": "web",
        "product": "Чай", "amount": 10});
    assert_eq!(answer(app.post("/v1/purchases", &late).key(&key)).await.0, 200);
    let after = check().await;
    assert_eq!((&after["passed"], &after["failed"]), (&json!(0), &json!(2)), "{after}");
    let rows = after["items"].as_array().unwrap().iter().find(|item| item["name"] == "Каналы").unwrap();
    assert_eq!((&rows["missing"], &rows["unexpected"]), (&json!([["web", 20]]), &json!([["web", 21]])));
    let gone = app.request(Method::DELETE, &format!("/v1/assistant/questions/{}", made["id"].as_str().unwrap()));
    assert_eq!(answer(gone.person(&anna)).await.0, 204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verified_question_about_last_month_passes_next_month_too() {
    let (app, anna, key) = shop().await;
    let put = json!({"name": "Last month", "question": "revenue last month"});
    let (status, made) = answer(app.post("/v1/assistant/questions", &put).person(&anna)).await;
    assert_eq!(status, 201, "{made}");
    app.clock.advance_ms(35 * 24 * 3_600_000);
    let (status, check) = answer(app.post("/v1/assistant/check", &json!({})).key(&key)).await;
    assert_eq!((status, &check["passed"], &check["failed"]), (200, &json!(1), &json!(0)), "{check}");
    // What is asked anew is about the month that is the last one now.
    let reply = ask(&app, &key, json!({"message": "revenue last month"})).await;
    assert_eq!(reply["interpretation"]["period"]["from"], "2026-05-31T21:00:00Z", "{reply}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_catalogue_tells_what_can_be_asked_and_what_is_not_there() {
    let (app, _, key) = shop().await;
    let (status, listing) = answer(app.get("/v1/metrics").key(&key)).await;
    assert_eq!(status, 200);
    let metrics = listing["metrics"].as_array().unwrap();
    let revenue = metrics.iter().find(|metric| metric["name"] == "revenue").unwrap();
    assert_eq!((&revenue["unit"], &revenue["title"]["ru"]), (&json!("RUB"), &json!("Выручка")));
    assert!(listing["absent"].as_array().unwrap().iter().any(|absent| absent["name"] == "margin"), "{listing}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_customer_is_in_no_conversation() {
    let (app, anna, key) = shop().await;
    let ask = async |body: Value| {
        let request = app.post("/v1/assistant/messages", &body).person(&anna).header("accept", "application/json");
        answer(request).await.1
    };
    let kept = ask(json!({"message": "revenue in April"})).await;
    let lost = ask(json!({"message": "расскажи о клиенте c1"})).await;
    let by_rows = ask(json!({"message": "top customers by revenue in April"})).await;
    assert_eq!(lost["interpretation"]["intent"], "customer", "{lost}");
    let erase = app.request(Method::DELETE, "/v1/customers/c1").person(&anna);
    assert!(answer(erase).await.0 < 300);
    let (_, page) = answer(app.get("/v1/assistant/conversations").person(&anna)).await;
    let left: Vec<&str> = page["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(left, [kept["conversation_id"].as_str().unwrap()], "{page}");
    let rows = format!("/v1/assistant/messages/{}/rows", by_rows["message_id"].as_str().unwrap());
    assert_eq!(answer(app.get(&rows).person(&anna)).await.0, 404);
    // And the names by which questions are understood do not hold the person any more.
    let again = ask(json!({"message": "расскажи о клиенте c1"})).await;
    assert_eq!(again["result"], Value::Null, "{again}");
    let _ = key;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_series_tells_the_steps_without_sales_too() {
    let (app, _, key) = shop().await;
    let reply = ask(&app, &key, json!({"message": "orders by week from 1 April to 24 May 2026"})).await;
    let rows = reply["result"]["rows"].as_array().unwrap();
    let orders: Vec<i64> = rows.iter().map(|row| row[1].as_i64().unwrap()).collect();
    // The weeks from Monday 30 March to 18 May; the last order is of 20 April.
    assert_eq!(orders, [5, 7, 7, 1, 0, 0, 0, 0], "{reply}");
    let weeks: Vec<&str> = rows.iter().map(|row| row[0].as_str().unwrap()).collect();
    assert!(weeks.is_sorted() && weeks[7].starts_with("2026-05-18"), "{weeks:?}");
    // What is not recorded yet is not empty: the series of a running month ends today.
    let reply = ask(&app, &key, json!({"message": "revenue by day this month"})).await;
    assert_eq!(reply["interpretation"]["period"]["running"], true, "{reply}");
}
