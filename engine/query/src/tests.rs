//! The whole way of a question, over tables in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use arrow::{
    array::{
        ArrayRef, AsArray, BooleanArray, Decimal128Array, Int32Array, RecordBatch, StringArray, StringViewArray,
        TimestampMicrosecondArray,
    },
    datatypes::{DataType, Field, Int64Type, Schema},
};
use datafusion::{catalog::TableProvider, datasource::MemTable};
use futures::StreamExt;
use serde_json::{Value, json};

use super::*;
use kupets_core::{
    Error, Kind, Result, TenantAuthority, TenantContext, TenantId, Workspace, clock::FixedClock, schema::Table,
};

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

/// The file of escapes as (expectation, statement).
fn escapes() -> Vec<(&'static str, &'static str)> {
    include_str!("escapes.sql")
        .split("\n\n")
        .skip(1)
        .map(|block| {
            let (head, sql) = block.split_once('\n').unwrap();
            (head.trim_start_matches("-- ").split(':').next().unwrap(), sql.trim())
        })
        .collect()
}

fn assert_clear(sql: &str, error: &Error) {
    let text = error.to_string();
    for leak in ["/tmp", "spill", "0123456789abcdef", "DataFusion", "workspace.data", "backtrace", "panicked"] {
        assert!(!text.contains(leak) || sql.contains(leak), "{sql}: {text} names {leak}");
    }
    assert!(text.len() < 2000 && text.ends_with(['.', '?']), "{sql}: {text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_escape_is_refused_or_bounded() {
    let bench = Bench::new(small_limits(), 20_000);
    // What is bounded may be so by the time alone.
    let hasty = Bench::new(QueryLimits { timeout: Duration::from_secs(2), ..small_limits() }, 20_000);
    let blocks = escapes();
    assert!(blocks.len() > 150);
    for (expected, sql) in blocks {
        let bench = if expected == "bounded" { &hasty } else { &bench };
        let outcome = match bench.run(sql).await {
            Ok(answer) => answer.collect().await,
            Err(error) => Err(error),
        };
        match (expected, outcome) {
            ("refused", Err(error)) => {
                assert_eq!(error.kind(), Kind::Invalid, "{sql}: {error}");
                assert!(
                    ["sql_not_allowed", "sql_invalid", "sql_too_complex"].contains(&error.code()),
                    "{sql}: {error}"
                );
                assert_clear(sql, &error);
            }
            ("bounded", Err(error)) => {
                assert!(
                    matches!(error.kind(), Kind::Invalid | Kind::Limit | Kind::Timeout),
                    "{sql}: {:?} {error} {:?}",
                    error.kind(),
                    std::error::Error::source(&error).map(|e| format!("{e:?}"))
                );
                assert_clear(sql, &error);
            }
            ("bounded", Ok(_)) => {}
            (_, Ok(rows)) => panic!("{sql} answered {} batches", rows.len()),
            (other, _) => panic!("{other} is not an expectation"),
        }
    }
    // And the engine still answers.
    for bench in [&bench, &hasty] {
        bench.memory_returns().await;
    }
    assert_eq!(bench.rows("SELECT count(*) FROM purchases").await, json!([[20_000]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_statements_are_refused_and_do_not_overflow_the_stack() {
    let bench = Bench::new(small_limits(), 10);
    let long = |n: usize, one: &str| one.repeat(n);
    let refused = [
        format!("SELECT {}1{}", long(30_000, "("), long(30_000, ")")),
        format!("SELECT {}1", long(20_000, "- ")),
        format!("SELECT {}1", long(3_900, "- ")),
        format!("SELECT {}true", long(9_000, "NOT ")),
        format!("SELECT {}true", long(3_900, "NOT ")),
        format!("SELECT 1{}", long(30_000, "+1")),
        format!("SELECT 1{}", long(3_999, "+1")),
        format!("SELECT 1{}", long(3_999, "::int")),
        format!("SELECT 'a'{}", long(3_999, "||'a'")),
        format!("SELECT customer_id FROM customers WHERE true{}", long(3_999, " OR true")),
        format!("SELECT 1{}", long(3_999, " IS NULL")),
        format!("SELECT make_array(1){}", long(3_999, "[1]")),
        format!("SELECT 1{}", long(3_000, " UNION ALL SELECT 1")),
        format!("SELECT 1{}", long(300, " UNION SELECT 1")),
        format!("{}SELECT 1{}", long(500, "SELECT * FROM ("), long(500, ") t")),
        format!("{}SELECT 1{}", long(17, "SELECT * FROM ("), long(17, ") t")),
        format!("SELECT {}1{}", long(3_000, "abs("), long(3_000, ")")),
        format!("SELECT {}1{}", long(2_000, "CASE WHEN true THEN "), long(2_000, " END")),
        format!("SELECT {}1{}", long(3_000, "["), long(3_000, "]")),
        format!("SELECT 1 FROM customers{}", (0..3_000).map(|i| format!(", customers c{i}")).collect::<String>()),
        format!("SELECT '{}'", long(70_000, "x")),
        format!("{}SELECT 1", long(8_000, "EXPLAIN ")),
        format!("SELECT {}'1 day'", long(8_000, "INTERVAL ")),
        format!("SELECT NULL::int{}", long(1_900, "[]")),
        format!("SELECT NULL::{}int{}", long(3_000, "ARRAY<"), long(3_000, ">")),
        format!("SELECT NULL::{}int{}", long(3_000, "NULLABLE("), long(3_000, ")")),
        format!("SELECT NULL::{}int{}", long(2_000, "STRUCT(a "), long(2_000, ")")),
        // Doubling: by names of WITH, by WITH in WITH, by expressions over expressions.
        format!(
            "WITH a0 AS (SELECT 1 AS x){} SELECT count(*) FROM a30",
            (1..=30).map(|i| format!(", a{i} AS (SELECT l.x FROM a{p} l, a{p} r)", p = i - 1)).collect::<String>()
        ),
        (0..30).fold("SELECT 1".to_owned(), |inner, i| format!("WITH w{i} AS ({inner}) SELECT * FROM w{i}")),
        format!(
            "WITH a0 AS (SELECT line AS x FROM purchases){} SELECT * FROM a30 WHERE x > 0",
            (1..=30).map(|i| format!(", a{i} AS (SELECT x + x AS x FROM a{})", i - 1)).collect::<String>()
        ),
        format!(
            "WITH a0 AS (SELECT product AS x FROM purchases){} SELECT max(x) FROM a30",
            (1..=30).map(|i| format!(", a{i} AS (SELECT max(x || x) AS x FROM a{})", i - 1)).collect::<String>()
        ),
    ];
    for sql in refused {
        let start: String = sql.chars().take(40).collect();
        let error = match bench.run(&sql).await {
            Ok(answer) => answer.collect().await.expect_err(&start),
            Err(error) => error,
        };
        assert_eq!(error.kind(), Kind::Invalid, "{start}: {error}");
        assert_clear(&sql, &error);
    }
    // At the limit it still works, evaluation included.
    assert_eq!(bench.rows(&format!("SELECT line{} FROM purchases LIMIT 1", "+line".repeat(280))).await, json!([[281]]));
    let deep = (0..2).fold("SELECT line AS x FROM purchases".to_owned(), |inner, _| {
        format!("SELECT x{} AS x FROM ({inner}) t", "+1".repeat(290))
    });
    assert_eq!(bench.rows(&format!("{deep} LIMIT 1")).await, json!([[581]]));
    let ids = (0..4_000).map(|i| format!("'p{i}'")).collect::<Vec<_>>().join(",");
    assert_eq!(bench.rows(&format!("SELECT count(*) FROM purchases WHERE purchase_id IN ({ids})")).await, json!([[0]]));
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
async fn row_limits_cut_or_fail() {
    let bench = Bench::new(small_limits(), 10_000);
    let run = async |limit| {
        let answer = bench.run_with(Statement::new("SELECT purchase_id FROM purchases", limit)).await.unwrap();
        bytes(answer, Format::Json).await
    };
    let cut: Value = serde_json::from_slice(&run(RowLimit::Cut(9_000)).await.unwrap()).unwrap();
    assert_eq!((cut["rows"].as_array().unwrap().len(), &cut["meta"]["truncated"]), (9_000, &json!(true)));
    let whole: Value = serde_json::from_slice(&run(RowLimit::Cut(10_000)).await.unwrap()).unwrap();
    assert_eq!((whole["rows"].as_array().unwrap().len(), &whole["meta"]["truncated"]), (10_000, &json!(false)));
    let ceiling: Value = serde_json::from_slice(&run(RowLimit::asked(None, 9_000)).await.unwrap()).unwrap();
    assert_eq!((ceiling["rows"].as_array().unwrap().len(), &ceiling["meta"]["truncated"]), (9_000, &json!(true)));
    // CSV has no place to say that it was cut: nobody must take a part for the whole.
    for (limit, whole) in [(None, false), (Some(9_001), false), (Some(8_000), true), (Some(9_000), true)] {
        let statement = Statement::new("SELECT purchase_id FROM purchases", RowLimit::asked(limit, 9_000));
        let written = bytes(bench.run_with(statement).await.unwrap(), Format::Csv).await;
        assert_eq!(written.map_err(|e| e.code()).map(drop), if whole { Ok(()) } else { Err("query_rows") });
    }
    assert!(!run(RowLimit::Fail(10_000)).await.unwrap().is_empty());
    let error = run(RowLimit::Fail(9_999)).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::Limit, "query_rows"));
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_over_the_memory_limit_fails_and_the_rest_goes_on() {
    let limits = QueryLimits { memory_bytes: 4 << 20, timeout: Duration::from_secs(60), ..small_limits() };
    let bench = Bench::new(limits, 200_000);
    for sql in [
        "SELECT count(*), max(a.attributes || b.attributes) FROM purchases a JOIN purchases b ON a.purchase_id = b.purchase_id",
        "SELECT DISTINCT a.purchase_id || a.attributes, a.product || b.product FROM purchases a JOIN purchases b ON a.line = b.line AND a.amount < b.amount LIMIT 10000000",
        "SELECT count(*) FROM (SELECT array_agg(purchase_id || attributes || product) AS x FROM purchases GROUP BY line) t WHERE cardinality(x) > 1",
    ] {
        let error = match bench.run(sql).await {
            Ok(answer) => answer.collect().await.expect_err(sql),
            Err(error) => error,
        };
        assert_eq!((error.kind(), error.code()), (Kind::Limit, "query_memory"), "{sql}: {error}");
        assert!(error.to_string().contains("shorter period"));
    }
    bench.memory_returns().await;
    // What can spill does, and gives the right answer.
    let limits = QueryLimits { memory_bytes: 12 << 20, timeout: Duration::from_secs(60), ..small_limits() };
    let bench = Bench::new(limits, 200_000);
    let sql = "SELECT purchase_id, attributes, product FROM purchases ORDER BY attributes, purchase_id DESC";
    let sorted = bench.run_with(Statement::new(sql, RowLimit::Fail(1_000_000))).await.unwrap().collect().await.unwrap();
    assert_eq!(sorted.iter().map(RecordBatch::num_rows).sum::<usize>(), 200_000);
    assert_eq!(sorted[0].column(0).as_string::<i32>().value(0), "p0199996");
    bench.memory_returns().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_and_turns_are_limited_and_dropping_cancels() {
    let limits = QueryLimits { timeout: Duration::from_millis(400), concurrency: 1, ..small_limits() };
    let bench = Bench::new(limits, 100_000);
    let endless = "SELECT count(*) FROM purchases a, purchases b, purchases c WHERE a.amount + b.amount < c.amount * 2";
    let error = bench.all(endless).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::Timeout, "query_timeout"));
    // While another holds the only turn, a query waits as long as it may and then says so.
    let turn = bench.engine.turn(tenant().id(), Lane::Callers).await.unwrap();
    let error = bench.run("SELECT 1").await.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.retry_after_s()), (Kind::Busy, "query_busy", Some(1)));
    drop(turn);
    // A streaming answer holds its turn, and gives it back when it is dropped.
    let streaming = bench.run("SELECT a.purchase_id FROM purchases a, purchases b").await.unwrap();
    drop(streaming);
    let started = bench.run("SELECT 1 AS x").await.unwrap();
    drop(started);
    assert_eq!(bench.rows("SELECT 1").await, json!([[1]]));
    // A reader that takes too long gets an error at the end of what was ready, never a short answer.
    let mut slow = bench.run("SELECT a.purchase_id FROM purchases a, purchases b").await.unwrap();
    let first = slow.rows.next().await.unwrap();
    assert!(first.is_ok());
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut last = None;
    while let Some(batch) = slow.rows.next().await {
        last = Some(batch);
    }
    assert_eq!(from_datafusion(last.unwrap().unwrap_err()).code(), "query_timeout");
}

/// Joins that compare for hours, whether or not a row comes out of them, in the forms that plans give them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_without_end_is_ended_and_gives_its_turn_back() {
    let limits = QueryLimits { timeout: Duration::from_secs(1), concurrency: 1, ..small_limits() };
    let bench = Bench::new(limits, 3_000);
    let four = "FROM purchases a, purchases b, purchases c, purchases d";
    let by_line = "FROM purchases a JOIN purchases b ON a.line = b.line JOIN purchases c ON b.line = c.line JOIN purchases d \
                   ON c.line = d.line";
    // Each amount is 0 or more, so that this is never true: 8.1e13 comparisons, and no row that anybody could wait for.
    let never = "a.amount + b.amount + c.amount + d.amount < 0";
    let by_time =
        [format!("SELECT count(*) {four} WHERE {never}"), format!("SELECT a.purchase_id {four} WHERE {never}")];
    // What these keep may be too much before the time is up.
    let by_time_or_memory = [
        // One key that all rows share.
        format!("SELECT count(*) {by_line}"),
        format!("SELECT count(*) {by_line} AND {never}"),
        // Not count(*), which is known without joining.
        format!("SELECT max(a.amount + b.amount + c.amount + d.amount) {four}"),
        format!("SELECT DISTINCT a.customer_id {four} WHERE {never}"),
        format!("SELECT * {four} WHERE a.product || b.product || c.product = d.attributes ORDER BY a.amount LIMIT 1"),
        "SELECT count(*) FROM purchases a CROSS JOIN purchases b LEFT JOIN purchases c ON a.amount + b.amount + c.amount < 0"
            .to_owned(),
        "SELECT count(*) FROM purchases a, purchases b WHERE NOT EXISTS (SELECT 1 FROM purchases c WHERE a.amount + \
         b.amount + c.amount < 0)"
            .to_owned(),
    ];
    for (at, sql) in by_time.iter().chain(&by_time_or_memory).enumerate() {
        // This bound is only there so that what nothing ends fails here instead of hanging.
        let answered = tokio::time::timeout(Duration::from_secs(120), bench.all(sql)).await;
        let error = answered.expect(sql).expect_err(sql);
        let by_memory = at >= by_time.len() && error.code() == "query_memory";
        assert!(by_memory || (error.kind(), error.code()) == (Kind::Timeout, "query_timeout"), "{sql}: {error}");
        // There is one turn, and it is free again.
        drop(bench.engine.turn(tenant().id(), Lane::Callers).await.expect(sql));
    }
    bench.memory_returns().await;
    assert_eq!(bench.rows("SELECT count(*) FROM customers").await, json!([[3]]));
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

const MIXED: &str = "SELECT customer_id AS id, name, email, created_at, created_at::date AS day, local_time(created_at) AS \
     local, 15.30::decimal(18,4) AS price, CASE WHEN customer_id = 'c1' THEN NULL ELSE 1.5 END AS f, [1, 2, NULL] AS \
     list, {a: 1, b: 'x'} AS s, true AS b, INTERVAL '1 day' AS i, attributes->'nested' AS j, 9007199254740993 AS big \
     FROM customers ORDER BY customer_id";

#[tokio::test]
async fn guarded_csv_holds_no_formula_and_its_numbers_stay() {
    let bench = Bench::new(small_limits(), 10);
    let sql = "SELECT '=1+1' AS \"=head\", ' @x' AS b, '+7 900, \"x\"' AS c, -1.5 AS number, -3 AS whole, 'a=1' AS plain, \
               chr(9) || 'x' AS tab, '＝1' AS wide, CAST(NULL AS VARCHAR) AS none, '' AS empty, make_array('=1') AS list";
    let csv = async |csv_guard| {
        let output = Output { format: Format::Csv, csv_guard };
        String::from_utf8(bytes(bench.run(sql).await.unwrap(), output).await.unwrap()).unwrap()
    };
    assert_eq!(
        csv(true).await,
        "'=head,b,c,number,whole,plain,tab,wide,none,empty,list\r\n\
         '=1+1,' @x,\"'+7 900, \"\"x\"\"\",-1.5,-3,a=1,'\tx,'＝1,,\"\",\"[\"\"=1\"\"]\"\r\n"
    );
    let as_it_is = csv(false).await;
    assert!(as_it_is.starts_with("=head,") && as_it_is.contains("\r\n=1+1, @x,"), "{as_it_is}");
    assert!(!as_it_is.contains('\''), "{as_it_is}");
}

#[tokio::test]
async fn json_and_csv() {
    let bench = Bench::new(small_limits(), 10);
    let sql = MIXED.replace("{a: 1, b: 'x'}", "named_struct('a', 1, 'b', 'x')");
    let text = String::from_utf8(bytes(bench.run(&sql).await.unwrap(), Format::Json).await.unwrap()).unwrap();
    assert!(text.contains(",15.3,"), "{text}");
    let all: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        all["rows"][0],
        json!([
            "c0", "Анна", "a@example.com", "2010-12-01T08:26:00Z", "2010-12-01", "2010-12-01T11:26:00",
            serde_json::from_str::<Value>("15.3").unwrap(), 1.5, [1, 2, null], {"a": 1, "b": "x"}, true,
            all["rows"][0][11].clone(), {"a": [1, 2]}, 9_007_199_254_740_993_i64
        ])
    );
    assert_eq!(all["rows"][1][7], Value::Null);
    assert_eq!(all["rows"][2][3], json!("1969-12-31T23:59:59.999999Z"));
    let types: Vec<_> = all["columns"].as_array().unwrap().iter().map(|c| c["type"].as_str().unwrap()).collect();
    assert_eq!(
        types[..7],
        ["VARCHAR", "VARCHAR", "VARCHAR", "TIMESTAMP WITH TIME ZONE", "DATE", "TIMESTAMP", "DECIMAL(18,4)"]
    );
    assert_eq!(all["meta"]["rows_scanned"], json!(3));
    assert!(all["meta"]["elapsed_ms"].is_u64());
    let csv = String::from_utf8(bytes(bench.run(&sql).await.unwrap(), Format::Csv).await.unwrap()).unwrap();
    let lines: Vec<_> = csv.split("\r\n").collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[0], "id,name,email,created_at,day,local,price,f,list,s,b,i,j,big");
    assert!(lines[1].starts_with("c0,Анна,a@example.com,2010-12-01T08:26:00Z,2010-12-01,2010-12-01T11:26:00,15.3,1.5,\"[1,2,null]\",\"{\"\"a\"\":1"), "{csv}");
    assert!(lines[2].starts_with("c1,\"Bob \"\"the\"\" builder\",,,,,15.3,,"), "{csv}");
    assert!(lines[3].starts_with("c2,,\"\","), "{csv}");
}

