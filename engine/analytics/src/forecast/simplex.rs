//! The downhill simplex method (Nelder & Mead 1965) in a box, for the few smoothing parameters of a model.

/// Most parameters that a model here has.
pub const MAX: usize = 4;

/// Where the function is least, and its value there.
#[derive(Debug, Clone, Copy)]
pub struct Minimum {
    /// The parameters; those behind the dimension are as they were in the start.
    pub at: [f64; MAX],
    /// The function's value.
    pub value: f64,
}

/// The box and the effort of a search.
#[derive(Debug, Clone, Copy)]
pub struct Search {
    /// How many of the parameters are searched.
    pub dimension: usize,
    /// Lower bounds.
    pub lower: [f64; MAX],
    /// Upper bounds.
    pub upper: [f64; MAX],
    /// First steps away from the start.
    pub step: [f64; MAX],
    /// Most evaluations.
    pub evaluations: usize,
    /// Ends when best and worst vertex differ by less than this.
    pub tolerance: f64,
}

impl Search {
    /// Minimises `f` from `start`. A value that is not a number counts as infinitely bad.
    pub fn run(&self, start: [f64; MAX], mut f: impl FnMut(&[f64; MAX]) -> f64) -> Minimum {
        let n = self.dimension.min(MAX);
        let clamp = |mut x: [f64; MAX]| {
            for (x, (lower, upper)) in x.iter_mut().zip(self.lower.iter().zip(&self.upper)).take(n) {
                *x = x.clamp(*lower, *upper);
            }
            x
        };
        let mut value = |x: [f64; MAX]| {
            let v = f(&x);
            Minimum { at: x, value: if v.is_nan() { f64::INFINITY } else { v } }
        };
        let first = value(clamp(start));
        let mut corners = [first; MAX + 1];
        let mut used = 1;
        for i in 0..n {
            let mut x = first.at;
            // A start on the upper bound steps inwards, or the simplex would be flat.
            x[i] += if x[i] + self.step[i] > self.upper[i] { -self.step[i] } else { self.step[i] };
            corners[i + 1] = value(clamp(x));
            used += 1;
        }
        let corners = &mut corners[..=n];
        while n > 0 && used < self.evaluations {
            corners.sort_by(|a, b| a.value.total_cmp(&b.value));
            let (best, worst) = (corners[0], corners[n]);
            if worst.value - best.value <= self.tolerance {
                break;
            }
            let mut centre = [0.0; MAX];
            for corner in &corners[..n] {
                for (centre, x) in centre.iter_mut().zip(&corner.at).take(n) {
                    *centre += x / n as f64;
                }
            }
            let along = |factor: f64| {
                let mut x = best.at;
                for i in 0..n {
                    x[i] = centre[i] + factor * (worst.at[i] - centre[i]);
                }
                clamp(x)
            };
            let reflected = value(along(-1.0));
            used += 1;
            if reflected.value < best.value {
                let expanded = value(along(-2.0));
                used += 1;
                corners[n] = if expanded.value < reflected.value { expanded } else { reflected };
            } else if reflected.value < corners[n - 1].value {
                corners[n] = reflected;
            } else {
                let outside = reflected.value < worst.value;
                let contracted = value(along(if outside { -0.5 } else { 0.5 }));
                used += 1;
                if contracted.value < worst.value.min(reflected.value) {
                    corners[n] = contracted;
                } else {
                    for corner in &mut corners[1..] {
                        let mut x = corner.at;
                        for (x, best) in x.iter_mut().zip(&best.at).take(n) {
                            *x = best + 0.5 * (*x - best);
                        }
                        *corner = value(x);
                        used += 1;
                    }
                }
            }
        }
        corners.iter().copied().fold(first, |a, b| if b.value < a.value { b } else { a })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_valley_of_rosenbrock() {
        let search = Search {
            dimension: 2,
            lower: [-5.0; MAX],
            upper: [5.0; MAX],
            step: [0.5; MAX],
            evaluations: 1000,
            tolerance: 1e-14,
        };
        let found = search.run([-1.2, 1.0, 0.0, 0.0], |x| (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2));
        assert!((found.at[0] - 1.0).abs() < 1e-4 && (found.at[1] - 1.0).abs() < 1e-4, "{found:?}");
    }

    #[test]
    fn stays_in_the_box() {
        let search = Search {
            dimension: 1,
            lower: [0.1; MAX],
            upper: [0.9; MAX],
            step: [0.3; MAX],
            evaluations: 100,
            tolerance: 1e-12,
        };
        let found = search.run([0.9; MAX], |x| x[0]);
        assert!((found.at[0] - 0.1).abs() < 1e-9, "{found:?}");
    }
}
