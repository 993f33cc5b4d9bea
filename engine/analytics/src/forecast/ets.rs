//! Exponential smoothing in state-space form (Hyndman, Koehler, Ord & Snyder 2008), error and season additive or
//! multiplicative, trend none or damped.
//!
//! With `m` periods in a season, `e(t) = y(t) - mu(t)` and, for an additive season, `mu = l + phi b + s`:
//!
//! ```text
//! l(t) = l(t-1) + phi b(t-1) + alpha e(t)
//! b(t) = phi b(t-1) + beta e(t)
//! s(t) = s(t-m) + gamma e(t)
//! ```
//!
//! A multiplicative season has `mu = (l + phi b) s`, level and trend see `e / s`, the season sees `e / (l + phi b)`. A
//! multiplicative error leaves the recursions as they are and changes the likelihood only. First states come from a
//! decomposition and then from a run backwards in time ("backcasting"), so that only the smoothing parameters are searched.

use super::Part;
use super::season::{Kind, decompose};
use super::simplex::{MAX, Search};

/// Trend of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// Level only.
    None,
    /// A line that flattens.
    Damped,
}

/// Which member of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// Error additive (its variance constant) or multiplicative (proportional to the level).
    pub error: Kind,
    /// Trend.
    pub trend: Trend,
    /// Season, if any.
    pub season: Option<Kind>,
}

impl Form {
    /// The usual short name, as `ETS(M,Ad,A)`.
    pub fn name(&self) -> String {
        let letter = |kind: Kind| if kind == Kind::Additive { "A" } else { "M" };
        let trend = match self.trend {
            Trend::None => "N",
            Trend::Damped => "Ad",
        };
        format!("ETS({},{trend},{})", letter(self.error), self.season.map_or("N", letter))
    }
}

/// Smoothing parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothing {
    /// Of the level, in (0, 1).
    pub alpha: f64,
    /// Of the trend, in (0, alpha).
    pub beta: f64,
    /// Of the season, in (0, 1 - alpha).
    pub gamma: f64,
    /// Damping of the trend, in [0.8, 1].
    pub phi: f64,
}

/// A fitted model.
#[derive(Debug, Clone)]
pub struct Ets {
    /// Which form.
    pub form: Form,
    /// Its parameters.
    pub smoothing: Smoothing,
    /// Corrected Akaike criterion: smaller is better, on the same series only.
    pub aicc: f64,
    first: State,
}

#[derive(Debug, Clone)]
struct State {
    level: f64,
    slope: f64,
    season: Vec<f64>,
}

/// What the likelihood needs from one run.
struct Fitness {
    squares: f64,
    logs: f64,
}

impl Form {
    fn dimension(&self) -> usize {
        1 + usize::from(self.season.is_some())
            + match self.trend {
                Trend::None => 0,
                Trend::Damped => 2,
            }
    }

    /// Place in the search box to parameters: shares keep `beta < alpha` and `gamma < 1 - alpha`.
    fn smoothing(&self, x: &[f64; MAX]) -> Smoothing {
        let alpha = x[0];
        let (trend, season) = if self.season.is_some() { (2, x[1] * (1.0 - alpha)) } else { (1, 0.0) };
        let beta = if self.trend == Trend::None { 0.0 } else { x[trend] * alpha };
        let phi = match self.trend {
            Trend::None => 0.0,
            Trend::Damped => x[trend + 1],
        };
        Smoothing { alpha, beta, gamma: season, phi }
    }

    fn search(&self, evaluations: usize, damping: f64) -> (Search, [f64; MAX]) {
        let mut lower = [1e-4; MAX];
        let mut upper = [0.9999; MAX];
        let mut step = [0.2; MAX];
        let mut start = [0.3, 0.1, 0.1, 0.1];
        if self.season.is_none() {
            start = [0.5, 0.1, 0.1, 0.1];
        }
        if self.trend == Trend::Damped {
            let i = self.dimension() - 1;
            (lower[i], upper[i], step[i], start[i]) = (0.8, damping, 0.05, damping - 0.03);
        }
        (Search { dimension: self.dimension(), lower, upper, step, evaluations, tolerance: 1e-5 }, start)
    }

    /// First states from a decomposition of the first periods.
    fn first(&self, y: &[f64], period: usize) -> Option<State> {
        let (adjusted, season) = match self.season {
            None => (y[..y.len().min(10)].to_vec(), Vec::new()),
            Some(kind) => {
                let head = &y[..y.len().min(4 * period)];
                let season = decompose(head, period, kind)?;
                (season.remove(head), season.indices)
            }
        };
        let n = adjusted.len() as f64;
        let mean_t = (n + 1.0) / 2.0;
        let mean = adjusted.iter().sum::<f64>() / n;
        let (mut cross, mut square) = (0.0, 0.0);
        for (t, v) in adjusted.iter().enumerate() {
            let t = t as f64 + 1.0 - mean_t;
            cross += t * (v - mean);
            square += t * t;
        }
        let slope = if square > 0.0 { cross / square } else { 0.0 };
        match self.trend {
            Trend::None => Some(State {
                level: adjusted[..adjusted.len().min(6)].iter().sum::<f64>() / n.min(6.0),
                slope: 0.0,
                season,
            }),
            _ => Some(State { level: mean - slope * mean_t, slope, season }),
        }
    }

