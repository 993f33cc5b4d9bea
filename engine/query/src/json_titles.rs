//! What a field of attributes is called where more than one table has attributes.
//!
//! The operators of `datafusion-functions-json` 0.55 name what they give after the column alone, so that `count(a.attributes->>'x')`
//! and `count(b.attributes->>'x')` were one name in one statement, and it was refused as having a column twice. Where the name of a
//! column does not tell which table it is of, the name of the table stands before it, as the statement has it.

use std::sync::Arc;

use datafusion::{
    common::DFSchema,
    error::Result,
    logical_expr::{
        Expr, ScalarUDF,
        expr::ScalarFunction,
        planner::{ExprPlanner, PlannerResult, RawBinaryExpr},
    },
    scalar::ScalarValue,
    sql::sqlparser::ast::BinaryOperator,
};
use datafusion_functions_json::udfs::{json_as_text_udf, json_contains_udf, json_get_udf};

/// Plans operators on a column whose name is in several tables; the library's planner has the rest.
#[derive(Debug)]
pub(super) struct JsonTitles;

impl ExprPlanner for JsonTitles {
    fn plan_binary_op(&self, expr: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        let Some((operator, function)) = function_of(&expr.op) else { return Ok(PlannerResult::Original(expr)) };
        let Some(title) = title(&expr, operator, schema) else { return Ok(PlannerResult::Original(expr)) };
        let args = vec![expr.left, expr.right];
        Ok(PlannerResult::Planned(Expr::ScalarFunction(ScalarFunction { func: function, args }).alias(title)))
    }
}

fn function_of(operator: &BinaryOperator) -> Option<(&'static str, Arc<ScalarUDF>)> {
    Some(match operator {
        BinaryOperator::Arrow => ("->", json_get_udf()),
        BinaryOperator::LongArrow => ("->>", json_as_text_udf()),
        BinaryOperator::HashArrow => ("#>", json_get_udf()),
        BinaryOperator::HashLongArrow => ("#>>", json_as_text_udf()),
        BinaryOperator::Question => ("?", json_contains_udf()),
        _ => return None,
    })
}

/// The name with its table, if it needs one.
fn title(expr: &RawBinaryExpr, operator: &str, schema: &DFSchema) -> Option<String> {
    let Expr::Column(column) = &expr.left else { return None };
    column.relation.as_ref()?;
    if schema.fields().iter().filter(|field| field.name() == &column.name).count() < 2 {
        return None;
    }
    let key = match &expr.right {
        Expr::Literal(ScalarValue::Utf8(Some(key)) | ScalarValue::Utf8View(Some(key)), _) => format!("'{key}'"),
        Expr::Literal(value, _) => value.to_string(),
        other => other.to_string(),
    };
    Some(format!("{} {operator} {key}", column.flat_name()))
}
