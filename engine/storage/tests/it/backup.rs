//! A data folder is copied while records are written to it, and stands elsewhere as it was.

use std::{
    collections::BTreeMap,
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use kupets_core::{
    Kind, Result,
    clock::{self, Clock as _},
};
use kupets_storage::{
    MaintenanceOptions,
    backup::{ArchiveReader, ArchiveWriter, CONTROL, Lakes, Target},
};

use crate::support::{Node, purchases, send, tenant};

/// What `kupets backup` does, of these tenants.
pub async fn back_up(folder: &Path, storage_url: Option<&str>, file: &Path, tenants: usize) -> Vec<String> {
    let scratch = tempfile::tempdir().unwrap();
    let mut archive = ArchiveWriter::create(file).unwrap();
    let copy = scratch.path().join(CONTROL);
    kupets_control::copy(&kupets_control::options(None, folder).unwrap(), &copy).await.unwrap();
    archive.add(CONTROL, &copy).unwrap();
    let (mut names, mut damaged) = (vec![CONTROL.to_owned()], Vec::new());
    let mut lakes = Lakes::hold(storage_url, folder, scratch.path(), &clock::system()).await.unwrap();
    for number in 0..tenants {
        let taken = lakes.copy(&tenant(number), &mut archive).await.unwrap();
        names.extend(taken.entries);
        damaged.extend(taken.damaged);
    }
    lakes.release().await;
    archive.finish("test", clock::SystemClock.now(), tenants, &names).unwrap();
    damaged
}

pub async fn put_back(file: &Path, folder: &Path, storage_url: Option<&str>) -> Result<()> {
    let scratch = tempfile::tempdir().unwrap();
    let mut archive = ArchiveReader::open(file)?;
    let target = Target::open(storage_url, folder).await?;
    archive.verify()?;
    target.restore(&mut archive, scratch.path()).await?;
    archive.unpack(CONTROL, &folder.join(CONTROL))
}

const TENANTS: usize = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_before_a_backup_is_in_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let (data, other) = (folder.path().join("data"), folder.path().join("other"));
    let node = Arc::new(Node::local(&data).await);
    let stop = Arc::new(AtomicBool::new(false));
    let acknowledged: Vec<_> = (0..TENANTS).map(|_| Arc::new(Mutex::new(BTreeMap::new()))).collect();
    let mut tasks = Vec::new();
    for (number, known) in acknowledged.iter().enumerate() {
        for writer in 0..2 {
            let (node, stop, known) = (node.clone(), stop.clone(), known.clone());
            tasks.push(tokio::spawn(async move {
                let store = node.store(number).await;
                for next in 0u64.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let id = format!("w{writer}-{next}");
                    send(&store, &id, next).await.unwrap();
                    known.lock().unwrap().insert(id, next.to_string());
                }
            }));
        }
        let (node, stop) = (node.clone(), stop.clone());
        tasks.push(tokio::spawn(async move {
            let store = node.store(number).await;
            while !stop.load(Ordering::Relaxed) {
                store.flush_once().await.unwrap();
                store.compact(&MaintenanceOptions::everything()).await.unwrap();
                let options = MaintenanceOptions {
                    keep_all_snapshots: Duration::ZERO,
                    delete_after: Duration::ZERO,
                    ..MaintenanceOptions::default()
                };
                store.collect_garbage(&options).await.unwrap();
            }
        }));
    }
    let enough = async {
        while acknowledged.iter().any(|known| known.lock().unwrap().len() < 150) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), enough).await.unwrap();
    let before: Vec<_> = acknowledged.iter().map(|known| known.lock().unwrap().clone()).collect();
    let file = folder.path().join("backup.zip");
    assert_eq!(back_up(&data, None, &file, TENANTS).await, Vec::<String>::new());
    let after: Vec<_> = acknowledged.iter().map(|known| known.lock().unwrap().len()).collect();
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    Arc::into_inner(node).unwrap().stop().await;
    eprintln!("{:?} records before, {after:?} after it", before.iter().map(BTreeMap::len).collect::<Vec<_>>());

    put_back(&file, &other, None).await.unwrap();
    let node = Node::local(&other).await;
    for (number, before) in before.iter().enumerate() {
        let store = node.store(number).await;
        assert_eq!(store.look_for_damage().await.unwrap(), Vec::<String>::new());
        let found = purchases(&node, number).await;
        for (id, amount) in before {
            assert_eq!(found.get(id), Some(amount), "tenant {number}: {id}");
        }
        // It goes on from there: numbers of its journal are above what its lake holds.
        send(&store, "next", 5).await.unwrap();
        store.flush_all().await.unwrap();
        assert_eq!(purchases(&node, number).await.len(), found.len() + 1);
    }
    node.stop().await;
}

