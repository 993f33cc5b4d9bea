//! Rules between two single items, without looking for larger itemsets.

use super::{Baskets, Counts, Share, Stopped, ranked::Ranked};

/// Who has one item has, with some confidence, the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairRule {
    /// Item number.
    pub antecedent: u32,
    /// Item number.
    pub consequent: u32,
    /// How often, and the measures.
    pub counts: Counts,
}

/// Rules between pairs, the highest lift first; of equal lift the more frequent, then by item numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// The rules; a pair gives up to two, one each way.
    pub rules: Vec<PairRule>,
    /// Why some are missing, if they are.
    pub stopped: Option<Stopped>,
}

/// All rules between two items that are together in at least this share of the baskets, with at least this confidence.
/// Of more than `limit` rules the most frequent are kept. Time: the sum of squared basket lengths, over frequent items.
#[must_use]
pub fn pairs(baskets: &Baskets, support: Share, confidence: Share, limit: usize) -> Pairs {
    let ranked = Ranked::new(baskets, support);
    let mut counter = vec![0; ranked.item.len()];
    let mut found = Pairs::default();
    for rank in 0..ranked.item.len() {
        for (partner, both) in ranked.partners(rank, &mut counter) {
            for (from, to) in [(rank, partner as usize), (partner as usize, rank)] {
                let (antecedent, consequent) = (ranked.count[from], ranked.count[to]);
                if confidence.reached(both, antecedent) {
                    found.rules.push(PairRule {
                        antecedent: ranked.item[from],
                        consequent: ranked.item[to],
                        counts: Counts { baskets: baskets.len(), antecedent, consequent, both },
                    });
                }
            }
        }
        // Seldom enough that the selection costs little, soon enough that memory stays near the limit.
        if found.rules.len() / 2 > limit.max(1 << 16) {
            cut(&mut found, limit);
        }
    }
    cut(&mut found, limit);
    found.rules.sort_unstable_by(|a, b| {
        b.counts
            .cmp_lift(&a.counts)
            .then(b.counts.both.cmp(&a.counts.both))
            .then((a.antecedent, a.consequent).cmp(&(b.antecedent, b.consequent)))
    });
    found
}

/// Keeps the most frequent `limit` rules.
fn cut(found: &mut Pairs, limit: usize) {
    if found.rules.len() > limit {
        found.rules.select_nth_unstable_by(limit, |a, b| {
            b.counts.both.cmp(&a.counts.both).then((a.antecedent, a.consequent).cmp(&(b.antecedent, b.consequent)))
        });
        found.rules.truncate(limit);
        found.stopped = Some(Stopped::Pairs);
    }
}
