//! What the records say beyond reports: forecasts, trends and their causes, customer value, offers, recommendations.
//!
//! The methods are in `kupets_analytics`, pure. Here their input is read by SQL over one view of the tenant's tables, and
//! their answer gets its names, units, dates and the statement that it rests on.

mod calendar;
mod carried;
mod days;
mod dimension;
mod effects;
mod explain;
mod finding;
mod forecast;
mod headline;
mod interner;
mod lazy;
mod levels;
mod lines;
mod metric;
mod offers;
mod offers_table;
mod pairs;
mod parameters;
mod phrases;
mod recommend;
mod reports;
mod scope;
mod series;
mod shifts;
mod sold;
mod story;
mod tables;
mod tree;
mod tree_words;
mod trend_findings;
mod trends;
mod value;
mod visits;
pub(crate) mod words;

pub use calendar::Grain;
pub use forecast::Forecast;
pub use metric::Metric;
pub use offers::{Offer, Offers};
pub use parameters::Language;
pub use recommend::{
    Decision, Evidence, Expected, ExpectedTold, Folded, Lift, NoneFound, Product, Recommendations, Recommended, Status,
    TargetTold, kinds as recommendation_kinds,
};
pub(crate) use reports::add_tables;
pub use scope::Scope;
pub(crate) use tables::reader;
pub use trends::{Explain, Trends};
pub(crate) use value::{Horizon, Score, scores};

use kupets_core::{Result, TenantContext};
use std::collections::BTreeMap;

use crate::Engine;

impl Engine {
    /// What comes next of a metric. Parameters as text, as they stand in a query string: `metric`, `grain`, `horizon`,
    /// `product_id`, `category`, `channel`, `segment`, `currency`, `as_of`, `holidays`, `locale`.
    ///
    /// # Errors
    /// A parameter that there is not or that does not parse, and the limits of queries.
    pub async fn forecast(&self, tenant: &TenantContext, parameters: &BTreeMap<String, String>) -> Result<Forecast> {
        let (engine, tenant, parameters) = (self.clone(), tenant.clone(), parameters.clone());
        self.on_runtime(async move { forecast::answer(&engine, &tenant, &parameters).await }).await
    }

    /// What to offer a customer next: up to `limit` products bought before, and as many never bought.
    ///
    /// # Errors
    /// No such customer, and the limits of queries.
    pub async fn offers(
        &self,
        tenant: &TenantContext,
        customer: &str,
        limit: usize,
        language: Language,
    ) -> Result<Offers> {
        let (engine, tenant, customer) = (self.clone(), tenant.clone(), customer.to_owned());
        self.on_runtime(async move {
            let person = engine.person(&tenant, &customer).await?;
            offers::answer(&engine, &tenant, &person, limit, language).await
        })
        .await
    }

    /// A period compared with the one before it: what moved, what the calendar and the season explain of it, by which factors, and what carries it. Parameters as text: `metric`, `from` and `to`
    /// or `period`, `currency`, `limit`, `locale`; the last month that has ended unless sent.
    ///
    /// # Errors
    /// A parameter that there is not or that does not parse, and the limits of queries.
    pub async fn trends(&self, tenant: &TenantContext, parameters: &BTreeMap<String, String>) -> Result<Trends> {
        let (engine, tenant, parameters) = (self.clone(), tenant.clone(), parameters.clone());
        self.on_runtime(async move { trends::answer(&engine, &tenant, &parameters).await }).await
    }

    /// Two periods compared: contributions of each dimension, which sum to the change to the last digit.
    ///
    /// # Errors
    /// A time that is none, a dimension by which the metric does not part, and the limits of queries.
    pub async fn explain(&self, tenant: &TenantContext, request: Explain) -> Result<Trends> {
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move { trends::explain(&engine, &tenant, &request).await }).await
    }

    /// What to do next, the greatest first. Parameters as text: `kind`, `customer_id`, `status`, `limit`, `cursor`, `customers`,
    /// `as_of`, `locale`.
    ///
    /// # Errors
    /// A parameter that there is not or that does not parse, and the limits of queries.
    pub async fn recommendations(
        &self,
        tenant: &TenantContext,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Recommendations> {
        let (engine, tenant, parameters) = (self.clone(), tenant.clone(), parameters.clone());
        self.on_runtime(async move { recommend::answer(&engine, &tenant, &parameters).await }).await
    }

    /// Accepts a recommendation, which makes it a task with a hold-out, dismisses it for good, or finishes a task.
    ///
    /// # Errors
    /// No such recommendation; it is no task that could be done.
    pub async fn decide(&self, tenant: &TenantContext, id: &str, decision: Decision) -> Result<Recommended> {
        let (engine, tenant, id) = (self.clone(), tenant.clone(), id.to_owned());
        self.on_runtime(async move { recommend::decide(&engine, &tenant, &id, &decision).await }).await
    }
}
