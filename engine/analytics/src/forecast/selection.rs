//! Which method forecasts a series: judged by its errors on the series' own past.

use super::answer::Method;
use super::backtest::{Trial, trial};
use super::closed::Closed;
use super::combination::LEAST;
use super::mean::mean;
use super::path::Setting;

/// How small the naive method's mean square must be against the combination's to replace it. A backtest is a noisy judge:
/// cross-validated within M3's training parts, each milder limit makes the forecasts worse.
const CLEARLY: f64 = 0.25;

/// Fewest values before an origin.
pub fn least(setting: &Setting) -> usize {
    LEAST.max(2 * setting.season + 2)
}

/// The method without a model that others are measured against.
pub fn naive_of(setting: &Setting) -> Method {
    if setting.season > 1 { Method::SeasonalNaive } else { Method::Naive }
}

/// Whether at least a third of the values on open days are zeros.
pub fn is_intermittent(y: &[f64], setting: &Setting) -> bool {
    let closed = Closed::find(y, setting.season);
    let (zeros, all) =
        closed.places(0, y.len()).fold((0, 0), |(zeros, all), t| (zeros + usize::from(y[t] == 0.0), all + 1));
    zeros < y.len() && 3 * zeros >= all && all > 0 && y.len() >= LEAST
}

/// The method that was best at the origins, the combination unless another was clearly better.
pub fn choose(y: &[f64], setting: &Setting, ends: &[usize], distance: usize, simple: &Trial) -> Trial {
    let constant = y.iter().all(|v| Some(v) == y.first());
    if constant {
        return trial(Method::Naive, y, setting, ends, distance);
    }
    if y.len() < LEAST {
        return trial(Method::Mean, y, setting, ends, distance);
    }
    let usual = trial(Method::Combination, y, setting, ends, distance);
    let (others, advantage): (Vec<Trial>, f64) = if is_intermittent(y, setting) {
        ([Method::Sba, Method::Tsb].map(|method| trial(method, y, setting, ends, distance)).into(), 1.0)
    } else {
        (vec![simple.clone()], CLEARLY)
    };
    let squares = |trial: &Trial| mean(trial.errors.iter().map(|(_, e)| e * e));
    let limit = advantage * squares(&usual);
    others
        .into_iter()
        .filter(|other| ends.len() >= 3 && squares(other) < limit)
        .min_by(|a, b| squares(a).total_cmp(&squares(b)))
        .unwrap_or(usual)
}
