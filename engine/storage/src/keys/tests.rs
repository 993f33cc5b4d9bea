//! The index against a map of what must be found, and over files that are lost or damaged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{collections::BTreeMap, path::Path};

use proptest::prelude::*;

use super::{Entry, FileKeys, KeyHash, KeyPlace, RowSet, TableKeys, hash, table::KeyRows, tidied};

fn place(folder: &Path, in_memory: usize) -> KeyPlace {
    KeyPlace { folder: folder.to_owned(), table: "purchases", in_memory }
}

/// A file with a row a key, in the order given.
fn file(id: i64, name: &str, keys: impl IntoIterator<Item = KeyHash>) -> FileKeys {
    let entries = keys.into_iter().zip(0..).map(|(hash, row)| Entry { hash, row, count: 1 }).collect();
    FileKeys { file_id: id, path: name.into(), entries, deleted: RowSet::default() }
}

fn key(number: u64) -> KeyHash {
    hash(&number.to_string())
}

fn row_of(keys: &TableKeys, number: u64) -> Option<(i64, u32)> {
    keys.find(key(number)).unwrap().map(|rows| (rows.file_id, rows.row))
}

#[test]
fn keys_are_found_where_they_live_and_not_where_they_were_deleted() {
    let folder = tempfile::tempdir().unwrap();
    for in_memory in [0, 1_000] {
        let mut keys = TableKeys::new(place(folder.path(), in_memory));
        let first = Entry { hash: key(1), row: 0, count: 2 };
        let second = Entry { hash: key(2), row: 2, count: 1 };
        keys.add(vec![FileKeys { entries: vec![first, second], ..file(7, "f", []) }]);
        keys = tidied(keys);
        let found = KeyRows { file_id: 7, path: "f".into(), row: 0, count: 2 };
        assert_eq!(keys.find(key(1)).unwrap(), Some(found.clone()));
        assert_eq!(found.positions(), 0..2);
        keys.delete(7, found.positions());
        assert_eq!(keys.find(key(1)).unwrap(), None);
        assert_eq!(keys.deleted(7).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(keys.deleted_in("f"), Some(2));
        keys.add(vec![file(9, "g", [key(1)])]);
        keys = tidied(keys);
        assert_eq!(row_of(&keys, 1), Some((9, 0)));
        assert_eq!(row_of(&keys, 2), Some((7, 2)));
        assert!(!keys.contains(key(3)).unwrap());
    }
}

#[test]
fn a_file_that_is_gone_takes_its_keys_along_though_its_id_is_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = TableKeys::new(place(folder.path(), 0));
    keys.add(vec![file(1, "a", [key(1)]), file(2, "b", [key(2)])]);
    keys = tidied(keys);
    keys.keep(&[("b".into(), 1)]);
    keys.add(vec![file(2, "c", [key(3)])]);
    keys = tidied(keys);
    assert_eq!([1, 2, 3].map(|number| row_of(&keys, number)), [None, Some((1, 0)), Some((2, 0))]);
    keys.delete(1, [0]);
    assert_eq!([2, 3].map(|number| row_of(&keys, number)), [None, Some((2, 0))]);
}

#[test]
fn there_are_few_runs_and_little_in_memory_however_many_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = TableKeys::new(place(folder.path(), 100));
    for number in 0..1_000u64 {
        let name = format!("f{number}");
        keys.add(vec![file(i64::try_from(number).unwrap(), &name, (0..10).map(|at| key(number * 10 + at)))]);
        keys = tidied(keys);
        let runs = keys.run_lengths();
        assert!(runs.len() <= 14, "{runs:?}");
        let in_memory: usize = runs.iter().filter(|run| run.1).map(|run| run.0).sum();
        assert!(in_memory <= 100, "{runs:?}");
        assert!(runs.windows(2).all(|two| two[0].0 > two[1].0), "{runs:?}");
    }
    let on_disk = keys.run_lengths().iter().filter(|run| !run.1).count();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), on_disk, "old runs are removed");
    for number in (0..10_000).step_by(37) {
        assert_eq!(
            row_of(&keys, number),
            Some((i64::try_from(number / 10).unwrap(), u32::try_from(number % 10).unwrap()))
        );
        assert_eq!(row_of(&keys, number + 10_000), None);
    }
}

#[test]
fn hashes_that_differ_in_their_low_half_alone_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut keys = TableKeys::new(place(folder.path(), 0));
    // More than a page of one high half, which is what places a hash.
    let hashes: Vec<KeyHash> = (0..1_000).map(|low| (7 << 64) | (low * 2)).collect();
    keys.add(vec![file(1, "a", hashes.clone())]);
    keys = tidied(keys);
    assert!(keys.run_lengths().iter().all(|run| !run.1));
    for (hash, row) in hashes.into_iter().zip(0u32..) {
        assert_eq!(keys.find(hash).unwrap().map(|rows| rows.row), Some(row));
        assert_eq!(keys.find(hash + 1).unwrap(), None);
    }
}

