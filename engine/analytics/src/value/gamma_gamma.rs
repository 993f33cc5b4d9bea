//! How much an order of each customer is worth: Gamma-Gamma.

use super::{
    likelihood::{Fitted, fit},
    special::{digamma, ln_gamma},
};

/// What a customer's orders brought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spend {
    /// How many orders.
    pub orders: f64,
    /// The mean of them, above 0, in any one unit.
    pub mean: f64,
}

/// The model of Fader & Hardie (2013), "The Gamma-Gamma model of monetary value": a customer's orders are Gamma(p, ν) about
/// an own mean, ν is Gamma(q, γ) over customers, and neither hangs on how often they order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaGamma {
    /// The shape of one customer's orders: the greater, the more alike they are.
    pub p: f64,
    /// The shape of the differences between customers: the smaller, the more they differ.
    pub q: f64,
    /// Their scale, in the unit of the means.
    pub gamma: f64,
}

impl GammaGamma {
    /// The parameters under which `spends` are likeliest. Their order does not matter.
    pub fn fit(spends: &[Spend]) -> Fitted<3> {
        let mut spends: Vec<Spend> = spends.iter().copied().filter(|s| s.mean > 0.0 && s.orders > 0.0).collect();
        spends.sort_unstable_by(|a, b| a.orders.total_cmp(&b.orders).then(a.mean.total_cmp(&b.mean)));
        // The search begins in the same place for pence and for billions.
        let customers = spends.len() as f64;
        let unit = spends.iter().map(|s| s.mean / customers).sum::<f64>();
        for spend in &mut spends {
            spend.mean /= unit;
        }
        let mut found =
            fit([3.0, 3.0, 1.0], customers, None, |&[p, q, gamma]| GammaGamma { p, q, gamma }.likelihood(&spends));
        found.parameters[2] *= unit;
        found.log_likelihood -= customers * unit.ln();
        found
    }

    /// The logarithm of the likelihood of `spends`, which are sorted by their numbers of orders, and its gradient by p, q, γ.
    ///
    /// Of a customer with the mean m of x orders: ln Γ(px+q)/Γ(px)Γ(q) + q ln γ + (px-1) ln m + px ln x - (px+q) ln(γ+xm).
    pub fn likelihood(&self, spends: &[Spend]) -> (f64, [f64; 3]) {
        let &Self { p, q, gamma } = self;
        let (mut sum, mut slope) = (0.0, [0.0; 3]);
        let (ln_gamma_scale, of_q, slope_q) = (gamma.ln(), ln_gamma(q), digamma(q));
        for same in spends.chunk_by(|a, b| a.orders == b.orders) {
            let x = same.first().map_or(1.0, |s| s.orders);
            let (shape, ln_x) = (p * x, x.ln());
            let value = ln_gamma(shape + q) - ln_gamma(shape) - of_q + q * ln_gamma_scale + shape * ln_x;
            let (both, own) = (digamma(shape + q), digamma(shape));
            for spend in same {
                let (ln_mean, total) = (spend.mean.ln(), gamma + x * spend.mean);
                let ln_total = total.ln();
                sum += value + (shape - 1.0) * ln_mean - (shape + q) * ln_total;
                slope[0] += x * (both - own + ln_mean + ln_x - ln_total);
                slope[1] += both - slope_q + ln_gamma_scale - ln_total;
                slope[2] += q / gamma - (shape + q) / total;
            }
        }
        (sum, slope)
    }

    /// The expected value of an order of a customer whose `orders` so far had this `mean`: p (γ + x m) / (p x + q - 1), which
    /// lies between the mean and that of all customers. None where the model has no mean (q <= 1, and nothing known).
    pub fn expected(&self, orders: f64, mean: f64) -> Option<f64> {
        let weight = self.p * orders + self.q - 1.0;
        (weight > 0.0).then(|| self.p * (self.gamma + orders * mean) / weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_the_slope() {
        let spends = [(1.0, 12.0), (1.0, 90.0), (3.0, 33.3), (40.0, 25.0)].map(|(orders, mean)| Spend { orders, mean });
        let at = |p: [f64; 3]| GammaGamma { p: p[0], q: p[1], gamma: p[2] }.likelihood(&spends);
        let point = [6.0, 3.5, 15.0];
        for i in 0..3 {
            let (mut up, mut down) = (point, point);
            up[i] += 1e-5;
            down[i] -= 1e-5;
            let slope = (at(up).0 - at(down).0) / 2e-5;
            assert!((slope - at(point).1[i]).abs() < 1e-6 * slope.abs().max(1.0));
        }
    }

    #[test]
    fn no_spends_and_equal_ones_are_no_panic() {
        assert!(!GammaGamma::fit(&[]).proper);
        assert!(!GammaGamma::fit(&[Spend { orders: 3.0, mean: 10.0 }; 50]).proper);
    }
}
