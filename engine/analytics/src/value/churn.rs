//! Who is being lost.

/// Turns expected orders into a risk from 0 to 1.
///
/// The risk is (1 + E/κ)^-κ, where E are the customer's expected orders over the horizon: the chance of no order if the
/// orders were negative binomial about E. It falls with E and with nothing else, so that it ranks exactly by expected
/// orders; κ is one figure for the shop, chosen so that the risks add up to the number of customers whom the model expects
/// to order nothing. It is so a probability, right on average.
///
/// P(alive) is not used: by BG/NBD it is 1 for all who never came again, and on CDNOW it ranks the lost behind the loyal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChurnScale {
    kappa: f64,
}

/// Where κ is sought: below, even the best customer is lost; above, the risk is e^-E.
const BOUNDS: (f64, f64) = (1e-3, 1e4);

impl ChurnScale {
    /// The scale for customers given as (how many, expected orders, probability of no order).
    pub fn fit(customers: &[(f64, f64, f64)]) -> Self {
        let silent: f64 = customers.iter().map(|(n, _, none)| n * none).sum();
        let (mut low, mut high) = (BOUNDS.0.ln(), BOUNDS.1.ln());
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            let scale = Self { kappa: middle.exp() };
            let risks: f64 = customers.iter().map(|(n, expected, _)| n * scale.risk(*expected)).sum();
            if risks > silent { low = middle } else { high = middle }
        }
        Self { kappa: f64::midpoint(low, high).exp() }
    }

    /// The risk of a customer with so many expected orders.
    pub fn risk(&self, expected: f64) -> f64 {
        (-self.kappa * (expected.max(0.0) / self.kappa).ln_1p()).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn risks_fall_with_expected_orders_and_add_up() {
        let customers = [(700.0, 0.1, 0.93), (200.0, 0.9, 0.6), (100.0, 12.0, 0.05)];
        let scale = ChurnScale::fit(&customers);
        let risks = customers.map(|c| scale.risk(c.1));
        assert!(risks.is_sorted_by(|a, b| a > b) && risks.iter().all(|r| (0.0..=1.0).contains(r)));
        let (sum, wanted) = customers.iter().zip(risks).fold((0.0, 0.0), |s, (c, r)| (s.0 + c.0 * r, s.1 + c.0 * c.2));
        assert!((sum - wanted).abs() < 1e-6 * wanted, "{sum} {wanted}");
        assert_eq!(scale.risk(0.0), 1.0);
        assert!(ChurnScale::fit(&[]).risk(1.0).is_finite());
    }
}
