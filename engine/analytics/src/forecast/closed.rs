//! Days of the week on which nothing is sold: a shop that is closed on Saturdays has zeros there that are no demand.
//!
//! Such positions of the shortest season are taken out before a model is fitted and put back as zeros: a smooth model
//! would spread them, and a multiplicative season cannot hold them.

/// Which positions of the season are closed. Position 0 is that of the first value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    closed: Vec<bool>,
}

impl Closed {
    /// Positions that were zero in each of the last eight periods of the season (all of them, if there are three to
    /// seven), while at least half of the values at other positions of that time were not. No position for a season of
    /// more than 24.
    pub fn find(y: &[f64], period: usize) -> Self {
        let cycles = (y.len() / period.max(1)).min(8);
        let open = Self { closed: vec![false; period.max(1)] };
        if !(2..=24).contains(&period) || cycles < 3 {
            return open;
        }
        let from = y.len() - cycles * period;
        let mut closed = vec![true; period];
        for (t, value) in y.iter().enumerate().skip(from) {
            closed[t % period] &= *value == 0.0;
        }
        let others = y.iter().enumerate().skip(from).filter(|(t, _)| !closed[t % period]);
        let (sold, all) = others.fold((0, 0), |(sold, all), (_, value)| (sold + usize::from(*value != 0.0), all + 1));
        if all > 0 && 2 * sold >= all { Self { closed } } else { open }
    }

    /// Whether place `t` is closed.
    pub fn at(&self, t: usize) -> bool {
        self.closed[t % self.closed.len()]
    }

    /// Open positions in a period.
    pub fn open(&self) -> usize {
        self.closed.iter().filter(|closed| !**closed).count()
    }

    /// The places that are open, of the `count` from place `from` on.
    pub fn places(&self, from: usize, count: usize) -> impl Iterator<Item = usize> {
        (from..from + count).filter(|t| !self.at(*t))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_day_is_seen_and_a_quiet_product_is_not() {
        let shop: Vec<f64> = (0..70).map(|t| if t % 7 == 5 { 0.0 } else { 10.0 + t as f64 }).collect();
        let closed = Closed::find(&shop, 7);
        assert_eq!(closed.open(), 6);
        assert!(closed.at(5) && closed.at(75) && !closed.at(4));
        let quiet: Vec<f64> = (0..70).map(|t| if t % 10 == 0 { 1.0 } else { 0.0 }).collect();
        assert_eq!(Closed::find(&quiet, 7).open(), 7);
        assert_eq!(Closed::find(&[0.0; 70], 7).open(), 7);
    }
}
