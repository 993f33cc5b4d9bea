//! Customer value on CDNOW, against the papers.

use std::{io::Read, time::Instant};

use kupets_analytics::value::{
    Order, Reason, ValueModel,
    bg_nbd::BgNbd,
    calibrate,
    gamma_gamma::{GammaGamma, Spend},
    group, histories,
};

use super::shared;

/// The last days of the calibration period and of all, and the days between: 39 weeks.
const CALIBRATION: i32 = 272;
const END: i32 = CALIBRATION + 273;

/// Days since 1997-01-01 of a date written as 19970131; CDNOW covers 1997 and half of 1998.
fn day(text: &str) -> i32 {
    let date: i32 = text.parse().unwrap();
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][usize::try_from(month - 1).unwrap()];
    (year - 1997) * 365 + before + day - 1
}

/// The purchases of a CDNOW file; in the sample the id is the second column, the first is the one of the master file. A
/// purchase of nothing counts as an order in the papers: it is made the least there is.
fn cdnow(name: &str, id: usize) -> Option<Vec<Order>> {
    let file = std::fs::File::open(shared::file(name)?).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let orders = text.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let customer = words[id].parse().ok()?;
        let &[date, _, value] = &words[id + 1..] else { panic!("not a purchase: {line}") };
        let amount = (value.parse::<f64>().unwrap() * 10_000.0).round() as i64;
        Some(Order { customer, day: day(date), amount: amount.max(1) })
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
    let histories = histories(&orders, CALIBRATION).0;
    assert_eq!(histories.len(), 2357);
    let fit = BgNbd::fit(&group(&histories), false, None, [1.0; 4]);
    println!("BG/NBD of the sample: {fit:?}");
    assert!(fit.proper && fit.log_likelihood >= -9582.43);
    near(&fit.parameters, &[0.2426, 4.4135, 0.7929, 2.4258]);
}

#[test]
fn bg_nbd_of_the_whole_cohort() {
    let Some(orders) = cdnow("CDNOW_master.txt.gz", 0) else { return };
    let start = Instant::now();
    let histories = histories(&orders, CALIBRATION).0;
    assert_eq!(histories.len(), 23_570);
    let boiled = start.elapsed();
    let fit = BgNbd::fit(&group(&histories), false, None, [1.0; 4]);
    println!("BG/NBD of {} customers: histories {boiled:?}, with fit {:?}, {fit:?}", histories.len(), start.elapsed());
    near(&fit.parameters, &[0.2516, 4.7889, 0.7234, 2.1611]);
}

#[test]
fn gamma_gamma_of_the_repeaters() {
    let Some(mut orders) = cdnow("CDNOW_sample.txt.gz", 1) else { return };
    orders.retain(|order| order.day <= CALIBRATION);
    orders.sort_unstable();
    // The papers leave the first day of each customer out.
    let spends: Vec<Spend> = orders
        .chunk_by(|a, b| a.customer == b.customer)
        .filter_map(|of_customer| {
            let days: Vec<_> = of_customer.chunk_by(|a, b| a.day == b.day).skip(1).collect();
            let total: i64 = days.iter().flat_map(|day| day.iter()).map(|order| order.amount).sum();
            let count = days.len() as f64;
            (count > 0.0).then(|| Spend { orders: count, mean: total as f64 / 10_000.0 / count })
        })
        .collect();
    assert_eq!(spends.len(), 946);
    let fit = GammaGamma::fit(&spends);
    println!("Gamma-Gamma of the sample: {fit:?}");
    assert!(fit.proper && fit.log_likelihood >= -4055.93);
    near(&fit.parameters, &[6.249, 3.745, 15.448]);
    // In billions the model is the same.
    let billions: Vec<Spend> = spends.iter().map(|s| Spend { mean: s.mean * 1e9, ..*s }).collect();
    let fit = GammaGamma::fit(&billions).parameters;
    near(&fit, &[6.249, 3.745, 15.448e9]);
}

