//! Whole numbers that add up.

/// Rounds `shares` to whole numbers whose sum is exactly `total`: each is rounded down, and what is missing goes to those with
/// the greatest rest, one each (Hamilton's method of the largest remainder). The shares should add up to about the total;
/// what they miss by more than rounding goes to the greatest share. A share that is not a number counts as 0.
pub fn apportion(shares: &[f64], total: i128) -> Vec<i128> {
    let clean = |share: f64| if share.is_finite() { share } else { 0.0 };
    let mut whole: Vec<i128> = shares.iter().map(|&s| clean(s).floor() as i128).collect();
    let Some(greatest) = (0..shares.len()).max_by(|&a, &b| clean(shares[a]).abs().total_cmp(&clean(shares[b]).abs()))
    else {
        return whole;
    };
    let missing = whole.iter().fold(total, |rest, &part| rest.saturating_sub(part));
    let fair = missing.clamp(0, shares.len() as i128) as usize;
    let mut rests: Vec<usize> = (0..shares.len()).collect();
    rests.sort_by(|&a, &b| {
        let rest = |i: usize| clean(shares[i]) - clean(shares[i]).floor();
        rest(b).total_cmp(&rest(a))
    });
    for &place in rests.iter().take(fair) {
        whole[place] += 1;
    }
    whole[greatest] = whole[greatest].saturating_add(missing - fair as i128);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact() {
        assert_eq!(apportion(&[1.4, 1.4, 1.2], 4), [2, 1, 1]);
        assert_eq!(apportion(&[-0.5, 0.5], 0), [0, 0]);
        assert_eq!(apportion(&[1e17, 0.3, f64::NAN], 100_000_000_000_000_003), [100_000_000_000_000_001, 1, 1]);
        assert_eq!(apportion(&[10.0, -3.0], 5), [8, -3]);
        assert!(apportion(&[], 7).is_empty());
    }
}
