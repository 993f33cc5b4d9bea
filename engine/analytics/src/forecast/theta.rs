//! The Theta method and its optimised dynamic form.
//!
//! Source: Assimakopoulos & Nikolopoulos 2000; Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler 2016, "Models for
//! optimising the theta method and their relationship to state space models". With `l` the smoothed level, `A + B t` the
//! straight line through the values so far:
//!
//! ```text
//! mu(t)   = l(t-1) + (1 - 1/theta) ((1-alpha)^(t-1) A(t-1) + (1 - (1-alpha)^t) / alpha  B(t-1))
//! l(t)    = alpha y(t) + (1-alpha) l(t-1)
//! mean(t) = ((t-1) mean(t-1) + y(t)) / t
//! B(t)    = ((t-2) B(t-1) + 6 (y(t) - mean(t-1)) / t) / (t+1)
//! A(t)    = mean(t) - B(t) (t+1) / 2
//! ```
//!
//! The series given must have no season.

use super::simplex::{MAX, Search};

/// A fitted dynamic optimised Theta model. Units are those of the series.
#[derive(Debug, Clone, Copy)]
pub struct Theta {
    /// Smoothing of the level, in (0, 1).
    pub alpha: f64,
    /// Weight of the long-run line: 1 none, 2 half (the classical method), large all of it.
    pub theta: f64,
    /// Level before the first value.
    pub level: f64,
}

#[derive(Clone, Copy)]
struct State {
    time: f64,
    level: f64,
    mean: f64,
    slope: f64,
    intercept: f64,
    /// `(1-alpha)^t`
    decay: f64,
}

impl Theta {
    fn start(&self) -> State {
        State { time: 0.0, level: self.level, mean: 0.0, slope: 0.0, intercept: 0.0, decay: 1.0 }
    }

    #[inline]
    fn expected(&self, s: &State) -> f64 {
        let next = s.decay * (1.0 - self.alpha);
        s.level + (1.0 - 1.0 / self.theta) * (s.decay * s.intercept + (1.0 - next) / self.alpha * s.slope)
    }

    #[inline]
    fn step(&self, s: &mut State, y: f64) {
        let t = s.time + 1.0;
        let mean = (s.time * s.mean + y) / t;
        s.slope = if t > 1.0 { ((t - 2.0) * s.slope + 6.0 * (y - s.mean) / t) / (t + 1.0) } else { 0.0 };
        s.intercept = mean - s.slope * (t + 1.0) / 2.0;
        s.mean = mean;
        s.level = self.alpha * y + (1.0 - self.alpha) * s.level;
        s.decay *= 1.0 - self.alpha;
        s.time = t;
    }

    /// Sum of squared one-step errors from the third value on: the line needs two.
    fn squares(&self, y: &[f64]) -> f64 {
        let mut state = self.start();
        let mut sum = 0.0;
        for (t, &value) in y.iter().enumerate() {
            if t >= 2 {
                let error = value - self.expected(&state);
                sum += error * error;
            }
            self.step(&mut state, value);
        }
        sum
    }

    /// Fits level, alpha and theta by least squares.
    pub fn fit(y: &[f64]) -> Self {
        let first = y.first().copied().unwrap_or(0.0);
        let spread = (y.iter().map(|v| (v - first).abs()).sum::<f64>() / y.len().max(1) as f64)
            .max(first.abs() * 1e-3)
            .max(1e-9);
        // The level is searched in units of the spread, so that one tolerance suits all series.
        let build = |x: &[f64; MAX]| Self { alpha: x[0], theta: 1.0 / (1.0 - x[1]), level: first + x[2] * spread };
        let search = Search {
            dimension: 3,
            lower: [0.1, 0.0, -50.0, 0.0],
            upper: [0.99, 0.99, 50.0, 0.0],
            step: [0.2, 0.2, 0.5, 0.0],
            evaluations: 200,
            tolerance: 1e-6,
        };
        build(&search.run([0.5, 0.5, 0.0, 0.0], |x| build(x).squares(y).max(1e-300).ln()).at)
    }

    /// Expected values of the next `horizon` periods: the line goes on through the expected values.
    pub fn forecast(&self, y: &[f64], horizon: usize) -> Vec<f64> {
        let mut state = self.start();
        y.iter().for_each(|&value| self.step(&mut state, value));
        (0..horizon)
            .map(|_| {
                let next = self.expected(&state);
                self.step(&mut state, next);
                next
            })
            .collect()
    }
}