#[tokio::test]
async fn binary_formats_read_back() {
    let bench = Bench::new(small_limits(), 50_000);
    let sql = MIXED.replace("{a: 1, b: 'x'}", "named_struct('a', 1, 'b', 'x')");
    let whole = "SELECT * FROM purchases";
    for (sql, rows) in [(sql.as_str(), 3), (whole, 50_000), ("SELECT 1 AS x WHERE false", 0)] {
        let arrow = bytes(bench.run(sql).await.unwrap(), Format::Arrow).await.unwrap();
        let read = arrow::ipc::reader::StreamReader::try_new(arrow.as_slice(), None).unwrap();
        assert_eq!(read.map(|b| b.unwrap().num_rows()).sum::<usize>(), rows);
        let parquet = bytes::Bytes::from(bytes(bench.run(sql).await.unwrap(), Format::Parquet).await.unwrap());
        let read = parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(parquet, 8192).unwrap();
        assert_eq!(read.map(|b| b.unwrap().num_rows()).sum::<usize>(), rows);
        let xlsx = bytes(bench.run(sql).await.unwrap(), Format::Xlsx).await.unwrap();
        assert!(xlsx.starts_with(b"PK\x03\x04"));
    }
    let error = bytes(bench.run("SELECT repeat('x', 40000) AS t").await.unwrap(), Format::Xlsx).await.unwrap_err();
    assert_eq!(error.code(), "format_limit");
}

