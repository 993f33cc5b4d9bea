//! The airline model (Box & Jenkins 1976): seasonal differences of changes, and two moving averages of what came unexpected.
//!
//! ```text
//! (1 - B)(1 - B^m) z(t) = (1 - theta B)(1 - Theta B^m) e(t)
//! ```
//!
//! `z` is the series after a Box-Cox transform with an exponent of 0 (logarithms), one half (roots) or 1 (as it is). Which of
//! them, the series' own past says: the one whose forecasts from origins a year apart were off by least.

use super::simplex::{MAX, Search};

/// The exponents that are tried.
const EXPONENTS: [f64; 3] = [0.0, 0.5, 1.0];

/// Origins at which an exponent is tried, a season apart, and how many seasons ahead of each.
const ORIGINS: usize = 6;
const SEASONS_AHEAD: f64 = 1.5;

/// Fewest seasons before an origin.
const LEAST: usize = 4;

/// A fitted model. Units are those of the transformed series.
#[derive(Debug, Clone, Copy)]
pub struct Airline {
    /// Moving average of the change.
    pub theta: f64,
    /// Moving average of the season, below 1.
    pub seasonal: f64,
    /// Exponent of the transform.
    pub exponent: f64,
    period: usize,
}

impl Airline {
    /// Fits by conditional least squares; none where the history is too short for it. A series that is not positive throughout
    /// is taken as it is.
    pub fn fit(y: &[f64], period: usize) -> Option<Self> {
        if period < 2 || y.len() < (LEAST + 2) * period {
            return None;
        }
        let positive = y.iter().all(|v| *v > 0.0);
        let candidates = EXPONENTS.iter().filter(|exponent| positive || **exponent == 1.0);
        let tried = candidates.map(|exponent| {
            let model = Self::fitted(&transformed(y, *exponent), period, *exponent);
            (model.held_out(y), model)
        });
        tried.min_by(|a, b| a.0.total_cmp(&b.0)).map(|one| one.1)
    }

    fn fitted(z: &[f64], period: usize, exponent: f64) -> Self {
        let changes = differences(z, period);
        let build = |x: &[f64; MAX]| Self { theta: x[0], seasonal: x[1], exponent, period };
        let search = Search {
            dimension: 2,
            lower: [-0.9, 0.0, 0.0, 0.0],
            upper: [0.98, 0.9, 0.0, 0.0],
            step: [0.2, 0.2, 0.0, 0.0],
            evaluations: 120,
            tolerance: 1e-6,
        };
        let squares = |x: &[f64; MAX]| {
            let errors = build(x).errors(&changes);
            errors.iter().map(|e| e * e).sum::<f64>().max(1e-300).ln()
        };
        build(&search.run([0.4, 0.6, 0.0, 0.0], squares).at)
    }

    /// Errors one step ahead, after as many zeros as the model looks back.
    fn errors(&self, changes: &[f64]) -> Vec<f64> {
        let mut errors = vec![0.0; self.period + 1];
        for change in changes {
            let next = change - self.expected(&errors);
            errors.push(next);
        }
        errors
    }

    /// The next difference, from the errors so far.
    fn expected(&self, errors: &[f64]) -> f64 {
        let ago = |k: usize| errors[errors.len() - k];
        self.theta * self.seasonal * ago(self.period + 1) - self.theta * ago(1) - self.seasonal * ago(self.period)
    }

    /// Expected values of the next `horizon` periods.
    pub fn forecast(&self, y: &[f64], horizon: usize) -> Vec<f64> {
        let mut z = transformed(y, self.exponent);
        let mut errors = self.errors(&differences(&z, self.period));
        for _ in 0..horizon {
            let t = z.len();
            z.push(z[t - 1] + z[t - self.period] - z[t - self.period - 1] + self.expected(&errors));
            errors.push(0.0);
        }
        z[y.len()..].iter().map(|v| restored(*v, self.exponent)).collect()
    }

    /// Sum of the absolute errors of its forecasts at the origins.
    fn held_out(&self, y: &[f64]) -> f64 {
        let distance = (SEASONS_AHEAD * self.period as f64) as usize;
        let ends = (0..ORIGINS).map_while(|k| y.len().checked_sub(distance + k * self.period));
        let ends = ends.take_while(|end| *end >= LEAST * self.period);
        let off = |end: usize| -> f64 {
            let values = self.forecast(&y[..end], distance);
            values.iter().zip(&y[end..]).map(|(value, came)| (value - came).abs()).sum()
        };
        ends.map(off).sum()
    }
}

/// `z(t) - z(t-1) - z(t-m) + z(t-m-1)`, from the first that there is.
fn differences(z: &[f64], period: usize) -> Vec<f64> {
    (period + 1..z.len()).map(|t| z[t] - z[t - 1] - z[t - period] + z[t - period - 1]).collect()
}

fn transformed(y: &[f64], exponent: f64) -> Vec<f64> {
    let one = |v: &f64| match exponent {
        0.0 => v.ln(),
        1.0 => *v,
        _ => (v.powf(exponent) - 1.0) / exponent,
    };
    y.iter().map(one).collect()
}

fn restored(z: f64, exponent: f64) -> f64 {
    match exponent {
        0.0 => z.exp(),
        1.0 => z,
        _ => (z * exponent + 1.0).max(0.0).powf(1.0 / exponent),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SEASON: [f64; 12] = [0.0, -2.0, 1.0, 3.0, 2.0, 0.0, -1.0, 4.0, 1.0, 2.0, 5.0, 12.0];

    #[test]
    fn a_line_with_a_season_goes_on() {
        let value = |t: usize| 50.0 + 0.5 * t as f64 + SEASON[t % 12];
        let y: Vec<f64> = (0..180).map(value).collect();
        let model = Airline::fit(&y, 12).unwrap();
        for (h, forecast) in model.forecast(&y, 18).into_iter().enumerate() {
            assert!((forecast - value(180 + h)).abs() < 0.1, "{h}: {forecast} {model:?}");
        }
        assert_eq!(model.exponent, 1.0);
    }

    #[test]
    fn growth_in_percent_is_told_from_growth_in_pieces() {
        let noise = |t: usize| ((t * 7919 % 101) as f64 / 101.0 - 0.5) * 0.02;
        let value = |t: usize| (3.0 + 0.01 * t as f64 + SEASON[t % 12] / 20.0 + noise(t)).exp();
        let y: Vec<f64> = (0..240).map(value).collect();
        let model = Airline::fit(&y, 12).unwrap();
        assert_eq!(model.exponent, 0.0);
        let values = model.forecast(&y, 18);
        assert!(values.iter().enumerate().all(|(h, v)| (v / value(240 + h) - 1.0).abs() < 0.1), "{values:?}");
    }

    #[test]
    fn what_is_short_or_not_positive_is_seen() {
        assert!(Airline::fit(&[1.0; 71], 12).is_none());
        assert!(Airline::fit(&[1.0; 200], 1).is_none());
        let refunds: Vec<f64> = (0..120).map(|t| SEASON[t % 12] - 1.0).collect();
        assert_eq!(Airline::fit(&refunds, 12).unwrap().exponent, 1.0);
    }
}
