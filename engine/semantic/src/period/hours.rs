//! Hours of the day as a filter.

/// A set of whole hours of the day in the workspace's zone, 0 to 23.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hours(u32);

/// All hours of a day.
const DAY: u32 = (1 << 24) - 1;

impl Hours {
    /// From one hour to another, which does not belong to it; past midnight where the end is not after the beginning.
    pub fn span(from: u8, to: u8) -> Self {
        let (from, to) = (from % 24, if to > 24 { to % 24 } else { to });
        let inside = |hour: u8| if from < to { (from..to).contains(&hour) } else { hour >= from || hour < to };
        Self((0..24).filter(|hour| inside(*hour)).fold(0, |set, hour| set | 1 << hour))
    }

    /// Both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// All the others.
    #[must_use]
    pub fn others(self) -> Self {
        Self(DAY & !self.0)
    }

    /// The hours, the earliest first.
    pub fn hours(self) -> impl Iterator<Item = u8> {
        (0..24).filter(move |hour| self.0 & 1 << hour != 0)
    }

    /// Whether it is no hour or all of them, which is no filter.
    pub fn is_trivial(self) -> bool {
        self.0 == 0 || self.0 == DAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_from_and_to() {
        let of = |hours: Hours| hours.hours().collect::<Vec<_>>();
        assert_eq!(of(Hours::span(9, 12)), [9, 10, 11]);
        assert_eq!(of(Hours::span(22, 2)), [0, 1, 22, 23]);
        assert_eq!(of(Hours::span(18, 24)), [18, 19, 20, 21, 22, 23]);
        assert_eq!(of(Hours::span(6, 24).others()), [0, 1, 2, 3, 4, 5]);
        assert!(Hours::span(0, 24).is_trivial() && Hours::default().is_trivial());
    }
}
