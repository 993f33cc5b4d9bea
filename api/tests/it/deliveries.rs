//! Digests and alerts: sent once, at their hour, to their owner alone, with the figures that the reports have.

use std::time::Duration;

use kupets_engine::clock::Clock as _;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    app::{App, BOT_SECRET, Credentials as _, Person, answer},
    passwords::{body_of, post_office},
    recommend, trends,
};

/// No state is waited for longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// 2026-05-28T20:26:40Z, at which the clock of the tests stands: 23:26 in Moscow.
const START_MS: i64 = 1_780_000_000_000;
/// 09:00 of the next day in Moscow.
const NINE_MS: i64 = 1_780_034_400_000;

struct Shop {
    app: App,
    anna: Person,
    key: String,
}

impl Shop {
    async fn open() -> Self {
        let app = App::spawn_with(|settings| settings.session_days = 10_000).await;
        let anna = app.register("anna@example.com").await;
        let (key, _) = app.key(&anna, &["ingest"]).await;
        Self { app, anna, key }
    }

    async fn sell(&self, id: &str, customer: &str, amount: f64, at: &str) {
        let purchase =
            json!({"purchase_id": id, "customer_id": customer, "product": "tea", "amount": amount, "occurred_at": at});
        let (status, done) = answer(self.app.post("/v1/purchases", &purchase).key(&self.key)).await;
        assert_eq!(status, 200, "{done}");
    }

    async fn deliver(&self, body: Value) -> Value {
        let (status, made) = answer(self.app.post("/v1/deliveries", &body).person(&self.anna)).await;
        assert_eq!(status, 201, "{made}");
        made
    }

    async fn runs(&self, delivery: &Value) -> Vec<Value> {
        let path = format!("/v1/deliveries/{}/runs", delivery["id"].as_str().unwrap());
        let (status, list) = answer(self.app.get(&path).person(&self.anna)).await;
        assert_eq!(status, 200, "{list}");
        list["items"].as_array().unwrap().clone()
    }

    /// The runs when there are so many.
    async fn ran(&self, delivery: &Value, count: usize) -> Vec<Value> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let runs = self.runs(delivery).await;
            if runs.len() >= count {
                return runs;
            }
            assert!(tokio::time::Instant::now() < deadline, "{} of {count}: {runs:?}", runs.len());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn take(&self) -> Vec<Value> {
        let (status, list) = answer(self.app.get("/v1/telegram/outbox").key(BOT_SECRET)).await;
        assert_eq!(status, 200, "{list}");
        list["items"].as_array().unwrap().clone()
    }

    fn settle(&self, id: &Value, body: Value) -> RequestBuilder {
        self.app.post(&format!("/v1/telegram/outbox/{}", id.as_str().unwrap()), &body).key(BOT_SECRET)
    }

