//! From a series to its forecast: cleaned, measured on its own past, carried on, put back into its units.

use super::answer::{Accuracy, Backtest, Forecast, Model, Note, Options, Point, Tried};
use super::backtest::{Origins, trial};
use super::calendar::{Calendar, Grain};
use super::closed::Closed;
use super::combination::LEAST;
use super::interval::Prior;
use super::path::Setting;
use super::position::Position;
use super::{interval, season, selection};

/// Shortest season that is treated as a long one.
const LONG: usize = 25;

/// Forecasts a series of equal periods, oldest first, gaps as zeros.
///
/// Deterministic; a part of a second for thousands of values, milliseconds for a hundred.
pub fn forecast(series: &[f64], options: &Options) -> Forecast {
    let mut notes = Vec::new();
    let (first, last) = complete(series.len(), options.calendar.as_ref());
    if first > 0 || last < series.len() {
        notes.push(Note::Partial { first, last: series.len() - last });
    }
    let mut y = numbers(&series[first..last], &mut notes);
    // A product's history begins with its first sale.
    let lead = y.iter().take_while(|v| **v == 0.0).count();
    y.drain(..if lead < y.len() { lead } else { 0 });
    let (season, year) = seasons(options);
    let setting = Setting {
        season,
        year,
        position: Position { calendar: options.calendar.as_ref(), offset: first + lead.min(last - first - y.len()) },
    };
    // One unit for all: squares stay in range, tolerances mean the same. Refunds only: forecast as sales.
    let size = y.iter().fold(0.0, |a: f64, v| a.max(v.abs()));
    let unit = if size > 0.0 { size } else { 1.0 } * if y.iter().all(|v| *v <= 0.0) { -1.0 } else { 1.0 };
    y.iter_mut().for_each(|v| *v /= unit);
    remark(&y, &setting, options.horizon, &mut notes);

    let origins = Origins::of(y.len(), options.horizon, selection::least(&setting), selection::fewest());
    let simple = trial(selection::naive_of(&setting, &origins), &y, &setting, &origins);
    let chosen = selection::choose(&y, &setting, &origins, &simple);
    if origins.short {
        notes.push(Note::ShortTrial { origins: origins.ends.len(), horizon: origins.distance });
    }
    notes.extend(chosen.note);
    let errors = &chosen.trial.errors;
    let bounds = bounds(&y, unit, options.non_negative);
    let (values, parts) = chosen.path(&y, &setting, options.horizon);
    let closed = Closed::find(&y, season);
    let open: Vec<f64> = closed.places(0, y.len()).map(|t| y[t]).collect();
    let prior = Prior { change: change(&open, closed.open()), seasonal: season > 1 };
    let mut deviations = interval::deviations(errors, &prior, options.horizon);
    let (narrow, wide) = interval::widths(errors, origins.ends.len(), &deviations);
    // Nothing is expected on a closed day, and that for certain.
    deviations.iter_mut().enumerate().filter(|(h, _)| closed.at(y.len() + h)).for_each(|(_, d)| *d = 0.0);
    let points = values
        .iter()
        .zip(&deviations)
        .map(|(value, deviation)| point(*value, *deviation, (narrow, wide), unit, bounds));
    let restore = |a: Accuracy| Accuracy { mae: a.mae.map(|mae| (mae * unit.abs()).min(f64::MAX)), ..a };
    Forecast {
        from: last,
        points: points.collect(),
        model: Model { method: chosen.method, season, parts },
        backtest: (!origins.ends.is_empty()).then(|| Backtest {
            horizon: origins.distance,
            origins: origins.ends.len(),
            model: restore(chosen.trial.accuracy),
            naive: restore(simple.accuracy),
            coverage95: interval::coverage(errors, &prior),
            tried: chosen.tried.iter().map(|one| Tried { accuracy: restore(one.accuracy), ..*one }).collect(),
        }),
        notes,
    }
}

/// First and last (exclusive) place of the complete periods. A first partial period stays when there is nothing else.
fn complete(length: usize, calendar: Option<&Calendar>) -> (usize, usize) {
    let Some(calendar) = calendar else { return (0, length) };
    let last = calendar.complete(length);
    (usize::from(calendar.begins_inside() && last > 1), last)
}

