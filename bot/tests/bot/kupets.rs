//! A stand-in for the server: answers have exactly the shapes that the server's have, what it refuses is refused, and what is
//! asked is written down.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::StatusCode,
    web::{self, Bytes, Data},
};
use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::{
    shop::{catalogue, customer, forecast, recommendation, table, trends},
    world::BOT_SECRET,
};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: HashMap<String, String>,
    pub who: String,
    pub body: Value,
}

/// Who a credential is.
#[derive(Debug, Clone)]
struct Link {
    workspace: String,
    role: String,
}

#[derive(Default)]
struct State {
    tokens: HashMap<String, Link>,
    links: HashMap<String, Link>,
    /// Answers by their messages, as they are kept.
    answers: HashMap<String, Value>,
    asked: Vec<Asked>,
    deliveries: Vec<Value>,
    outbox: Vec<Value>,
    settled: Vec<(String, Value)>,
    made: usize,
    /// The zone of the first workspace, where it was changed.
    zone: Option<String>,
}

pub struct Kupets {
    url: String,
    state: Arc<Shared>,
    handle: actix_web::dev::ServerHandle,
}

struct Shared {
    state: Mutex<State>,
    /// Answers that are being streamed now, and the most of them at once.
    open: AtomicUsize,
    most: AtomicUsize,
    /// Answers whose reader went before their end.
    abandoned: AtomicUsize,
    /// Answers wait for this many ticks of 20 ms after their first words.
    slow: AtomicUsize,
    /// Requests that are turned away with 429 before one is let in.
    refusals: AtomicUsize,
    /// The process is gone.
    dead: AtomicUsize,
    /// Reads wait.
    held: AtomicUsize,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Kupets {
    pub async fn start() -> Self {
        let state = Arc::new(Shared {
            state: Mutex::default(),
            open: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            abandoned: AtomicUsize::new(0),
            slow: AtomicUsize::new(0),
            refusals: AtomicUsize::new(0),
            dead: AtomicUsize::new(0),
            held: AtomicUsize::new(0),
        });
        let data = Data::from(Arc::clone(&state));
        let app = move || App::new().app_data(data.clone()).default_service(web::to(serve));
        let server = HttpServer::new(app).workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, state, handle }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// A link's token: good once.
    pub fn token(&self, workspace: &str, role: &str) -> String {
        let mut state = self.state.lock();
        state.made += 1;
        let token = format!("token-of-a-link-{:04}", state.made);
        state.tokens.insert(token.clone(), Link { workspace: workspace.to_owned(), role: role.to_owned() });
        token
    }

    pub fn expire(&self, token: &str) {
        self.state.lock().tokens.remove(token);
    }

    /// Removes everybody from the workspace.
    pub fn remove_members(&self) {
        self.state.lock().links.clear();
    }

    /// Erases everybody: what told of them is gone.
    pub fn erase(&self) {
        self.state.lock().answers.clear();
    }

    pub fn set_role(&self, role: &str) {
        self.state.lock().links.values_mut().for_each(|link| link.role = role.to_owned());
    }

    /// The first workspace has another zone from now on.
    pub fn set_zone(&self, zone: &str) {
        self.state.lock().zone = Some(zone.to_owned());
    }

    pub fn set_slow(&self, ticks: usize) {
        self.state.slow.store(ticks, Ordering::SeqCst);
    }

    pub fn set_dead(&self, dead: bool) {
        self.state.dead.store(usize::from(dead), Ordering::SeqCst);
    }

    /// Reads are not answered until they are let go.
    pub fn hold_reads(&self, held: bool) {
        self.state.held.store(usize::from(held), Ordering::SeqCst);
    }

    pub fn turn_away(&self, requests: usize) {
        self.state.refusals.store(requests, Ordering::SeqCst);
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.state.lock().asked.clone()
    }

    /// Requests to a path.
    pub fn asked_of(&self, path: &str) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.path == path).collect()
    }

    /// Questions and plans in the order they came.
    pub fn questions(&self) -> Vec<Value> {
        self.asked_of("/v1/assistant/messages").into_iter().map(|asked| asked.body).collect()
    }

    pub fn abandoned(&self) -> usize {
        self.state.abandoned.load(Ordering::SeqCst)
    }

    pub fn most_at_once(&self) -> usize {
        self.state.most.load(Ordering::SeqCst)
    }

    pub fn put_outbox(&self, item: Value) {
        self.state.lock().outbox.push(item);
    }

    /// What the bot said became of deliveries.
    pub fn delivered(&self) -> Vec<(String, Value)> {
        self.state.lock().settled.clone()
    }
}

