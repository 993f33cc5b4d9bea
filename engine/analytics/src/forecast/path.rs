//! One method's way from a history to the values behind it, calendar and seasons taken out before and put back after.
//!
//! It sees the history that it is given and nothing else: a backtest calls it with a shorter one.

use super::answer::{Method, Part};
use super::closed::Closed;
use super::combination::{self, Path};
use super::holidays::Holidays;
use super::intermittent;
use super::mean::mean;
use super::position::Position;
use super::year::Year;

/// The seasons of a series and where it lies in time.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Length of the short season, 1 for none.
    pub season: usize,
    /// Length of the long one.
    pub year: Option<usize>,
    /// Place in the calendar.
    pub position: Position<'a>,
}

/// Expected values of the next `horizon` periods by `method`, and what it is made of.
pub fn path(method: Method, y: &[f64], setting: &Setting, horizon: usize) -> Path {
    match method {
        Method::Combination => {
            let members = members(y, setting, horizon);
            mixed(&shares(y, setting), &members, y, horizon)
        }
        Method::SeasonalNaive => (naive(y, setting.repeats(), horizon), vec![Part::new("seasonal naive", 1.0, &[])]),
        Method::Naive => (naive(y, 1, horizon), vec![Part::new("naive", 1.0, &[])]),
        Method::Mean => level(y, setting, horizon, |y| (mean(y.iter().copied()), Part::new("mean", 1.0, &[]))),
        Method::Sba => level(y, setting, horizon, |y| rate("SBA", intermittent::sba(y))),
        Method::Tsb => level(y, setting, horizon, |y| rate("TSB", intermittent::tsb(y))),
    }
}

/// The last season again (of one period: the last value). Zeros after an empty history.
pub fn naive(y: &[f64], season: usize, horizon: usize) -> Vec<f64> {
    let season = if y.len() < season { 1 } else { season.max(1) };
    (0..horizon).map(|h| y.len().checked_sub(season).map_or(0.0, |from| y[from + h % season])).collect()
}

fn rate(name: &str, level: intermittent::Level) -> (f64, Part) {
    (level.value, Part::new(name, 1.0, &[("size", level.size), ("chance", level.chance)]))
}

/// One level on all open days, from the open days.
fn level(y: &[f64], setting: &Setting, horizon: usize, of: impl Fn(&[f64]) -> (f64, Part)) -> Path {
    let closed = Closed::find(y, setting.season);
    let open: Vec<f64> = closed.places(0, y.len()).map(|t| y[t]).collect();
    let (value, part) = of(&open);
    ((y.len()..y.len() + horizon).map(|t| if closed.at(t) { 0.0 } else { value }).collect(), vec![part])
}

/// The paths of the combination's members; none where a member does not suit the series.
pub fn members(y: &[f64], setting: &Setting, horizon: usize) -> [Option<Path>; combination::MEMBERS] {
    let holidays = Holidays::estimate(y, setting.season, &setting.position, horizon);
    let clean = holidays.remove(y);
    let closed = Closed::find(y, setting.season);
    let past: Vec<usize> = closed.places(0, y.len()).collect();
    let future: Vec<usize> = closed.places(y.len(), horizon).collect();
    let phases = |places: &[usize]| -> Vec<f64> { places.iter().map(|t| setting.phase(*t)).collect() };
    // What is left has a shorter season, and it starts at the same place.
    let open: Vec<f64> = past.iter().map(|t| clean[*t]).collect();
    let (past, ahead) = (phases(&past), phases(&future));
    let year = if setting.year.is_some() { Year::estimate(&open, &past) } else { Year::none() };
    combination::members(&year.remove(&open, &past), closed.open(), future.len()).map(|member| {
        let (mut values, parts) = member?;
        year.restore(&mut values, &ahead);
        let mut all = vec![0.0; horizon];
        future.iter().zip(values).for_each(|(t, v)| all[t - y.len()] = v);
        holidays.restore(&mut all);
        Some((all, parts))
    })
}

/// The members' shares without a judgement on them.
pub fn shares(y: &[f64], setting: &Setting) -> [f64; combination::MEMBERS] {
    combination::shares(y.len(), setting.season)
}

/// The weighted mean of the paths there are; the last value again without any.
pub fn mixed(weights: &[f64], paths: &[Option<Path>], y: &[f64], horizon: usize) -> Path {
    let there =
        || weights.iter().zip(paths).filter_map(|(w, path)| Some((*w, path.as_ref()?))).filter(|(w, _)| *w > 0.0);
    let total: f64 = there().map(|(weight, _)| weight).sum();
    if total <= 0.0 {
        return (naive(y, 1, horizon), vec![Part::new("naive", 1.0, &[])]);
    }
    let mut parts = Vec::new();
    let mut values = vec![0.0; horizon];
    for (weight, (path, of_path)) in there() {
        let share = weight / total;
        values.iter_mut().zip(path).for_each(|(sum, v)| *sum += share * v);
        parts.extend(of_path.iter().cloned().map(|part| Part { weight: part.weight * share, ..part }));
    }
    (values, parts)
}

impl Setting<'_> {
    /// The season that repeats: the short one, else the long one.
    pub fn repeats(&self) -> usize {
        if self.season > 1 { self.season } else { self.year.unwrap_or(1) }
    }

    /// Place `t` of the series in periods of the long season.
    fn phase(&self, t: usize) -> f64 {
        match (self.position.calendar, self.year) {
            (Some(calendar), _) => f64::from(calendar.start(self.position.offset + t)) / 365.2425,
            (None, year) => t as f64 / year.unwrap_or(1).max(1) as f64,
        }
    }
}
