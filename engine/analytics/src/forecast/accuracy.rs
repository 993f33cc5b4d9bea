//! Measures of error.

/// Symmetric mean absolute percentage error, in percent from 0 to 200 (Makridakis & Hibon 2000): the mean of
/// `200 |y - f| / (|y| + |f|)`. A pair of zeros has no error. None without pairs.
pub fn smape(actual: &[f64], forecast: &[f64]) -> Option<f64> {
    let one = |(a, f): (&f64, &f64)| if a == f { 0.0 } else { 200.0 * (a - f).abs() / (a.abs() + f.abs()) };
    mean(actual.iter().zip(forecast).map(one))
}

/// Mean absolute error, in the units of the series. None without pairs.
pub fn mae(actual: &[f64], forecast: &[f64]) -> Option<f64> {
    mean(actual.iter().zip(forecast).map(|(a, f)| (a - f).abs()))
}

/// What mean absolute scaled error is scaled with (Hyndman & Koehler 2006): the mean absolute change of the history over
/// one season. None when the history is no longer than a season or never changed.
pub fn scale(history: &[f64], period: usize) -> Option<f64> {
    mean(history.iter().zip(history.iter().skip(period.max(1))).map(|(a, b)| (b - a).abs())).filter(|s| *s > 0.0)
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values {
        sum += value;
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}
