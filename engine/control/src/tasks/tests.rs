//! Tasks as they are stored, found and changed, and the recommendations that they are.

use kupets_core::Kind;
use sqlx::SqlitePool;

use super::{After, Assignee, Edit, Filter, Status, Task, Tasks};
use crate::{
    personal_data::{Person, PersonalData},
    recommendations::{DecisionRow, Recommendations},
    testing::{Fixture, tenant},
};

fn task(id: &str) -> Task {
    Task {
        id: id.into(),
        title: format!("task {id}"),
        note: None,
        due_at: None,
        assignee_id: None,
        created_by: None,
        customer_id: None,
        recommendation_id: None,
        recommendation_round: None,
        status: "open".into(),
        remind_at: None,
        created_at: 5,
        updated_at: 5,
        completed_at: None,
    }
}

async fn person(pool: &SqlitePool, id: &str, number: u8) {
    for sql in [
        "INSERT OR IGNORE INTO workspaces (id, name, locale, time_zone, currency, created_at) VALUES ($2, 'x', 'en', 'UTC', 'EUR', 1)",
        "INSERT INTO users (id, email, name, password_hash, locale, created_at) VALUES ($1, $1, $1, '', 'en', 1)",
        "INSERT INTO members (workspace_id, user_id, role, created_at) VALUES ($2, $1, 'manager', 1)",
    ] {
        sqlx::query(sql).bind(id).bind(tenant(number).as_str()).execute(pool).await.unwrap();
    }
}

async fn ids(tasks: &Tasks, filter: &Filter) -> Vec<String> {
    let found = tasks.list(&tenant(1), filter, None, 100).await.unwrap();
    found.into_iter().map(|row| row.task.id).collect()
}

#[tokio::test]
async fn they_are_found_by_what_they_are_and_come_in_the_order_of_their_days() {
    let f = Fixture::new().await;
    let tasks = Tasks::new(f.pool.clone());
    person(&f.pool, "anna", 1).await;
    let all = [
        Task { due_at: Some(30), ..task("a") },
        Task { due_at: Some(10), assignee_id: Some("anna".into()), ..task("b") },
        Task { created_at: 4, ..task("c") },
        Task { customer_id: Some("k".into()), ..task("d") },
        Task { due_at: Some(20), status: "done".into(), completed_at: Some(7), ..task("e") },
    ];
    for one in &all {
        tasks.insert(&tenant(1), one).await.unwrap();
    }
    tasks.insert(&tenant(2), &task("other")).await.unwrap();
    assert_eq!(ids(&tasks, &Filter::default()).await, ["b", "e", "a", "c", "d"]);
    assert_eq!(tasks.get(&tenant(1), "b").await.unwrap().assignee_name.as_deref(), Some("anna"));
    assert_eq!(tasks.get(&tenant(2), "b").await.unwrap_err().kind(), Kind::NotFound);
    let by = |change: fn(&mut Filter)| {
        let mut filter = Filter::default();
        change(&mut filter);
        filter
    };
    assert_eq!(ids(&tasks, &by(|f| f.statuses = vec![Status::Done, Status::Cancelled])).await, ["e"]);
    assert_eq!(ids(&tasks, &by(|f| f.assignee = Some(Assignee::Of("anna".into())))).await, ["b"]);
    assert_eq!(ids(&tasks, &by(|f| f.assignee = Some(Assignee::Nobody))).await.len(), 4);
    assert_eq!(ids(&tasks, &by(|f| f.customer_id = Some("k".into()))).await, ["d"]);
    assert_eq!(ids(&tasks, &by(|f| (f.due_after, f.due_before) = (Some(10), Some(30)))).await, ["b", "e"]);
    // Page by page it is the same list.
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let page = tasks.list(&tenant(1), &Filter::default(), after.as_ref(), 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(After::of(&last.task));
        paged.extend(page.into_iter().map(|row| row.task.id));
    }
    assert_eq!(paged, ["b", "e", "a", "c", "d"]);
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_is_stored() {
    let f = Fixture::new().await;
    let tasks = Tasks::new(f.pool.clone());
    person(&f.pool, "boris", 2).await;
    let bad = Task {
        title: " ".into(),
        note: Some("x".repeat(20_000)),
        // Somebody of another workspace.
        assignee_id: Some("boris".into()),
        ..task("a")
    };
    let refused = tasks.insert(&tenant(1), &bad).await.unwrap_err();
    let fields: Vec<&str> = refused.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["title", "note", "assignee_id"], "{refused}");
    assert!(ids(&tasks, &Filter::default()).await.is_empty());
}