impl Drop for Kupets {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

fn problem(status: u16, code: &str, detail: &str) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap();
    HttpResponse::build(status).content_type("application/problem+json").json(json!({
        "type": format!("urn:kupets:problem:{code}"), "title": code, "status": status.as_u16(), "detail": detail, "code": code,
    }))
}

fn workspace(id: &str, zone: Option<&str>) -> Value {
    let (name, zone, currency) = if id == "w1" {
        ("Лавка", zone.unwrap_or("Europe/Moscow"), "RUB")
    } else {
        ("Shop Two", "Europe/London", "GBP")
    };
    json!({"id": id, "name": name, "time_zone": zone, "currency": currency, "locale": "ru", "created_at": "2026-01-01T00:00:00Z", "delete_at": null})
}

async fn serve(request: HttpRequest, body: Bytes, shared: Data<Shared>) -> HttpResponse {
    if shared.dead.load(Ordering::SeqCst) > 0 {
        return HttpResponse::Ok()
            .streaming(futures::stream::once(async { Err::<Bytes, _>(std::io::Error::other("dead")) }));
    }
    let who = request.headers().get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let who = who.strip_prefix("Bearer ").unwrap_or_default().to_owned();
    let query = web::Query::<HashMap<String, String>>::from_query(request.query_string()).unwrap().into_inner();
    let asked = Asked {
        method: request.method().to_string(),
        path: request.path().to_owned(),
        query,
        who: who.clone(),
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    };
    if !asked.path.starts_with("/v1/telegram/outbox") {
        shared.lock().asked.push(asked.clone());
    }
    if let Some(name) = asked.query.keys().find(|name| !takes(&asked.path).contains(&name.as_str())) {
        return problem(400, "bad_parameter", &format!("There is no parameter `{name}`."));
    }
    if let Some(period) = asked.query.get("period").filter(|period| !PERIODS.contains(&period.as_str())) {
        return problem(400, "bad_parameter", &format!("`period` is `{period}`; it may be {}.", PERIODS.join(", ")));
    }
    if asked.path.starts_with("/v1/telegram/") && asked.path != "/v1/telegram/unlink" {
        if who != BOT_SECRET {
            return problem(401, "unauthorized", "this is not the bot's secret");
        }
        return telegram(&asked, &shared).await;
    }
    let link = shared.lock().links.get(&who).cloned();
    let Some(link) = link else { return problem(401, "unauthorized", "the link is gone") };
    if shared.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
        return problem(429, "too_many_requests", "too many requests");
    }
    if asked.path == "/v1/assistant/messages" {
        let accept =
            request.headers().get_all("accept").map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(accept, ["text/event-stream"], "who asks for JSON too may get it");
        return assistant(&asked, &shared);
    }
    while asked.method == "GET" && shared.held.load(Ordering::SeqCst) > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    answer(&asked, &link, &shared)
}

/// Periods that the server knows by name.
const PERIODS: [&str; 16] = [
    "today",
    "yesterday",
    "last_7_days",
    "last_30_days",
    "last_7_whole_days",
    "last_30_whole_days",
    "this_month",
    "last_month",
    "month_to_date",
    "this_quarter",
    "last_quarter",
    "quarter_to_date",
    "this_year",
    "last_year",
    "year_to_date",
    "all",
];

/// Parameters that a route takes: the server refuses others.
fn takes(path: &str) -> &'static [&'static str] {
    match path.trim_start_matches("/v1/").split('/').collect::<Vec<_>>().as_slice() {
        ["telegram", "outbox"] => &["limit", "wait"],
        ["reports", _] => &["from", "to", "period", "currency", "limit", "locale", "grain", "format", "csv_guard"],
        ["forecast"] => &["metric", "grain", "horizon", "currency", "as_of", "locale"],
        ["trends"] => &["metric", "from", "to", "period", "currency", "limit", "locale"],
        ["recommendations"] => &["kind", "customer_id", "status", "limit", "cursor", "customers", "as_of", "locale"],
        ["recommendations", _] => &["locale"],
        ["customers"] => &["search", "segment", "filter", "sort", "currency", "limit", "cursor"],
        ["customers", _] => &["currency", "locale"],
        ["tasks"] => {
            &["status", "assignee", "customer_id", "recommendation_id", "due_before", "due_after", "limit", "cursor"]
        }
        ["customers", _, "timeline"] | ["deliveries"] | ["assistant", "messages", _, "rows"] => &["limit", "cursor"],
        _ => &[],
    }
}

