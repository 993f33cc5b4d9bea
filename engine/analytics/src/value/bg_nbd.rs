//! How often a customer will order, if each order may be the last: BG/NBD and MBG/NBD.

use super::{
    history::Group,
    likelihood::{Fitted, Prior, fit},
    special::{digamma, ln_gamma},
};

/// The model of Fader, Hardie & Lee (2005), "Counting your customers" the easy way, and its modification by Batislam,
/// Denizel & Filiztekin (2007).
///
/// A living customer orders at random at a rate λ, which is Gamma(r, α) over customers; after each order the customer is
/// gone with a probability p, which is Beta(a, b). In BG/NBD the first order is spared (`at_once` is false): whoever never
/// came again is surely alive. In MBG/NBD it is not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BgNbd {
    /// The shape of the rates: the smaller, the more customers differ.
    pub r: f64,
    /// The scale of the rates, in weeks.
    pub alpha: f64,
    /// The first parameter of the probability to leave, whose mean is a / (a + b).
    pub a: f64,
    /// The second one.
    pub b: f64,
    /// Whether a customer may be gone right after the first order.
    pub at_once: bool,
}

impl BgNbd {
    /// The parameters under which `groups` are likeliest.
    pub fn fit(groups: &[Group], at_once: bool, prior: Option<&Prior<4>>, start: [f64; 4]) -> Fitted<4> {
        let customers = groups.iter().map(|g| g.customers).sum();
        fit(start, customers, prior, |&[r, alpha, a, b]| BgNbd { r, alpha, a, b, at_once }.likelihood(groups))
    }

    /// The logarithm of the likelihood of `groups`, and its gradient by r, α, a, b.
    ///
    /// Of a customer: ln Γ(r+x)/Γ(r) + r ln α + ln Γ(a+b)Γ(b+y)/Γ(b)Γ(a+b+y) - (r+x) ln(α+T) + ln(1+u), where y is the
    /// number of times that the customer did not leave: x, or x+1 if `at_once`; and u, see [`Self::odds`].
    pub fn likelihood(&self, groups: &[Group]) -> (f64, [f64; 4]) {
        let &Self { r, alpha, a, b, at_once } = self;
        let (mut sum, mut slope) = (0.0, [0.0; 4]);
        let common = r * alpha.ln() - ln_gamma(r) + ln_gamma(a + b) - ln_gamma(b);
        let both = digamma(a + b);
        let common_slope = [alpha.ln() - digamma(r), r / alpha, both, both - digamma(b)];
        // Groups come by rising repeats, and all that is costly hangs on the repeats alone.
        for same in groups.chunk_by(|a, b| a.repeats == b.repeats) {
            let x = same.first().map_or(0.0, |g| f64::from(g.repeats));
            let stayed = if at_once { x + 1.0 } else { x };
            let value = common + ln_gamma(r + x) + ln_gamma(b + stayed) - ln_gamma(a + b + stayed);
            let left = digamma(a + b + stayed);
            let slopes = [
                common_slope[0] + digamma(r + x),
                common_slope[1],
                common_slope[2] - left,
                common_slope[3] + digamma(b + stayed) - left,
            ];
            for group in same {
                let (age, recency) = (alpha + group.age, alpha + group.recency);
                let (ln_age, ln_recency) = (age.ln(), recency.ln());
                let shape = r + x;
                let (ln_odds, chances) = self.odds(x, ln_age, ln_recency);
                let gone = 1.0 / (1.0 + (-ln_odds).exp());
                let n = group.customers;
                sum += n * (value - shape * ln_age + soft_plus(ln_odds));
                slope[0] += n * (slopes[0] - ln_age + gone * (ln_age - ln_recency));
                slope[1] += n * (slopes[1] - shape / age + gone * shape * (1.0 / age - 1.0 / recency));
                slope[2] += n * (slopes[2] + gone / a);
                slope[3] += n * (slopes[3] - gone / chances);
            }
        }
        (sum, slope)
    }

