//! Customer value on CDNOW, against the papers.

use std::{io::Read, time::Instant};

use kupets_analytics::value::{
    Order,
    bg_nbd::BgNbd,
    group, histories,
    pareto_nbd::ParetoNbd,
};

use super::shared;

/// Days since 1997-01-01 of a date written as 19970131; CDNOW covers 1997 and half of 1998.
fn day(text: &str) -> i32 {
    let date: i32 = text.parse().unwrap();
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][usize::try_from(month - 1).unwrap()];
    (year - 1997) * 365 + before + day - 1
}

/// The last day of the calibration period.
const CALIBRATION: i32 = 272;

/// The purchases of a CDNOW file; in the sample the id is the second column, the first is the one of the master file.
fn cdnow(name: &str, id: usize) -> Option<Vec<Order>> {
    let file = std::fs::File::open(shared::file(name)?).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let orders = text.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let customer = words.first()?.parse::<u32>().ok().and(words[id].parse().ok())?;
        let [date, _, value] = words[id + 1..] else { panic!("not a purchase: {line}") };
        let amount = (value.parse::<f64>().unwrap() * 10_000.0).round() as i64;
        Some(Order { customer, day: day(date), amount })
    });
    Some(orders.collect())
}

fn near(found: &[f64], wanted: &[f64]) {
    for (found, wanted) in found.iter().zip(wanted) {
        assert!((found / wanted - 1.0).abs() < 0.005, "{found} is not {wanted}");
    }
}

#[test]
fn bg_nbd_of_the_sample() {
    let Some(orders) = cdnow("CDNOW_sample.txt.gz", 1) else { return };
    let (histories, regularity) = histories(&orders, CALIBRATION);
    let groups = group(&histories);
    println!("{} orders, {} customers, {} groups, regularity {regularity:.3}", orders.len(), histories.len(), groups.len());
    for at_once in [false, true] {
        let start = Instant::now();
        let fit = BgNbd::fit(&groups, at_once, None, [0.5, 5.0, 1.0, 2.0]);
        println!("at once {at_once}: {fit:?} in {:?}", start.elapsed());
    }
    let start = Instant::now();
    let fit = ParetoNbd::fit(&groups, None, [0.5, 5.0, 0.5, 5.0]);
    println!("Pareto: {fit:?} in {:?}", start.elapsed());
}

#[test]
fn bg_nbd_of_the_whole_cohort() {
    let Some(orders) = cdnow("CDNOW_master.txt.gz", 0) else { return };
    let start = Instant::now();
    let (histories, regularity) = histories(&orders, CALIBRATION);
    let groups = group(&histories);
    println!("{} orders, {} customers, {} groups, regularity {regularity:.3} {:?}", orders.len(), histories.len(), groups.len(), start.elapsed());
    for at_once in [false, true] {
        let start = Instant::now();
        let fit = BgNbd::fit(&groups, at_once, None, [0.5, 5.0, 1.0, 2.0]);
        println!("at once {at_once}: {fit:?} in {:?}", start.elapsed());
    }
    let start = Instant::now();
    let fit = ParetoNbd::fit(&groups, None, [0.5, 5.0, 0.5, 5.0]);
    println!("Pareto: {fit:?} in {:?}", start.elapsed());
}
