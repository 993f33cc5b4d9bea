//! Baskets cut down to their frequent items, rarest first, with the way from an item to what stands after it.

use super::{Baskets, Share};

/// Frequent items are renamed to ranks: 0 is the rarest.
pub(super) struct Ranked {
    /// The smallest frequent count.
    pub least: u32,
    /// Rank to item number.
    pub item: Vec<u32>,
    /// Rank to number of baskets.
    pub count: Vec<u32>,
    /// All baskets' ranks, each basket's increasing.
    ranks: Vec<u32>,
    /// For each rank, in a run: where in `ranks` the rest of a basket begins after it, and where that basket ends.
    tails: Vec<(u32, u32)>,
    /// Rank `r` has `tails[starts[r]..starts[r + 1]]`.
    starts: Vec<u32>,
}

impl Ranked {
    pub fn new(baskets: &Baskets, support: Share) -> Self {
        let least = support.least(baskets.len());
        let frequency = baskets.frequencies();
        let mut item: Vec<u32> = (0..baskets.width()).filter(|&item| frequency[item as usize] >= least).collect();
        item.sort_unstable_by_key(|&item| (frequency[item as usize], item));
        let mut rank = vec![u32::MAX; frequency.len()];
        for (position, &item) in (0..).zip(&item) {
            rank[item as usize] = position;
        }
        let count: Vec<u32> = item.iter().map(|&item| frequency[item as usize]).collect();

        let mut starts = Vec::with_capacity(count.len() + 1);
        let mut total = 0_u32;
        for &count in &count {
            starts.push(total);
            total += count;
        }
        starts.push(total);

        let mut ranks: Vec<u32> = Vec::with_capacity(total as usize);
        let mut tails = vec![(0, 0); total as usize];
        let mut next = starts.clone();
        for basket in baskets.iter() {
            let start = ranks.len();
            ranks.extend(basket.iter().map(|&item| rank[item as usize]).filter(|&rank| rank != u32::MAX));
            ranks[start..].sort_unstable();
            // Not more lines than in `Baskets`, where they fit u32.
            let end = ranks.len() as u32;
            for (after, &rank) in (start as u32 + 1..).zip(&ranks[start..]) {
                let slot = &mut next[rank as usize];
                tails[*slot as usize] = (after, end);
                *slot += 1;
            }
        }
        Self { least, item, count, ranks, tails, starts }
    }

    /// What stands after this rank in each of its baskets: only ranks at least as frequent.
    pub fn tails(&self, rank: usize) -> impl Iterator<Item = &[u32]> {
        self.tails[self.starts[rank] as usize..self.starts[rank + 1] as usize]
            .iter()
            .map(|&(start, end)| &self.ranks[start as usize..end as usize])
    }

    /// The ranks after this one that are frequent together with it, increasing, each with the number of baskets.
    /// `counter` is as long as there are ranks, of zeros, and is left so.
    pub fn partners(&self, rank: usize, counter: &mut [u32]) -> Vec<(u32, u32)> {
        for &partner in self.tails(rank).flatten() {
            counter[partner as usize] += 1;
        }
        let mut partners = Vec::new();
        // A second pass over the same lines, not over all ranks: with rare items there are many ranks and few lines.
        for &partner in self.tails(rank).flatten() {
            let count = std::mem::take(&mut counter[partner as usize]);
            if count >= self.least {
                partners.push((partner, count));
            }
        }
        partners.sort_unstable();
        partners
    }
}
