//! The judged questions asked of the real server over Online Retail: what it answers is compared with what DuckDB made of the same
//! data (`api/assistant/tests/questions`). How the words are read is judged beside the parser; here it is the numbers.

use std::{path::PathBuf, time::Instant};

use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    app::{App, Credentials as _, PASSWORD, Person, answer, session_cookie},
    import,
    process::KUPETS,
};

/// 2011-12-10T12:00:00Z, the moment of the questions.
const NOW_MS: i64 = 1_323_518_400_000;
/// Of the answers that have numbers to compare, at least so many are right...
const RIGHT: f64 = 0.95;
/// ...and of all questions at most so many get a wrong one.
const WRONG: f64 = 0.01;

#[derive(Default)]
struct Score {
    asked: usize,
    answered: usize,
    right: usize,
    wrong: Vec<String>,
    asked_back: usize,
    milliseconds: Vec<u128>,
}

fn questions() -> Vec<Value> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/assistant/tests/questions"));
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "ndjson"));
    let lines = files.flat_map(|path| {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()
    });
    let held_out = std::env::var_os("KUPETS_HELD_OUT").is_some();
    lines
        .filter(|line| line["held_out"] == held_out && line.get("now").is_none() && line.get("zone").is_none())
        .filter(|line| line["expect"].get("gold").is_some() || line["expect"].get("must_not_be").is_some())
        .collect()
}

async fn shop(file: &std::path::Path, folder: &std::path::Path) -> (App, String) {
    let app = App::spawn_with(|settings| settings.query_concurrency = 4).await;
    app.clock.set_ms(NOW_MS);
    let body = json!({"name": "Anna", "email": "retail@example.com", "password": PASSWORD, "workspace": "Retail",
        "time_zone": "Europe/London", "currency": "GBP"});
    let made = app.post("/v1/auth/register", &body).send().await.unwrap();
    assert_eq!(made.status(), 201);
    let person = Person { cookie: session_cookie(&made), account: made.json().await.unwrap() };
    let (key, _) = app.key(&person, &["ingest", "read", "assistant"]).await;
    let done = Command::new(KUPETS)
        .args(["import", "purchases"])
        .arg(file)
        .args(["--url", &app.url, "--map", import::RETAIL_MAP, "--errors"])
        .arg(folder.join("errors.ndjson"))
        .env("KUPETS_KEY", &key)
        .output()
        .await
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    (app, key)
}

