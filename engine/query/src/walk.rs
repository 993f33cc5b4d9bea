//! The walk of our analyzer rules: each expression of a plan, its subqueries included, keeps the name that it had.

use datafusion::{
    common::{
        DFSchema,
        tree_node::{Transformed, TreeNode as _},
    },
    error::Result,
    logical_expr::{Expr, LogicalPlan, expr_rewriter::NamePreserver, utils::merge_schema},
};

/// Puts `change` of each expression in its place, innermost first. It is given the columns that the expression may name.
pub(super) fn change_expressions(
    plan: LogicalPlan,
    change: impl Fn(Expr, &DFSchema) -> Result<Transformed<Expr>>,
) -> Result<LogicalPlan> {
    plan.transform_up_with_subqueries(|plan| {
        let mut schema = merge_schema(&plan.inputs());
        if let LogicalPlan::TableScan(scan) = &plan {
            schema.merge(&scan.projected_schema);
        }
        let names = NamePreserver::new(&plan);
        plan.map_expressions(|expr| {
            let name = names.save(&expr);
            Ok(expr.transform_up(|expr| change(expr, &schema))?.update_data(|expr| name.restore(expr)))
        })
    })
    .map(|done| done.data)
}
