//! Which method forecasts a series: judged by its errors on the series' own past.
//!
//! The combination is the default: a backtest is a noisy judge, and choosing by it readily makes forecasts worse (measured
//! within M3's training parts). But what is shown must not have lost to repeating the past where both were tried (with a
//! season seen less than twenty times: not clearly). Where it has, the weights are drawn towards the best of the pool - the combination's members, the
//! last value, the last season - as little as it takes for the mixture not to lose.

use super::answer::{Accuracy, Method, Note, Tried};
use super::backtest::{Origins, Trial, judged, trial};
use super::closed::Closed;
use super::combination::{LEAST, MEMBERS, NAMES, Path, is_of_decades};
use super::mean::mean;
use super::path::{Setting, members, mixed, path, shares};

/// How much worse the combination may be at the origins of a seasonal series, as a share of the error of the last season
/// again, before its weights move; that it lost is told at once. Six origins share most of their season: moving at any loss,
/// M3's monthly MASE was 0.835 in place of 0.823, while series without season and short ones gained by it. Decades of months move
/// at any loss: there it costs next to nothing.
const SEASONAL_DOUBT: f64 = 1.0;

/// Steps from the combination's own weights to the best method alone.
const STEPS: usize = 10;

/// What forecasts, and how it did.
#[derive(Debug)]
pub struct Chosen {
    /// The method.
    pub method: Method,
    /// Weights of the pool; none where the method speaks alone.
    weights: Option<Vec<f64>>,
    /// Errors of what is shown.
    pub trial: Trial,
    /// Each method that was tried, alone.
    pub tried: Vec<Tried>,
    /// What the reader must know of the choice.
    pub note: Option<Note>,
}

impl Chosen {
    fn one(method: Method, trial: Trial, among: &[(Method, Trial)], note: Option<Note>) -> Self {
        let told = |(tried, trial): &(Method, Trial)| Tried {
            name: tried.name(),
            accuracy: trial.accuracy,
            share: f64::from(u8::from(*tried == method)),
        };
        Self { method, weights: None, trial, tried: among.iter().map(told).collect(), note }
    }

    /// Expected values of the next `horizon` periods, and what they are made of.
    pub fn path(&self, y: &[f64], setting: &Setting, horizon: usize) -> Path {
        match &self.weights {
            None => path(self.method, y, setting, horizon),
            Some(weights) => mixed(weights, &pool(y, setting, horizon), y, horizon),
        }
    }
}

/// The paths that are weighted: the combination's members, the last season, the last value.
fn pool(y: &[f64], setting: &Setting, horizon: usize) -> Vec<Option<Path>> {
    let naive = |method: Method| Some(path(method, y, setting, horizon));
    let seasonal = (1 < setting.repeats() && setting.repeats() <= y.len()).then(|| naive(Method::SeasonalNaive));
    members(y, setting, horizon).into_iter().chain([seasonal.flatten(), naive(Method::Naive)]).collect()
}

/// Fewest values before an origin.
pub fn least(setting: &Setting) -> usize {
    LEAST.max(2 * setting.season + 2)
}

/// Fewest values before an origin of a history that is too short for its season at any.
pub const fn fewest() -> usize {
    LEAST
}

/// The method without a model that others are measured against: the last season again, where each origin has one.
pub fn naive_of(setting: &Setting, origins: &Origins) -> Method {
    let seasonal = setting.season > 1 && origins.ends.iter().all(|end| *end >= setting.season);
    if seasonal { Method::SeasonalNaive } else { Method::Naive }
}

/// Whether at least a third of the values on open days are zeros.
pub fn is_intermittent(y: &[f64], setting: &Setting) -> bool {
    let closed = Closed::find(y, setting.season);
    let (zeros, all) =
        closed.places(0, y.len()).fold((0, 0), |(zeros, all), t| (zeros + usize::from(y[t] == 0.0), all + 1));
    zeros < y.len() && 3 * zeros >= all && all > 0 && y.len() >= LEAST
}

/// What was best at the origins: the combination unless it lost.
pub fn choose(y: &[f64], setting: &Setting, origins: &Origins, simple: &Trial) -> Chosen {
    let run = |method: Method| (method, trial(method, y, setting, origins));
    let shown = (naive_of(setting, origins), simple.clone());
    let alone = |method: Method| {
        let (method, trial) = run(method);
        let among = [(method, trial.clone()), shown.clone()];
        Chosen::one(method, trial, if method == shown.0 { &among[..1] } else { &among }, None)
    };
    if y.iter().all(|v| Some(v) == y.first()) {
        return alone(Method::Naive);
    }
    if y.len() < LEAST {
        return alone(Method::Mean);
    }
    if is_intermittent(y, setting) {
        let methods = [Method::Combination, Method::Sba, Method::Tsb].map(run);
        let [combination, rest @ ..] = methods;
        return by_squares(&[vec![combination, shown], rest.into()].concat(), origins);
    }
    weighted(y, setting, origins, simple)
}

/// Of many zeros the mean rate is asked for, which squares judge.
fn by_squares(among: &[(Method, Trial)], origins: &Origins) -> Chosen {
    let squares = |trial: &Trial| mean(trial.errors.iter().map(|(_, e)| e * e));
    let (usual, shown) = (&among[0], &among[1].1);
    let judged = if origins.ends.len() >= 3 { among } else { &among[..1] };
    // The first of equals.
    let best = judged.iter().fold(usual, |best, one| if squares(&one.1) < squares(&best.1) { one } else { best });
    let note = loses(&best.1, shown, 0.0).then_some(Note::NaiveBetterByAbsolute);
    Chosen::one(best.0, best.1.clone(), among, note)
}