#[tokio::test]
async fn when_it_was_done_is_kept_while_it_is_done() {
    let f = Fixture::new().await;
    let tasks = Tasks::new(f.pool.clone());
    tasks.insert(&tenant(1), &task("a")).await.unwrap();
    let set = async |status, now| {
        let edit = Edit { status: Some(status), ..Edit::default() };
        tasks.edit(&tenant(1), "a", &edit, now).await.unwrap();
        let task = tasks.get(&tenant(1), "a").await.unwrap().task;
        (task.completed_at, task.updated_at)
    };
    assert_eq!(set(Status::Done, 10).await, (Some(10), 10));
    assert_eq!(set(Status::Done, 20).await, (Some(10), 10));
    assert_eq!(set(Status::Open, 30).await, (None, 30));
    let edit = Edit { note: Some(Some("more".into())), due_at: Some(Some(7)), ..Edit::default() };
    tasks.edit(&tenant(1), "a", &edit, 40).await.unwrap();
    let cleared = Edit { note: Some(None), ..Edit::default() };
    tasks.edit(&tenant(1), "a", &cleared, 50).await.unwrap();
    let now = tasks.get(&tenant(1), "a").await.unwrap().task;
    assert_eq!((now.note, now.due_at, now.updated_at), (None, Some(7), 50));
    assert_eq!(tasks.edit(&tenant(2), "a", &cleared, 60).await.unwrap_err().kind(), Kind::NotFound);
    tasks.delete(&tenant(1), "a", 60).await.unwrap();
    assert_eq!(tasks.delete(&tenant(1), "a", 60).await.unwrap_err().kind(), Kind::NotFound);
}

fn decision(status: &str) -> DecisionRow {
    DecisionRow {
        id: "r".into(),
        round: 1,
        kind: "win_back".into(),
        status: status.into(),
        decided_at: 10,
        accepted_at: Some(10),
        done_at: None,
        measured_until: Some(100),
        item: "{}".into(),
        customer_id: None,
    }
}

#[tokio::test]
async fn a_recommendation_and_its_task_go_together() {
    let f = Fixture::new().await;
    let (tasks, decisions) = (Tasks::new(f.pool.clone()), Recommendations::new(f.pool.clone()));
    let own = Task { recommendation_id: Some("r".into()), recommendation_round: Some(1), ..task("a") };
    decisions.insert(&tenant(1), &decision("accepted"), &[], Some(&own)).await.unwrap();
    let stands = async || {
        let task = tasks.get(&tenant(1), "a").await.map(|row| row.task.status).unwrap_or_default();
        (decisions.latest(&tenant(1)).await.unwrap()[0].clone(), task)
    };
    // The task leads.
    let set = async |status, now| {
        let edit = Edit { status: Some(status), ..Edit::default() };
        tasks.edit(&tenant(1), "a", &edit, now).await.unwrap();
        let (decision, task) = stands().await;
        assert_eq!(task, status.name());
        (decision.status, decision.decided_at, decision.done_at)
    };
    assert_eq!(set(Status::Done, 20).await, ("done".to_owned(), 20, Some(20)));
    assert_eq!(set(Status::Open, 30).await, ("accepted".to_owned(), 30, None));
    assert_eq!(set(Status::Cancelled, 40).await, ("dismissed".to_owned(), 40, None));
    set(Status::Open, 50).await;
    // The decision leads.
    let done = DecisionRow { decided_at: 60, done_at: Some(60), ..decision("done") };
    decisions.update(&tenant(1), &done).await.unwrap();
    assert_eq!(stands().await.1, "done");
    assert_eq!(tasks.get(&tenant(1), "a").await.unwrap().task.completed_at, Some(60));
    decisions.update(&tenant(1), &DecisionRow { decided_at: 70, ..decision("dismissed") }).await.unwrap();
    assert_eq!(stands().await.1, "cancelled");
    // Deleted, it is nobody's to do any more.
    set(Status::Open, 80).await;
    tasks.delete(&tenant(1), "a", 90).await.unwrap();
    assert_eq!(stands().await.0.status, "dismissed");
}

