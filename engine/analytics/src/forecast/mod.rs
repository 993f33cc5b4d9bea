//! What comes next: points with intervals for a series of days, weeks or months.
//!
//! [`forecast`] takes out what the calendar explains, forecasts the rest with a combination of methods, tries it and
//! simpler methods on the series' own past, and answers with the one that was better there. It always answers: with too
//! little history by a simpler method and wider intervals, and says so.

mod accuracy;
mod answer;
mod backtest;
mod calendar;
mod ces;
mod closed;
mod combination;
mod ets;
mod holidays;
mod intermittent;
mod interval;
mod path;
mod season;
mod simplex;
mod theta;
mod year;

pub use accuracy::{mae, scale, smape};
pub use answer::{Accuracy, Backtest, Forecast, Method, Model, Note, Options, Part, Point};
pub use calendar::{Calendar, Day, Grain, civil, day, weekday};

use backtest::{Trial, origins, trial};
use closed::Closed;
use path::{Setting, path};

/// Where a series lies in a calendar: the period of its first value.
#[derive(Debug, Clone, Copy)]
struct Position<'a> {
    calendar: Option<&'a Calendar>,
    offset: usize,
}

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

    let (ends, distance) = origins(y.len(), options.horizon, least(&setting));
    let simple = trial(naive_of(&setting), &y, &setting, &ends, distance);
    let chosen = choose(&y, &setting, &ends, distance, &simple);
    let (values, parts) = path(chosen.method, &y, &setting, options.horizon);
    let closed = Closed::find(&y, season);
    let open: Vec<f64> = closed.places(0, y.len()).map(|t| y[t]).collect();
    let change = change(&open, closed.open());
    let mut deviations = interval::deviations(&chosen.errors, change, options.horizon);
    let (narrow, wide) = interval::widths(&chosen.errors, ends.len(), &deviations);
    // Nothing is expected on a closed day, and that for certain.
    deviations.iter_mut().enumerate().filter(|(h, _)| closed.at(y.len() + h)).for_each(|(_, d)| *d = 0.0);
    let points = values
        .iter()
        .zip(&deviations)
        .map(|(value, deviation)| point(*value, *deviation, (narrow, wide), unit, options.non_negative));
    let restore = |a: Accuracy| Accuracy { mae: a.mae.map(|mae| (mae * unit.abs()).min(f64::MAX)), ..a };
    Forecast {
        from: last,
        points: points.collect(),
        model: Model { method: chosen.method, season, parts },
        backtest: (!ends.is_empty()).then(|| Backtest {
            horizon: distance,
            origins: ends.len(),
            model: restore(chosen.accuracy),
            naive: restore(simple.accuracy),
            coverage95: interval::coverage(&chosen.errors, change),
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

/// Fewest values before an origin.
fn least(setting: &Setting) -> usize {
    combination::LEAST.max(2 * setting.season + 2)
}

fn naive_of(setting: &Setting) -> Method {
    if setting.season > 1 { Method::SeasonalNaive } else { Method::Naive }
}

fn remark(y: &[f64], setting: &Setting, horizon: usize, notes: &mut Vec<Note>) {
    let have = y.len();
    if have == 0 {
        notes.push(Note::NoData);
        return;
    }
    if have < combination::LEAST {
        notes.push(Note::TooFew { have, need: combination::LEAST });
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
    if is_intermittent(y, setting) {
        notes.push(Note::Intermittent);
    }
    if horizon > have {
        notes.push(Note::LongHorizon);
    }
}

/// Whether at least a third of the values on open days are zeros.
fn is_intermittent(y: &[f64], setting: &Setting) -> bool {
    let closed = Closed::find(y, setting.season);
    let (zeros, all) =
        closed.places(0, y.len()).fold((0, 0), |(zeros, all), t| (zeros + usize::from(y[t] == 0.0), all + 1));
    zeros < y.len() && 3 * zeros >= all && all > 0 && y.len() >= combination::LEAST
}

/// The method that was best at the origins, the combination unless another was clearly better.
fn choose(y: &[f64], setting: &Setting, ends: &[usize], distance: usize, simple: &Trial) -> Trial {
    let constant = y.iter().all(|v| Some(v) == y.first());
    if constant {
        return trial(Method::Naive, y, setting, ends, distance);
    }
    if y.len() < combination::LEAST {
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

/// How small the naive method's mean square must be against the combination's to replace it. A backtest is a noisy judge:
/// cross-validated within M3's training parts, each milder limit makes the forecasts worse.
const CLEARLY: f64 = 0.25;

/// Standard deviation of one-step changes of the series without season; without two values, the value itself.
fn change(y: &[f64], season: usize) -> f64 {
    let flat = season::estimate(y, season).remove(y);
    match flat.len() {
        0 => 0.0,
        1 => flat[0].abs(),
        n => (flat.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum::<f64>() / (n - 1) as f64).sqrt(),
    }
}

fn point(value: f64, deviation: f64, (narrow, wide): (f64, f64), unit: f64, non_negative: bool) -> Point {
    let floor = if non_negative { 0.0 } else { f64::MIN };
    // First in the model's own unit: huge values must not meet as infinities.
    let place = |shift: f64| ((value * unit.signum() + shift * deviation) * unit.abs()).clamp(floor, f64::MAX);
    Point {
        value: place(0.0),
        lower80: place(-narrow),
        upper80: place(narrow),
        lower95: place(-wide),
        upper95: place(wide),
    }
}

/// Arithmetic mean; zero of nothing.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), v| (sum + v, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}
