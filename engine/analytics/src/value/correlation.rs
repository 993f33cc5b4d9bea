//! How far two figures go together.

/// Pearson's correlation; none if one side does not vary.
pub(super) fn correlation(pairs: impl Iterator<Item = (f64, f64)> + Clone) -> Option<f64> {
    let (n, x, y) = pairs.clone().fold((0.0, 0.0, 0.0), |s, (x, y)| (s.0 + 1.0, s.1 + x, s.2 + y));
    let (x, y) = (x / n, y / n);
    let (xx, yy, xy) = pairs
        .fold((0.0, 0.0, 0.0), |s, (a, b)| (s.0 + (a - x) * (a - x), s.1 + (b - y) * (b - y), s.2 + (a - x) * (b - y)));
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_line_and_of_too_little() {
        assert_eq!(correlation([(1.0, 2.0), (2.0, 4.0)].into_iter()), Some(1.0));
        assert_eq!(correlation([(1.0, 2.0)].into_iter()), None);
        assert_eq!(correlation(std::iter::empty()), None);
    }
}
