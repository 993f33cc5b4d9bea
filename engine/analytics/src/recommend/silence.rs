//! How surprising a customer's silence is.

/// The probability of so long a silence of a customer who goes on as ever: exponential gaps of their median.
pub(super) fn by_chance(silent: f64, every: f64) -> f64 {
    (-silent / every).exp2()
}