#[tokio::test]
async fn an_erased_customer_is_in_no_task_and_what_was_done_stays() {
    let f = Fixture::new().await;
    let tasks = Tasks::new(f.pool.clone());
    let about = Task { customer_id: Some("c-17".into()), note: Some("likes tea".into()), ..task("a") };
    let titled = Task { title: "Call c-17 back".into(), note: Some("about the invoice".into()), ..task("b") };
    let spoken =
        Task { note: Some("Позвонить Анне Петровой до пятницы".into()), ..task("c") };
    let other = Task { customer_id: Some("c-18".into()), note: Some("Анна Сидорова".into()), ..task("d") };
    for one in [&about, &titled, &spoken, &other] {
        tasks.insert(&tenant(1), one).await.unwrap();
    }
    let registry = PersonalData::new(f.pool.clone());
    let person = Person { name: Some("Анна Петрова".into()), ..Person::default() };
    registry.forget_mentions(&tenant(1), &person).await.unwrap();
    registry.forget(&tenant(1), "c-17").await.unwrap();
    let now = async |id: &str| tasks.get(&tenant(1), id).await.unwrap().task;
    let a = now("a").await;
    assert_eq!((a.title.as_str(), a.note, a.customer_id), (super::FORGOTTEN, None, None));
    let b = now("b").await;
    assert_eq!((b.title.as_str(), b.note.as_deref()), (super::FORGOTTEN, Some("about the invoice")));
    assert_eq!((now("c").await.title.as_str(), now("c").await.note), ("task c", None));
    assert_eq!(now("d").await, other);
}

#[tokio::test]
async fn a_reminder_is_asked_for_once_and_again_when_it_is_set_anew() {
    let f = Fixture::new().await;
    let tasks = Tasks::new(f.pool.clone());
    person(&f.pool, "anna", 1).await;
    let all = [
        Task { remind_at: Some(20), ..task("a") },
        Task { remind_at: Some(10), ..task("b") },
        Task { remind_at: Some(10), status: "done".into(), completed_at: Some(7), ..task("c") },
        Task { remind_at: Some(30), ..task("d") },
        task("e"),
    ];
    for one in &all {
        tasks.insert(&tenant(1), one).await.unwrap();
    }
    let due = async |now: i64| {
        let found = tasks.due_reminders(now, 100).await.unwrap();
        found.into_iter().map(|due| (due.id, due.remind_at)).collect::<Vec<_>>()
    };
    let pair = |id: &str, at: i64| (id.to_owned(), at);
    assert!(due(9).await.is_empty());
    assert_eq!(due(20).await, [pair("b", 10), pair("a", 20)]);
    assert!(tasks.ask_reminder(&f.jobs, &tenant(1), "b", 10).await.unwrap());
    assert!(!tasks.ask_reminder(&f.jobs, &tenant(1), "b", 10).await.unwrap(), "it was asked for");
    assert!(!tasks.ask_reminder(&f.jobs, &tenant(2), "a", 20).await.unwrap(), "another workspace's");
    assert!(!tasks.ask_reminder(&f.jobs, &tenant(1), "c", 10).await.unwrap(), "it is done");
    assert_eq!(due(20).await, [pair("a", 20)]);
    let jobs: i64 =
        sqlx::query_scalar("SELECT count(*) FROM jobs WHERE kind = 'task.reminder'").fetch_one(&f.pool).await.unwrap();
    assert_eq!(jobs, 1);
    // Put off, it is given again; what is changed beside it changes nothing.
    let later = Edit { remind_at: Some(Some(25)), ..Edit::default() };
    tasks.edit(&tenant(1), "b", &later, 21).await.unwrap();
    assert_eq!(due(24).await, [pair("a", 20)]);
    assert_eq!(due(25).await, [pair("a", 20), pair("b", 25)]);
    assert!(tasks.ask_reminder(&f.jobs, &tenant(1), "b", 25).await.unwrap());
    tasks.edit(&tenant(1), "b", &Edit { title: Some("other".into()), ..Edit::default() }, 26).await.unwrap();
    assert_eq!(due(26).await, [pair("a", 20)]);
    // A workspace that is going to be deleted reminds nobody.
    sqlx::query("UPDATE workspaces SET delete_at = 1").execute(&f.pool).await.unwrap();
    assert!(due(100).await.is_empty());
}

#[tokio::test]
async fn due_reminders_are_found_by_their_index() {
    let f = Fixture::new().await;
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(
        "EXPLAIN QUERY PLAN SELECT id FROM tasks WHERE status = 'open' AND remind_at IS NOT NULL \
         AND (reminded_for IS NULL OR reminded_for <> remind_at) AND remind_at <= $1 ORDER BY remind_at",
    )
    .bind(5)
    .fetch_all(&f.pool)
    .await
    .unwrap();
    assert!(plan.iter().any(|step| step.3.contains("tasks_remind")), "{plan:?}");
}
