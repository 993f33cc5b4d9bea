//! Lakes by themselves, without tenants.
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use kupets_core::{TenantId, clock::Clock, schema::Table};
use object_store::{ObjectStoreExt as _, PutPayload, path::Path as StorePath};

use super::{Home, Lake, catalog, maintenance::MaintenanceOptions, session, storage::Storage};
use crate::simulation::{Chance, TestClock, store::FaultyStore};

struct Fixture {
    folder: tempfile::TempDir,
    storage: Storage,
    session: Arc<datafusion::execution::session_state::SessionState>,
    clock: Arc<TestClock>,
    as_clock: Arc<dyn Clock>,
    epochs: AtomicU64,
    tenant: TenantId,
}

impl Fixture {
    fn remote() -> Self {
        let clock = TestClock::starting_now();
        let store = Arc::new(FaultyStore::new(clock.clone(), Arc::new(Chance::new(1))));
        let url = url::Url::parse("s3://simulated/").unwrap();
        Self::on(Storage::remote_store(store, url, StorePath::from("lakes")), clock, tempfile::tempdir().unwrap())
    }

    fn local() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(None, &folder.path().join("lake")).unwrap();
        Self::on(storage, TestClock::starting_now(), folder)
    }

    fn on(storage: Storage, clock: Arc<TestClock>, folder: tempfile::TempDir) -> Self {
        Self {
            session: session(&storage, &folder.path().join("work")).unwrap(),
            folder,
            storage,
            as_clock: clock.clone(),
            clock,
            epochs: AtomicU64::new(0),
            tenant: TenantId::parse("0000000000000000000000000000000a").unwrap(),
        }
    }

    async fn lake(&self) -> Lake {
        let home = Home {
            storage: &self.storage,
            work_dir: self.folder.path(),
            session: &self.session,
            journal: "j",
            clock: &self.as_clock,
            epochs: &self.epochs,
            publish_within: Duration::from_secs(600),
        };
        Lake::create(&home, &self.tenant).await.unwrap()
    }
}

/// A customers batch of one row, as a flush writes it.
fn customer(id: &str) -> arrow::array::RecordBatch {
    let customer = crate::record::Customer::stub(id, 0, 0);
    let batch = crate::record::batch::customers_batch(&[customer], 0).unwrap();
    crate::layout::to_scan_layout(Table::Customers, &batch).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_young_file_stays_when_an_old_one_of_the_same_number_goes() {
    let fixture = Fixture::remote();
    let lake = fixture.lake().await;
    let path = |name: &str| lake.file_path(Table::Customers, name);
    for name in ["data.parquet", "deletes.parquet"] {
        lake.store().put(&path(name), PutPayload::from_static(b"x")).await.unwrap();
    }
    // Both were written long ago.
    fixture.clock.advance_s(3_600);
    let now = fixture.clock.now();
    let mut connection = catalog::connect(&lake.catalog).await.unwrap();
    for (name, minutes) in [("data.parquet", 20), ("deletes.parquet", 1)] {
        let since = now - Duration::from_secs(minutes * 60);
        // Data files and delete files are numbered apart: both may be 7.
        sqlx::query("INSERT INTO ducklake_files_scheduled_for_deletion VALUES (7, ?, 1, ?)")
            .bind(format!("main/customers/{name}"))
            .bind(since.format("%Y-%m-%d %H:%M:%S").to_string())
            .execute(&mut connection)
            .await
            .unwrap();
    }
    sqlx::Connection::close(connection).await.unwrap();
    let options = MaintenanceOptions::default();
    lake.collect_garbage(&options, now).await.unwrap();
    lake.collect_garbage(&options, now + Duration::from_secs(60)).await.unwrap();
    assert!(lake.store().head(&path("data.parquet")).await.is_err());
    assert!(lake.store().head(&path("deletes.parquet")).await.is_ok(), "queries may still read it");
    lake.collect_garbage(&options, now + Duration::from_secs(3_600)).await.unwrap();
    assert!(lake.store().head(&path("deletes.parquet")).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_are_kept_of_the_files_that_are_there() {
    let fixture = Fixture::local();
    let lake = fixture.lake().await;
    let mut state = lake.state().await.unwrap();
    for round in 0..3 {
        let share = super::FlushTable {
            table: Table::Customers,
            rows: Some(customer(&format!("c{round}"))),
            deleted: BTreeMap::new(),
        };
        state = lake.commit(&state, vec![share], round + 1).await.unwrap();
    }
    let sums = async || {
        let mut connection = catalog::connect(&lake.catalog).await.unwrap();
        let found: i64 =
            sqlx::query_scalar("SELECT count(*) FROM kupets_checksum").fetch_one(&mut connection).await.unwrap();
        sqlx::Connection::close(connection).await.unwrap();
        found
    };
    assert_eq!(sums().await, 3);
    let options = MaintenanceOptions {
        keep_all_snapshots: Duration::ZERO,
        delete_after: Duration::ZERO,
        ..MaintenanceOptions::everything()
    };
    while lake.compact(&options).await.unwrap().moved_rows() {}
    assert_eq!(sums().await, 4);
    lake.collect_garbage(&options, fixture.clock.now() + Duration::from_secs(3_600)).await.unwrap();
    lake.collect_garbage(&options, fixture.clock.now() + Duration::from_secs(7_200)).await.unwrap();
    assert_eq!(sums().await, 1);
    assert!(lake.damaged().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn small_files_with_a_few_deleted_rows_are_merged_too() {
    let fixture = Fixture::remote();
    let lake = fixture.lake().await;
    let table = Table::Customers;
    let mut state = lake.state().await.unwrap();
    let commit = async |state: &super::LakeState, rows: Vec<String>, deleted: BTreeMap<i64, Vec<i64>>, seq: i64| {
        let rows: Vec<_> = rows.iter().map(|id| customer(id)).collect();
        let rows = (!rows.is_empty()).then(|| crate::layout::concat(&rows).unwrap());
        lake.commit(state, vec![super::FlushTable { table, rows, deleted }], seq).await.unwrap()
    };
    for file in 0..10 {
        let rows = (0..20).map(|row| format!("c{file:02}.{row:02}")).collect();
        state = commit(&state, rows, BTreeMap::new(), file + 1).await;
    }
    // One row of twenty in each: too few for a file to be rewritten.
    let deleted = lake.files(&state, table).unwrap().iter().map(|file| (file.data_file_id, vec![3])).collect();
    commit(&state, Vec::new(), deleted, 11).await;
    while lake.compact(&MaintenanceOptions::default()).await.unwrap().moved_rows() {}
    let files = lake.files(&lake.state().await.unwrap(), table).unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(files.iter().filter_map(|file| file.max_row_count).sum::<i64>(), 190);
}

#[test]
fn a_folder_of_lakes_is_one_servers_own() {
    let folder = tempfile::tempdir().unwrap();
    let lakes = folder.path().join("lake");
    let first = Storage::open(None, &lakes).unwrap();
    let url = url::Url::from_directory_path(&lakes).unwrap();
    let refused = Storage::open(Some(url.as_str()), folder.path()).unwrap_err();
    assert!(refused.to_string().contains("storage_url of its own"), "{refused}");
    drop(first);
    Storage::open(Some(url.as_str()), folder.path()).unwrap();
}
