//! Arguments: numbers as they are written, and what is said of those that are wrong.

use serde_json::{Value, json};

use crate::ask::Ask;

async fn call(name: &str, arguments: &str) -> Value {
    Ask::call(name, arguments).send().await.result()
}

/// What a tool says of arguments that are wrong.
async fn refused(name: &str, arguments: &str) -> String {
    let result = call(name, arguments).await;
    assert_eq!((&result["isError"], &result["resultType"]), (&json!(true), &json!("complete")), "{result}");
    assert!(result.get("structuredContent").is_none());
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

/// This crate is built with `arbitrary_precision`, as the product is: a number in a buffered type would arrive as an object.
#[actix_web::test]
async fn one_and_a_half_arrives_as_one_and_a_half() {
    assert_eq!(serde_json::from_str::<Value>("1.50").unwrap().to_string(), "1.50", "the feature is on");
    let filter = |value: &str| {
        format!(
            r#"{{"metrics": ["revenue"], "filters": [{{"field": "order_amount", "op": "at_least", "values": [{value}]}}]}}"#
        )
    };
    for (value, sum) in
        [("1.5", "90071992547426.7301"), ("1.6", "90071992547425.2301"), ("15.30", "90071992547425.2301")]
    {
        let result = call("query_metric", &filter(value)).await;
        let found = &result["structuredContent"];
        assert_eq!(found["assumed"][0], format!("order_amount AtLeast {value}"));
        // More digits than floating point has.
        assert_eq!(found["rows"][0][0].to_string(), sum, "{value}");
    }
    assert_eq!(call("segment_customers", r#"{"min_revenue": 1.5}"#).await["structuredContent"]["notes"][0], "from 1.5");
    let bound =
        call("run_sql", r#"{"sql": "SELECT $1", "params": [1.5, "Казань", true, 12345678901234567890.5]}"#).await;
    let row = bound["structuredContent"]["rows"][0].to_string();
    assert_eq!(row, r#"[1.5,"Казань",true,12345678901234567890.5]"#);
}

#[actix_web::test]
async fn cyrillic_arrives_whole() {
    let found = call("customer", r#"{"search": "Ёлкина, «Ольга» 🌲"}"#).await;
    assert_eq!(found["structuredContent"]["matches"][0]["name"], "Ёлкина, «Ольга» 🌲");
}

#[actix_web::test]
async fn wrong_arguments_are_told_by_what_where_and_what_to_do() {
    for (name, arguments, says) in [
        ("query_metric", r#"{}"#, ["issing field `metrics`", "metrics (required)"]),
        ("query_metric", r#"{"metrics": []}"#, ["`metrics`", "list_metrics"]),
        ("query_metric", r#"{"metrics": ["profit"]}"#, ["`metrics[0]`", "list_metrics"]),
        ("query_metric", r#"{"metrics": "revenue"}"#, ["`metrics`", "expected a sequence"]),
        ("query_metric", r#"{"metrics": ["revenue"], "perod": {}}"#, ["nknown field `perod`", "period"]),
        ("query_metric", r#"{"metrics": ["revenue"], "grain": "fortnight"}"#, ["`grain`", "half_year"]),
        ("query_metric", r#"{"metrics": ["revenue"], "limit": 1.5}"#, ["`limit`", "whole number"]),
        ("query_metric", r#"{"metrics": ["revenue"], "limit": 5000}"#, ["`limit`", "1 to 1000"]),
        ("query_metric", r#"{"metrics": ["revenue"], "period": {}}"#, ["`period`", "`words`"]),
        (
            "query_metric",
            r#"{"metrics": ["revenue"], "filters": [{"field": "order_amount", "op": "between", "values": [1.5]}]}"#,
            ["`filters[0].values`", "two values"],
        ),
        (
            "query_metric",
            r#"{"metrics": ["revenue"], "filters": [{"field": "order_amount", "op": "in", "values": [[1.5]]}]}"#,
            ["`filters[0].values[0]`", "not a list"],
        ),
        ("customer", r#"{}"#, ["`customer_id`", "`search`"]),
        ("segment_customers", r#"{"min_churn_risk": 1.5}"#, ["`min_churn_risk`", "1.5"]),
        ("forecast", r#"{"grain": "hour"}"#, ["`grain`", "month"]),
        ("recommendations", r#"{"limit": 0}"#, ["`limit`", "1 to 100"]),
        ("run_sql", r#"{"sql": " "}"#, ["`sql`", "SELECT"]),
    ] {
        let text = refused(name, arguments).await;
        assert!(says.iter().all(|part| text.contains(part)), "{name} {arguments}: {text}");
    }
}

#[actix_web::test]
async fn a_tool_beyond_the_key_is_refused_and_says_why() {
    let ask = Ask::call("run_sql", r#"{"sql": "SELECT 1"}"#).with("authorization", "Bearer kp_reader");
    let result = ask.send().await.result();
    assert_eq!(result["isError"], true);
    assert!(result["content"][0]["text"].as_str().unwrap().contains("scope `sql`"));
}

#[actix_web::test]
async fn an_unknown_tool_is_an_error_of_the_protocol() {
    let answer = Ask::call("profit", "{}").send().await;
    assert_eq!((answer.status, answer.code()), (200, -32602));
}

#[actix_web::test]
async fn arguments_may_be_left_out() {
    let answer = Ask::modern("tools/call", json!({"name": "forecast"})).send().await;
    assert_eq!(answer.result()["structuredContent"]["points"][0]["value"].to_string(), "1.5");
}
