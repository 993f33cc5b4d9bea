//! Who may ask: links, and how they end.

use kupets_bot_fake::Fault;

use crate::world::{LIMIT, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_redeemed_once_and_by_whoever_opens_it_first() {
    let world = World::new().await;
    let anna = world.telegram.person(1, "Anna", "en");
    world.telegram.write(&anna, "/start");
    let welcome = world.after(1, 0).await;
    assert!(welcome.text.contains("Settings → Telegram"), "{welcome:?}");
    let token = world.kupets.token("w1", "manager");
    world.telegram.write(&anna, &format!("/start {token}"));
    let linked = world.said(1, |sent| sent.text.contains("Done")).await;
    assert!(linked.text.contains("Анна Петрова") && linked.text.contains("Лавка"), "{linked:?}");
    let redeemed = world.kupets.asked_of("/v1/telegram/redeem")[0].body.clone();
    assert_eq!(redeemed["telegram_user_id"], 1);

    // The same link again, by a person who found it.
    let eve = world.telegram.person(2, "Eve", "ru");
    world.telegram.write(&eve, &format!("/start {token}"));
    assert!(world.after(2, 0).await.text.contains("не подходит"));
    world.telegram.write(&eve, "выручка за апрель");
    assert!(world.after(2, 1).await.text.contains("не привязан"));
    assert!(world.kupets.questions().is_empty());

    // Expired, and what is no token at all.
    let old = world.kupets.token("w1", "manager");
    world.kupets.expire(&old);
    world.telegram.write(&eve, &format!("/start {old}"));
    assert!(world.after(2, 2).await.text.contains("не подходит"));
    world.telegram.write(&eve, "/start ../../etc");
    assert!(world.after(2, 3).await.text.contains("не подходит"));
    assert_eq!(world.kupets.asked_of("/v1/telegram/redeem").len(), 3, "what is no token is not asked for");
    // Who pressed Start twice is told that the first press has worked.
    world.telegram.write(&anna, &format!("/start {token}"));
    let twice = world.said(1, |sent| sent.text.contains("does not work")).await;
    assert!(twice.text.contains("Now: “Лавка”"), "{twice:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_opened_in_a_group_stays_good_for_its_owner() {
    let world = World::new().await;
    let anna = world.telegram.person(1, "Анна", "ru");
    let token = world.kupets.token("w1", "manager");
    world.telegram.write_in(-100, &anna, &format!("/start@KupetsTestBot {token}"));
    assert!(world.after(-100, 0).await.text.contains("только в личном чате"));
    assert!(world.kupets.asked_of("/v1/telegram/redeem").is_empty());
    world.telegram.write(&anna, &format!("/start {token}"));
    world.said(1, |sent| sent.text.contains("Готово")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_goes_between_workspaces_and_out() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let token = world.kupets.token("w2", "viewer");
    world.telegram.write(&anna, &format!("/start {token}"));
    world.said(1, |sent| sent.text.contains("Shop Two")).await;
    let who = world.ask(&anna, "/whoami", |sent| sent.text.contains("Роль")).await;
    insta::assert_snapshot!("whoami", crate::world::shown(&who));
    let now = world.press(&anna, &who, "Лавка", |sent| sent.text.contains("Сейчас")).await;
    assert!(now.text.contains("Лавка"));
    world.ask(&anna, "выручка за апрель", |sent| sent.text.contains("3110")).await;
    assert_eq!(
        world.kupets.asked_of("/v1/assistant/messages")[0].who,
        world.kupets.asked_of("/v1/me")[0].who.replace('4', "2")
    );

    let sure = world.ask(&anna, "/logout", |sent| sent.text.contains("Отвязать")).await;
    world.press(&anna, &sure, "отвязать", |sent| sent.text.contains("Отвязано")).await;
    assert_eq!(world.kupets.asked_of("/v1/telegram/unlink").len(), 1);
    // The other workspace is still there.
    let who = world.ask(&anna, "/whoami", |sent| sent.text.contains("Роль")).await;
    assert!(who.text.contains("Shop Two") && who.text.contains("наблюдатель"), "{who:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_who_is_removed_loses_it_at_once() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.kupets.remove_members();
    let gone = world.ask(&anna, "выручка за апрель", |sent| sent.text.contains("Доступ")).await;
    assert!(!gone.text.contains("3110"));
    world.ask(&anna, "выручка за апрель", |sent| sent.text.contains("не привязан")).await;
    assert_eq!(world.kupets.questions().len(), 1, "a dead credential is not tried again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_and_language_outlive_the_process() {
    let mut world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let settings = world.ask(&anna, "/settings", |sent| sent.text.contains("Europe/Moscow")).await;
    world.press(&anna, &settings, "English", |sent| sent.text.contains("English it is")).await;
    world.stop().await;
    world.start();
    world.ask(&anna, "/whoami", |sent| sent.text.contains("Role: manager")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_removed_sees_nothing_that_the_bot_has_kept() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let answer = world.ask(&anna, "выручка за апрель", |sent| sent.text.contains("3110")).await;
    // An answer that may not have arrived is in the bot's memory.
    world.telegram.fault("sendRichMessage", Fault::CutBefore);
    let sent = world.telegram.calls_of("sendRichMessage").len();
    world.telegram.write(&anna, "/today");
    let more = |telegram: &kupets_bot_fake::FakeTelegram| telegram.calls_of("sendRichMessage").len() > sent;
    world.telegram.until(LIMIT, |telegram| more(telegram).then_some(())).await.unwrap();
    let offer = world.ask(&anna, "/help", |sent| sent.text.contains("мог не дойти")).await;
    let second = world.linked(2, "ru").await;
    let other = world.ask(&second, "выручка за апрель", |sent| sent.text.contains("3110")).await;
    world.kupets.remove_members();
    world.press(&anna, &offer, "Показать", |sent| sent.text.contains("Доступ")).await;
    world.press(&second, &other, "SQL", |sent| sent.text.contains("Доступ")).await;
    world.press(&anna, &answer, "SQL", |sent| sent.text.contains("не привязан")).await;
    assert!(
        world
            .telegram
            .messages(1)
            .iter()
            .chain(&world.telegram.messages(2))
            .all(|sent| { !sent.text.contains("SELECT") && !sent.text.contains("12\u{a0}500") })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_zone_of_the_workspace_is_followed() {
    let mut world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.kupets.set_zone("Pacific/Kiritimati");
    world.clock.go(11 * 60);
    world.ask(&anna, "/settings", |sent| sent.text.contains("Pacific/Kiritimati")).await;
    // Nor is it forgotten by who changes something else, or at a restart.
    let settings = world.said(1, |sent| sent.text.contains("Pacific/Kiritimati")).await;
    world.press(&anna, &settings, "Тёмные", |sent| sent.text.contains("Готово")).await;
    world.ask(&anna, "/settings", |sent| sent.text.contains("Pacific/Kiritimati")).await;
    world.stop().await;
    world.kupets.set_zone("Asia/Tokyo");
    world.start();
    world.ask(&anna, "/deliveries", |sent| sent.text.contains("Рассылок пока нет")).await;
    world.ask(&anna, "/settings", |sent| sent.text.contains("Asia/Tokyo")).await;
    // A server that is away leaves what was known.
    world.clock.go(11 * 60);
    world.kupets.set_dead(true);
    world.ask(&anna, "/settings", |sent| sent.text.contains("Asia/Tokyo")).await;
}
