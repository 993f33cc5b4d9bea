//! Rich messages, what takes their place, and messages that may or may not have arrived.

use std::time::Duration;

use kupets_bot_fake::{FakeTelegram, Fault, Level, Person};

use crate::world::{LIMIT, World, shown, words};

/// Asks, and waits until a method was called so often; what was lost is offered with the next message and shown then.
async fn lost_and_shown(world: &World, anna: &Person, ask: &str, method: &str, calls: usize) {
    world.telegram.write(anna, ask);
    let called = |telegram: &FakeTelegram| telegram.calls_of(method).len() >= calls;
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
    assert_eq!(world.kupets.questions().len(), 1, "what is shown again is not asked again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_too_long_to_hold_an_answer_for_is_kept_and_the_answer_is_offered_after_it() {
    const WAIT: Duration = Duration::from_secs(6);
    let mut world = World::without_bot().await;
    world.pace.patience = Duration::from_secs(1);
    world.start();
    let (anna, john) = (world.linked(1, "ru").await, world.linked(2, "en").await);
    let annas = |telegram: &FakeTelegram| {
        telegram.calls().iter().filter(|call| call.params.get("chat_id") == Some(&1.into())).count()
    };
    world.telegram.fault("sendRichMessage", Fault::RetryAfter(WAIT.as_secs()));
    let began = tokio::time::Instant::now();
    world.telegram.write(&anna, "выручка за апрель");
    let called = |telegram: &FakeTelegram| !telegram.calls_of("sendRichMessage").is_empty();
    world.telegram.until(LIMIT, |telegram| called(telegram).then_some(())).await.unwrap();
    // What had been on its way to Telegram with it.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let before = annas(&world.telegram);
    world.telegram.write(&anna, "выручка за май");
    world.ask(&john, "revenue in April", |sent| sent.text.contains("3,110")).await;
    world.telegram.until(LIMIT, |_| (world.kupets.questions().len() == 3).then_some(())).await.unwrap();
    let calls = annas(&world.telegram);
    // On a machine that is too busy the wait may be over by now.
    assert!(calls == before || began.elapsed() > WAIT, "{calls} and {before} before");
    tokio::time::sleep_until(began + WAIT + Duration::from_secs(1)).await;
    // Neither the offer nor the second answer was taken: it is offered now.
    let offer = world.ask(&anna, "/settings", |sent| sent.text.contains("мог не дойти")).await;
    world.press(&anna, &offer, "Показать", |sent| sent.text.contains("3110")).await;
    assert_eq!(world.kupets.questions().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_whose_tags_are_refused_go_without_them() {
    let world = World::new().await;
    world.telegram.set_level(Level::V9_1);
    let anna = world.linked(1, "ru").await;
    let refused = "Bad Request: can't parse entities: Unsupported start tag \"blockquote\" at byte offset 7";
    world.telegram.fault("sendMessage", Fault::Refuse(400, refused.to_owned()));
    let bare = world.ask(&anna, "/today", |sent| sent.text.contains("12\u{a0}500")).await;
    assert!(bare.source.contains("Сводка продаж") && !bare.source.contains('<'), "{bare:?}");
    // The next one has them.
    let told = world.press(&anna, &bare, "Вчера", |sent| sent.text.contains("12\u{a0}500")).await;
    assert!(told.source.contains("<b>Сводка продаж</b>"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_says_otherwise_that_it_knows_no_rich_messages_gets_html() {
    for (code, why) in [(405, "Method Not Allowed"), (501, "Not Implemented"), (400, "Bad Request: method not found")] {
        let world = World::new().await;
        let anna = world.linked(1, "ru").await;
        world.telegram.fault("sendRichMessage", Fault::Refuse(code, why.to_owned()));
        assert_eq!(world.ask(&anna, "/today", words).await.kind, "text", "{code}");
        assert_eq!(world.ask(&anna, "/today", words).await.kind, "text", "remembered");
        assert_eq!(world.telegram.calls_of("sendRichMessage").len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waited_for_an_answer_when_the_bot_was_stopped_becomes_it() {
    let mut world = World::without_bot().await;
    world.telegram.set_level(Level::V9_1);
    world.drain = Duration::from_millis(10);
    world.start();
    let anna = world.linked(1, "ru").await;
    world.kupets.set_slow(100_000);
    let before = world.telegram.messages(1).len();
    world.telegram.write(&anna, "выручка за апрель");
    let waiting = world.said(1, |sent| sent.buttons.iter().any(|button| button.text == "Остановить")).await;
    // It is noted right after it was sent.
    tokio::time::sleep(Duration::from_millis(300)).await;
    world.stop().await;
    world.kupets.set_slow(0);
    world.start();
    let answer = world.said(1, |sent| sent.text.contains("Как понят")).await;
    assert_eq!(answer.id, waiting.id, "{answer:?}");
    assert_eq!(world.telegram.messages(1).len(), before + 1, "nothing is left waiting");
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whose_app_shows_no_rich_messages_may_have_tables_as_text() {
    let mut world = World::new().await;
    for (id, language, text, real) in
        [(1, "ru", "Таблицы текстом", "Таблицы Telegram"), (2, "en", "Tables as text", "Telegram tables")]
    {
        let person = world.linked(id, language).await;
        assert_eq!(world.ask(&person, "/today", words).await.kind, "rich");
        let settings = world.ask(&person, "/settings", words).await;
        insta::assert_snapshot!(
            format!("tables_plain_{language}"),
            shown(&world.press(&person, &settings, text, words).await)
        );
        assert_eq!(world.ask(&person, "/today", words).await.kind, "text");
        // For longer than what a server refused is remembered, and over a restart.
        world.clock.go(30 * 86_400);
        world.stop().await;
        world.start();
        assert_eq!(world.ask(&person, "/today", words).await.kind, "text");
        let settings = world.ask(&person, "/settings", words).await;
        insta::assert_snapshot!(
            format!("tables_rich_{language}"),
            shown(&world.press(&person, &settings, real, words).await)
        );
        assert_eq!(world.ask(&person, "/today", words).await.kind, "rich");
    }
}
