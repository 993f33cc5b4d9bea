//! Who went from which segment to which.

/// Customers between two moments: how many went from each segment to each. The last row and column are those who had no
/// segment: not yet, or no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// `counts[before][after]`.
    pub counts: Vec<Vec<u64>>,
}

impl Movement {
    /// Customers with the same segment, a real one, at both moments.
    pub fn stayed(&self) -> u64 {
        let real = self.counts.len().saturating_sub(1);
        self.counts.iter().take(real).enumerate().map(|(i, row)| row[i]).sum()
    }

    /// Customers whose segment changed, or who got or lost one.
    pub fn moved(&self) -> u64 {
        self.counts.iter().enumerate().map(|(i, row)| row.iter().sum::<u64>() - row[i]).sum()
    }

    /// How many more (or fewer) customers a segment has at the second moment.
    pub fn net(&self, segment: usize) -> i64 {
        let before: u64 = self.counts.get(segment).map_or(0, |row| row.iter().sum());
        let after: u64 = self.counts.iter().filter_map(|row| row.get(segment)).sum();
        after as i64 - before as i64
    }
}

/// Counts the moves of customers given as their segments at two moments, as places below `segments`; none, or a place that
/// does not exist, is no segment. Customers with no segment at both moments are counted too.
pub fn movement(customers: impl IntoIterator<Item = (Option<usize>, Option<usize>)>, segments: usize) -> Movement {
    let mut counts = vec![vec![0; segments + 1]; segments + 1];
    let place = |segment: Option<usize>| segment.map_or(segments, |s| s.min(segments));
    for (before, after) in customers {
        counts[place(before)][place(after)] += 1;
    }
    Movement { counts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_counted() {
        let customers = [(Some(0), Some(0)), (Some(0), Some(1)), (None, Some(1)), (Some(1), None), (Some(9), Some(0))];
        let found = movement(customers, 2);
        assert_eq!(found.counts, [[1, 1, 0], [0, 0, 1], [1, 1, 0]]);
        assert_eq!((found.stayed(), found.moved()), (1, 4));
        assert_eq!((found.net(0), found.net(1), found.net(2)), (0, 1, -1));
        assert_eq!(movement([], 0).moved(), 0);
    }
}
