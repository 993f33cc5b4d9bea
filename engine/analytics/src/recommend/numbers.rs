//! Small arithmetic that the rules share.

/// An estimate as money; what is no number is 0.
pub(super) fn money(amount: f64) -> i128 {
    // `as` saturates, and makes NaN 0.
    amount.round() as i128
}

/// The middle of the values, if there are any.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let high = values.get(middle)?;
    let low = values.get(values.len().saturating_sub(1) / 2)?;
    Some(low.midpoint(*high))
}
