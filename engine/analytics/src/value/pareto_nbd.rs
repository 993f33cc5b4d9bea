//! How often a customer will order, if they may leave at any moment: Pareto/NBD.

use super::{
    history::Group,
    likelihood::{Fitted, Prior, fit},
    special::{digamma, gauss_legendre, ln_gamma},
};

/// The model of Schmittlein, Morrison & Colombo (1987): a living customer orders at random at a rate λ, Gamma(r, α) over
/// customers, and leaves at a rate μ, Gamma(s, β), ordering or not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParetoNbd {
    /// The shape of the rates of ordering.
    pub r: f64,
    /// Their scale, in weeks.
    pub alpha: f64,
    /// The shape of the rates of leaving.
    pub s: f64,
    /// Their scale, in weeks.
    pub beta: f64,
}

/// The points at which integrals are taken: few for a flat integrand, more for a steep one.
#[derive(Debug, Clone)]
pub struct Nodes {
    few: Vec<(f64, f64)>,
    many: Vec<(f64, f64)>,
}

impl Default for Nodes {
    /// 10 and 32 points.
    fn default() -> Self {
        Self { few: gauss_legendre(10), many: gauss_legendre(32) }
    }
}

/// The logarithms of the two parts of a customer's likelihood (without what is common to both), and the integral's slopes.
struct Parts {
    ln_alive: f64,
    ln_gone: f64,
    /// Means over the integrand of ln(α+τ), 1/(α+τ), ln(β+τ), 1/(β+τ).
    means: [f64; 4],
}

impl ParetoNbd {
    /// The parameters under which `groups` are likeliest.
    pub fn fit(groups: &[Group], prior: Option<&Prior<4>>, start: [f64; 4]) -> Fitted<4> {
        let customers = groups.iter().map(|g| g.customers).sum();
        let nodes = Nodes::default();
        fit(start, customers, prior, |&[r, alpha, s, beta]| ParetoNbd { r, alpha, s, beta }.likelihood(groups, &nodes))
    }

    /// The logarithm of the likelihood of `groups`, and its gradient by r, α, s, β.
    ///
    /// Of a customer: ln Γ(r+x)/Γ(r) + r ln α + s ln β + ln(alive + gone), where alive = (α+T)^-(r+x) (β+T)^-s and
    /// gone = s ∫ (α+τ)^-(r+x) (β+τ)^-(s+1) dτ from t_x to T. The papers write the integral by 2F1; taken by quadrature
    /// it has no cancellation, and its slopes come along.
    pub fn likelihood(&self, groups: &[Group], nodes: &Nodes) -> (f64, [f64; 4]) {
        let &Self { r, alpha, s, beta } = self;
        let (mut sum, mut slope) = (0.0, [0.0; 4]);
        for same in groups.chunk_by(|a, b| a.repeats == b.repeats) {
            let x = same.first().map_or(0.0, |g| f64::from(g.repeats));
            let value = ln_gamma(r + x) - ln_gamma(r) + r * alpha.ln() + s * beta.ln();
            let slopes = [digamma(r + x) - digamma(r) + alpha.ln(), r / alpha, beta.ln(), s / beta];
            for group in same {
                let parts = self.parts(group, nodes);
                let gone = 1.0 / (1.0 + (parts.ln_alive - parts.ln_gone).exp());
                let alive = 1.0 - gone;
                let (age, leaving) = (alpha + group.age, beta + group.age);
                let [ln_age, inverse_age, ln_leaving, inverse_leaving] = parts.means;
                let n = group.customers;
                sum += n * (value + parts.ln_alive.max(parts.ln_gone) + ln_sum(parts.ln_alive, parts.ln_gone));
                slope[0] += n * (slopes[0] - alive * age.ln() - gone * ln_age);
                slope[1] += n * (slopes[1] - (r + x) * (alive / age + gone * inverse_age));
                slope[2] += n * (slopes[2] - alive * leaving.ln() + gone * (1.0 / s - ln_leaving));
                slope[3] += n * (slopes[3] - alive * s / leaving - gone * (s + 1.0) * inverse_leaving);
            }
        }
        (sum, slope)
    }

    /// The integral runs over v = ln(m+τ), m the lesser of α and β: there the integrand has no scale below one.
    fn parts(&self, group: &Group, nodes: &Nodes) -> Parts {
        let &Self { r, alpha, s, beta } = self;
        let shape = r + f64::from(group.repeats);
        let ln_alive = -shape * (alpha + group.age).ln() - s * (beta + group.age).ln();
        let least = alpha.min(beta);
        let from = least + group.recency;
        let mut range = ((least + group.age) / from).ln();
        if range <= 0.0 {
            return Parts { ln_alive, ln_gone: f64::NEG_INFINITY, means: [0.0; 4] };
        }
        // How fast the integrand falls at its beginning, where it is steepest relative to itself or grows so: past 45
        // units of the exponent nothing is left.
        let fall = |at: f64| shape * at / (at - least + alpha) + (s + 1.0) * at / (at - least + beta) - 1.0;
        let slowest = fall(from).min(fall(least + group.age));
        if slowest * range > 45.0 {
            range = 45.0 / slowest;
        }
        let steep = fall(from).abs().max(fall(least + group.age).abs()) * range;
        let nodes = if steep < 3.0 && range < 1.5 { &nodes.few } else { &nodes.many };
        let top = -shape * (alpha + group.recency).ln() - (s + 1.0) * (beta + group.recency).ln();
        let (mut total, mut means) = (0.0, [0.0; 4]);
        for &(node, weight) in nodes {
            let stretched = from * (node * range).exp();
            let (ordering, leaving) = (stretched - least + alpha, stretched - least + beta);
            let (ln_ordering, ln_leaving) = (ordering.ln(), leaving.ln());
            let part = weight * stretched * (-shape * ln_ordering - (s + 1.0) * ln_leaving - top).exp();
            total += part;
            means[0] += part * ln_ordering;
            means[1] += part / ordering;
            means[2] += part * ln_leaving;
            means[3] += part / leaving;
        }
        Parts { ln_alive, ln_gone: s.ln() + top + (total * range).ln(), means: means.map(|m| m / total) }
    }

