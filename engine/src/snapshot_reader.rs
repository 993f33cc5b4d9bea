//! Statements of the server over one version of a tenant's tables: what one call reads, it reads at one version.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use arrow::{array::RecordBatch, compute::concat_batches};
use datafusion::{catalog::TableProvider, datasource::MemTable};
use futures::TryStreamExt;

mod values;

use kupets_core::{Error, Result, TenantContext};
use kupets_query::{Answer, Lane, Meta, RowLimit, Statement, from_datafusion};
pub(crate) use values::{Values, bound, micros};

use crate::{Engine, admission::Ticket, cache::Version, reports};

/// Rows of one statement at most; memory and time end it long before.
const MAX_ROWS: usize = 100_000_000;

/// What a computation holds whatever it is about, and for each line of a purchase that it may hold.
const COMPUTATION_BYTES: usize = 16 << 20;
const LINE_BYTES: usize = 64;

/// Whether any refund names an order: files without one are not read.
const ANY_REFUND: &str = "SELECT 1 AS found FROM sales WHERE refund_of IS NOT NULL LIMIT 1";

/// One version of a tenant's tables.
#[derive(Clone)]
pub(crate) struct SnapshotReader {
    engine: Engine,
    tenant: TenantContext,
    tables: BTreeMap<String, Arc<dyn TableProvider>>,
    views: Vec<(String, String)>,
    version: Version,
    lane: Lane,
    /// Lines of purchases, about.
    lines: u64,
    /// There are too few customers to be ranked, at the moment that is asked about.
    few_customers: bool,
}

impl SnapshotReader {
    /// The version of now, with the views that figures read. To be called on the engine's runtime.
    ///
    /// # Errors
    /// The lake cannot be opened.
    pub(crate) async fn open(engine: &Engine, tenant: &TenantContext) -> Result<Self> {
        let generation = engine.cache().generation(tenant.id());
        let snapshot = engine.store(tenant.id()).await?.snapshot().await?;
        Ok(Self {
            engine: engine.clone(),
            tenant: tenant.clone(),
            tables: snapshot.tables()?,
            views: reports::SALES_VIEWS.map(|(name, sql)| (name.to_owned(), sql.to_owned())).into(),
            version: Version { snapshot: snapshot.version.as_str().into(), generation },
            lane: Lane::Callers,
            lines: snapshot.lines,
            few_customers: false,
        })
    }

    /// The engine it reads from.
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whose data it is.
    pub(crate) fn tenant(&self) -> &TenantContext {
        &self.tenant
    }

    /// Names the version.
    pub(crate) fn snapshot(&self) -> &str {
        &self.version.snapshot
    }

    /// The version, for what is kept of it.
    pub(crate) fn version(&self) -> &Version {
        &self.version
    }

    /// The same version for work that a statement of a caller waits for: it must not wait for that caller's turn to end. Neither must
    /// work with a ticket, which such a statement may wait for.
    pub(crate) fn inner(&self) -> Self {
        Self { lane: Lane::Inner, ..self.clone() }
    }

    /// The right to compute a thing of that kind, which holds at most so many of the tenant's lines of purchases in memory. What is
    /// computed is read by [`Self::inner`].
    ///
    /// # Errors
    /// It is not the tenant's turn in time.
    pub(crate) async fn admit(&self, kind: &'static str, lines_at_most: u64) -> Result<Ticket> {
        let lines = usize::try_from(self.lines.min(lines_at_most)).unwrap_or(usize::MAX);
        let bytes = lines.saturating_mul(LINE_BYTES).saturating_add(COMPUTATION_BYTES);
        self.engine.admission().admit(self.tenant.id(), kind, bytes).await
    }

    /// The same version, told whether there are too few customers to be ranked.
    pub(crate) fn with_few_customers(self, few_customers: bool) -> Self {
        Self { few_customers, ..self }
    }

    /// Whether there are too few customers to be ranked; false until it is told.
    pub(crate) fn has_few_customers(&self) -> bool {
        self.few_customers
    }

    /// Adds a table to those of the tenant.
    pub(crate) fn add(&mut self, name: &str, table: Arc<dyn TableProvider>) {
        self.tables.insert(name.to_owned(), table);
    }

    /// Adds a table that holds `rows`.
    ///
    /// # Errors
    /// None that can happen: the rows have their own schema.
    pub(crate) fn add_rows(&mut self, name: &str, rows: RecordBatch) -> Result<()> {
        let table = MemTable::try_new(rows.schema(), vec![vec![rows]]).map_err(from_datafusion)?;
        self.add(name, Arc::new(table));
        Ok(())
    }

    /// Adds a view over the tables and the views before it.
    pub(crate) fn add_view(&mut self, name: &str, sql: impl Into<String>) {
        self.views.push((name.to_owned(), sql.into()));
    }

    /// The same version for statements that join the view `taken_back` with all purchases: where no refund names an order, which is
    /// looked up once a version, the planner knows the view to be empty, and reads what it would read without it.
    ///
    /// # Errors
    /// The limits of queries.
    pub(crate) async fn knowing_refunds(&self) -> Result<Self> {
        let (cache, tenant) = (self.engine.cache(), self.tenant.id());
        let question = "refunds that name an order".to_owned();
        // A result of an older version may be given back for a while where it was dear: this one must be of the very version.
        let kept = cache.kept::<(Arc<str>, bool)>(tenant, &question, self.snapshot()).await;
        let any = match kept.filter(|kept| *kept.0 == *self.version.snapshot) {
            Some(kept) => kept.1,
            None => {
                let started = Instant::now();
                let found = self.collect(ANY_REFUND.to_owned(), Values::default()).await?.num_rows() > 0;
                let value = Arc::new((self.version.snapshot.clone(), found));
                cache.keep(tenant, question, &self.version, started.elapsed(), value, 128).await;
                found
            }
        };
        let mut reader = self.clone();
        if !any {
            for (_, sql) in reader.views.iter_mut().filter(|(name, _)| name == reports::TAKEN_BACK) {
                *sql = reports::NOTHING_TAKEN_BACK.to_owned();
            }
        }
        Ok(reader)
    }

    /// Runs a statement.
    ///
    /// # Errors
    /// The limits of queries; for a caller's statement, that it is not allowed or not valid.
    pub(crate) async fn run(&self, statement: Statement, mut meta: Meta) -> Result<Answer> {
        meta.time_zone = self.tenant.time_zone().name().to_owned();
        meta.snapshot = self.version.snapshot.to_string();
        let views: Vec<(&str, &str)> = self.views.iter().map(|(n, q)| (n.as_str(), q.as_str())).collect();
        let statement = Statement { lane: self.lane, ..statement };
        self.engine.queries().run(&self.tenant, self.tables.clone(), &views, statement, meta).await
    }

    /// All rows of a statement of the server's own.
    ///
    /// # Errors
    /// The limits of queries.
    pub(crate) async fn collect(&self, sql: String, values: Values) -> Result<RecordBatch> {
        let answer = self.run(Statement::ours(sql, values, RowLimit::Fail(MAX_ROWS)), Meta::default()).await?;
        let schema = answer.schema.clone();
        let batches: Vec<RecordBatch> = answer.rows.try_collect().await.map_err(from_datafusion)?;
        concat_batches(&schema, &batches)
            .map_err(|e| Error::internal("the rows of an answer do not fit together").with_source(e))
    }
}
