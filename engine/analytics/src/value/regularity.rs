//! How evenly customers order.

/// What [`Rhythm::regularity`] may answer: beyond it the estimate is noise of a few customers.
const BOUNDS: (f64, f64) = (0.3, 30.0);
/// Pairs of gaps below which orders are taken as random.
const ENOUGH: f64 = 30.0;

/// Collects how the gaps between orders of each customer relate to the next gap.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rhythm {
    pairs: f64,
    squares: f64,
}

impl Rhythm {
    /// Adds the days of one customer's orders, in rising order, without doubles.
    pub fn add(&mut self, days: &[i32]) {
        for window in days.windows(3) {
            if let &[first, second, third] = window {
                let share = f64::from(second.abs_diff(first)) / f64::from(third.abs_diff(first));
                self.pairs += 1.0;
                self.squares += (share - 0.5) * (share - 0.5);
            }
        }
    }

    /// See [`regularity`].
    pub fn regularity(&self) -> f64 {
        if self.pairs < ENOUGH {
            return 1.0;
        }
        let variance = self.squares / self.pairs;
        ((1.0 - 4.0 * variance) / (8.0 * variance)).clamp(BOUNDS.0, BOUNDS.1)
    }
}

/// The shape k of the gamma distribution of the gaps between a customer's orders: 1 is purely random (what BG/NBD assumes),
/// more is regular (a subscription is far above), less comes in bursts. `customers` yields each one's days with an order,
/// rising, without doubles; with fewer than 30 pairs of gaps the answer is 1.
///
/// Wheat & Morrison (1990): of two consecutive gaps g, h of one customer g/(g+h) is Beta(k, k) whatever the customer's
/// rate, its mean is 1/2 and its variance 1/(4(2k+1)); hence k = (1 - 4v)/(8v).
pub fn regularity<'a>(customers: impl IntoIterator<Item = &'a [i32]>) -> f64 {
    let mut rhythm = Rhythm::default();
    customers.into_iter().for_each(|days| rhythm.add(days));
    rhythm.regularity()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_gaps_are_regular_and_few_tell_nothing() {
        let even: Vec<i32> = (0..50).map(|i| i * 30 + i % 2).collect();
        assert_eq!(regularity([even.as_slice()]), BOUNDS.1);
        assert_eq!(regularity([&even[..10]]), 1.0);
        let bursts: Vec<i32> = (0..60).map(|i| (i / 3) * 100 + i % 3).collect();
        assert!(regularity([bursts.as_slice()]) < 1.0);
    }
}
