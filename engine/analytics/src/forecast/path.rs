//! One method's way from a history to the values behind it, calendar and seasons taken out before and put back after.
//!
//! It sees the history that it is given and nothing else: a backtest calls it with a shorter one.

use super::answer::{Method, Part};
use super::closed::Closed;
use super::holidays::Holidays;
use super::mean::mean;
use super::position::Position;
use super::year::Year;
use super::{combination, intermittent};

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
pub fn path(method: Method, y: &[f64], setting: &Setting, horizon: usize) -> (Vec<f64>, Vec<Part>) {
    match method {
        Method::Combination => adjusted(y, setting, horizon),
        Method::SeasonalNaive => (naive(y, setting.season, horizon), vec![Part::new("seasonal naive", 1.0, &[])]),
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
fn level(y: &[f64], setting: &Setting, horizon: usize, of: impl Fn(&[f64]) -> (f64, Part)) -> (Vec<f64>, Vec<Part>) {
    let closed = Closed::find(y, setting.season);
    let open: Vec<f64> = closed.places(0, y.len()).map(|t| y[t]).collect();
    let (value, part) = of(&open);
    ((y.len()..y.len() + horizon).map(|t| if closed.at(t) { 0.0 } else { value }).collect(), vec![part])
}

fn adjusted(y: &[f64], setting: &Setting, horizon: usize) -> (Vec<f64>, Vec<Part>) {
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
    let (mut values, parts) = combination::forecast(&year.remove(&open, &past), closed.open(), future.len());
    year.restore(&mut values, &ahead);
    let mut all = vec![0.0; horizon];
    future.iter().zip(values).for_each(|(t, v)| all[t - y.len()] = v);
    holidays.restore(&mut all);
    (all, parts)
}

impl Setting<'_> {
    /// Place `t` of the series in periods of the long season.
    fn phase(&self, t: usize) -> f64 {
        match (self.position.calendar, self.year) {
            (Some(calendar), _) => f64::from(calendar.start(self.position.offset + t)) / 365.2425,
            (None, year) => t as f64 / year.unwrap_or(1).max(1) as f64,
        }
    }
}
