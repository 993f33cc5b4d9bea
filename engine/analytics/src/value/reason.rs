//! Why a model is simpler than it could be.

/// Why an answer is simpler than it could be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nobody has an order yet.
    NoCustomers,
    /// Nobody has ordered on a second day yet.
    NoRepeats,
    /// Fewer than 100 customers (for values of orders: 25).
    FewCustomers,
    /// Fewer than 25 customers have ordered on a second day.
    FewRepeaters,
    /// Nobody has brought money that was not given back.
    NoSpend,
    /// The data leave a parameter open: as where no customer ever leaves, or all orders cost the same.
    Unclear,
}
