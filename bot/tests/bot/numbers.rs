//! Numbers of updates and chats, which Telegram may change, and what a server may not know.

use kupets_bot_fake::{Fault, Level};
use serde_json::json;

use crate::world::{LIMIT, World, words};

const GROUP: i64 = -1001;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_that_begin_anew_after_a_quiet_week_are_taken() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let write = |number: i64, text: &str| {
        world.telegram.push(json!({"update_id": number, "message": {"message_id": number, "date": 1, "text": text,
            "chat": {"id": 1, "type": "private"}, "from": {"id": anna.id, "is_bot": false, "first_name": "A"}}}));
    };
    // Below the last one: it was taken already.
    write(7, "выручка за апрель");
    world.ask(&anna, "/settings", |sent| sent.text.contains("Часовой пояс")).await;
    assert!(world.kupets.questions().is_empty());
    world.clock.go(8 * 86_400);
    // The poll that waits asks from the number before.
    let polls = world.telegram.calls_of("getUpdates").len();
    let anew = |telegram: &kupets_bot_fake::FakeTelegram| {
        telegram.calls_of("getUpdates").iter().skip(polls).any(|call| call.params["offset"] == 0)
    };
    world.telegram.until(LIMIT, |telegram| anew(telegram).then_some(())).await.unwrap();
    write(8, "выручка за май");
    world.said(1, |sent| sent.text.contains("3110")).await;
    write(9, "/workspace");
    world.said(1, |sent| sent.text.contains("Сейчас")).await;
    assert_eq!(world.kupets.questions().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_becomes_a_supergroup_stays_open() {
    for by_the_old_one in [true, false] {
        let world = World::new().await;
        let anna = world.linked_as(1, "ru", "owner").await;
        world.telegram.write_in(GROUP, &anna, "/enable");
        world.said(GROUP, |sent| sent.text.contains("могут спрашивать")).await;
        let (old, new) = (GROUP, GROUP - 1);
        // Nobody wrote it.
        let message = match by_the_old_one {
            true => json!({"chat": {"id": old, "type": "group"}, "migrate_to_chat_id": new}),
            false => json!({"chat": {"id": new, "type": "supergroup"}, "migrate_from_chat_id": old,
                "from": {"id": 1087968824, "is_bot": true, "first_name": "Group"}}),
        };
        let mut update = json!({"message": {"message_id": 50, "date": 1}});
        update["message"].as_object_mut().unwrap().extend(message.as_object().unwrap().clone());
        world.telegram.push(update);
        world.telegram.write_in(new, &anna, "/today");
        world.said(1, |sent| sent.text.contains("12\u{a0}500")).await;
        assert!(world.telegram.messages(new).iter().all(|sent| !sent.text.contains("не включены")));
        world.telegram.write_in(old, &anna, "/today");
        world.said(old, |sent| sent.text.contains("не включены")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_has_put_the_bot_out_must_be_opened_again() {
    let world = World::new().await;
    let anna = world.linked_as(1, "ru", "owner").await;
    world.telegram.write_in(GROUP, &anna, "/enable");
    world.said(GROUP, |sent| sent.text.contains("могут спрашивать")).await;
    let kicked = "Forbidden: bot was kicked from the supergroup chat";
    world.telegram.fault("sendMessage", Fault::Refuse(403, kicked.to_owned()));
    world.telegram.write_in(GROUP, &anna, "/help");
    world.telegram.write_in(GROUP, &anna, "/today");
    world.said(GROUP, |sent| sent.text.contains("не включены")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_refuses_what_it_does_not_know_is_asked_for_less() {
    let mut world = World::without_bot().await;
    world.telegram.set_level(Level::V9_3);
    let why = "Bad Request: allowed_updates has an unknown kind";
    world.telegram.fault("getUpdates", Fault::Refuse(400, why.to_owned()));
    world.start();
    let anna = world.linked(1, "ru").await;
    world.ask(&anna, "/help", words).await;
    let polls = world.telegram.calls_of("getUpdates");
    assert_eq!(polls[0].params["allowed_updates"].as_array().unwrap().len(), 4);
    assert_eq!(polls[1].params["allowed_updates"], json!(["message", "callback_query", "my_chat_member"]));
    // Commands of a group that nobody else sees are of a later version.
    let menus = world
        .telegram
        .until(LIMIT, |telegram| Some(telegram.calls_of("setMyCommands")).filter(|menus| menus.len() == 6));
    let menus = menus.await.unwrap();
    let alone = |at: usize| menus[at].params["commands"].to_string().contains("is_ephemeral");
    assert_eq!((0..6).map(alone).collect::<Vec<_>>(), [false, false, true, false, true, false]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_button_is_answered_while_its_person_waits_for_an_answer() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let answer = world.ask(&anna, "выручка за апрель", words).await;
    world.kupets.set_slow(100_000);
    world.telegram.write(&anna, "выручка за май");
    world.telegram.until(LIMIT, |_| (world.kupets.questions().len() == 2).then_some(())).await.unwrap();
    let press = world.telegram.press(&anna, &answer, "SQL").unwrap();
    let answered = |telegram: &kupets_bot_fake::FakeTelegram| {
        telegram.calls_of("answerCallbackQuery").iter().any(|call| call.params["callback_query_id"] == press)
    };
    world.telegram.until(LIMIT, |telegram| answered(telegram).then_some(())).await.unwrap();
    assert!(world.telegram.messages(1).iter().all(|sent| !sent.text.contains("SELECT")), "it has its turn later");
    world.kupets.set_slow(0);
    world.said(1, |sent| sent.text.contains("SELECT")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_nobody_else_sees_is_answered_so_by_a_bot_that_is_no_admin() {
    let world = World::new().await;
    let anna = world.linked_as(1, "ru", "owner").await;
    world.telegram.write_in(GROUP, &anna, "/enable");
    world.said(GROUP, |sent| sent.text.contains("могут спрашивать")).await;
    world.telegram.write_alone(GROUP, &anna, "/today@KupetsTestBot");
    let told = world.said(GROUP, |sent| sent.text.contains("12\u{a0}500")).await;
    assert_eq!(told.only, Some(1));
    let menus = world
        .telegram
        .until(LIMIT, |telegram| Some(telegram.calls_of("setMyCommands")).filter(|menus| menus.len() == 4));
    let menus = menus.await.unwrap();
    for command in menus[2].params["commands"].as_array().unwrap() {
        let all_see = ["enable", "disable"].contains(&command["command"].as_str().unwrap());
        assert_eq!(command.get("is_ephemeral").is_none(), all_see, "{command}");
    }
}
