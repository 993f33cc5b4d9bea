//! Merges: noted with their job, resolved, undone for a while, forgotten with the person.

use std::time::Duration;

use kupets_core::clock::Clock;

use super::{Aliases, CustomerMerges, MERGE_JOB, NewMerge, forget_old, keep};
use crate::{
    jobs::{JobFilter, JobState},
    personal_data::PersonalData,
    testing::{Fixture, tenant},
};

const MONTH: Duration = Duration::from_secs(30 * 86_400);

fn merges(f: &Fixture) -> CustomerMerges {
    CustomerMerges::new(f.pool.clone(), f.jobs.clone())
}

fn merge(f: &Fixture, from: &str, into: &str) -> NewMerge {
    NewMerge {
        id: format!("m-{from}"),
        from_id: from.into(),
        into_id: into.into(),
        merged_by: Some("anna".into()),
        merged_at: f.clock.now(),
        undo_until: f.clock.now() + MONTH,
    }
}

async fn begun(f: &Fixture, from: &str, into: &str) {
    merges(f).begin(&tenant(1), &merge(f, from, into), f.clock.now()).await.unwrap();
}

#[tokio::test]
async fn an_alias_leads_to_the_person_however_many_there_are() {
    let f = Fixture::new().await;
    begun(&f, "a", "b").await;
    begun(&f, "b", "c").await;
    // Into whom `b` is by now.
    begun(&f, "d", "a").await;
    let aliases = Aliases::load(&f.pool, &tenant(1)).await.unwrap();
    for id in ["a", "b", "c", "d"] {
        assert_eq!(aliases.person(id, |_| true), "c", "{id}");
    }
    assert_eq!(aliases.person("x", |_| true), "x");
    let mut of: Vec<String> = aliases.of("c").into_iter().collect();
    of.sort_unstable();
    assert_eq!(of, ["a", "b", "d"]);
    assert_eq!(aliases.without(&["b".to_owned()].into()).person("a", |_| true), "b");
    assert!(Aliases::load(&f.pool, &tenant(2)).await.unwrap().is_empty());
    let again = merges(&f).begin(&tenant(1), &merge(&f, "a", "x"), f.clock.now()).await.unwrap_err();
    assert_eq!(again.code(), "already_merged");
    // Round in a circle.
    let same = merges(&f).begin(&tenant(1), &merge(&f, "c", "a"), f.clock.now()).await.unwrap_err();
    assert_eq!(same.fields()[0].field, "into");
    assert_eq!(f.jobs.counts().await.unwrap().waiting, 3, "a refused one leaves no job");
}

#[tokio::test]
async fn what_a_merge_took_is_given_back() {
    let f = Fixture::new().await;
    let tasks = crate::tasks::Tasks::new(f.pool.clone());
    for (id, who) in [("1", "a"), ("2", "b")] {
        let task = crate::tasks::Task {
            id: id.repeat(32),
            title: "Call".into(),
            note: None,
            due_at: None,
            assignee_id: None,
            created_by: None,
            customer_id: Some(who.into()),
            recommendation_id: None,
            recommendation_round: None,
            status: "open".into(),
            remind_at: None,
            created_at: 1,
            updated_at: 1,
            completed_at: None,
        };
        tasks.insert(&tenant(1), &task).await.unwrap();
    }
    begun(&f, "a", "b").await;
    let early = merges(&f).begin_undo(&tenant(1), "a", f.clock.now(), f.clock.now()).await.unwrap_err();
    assert_eq!(early.code(), "merge_under_way");
    assert_eq!(keep(&f.pool, &tenant(1), "a", "first").await.unwrap(), "first");
    assert_eq!(keep(&f.pool, &tenant(1), "a", "second").await.unwrap(), "first");
    // It may be done twice, by the request and by the queue.
    merges(&f).merged(&tenant(1), "m-a").await.unwrap();
    merges(&f).merged(&tenant(1), "m-a").await.unwrap();
    let about: Vec<String> =
        sqlx::query_scalar("SELECT customer_id FROM tasks ORDER BY id").fetch_all(&f.pool).await.unwrap();
    assert_eq!(about, ["b", "b"]);
    let undone = merges(&f).begin_undo(&tenant(1), "a", f.clock.now(), f.clock.now()).await.unwrap();
    assert!(undone.is_undoing() && undone.kept.as_deref() == Some("first"));
    merges(&f).begin_undo(&tenant(1), "a", f.clock.now(), f.clock.now()).await.unwrap();
    let aliases = Aliases::load(&f.pool, &tenant(1)).await.unwrap();
    assert_eq!((aliases.person("a", |_| false), aliases.person("a", |_| true)), ("b", "a"));
    merges(&f).undone(&tenant(1), "m-a").await.unwrap();
    merges(&f).undone(&tenant(1), "m-a").await.unwrap();
    let about: Vec<String> =
        sqlx::query_scalar("SELECT customer_id FROM tasks ORDER BY id").fetch_all(&f.pool).await.unwrap();
    assert_eq!(about, ["a", "b"]);
    let none = merges(&f).begin_undo(&tenant(1), "a", f.clock.now(), f.clock.now()).await.unwrap_err();
    assert_eq!(none.code(), "not_merged");
    let jobs = f.jobs.list(&tenant(1), &JobFilter::default(), 9).await.unwrap();
    assert_eq!(jobs.len(), 2);
    assert!(
        jobs.iter().all(|job| job.kind == MERGE_JOB && job.state == JobState::Waiting && job.customer_id.is_none())
    );
}

#[tokio::test]
async fn a_month_later_it_is_final_and_nothing_of_before_is_kept() {
    let f = Fixture::new().await;
    begun(&f, "a", "b").await;
    keep(&f.pool, &tenant(1), "a", "both").await.unwrap();
    merges(&f).merged(&tenant(1), "m-a").await.unwrap();
    forget_old(&f.pool, f.clock.now()).await.unwrap();
    assert!(merges(&f).of(&tenant(1), "a").await.unwrap().unwrap().kept.is_some());
    f.clock.advance(MONTH);
    forget_old(&f.pool, f.clock.now()).await.unwrap();
    let old = merges(&f).merged_into(&tenant(1), "b").await.unwrap();
    assert_eq!((old.len(), old[0].kept.as_deref(), old[0].is_merged()), (1, None, true));
    let late = merges(&f).begin_undo(&tenant(1), "a", f.clock.now(), f.clock.now()).await.unwrap_err();
    assert_eq!(late.code(), "merge_final");
    assert_eq!(Aliases::load(&f.pool, &tenant(1)).await.unwrap().person("a", |_| true), "b");
    PersonalData::new(f.pool.clone()).forget(&tenant(1), "b").await.unwrap();
    assert!(Aliases::load(&f.pool, &tenant(1)).await.unwrap().is_empty());
}
