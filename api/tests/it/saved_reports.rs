//! Reports of people's own, through HTTP: saved, shared, run with values that are typed and bound.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, Person, answer};

/// A shop with sales of two channels in April and May.
async fn shop() -> (App, Person, String) {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
    let sale = |id: &str, day: &str, channel: &str, amount: &str| {
        json!({"purchase_id": id, "customer_id": "c", "occurred_at": format!("{day}T12:00:00Z"), "channel": channel,
            "product": "tea", "amount": amount})
    };
    let sales = json!([
        sale("1", "2026-04-10", "web", "10.50"),
        sale("2", "2026-04-20", "shop", "20"),
        sale("3", "2026-05-10", "web", "40"),
        sale("4", "2026-05-20", "web", "0.25"),
    ]);
    assert_eq!(answer(app.post("/v1/purchases", &sales).key(&key)).await.0, 200);
    (app, anna, key)
}

const REVENUE: &str = "SELECT channel, sum(amount) AS revenue FROM purchases \
     WHERE occurred_at >= $from AND occurred_at < $to AND amount >= $least AND channel LIKE $channel GROUP BY channel ORDER BY channel";

fn revenue() -> Value {
    json!({"name": "Revenue of channels", "description": "By channel", "sql": REVENUE,
        "parameters": [{"name": "least", "type": "number", "default": 0.5, "label": "Least amount"},
                       {"name": "channel", "type": "text", "default": "%"}],
        "chart": {"kind": "bar", "x": "channel", "y": ["revenue"]}})
}

