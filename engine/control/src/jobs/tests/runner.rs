//! Attempts: their ends, their leases, how many at once.

use std::{
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use chrono::TimeDelta;
use kupets_core::clock::Clock;
use serde_json::json;

use crate::{
    jobs::{
        Handler, JobContext, JobError, JobState, NewJob, Outcome, Runner, RunnerOptions,
        lease::{End, Lease, Room},
    },
    testing::{Fixture, Held, Quick, quick, tenant, until},
};

fn job() -> NewJob {
    NewJob::new("test", json!({}))
}

async fn leased(f: &Fixture) -> Lease {
    let kinds = ["test".to_owned()];
    let room = Room { kinds: &kinds, free: 1, per_tenant: 1, owner: "crashes", lease: Duration::from_secs(60) };
    f.other_queue(7).claim(&room).await.unwrap().remove(0)
}

#[tokio::test]
async fn failed_attempts_are_made_again_after_growing_waits_until_the_last() {
    let f = Fixture::new().await;
    let (runner, handler) = (f.runner(), Quick::new(|_, n| Err(JobError::retry(format!("no {n}")))));
    runner.register("test", handler.clone());
    let id = f.jobs.enqueue(&tenant(1), &job().attempts(4)).await.unwrap().id;
    let mut waits = Vec::new();
    for attempt in 1..=4 {
        assert_eq!(runner.run_due().await.unwrap(), 1);
        let read = f.jobs.get(&tenant(1), &id).await.unwrap();
        assert_eq!(read.attempts, attempt);
        assert_eq!(read.last_error.as_deref(), Some(format!("no {}", attempt - 1).as_str()));
        if attempt < 4 {
            assert_eq!(read.state, JobState::Waiting);
            let wait = read.run_after - f.clock.now();
            waits.push(wait.num_seconds());
            // Not a moment before.
            f.clock.advance((wait - TimeDelta::microseconds(1)).to_std().unwrap());
            assert_eq!(runner.run_due().await.unwrap(), 0);
            f.clock.advance(Duration::from_micros(1));
        } else {
            assert_eq!(read.state, JobState::Failed);
        }
    }
    for (wait, full) in waits.iter().zip([10, 20, 40]) {
        assert!((full / 2..=full).contains(wait), "{waits:?}");
    }
    f.clock.advance(Duration::from_secs(86_400));
    assert_eq!(runner.run_due().await.unwrap(), 0);
    assert_eq!(handler.made(), 4);
    // A person asks for more.
    f.jobs.retry(&tenant(1), &id).await.unwrap();
    assert_eq!(runner.run_due().await.unwrap(), 1);
}

#[tokio::test]
async fn what_cannot_succeed_is_not_tried_again() {
    let f = Fixture::new().await;
    let runner = f.runner();
    runner.register("test", Quick::new(|_, _| Err(JobError::permanent("gone"))));
    let id = f.jobs.enqueue(&tenant(1), &job()).await.unwrap().id;
    runner.run_due().await.unwrap();
    let read = f.jobs.get(&tenant(1), &id).await.unwrap();
    assert_eq!((read.state, read.attempts, read.last_error.as_deref()), (JobState::Failed, 1, Some("gone")));
}

#[tokio::test]
async fn the_other_side_may_ask_for_a_longer_wait() {
    let f = Fixture::new().await;
    let runner = f.runner();
    runner.register("test", Quick::new(|_, _| Err(JobError::retry("busy").after(Duration::from_secs(500)))));
    let id = f.jobs.enqueue(&tenant(1), &job()).await.unwrap().id;
    runner.run_due().await.unwrap();
    assert_eq!((f.jobs.get(&tenant(1), &id).await.unwrap().run_after - f.clock.now()).num_seconds(), 500);
}

#[tokio::test]
async fn a_panic_is_a_failed_attempt_and_the_runner_lives() {
    let f = Fixture::new().await;
    let runner = f.runner();
    runner.register("bad", Quick::new(|_, _| panic!("poison {}", 7)));
    runner.register("test", Quick::new(|_, _| Ok(Outcome::Done(Some(json!({"rows": 3}))))));
    let bad = f.jobs.enqueue(&tenant(1), &NewJob::new("bad", json!(null)).attempts(2)).await.unwrap().id;
    let good = f.jobs.enqueue(&tenant(1), &job()).await.unwrap().id;
    assert_eq!(runner.run_due().await.unwrap(), 2);
    f.clock.advance(Duration::from_secs(60));
    assert_eq!(runner.run_due().await.unwrap(), 1);
    let read = f.jobs.get(&tenant(1), &bad).await.unwrap();
    assert_eq!(read.state, JobState::Failed);
    assert_eq!(read.last_error.as_deref(), Some("the handler panicked: poison 7"));
    let read = f.jobs.get(&tenant(1), &good).await.unwrap();
    assert_eq!((read.state, read.result), (JobState::Done, Some(json!({"rows": 3}))));
}

#[tokio::test]
async fn a_crashed_workers_job_is_taken_again_when_its_lease_is_over() {
    let f = Fixture::new().await;
    let id = f.jobs.enqueue(&tenant(1), &job()).await.unwrap().id;
    let lost = leased(&f).await;
    let (runner, handler) = (f.runner(), Quick::done());
    runner.register("test", handler.clone());
    f.clock.advance(Duration::from_secs(59));
    assert_eq!(runner.run_due().await.unwrap(), 0);
    f.clock.advance(Duration::from_secs(1));
    assert_eq!(runner.run_due().await.unwrap(), 1);
    let read = f.jobs.get(&tenant(1), &id).await.unwrap();
    assert_eq!((read.state, read.attempts), (JobState::Done, 2));
    // The first worker wakes up: its end is nobody's business any more.
    let late = f.jobs.finish(&lost, &End::Failed("late".into()), &Default::default()).await.unwrap();
    assert!(!late);
    assert_eq!(f.jobs.get(&tenant(1), &id).await.unwrap(), read);
}

#[tokio::test]
async fn a_job_that_kills_its_worker_is_given_up() {
    let f = Fixture::new().await;
    let id = f.jobs.enqueue(&tenant(1), &job().attempts(2)).await.unwrap().id;
    for _ in 0..2 {
        leased(&f).await;
        f.clock.advance(Duration::from_secs(61));
        f.jobs.recover().await.unwrap();
    }
    let read = f.jobs.get(&tenant(1), &id).await.unwrap();
    assert_eq!(read.state, JobState::Failed);
    assert!(read.last_error.unwrap().contains("worker stopped"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runners_do_each_job_once() {
    let f = Fixture::new().await;
    for n in 0..40 {
        f.jobs.enqueue(&tenant(n % 5), &job()).await.unwrap();
    }
    let handler = Quick::done();
    let runners = [1, 2].map(|seed| Runner::new(f.other_queue(seed), quick()));
    for runner in &runners {
        runner.register("test", handler.clone());
        runner.start();
    }
    until("all are done", async || f.jobs.counts().await.unwrap() == Default::default()).await;
    for runner in &runners {
        runner.shutdown().await;
    }
    assert_eq!(handler.made(), 40);
}

#[tokio::test]
async fn no_more_run_at_once_than_allowed_in_all_and_of_a_tenant() {
    let f = Fixture::new().await;
    let held = Held::default();
    let runner = Runner::new(f.jobs.clone(), RunnerOptions { concurrency: 3, per_tenant: 2, ..quick() });
    runner.register("test", held.clone());
    for _ in 0..6 {
        f.jobs.enqueue(&tenant(1), &job()).await.unwrap();
    }
    runner.start();
    until("two of the tenant run", async || held.running() == 2).await;
    f.jobs.enqueue(&tenant(2), &job()).await.unwrap();
    f.jobs.enqueue(&tenant(2), &job()).await.unwrap();
    until("one of another tenant runs beside them", async || held.running() == 3).await;
    assert_eq!(f.jobs.counts().await.unwrap().running, 3);
    until("all are done", async || {
        held.go.notify_one();
        f.jobs.counts().await.unwrap() == Default::default()
    })
    .await;
    assert_eq!(held.most.load(Ordering::SeqCst), 3);
    runner.shutdown().await;
}

#[tokio::test]
async fn a_tenant_with_many_jobs_does_not_keep_others_waiting() {
    let f = Fixture::new().await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let seen = order.clone();
    let clock = f.clock.clone();
    let handler = Quick::new(move |job, _| {
        clock.advance(Duration::from_secs(1));
        seen.lock().unwrap().push(job.tenant().clone());
        Ok(Outcome::Done(None))
    });
    let runner = Runner::new(f.jobs.clone(), RunnerOptions { concurrency: 1, ..quick() });
    runner.register("test", handler);
    for _ in 0..10 {
        f.jobs.enqueue(&tenant(1), &job()).await.unwrap();
    }
    for number in [2, 2, 3] {
        f.jobs.enqueue(&tenant(number), &job()).await.unwrap();
    }
    runner.run_due().await.unwrap();
    let order = order.lock().unwrap().clone();
    assert_eq!(order[..5], [1, 2, 3, 1, 2].map(tenant));
}

#[tokio::test]
async fn a_running_job_is_told_to_stop_when_it_is_cancelled() {
    let f = Fixture::new().await;
    let (runner, held) = (f.runner(), Held::default());
    runner.register("test", held.clone());
    let id = f.jobs.enqueue(&tenant(1), &job()).await.unwrap().id;
    runner.start();
    until("it runs", async || held.running() == 1).await;
    let read = f.jobs.cancel(&tenant(1), &id).await.unwrap();
    assert!(read.cancel_requested);
    until("it is cancelled", async || f.jobs.get(&tenant(1), &id).await.unwrap().state == JobState::Cancelled).await;
    runner.shutdown().await;
}

#[tokio::test]
async fn a_job_that_was_deleted_while_it_ran_stops_and_stores_nothing() {
    let f = Fixture::new().await;
    let (runner, held) = (f.runner(), Held { stubborn: true, ..Held::default() });
    runner.register("test", held.clone());
    f.jobs.enqueue(&tenant(1), &job().about("anna")).await.unwrap();
    runner.start();
    until("it runs", async || held.running() == 1).await;
    crate::personal_data::PersonalData::new(f.pool.clone()).forget(&tenant(1), "anna").await.unwrap();
    until("its future is dropped", async || held.running() == 0).await;
    assert_eq!(f.jobs.counts().await.unwrap(), Default::default());
    runner.shutdown().await;
}

#[tokio::test]
async fn stopping_gives_back_what_is_not_done() {
    let f = Fixture::new().await;
    let held = Held { stubborn: true, ..Held::default() };
    let runner = Runner::new(f.jobs.clone(), RunnerOptions { grace: Duration::from_millis(20), ..quick() });
    runner.register("test", held.clone());
    let id = f.jobs.enqueue(&tenant(1), &job()).await.unwrap().id;
    runner.start();
    until("it runs", async || held.running() == 1).await;
    runner.shutdown().await;
    assert_eq!(held.running(), 0);
    let read = f.jobs.get(&tenant(1), &id).await.unwrap();
    assert_eq!((read.state, read.attempts), (JobState::Waiting, 0));
    // At the next start it begins at once.
    let (runner, handler) = (f.runner(), Quick::done());
    runner.register("test", handler.clone());
    assert_eq!(runner.run_due().await.unwrap(), 1);
}

#[tokio::test]
async fn stopping_lets_a_job_end_that_is_about_to() {
    let f = Fixture::new().await;
    let (runner, held) = (f.runner(), Held { stubborn: true, ..Held::default() });
    runner.register("test", held.clone());
    let id = f.jobs.enqueue(&tenant(1), &job()).await.unwrap().id;
    runner.start();
    until("it runs", async || held.running() == 1).await;
    let stopping = tokio::spawn({
        let runner = runner.clone();
        async move { runner.shutdown().await }
    });
    held.go.notify_one();
    stopping.await.unwrap();
    assert_eq!(f.jobs.get(&tenant(1), &id).await.unwrap().state, JobState::Done);
}

#[tokio::test]
async fn a_runner_ends_with_its_last_handle() {
    let f = Fixture::new().await;
    let (runner, held) = (f.runner(), Held::default());
    runner.register("test", held.clone());
    let id = f.jobs.enqueue(&tenant(1), &job()).await.unwrap().id;
    runner.start();
    until("it runs", async || held.running() == 1).await;
    drop(runner);
    until("it is given back", async || f.jobs.get(&tenant(1), &id).await.unwrap().state == JobState::Waiting).await;
}

#[tokio::test]
async fn a_lease_is_kept_while_the_handler_works() {
    let f = Fixture::new().await;
    let (runner, held) = (f.runner(), Held::default());
    runner.register("test", held.clone());
    let id = f.jobs.enqueue(&tenant(1), &job()).await.unwrap().id;
    runner.start();
    until("it runs", async || held.running() == 1).await;
    let lease_until =
        async || -> i64 { sqlx::query_scalar("SELECT lease_until FROM jobs").fetch_one(&f.pool).await.unwrap() };
    for _ in 0..4 {
        let before = lease_until().await;
        f.clock.advance(Duration::from_secs(50));
        until("the lease is renewed", async || lease_until().await > before).await;
    }
    assert_eq!(f.jobs.get(&tenant(1), &id).await.unwrap().attempts, 1);
    runner.shutdown().await;
}

#[tokio::test]
async fn what_is_asked_for_while_it_runs_runs_once_more() {
    let f = Fixture::new().await;
    let (runner, held) = (f.runner(), Held { stubborn: true, ..Held::default() });
    runner.register("test", held.clone());
    let key = || job().coalesce("figures");
    let id = f.jobs.enqueue(&tenant(1), &key()).await.unwrap().id;
    assert_eq!(f.jobs.enqueue(&tenant(1), &key()).await.unwrap().id, id);
    runner.start();
    until("it runs", async || held.running() == 1).await;
    for _ in 0..3 {
        let again = f.jobs.enqueue(&tenant(1), &key()).await.unwrap();
        assert_eq!((again.created, again.id.as_str()), (false, id.as_str()));
    }
    let number =
        async || -> i64 { sqlx::query_scalar("SELECT lease_number FROM jobs").fetch_one(&f.pool).await.unwrap() };
    held.go.notify_one();
    until("it runs once more", async || number().await == 2 && held.running() == 1).await;
    held.go.notify_one();
    until("it is done", async || f.jobs.get(&tenant(1), &id).await.unwrap().state == JobState::Done).await;
    // Now the key is free again.
    assert!(f.jobs.enqueue(&tenant(1), &key()).await.unwrap().created);
    runner.shutdown().await;
}

#[tokio::test]
async fn what_got_somewhere_goes_on_later() {
    let f = Fixture::new().await;
    let later = f.clock.now() + TimeDelta::hours(3);
    let runner = f.runner();
    runner.register(
        "test",
        Quick::new(move |_, n| if n == 0 { Ok(Outcome::Later(later)) } else { Ok(Outcome::Done(None)) }),
    );
    let id = f.jobs.enqueue(&tenant(1), &job().attempts(1)).await.unwrap().id;
    assert_eq!(runner.run_due().await.unwrap(), 1);
    let read = f.jobs.get(&tenant(1), &id).await.unwrap();
    assert_eq!((read.state, read.attempts, read.run_after), (JobState::Waiting, 0, later));
    f.clock.advance(Duration::from_secs(3 * 3_600));
    assert_eq!(runner.run_due().await.unwrap(), 1);
    assert_eq!(f.jobs.get(&tenant(1), &id).await.unwrap().state, JobState::Done);
}

#[tokio::test]
async fn progress_is_seen_while_it_runs() {
    struct Steps(Arc<tokio::sync::Notify>);
    #[async_trait::async_trait]
    impl Handler for Steps {
        async fn run(&self, job: &JobContext) -> Result<Outcome, JobError> {
            job.progress(3, Some(10), "orders");
            self.0.notified().await;
            job.progress(10, Some(10), "");
            Ok(Outcome::Done(None))
        }
    }
    let f = Fixture::new().await;
    let (runner, go) = (f.runner(), Arc::new(tokio::sync::Notify::new()));
    runner.register("test", Steps(go.clone()));
    let id = f.jobs.enqueue(&tenant(1), &job()).await.unwrap().id;
    runner.start();
    let read = async || f.jobs.get(&tenant(1), &id).await.unwrap();
    until("progress is stored", async || read().await.progress.done == 3).await;
    let progress = read().await.progress;
    assert_eq!((progress.total, progress.message.as_deref()), (Some(10), Some("orders")));
    go.notify_one();
    until("it is done", async || read().await.state == JobState::Done).await;
    let progress = read().await.progress;
    assert_eq!((progress.done, progress.message), (10, None));
    runner.shutdown().await;
}

#[tokio::test]
async fn an_attempt_that_lasts_too_long_has_failed() {
    struct Sleepy;
    #[async_trait::async_trait]
    impl Handler for Sleepy {
        async fn run(&self, _: &JobContext) -> Result<Outcome, JobError> {
            std::future::pending().await
        }
        fn time_limit(&self) -> Duration {
            Duration::from_millis(10)
        }
    }
    let f = Fixture::new().await;
    let runner = f.runner();
    runner.register("test", Sleepy);
    let id = f.jobs.enqueue(&tenant(1), &job().attempts(1)).await.unwrap().id;
    runner.run_due().await.unwrap();
    let read = f.jobs.get(&tenant(1), &id).await.unwrap();
    assert_eq!(read.state, JobState::Failed);
    assert!(read.last_error.unwrap().contains("longer than"));
}

#[tokio::test]
async fn a_kind_without_a_handler_waits_for_one() {
    let f = Fixture::new().await;
    let (runner, handler) = (f.runner(), Quick::done());
    f.jobs.enqueue(&tenant(1), &job()).await.unwrap();
    assert_eq!(runner.run_due().await.unwrap(), 0);
    runner.register("test", handler.clone());
    assert_eq!(runner.run_due().await.unwrap(), 1);
}

#[test]
fn attempts_are_counted() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    metrics::with_local_recorder(&recorder, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let f = Fixture::new().await;
            let (runner, held) = (f.runner(), Held::default());
            runner.register(
                "test",
                Quick::new(|_, n| if n == 0 { Err(JobError::retry("no")) } else { Ok(Outcome::Done(None)) }),
            );
            runner.register("held", held.clone());
            f.jobs.enqueue(&tenant(1), &job()).await.unwrap();
            runner.run_due().await.unwrap();
            f.clock.advance(Duration::from_secs(60));
            runner.run_due().await.unwrap();
            f.jobs.enqueue(&tenant(1), &NewJob::new("nobody", json!(null))).await.unwrap();
            runner.start();
            until("the gauges are set", async || handle.render().contains("kupets_jobs_waiting 1")).await;
            runner.shutdown().await;
        });
    });
    let text = handle.render();
    for line in [
        "kupets_job_attempts_total{kind=\"test\",outcome=\"retry\"} 1",
        "kupets_job_attempts_total{kind=\"test\",outcome=\"done\"} 1",
        "kupets_jobs_running 0",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert!(text.contains("kupets_job_seconds"), "{text}");
}
