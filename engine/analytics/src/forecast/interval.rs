//! Prediction intervals from the errors of the backtest.
//!
//! The variance is a line in the steps ahead, `v(h) = a + b h`, `a, b >= 0`, fitted to the squared backtest errors: a level
//! that wanders adds a variance with each step, noise does not. A prior - the variance of one-step changes, growing with
//! the steps - counts as one more origin, so that one lucky origin does not promise certainty. How many deviations wide
//! the interval is, the errors themselves say (as in conformal prediction). Where there is no season to hold on to, a history
//! with room for few origins has hardly shown how far its level wanders: the prior then weighs more and grows faster. The
//! constants were chosen by coverage and interval score within the training parts of M3.

/// Standard deviations of the error, 1 to `horizon` steps ahead, in the units of the series.
///
/// `errors`: step ahead and error of all origins.
pub fn deviations(errors: &[(usize, f64)], prior: &Prior, horizon: usize) -> Vec<f64> {
    let (weight, growth) = prior.of(by_origin(errors).count());
    let (mut w, mut wx, mut wxx, mut wy, mut wxy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut add = |h: f64, square: f64, weight: f64| {
        // Far steps are few and correlated: they say less.
        let weight = weight / (1.0 + h);
        w += weight;
        wx += weight * h;
        wxx += weight * h * h;
        wy += weight * square;
        wxy += weight * h * square;
    };
    let distance = errors.iter().map(|(h, _)| *h).max().unwrap_or(horizon.min(12)).max(1);
    for h in 1..=distance {
        add(h as f64, prior.change * prior.change * (1.0 + growth * (h as f64 - 1.0)), weight);
    }
    errors.iter().for_each(|(h, e)| add(*h as f64, e * e, 1.0));
    let determinant = w * wxx - wx * wx;
    let mut slope = if determinant > 0.0 { (w * wxy - wx * wy) / determinant } else { 0.0 };
    let mut level = (wy - slope * wx) / w;
    if slope < 0.0 {
        (slope, level) = (0.0, wy / w);
    } else if level < 0.0 {
        (slope, level) = (wxy / wxx, 0.0);
    }
    (1..=horizon).map(|h| (level + slope * h as f64).max(0.0).sqrt()).collect()
}

const NORMAL_80: f64 = 1.281_551_6;
const NORMAL_95: f64 = 1.959_964;

/// What is thought of the errors before any was seen.
#[derive(Debug, Clone, Copy)]
pub struct Prior {
    /// The standard deviation of one-step changes without season.
    pub change: f64,
    /// Whether there is a season.
    pub seasonal: bool,
}

/// Origins from which on a history has shown how far it wanders.
const ENOUGH: f64 = 6.0;

impl Prior {
    /// Its weight in origins, and by how much its variance grows with each step.
    fn of(&self, origins: usize) -> (f64, f64) {
        let origins = (origins as f64).max(1.0);
        let missing = if self.seasonal { 0.0 } else { (ENOUGH - origins).max(0.0) };
        // Errors of a model grow more slowly than those of the last value, where it has enough to go by.
        (1.0 + missing / origins, 0.5 + 0.5 * missing)
    }
}

/// The errors of each origin: steps rise within one.
fn by_origin(errors: &[(usize, f64)]) -> impl Iterator<Item = &[(usize, f64)]> {
    errors.chunk_by(|a, b| a.0 < b.0)
}

/// Half widths in standard deviations at 80 % and at 95 %: the quantiles of the backtest's scaled errors, stretched by
/// Student's quantile over the normal one, because origins are few and share most of what they meet. Sales have heavy
/// tails: with their standard deviation the normal quantile at 80 % is far too wide.
pub fn widths(errors: &[(usize, f64)], origins: usize, deviations: &[f64]) -> (f64, f64) {
    let freedom = (1.5 * origins as f64 - 1.0).max(2.0);
    let ratio = |(h, e): &(usize, f64)| deviations.get(h - 1).filter(|d| **d > 0.0).map(|d| e.abs() / d);
    let mut scaled: Vec<f64> = errors.iter().filter_map(ratio).collect();
    scaled.sort_by(f64::total_cmp);
    let at = |level: f64, normal: f64| {
        let place = (level * (scaled.len() + 1) as f64).ceil() as usize;
        // With too few errors for this quantile the normal one stands in.
        let seen = place.checked_sub(1).and_then(|i| scaled.get(i)).copied().unwrap_or(normal);
        seen * student(normal, freedom) / normal
    };
    let narrow = at(0.8, NORMAL_80);
    // Beyond 95 % lie too few errors to go by them alone.
    let wide = (at(0.95, NORMAL_95) + student(NORMAL_95, freedom)) / 2.0;
    (narrow.min(wide), wide)
}

/// The share of the backtest's errors that the 95 % intervals hold: those of each origin within the intervals that the other
/// origins give. None with a single origin.
pub fn coverage(errors: &[(usize, f64)], prior: &Prior) -> Option<f64> {
    let origins: Vec<&[(usize, f64)]> = by_origin(errors).collect();
    if origins.len() < 2 {
        return None;
    }
    let horizon = errors.iter().map(|(h, _)| *h).max()?;
    let held: usize = (0..origins.len())
        .map(|left_out| {
            let others = origins.iter().enumerate().filter(|(k, _)| *k != left_out).map(|(_, errors)| *errors);
            let others = others.collect::<Vec<_>>().concat();
            let deviations = deviations(&others, prior, horizon);
            let (_, wide) = widths(&others, origins.len() - 1, &deviations);
            let inside = |(h, e): &&(usize, f64)| deviations.get(h - 1).is_some_and(|d| e.abs() <= wide * d);
            origins[left_out].iter().filter(inside).count()
        })
        .sum();
    Some(held as f64 / errors.len() as f64)
}

/// Student's quantile from the normal one, by the expansion of Cornish & Fisher (Abramowitz & Stegun 26.7.5).
fn student(z: f64, n: f64) -> f64 {
    let (z3, z5, z7) = (z.powi(3), z.powi(5), z.powi(7));
    z + (z3 + z) / (4.0 * n)
        + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * n * n)
        + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * n.powi(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIOR: Prior = Prior { change: 1.0, seasonal: true };

    #[test]
    fn quantiles_are_students() {
        assert!((student(1.959_964, 5.0) - 2.571).abs() < 0.01);
        assert!((student(1.281_552, 10.0) - 1.372).abs() < 0.001);
    }

    #[test]
    fn coverage_is_of_what_was_left_out() {
        let even: Vec<(usize, f64)> = (0..72).map(|i| (i % 12 + 1, if i % 2 == 0 { 1.0 } else { -1.0 })).collect();
        assert_eq!(coverage(&even, &PRIOR), Some(1.0));
        let mut odd = even.clone();
        odd[71].1 = 100.0;
        let covered = coverage(&odd, &PRIOR).unwrap_or_default();
        assert!(covered > 0.98 && covered < 1.0, "{covered}");
        assert_eq!(coverage(&even[..12], &PRIOR), None);
    }

    #[test]
    fn a_wandering_level_widens_and_noise_does_not() {
        let noise: Vec<(usize, f64)> = (0..72).map(|i| (i % 12 + 1, 1.0)).collect();
        let flat = deviations(&noise, &PRIOR, 12);
        assert!(flat[11] < 1.5 * flat[0], "{flat:?}");
        let wander: Vec<(usize, f64)> = noise.iter().map(|(h, _)| (*h, (*h as f64).sqrt())).collect();
        let wide = deviations(&wander, &PRIOR, 12);
        assert!(wide[11] > 2.5 * wide[0], "{wide:?}");
    }

    #[test]
    fn few_origins_without_a_season_widen_and_more_of_them_narrow() {
        let origins = |count: usize| (0..6 * count).map(|i| (i % 6 + 1, 1.0)).collect::<Vec<_>>();
        let far = |count: usize, seasonal: bool| {
            deviations(&origins(count), &Prior { change: 1.0, seasonal }, 6).last().copied().unwrap_or_default()
        };
        assert!(far(2, false) > 1.2 * far(2, true));
        assert!(far(2, false) > far(4, false) && far(4, false) > far(6, false));
        assert!((far(6, false) - far(6, true)).abs() < 1e-12);
    }
}
