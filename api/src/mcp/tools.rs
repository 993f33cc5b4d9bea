//! The product's tools: each call runs on the engine's threads, and ends when its caller goes away.

use std::future::Future;

use actix_web::web::Data;
use async_trait::async_trait;
use kupets_auth::{Caller, Scope};
use kupets_mcp::{
    Behind, Change, Customer, CustomerFound, Customers, ExplainChange, Figures, Forecast, Language, ListMetrics,
    Metrics, Predicted, ProductTools, QueryMetric, Recommendations, RecommendationsFound, RowsBehind, RunSql,
    SegmentCustomers, SqlRows,
};
use tokio_util::task::AbortOnDropHandle;

use super::{
    asking::Asking,
    behind, catalogue, change, customers,
    failure::{Answer, told},
    figures, forecast,
    keys::may,
    recommendations, sql,
};
use crate::{problem::Problem, state::State};

/// The tools over the server's engine.
pub(super) struct Tools(pub Data<State>);

impl Tools {
    /// Runs a call on the engine's threads; dropping it ends the work.
    async fn run<T, W>(
        &self,
        caller: &Caller,
        language: Option<Language>,
        work: impl FnOnce(Asking) -> W + Send,
    ) -> Answer<T>
    where
        T: Send + 'static,
        W: Future<Output = Answer<T>> + Send + 'static,
    {
        let asking = Asking::new(&self.0.engine, caller, language);
        let task = AbortOnDropHandle::new(self.0.runtime.spawn(work(asking)));
        task.await.map_err(|broken| told(&Problem::internal(broken)))?
    }
}

#[async_trait]
impl ProductTools for Tools {
    type Caller = Caller;

    fn may(&self, caller: &Caller, scope: &str) -> bool {
        Scope::ALL.into_iter().find(|known| known.name() == scope).is_some_and(|scope| may(caller, scope))
    }

    async fn list_metrics(&self, caller: &Caller, asked: ListMetrics) -> Answer<Metrics> {
        self.run(caller, asked.language, |asking| catalogue::list(asking, asked)).await
    }

    async fn query_metric(&self, caller: &Caller, asked: QueryMetric) -> Answer<Figures> {
        self.run(caller, asked.language, |asking| figures::query(asking, asked)).await
    }

    async fn rows_behind(&self, caller: &Caller, asked: RowsBehind) -> Answer<Behind> {
        self.run(caller, None, |asking| behind::rows(asking, asked)).await
    }

    async fn customer(&self, caller: &Caller, asked: Customer) -> Answer<CustomerFound> {
        self.run(caller, None, |asking| customers::customer(asking, asked)).await
    }

    async fn segment_customers(&self, caller: &Caller, asked: SegmentCustomers) -> Answer<Customers> {
        self.run(caller, None, |asking| customers::list(asking, asked)).await
    }

    async fn explain_change(&self, caller: &Caller, asked: ExplainChange) -> Answer<Change> {
        self.run(caller, asked.language, |asking| change::explain(asking, asked)).await
    }

    async fn forecast(&self, caller: &Caller, asked: Forecast) -> Answer<Predicted> {
        self.run(caller, asked.language, |asking| forecast::predict(asking, asked)).await
    }

    async fn recommendations(&self, caller: &Caller, asked: Recommendations) -> Answer<RecommendationsFound> {
        self.run(caller, asked.language, |asking| recommendations::find(asking, asked)).await
    }

    async fn run_sql(&self, caller: &Caller, asked: RunSql) -> Answer<SqlRows> {
        self.run(caller, None, |asking| sql::run(asking, asked)).await
    }
}
