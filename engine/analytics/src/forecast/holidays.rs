//! What holidays do to days, and working days to weeks and months.
//!
//! Days: the effect of a holiday is the ratio of what came to what the same weekday of the weeks around brought, drawn
//! towards 1 by one imagined holiday without effect; the same date of former years weighs against the mean of all
//! holidays in the same way. Weeks and months: the elasticity `b` in `y ~ open_days^b`, by least squares on differences of
//! logarithms, used when it is significant (a form of the trading-day regression of X-13ARIMA, Bell & Hillmer 1983).

use super::calendar::{Calendar, Day, Grain, civil, weekday};
use super::mean::mean;
use super::position::Position;

/// Factors by which the calendar moves each value from what the model expects.
#[derive(Debug, Clone, PartialEq)]
pub struct Holidays {
    /// One for each value of the history and of the future.
    factors: Vec<f64>,
    /// What stood at holidays in place of the history's value; none where the value is divided by the factor.
    replaced: Vec<(usize, f64)>,
}

impl Holidays {
    /// Estimates from the history alone; covers `horizon` values behind it.
    pub fn estimate(y: &[f64], season: usize, position: &Position, horizon: usize) -> Self {
        let count = y.len() + horizon;
        let mut found = Self { factors: vec![1.0; count], replaced: Vec::new() };
        let Some(calendar) = position.calendar else { return found };
        match calendar.grain {
            Grain::Day if !calendar.holidays.is_empty() => found.days(y, season.max(1), position, calendar),
            Grain::Day => {}
            Grain::Week | Grain::Month => found.lengths(y, season, position, calendar),
        }
        found
    }

    /// The history as it would be without.
    pub fn remove(&self, y: &[f64]) -> Vec<f64> {
        let mut clean: Vec<f64> = y.iter().zip(&self.factors).map(|(v, f)| v / f).collect();
        self.replaced.iter().for_each(|(t, v)| clean[*t] = *v);
        clean
    }

    /// Puts the effect into values behind the history.
    pub fn restore(&self, values: &mut [f64]) {
        let from = self.factors.len() - values.len();
        values.iter_mut().zip(&self.factors[from..]).for_each(|(v, f)| *v *= f);
    }

    fn days(&mut self, y: &[f64], season: usize, position: &Position, calendar: &Calendar) {
        let mut places: Vec<(usize, Day)> = calendar
            .holidays
            .iter()
            .filter_map(|day| Some((usize::try_from(day.checked_sub(calendar.start(position.offset))?).ok()?, *day)))
            .filter(|(t, _)| *t < self.factors.len())
            .collect();
        places.sort_unstable();
        places.dedup();
        let is_holiday = |t: usize| places.binary_search_by_key(&t, |place| place.0).is_ok();
        let usual = |t: usize| {
            let before = (1..=3).filter_map(|k| t.checked_sub(k * season)).filter(|t| !is_holiday(*t)).take(2);
            let after = (1..=3).map(|k| t + k * season).filter(|t| *t < y.len() && !is_holiday(*t)).take(2);
            let near: Vec<f64> = before.chain(after).map(|t| y[t]).collect();
            (!near.is_empty()).then(|| mean(near.into_iter()))
        };
        // What came, and what was expected, at each holiday that has been.
        let past: Vec<(usize, Day, f64, f64)> = places
            .iter()
            .filter(|(t, _)| *t < y.len())
            .filter_map(|(t, day)| Some((*t, *day, y[*t], usual(*t)?)))
            .collect();
        if past.is_empty() {
            return;
        }
        let imagined = mean(past.iter().map(|p| p.3.abs()));
        let ratio = |those: &mut dyn Iterator<Item = &(usize, Day, f64, f64)>, prior: f64| {
            let (came, usual) = those.fold((0.0, 0.0), |(a, b), p| (a + p.2, b + p.3));
            let ratio = (came + prior * imagined) / (usual + imagined);
            if ratio.is_finite() { ratio.clamp(0.0, 10.0) } else { prior }
        };
        let general = ratio(&mut past.iter(), 1.0);
        for (t, day) in places.iter().filter(|(t, _)| *t >= y.len()) {
            let date = |day: Day| (civil(day).1, civil(day).2);
            self.factors[*t] = ratio(&mut past.iter().filter(|p| date(p.1) == date(*day)), general);
        }
        self.replaced = past.iter().map(|(t, _, _, usual)| (*t, *usual)).collect();
    }

    fn lengths(&mut self, y: &[f64], season: usize, position: &Position, calendar: &Calendar) {
        if y.iter().any(|v| *v <= 0.0) {
            return;
        }
        let lag = if season > 1 && y.len() >= 3 * season { season } else { 1 };
        if y.len() < lag + 24 {
            return;
        }
        let best = [false, true]
            .into_iter()
            .filter_map(|workdays| {
                let open: Vec<f64> =
                    (0..self.factors.len()).map(|t| open_days(calendar, position.offset + t, workdays)).collect();
                let change = |v: &[f64], t: usize| (v[t] / v[t - lag]).ln();
                let pairs: Vec<(f64, f64)> = (lag..y.len()).map(|t| (change(&open, t), change(y, t))).collect();
                // Second differences: two changes in a row hold the trend of neither.
                let pairs: Vec<(f64, f64)> = pairs.windows(2).map(|w| (w[1].0 - w[0].0, w[1].1 - w[0].1)).collect();
                let xx: f64 = pairs.iter().map(|p| p.0 * p.0).sum();
                let xy: f64 = pairs.iter().map(|p| p.0 * p.1).sum();
                let slope = xy / xx;
                let rest: f64 = pairs.iter().map(|p| (p.1 - slope * p.0).powi(2)).sum();
                let significance = slope / (rest / (pairs.len() - 1) as f64 / xx).sqrt();
                (xx > 0.0 && significance.is_finite()).then_some((significance, slope, open))
            })
            .fold(None, |best: Option<(f64, f64, Vec<f64>)>, one| match best {
                Some(best) if best.0 >= one.0 => Some(best),
                _ => Some(one),
            });
        // Two candidates are tried: a little more than the usual 2 for one.
        let Some((significance, slope, open)) = best else { return };
        if significance > 2.5 {
            let usual = mean(open.iter().copied());
            self.factors = open.iter().map(|days| (days / usual).powf(slope.min(1.5))).collect();
        }
    }
}

/// Days of period `i` that are no holiday, or, with `workdays`, neither holiday nor weekend. At least one, so that it has a
/// logarithm.
fn open_days(calendar: &Calendar, i: usize, workdays: bool) -> f64 {
    let (from, to) = (calendar.start(i), calendar.start(i + 1));
    let counts = |day: Day| !workdays || weekday(day) < 5;
    let all = (from..to).filter(|day| counts(*day)).count();
    let mut off: Vec<Day> =
        calendar.holidays.iter().copied().filter(|day| (from..to).contains(day) && counts(*day)).collect();
    off.sort_unstable();
    off.dedup();
    all.saturating_sub(off.len()).max(1) as f64
}
