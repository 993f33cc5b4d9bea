//! The normal distribution.

/// P(Z < z). The error function is that of Abramowitz and Stegun 7.1.26, with an absolute error below 1.5e-7.
pub(crate) fn below(z: f64) -> f64 {
    if z.is_nan() {
        return 0.5;
    }
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let series = [0.254_829_592, -0.284_496_736, 1.421_413_741, -1.453_152_027, 1.061_405_429];
    let polynomial = series.iter().rev().fold(0.0, |sum, coefficient| (sum + coefficient) * t);
    let tail = 0.5 * polynomial * (-x * x).exp();
    if z > 0.0 { 1.0 - tail } else { tail }
}

/// The 97.5 % quantile of Student's t with so many degrees of freedom, at least 3: the expansion of Cornish and Fisher
/// (Abramowitz and Stegun 26.7.5). The error is below .02 at 3, below .001 from 8 on.
pub(crate) fn student(freedom: f64) -> f64 {
    let z = 1.959_963_984_540_054_f64;
    let terms = [
        (z.powi(3) + z) / 4.0,
        (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0,
        (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0,
    ];
    terms.iter().rev().fold(0.0, |sum, term| (sum + term) / freedom.max(3.0)) + z
}

#[cfg(test)]
mod tests {
    use super::{below, student};

    #[test]
    fn known_values() {
        for (z, p) in [(0.0, 0.5), (1.959_964, 0.975), (-1.0, 0.158_655_3), (40.0, 1.0), (-40.0, 0.0)] {
            assert!((below(z) - p).abs() < 2e-7, "{z}");
        }
        for (freedom, t, error) in [(3.0, 3.182_446, 0.03), (8.0, 2.306_004, 1e-3), (100.0, 1.983_972, 1e-5)] {
            assert!((student(freedom) - t).abs() < error, "{freedom}: {}", student(freedom));
        }
    }
}