#[tokio::test]
async fn an_error_in_the_middle_never_looks_like_an_end() {
    let bench = Bench::new(small_limits(), 100_000);
    // Fails on a late row.
    let sql = "SELECT purchase_id, 1 / (CASE WHEN purchase_id = 'p0099999' THEN 0 ELSE 1 END) AS x FROM purchases";
    for format in Format::ALL {
        let mut stream = Box::pin(bench.run(sql).await.unwrap().into_bytes(format));
        let (mut written, mut failed) = (Vec::new(), 0);
        while let Some(chunk) = stream.next().await {
            match chunk {
                Ok(chunk) => {
                    assert_eq!(failed, 0, "nothing follows the error");
                    written.extend_from_slice(&chunk);
                }
                Err(error) => {
                    assert_eq!(error.kind(), Kind::Invalid);
                    failed += 1;
                }
            }
        }
        assert_eq!(failed, 1, "{format:?}");
        let last = |of: &[u8]| String::from_utf8(of.to_vec()).unwrap().lines().last().unwrap().to_owned();
        match format {
            Format::Json => {
                let all: Value = serde_json::from_slice(&written).unwrap();
                assert_eq!((all["error"]["code"].as_str(), &all["meta"]), (Some("sql_invalid"), &Value::Null));
            }
            Format::NdJson => assert!(last(&written).starts_with(r#"{"error":{"code":"sql_invalid""#)),
            Format::Csv => assert!(last(&written).contains("ERROR sql_invalid"), "{}", last(&written)),
            Format::Xlsx | Format::Arrow | Format::Parquet => {}
        }
    }
}

#[tokio::test]
async fn scanned_rows_are_counted_after_skipping() {
    let bench = Bench::new(small_limits(), 20_000);
    let answer = bench
        .run("SELECT sum(amount) FROM purchases p JOIN customers c ON p.customer_id = c.customer_id")
        .await
        .unwrap();
    let all: Value = serde_json::from_slice(&bytes(answer, Format::Json).await.unwrap()).unwrap();
    assert_eq!(all["meta"]["rows_scanned"], json!(20_003));
    let batches = bench.all("SELECT count(*) AS n FROM purchases").await.unwrap();
    assert_eq!(batches[0].column(0).as_primitive::<Int64Type>().value(0), 20_000);
    assert_eq!(batches[0].schema().field(0).data_type(), &DataType::Int64);
}

#[test]
fn formats_by_name() {
    for format in Format::ALL {
        assert_eq!(Format::from_name(format.name()), Some(format));
    }
    assert_eq!(Format::from_name("exe"), None);
}

/// The answer's thread does nothing but wait: the rows are made elsewhere.
#[tokio::test]
async fn statements_run_on_threads_of_their_own() {
    let bench = Bench::new(small_limits(), 10_000);
    let answer = bench.run("SELECT purchase_id || 'x' AS id FROM purchases").await.unwrap();
    let plan = answer.progress.plan.clone().unwrap();
    let begun = || plan.metrics().and_then(|metrics| metrics.output_rows()).unwrap_or(0) > 0;
    let until = std::time::Instant::now() + Duration::from_secs(60);
    while !begun() {
        assert!(std::time::Instant::now() < until, "nothing is done while this thread is held");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[tokio::test]
async fn a_statement_has_one_budget_for_all_that_its_functions_make() {
    let bench = Bench::new(small_limits(), 10_000);
    // One of them fits, and so do small ones; many do not, in one row or in all.
    let columns =
        |count: usize, each: &str| (0..count).map(|i| each.replace("#", &i.to_string())).collect::<Vec<_>>().join(", ");
    let whole = |each: &str| format!("SELECT {} FROM (SELECT 1 AS n) t", columns(16, each));
    assert!(bench.all("SELECT length(repeat('x', 4000000)) AS l").await.is_ok());
    assert!(bench.all(&whole("length(repeat('x', 1000 + #)) AS l#")).await.is_ok());
    let refused = bench.all(&whole("repeat('x', 4000000 + n + #) AS l#")).await.unwrap_err();
    assert_eq!(refused.code(), "query_memory");
    let refused = bench.all("SELECT repeat('x', 20000) AS l FROM purchases").await.unwrap_err();
    assert_eq!(refused.code(), "query_memory");
    bench.memory_returns().await;
}

#[tokio::test]
async fn nothing_large_is_made_while_planning() {
    let bench = Bench::new(small_limits(), 10);
    let plan = bench.rows("EXPLAIN SELECT repeat('x', 100000) AS l").await.to_string();
    assert!(plan.contains("repeat("), "{plan}");
}
