//! How well each product sells, at any day.

use std::cmp::Reverse;

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

    /// What was known of the demand on the morning of a day, with up to `best` of the items that sold best.
    pub fn on(&self, day: i32, best: usize) -> Moment {
        let from = day.saturating_sub(RECENT);
        let half = 0.5 * (self.starts.len() - 1) as f64;
        let [all_recent, all_ever] = [from, i32::MIN].map(|from| f64::from(between(&self.all, from, day)) + half);
        let sold: Vec<[u32; 2]> = self
            .starts
            .windows(2)
            .map(|ends| &self.days[ends[0] as usize..ends[1] as usize])
            .map(|days| [between(days, from, day), between(days, i32::MIN, day)])
            .collect();
        let share = |sold: u32, all: f64| ((f64::from(sold) + 0.5) / all).ln();
        let shares = sold.iter().map(|sold| [share(sold[0], all_recent), share(sold[1], all_ever)]).collect();
        let mut items: Vec<u32> = (0..sold.len() as u32).filter(|&item| sold[item as usize][1] > 0).collect();
        items.sort_unstable_by_key(|&item| (Reverse(sold[item as usize]), item));
        items.truncate(best);
        Moment { day, shares, best: items.into_iter().map(|item| (item, sold[item as usize][0])).collect() }
    }
}

/// The demand as of the morning of a day.
pub(super) struct Moment {
    pub day: i32,
    /// By item: ln of its share of all sales in the [`RECENT`] days before, and in all the time before. Half a sale is
    /// added to every item, so that none is at 0.
    pub shares: Vec<[f64; 2]>,
    /// The items that sold best in the [`RECENT`] days, each with its baskets in them; of equal ones, by all sales
    /// before and by number.
    pub best: Vec<(u32, u32)>,
}

fn between(days: &[i32], from: i32, until: i32) -> u32 {
    (days.partition_point(|&day| day < until) - days.partition_point(|&day| day < from)) as u32
}