/// An index of four files on the disk, in one run, as an earlier process has left it.
fn left_behind(folder: &Path) {
    let mut keys = TableKeys::new(place(folder, 0));
    for number in 0..4u64 {
        let own = (0..500).map(|at| key(number * 500 + at));
        keys.add(vec![file(i64::try_from(number).unwrap(), &format!("f{number}"), own)]);
        keys = tidied(keys);
    }
}

fn live(names: &[&str]) -> Vec<(String, i64)> {
    names.iter().zip(40..).map(|(name, id)| ((*name).to_owned(), id)).collect()
}

#[test]
fn what_an_earlier_process_has_left_is_taken_over_under_the_ids_of_now() {
    let folder = tempfile::tempdir().unwrap();
    left_behind(folder.path());
    std::fs::write(folder.path().join("purchases-90.draft"), "half").unwrap();
    std::fs::write(folder.path().join("customers-91.keys"), "another table's").unwrap();
    let keys = TableKeys::open(place(folder.path(), 0), &live(&["f2", "f0", "new"]));
    assert_eq!([0, 500, 1_499].map(|number| row_of(&keys, number)), [Some((41, 0)), None, Some((40, 499))]);
    assert!(keys.knows("f0") && keys.knows("f2") && !keys.knows("f1") && !keys.knows("new"));
    assert!(!folder.path().join("purchases-90.draft").exists());
    assert!(folder.path().join("customers-91.keys").exists());
    let mut keys = keys;
    keys.add(vec![file(42, "new", (0..2_000).map(|at| key(90_000 + at)))]);
    keys = tidied(keys);
    assert_eq!(row_of(&keys, 0), Some((41, 0)));
    assert_eq!(row_of(&keys, 91_999), Some((42, 1_999)));
    drop(keys);
    assert!(TableKeys::open(place(folder.path(), 0), &live(&["x"])).run_lengths().is_empty());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "what is of no use goes");
}

fn only_run(folder: &Path) -> std::path::PathBuf {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.pop().unwrap()
}

#[test]
fn a_run_that_was_cut_off_or_written_half_is_not_trusted() {
    for cut in [0, 10, 4_096, 8_000] {
        let folder = tempfile::tempdir().unwrap();
        left_behind(folder.path());
        let run = only_run(folder.path());
        let bytes = std::fs::read(&run).unwrap();
        std::fs::write(&run, &bytes[..cut]).unwrap();
        let keys = TableKeys::open(place(folder.path(), 0), &live(&["f0", "f1", "f2"]));
        assert!(!keys.knows("f0"));
        assert!(!run.exists());
    }
}

#[test]
fn a_flipped_bit_is_an_error_and_the_next_opening_knows_nothing_of_those_files() {
    let folder = tempfile::tempdir().unwrap();
    left_behind(folder.path());
    let run = only_run(folder.path());
    let mut bytes = std::fs::read(&run).unwrap();
    bytes[5_000] ^= 1;
    std::fs::write(&run, bytes).unwrap();
    let keys = TableKeys::open(place(folder.path(), 0), &live(&["f0", "f1", "f2"]));
    assert!(keys.knows("f0"));
    let outcomes: Vec<_> = (0..1_500).map(|number| keys.find(key(number))).collect();
    assert!(outcomes.iter().any(Result::is_err) && outcomes.iter().any(Result::is_ok));
    let wrong = outcomes.iter().flatten().any(Option::is_none);
    assert!(!wrong, "a key that is there is found, or an error says why not");
    assert!(keys.is_damaged());
    drop(keys);
    assert!(!TableKeys::open(place(folder.path(), 0), &live(&["f0", "f1", "f2"])).knows("f0"));
}

#[test]
fn keys_of_a_file_that_is_gone_can_be_taken_out_of_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    left_behind(folder.path());
    let mut keys = TableKeys::open(place(folder.path(), 0), &live(&["f0", "f1", "f2"]));
    keys.keep(&[("f0".into(), 1), ("f2".into(), 2)]);
    while let Some(work) = keys.with_gone() {
        keys.exchange(work.run().unwrap());
    }
    assert_eq!(keys.run_lengths(), [(1_000, false)]);
    let bytes = std::fs::read(only_run(folder.path())).unwrap();
    let holds = |number: u64| bytes.windows(16).any(|window| window == key(number).to_le_bytes());
    assert!(holds(0) && !holds(700) && holds(1_400));
}

