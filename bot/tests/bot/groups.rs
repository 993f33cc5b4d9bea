//! Groups: asked by many, seen by one.

use kupets_bot_fake::Level;

use crate::world::{LIMIT, World};

const GROUP: i64 = -1001;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_for_the_asker_alone() {
    let world = World::new().await;
    let anna = world.linked_as(1, "ru", "admin").await;
    world.telegram.write_in(GROUP, &anna, "обед в час");
    world.telegram.write_in(GROUP, &anna, "@KupetsTestBot выручка за апрель");
    let closed = world.after(GROUP, 0).await;
    assert!(closed.text.contains("не включены") && world.kupets.questions().is_empty(), "{closed:?}");
    world.telegram.write_in(GROUP, &anna, "/enable@KupetsTestBot");
    world.said(GROUP, |sent| sent.text.contains("могут спрашивать")).await;
    world.telegram.write_in(GROUP, &anna, "@KupetsTestBot выручка за апрель");
    let answer = world.said(GROUP, |sent| sent.text.contains("3110")).await;
    assert_eq!((answer.only, answer.earlier[0].contains("3110")), (Some(1), false), "{answer:?}");

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
        assert!(!message.text.contains("3110") && !message.text.contains("12 500"), "{message:?}");
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
