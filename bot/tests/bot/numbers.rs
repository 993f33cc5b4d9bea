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
        world.telegram.write_in(GROUP, &anna, "@KupetsTestBot выручка за апрель");
        world.said(1, |sent| sent.text.contains("3110")).await;
        world.said(GROUP, |sent| sent.text.contains("в личном чате")).await;
        // What comes after it is answered when it is over.
        world.ask(&anna, "/workspace", |sent| sent.text.contains("Сейчас")).await;
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
        // The conversation goes on there, too.
        world.telegram.write_in(new, &anna, "@KupetsTestBot а по месяцам?");
        world.said(1, |_| world.kupets.questions().len() == 2).await;
        assert_eq!(world.kupets.questions()[1]["conversation_id"], "c1");
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

/// A message of Anna's with that number.
fn numbered(number: i64, text: &str) -> serde_json::Value {
    json!({"update_id": number, "message": {"message_id": number, "date": 1, "text": text,
        "chat": {"id": 1, "type": "private"}, "from": {"id": 1, "is_bot": false, "first_name": "A", "language_code": "ru"}}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn updates_that_a_webhook_brings_late_twice_or_together_are_each_answered_once() {
    let mut world = World::without_bot().await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut settings = world.settings();
    settings.webhook = Some(kupets_bot::Webhook {
        url: "https://bot.example.com/hook".to_owned(),
        listen: format!("127.0.0.1:{port}").parse().unwrap(),
        secret: kupets_bot::Secret::from("hook-secret".to_owned()),
    });
    let shutdown = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(kupets_bot::run(settings, shutdown.clone()));
    world.telegram.until(LIMIT, |telegram| telegram.calls_of("setWebhook").pop()).await.unwrap();
    world.telegram.person(1, "Анна", "ru");
    let bring = async |number: i64, text: &str| {
        let request =
            reqwest::Client::new().post(format!("http://127.0.0.1:{port}/hook")).json(&numbered(number, text));
        request.header("X-Telegram-Bot-Api-Secret-Token", "hook-secret").send().await.unwrap().status().as_u16()
    };
    let token = world.kupets.token("w1", "manager");
    assert_eq!(bring(700, &format!("/start {token}")).await, 200);
    world.said(1, |sent| sent.text.contains("Лавка")).await;
    // 701 failed at first and is brought again after others; some come twice, and two at once.
    for number in [703, 702, 703, 701, 702, 701, 700, 650] {
        assert_eq!(bring(number, &format!("выручка за {number}")).await, 200);
    }
    let both = tokio::join!(bring(705, "выручка за 705"), bring(704, "выручка за 704"));
    assert_eq!(both, (200, 200));
    world.telegram.until(LIMIT, |_| (world.kupets.questions().len() == 5).then_some(())).await.unwrap();
    assert_eq!(bring(706, "/settings").await, 200);
    world.said(1, |sent| sent.text.contains("Часовой пояс")).await;
    let mut asked: Vec<String> =
        world.kupets.questions().iter().map(|asked| asked["message"].as_str().unwrap().to_owned()).collect();
    asked.sort();
    assert_eq!(asked, (701..=705).map(|number| format!("выручка за {number}")).collect::<Vec<_>>());
    shutdown.cancel();
    running.await.unwrap().unwrap();
    world.start();
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_of_another_server_are_read_from_the_first() {
    let mut world = World::new().await;
    world.linked(1, "ru").await;
    world.telegram.push(numbered(5_000, "/settings"));
    world.said(1, |sent| sent.text.contains("Часовой пояс")).await;
    // It does not know rich messages there; that is the server's matter.
    world.telegram.fault("sendRichMessage", Fault::Refuse(404, "Not Found".to_owned()));
    world.telegram.push(numbered(5_001, "/today"));
    assert_eq!(world.said(1, |sent| sent.text.contains("12\u{a0}500")).await.kind, "text");
    world.stop().await;
    // A server of one's own, which begins below.
    world.telegram = kupets_bot_fake::FakeTelegram::start(crate::world::TOKEN).await.unwrap();
    let anna = world.telegram.person(1, "Анна", "ru");
    world.start();
    let told = world.ask(&anna, "/today", |sent| sent.text.contains("12\u{a0}500")).await;
    assert_eq!(told.kind, "rich");
    // The same one again goes on.
    world.stop().await;
    world.start();
    world.ask(&anna, "/workspace", |sent| sent.text.contains("Сейчас")).await;
    assert_eq!(world.telegram.messages(1).iter().filter(|sent| sent.kind == "rich").count(), 1);
}
