//! The course of the year in days or weeks: a long season, too long to have one index for each position.
//!
//! The profile is the mean ratio (or difference) of a value to the level of its year, smoothed over the phase with a
//! triangular kernel, and drawn towards "none" by how well one year's profile tells the next one's. This is the idea of
//! MSTL (Bandara, Hyndman & Bergmeir 2021): one season after another is taken out, and what is left is forecast.

use super::mean::mean;
use super::season::Kind;

/// Points of the profile: a little more than one for two days.
const BINS: usize = 183;
/// Half width of the kernel in bins: 10 days.
const WIDTH: usize = 5;

/// Profile over the phase of the long season.
#[derive(Debug, Clone, PartialEq)]
pub struct Year {
    kind: Kind,
    profile: Vec<f64>,
}

impl Year {
    /// No influence.
    pub fn none() -> Self {
        Self { kind: Kind::Additive, profile: vec![0.0] }
    }

    /// Estimates from values `y` at `phases` (in periods of the long season, rising; whole part the number of the period).
    /// Needs two whole periods.
    pub fn estimate(y: &[f64], phases: &[f64]) -> Self {
        let (Some(first), Some(last)) = (phases.first(), phases.last()) else { return Self::none() };
        // Years count back from the end, so that the last one is whole.
        let ago = |phase: f64| (last - phase).max(0.0);
        let years = (last - first + 0.02) as usize;
        if years < 2 || y.len() < 100.min(40 * years) {
            return Self::none();
        }
        let levels: Vec<f64> = (0..years)
            .map(|year| mean(y.iter().zip(phases).filter(|(_, p)| ago(**p) as usize == year).map(|(v, _)| *v)))
            .collect();
        // Level of the year around a phase: a line between the middles of the years, and on beyond them.
        let level = |phase: f64| {
            let place = (ago(phase) - 0.5).clamp(0.0, (years - 1) as f64);
            let low = (place as usize).min(years - 2);
            let share = place - low as f64;
            levels[low] * (1.0 - share) + levels[low + 1] * share
        };
        let kind = if levels.iter().all(|l| *l > 0.0) && y.iter().all(|v| *v >= 0.0) {
            Kind::Multiplicative
        } else {
            Kind::Additive
        };
        let neutral = if kind == Kind::Additive { 0.0 } else { 1.0 };
        let profile_of = |year: Option<usize>| {
            let mut bins = vec![(0.0, 0.0); BINS];
            for (value, phase) in y.iter().zip(phases) {
                let age = ago(*phase) as usize;
                if age < years && year.is_none_or(|year| year == age) {
                    let bin = &mut bins[bin(*phase)];
                    bin.0 += if kind == Kind::Additive { value - level(*phase) } else { value / level(*phase) - 1.0 };
                    bin.1 += 1.0;
                }
            }
            smooth(&bins)
        };
        let each: Vec<Vec<f64>> = (0..years).map(|year| profile_of(Some(year))).collect();
        let keep = likeness(&each);
        let profile = profile_of(None)
            .iter()
            .map(|p| (neutral + keep * p).max(if kind == Kind::Additive { f64::NEG_INFINITY } else { 0.1 }))
            .collect();
        Self { kind, profile }
    }

    fn at(&self, phase: f64) -> f64 {
        if self.profile.len() == 1 { self.profile[0] } else { self.profile[bin(phase)] }
    }

    /// The values without the course of the year.
    pub fn remove(&self, y: &[f64], phases: &[f64]) -> Vec<f64> {
        y.iter()
            .zip(phases)
            .map(|(v, p)| if self.kind == Kind::Additive { v - self.at(*p) } else { v / self.at(*p) })
            .collect()
    }

    /// Puts it back.
    pub fn restore(&self, values: &mut [f64], phases: &[f64]) {
        for (v, p) in values.iter_mut().zip(phases) {
            *v = if self.kind == Kind::Additive { *v + self.at(*p) } else { *v * self.at(*p) };
        }
    }
}

fn bin(phase: f64) -> usize {
    ((phase.rem_euclid(1.0) * BINS as f64) as usize).min(BINS - 1)
}

/// Kernel means around the year; zero where there is nothing.
fn smooth(bins: &[(f64, f64)]) -> Vec<f64> {
    (0..BINS)
        .map(|i| {
            let (mut sum, mut weight) = (0.0, 0.0);
            for k in 0..=2 * WIDTH {
                let w = 1.0 - (k as f64 - WIDTH as f64).abs() / (WIDTH + 1) as f64;
                let (s, c) = bins[(i + BINS + k - WIDTH) % BINS];
                sum += w * s;
                weight += w * c;
            }
            if weight > 0.0 { sum / weight } else { 0.0 }
        })
        .collect()
}

/// Correlation of neighbouring years' profiles, raised to that of the mean of all years (Spearman & Brown), within 0 and 1.
fn likeness(years: &[Vec<f64>]) -> f64 {
    let (mut cross, mut square) = (0.0, 0.0);
    for pair in years.windows(2) {
        let (a, b) = (mean(pair[0].iter().copied()), mean(pair[1].iter().copied()));
        for (x, y) in pair[0].iter().zip(&pair[1]) {
            cross += (x - a) * (y - b);
            square += ((x - a).powi(2) + (y - b).powi(2)) / 2.0;
        }
    }
    let r = if square > 0.0 { (cross / square).clamp(0.0, 1.0) } else { 0.0 };
    let n = years.len() as f64;
    n * r / (1.0 + (n - 1.0) * r)
}
