//! Events: with the change or not at all, at least once, in order.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use kupets_core::TenantId;
use serde_json::json;

use super::{Event, NewEvent, Order, Outbox, Receiver};
use crate::{
    jobs::{JobError, JobFilter, JobState, Runner},
    personal_data::PersonalData,
    testing::{Fixture, tenant, until},
};

/// Notes what it is told; fails as long as it is told to.
#[derive(Clone, Default)]
struct Notes {
    seen: Arc<Mutex<Vec<(TenantId, Event)>>>,
    failing: Arc<Mutex<Vec<String>>>,
}

impl Notes {
    fn payloads(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|(_, event)| event.payload.as_str().unwrap().to_owned()).collect()
    }
}

#[async_trait]
impl Receiver for Notes {
    async fn receive(&self, tenant: &TenantId, event: &Event) -> Result<(), JobError> {
        self.seen.lock().unwrap().push((tenant.clone(), event.clone()));
        let failing = self.failing.lock().unwrap().iter().any(|text| event.payload == json!(text));
        if failing { Err(JobError::retry("away")) } else { Ok(()) }
    }
}

fn event(key: &str, payload: &str) -> NewEvent {
    NewEvent { topic: "hook".into(), order: Order::Key(key.into()), payload: json!(payload), customer_id: None }
}

async fn append(f: &Fixture, outbox: &Outbox, event: &NewEvent) -> String {
    let mut transaction = f.pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let id = outbox.append(&mut transaction, &tenant(1), event).await.unwrap();
    transaction.commit().await.unwrap();
    id
}

fn delivering(f: &Fixture) -> (Outbox, Runner, Notes) {
    let (outbox, runner, notes) = (Outbox::new(f.jobs.clone()), f.runner(), Notes::default());
    runner.register(Outbox::kind("hook"), outbox.handler("hook", Arc::new(notes.clone())));
    (outbox, runner, notes)
}

#[tokio::test]
async fn an_event_is_told_with_its_change_or_not_at_all() {
    let f = Fixture::new().await;
    let (outbox, runner, notes) = delivering(&f);
    let mut transaction = f.pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    outbox.append(&mut transaction, &tenant(1), &event("a", "undone")).await.unwrap();
    transaction.rollback().await.unwrap();
    let id = append(&f, &outbox, &event("a", "done")).await;
    assert_eq!(outbox.undelivered(&tenant(1)).await.unwrap(), 1);
    runner.run_due().await.unwrap();
    assert_eq!(notes.payloads(), ["done"]);
    let (to, told) = notes.seen.lock().unwrap()[0].clone();
    assert_eq!((to, told.id), (tenant(1), id));
    assert_eq!(outbox.undelivered(&tenant(1)).await.unwrap(), 0);
    assert_eq!(runner.run_due().await.unwrap(), 0);
}

#[tokio::test]
async fn a_failing_event_holds_up_its_key_and_no_other_and_is_never_overtaken() {
    let f = Fixture::new().await;
    let (outbox, runner, notes) = delivering(&f);
    notes.failing.lock().unwrap().push("a1".into());
    for (key, payload) in [("a", "a1"), ("a", "a2"), ("b", "b1"), ("a", "a3"), ("b", "b2")] {
        append(&f, &outbox, &event(key, payload)).await;
    }
    runner.run_due().await.unwrap();
    let of = |key: &str| notes.payloads().into_iter().filter(|p| p.starts_with(key)).collect::<Vec<_>>();
    assert_eq!((of("a"), of("b")), (vec!["a1".to_owned()], vec!["b1".to_owned(), "b2".to_owned()]));
    // A new event of the key does not shorten the wait.
    append(&f, &outbox, &event("a", "a4")).await;
    assert_eq!(runner.run_due().await.unwrap(), 0);
    notes.failing.lock().unwrap().clear();
    f.clock.advance(Duration::from_secs(60));
    runner.run_due().await.unwrap();
    assert_eq!(of("a"), ["a1", "a1", "a2", "a3", "a4"]);
    let seen = notes.seen.lock().unwrap();
    let ids: Vec<&str> =
        seen.iter().filter(|(_, event)| event.payload == json!("a1")).map(|(_, event)| event.id.as_str()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1], "told twice by the same id");
}

#[tokio::test]
async fn what_is_appended_while_events_are_told_is_told_too() {
    let f = Fixture::new().await;
    let (outbox, runner, notes) = delivering(&f);
    runner.start();
    for n in 0..60 {
        append(&f, &outbox, &event("a", &format!("{n:02}"))).await;
        f.jobs.wake();
    }
    until("all are told", async || outbox.undelivered(&tenant(1)).await.unwrap() == 0).await;
    runner.shutdown().await;
    let told = notes.payloads();
    assert_eq!(told.len(), 60);
    assert!(told.is_sorted());
}

#[tokio::test]
async fn given_up_is_not_skipped() {
    let f = Fixture::new().await;
    let (outbox, runner, notes) = delivering(&f);
    notes.failing.lock().unwrap().push("a1".into());
    append(&f, &outbox, &event("a", "a1")).await;
    while runner.run_due().await.unwrap() > 0 {
        f.clock.advance(Duration::from_secs(3_600));
    }
    let failed = JobFilter { states: vec![JobState::Failed], ..JobFilter::default() };
    assert_eq!(f.jobs.list(&tenant(1), &failed, 9).await.unwrap().len(), 1);
    notes.failing.lock().unwrap().clear();
    notes.seen.lock().unwrap().clear();
    append(&f, &outbox, &event("a", "a2")).await;
    runner.run_due().await.unwrap();
    assert_eq!(notes.payloads(), ["a1", "a2"]);
}

#[tokio::test]
async fn delivered_events_are_pruned_and_others_kept() {
    let f = Fixture::new().await;
    let (outbox, runner, _) = delivering(&f);
    append(&f, &outbox, &event("a", "a1")).await;
    runner.run_due().await.unwrap();
    append(&f, &outbox, &event("a", "a2")).await;
    let day = Duration::from_secs(86_400);
    assert_eq!(outbox.prune(day).await.unwrap(), 0);
    f.clock.advance(day);
    assert_eq!(outbox.prune(day).await.unwrap(), 1);
    assert_eq!(outbox.undelivered(&tenant(1)).await.unwrap(), 1);
}

#[tokio::test]
async fn forgetting_a_customer_takes_its_events_and_leaves_the_others_to_be_told() {
    let f = Fixture::new().await;
    let (outbox, runner, notes) = delivering(&f);
    let about = |who: &str, order: Order| NewEvent {
        topic: "hook".into(),
        order,
        payload: json!(who),
        customer_id: Some(who.into()),
    };
    for who in ["anna", "boris"] {
        append(&f, &outbox, &about(who, Order::Customer)).await;
        append(&f, &outbox, &about(who, Order::Key("endpoint".into()))).await;
    }
    PersonalData::new(f.pool.clone()).forget(&tenant(1), "anna").await.unwrap();
    runner.run_due().await.unwrap();
    assert_eq!(notes.payloads(), ["boris", "boris"]);
    assert_eq!(outbox.undelivered(&tenant(1)).await.unwrap(), 0);
}
