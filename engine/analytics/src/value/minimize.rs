//! The lowest point of a smooth function of a few variables.

/// Where [`minimize`] stopped.
#[derive(Debug, Clone, Copy)]
pub struct Minimum<const N: usize> {
    /// The point.
    pub point: [f64; N],
    /// Whether the slope there is flat; otherwise the steps ran out.
    pub converged: bool,
}

/// The slope at which a point counts as the lowest. The functions here are means over customers, of the order of one.
const FLAT: f64 = 1e-8;
/// Steps come to nothing but rounding before that: then this much slope is flat enough.
const FLAT_ENOUGH: f64 = 1e-5;
/// What a step must promise, relative to the value, to be more than rounding.
const PROMISE: f64 = 1e-15;
const STEPS: usize = 200;
/// Who comes this far is on the way to infinity. The variables are logarithms: e^16 is nine millions.
const FARTHEST: f64 = 16.0;
/// The longest step: the variables are logarithms, so that this is a factor of e² a step.
const LONGEST: f64 = 2.0;

/// Looks for the minimum of `function`, which gives its value and its gradient, from `start`.
///
/// BFGS with the inverse Hessian kept dense and a backtracking line search under Armijo's condition (Nocedal & Wright 2006,
/// algorithms 3.1 and 6.1). A point where the function is not a number is treated as infinitely high. Deterministic.
pub fn minimize<const N: usize>(start: [f64; N], mut function: impl FnMut(&[f64; N]) -> (f64, [f64; N])) -> Minimum<N> {
    let mut point = start;
    let (mut value, mut slope) = function(&point);
    let mut inverse = identity::<N>(1.0);
    let mut fresh = true;
    for _ in 0..STEPS {
        if !value.is_finite() || point.iter().any(|p| p.abs() > FARTHEST) {
            break;
        }
        if slope.iter().all(|s| s.abs() < FLAT) {
            return Minimum { point, converged: true };
        }
        let mut direction = inverse.map(|row| -dot(&row, &slope));
        if dot(&direction, &slope) >= 0.0 {
            direction = slope.map(|s| -s);
            inverse = identity(1.0);
            fresh = true;
        }
        let length = dot(&direction, &direction).sqrt();
        let mut step = if length > LONGEST { LONGEST / length } else { 1.0 };
        let descent = dot(&direction, &slope);
        if -descent < PROMISE * value.abs() && slope.iter().all(|s| s.abs() < FLAT_ENOUGH) {
            return Minimum { point, converged: true };
        }
        let mut found = None;
        for _ in 0..25 {
            let next: [f64; N] = std::array::from_fn(|i| point[i] + step * direction[i]);
            let (height, gradient) = function(&next);
            if height.is_finite() && height <= value + 1e-4 * step * descent {
                found = Some((next, height, gradient));
                break;
            }
            step *= 0.4;
        }
        let Some((next, height, gradient)) = found else {
            if fresh {
                // Not even the steepest way leads down: the rest is rounding.
                return Minimum { point, converged: slope.iter().all(|s| s.abs() < FLAT_ENOUGH) };
            }
            inverse = identity(1.0);
            fresh = true;
            continue;
        };
        let moved: [f64; N] = std::array::from_fn(|i| next[i] - point[i]);
        let bent: [f64; N] = std::array::from_fn(|i| gradient[i] - slope[i]);
        let curvature = dot(&moved, &bent);
        if curvature > 1e-300 {
            if fresh {
                inverse = identity(curvature / dot(&bent, &bent));
                fresh = false;
            }
            update(&mut inverse, &moved, &bent, curvature);
        }
        (point, value, slope) = (next, height, gradient);
    }
    Minimum { point, converged: false }
}

/// The BFGS formula for the inverse Hessian: H' = (I - s·yᵀ/ys) H (I - y·sᵀ/ys) + s·sᵀ/ys.
fn update<const N: usize>(inverse: &mut [[f64; N]; N], moved: &[f64; N], bent: &[f64; N], curvature: f64) {
    let carried = inverse.map(|row| dot(&row, bent));
    let factor = (1.0 + dot(bent, &carried) / curvature) / curvature;
    for i in 0..N {
        for j in 0..N {
            inverse[i][j] += factor * moved[i] * moved[j] - (carried[i] * moved[j] + moved[i] * carried[j]) / curvature;
        }
    }
}

fn identity<const N: usize>(scale: f64) -> [[f64; N]; N] {
    std::array::from_fn(|i| std::array::from_fn(|j| if i == j { scale } else { 0.0 }))
}

fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_bottom_of_a_bent_valley() {
        let found = minimize([-1.2, 1.0], |&[x, y]: &[f64; 2]| {
            let valley = y - x * x;
            ((1.0 - x).powi(2) + 100.0 * valley * valley, [2.0 * (x - 1.0) - 400.0 * x * valley, 200.0 * valley])
        });
        assert!(found.converged);
        assert!(found.point.iter().all(|v| (v - 1.0).abs() < 1e-6), "{found:?}");
    }

    #[test]
    fn a_wall_is_not_crossed_and_nothing_is_not_a_loop() {
        let found = minimize([1.0], |&[x]| (x - x.ln(), [1.0 - 1.0 / x]));
        assert!(found.converged && (found.point[0] - 1.0).abs() < 1e-6);
        assert!(!minimize([0.0], |_| (f64::NAN, [0.0])).converged);
        assert!(!minimize([0.0], |&[x]| (-x, [-1.0])).converged);
    }
}
