#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use datafusion::{catalog::TableProvider, execution::session_state::SessionState};
use kupets_core::{TenantId, clock::Clock};
use sqlx::AssertSqlSafe;

use super::*;
use crate::lake::tables::VERSION_KEY;
use crate::{
    lake::{Home, session, storage::Storage, working_copy::CATALOG},
    layout::scan_schema,
    simulation::TestClock,
};

struct Place {
    folder: tempfile::TempDir,
    storage: Storage,
    session: Arc<SessionState>,
    clock: Arc<dyn Clock>,
    epochs: AtomicU64,
    tenant: TenantId,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(None, &folder.path().join("lake")).unwrap();
        let session = session(&storage, &folder.path().join("spill")).unwrap();
        let tenant = TenantId::parse("00000000000000000000000000000001").unwrap();
        Self { folder, storage, session, clock: TestClock::starting_now(), epochs: AtomicU64::new(0), tenant }
    }

    fn home(&self) -> Home<'_> {
        Home {
            storage: &self.storage,
            work_dir: self.folder.path(),
            session: &self.session,
            journal: "j",
            clock: &self.clock,
            epochs: &self.epochs,
            publish_within: Duration::from_secs(600),
        }
    }

    fn catalog(&self) -> PathBuf {
        self.storage.local.as_ref().unwrap().join("tenants").join(self.tenant.as_str()).join(CATALOG)
    }

    /// Runs a statement on the catalog.
    async fn run(&self, sql: String) {
        let mut connection = catalog::connect(&self.catalog()).await.unwrap();
        sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Makes the catalog what the first version made, but for `done`, which has been migrated already.
    async fn make_earlier(&self, done: &[Table]) {
        Lake::create(&self.home(), &self.tenant).await.unwrap();
        for table in Table::ALL.into_iter().filter(|table| !done.contains(table)) {
            let schema = table.schema();
            let later = &schema.fields()[schema.index_of("_ingested_at").unwrap() + 1..];
            let names: Vec<String> = later.iter().map(|field| format!("'{}'", field.name())).collect();
            self.run(format!(
                "DELETE FROM ducklake_column WHERE column_name IN ({}) AND table_id = (SELECT table_id FROM ducklake_table \
                 WHERE table_name = '{}')",
                names.join(", "),
                table.name()
            ))
            .await;
        }
        self.run(format!("DELETE FROM ducklake_metadata WHERE key = '{VERSION_KEY}'")).await;
    }

    async fn snapshots(&self) -> i64 {
        let mut connection = catalog::connect(&self.catalog()).await.unwrap();
        sqlx::query_scalar("SELECT count(*) FROM ducklake_snapshot").fetch_one(&mut connection).await.unwrap()
    }
}

async fn names(lake: &Lake, table: Table) -> Vec<String> {
    let state = lake.state().await.unwrap();
    state.table(table).schema().fields().iter().map(|field| field.name().clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_earlier_lake_gets_the_columns_that_came_since_and_a_broken_off_migration_goes_on() {
    for done in [&[][..], &[Table::Customers][..], &Table::ALL[..]] {
        let place = Place::new();
        place.make_earlier(done).await;
        let lake = Lake::open(&place.home(), &place.tenant).await.unwrap().unwrap();
        for table in Table::ALL {
            let wanted: Vec<String> = scan_schema(table).fields().iter().map(|field| field.name().clone()).collect();
            assert_eq!(names(&lake, table).await, wanted, "{done:?}");
        }
        // Once is enough.
        let before = place.snapshots().await;
        drop(lake);
        Lake::open(&place.home(), &place.tenant).await.unwrap().unwrap();
        assert_eq!(place.snapshots().await, before);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lake_of_a_later_version_is_left_alone() {
    let place = Place::new();
    place.make_earlier(&Table::ALL).await;
    place.run(format!("INSERT INTO ducklake_metadata (key, value) VALUES ('{VERSION_KEY}', '{}')", VERSION + 1)).await;
    let error = Lake::open(&place.home(), &place.tenant).await.unwrap_err();
    assert_eq!(error.code(), "newer_lake");
    place.run(format!("UPDATE ducklake_metadata SET value = 'new' WHERE key = '{VERSION_KEY}'")).await;
    let error = Lake::open(&place.home(), &place.tenant).await.unwrap_err();
    assert_eq!(error.code(), "damaged_file");
}
