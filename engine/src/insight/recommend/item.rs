//! A recommendation as it is found, kept and stored.

use kupets_analytics::recommend::{Kind, Reason};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{evidence::Evidence, text::Texts};

/// A product of a recommendation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ProductBody)]
pub struct Product {
    /// Its id, or its name where it has none.
    pub product_id: String,
    /// Its name.
    pub product: Option<String>,
}

/// Additional revenue that is expected, with its 95 % interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ExpectedFigures)]
pub struct Expected {
    /// What is expected to change.
    pub metric: String,
    /// What one of it is: a currency code.
    pub unit: String,
    /// How much more.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schema(value_type = f64, format = "decimal")]
    pub value: Decimal,
    /// The lower end of the 95 % interval.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schema(value_type = f64, format = "decimal")]
    pub lower: Decimal,
    /// The upper end.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schema(value_type = f64, format = "decimal")]
    pub upper: Decimal,
    /// What it costs to ask these customers, which is taken off where recommendations are ranked: assumed shares of an average order,
    /// 0.2 % by a message and 5 % by a personal word. 0 where nobody is asked.
    #[serde(default, with = "rust_decimal::serde::arbitrary_precision")]
    #[schema(value_type = f64, format = "decimal")]
    pub cost: Decimal,
    /// How it was estimated: assumed_response, measured_response, accounting, sales_rate, bounds or not_estimated.
    pub method: String,
    /// Over so many days.
    pub days: u32,
}

/// A recommendation as it is kept: names of customers are not part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Item {
    /// The same for the same action and subject at any time.
    pub id: String,
    /// The name of its kind.
    pub kind: String,
    /// What it says.
    pub texts: Texts,
    /// Its figures.
    pub evidence: Evidence,
    /// What it is about.
    pub products: Vec<Product>,
    /// What it may bring.
    pub expected: Expected,
    /// 0 to 1.
    pub confidence: f64,
    /// How many it is about.
    pub total: usize,
    /// Whom it is about, those with most at stake first. Stored in rows of their own, where erasure finds them.
    #[serde(skip)]
    pub customers: Vec<Box<str>>,
}

impl Item {
    /// What it ranks by: expected money times confidence, less the cost of asking.
    pub fn weight(&self) -> f64 {
        use rust_decimal::prelude::ToPrimitive as _;
        let number = |money: Decimal| money.to_f64().unwrap_or(0.0);
        number(self.expected.value) * self.confidence - number(self.expected.cost)
    }
}

/// All that the rules found.
#[derive(Debug)]
pub(super) struct Found {
    /// The recommendations, the greatest first.
    pub items: Vec<Item>,
    /// The kinds without any.
    pub none: Vec<(Kind, Reason)>,
    /// Products that by their names are no goods, and that something was found about all the same.
    pub no_goods: Vec<Product>,
}
