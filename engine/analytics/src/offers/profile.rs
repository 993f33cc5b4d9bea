//! One customer's own purchases, product by product.

use super::history::Line;

/// A customer at a moment.
pub(super) struct Profile {
    /// Number of baskets.
    pub baskets: u32,
    /// Products per basket.
    pub basket_size: f64,
    /// What they hold, by item number.
    pub items: Vec<Held>,
}

/// A product the customer bought.
pub(super) struct Held {
    pub item: u32,
    /// In how many baskets.
    pub times: u32,
    /// How many baskets were after the first one with it.
    pub chances: u32,
    /// How many baskets were after the last one with it.
    pub baskets_ago: u32,
    pub first_day: i32,
    pub last_day: i32,
    /// Purchases, each halved for every 8 baskets since.
    pub by_baskets: f64,
    /// Purchases, each halved for every 120 days since.
    pub by_days: f64,
    /// The median days between two purchases, if there are two.
    pub every_days: Option<f64>,
}

impl Profile {
    /// From a customer's purchases (by day) as seen on the day `today`.
    pub fn new(lines: &[Line], today: i32) -> Self {
        let mut visits = Vec::with_capacity(lines.len());
        let mut baskets = 0;
        for basket in lines.chunk_by(|a, b| a.day == b.day) {
            visits.extend(basket.iter().map(|line| (line.item, baskets, line.day)));
            baskets += 1;
        }
        visits.sort_unstable();
        let items = visits.chunk_by(|a, b| a.0 == b.0).map(|own| Held::new(own, baskets, today)).collect();
        Self { baskets, basket_size: lines.len() as f64 / f64::from(baskets.max(1)), items }
    }

    pub fn has(&self, item: u32) -> bool {
        self.items.binary_search_by_key(&item, |held| held.item).is_ok()
    }
}

impl Held {
    /// From the visits (item, index of the basket, day) of one item; there is at least one.
    fn new(visits: &[(u32, u32, i32)], baskets: u32, today: i32) -> Self {
        let halved = |ago: f64, half_life: f64| (-ago / half_life).exp2();
        let (item, first, first_day) = visits[0];
        let (_, last, last_day) = visits[visits.len() - 1];
        let mut gaps: Vec<i64> = visits.windows(2).map(|two| i64::from(two[1].2) - i64::from(two[0].2)).collect();
        gaps.sort_unstable();
        let middle = |at: usize| gaps.get(at).map(|&gap| gap as f64);
        Self {
            item,
            times: visits.len() as u32,
            chances: baskets - 1 - first,
            baskets_ago: baskets - 1 - last,
            first_day,
            last_day,
            by_baskets: visits.iter().map(|visit| halved(f64::from(baskets - 1 - visit.1), 8.0)).sum(),
            by_days: visits.iter().map(|visit| halved(f64::from(today) - f64::from(visit.2), 120.0)).sum(),
            every_days: middle(gaps.len().saturating_sub(1) / 2)
                .zip(middle(gaps.len() / 2))
                .map(|(low, high)| low.midpoint(high)),
        }
    }
}
