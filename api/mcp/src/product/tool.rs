//! The product's tools by name, in the order in which they are listed.

use std::sync::LazyLock;

use rmcp::model::Tool;
use schemars::JsonSchema;

use super::{
    Behind, Change, Customer, CustomerFound, Customers, ExplainChange, Figures, Forecast, ListMetrics, Metrics,
    Predicted, QueryMetric, Recommendations, RecommendationsFound, RowsBehind, RunSql, SegmentCustomers, SqlRows,
};
use crate::{
    schema::{input_schema, output_schema},
    tools::read_only_tool,
};

/// A tool of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProductTool {
    /// What can be asked for.
    ListMetrics,
    /// Figures.
    QueryMetric,
    /// The records behind a figure.
    RowsBehind,
    /// One customer.
    Customer,
    /// Customers of a segment.
    SegmentCustomers,
    /// Why a figure moved.
    ExplainChange,
    /// What comes next.
    Forecast,
    /// What to do.
    Recommendations,
    /// A statement of the caller's own.
    RunSql,
}

impl ProductTool {
    /// All of them, as they are listed.
    pub const ALL: [Self; 9] = [
        Self::ListMetrics,
        Self::QueryMetric,
        Self::RowsBehind,
        Self::Customer,
        Self::SegmentCustomers,
        Self::ExplainChange,
        Self::Forecast,
        Self::Recommendations,
        Self::RunSql,
    ];

    /// The tool of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::ListMetrics => "list_metrics",
            Self::QueryMetric => "query_metric",
            Self::RowsBehind => "rows_behind",
            Self::Customer => "customer",
            Self::SegmentCustomers => "segment_customers",
            Self::ExplainChange => "explain_change",
            Self::Forecast => "forecast",
            Self::Recommendations => "recommendations",
            Self::RunSql => "run_sql",
        }
    }

    /// The scope that a key needs for it.
    pub fn scope(self) -> &'static str {
        match self {
            Self::RunSql => "sql",
            _ => "read",
        }
    }

    /// It, as listed.
    pub fn listed(self) -> Tool {
        // Schemas come from types by way of reflection: once is enough.
        static LISTED: LazyLock<[Tool; 9]> = LazyLock::new(|| ProductTool::ALL.map(ProductTool::describe));
        LISTED
            .iter()
            .zip(Self::ALL)
            .find(|(_, tool)| *tool == self)
            .map_or_else(|| self.describe(), |(told, _)| told.clone())
    }

    fn describe(self) -> Tool {
        match self {
            Self::ListMetrics => self.tool::<ListMetrics, Metrics>(
                "Metrics and dimensions",
                "What the workspace's sales can be asked: metrics with their definitions and units, dimensions, and what is \
                 not in the records. Call it before query_metric.",
            ),
            Self::QueryMetric => self.tool::<QueryMetric, Figures>(
                "Figures",
                "Figures of the workspace's sales, worked out from its records: metrics for a period, by dimensions or over \
                 time, filtered, compared with another period. State the period of the answer together with its figures.",
            ),
            Self::RowsBehind => self.tool::<RowsBehind, Behind>(
                "Records behind a figure",
                "The purchases or customers that a figure of query_metric is made of, page by page.",
            ),
            Self::Customer => self.tool::<Customer, CustomerFound>(
                "A customer",
                "One customer's card: contacts, figures, risk of leaving, expected next order, last purchases and \
                 interactions.",
            ),
            Self::SegmentCustomers => self.tool::<SegmentCustomers, Customers>(
                "Customers of a segment",
                "Customers with their figures: of a segment, above or below bounds, sorted, page by page.",
            ),
            Self::ExplainChange => self.tool::<ExplainChange, Change>(
                "Why a figure changed",
                "Why a metric moved between two periods: which products, categories, channels, segments or customers carry \
                 the change, and by how much.",
            ),
            Self::Forecast => self.tool::<Forecast, Predicted>(
                "Forecast",
                "What a metric is expected to be, with intervals, the method's error on the past, and the naive one's.",
            ),
            Self::Recommendations => self.tool::<Recommendations, RecommendationsFound>(
                "Recommendations",
                "What to do to sell more: actions with evidence, the customers concerned, the expected effect, and how sure it is.",
            ),
            Self::RunSql => self.tool::<RunSql, SqlRows>(
                "SQL",
                "One read-only SQL statement over the workspace's customers, purchases and interactions. Prefer query_metric, \
                 whose definitions are the product's own.",
            ),
        }
    }

    fn tool<I: JsonSchema, O: JsonSchema>(self, title: &str, description: &'static str) -> Tool {
        read_only_tool(self.name(), title, description, input_schema::<I>(), output_schema::<O>())
    }
}
