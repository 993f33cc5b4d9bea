//! Figures that a few wild values do not move.

/// What makes a median absolute deviation a standard deviation, for normal values; and a mean absolute one.
const OF_MEDIAN: f64 = 1.482_602_218_505_602;
const OF_MEAN: f64 = 1.253_314_137_315_500_3;

/// The median; none of nothing. Values that are not numbers come last.
pub fn median(values: &mut [f64]) -> Option<f64> {
    let (middle, odd) = (values.len() / 2, values.len() % 2 == 1);
    if values.is_empty() {
        return None;
    }
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if odd {
        return Some(upper);
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Some(f64::midpoint(lower, upper))
}

/// The standard deviation of values about 0, from the median of their sizes; where more than half are 0, from their mean
/// (Iglewicz & Hoaglin 1993). 0 only if all are.
pub fn deviation(values: &[f64]) -> f64 {
    let mut sizes: Vec<f64> = values.iter().map(|v| v.abs()).collect();
    match median(&mut sizes) {
        Some(median) if median > 0.0 => OF_MEDIAN * median,
        _ => OF_MEAN * sizes.iter().sum::<f64>() / sizes.len().max(1) as f64,
    }
}

/// The median of each value and the `reach` before and after it; fewer at the ends.
pub fn rolling_median(values: &[f64], reach: usize) -> Vec<f64> {
    let window = |i: usize| &values[i.saturating_sub(reach)..(i + reach + 1).min(values.len())];
    (0..values.len()).map(|i| median(&mut window(i).to_vec()).unwrap_or(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_deviations() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&mut []), None);
        assert!((deviation(&[1.0, -1.0, 1.0, 900.0]) - OF_MEDIAN).abs() < 1e-12);
        assert!((deviation(&[0.0, 0.0, 0.0, 4.0]) - OF_MEAN).abs() < 1e-12);
        assert_eq!(deviation(&[]), 0.0);
        assert_eq!(rolling_median(&[1.0, 9.0, 2.0, 3.0], 1), [5.0, 2.0, 3.0, 2.5]);
    }
}
