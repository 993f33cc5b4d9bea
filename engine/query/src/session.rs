//! The engine of queries: one a process. It prepares functions and optimizer rules once; a request gets a clone of that
//! state with nothing in its catalog but the tables of one tenant.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, Weak},
    time::{Duration, Instant},
};

use datafusion::{
    catalog::{
        CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider,
        SchemaProvider, TableProvider, view::ViewTable,
    },
    common::TableReference,
    execution::{
        FunctionRegistry, SessionState, SessionStateBuilder, SessionStateDefaults,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::GreedyMemoryPool,
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
    logical_expr::{LogicalPlan, LogicalPlanBuilder, ScalarUDF, planner::ExprPlanner},
    prelude::SessionConfig,
    sql::parser::Statement as Parsed,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::AbortOnDropHandle;

use super::{
    Answer, Lane, Meta, RowLimit, Statement, arithmetic,
    bounded::Originals,
    budget::Budget,
    compared, complexity, consent, errors, exact_sum, filter_names, finite, guard, json_titles, leniency, loose_times,
    lossy_casts,
    memory::Share,
    not_in, patterns, plan_guard, run, sort_limits, text_udf,
    threads::Threads,
    time_udf::{local_time_udf, utc_time_udf},
    top_k,
    zone::Zone,
};
use kupets_core::{Error, Kind, Result, TenantContext, TenantId, clock::Clock};

const CATALOG: &str = "workspace";
const SCHEMA: &str = "data";
/// A row limit up to this is part of the plan, so that sorting keeps no more rows than asked for. A larger one only ends the
/// stream: a sort that keeps very many rows is slower than one that keeps all, and cannot spill.
const PLANNED_LIMIT: usize = 10_000;

/// Ceilings of queries.
#[derive(Debug, Clone)]
pub struct QueryLimits {
    /// A query is cancelled after this, streaming included; it waits for its turn at most as long.
    pub timeout: Duration,
    /// Bytes of memory of one query.
    pub memory_bytes: usize,
    /// Bytes of memory of all queries together.
    pub memory_total_bytes: usize,
    /// Bytes on disk that all queries together may spill.
    pub spill_bytes: u64,
    /// Queries of one tenant that run at once.
    pub concurrency: usize,
    /// Threads over which one query spreads.
    pub partitions: usize,
}

impl QueryLimits {
    /// Ceilings by what an operator sets; the disk and the threads follow from it and from the machine.
    pub fn new(timeout: Duration, memory_bytes: usize, memory_total_bytes: usize, concurrency: usize) -> Self {
        Self {
            timeout,
            memory_bytes,
            memory_total_bytes,
            // Spilled runs are about as large as what did not fit; four times the memory of all queries is room enough.
            spill_bytes: (memory_total_bytes as u64).saturating_mul(4),
            concurrency,
            partitions: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// Runs statements for tenants.
#[derive(Debug)]
pub struct QueryEngine {
    template: SessionState,
    /// The same for statements of callers, see [`for_callers`].
    callers: SessionState,
    growing: Originals,
    runtime: Arc<RuntimeEnv>,
    limits: QueryLimits,
    spill_dir: PathBuf,
    clock: Arc<dyn Clock>,
    threads: Threads,
    /// What the queries of a tenant hold together, for those that have one running.
    shares: Mutex<HashMap<TenantId, Weak<Share>>>,
    /// One semaphore a lane of a tenant that has a query running or waiting.
    turns: Mutex<HashMap<(TenantId, Lane), Weak<Semaphore>>>,
}

impl QueryEngine {
    /// Prepares functions, rules and the memory pool. `spill_dir` is created and belongs to the engine.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn new(limits: &QueryLimits, spill_dir: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Result<Arc<Self>> {
        let spill_dir = spill_dir.into();
        let fail = |e: std::io::Error| {
            Error::unavailable(format!("The folder {} for temporary files cannot be made: {e}", spill_dir.display()))
        };
        // What a process that was killed has left is nobody's.
        match std::fs::remove_dir_all(&spill_dir) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(fail(e)),
            _ => std::fs::create_dir_all(&spill_dir).map_err(fail)?,
        }
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(GreedyMemoryPool::new(limits.memory_total_bytes)))
            .with_disk_manager_builder(
                DiskManagerBuilder::default()
                    .with_mode(DiskManagerMode::Directories(vec![spill_dir.clone()]))
                    .with_max_temp_directory_size(limits.spill_bytes),
            )
            .build_arc()
            .map_err(super::from_datafusion)?;
        let (template, growing) = template(limits, runtime.clone())?;
        let callers = for_callers(template.clone())?;
        Ok(Arc::new(Self {
            template,
            callers,
            growing,
            runtime,
            limits: limits.clone(),
            spill_dir,
            clock,
            threads: Threads::new(limits.partitions)?,
            shares: Mutex::default(),
            turns: Mutex::default(),
        }))
    }

    /// The runtime that all queries share: register the lakes' object stores on it.
    pub fn runtime(&self) -> Arc<RuntimeEnv> {
        self.runtime.clone()
    }

    /// Names of the functions that statements may call: scalar, aggregate and window ones.
    pub fn functions(&self) -> BTreeSet<String> {
        let state = &self.template;
        let mut names: BTreeSet<String> = state.udfs().into_iter().collect();
        names.extend(state.aggregate_functions().keys().cloned());
        names.extend(state.window_functions().keys().cloned());
        names
    }

    /// Runs one statement over `tables` and `views`; the answer's rows stream while it runs.
    ///
    /// A view is `(name, query)` over the tables and the views before it.
    ///
    /// # Errors
    /// `sql_not_allowed`, `sql_invalid`, `sql_too_complex` for the statement; the limits ([`Kind::Timeout`],
    /// [`Kind::Limit`], [`Kind::Busy`]), which may also come while the rows stream.
    pub async fn run(
        self: &Arc<Self>,
        tenant: &TenantContext,
        tables: BTreeMap<String, Arc<dyn TableProvider>>,
        views: &[(&str, &str)],
        statement: Statement,
        meta: Meta,
    ) -> Result<Answer> {
        let started = Instant::now();
        let permit = self.turn(tenant.id(), statement.lane).await?;
        let deadline = tokio::time::Instant::now() + self.limits.timeout;
        let engine = self.clone();
        let zone = Zone::of(tenant.time_zone());
        let views: Vec<(String, String)> = views.iter().map(|(n, q)| ((*n).to_owned(), (*q).to_owned())).collect();
        let ours = statement.ours;
        // On a task of its own, so that a caller who goes away stops the planning and a panic of a library stays there.
        let planning = AbortOnDropHandle::new(self.threads.handle().spawn(async move {
            let (state, plan, budget) = engine.plan(&zone, tables, &views, &statement).await?;
            let physical = state.create_physical_plan(&plan).await.map_err(super::from_datafusion)?;
            // Not the state itself: whether it may be sent between threads the compiler finds out by looking through every type of a logical plan,
            // anew for each future above this one.
            Ok::<_, Error>((state.config().clone(), physical, statement.max_rows, budget))
        }));
        let (config, plan, max_rows, budget) = match tokio::time::timeout_at(deadline, planning).await {
            Ok(Ok(planned)) => planned.map_err(|e| if ours { own_fault(e) } else { e })?,
            Ok(Err(join)) => {
                return Err(Error::internal("The query failed inside the server.").with_source(join));
            }
            Err(_) => return Err(self.timed_out()),
        };
        run::start(run::Job {
            config,
            runtime: self.runtime.clone(),
            plan,
            max_rows,
            finite: !ours,
            memory_bytes: self.limits.memory_bytes,
            share: self.share(tenant.id()),
            threads: self.threads.handle(),
            budget,
            deadline,
            timeout_ms: self.timeout_ms(),
            permit,
            meta,
            started,
            work_dir: self.spill_dir.clone(),
        })
    }

    /// The optimizable plan of a statement, past both walls, and the session that it belongs to.
    async fn plan(
        &self,
        zone: &Arc<Zone>,
        tables: BTreeMap<String, Arc<dyn TableProvider>>,
        views: &[(String, String)],
        statement: &Statement,
    ) -> Result<(SessionState, LogicalPlan, Arc<Budget>)> {
        let known: BTreeSet<&str> =
            tables.keys().map(String::as_str).chain(views.iter().map(|(n, _)| n.as_str())).collect();
        let checked = guard::check(&statement.sql, &known)?;
        let (state, schema, budget) = self.session(statement.ours, zone, &tables)?;
        for (name, query) in needed_views(views, &checked.tables)? {
            let known: BTreeSet<&str> = known.iter().copied().filter(|k| *k != name).collect();
            let view = guard::check(query, &known)?;
            let plan = state.statement_to_plan(view.statement).await.map_err(super::from_datafusion)?;
            plan_guard::check(&plan, &tables)?;
            let view: Arc<dyn TableProvider> = Arc::new(ViewTable::new(plan, None));
            schema.register_table(name.to_owned(), view).map_err(super::from_datafusion)?;
        }
        let mut asked = checked.statement;
        name_beside_stars(&state, &mut asked).await;
        let plan = state.statement_to_plan(asked).await.map_err(super::from_datafusion)?;
        plan_guard::check(&plan, &tables)?;
        not_in::check(&plan)?;
        let plan = compared::set_apart(plan)?;
        complexity::check(&plan)?;
        let plan = plan.with_param_values(statement.params.clone()).map_err(super::from_datafusion)?;
        if checked.explain {
            return Ok((state, plan, budget));
        }
        let RowLimit::Cut(rows @ ..=PLANNED_LIMIT) = statement.max_rows else {
            return Ok((state, plan, budget));
        };
        // One row past the limit tells whether there were more.
        let plan = LogicalPlanBuilder::from(plan)
            .limit(0, Some(rows + 1))
            .and_then(LogicalPlanBuilder::build)
            .map_err(super::from_datafusion)?;
        Ok((state, plan, budget))
    }

    /// A session that holds `tables` and nothing else.
    pub(super) fn session(
        &self,
        ours: bool,
        zone: &Arc<Zone>,
        tables: &BTreeMap<String, Arc<dyn TableProvider>>,
    ) -> Result<(SessionState, Arc<MemorySchemaProvider>, Arc<Budget>)> {
        let mut state = if ours { self.template.clone() } else { self.callers.clone() };
        let schema = Arc::new(MemorySchemaProvider::new());
        for (name, table) in tables {
            schema.register_table(name.clone(), table.clone()).map_err(super::from_datafusion)?;
        }
        let catalog = MemoryCatalogProvider::new();
        catalog.register_schema(SCHEMA, schema.clone()).map_err(super::from_datafusion)?;
        let list = MemoryCatalogProviderList::new();
        list.register_catalog(CATALOG.to_owned(), Arc::new(catalog));
        state.register_catalog_list(Arc::new(list));
        for function in [local_time_udf(zone.clone()), utc_time_udf(zone.clone())] {
            state.register_udf(Arc::new(function)).map_err(super::from_datafusion)?;
        }
        let budget = Arc::new(Budget::default());
        if !ours {
            self.growing.bound(&mut state, Some(&budget)).map_err(super::from_datafusion)?;
        }
        let config = state.config_options().clone();
        let now = self.clock.now();
        let props = state.execution_props_mut();
        props.mark_start_execution(config);
        props.query_execution_start_time = Some(now);
        Ok((state, schema, budget))
    }

    /// What the tenant's queries hold together, and may hold: half of all that there is, so that no tenant fails everybody else's.
    fn share(&self, tenant: &TenantId) -> Arc<Share> {
        let mut shares = self.shares.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(share) = shares.get(tenant).and_then(Weak::upgrade) {
            return share;
        }
        shares.retain(|_, weak| weak.strong_count() > 0);
        let share = Arc::new(Share::of(self.limits.memory_total_bytes / 2));
        shares.insert(tenant.clone(), Arc::downgrade(&share));
        share
    }

    /// Waits for the tenant's turn, at most as long as a query may run.
    pub(super) async fn turn(&self, tenant: &TenantId, lane: Lane) -> Result<OwnedSemaphorePermit> {
        let semaphore = {
            let mut turns = self.turns.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let key = (tenant.clone(), lane);
            match turns.get(&key).and_then(Weak::upgrade) {
                Some(semaphore) => semaphore,
                None => {
                    turns.retain(|_, weak| weak.strong_count() > 0);
                    let semaphore = Arc::new(Semaphore::new(self.limits.concurrency.max(1)));
                    turns.insert(key, Arc::downgrade(&semaphore));
                    semaphore
                }
            }
        };
        let _waiting = Waiting::new();
        match tokio::time::timeout(self.limits.timeout, semaphore.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(closed)) => Err(Error::internal("The query could not start.").with_source(closed)),
            Err(_) => Err(Error::new(
                Kind::Busy,
                "query_busy",
                format!(
                    "This workspace already runs {} queries at once, and none ended in {} ms. Wait for one to end.",
                    self.limits.concurrency,
                    self.timeout_ms()
                ),
            )
            .with_retry_after(1)),
        }
    }

    fn timeout_ms(&self) -> u64 {
        u64::try_from(self.limits.timeout.as_millis()).unwrap_or(u64::MAX)
    }

    fn timed_out(&self) -> Error {
        errors::out_of_time(self.timeout_ms())
    }
}

/// Names apart what the outermost list has beside a star. What cannot be planned is told of when the statement itself is.
async fn name_beside_stars(state: &SessionState, statement: &mut Parsed) {
    let Some(stars) = leniency::stars_alone(statement) else { return };
    let Ok(plan) = state.statement_to_plan(stars).await else { return };
    let plan = match &plan {
        LogicalPlan::Explain(explain) => explain.plan.as_ref(),
        other => other,
    };
    let table = |of: Option<&TableReference>| of.map(|of| of.table().to_owned());
    let brought: Vec<_> = plan.schema().iter().map(|(of, field)| (table(of), field.name().clone())).collect();
    leniency::name_beside_stars(statement, &brought);
}

/// Counts a query while it waits for its turn.
struct Waiting;

impl Waiting {
    fn new() -> Self {
        metrics::gauge!("kupets_queries_waiting").increment(1.0);
        Self
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        metrics::gauge!("kupets_queries_waiting").decrement(1.0);
    }
}

/// What a caller is told of a statement of ours that cannot be planned: the fault is not theirs.
fn own_fault(error: Error) -> Error {
    match error.kind() {
        Kind::Invalid => Error::internal("A statement of the server cannot be planned.").with_source(error),
        _ => error,
    }
}

/// The views that a statement needs, in their order: those that it names, and those that these name.
fn needed_views<'a>(views: &'a [(String, String)], named: &BTreeSet<String>) -> Result<Vec<(&'a str, &'a str)>> {
    let mut named = named.clone();
    let mut needed = Vec::new();
    for (i, (name, query)) in views.iter().enumerate().rev() {
        if named.contains(name) {
            // Only the views before it matter here, so any name does as a table; the walls check it when it is planned.
            let words = query.split(|c: char| !c.is_alphanumeric() && c != '_');
            let before: BTreeSet<&str> = views.iter().take(i).map(|(n, _)| n.as_str()).collect();
            named.extend(words.filter(|w| before.contains(w)).map(str::to_owned));
            needed.push((name.as_str(), query.as_str()));
        }
    }
    needed.reverse();
    Ok(needed)
}

