//! Asking, reading, stopping, keeping.

use std::time::Duration;

use kupets_core::Kind;
use serde_json::json;

use crate::{
    jobs::{JobCounts, JobFilter, JobState, MAX_JSON_BYTES, NewJob, Outcome},
    testing::{Fixture, Quick, tenant},
};

fn job() -> NewJob {
    NewJob::new("test", json!({"n": 1}))
}

#[tokio::test]
async fn the_same_key_is_one_job_for_a_tenant_and_a_kind() {
    let f = Fixture::new().await;
    let first = f.jobs.enqueue(&tenant(1), &job().once("k")).await.unwrap();
    let second = f.jobs.enqueue(&tenant(1), &job().once("k")).await.unwrap();
    assert!(first.created && !second.created);
    assert_eq!(first.id, second.id);
    assert!(f.jobs.enqueue(&tenant(2), &job().once("k")).await.unwrap().created);
    assert!(f.jobs.enqueue(&tenant(1), &NewJob::new("other", json!(null)).once("k")).await.unwrap().created);
    assert!(f.jobs.enqueue(&tenant(1), &job()).await.unwrap().created);
    // When it is over as well.
    let runner = f.runner();
    runner.register("test", Quick::done());
    runner.run_due().await.unwrap();
    assert_eq!(f.jobs.get(&tenant(1), &first.id).await.unwrap().state, JobState::Done);
    assert!(!f.jobs.enqueue(&tenant(1), &job().once("k")).await.unwrap().created);
}

#[tokio::test]
async fn many_callers_at_once_make_one_job() {
    let f = Fixture::new().await;
    let calls = (0..16).map(|_| {
        let jobs = f.jobs.clone();
        tokio::spawn(async move { jobs.enqueue(&tenant(1), &job().once("k")).await.unwrap() })
    });
    let mut created = 0;
    for call in calls.collect::<Vec<_>>() {
        created += u32::from(call.await.unwrap().created);
    }
    assert_eq!(created, 1);
    assert_eq!(f.jobs.counts().await.unwrap(), JobCounts { waiting: 1, running: 0 });
}

#[tokio::test]
async fn there_is_a_job_only_if_the_callers_transaction_is_committed() {
    let f = Fixture::new().await;
    let mut transaction = f.pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    f.jobs.enqueue_in(&mut transaction, &tenant(1), &job()).await.unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(f.jobs.counts().await.unwrap().waiting, 0);
    let mut transaction = f.pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    f.jobs.enqueue_in(&mut transaction, &tenant(1), &job()).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(f.jobs.counts().await.unwrap().waiting, 1);
}

