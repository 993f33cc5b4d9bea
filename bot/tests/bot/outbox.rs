//! Digests and alerts on their way.

use kupets_bot_fake::Fault;
use serde_json::{Value, json};

use crate::world::{LIMIT, World, shown, words};

fn digest(id: &str, chat: i64) -> Value {
    json!({
        "id": id, "telegram_user_id": 1, "chat_id": chat, "locale": "ru", "kind": "digest", "delivery": {"id": "d1", "name": "Утро"},
        "workspace": {"id": "w1", "name": "Лавка", "time_zone": "Europe/Moscow", "currency": "RUB"},
        "content": {
            "title": "Сводка за неделю", "text": "Выручка выросла на 12 %.",
            "sections": [
                {"title": "Продажи по дням", "result": {"columns": [{"name": "period", "type": "Date32", "unit": null}, {"name": "revenue", "type": "DECIMAL(38,4)", "unit": "RUB"}],
                    "rows": [["2026-04-27", 100.5], ["2026-04-28", 120], ["2026-04-29", 90]], "meta": {"grain": "day"}}, "chart": {"kind": "line", "x": "period", "y": ["revenue"]}},
                {"title": "Что сделать", "text": "Верните Иванову.", "folded": true},
            ],
        },
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_is_sent_once_with_its_picture() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.kupets.put_outbox(digest("o1", 1));
    let told = world.said(1, |sent| words(sent) && sent.text.contains("Сводка за неделю")).await;
    insta::assert_snapshot!("digest", shown(&told));
    world.said(1, |sent| sent.kind == "photo" && sent.text == "Продажи по дням").await;
    world.telegram.until(LIMIT, |_| (!world.kupets.delivered().is_empty()).then_some(())).await.unwrap();
    assert_eq!(world.kupets.delivered(), [("o1".to_owned(), json!({"status": "sent", "reason": null}))]);
    // The server did not hear it, and gives it again.
    world.kupets.put_outbox(digest("o1", 1));
    world.telegram.until(LIMIT, |_| (world.kupets.delivered().len() == 2).then_some(())).await.unwrap();
    let count = world.telegram.messages(1).iter().filter(|sent| sent.text.contains("Сводка за неделю")).count();
    assert_eq!(count, 1);
    world.press(&anna, &told, "Что сделать", |sent| sent.text.contains("Верните")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_delivered_is_reported() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.kupets.put_outbox(digest("group", -1001));
    world.telegram.until(LIMIT, |_| (world.kupets.delivered().len() == 1).then_some(())).await.unwrap();
    world.telegram.block(&anna, true);
    world.kupets.put_outbox(digest("blocked", 1));
    world.telegram.until(LIMIT, |_| (world.kupets.delivered().len() == 2).then_some(())).await.unwrap();
    world.telegram.block(&anna, false);
    world.telegram.fault("sendRichMessage", Fault::CutAfter);
    world.kupets.put_outbox(digest("unknown", 1));
    world.telegram.until(LIMIT, |_| (world.kupets.delivered().len() == 3).then_some(())).await.unwrap();
    let told = world.kupets.delivered();
    assert_eq!((&told[0].1["status"], &told[1].1["status"]), (&json!("failed"), &json!("failed")), "{told:?}");
    assert_eq!(told[1].1["reason"], "the person has blocked the bot");
    assert_eq!(told[2].1, json!({"status": "sent", "reason": "whether it arrived is not known"}));
    assert!(world.telegram.messages(-1001).is_empty());
}