    /// The logarithm of u, the odds that the customer is gone, and b + (the orders survived) - 1:
    /// u = a/(b+y-1) · ((α+T)/(α+t_x))^(r+x), and 0 for whoever cannot have left yet.
    fn odds(&self, x: f64, ln_age: f64, ln_recency: f64) -> (f64, f64) {
        if x == 0.0 && !self.at_once {
            return (f64::NEG_INFINITY, 1.0);
        }
        let chances = if self.at_once { self.b + x } else { self.b + x - 1.0 };
        ((self.a / chances).ln() + (self.r + x) * (ln_age - ln_recency), chances)
    }

    /// The probability that the customer will ever order again. A trap in BG/NBD: it is 1 without a repeat order.
    pub fn p_alive(&self, group: &Group) -> f64 {
        let x = f64::from(group.repeats);
        let (ln_odds, _) = self.odds(x, (self.alpha + group.age).ln(), (self.alpha + group.recency).ln());
        1.0 / (1.0 + ln_odds.exp())
    }

    /// The expected orders of the customer in the next `weeks`.
    ///
    /// The papers' 2F1 loses digits near a = 1. It is summed here as what it means: without leaving, the number n of orders
    /// is negative binomial with shape r+x and z = t/(α+T+t); of n attempts Sₙ = Σ_{j<n} E[(1-p)^j] happen. All terms are
    /// positive.
    pub fn expected(&self, group: &Group, weeks: f64) -> f64 {
        let x = f64::from(group.repeats);
        let stayed = if self.at_once { x + 1.0 } else { x };
        let (shape, scale) = (self.r + x, self.alpha + group.age);
        if weeks.is_nan() || weeks <= 0.0 || shape <= 0.0 {
            return 0.0;
        }
        let z = weeks / (scale + weeks);
        self.p_alive(group) * orders_if_alive(shape, z, self.a, self.b + stayed)
    }

    /// The probability of no order in the next `weeks`: the customer is gone, or alive and quiet.
    pub fn p_none(&self, group: &Group, weeks: f64) -> f64 {
        let (shape, scale) = (self.r + f64::from(group.repeats), self.alpha + group.age);
        let quiet = (-shape * (weeks.max(0.0) / scale).ln_1p()).exp();
        1.0 - self.p_alive(group) * (1.0 - quiet)
    }
}

