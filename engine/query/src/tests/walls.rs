//! What is no question is refused, however it is written, and what is too large too.

use super::*;

/// The file of escapes as (expectation, statement).
fn escapes() -> Vec<(&'static str, &'static str)> {
    include_str!("../escapes.sql")
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

/// Names of arguments are single words, which is what the parser is quick at.
#[test]
fn arguments_are_read_once() {
    use datafusion::sql::sqlparser::dialect::Dialect;

    assert!(!dialect::SPOKEN.supports_named_fn_args_with_expr_name());
    let tables = std::collections::BTreeSet::from(["customers"]);
    assert!(guard::check("SELECT lower(str => name) FROM customers", &tables).is_ok());
}
