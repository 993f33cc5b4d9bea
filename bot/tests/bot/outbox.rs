//! Digests and alerts on their way.

use std::time::Duration;

use kupets_bot_fake::Fault;
use serde_json::{Value, json};

use crate::world::{LIMIT, World, shown, words};

fn digest(id: &str, chat: i64) -> Value {
    json!({
        "id": id, "chat_id": chat, "locale": "ru", "title": "Лавка: неделя 18 – 24 мая 2026",
        "text": "Показатели\n• Выручка: 12 300 RUB (+5,2 %, было 11 700 RUB)\n• Заказы: 14\n\nВсё спокойно: <b> & «Ко».",
        "delivery_id": "d1", "workspace_id": "w1", "attempt": 1, "created_at": "2026-05-29T06:00:02Z", "leased_until": "2026-05-29T06:01:02Z",
    })
}

async fn settled(world: &World, count: usize) -> Vec<(String, Value)> {
    let told = world.telegram.until(LIMIT, |_| (world.kupets.delivered().len() >= count).then_some(())).await;
    told.unwrap_or_else(|| panic!("{:?}", world.kupets.delivered()));
    world.kupets.delivered()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_is_sent_once() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.kupets.put_outbox(digest("o1", 1));
    let told = world.said(1, |sent| words(sent) && sent.text.contains("неделя 18")).await;
    insta::assert_snapshot!("digest", shown(&told));
    assert_eq!(settled(&world, 1).await, [("o1".to_owned(), json!({"status": "sent"}))]);
    // The server did not hear it, and gives it again.
    world.kupets.put_outbox(digest("o1", 1));
    settled(&world, 2).await;
    let count = world.telegram.messages(1).iter().filter(|sent| sent.text.contains("неделя 18")).count();
    assert_eq!(count, 1);
    world.press(&anna, &told, "Что сделать", |sent| sent.text.contains("Верните")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buttons_of_a_digest_of_another_workspace_lead_there_first() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let token = world.kupets.token("w2", "viewer");
    world.telegram.write(&anna, &format!("/start {token}"));
    world.said(1, |sent| sent.text.contains("Shop Two")).await;
    world.kupets.put_outbox(digest("o1", 1));
    let told = world.said(1, |sent| sent.text.contains("неделя 18")).await;
    assert_eq!(told.buttons.iter().map(|button| button.text.as_str()).collect::<Vec<_>>(), ["→ Лавка"]);
    world.press(&anna, &told, "Лавка", |sent| sent.text.contains("Сейчас: «Лавка»")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_delivered_is_reported() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.kupets.put_outbox(digest("group", -1001));
    settled(&world, 1).await;
    world.telegram.block(&anna, true);
    world.kupets.put_outbox(digest("blocked", 1));
    settled(&world, 2).await;
    world.telegram.block(&anna, false);
    world.telegram.fault("sendMessage", Fault::CutAfter);
    world.kupets.put_outbox(digest("unknown", 1));
    let told = settled(&world, 3).await;
    assert_eq!((&told[0].1["status"], &told[1].1["status"]), (&json!("failed"), &json!("blocked")), "{told:?}");
    assert_eq!(told[1].1["reason"], "the person has blocked the bot");
    assert_eq!(told[2].1, json!({"status": "sent", "reason": "whether it arrived is not known"}));
    assert!(world.telegram.messages(-1001).is_empty());
    let count = world.telegram.messages(1).iter().filter(|sent| sent.text.contains("неделя 18")).count();
    assert_eq!(count, 1, "what may have arrived is not sent again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_telegram_does_not_take_now_comes_later() {
    let mut world = World::without_bot().await;
    world.pace.patience = Duration::from_secs(1);
    world.start();
    world.linked(1, "ru").await;
    let sent = async |id: &str| {
        let told = (id.to_owned(), json!({"status": "sent"}));
        let found = world.telegram.until(LIMIT, |_| world.kupets.delivered().contains(&told).then_some(())).await;
        found.unwrap_or_else(|| panic!("{:?}", world.kupets.delivered()));
        world.kupets.delivered()
    };
    // A wait that is too long to hold a sender for.
    let tried = world.telegram.calls_of("sendMessage").len();
    world.telegram.fault("sendMessage", Fault::RetryAfter(3));
    world.kupets.put_outbox(digest("o1", 1));
    let told = sent("o1").await;
    assert_eq!((&told[0].1["status"], &told[0].1["retry_after"]), (&json!("later"), &json!(3)));
    assert_eq!(world.telegram.calls_of("sendMessage").len() - tried, 2, "however often it is given, the wait is kept");
    // Telegram in trouble for longer than the bot tries.
    for _ in 0..5 {
        world.telegram.fault("sendMessage", Fault::Refuse(500, "Internal Server Error".to_owned()));
    }
    world.kupets.put_outbox(digest("o2", 1));
    let told = sent("o2").await;
    let second: Vec<_> = told.iter().filter(|(id, _)| id == "o2").map(|(_, told)| &told["status"]).collect();
    assert_eq!(second, [&json!("later"), &json!("sent")], "{told:?}");
    assert_eq!(world.telegram.messages(1).iter().filter(|sent| sent.text.contains("неделя 18")).count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_lets_the_bot_in_again_is_told_once_what_is_paused() {
    let world = World::new().await;
    let member = |status: &str| {
        world.telegram.push(json!({"my_chat_member": {
            "chat": {"id": 1, "type": "private"}, "from": {"id": 1, "first_name": "A"}, "date": 1,
            "new_chat_member": {"status": status, "user": {"id": 77}},
        }}));
    };
    let anna = world.linked(1, "ru").await;
    let list = world.ask(&anna, "/deliveries", words).await;
    let often = world.press(&anna, &list, "Сводка", words).await;
    let hours = world.press(&anna, &often, "каждый день", words).await;
    let list = world.press(&anna, &hours, "09:00", words).await;
    let back = |text: &str| text.contains("С возвращением");
    // Nothing is paused: there is nothing to tell.
    member("kicked");
    member("member");
    world.press(&anna, &list, "Пауза", |sent| sent.text.contains("на паузе")).await;
    assert!(world.telegram.messages(1).iter().all(|sent| !back(&sent.text)));
    // As the server does with a delivery of who has blocked the bot.
    member("kicked");
    world.telegram.until(LIMIT, |telegram| (telegram.unconfirmed() == 0).then_some(())).await.unwrap();
    member("member");
    let told = world.said(1, |sent| back(&sent.text)).await;
    world.ask(&anna, "/start", words).await;
    assert_eq!(world.telegram.messages(1).iter().filter(|sent| back(&sent.text)).count(), 1);
    let list = world.press(&anna, &told, "Рассылки", words).await;
    world.press(&anna, &list, "Включить", |sent| sent.text.contains("Следующая")).await;
}
