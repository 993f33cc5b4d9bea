//! Why a ratio changed: because its keys changed, or because of their mix.

use super::apportion::apportion;

/// A key of a dimension in two periods: for the average order revenue (in 1/10,000) and orders, for the repeat rate customers
/// with two orders and customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// The upper figure: (before, after).
    pub upper: (i128, i128),
    /// The lower figure, 0 or more: (before, after).
    pub lower: (i64, i64),
}

/// What a key adds to the change of the ratio of all, in the unit asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MixRate {
    /// By being more or less of the whole.
    pub mix: i128,
    /// By its own ratio.
    pub rate: i128,
}

/// The change of a ratio, split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MixChange {
    /// The ratio of all before, times `scale`, rounded.
    pub before: i128,
    /// The ratio of all after, times `scale`, rounded.
    pub after: i128,
    /// By key; all mixes and rates add up to `after - before` exactly.
    pub keys: Vec<MixRate>,
}

/// Splits the change of Σ upper / Σ lower by keys into mix and rate, in units of 1/`scale` of the ratio: 1 for an average order
/// in 1/10,000 of the currency, 10,000 for a repeat rate in hundredths of a per cent. Of nothing the ratio is 0.
///
/// With wₖ the key's share of the lower figure, rₖ its ratio and R that of all: mixₖ = Δwₖ·(r̄ₖ - R̄), rateₖ = w̄ₖ·Δrₖ, with
/// bars for the means of before and after (each is the Shapley value of its factor, Bennet 1920; R̄ is taken off since
/// ΣΔwₖ = 0, so that a key of the usual ratio has no mix). A key that is missing in a period has only a mix. The parts are
/// rounded so that the sum stays exact: see [`apportion()`]. Where a whole period has nothing below, there is no mix to
/// speak of: a key has its part of the other period's ratio.
pub fn mix_and_rate(keys: &[Ratio], scale: i64) -> MixChange {
    let all = Ratio::sum(keys);
    let (upper, lower) = (all.upper, (i128::from(all.lower.0), i128::from(all.lower.1)));
    let (before, after) = all.values(scale);
    let ratio = |upper: i128, lower: i128| if lower > 0 { upper as f64 / lower as f64 * scale as f64 } else { 0.0 };
    if lower.0 <= 0 || lower.1 <= 0 {
        let part = |key: &Ratio| ratio(key.upper.1, lower.1) - ratio(key.upper.0, lower.0);
        let rates = apportion(&keys.iter().map(part).collect::<Vec<_>>(), after - before);
        return MixChange { before, after, keys: rates.into_iter().map(|rate| MixRate { mix: 0, rate }).collect() };
    }
    let middle = f64::midpoint(ratio(upper.0, lower.0), ratio(upper.1, lower.1));
    let mut parts = Vec::with_capacity(keys.len() * 2);
    for key in keys {
        let weight = (key.lower.0 as f64 / lower.0 as f64, key.lower.1 as f64 / lower.1 as f64);
        let own = |upper, lower| (lower > 0).then(|| ratio(upper, i128::from(lower)));
        let (first, second) = (own(key.upper.0, key.lower.0), own(key.upper.1, key.lower.1));
        let (first, second) = match (first.or(second), second.or(first)) {
            (Some(first), Some(second)) => (first, second),
            // Nothing below in either period: what is above (a refund of an older order) is all rate.
            _ => {
                let change = ratio(key.upper.1, lower.1) - ratio(key.upper.0, lower.0);
                parts.extend([0.0, change]);
                continue;
            }
        };
        let mix = (weight.1 - weight.0) * (f64::midpoint(first, second) - middle);
        // What is above without anything below in one period is in the sums, and so in the change.
        let stray = |upper: i128, of: i64, lower: i128| if of > 0 { 0.0 } else { ratio(upper, lower) };
        let strays = stray(key.upper.1, key.lower.1, lower.1) - stray(key.upper.0, key.lower.0, lower.0);
        parts.extend([mix, f64::midpoint(weight.0, weight.1) * (second - first) + strays]);
    }
    let keys = apportion(&parts, after - before).chunks(2).map(|c| MixRate { mix: c[0], rate: c[1] }).collect();
    MixChange { before, after, keys }
}

