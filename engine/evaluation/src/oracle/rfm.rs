//! Recency, frequency, monetary: scores from 1 to 5.

use kupets_core::RfmScore as Score;

/// A customer with at least one order, at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Buyer {
    /// Whole days since the last order.
    pub recency: i64,
    /// Orders.
    pub frequency: i64,
    /// Revenue, refunds included, in 1/10,000 of the currency.
    pub monetary: i128,
}

/// Scores the buyers, in their order: 1 plus the whole fifths of all who are worse, half of the equal ones among them: equals
/// score the same, in the middle of their places (Hughes 1994 scores by fifths; the ties are the rule of the report `rfm_segments`).
pub fn score(buyers: &[Buyer]) -> Vec<Score> {
    let r = fifths(buyers, |buyer| -i128::from(buyer.recency));
    let f = fifths(buyers, |buyer| i128::from(buyer.frequency));
    let m = fifths(buyers, |buyer| buyer.monetary);
    r.into_iter().zip(f).zip(m).map(|((r, f), m)| Score { r, f, m }).collect()
}

fn fifths(buyers: &[Buyer], key: impl Fn(&Buyer) -> i128) -> Vec<u8> {
    let mut sorted: Vec<(i128, usize)> = buyers.iter().map(&key).zip(0..).collect();
    sorted.sort_unstable();
    let mut scores = vec![1; buyers.len()];
    let mut worse = 0;
    for equals in sorted.chunk_by(|a, b| a.0 == b.0) {
        for &(_, place) in equals {
            let below = 2 * worse + equals.len();
            scores[place] = u8::try_from(1 + 5 * below / (2 * buyers.len())).unwrap_or(5);
        }
        worse += equals.len();
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifths_and_equals() {
        let buyer = |i: i64| Buyer { recency: i, frequency: i / 5, monetary: -i128::from(i) };
        let scores = score(&(0..10).map(buyer).collect::<Vec<_>>());
        assert_eq!(scores.iter().map(|s| s.r).collect::<Vec<_>>(), [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
        assert_eq!(scores.iter().map(|s| s.f).collect::<Vec<_>>(), [2, 2, 2, 2, 2, 4, 4, 4, 4, 4]);
        assert_eq!(scores.iter().map(|s| s.m).collect::<Vec<_>>(), [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
        assert_eq!(scores[0].fm(), 4);
    }

    #[test]
    fn equals_stand_in_the_middle() {
        // Fifty customers alike are neither the best nor the worst.
        let alike = [Buyer { recency: 9, frequency: 200, monetary: 7 }; 50];
        assert!(score(&alike).iter().all(|score| *score == Score { r: 3, f: 3, m: 3 }));
    }

    #[test]
    fn one_and_none() {
        assert!(score(&[]).is_empty());
        assert_eq!(score(&[Buyer { recency: 3, frequency: 1, monetary: -7 }]), [Score { r: 3, f: 3, m: 3 }]);
    }
}