/// The combination; its weights drawn towards the best of the pool where it lost to repeating the past.
fn weighted(y: &[f64], setting: &Setting, origins: &Origins, shown: &Trial) -> Chosen {
    let pools: Vec<Vec<Option<Path>>> =
        origins.ends.iter().map(|end| pool(&y[..*end], setting, origins.distance)).collect();
    let tried = |weights: &[f64]| {
        let at = |(end, paths): (&usize, &Vec<Option<Path>>)| mixed(weights, paths, &y[..*end], origins.distance).0;
        judged(origins.ends.iter().zip(&pools).map(at).collect(), y, setting, origins)
    };
    let width = MEMBERS + 2;
    let unit = |place: usize| (0..width).map(|i| f64::from(u8::from(i == place))).collect::<Vec<f64>>();
    let mut usual = shares(y, setting).to_vec();
    usual.resize(width, 0.0);
    // A member that some origin lacks is not judged.
    let full = |place: &usize| pools.iter().all(|pool| pool[*place].is_some());
    let alone: Vec<(usize, Trial)> = (0..width).filter(full).map(|place| (place, tried(&unit(place)))).collect();
    let default = tried(&usual);
    let lost = !origins.ends.is_empty() && loses(&default, shown, 0.0);
    let doubted = setting.season > 1 && !origins.short && !is_of_decades(y.len(), setting.season);
    let doubt = if doubted { SEASONAL_DOUBT } else { 0.0 };
    let naive = MEMBERS + usize::from(naive_of(setting, origins) == Method::Naive);
    let (weights, trial) = if lost && loses(&default, shown, doubt) {
        drawn(&usual, &alone, &tried, shown).unwrap_or_else(|| (unit(naive), shown.clone()))
    } else {
        (usual, default.clone())
    };
    let share = |i: usize| weights[i];
    let repeated = share(MEMBERS) + share(MEMBERS + 1);
    let method = match (share(MEMBERS), share(MEMBERS + 1)) {
        (seasonal, _) if seasonal >= 1.0 => Method::SeasonalNaive,
        (_, naive) if naive >= 1.0 => Method::Naive,
        _ => Method::Combination,
    };
    let name =
        |place: usize| NAMES.get(place).copied().unwrap_or(if place == MEMBERS { "seasonal_naive" } else { "naive" });
    let combination = Tried { name: Method::Combination.name(), accuracy: default.accuracy, share: 0.0 };
    // Of the members that were judged: short histories lack some.
    let whole = alone.iter().map(|one| share(one.0)).sum::<f64>().max(f64::MIN_POSITIVE);
    let told =
        alone.iter().map(|(i, trial)| Tried { name: name(*i), accuracy: trial.accuracy, share: share(*i) / whole });
    Chosen {
        method,
        trial,
        tried: std::iter::once(combination).chain(told).collect(),
        note: lost.then(|| Note::NaiveBetter { percent: (100.0 * repeated).round() as usize }),
        weights: Some(weights),
    }
}

/// The first step from `usual` to the best of the pool that does not lose, to a member of the combination if one can do it;
/// repeating the past as it is shown where none is.
fn drawn(
    usual: &[f64],
    alone: &[(usize, Trial)],
    tried: &impl Fn(&[f64]) -> Trial,
    shown: &Trial,
) -> Option<(Vec<f64>, Trial)> {
    let mut best: Vec<&(usize, Trial)> = alone.iter().collect();
    best.sort_by(|a, b| scaled(&a.1.accuracy).total_cmp(&scaled(&b.1.accuracy)));
    let (members, naive): (Vec<_>, Vec<_>) = best.into_iter().partition(|one| one.0 < MEMBERS);
    let towards = |target: usize, step: usize| -> Vec<f64> {
        let share = step as f64 / STEPS as f64;
        let weight = |(i, from): (usize, &f64)| (1.0 - share) * from + if i == target { share } else { 0.0 };
        usual.iter().enumerate().map(weight).collect()
    };
    let targets = members.first().into_iter().chain(naive.first()).map(|one| one.0);
    let mixtures = targets.flat_map(|target| (1..=STEPS).map(move |step| (target, step)));
    mixtures
        .map(|(target, step)| towards(target, step))
        .map(|weights| (tried(&weights), weights))
        .find(|(trial, _)| !loses(trial, shown, 0.0))
        .map(|(trial, weights)| (weights, trial))
}

/// Whether a trial has the larger error by more than the share `doubt` of the other's, by either measure.
fn loses(trial: &Trial, other: &Trial, doubt: f64) -> bool {
    // Sums in another order differ in the last digit.
    let more = |own: f64, other: f64| own > other * (1.0 + doubt + 1e-12);
    let symmetric = |accuracy: &Accuracy| accuracy.smape.unwrap_or(0.0);
    more(scaled(&trial.accuracy), scaled(&other.accuracy))
        || more(symmetric(&trial.accuracy), symmetric(&other.accuracy))
}

/// The scaled error; where the past never changed, the error itself.
fn scaled(accuracy: &Accuracy) -> f64 {
    accuracy.mase.or(accuracy.mae).unwrap_or(0.0)
}
