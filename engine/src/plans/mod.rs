//! Typed plans of questions, worked out over a tenant's data: one statement a plan, with the values bound, and the names that the
//! data has, by which words of a question are understood.

mod customers;
mod extent;
mod names;
mod steps;
mod worked;

use std::{collections::BTreeMap, sync::Arc};

use kupets_core::{Error, FieldError, Result, TenantContext};
use kupets_query::SqlRequest;
use kupets_semantic::{
    catalogue::{Listing, listing},
    compile::{self, OfRow},
    period::Calendar,
    plan::{Fault, Plan},
    values::ValueIndex,
};

pub use extent::Extent;
pub use worked::Worked;

use crate::{Engine, insight};

/// Records behind a figure that one page may have.
pub const MAX_RECORDS: u32 = 1_000;

impl Engine {
    /// The calendar that questions of this tenant are read by: its zone, the order of its dates, and now.
    pub fn calendar(&self, tenant: &TenantContext) -> Calendar {
        let usd = tenant.currency() == "USD";
        Calendar { usd, ..Calendar::new(self.clock().now(), tenant.time_zone()) }
    }

    /// Works out a plan that is one statement ([`Plan::is_statement`]).
    ///
    /// # Errors
    /// `bad_plan` with the field that is wrong, and the limits of queries.
    pub async fn work_out(&self, tenant: &TenantContext, plan: &Plan, calendar: &Calendar) -> Result<Worked> {
        let statement = compile::statement(plan, tenant.currency(), calendar).map_err(bad_plan)?;
        let currency = plan.currency.clone().unwrap_or_else(|| tenant.currency().to_owned());
        let (engine, tenant) = (self.clone(), tenant.clone());
        let ran = self.on_runtime(async move {
            let reader = insight::reader(&engine, &tenant, &statement.sql).await?;
            worked::run(&reader, statement, &currency, None).await
        });
        let mut worked = ran.await?;
        steps::fill(&mut worked, plan, calendar);
        Ok(worked)
    }

    /// Whether a plan that is one statement can be worked out.
    ///
    /// # Errors
    /// `bad_plan` with the field that is wrong.
    pub fn check_plan(&self, tenant: &TenantContext, plan: &Plan, calendar: &Calendar) -> Result<()> {
        compile::statement(plan, tenant.currency(), calendar).map(drop).map_err(bad_plan)
    }

    /// A page of the records behind the figures of a plan, or behind one row of them, from `offset` on; one more than `limit` tells
    /// that there are others.
    ///
    /// # Errors
    /// `bad_plan` with the field that is wrong, `key` or `before` of an answer that has none, and the limits of queries.
    pub async fn records_behind(
        &self,
        tenant: &TenantContext,
        plan: &Plan,
        calendar: &Calendar,
        row: &OfRow,
        (limit, offset): (u32, u64),
    ) -> Result<Worked> {
        let mut rows = compile::behind_row(plan, row, calendar)
            .map_err(|fault| Error::wrong_fields(vec![FieldError::of(&fault.field, fault.message)]))?;
        rows.limit = Some(limit.clamp(1, MAX_RECORDS));
        let statement = compile::statement(&rows, tenant.currency(), calendar).map_err(bad_plan)?;
        let currency = plan.currency.clone().unwrap_or_else(|| tenant.currency().to_owned());
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move {
            let reader = insight::reader(&engine, &tenant, &statement.sql).await?;
            worked::run(&reader, statement, &currency, Some(offset)).await
        })
        .await
    }

    /// The names in the tenant's data, of the present version or of one that is little older.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn names(&self, tenant: &TenantContext) -> Result<Arc<ValueIndex>> {
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move { names::index(&engine, &tenant).await }).await
    }

    /// What the tenant's records reach over: the first and the last moment, and the currencies of its sales.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn extent(&self, tenant: &TenantContext) -> Result<Arc<Extent>> {
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move { extent::of(&engine, &tenant).await }).await
    }

    /// The currencies that the sales of a plan's period have beside the plan's own: their money is not in its figures.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn other_currencies(
        &self,
        tenant: &TenantContext,
        plan: &Plan,
        calendar: &Calendar,
    ) -> Result<Vec<String>> {
        let own = plan.currency.clone().unwrap_or_else(|| tenant.currency().to_owned());
        let all = self.extent(tenant).await?;
        if all.currencies.iter().all(|currency| *currency == own) {
            return Ok(Vec::new());
        }
        let (from, to) = (plan.period.begin(calendar), plan.period.end(calendar));
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move {
            let found = extent::currencies(&engine, &tenant, from, to).await?;
            Ok(found.into_iter().filter(|currency| *currency != own).collect())
        })
        .await
    }

    /// Customers by what they are worth (`predicted_clv`), or by how much of that may be lost (times `churn_risk`).
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn valued_customers(&self, tenant: &TenantContext, at_risk: bool, limit: usize) -> Result<Worked> {
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move {
            let statement = customers::statement(at_risk, limit);
            let reader = insight::reader(&engine, &tenant, &statement.sql).await?;
            let currency = tenant.currency().to_owned();
            worked::run(&reader, statement, &currency, None).await
        })
        .await
    }

    /// Up to five customers with one of those ids or names, whatever their case: the names of [`Engine::names`] are those of the newest
    /// customers only.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn customers_called(
        &self,
        tenant: &TenantContext,
        texts: &[String],
    ) -> Result<Vec<(String, Option<String>)>> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let statement = customers::called(&texts.iter().map(|text| text.to_lowercase()).collect::<Vec<_>>(), 5);
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move {
            let reader = insight::reader(&engine, &tenant, &statement.sql).await?;
            let worked = worked::run(&reader, statement, tenant.currency(), None).await?;
            let text = |row: &[serde_json::Value], at: usize| row.get(at)?.as_str().map(str::to_owned);
            Ok(worked.rows.iter().filter_map(|row| Some((text(row, 0)?, text(row, 1)))).collect())
        })
        .await
    }

    /// The rows of a report, as [`Engine::report`] gives them.
    ///
    /// # Errors
    /// Those of [`Engine::report`].
    pub async fn report_rows(
        &self,
        tenant: &TenantContext,
        id: &str,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Worked> {
        let answer = self.report(tenant, id, parameters).await?;
        let currency = answer.meta.currency.clone().unwrap_or_else(|| tenant.currency().to_owned());
        self.on_runtime(async move { worked::collect(answer, None, &currency).await }).await
    }

    /// The rows of one read-only statement, as [`Engine::sql`] gives them.
    ///
    /// # Errors
    /// Those of [`Engine::sql`].
    pub async fn sql_rows(&self, tenant: &TenantContext, request: SqlRequest) -> Result<Worked> {
        let answer = self.sql(tenant, request).await?;
        let currency = tenant.currency().to_owned();
        self.on_runtime(async move { worked::collect(answer, None, &currency).await }).await
    }

    /// What can be asked of this tenant's data: metrics, dimensions, and what is not there.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn metrics(&self, tenant: &TenantContext) -> Result<Listing> {
        let names = self.names(tenant).await?;
        let attributes: Vec<&str> = names.attributes().collect();
        Ok(listing(tenant.currency(), &attributes, |metric| names.records(metric)))
    }
}

/// A plan that cannot be worked out, as the wrong field of a request.
pub fn bad_plan(fault: Fault) -> Error {
    Error::wrong_fields(vec![FieldError::of(&format!("plan.{}", fault.field), fault.message)])
}
