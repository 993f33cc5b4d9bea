//! What the models need to know of a customer.

/// Days in a week: the models count time in weeks, as their papers do.
pub const WEEK: f64 = 7.0;
/// Units of money in one: amounts are whole ten-thousandths, as stored.
pub const MONEY: f64 = 10_000.0;

/// A purchase, as [`histories`] takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    /// Which customer: any number that stands for one.
    pub customer: u32,
    /// Which day, counted from any fixed one.
    pub day: i32,
    /// The total, in 1/10,000 of the currency. A positive one is an order; others are refunds.
    pub amount: i64,
}

/// A customer's orders, boiled down. Orders of one day are one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct History {
    /// Which customer.
    pub customer: u32,
    /// Days with an order after the first one (x in the papers).
    pub repeats: u32,
    /// Days from the first order to the last (t_x, there in weeks).
    pub recency_days: u32,
    /// Days from the first order to the moment of looking (T).
    pub age_days: u32,
    /// The mean total of a day with an order, refunds taken off, in the currency; 0 or less if all was given back.
    pub mean_value: f64,
}

impl History {
    /// Days since the last order.
    pub fn idle_days(&self) -> u32 {
        self.age_days.saturating_sub(self.recency_days)
    }

    /// All the days with an order, the first one included.
    pub fn orders(&self) -> f64 {
        f64::from(self.repeats) + 1.0
    }

    /// Weeks from the first order to the last.
    pub fn recency(&self) -> f64 {
        f64::from(self.recency_days) / WEEK
    }

    /// Weeks from the first order to the moment of looking.
    pub fn age(&self) -> f64 {
        f64::from(self.age_days) / WEEK
    }
}

/// Histories of all customers with an order on `as_of` or before, by customer. Later days are not looked at.
///
/// The second figure is the [`regularity`](super::regularity()) of the orders.
pub fn histories(orders: &[Order], as_of: i32) -> (Vec<History>, f64) {
    let mut seen: Vec<Order> = orders.iter().copied().filter(|order| order.day <= as_of).collect();
    // Not by amount: within a day the order does not matter, and a sort by two keys is quicker.
    seen.sort_unstable_by_key(|order| (order.customer, order.day));
    let mut rhythm = super::regularity::Rhythm::default();
    let mut days = Vec::new();
    let histories = seen
        .chunk_by(|a, b| a.customer == b.customer)
        .filter_map(|of_customer| {
            days.clear();
            days.extend(of_customer.iter().filter(|order| order.amount > 0).map(|order| order.day));
            days.dedup();
            let (first, last) = (*days.first()?, *days.last()?);
            rhythm.add(&days);
            let total: i128 = of_customer.iter().map(|order| i128::from(order.amount)).sum();
            Some(History {
                customer: of_customer.first()?.customer,
                repeats: u32::try_from(days.len() - 1).unwrap_or(u32::MAX),
                recency_days: last.abs_diff(first),
                age_days: as_of.abs_diff(first),
                mean_value: total as f64 / MONEY / days.len() as f64,
            })
        })
        .collect();
    (histories, rhythm.regularity())
}

/// How many customers share one history: the models' likelihoods are computed once for all of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Group {
    /// Repeat orders.
    pub repeats: u32,
    /// Weeks from the first order to the last.
    pub recency: f64,
    /// Weeks from the first order to the moment of looking.
    pub age: f64,
    /// Customers.
    pub customers: f64,
}

/// The distinct histories, by repeats, recency and age. A history that contradicts itself is put right: the last order
/// is not after the moment of looking.
pub fn group(histories: &[History]) -> Vec<Group> {
    let mut keys: Vec<_> = histories.iter().map(|h| (h.repeats, h.recency_days.min(h.age_days), h.age_days)).collect();
    keys.sort_unstable();
    keys.chunk_by(|a, b| a == b)
        .filter_map(|same| {
            let &(repeats, recency, age) = same.first()?;
            let (recency, age) = (f64::from(recency) / WEEK, f64::from(age) / WEEK);
            Some(Group { repeats, recency, age, customers: same.len() as f64 })
        })
        .collect()
}

/// Every n-th customer of the groups, so that about `customers` are left; the groups are sorted, and so every kind of
/// history keeps its share to within one customer.
pub fn thin(groups: &[Group], customers: f64) -> Vec<Group> {
    let all: f64 = groups.iter().map(|g| g.customers).sum();
    let keep = (customers / all).min(1.0);
    let mut before = 0.0;
    groups
        .iter()
        .filter_map(|group| {
            let after = before + group.customers * keep;
            let taken = after.floor() - f64::floor(before);
            before = after;
            let customers = if keep < 1.0 { taken } else { group.customers };
            (customers > 0.0).then_some(Group { customers, ..*group })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERS: [Order; 7] = [
        Order { customer: 2, day: 30, amount: 50_000 },
        Order { customer: 1, day: 10, amount: 100_000 },
        Order { customer: 1, day: 10, amount: 20_000 },
        Order { customer: 1, day: 17, amount: 60_000 },
        Order { customer: 1, day: 20, amount: -30_000 },
        Order { customer: 3, day: 5, amount: -1 },
        Order { customer: 1, day: 24, amount: 90_000 },
    ];

    #[test]
    fn days_are_joined_and_refunds_taken_off() {
        let (found, _) = histories(&ORDERS, 38);
        let first = History { customer: 1, repeats: 2, recency_days: 14, age_days: 28, mean_value: 8.0 };
        let second = History { customer: 2, repeats: 0, recency_days: 0, age_days: 8, mean_value: 5.0 };
        assert_eq!(found, [first, second]);
        assert_eq!((first.idle_days(), first.recency(), first.age()), (14, 2.0, 4.0));
    }

    #[test]
    fn the_future_is_not_seen() {
        let mut later = ORDERS;
        for order in later.iter_mut().filter(|order| order.day > 20) {
            *order = Order { customer: order.customer + 1, day: order.day + 9, amount: order.amount * 7 };
        }
        assert_eq!(histories(&ORDERS, 20), histories(&later, 20));
    }

    #[test]
    fn thinned_groups_keep_their_shares() {
        let group = |repeats, customers| Group { repeats, recency: 0.0, age: 1.0, customers };
        let thinned = thin(&[group(0, 700.0), group(1, 200.0), group(2, 99.0), group(3, 1.0)], 100.0);
        assert_eq!(thinned.iter().map(|g| g.customers).collect::<Vec<_>>(), [70.0, 20.0, 9.0, 1.0]);
        assert_eq!(thin(&[group(0, 3.0)], 100.0), [group(0, 3.0)]);
        assert!(thin(&[], 100.0).is_empty());
    }
}
