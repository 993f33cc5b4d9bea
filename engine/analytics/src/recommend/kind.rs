//! The kinds of actions.

/// The kinds of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Call back customers who are silent much longer than they use to be.
    WinBack,
    /// Ask new customers back while most come.
    SecondPurchase,
    /// Offer two products together.
    CrossSellBundle,
    /// Remind of a product that is used up.
    ReorderDue,
    /// Stop discounts that do not pay.
    PriceLeak,
    /// Show a product that its few buyers come back for.
    PromoteProduct,
    /// Take a product out.
    DropProduct,
    /// Talk to a customer who matters and stays away.
    AtRiskKeyCustomer,
    /// Write when people buy.
    BestContactTime,
    /// Look whether a product is missing on the shelf.
    StockOut,
}

impl Kind {
    /// Its name in requests, answers and stored decisions, for ever the same.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::WinBack => "win_back",
            Self::SecondPurchase => "second_purchase",
            Self::CrossSellBundle => "cross_sell_bundle",
            Self::ReorderDue => "reorder_due",
            Self::PriceLeak => "price_leak",
            Self::PromoteProduct => "promote_product",
            Self::DropProduct => "drop_product",
            Self::AtRiskKeyCustomer => "at_risk_key_customer",
            Self::BestContactTime => "best_contact_time",
            Self::StockOut => "stock_out",
        }
    }
}

/// All kinds, in the order in which their rules run.
pub const KINDS: [Kind; 10] = [
    Kind::AtRiskKeyCustomer,
    Kind::WinBack,
    Kind::SecondPurchase,
    Kind::ReorderDue,
    Kind::CrossSellBundle,
    Kind::StockOut,
    Kind::PriceLeak,
    Kind::PromoteProduct,
    Kind::DropProduct,
    Kind::BestContactTime,
];
