//! Logistic regression with a Gaussian prior, by Newton's method (iteratively reweighted least squares).

/// How strongly the weights are drawn to their priors, in units of one observation of unit variance.
const PRIOR_STRENGTH: f64 = 3.0;

/// Observations: features, and whether it happened.
pub(super) struct Rows<const N: usize> {
    pub features: Vec<[f64; N]>,
    pub happened: Vec<bool>,
}

impl<const N: usize> Rows<N> {
    pub fn new() -> Self {
        Self { features: Vec::new(), happened: Vec::new() }
    }

    pub fn push(&mut self, features: [f64; N], happened: bool) {
        self.features.push(features);
        self.happened.push(happened);
    }
}

/// P(happens) = 1 / (1 + exp(-w x)).
pub(super) fn probability<const N: usize>(weights: &[f64; N], features: &[f64; N]) -> f64 {
    1.0 / (1.0 + (-dot(weights, features)).exp())
}

/// The weights of highest posterior probability given `prior` as their mean. With no rows, the prior itself.
pub(super) fn fit<const N: usize>(rows: &Rows<N>, prior: [f64; N]) -> [f64; N] {
    let mut weights = prior;
    let mut before = loss(rows, &prior, &weights);
    for _ in 0..30 {
        let Some(step) = newton(rows, &prior, &weights) else { break };
        // Halved until it does not make things worse: a full step can overshoot far from the optimum.
        let next = (0..12).find_map(|halvings| {
            let scale = 0.5_f64.powi(halvings);
            let mut next = weights;
            next.iter_mut().zip(&step).for_each(|(weight, step)| *weight -= scale * step);
            let loss = loss(rows, &prior, &next);
            (loss <= before).then_some((next, loss))
        });
        let Some((next, after)) = next else { break };
        weights = next;
        let gained = before - after;
        before = after;
        if gained <= 1e-9 * after.abs() {
            break;
        }
    }
    weights
}

fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The negative log posterior, but for a constant.
fn loss<const N: usize>(rows: &Rows<N>, prior: &[f64; N], weights: &[f64; N]) -> f64 {
    let distance: f64 = weights.iter().zip(prior).map(|(weight, prior)| (weight - prior).powi(2)).sum();
    let fit: f64 = rows
        .features
        .iter()
        .zip(&rows.happened)
        .map(|(features, &happened)| {
            let z = dot(weights, features);
            let z = if happened { -z } else { z };
            // ln(1 + e^z) without overflow.
            z.max(0.0) + (-z.abs()).exp().ln_1p()
        })
        .sum();
    fit + 0.5 * PRIOR_STRENGTH * distance
}

/// The Newton step: the inverse of the Hessian times the gradient.
fn newton<const N: usize>(rows: &Rows<N>, prior: &[f64; N], weights: &[f64; N]) -> Option<[f64; N]> {
    let mut gradient = [0.0; N];
    let mut hessian = [[0.0; N]; N];
    for i in 0..N {
        gradient[i] = PRIOR_STRENGTH * (weights[i] - prior[i]);
        hessian[i][i] = PRIOR_STRENGTH;
    }
    for (features, &happened) in rows.features.iter().zip(&rows.happened) {
        let p = probability(weights, features);
        let error = p - f64::from(u8::from(happened));
        let spread = p * (1.0 - p);
        for i in 0..N {
            gradient[i] += error * features[i];
            for j in 0..=i {
                hessian[i][j] += spread * features[i] * features[j];
            }
        }
    }
    solve(hessian, gradient)
}

/// Solves a symmetric positive definite system, given by its lower half, by Cholesky decomposition.
fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> Option<[f64; N]> {
    for i in 0..N {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            let rest = a[i][j] - sum;
            if i != j {
                a[i][j] = rest / a[j][j];
            } else if rest > 0.0 && rest.is_finite() {
                a[i][i] = rest.sqrt();
            } else {
                return None;
            }
        }
    }
    for i in 0..N {
        let sum: f64 = (0..i).map(|k| a[i][k] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i][i];
    }
    for i in (0..N).rev() {
        let sum: f64 = (i + 1..N).map(|k| a[k][i] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i][i];
    }
    Some(b)
}

#[cfg(test)]
mod tests {
    use super::{Rows, fit, probability, solve};

    #[test]
    fn a_system_is_solved() {
        let x = solve([[4.0, 0.0, 0.0], [2.0, 5.0, 0.0], [1.0, 3.0, 6.0]], [11.0, 21.0, 25.0]);
        let x = x.unwrap();
        for (row, sum) in [([4.0, 2.0, 1.0], 11.0), ([2.0, 5.0, 3.0], 21.0), ([1.0, 3.0, 6.0], 25.0)] {
            assert!((row[0] * x[0] + row[1] * x[1] + row[2] * x[2] - sum).abs() < 1e-9);
        }
        assert_eq!(solve([[0.0]], [1.0]), None);
    }

    #[test]
    fn many_rows_give_the_rate_and_none_give_the_prior() {
        let mut rows = Rows::new();
        for turn in 0..100_000 {
            rows.push([1.0, f64::from(turn % 2)], if turn % 2 == 0 { turn % 10 == 0 } else { turn % 10 < 8 });
        }
        let weights = fit(&rows, [0.0, 0.0]);
        assert!((probability(&weights, &[1.0, 0.0]) - 0.2).abs() < 1e-3);
        assert!((probability(&weights, &[1.0, 1.0]) - 0.8).abs() < 1e-3);
        assert_eq!(fit(&Rows::new(), [0.5, -2.0]), [0.5, -2.0]);
    }
}
