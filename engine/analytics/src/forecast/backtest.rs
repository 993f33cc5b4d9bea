//! Rolling-origin backtest (Tashman 2000): the method is run on histories that end earlier and met with what came then.

use super::accuracy::{mae, scale, smape};
use super::answer::{Accuracy, Method};
use super::closed::Closed;
use super::path::{Setting, path};

/// Most origins.
const ORIGINS: usize = 6;

/// Most origins of a history that is too short for its season at any of them.
const SHORT_ORIGINS: usize = 4;

/// What a forecast would have said at each origin, against what came.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Steps ahead (from 1) and errors (actual minus forecast), of all origins; without days known to be closed.
    pub errors: Vec<(usize, f64)>,
    /// Means over the origins.
    pub accuracy: Accuracy,
}

/// The histories on which methods are tried.
#[derive(Debug, Clone)]
pub struct Origins {
    /// Ends of the histories, latest first.
    pub ends: Vec<usize>,
    /// How far each is forecast.
    pub distance: usize,
    /// Whether they are too short for the season that the whole history has room for.
    pub short: bool,
}

impl Origins {
    /// Each origin has the whole distance, and at least `usual` values before it. Without room for one, fewer and shorter
    /// trials with at least `fewest` values before them; without room for those either, none.
    pub fn of(length: usize, horizon: usize, usual: usize, fewest: usize) -> Self {
        // At most half of what is there to look back on, so that several origins fit in; of a short history a third.
        let (ends, distance) = origins(length, horizon.min(length.saturating_sub(usual).div_ceil(2)), usual, ORIGINS);
        if !ends.is_empty() || fewest >= usual {
            return Self { ends, distance, short: false };
        }
        let distance = horizon.min(length.saturating_sub(fewest).div_ceil(3));
        let (ends, distance) = origins(length, distance, fewest, SHORT_ORIGINS);
        Self { short: !ends.is_empty(), ends, distance }
    }
}

fn origins(length: usize, distance: usize, least: usize, most: usize) -> (Vec<usize>, usize) {
    if distance == 0 {
        return (Vec::new(), 0);
    }
    let step = distance.div_ceil(3);
    let ends = (0..most).map_while(|k| length.checked_sub(distance + k * step)).take_while(|end| *end >= least);
    (ends.collect(), distance)
}

/// Runs one method at each origin.
pub fn trial(method: Method, y: &[f64], setting: &Setting, origins: &Origins) -> Trial {
    let values = origins.ends.iter().map(|&end| path(method, &y[..end], setting, origins.distance).0).collect();
    judged(values, y, setting, origins)
}

/// The trial of values foretold at each origin.
pub fn judged(values: Vec<Vec<f64>>, y: &[f64], setting: &Setting, origins: &Origins) -> Trial {
    let mut errors = Vec::with_capacity(origins.ends.len() * origins.distance);
    let (mut absolute, mut symmetric, mut scaled) = (Sum::default(), Sum::default(), Sum::default());
    for (&end, values) in origins.ends.iter().zip(&values) {
        let (history, future) = y.split_at(end);
        let future = &future[..origins.distance];
        let error = mae(future, values);
        absolute.add(error);
        symmetric.add(smape(future, values));
        // A history of no more than a season has its change from one value to the next to go by.
        let scale = scale(history, setting.season).or_else(|| scale(history, 1));
        scaled.add(error.zip(scale).map(|(error, scale)| error / scale));
        let closed = Closed::find(history, setting.season);
        let steps = closed.places(end, origins.distance).map(|t| t - end);
        errors.extend(steps.map(|h| (h + 1, future[h] - values[h])));
    }
    let accuracy = Accuracy { smape: symmetric.mean(), mase: scaled.mean(), mae: absolute.mean() };
    Trial { errors, accuracy }
}

#[derive(Default)]
struct Sum {
    total: f64,
    count: f64,
}

impl Sum {
    fn add(&mut self, value: Option<f64>) {
        if let Some(value) = value {
            self.total += value;
            self.count += 1.0;
        }
    }

    fn mean(&self) -> Option<f64> {
        (self.count > 0.0).then(|| self.total / self.count)
    }
}
