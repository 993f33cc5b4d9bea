//! Since when a series has another level: PELT.

use super::{
    Reason,
    robust::{deviation, rolling_median},
    season::deseasonalize,
};

/// A level that began.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePoint {
    /// The place of the first value of the new level.
    pub at: usize,
    /// The mean level before, back to the change point before this one; without season and wild values.
    pub before: f64,
    /// The mean level from here to the next one.
    pub after: f64,
    /// The jump in units of its standard error. From about 4 on it is more than chance.
    pub strength: f64,
}

/// Values a level must last for, at least.
const SHORTEST: usize = 4;
/// Wild values are drawn in to so many deviations from the median about them, of so many neighbours on each side.
const WILD: f64 = 3.0;
const NEIGHBOURS: usize = 3;
/// A level costs so much times ln(n), in units of the variance.
const PENALTY: f64 = 3.0;

/// The places where the level of a series without gaps changed. `period` is its season: 7 for days, 1 for none.
///
/// PELT (Killick, Fearnhead & Eckley 2012) with the squared error as cost: the exact best of all segmentations, in about linear
/// time. A level costs 3 ln(n) variances (the modified BIC of Zhang & Siegmund 2007), more where neighbours resemble each other,
/// by (1+ρ)/(1-ρ). The variance is that of differences of neighbours, by their median, so that jumps do not count. The season
/// goes first, and wild values are drawn in.
///
/// # Errors
/// The series is too short for two levels, or has no scatter.
pub fn change_points(series: &[f64], period: usize) -> Result<Vec<ChangePoint>, Reason> {
    if series.len() < 2 * SHORTEST || series.iter().any(|v| !v.is_finite()) {
        return Err(Reason::TooShort);
    }
    if series.iter().all(|v| *v == series[0]) {
        return Err(Reason::Constant);
    }
    let adjusted = deseasonalize(series, period).values;
    let differences: Vec<f64> = adjusted.windows(2).map(|w| (w[1] - w[0]) / std::f64::consts::SQRT_2).collect();
    let deviation = deviation(&differences);
    if deviation <= 0.0 {
        return Err(Reason::Constant);
    }
    let medians = rolling_median(&adjusted, NEIGHBOURS);
    let tame: Vec<f64> = adjusted
        .iter()
        .zip(medians)
        .map(|(v, m)| v.clamp(m - WILD * deviation, m + WILD * deviation) / deviation)
        .collect();
    let penalty = PENALTY * (tame.len() as f64).ln();
    let first = pelt(&tame, penalty);
    let alike = likeness(&tame, &first);
    let variance = (1.0 + alike) / (1.0 - alike);
    let starts = if alike > 0.05 { pelt(&tame, penalty * variance) } else { first };
    let ends = starts.iter().copied().skip(1).chain([tame.len()]);
    let levels: Vec<(usize, f64, f64)> = starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| (start, tame[start..end].iter().sum::<f64>() / (end - start) as f64, (end - start) as f64))
        .collect();
    let point = |pair: &[(usize, f64, f64)]| {
        let ((_, before, n), (at, after, m)) = (pair[0], pair[1]);
        let strength = (after - before).abs() / (variance * (1.0 / n + 1.0 / m)).sqrt();
        ChangePoint { at, before: before * deviation, after: after * deviation, strength }
    };
    Ok(levels.windows(2).map(point).collect())
}

/// The starts of the segments of least squared error plus `penalty` for each; the first is 0.
fn pelt(values: &[f64], penalty: f64) -> Vec<usize> {
    let n = values.len();
    let mut sums = vec![(0.0, 0.0)];
    for value in values {
        let (sum, squares) = sums[sums.len() - 1];
        sums.push((sum + value, squares + value * value));
    }
    let cost = |from: usize, to: usize| {
        let (sum, squares) = (sums[to].0 - sums[from].0, sums[to].1 - sums[from].1);
        (squares - sum * sum / (to - from) as f64).max(0.0)
    };
    let mut best = vec![(f64::INFINITY, 0); n + 1];
    best[0] = (-penalty, 0);
    let mut alive: Vec<usize> = vec![];
    for to in SHORTEST..=n {
        alive.push(to - SHORTEST);
        for &from in &alive {
            let total = best[from].0 + cost(from, to) + penalty;
            if total < best[to].0 {
                best[to] = (total, from);
            }
        }
        // A start that is already worse than the best without a further penalty can never win again.
        let limit = best[to].0;
        alive.retain(|&from| best[from].0 + cost(from, to) <= limit);
    }
    let mut starts = vec![];
    let mut to = n;
    while to > 0 {
        to = best[to].1;
        starts.push(to);
    }
    starts.reverse();
    starts
}

