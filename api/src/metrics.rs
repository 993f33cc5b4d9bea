//! Metrics for Prometheus. No label holds a workspace, a person or a path as sent, so their number is bounded.

use std::{cell::RefCell, collections::HashMap, sync::OnceLock, time::Duration};

use ::metrics::{Counter, Histogram, Unit, counter, describe_counter, describe_gauge, describe_histogram, histogram};
use actix_web::http::Method;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

const SECONDS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

/// Starts recording, once a process.
pub fn start() {
    HANDLE.get_or_init(|| {
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
            .and_then(PrometheusBuilder::install_recorder)
            .inspect_err(|e| tracing::error!(error = %e, "metrics are off"))
            .ok();
        describe_counter!("kupets_http_requests_total", "Requests answered, by route and status.");
        describe_histogram!(
            "kupets_http_request_seconds",
            Unit::Seconds,
            "Time from the head of a request to the head of its answer."
        );
        describe_counter!("kupets_ingest_records_total", "Records accepted and durable, by table.");
        describe_counter!(
            "kupets_ingest_bytes_total",
            Unit::Bytes,
            "Bytes of request bodies with records, after decompression."
        );
        describe_counter!(
            "kupets_auth_failures_total",
            "Requests refused for their key, cookie or password, by reason."
        );
        for (name, text) in [
            ("kupets_journal_bytes_total", "Bytes written to the journal."),
            ("kupets_flush_rows_total", "Rows moved to the lakes."),
            ("kupets_flush_failures_total", "Flushes that failed and are tried again."),
            ("kupets_upkeep_files_total", "Data files merged or rewritten."),
            ("kupets_collected_files_total", "Files deleted that nothing needed any more."),
            (
                "kupets_job_attempts_total",
                "Attempts of jobs, by kind and outcome: done, later, retry, failed, cancelled, released, lost.",
            ),
            ("kupets_queries_total", "Queries ended, by outcome: ok, abandoned, or the code of the error."),
        ] {
            describe_counter!(name, text);
        }
        for (name, text) in [
            ("kupets_journal_group_requests", "Requests that shared one synced transaction."),
            ("kupets_flush_seconds", "Time of a flush."),
            ("kupets_upkeep_seconds", "Time of a step of upkeep that moved rows."),
            ("kupets_job_seconds", "Time of an attempt of a job, by kind."),
            ("kupets_query_seconds", "Time of a query, from its request to its last row taken, waiting included."),
        ] {
            describe_histogram!(name, text);
        }
        for (name, text) in [
            ("kupets_tenants_open", "Workspaces held open."),
            ("kupets_tail_bytes", "Bytes of records in memory that are not in a lake yet."),
            ("kupets_flush_lag_seconds", "Age of the oldest record that is in the journal and not in a lake yet."),
            ("kupets_queries_running", "Queries that run."),
            ("kupets_jobs_waiting", "Jobs that wait for their time or for a free worker."),
            ("kupets_jobs_running", "Jobs that somebody works on."),
            ("kupets_queries_waiting", "Queries that wait for their workspace's turn."),
            ("kupets_query_memory_bytes", "Memory that all queries together have reserved."),
        ] {
            describe_gauge!(name, text);
        }
        handle
    });
}

/// All metrics in the text format of Prometheus; empty when recording could not start.
pub fn render() -> String {
    HANDLE.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default()
}

/// Folds what was recorded since the last call into the histograms; without it they would grow.
pub fn upkeep() {
    if let Some(handle) = HANDLE.get().and_then(Option::as_ref) {
        handle.run_upkeep();
    }
}

struct Route {
    // A route has a handful of methods and statuses: a scan beats hashing.
    requests: Vec<(Method, u16, Counter)>,
    seconds: Histogram,
}

thread_local! {
    // Looking a metric up by its labels allocates; each worker keeps the handles it has used.
    static ROUTES: RefCell<HashMap<String, Route>> = RefCell::new(HashMap::new());
}

/// Counts an answered request. `route` is a path template of ours, never the path as sent.
pub fn request(method: &Method, route: &str, status: u16, elapsed: Duration) {
    ROUTES.with_borrow_mut(|routes| {
        let known = match routes.get_mut(route) {
            Some(known) => known,
            None => routes.entry(route.to_owned()).or_insert_with(|| Route {
                requests: Vec::new(),
                seconds: histogram!("kupets_http_request_seconds", "route" => route.to_owned()),
            }),
        };
        known.seconds.record(elapsed.as_secs_f64());
        if let Some((_, _, counter)) = known.requests.iter().find(|(m, s, _)| *s == status && m == method) {
            counter.increment(1);
            return;
        }
        let counter = counter!(
            "kupets_http_requests_total",
            "method" => method.to_string(), "route" => route.to_owned(), "status" => status.to_string()
        );
        counter.increment(1);
        known.requests.push((method.clone(), status, counter));
    });
}

/// Counters of one table's ingest.
#[derive(Debug, Clone)]
pub struct Ingest {
    /// Records accepted.
    pub records: Counter,
    /// Bytes of their bodies.
    pub bytes: Counter,
}

impl Ingest {
    /// The counters of `table`.
    pub fn new(table: &'static str) -> Self {
        Self {
            records: counter!("kupets_ingest_records_total", "table" => table),
            bytes: counter!("kupets_ingest_bytes_total", "table" => table),
        }
    }
}
