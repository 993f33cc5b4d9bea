//! `x IN (SELECT …)` where it matters that it may be unknown, and DataFusion 55.2 takes unknown for false.
//!
//! As a condition of its own it is planned as a join that knows of nulls. Below OR, NOT, CASE or in a list of columns it becomes a mark,
//! which is true or false: `channel NOT IN (SELECT …) OR …` then finds rows whose channel is null, though null is in nothing and not in
//! nothing. Such statements are refused; `NOT EXISTS` says what is meant.

use datafusion::{
    common::tree_node::{TreeNode as _, TreeNodeRecursion},
    error::{DataFusionError, Result as DataFusionResult},
    logical_expr::{BinaryExpr, Expr, LogicalPlan, Operator, expr::InSubquery, utils::split_conjunction},
};
use kupets_core::{Error, Result};

/// Refuses a plan in which an unknown membership would be taken for a false one.
pub(super) fn check(plan: &LogicalPlan) -> Result<()> {
    plan.apply_with_subqueries(|node| {
        match node {
            LogicalPlan::Filter(filter) => {
                for condition in split_conjunction(&filter.predicate) {
                    match condition {
                        Expr::InSubquery(membership) if membership.negated => alone(membership)?,
                        Expr::InSubquery(_) => {}
                        other => condition_of(other, true)?,
                    }
                }
            }
            // Of a join only what is true is kept as well, and nothing below it is planned as a join that knows of nulls.
            LogicalPlan::Join(join) => {
                for condition in join.filter.iter().flat_map(|filter| split_conjunction(filter)) {
                    condition_of(condition, true)?;
                }
            }
            other => {
                for expr in other.expressions() {
                    none_in(&expr)?;
                }
            }
        }
        Ok(TreeNodeRecursion::Continue)
    })
    .map(|_| ())
    .map_err(super::from_datafusion)
}

/// Refuses a `NOT IN` of its own that is not planned as a join that knows of nulls all the same: one whose query looks at the row
/// (apache/datafusion#25347), and one that asks for the same value in every row (#25473).
fn alone(membership: &InSubquery) -> DataFusionResult<()> {
    if membership.subquery.outer_ref_columns.is_empty() && membership.expr.any_column_refs() {
        return Ok(());
    }
    Err(refused())
}

/// A condition of which `wanted` rows are kept: an `IN` that may be unknown is as good as false there, and a `NOT IN` is not.
fn condition_of(condition: &Expr, wanted: bool) -> DataFusionResult<()> {
    match condition {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And | Operator::Or, right }) => {
            condition_of(left, wanted)?;
            condition_of(right, wanted)
        }
        Expr::Not(inner) => condition_of(inner, !wanted),
        Expr::InSubquery(membership) if membership.negated != wanted => Ok(()),
        other => none_in(other),
    }
}

/// Refuses any membership in a query.
fn none_in(expr: &Expr) -> DataFusionResult<()> {
    expr.apply(|part| match part {
        Expr::InSubquery(_) => Err(refused()),
        _ => Ok(TreeNodeRecursion::Continue),
    })
    .map(|_| ())
}

fn refused() -> DataFusionError {
    DataFusionError::External(Box::new(Error::invalid(
        "sql_invalid",
        "NOT IN (SELECT …) beside OR, below NOT, in a list of columns, of a constant, or of a query that looks at the row around it cannot be answered right where there are nulls: write NOT EXISTS \
         (SELECT 1 FROM … WHERE its column = yours), or IN and NOT IN as conditions of their own, joined by AND.",
    )))
}