#[tokio::test]
async fn a_tenant_reaches_its_own_jobs_only() {
    let f = Fixture::new().await;
    let mine = f.jobs.enqueue(&tenant(1), &job()).await.unwrap().id;
    assert_eq!(f.jobs.get(&tenant(2), &mine).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(f.jobs.cancel(&tenant(2), &mine).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(f.jobs.retry(&tenant(2), &mine).await.unwrap_err().kind(), Kind::NotFound);
    assert!(f.jobs.list(&tenant(2), &JobFilter::default(), 10).await.unwrap().is_empty());
    let read = f.jobs.get(&tenant(1), &mine).await.unwrap();
    assert_eq!((read.state, read.cancel_requested, read.payload), (JobState::Waiting, false, json!({"n": 1})));
}

#[tokio::test]
async fn the_list_is_paged_from_the_newest() {
    let f = Fixture::new().await;
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(f.jobs.enqueue(&tenant(1), &job()).await.unwrap().id);
        if n % 3 == 0 {
            f.clock.advance(Duration::from_secs(1));
        }
    }
    let mut seen = Vec::new();
    let mut filter = JobFilter::default();
    loop {
        let page = f.jobs.list(&tenant(1), &filter, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.after = Some((last.created_at, last.id.clone()));
        seen.extend(page.into_iter().map(|job| (job.created_at, job.id)));
    }
    assert!(seen.is_sorted_by(|a, b| a > b));
    let mut listed: Vec<String> = seen.into_iter().map(|(_, id)| id).collect();
    listed.sort();
    ids.sort();
    assert_eq!(listed, ids);
    let failed = JobFilter { states: vec![JobState::Failed, JobState::Done], ..JobFilter::default() };
    assert!(f.jobs.list(&tenant(1), &failed, 9).await.unwrap().is_empty());
    let kind = JobFilter { kind: Some("test".into()), states: vec![JobState::Waiting], after: None };
    assert_eq!(f.jobs.list(&tenant(1), &kind, 9).await.unwrap().len(), 7);
}

#[tokio::test]
async fn a_waiting_job_is_cancelled_at_once_and_may_begin_again() {
    let f = Fixture::new().await;
    let id = f.jobs.enqueue(&tenant(1), &job()).await.unwrap().id;
    let cancelled = f.jobs.cancel(&tenant(1), &id).await.unwrap();
    assert_eq!(cancelled.state, JobState::Cancelled);
    assert!(cancelled.finished_at.is_some());
    let (runner, handler) = (f.runner(), Quick::done());
    runner.register("test", handler.clone());
    runner.run_due().await.unwrap();
    assert_eq!(handler.made(), 0);
    f.jobs.retry(&tenant(1), &id).await.unwrap();
    runner.run_due().await.unwrap();
    let done = f.jobs.get(&tenant(1), &id).await.unwrap();
    assert_eq!((done.state, handler.made(), done.cancel_requested), (JobState::Done, 1, false));
    assert_eq!(f.jobs.retry(&tenant(1), &id).await.unwrap_err().kind(), Kind::Conflict);
    // Too late: it stays as it is.
    assert_eq!(f.jobs.cancel(&tenant(1), &id).await.unwrap().state, JobState::Done);
}

#[tokio::test]
async fn what_ended_long_ago_is_deleted() {
    let f = Fixture::new().await;
    let runner = f.runner();
    runner.register("test", Quick::done());
    runner.register("bad", Quick::new(|_, _| Err(crate::jobs::JobError::permanent("no"))));
    f.jobs.enqueue(&tenant(1), &job()).await.unwrap();
    f.jobs.enqueue(&tenant(1), &NewJob::new("bad", json!(null))).await.unwrap();
    let waiting = f.jobs.enqueue(&tenant(1), &NewJob::new("nobody", json!(null))).await.unwrap().id;
    runner.run_due().await.unwrap();
    let (day, week) = (Duration::from_secs(86_400), Duration::from_secs(7 * 86_400));
    assert_eq!(f.jobs.prune(day, week).await.unwrap(), 0);
    f.clock.advance(day + Duration::from_secs(1));
    assert_eq!(f.jobs.prune(day, week).await.unwrap(), 1);
    f.clock.advance(week);
    assert_eq!(f.jobs.prune(day, week).await.unwrap(), 1);
    assert_eq!(f.jobs.get(&tenant(1), &waiting).await.unwrap().state, JobState::Waiting);
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let f = Fixture::new().await;
    let large = NewJob::new("test", json!("x".repeat(MAX_JSON_BYTES)));
    assert_eq!(f.jobs.enqueue(&tenant(1), &large).await.unwrap_err().kind(), Kind::TooLarge);
    let runner = f.runner();
    runner.register("test", Quick::new(|_, _| Ok(Outcome::Done(Some(json!("x".repeat(MAX_JSON_BYTES)))))));
    let id = f.jobs.enqueue(&tenant(1), &job()).await.unwrap().id;
    runner.run_due().await.unwrap();
    let failed = f.jobs.get(&tenant(1), &id).await.unwrap();
    assert_eq!(failed.state, JobState::Failed);
    assert!(failed.last_error.unwrap().contains("result"));
}

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_stored() {
    let f = Fixture::new().await;
    // A database of its own size only, for each connection of the pool.
    let mut connections = Vec::new();
    for _ in 0..8 {
        let mut connection = f.pool.acquire().await.unwrap();
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *connection).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {}", pages + 20)))
            .execute(&mut *connection)
            .await
            .unwrap();
        connections.push(connection);
    }
    drop(connections);
    let large = NewJob::new("test", json!("x".repeat(100_000)));
    let error = f.jobs.enqueue(&tenant(1), &large).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unavailable);
    assert!(error.to_string().contains("full"), "{error}");
    assert_eq!(f.jobs.counts().await.unwrap().waiting, 0);
    // The pool's connections go on working.
    f.jobs.enqueue(&tenant(1), &job()).await.unwrap();
    let runner = f.runner();
    runner.register("test", Quick::done());
    assert_eq!(runner.run_due().await.unwrap(), 1);
}
