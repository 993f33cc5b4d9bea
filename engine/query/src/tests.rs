//! The whole way of a question, over tables in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use arrow::{
    array::{
        ArrayRef, BooleanArray, Decimal128Array, Int32Array, RecordBatch, StringArray, StringViewArray,
        TimestampMicrosecondArray,
    },
    datatypes::{Field, Schema},
};
use datafusion::{catalog::TableProvider, datasource::MemTable};
use futures::StreamExt;
use serde_json::{Value, json};

use super::*;
use kupets_core::{
    Error, Kind, Result, TenantAuthority, TenantContext, TenantId, Workspace, clock::FixedClock, schema::Table,
};

mod formats;
mod limits;
mod walls;

const ORDERS: &str = "SELECT purchase_id, min(customer_id) AS customer_id, min(occurred_at) AS occurred_at, \
                      sum(amount) AS amount FROM purchases GROUP BY purchase_id";
const BIG_ORDERS: &str = "SELECT * FROM orders WHERE amount > 100";

fn tenant() -> TenantContext {
    TenantAuthority::issue().grant(
        Workspace {
            id: TenantId::parse("0123456789abcdef0123456789abcdef").unwrap(),
            time_zone: chrono_tz::Tz::Europe__Moscow,
            currency: "GBP".into(),
            segments: Arc::default(),
            holidays: Arc::default(),
            erased_records: Default::default(),
        },
        kupets_core::Actor::server(),
    )
}

/// The time limit is far from what any statement here needs on a busy machine; tests of the limit set their own.
fn small_limits() -> QueryLimits {
    QueryLimits {
        timeout: Duration::from_secs(60),
        memory_bytes: 24 << 20,
        memory_total_bytes: 64 << 20,
        spill_bytes: 64 << 20,
        concurrency: 2,
        partitions: 2,
    }
}

struct Bench {
    engine: Arc<QueryEngine>,
    tables: BTreeMap<String, Arc<dyn TableProvider>>,
    _dir: tempfile::TempDir,
}

impl Bench {
    fn new(limits: QueryLimits, rows: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let now = "2011-12-10T00:00:00Z".parse().unwrap();
        let engine = QueryEngine::new(&limits, dir.path().join("spill"), Arc::new(FixedClock(now))).unwrap();
        Self { engine, tables: tables(rows), _dir: dir }
    }

    async fn run(&self, sql: &str) -> Result<Answer> {
        self.run_with(Statement::new(sql, RowLimit::Fail(100_000))).await
    }

    async fn run_with(&self, statement: Statement) -> Result<Answer> {
        let meta = Meta { sql: statement.sql.clone(), time_zone: "Europe/Moscow".into(), ..Meta::default() };
        let views = [("orders", ORDERS), ("big_orders", BIG_ORDERS)];
        self.engine.run(&tenant(), self.tables.clone(), &views, statement, meta).await
    }

    async fn all(&self, sql: &str) -> Result<Vec<RecordBatch>> {
        self.run(sql).await?.collect().await
    }

    /// Waits until cancelled tasks have let go of their memory.
    async fn memory_returns(&self) {
        let pool = self.engine.runtime().memory_pool.clone();
        let gone = async {
            while pool.reserved() > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), gone).await.expect("memory stays reserved");
    }

    async fn json(&self, sql: &str) -> Value {
        serde_json::from_slice(&bytes(self.run(sql).await.unwrap(), Format::Json).await.unwrap()).unwrap()
    }

    async fn rows(&self, sql: &str) -> Value {
        self.json(sql).await["rows"].clone()
    }
}

async fn bytes(answer: Answer, output: impl Into<Output>) -> Result<Vec<u8>> {
    let output: Output = output.into();
    let mut stream = Box::pin(answer.into_bytes(output));
    let mut all = Vec::new();
    while let Some(chunk) = stream.next().await {
        all.extend_from_slice(&chunk?);
    }
    Ok(all)
}

