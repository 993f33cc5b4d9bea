//! How well each product sells, at any day.

use super::history::History;

/// The window of "recently", in days.
pub(super) const RECENT: i32 = 30;

/// The days on which each product was in a basket.
pub(super) struct Demand {
    /// Item `i` has `days[starts[i]..starts[i + 1]]`, increasing.
    days: Vec<i32>,
    starts: Vec<u32>,
    /// All days, increasing.
    all: Vec<i32>,
}

impl Demand {
    pub fn new(history: &History) -> Self {
        let mut starts = vec![0_u32; history.width() + 1];
        for line in history.all().flatten() {
            starts[line.item as usize + 1] += 1;
        }
        for item in 0..history.width() {
            starts[item + 1] += starts[item];
        }
        let mut all: Vec<i32> = history.all().flatten().map(|line| line.day).collect();
        let (mut days, mut next) = (vec![0; all.len()], starts.clone());
        for line in history.all().flatten() {
            let slot = &mut next[line.item as usize];
            days[*slot as usize] = line.day;
            *slot += 1;
        }
        for ends in starts.windows(2) {
            days[ends[0] as usize..ends[1] as usize].sort_unstable();
        }
        all.sort_unstable();
        Self { days, starts, all }
    }

    /// Baskets with the item, from one day until before another.
    pub fn sold(&self, item: u32, from: i32, until: i32) -> u32 {
        let days = &self.days[self.starts[item as usize] as usize..self.starts[item as usize + 1] as usize];
        between(days, from, until)
    }

    /// ln of the item's share of all sales in the [`RECENT`] days before `today`, and in all the time before.
    /// Half a sale is added to every item, so that none is at 0.
    pub fn shares(&self, item: u32, today: i32) -> [f64; 2] {
        let half = 0.5 * (self.starts.len() - 1) as f64;
        [today.saturating_sub(RECENT), i32::MIN].map(|from| {
            let sold = f64::from(self.sold(item, from, today)) + 0.5;
            (sold / (f64::from(between(&self.all, from, today)) + half)).ln()
        })
    }

    /// The items that sold best in the [`RECENT`] days before `today`; of equal ones, by all sales before and by number.
    pub fn best(&self, today: i32, limit: usize) -> Vec<u32> {
        let mut items: Vec<_> = (0..(self.starts.len() - 1) as u32)
            .map(|item| (self.sold(item, today.saturating_sub(RECENT), today), self.sold(item, i32::MIN, today), item))
            .filter(|&(_, sold, _)| sold > 0)
            .collect();
        items.sort_unstable_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then(a.2.cmp(&b.2)));
        items.into_iter().take(limit).map(|(_, _, item)| item).collect()
    }
}

fn between(days: &[i32], from: i32, until: i32) -> u32 {
    (days.partition_point(|&day| day < until) - days.partition_point(|&day| day < from)) as u32
}
