//! Days that are not like the days around them.

use super::{
    Reason,
    change_points::change_points,
    robust::{deviation, median},
    season::deseasonalize,
};

/// A value out of line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anomaly {
    /// Its place.
    pub at: usize,
    /// The value.
    pub value: f64,
    /// What was to be expected: the level of its time, in its phase of the season.
    pub expected: f64,
    /// How many standard deviations the value without season is off.
    pub z: f64,
}

/// Deviations from which a value is out of line (Iglewicz & Hoaglin 1993).
pub const THRESHOLD: f64 = 3.5;
/// The least series.
const ENOUGH: usize = 14;

/// The values of a series without gaps that are out of line, the farthest first. `period` is its season: 7 for days.
///
/// The season is taken out, then the median of the level of its time (between two change points: a lasting jump is no
/// anomaly), and what is left is divided by the robust deviation of all that is left.
///
/// # Errors
/// The series is shorter than two weeks, or all its values are the same.
pub fn anomalies(series: &[f64], period: usize, threshold: f64) -> Result<Vec<Anomaly>, Reason> {
    if series.len() < ENOUGH || series.iter().any(|v| !v.is_finite()) {
        return Err(Reason::TooShort);
    }
    if series.iter().all(|v| *v == series[0]) {
        return Err(Reason::Constant);
    }
    let adjusted = deseasonalize(series, period);
    let mut starts = vec![0];
    starts.extend(change_points(series, period).unwrap_or_default().iter().map(|point| point.at));
    let mut levels = vec![0.0; series.len()];
    for (i, &start) in starts.iter().enumerate() {
        let end = starts.get(i + 1).copied().unwrap_or(series.len());
        let level = median(&mut adjusted.values[start..end].to_vec()).unwrap_or(0.0);
        levels[start..end].fill(level);
    }
    let off: Vec<f64> = adjusted.values.iter().zip(&levels).map(|(v, l)| v - l).collect();
    let deviation = deviation(&off);
    if deviation <= 0.0 {
        return Ok(vec![]);
    }
    let mut found: Vec<Anomaly> = (0..series.len())
        .filter(|&i| off[i].abs() > threshold * deviation)
        .map(|at| Anomaly {
            at,
            value: series[at],
            expected: adjusted.season.apply(at, levels[at]),
            z: off[at] / deviation,
        })
        .collect();
    found.sort_by(|a, b| b.z.abs().total_cmp(&a.z.abs()).then(a.at.cmp(&b.at)));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wild_day_is_found_and_a_jump_is_not() {
        let week = [1.3, 1.2, 1.0, 0.9, 1.1, 0.8, 0.7];
        let mut series: Vec<f64> =
            (0..84).map(|i| week[i % 7] * (if i < 42 { 100.0 } else { 160.0 } + (i * 37 % 11) as f64)).collect();
        series[20] = 30.0;
        series[60] *= 1.8;
        let found = anomalies(&series, 7, THRESHOLD).unwrap();
        let mut places: Vec<usize> = found.iter().map(|a| a.at).collect();
        places.sort_unstable();
        assert_eq!(places, [20, 60], "{found:?}");
        let low = found.iter().find(|a| a.at == 20).unwrap();
        assert!(low.z < 0.0 && (low.expected - 73.0).abs() < 5.0, "{low:?}");
    }

    #[test]
    fn degenerate_series_have_a_reason() {
        assert_eq!(anomalies(&[1.0; 5], 7, THRESHOLD), Err(Reason::TooShort));
        assert_eq!(anomalies(&[0.0; 50], 7, THRESHOLD), Err(Reason::Constant));
        let mut one = [0.0; 50];
        one[30] = 1e13;
        assert_eq!(anomalies(&one, 7, THRESHOLD).unwrap()[0].at, 30);
    }
}