fn tables(rows: usize) -> BTreeMap<String, Arc<dyn TableProvider>> {
    let customers = customers();
    let purchases: Vec<_> = (0..rows.div_ceil(8192)).map(|i| purchases(i * 8192, rows.min((i + 1) * 8192))).collect();
    let interactions = RecordBatch::new_empty(Table::Interactions.schema());
    [("customers", vec![customers]), ("purchases", purchases), ("interactions", vec![interactions])]
        .into_iter()
        .map(|(name, batches)| {
            let table = MemTable::try_new(batches[0].schema(), vec![batches]).unwrap();
            (name.to_owned(), Arc::new(table) as Arc<dyn TableProvider>)
        })
        .collect()
}

/// Text as views here and as plain text in the purchases: the lake may give either.
fn customers() -> RecordBatch {
    let view = |values: Vec<Option<&str>>| Arc::new(StringViewArray::from(values)) as ArrayRef;
    let time = |v: Vec<Option<i64>>| Arc::new(TimestampMicrosecondArray::from(v).with_timezone("UTC")) as ArrayRef;
    let columns = vec![
        view(vec![Some("c0"), Some("c1"), Some("c2")]),
        view(vec![Some("Анна"), Some("Bob \"the\" builder"), None]),
        view(vec![Some("a@example.com"), None, Some("")]),
        view(vec![None, None, None]),
        view(vec![Some("[\"vip\"]"), None, None]),
        view(vec![
            Some(r#"{"city":"Kazan","age":33,"nested":{"a":[1,2]},"vip":true}"#),
            Some(r#"{"city":"London","age":51.5}"#),
            None,
        ]),
        time(vec![Some(1_291_191_960_000_000), None, Some(-1)]),
        time(vec![Some(0), Some(0), Some(0)]),
        time(vec![Some(0), Some(0), Some(0)]),
    ];
    let fields: Vec<_> = Table::Customers
        .schema()
        .fields()
        .iter()
        .zip(&columns)
        .map(|(f, c)| Field::new(f.name(), c.data_type().clone(), f.is_nullable()))
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

fn purchases(from: usize, to: usize) -> RecordBatch {
    let text = |f: &dyn Fn(usize) -> String| Arc::new(StringArray::from_iter_values((from..to).map(f))) as ArrayRef;
    let money = |f: &dyn Fn(usize) -> i128| {
        let values = Decimal128Array::from_iter_values((from..to).map(f));
        Arc::new(values.with_precision_and_scale(18, 4).unwrap()) as ArrayRef
    };
    let at = |i: usize| 1_291_191_960_000_000 + i as i64 * 60_000_000;
    let time = |f: &dyn Fn(usize) -> i64| {
        Arc::new(TimestampMicrosecondArray::from_iter_values((from..to).map(f)).with_timezone("UTC")) as ArrayRef
    };
    let flag =
        |f: &dyn Fn(usize) -> bool| Arc::new(BooleanArray::from_iter((from..to).map(|i| Some(f(i))))) as ArrayRef;
    let mut columns = vec![
        text(&|i| format!("p{i:07}")),
        Arc::new(Int32Array::from_iter_values((from..to).map(|_| 1))),
        text(&|i| format!("c{}", i % 3)),
        text(&|i| format!("sku{}", i % 50)),
        text(&|i| format!("Product {}", i % 50)),
        text(&|i| format!("Category {}", i % 5)),
        money(&|_| 20_000),
        money(&|i| (i as i128 % 1000) * 1_250),
        money(&|i| (i as i128 % 1000) * 2_500),
        text(&|_| "GBP".into()),
        text(&|i| if i % 2 == 0 { "web" } else { "shop" }.into()),
        time(&at),
        text(&|i| format!(r#"{{"campaign":"k{}"}}"#, i % 4)),
        money(&|i| (i as i128 % 1000) * 2_500),
        flag(&|_| true),
        flag(&|_| true),
        time(&at),
    ];
    // What came later to the table is not sent here, but for its defaults.
    let schema = Table::Purchases.schema();
    for field in schema.fields().iter().skip(columns.len()) {
        columns.push(match Table::Purchases.default_of(field.name()) {
            Some(value) => text(&|_| value.to_owned()),
            None => arrow::array::new_null_array(field.data_type(), to - from),
        });
    }
    RecordBatch::try_new(schema, columns).unwrap()
}

#[tokio::test]
async fn what_is_allowed_works() {
    let bench = Bench::new(small_limits(), 1_000);
    for sql in [
        "SELECT 1",
        "select 1;",
        "/* a comment */ SELECT 1 -- and one more",
        "VALUES (1, 'a'), (2, 'b')",
        "WITH customers AS (SELECT * FROM customers WHERE name IS NOT NULL) SELECT * FROM customers",
        "SELECT * FROM Customers",
        "SELECT * FROM \"customers\"",
        "SELECT c.name, (SELECT count(*) FROM purchases p WHERE p.customer_id = c.customer_id) FROM customers c",
        "SELECT * FROM customers WHERE customer_id IN (SELECT customer_id FROM purchases)",
        "SELECT * FROM customers c WHERE EXISTS (SELECT 1 FROM purchases p WHERE p.customer_id = c.customer_id)",
        "SELECT customer_id, row_number() OVER (PARTITION BY currency ORDER BY amount) FROM purchases",
        "SELECT product, sum(amount) FROM purchases GROUP BY ROLLUP (product)",
        "SELECT 1 UNION ALL SELECT 2 EXCEPT SELECT 3",
        "SELECT unnest(range(1, 10))",
        "SELECT * FROM unnest([1, 2, 3]) AS t(x)",
        "SELECT c.name, p.n FROM customers c LEFT JOIN LATERAL (SELECT count(*) AS n FROM purchases WHERE purchases.customer_id = c.customer_id) p ON true",
        "SELECT approx_percentile_cont(amount, 0.5), median(amount) FROM purchases",
        "SELECT string_agg(product, ',') FROM purchases",
        "SELECT * FROM orders ORDER BY amount DESC LIMIT 3",
        "SELECT count(*) FROM big_orders",
        "SELECT * FROM orders o JOIN big_orders b ON o.purchase_id = b.purchase_id LIMIT 1",
        "SELECT date_trunc('month', local_time(occurred_at)) AS month, sum(amount) FROM purchases GROUP BY 1 ORDER BY 1",
        "SELECT count(*) FILTER (WHERE amount > 10) FROM purchases",
        "SELECT replace(name, 'a', 'b'), lpad(customer_id, 10, '0'), repeat('-', 3) FROM customers",
        "EXPLAIN SELECT * FROM customers",
    ] {
        if let Err(error) = bench.all(sql).await {
            panic!("{sql}: {error} {:?}", std::error::Error::source(&error).map(ToString::to_string));
        }
    }
    let plan = bench.rows("EXPLAIN SELECT * FROM orders").await.to_string();
    assert!(plan.contains("purchases") && !plan.contains("physical"), "{plan}");
}

#[tokio::test]
async fn unknown_names_are_answered_with_the_known_ones() {
    let bench = Bench::new(small_limits(), 10);
    let message = |sql: &'static str| async { bench.all(sql).await.unwrap_err().to_string() };
    assert_eq!(
        message("SELECT * FROM purchase").await,
        "There is no table \"purchase\". Did you mean purchases? The tables are big_orders, customers, interactions, orders, purchases."
    );
    let text = message("SELECT custmer_id FROM customers").await;
    assert!(
        text.starts_with(
            "There is no column custmer_id. Did you mean customer_id? The columns here are customer_id, name"
        ),
        "{text}"
    );
    let text = message("SELECT * FROM main.customers").await;
    assert!(text.contains("write the table's name alone"), "{text}");
    let text = message("SELECT customer_id FROM customers c JOIN purchases p ON c.customer_id = p.customer_id").await;
    assert!(text.contains("more than one of the tables"), "{text}");
    let text = message("SELECT flor(1.5)").await;
    assert!(text.contains("floor"), "{text}");
    let text = message("DROP TABLE customers").await;
    assert!(text.contains("DROP is not a query"), "{text}");
}

#[tokio::test]
async fn json_attributes() {
    let bench = Bench::new(small_limits(), 8);
    assert_eq!(
        bench
            .rows("SELECT customer_id FROM customers WHERE attributes->>'city' = 'Kazan' AND attributes->>'age' = '33'")
            .await,
        json!([["c0"]])
    );
    assert_eq!(
        bench.rows("SELECT attributes->>'city', (attributes->>'age')::double + 1, attributes->'nested'->'a'->>0, attributes ? 'vip' FROM customers ORDER BY customer_id").await,
        json!([["Kazan", 34.0, "1", true], ["London", 52.5, null, false], [null, null, null, false]])
    );
    assert_eq!(
        bench.rows("SELECT attributes->'age', attributes->'nested', attributes->'city', attributes->'none' FROM customers ORDER BY customer_id LIMIT 2").await,
        json!([[33, {"a": [1, 2]}, "Kazan", null], [51.5, null, "London", null]])
    );
    assert_eq!(
        bench.rows("SELECT attributes->>'campaign' AS k, count(*) FROM purchases GROUP BY 1 ORDER BY 1").await,
        json!([["k0", 2], ["k1", 2], ["k2", 2], ["k3", 2]])
    );
}

#[tokio::test]
async fn parameters_are_bound_not_spliced() {
    let bench = Bench::new(small_limits(), 100);
    let run = async |sql: &str, params: Value| {
        let statement =
            Statement { params: params_from_json(Some(&params))?, ..Statement::new(sql, RowLimit::Fail(1_000)) };
        let answer = bench.run_with(statement).await?;
        let all: Value = serde_json::from_slice(&bytes(answer, Format::Json).await?).unwrap();
        Ok::<_, Error>(all["rows"].clone())
    };
    let rows = run("SELECT name FROM customers WHERE customer_id = $1", json!(["c0"])).await.unwrap();
    assert_eq!(rows, json!([["Анна"]]));
    let rows = run("SELECT name FROM customers WHERE customer_id = $id", json!({"id": "' OR 1=1 --"})).await.unwrap();
    assert_eq!(rows, json!([]));
    let rows = run(
        "SELECT count(*) FROM purchases WHERE occurred_at >= $from AND occurred_at < $to AND amount > $min",
        json!({"from": "2010-12-01T08:26:00Z", "to": "2010-12-01T08:36:00Z", "min": 0.25}),
    )
    .await
    .unwrap();
    assert_eq!(rows, json!([[8]]));
    let rows = run("SELECT count(*) FROM customers WHERE customer_id = ANY($1)", json!([["c0", "c2"]])).await.unwrap();
    assert_eq!(rows, json!([[2]]));
    let rows = run("SELECT * FROM customers WHERE name = $1 LIMIT $2", json!(["x", 5])).await.unwrap();
    assert_eq!(rows, json!([]));
    for (sql, params) in [
        ("SELECT * FROM customers WHERE customer_id = $2", json!(["a"])),
        ("SELECT * FROM customers WHERE customer_id = $b", json!({"a": 1})),
        ("SELECT * FROM $1", json!(["customers"])),
    ] {
        let error = run(sql, params).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid, "{sql}: {error}");
    }
}

#[tokio::test]
async fn a_fault_in_a_statement_of_ours_is_not_the_callers() {
    let bench = Bench::new(small_limits(), 10);
    let statement = Statement::new("SELECT no_such_column FROM purchases", RowLimit::Fail(1));
    let theirs = bench.run_with(statement.clone()).await.unwrap_err();
    assert_eq!((theirs.kind(), theirs.code()), (Kind::Invalid, "sql_invalid"));
    let ours = bench.run_with(Statement { ours: true, ..statement }).await.unwrap_err();
    assert_eq!(ours.kind(), Kind::Internal);
    assert!(!ours.to_string().contains("no_such_column"), "{ours}");
}

#[tokio::test]
async fn sessions_are_cheap_and_hold_one_tenant_only() {
    let bench = Bench::new(small_limits(), 10);
    let zone = Zone::of(chrono_tz::Tz::Europe__Moscow);
    let (state, ..) = bench.engine.session(false, &zone, &bench.tables).unwrap();
    assert_eq!(state.catalog_list().catalog_names(), ["workspace"]);
    let catalog = state.catalog_list().catalog("workspace").unwrap();
    assert_eq!(catalog.schema_names(), ["data"]);
    let mut names = catalog.schema("data").unwrap().table_names();
    names.sort();
    assert_eq!(names, ["customers", "interactions", "purchases"]);
    assert!(state.table_functions().is_empty());
    assert!(state.table_factories().is_empty());
    let started = std::time::Instant::now();
    for _ in 0..100 {
        std::hint::black_box(bench.engine.session(false, &zone, &bench.tables).unwrap());
    }
    eprintln!("a session takes {:?}", started.elapsed() / 100);
    let started = std::time::Instant::now();
    for _ in 0..50 {
        bench.all("SELECT count(*) FROM customers").await.unwrap();
    }
    eprintln!("the smallest query takes {:?}", started.elapsed() / 50);
}

#[tokio::test]
async fn local_and_utc_time() {
    let bench = Bench::new(small_limits(), 10);
    assert_eq!(
        bench.rows("SELECT local_time(occurred_at), local_time(occurred_at, 'America/New_York'), utc_time(local_time(occurred_at)) = occurred_at FROM purchases ORDER BY 1 LIMIT 1").await,
        json!([["2010-12-01T11:26:00", "2010-12-01T03:26:00", true]])
    );
    assert_eq!(
        bench.rows("SELECT utc_time('2024-03-31T02:30:00', 'Europe/Berlin'), utc_time(DATE '2024-01-01'), local_time(NULL), local_time('2024-07-01T00:00:00Z', z) FROM (VALUES ('Europe/Berlin'), (NULL)) AS t(z)").await,
        json!([
            ["2024-03-31T01:30:00Z", "2023-12-31T21:00:00Z", null, "2024-07-01T02:00:00"],
            ["2024-03-31T01:30:00Z", "2023-12-31T21:00:00Z", null, null]
        ])
    );
    let answer = bench
        .run("SELECT local_time(occurred_at) AS l, utc_time(local_time(occurred_at)) AS u, now() AS n FROM purchases")
        .await
        .unwrap();
    let types: Vec<_> = answer.columns.iter().map(|c| c.sql_type.as_str()).collect();
    assert_eq!(types, ["TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE"]);
    assert_eq!(bench.rows("SELECT now()").await, json!([["2011-12-10T00:00:00Z"]]));
    for sql in [
        "SELECT local_time(occurred_at, 'Mars/Base') FROM purchases",
        "SELECT local_time(1)",
        "SELECT local_time()",
        "SELECT utc_time(occurred_at) FROM purchases",
    ] {
        assert_eq!(bench.all(sql).await.unwrap_err().kind(), Kind::Invalid, "{sql}");
    }
    let zone = Zone::of(chrono_tz::Tz::Europe__Berlin);
    for (order, factor) in [("ascending", 1), ("scattered", 7_919)] {
        let times: Vec<i64> =
            (0..10_000_000_i64).map(|i| 1_200_000_000_000_000 + (i * factor % 10_000_000) * 50_000_000).collect();
        let started = std::time::Instant::now();
        for batch in times.chunks(8192) {
            std::hint::black_box(zone.to_local(batch));
        }
        eprintln!("10 M times to local, {order}: {:?}", started.elapsed());
    }
}
