//! When a customer will order next, if still a customer.

use super::{history::Group, special::beta_regularized};

/// Later than this nothing is foreseen, in weeks: ten years.
const HORIZON: f64 = 522.0;

/// The weeks from now within which the next order comes with probability `q`, given that the customer has not left; none if
/// they are more than ten years.
///
/// A customer's gaps are gamma with the shop's shape `regularity` (k) about an own rate, which is Gamma(r, α) over
/// customers: after x gaps in t_x weeks it is Gamma(r+kx, α+k·t_x), so that the rhythm of a customer with many orders is
/// the own one, and of a new one the shop's. A gap is then scaled beta prime: P(gap > g) = I_{1/(1+y)}(r+kx, k),
/// y = kg/(α+k·t_x); and the quantile is that of the gap given that it is longer than the time since the last order. With
/// k = 1 it is that of BG/NBD, in closed form. (Gaps as in the Pareto/GGG model of Platzer & Reutterer 2016, with one k.)
pub fn next_order((r, alpha): (f64, f64), regularity: f64, group: &Group, q: f64) -> Option<f64> {
    let k = regularity;
    let shape = r + k * f64::from(group.repeats);
    let scale = alpha + k * group.recency;
    let idle = (group.age - group.recency).max(0.0);
    let left = (1.0 - q).clamp(1e-9, 1.0);
    let longest = idle + HORIZON;
    let gap = if (k - 1.0).abs() < 1e-9 {
        (scale + idle) * left.powf(-1.0 / shape) - scale
    } else {
        let survival = |gap: f64| beta_regularized(shape, k, 1.0 / (1.0 + k * gap / scale)).max(1e-280).ln();
        let wanted = survival(idle) + left.ln();
        if survival(longest) > wanted {
            return None;
        }
        root(idle, longest, |gap| survival(gap) - wanted)
    };
    (gap <= longest).then(|| (gap - idle).max(0.0))
}

/// Where a falling function crosses zero, to a hundredth of a day: Ridders' method.
fn root(mut low: f64, mut high: f64, function: impl Fn(f64) -> f64) -> f64 {
    let (mut at_low, mut at_high) = (function(low), function(high));
    for _ in 0..60 {
        if high - low < 1e-3 {
            break;
        }
        let middle = f64::midpoint(low, high);
        let at_middle = function(middle);
        let root = (at_middle * at_middle - at_low * at_high).max(0.0).sqrt();
        if root == 0.0 {
            return middle;
        }
        let next = (middle + (middle - low) * at_middle / root).clamp(low, high);
        let at_next = function(next);
        // Of low, middle, next and high the two neighbours between which the sign changes.
        for (point, value) in [(middle, at_middle), (next, at_next)] {
            if value > 0.0 && point > low {
                (low, at_low) = (point, value);
            } else if value <= 0.0 && point < high {
                (high, at_high) = (point, value);
            }
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(repeats: u32, recency: f64, age: f64) -> Group {
        Group { repeats, recency, age, customers: 1.0 }
    }

    #[test]
    fn random_gaps_are_the_limit_of_regular_ones() {
        for group in [group(0, 0.0, 3.0), group(4, 20.0, 22.0), group(30, 50.0, 70.0)] {
            let exact = next_order((0.8, 6.0), 1.0, &group, 0.5).unwrap();
            let near = next_order((0.8, 6.0), 1.0 + 1e-6, &group, 0.5).unwrap();
            assert!((exact - near).abs() < 1e-2, "{exact} {near}");
        }
    }

    #[test]
    fn a_monthly_customer_orders_a_month_after_the_last_order() {
        let monthly = |idle: f64| next_order((1.0, 4.0), 20.0, &group(24, 104.0, 104.0 + idle), 0.5).unwrap();
        assert!((monthly(0.0) - 104.0 / 24.0).abs() < 0.3, "{}", monthly(0.0));
        assert!((monthly(2.0) - monthly(0.0) + 2.0).abs() < 0.3);
        // Overdue: soon, but never in the past.
        assert!(monthly(8.0) > 0.0 && monthly(8.0) < 2.0);
    }

    #[test]
    fn who_hardly_orders_is_not_foreseen() {
        assert_eq!(next_order((0.2, 50.0), 1.0, &group(0, 0.0, 300.0), 0.5), None);
        assert_eq!(next_order((0.2, 50.0), 2.0, &group(0, 0.0, 300.0), 0.9), None);
        for k in [0.3, 1.0, 30.0] {
            for group in [group(0, 0.0, 0.0), group(9000, 100.0, 9000.0), group(1, 1e4, 1e4)] {
                assert!(next_order((0.2, 5.0), k, &group, 0.5).is_none_or(|w| (0.0..=HORIZON).contains(&w)));
            }
        }
    }
}
