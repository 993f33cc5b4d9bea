//! From one typed method a tool to [`Tools`].

use async_trait::async_trait;
use rmcp::model::{JsonObject, Tool};
use serde::Serialize;

use super::{
    Behind, Change, Customer, CustomerFound, Customers, ExplainChange, Figures, Forecast, ListMetrics, Metrics,
    Predicted, ProductTool, QueryMetric, Recommendations, RecommendationsFound, RowsBehind, RunSql, SegmentCustomers,
    SqlRows,
};
use crate::{
    arguments::parse,
    error::ToolError,
    tools::{Output, Tools},
};

/// What a tool answers.
type Answer<T> = Result<T, ToolError>;

/// What the program does for each tool. Arguments have been checked as far as they can be without the records, scopes as well.
#[async_trait]
pub trait ProductTools: Send + Sync + 'static {
    /// Who asks, and what they may.
    type Caller: Clone + Send + Sync + 'static;

    /// Whether the caller has a scope: `read` or `sql`.
    fn may(&self, caller: &Self::Caller, scope: &str) -> bool;

    /// What can be asked for.
    async fn list_metrics(&self, caller: &Self::Caller, asked: ListMetrics) -> Answer<Metrics>;
    /// Figures.
    async fn query_metric(&self, caller: &Self::Caller, asked: QueryMetric) -> Answer<Figures>;
    /// The records behind a figure.
    async fn rows_behind(&self, caller: &Self::Caller, asked: RowsBehind) -> Answer<Behind>;
    /// One customer.
    async fn customer(&self, caller: &Self::Caller, asked: Customer) -> Answer<CustomerFound>;
    /// Customers of a segment.
    async fn segment_customers(&self, caller: &Self::Caller, asked: SegmentCustomers) -> Answer<Customers>;
    /// Why a figure moved.
    async fn explain_change(&self, caller: &Self::Caller, asked: ExplainChange) -> Answer<Change>;
    /// What comes next.
    async fn forecast(&self, caller: &Self::Caller, asked: Forecast) -> Answer<Predicted>;
    /// What to do.
    async fn recommendations(&self, caller: &Self::Caller, asked: Recommendations) -> Answer<RecommendationsFound>;
    /// A statement of the caller's own.
    async fn run_sql(&self, caller: &Self::Caller, asked: RunSql) -> Answer<SqlRows>;
}

/// [`ProductTools`] as [`Tools`].
#[derive(Debug)]
pub struct Product<P>(P);

impl<P: ProductTools> Product<P> {
    /// The tools of that program.
    pub fn new(tools: P) -> Self {
        Self(tools)
    }
}

#[async_trait]
impl<P: ProductTools> Tools for Product<P> {
    type Caller = P::Caller;

    async fn list(&self, caller: &P::Caller) -> Vec<Tool> {
        let open = ProductTool::ALL.into_iter().filter(|tool| self.0.may(caller, tool.scope()));
        open.map(ProductTool::listed).collect()
    }

    async fn call(&self, caller: &P::Caller, name: &str, arguments: JsonObject) -> Result<Output, ToolError> {
        let tool = ProductTool::named(name).ok_or_else(|| ToolError::unknown(name))?;
        if !self.0.may(caller, tool.scope()) {
            let wrong = ToolError::new(format!("{name} needs a key with the scope `{}`.", tool.scope()));
            return Err(wrong.advice("Ask whoever made the key for one that has it, or use another tool."));
        }
        let product = &self.0;
        match tool {
            ProductTool::ListMetrics => told(product.list_metrics(caller, parse(arguments)?).await),
            ProductTool::QueryMetric => told(product.query_metric(caller, parse(arguments)?).await),
            ProductTool::RowsBehind => told(product.rows_behind(caller, parse(arguments)?).await),
            ProductTool::Customer => told(product.customer(caller, parse(arguments)?).await),
            ProductTool::SegmentCustomers => told(product.segment_customers(caller, parse(arguments)?).await),
            ProductTool::ExplainChange => told(product.explain_change(caller, parse(arguments)?).await),
            ProductTool::Forecast => told(product.forecast(caller, parse(arguments)?).await),
            ProductTool::Recommendations => told(product.recommendations(caller, parse(arguments)?).await),
            ProductTool::RunSql => told(product.run_sql(caller, parse(arguments)?).await),
        }
    }
}

fn told<T: Serialize>(answer: Answer<T>) -> Result<Output, ToolError> {
    let structured = serde_json::to_value(answer?);
    structured.map(Output::from).map_err(|error| ToolError::new(format!("The answer cannot be written: {error}.")))
}
