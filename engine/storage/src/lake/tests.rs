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

/// Files of the catalog's tables, and those of them that it has bounds of: with whatever is of the past.
async fn files_in_catalog(lake: &Lake) -> (i64, i64) {
    let mut connection = catalog::connect(&lake.catalog).await.unwrap();
    let found = sqlx::query_as(
        "SELECT count(*), count(*) FILTER (WHERE data_file_id IN (SELECT data_file_id FROM ducklake_file_column_stats)) FROM ducklake_data_file",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_were_gathered_stand_until_nobody_can_be_listing_them() {
    let fixture = Fixture::remote();
    let lake = Arc::new(fixture.lake().await);
    let table = Table::Customers;
    let mut state = lake.state().await.unwrap();
    for file in 0..10 {
        let rows = Some(customer(&format!("c{file}")));
        let share = super::FlushTable { table, rows, deleted: BTreeMap::new() };
        state = lake.commit(&state, vec![share], file + 1).await.unwrap();
    }
    // Who reads the catalog in steps, some of them before the files are gathered and some after, finds all that it knew of.
    let listed = |state: &super::LakeState| -> Vec<i64> {
        lake.files(state, table).unwrap().iter().map(|file| file.data_file_id).collect()
    };
    let before = listed(&state);
    let everything = MaintenanceOptions::everything();
    assert_eq!(lake.compact(&everything).await.unwrap().files_merged, 10);
    assert_eq!(files_in_catalog(&lake).await, (11, 11));
    assert_eq!(listed(&state), before);
    let now = listed(&lake.state().await.unwrap());
    assert_eq!(now.len(), 1);
    assert!(!before.contains(&now[0]), "a number has been given again");
    let options = MaintenanceOptions { keep_all_snapshots: Duration::from_secs(86_400), ..everything };
    lake.collect_garbage(&options, fixture.clock.now() + Duration::from_secs(60)).await.unwrap();
    assert_eq!(files_in_catalog(&lake).await, (11, 11));
    // Nothing is taken away while somebody lists.
    let listing = lake.listing(state.snapshot).await.unwrap();
    let folding = {
        let (lake, later) = (lake.clone(), fixture.clock.now() + Duration::from_secs(3_600));
        tokio::spawn(async move { lake.collect_garbage(&options, later).await })
    };
    let mut folding = std::pin::pin!(folding);
    assert!(tokio::time::timeout(Duration::from_millis(300), &mut folding).await.is_err());
    assert_eq!(files_in_catalog(&lake).await, (11, 11));
    drop(listing);
    assert_eq!(folding.await.unwrap().unwrap().files_deleted, 10);
    assert_eq!(files_in_catalog(&lake).await, (1, 1));
    // The one file is what the earlier snapshots have now, each row since it came.
    assert_eq!(listed(&state), now);
}

/// Purchases of one line each, as a flush writes them: an id and a month of 2026.
fn purchases(sent: &[(String, u32)]) -> arrow::array::RecordBatch {
    use crate::record::{Line, Purchase};
    let sent: Vec<Purchase> = sent
        .iter()
        .map(|(id, month)| {
            let day = chrono::NaiveDate::from_ymd_opt(2026, *month, 15).unwrap().and_hms_opt(12, 0, 0).unwrap();
            let occurred_at = day.and_utc().timestamp_micros();
            let (purchase_id, lines) = (id.clone(), vec![Line::default()]);
            Purchase { purchase_id, currency: "EUR".into(), occurred_at, lines, ..Purchase::default() }
        })
        .collect();
    let batch = crate::record::batch::purchases_batch(&sent, 7).unwrap();
    let table = Table::Purchases;
    crate::layout::sorted(table, &[crate::layout::to_scan_layout(table, &batch).unwrap()]).unwrap()
}

/// How many files of purchases a question about the time from one day of 2026 on, and before another, reads.
fn files_of(state: &super::LakeState, [from, to]: [(u32, u32); 2]) -> usize {
    use datafusion::{
        catalog::TableProvider as _,
        common::ScalarValue,
        logical_expr::Operator,
        physical_expr::{
            PhysicalExpr,
            expressions::{BinaryExpr, Column, Literal},
        },
    };
    let provider = state.table(Table::Purchases);
    let at = provider.schema().index_of("occurred_at").unwrap();
    let compared = |operator, (month, day)| -> Arc<dyn PhysicalExpr> {
        let time = chrono::NaiveDate::from_ymd_opt(2026, month, day).unwrap().and_hms_opt(0, 0, 0).unwrap();
        let time = ScalarValue::TimestampMicrosecond(Some(time.and_utc().timestamp_micros()), Some("UTC".into()));
        let column = Arc::new(Column::new("occurred_at", at));
        Arc::new(BinaryExpr::new(column, operator, Arc::new(Literal::new(time))))
    };
    let (from, to) = (compared(Operator::GtEq, from), compared(Operator::Lt, to));
    let between: Arc<dyn PhysicalExpr> = Arc::new(BinaryExpr::new(from, Operator::And, to));
    provider.files_matching(&between).unwrap().len()
}

/// The ids in a table at a snapshot.
async fn ids(lake: &Lake, state: &super::LakeState) -> Vec<String> {
    let context = datafusion::prelude::SessionContext::new();
    context.register_object_store(&lake.storage.url, lake.store().clone());
    context.register_table("purchases", state.table(Table::Purchases).clone()).unwrap();
    let sql = "SELECT CAST(purchase_id AS VARCHAR) AS id FROM purchases ORDER BY 1";
    let mut ids = Vec::new();
    for batch in context.sql(sql).await.unwrap().collect().await.unwrap() {
        crate::keys::for_each_key(batch.column(0).as_ref(), |_, id| ids.push(id.to_owned())).unwrap();
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn months_part_large_files_and_a_period_reads_its_own() {
    let fixture = Fixture::remote();
    let lake = fixture.lake().await;
    let table = Table::Purchases;
    let mut state = lake.state().await.unwrap();
    let (mut sent, mut first) = (Vec::new(), None);
    for file in 0..6u32 {
        let rows: Vec<_> = (0..12).map(|row| (format!("p{file}.{row:02}"), row % 6 + 1)).collect();
        sent.extend(rows.iter().map(|(id, _)| id.clone()));
        let share = super::FlushTable { table, rows: Some(purchases(&rows)), deleted: BTreeMap::new() };
        state = lake.commit(&state, vec![share], i64::from(file) + 1).await.unwrap();
        first.get_or_insert_with(|| state.clone());
    }
    // The first row of the first file goes, so that this file is rewritten before it is gathered.
    let id = lake.files(&state, table).unwrap()[0].data_file_id;
    let share = super::FlushTable { table, rows: None, deleted: BTreeMap::from([(id, vec![0])]) };
    state = lake.commit(&state, vec![share], 7).await.unwrap();
    sent.remove(0);
    let options = MaintenanceOptions {
        small_files_max: 2,
        tiers: &[1, 64 << 20],
        month_min_bytes: 0,
        ..MaintenanceOptions::default()
    };
    assert_eq!(files_of(&state, [(3, 1), (4, 1)]), 6);
    while lake.compact(&options).await.unwrap().moved_rows() {}
    let after = lake.state().await.unwrap();
    let files = lake.files(&after, table).unwrap();
    assert_eq!(files.len(), 6);
    assert_eq!(files.iter().filter_map(|file| file.max_row_count).sum::<i64>(), 71);
    assert_eq!(ids(&lake, &after).await, sent);
    assert_eq!(files_of(&after, [(3, 1), (4, 1)]), 1);
    assert_eq!(files_of(&after, [(2, 20), (4, 16)]), 2);
    // Each row came when it came: what was before stays as it was, told by the files of then, and after these are gone by those of now.
    let first = first.unwrap();
    let then: Vec<_> = (0..12).map(|row| format!("p0.{row:02}")).collect();
    for folded in [false, true] {
        if folded {
            let options = MaintenanceOptions { keep_all_snapshots: Duration::from_secs(86_400), ..options.clone() };
            let later = fixture.clock.now() + Duration::from_secs(3_600);
            assert!(lake.collect_garbage(&options, later).await.unwrap().files_deleted >= 5);
        }
        assert_eq!(ids(&lake, &state).await, sent);
        assert_eq!(ids(&lake, &first).await, then);
        assert_eq!(ids(&lake, &after).await, sent);
    }
    let later = lake.keys(
        &after,
        table,
        crate::keys::KeyPlace { folder: fixture.folder.path().join("keys"), table: table.name(), in_memory: 0 },
    );
    let (keys, unread) = later.await.unwrap();
    assert!(unread.is_none());
    for id in &sent {
        assert!(keys.contains(crate::keys::hash(id)).unwrap(), "{id}");
    }
    assert!(!keys.contains(crate::keys::hash("p0.00")).unwrap());
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

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_found_by_who_reads_it_though_nobody_has_looked_at_all() {
    let fixture = Fixture::local();
    let table = Table::Purchases;
    let lake = fixture.lake().await;
    let mut state = lake.state().await.unwrap();
    for (month, seq) in [(1, 1), (2, 2)] {
        let rows = Some(purchases(&[(format!("p{month}"), month)]));
        state =
            lake.commit(&state, vec![super::FlushTable { table, rows, deleted: BTreeMap::new() }], seq).await.unwrap();
    }
    let files = lake.files(&state, table).unwrap();
    let path = format!("/{}", lake.file_path(table, &files[0].file.path));
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(!lake.is_looked_through());
    let error = lake.check_files(table, &files[..1]).await.unwrap_err();
    assert_eq!(error.code(), "damaged_file");
    assert!(error.to_string().contains(&files[0].file.path), "{error}");
    lake.check_files(table, &files[1..]).await.unwrap();
    assert_eq!(lake.damaged().await.unwrap().len(), 1);
    assert!(lake.is_looked_through());
    assert!(lake.check_files(table, &files).await.is_err());
}
