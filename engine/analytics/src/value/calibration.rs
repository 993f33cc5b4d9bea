//! How good the predictions would have been.

use super::{
    correlation::correlation,
    customer_value::ValueModel,
    history::{MONEY, Order, WEEK, histories},
};

/// Predictions made at an earlier moment, against what then happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Customers who were known at that moment.
    pub customers: usize,
    /// The model that was used.
    pub model: &'static str,
    /// Orders (days with an order) that were predicted, all customers together.
    pub predicted: f64,
    /// Orders that came.
    pub actual: f64,
    /// The mean absolute error by customer.
    pub mae: f64,
    /// The root of the mean squared error.
    pub rmse: f64,
    /// The correlation of predicted and actual; none if one of them is the same for all.
    pub correlation: Option<f64>,
    /// The probability that one who came back had a lower churn risk than one who did not; none if all or none came.
    pub auc: Option<f64>,
    /// The mean churn risk, and the share of customers who did not come: equal if the risks are right on average.
    pub mean_risk: f64,
    /// See [`Self::mean_risk`].
    pub lost: f64,
    /// The same errors, if each customer went on at the own rate so far: (orders, mean absolute error).
    pub naive: (f64, f64),
    /// The revenue that was predicted for the horizon, and the one that came, in the currency: refunds are taken off.
    pub value: (f64, f64),
    /// By the repeat orders until then, the last one for all above: 0, 1, ... 7 and more.
    pub by_frequency: Vec<Frequency>,
}

/// Customers with the same number of repeat orders.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Frequency {
    /// Repeat orders until the earlier moment.
    pub repeats: u32,
    /// How many customers had so many.
    pub customers: usize,
    /// Predicted orders of one.
    pub predicted: f64,
    /// Orders of one that came.
    pub actual: f64,
}

/// Repeats from which customers are taken together.
const OFTEN: u32 = 7;

/// Fits the models to what was known `horizon_days` before `as_of` and compares what they said with what came. None if nobody
/// was known then. Orders after `as_of` are not looked at.
pub fn calibrate(orders: &[Order], as_of: i32, horizon_days: u32) -> Option<Calibration> {
    let then = as_of.checked_sub_unsigned(horizon_days)?;
    let (known, regularity) = histories(orders, then);
    if known.is_empty() {
        return None;
    }
    let model = ValueModel::fit(&known, regularity);
    let values = model.values(&known, f64::from(horizon_days), 0.0);
    let mut after: Vec<&Order> = orders.iter().filter(|o| o.day > then && o.day <= as_of).collect();
    after.sort_unstable_by_key(|o| (o.customer, o.day));
    let came: Vec<(u32, f64, f64)> = after
        .chunk_by(|a, b| a.customer == b.customer)
        .filter_map(|of_customer| {
            let mut days: Vec<i32> = of_customer.iter().filter(|o| o.amount > 0).map(|o| o.day).collect();
            days.dedup();
            let total: i128 = of_customer.iter().map(|o| i128::from(o.amount)).sum();
            Some((of_customer.first()?.customer, days.len() as f64, total as f64 / MONEY))
        })
        .collect();
    let actual =
        |customer: u32| came.binary_search_by_key(&customer, |c| c.0).map_or((0.0, 0.0), |i| (came[i].1, came[i].2));

    let n = known.len() as f64;
    let mut found = Calibration {
        customers: known.len(),
        model: model.orders.name(),
        predicted: 0.0,
        actual: 0.0,
        mae: 0.0,
        rmse: 0.0,
        correlation: None,
        auc: None,
        mean_risk: 0.0,
        lost: 0.0,
        naive: (0.0, 0.0),
        value: (0.0, 0.0),
        by_frequency: (0..=OFTEN).map(|repeats| Frequency { repeats, ..Frequency::default() }).collect(),
    };
    let mut pairs = Vec::with_capacity(known.len());
    for (history, value) in known.iter().zip(&values) {
        let (orders, revenue) = actual(history.customer);
        let expected = value.expected_purchases;
        pairs.push((expected, orders));
        found.predicted += expected;
        found.actual += orders;
        found.mae += (expected - orders).abs() / n;
        found.rmse += (expected - orders).powi(2) / n;
        found.mean_risk += value.churn_risk / n;
        found.lost += f64::from(u8::from(orders == 0.0)) / n;
        let rate = f64::from(history.repeats) / history.age().max(1.0 / WEEK) * f64::from(horizon_days) / WEEK;
        found.naive.0 += rate;
        found.naive.1 += (rate - orders).abs() / n;
        found.value.0 += value.predicted_clv;
        found.value.1 += revenue;
        let frequency = &mut found.by_frequency[history.repeats.min(OFTEN) as usize];
        frequency.customers += 1;
        frequency.predicted += expected;
        frequency.actual += orders;
    }
    for frequency in &mut found.by_frequency {
        let customers = frequency.customers.max(1) as f64;
        frequency.predicted /= customers;
        frequency.actual /= customers;
    }
    found.rmse = found.rmse.sqrt();
    found.correlation = correlation(pairs.iter().copied());
    found.auc = auc(&mut pairs);
    Some(found)
}

/// The area under the curve of true by false positives, of scores against whether anything came: the mean rank of those who
/// came, equals ranking the same (Mann & Whitney).
fn auc(pairs: &mut [(f64, f64)]) -> Option<f64> {
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut ranks, mut came, mut before) = (0.0, 0.0, 0.0);
    for equals in pairs.chunk_by(|a, b| a.0 == b.0) {
        let positive = equals.iter().filter(|pair| pair.1 > 0.0).count() as f64;
        let size = equals.len() as f64;
        ranks += positive * (before + (size + 1.0) / 2.0);
        came += positive;
        before += size;
    }
    let absent = before - came;
    (came > 0.0 && absent > 0.0).then(|| (ranks - came * (came + 1.0) / 2.0) / (came * absent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auc_of_order_and_of_chance() {
        assert_eq!(auc(&mut [(0.1, 0.0), (0.9, 3.0), (0.5, 1.0)]), Some(1.0));
        assert_eq!(auc(&mut [(0.5, 0.0), (0.5, 3.0)]), Some(0.5));
        assert_eq!(auc(&mut [(0.5, 3.0)]), None);
    }
}
