//! Prediction intervals from the errors of the backtest.
//!
//! The variance is a line in the steps ahead, `v(h) = a + b h`, `a, b >= 0`, fitted to the squared backtest errors: a level
//! that wanders adds a variance with each step, noise does not. A prior - the variance of one-step changes, growing with
//! the steps - counts as one more origin, so that one lucky origin does not promise certainty. The width is Student's
//! quantile, with as many degrees of freedom as stretches of history were met independently of each other.

/// Standard deviations of the error, 1 to `horizon` steps ahead, in the units of the series.
///
/// `errors`: by origin, then step; `change`: the standard deviation of one-step changes without season.
pub fn deviations(errors: &[Vec<f64>], change: f64, horizon: usize) -> Vec<f64> {
    let (mut w, mut wx, mut wxx, mut wy, mut wxy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut add = |h: f64, square: f64, weight: f64| {
        // The variance of a squared error grows with the square of its mean.
        let weight = weight / (1.0 + h).powi(2);
        w += weight;
        wx += weight * h;
        wxx += weight * h * h;
        wy += weight * square;
        wxy += weight * h * square;
    };
    let distance = errors.iter().map(Vec::len).max().unwrap_or(horizon.min(12)).max(1);
    for h in 1..=distance {
        // Errors of a model grow more slowly than those of the last value.
        add(h as f64, change * change * (1.0 + 0.5 * (h as f64 - 1.0)), PRIOR);
    }
    for origin in errors {
        origin.iter().enumerate().for_each(|(h, e)| add(h as f64 + 1.0, e * e, 1.0));
    }
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

/// The prior's weight in origins.
const PRIOR: f64 = 1.0;

/// Half widths in standard deviations at 80 % and at 95 %, for `origins` origins that share most of what they meet.
pub fn widths(origins: usize) -> (f64, f64) {
    let freedom = 2.0 + origins as f64;
    (student(1.281_551_6, freedom), student(1.959_964_0, freedom))
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
    fn a_wandering_level_widens_and_noise_does_not() {
        let noise = vec![vec![1.0; 12]; 6];
        let flat = deviations(&noise, 1.0, 12);
        assert!(flat[11] < 1.5 * flat[0], "{flat:?}");
        let wander: Vec<Vec<f64>> = vec![(1..=12).map(|h| f64::from(h).sqrt()).collect(); 6];
        let wide = deviations(&wander, 1.0, 12);
        assert!(wide[11] > 2.5 * wide[0], "{wide:?}");
    }
}
