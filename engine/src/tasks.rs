//! Tasks, as the control database keeps them, over the customers and recommendations that they are about.

pub(crate) mod new_task;

use std::collections::HashSet;

use arrow::{array::AsArray, compute::cast, datatypes::DataType};
use kupets_control::tasks::Edit;
use kupets_core::{Error, FieldError, Result, TenantContext};

pub use kupets_control::tasks::{After, Assignee, Edit as TaskEdit, Filter, Status, TaskRow, Tasks};
pub use new_task::NewTask;
use new_task::new_id;

use crate::{
    Engine,
    insight::{self, Decision, Language},
    snapshot_reader::{SnapshotReader, Values},
};

impl Engine {
    /// The tasks, as they are stored.
    pub fn tasks(&self) -> Tasks {
        Tasks::new(self.control().clone())
    }

    /// Writes a task down. With a recommendation it is that recommendation, accepted: there is one task of each.
    ///
    /// # Errors
    /// No such recommendation or it is a task already; no such customer, and what else of the task is wrong, named.
    pub async fn create_task(
        &self,
        tenant: &TenantContext,
        recommendation: Option<&str>,
        language: Language,
        new: NewTask,
    ) -> Result<TaskRow> {
        let (engine, tenant) = (self.clone(), tenant.clone());
        let recommendation = recommendation.map(str::to_owned);
        self.on_runtime(async move { engine.begin_task(&tenant, recommendation.as_deref(), language, new).await }).await
    }

    async fn begin_task(
        &self,
        tenant: &TenantContext,
        recommendation: Option<&str>,
        language: Language,
        new: NewTask,
    ) -> Result<TaskRow> {
        let mut new = NewTask { id: new_id(), ..new };
        if let Some(id) = &mut new.customer_id {
            *id = self.person(tenant, id).await?;
        }
        let (id, customer) = (new.id.clone(), new.customer_id.clone());
        self.check_customer(tenant, customer.as_deref()).await?;
        match recommendation {
            Some(recommendation) => {
                self.check_free(tenant, recommendation).await?;
                let status = insight::Status::Accepted;
                self.decide(tenant, recommendation, Decision { status, as_of: None, language, task: Some(new) })
                    .await?;
            }
            None => {
                let task = new.into_task(tenant, self.clock().now().timestamp_micros());
                self.tasks().insert(tenant.id(), &task).await?;
            }
        }
        self.forget_if_gone(tenant, customer.as_deref()).await?;
        let made = self.tasks().get(tenant.id(), &id).await;
        // Somebody else accepted it at the same moment.
        if let (Err(_), Some(recommendation)) = (&made, recommendation) {
            self.check_free(tenant, recommendation).await?;
        }
        made
    }

    /// Changes a task, and the recommendation that it is with it.
    ///
    /// # Errors
    /// No such task; no such customer, and what else of the change is wrong, named.
    pub async fn edit_task(&self, tenant: &TenantContext, id: &str, edit: Edit) -> Result<TaskRow> {
        let (engine, tenant, id) = (self.clone(), tenant.clone(), id.to_owned());
        self.on_runtime(async move {
            let mut edit = edit;
            if let Some(Some(id)) = &mut edit.customer_id {
                *id = engine.person(&tenant, id).await?;
            }
            let customer = edit.customer_id.clone().flatten();
            // Whose task it is comes before whom it is about.
            engine.tasks().get(tenant.id(), &id).await?;
            engine.check_customer(&tenant, customer.as_deref()).await?;
            engine.tasks().edit(tenant.id(), &id, &edit, engine.clock().now().timestamp_micros()).await?;
            engine.forget_if_gone(&tenant, customer.as_deref()).await?;
            engine.tasks().get(tenant.id(), &id).await
        })
        .await
    }

    /// Deletes a task. A recommendation that it was, and that is not done, counts as dismissed from then on.
    ///
    /// # Errors
    /// No such task.
    pub async fn delete_task(&self, tenant: &TenantContext, id: &str) -> Result<()> {
        self.tasks().delete(tenant.id(), id, self.clock().now().timestamp_micros()).await
    }

    /// Refuses a recommendation that is a task already.
    async fn check_free(&self, tenant: &TenantContext, recommendation: &str) -> Result<()> {
        let filter = Filter {
            statuses: vec![Status::Open],
            recommendation_id: Some(recommendation.to_owned()),
            ..Filter::default()
        };
        match self.tasks().list(tenant.id(), &filter, None, 1).await?.first() {
            None => Ok(()),
            Some(row) => Err(Error::conflict(
                "task_exists",
                format!("this recommendation is the task {} already; change that one", row.task.id),
            )),
        }
    }

    /// Refuses a customer who is not there.
    async fn check_customer(&self, tenant: &TenantContext, id: Option<&str>) -> Result<()> {
        match id {
            Some(id) if !self.has_customer(tenant, id).await? => Err(Error::wrong_fields(vec![FieldError::of(
                "customer_id",
                "there is no such customer in this workspace",
            )])),
            _ => Ok(()),
        }
    }

    /// Looks once more for a customer about whom a task was stored: they may have been erased or merged meanwhile.
    async fn forget_if_gone(&self, tenant: &TenantContext, id: Option<&str>) -> Result<()> {
        if let Some(id) = id
            && !self.has_customer(tenant, id).await?
        {
            self.forget_gone(tenant, id).await?;
        }
        Ok(())
    }

    /// Which of these customers want to be left alone, or have refused every channel that they were asked about: nobody is to be called
    /// because of a task about them.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn left_alone(&self, tenant: &TenantContext, customers: Vec<String>) -> Result<HashSet<String>> {
        if customers.is_empty() {
            return Ok(HashSet::new());
        }
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move {
            let mut values = Values::default();
            let ids: Vec<String> = customers.into_iter().map(|id| values.text(id)).collect();
            let ids = ids.join(", ");
            let sql = format!(
                "SELECT customer_id FROM customers WHERE (do_not_contact OR consent_refused(consent)) AND customer_id IN ({ids})"
            );
            let found = SnapshotReader::open(&engine, &tenant).await?.collect(sql, values).await?;
            let ids = cast(found.column(0), &DataType::Utf8)
                .map_err(|e| Error::internal("customers who want to be left alone cannot be read").with_source(e))?;
            Ok(ids.as_string::<i32>().iter().flatten().map(str::to_owned).collect())
        })
        .await
    }

    /// Whether there is a customer of that id.
    ///
    /// # Errors
    /// The limits of queries.
    pub(crate) async fn has_customer(&self, tenant: &TenantContext, id: &str) -> Result<bool> {
        let mut values = Values::default();
        values.name("customer", id);
        let reader = SnapshotReader::open(self, tenant).await?;
        let sql = "SELECT customer_id FROM customers WHERE customer_id = $customer LIMIT 1";
        Ok(reader.collect(sql.to_owned(), values).await?.num_rows() > 0)
    }
}
