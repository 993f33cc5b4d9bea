//! Which files are gathered, and that it comes to an end.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;

use datafusion_ducklake::DuckLakeFileData;
use proptest::prelude::*;

use super::*;

fn placed(id: i64, bytes: u64, span: Option<Span>) -> Placed {
    let file = DuckLakeTableFile {
        data_file_id: id,
        file: DuckLakeFileData::new(id.to_string(), true, i64::try_from(bytes).unwrap()),
        delete_file_id: None,
        delete_file: None,
        row_id_start: Some(0),
        snapshot_id: None,
        begin_snapshot: Some(1),
        schema_version: Some(1),
        partial_max: None,
        max_row_count: Some(1_000),
        delete_count: None,
        partition_id: None,
        partition_values: Vec::new(),
    };
    Placed { file, span }
}

fn ids(bin: Option<Vec<Placed>>) -> Vec<i64> {
    bin.into_iter().flatten().map(|placed| placed.file.data_file_id).collect()
}

#[test]
fn one_file_of_the_next_tier_is_enough_for_a_step() {
    let count = |sizes: &[u64]| one_file(sizes.iter().copied(), 1_000);
    assert_eq!(count(&[]), 0);
    assert_eq!(count(&[100, 200, 300, 400]), 4);
    assert_eq!(count(&[400, 400, 400, 400, 400, 400]), 3);
}

#[test]
fn small_files_are_gathered_whatever_their_months_and_larger_ones_by_month() {
    let options = MaintenanceOptions::default();
    let small = |count: i64| (0..count).map(|id| placed(id, 10_000, Some(id as i32..=id as i32))).collect();
    assert_eq!(ids(next_bin(small(8), &options)), Vec::<i64>::new());
    assert_eq!(ids(next_bin(small(9), &options)).len(), 9);
    let of_month = |month: i32, ids: std::ops::Range<i64>| ids.map(move |id| placed(id, 1 << 20, Some(month..=month)));
    let files: Vec<_> = of_month(1, 0..2).chain(of_month(2, 10..15)).chain(of_month(3, 20..22)).collect();
    // Four of them are out of their tier.
    assert_eq!(ids(next_bin(files, &options)), [10, 11, 12, 13]);
}

#[test]
fn what_is_gathered_is_parted_where_its_months_are_large_enough() {
    let options = MaintenanceOptions::default();
    let bin = |bytes: u64, months: i32| [placed(1, bytes, Some(0..=0)), placed(2, bytes, Some(0..=months - 1))];
    assert!(is_parted(&bin(4 << 20, 3), &options));
    assert!(!is_parted(&bin(4 << 20, 36), &options));
    assert!(!is_parted(&bin(4 << 20, 1), &options));
    assert!(!is_parted(&[placed(1, 4 << 20, None), placed(2, 4 << 20, Some(0..=3))], &options));
}

/// A file of the model: its bytes by month.
type Bytes = BTreeMap<i32, u64>;

fn as_placed(files: &[(i64, Bytes)]) -> Vec<Placed> {
    let placed = |(id, bytes): &(i64, Bytes)| {
        let span = bytes.keys().next().zip(bytes.keys().next_back()).map(|(first, last)| *first..=*last);
        placed(*id, bytes.values().sum(), span)
    };
    files.iter().map(placed).collect()
}

/// Gathers until there is no more to do; the steps that took.
fn settle(files: &mut Vec<(i64, Bytes)>, next_id: &mut i64, options: &MaintenanceOptions) -> usize {
    for step in 0..10_000 {
        let Some(bin) = next_bin(as_placed(files), options) else { return step };
        let parted = is_parted(&bin, options);
        let chosen = ids(Some(bin));
        let mut whole = Bytes::new();
        for (_, bytes) in files.extract_if(.., |(id, _)| chosen.contains(id)) {
            bytes.into_iter().for_each(|(month, bytes)| *whole.entry(month).or_default() += bytes);
        }
        let new = if parted { whole.into_iter().map(|part| Bytes::from([part])).collect() } else { vec![whole] };
        for bytes in new {
            *next_id += 1;
            files.push((*next_id, bytes));
        }
    }
    panic!("it does not end: {files:?}")
}

fn flush() -> impl Strategy<Value = Bytes> {
    let old = prop::collection::btree_map(0..36i32, 1_000..200_000u64, 0..12);
    let recent = (36..48i32, 1_000..3_000_000u64);
    (old, recent).prop_map(|(mut bytes, (month, recent))| {
        bytes.insert(month, recent);
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn gathering_ends_keeps_all_and_leaves_few_files(flushes in prop::collection::vec(flush(), 1..120)) {
        let options = MaintenanceOptions::default();
        let (mut files, mut next_id, mut sent) = (Vec::new(), 0, Bytes::new());
        for bytes in flushes {
            bytes.iter().for_each(|(month, bytes)| *sent.entry(*month).or_default() += bytes);
            next_id += 1;
            files.push((next_id, bytes));
            settle(&mut files, &mut next_id, &options);
        }
        let mut there = Bytes::new();
        for (_, bytes) in &files {
            bytes.iter().for_each(|(month, bytes)| *there.entry(*month).or_default() += bytes);
        }
        prop_assert_eq!(sent, there);
        // Of each month a quarter as many of the two larger tiers as of several months.
        let large = files.iter().filter(|(_, bytes)| bytes.values().sum::<u64>() >= options.month_max_bytes);
        prop_assert!(files.len() <= 3 * 8 + 48 * 2 * 2 + large.count(), "{} files", files.len());
    }

}
