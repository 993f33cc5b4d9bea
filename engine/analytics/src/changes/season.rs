//! The part of a series that repeats: weekdays, months.

use super::robust::{median, rolling_median};

/// A series without its season.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjusted {
    /// The values, as if every phase were an average one.
    pub values: Vec<f64>,
    /// What was taken off: by phase, from the phase of the first value on.
    pub season: Season,
}

/// What a phase of the season (a weekday) does to a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Season {
    /// It multiplies it; the mean is 1.
    Factors(Vec<f64>),
    /// It adds to it; the mean is 0. For series with values of 0 and below.
    Terms(Vec<f64>),
    /// There is none, or too little to see one.
    None,
}

impl Season {
    /// What an average value would be in a place of the series.
    pub fn apply(&self, place: usize, average: f64) -> f64 {
        match self {
            Self::Factors(factors) => average * factors[place % factors.len()],
            Self::Terms(terms) => average + terms[place % terms.len()],
            Self::None => average,
        }
    }

    /// The value of a place of the series, were it an average one.
    pub fn remove(&self, place: usize, value: f64) -> f64 {
        match self {
            Self::Factors(factors) => value / factors[place % factors.len()],
            Self::Terms(terms) => value - terms[place % terms.len()],
            Self::None => value,
        }
    }
}

/// Seasons that must be there to see one.
const ENOUGH: usize = 3;

/// Takes a season of `period` values (7 for days) out of a series without gaps.
///
/// Each value is set against the median of the period around it; the median of all such of a phase is its factor. So neither a
/// jump of the level nor a wild day moves the season much. Factors if all values are positive, terms otherwise (as a shop
/// that is closed on Sundays has).
pub fn deseasonalize(series: &[f64], period: usize) -> Adjusted {
    let season = season(series, period);
    let values = series.iter().enumerate().map(|(i, &value)| season.remove(i, value)).collect();
    Adjusted { values, season }
}

fn season(series: &[f64], period: usize) -> Season {
    if period < 2 || series.len() < ENOUGH * period || series.iter().any(|v| !v.is_finite()) {
        return Season::None;
    }
    // A window of whole periods holds every phase equally often, so that the level has no season itself.
    let level: Vec<f64> =
        if period % 2 == 1 { rolling_median(series, period / 2) } else { rolling_median(series, period) };
    let positive = series.iter().chain(&level).all(|&v| v > 0.0);
    let off = |i: usize| if positive { series[i] / level[i] } else { series[i] - level[i] };
    let whole = period / 2..series.len() - period / 2;
    let mut phases: Vec<f64> = (0..period)
        .map(|phase| {
            median(&mut whole.clone().filter(|i| i % period == phase).map(off).collect::<Vec<_>>()).unwrap_or(0.0)
        })
        .collect();
    let mean = phases.iter().sum::<f64>() / period as f64;
    if positive {
        phases.iter_mut().for_each(|p| *p /= mean);
        if phases.iter().all(|p| p.is_finite() && *p > 0.0) { Season::Factors(phases) } else { Season::None }
    } else {
        phases.iter_mut().for_each(|p| *p -= mean);
        Season::Terms(phases)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK: [f64; 7] = [1.3, 1.2, 1.0, 0.9, 1.1, 0.8, 0.7];

    #[test]
    fn a_week_is_found_through_a_jump_and_a_wild_day() {
        let mut series: Vec<f64> = (0..70).map(|i| WEEK[i % 7] * if i < 40 { 100.0 } else { 250.0 }).collect();
        series[20] = 5000.0;
        let Season::Factors(found) = deseasonalize(&series, 7).season else { panic!("no factors") };
        for (found, wanted) in found.iter().zip(WEEK) {
            assert!((found - wanted).abs() < 0.03, "{found} {wanted}");
        }
    }

    #[test]
    fn closed_days_are_terms_and_little_is_none() {
        let series: Vec<f64> = (0..35).map(|i| if i % 7 == 6 { 0.0 } else { 10.0 }).collect();
        let adjusted = deseasonalize(&series, 7);
        assert!(matches!(adjusted.season, Season::Terms(_)));
        assert!(adjusted.values.iter().all(|v| (v - adjusted.values[0]).abs() < 1e-9));
        assert_eq!(deseasonalize(&series[..20], 7).season, Season::None);
        assert_eq!(deseasonalize(&[], 7).season, Season::None);
        assert_eq!(deseasonalize(&series, 0).values, series);
    }
}
