//! How much each part carries of a change, so that the parts sum to it to the last unit.
//!
//! All figures are whole units: ten-thousandths of a currency, or counts.

/// One part of the whole in two periods: for a ratio, its numerator and its denominator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    /// Sum in the earlier period.
    pub before: i128,
    /// Sum in the later period.
    pub after: i128,
    /// Denominator in the earlier period; for a sum it is not looked at.
    pub weight_before: i128,
    /// Denominator in the later period.
    pub weight_after: i128,
}

/// What a part carries of the change of a ratio.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Carried {
    /// All of it: `rate + mix`.
    pub total: i128,
    /// Because its own ratio changed.
    pub rate: i128,
    /// Because its share of the denominator changed.
    pub mix: i128,
}

/// The parts added up.
pub fn whole(parts: &[Part]) -> Part {
    parts.iter().fold(Part::default(), |a, b| Part {
        before: a.before + b.before,
        after: a.after + b.after,
        weight_before: a.weight_before + b.weight_before,
        weight_after: a.weight_after + b.weight_after,
    })
}

/// `numerator / denominator`, rounded half away from zero; 0 of nothing.
pub fn ratio(numerator: i128, denominator: i128) -> i128 {
    if denominator == 0 {
        return 0;
    }
    let (quotient, rest) = (numerator / denominator, numerator % denominator);
    let away = if (numerator < 0) == (denominator < 0) { 1 } else { -1 };
    if rest.unsigned_abs() * 2 >= denominator.unsigned_abs() { quotient + away } else { quotient }
}

/// What each part carries of the change of `sum(numerators) / sum(denominators)`, both rounded as [`ratio`] does; the totals
/// sum to that change exactly.
///
/// With share s = denominator / all denominators, rate r = numerator / denominator and R the ratio of all, the change is
/// Σ (s₀+s₁)/2 · (r₁-r₀) + Σ ((r₀+r₁)/2 - (R₀+R₁)/2) · (s₁-s₀): the Shapley values of the two factors share and rate
/// (Shapley 1953; for two factors the mean of both orders), the shares taken against the ratio of all, so that growing parts
/// with a ratio above it carry it up. A part that is not there in one period has its ratio of the other. The fractions of a
/// unit go to the parts with the largest remainders.
pub fn of_ratio(parts: &[Part]) -> Vec<Carried> {
    let all = whole(parts);
    let (before, after) = (ratio(all.before, all.weight_before), ratio(all.after, all.weight_after));
    let middle = (quotient(all.before, all.weight_before) + quotient(all.after, all.weight_after)) / 2.0;
    let exact: Vec<(f64, f64)> = parts
        .iter()
        .map(|part| {
            let share =
                (quotient(part.weight_before, all.weight_before), quotient(part.weight_after, all.weight_after));
            let rate = match (part.weight_before, part.weight_after) {
                (0, 0) => (0.0, 0.0),
                (0, _) => (quotient(part.after, part.weight_after), quotient(part.after, part.weight_after)),
                (_, 0) => (quotient(part.before, part.weight_before), quotient(part.before, part.weight_before)),
                _ => (quotient(part.before, part.weight_before), quotient(part.after, part.weight_after)),
            };
            let by_rate = (share.0 + share.1) / 2.0 * (rate.1 - rate.0);
            let by_mix = ((rate.0 + rate.1) / 2.0 - middle) * (share.1 - share.0);
            (by_rate, by_mix)
        })
        .collect();
    let totals = to_sum(&exact.iter().map(|(rate, mix)| rate + mix).collect::<Vec<_>>(), after - before);
    totals
        .into_iter()
        .zip(&exact)
        .map(|(total, (rate, _))| {
            let rate = rate.round() as i128;
            Carried { total, rate, mix: total - rate }
        })
        .collect()
}

/// Whole numbers near `exact` whose sum is `sum`: each is rounded down, and what is missing goes to the largest remainders.
/// Where one period has nothing at all and the formula does not reach the sum, the rest goes to the largest part.
fn to_sum(exact: &[f64], sum: i128) -> Vec<i128> {
    let mut rounded: Vec<i128> = exact.iter().map(|x| x.floor() as i128).collect();
    let mut missing = sum - rounded.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..exact.len()).collect();
    order.sort_by(|&a, &b| (exact[b] - exact[b].floor()).total_cmp(&(exact[a] - exact[a].floor())).then(a.cmp(&b)));
    for &place in &order {
        if missing <= 0 {
            break;
        }
        rounded[place] += 1;
        missing -= 1;
    }
    if missing != 0
        && let Some(largest) =
            (0..exact.len()).max_by(|&a, &b| exact[a].abs().total_cmp(&exact[b].abs()).then(b.cmp(&a)))
    {
        rounded[largest] += missing;
    }
    rounded
}

fn quotient(numerator: i128, denominator: i128) -> f64 {
    if denominator == 0 { 0.0 } else { numerator as f64 / denominator as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(before: (i128, i128), after: (i128, i128)) -> Part {
        Part { before: before.0, weight_before: before.1, after: after.0, weight_after: after.1 }
    }

    #[test]
    fn a_ratio_is_rounded_half_away_from_zero() {
        assert_eq!(
            [ratio(5, 2), ratio(-5, 2), ratio(5, -2), ratio(7, 3), ratio(-7, 3), ratio(1, 0)],
            [3, -3, -3, 2, -2, 0]
        );
    }

    #[test]
    fn a_pure_change_of_rate_or_of_mix_is_told_apart() {
        // Rates 100 and 200, equal shares; the second rate rises to 220: half of 20.
        let rate = of_ratio(&[part((1_000, 10), (1_000, 10)), part((2_000, 10), (2_200, 10))]);
        assert_eq!(rate, [Carried::default(), Carried { total: 10, rate: 10, mix: 0 }]);
        // Rates stay, the dear part's share goes from a half to three quarters: 150 to 175.
        let mix = of_ratio(&[part((1_000, 10), (500, 5)), part((2_000, 10), (3_000, 15))]);
        assert_eq!(mix.iter().map(|c| c.total).sum::<i128>(), 25);
        assert!(mix.iter().all(|c| c.rate == 0 && c.mix > 0), "{mix:?}");
    }

    #[test]
    fn parts_sum_to_the_change_whatever_they_are() {
        // A small generator of its own (splitmix64), so that the cases are the same each time.
        let mut state = 7_u64;
        let mut next = |below: u64| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (z ^ (z >> 31)) % below
        };
        for _ in 0..2_000 {
            let parts: Vec<Part> = (0..next(12))
                .map(|_| {
                    let mut side = || {
                        let weight = i128::from(next(4)) * i128::from(next(50));
                        let sum = if weight == 0 { 0 } else { i128::from(next(2_000_000_000)) - 200_000_000 };
                        (sum, weight)
                    };
                    part(side(), side())
                })
                .collect();
            let all = whole(&parts);
            let change = ratio(all.after, all.weight_after) - ratio(all.before, all.weight_before);
            let carried = of_ratio(&parts);
            if parts.is_empty() {
                continue;
            }
            assert_eq!(carried.iter().map(|c| c.total).sum::<i128>(), change, "{parts:?}");
            assert!(carried.iter().all(|c| c.rate + c.mix == c.total));
        }
    }

    #[test]
    fn nothing_carries_nothing() {
        assert!(of_ratio(&[]).is_empty());
        assert_eq!(of_ratio(&[Part::default()]), [Carried::default()]);
    }
}
