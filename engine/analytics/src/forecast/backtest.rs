//! Rolling-origin backtest (Tashman 2000): the method is run on histories that end earlier and met with what came then.

use super::accuracy::{mae, scale, smape};
use super::answer::{Accuracy, Method};
use super::closed::Closed;
use super::path::{Setting, path};

/// Most origins.
const ORIGINS: usize = 6;

/// What one method would have said at each origin, against what came.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The method.
    pub method: Method,
    /// Steps ahead (from 1) and errors (actual minus forecast), of all origins; without days known to be closed.
    pub errors: Vec<(usize, f64)>,
    /// Means over the origins.
    pub accuracy: Accuracy,
}

/// Ends of the shorter histories, latest first, and how far each is forecast. Each origin has the whole distance, and at
/// least `least` values before it. Without room for one, empty.
pub fn origins(length: usize, horizon: usize, least: usize) -> (Vec<usize>, usize) {
    let room = length.saturating_sub(least);
    // At most half of what is there to look back on, so that several origins fit in.
    let distance = horizon.min(room.div_ceil(2));
    if distance == 0 {
        return (Vec::new(), 0);
    }
    let step = distance.div_ceil(3);
    let ends = (0..ORIGINS).map_while(|k| length.checked_sub(distance + k * step)).take_while(|end| *end >= least);
    (ends.collect(), distance)
}

/// Runs one method at each origin.
pub fn trial(method: Method, y: &[f64], setting: &Setting, ends: &[usize], distance: usize) -> Trial {
    let mut errors = Vec::with_capacity(ends.len() * distance);
    let (mut absolute, mut symmetric, mut scaled) = (Sum::default(), Sum::default(), Sum::default());
    for &end in ends {
        let (history, future) = y.split_at(end);
        let future = &future[..distance];
        let (values, _) = path(method, history, setting, distance);
        let error = mae(future, &values);
        absolute.add(error);
        symmetric.add(smape(future, &values));
        scaled.add(error.zip(scale(history, setting.season)).map(|(error, scale)| error / scale));
        let closed = Closed::find(history, setting.season);
        let steps = closed.places(end, distance).map(|t| t - end);
        errors.extend(steps.map(|h| (h + 1, future[h] - values[h])));
    }
    Trial { method, errors, accuracy: Accuracy { smape: symmetric.mean(), mase: scaled.mean(), mae: absolute.mean() } }
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
