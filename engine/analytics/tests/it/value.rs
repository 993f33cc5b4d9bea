//! Customer value on CDNOW, against the papers.

use kupets_analytics::value::{Order, Reason, ValueModel, calibrate, histories};
use kupets_evaluation::{
    cdnow::{self, CALIBRATION, Part},
    value,
};

use super::shared;

fn sample() -> Option<Vec<Order>> {
    Some(cdnow::orders(&shared::file(Part::Sample.file())?, Part::Sample).unwrap())
}

#[test]
fn the_sample_is_fitted_and_foretold_as_in_the_papers() {
    let Some(file) = shared::file(Part::Sample.file()) else { return };
    shared::hold(value::sample(&file).unwrap());
}

#[test]
fn the_whole_cohort_is_fitted() {
    let Some(file) = shared::file(Part::Master.file()) else { return };
    shared::hold(value::master(&file).unwrap());
}

#[test]
fn the_future_changes_nothing() {
    let Some(orders) = sample() else { return };
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
    let Some(orders) = sample() else { return };
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