async fn telegram(asked: &Asked, shared: &Shared) -> HttpResponse {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/v1/telegram/redeem") => {
            let mut state = shared.lock();
            let Some(link) = asked.body["token"].as_str().and_then(|token| state.tokens.remove(token)) else {
                return problem(404, "bad_token", "the link was used or has expired");
            };
            assert!(asked.body["telegram_user_id"].is_i64());
            state.made += 1;
            let credential = format!("kt_{:0>43}", state.made);
            let body = json!({
                "credential": credential, "link_id": format!("l{}", state.made),
                "user": {"id": "u1", "name": "Анна Петрова", "locale": "ru"}, "workspace": workspace(&link.workspace, state.zone.as_deref()), "role": link.role,
            });
            state.links.insert(credential, link);
            HttpResponse::Ok().json(body)
        }
        ("PUT", "/v1/telegram/bot") => HttpResponse::NoContent().finish(),
        ("GET", "/v1/telegram/outbox") => {
            let looks = asked.query.get("wait").map_or(0, |wait| wait.parse::<usize>().unwrap()) * 50;
            for _ in 0..=looks {
                let items = shared.lock().outbox.clone();
                if !items.is_empty() {
                    return HttpResponse::Ok().json(json!({"items": items, "next_cursor": null}));
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            HttpResponse::Ok().json(json!({"items": [], "next_cursor": null}))
        }
        ("POST", path) => {
            let id = path.strip_prefix("/v1/telegram/outbox/").unwrap_or_default().to_owned();
            let mut state = shared.lock();
            let known = ["status", "reason", "retry_after"];
            assert!(asked.body.as_object().unwrap().keys().all(|name| known.contains(&name.as_str())), "{asked:?}");
            let status = asked.body["status"].as_str().unwrap();
            assert!(["sent", "failed", "blocked", "later"].contains(&status), "{asked:?}");
            state.settled.push((id.clone(), asked.body.clone()));
            if !state.outbox.iter().any(|item| item["id"] == id.as_str()) {
                return problem(404, "not_found", "no such message waits");
            }
            // What is put off is given again; here at once.
            if status != "later" {
                state.outbox.retain(|item| item["id"] != id.as_str());
            }
            HttpResponse::NoContent().finish()
        }
        _ => problem(404, "not_found", "there is no such address"),
    }
}

/// Counts an answer that is being streamed.
struct Streaming {
    shared: Data<Shared>,
    whole: bool,
}

