//! How sure a finding is that was looked for in many places.

use crate::normal::below;

/// How sure it is that a value so many standard errors off is no chance, if it is the farthest of `places`: 1 less the bound of
/// Bonferroni, places · 2(1 - Φ(|z|)), 0 at least.
pub fn surety(z: f64, places: usize) -> f64 {
    let chance = 2.0 * (1.0 - below(z.abs())) * places.max(1) as f64;
    (1.0 - chance).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_places_the_less_sure() {
        assert!((surety(1.959_964, 1) - 0.95).abs() < 1e-6);
        assert!((surety(-4.0, 730) - 0.953_7).abs() < 1e-3);
        assert_eq!(surety(2.0, 730), 0.0);
        assert_eq!(surety(f64::INFINITY, 730), 1.0);
        assert_eq!(surety(f64::NAN, 1), 0.0);
    }
}
