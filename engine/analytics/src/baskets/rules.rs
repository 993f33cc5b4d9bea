//! Association rules from frequent itemsets (Agrawal and Srikant, 1994).

use super::{Counts, Itemsets, Share, Stopped};

/// Who has all of the antecedent has, with some confidence, all of the consequent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Item numbers, increasing.
    pub antecedent: Box<[u32]>,
    /// Item numbers, increasing; none of the antecedent.
    pub consequent: Box<[u32]>,
    /// How often, and the measures.
    pub counts: Counts,
}

/// Rules, the highest lift first; of equal lift the more frequent, then by item numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The rules.
    pub rules: Vec<Rule>,
    /// Why some are missing, if they are.
    pub stopped: Option<Stopped>,
}

/// Which rules to look for, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleLimits {
    /// The most items in a consequent: 1 as arules does it, no limit as mlxtend does.
    pub consequent: usize,
    /// The most rules.
    pub rules: usize,
}

impl Default for RuleLimits {
    fn default() -> Self {
        Self { consequent: usize::MAX, rules: 1_000_000 }
    }
}

/// All rules with at least this confidence whose items together are a frequent itemset.
#[must_use]
pub fn rules(itemsets: &Itemsets, confidence: Share, limits: RuleLimits) -> Rules {
    let mut found = Rules { rules: Vec::new(), stopped: itemsets.stopped() };
    for (items, both) in itemsets.iter().filter(|(items, _)| items.len() > 1) {
        let mut split = Split { itemsets, confidence, limits, items, both, found: &mut found };
        if !split.extend(0, 0) {
            found.stopped = Some(Stopped::Rules);
            break;
        }
    }
    found.rules.sort_unstable_by(|a, b| {
        b.counts
            .cmp_lift(&a.counts)
            .then(b.counts.both.cmp(&a.counts.both))
            .then_with(|| (&a.antecedent, &a.consequent).cmp(&(&b.antecedent, &b.consequent)))
    });
    found
}

/// The ways to split one itemset into two sides.
struct Split<'a> {
    itemsets: &'a Itemsets,
    confidence: Share,
    limits: RuleLimits,
    items: &'a [u32],
    both: u32,
    found: &'a mut Rules,
}

impl Split<'_> {
    /// Adds each item from position `from` on to the consequent (a set of positions). A larger consequent leaves a smaller
    /// antecedent, which is in no fewer baskets: where a rule lacks confidence, those with more items in the consequent do too.
    /// False if there is no more room.
    fn extend(&mut self, consequent: u64, from: usize) -> bool {
        if consequent.count_ones() as usize >= self.limits.consequent {
            return true;
        }
        for position in from..self.items.len() {
            let consequent = consequent | 1 << position;
            let (right, left): (Vec<_>, Vec<_>) =
                self.items.iter().enumerate().partition(|(position, _)| consequent >> position & 1 == 1);
            let items = |side: Vec<(usize, &u32)>| side.into_iter().map(|(_, &item)| item).collect::<Box<[u32]>>();
            let (left, right) = (items(left), items(right));
            let Some(antecedent) = self.itemsets.count(&left) else { continue };
            if !self.confidence.reached(self.both, antecedent) {
                continue;
            }
            let Some(count) = self.itemsets.count(&right) else { continue };
            if self.found.rules.len() >= self.limits.rules {
                return false;
            }
            self.found.rules.push(Rule {
                antecedent: left,
                consequent: right,
                counts: Counts { baskets: self.itemsets.baskets(), antecedent, consequent: count, both: self.both },
            });
            if !self.extend(consequent, position + 1) {
                return false;
            }
        }
        true
    }
}
