//! The gamma function's relatives, in double precision.

/// Below this the asymptotic series are not exact to double precision, and the argument is moved up by the recurrence.
const SERIES_FROM: f64 = 9.0;

/// The natural logarithm of the gamma function, for `x > 0`.
///
/// Stirling's series (Abramowitz & Stegun 6.1.41) above 9, the recurrence Γ(x+1) = x·Γ(x) below. The relative error is
/// a few units of 1e-15. Not a number for `x <= 0`.
pub fn ln_gamma(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let (mut x, mut product) = (x, 1.0);
    while x < SERIES_FROM {
        product *= x;
        x += 1.0;
    }
    let (inverse, square) = (1.0 / x, 1.0 / (x * x));
    let series = inverse
        * (1.0 / 12.0
            - square
                * (1.0 / 360.0
                    - square
                        * (1.0 / 1260.0
                            - square * (1.0 / 1680.0 - square * (1.0 / 1188.0 - square * (691.0 / 360_360.0))))));
    let half_ln_two_pi = 0.918_938_533_204_672_8;
    (x - 0.5) * x.ln() - x + half_ln_two_pi + series - product.ln()
}

/// The derivative of [`ln_gamma`] (the digamma function), for `x > 0`.
///
/// The asymptotic series (Abramowitz & Stegun 6.3.18) above 9, ψ(x+1) = ψ(x) + 1/x below.
pub fn digamma(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let (mut x, mut below) = (x, 0.0);
    while x < SERIES_FROM {
        below += 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = square
        * (1.0 / 12.0
            - square
                * (1.0 / 120.0
                    - square
                        * (1.0 / 252.0
                            - square * (1.0 / 240.0 - square * (1.0 / 132.0 - square * (691.0 / 32_760.0))))));
    x.ln() - 0.5 / x - series - below
}

/// The regularised incomplete beta function I_x(a, b), for `a, b > 0` and `x` in 0..1.
///
/// The continued fraction of Abramowitz & Stegun 26.5.8 by Lentz's method, on the side of the mean where it converges fast.
pub fn beta_regularized(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, 1.0 - x) / b
    }
}

/// The continued fraction of the incomplete beta function without the factor before it.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let safe = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / safe(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..500 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / safe(1.0 + term * d);
            c = safe(1.0 + term / c);
            change = c * d;
            fraction *= change;
        }
        if (change - 1.0).abs() < 1e-14 {
            break;
        }
    }
    fraction
}

/// The nodes and weights of Gauss-Legendre quadrature with `n` points on 0..1: Newton's method on the Legendre polynomial.
pub fn gauss_legendre(n: u32) -> Vec<(f64, f64)> {
    let count = f64::from(n);
    (0..n)
        .map(|i| {
            let mut x = (std::f64::consts::PI * (f64::from(i) + 0.75) / (count + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..50 {
                let (mut before, mut value) = (0.0, 1.0);
                for degree in 0..n {
                    let j = f64::from(degree);
                    (before, value) = (value, ((2.0 * j + 1.0) * x * value - j * before) / (j + 1.0));
                }
                slope = count * (x * value - before) / (x * x - 1.0);
                let step = value / slope;
                x -= step;
                if step.abs() < 1e-15 {
                    break;
                }
            }
            ((1.0 - x) / 2.0, 1.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64) {
        assert!((found - wanted).abs() <= 1e-13 * wanted.abs().max(1.0), "{found} is not {wanted}");
    }

    #[test]
    fn known_values() {
        near(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln());
        near(ln_gamma(1.0), 0.0);
        near(ln_gamma(2.0), 0.0);
        near(ln_gamma(11.0), 3_628_800_f64.ln());
        near(ln_gamma(1e-8), 18.420_680_738_180_21);
        near(ln_gamma(1e6), 12_815_504.569_147_88);
        near(digamma(1.0), -0.577_215_664_901_532_9);
        near(digamma(0.5), -1.963_510_026_021_423_5);
        near(digamma(10.0), 2.251_752_589_066_721);
        assert!(ln_gamma(0.0).is_nan() && digamma(-1.0).is_nan());
    }

    #[test]
    fn incomplete_beta() {
        near(beta_regularized(1.0, 1.0, 0.3), 0.3);
        near(beta_regularized(2.0, 3.0, 0.4), 0.5248);
        near(beta_regularized(0.5, 0.5, 0.5), 0.5);
        near(beta_regularized(1.0, 7.5, 0.2), 1.0 - 0.8_f64.powf(7.5));
        near(beta_regularized(40.0, 1.0, 0.9), 0.9_f64.powi(40));
        near(beta_regularized(2.0, 3.0, 0.0), 0.0);
        near(beta_regularized(2.0, 3.0, 1.0), 1.0);
    }

    #[test]
    fn quadrature() {
        let nodes = gauss_legendre(16);
        near(nodes.iter().map(|n| n.1).sum(), 1.0);
        near(nodes.iter().map(|n| n.1 * n.0.powi(31)).sum(), 1.0 / 32.0);
        near(nodes.iter().map(|n| n.1 * n.0.exp()).sum(), std::f64::consts::E - 1.0);
    }
}
