//! Demand that is zero in many periods: Croston's method with the correction of Syntetos and Boylan (SBA, 2005), and that
//! of Teunter, Syntetos and Babai (TSB, 2011), which lets the demand of a dying product fade.
//!
//! Both forecast one level: the mean demand in a period, in the units of the series.

/// The smoothing factors that are tried; the one with the least squared one-step error is taken.
const FACTORS: [f64; 5] = [0.05, 0.1, 0.15, 0.2, 0.3];

/// A level and the parameters that gave it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Mean demand in a period.
    pub value: f64,
    /// Smoothing of the size.
    pub size: f64,
    /// Smoothing of the interval (SBA) or of the probability (TSB).
    pub chance: f64,
}

/// SBA: `(1 - a/2) size / interval`, both smoothed with `a` when there is a demand. Zero without any demand.
pub fn sba(y: &[f64]) -> Level {
    best(FACTORS.iter().map(|&a| {
        let mut state: Option<(f64, f64)> = None;
        let (mut gap, mut squares) = (1.0, 0.0);
        for &value in y {
            if let Some((size, interval)) = state {
                squares += (value - (1.0 - a / 2.0) * size / interval).powi(2);
            }
            if value == 0.0 {
                gap += 1.0;
                continue;
            }
            state =
                Some(state.map_or((value, gap), |(size, interval)| {
                    (size + a * (value - size), interval + a * (gap - interval))
                }));
            gap = 1.0;
        }
        let value = state.map_or(0.0, |(size, interval)| (1.0 - a / 2.0) * size / interval);
        (squares, Level { value, size: a, chance: a })
    }))
}

/// TSB: `probability * size`; the probability is smoothed in every period, the size when there is a demand.
pub fn tsb(y: &[f64]) -> Level {
    let demands: Vec<f64> = y.iter().copied().filter(|v| *v != 0.0).collect();
    let head = &y[..y.len().min(12)];
    let chance = head.iter().filter(|v| **v != 0.0).count() as f64 / head.len().max(1) as f64;
    best(FACTORS.iter().flat_map(|&a| FACTORS.map(|b| (a, b))).map(|(a, b)| {
        let (mut size, mut probability, mut squares) = (demands.first().copied().unwrap_or(0.0), chance, 0.0);
        for &value in y {
            squares += (value - size * probability).powi(2);
            if value != 0.0 {
                size += a * (value - size);
            }
            probability += b * (f64::from(u8::from(value != 0.0)) - probability);
        }
        (squares, Level { value: size * probability, size: a, chance: b })
    }))
}

fn best(tried: impl Iterator<Item = (f64, Level)>) -> Level {
    let none = (f64::INFINITY, Level { value: 0.0, size: 0.0, chance: 0.0 });
    tried.fold(none, |a, b| if b.0 < a.0 { b } else { a }).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steady_demand_is_its_own_rate() {
        let y: Vec<f64> = (0..60).map(|t| if t % 3 == 2 { 6.0 } else { 0.0 }).collect();
        let (sba, tsb) = (sba(&y).value, tsb(&y).value);
        assert!((1.6..=2.0).contains(&sba), "{sba}");
        assert!((1.6..=2.6).contains(&tsb), "{tsb}");
    }

    #[test]
    fn a_dead_product_fades_with_tsb_only() {
        let y: Vec<f64> = (0..60).map(|t| if t < 30 && t % 2 == 0 { 6.0 } else { 0.0 }).collect();
        assert!(tsb(&y).value < 1.0);
        assert!(sba(&y).value > 2.0);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(sba(&[]).value, 0.0);
        assert_eq!(tsb(&[0.0, 0.0]).value, 0.0);
    }
}