/// A folder with one tenant whose records are in the lake and in the journal, and its backup.
async fn one_backup(folder: &Path) -> PathBuf {
    let data = folder.join("data");
    let node = Node::local(&data).await;
    let store = node.store(0).await;
    for number in 0..20 {
        send(&store, &format!("p{number}"), number).await.unwrap();
    }
    store.flush_all().await.unwrap();
    for number in 20..30 {
        send(&store, &format!("p{number}"), number).await.unwrap();
    }
    let file = folder.join("backup.zip");
    assert_eq!(back_up(&data, None, &file, 1).await, Vec::<String>::new());
    drop(store);
    node.stop().await;
    file
}

fn flip(file: &Path, at: u64) {
    let mut file = std::fs::OpenOptions::new().read(true).write(true).open(file).unwrap();
    let mut byte = [0];
    file.seek(SeekFrom::Start(at)).unwrap();
    file.read_exact(&mut byte).unwrap();
    byte[0] ^= 0x10;
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(&byte).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_in_a_backup_is_named_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = one_backup(folder.path()).await;
    let places: Vec<(String, u64)> = {
        let mut zip = zip::ZipArchive::new(std::fs::File::open(&file).unwrap()).unwrap();
        let of = |index: usize, zip: &mut zip::ZipArchive<std::fs::File>| {
            let entry = zip.by_index(index).unwrap();
            (entry.name().unwrap().into_owned(), entry.data_start().unwrap() + entry.compressed_size() / 2)
        };
        (0..zip.len()).map(|index| of(index, &mut zip)).collect()
    };
    assert!(places.len() >= 4, "{places:?}");
    let target = folder.path().join("target");
    for (name, at) in &places {
        flip(&file, *at);
        let error = put_back(&file, &target, None).await.unwrap_err();
        flip(&file, *at);
        assert_eq!(error.kind(), Kind::Corrupt, "{name}: {error}");
        assert!(error.to_string().contains(name), "{name}: {error}");
        assert!(!target.join(CONTROL).exists() && !target.join("lake/tenants").exists(), "{name}");
    }
    let whole = std::fs::read(&file).unwrap();
    let cut = folder.path().join("cut.zip");
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let error = put_back(&cut, &target, None).await.unwrap_err();
    assert!(error.kind() == Kind::Corrupt && error.to_string().contains("cut.zip"), "{error}");
    put_back(&file, &target, None).await.unwrap();
    let error = put_back(&file, &target, None).await.unwrap_err();
    assert_eq!(error.code(), "not_empty", "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_takes_nobodys_place_and_leaves_nothing_half() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.zip");
    std::fs::write(&file, b"somebody's").unwrap();
    assert_eq!(ArchiveWriter::create(&file).unwrap_err().code(), "archive_exists");
    assert_eq!(std::fs::read(&file).unwrap(), b"somebody's");
    std::fs::remove_file(&file).unwrap();
    let archive = ArchiveWriter::create(&file).unwrap();
    assert_eq!(ArchiveWriter::create(&file).unwrap_err().code(), "archive_exists", "two write it at once");
    drop(archive);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    #[cfg(unix)]
    {
        let file = one_backup(folder.path()).await;
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_damaged_before_is_named_and_the_rest_is_copied() {
    let folder = tempfile::tempdir().unwrap();
    let _first = one_backup(folder.path()).await;
    let data = folder.path().join("data");
    let files = || {
        let lake = data.join("lake/tenants").join(tenant(0).as_str()).join("main/purchases");
        std::fs::read_dir(lake).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>()
    };
    let (first, second) = (files()[0].clone(), files()[1].clone());
    flip(&first, 20);
    std::fs::remove_file(&second).unwrap();
    let damaged = back_up(&data, None, &folder.path().join("second.zip"), 1).await;
    let name = |file: &Path| file.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(damaged.len(), 2, "{damaged:?}");
    for file in [&first, &second] {
        assert!(damaged.iter().any(|damaged| damaged.ends_with(&name(file))), "{damaged:?}");
    }
    let mut archive = ArchiveReader::open(&folder.path().join("second.zip")).unwrap();
    archive.verify().unwrap();
    let held = |file: &Path| archive.manifest().files.iter().any(|entry| entry.name.ends_with(&name(file)));
    assert!(held(&first) && !held(&second));
}
