//! Backups of a store that is not this machine's, while its owner goes on.
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures::TryStreamExt as _;
use kupets_core::clock::Clock;
use object_store::{ObjectStore as _, ObjectStoreExt as _, path::Path as StorePath};

use super::{ArchiveReader, ArchiveWriter, CONTROL, Lakes, Place, Target};
use crate::{
    MaintenanceOptions, Tenants,
    lake::storage::Storage,
    simulation::{
        Chance, TestClock,
        node::{Node, id},
        store::FaultyStore,
    },
};

struct World {
    clock: Arc<TestClock>,
    store: Arc<FaultyStore>,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let clock = TestClock::starting_now();
        let store = Arc::new(FaultyStore::new(clock.clone(), Arc::new(Chance::new(1))));
        Self { clock, store, folder: tempfile::tempdir().unwrap() }
    }

    fn storage(&self) -> Storage {
        let url = url::Url::parse("s3://simulated/").unwrap();
        Storage::remote_store(self.store.clone(), url, StorePath::from("lakes"))
    }

    async fn node(&self) -> Node {
        Node::open(&self.store, &self.clock).await
    }

    async fn hold(&self) -> Lakes {
        let clock: Arc<dyn Clock> = self.clock.clone();
        Lakes::hold_on(self.storage(), self.folder.path(), &clock).await.unwrap()
    }

    fn archive(&self) -> ArchiveWriter {
        let mut archive = ArchiveWriter::create(&self.folder.path().join("backup.zip")).unwrap();
        // What stands for the control database.
        let control = self.folder.path().join("control");
        std::fs::write(&control, b"control").unwrap();
        archive.add(CONTROL, &control).unwrap();
        archive
    }

    async fn objects(&self) -> BTreeSet<String> {
        let all = self.store.list(None).map_ok(|object| object.location.to_string());
        all.try_collect().await.unwrap()
    }

    fn data_files(objects: &BTreeSet<String>) -> BTreeSet<String> {
        objects.iter().filter(|path| path.ends_with(".parquet")).cloned().collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_goes_while_it_is_copied_is_looked_for_in_the_catalog_of_then() {
    let world = World::new();
    let node = world.node().await;
    for (purchase, customer) in [("p1", "c1"), ("p2", "c2")] {
        assert!(node.purchase(0, purchase, customer, 1).await && node.flush(0).await);
    }
    let before = World::data_files(&world.objects().await);
    let (mut lakes, mut archive) = (world.hold().await, world.archive());
    let gate = world.store.hold_next_get();
    let erased = async {
        gate.reached.notified().await;
        // The catalog has been read, and none of its files.
        assert!(node.erase(0, "c1").await);
        // Longer than any statement lasts: the history is forgotten, and with it the files that held the person.
        world.clock.advance_s(1_000);
        assert!(node.collect(0).await);
        for path in &before {
            world.store.delete(&StorePath::from(path.as_str())).await.unwrap();
        }
        gate.open.notify_one();
    };
    let tenant = id(0);
    let (taken, ()) = tokio::join!(lakes.copy(&tenant, &mut archive), erased);
    let taken = taken.unwrap();
    let lost: Vec<_> = taken.damaged.iter().collect();
    // Those of them that the catalog of then names are lost, as they were deleted by hand; the others are nobody's.
    assert!(lost.iter().all(|name| before.iter().any(|path| path.ends_with(name.rsplit('/').next().unwrap()))));
    assert!(lost.len() < before.len(), "{lost:?} of {before:?}");
    assert!(taken.entries.iter().any(|name| name.ends_with("catalog.sqlite")));
    lakes.release().await;
    let mut names = taken.entries.clone();
    names.push(CONTROL.to_owned());
    let manifest = archive.finish("test", world.clock.now(), 1, &names).unwrap();
    assert_eq!(manifest.files.len(), names.len());
    ArchiveReader::open(&world.folder.path().join("backup.zip")).unwrap().verify().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_deleted_while_a_backup_holds_the_files_and_a_hold_that_was_left_ends() {
    let world = World::new();
    let node = world.node().await;
    for number in 0..4 {
        assert!(node.purchase(0, &format!("p{number}"), "c1", 1).await && node.flush(0).await);
    }
    let store = node.store(0).await.unwrap();
    store.compact(&MaintenanceOptions::everything()).await.unwrap();
    // The snapshot with the journal's newest watermark is never expired: this one needs none of the small files.
    assert!(node.purchase(0, "p4", "c1", 1).await && node.flush(0).await);
    let before = World::data_files(&world.objects().await);
    let options = MaintenanceOptions { keep_all_snapshots: Duration::from_secs(1), ..MaintenanceOptions::default() };
    // The first look is too early: a statement may have begun with the snapshots that need the small files.
    world.clock.advance_s(60);
    store.collect_garbage(&options).await.unwrap();
    let lakes = world.hold().await;
    world.clock.advance_s(1_000);
    let report = store.collect_garbage(&options).await.unwrap();
    assert!(report.held && report.files_deleted == 0, "{report:?}");
    assert_eq!(World::data_files(&world.objects().await), before);
    // It was killed, and renews its hold no more.
    drop(lakes);
    world.clock.advance_s(1_801);
    let report = store.collect_garbage(&options).await.unwrap();
    assert!(!report.held && report.files_deleted > 0, "{report:?}");
    let holds = |objects: &BTreeSet<String>| objects.iter().filter(|path| path.starts_with("lakes/holds/")).count();
    assert_eq!(holds(&world.objects().await), 1);
    let next = world.hold().await;
    assert_eq!(holds(&world.objects().await), 1, "the next backup removes it");
    next.release().await;
    assert_eq!(holds(&world.objects().await), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lake_of_one_store_is_restored_into_another() {
    let world = World::new();
    let node = world.node().await;
    assert!(node.purchase(0, "p1", "c1", 7).await && node.flush(0).await);
    assert!(node.purchase(0, "p2", "c2", 8).await && node.flush(0).await);
    let (mut lakes, mut archive) = (world.hold().await, world.archive());
    let taken = lakes.copy(&id(0), &mut archive).await.unwrap();
    assert!(taken.damaged.is_empty());
    assert!(lakes.copy(&id(1), &mut archive).await.unwrap().entries.is_empty(), "it has no lake yet");
    lakes.release().await;
    let names: Vec<String> = taken.entries.into_iter().chain([CONTROL.to_owned()]).collect();
    archive.finish("test", world.clock.now(), 2, &names).unwrap();

    let other = World::new();
    let mut archive = ArchiveReader::open(&world.folder.path().join("backup.zip")).unwrap();
    let lock = |name: &str| Tenants::lock(&other.folder.path().join(name)).unwrap();
    let target = Target::on(other.storage(), lock("a")).await.unwrap();
    assert_eq!(target.restore(&mut archive, other.folder.path()).await.unwrap(), 1);
    let restored = other.node().await;
    assert_eq!(restored.purchases(0).await, ["p1", "p2"]);
    assert!(restored.purchase(0, "p3", "c1", 1).await && restored.flush(0).await);
    let refused = Target::on(other.storage(), lock("b")).await.unwrap_err();
    assert_eq!(refused.code(), "not_empty", "{refused}");
    assert!(refused.to_string().contains("lakes/tenants/"), "{refused}");
}

#[test]
fn names_lead_nowhere_else() {
    let tenant = "0000000000000000000000000000000a";
    assert_eq!(Place::of(CONTROL), Some(Place::Control));
    let good = format!("lake/tenants/{tenant}/main/purchases/a-1.parquet");
    assert!(matches!(Place::of(&good), Some(Place::Lake(_, path)) if path == "main/purchases/a-1.parquet"));
    for bad in [
        format!("lake/tenants/{tenant}/../x"),
        format!("lake/tenants/{tenant}//x"),
        format!("lake/tenants/{tenant}"),
        format!("lake/tenants/{tenant}/.hidden"),
        format!("lake/tenants/{tenant}/a\\b"),
        "lake/tenants/../../etc/passwd".to_owned(),
        format!("/lake/tenants/{tenant}/x"),
        "kupets.db-wal".to_owned(),
        "manifest.json".to_owned(),
    ] {
        assert_eq!(Place::of(&bad), None, "{bad}");
    }
}
