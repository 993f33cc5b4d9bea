//! A shop so small that its answers can be checked by hand: the product's tools for tests, behind keys.
#![allow(clippy::expect_used)]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use async_trait::async_trait;
use kupets_mcp::*;
use serde_json::{Number, Value, json};

/// A key and the scopes that it opens.
pub const KEYS: [(&str, &[&str]); 3] =
    [("kp_reader", &["read"]), ("kp_analyst", &["read", "sql"]), ("kp_sender", &["ingest"])];

/// Channel and amount, in kopecks that are not lost: the last is written so that floating point would round it.
const PURCHASES: [(&str, &str); 3] = [("web", "15.30"), ("shop", "1.5"), ("web", "90071992547409.9301")];

/// Who asks.
#[derive(Debug, Clone)]
pub struct Caller {
    scopes: &'static [&'static str],
}

/// The keys of the shop.
#[derive(Debug, Clone)]
pub struct Keys(pub ProtectedResource);

impl Default for Keys {
    fn default() -> Self {
        Self(ProtectedResource {
            public_url: None,
            path: "/mcp".to_owned(),
            name: "The shop".to_owned(),
            scopes: vec!["read".to_owned(), "sql".to_owned()],
            documentation: None,
        })
    }
}

#[async_trait(?Send)]
impl Authenticate for Keys {
    type Caller = Caller;

    async fn authenticate(&self, request: &HttpRequest) -> Result<Caller, HttpResponse> {
        let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = sent.and_then(|value| value.strip_prefix("Bearer "));
        let known = KEYS.iter().find(|(known, _)| Some(*known) == key);
        let Some((_, scopes)) = known else { return Err(self.0.unauthorized(request, "read")) };
        if scopes.contains(&"read") { Ok(Caller { scopes }) } else { Err(self.0.forbidden(request, "read")) }
    }
}

/// The shop.
#[derive(Debug, Clone, Default)]
pub struct Shop {
    /// Statements that run.
    pub running: Arc<AtomicUsize>,
    /// Statements that were begun.
    pub begun: Arc<AtomicUsize>,
}

/// Counts a statement for as long as it runs.
struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Shop {
    /// The shop at `/mcp`, and what is said of its keys.
    pub fn mount(&self, config: &mut web::ServiceConfig, settings: &Settings) {
        let keys = Keys::default();
        for document in keys.0.resources() {
            config.service(document);
        }
        let server =
            ToolServer::new(Product::new(self.clone()), "shop", "1.0.0").instructions("Ask list_metrics first.");
        config.service(Endpoint::new(settings, keys, server).resource("/mcp"));
    }
}

/// A number from its digits.
pub fn number(digits: &str) -> Number {
    digits.parse().expect("digits")
}

/// Digits with four places, as a whole number of the smallest.
fn units(digits: &str) -> i128 {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    format!("{whole}{part:0<4}").parse().expect("digits")
}

/// What was asked, so that a test sees how it arrived.
fn told(filters: Option<&Vec<Filter>>) -> Vec<String> {
    let told = |filter: &Filter| {
        let values: Vec<String> = filter.values.iter().map(ToString::to_string).collect();
        format!("{} {:?} {}", filter.field, filter.op, values.join(", "))
    };
    filters.into_iter().flatten().map(told).collect()
}

fn column(name: &str, kind: &str) -> Column {
    Column { name: name.to_owned(), kind: kind.to_owned(), unit: None }
}

#[async_trait]
impl ProductTools for Shop {
    type Caller = Caller;

    fn may(&self, caller: &Caller, scope: &str) -> bool {
        caller.scopes.contains(&scope)
    }

    async fn list_metrics(&self, _: &Caller, asked: ListMetrics) -> Result<Metrics, ToolError> {
        let russian = asked.language == Some(Language::Ru);
        Ok(Metrics {
            metrics: vec![MetricInfo {
                name: "revenue".to_owned(),
                title: if russian { "Выручка" } else { "Revenue" }.to_owned(),
                definition: "Sum of amounts.".to_owned(),
                unit: "RUB".to_owned(),
                dimensions: vec!["channel".to_owned()],
                grains: vec!["day".to_owned()],
                adds_up: true,
            }],
            dimensions: vec![DimensionInfo { name: "channel".to_owned(), title: "Channel".to_owned() }],
            absent: Vec::new(),
            currency: "RUB".to_owned(),
            time_zone: "Europe/Moscow".to_owned(),
        })
    }