    /// Waits until a delivery was looked at at that moment or later, whether or not there was something to tell.
    async fn looked(&self, delivery: &Value, since: &str) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let (_, list) = answer(self.app.get("/v1/deliveries").person(&self.anna)).await;
            let items = list["items"].as_array().unwrap();
            let found = items.iter().find(|item| item["id"] == delivery["id"]).unwrap();
            // Moments of one zone and one form are in order as texts.
            if found["last_run_at"].as_str().is_some_and(|at| at >= since) {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "not looked at since {since}: {found}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// When the delivery is due next.
    async fn next(&self, delivery: &Value) -> String {
        let (_, list) = answer(self.app.get("/v1/deliveries").person(&self.anna)).await;
        let found = list["items"].as_array().unwrap().iter().find(|item| item["id"] == delivery["id"]).unwrap().clone();
        found["next_run_at"].as_str().unwrap_or_default().to_owned()
    }
}

fn digest(channel: &str, every: &str) -> Value {
    json!({"kind": "digest", "name": "Утро", "channel": channel, "schedule": {"every": every, "hour": 9}, "locale": "ru"})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_says_what_the_reports_say_and_reaches_the_bot() {
    let shop = Shop::open().await;
    shop.app.link(&shop.anna, 42).await;
    shop.sell("1", "a", 1_000.0, "2026-05-27T10:00:00+03:00").await;
    shop.sell("2", "b", 1_234.5, "2026-05-28T10:00:00+03:00").await;
    shop.sell("3", "c", 265.5, "2026-05-28T23:00:00+03:00").await;
    let made = shop.deliver(digest("telegram", "day")).await;
    assert_eq!((&made["next_run_at"], &made["owner"]["name"]), (&json!("2026-05-29T06:00:00Z"), &json!("Anna")));
    shop.app.clock.set_ms(NINE_MS - 1);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert!(shop.runs(&made).await.is_empty(), "it is not nine yet");
    shop.app.clock.set_ms(NINE_MS + 1_000);
    let runs = shop.ran(&made, 1).await;
    assert_eq!((&runs[0]["status"], &runs[0]["reason"]), (&json!("queued"), &Value::Null));
    assert_eq!(runs[0]["summary"], "Выручка: 1\u{a0}500\u{a0}RUB (+50\u{a0}%, было 1\u{a0}000\u{a0}RUB)");

    let messages = shop.take().await;
    assert_eq!(messages.len(), 1);
    let message = &messages[0];
    assert_eq!((&message["chat_id"], &message["locale"], &message["attempt"]), (&json!(42), &json!("ru"), &json!(1)));
    assert_eq!(message["title"], "anna@example.com's: 28\u{a0}мая 2026");
    let text = message["text"].as_str().unwrap();
    for line in [
        "Показатели\n• Выручка: 1\u{a0}500\u{a0}RUB (+50\u{a0}%, было 1\u{a0}000\u{a0}RUB)",
        "• Заказы: 2",
        "• Средний чек: 750\u{a0}RUB",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    let report = "/v1/reports/sales_summary?from=2026-05-28&to=2026-05-29";
    let (_, report) = answer(shop.app.get(report).person(&shop.anna)).await;
    assert_eq!(report["rows"][0][1].to_string(), "1500");

    // It is the bot's for a minute.
    assert!(shop.take().await.is_empty());
    assert_eq!(answer(shop.settle(&message["id"], json!({"status": "sent"}))).await.0, 204);
    assert_eq!(shop.runs(&made).await[0]["status"], "sent");
    assert_eq!(answer(shop.settle(&message["id"], json!({"status": "sent"}))).await.0, 404);
    assert_eq!(shop.next(&made).await, "2026-05-30T06:00:00Z");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_downtime_it_is_sent_once() {
    let shop = Shop::open().await;
    shop.app.link(&shop.anna, 42).await;
    shop.sell("1", "a", 10.0, "2026-05-27T10:00:00Z").await;
    let made = shop.deliver(digest("telegram", "day")).await;
    // Ten mornings pass, and nobody was there.
    shop.app.clock.set_ms(NINE_MS + 10 * 86_400_000 + 3_600_000);
    shop.ran(&made, 1).await;
    tokio::time::sleep(Duration::from_millis(4_500)).await;
    assert_eq!(shop.runs(&made).await.len(), 1);
    let messages = shop.take().await;
    assert_eq!(messages.len(), 1);
    // About the day that has just ended, not about the first that was missed.
    assert_eq!(messages[0]["title"], "anna@example.com's: 7\u{a0}июня 2026");
    assert_eq!(shop.next(&made).await, "2026-06-09T06:00:00Z");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bot_may_fail_put_off_and_die() {
    let shop = Shop::open().await;
    shop.app.link(&shop.anna, 42).await;
    let made = shop.deliver(digest("telegram", "day")).await;
    shop.app.clock.set_ms(NINE_MS + 1_000);
    shop.ran(&made, 1).await;
    let first = shop.take().await.remove(0);
    // It dies, and the message is given again.
    shop.app.clock.advance_ms(60_000);
    let again = shop.take().await.remove(0);
    assert_eq!((&again["id"], &again["attempt"]), (&first["id"], &json!(2)));
    assert_eq!(answer(shop.settle(&first["id"], json!({"status": "later", "retry_after": 300}))).await.0, 204);
    shop.app.clock.advance_ms(299_000);
    assert!(shop.take().await.is_empty());
    shop.app.clock.advance_ms(1_000);
    assert_eq!(shop.take().await.len(), 1);
    assert_eq!(answer(shop.settle(&first["id"], json!({"status": "later", "retry_after": 0}))).await.0, 422);
    // Who has blocked the bot is not written to any more.
    let blocked = json!({"status": "blocked", "reason": "Forbidden: bot was blocked by the user"});
    assert_eq!(answer(shop.settle(&first["id"], blocked)).await.0, 204);
    let run = &shop.runs(&made).await[0];
    assert_eq!((&run["status"], &run["reason"]), (&json!("failed"), &json!("Forbidden: bot was blocked by the user")));
    let (_, list) = answer(shop.app.get("/v1/deliveries").person(&shop.anna)).await;
    assert_eq!((&list["items"][0]["active"], &list["items"][0]["next_run_at"]), (&json!(false), &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bot_may_wait_for_a_message() {
    let shop = Shop::open().await;
    shop.app.link(&shop.anna, 42).await;
    shop.sell("1", "a", 1_000.0, "2026-05-28T10:00:00+03:00").await;
    let made = shop.deliver(digest("telegram", "day")).await;
    let ask = |wait: &str| answer(shop.app.get(&format!("/v1/telegram/outbox?wait={wait}")).key(BOT_SECRET));
    for wrong in ["61", "-1", "long"] {
        let (status, problem) = ask(wrong).await;
        assert!(matches!(status, 400 | 422) && problem["errors"][0]["field"] == "wait", "{wrong}: {problem}");
    }
    let (status, none) = ask("1").await;
    assert_eq!((status, &none["items"]), (200, &json!([])));
    let comes = async {
        shop.app.clock.set_ms(NINE_MS + 1_000);
        shop.ran(&made, 1).await
    };
    let ((status, list), _) = tokio::join!(ask("60"), comes);
    assert_eq!((status, list["items"].as_array().map(Vec::len)), (200, Some(1)), "{list}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_goes_to_its_owner_and_ends_with_them() {
    let shop = Shop::open().await;
    let (app, anna) = (&shop.app, &shop.anna);
    let refused = |result: (u16, Value)| (result.0, result.1["code"].as_str().unwrap_or_default().to_owned());
    let make = |person: &Person, body: Value| answer(app.post("/v1/deliveries", &body).person(person));
    assert_eq!(refused(make(anna, digest("telegram", "day")).await), (409, "telegram_not_linked".to_owned()));
    assert_eq!(refused(make(anna, digest("email", "day")).await), (409, "mail_not_set_up".to_owned()));
    let boris = app.member(anna, "viewer", "boris@example.com").await;
    let (annas, boriss) = (app.link(anna, 1).await, app.link(&boris, 2).await);
    // Another's chat is not theirs to write to.
    let mut to_boris = digest("telegram", "day");
    to_boris["target"] = json!({"chat_id": 2});
    assert_eq!(make(anna, to_boris.clone()).await.0, 422);
    let (status, made) = make(&boris, to_boris).await;
    assert_eq!(status, 201, "{made}");
    let path = format!("/v1/deliveries/{}", made["id"].as_str().unwrap());
    assert_eq!(answer(app.request(Method::DELETE, &path).person(anna)).await.0, 404);
    assert_eq!(answer(app.get("/v1/deliveries").key(&annas)).await.1["items"], json!([]));
    assert_eq!(answer(app.get("/v1/deliveries").key(&boriss)).await.1["items"][0]["id"], made["id"]);

    // Unlinked, it is skipped and says why; removed, it is gone.
    assert_eq!(answer(app.post("/v1/telegram/unlink", &json!({})).key(&boriss)).await.0, 204);
    app.clock.set_ms(NINE_MS + 1_000);
    let runs = crate::app::until(200, || app.get(&format!("{path}/runs")).person(&boris)).await;
    drop(runs);
    let deadline = tokio::time::Instant::now() + PATIENCE;
    let run = loop {
        let (_, runs) = answer(app.get(&format!("{path}/runs")).person(&boris)).await;
        if let Some(run) = runs["items"].get(0) {
            break run.clone();
        }
        assert!(tokio::time::Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(run["status"], "skipped");
    assert!(run["reason"].as_str().unwrap().contains("not linked"), "{run}");
    assert!(shop.take().await.is_empty());
    let remove = app.request(Method::DELETE, &format!("/v1/members/{}", boris.id())).person(anna);
    assert_eq!(answer(remove).await.0, 204);
    app.clock.advance_days(2);
    tokio::time::sleep(Duration::from_millis(4_500)).await;
    assert!(shop.take().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_purchase_is_told_once_and_not_at_night_nor_too_often() {
    let shop = Shop::open().await;
    shop.app.link(&shop.anna, 42).await;
    shop.sell("old", "a", 50_000.0, "2026-05-28T10:00:00Z").await;
    shop.app.clock.advance_ms(600_000);
    let alert = json!({"kind": "alert", "name": "Крупные", "channel": "telegram", "locale": "en", "cooldown_hours": 2,
        "quiet_hours": {"from": 0, "to": 8}, "alert": {"type": "large_purchase", "amount": 10000}});
    let made = shop.deliver(alert).await;
    shop.sell("small", "a", 9_999.99, "2026-05-28T20:30:00Z").await;
    shop.sell("big", "b", 10_000.0, "2026-05-28T20:31:00Z").await;
    // Old years that are imported now are no news.
    shop.sell("imported", "a", 90_000.0, "2019-05-28T10:00:00Z").await;
    shop.app.clock.advance_ms(15 * 60_000);
    // 23:51 in Moscow.
    let runs = shop.ran(&made, 1).await;
    assert_eq!((&runs[0]["status"], &runs[0]["summary"]), (&json!("queued"), &json!("A large purchase: 1")));
    let message = shop.take().await.remove(0);
    let text = message["text"].as_str().unwrap();
    assert!(text.contains("10,000\u{a0}RUB, order big, customer b"), "{text}");
    assert!(["old", "small", "imported"].iter().all(|other| !text.contains(other)), "{text}");
    // One at night waits and is told in the morning.
    shop.sell("second", "c", 20_000.0, "2026-05-28T20:55:00Z").await;
    shop.app.clock.set_ms(START_MS + 3_600_000);
    let runs = shop.ran(&made, 2).await;
    assert_eq!((&runs[0]["status"], &runs[0]["reason"]), (&json!("skipped"), &json!("quiet hours")));
    // That it waits is told once, however often it is looked at.
    shop.app.clock.set_ms(START_MS + 2 * 3_600_000);
    shop.looked(&made, "2026-05-28T22:26").await;
    assert_eq!(shop.runs(&made).await.len(), 2);
    shop.app.clock.set_ms(NINE_MS);
    let runs = shop.ran(&made, 3).await;
    assert_eq!(runs[0]["status"], "queued");
    let later = shop.take().await;
    let text = later.iter().find(|m| m["id"] == runs[0]["id"]).unwrap()["text"].as_str().unwrap();
    assert!(text.contains("second") && !text.contains("big"), "{text}");
    shop.sell("third", "c", 20_000.0, "2026-05-29T06:05:00Z").await;
    shop.app.clock.advance_ms(16 * 60_000);
    // Another purchase is another thing: it does not wait for the cooldown of the one before.
    let runs = shop.ran(&made, 4).await;
    assert_eq!(runs[0]["status"], "queued", "{runs:?}");
    // What names an erased person waits no more.
    let erase = shop.app.request(Method::DELETE, "/v1/customers/c").person(&shop.anna);
    assert_eq!(answer(erase).await.0, 202);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_names_an_erased_person_waits_no_more() {
    let shop = Shop::open().await;
    shop.app.link(&shop.anna, 42).await;
    let made = shop
        .deliver(json!({"kind": "alert", "name": "x", "channel": "telegram", "locale": "en", "alert": {"type": "large_purchase", "amount": 10000}}))
        .await;
    shop.sell("big-1", "cust-erased", 10_000.0, "2026-05-28T20:20:00Z").await;
    shop.app.clock.advance_ms(15 * 60_000);
    shop.ran(&made, 1).await;
    let waiting = shop.take().await;
    assert!(waiting[0]["text"].as_str().unwrap().contains("customer cust-erased"), "{waiting:?}");
    let erase = shop.app.request(Method::DELETE, "/v1/customers/cust-erased").person(&shop.anna);
    assert_eq!(answer(erase).await.0, 202);
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        // The bot that had taken it is over its minute.
        shop.app.clock.advance_ms(61_000);
        let waiting = shop.take().await;
        if waiting.is_empty() {
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "{waiting:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_threshold_that_is_crossed_at_night_is_told_in_the_morning() {
    let shop = Shop::open().await;
    shop.app.link(&shop.anna, 42).await;
    let made = shop
        .deliver(json!({"kind": "alert", "name": "x", "channel": "telegram", "locale": "en", "quiet_hours": {"from": 22, "to": 8},
            "alert": {"type": "threshold", "metric": "revenue", "above": 100}}))
        .await;
    // 23:00 in Moscow; an hour later it is another day, which has sold nothing.
    shop.sell("1", "a", 150.0, "2026-05-28T20:00:00Z").await;
    shop.app.clock.advance_ms(15 * 60_000);
    let runs = shop.ran(&made, 1).await;
    assert_eq!((&runs[0]["status"], &runs[0]["reason"]), (&json!("skipped"), &json!("quiet hours")));
    shop.app.clock.set_ms(START_MS + 2 * 3_600_000);
    shop.looked(&made, "2026-05-28T22:26").await;
    shop.app.clock.set_ms(NINE_MS);
    let runs = shop.ran(&made, 2).await;
    assert_eq!(runs[0]["status"], "queued", "{runs:?}");
    let text = shop.take().await.remove(0)["text"].as_str().unwrap().to_owned();
    assert!(text.contains("Revenue, 28\u{a0}May 2026: 150\u{a0}RUB, the threshold is 100\u{a0}RUB"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_thing_waits_for_its_cooldown_and_says_so_once() {
    let shop = Shop::open().await;
    shop.app.link(&shop.anna, 42).await;
    let made = shop
        .deliver(json!({"kind": "alert", "name": "x", "channel": "telegram", "locale": "en",
            "alert": {"type": "threshold", "metric": "revenue", "above": 100}}))
        .await;
    shop.sell("1", "a", 150.0, "2026-05-28T20:00:00Z").await;
    shop.app.clock.advance_ms(15 * 60_000);
    assert_eq!(shop.ran(&made, 1).await[0]["status"], "queued");
    shop.app.clock.set_ms(NINE_MS);
    shop.looked(&made, "2026-05-29T06:00").await;
    shop.sell("2", "a", 170.0, "2026-05-29T05:00:00Z").await;
    shop.app.clock.advance_ms(15 * 60_000);
    let runs = shop.ran(&made, 2).await;
    assert_eq!((&runs[0]["status"], &runs[0]["reason"]), (&json!("skipped"), &json!("cooldown")));
    shop.app.clock.advance_ms(15 * 60_000);
    shop.looked(&made, "2026-05-29T06:30").await;
    assert_eq!(shop.runs(&made).await.len(), 2);
    // A day after the first: 23:42 in Moscow.
    shop.app.clock.set_ms(START_MS + 16 * 60_000 + 86_400_000);
    assert_eq!(shop.ran(&made, 3).await[0]["status"], "queued");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_threshold_is_told_when_it_is_crossed() {
    let shop = Shop::open().await;
    shop.app.link(&shop.anna, 42).await;
    let alert = |rule: Value| json!({"kind": "alert", "name": "x", "channel": "telegram", "locale": "en", "cooldown_hours": 0, "alert": rule});
    let above = shop.deliver(alert(json!({"type": "threshold", "metric": "revenue", "above": 100}))).await;
    let below = shop.deliver(alert(json!({"type": "threshold", "metric": "orders", "below": 5}))).await;
    let never = shop.deliver(alert(json!({"type": "threshold", "metric": "orders", "above": 5}))).await;
    shop.sell("1", "a", 150.0, "2026-05-28T10:00:00Z").await;
    shop.app.clock.advance_ms(15 * 60_000);
    let runs = shop.ran(&above, 1).await;
    assert_eq!(runs[0]["status"], "queued");
    shop.ran(&below, 1).await;
    let messages = shop.take().await;
    let text =
        |id: &Value| messages.iter().find(|m| m["delivery_id"] == *id).unwrap()["text"].as_str().unwrap().to_owned();
    assert!(text(&above["id"]).contains("Revenue today: 150\u{a0}RUB, the threshold is 100\u{a0}RUB"), "{messages:?}");
    assert!(text(&below["id"]).contains("Orders: 0"), "{messages:?}");
    // The same day it is not told again.
    shop.sell("2", "a", 150.0, "2026-05-28T20:40:00Z").await;
    shop.app.clock.advance_ms(15 * 60_000);
    tokio::time::sleep(Duration::from_millis(4_500)).await;
    assert_eq!((shop.runs(&above).await.len(), shop.runs(&never).await.len()), (1, 0));
    let (_, list) = answer(shop.app.get("/v1/deliveries").person(&shop.anna)).await;
    assert!(list["items"][2]["last_run_at"].is_string(), "it was looked at: {list}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_follows_the_zone_of_the_workspace() {
    let shop = Shop::open().await;
    shop.app.link(&shop.anna, 42).await;
    let made = shop.deliver(digest("telegram", "week")).await;
    assert_eq!(made["next_run_at"], "2026-06-01T06:00:00Z", "Monday in Moscow");
    let path = format!("/v1/workspaces/{}", shop.anna.workspace());
    let change = shop.app.request(Method::PATCH, &path).json(&json!({"time_zone": "Asia/Tokyo"})).person(&shop.anna);
    assert_eq!(answer(change).await.0, 200);
    assert_eq!(shop.next(&made).await, "2026-06-01T00:00:00Z");
    let path = format!("/v1/deliveries/{}", made["id"].as_str().unwrap());
    let change =
        shop.app.request(Method::PATCH, &path).json(&json!({"schedule": {"every": "month", "hour": 0, "day": 31}}));
    let (status, changed) = answer(change.person(&shop.anna)).await;
    assert_eq!((status, &changed["next_run_at"]), (200, &json!("2026-05-30T15:00:00Z")), "{changed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_makes_no_sense_is_refused() {
    let shop = Shop::open().await;
    shop.app.link(&shop.anna, 42).await;
    for (wrong, field) in [
        (json!({"schedule": null}), "schedule"),
        (json!({"schedule": {"every": "day", "hour": 24}}), "schedule.hour"),
        (json!({"alert": {"type": "anomaly"}}), "alert"),
        (json!({"name": ""}), "name"),
        (json!({"locale": "de"}), "locale"),
        (json!({"cooldown_hours": -1}), "cooldown_hours"),
        (json!({"quiet_hours": {"from": 25, "to": 1}}), "quiet_hours.from"),
        (json!({"target": {"email": "anna@example.com"}}), "target.email"),
    ] {
        let mut body = digest("telegram", "day");
        for (name, value) in wrong.as_object().unwrap() {
            body[name] = value.clone();
        }
        let (status, problem) = answer(shop.app.post("/v1/deliveries", &body).person(&shop.anna)).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(field)), "{wrong}: {problem}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_out_of_line_is_told_once() {
    let shop = Shop::open().await;
    shop.app.link(&shop.anna, 42).await;
    trends::send(&shop.app, &shop.key, trends::sales(trends::day("2024-10-01"), trends::day("2026-05-29"))).await;
    for n in 0..8 {
        shop.sell(&format!("more-{n}"), &format!("c{n}"), 300.0, "2026-05-27T12:00:00+03:00").await;
    }
    let alert =
        json!({"kind": "alert", "name": "x", "channel": "telegram", "locale": "en", "alert": {"type": "anomaly"}});
    let made = shop.deliver(alert).await;
    shop.app.clock.set_ms(START_MS + 61 * 60_000);
    let runs = shop.ran(&made, 1).await;
    assert_eq!(runs[0]["status"], "queued", "{runs:?}");
    let messages = shop.take().await;
    assert_eq!(messages.len(), 1);
    assert!(messages[0]["title"].as_str().unwrap().contains("a day out of line"), "{messages:?}");
    // An hour later it is the same day of the same thing.
    shop.app.clock.advance_ms(61 * 60_000);
    shop.looked(&made, "2026-05-28T22:28").await;
    assert_eq!(shop.runs(&made).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_customer_who_cools_is_told_once() {
    let (app, anna, key) = recommend::shop().await;
    let shop = Shop { app, anna, key };
    shop.app.link(&shop.anna, 42).await;
    let found = recommend::list(&shop.app, &shop.key, "kind=at_risk_key_customer&locale=en").await;
    let title = found["items"][0]["title"].as_str().unwrap().to_owned();
    let alert =
        json!({"kind": "alert", "name": "x", "channel": "telegram", "locale": "en", "alert": {"type": "cooling"}});
    let made = shop.deliver(alert).await;
    shop.app.clock.advance_ms(61 * 60_000);
    let runs = shop.ran(&made, 1).await;
    assert_eq!((&runs[0]["status"], &runs[0]["summary"]), (&json!("queued"), &json!("A key customer is cooling: 1")));
    let messages = shop.take().await;
    assert!(messages[0]["text"].as_str().unwrap().contains(&title), "{title}: {messages:?}");
    shop.app.clock.advance_ms(61 * 60_000);
    let at = shop.app.clock.now();
    shop.looked(&made, &at.format("%Y-%m-%dT%H:%M:%S").to_string()).await;
    assert_eq!(shop.runs(&made).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_an_account_that_is_unlinked_is_taken_back() {
    let shop = Shop::open().await;
    let link = shop.app.link(&shop.anna, 42).await;
    shop.sell("1", "a", 1_000.0, "2026-05-28T10:00:00+03:00").await;
    let made = shop.deliver(digest("telegram", "day")).await;
    shop.app.clock.set_ms(NINE_MS + 1_000);
    assert_eq!(shop.ran(&made, 1).await[0]["status"], "queued");
    assert_eq!(answer(shop.app.post("/v1/telegram/unlink", &json!({})).key(&link)).await.0, 204);
    assert!(shop.take().await.is_empty(), "the figures are not shown where nobody is linked");
    let run = &shop.runs(&made).await[0];
    assert_eq!((&run["status"], &run["reason"]), (&json!("skipped"), &json!("the Telegram account was unlinked")));
    // The next one goes to whom it is linked then.
    shop.app.link(&shop.anna, 43).await;
    shop.app.clock.set_ms(NINE_MS + 86_400_000 + 1_000);
    assert_eq!(shop.ran(&made, 2).await[0]["status"], "queued");
    // Somebody else links that account: what was for the one before is not theirs to read.
    let boris = shop.app.member(&shop.anna, "viewer", "boris@example.com").await;
    shop.app.link(&boris, 43).await;
    assert!(shop.take().await.is_empty());
    assert_eq!(shop.runs(&made).await[0]["status"], "skipped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_and_an_alert_come_by_mail_too() {
    let (url, mail) = post_office().await;
    let app = App::spawn_with(|settings| {
        settings.session_days = 10_000;
        settings.smtp_url = Some(url.into());
        settings.smtp_from = Some("Kupets <crm@example.com>".to_owned());
    })
    .await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest"]).await;
    let shop = Shop { app, anna, key };
    shop.sell("1", "a", 1_000.0, "2026-05-27T10:00:00+03:00").await;
    // Figures go to people of the workspace alone.
    let mut to_others = digest("email", "day");
    to_others["target"] = json!({"email": "eve@example.com"});
    assert_eq!(answer(shop.app.post("/v1/deliveries", &to_others).person(&shop.anna)).await.0, 422);
    let made = shop.deliver(digest("email", "day")).await;
    assert_eq!(made["target"]["email"], "anna@example.com");
    let alert = shop
        .deliver(json!({"kind": "alert", "name": "x", "channel": "email", "locale": "ru", "alert": {"type": "large_purchase", "amount": 500}}))
        .await;
    shop.sell("2", "b", 1_500.0, "2026-05-28T23:00:00+03:00").await;
    shop.app.clock.advance_ms(15 * 60_000);
    assert_eq!(shop.ran(&alert, 1).await[0]["status"], "sent");
    let first = mail.lock().unwrap().clone();
    assert!(first.contains("To: anna@example.com"), "{first}");
    let text = body_of(&first);
    assert!(text.contains("1\u{a0}500\u{a0}RUB, заказ 2, клиент b"), "{text}");
    shop.app.clock.set_ms(NINE_MS + 1_000);
    let runs = shop.ran(&made, 1).await;
    assert_eq!((&runs[0]["status"], &runs[0]["reason"]), (&json!("sent"), &Value::Null));
    let second = mail.lock().unwrap()[first.len()..].to_owned();
    let text = body_of(&second);
    assert_eq!(second.matches("To: anna@example.com").count(), 1, "{second}");
    let revenue = "Выручка: 1\u{a0}500\u{a0}RUB (+50\u{a0}%, было 1\u{a0}000\u{a0}RUB)";
    assert!(text.contains(revenue), "{text}");
    assert!(shop.take().await.is_empty(), "and by mail alone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_on_which_the_clock_is_changed_has_one_digest() {
    let shop = Shop::open().await;
    shop.app.link(&shop.anna, 42).await;
    let path = format!("/v1/workspaces/{}", shop.anna.workspace());
    let change = shop.app.request(Method::PATCH, &path).json(&json!({"time_zone": "Europe/Berlin"})).person(&shop.anna);
    assert_eq!(answer(change).await.0, 200);
    let set =
        |text: &str| shop.app.clock.set_ms(text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_millis());
    set("2026-10-24T12:00:00Z");
    let mut body = digest("telegram", "day");
    body["schedule"]["hour"] = json!(2);
    let made = shop.deliver(body).await;
    assert_eq!(made["next_run_at"], "2026-10-25T00:00:00Z");
    // 02:00 of that night comes twice: the first one has it.
    set("2026-10-25T00:00:10Z");
    shop.ran(&made, 1).await;
    assert_eq!(shop.next(&made).await, "2026-10-26T01:00:00Z");
    set("2026-10-25T01:00:10Z");
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(shop.runs(&made).await.len(), 1);
    // And in spring never: the first moment after it has it.
    let comes = async |next: &str| {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while shop.next(&made).await != next {
            assert!(tokio::time::Instant::now() < deadline, "{next}: {}", shop.next(&made).await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    set("2027-03-27T12:00:00Z");
    comes("2027-03-28T01:00:00Z").await;
    set("2027-03-28T01:00:10Z");
    comes("2027-03-29T00:00:00Z").await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    // Older ones are forgotten by then.
    let runs = shop.runs(&made).await;
    let of_that_day = runs.iter().filter(|run| run["at"].as_str().is_some_and(|at| at.starts_with("2027-03-28")));
    assert_eq!(of_that_day.count(), 1, "{runs:?}");
}
