//! Rich messages, what takes their place, and messages that may or may not have arrived.

use kupets_bot_fake::{Fault, Level, Person};

use crate::world::{LIMIT, World, shown, words};

/// Asks, and waits until a method was called so often; what was lost is offered with the next message and shown then.
async fn lost_and_shown(world: &World, anna: &Person, ask: &str, method: &str, calls: usize) {
    world.telegram.write(anna, ask);
    let called = |telegram: &kupets_bot_fake::FakeTelegram| telegram.calls_of(method).len() >= calls;
    world.telegram.until(LIMIT, |telegram| called(telegram).then_some(())).await.unwrap();
    let offer = world.ask(anna, "/settings", |sent| sent.text.contains("мог не дойти")).await;
    world.press(anna, &offer, "Показать", |sent| sent.text.contains("3110")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_telegram_would_not_take_is_offered() {
    // In trouble for longer than it is tried.
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    for _ in 0..5 {
        world.telegram.fault("sendRichMessage", Fault::Refuse(500, "Internal Server Error".to_owned()));
    }
    lost_and_shown(&world, &anna, "выручка за апрель", "sendRichMessage", 5).await;
    // A wait that is too long to hold anybody for.
    world.telegram.fault("sendRichMessage", Fault::RetryAfter(900));
    let before = world.telegram.calls_of("sendRichMessage").len();
    lost_and_shown(&world, &anna, "выручка за март", "sendRichMessage", before + 1).await;
    assert_eq!(world.kupets.questions().len(), 2, "what is shown again is not asked again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_telegram_refuses_for_good_is_told_of() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.telegram.fault("sendRichMessage", Fault::Refuse(400, "Bad Request: BUTTON_TYPE_INVALID".to_owned()));
    let offer = world.ask(&anna, "выручка за апрель", |sent| sent.text.contains("мог не дойти")).await;
    world.press(&anna, &offer, "Показать", |sent| sent.text.contains("3110")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chart_that_is_lost_does_not_take_the_table_along() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    for (command, wanted) in [("/report продажи по времени", "Продажи по времени"), ("/forecast", "Прогноз")]
    {
        for fault in
            [Fault::CutBefore, Fault::CutAfter, Fault::Refuse(400, "Bad Request: IMAGE_PROCESS_FAILED".to_owned())]
        {
            world.telegram.fault("sendPhoto", fault);
            world.ask(&anna, command, |sent| sent.kind == "rich" && sent.text.contains(wanted)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_lost_is_made_again_when_it_is_wanted() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let report = world.ask(&anna, "/top", words).await;
    world.telegram.fault("sendDocument", Fault::CutBefore);
    world.telegram.press(&anna, &report, "CSV").unwrap();
    world.telegram.until(LIMIT, |telegram| telegram.calls_of("sendDocument").pop()).await.unwrap();
    let offer = world.ask(&anna, "/settings", |sent| sent.text.contains("мог не дойти")).await;
    world.press(&anna, &offer, "Показать", |sent| sent.kind == "document").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_that_is_gone_loses_no_answer() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let gone = || Fault::Refuse(400, "Bad Request: message thread not found".to_owned());
    for method in ["sendRichMessage", "sendMessageDraft", "sendPhoto"] {
        world.telegram.fault(method, gone());
    }
    let before = world.telegram.messages(1).len();
    let topic = serde_json::json!({"text": "топ товаров", "message_thread_id": 7, "is_topic_message": true});
    world.telegram.message(&anna, 1, topic);
    world.said(1, |sent| sent.kind == "photo").await;
    world.said(1, |sent| sent.kind == "rich" && sent.text.contains("Чай")).await;
    assert_eq!(world.telegram.messages(1).len(), before + 2);
    let calls = world.telegram.calls_of("sendRichMessage");
    let threads: Vec<_> = calls.iter().map(|call| call.params.get("message_thread_id").is_some()).collect();
    assert_eq!(threads, [true, false]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rich_where_it_is_known_and_html_for_good_where_it_is_refused() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let rich = world.ask(&anna, "/today", words).await;
    assert_eq!(rich.kind, "rich");
    insta::assert_snapshot!("today_rich", shown(&rich));
    world.telegram.set_level(Level::V9_1);
    let html = world.ask(&anna, "/today", words).await;
    assert_eq!(html.kind, "text");
    insta::assert_snapshot!("today_html", shown(&html));
    let tried = world.telegram.calls_of("sendRichMessage").len();
    // The server is brought up to date; the chat is asked again only in a week.
    world.telegram.set_level(Level::V10_4);
    let html = world.ask(&anna, "/today", words).await;
    assert_eq!((html.kind, world.telegram.calls_of("sendRichMessage").len()), ("text", tried));
    // It was this chat's matter alone.
    let john = world.linked(2, "en").await;
    assert_eq!(world.ask(&john, "/today", words).await.kind, "rich");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_is_kept_in_the_same_form() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.telegram.fault("sendRichMessage", Fault::RetryAfter(1));
    let rich = world.ask(&anna, "/today", words).await;
    assert_eq!((rich.kind, world.telegram.calls_of("sendRichMessage").len()), ("rich", 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_in_trouble_is_tried_again() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.telegram.fault("sendRichMessage", Fault::Refuse(500, "Internal Server Error: restart".to_owned()));
    world.telegram.fault("sendRichMessage", Fault::Page(503));
    assert_eq!(world.ask(&anna, "/today", words).await.kind, "rich");
    assert_eq!(world.telegram.calls_of("sendRichMessage").len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_of_unknown_outcome_is_offered_and_never_sent_again_by_itself() {
    for fault in [Fault::CutAfter, Fault::CutBefore, Fault::Page(504)] {
        let world = World::new().await;
        let anna = world.linked(1, "ru").await;
        world.telegram.fault("sendRichMessage", fault.clone());
        world.telegram.write(&anna, "выручка за апрель");
        world
            .telegram
            .until(LIMIT, |telegram| (!telegram.calls_of("sendRichMessage").is_empty()).then_some(()))
            .await
            .unwrap();
        let offer = world.ask(&anna, "/settings", |sent| sent.text.contains("мог не дойти")).await;
        world.said(1, |sent| sent.text.contains("Часовой пояс")).await;
        let arrived = world.telegram.messages(1).iter().filter(|sent| sent.text.contains("3110")).count();
        assert_eq!(arrived, usize::from(matches!(fault, Fault::CutAfter)), "{fault:?}");
        let again = world.press(&anna, &offer, "Показать", |sent| sent.text.contains("3110")).await;
        // Its buttons work, and the question was asked once.
        world.press(&anna, &again, "SQL", |sent| sent.text.contains("SELECT")).await;
        assert_eq!(world.kupets.questions().len(), 1);
        let shown = world.telegram.messages(1).iter().filter(|sent| sent.text.contains("мог не дойти")).count();
        assert_eq!(shown, 1, "it is offered once");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_blocks_the_bot_is_left_alone_until_they_write() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.telegram.block(&anna, true);
    world.telegram.write(&anna, "выручка за апрель");
    world
        .telegram
        .until(LIMIT, |telegram| (telegram.calls_of("sendRichMessage").len() == 1).then_some(()))
        .await
        .unwrap();
    world.telegram.block(&anna, false);
    world.ask(&anna, "выручка за март", |sent| sent.text.contains("3110")).await;
    assert_eq!(world.telegram.calls_of("sendRichMessage").len(), 2, "a refusal is not tried again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_answer_is_several_messages_with_the_buttons_below_the_last() {
    let world = World::new().await;
    world.telegram.set_level(Level::V9_1);
    let anna = world.linked(1, "ru").await;
    let before = world.telegram.messages(1).len();
    world.ask(&anna, "длинно", |sent| sent.text.contains("400. Чай")).await;
    let parts: Vec<_> = world.telegram.messages(1).into_iter().skip(before).collect();
    assert!(parts.len() > 2, "{}", parts.len());
    let text: String = parts.iter().map(|part| format!("{}\n", part.text)).collect();
    assert!((1..=400).all(|at| text.contains(&format!("{at}. Чай «Букет» & <b>: 11 269 ₽"))), "nothing is lost");
    let (last, others) = parts.split_last().unwrap();
    assert!(!last.buttons.is_empty() && others.iter().all(|part| part.buttons.is_empty()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_that_changes_nothing_is_as_good_as_done() {
    let world = World::new().await;
    world.telegram.set_level(Level::V9_1);
    let anna = world.linked(1, "ru").await;
    world.kupets.set_slow(100_000);
    let before = world.telegram.messages(1).len();
    world.telegram.write(&anna, "выручка за апрель");
    world.said(1, |sent| sent.buttons.iter().any(|button| button.text == "Остановить")).await;
    let same = "Bad Request: message is not modified: specified new message content is exactly the same";
    for _ in 0..200 {
        world.telegram.fault("editMessageText", Fault::Refuse(400, same.to_owned()));
    }
    world.kupets.set_slow(0);
    world.ask(&anna, "/settings", |sent| sent.text.contains("Часовой пояс")).await;
    let told: Vec<_> = world.telegram.messages(1).into_iter().skip(before).collect();
    assert_eq!(told.len(), 2, "the answer is not sent beside: {told:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_is_not_marked_for_a_message_that_cannot_be_edited() {
    let world = World::new().await;
    world.telegram.set_level(Level::V10_1);
    let anna = world.linked(1, "ru").await;
    // No drafts in this chat: the answer takes the place of a placeholder, whose edit is refused in either form.
    world.telegram.fault("sendMessageDraft", Fault::Refuse(400, "Bad Request: chat takes no drafts".to_owned()));
    world.kupets.set_slow(100_000);
    world.telegram.write(&anna, "выручка за апрель");
    world.said(1, |sent| sent.buttons.iter().any(|button| button.text == "Остановить")).await;
    for _ in 0..200 {
        world.telegram.fault("editMessageText", Fault::Refuse(400, "Bad Request: MESSAGE_ID_INVALID".to_owned()));
    }
    let before = world.telegram.messages(1).len();
    world.kupets.set_slow(0);
    let answer = world.after(1, before).await;
    assert_eq!(answer.kind, "rich", "{answer:?}");
    // The draft that was refused was that chat's matter alone.
    let john = world.linked(2, "en").await;
    let drafts = world.telegram.calls_of("sendMessageDraft").len();
    world.kupets.set_slow(60);
    world.ask(&john, "revenue in April", |sent| sent.text.contains("3,110")).await;
    assert!(world.telegram.calls_of("sendMessageDraft").len() > drafts);
}