impl Ratio {
    /// All keys together.
    pub fn sum(keys: &[Self]) -> Self {
        keys.iter().fold(Self { upper: (0, 0), lower: (0, 0) }, |sum, key| Self {
            upper: (sum.upper.0.saturating_add(key.upper.0), sum.upper.1.saturating_add(key.upper.1)),
            lower: (sum.lower.0.saturating_add(key.lower.0), sum.lower.1.saturating_add(key.lower.1)),
        })
    }

    /// The ratio before and after, times `scale`, rounded to the nearest whole number, halves away from zero; 0 of nothing.
    pub fn values(&self, scale: i64) -> (i128, i128) {
        let scaled = |upper: i128, lower: i64| match lower {
            ..=0 => 0,
            lower => round_div(upper.saturating_mul(i128::from(scale)), i128::from(lower)),
        };
        (scaled(self.upper.0, self.lower.0), scaled(self.upper.1, self.lower.1))
    }
}

/// To the nearest whole number, halves away from zero; `lower` is positive.
fn round_div(upper: i128, lower: i128) -> i128 {
    let half = lower / 2;
    if upper < 0 { upper.saturating_sub(half) / lower } else { upper.saturating_add(half) / lower }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mix_alone_and_rate_alone() {
        // Two keys with ratios 100 and 300 that keep them while their shares change.
        let mix = [Ratio { upper: (800, 500), lower: (8, 5) }, Ratio { upper: (600, 1500), lower: (2, 5) }];
        let found = mix_and_rate(&mix, 1);
        assert_eq!((found.before, found.after), (140, 200));
        assert!(found.keys.iter().all(|k| k.rate == 0));
        assert_eq!(found.keys.iter().map(|k| k.mix).sum::<i128>(), 60);
        let rate = [Ratio { upper: (800, 1600), lower: (8, 8) }, Ratio { upper: (600, 600), lower: (2, 2) }];
        let found = mix_and_rate(&rate, 1);
        assert_eq!(found.keys, [MixRate { mix: 0, rate: 80 }, MixRate { mix: 0, rate: 0 }]);
    }

    #[test]
    fn sums_are_exact_for_any_keys() {
        let mut state = 7_u64;
        let mut next = |below: i64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as i64 % below
        };
        for _ in 0..200 {
            let mut keys: Vec<Ratio> = Vec::new();
            for _ in 0..1 + next(12) {
                let upper = (i128::from(next(1_000_000_007)) - 1000, i128::from(next(1_000_000_007)));
                keys.push(Ratio { upper, lower: (next(50), next(50)) });
            }
            let found = mix_and_rate(&keys, 10_000);
            let sum: i128 = found.keys.iter().map(|k| k.mix + k.rate).sum();
            assert_eq!(sum, found.after - found.before);
            // The rounding does not hide a wrong formula: without it the parts already sum to within one each.
            assert!(found.keys.iter().all(|k| k.mix.abs() < 1 << 60));
        }
        assert_eq!(mix_and_rate(&[], 1), MixChange { before: 0, after: 0, keys: vec![] });
    }

    #[test]
    fn of_nothing_the_ratio_is_nothing() {
        let key = |upper, lower| Ratio { upper: (0, upper), lower: (0, lower) };
        let found = mix_and_rate(&[key(100, 1), key(50, 2)], 1);
        assert_eq!((found.before, found.after), (0, 50));
        assert_eq!(found.keys.iter().map(|k| k.rate).collect::<Vec<_>>(), [33, 17]);
        // A period that sold nothing but gave back something has no ratio either.
        let stray = [Ratio { upper: (-5, 7), lower: (0, 1) }, Ratio { upper: (0, 5), lower: (0, 0) }];
        let found = mix_and_rate(&stray, 1);
        assert_eq!((found.before, found.after), (0, 12));
        assert_eq!(found.keys.iter().map(|k| k.rate + k.mix).sum::<i128>(), 12);
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        let values = |first, second| Ratio { upper: (first, second), lower: (2, 3) }.values(1);
        assert_eq!([values(5, 7), values(-5, -7)], [(3, 2), (-3, -2)]);
    }
}