/// The state for statements of callers, which may hold anything. Our own guard their divisions, and count what fits.
fn for_callers(state: SessionState) -> Result<SessionState> {
    let mut rules = state.optimizers().to_vec();
    // It makes groups of a single DISTINCT and sums sums, which are wider decimals than the plan above expects, so that
    // `count(DISTINCT a) … HAVING sum(b) > 2` is an error in DataFusion 55.2.
    rules.retain(|rule| rule.name() != "single_distinct_aggregation_to_group_by");
    let mut state = SessionStateBuilder::new_from_existing(state)
        .with_optimizer_rules(rules)
        .with_analyzer_rule(Arc::new(loose_times::LooseTimes))
        .with_analyzer_rule(Arc::new(arithmetic::CheckArithmetic))
        .build();
    finite::wrap(&mut state).map_err(super::from_datafusion)?;
    state.register_udaf(Arc::new(exact_sum::sum())).map_err(super::from_datafusion)?;
    Ok(state)
}

/// Functions of DataFusion, without the one that tells its version and the machine.
fn scalar_functions() -> Vec<Arc<ScalarUDF>> {
    let mut functions = SessionStateDefaults::default_scalar_functions();
    functions.retain(|function| function.name() != "version");
    functions
}

/// DataFusion's planners of operators, and before them ours: the first that knows an operator plans it.
fn expr_planners() -> Vec<Arc<dyn ExprPlanner>> {
    let mut planners = SessionStateDefaults::default_expr_planners();
    planners.insert(0, Arc::new(json_titles::JsonTitles));
    planners
}

