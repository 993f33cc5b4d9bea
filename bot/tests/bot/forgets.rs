//! What the bot's own file holds of people: links of its users, and of customers nothing, whatever was shown and wherever it died.

use kupets_bot_fake::Fault;

use crate::world::{LIMIT, World, words};

/// What the server has told of customers, and what was asked about them.
const OF_CUSTOMERS: [&str; 8] = ["Иванов", "Никто", "выручка", "топ товаров", "Чай", "12\u{a0}500", "3110", "Товар 1"];

/// Asks for all that names somebody.
async fn asks_all(world: &World, anna: &kupets_bot_fake::Person) {
    world.ask(anna, "выручка за апрель", words).await;
    world.ask(anna, "топ товаров", words).await;
    world.ask(anna, "уточни Иванова", words).await;
    world.ask(anna, "/customer Иванова", words).await;
    world.ask(anna, "/customer Иван", words).await;
    world.ask(anna, "/customer Никто", words).await;
    world.ask(anna, "/recommend", words).await;
    world.ask(anna, "/tasks", words).await;
    world.ask(anna, "/top клиенты", words).await;
    world.ask(anna, "оборви ответ про Иванову", words).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_of_a_bot_that_was_stopped_names_no_customer() {
    let mut world = World::new().await;
    let anna = world.linked(1, "ru").await;
    asks_all(&world, &anna).await;
    let answer = world.ask(&anna, "выручка за май", words).await;
    let card = world.ask(&anna, "/customer Иванова", words).await;
    // An answer that does not arrive.
    world.telegram.fault("sendRichMessage", Fault::CutBefore);
    let sent = world.telegram.calls_of("sendRichMessage").len();
    world.telegram.write(&anna, "/customer Иванова");
    let more = |telegram: &kupets_bot_fake::FakeTelegram| telegram.calls_of("sendRichMessage").len() > sent;
    world.telegram.until(LIMIT, |telegram| more(telegram).then_some(())).await.unwrap();
    world.stop().await;
    for text in OF_CUSTOMERS {
        assert!(!world.keeps(text), "{text}");
    }
    assert!(world.keeps("Лавка"), "the person's own link is there");

    // What was on its way is told of, and must be asked for again: its words were in memory.
    world.start();
    let told = world.ask(&anna, "/help", |sent| sent.text.contains("мог не дойти")).await;
    assert!(told.text.contains("ещё раз") && told.buttons.is_empty(), "{told:?}");
    // The buttons themselves know what they do.
    world.press(&anna, &answer, "SQL", |sent| sent.text.contains("SELECT")).await;
    world.press(&anna, &card, "История", |sent| sent.text.contains("155,5")).await;
    world.press(&anna, &answer, "А по каналам?", words).await;
    assert_eq!(world.kupets.questions().last().unwrap()["message"], "А по каналам?");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_does_the_file_of_one_that_was_killed_once_it_has_started_again() {
    let mut world = World::new().await;
    let anna = world.linked(1, "ru").await;
    asks_all(&world, &anna).await;
    world.die().await;
    assert!(OF_CUSTOMERS.iter().any(|text| world.keeps(text)), "it was written down while it was being answered");
    world.start();
    world.ask(&anna, "/settings", |sent| sent.text.contains("Часовой пояс")).await;
    for text in OF_CUSTOMERS {
        assert!(!world.keeps(text), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_told_of_somebody_who_was_erased_is_not_told_again() {
    let mut world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let first = world.ask(&anna, "выручка за апрель", words).await;
    world.ask(&anna, "заказы за май", words).await;
    // It may not have arrived when the bot stops.
    world.drain = std::time::Duration::from_millis(10);
    world.stop().await;
    world.start();
    world.telegram.fault("sendRichMessage", Fault::Slow(LIMIT));
    let sent = world.telegram.calls_of("sendRichMessage").len();
    world.telegram.write(&anna, "выручка Ивановой за апрель");
    let more = |telegram: &kupets_bot_fake::FakeTelegram| telegram.calls_of("sendRichMessage").len() > sent;
    world.telegram.until(LIMIT, |telegram| more(telegram).then_some(())).await.unwrap();
    world.stop().await;
    world.kupets.erase();
    world.start();
    let offer = world.ask(&anna, "/settings", |sent| sent.text.contains("мог не дойти")).await;
    world.press(&anna, &offer, "Показать", |sent| sent.text.contains("больше нет")).await;
    // A reply to an answer that is gone goes on in its conversation.
    let asked = world.kupets.questions().len();
    world.telegram.reply(&anna, first.id, "а за март?");
    world.said(1, |_| world.kupets.questions().len() == asked + 1).await;
    let last = world.kupets.questions().pop().unwrap();
    assert_eq!((last["message"].as_str(), last["conversation_id"].as_str()), (Some("а за март?"), Some("c1")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_that_ended_while_nobody_wrote_are_forgotten() {
    let mut world = World::new().await;
    world.linked(1, "ru").await;
    world.stop().await;
    assert!(world.keeps("kt_0") && world.keeps("Петрова"));
    world.kupets.remove_members();
    world.start();
    world.telegram.until(LIMIT, |_| (!world.keeps("kt_0") && !world.keeps("Петрова")).then_some(())).await.unwrap();
}
