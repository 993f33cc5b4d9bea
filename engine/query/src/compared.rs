//! `x > ALL (SELECT …)` and `x = ANY (SELECT …)` over the table that the statement itself reads.
//!
//! DataFusion 55.2 makes a condition of the two sides and puts it into the query on the right, where a column of the left has the name
//! of one of its own: `amount > ALL (SELECT amount FROM purchases …)` compared each row with itself. Here the query on the right gets a
//! name that no table has.

use datafusion::{
    common::{
        Column,
        tree_node::{Transformed, TransformedResult as _, TreeNode as _},
    },
    error::{DataFusionError, Result as DataFusionResult},
    logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Subquery, expr::SetComparison},
};
use kupets_core::{Error, Result};
use std::sync::Arc;

/// The plan with every such query under a name of its own.
pub(super) fn set_apart(plan: LogicalPlan) -> Result<LogicalPlan> {
    let mut named = 0;
    plan.transform_up_with_subqueries(|node| {
        node.map_expressions(|expr| {
            expr.transform_up(|expr| match expr {
                Expr::SetComparison(comparison) => {
                    named += 1;
                    renamed(comparison, named).map(|comparison| Transformed::yes(Expr::SetComparison(comparison)))
                }
                other => Ok(Transformed::no(other)),
            })
        })
    })
    .data()
    .map_err(super::from_datafusion)
}

fn renamed(mut comparison: SetComparison, number: usize) -> DataFusionResult<SetComparison> {
    if comparison.subquery.outer_ref_columns.is_empty() {
        let plan = comparison.subquery.subquery.as_ref().clone();
        let [(table, field)] = plan.schema().iter().collect::<Vec<_>>()[..] else { return Ok(comparison) };
        // The column as well: that of an aggregate, as in HAVING, belongs to no table.
        let value = Expr::Column(Column::from((table, field))).alias(format!("__compared_value_{number}"));
        let plan = LogicalPlanBuilder::from(plan).project([value])?.alias(format!("__compared_{number}"))?.build()?;
        comparison.subquery = Subquery { subquery: Arc::new(plan), ..comparison.subquery };
        return Ok(comparison);
    }
    // A query that looks at the row around it cannot be put into another, and mostly has names of its own.
    let right = comparison.subquery.subquery.schema();
    let tables: Vec<_> = right.iter().filter_map(|(table, _)| table).collect();
    let same = |column: &&Column| column.relation.as_ref().is_none_or(|table| tables.contains(&table));
    if tables.is_empty() || comparison.expr.column_refs().iter().any(same) {
        return Err(DataFusionError::External(Box::new(Error::invalid(
            "sql_invalid",
            "The table beside ANY or ALL is the same inside and outside, and the query looks at the row around it: give the table inside \
             a name of its own, as in x > ALL (SELECT other.x FROM purchases AS other WHERE …).",
        ))));
    }
    Ok(comparison)
}