impl Drop for Streaming {
    fn drop(&mut self) {
        self.shared.open.fetch_sub(1, Ordering::SeqCst);
        if !self.whole {
            self.shared.abandoned.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// An answer as the server keeps it: without its figures.
fn keep(events: &[(&'static str, Value)], words: &str, shared: &Shared) {
    let Some((_, reply)) = events.iter().find(|(name, _)| *name == "done") else { return };
    let mut kept =
        json!({"id": reply["message_id"], "asked_at": "2026-05-01T08:00:00Z", "question": words, "gate": null});
    for name in
        ["answer", "language", "source", "interpretation", "sql", "choices", "alternatives", "model", "elapsed_ms"]
    {
        kept[name] = reply[name].clone();
    }
    shared.lock().answers.insert(reply["message_id"].as_str().unwrap().to_owned(), kept);
}

fn assistant(asked: &Asked, shared: &Data<Shared>) -> HttpResponse {
    let words = asked.body["message"].as_str().unwrap_or_default().to_owned();
    if words.contains("запрещено") {
        // What the server says may name customers.
        return problem(403, "forbidden", "your role may not see Ирина Иванова");
    }
    let events = events(&asked.body, &words);
    keep(&events, &words, shared);
    let open = shared.open.fetch_add(1, Ordering::SeqCst) + 1;
    shared.most.fetch_max(open, Ordering::SeqCst);
    let guard = Streaming { shared: shared.clone(), whole: false };
    let cut = words.contains("оборви");
    let start = (events.into_iter(), guard, 0usize, 0usize);
    let stream = futures::stream::unfold(start, move |(mut events, mut guard, at, ticks)| async move {
        // After the first words a model is at work, and comments keep the connection.
        if at == 3 && ticks < guard.shared.slow.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let comment = Bytes::from_static(b": waiting for the model\n\n");
            return Some((Ok(comment), (events, guard, at, ticks + 1)));
        }
        let (name, data) = events.next()?;
        guard.whole = name == "done" || name == "error";
        if cut && at == 2 {
            return Some((Err(std::io::Error::other("cut")), (events, guard, at + 1, ticks)));
        }
        let frame = Bytes::from(format!("event: {name}\ndata: {data}\n\n"));
        Some((Ok(frame), (events, guard, at + 1, ticks)))
    });
    HttpResponse::Ok().content_type("text/event-stream").streaming(stream.fuse())
}

fn plan(intent: &str) -> Value {
    json!({
        "intent": intent, "metrics": ["revenue"], "dimensions": [], "filters": [],
        "period": {"from": "2026-03-31T21:00:00Z", "to": "2026-04-30T21:00:00Z", "label": "апрель 2026", "running": false},
        "compared_with": null, "order": null, "limit": null, "grain": null, "assumed": [],
    })
}

fn events(body: &Value, words: &str) -> Vec<(&'static str, Value)> {
    let conversation = body["conversation_id"].as_str().unwrap_or("c1").to_owned();
    let english = words.chars().any(|c| c.is_ascii_alphabetic()) || (words.is_empty() && body["locale"] == "en");
    let language = if english { "en" } else { "ru" };
    let message = format!("m-{}", words.chars().count());
    let mut reply = json!({
        "conversation_id": conversation, "message_id": message, "language": language, "source": "catalogue", "verified": null,
        "answer": if english { "Revenue: £3,110.00, April 2026." } else { "Выручка: 3110,00\u{a0}₽, апрель 2026." },
        "interpretation": plan("value"),
        "result": {"columns": [{"name": "revenue", "type": "DECIMAL(38,4)", "unit": "RUB"}], "rows": [[3110]], "meta": {}},
        "sql": "SELECT sum(amount) AS revenue\nFROM purchases\nWHERE amount < 5 AND currency = 'RUB'",
        "choices": [], "alternatives": [{"id": "a1", "label": if english { "with the running month" } else { "с текущим месяцем" }, "plan": plan("value")}],
        "chart": "none", "next": if english { "And by channel?" } else { "А по каналам?" }, "model": null, "elapsed_ms": 5,
    });
    if words.contains("топ") || words.contains("top") {
        let rows: Vec<Value> =
            (1..=12).map(|at| json!([format!("p{at}"), format!("Чай «Букет {at}» <b>"), 12_000 - at * 731])).collect();
        reply["interpretation"] = plan("list");
        reply["interpretation"]["dimensions"] = json!(["product"]);
        reply["answer"] = json!("Выручка (товар), апрель 2026:\n1. Чай «Букет 1» <b>: 11 269 ₽\nИ ещё 2 в таблице.");
        reply["chart"] = json!("bar");
        reply["result"] = json!({"columns": [
            {"name": "product_id", "type": "VARCHAR", "unit": null}, {"name": "product", "type": "VARCHAR", "unit": null},
            {"name": "revenue", "type": "DECIMAL(38,4)", "unit": "RUB"}], "rows": rows, "meta": {}});
    }
    if words.contains("длинно") {
        reply["answer"] =
            json!((1..=400).map(|at| format!("{at}. Чай «Букет» & <b>: 11 269 ₽")).collect::<Vec<_>>().join("\n"));
    }
    if words.contains("уточни") {
        reply["source"] = json!("clarify");
        reply["answer"] = json!("Что вы имеете в виду?");
        reply["result"] = Value::Null;
        reply["sql"] = Value::Null;
        reply["interpretation"] = Value::Null;
        reply["choices"] = json!([{"id": "1", "label": "По заказам", "plan": plan("value")}, {"id": "2", "label": "По выручке", "plan": plan("value")}]);
    }
    let part =
        |names: &[&str]| Value::Object(names.iter().map(|name| ((*name).to_owned(), reply[*name].clone())).collect());
    let mut events = vec![
        ("plan", part(&["conversation_id", "message_id", "interpretation", "source", "choices", "alternatives"])),
        ("result", part(&["result", "sql", "chart"])),
        ("narrative", part(&["answer"])),
    ];
    if words.contains("ошибка") {
        let told = json!({"type": "urn:kupets:problem:unavailable", "title": "Unavailable", "status": 503, "detail": "the node is fenced", "code": "unavailable"});
        events.push(("error", told));
    } else {
        events.push(("done", reply.clone()));
    }
    events
}

/// What the server would find wrong in a new delivery.
fn wrong_delivery(body: &Value) -> Option<&'static str> {
    let digest = body["kind"] == "digest";
    if digest == body["schedule"].is_null() {
        return Some("schedule");
    }
    if digest != body["alert"].is_null() {
        return Some("alert");
    }
    if body["name"].as_str().is_none_or(str::is_empty) || body["channel"] != "telegram" {
        return Some("name");
    }
    let alert = &body["alert"];
    let above_zero = |name: &str| alert[name].is_number() && alert[name].as_f64().is_some_and(|value| value > 0.0);
    let only =
        |names: &[&str]| alert.as_object().unwrap().keys().all(|name| name == "type" || names.contains(&name.as_str()));
    let fits = digest
        || match alert["type"].as_str() {
            Some("threshold") => only(&["metric", "above", "below", "change_percent"]) && above_zero("change_percent"),
            Some("large_purchase") => only(&["amount"]) && above_zero("amount"),
            Some("anomaly" | "cooling") => only(&[]),
            _ => false,
        };
    (!fits).then_some("alert")
}

fn answer(asked: &Asked, link: &Link, shared: &Shared) -> HttpResponse {
    let ok = |body: Value| HttpResponse::Ok().json(body);
    let page = |items: Value, next: Value| HttpResponse::Ok().json(json!({"items": items, "next_cursor": next}));
    let path: Vec<&str> = asked.path.trim_start_matches("/v1/").split('/').collect();
    match (asked.method.as_str(), path.as_slice()) {
        ("GET", ["me"]) => ok(
            json!({"user": {"id": "u1", "name": "Анна Петрова", "email": "a@example.com", "locale": "ru", "created_at": "2026-01-01T00:00:00Z"}, "workspace": workspace(&link.workspace, shared.lock().zone.as_deref()), "role": link.role}),
        ),
        ("POST", ["telegram", "unlink"]) => {
            shared.lock().links.remove(&asked.who);
            HttpResponse::NoContent().finish()
        }
        ("GET", ["assistant", "messages", id]) => match shared.lock().answers.get(*id) {
            Some(kept) => ok(kept.clone()),
            None => problem(404, "not_found", "you have no such message in this workspace"),
        },
        ("GET", ["assistant", "messages", _, "rows"]) => ok(json!({
            "columns": [{"name": "purchase_id", "type": "VARCHAR", "unit": null}, {"name": "occurred_at", "type": "TIMESTAMP WITH TIME ZONE", "unit": null}, {"name": "amount", "type": "DECIMAL(38,4)", "unit": "RUB"}],
            "rows": [["p-1", "2026-04-02T09:30:00Z", 155.5]], "meta": {}, "next_cursor": if asked.query.contains_key("cursor") { Value::Null } else { json!("20") }})),
        ("POST", ["assistant", "messages", _, "feedback"]) => HttpResponse::NoContent().finish(),
        ("GET", ["reports"]) => ok(catalogue()),
        ("GET", ["reports", id]) => match asked.query.get("format").map(String::as_str) {
            Some("csv") => HttpResponse::Ok().content_type("text/csv").body("product,revenue\nЧай,1\n"),
            Some("xlsx") => HttpResponse::Ok()
                .content_type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
                .body(b"PK\x03\x04".to_vec()),
            _ => ok(table(id)),
        },
        ("GET", ["forecast"]) => ok(forecast(&asked.query)),
        ("GET", ["trends"]) => ok(trends()),
        ("GET", ["recommendations"]) => {
            let next = if asked.query.contains_key("cursor") { Value::Null } else { json!("1") };
            ok(
                json!({"as_of": "2026-05-01T00:00:00Z", "items": [recommendation("new")], "next_cursor": next, "none": [], "snapshot": "1"}),
            )
        }
        ("POST", ["recommendations", _]) if link.role == "viewer" => {
            problem(403, "forbidden", "a manager and up may decide")
        }
        ("POST", ["recommendations", _]) => ok(recommendation(asked.body["status"].as_str().unwrap())),
        ("GET", ["customers"]) => match asked.query["search"].as_str() {
            "Никто" => page(json!([]), Value::Null),
            // Two of one name, and more than there are buttons for.
            "Анна" => page(
                json!([{"customer_id": "a1", "name": "Анна", "currency": "RUB", "orders": 1, "revenue": 20, "tags": [], "attributes": {}, "updated_at": "2026-01-01T00:00:00Z"},
                {"customer_id": "a2", "name": "Анна", "currency": "RUB", "orders": 1, "revenue": 20, "tags": [], "attributes": {}, "updated_at": "2026-01-01T00:00:00Z"}]),
                json!("2"),
            ),
            "Иван" => page(
                json!([customer(), {"customer_id": "c2", "name": null, "currency": "RUB", "orders": 1, "revenue": 20, "tags": [], "attributes": {}, "updated_at": "2026-01-01T00:00:00Z"}]),
                Value::Null,
            ),
            _ => page(json!([customer()]), Value::Null),
        },
        ("GET", ["customers", _]) => {
            let mut card = customer();
            card["churn_reasons"] = json!(["Давно не покупала: 28 дней при обычных 12."]);
            card["expected_purchases"] = json!(3.4);
            card["next_order_at"] = json!("2026-05-09T00:00:00Z");
            ok(card)
        }
        ("GET", ["customers", _, "timeline"]) => page(
            json!([
                {"type": "purchase", "purchase_id": "p-1", "occurred_at": "2026-04-02T09:30:00Z", "amount": 155.5, "currency": "RUB", "channel": "web", "attributes": {},
                 "items": [{"product_id": "tea", "product": "Чай", "category": "drinks", "quantity": 2, "unit_price": 70, "amount": 140}, {"product_id": "cup", "product": null, "quantity": 1, "amount": 15.5}]},
                {"type": "interaction", "interaction_id": "i-1", "kind": "call", "occurred_at": "2026-03-02T09:30:00Z", "channel": "phone", "direction": "in", "subject": "Доставка", "body": "Спросила про срок", "outcome": "ok", "agent": null, "attributes": {}},
            ]),
            if asked.query.contains_key("cursor") { Value::Null } else { json!("2") },
        ),
        ("GET", ["tasks"]) => page(
            json!([{"id": "t1", "title": "Позвонить Ивановой", "note": "до обеда", "due_at": "2026-05-02T20:59:59Z", "assignee": {"user_id": "u1", "name": "Анна"},
            "customer_id": "c1", "recommendation_id": null, "status": "open", "remind_at": null, "created_by": {"user_id": "u1", "name": "Анна"}, "created_at": "2026-04-01T00:00:00Z", "updated_at": "2026-04-01T00:00:00Z", "completed_at": null, "overdue": true}]),
            Value::Null,
        ),
        ("PATCH", ["tasks", id]) => ok(json!({"id": id, "status": asked.body["status"]})),
        ("GET", ["deliveries"]) => page(json!(shared.lock().deliveries), Value::Null),
        ("POST", ["deliveries"]) => {
            if let Some(field) = wrong_delivery(&asked.body) {
                return problem(422, "wrong_fields", &format!("`{field}` is wrong"));
            }
            let mut delivery = json!({"schedule": null, "alert": null, "cooldown_hours": 24, "quiet_hours": null, "active": true,
                "created_at": "2026-05-01T08:00:00Z", "last_run_at": null, "owner": {"user_id": "u1", "name": "Анна Петрова"}});
            delivery.as_object_mut().unwrap().extend(asked.body.as_object().unwrap().clone());
            let mut state = shared.lock();
            delivery["id"] = json!(format!("d{}", state.deliveries.len() + 1));
            delivery["next_run_at"] = json!("2026-05-04T06:00:00Z");
            state.deliveries.push(delivery.clone());
            HttpResponse::Created().json(delivery)
        }
        ("PATCH", ["deliveries", id]) => {
            let mut state = shared.lock();
            let found = state.deliveries.iter_mut().find(|delivery| delivery["id"] == *id).unwrap();
            found["active"] = asked.body["active"].clone();
            ok(found.clone())
        }
        ("DELETE", ["deliveries", id]) => {
            shared.lock().deliveries.retain(|delivery| delivery["id"] != *id);
            HttpResponse::NoContent().finish()
        }
        _ => problem(404, "not_found", "there is no such address"),
    }
}
