//! Rows, memory, time, turns and threads of statements.

use arrow::array::AsArray as _;

use super::*;

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
    let limits = QueryLimits { memory_bytes: 16 << 20, timeout: Duration::from_secs(60), ..small_limits() };
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
