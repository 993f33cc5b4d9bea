//! What is shown while an answer is made, and how it is stopped.

use kupets_bot_fake::{Fault, Level};
use serde_json::json;

use crate::world::{LIMIT, World, words};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drafts_are_shown_and_the_answer_is_a_message_that_stays() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.kupets.set_slow(25);
    let before = world.telegram.messages(1).len();
    let answer = world.ask(&anna, "выручка за апрель", |sent| sent.text.contains("3110")).await;
    let drafts = world.telegram.calls_of("sendMessageDraft");
    assert!(drafts.iter().any(|draft| draft.params["text"].as_str().unwrap().contains("3110")), "{drafts:?}");
    assert!(drafts.iter().all(|draft| draft.params["can_stop"] == true));
    assert!(answer.earlier.is_empty() && world.telegram.messages(1).len() == before + 1, "one message, never edited");
    assert!(!world.telegram.calls_of("sendChatAction").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_drafts_gets_a_placeholder_that_becomes_the_answer() {
    let world = World::new().await;
    world.telegram.set_level(Level::V9_1);
    let anna = world.linked(1, "ru").await;
    world.kupets.set_slow(60);
    let before = world.telegram.messages(1).len();
    world.telegram.write(&anna, "выручка за апрель");
    let answer = world.said(1, |sent| sent.text.contains("Как понят")).await;
    assert_eq!(world.telegram.messages(1).len(), before + 1);
    assert!(!answer.earlier.is_empty(), "{answer:?}");
    world.ask(&anna, "выручка за март", |sent| sent.text.contains("Как понят")).await;
    assert_eq!(world.telegram.calls_of("sendMessageDraft").len(), 1, "what is not known is tried once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancel_works_at_once_and_ends_the_work_of_the_server() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.kupets.set_slow(100_000);
    world.telegram.write(&anna, "выручка за апрель");
    // Two more wait: they are forgotten with it.
    world.telegram.write(&anna, "ещё один");
    world.telegram.write(&anna, "и ещё");
    world
        .telegram
        .until(LIMIT, |telegram| {
            telegram
                .calls_of("sendMessageDraft")
                .iter()
                .any(|draft| draft.params["text"].as_str().is_some_and(|text| text.contains("3110")))
                .then_some(())
        })
        .await
        .unwrap();
    world.telegram.write(&anna, "/cancel");
    let stopped = world.said(1, |sent| sent.text.contains("Остановлено")).await;
    assert!(stopped.text.contains("3110"), "what was told stays: {stopped:?}");
    world.telegram.until(LIMIT, |_| (world.kupets.abandoned() == 1).then_some(())).await.unwrap();
    world.ask(&anna, "/cancel", |sent| sent.text.contains("нечего")).await;
    assert_eq!(world.kupets.questions().len(), 1);
    world.kupets.set_slow(0);
    world.ask(&anna, "выручка за март", |sent| sent.text.contains("Как понят")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stop_button_of_a_draft_and_of_a_placeholder_stop_it() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.kupets.set_slow(100_000);
    world.telegram.write(&anna, "выручка за апрель");
    let draft = world.telegram.until(LIMIT, |telegram| telegram.calls_of("sendMessageDraft").pop()).await.unwrap();
    world.telegram.stop_draft(&anna, draft.params["draft_id"].as_i64().unwrap());
    world.said(1, |sent| sent.text.contains("Остановлено")).await;

    world.telegram.set_level(Level::V9_1);
    world.telegram.write(&anna, "выручка за март");
    let waiting = world.said(1, |sent| sent.buttons.iter().any(|button| button.text == "Остановить")).await;
    world.telegram.press(&anna, &waiting, "Остановить").unwrap();
    let stopped = world.said(1, |sent| sent.id == waiting.id && sent.text.contains("Остановлено")).await;
    assert!(stopped.buttons.is_empty(), "{stopped:?}");
    world.telegram.until(LIMIT, |_| (world.kupets.abandoned() == 2).then_some(())).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_press_of_stop_stops_no_later_answer() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.kupets.set_slow(20);
    world.ask(&anna, "выручка за апрель", |sent| sent.text.contains("3110")).await;
    let first = world.telegram.calls_of("sendMessageDraft")[0].params["draft_id"].as_i64().unwrap();
    world.kupets.set_slow(100_000);
    let drafts = world.telegram.calls_of("sendMessageDraft").len();
    world.telegram.write(&anna, "выручка за март");
    world.telegram.write(&anna, "выручка за февраль");
    let more = |telegram: &kupets_bot_fake::FakeTelegram| telegram.calls_of("sendMessageDraft").len() > drafts;
    world.telegram.until(LIMIT, |telegram| more(telegram).then_some(())).await.unwrap();
    world.telegram.stop_draft(&anna, first);
    world.telegram.until(LIMIT, |telegram| (telegram.unconfirmed() == 0).then_some(())).await.unwrap();
    world.kupets.set_slow(0);
    let answers = |telegram: &kupets_bot_fake::FakeTelegram| {
        telegram.messages(1).iter().filter(|sent| sent.text.contains("3110")).count() == 3
    };
    world.telegram.until(LIMIT, |telegram| answers(telegram).then_some(())).await.unwrap();
    assert!(world.telegram.messages(1).iter().all(|sent| !sent.text.contains("Остановлено")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn typing_is_shown_while_a_command_is_worked_on() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    for command in ["/forecast", "/recommend", "/customer Иванова", "/tasks"] {
        let typed = world.telegram.calls_of("sendChatAction").len();
        world.kupets.hold_reads(true);
        let before = world.telegram.messages(1).len();
        world.telegram.write(&anna, command);
        let more = |telegram: &kupets_bot_fake::FakeTelegram| telegram.calls_of("sendChatAction").len() > typed;
        world.telegram.until(LIMIT, |telegram| more(telegram).then_some(())).await.unwrap();
        world.kupets.hold_reads(false);
        world.after(1, before).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_for_drafts_does_not_hold_the_answer() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.telegram.fault("sendMessageDraft", Fault::RetryAfter(3_600));
    world.kupets.set_slow(20);
    world.ask(&anna, "выручка за апрель", |sent| sent.text.contains("3110")).await;
    assert_eq!(world.telegram.calls_of("sendMessageDraft").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_button_whose_press_is_too_old_to_be_answered_still_works() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let answer = world.ask(&anna, "выручка за апрель", words).await;
    world.telegram.fault(
        "answerCallbackQuery",
        Fault::Refuse(
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid".to_owned(),
        ),
    );
    world.press(&anna, &answer, "SQL", |sent| sent.text.contains("SELECT")).await;
    // A button that the bot has forgotten, and one of somebody else.
    let mut forged = answer.clone();
    forged.buttons[0].data = "forged".to_owned();
    world.telegram.press(&anna, &forged, &forged.buttons[0].text.clone()).unwrap();
    let eve = world.linked(2, "ru").await;
    world.telegram.press(&eve, &answer, "SQL").unwrap();
    let told = world.telegram.until(LIMIT, |telegram| {
        let told: Vec<_> = telegram
            .calls_of("answerCallbackQuery")
            .iter()
            .filter_map(|call| call.params.get("text").and_then(|text| text.as_str()).map(str::to_owned))
            .collect();
        (told.len() == 2).then_some(told)
    });
    assert_eq!(
        json!(told.await.unwrap()),
        json!(["Кнопка устарела. Спросите заново.", "Это кнопка другого человека."])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_refuses_the_stop_button_gets_drafts_without_it() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let why = "Bad Request: there is no parameter \"can_stop\"";
    world.telegram.fault("sendMessageDraft", Fault::Refuse(400, why.to_owned()));
    world.kupets.set_slow(80);
    let before = world.telegram.messages(1).len();
    world.ask(&anna, "выручка за апрель", |sent| sent.text.contains("3110")).await;
    let drafts = world.telegram.calls_of("sendMessageDraft");
    let with: Vec<_> = drafts.iter().map(|draft| draft.params.contains_key("can_stop")).collect();
    assert!(with.len() > 1 && with[0] && !with[1..].contains(&true), "{with:?}");
    assert_eq!(world.telegram.messages(1).len(), before + 1, "and no placeholder");
}