/// ln(1 + e^x) without overflow.
fn soft_plus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// Σₙ NB(n; shape, z) Sₙ with E[(1-p)^j] = (b)_j / (a+b)_j for p ~ Beta(a, b).
fn orders_if_alive(shape: f64, z: f64, a: f64, b: f64) -> f64 {
    let mean = shape * z / (1.0 - z);
    let deviation = (mean / (1.0 - z)).sqrt();
    // Far from the mean the terms are nothing, and the first of them may be too small for a double.
    let skip = if shape * -(-z).ln_1p() > 600.0 { (mean - 12.0 * deviation).max(0.0).floor() } else { 0.0 };
    let last = (mean + 60.0 * deviation + 60.0 / (1.0 - z)).min(skip + 2e6);
    let (mut happened, mut stays, mut n) = (0.0, 1.0, 0.0);
    while n < skip {
        happened += stays;
        stays *= (b + n) / (a + b + n);
        n += 1.0;
    }
    let start = ln_gamma(shape + n) - ln_gamma(shape) - ln_gamma(n + 1.0) + shape * (-z).ln_1p() + n * z.ln();
    let (mut weight, mut seen, mut sum) = (start.exp(), 0.0, 0.0);
    while n <= last {
        sum += weight * happened;
        seen += weight;
        if 1.0 - seen < 1e-12 {
            break;
        }
        happened += stays;
        stays *= (b + n) / (a + b + n);
        weight *= z * (shape + n) / (n + 1.0);
        n += 1.0;
        // The rest is a geometric series at most, and even all of it is too little to count.
        let rest = weight * (happened + (1.0 - z).recip()) / (1.0 - (z * (shape + n) / (n + 1.0)).min(1.0 - 1e-9));
        if n > mean && rest < 1e-12 * sum {
            break;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    const CDNOW: BgNbd = BgNbd { r: 0.2426, alpha: 4.4135, a: 0.7929, b: 2.4258, at_once: false };

    fn group(repeats: u32, recency: f64, age: f64) -> Group {
        Group { repeats, recency, age, customers: 1.0 }
    }

    #[test]
    fn the_customer_of_the_paper() {
        // Fader, Hardie & Lee's note on the spreadsheet: x = 2, t_x = 30.43, T = 38.86 expects 1.226 orders in 39 weeks.
        let paper = BgNbd { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426, at_once: false };
        assert!((paper.expected(&group(2, 30.43, 38.86), 39.0) - 1.226).abs() < 5e-4);
    }

    #[test]
    fn the_gradient_is_the_slope() {
        let groups = [group(0, 0.0, 30.0), group(1, 2.0, 30.0), group(5, 25.0, 28.0), group(40, 30.0, 39.0)];
        for at_once in [false, true] {
            let at = |p: [f64; 4]| BgNbd { r: p[0], alpha: p[1], a: p[2], b: p[3], at_once }.likelihood(&groups);
            let point = [0.3, 5.0, 0.9, 2.0];
            for i in 0..4 {
                let (mut up, mut down) = (point, point);
                up[i] += 1e-5;
                down[i] -= 1e-5;
                let slope = (at(up).0 - at(down).0) / 2e-5;
                assert!((slope - at(point).1[i]).abs() < 1e-6 * slope.abs().max(1.0), "{i}: {slope} {:?}", at(point).1);
            }
        }
    }

    #[test]
    fn the_sum_agrees_with_direct_integration() {
        let nodes = super::super::special::gauss_legendre(200);
        for (a, b) in [(0.8, 2.4), (1.0, 3.0), (2.5, 1.2)] {
            for (x, t) in [(0_u32, 39.0), (1, 520.0), (7, 4.0), (300, 52.0)] {
                let model = BgNbd { r: 0.5, alpha: 8.0, a, b, at_once: false };
                let history = group(x, 20.0, 20.0);
                let (shape, scale, b) = (0.5 + f64::from(x), 28.0, b + f64::from(x));
                // p = u^4 takes away the pole of the density at 0.
                let (mut sum, mut mass) = (0.0, 0.0);
                for &(u, w) in &nodes {
                    let p: f64 = u.powi(4);
                    let density = w * 4.0 * u.powi(3) * p.powf(a - 1.0) * (1.0 - p).powf(b - 1.0);
                    mass += density;
                    sum += density * (1.0 - (1.0 + p * t / scale).powf(-shape)) / p;
                }
                let found = model.expected(&history, t) / model.p_alive(&history);
                assert!((found / (sum / mass) - 1.0).abs() < 1e-4, "{a} {b} {x}: {found} {}", sum / mass);
            }
        }
    }

    #[test]
    fn extremes_are_numbers() {
        for at_once in [false, true] {
            let model = BgNbd { at_once, ..CDNOW };
            for group in [group(0, 0.0, 0.0), group(0, 0.0, 1e5), group(5000, 10.0, 5000.0), group(5000, 52.0, 52.0)] {
                for weeks in [0.0, 1.0, 52.0, 5200.0] {
                    let (orders, none) = (model.expected(&group, weeks), model.p_none(&group, weeks));
                    assert!(orders.is_finite() && orders >= 0.0, "{orders} of {group:?}");
                    assert!((0.0..=1.0).contains(&none) && model.p_alive(&group) <= 1.0);
                }
            }
        }
    }
}