#[test]
fn hold_out() {
    for (file, id) in [("CDNOW_sample.txt.gz", 1), ("CDNOW_master.txt.gz", 0)] {
        let Some(orders) = cdnow(file, id) else { return };
        let start = Instant::now();
        let found = calibrate(&orders, END, 273).unwrap();
        println!("{file} in {:?}: {found:#?}", start.elapsed());
        if id == 0 {
            continue;
        }
        assert_eq!(found.actual, 1882.0);
        assert!(found.correlation.unwrap() >= 0.625 && found.mae <= 0.79 && found.auc.unwrap() >= 0.77);
        assert!((found.naive.0 - 2930.0).abs() < 1.0 && (found.naive.1 - 1.024).abs() < 1e-3);
        assert!((found.mean_risk - found.lost).abs() < 0.06);
        // The model chosen is the likeliest; plain BG/NBD, the anchor, holds as well.
        let (known, _) = histories(&orders, CALIBRATION);
        let fit = BgNbd::fit(&group(&known), false, None, [1.0; 4]).parameters;
        let model = BgNbd { r: fit[0], alpha: fit[1], a: fit[2], b: fit[3], at_once: false };
        let predicted: f64 = group(&known).iter().map(|g| g.customers * model.expected(g, 39.0)).sum();
        assert!((predicted - 1653.0).abs() < 1.5, "{predicted}");
    }
}

#[test]
fn the_future_changes_nothing() {
    let Some(orders) = cdnow("CDNOW_sample.txt.gz", 1) else { return };
    let shifted: Vec<Order> = orders
        .iter()
        .map(|&order| match order.day > CALIBRATION {
            true => Order { customer: order.customer / 2, day: order.day + 40, amount: order.amount * 9 },
            false => order,
        })
        .collect();
    let values = |orders: &[Order]| {
        let (known, regularity) = histories(orders, CALIBRATION);
        ValueModel::fit(&known, regularity).values(&known, 90.0, 0.1)
    };
    assert_eq!(values(&orders), values(&shifted));
    assert_eq!(calibrate(&orders, CALIBRATION, 90), calibrate(&shifted, CALIBRATION, 90));
}

#[test]
fn churn_ranks_by_expected_purchases_and_discount_lowers_value() {
    let Some(orders) = cdnow("CDNOW_sample.txt.gz", 1) else { return };
    let (known, regularity) = histories(&orders, CALIBRATION);
    let model = ValueModel::fit(&known, regularity);
    let mut values = model.values(&known, 365.0, 0.0);
    for (plain, discounted) in values.iter().zip(model.values(&known, 365.0, 0.2)) {
        assert!(
            discounted.predicted_clv <= plain.predicted_clv && discounted.predicted_clv > plain.predicted_clv * 0.8
        );
    }
    values.sort_by(|a, b| a.expected_purchases.total_cmp(&b.expected_purchases));
    assert!(values.is_sorted_by(|a, b| a.churn_risk >= b.churn_risk));
}

#[test]
fn little_data_gives_a_simple_answer_with_a_reason() {
    let order = |customer, day, amount| Order { customer, day, amount };
    let billion = 10_i64.pow(9) * 10_000;
    let cases: Vec<(Vec<Order>, Reason)> = vec![
        (vec![], Reason::NoCustomers),
        (vec![order(1, 5, -300), order(2, 9, 0)], Reason::NoCustomers),
        (vec![order(1, 100, 10_000)], Reason::NoRepeats),
        ((0..500).map(|c| order(c, 100, 10_000)).collect(), Reason::NoRepeats),
        (vec![order(1, 5, billion), order(1, 50, billion), order(1, 60, -2 * billion)], Reason::FewCustomers),
        ((0..1000).map(|c| order(c.max(10), (c * 7 % 97) as i32, billion)).collect(), Reason::FewRepeaters),
        // Everybody orders every ten days.
        ((0..2000).map(|c| order(c / 10, (c % 10 * 10) as i32, 50_000)).collect(), Reason::Unclear),
    ];
    for (orders, reason) in cases {
        let (known, regularity) = histories(&orders, 100);
        let model = ValueModel::fit(&known, regularity);
        assert_eq!(model.orders.reason, Some(reason), "{} customers", known.len());
        for value in model.values(&known, 90.0, 0.1) {
            let figures = [value.expected_purchases, value.expected_order_value, value.predicted_clv];
            assert!(figures.iter().all(|f| f.is_finite() && *f >= 0.0), "{value:?}");
            assert!((0.0..=1.0).contains(&value.churn_risk) && (0.0..=1.0).contains(&value.p_alive), "{value:?}");
            assert!(value.next_order_days.is_none_or(|d| d.is_finite() && d >= 0.0));
        }
        assert!(calibrate(&orders, 100, 30).is_none_or(|c| c.mae.is_finite()));
        assert!(calibrate(&orders, 100, 300).is_none());
    }
}
