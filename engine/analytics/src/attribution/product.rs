//! Which factor of a product carries its change: revenue = customers × orders each × average order.

use super::apportion::apportion;

/// What each factor adds to the change of their product; the sum is the change.
///
/// Shapley values: each factor is changed from before to after in every order of the factors, and its effects are averaged.
/// For two, x·y, it is Δx·(y₀+y₁)/2 and Δy·(x₀+x₁)/2; for three, Δx·(y₀z₀/3 + (y₀z₁+y₁z₀)/6 + y₁z₁/3), and so on. In general
/// a factor gets Δx · Σ w(s)·(sum over the choices of s of the others at their later value of the product), with
/// w(s) = s!(n-1-s)!/n!. Factors are non-negative numbers or not: the formula does not mind.
pub fn factors(before: &[f64], after: &[f64]) -> Vec<f64> {
    let n = before.len().min(after.len());
    // The sum over choices of s others is a coefficient of the polynomial Π (x₀ + x₁·t).
    let of_factor = |factor: usize| {
        let mut polynomial = vec![1.0];
        for other in (0..n).filter(|&other| other != factor) {
            polynomial.push(0.0);
            for s in (0..polynomial.len()).rev() {
                let lower = if s > 0 { polynomial[s - 1] } else { 0.0 };
                polynomial[s] = polynomial[s] * before[other] + lower * after[other];
            }
        }
        let mut weight = 1.0 / n as f64;
        let mut sum = 0.0;
        for (s, coefficient) in polynomial.iter().enumerate() {
            sum += weight * coefficient;
            weight *= (s + 1) as f64 / (n - 1 - s).max(1) as f64;
        }
        (after[factor] - before[factor]) * sum
    };
    (0..n).map(of_factor).collect()
}

/// Splits the change of `revenue` (before, after; in 1/10,000) by counts that lead to it one after another, such as customers
/// and orders: by the first count, by each count per one of the count before it, and by the revenue per one of the last
/// count. The parts add up to the change exactly. None where a count is 0 or less in either period: then nothing divides it.
pub fn funnel(revenue: (i128, i128), counts: &[(i64, i64)]) -> Option<Vec<i128>> {
    if counts.iter().any(|&(before, after)| before <= 0 || after <= 0) {
        return None;
    }
    let rates = |revenue: i128, count: &dyn Fn(&(i64, i64)) -> i64| {
        let mut last = 1.0;
        let mut rates: Vec<f64> = Vec::with_capacity(counts.len() + 1);
        for value in counts.iter().map(count).map(|count| count as f64).chain([revenue as f64]) {
            rates.push(value / last);
            last = value;
        }
        rates
    };
    let parts = factors(&rates(revenue.0, &|c| c.0), &rates(revenue.1, &|c| c.1));
    Some(apportion(&parts, revenue.1.saturating_sub(revenue.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_and_three_factors_by_hand() {
        let near = |a: &[f64], b: &[f64]| a.iter().zip(b).for_each(|(a, b)| assert!((a - b).abs() < 1e-9, "{a} {b}"));
        near(&factors(&[10.0, 5.0], &[12.0, 4.0]), &[2.0 * 4.5, -11.0]);
        let three = factors(&[2.0, 3.0, 5.0], &[4.0, 3.5, 4.0]);
        let by_hand = 2.0 * (15.0 / 3.0 + (12.0 + 17.5) / 6.0 + 14.0 / 3.0);
        near(&three[..1], &[by_hand]);
        near(&[three.iter().sum()], &[56.0 - 30.0]);
        assert!(factors(&[], &[]).is_empty());
        near(&factors(&[3.0], &[8.0]), &[5.0]);
    }

    #[test]
    fn a_funnel_sums_to_the_last_digit() {
        let revenue = (97_477_479_340, 81_111_111_117);
        let parts = funnel(revenue, &[(4372, 4001), (18_532, 19_001)]).unwrap();
        assert_eq!(parts.iter().sum::<i128>(), revenue.1 - revenue.0);
        assert!(parts[0] < 0 && parts[1] > 0 && parts[2] < 0, "{parts:?}");
        assert_eq!(funnel((5, 7), &[]), Some(vec![2]));
        assert_eq!(funnel((5, 7), &[(0, 3)]), None);
    }
}
