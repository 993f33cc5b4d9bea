//! Erasures: noted with their job, forgotten when they are done.

use std::time::Duration;

use kupets_core::clock::Clock;
use sqlx::Connection;

use super::{ERASURE_JOB, ErasureJob, Erasures, NewErasure};
use crate::{
    erased_customers::ErasedCustomers,
    jobs::{JobFilter, JobState, NewJob, UNLIMITED_ATTEMPTS},
    testing::{Fixture, START_US, tenant},
};

fn erasure(f: &Fixture, id: &str, customer_id: &str) -> NewErasure {
    NewErasure {
        id: id.into(),
        customer_id: customer_id.into(),
        aliases: Vec::new(),
        keep_totals: true,
        purchases: 2,
        interactions: 1,
        requested_at: f.clock.now(),
        complete_by: f.clock.now() + Duration::from_secs(86_400),
    }
}

#[tokio::test]
async fn an_erasure_has_a_job_that_names_nobody() {
    let f = Fixture::new().await;
    let erasures = Erasures::new(f.pool.clone(), f.jobs.clone());
    let resume_at = f.clock.now() + Duration::from_secs(60);
    erasures.begin(&tenant(1), &erasure(&f, "e1", "anna"), resume_at).await.unwrap();
    let jobs = f.jobs.list(&tenant(1), &JobFilter::default(), 9).await.unwrap();
    assert_eq!(jobs.len(), 1);
    let payload: ErasureJob = serde_json::from_value(jobs[0].payload.clone()).unwrap();
    assert_eq!(payload, ErasureJob { erasure: "e1".into() });
    assert_eq!((jobs[0].kind.as_str(), jobs[0].run_after), (ERASURE_JOB, resume_at));
    assert_eq!((jobs[0].customer_id.as_deref(), jobs[0].max_attempts), (None, UNLIMITED_ATTEMPTS));
    let erased = ErasedCustomers::load(&f.pool, &tenant(1)).await.unwrap();
    assert_eq!(erased.erased_at("anna").unwrap(), Some(START_US));
    // The same id again is refused, and so is its job.
    assert!(erasures.begin(&tenant(1), &erasure(&f, "e1", "anna"), resume_at).await.is_err());
    assert_eq!(f.jobs.counts().await.unwrap().waiting, 1);
}

#[tokio::test]
async fn when_the_rows_are_gone_nothing_names_the_customer_and_an_erasure_of_another_goes_on() {
    let f = Fixture::new().await;
    let erasures = Erasures::new(f.pool.clone(), f.jobs.clone());
    for (id, who) in [("e1", "anna"), ("e2", "boris")] {
        erasures.begin(&tenant(1), &erasure(&f, id, who), f.clock.now()).await.unwrap();
    }
    f.jobs.enqueue(&tenant(1), &NewJob::new("letter", "anna".into()).about("anna")).await.unwrap();
    let open = erasures.open(&tenant(1), "e1").await.unwrap().unwrap();
    assert_eq!((open.customer_id.as_deref(), open.keep_totals, open.rewritten_at), (Some("anna"), true, None));
    assert!(erasures.open(&tenant(2), "e1").await.unwrap().is_none());
    f.clock.advance(Duration::from_secs(5));
    erasures.rewritten(&tenant(1), "e1", &["anna".to_owned()], f.clock.now()).await.unwrap();
    f.clock.advance(Duration::from_secs(5));
    // The queue and the request may both do it.
    erasures.rewritten(&tenant(1), "e1", &["anna".to_owned()], f.clock.now()).await.unwrap();
    let open = erasures.open(&tenant(1), "e1").await.unwrap().unwrap();
    assert_eq!((open.customer_id, open.rewritten_at), (None, Some(START_US + 5_000_000)));
    let kinds: Vec<String> =
        f.jobs.list(&tenant(1), &JobFilter::default(), 9).await.unwrap().into_iter().map(|job| job.kind).collect();
    assert_eq!(kinds, [ERASURE_JOB, ERASURE_JOB]);
    assert_eq!(erasures.open(&tenant(1), "e2").await.unwrap().unwrap().customer_id.as_deref(), Some("boris"));
    assert!(erasures.rewritten_before(f.clock.now() - Duration::from_secs(5)).await.unwrap().is_empty());
    let waited = erasures.rewritten_before(f.clock.now()).await.unwrap();
    assert_eq!(waited.iter().map(|erasure| erasure.id.as_str()).collect::<Vec<_>>(), ["e1"]);
    erasures.wipe_freed_pages().await.unwrap();
    erasures.complete("e1", f.clock.now()).await.unwrap();
    assert!(erasures.open(&tenant(1), "e1").await.unwrap().is_none());
    let bytes = std::fs::read(f.dir.path().join("kupets.db")).unwrap();
    assert!(!bytes.windows(4).any(|window| window == b"anna"), "the file still names the customer");
}

