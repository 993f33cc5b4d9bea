//! Complex exponential smoothing without season (Svetunkov, Kourentzes & Ord 2022): level and a second, "information
//! potential" state smoothed by one complex parameter `a0 + i a1`. It moves between stationary and trending on its own.
//!
//! ```text
//! e(t) = y(t) - l(t-1)
//! l(t) = l(t-1) - (1-a1) c(t-1) + (a0-a1) e(t)
//! c(t) = l(t-1) + (1-a0) c(t-1) + (a0+a1) e(t)
//! ```

use super::simplex::{MAX, Search};

/// A fitted model.
#[derive(Debug, Clone, Copy)]
pub struct Ces {
    /// Real part of the smoothing parameter.
    pub real: f64,
    /// Imaginary part.
    pub imaginary: f64,
}

impl Ces {
    #[inline]
    fn step(&self, (level, potential): (f64, f64), error: f64) -> (f64, f64) {
        (
            level - (1.0 - self.imaginary) * potential + (self.real - self.imaginary) * error,
            level + (1.0 - self.real) * potential + (self.real + self.imaginary) * error,
        )
    }

    /// Whether the filter forgets - the eigenvalues of `F - g w'` lie in the unit circle (Jury's conditions) - and the
    /// forecast does not explode: the largest eigenvalue of `F` is at most `growth`.
    fn is_sound(&self, growth: f64) -> bool {
        let (a0, a1) = (self.real, self.imaginary);
        let trace = 2.0 - 2.0 * a0 + a1;
        let determinant = (1.0 - a0 + a1) * (1.0 - a0) + (1.0 - a1) * (1.0 - a0 - a1);
        // F = [[1, a1 - 1], [1, 1 - a0]]: its polynomial at `growth` must not be negative.
        let at_growth = growth * growth - (2.0 - a0) * growth + (1.0 - a0) + (1.0 - a1);
        determinant < 1.0 && trace.abs() < 1.0 + determinant && at_growth >= 0.0
    }

    /// Runs over the values in the given order; the state after them, and the sum of squared errors.
    fn run<'a>(&self, values: impl Iterator<Item = &'a f64>, mut state: (f64, f64)) -> ((f64, f64), f64) {
        let mut sum = 0.0;
        for &value in values {
            let error = value - state.0;
            sum += error * error;
            state = self.step(state, error);
        }
        (state, sum)
    }

    /// The first state is where a run backwards from the end arrives.
    fn start(&self, y: &[f64]) -> (f64, f64) {
        let mean = y.iter().take(6).sum::<f64>() / y.len().clamp(1, 6) as f64;
        let (end, _) = self.run(y.iter(), (mean, mean * 0.1));
        // Backwards the same filter: its forecast leads out of the first value.
        let (back, _) = self.run(y.iter().rev(), end);
        if back.0.is_finite() && back.1.is_finite() { back } else { (mean, mean * 0.1) }
    }

    /// Fits by least squares.
    pub fn fit(y: &[f64]) -> Self {
        let build = |x: &[f64; MAX]| Self { real: x[0], imaginary: x[1] };
        let search = Search {
            dimension: 2,
            lower: [0.01, 0.01, 0.0, 0.0],
            upper: [2.5, 2.0, 0.0, 0.0],
            step: [0.15, 0.05, 0.0, 0.0],
            evaluations: 120,
            tolerance: 1e-6,
        };
        // Over as long as the history a forecast may grow some sevenfold (e^2): more is not in so short a record.
        let growth = 1.0 + 2.0 / y.len().max(1) as f64;
        let objective = |x: &[f64; MAX]| {
            let model = build(x);
            if !model.is_sound(growth) {
                return f64::INFINITY;
            }
            model.run(y.iter(), model.start(y)).1.max(1e-300).ln()
        };
        build(&search.run([1.3, 1.0, 0.0, 0.0], objective).at)
    }

    /// Expected values of the next `horizon` periods.
    pub fn forecast(&self, y: &[f64], horizon: usize) -> Vec<f64> {
        let (mut state, _) = self.run(y.iter(), self.start(y));
        (0..horizon)
            .map(|_| {
                let next = state.0;
                state = self.step(state, 0.0);
                next
            })
            .collect()
    }
}
