//! What goes wrong around the bot, and that nothing is lost or done twice by it.

use std::time::Duration;

use kupets_bot_fake::{FakeTelegram, Fault};
use serde_json::json;

use crate::world::{LIMIT, TOKEN, World, words};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_updates_do_no_harm() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.telegram.message(
        &anna,
        1,
        json!({"location": {"latitude": 55.755_826, "longitude": 37.6173, "horizontal_accuracy": 12.5}}),
    );
    world.said(1, |sent| sent.text.contains("только текст")).await;
    world.telegram.push(json!({"brand_new_kind": {"x": 1.5e300}}));
    world.telegram.push(json!({"message": {"message_id": "not a number"}}));
    world.telegram.push(
        json!({"edited_message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}}),
    );
    world.telegram.push(
        json!({"channel_post": {"message_id": 1, "date": 1, "chat": {"id": -5, "type": "channel"}, "text": "x"}}),
    );
    world.ask(&anna, "выручка за апрель", |sent| sent.text.contains("3110")).await;
    assert_eq!(world.kupets.questions().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_that_comes_twice_is_answered_once_over_a_restart_too() {
    let mut world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let update = json!({"update_id": 5_000, "message": {"message_id": 900, "date": 1, "chat": {"id": 1, "type": "private"},
        "from": {"id": 1, "is_bot": false, "first_name": "A"}, "text": "выручка за апрель"}});
    world.telegram.push(update.clone());
    world.said(1, |sent| sent.text.contains("3110")).await;
    world.telegram.push(update.clone());
    world.stop().await;
    world.telegram.push(update);
    world.start();
    let next = json!({"update_id": 5_001, "message": {"message_id": 901, "date": 1, "chat": {"id": 1, "type": "private"},
        "from": {"id": anna.id, "is_bot": false, "first_name": "A"}, "text": "/settings"}});
    world.telegram.push(next);
    world.said(1, |sent| sent.text.contains("Часовой пояс")).await;
    assert_eq!(world.kupets.questions().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_whose_answer_was_cut_by_a_restart_is_answered_after_it() {
    let mut world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.drain = Duration::from_millis(10);
    world.stop().await;
    world.start();
    world.kupets.set_slow(100_000);
    world.telegram.write(&anna, "выручка за апрель");
    world.telegram.until(LIMIT, |_| (world.kupets.questions().len() == 1).then_some(())).await.unwrap();
    world.stop().await;
    world.kupets.set_slow(0);
    world.start();
    world.said(1, |sent| sent.text.contains("3110") && words(sent)).await;
    assert_eq!(world.kupets.questions().len(), 2);
    let answers = world.telegram.messages(1).iter().filter(|sent| sent.text.contains("3110")).count();
    assert_eq!(answers, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_on_its_way_at_a_restart_is_offered_and_not_repeated() {
    let mut world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.drain = Duration::from_millis(10);
    world.stop().await;
    world.start();
    world.telegram.fault("sendRichMessage", Fault::Slow(Duration::from_secs(30)));
    world.telegram.write(&anna, "выручка за апрель");
    world
        .telegram
        .until(LIMIT, |telegram| (telegram.calls_of("sendRichMessage").len() == 1).then_some(()))
        .await
        .unwrap();
    world.stop().await;
    world.start();
    let offer = world.ask(&anna, "/settings", |sent| sent.text.contains("мог не дойти")).await;
    assert_eq!(world.kupets.questions().len(), 1);
    world.press(&anna, &offer, "Показать", |sent| sent.text.contains("3110")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_starts_while_telegram_is_down_and_comes_back() {
    let mut world = World::without_bot().await;
    for _ in 0..3 {
        world.telegram.fault("getMe", Fault::CutBefore);
    }
    world.telegram.fault("getMe", Fault::Refuse(401, "Unauthorized".to_owned()));
    world.telegram.fault("getUpdates", Fault::Page(502));
    world.telegram.fault("getUpdates", Fault::RetryAfter(1));
    world.start();
    let anna = world.linked(1, "ru").await;
    world
        .telegram
        .fault("getUpdates", Fault::Refuse(409, "Conflict: terminated by other getUpdates request".to_owned()));
    world.telegram.fault("getUpdates", Fault::CutAfter);
    world.ask(&anna, "выручка за апрель", |sent| sent.text.contains("3110")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_one_person_is_bounded_and_told_once() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.kupets.set_slow(30);
    for at in 0..60 {
        world.telegram.write(&anna, &format!("вопрос {at}"));
    }
    world.said(1, |sent| sent.text.contains("Слишком много")).await;
    world.kupets.set_slow(0);
    // Those that were taken are answered, one after another.
    world
        .telegram
        .until(LIMIT, |telegram| {
            (telegram.messages(1).iter().filter(|sent| sent.text.contains("3110")).count() >= 20).then_some(())
        })
        .await
        .unwrap();
    assert!(world.kupets.questions().len() < 60);
    assert_eq!(world.kupets.most_at_once(), 1, "one person is served one after another");
    assert_eq!(world.telegram.messages(1).iter().filter(|sent| sent.text.contains("Слишком много")).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_for_telegram_keeps_nobody_else_waiting() {
    let mut world = World::without_bot().await;
    world.concurrency = 1;
    world.start();
    let anna = world.linked(1, "ru").await;
    let john = world.linked(2, "en").await;
    // Longer than a test waits.
    world.telegram.fault("sendRichMessage", Fault::RetryAfter(250));
    world.telegram.write(&anna, "выручка за апрель");
    world.telegram.until(LIMIT, |telegram| telegram.calls_of("sendRichMessage").pop()).await.unwrap();
    world.ask(&john, "revenue in April", |sent| sent.text.contains("3,110")).await;
}

/// Bytes of memory that the process holds, or has held at most (`VmRSS`, `VmHWM`).
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

/// Set in a process that runs one test and nothing beside it.
const ALONE: &str = "KUPETS_TEST_ALONE";

/// Runs a test in a process of its own, as it is about the whole process, with this in its environment; whether this is that process.
fn alone(test: &str, environment: &[(&str, &str)]) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let mut process = std::process::Command::new(std::env::current_exe().unwrap());
    process.args([test, "--exact", "--nocapture"]).env(ALONE, "1").envs(environment.iter().copied());
    let ran = process.output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}\n{}", String::from_utf8_lossy(&ran.stderr));
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_people_at_once_are_all_answered() {
    if !alone("robust::a_thousand_people_at_once_are_all_answered", &[]) {
        return;
    }
    let mut world = World::without_bot().await;
    // As it is out there: the bot's own pace, and a Telegram that allows no more than it says.
    world.pace = kupets_bot::Pace::default();
    world.telegram.set_pace(4, 30);
    let before = memory("VmRSS");
    world.start();
    let people: Vec<_> = (1..=1_000).map(|id| world.telegram.person(id, "A", "ru")).collect();
    for person in &people {
        let token = world.kupets.token("w1", "manager");
        world.telegram.write(person, &format!("/start {token}"));
    }
    world
        .telegram
        .until(LIMIT * 2, |telegram| people.iter().all(|person| !telegram.messages(person.id).is_empty()).then_some(()))
        .await
        .unwrap();
    for person in &people {
        world.telegram.write(person, "выручка за апрель");
    }
    let answered = |telegram: &FakeTelegram| {
        people.iter().all(|person| telegram.messages(person.id).iter().any(|sent| sent.text.contains("3110")))
    };
    world.telegram.until(LIMIT * 3, |telegram| answered(telegram).then_some(())).await.unwrap();
    // The most that there was at any moment. Both stand-ins and all that they keep are in it.
    let more = memory("VmHWM").saturating_sub(before);
    assert_eq!(world.kupets.questions().len(), 1_000);
    assert!(world.kupets.most_at_once() <= 16, "{}", world.kupets.most_at_once());
    // A busy machine brings the messages of two seconds in one now and then. Without a pace nearly all would come too fast.
    let held_back = world.telegram.held_back();
    assert!(held_back < 1_000, "{held_back} of more than 2,000 messages came too fast");
    println!("{held_back} held back, {} MiB more", more >> 20);
    assert!(more < 100 << 20, "{more} bytes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_api_server_on_this_machine_is_reached_past_the_proxy_of_the_environment() {
    // Nobody listens there.
    let proxies = ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"].map(|name| (name, "http://127.0.0.1:9"));
    let environment = [&proxies[..], &[("NO_PROXY", ""), ("no_proxy", "")]].concat();
    let name = "robust::a_bot_api_server_on_this_machine_is_reached_past_the_proxy_of_the_environment";
    if alone(name, &environment) {
        World::new().await.linked(1, "ru").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn telegram_is_reached_through_a_proxy() {
    let world = World::without_bot().await;
    let mut settings = world.settings();
    // Nobody has that name: only who is behind the proxy can answer.
    settings.telegram_url = Some("http://telegram.invalid".to_owned());
    settings.proxy = Some(world.telegram.url().to_owned());
    let shutdown = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(kupets_bot::run(settings, shutdown.clone()));
    let anna = world.linked(1, "ru").await;
    world.ask(&anna, "выручка за апрель", |sent| sent.text.contains("3110")).await;
    shutdown.cancel();
    running.await.unwrap().unwrap();

    let mut settings = world.settings();
    settings.proxy = Some("socks5://user:password@127.0.0.1:1080".to_owned());
    let error = kupets_bot::run(settings, tokio_util::sync::CancellationToken::new()).await.unwrap_err().to_string();
    assert!(error.contains("http://") && !error.contains("password"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_with_typing_holds_typing_alone() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.telegram.fault("sendChatAction", Fault::RetryAfter(3_600));
    let typed = || world.telegram.calls_of("sendChatAction").len();
    let mut told = Vec::new();
    for command in ["/today", "/top"] {
        world.kupets.hold_reads(true);
        let before = world.telegram.messages(1).len();
        world.telegram.write(&anna, command);
        world.telegram.until(LIMIT, |_| (typed() >= 1).then_some(())).await.unwrap();
        // Long enough for it to be said, if it is said.
        tokio::time::sleep(Duration::from_millis(700)).await;
        told.push(typed());
        world.kupets.hold_reads(false);
        world.after(1, before).await;
    }
    assert_eq!(told, [1, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_cancelled_before_it_began_is_told_of() {
    let mut world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.stop().await;
    // Both in one answer of Telegram.
    world.telegram.write(&anna, "выручка за апрель");
    world.telegram.write(&anna, "/Cancel");
    let before = world.telegram.messages(1).len();
    world.kupets.set_slow(100_000);
    world.start();
    let told = world.after(1, before).await;
    assert!(told.text.contains("Остановлено"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn telegrams_pace_is_kept() {
    let mut world = World::without_bot().await;
    world.telegram.set_pace(1, 30);
    world.pace.person = Duration::from_millis(1_000);
    world.pace.burst = 1;
    world.start();
    let anna = world.linked(1, "ru").await;
    for _ in 0..3 {
        world.telegram.write(&anna, "/help");
        world.telegram.write(&anna, "/settings");
    }
    world
        .telegram
        .until(LIMIT, |telegram| {
            (telegram.messages(1).iter().filter(|sent| sent.text.contains("Часовой")).count() == 3).then_some(())
        })
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_takes_updates_with_its_secret_only() {
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
    let set = world.telegram.until(LIMIT, |telegram| telegram.calls_of("setWebhook").pop()).await.unwrap();
    assert_eq!(
        (&set.params["url"], &set.params["secret_token"]),
        (&json!("https://bot.example.com/hook"), &json!("hook-secret"))
    );
    world.telegram.person(1, "Anna", "en");
    let update = json!({"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"},
        "from": {"id": 1, "is_bot": false, "first_name": "Anna", "language_code": "en"}, "text": "/start"}});
    let send = async |secret: &str| {
        let request = reqwest::Client::new().post(format!("http://127.0.0.1:{port}/hook")).json(&update);
        request.header("X-Telegram-Bot-Api-Secret-Token", secret).send().await.unwrap().status().as_u16()
    };
    world
        .telegram
        .until(LIMIT, |_| (!world.kupets.asked_of("/v1/telegram/bot").is_empty()).then_some(()))
        .await
        .unwrap();
    let named = world.kupets.asked_of("/v1/telegram/bot")[0].body.clone();
    assert_eq!(named, json!({"username": "KupetsTestBot"}), "links lead to it");
    assert_eq!(send("guess").await, 403);
    assert_eq!(send("hook-secret").await, 200);
    assert_eq!(send("hook-secret").await, 200, "a second time is taken and passed over");
    world.said(1, |sent| sent.text.contains("Hello")).await;
    shutdown.cancel();
    running.await.unwrap().unwrap();
    assert_eq!(world.telegram.messages(1).len(), 1);
    world.start();
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_setting_that_is_wrong_ends_the_start_and_names_itself() {
    let world = World::without_bot().await;
    let mut settings = world.settings();
    settings.api_url = "no url".to_owned();
    let error = kupets_bot::run(settings, tokio_util::sync::CancellationToken::new()).await.unwrap_err();
    assert!(error.to_string().contains("no url") && !error.to_string().contains(TOKEN), "{error}");
}