/// Whether the database file or its log hold these bytes.
fn holds(f: &Fixture, bytes: &[u8]) -> bool {
    ["kupets.db", "kupets.db-wal"].iter().any(|file| {
        let found = std::fs::read(f.dir.path().join(file)).unwrap_or_default();
        found.windows(bytes.len()).any(|window| window == bytes)
    })
}

#[tokio::test]
async fn the_log_is_not_said_to_be_empty_while_somebody_reads_it_and_nothing_deleted_stays() {
    let f = Fixture::new().await;
    let erasures = Erasures::new(f.pool.clone(), f.jobs.clone());
    let name = "Konstantinopolsky".repeat(2_000);
    erasures.begin(&tenant(1), &erasure(&f, "e1", &name), f.clock.now()).await.unwrap();
    // A reader that keeps to the version with the name.
    let mut reader = f.pool.begin().await.unwrap();
    let _: i64 = sqlx::query_scalar("SELECT count(*) FROM erasures").fetch_one(&mut *reader).await.unwrap();
    erasures.rewritten(&tenant(1), "e1", std::slice::from_ref(&name), f.clock.now()).await.unwrap();
    assert!(erasures.empty_log(2).await.is_err());
    assert!(holds(&f, b"Konstantinopolsky"));
    // Who writes meanwhile is not held up.
    erasures.begin(&tenant(1), &erasure(&f, "e2", "boris"), f.clock.now()).await.unwrap();
    reader.rollback().await.unwrap();
    erasures.wipe_freed_pages().await.unwrap();
    assert!(!holds(&f, b"Konstantinopolsky"));
}

#[tokio::test]
async fn a_file_of_an_older_version_is_written_anew_once() {
    let dir = tempfile::tempdir().unwrap();
    let options = crate::options(None, dir.path()).unwrap();
    let mut old = sqlx::SqliteConnection::connect_with(&options.clone().pragma("secure_delete", "OFF")).await.unwrap();
    let statements = "CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('Konstantinopolsky'); DELETE FROM t;";
    sqlx::raw_sql(statements).execute(&mut old).await.unwrap();
    old.close().await.unwrap();
    let holds = || {
        let file = std::fs::read(dir.path().join("kupets.db")).unwrap();
        file.windows(17).any(|window| window == b"Konstantinopolsky")
    };
    assert!(holds());
    crate::open(&options).await.unwrap().close().await;
    assert!(!holds());
}

#[tokio::test]
async fn erasures_and_decisions_of_an_older_database_are_taken_over() {
    let dir = tempfile::tempdir().unwrap();
    let options = crate::options(None, dir.path()).unwrap();
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    let migrator = sqlx::migrate!("./migrations");
    let apply = async |connection: &mut sqlx::SqliteConnection, from: i64, to: i64| {
        for migration in migrator.iter().filter(|m| (from..=to).contains(&m.version)) {
            let sql = migration.sql.as_str().to_owned();
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut *connection).await.unwrap();
        }
    };
    apply(&mut connection, 1, 6).await;
    let own = tenant(1);
    let rows = format!(
        "INSERT INTO erasures VALUES ('e1', '{own}', 'anna', FALSE, 1, 1, 5, 6, NULL, NULL), \
         ('e2', '{own}', NULL, FALSE, 1, 1, 5, 6, 7, 8); \
         INSERT INTO recommendations VALUES ('{own}', 'r1', 1, 'at_risk_key_customer', 'dismissed', 1, NULL, NULL, NULL, '{{}}'), \
         ('{own}', 'r2', 1, 'win_back', 'accepted', 1, 1, NULL, 9, '{{}}'); \
         INSERT INTO recommendation_customers VALUES ('{own}', 'r1', 1, 0, 'anna', FALSE), ('{own}', 'r2', 1, 0, 'boris', FALSE);"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(rows)).execute(&mut connection).await.unwrap();
    apply(&mut connection, 7, 7).await;
    let jobs: Vec<(String, String, String, String)> =
        sqlx::query_as("SELECT id, kind, payload, state FROM jobs").fetch_all(&mut connection).await.unwrap();
    assert_eq!(
        jobs,
        [("e1".into(), ERASURE_JOB.into(), r#"{"erasure":"e1"}"#.into(), JobState::Waiting.name().into())]
    );
    let about: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT id, customer_id FROM recommendations ORDER BY id")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    assert_eq!(about, [("r1".into(), Some("anna".into())), ("r2".into(), None)]);
}