    /// The probability that the customer has not left.
    pub fn p_alive(&self, group: &Group, nodes: &Nodes) -> f64 {
        let parts = self.parts(group, nodes);
        1.0 / (1.0 + (parts.ln_gone - parts.ln_alive).exp())
    }

    /// The expected orders of the customer in the next `weeks`:
    /// P(alive) (r+x)/(α+T) ∫ ((β+T)/(β+T+u))^s du from 0 to t, which is (β+T) (1 - q^(s-1)) / (s-1), q = (β+T)/(β+T+t).
    pub fn expected(&self, group: &Group, weeks: f64, nodes: &Nodes) -> f64 {
        let (age, leaving) = (self.alpha + group.age, self.beta + group.age);
        let grown = (weeks.max(0.0) / leaving).ln_1p();
        let power = (self.s - 1.0) * grown;
        let stretch = if power.abs() < 1e-12 { grown } else { -(-power).exp_m1() / (self.s - 1.0) };
        self.p_alive(group, nodes) * (self.r + f64::from(group.repeats)) / age * leaving * stretch
    }

    /// The probability of no order in the next `weeks`: 1 - P(alive) ∫ f(u) du, where f is the density of the next order,
    /// (r+x) (α+T)^(r+x) / (α+T+u)^(r+x+1), while still alive, ((β+T)/(β+T+u))^s.
    pub fn p_none(&self, group: &Group, weeks: f64, nodes: &Nodes) -> f64 {
        let shape = self.r + f64::from(group.repeats);
        let (age, leaving) = (self.alpha + group.age, self.beta + group.age);
        // Over the quantiles of the next order the integrand is the chance to be alive, which is smooth.
        let within = -(-shape * (weeks.max(0.0) / age).ln_1p()).exp_m1();
        let alive = |quantile: f64| {
            let after = age * (-(-quantile).ln_1p() / shape).exp_m1();
            (-self.s * (after / leaving).ln_1p()).exp()
        };
        let comes: f64 = nodes.many.iter().map(|&(node, weight)| weight * alive(node * within)).sum();
        (1.0 - self.p_alive(group, nodes) * within * comes).clamp(0.0, 1.0)
    }
}

/// ln(e^a + e^b) less the greater of the two.
fn ln_sum(a: f64, b: f64) -> f64 {
    (-(a - b).abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(repeats: u32, recency: f64, age: f64) -> Group {
        Group { repeats, recency, age, customers: 1.0 }
    }

    #[test]
    fn the_gradient_is_the_slope() {
        let nodes = Nodes::default();
        let groups = [group(0, 0.0, 30.0), group(1, 2.0, 30.0), group(5, 25.0, 28.0), group(40, 30.0, 39.0)];
        for point in [[0.5, 10.0, 0.6, 12.0], [0.3, 1.0, 2.0, 40.0]] {
            let at = |p: [f64; 4]| ParetoNbd { r: p[0], alpha: p[1], s: p[2], beta: p[3] }.likelihood(&groups, &nodes);
            for i in 0..4 {
                let (mut up, mut down) = (point, point);
                up[i] += 1e-5;
                down[i] -= 1e-5;
                let slope = (at(up).0 - at(down).0) / 2e-5;
                assert!((slope - at(point).1[i]).abs() < 1e-5 * slope.abs().max(1.0), "{i}: {slope} {:?}", at(point).1);
            }
        }
    }

    #[test]
    fn the_integral_is_exact_where_it_is_known() {
        // With α = β the integral is a power: ((α+t_x)^-(r+s+x) - (α+T)^-(r+s+x)) / (r+s+x).
        let nodes = Nodes::default();
        for (x, recency, age) in [(0_u32, 0.0, 39.0), (3, 1.0, 300.0), (400, 20.0, 60.0), (2, 30.0, 31.0)] {
            let model = ParetoNbd { r: 0.55, alpha: 6.0, s: 0.6, beta: 6.0 };
            let power = 1.15 + f64::from(x);
            let wanted = 0.6_f64.ln() - power.ln() - power * (6.0_f64 + recency).ln()
                + (-((6.0 + age) / (6.0 + recency)).powf(-power)).ln_1p();
            let found = model.parts(&group(x, recency, age), &nodes).ln_gone;
            assert!((found - wanted).abs() < 1e-8, "{x}: {found} {wanted}");
        }
    }

    #[test]
    fn extremes_are_numbers() {
        let nodes = Nodes::default();
        for model in [
            ParetoNbd { r: 0.55, alpha: 10.6, s: 0.61, beta: 11.7 },
            ParetoNbd { r: 5.0, alpha: 0.01, s: 1.0, beta: 5000.0 },
            ParetoNbd { r: 0.05, alpha: 900.0, s: 3.0, beta: 0.01 },
        ] {
            for group in [group(0, 0.0, 0.0), group(0, 0.0, 1e5), group(5000, 10.0, 5000.0), group(5000, 52.0, 52.0)] {
                for weeks in [0.0, 1.0, 52.0, 5200.0] {
                    let (orders, none) = (model.expected(&group, weeks, &nodes), model.p_none(&group, weeks, &nodes));
                    assert!(orders.is_finite() && orders >= 0.0, "{orders} of {group:?} by {model:?}");
                    assert!((0.0..=1.0).contains(&none), "{none}");
                }
            }
        }
    }
}