async fn save(app: &App, person: &Person, body: &Value) -> Value {
    let (status, saved) = answer(app.post("/v1/saved-reports", body).person(person)).await;
    assert_eq!(status, 201, "{body}: {saved}");
    saved
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_saved_and_run_with_typed_values() {
    let (app, anna, key) = shop().await;
    let saved = save(&app, &anna, &revenue()).await;
    let id = saved["id"].as_str().unwrap();
    let names: Vec<&Value> = saved["parameters"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["from", "to", "least", "channel"], "the period is offered: {saved}");
    assert_eq!(
        (&saved["parameters"][0]["type"], &saved["parameters"][2]["default"]),
        (&json!("timestamp"), &json!(0.5))
    );
    assert_eq!(
        (&saved["mine"], &saved["shared"], &saved["owner"]["name"]),
        (&json!(true), &json!(false), &json!("Anna"))
    );

    let run = async |query: &str| {
        let (status, found) = answer(app.get(&format!("/v1/saved-reports/{id}/run?{query}")).person(&anna)).await;
        assert_eq!(status, 200, "{query}: {found}");
        found
    };
    // Without a period it is all data; each value has its type.
    let all = run("").await;
    assert_eq!(all["rows"], json!([["shop", 20], ["web", 50.5]]), "{all}");
    assert_eq!((&all["meta"]["report"], &all["meta"]["from"]), (&json!(id), &Value::Null));
    assert!(all["meta"]["sql"].as_str().unwrap().contains("-- $least = "), "{all}");
    assert_eq!(run("from=2026-05-01&least=0").await["rows"], json!([["web", 40.25]]));
    assert_eq!(run("from=2026-04-01&to=2026-05-01&channel=sh%25").await["rows"], json!([["shop", 20]]));
    let may = run("period=this_month&least=1e0").await;
    assert_eq!((&may["rows"], &may["meta"]["from"]), (&json!([["web", 40]]), &json!("2026-05-01T00:00:00+03:00")));
    assert_eq!(run("limit=1").await["meta"]["truncated"], true);
    // A value is never part of the statement.
    assert_eq!(run("channel=x'%20OR%20'1'%3D'1").await["rows"], json!([]));
    // It gives what the statement gives to whoever asks it.
    let sql = REVENUE.replace("$from", "'1900-01-01'").replace("$to", "'2200-01-01'");
    let ask = json!({"sql": sql, "params": {"least": 0.5, "channel": "%"}});
    assert_eq!(answer(app.post("/v1/sql", &ask).key(&key)).await.1["rows"], all["rows"]);

    // As files, as other reports are; who took one is written down.
    let file = app.get(&format!("/v1/saved-reports/{id}/run?format=csv")).person(&anna).send().await.unwrap();
    assert_eq!(file.headers()["content-disposition"], "attachment; filename=\"report.csv\"");
    assert!(file.text().await.unwrap().starts_with("channel,revenue"));
    let (_, log) = answer(app.get("/v1/audit?action=downloaded").person(&anna)).await;
    assert_eq!(log["items"][0]["target"], json!({"kind": "saved_report", "id": id}));

    for (query, name) in [
        ("colour=red", "colour"),
        ("least=cheap", "least"),
        ("from=soon", "from"),
        ("from=2026-05-01&to=2026-04-01", "from"),
        ("limit=0", "limit"),
    ] {
        let path = format!("/v1/saved-reports/{id}/run?{query}");
        let (status, problem) = answer(app.get(&path).person(&anna)).await;
        assert_eq!((status, problem["errors"][0]["field"].as_str()), (422, Some(name)), "{query}: {problem}");
    }
    assert_eq!(answer(app.get(&format!("/v1/saved-reports/{id}/run?format=pdf")).person(&anna)).await.0, 422);

    // Days and moments.
    let days = json!({"name": "Days", "sql": "SELECT count(*) AS n FROM purchases WHERE occurred_at >= $since AND CAST(local_time(occurred_at) AS DATE) < $day",
        "parameters": [{"name": "since", "type": "timestamp"}, {"name": "day", "type": "date", "default": "2026-05-20"}]});
    let days = save(&app, &anna, &days).await;
    let path = format!("/v1/saved-reports/{}/run", days["id"].as_str().unwrap());
    let (status, problem) = answer(app.get(&path).person(&anna)).await;
    assert_eq!((status, problem["errors"][0]["field"].as_str()), (422, Some("since")), "it has no default: {problem}");
    let (_, found) = answer(app.get(&format!("{path}?since=2026-04-20T12:00:00Z")).person(&anna)).await;
    assert_eq!(found["rows"], json!([[2]]), "{found}");
    let (_, found) = answer(app.get(&format!("{path}?since=2026-04-20&day=2026-06-01")).person(&anna)).await;
    assert_eq!(found["rows"], json!([[3]]), "{found}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_run_is_not_saved() {
    let (app, anna, _) = shop().await;
    for (body, field, word) in [
        (json!({"name": "x", "sql": "DELETE FROM purchases"}), "sql", "DELETE"),
        (json!({"name": "x", "sql": "SELECT colour FROM purchases"}), "sql", "colour"),
        (json!({"name": "x", "sql": "SELECT 1; SELECT 2"}), "sql", "one statement"),
        (json!({"name": "x", "sql": "SELECT $top"}), "parameters", "$top"),
        (json!({"name": "x", "sql": "SELECT $1"}), "parameters", "$1"),
        (json!({"name": " ", "sql": "SELECT 1 AS one"}), "name", "name"),
        (
            json!({"name": "x", "sql": "SELECT $a", "parameters": [{"name": "a", "type": "date", "default": "soon"}]}),
            "parameters",
            "soon",
        ),
        (
            json!({"name": "x", "sql": "SELECT $a", "parameters": [{"name": "a", "type": "colour"}]}),
            "parameters[0].type",
            "colour",
        ),
        (
            json!({"name": "x", "sql": "SELECT 1", "parameters": [{"name": "limit", "type": "number"}]}),
            "parameters[0].name",
            "limit",
        ),
    ] {
        let (status, problem) = answer(app.post("/v1/saved-reports", &body).person(&anna)).await;
        assert_eq!((status, problem["errors"][0]["field"].as_str()), (422, Some(field)), "{body}: {problem}");
        assert!(problem["errors"][0]["message"].as_str().unwrap().contains(word), "{word}: {problem}");
    }
    let (_, list) = answer(app.get("/v1/saved-reports").person(&anna)).await;
    assert_eq!(list["items"], json!([]));
    // Nor is one changed into such.
    let saved = save(&app, &anna, &revenue()).await;
    let path = format!("/v1/saved-reports/{}", saved["id"].as_str().unwrap());
    let change = app.request(Method::PATCH, &path).json(&json!({"sql": "SELECT nothing FROM nowhere"})).person(&anna);
    assert_eq!(answer(change).await.0, 422);
    assert_eq!(answer(app.get(&path).person(&anna)).await.1, saved);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_shared_is_run_by_everybody_and_changed_by_its_owner() {
    let (app, anna, key) = shop().await;
    let boris = app.member(&anna, "analyst", "boris@example.com").await;
    let vera = app.member(&anna, "viewer", "vera@example.com").await;
    let saved = save(&app, &boris, &revenue()).await;
    let path = format!("/v1/saved-reports/{}", saved["id"].as_str().unwrap());
    let run = format!("{path}/run");
    assert_eq!(answer(app.post("/v1/saved-reports", &revenue()).person(&vera)).await.0, 403, "SQL is for analysts");
    // Nobody else sees it yet, not even the owner of the workspace.
    for request in [app.get(&path).person(&anna), app.get(&run).person(&vera), app.get(&run).key(&key)] {
        assert_eq!(answer(request).await.0, 404);
    }
    let change =
        async |person: &Person, body: Value| answer(app.request(Method::PATCH, &path).json(&body).person(person)).await;
    let (status, shared) = change(&boris, json!({"shared": true, "description": null, "chart": null})).await;
    assert_eq!((status, &shared["description"], &shared["chart"]), (200, &Value::Null, &Value::Null), "{shared}");
    assert_eq!(
        (&shared["name"], &shared["parameters"]),
        (&saved["name"], &saved["parameters"]),
        "what is absent stays"
    );
    for request in [app.get(&run).person(&anna), app.get(&run).person(&vera), app.get(&run).key(&key)] {
        assert_eq!(answer(request).await.0, 200);
    }
    let (_, list) = answer(app.get("/v1/saved-reports").person(&vera)).await;
    assert_eq!((&list["items"][0]["mine"], &list["items"][0]["owner"]["user_id"]), (&json!(false), &json!(boris.id())));
    let other = app.member(&anna, "manager", "olga@example.com").await;
    let (status, problem) = change(&other, json!({"name": "y"})).await;
    assert_eq!((status, problem["code"].as_str()), (403, Some("not_owner")), "{problem}");
    assert_eq!(change(&anna, json!({"name": "y"})).await.1["owner"]["user_id"], boris.id(), "an admin may");
    // Who leaves leaves what is shared.
    save(&app, &boris, &json!({"name": "own", "sql": "SELECT 1 AS one"})).await;
    let leave = app.request(Method::DELETE, &format!("/v1/members/{}", boris.id()));
    assert_eq!(answer(leave.person(&anna)).await.0, 204);
    let (_, list) = answer(app.get("/v1/saved-reports").person(&anna)).await;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!(answer(app.request(Method::DELETE, &path).person(&anna)).await.0, 204);
    assert_eq!(answer(app.get(&path).person(&anna)).await.0, 404);
}