    async fn query_metric(&self, _: &Caller, asked: QueryMetric) -> Result<Figures, ToolError> {
        if let Some(unknown) = asked.metrics.iter().find(|name| *name != "revenue") {
            let wrong = ToolError::new(format!("There is no metric called `{unknown}`.")).at("metrics[0]");
            return Err(wrong.advice("list_metrics names those that there are."));
        }
        let of_channel = |channel: &str| {
            let holds = |filter: &Filter| match (filter.field.as_str(), filter.op) {
                ("channel", Operator::In) => filter.values.iter().any(|value| value.to_string() == channel),
                _ => true,
            };
            asked.filters.iter().flatten().all(holds)
        };
        let least = asked.filters.iter().flatten().find(|filter| filter.field == "order_amount");
        let least = least.and_then(|filter| filter.values[0].number()).map_or(0, |number| units(&number.to_string()));
        let sum: i128 = PURCHASES
            .iter()
            .filter(|(channel, amount)| of_channel(channel) && units(amount) >= least)
            .map(|(_, amount)| units(amount))
            .sum();
        let figure = Value::Number(number(&format!("{}.{:04}", sum / 10_000, sum % 10_000)));
        Ok(Figures {
            columns: vec![column("revenue", "decimal")],
            rows: vec![vec![Cell(figure)]],
            truncated: false,
            period: Span { label: asked.period.and_then(|period| period.words), ..Span::default() },
            compared_with: None,
            currency: Some("RUB".to_owned()),
            assumed: told(asked.filters.as_ref()),
            notes: Vec::new(),
            sql: None,
        })
    }

    async fn rows_behind(&self, _: &Caller, asked: RowsBehind) -> Result<Behind, ToolError> {
        let rows = PURCHASES.map(|(channel, amount)| vec![Cell(json!(channel)), Cell(Value::Number(number(amount)))]);
        Ok(Behind {
            columns: vec![column("channel", "text"), column("amount", "decimal")],
            rows: rows.into(),
            next_cursor: None,
            period: Span::default(),
            notes: told(asked.filters.as_ref()),
            sql: None,
        })
    }

    async fn customer(&self, _: &Caller, asked: Customer) -> Result<CustomerFound, ToolError> {
        let found = CustomerMatch { customer_id: "1".to_owned(), name: asked.search };
        Ok(CustomerFound { customer: None, matches: vec![found], notes: Vec::new() })
    }

    async fn segment_customers(&self, _: &Caller, asked: SegmentCustomers) -> Result<Customers, ToolError> {
        let notes = asked.min_revenue.map(|least| format!("from {least}")).into_iter().collect();
        Ok(Customers { customers: Vec::new(), next_cursor: None, total: Some(0), notes })
    }

    async fn explain_change(&self, _: &Caller, asked: ExplainChange) -> Result<Change, ToolError> {
        let metric = asked.metric.unwrap_or_else(|| "revenue".to_owned());
        let total = Total { metric, before: number("1.5"), after: number("16.80"), change: number("15.30") };
        Ok(Change {
            period: Span::default(),
            compared_with: Span::default(),
            total,
            findings: Vec::new(),
            notes: Vec::new(),
        })
    }

    async fn forecast(&self, _: &Caller, _: Forecast) -> Result<Predicted, ToolError> {
        let point = ForecastPoint {
            period: "2026-12-01".to_owned(),
            value: number("1.5"),
            lower80: number("1"),
            upper80: number("2"),
            lower95: number("0.5"),
            upper95: number("2.5"),
        };
        Ok(Predicted {
            metric: "revenue".to_owned(),
            grain: "month".to_owned(),
            unit: "RUB".to_owned(),
            history: Vec::new(),
            points: vec![point],
            model: "naive".to_owned(),
            backtest: None,
            naive: None,
            notes: Vec::new(),
            sql: None,
        })
    }

    async fn recommendations(&self, _: &Caller, _: Recommendations) -> Result<RecommendationsFound, ToolError> {
        Ok(RecommendationsFound { items: Vec::new(), next_cursor: None, notes: vec!["Too few purchases.".to_owned()] })
    }

    async fn run_sql(&self, _: &Caller, asked: RunSql) -> Result<SqlRows, ToolError> {
        if asked.sql == "forever" {
            self.begun.fetch_add(1, Ordering::SeqCst);
            self.running.fetch_add(1, Ordering::SeqCst);
            let _running = Running(Arc::clone(&self.running));
            std::future::pending::<()>().await;
        }
        let row = asked.params.into_iter().flatten().map(|value| Cell(value.value().clone())).collect::<Vec<_>>();
        let columns = row.iter().map(|_| column("value", "decimal")).collect();
        Ok(SqlRows { columns, rows: vec![row], truncated: false, notes: Vec::new() })
    }
}
