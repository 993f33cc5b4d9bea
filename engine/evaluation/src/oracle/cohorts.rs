//! Cohorts: of those who came first in one period, who came again later.

/// A customer's orders in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activity {
    /// Which customer.
    pub customer: u32,
    /// Which period: a running number of days, weeks, months... in the shop's time zone.
    pub period: i32,
    /// Revenue of the orders, in 1/10,000 of the currency.
    pub revenue: i64,
}

/// A cohort at an age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// The period of the first order.
    pub cohort: i32,
    /// Periods after it.
    pub age: u32,
    /// Customers of the cohort with an order in that period.
    pub customers: u64,
    /// Their share of the whole cohort.
    pub retention: f64,
    /// Revenue of their orders, in 1/10,000 of the currency.
    pub revenue: i128,
}

/// Retention by cohort and age, as the report `cohort_retention`: ages at which nobody came are there with zeros, up to the
/// last period in which anybody ordered. A customer may have several activities in one period.
pub fn cohort_retention(activities: &[Activity]) -> Vec<Cell> {
    let Some(last) = activities.iter().map(|a| a.period).max() else { return vec![] };
    let mut sorted: Vec<&Activity> = activities.iter().collect();
    sorted.sort_unstable_by_key(|a| (a.customer, a.period));
    // (cohort, age), customer counted once.
    let mut visits: Vec<(i32, u32, i128)> = Vec::with_capacity(sorted.len());
    for of_customer in sorted.chunk_by(|a, b| a.customer == b.customer) {
        let cohort = of_customer.first().map_or(0, |a| a.period);
        visits.extend(of_customer.chunk_by(|a, b| a.period == b.period).map(|visit| {
            let period = visit.first().map_or(cohort, |a| a.period);
            (cohort, period.abs_diff(cohort), visit.iter().map(|a| i128::from(a.revenue)).sum())
        }));
    }
    visits.sort_unstable_by_key(|visit| (visit.0, visit.1));
    let mut cells = Vec::new();
    for cohort in visits.chunk_by(|a, b| a.0 == b.0) {
        let mut of_age = cohort.chunk_by(|a, b| a.1 == b.1).peekable();
        let Some(&first) = cohort.first() else { continue };
        let size = of_age.peek().map_or(0, |visits| visits.len());
        for age in 0..=last.abs_diff(first.0) {
            let here = of_age.next_if(|visits| visits.first().is_some_and(|v| v.1 == age)).unwrap_or_default();
            cells.push(Cell {
                cohort: first.0,
                age,
                customers: here.len() as u64,
                retention: here.len() as f64 / size.max(1) as f64,
                revenue: here.iter().map(|v| v.2).sum(),
            });
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_without_orders_are_zeros() {
        let activity = |customer, period, revenue| Activity { customer, period, revenue };
        let found = cohort_retention(&[
            activity(1, 10, 100),
            activity(2, 12, 7),
            activity(1, 12, 50),
            activity(3, 10, 20),
            activity(3, 10, 5),
            activity(2, 13, 1),
        ]);
        let short: Vec<_> = found.iter().map(|c| (c.cohort, c.age, c.customers, c.retention, c.revenue)).collect();
        assert_eq!(
            short,
            [
                (10, 0, 2, 1.0, 125),
                (10, 1, 0, 0.0, 0),
                (10, 2, 1, 0.5, 50),
                (10, 3, 0, 0.0, 0),
                (12, 0, 1, 1.0, 7),
                (12, 1, 1, 1.0, 1),
            ]
        );
        assert!(cohort_retention(&[]).is_empty());
    }
}
