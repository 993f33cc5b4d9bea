//! Groups: asked by many, seen by one.

use kupets_bot_fake::Level;

use crate::world::{LIMIT, World};

const GROUP: i64 = -1001;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_for_the_asker_alone() {
    let world = World::new().await;
    let anna = world.linked_as(1, "ru", "admin").await;
    world.telegram.make_admin(GROUP);
    world.telegram.write_in(GROUP, &anna, "обед в час");
    world.telegram.write_in(GROUP, &anna, "@KupetsTestBot выручка за апрель");
    let closed = world.after(GROUP, 0).await;
    assert!(closed.text.contains("не включены") && world.kupets.questions().is_empty(), "{closed:?}");
    world.telegram.write_in(GROUP, &anna, "/enable@KupetsTestBot");
    world.said(GROUP, |sent| sent.text.contains("могут спрашивать")).await;
    world.telegram.write_in(GROUP, &anna, "@KupetsTestBot выручка за апрель");
    let answer = world.said(GROUP, |sent| sent.text.contains("3110")).await;
    assert_eq!((answer.only, answer.earlier[0].contains("3110")), (Some(1), false), "{answer:?}");
    // Charts and files as well.
    world.telegram.write_in(GROUP, &anna, "/report продажи по времени");
    let report = world.said(GROUP, |sent| sent.kind == "rich" && sent.text.contains("Продажи по времени")).await;
    let picture = world.said(GROUP, |sent| sent.kind == "photo").await;
    assert_eq!((report.only, picture.only), (Some(1), Some(1)));
    world.telegram.press(&anna, &report, "CSV").unwrap();
    assert_eq!(world.said(GROUP, |sent| sent.kind == "document").await.only, Some(1));

    // Who is not linked sees nothing and is told where to go.
    let eve = world.telegram.person(2, "Ева", "ru");
    world.telegram.write_in(GROUP, &eve, "/today");
    let told = world.said(GROUP, |sent| sent.text.contains("личном чате")).await;
    assert_eq!(told.only, None);
    // A link to another workspace opens nothing of this one.
    let token = world.kupets.token("w2", "owner");
    world.telegram.write(&eve, &format!("/start {token}"));
    world.said(2, |sent| sent.text.contains("Shop Two")).await;
    let before = world.telegram.messages(GROUP).len();
    world.telegram.write_in(GROUP, &eve, "/today");
    let refused = world.after(GROUP, before).await;
    assert!(refused.text.contains("не включены"), "{refused:?}");
    let public = world.telegram.messages(GROUP).into_iter().filter(|sent| sent.only.is_none());
    for message in public {
        assert!(!message.text.contains("3110") && !message.text.contains("12\u{a0}500"), "{message:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_server_gets_the_answer_in_private_and_a_note_in_the_group() {
    let world = World::new().await;
    world.telegram.set_level(Level::V9_3);
    let anna = world.linked_as(1, "ru", "owner").await;
    world.telegram.write_in(GROUP, &anna, "/enable");
    world.said(GROUP, |sent| sent.text.contains("могут спрашивать")).await;
    world.telegram.write_in(GROUP, &anna, "@KupetsTestBot выручка за апрель");
    world.said(1, |sent| sent.text.contains("3110")).await;
    world.said(GROUP, |sent| sent.text.contains("в личном чате")).await;
    assert!(
        world.telegram.messages(GROUP).iter().all(|sent| !sent.text.contains("3110") && !sent.text.contains("Считаю"))
    );
    assert!(world.telegram.calls_of("sendMessageDraft").iter().all(|draft| draft.params["chat_id"] == 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_an_admin_opens_a_group_and_leaving_it_ends_that() {
    let world = World::new().await;
    let anna = world.linked_as(1, "ru", "manager").await;
    world.telegram.write_in(GROUP, &anna, "/enable");
    world.said(GROUP, |sent| sent.text.contains("владелец или администратор")).await;
    // The role is looked up at that moment.
    world.kupets.set_role("admin");
    world.telegram.write_in(GROUP, &anna, "/enable");
    world.said(GROUP, |sent| sent.text.contains("могут спрашивать")).await;
    world.telegram.push(serde_json::json!({"my_chat_member": {
        "chat": {"id": GROUP, "type": "supergroup"}, "from": {"id": 1, "first_name": "A"}, "date": 1,
        "new_chat_member": {"status": "left", "user": {"id": 77}},
    }}));
    world.telegram.until(LIMIT, |telegram| (telegram.unconfirmed() == 0).then_some(())).await.unwrap();
    let before = world.telegram.messages(GROUP).len();
    world.telegram.write_in(GROUP, &anna, "/today");
    assert!(world.after(GROUP, before).await.text.contains("не включены"));
    // What shows a workspace is for private chats.
    world.telegram.write_in(GROUP, &anna, "/settings");
    assert!(world.after(GROUP, before + 1).await.text.contains("личном чате"));
}

/// A group that an admin of the workspace has opened.
async fn open_group(world: &World) -> kupets_bot_fake::Person {
    let anna = world.linked_as(1, "ru", "owner").await;
    world.telegram.write_in(GROUP, &anna, "/enable");
    world.said(GROUP, |sent| sent.text.contains("могут спрашивать")).await;
    anna
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_that_is_no_admin_answers_a_press_in_the_group_and_words_in_private() {
    let world = World::new().await;
    let anna = open_group(&world).await;
    world.telegram.write_in(GROUP, &anna, "@KupetsTestBot выручка за апрель");
    world.said(1, |sent| sent.text.contains("3110")).await;
    world.said(GROUP, |sent| sent.text.contains("в личном чате")).await;
    // A press may be answered there for a quarter of a minute.
    world.telegram.write_in(GROUP, &anna, "/report");
    let catalogue = world.said(GROUP, |sent| sent.text.contains("Какой отчёт")).await;
    world.telegram.press(&anna, &catalogue, "Лучшие товары").unwrap();
    let report = world.said(GROUP, |sent| sent.text.contains("Товар 1")).await;
    assert_eq!(report.only, Some(1));
    // The report took so long that the time is over: its table takes the place of what was shown, its picture cannot.
    world.kupets.hold_reads(true);
    world.telegram.press(&anna, &catalogue, "Продажи по времени").unwrap();
    world.said(GROUP, |sent| sent.text.contains("Считаю")).await;
    world.telegram.forget_presses();
    world.kupets.hold_reads(false);
    let report = world.said(GROUP, |sent| sent.text.contains("Продажи по времени") && sent.kind == "rich").await;
    assert_eq!(report.only, Some(1));
    world.said(1, |sent| sent.kind == "photo" && sent.text == "Продажи по времени").await;
    // A press on what one person sees is answered there, too.
    world.telegram.press(&anna, &report, "CSV").unwrap();
    assert_eq!(world.said(GROUP, |sent| sent.kind == "document").await.only, Some(1));
    let public = world.telegram.messages(GROUP).into_iter().filter(|sent| sent.only.is_none());
    assert!(public.into_iter().all(|sent| sent.kind == "text" && !sent.text.contains("3110")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_server_is_told_in_its_own_form_whom_a_message_is_for() {
    for (level, name) in [(Level::V10_2, "receiver_user_id"), (Level::V10_3, "ephemeral_message_parameters")] {
        let world = World::new().await;
        world.telegram.set_level(level);
        world.telegram.make_admin(GROUP);
        let anna = open_group(&world).await;
        let mut seen = Vec::new();
        for month in ["апрель", "март"] {
            world.telegram.write_in(GROUP, &anna, &format!("@KupetsTestBot выручка за {month}"));
            let answer = world.said(GROUP, |sent| !seen.contains(&sent.id) && sent.text.contains("3110")).await;
            assert_eq!(answer.only, Some(1), "{level:?}");
            seen.push(answer.id);
        }
        let sent = world.telegram.calls_of("sendMessage");
        let both = |call: &kupets_bot_fake::Call| {
            call.params.contains_key("receiver_user_id") && call.params.contains_key("ephemeral_message_parameters")
        };
        assert!(!sent.iter().any(both));
        let last = sent.iter().rev().find(|call| call.params["chat_id"] == GROUP).unwrap();
        assert!(last.params.contains_key(name), "{last:?}");
        // What the server passes over is found out once.
        let other = sent.iter().filter(|call| call.params.contains_key("ephemeral_message_parameters")).count();
        assert_eq!(other, if level == Level::V10_2 { 1 } else { 2 });
        // Only since 10.3 a rich message can be one person's: before that all would see it for a moment.
        let calls = world.telegram.calls();
        let rich = calls.iter().filter(|call| call.params.contains_key("rich_message"));
        assert_eq!(rich.filter(|call| call.params["chat_id"] == GROUP).count() > 0, level == Level::V10_3);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_in_a_group_is_shown_on_the_way_stopped_and_gone_on_from() {
    let world = World::new().await;
    world.telegram.make_admin(GROUP);
    let anna = open_group(&world).await;
    world.kupets.set_slow(100_000);
    world.telegram.write_in(GROUP, &anna, "@KupetsTestBot выручка за апрель");
    let shows = |sent: &kupets_bot_fake::Sent| sent.text.contains("3110") && !sent.buttons.is_empty();
    let waiting = world.said(GROUP, shows).await;
    assert_eq!(waiting.only, Some(1));
    world.telegram.press(&anna, &waiting, "Остановить").unwrap();
    let stopped = world.said(GROUP, |sent| sent.text.contains("Остановлено")).await;
    assert_eq!((stopped.id, stopped.only), (waiting.id, Some(1)));
    world.kupets.set_slow(0);
    let mut answers = Vec::new();
    for month in ["апрель", "март"] {
        world.telegram.write_in(GROUP, &anna, &format!("@KupetsTestBot выручка за {month}"));
        let other = |sent: &kupets_bot_fake::Sent| !answers.contains(&sent.id) && sent.id != waiting.id;
        let answer = world.said(GROUP, |sent| other(sent) && sent.text.contains("Как понят")).await;
        answers.push(answer.id);
    }
    let first = world.telegram.messages(GROUP).into_iter().find(|sent| sent.id == answers[0]).unwrap();
    let before = world.kupets.questions().len();
    world.telegram.reply_alone(&anna, &first, "а по каналам?");
    let asked = |_: &kupets_bot_fake::FakeTelegram| world.kupets.questions().len() == before + 2;
    world.telegram.until(LIMIT, |telegram| asked(telegram).then_some(())).await.unwrap();
    let asked = world.kupets.questions();
    assert!(asked[before]["plan"].is_object() && asked[before + 1]["message"] == "а по каналам?", "{asked:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_it_was_not_done_is_for_the_asker_alone() {
    for admin in [true, false] {
        let world = World::new().await;
        let anna = open_group(&world).await;
        if admin {
            world.telegram.make_admin(GROUP);
        }
        world.telegram.write_in(GROUP, &anna, "@KupetsTestBot запрещено");
        let told = world.said(GROUP, |sent| sent.text.contains("не хватает прав")).await;
        assert_eq!((told.only.is_some(), told.text.contains("Иванова")), (admin, admin), "{told:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_group_sees_no_reports_and_other_bots_have_their_commands() {
    let world = World::new().await;
    let anna = world.linked_as(1, "ru", "owner").await;
    world.telegram.write_in(GROUP, &anna, "/report");
    assert!(world.after(GROUP, 0).await.text.contains("не включены"));
    // One of these is another bot's, the other is named.
    world.telegram.write_in(GROUP, &anna, "/ban");
    world.telegram.write_in(GROUP, &anna, "/ban@KupetsTestBot");
    assert!(world.after(GROUP, 1).await.text.contains("Такой команды нет"));
    world.telegram.write_in(GROUP, &anna, "/help");
    world.after(GROUP, 2).await;
    assert_eq!(world.telegram.messages(GROUP).len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_blocked_the_bot_is_told_in_the_group_how_to_be_answered() {
    for (language, opened, how, ask) in [
        ("ru", "могут спрашивать", "нажмите «Старт»", "выручка за апрель"),
        ("en", "may now ask", "press Start", "revenue in April"),
    ] {
        let world = World::new().await;
        world.telegram.set_level(Level::V9_3);
        let anna = world.linked_as(1, language, "owner").await;
        world.telegram.write_in(GROUP, &anna, "/enable");
        world.said(GROUP, |sent| sent.text.contains(opened)).await;
        world.telegram.block(&anna, true);
        let before = world.telegram.messages(1).len();
        // What they write in a group does not say that they have let the bot in again.
        for count in 1..3 {
            world.telegram.write_in(GROUP, &anna, &format!("@KupetsTestBot {ask}"));
            let told = |telegram: &kupets_bot_fake::FakeTelegram| {
                let notes = telegram.messages(GROUP).into_iter();
                notes.filter(|sent| sent.text.contains("@KupetsTestBot") && sent.text.contains(how)).count() == count
            };
            world.telegram.until(LIMIT, |telegram| told(telegram).then_some(())).await.unwrap();
        }
        world.telegram.block(&anna, false);
        world.telegram.write_in(GROUP, &anna, &format!("@KupetsTestBot {ask}"));
        world.after(1, before).await;
        let group = world.telegram.messages(GROUP);
        assert!(group.iter().all(|sent| !sent.text.contains("3110") && !sent.text.contains("3,110")), "{group:?}");
    }
}