/// The values with each that is no number replaced by the one before it.
fn numbers(series: &[f64], notes: &mut Vec<Note>) -> Vec<f64> {
    let count = series.iter().filter(|v| !v.is_finite()).count();
    if count > 0 {
        notes.push(Note::NotNumbers { count });
    }
    let mut before = series.iter().copied().find(|v| v.is_finite()).unwrap_or(0.0);
    series
        .iter()
        .map(|v| {
            before = if v.is_finite() { *v } else { before };
            before
        })
        .collect()
}

/// Short and long season.
fn seasons(options: &Options) -> (usize, Option<usize>) {
    let suggested: &[usize] = match options.calendar.as_ref().map(|calendar| calendar.grain) {
        Some(Grain::Day) => &[7, 365],
        Some(Grain::Week) => &[52],
        Some(Grain::Month) => &[12],
        None => &[],
    };
    let lengths = if options.seasons.is_empty() { suggested } else { &options.seasons };
    let short = lengths.iter().copied().filter(|s| (2..LONG).contains(s)).min();
    (short.unwrap_or(1), lengths.iter().copied().filter(|s| *s >= LONG).max())
}

fn remark(y: &[f64], setting: &Setting, horizon: usize, notes: &mut Vec<Note>) {
    let have = y.len();
    if have == 0 {
        notes.push(Note::NoData);
        return;
    }
    if have < LEAST {
        notes.push(Note::TooFew { have, need: LEAST });
    }
    let need = setting.season.max(setting.year.unwrap_or(1)).saturating_mul(2);
    if need > 2 && have < need {
        notes.push(Note::NoSeason { have, need });
    }
    if y.iter().all(|v| *v == 0.0) {
        notes.push(Note::AllZero);
    } else if have > 1 && y.iter().all(|v| *v == y[0]) {
        notes.push(Note::Constant);
    }
    if selection::is_intermittent(y, setting) {
        notes.push(Note::Intermittent);
    }
    if horizon > have {
        notes.push(Note::LongHorizon);
    }
}

/// Standard deviation of one-step changes of the series without season; without two values, the value itself.
fn change(y: &[f64], season: usize) -> f64 {
    let flat = season::estimate(y, season).remove(y);
    match flat.len() {
        0 => 0.0,
        1 => flat[0].abs(),
        n => (flat.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum::<f64>() / (n - 1) as f64).sqrt(),
    }
}

/// Between what points and limits lie, in the units of the series: what never was below zero is not foretold below it, nor what
/// never was above it above. `y` is in the model's own unit, in which a history of refunds alone is one of sales.
fn bounds(y: &[f64], unit: f64, non_negative: bool) -> (f64, f64) {
    let one_sided = !y.is_empty() && y.iter().all(|v| *v >= 0.0);
    let floor = if non_negative || one_sided && unit > 0.0 { 0.0 } else { f64::MIN };
    let ceiling = if one_sided && unit < 0.0 { 0.0 } else { f64::MAX };
    (floor, ceiling)
}

fn point(value: f64, deviation: f64, (narrow, wide): (f64, f64), unit: f64, (floor, ceiling): (f64, f64)) -> Point {
    // First in the model's own unit: huge values must not meet as infinities.
    let place = |shift: f64| ((value * unit.signum() + shift * deviation) * unit.abs()).clamp(floor, ceiling);
    Point {
        value: place(0.0),
        lower80: place(-narrow),
        upper80: place(narrow),
        lower95: place(-wide),
        upper95: place(wide),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fades_is_not_foretold_below_zero() {
        // A product that fades from 231 pieces a month to one, and never came back.
        let pieces: Vec<f64> = (0..13).map(|t| (231.0 * 0.63_f64.powi(t)).max(1.0).round()).collect();
        let options = Options { horizon: 6, seasons: vec![12], calendar: None, non_negative: false };
        let inside = |series: &[f64], fine: fn(f64) -> bool| {
            let points = forecast(series, &options).points;
            points.iter().all(|p| [p.value, p.lower80, p.lower95, p.upper80, p.upper95].into_iter().all(fine))
        };
        assert!(inside(&pieces, |v| v >= 0.0));
        let refunds: Vec<f64> = pieces.iter().map(|v| -v).collect();
        assert!(inside(&refunds, |v| v <= 0.0));
        // Who has been below zero may be so again.
        let mut mixed = pieces;
        mixed[12] = -40.0;
        assert!(!inside(&mixed, |v| v >= 0.0));
    }
}