    /// Runs over `y` and leaves the last state in `state`, whose season then begins at the position behind the last value.
    /// `reverse` takes the values from the end.
    fn run(&self, p: &Smoothing, y: &[f64], reverse: bool, state: &mut State) -> Fitness {
        let (mut squares, mut logs) = (0.0, 0.0);
        let m = state.season.len();
        let n = y.len();
        let multiplicative_error = self.error == Kind::Multiplicative;
        let (mut level, mut slope, mut place) = (state.level, state.slope, 0);
        for t in 0..n {
            let value = if reverse { y[n - 1 - t] } else { y[t] };
            let base = level + p.phi * slope;
            let (mean, error) = match self.season {
                None => (base, value - base),
                Some(Kind::Additive) => {
                    let s = &mut state.season[place];
                    let error = value - base - *s;
                    let mean = base + *s;
                    *s += p.gamma * error;
                    (mean, error)
                }
                Some(Kind::Multiplicative) => {
                    let s = &mut state.season[place];
                    let mean = base * *s;
                    let error = value - mean;
                    let inner = error / *s;
                    *s += p.gamma * error / base;
                    level = base + p.alpha * inner;
                    slope = p.phi * slope + p.beta * inner;
                    (mean, error)
                }
            };
            if self.season != Some(Kind::Multiplicative) {
                level = base + p.alpha * error;
                slope = p.phi * slope + p.beta * error;
            }
            if m > 0 {
                place = if place + 1 == m { 0 } else { place + 1 };
            }
            if multiplicative_error {
                let relative = error / mean;
                squares += relative * relative;
                logs += if mean > 0.0 { mean.ln() } else { f64::INFINITY };
            } else {
                squares += error * error;
            }
        }
        state.season.rotate_left(place);
        (state.level, state.slope) = (level, slope);
        Fitness { squares, logs }
    }

    /// `-2 log L` but for constants, of concentrated Gaussian likelihood.
    fn deviance(&self, p: &Smoothing, y: &[f64], first: &State, scratch: &mut State) -> f64 {
        scratch.level = first.level;
        scratch.slope = first.slope;
        scratch.season.clone_from(&first.season);
        let fit = self.run(p, y, false, scratch);
        let n = y.len() as f64;
        n * (fit.squares / n).max(1e-300).ln() + 2.0 * fit.logs
    }

    /// First state by running forwards and back again.
    fn backcast(&self, p: &Smoothing, y: &[f64], first: &State) -> Option<State> {
        let mut state = first.clone();
        self.run(p, y, false, &mut state);
        // Backwards in time the line falls where it rose, and the season's positions come in reverse.
        state.slope = -state.slope;
        state.season.reverse();
        self.run(p, y, true, &mut state);
        state.slope = -state.slope;
        state.season.reverse();
        let sound = state.level.is_finite() && state.slope.is_finite() && state.season.iter().all(|s| s.is_finite());
        let positive = self.season != Some(Kind::Multiplicative) || state.season.iter().all(|s| *s > 0.0);
        (sound && positive).then_some(state)
    }
}

impl Ets {
    /// Fits one form by maximum likelihood; `period` is that of the season, 1 for none.
    ///
    /// None when the form does not suit: too few values, or values that are not positive for a multiplicative part.
    pub fn fit(y: &[f64], period: usize, form: Form, damping: f64) -> Option<Self> {
        let multiplicative = form.error == Kind::Multiplicative || form.season == Some(Kind::Multiplicative);
        let states = 1 + usize::from(form.trend != Trend::None) + if form.season.is_some() { period - 1 } else { 0 };
        let parameters = (form.dimension() + states + 1) as f64;
        let n = y.len() as f64;
        if n <= parameters + 2.0 || (multiplicative && y.iter().any(|v| *v <= 0.0)) {
            return None;
        }
        let (mut search, cold) = form.search(80, damping);
        let mut first = form.first(y, period)?;
        let mut scratch = first.clone();
        let mut found = search.run(cold, |x| form.deviance(&form.smoothing(x), y, &first, &mut scratch));
        if let Some(better) = form.backcast(&form.smoothing(&found.at), y, &first) {
            search.step = search.step.map(|s| s * 0.3);
            search.evaluations /= 2;
            let again = search.run(found.at, |x| form.deviance(&form.smoothing(x), y, &better, &mut scratch));
            if again.value < found.value {
                (found, first) = (again, better);
            }
        }
        if !found.value.is_finite() {
            return None;
        }
        let aicc = found.value + 2.0 * parameters + 2.0 * parameters * (parameters + 1.0) / (n - parameters - 1.0);
        Some(Self { form, smoothing: form.smoothing(&found.at), aicc, first })
    }

    /// The fit as a part of a model, for the answer.
    pub fn part(&self, weight: f64) -> Part {
        let p = &self.smoothing;
        let mut parameters = vec![("alpha", p.alpha)];
        if self.form.trend != Trend::None {
            parameters.extend([("beta", p.beta), ("phi", p.phi)]);
        }
        if self.form.season.is_some() {
            parameters.push(("gamma", p.gamma));
        }
        Part { name: self.form.name(), weight, parameters }
    }

    /// Expected values of the next `horizon` periods.
    pub fn forecast(&self, y: &[f64], horizon: usize) -> Vec<f64> {
        let mut state = self.first.clone();
        self.form.run(&self.smoothing, y, false, &mut state);
        let phi = self.smoothing.phi;
        let mut damping = 0.0;
        (0..horizon)
            .map(|h| {
                damping = phi * (damping + 1.0);
                let base = state.level + damping * state.slope;
                match self.form.season {
                    None => base,
                    Some(Kind::Additive) => base + state.season[h % state.season.len()],
                    Some(Kind::Multiplicative) => base * state.season[h % state.season.len()],
                }
            })
            .collect()
    }
}
