//! The customer base as people read it: the list with figures, the card, the timeline, notes, and erasure.
//!
//! All of it is SQL over one view of the tenant's tables. Names in a statement come from [`field`]'s list; whatever a caller
//! sends is bound beside the statement ([`values`]), never spliced into it.

mod card;
mod condition;
pub(crate) mod cursor;
mod duplicates;
mod export;
pub(crate) mod few;
mod field;
mod figures;
pub(crate) mod history;
mod list;
mod model;
mod notes;
mod phone;
mod records;
mod rows;
mod search;
pub(crate) mod segment;
mod timeline;

#[cfg(test)]
mod tests;

pub use duplicates::{Duplicate, Duplicates, DuplicatesPage, Reason as DuplicateReason};
pub use export::CustomerExport;
pub(crate) use model::no_such_customer;
pub use model::{
    Comparison, CustomerCard, CustomerPage, CustomerQuery, CustomerRow, Erasure, Event, Figures, Filter, Timeline,
};
pub use notes::{NewNote, Note, NoteEdit, NotePage};
pub use records::{RecordPage, RecordQuery};

use kupets_core::{Result, TenantContext};
use kupets_query::Answer;

use crate::{Engine, insight::Language};

impl Engine {
    /// Customers with their figures.
    ///
    /// # Errors
    /// An unknown field, a value that does not parse, a cursor of another query, and the limits of queries.
    pub async fn customers(&self, tenant: &TenantContext, query: CustomerQuery) -> Result<CustomerPage> {
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move { list::page(&engine, &tenant, &query).await }).await
    }

    /// All customers of a query, whatever its page is, with the columns of the list; they stream. Addresses and numbers over which somebody
    /// does not want to be contacted are left out.
    ///
    /// # Errors
    /// As [`Self::customers`].
    pub async fn every_customer(&self, tenant: &TenantContext, query: CustomerQuery) -> Result<Answer> {
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move { list::everybody(&engine, &tenant, &query).await }).await
    }

    /// Passes if a query of customers can be asked.
    ///
    /// # Errors
    /// An unknown field, or a value that does not parse.
    pub fn check_customers(&self, tenant: &TenantContext, query: &CustomerQuery) -> Result<()> {
        list::check(tenant, query)
    }

    /// One customer's card, with figures in `currency` or the workspace's and reasons in `language`.
    ///
    /// # Errors
    /// No such customer, and the limits of queries.
    pub async fn customer(
        &self,
        tenant: &TenantContext,
        id: &str,
        currency: Option<&str>,
        language: Language,
    ) -> Result<CustomerCard> {
        let (engine, tenant, id, currency) = (self.clone(), tenant.clone(), id.to_owned(), currency.map(str::to_owned));
        self.on_runtime(async move {
            let person = engine.person(&tenant, &id).await?;
            card::card(&engine, &tenant, &person, currency.as_deref(), language).await
        })
        .await
    }

    /// All that is kept of a customer.
    ///
    /// # Errors
    /// No such customer, and the limits of queries.
    pub async fn export_customer(&self, tenant: &TenantContext, id: &str) -> Result<CustomerExport> {
        let (engine, tenant, id) = (self.clone(), tenant.clone(), id.to_owned());
        self.on_runtime(async move {
            let person = engine.person(&tenant, &id).await?;
            export::export(&engine, &tenant, &person).await
        })
        .await
    }

    /// A customer's purchases and interactions, the latest first, `limit` at most.
    ///
    /// # Errors
    /// No such customer, a cursor that is not one, and the limits of queries.
    pub async fn timeline(
        &self,
        tenant: &TenantContext,
        id: &str,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Timeline> {
        let (engine, tenant, id, cursor) = (self.clone(), tenant.clone(), id.to_owned(), cursor.map(str::to_owned));
        self.on_runtime(async move {
            let person = engine.person(&tenant, &id).await?;
            timeline::page(&engine, &tenant, &person, limit, cursor.as_deref()).await
        })
        .await
    }
}
