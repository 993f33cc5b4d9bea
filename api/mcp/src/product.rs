//! The product's own tools, typed: the program fills in one method each.

mod adapter;
mod catalogue;
mod changes;
mod customers;
mod figures;
mod forecast;
mod period;
mod recommendations;
mod scalar;
mod sql;
mod tool;

pub use adapter::{Product, ProductTools};
pub use catalogue::{Absent, DimensionInfo, ListMetrics, MetricInfo, Metrics};
pub use changes::{Change, ExplainChange, Finding, Total};
pub use customers::{
    Customer, CustomerCard, CustomerFigures, CustomerFound, CustomerMatch, CustomerRow, Customers, HistoryEvent,
    SegmentCustomers,
};
pub use figures::{Behind, Column, Figures, Filter, Operator, Order, QueryMetric, RowsBehind};
pub use forecast::{Accuracy, Forecast, ForecastPoint, HistoryPoint, Predicted};
pub use period::{Grain, Language, Period, Span};
pub use recommendations::{Expected, Recommendation, Recommendations, RecommendationsFound};
pub use scalar::{Cell, Figure, Scalar};
pub use sql::{RunSql, SqlRows};
pub use tool::ProductTool;

use crate::error::ToolError;

/// That a number of rows or steps is among those that there may be.
fn among(name: &str, value: Option<u32>, most: u32) -> Result<(), ToolError> {
    match value {
        Some(value) if value == 0 || value > most => {
            Err(ToolError::new(format!("It is {value}, and may be 1 to {most}.")).at(name))
        }
        _ => Ok(()),
    }
}
