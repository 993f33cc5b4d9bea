//! The default model: the mean of dynamic optimised Theta, complex exponential smoothing and averaged exponential smoothing.
//!
//! Combining beats choosing in the M3 and M4 competitions (Makridakis & Hibon 2000; Petropoulos & Svetunkov 2020), because
//! a history of tens of values is too short to tell the best form from the second best.

use super::answer::Part;
use super::ces::Ces;
use super::ets::{Ets, Form, Trend};
use super::mean::mean;
use super::season::{Kind, Season, estimate};
use super::theta::Theta;

/// Fewest values for which the members are fitted; below, the mean and the last value speak.
pub const LEAST: usize = 5;

/// Expected values of the next `horizon` periods, and what they are made of. `period` is the length of the season, 1 for
/// none.
pub fn forecast(y: &[f64], period: usize, horizon: usize) -> (Vec<f64>, Vec<Part>) {
    let season = estimate(y, period);
    let flat = season.remove(y);
    let restored = |mut values: Vec<f64>| {
        season.restore(y.len(), &mut values);
        values
    };
    let theta = Theta::fit(&flat);
    let ces = Ces::fit(&flat);
    let mut members = vec![
        (
            restored(theta.forecast(&flat, horizon)),
            vec![Part::new("DOTM", 1.0, &[("alpha", theta.alpha), ("theta", theta.theta)])],
        ),
        (
            restored(ces.forecast(&flat, horizon)),
            vec![Part::new("CES", 1.0, &[("a0", ces.real), ("a1", ces.imaginary)])],
        ),
    ];
    members.extend(smoothing(y, period, &season, horizon));
    members.retain(|(values, _)| values.iter().all(|v| v.is_finite()));
    if members.is_empty() {
        return (vec![y.last().copied().unwrap_or(0.0); horizon], vec![Part::new("naive", 1.0, &[])]);
    }
    let share = 1.0 / members.len() as f64;
    let values = (0..horizon).map(|h| mean(members.iter().map(|(values, _)| values[h]))).collect();
    let mut parts: Vec<Part> = members.into_iter().flat_map(|(_, parts)| parts).collect();
    parts.iter_mut().for_each(|part| part.weight *= share);
    (values, parts)
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
fn smoothing(y: &[f64], period: usize, season: &Season, horizon: usize) -> Option<(Vec<f64>, Vec<Part>)> {
    let seasonal = period > 1 && season.indices.len() == period;
    let fits: Vec<Ets> = forms(seasonal).filter_map(|form| Ets::fit(y, period, form)).collect();
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