/// The state that every session starts from: functions, rules, no tables, no files.
fn template(limits: &QueryLimits, runtime: Arc<RuntimeEnv>) -> Result<(SessionState, Originals)> {
    let mut config = SessionConfig::new()
        .with_target_partitions(limits.partitions.max(1))
        .with_information_schema(false)
        .with_create_default_catalog_and_schema(false)
        .with_default_catalog_and_schema(CATALOG, SCHEMA);
    let options = config.options_mut();
    // The zone of now() and of text read as an instant; a workspace's own zone is applied by local_time and utc_time.
    options.execution.time_zone = Some("UTC".into());
    options.execution.enable_recursive_ctes = false;
    // Each sorting thread sets this much aside to merge what it has spilled; 10 MiB is too much of a small ceiling.
    let reservation = (limits.memory_bytes / 16).min(10 << 20);
    options.execution.sort_spill_reservation_bytes = reservation;
    // What DataFusion 55.2 gets wrong is off until it is mended there (docs/decisions/0016): bounds of a join that reach a column of
    // the same name on its other side (apache/datafusion#25259), and limits that pass windows into the groups below, which the
    // windows should have seen whole (#25066, #25350).
    options.optimizer.enable_join_dynamic_filter_pushdown = false;
    options.optimizer.enable_distinct_aggregation_soft_limit = false;
    options.optimizer.enable_topk_aggregation = false;
    options.optimizer.enable_window_limits = false;
    // It names what it takes out of a query within a query by the same word inside and outside, and then cannot tell the two apart.
    options.optimizer.enable_leaf_expression_pushdown = false;
    // The physical plan names files.
    options.explain.logical_plan_only = true;
    let mut state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_analyzer_rule(Arc::new(lossy_casts::KeepLossyCasts))
        .with_physical_optimizer_rules(filter_names::guarded(sort_limits::kept_apart(top_k::rules())))
        .with_expr_planners(expr_planners())
        .with_scalar_functions(scalar_functions())
        .with_higher_order_functions(SessionStateDefaults::default_higher_order_functions())
        .with_aggregate_functions(SessionStateDefaults::default_aggregate_functions())
        .with_window_functions(SessionStateDefaults::default_window_functions())
        .build();
    datafusion_functions_json::register_all(&mut state).map_err(super::from_datafusion)?;
    for function in text_udf::text_udfs().chain(consent::consent_udfs()) {
        state.register_udf(Arc::new(function)).map_err(super::from_datafusion)?;
    }
    let growing = Originals::of(&state);
    growing.bound(&mut state, None).map_err(super::from_datafusion)?;
    patterns::wrap(&mut state).map_err(super::from_datafusion)?;
    Ok((state, growing))
}