/// The correlation of neighbours about their levels, 0 to 0.9.
fn likeness(values: &[f64], starts: &[usize]) -> f64 {
    let ends = starts.iter().copied().skip(1).chain([values.len()]);
    let (mut both, mut own) = (0.0, 0.0);
    for (&start, end) in starts.iter().zip(ends) {
        let segment = &values[start..end];
        let mean = segment.iter().sum::<f64>() / segment.len() as f64;
        own += segment.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>();
        both += segment.windows(2).map(|w| (w[0] - mean) * (w[1] - mean)).sum::<f64>();
    }
    if own > 0.0 { (both / own).clamp(0.0, 0.9) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// About normal, with variance 1: the sum of twelve even ones.
    pub(crate) fn noise(state: &mut u64) -> f64 {
        let mut even = || {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (*state >> 11) as f64 / (1_u64 << 53) as f64
        };
        (0..12).map(|_| even()).sum::<f64>() - 6.0
    }

    #[test]
    fn jumps_are_found_in_a_week_with_noise() {
        let week = [1.3, 1.2, 1.0, 0.9, 1.1, 0.8, 0.7];
        let (mut state, mut exact) = (1, 0);
        for _ in 0..100 {
            let level = |i| if i < 60 { 100.0 } else { 75.0 };
            let mut series: Vec<f64> = (0..120).map(|i| week[i % 7] * (level(i) + 8.0 * noise(&mut state))).collect();
            series[30] *= 4.0;
            let found = change_points(&series, 7).unwrap();
            exact += usize::from(found.len() == 1 && found[0].at.abs_diff(60) <= 2 && found[0].after < found[0].before);
        }
        println!("one jump in 120 days with noise, season and a wild day: {exact} of 100 found to within two days");
        assert!(exact >= 90, "{exact}");
    }

    #[test]
    fn noise_alone_has_no_jumps() {
        let (mut state, mut wrong) = (5, 0);
        for _ in 0..200 {
            let series: Vec<f64> = (0..365).map(|_| 100.0 + noise(&mut state)).collect();
            wrong += usize::from(!change_points(&series, 7).unwrap().is_empty());
        }
        println!("jumps in a year of noise alone: {wrong} of 200");
        assert!(wrong <= 10, "{wrong}");
    }

    #[test]
    fn pruning_loses_nothing() {
        let mut state = 3;
        let values: Vec<f64> = (0..200).map(|i| noise(&mut state) + f64::from(i / 37 % 3) * 2.0).collect();
        let starts = pelt(&values, 12.0);
        let cost = |starts: &[usize]| {
            let ends = starts.iter().copied().skip(1).chain([values.len()]);
            starts.iter().zip(ends).fold(0.0, |sum, (&start, end)| {
                let part = &values[start..end];
                let mean = part.iter().sum::<f64>() / part.len() as f64;
                sum + 12.0 + part.iter().map(|v| (v - mean).powi(2)).sum::<f64>()
            })
        };
        let least = cost(&starts);
        for i in 1..starts.len() {
            for moved in -1..=1_isize {
                let mut other = starts.clone();
                other[i] = other[i].saturating_add_signed(moved);
                assert!(cost(&other) >= least - 1e-9);
            }
            let mut without = starts.clone();
            without.remove(i);
            assert!(cost(&without) >= least - 1e-9);
        }
        assert!(starts.len() >= 5);
    }

    #[test]
    fn degenerate_series_have_a_reason() {
        assert_eq!(change_points(&[], 7), Err(Reason::TooShort));
        assert_eq!(change_points(&[1.0; 7], 7), Err(Reason::TooShort));
        assert_eq!(change_points(&[f64::NAN; 20], 7), Err(Reason::TooShort));
        assert_eq!(change_points(&[1e13; 50], 7), Err(Reason::Constant));
        let step: Vec<f64> = (0..40).map(|i| if i < 20 { 0.0 } else { 1e13 }).collect();
        assert_eq!(change_points(&step, 1).unwrap()[0].at, 20);
    }
}