/// Something that happens to a table.
#[derive(Debug, Clone)]
enum Event {
    /// Keys are sent; those that are there are deleted where they stand, and all stand in a new file.
    Flush(Vec<u64>),
    /// The files at these places become one, without deleted rows.
    Merge(usize, usize),
    /// One key is deleted.
    Delete(u64),
    Reopen,
    ForgetGone,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let keys = prop::collection::btree_set(0..60u64, 1..12).prop_map(|keys| keys.into_iter().collect());
    let event = prop_oneof![
        6 => keys.prop_map(Event::Flush),
        2 => (0..8usize, 1..6usize).prop_map(|(from, count)| Event::Merge(from, count)),
        2 => (0..60u64).prop_map(Event::Delete),
        1 => Just(Event::Reopen),
        1 => Just(Event::ForgetGone),
    ];
    prop::collection::vec(event, 1..60)
}

/// What must be found: by file name the keys by row, deleted ones as none.
#[derive(Default)]
struct Model {
    files: Vec<(String, Vec<Option<u64>>)>,
    made: i64,
}

impl Model {
    fn place(&self, number: u64) -> Option<(usize, usize)> {
        self.files
            .iter()
            .enumerate()
            .find_map(|(file, (_, rows))| rows.iter().position(|row| *row == Some(number)).map(|row| (file, row)))
    }

    /// The ids are the places in the list: they change when files go, as the catalog's may.
    fn live(&self) -> Vec<(String, i64)> {
        self.files.iter().zip(0..).map(|((name, _), id)| (name.clone(), id)).collect()
    }

    fn name(&mut self) -> String {
        self.made += 1;
        format!("file-{}", self.made)
    }
}

fn read(name: &str, id: i64, rows: &[Option<u64>]) -> FileKeys {
    let deleted = rows.iter().zip(0..).filter(|(row, _)| row.is_none()).map(|(_, at)| at).collect();
    FileKeys { deleted, ..file(id, name, rows.iter().map(|row| row.map_or(0, key))) }
}

fn apply(event: Event, model: &mut Model, mut keys: TableKeys, at: &KeyPlace) -> TableKeys {
    match event {
        Event::Flush(sent) => {
            let mut gone: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
            for number in &sent {
                if let Some(rows) = keys.find(key(*number)).unwrap() {
                    gone.entry(rows.file_id).or_default().extend(rows.positions());
                }
                if let Some((file, row)) = model.place(*number) {
                    model.files[file].1[row] = None;
                }
            }
            gone.into_iter().for_each(|(file, rows)| keys.delete(file, rows));
            let name = model.name();
            let rows: Vec<_> = sent.into_iter().map(Some).collect();
            keys.add(vec![read(&name, i64::try_from(model.files.len()).unwrap(), &rows)]);
            model.files.push((name, rows));
        }
        Event::Merge(from, count) => {
            let from = from.min(model.files.len());
            let to = (from + count).min(model.files.len());
            let merged: Vec<_> = model.files.drain(from..to).flat_map(|(_, rows)| rows).flatten().map(Some).collect();
            let kept: Vec<_> = model.live().into_iter().map(|(name, id)| (name.as_str().into(), id)).collect();
            keys.keep(&kept);
            if !merged.is_empty() {
                let name = model.name();
                keys.add(vec![read(&name, i64::try_from(model.files.len()).unwrap(), &merged)]);
                model.files.push((name, merged));
            }
        }
        Event::Delete(number) => {
            if let Some(rows) = keys.find(key(number)).unwrap() {
                keys.delete(rows.file_id, rows.positions());
            }
            if let Some((file, row)) = model.place(number) {
                model.files[file].1[row] = None;
            }
        }
        Event::Reopen => {
            drop(keys);
            keys = TableKeys::open(at.clone(), &model.live());
            for ((name, rows), id) in model.files.iter().zip(0..) {
                let read = read(name, id, rows);
                if keys.knows(name) {
                    keys.set_deleted(name, read.deleted);
                } else {
                    keys.add(vec![read]);
                }
            }
        }
        Event::ForgetGone => {
            while let Some(work) = keys.with_gone() {
                keys.exchange(work.run().unwrap());
            }
        }
    }
    tidied(keys)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_the_files_hold(events in events(), in_memory in 0..40usize) {
        let folder = tempfile::tempdir().unwrap();
        let at = place(folder.path(), in_memory);
        let mut model = Model::default();
        let mut keys = TableKeys::new(at.clone());
        for event in events {
            keys = apply(event, &mut model, keys, &at);
            for number in 0..60 {
                let expected = model.place(number).map(|(file, row)| (i64::try_from(file).unwrap(), u32::try_from(row).unwrap()));
                prop_assert_eq!(row_of(&keys, number), expected, "key {}", number);
            }
        }
    }
}
