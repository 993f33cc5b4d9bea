//! What an action may bring.

/// Additional revenue that is expected of the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The lower end of the 95 % interval.
    pub lower: i128,
    /// What is expected.
    pub value: i128,
    /// The upper end of the 95 % interval.
    pub upper: i128,
    /// Over so many days.
    pub days: u32,
    /// How it was estimated.
    pub method: Method,
}

/// How an effect was estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Customers times their value times an assumed response, with binomial variation.
    AssumedResponse,
    /// The same with a response that was measured against a hold-out.
    MeasuredResponse,
    /// The discount given beyond that of before, less what the additional units brought.
    Accounting,
    /// The rate of sales before, with its Poisson interval.
    SalesRate,
    /// Only bounds are known: dropping a product can cost what it earns now.
    Bounds,
    /// It is not a matter of money, or nothing is known about it.
    None,
}
