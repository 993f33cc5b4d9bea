//! Prediction intervals from the errors of the backtest.
//!
//! The variance is a line in the steps ahead, `v(h) = a + b h`, `a, b >= 0`, fitted to the squared backtest errors: a level
//! that wanders adds a variance with each step, noise does not. A prior - the variance of one-step changes, growing with
//! the steps - counts as one more origin, so that one lucky origin does not promise certainty. How many deviations wide
//! the interval is, the errors themselves say (as in conformal prediction). The constants were chosen by coverage and
//! interval score within the training parts of M3.

/// Standard deviations of the error, 1 to `horizon` steps ahead, in the units of the series.
///
/// `errors`: step ahead and error of all origins; `change`: the standard deviation of one-step changes without season.
pub fn deviations(errors: &[(usize, f64)], change: f64, horizon: usize) -> Vec<f64> {
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
        // Errors of a model grow more slowly than those of the last value.
        add(h as f64, change * change * (1.0 + 0.5 * (h as f64 - 1.0)), PRIOR);
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

/// The prior's weight in origins.
const PRIOR: f64 = 1.0;

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
pub fn coverage(errors: &[(usize, f64)], change: f64) -> Option<f64> {
    // Steps rise within an origin.
    let origins: Vec<&[(usize, f64)]> = errors.chunk_by(|a, b| a.0 < b.0).collect();
    if origins.len() < 2 {
        return None;
    }
    let horizon = errors.iter().map(|(h, _)| *h).max()?;
    let held: usize = (0..origins.len())
        .map(|left_out| {
            let others = origins.iter().enumerate().filter(|(k, _)| *k != left_out).map(|(_, errors)| *errors);
            let others = others.collect::<Vec<_>>().concat();
            let deviations = deviations(&others, change, horizon);
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

    #[test]
    fn quantiles_are_students() {
        assert!((student(1.959_964, 5.0) - 2.571).abs() < 0.01);
        assert!((student(1.281_552, 10.0) - 1.372).abs() < 0.001);
    }

    #[test]
    fn coverage_is_of_what_was_left_out() {
        let even: Vec<(usize, f64)> = (0..72).map(|i| (i % 12 + 1, if i % 2 == 0 { 1.0 } else { -1.0 })).collect();
        assert_eq!(coverage(&even, 1.0), Some(1.0));
        let mut odd = even.clone();
        odd[71].1 = 100.0;
        let covered = coverage(&odd, 1.0).unwrap_or_default();
        assert!(covered > 0.98 && covered < 1.0, "{covered}");
        assert_eq!(coverage(&even[..12], 1.0), None);
    }

    #[test]
    fn a_wandering_level_widens_and_noise_does_not() {
        let noise: Vec<(usize, f64)> = (0..72).map(|i| (i % 12 + 1, 1.0)).collect();
        let flat = deviations(&noise, 1.0, 12);
        assert!(flat[11] < 1.5 * flat[0], "{flat:?}");
        let wander: Vec<(usize, f64)> = noise.iter().map(|(h, _)| (*h, (*h as f64).sqrt())).collect();
        let wide = deviations(&wander, 1.0, 12);
        assert!(wide[11] > 2.5 * wide[0], "{wide:?}");
    }
}
