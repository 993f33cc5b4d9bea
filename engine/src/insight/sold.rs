//! What a period sold: to known customers and to guests, and what came back.

use kupets_analytics::attribution::Ordered;

/// What one period sold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sold {
    /// Orders of known customers.
    pub known: Ordered,
    pub guest_orders: i64,
    /// In ten-thousandths.
    pub guest_revenue: i128,
    /// What purchases that are no orders took back, in ten-thousandths.
    pub taken_back: i128,
}

impl Sold {
    /// All orders.
    pub fn orders(&self) -> i64 {
        self.known.orders + self.guest_orders
    }

    /// What all orders come to, in ten-thousandths.
    pub fn order_revenue(&self) -> i128 {
        self.known.revenue + self.guest_revenue
    }
}