async fn ask(app: &App, key: &str, question: &str, locale: &str, conversation: Option<&str>) -> Value {
    let mut body = json!({"message": question, "locale": locale});
    if let Some(id) = conversation {
        body["conversation_id"] = json!(id);
    }
    let request = app.post("/v1/assistant/messages", &body).key(key).header("accept", "application/json");
    let (status, reply) = answer(request).await;
    assert_eq!(status, 200, "{question}: {reply}");
    reply
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_of_answers_are_those_of_duckdb() {
    let Some(file) = import::retail() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (app, key) = shop(&file, folder.path()).await;
    let mut score = Score::default();
    for line in questions() {
        let text = |name: &str| line[name].as_str().unwrap_or_default();
        let mut conversation: Option<String> = None;
        for before in line["conversation"].as_array().into_iter().flatten() {
            let before = ask(&app, &key, before.as_str().unwrap(), text("locale"), conversation.as_deref()).await;
            conversation = Some(before["conversation_id"].as_str().unwrap().to_owned());
        }
        let started = Instant::now();
        let reply = ask(&app, &key, text("question"), text("locale"), conversation.as_deref()).await;
        score.milliseconds.push(started.elapsed().as_millis());
        score.asked += 1;
        if reply["interpretation"].is_null() {
            score.asked_back += 1;
            eprintln!("no answer: {} {}: {}", text("id"), text("question"), reply["answer"]);
            continue;
        }
        score.answered += 1;
        match judge(&line["expect"], &reply) {
            Ok(()) => score.right += 1,
            Err(why) => score.wrong.push(format!("{} {}: {why}; {}", text("id"), text("question"), reply["answer"])),
        }
    }
    report(&mut score);
    assert!(score.asked > 300, "only {} questions", score.asked);
    assert!(score.right as f64 >= RIGHT * score.asked as f64, "{} of {} are right", score.right, score.asked);
    assert!(score.wrong.len() as f64 <= WRONG * score.asked as f64, "{} wrong answers", score.wrong.len());
}

fn report(score: &mut Score) {
    for wrong in &score.wrong {
        eprintln!("WRONG {wrong}");
    }
    score.milliseconds.sort_unstable();
    let place = |part: f64| score.milliseconds[(part * (score.milliseconds.len() - 1) as f64) as usize];
    eprintln!(
        "assistant without a model: {} asked, {} answered, {} right, {} wrong, {} not answered; p50 {} ms, p95 {} ms",
        score.asked,
        score.answered,
        score.right,
        score.wrong.len(),
        score.asked_back,
        place(0.5),
        place(0.95),
    );
}

/// Compares the figures of an answer with the gold.
fn judge(expect: &Value, reply: &Value) -> Result<(), String> {
    if let Some(never) = expect["must_not_be"].as_f64() {
        let cells = reply["result"]["rows"].as_array().into_iter().flatten().flat_map(|row| row.as_array().unwrap());
        return match cells.filter_map(Value::as_f64).any(|cell| same(cell, never)) {
            true => Err(format!("{never} must not be told")),
            false => Ok(()),
        };
    }
    let columns: Vec<&str> =
        reply["result"]["columns"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    let rows = reply["result"]["rows"].as_array().unwrap();
    // Those whom a bound chooses are told by what it bounds.
    let bounded = expect["filters"].as_array().into_iter().flatten().filter_map(|filter| filter["field"].as_str());
    let bounded = bounded.into_iter().find(|field| columns.contains(field)).unwrap_or("revenue");
    let metric = |at: usize| expect["metrics"][at].as_str().unwrap_or(bounded).to_owned();
    let asked_for = |name: &str| expect.get(name).is_some_and(|wanted| *wanted != false);
    let wanted = match (asked_for("share"), asked_for("ratio")) {
        (true, _) => "share".to_owned(),
        (_, true) => "ratio".to_owned(),
        _ => metric(0),
    };
    let number = |row: usize, name: &str| -> Result<f64, String> {
        let place = columns.iter().position(|column| *column == name).ok_or(format!("no column {name}"))?;
        rows.get(row).and_then(|row| row[place].as_f64()).ok_or(format!("no number in {name}"))
    };
    let Some(gold) = expect["gold"].as_array() else {
        let gold = expect["gold"].as_f64().unwrap();
        let found = number(0, &wanted)?;
        return if same(found, gold) { Ok(()) } else { Err(format!("{found} instead of {gold}")) };
    };
    if gold.iter().all(|row| row.as_array().is_some_and(|row| row.len() == 3)) && !gold.is_empty() {
        return judge_groups(gold, rows, &columns, &wanted);
    }
    let pair = |row: &Value| (key_text(&row[0]), row[1].as_f64().unwrap_or(f64::NAN));
    let gold: Vec<(String, f64)> = gold.iter().map(pair).collect();
    let found: Vec<(String, f64)> = if gold.first().is_some_and(|(key, _)| key == "current") {
        vec![
            ("current".to_owned(), number(0, &wanted)?),
            ("before".to_owned(), number(0, &format!("{wanted}_before"))?),
        ]
    } else if gold.len() > 1 && gold.iter().all(|(key, _)| columns.contains(&key.as_str())) {
        gold.iter().map(|(key, _)| Ok((key.clone(), number(0, key)?))).collect::<Result<_, String>>()?
    } else {
        (0..rows.len())
            .map(|row| Ok((key_text(&rows[row][0]), number(row, &wanted)?)))
            .collect::<Result<_, String>>()?
    };
    // A step in time without sales is told as nothing, and is no row of the gold.
    let steps = expect.get("grain").is_some();
    let told = |key: &str| gold.iter().any(|(known, _)| known == key);
    let found: Vec<(String, f64)> =
        found.into_iter().filter(|(key, value)| !steps || *value != 0.0 || told(key)).collect();
    let ordered = expect.get("order").is_some();
    let sorted = |mut list: Vec<(String, f64)>| {
        if !ordered {
            list.sort_by(|one, other| one.0.cmp(&other.0));
        }
        list
    };
    let (gold, found) = (sorted(gold), sorted(found));
    // A list without a number of rows may be cut where the gold is whole.
    let whole = expect.get("limit").is_some() || found.len() == gold.len();
    let alike = |(one, other): (&(String, f64), &(String, f64))| one.0 == other.0 && same(one.1, other.1);
    let contained = |one: &(String, f64)| gold.iter().any(|other| alike((one, other)));
    let fits = if whole {
        found.len() == gold.len() && found.iter().zip(&gold).all(alike)
    } else {
        found.iter().all(contained)
    };
    if fits && found.is_empty() == gold.is_empty() {
        Ok(())
    } else {
        Err(format!("{:?} instead of {:?}", &found[..found.len().min(3)], &gold[..gold.len().min(3)]))
    }
}

/// Compares the best of each group with the gold: rows of the group, the figure and the key that is listed, in any order.
fn judge_groups(gold: &[Value], rows: &[Value], columns: &[&str], wanted: &str) -> Result<(), String> {
    let place = columns.iter().position(|column| *column == wanted).ok_or(format!("no column {wanted}"))?;
    let has = |row: &Value, key: &Value| {
        let cells = row.as_array().into_iter().flatten().enumerate();
        cells.filter(|(at, _)| *at != place).any(|(_, cell)| key_text(cell) == key_text(key))
    };
    let alike = |row: &Value, one: &Value| {
        let figures = (row[place].as_f64(), one[1].as_f64());
        matches!(figures, (Some(found), Some(gold)) if same(found, gold)) && has(row, &one[0]) && has(row, &one[2])
    };
    match gold.iter().find(|one| !rows.iter().any(|row| alike(row, one))) {
        None if rows.len() == gold.len() => Ok(()),
        None => Err(format!("{} rows instead of {}", rows.len(), gold.len())),
        Some(missing) => Err(format!("no row {missing}")),
    }
}

fn key_text(key: &Value) -> String {
    key.as_str().map_or_else(|| key.to_string(), str::to_owned)
}

fn same(one: f64, other: f64) -> bool {
    // Money and quotients are told to four digits after the point.
    (one - other).abs() <= 1e-6 * one.abs().max(other.abs()) + 0.51e-4
}
