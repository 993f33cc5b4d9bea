#![allow(clippy::unwrap_used)]

use super::*;

fn events() -> (Events, TenantId) {
    let events = Events::new(Handle::current(), kupets_engine::clock::system());
    (events, TenantId::parse("0123456789abcdef0123456789abcdef").unwrap())
}

async fn text(subscription: &mut Subscription) -> String {
    loop {
        match subscription.next().await {
            News::Send(bytes) => return String::from_utf8(bytes.to_vec()).unwrap(),
            News::Check => {}
            News::End => return "end".to_owned(),
        }
    }
}

fn last_id(text: &str) -> String {
    text.lines().filter_map(|line| line.strip_prefix("id: ")).next_back().unwrap().to_owned()
}

#[tokio::test]
async fn who_comes_back_gets_what_happened_meanwhile() {
    let (events, tenant) = events();
    let mut first = events.subscribe(&tenant, None).unwrap();
    let id = last_id(&text(&mut first).await);
    events.task(&tenant, "t1", TaskChange::Created);
    events.tell(&tenant, &Event::export("e1", "done"));
    drop(first);
    let mut again = events.subscribe(&tenant, Some(&id)).unwrap();
    assert!(text(&mut again).await.contains(": connected"));
    let missed = text(&mut again).await;
    assert!(missed.contains("event: task\ndata: {\"change\":\"created\",\"id\":\"t1\"}\n\n"), "{missed}");
    assert!(missed.contains("event: export\ndata: {\"id\":\"e1\",\"status\":\"done\"}\n\n"), "{missed}");
    // Who saw the first of them gets the second alone.
    let seen = missed.lines().next().unwrap().strip_prefix("id: ").unwrap();
    let mut again = events.subscribe(&tenant, Some(seen)).unwrap();
    text(&mut again).await;
    let missed = text(&mut again).await;
    assert!(!missed.contains("t1") && missed.contains("e1"), "{missed}");
}

#[tokio::test]
async fn what_is_not_kept_any_more_is_a_reset() {
    let (events, tenant) = events();
    let mut listener = events.subscribe(&tenant, None).unwrap();
    let id = last_id(&text(&mut listener).await);
    for _ in 0..300 {
        events.task(&tenant, "t", TaskChange::Updated);
    }
    assert!(text(&mut listener).await.contains("event: reset"), "a listener that was too slow");
    let mut again = events.subscribe(&tenant, Some(&id)).unwrap();
    text(&mut again).await;
    assert!(text(&mut again).await.contains("event: reset"));
    for unknown in ["", "x", "00-1", "zz-1", "0000000000000000-5"] {
        assert!(
            text(&mut events.subscribe(&tenant, Some(unknown)).unwrap()).await.contains("event: reset"),
            "{unknown}"
        );
    }
    // So is what was dropped because a person was forgotten.
    let id = last_id(&text(&mut events.subscribe(&tenant, None).unwrap()).await);
    events.task(&tenant, "person-7", TaskChange::Updated);
    events.forget(&tenant);
    let mut again = events.subscribe(&tenant, Some(&id)).unwrap();
    text(&mut again).await;
    let told = text(&mut again).await;
    assert!(told.contains("event: reset") && !told.contains("person-7"), "{told}");
}

#[tokio::test]
async fn counts_are_told_together_once_a_second() {
    let (events, tenant) = events();
    let mut listener = events.subscribe(&tenant, None).unwrap();
    text(&mut listener).await;
    events.records(&tenant, Table::Purchases, 1);
    let first = text(&mut listener).await;
    assert!(first.contains("\"purchases\":1"), "{first}");
    for _ in 0..1_000 {
        events.records(&tenant, Table::Purchases, 2);
        events.records(&tenant, Table::Customers, 1);
    }
    let second = text(&mut listener).await;
    assert!(second.contains("\"purchases\":2000") && second.contains("\"customers\":1000"), "{second}");
    assert_eq!(second.matches("event: records").count(), 1);
}

#[tokio::test]
async fn another_workspace_hears_nothing_and_closing_ends_all() {
    let (events, tenant) = events();
    let other = TenantId::parse("f123456789abcdef0123456789abcdef").unwrap();
    let mut listener = events.subscribe(&other, None).unwrap();
    text(&mut listener).await;
    events.task(&tenant, "t1", TaskChange::Created);
    events.close();
    assert_eq!(text(&mut listener).await, "end");
}

#[tokio::test]
async fn a_channel_goes_when_nobody_has_listened_for_a_while() {
    let (events, tenant) = events();
    let listener = events.subscribe(&tenant, None).unwrap();
    let later = || tokio::time::Instant::now() + std::time::Duration::from_secs(3_600);
    events.forget_idle(later());
    assert!(events.channel(&tenant).is_some(), "somebody listens");
    drop(listener);
    events.upkeep();
    assert!(events.channel(&tenant).is_some(), "somebody has just listened");
    events.forget_idle(later());
    assert!(events.channel(&tenant).is_none());
}
