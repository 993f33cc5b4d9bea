//! The default model: the mean of dynamic optimised Theta, complex exponential smoothing and averaged exponential smoothing; over
//! many years of months the airline model as well, and Theta on logarithms.
//!
//! Combining beats choosing in the M3 and M4 competitions (Makridakis & Hibon 2000; Petropoulos & Svetunkov 2020), because
//! a history of tens of values is too short to tell the best form from the second best.

use super::airline::Airline;
use super::answer::Part;
use super::ces::Ces;
use super::ets::{Ets, Form, Trend};
use super::season::{Kind, Season, decompose, estimate};
use super::theta::Theta;

/// Fewest values for which the members are fitted; below, the mean and the last value speak.
pub const LEAST: usize = 5;

/// Expected values, and what they are made of.
pub type Path = (Vec<f64>, Vec<Part>);

/// Values behind which the members look no further when the season is that of a year: a line through thirty years of months
/// says little of the next one.
const MEMORY: usize = 120;

/// Periods of a season from which its indices are taken: seasons change as shops do.
const SEASONS: usize = 6;

/// How slowly a trend may flatten: the upper limit of the damping, for most histories and for those of many years, which know
/// how long their growth lasts.
const DAMPING: f64 = 0.98;
const LONG_DAMPING: f64 = 0.995;

/// How many members there are.
pub const MEMBERS: usize = 5;

/// Their names, in the order of [`members`].
pub const NAMES: [&str; MEMBERS] = ["dotm", "dotm_log", "ces", "ets", "airline"];

/// Their shares unless the backtest says otherwise. Logarithms have a part where the level has had long to grow, and the airline
/// model where it had twenty years; on shorter series they lowered no cross-validated error.
pub fn shares(length: usize, period: usize) -> [f64; MEMBERS] {
    let (third, sixth) = (1.0 / 3.0, 1.0 / 6.0);
    if is_of_decades(length, period) {
        [0.0, sixth, sixth, third, third]
    } else if is_long(length, period) {
        [sixth, sixth, third, third, 0.0]
    } else {
        [third, 0.0, third, third, 0.0]
    }
}

fn is_long(length: usize, period: usize) -> bool {
    period > 7 && length > MEMORY.max(10 * period)
}

/// Whether a season was seen twenty times, each time a long one.
pub fn is_of_decades(length: usize, period: usize) -> bool {
    period > 7 && length >= 20 * period
}

/// Expected values of the next `horizon` periods by each member, and what it is made of; none where a member does not suit
/// the series. `period` is the length of the season, 1 for none.
pub fn members(y: &[f64], period: usize, horizon: usize) -> [Option<Path>; MEMBERS] {
    let decades = is_of_decades(y.len(), period);
    let near = if is_long(y.len(), period) { &y[y.len() - MEMORY.max(10 * period)..] } else { y };
    let season = recent(near, period, None);
    let logs: Option<Vec<f64>> = near.iter().map(|v| (*v > 0.0).then(|| v.ln())).collect();
    // Growth and season in percent.
    let of_logs = |logs: Vec<f64>| {
        let season = recent(&logs, period, Some(Kind::Additive));
        let (mut values, parts) = theta("DOTM(log)", &logs, &season, horizon);
        values.iter_mut().for_each(|v| *v = v.exp());
        (values, parts)
    };
    let found = [
        Some(theta("DOTM", near, &season, horizon)),
        logs.map(of_logs),
        Some(ces("CES", near, &season, horizon)),
        smoothing(y, period, &season, horizon, if decades { LONG_DAMPING } else { DAMPING }),
        if decades { airline(y, period, horizon) } else { None },
    ];
    found.map(|member| member.filter(|(values, _)| values.iter().all(|v| v.is_finite())))
}

/// The season of the last years, of a kind or of that which suits.
fn recent(y: &[f64], period: usize, kind: Option<Kind>) -> Season {
    let from = if period > 7 { (y.len() / period).saturating_sub(SEASONS) * period } else { 0 };
    match kind {
        None => estimate(&y[from..], period),
        Some(kind) => decompose(&y[from..], period, kind).unwrap_or_else(Season::none),
    }
}

fn restored(season: &Season, from: usize, mut values: Vec<f64>) -> Vec<f64> {
    season.restore(from, &mut values);
    values
}

fn theta(name: &str, y: &[f64], season: &Season, horizon: usize) -> Path {
    let flat = season.remove(y);
    let theta = Theta::fit(&flat);
    let parts = vec![Part::new(name, 1.0, &[("alpha", theta.alpha), ("theta", theta.theta)])];
    (restored(season, y.len(), theta.forecast(&flat, horizon)), parts)
}

fn ces(name: &str, y: &[f64], season: &Season, horizon: usize) -> Path {
    let flat = season.remove(y);
    let ces = Ces::fit(&flat);
    let parts = vec![Part::new(name, 1.0, &[("a0", ces.real), ("a1", ces.imaginary)])];
    (restored(season, y.len(), ces.forecast(&flat, horizon)), parts)
}

fn airline(y: &[f64], period: usize, horizon: usize) -> Option<Path> {
    let model = Airline::fit(y, period)?;
    let parameters = [("theta", model.theta), ("seasonal", model.seasonal), ("exponent", model.exponent)];
    Some((model.forecast(y, horizon), vec![Part::new("ARIMA(0,1,1)(0,1,1)", 1.0, &parameters)]))
}

/// Forms whose season has the same nature as their error, without trend or with a damped one: an undamped trend does harm
/// at long horizons.
fn forms(seasonal: bool) -> impl Iterator<Item = Form> {
    let kinds = [Kind::Additive, Kind::Multiplicative];
    let seasons = [None, Some(Kind::Additive), Some(Kind::Multiplicative)];
    kinds.into_iter().flat_map(move |error| {
        [Trend::None, Trend::Damped].into_iter().flat_map(move |trend| {
            seasons
                .into_iter()
                .filter(move |season| season.is_none_or(|kind| seasonal && kind == error))
                .map(move |season| Form { error, trend, season })
        })
    })
}

/// Exponential smoothing averaged over its forms by Akaike weights (Kolassa 2011).
fn smoothing(y: &[f64], period: usize, season: &Season, horizon: usize, damping: f64) -> Option<Path> {
    let seasonal = period > 1 && season.indices.len() == period;
    let fits: Vec<Ets> = forms(seasonal).filter_map(|form| Ets::fit(y, period, form, damping)).collect();
    let best = fits.iter().map(|fit| fit.aicc).fold(f64::INFINITY, f64::min);
    let mut values = vec![0.0; horizon];
    let mut parts = Vec::new();
    for fit in &fits {
        let weight = ((best - fit.aicc) / 2.0).exp();
        let path = fit.forecast(y, horizon);
        // A weight of less than a hundredth moves nothing.
        if weight < 0.01 || path.iter().any(|v| !v.is_finite()) {
            continue;
        }
        values.iter_mut().zip(&path).for_each(|(sum, v)| *sum += weight * v);
        parts.push(fit.part(weight));
    }
    let total: f64 = parts.iter().map(|part| part.weight).sum();
    if total <= 0.0 {
        return None;
    }
    values.iter_mut().for_each(|v| *v /= total);
    parts.iter_mut().for_each(|part| part.weight /= total);
    Some((values, parts))
}
