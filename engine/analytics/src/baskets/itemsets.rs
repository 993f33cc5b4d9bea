//! Frequent itemsets by Eclat (Zaki, 2000) on bitmaps of the projected baskets.
//!
//! For each item, rarest first in rank, only the baskets that have it are looked at: they are numbered anew, and every more
//! frequent item gets a bitmap over them. Deeper itemsets are intersections of bitmaps. All bitmaps of one item take at most
//! as many bits as there are lines: an item in `s` baskets has partners in at least `s` baskets each.

use super::{Baskets, Share, Stopped, ranked::Ranked};

/// Longer itemsets are never made.
const MAX_LENGTH: usize = 64;

/// Where to stop rather than run out of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most items in an itemset; at most 64 count. Longer ones are not looked for.
    pub length: usize,
    /// The most itemsets.
    pub itemsets: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { length: 10, itemsets: 1_000_000 }
    }
}

/// Frequent itemsets in lexicographic order, with every subset of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Itemsets {
    baskets: u32,
    items: Vec<u32>,
    /// Where each itemset ends in `items`.
    ends: Vec<usize>,
    counts: Vec<u32>,
    stopped: Option<Stopped>,
}

impl Itemsets {
    /// The number of baskets that were mined.
    #[must_use]
    pub fn baskets(&self) -> u32 {
        self.baskets
    }

    /// The number of itemsets.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether nothing is frequent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Why some are missing, if they are.
    #[must_use]
    pub fn stopped(&self) -> Option<Stopped> {
        self.stopped
    }

    /// Each itemset (increasing item numbers) with the number of baskets that have all of it.
    pub fn iter(&self) -> impl Iterator<Item = (&[u32], u32)> {
        (0..self.len()).map(|index| (self.items(index), self.counts[index]))
    }

    /// In how many baskets these items (increasing) are together, if they are a frequent itemset.
    #[must_use]
    pub fn count(&self, items: &[u32]) -> Option<u32> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.items(middle) < items {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < self.len() && self.items(low) == items).then(|| self.counts[low])
    }

    fn items(&self, index: usize) -> &[u32] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.items[start..self.ends[index]]
    }

    fn sorted(self) -> Self {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_unstable_by(|&a, &b| self.items(a).cmp(self.items(b)));
        let mut sorted = Self { baskets: self.baskets, stopped: self.stopped, ..Self::default() };
        for index in order {
            sorted.items.extend_from_slice(self.items(index));
            sorted.ends.push(sorted.items.len());
            sorted.counts.push(self.counts[index]);
        }
        sorted
    }
}

/// All itemsets in at least this share of the baskets.
#[must_use]
pub fn itemsets(baskets: &Baskets, support: Share, limits: Limits) -> Itemsets {
    let ranked = Ranked::new(baskets, support);
    let mut search = Search {
        found: Itemsets { baskets: baskets.len(), ..Itemsets::default() },
        limits: Limits { length: limits.length.min(MAX_LENGTH), ..limits },
        prefix: Vec::new(),
        bits: Vec::new(),
        words: 0,
        ranked: &ranked,
    };
    let mut counter = vec![0; ranked.item.len()];
    let mut row = vec![u32::MAX; ranked.item.len()];
    // From the most frequent down, here and in `grow`: so every subset is found before its supersets, and a search that
    // stops early leaves a complete family.
    for rank in (0..ranked.item.len()).rev() {
        search.prefix.push(rank as u32);
        if !search.keep(ranked.count[rank]) {
            break;
        }
        if search.limits.length > 1 {
            let partners = ranked.partners(rank, &mut counter);
            search.project(rank, &partners, &mut row);
            if !search.grow(&partners, 0) {
                break;
            }
        }
        search.prefix.pop();
    }
    search.found.sorted()
}

struct Search<'a> {
    ranked: &'a Ranked,
    limits: Limits,
    found: Itemsets,
    /// The ranks of the itemset at hand.
    prefix: Vec<u32>,
    /// A stack of bitmaps, each `words` long.
    bits: Vec<u64>,
    words: usize,
}

impl Search<'_> {
    /// Takes the prefix down as frequent; false if there is no more room.
    fn keep(&mut self, count: u32) -> bool {
        let found = &mut self.found;
        if self.prefix.len() > self.limits.length {
            return true;
        }
        if found.len() >= self.limits.itemsets {
            found.stopped = Some(Stopped::Itemsets);
            return false;
        }
        let start = found.items.len();
        found.items.extend(self.prefix.iter().map(|&rank| self.ranked.item[rank as usize]));
        found.items[start..].sort_unstable();
        found.ends.push(found.items.len());
        found.counts.push(count);
        true
    }

    /// Makes the bitmaps of `partners` over the baskets of `rank`. `row` is of `u32::MAX`, and is left so.
    fn project(&mut self, rank: usize, partners: &[(u32, u32)], row: &mut [u32]) {
        self.words = (self.ranked.count[rank] as usize).div_ceil(64);
        self.bits.clear();
        self.bits.resize(self.words * partners.len(), 0);
        for (index, &(partner, _)) in (0..).zip(partners) {
            row[partner as usize] = index;
        }
        for (basket, tail) in self.ranked.tails(rank).enumerate() {
            for &partner in tail {
                let row = row[partner as usize];
                if row != u32::MAX {
                    self.bits[row as usize * self.words + basket / 64] |= 1 << (basket % 64);
                }
            }
        }
        for &(partner, _) in partners {
            row[partner as usize] = u32::MAX;
        }
    }

    /// Extends the prefix by each of `class`, whose bitmaps begin at `base`; false if there is no more room.
    fn grow(&mut self, class: &[(u32, u32)], base: usize) -> bool {
        for (index, &(rank, count)) in class.iter().enumerate().rev() {
            self.prefix.push(rank);
            if !self.keep(count) {
                return false;
            }
            if self.prefix.len() < self.limits.length {
                let top = self.bits.len();
                let mut next = Vec::new();
                for (other, &(partner, _)) in class.iter().enumerate().skip(index + 1) {
                    let count = self.intersect(base + index * self.words, base + other * self.words);
                    if count >= self.ranked.least {
                        next.push((partner, count));
                    } else {
                        self.bits.truncate(self.bits.len() - self.words);
                    }
                }
                if !self.grow(&next, top) {
                    return false;
                }
                self.bits.truncate(top);
            }
            self.prefix.pop();
        }
        true
    }

    /// Pushes the intersection of two bitmaps and counts its baskets.
    fn intersect(&mut self, a: usize, b: usize) -> u32 {
        let top = self.bits.len();
        self.bits.resize(top + self.words, 0);
        let (old, new) = self.bits.split_at_mut(top);
        let mut count = 0_u32;
        for ((word, a), b) in new.iter_mut().zip(&old[a..a + self.words]).zip(&old[b..b + self.words]) {
            *word = a & b;
            count = count.wrapping_add(word.count_ones());
        }
        count
    }
}
