//! The second wall: the logical plan. Whatever the text was, only reading nodes over this tenant's own tables may run.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::{
    catalog::TableProvider,
    common::tree_node::TreeNodeRecursion,
    datasource::source_as_provider,
    error::DataFusionError,
    logical_expr::{LogicalPlan, TableScan},
};

use super::errors::not_allowed;
use kupets_core::{Error, Result};

/// Checks every node of `plan`, subqueries included: nodes that read, and scans of exactly the providers in `tables`.
pub(super) fn check(plan: &LogicalPlan, tables: &BTreeMap<String, Arc<dyn TableProvider>>) -> Result<()> {
    let plan = match plan {
        LogicalPlan::Explain(explain) if !explain.verbose => explain.plan.as_ref(),
        other => other,
    };
    plan.apply_with_subqueries(|node| match refusal(node, tables) {
        None => Ok(TreeNodeRecursion::Continue),
        Some(error) => Err(DataFusionError::External(Box::new(error))),
    })
    .map_err(super::from_datafusion)?;
    Ok(())
}

fn refusal(node: &LogicalPlan, tables: &BTreeMap<String, Arc<dyn TableProvider>>) -> Option<Error> {
    match node {
        LogicalPlan::Projection(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Window(_)
        | LogicalPlan::Aggregate(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Join(_)
        | LogicalPlan::Repartition(_)
        | LogicalPlan::Union(_)
        | LogicalPlan::EmptyRelation(_)
        | LogicalPlan::Subquery(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Values(_)
        | LogicalPlan::Distinct(_)
        | LogicalPlan::Unnest(_) => None,
        LogicalPlan::TableScan(scan) if is_ours(scan, tables) => None,
        LogicalPlan::TableScan(scan) => {
            Some(not_allowed(&format!("{} is not a table of this workspace", scan.table_name.table())))
        }
        LogicalPlan::Statement(_)
        | LogicalPlan::Explain(_)
        | LogicalPlan::Analyze(_)
        | LogicalPlan::Extension(_)
        | LogicalPlan::Dml(_)
        | LogicalPlan::Ddl(_)
        | LogicalPlan::Copy(_)
        | LogicalPlan::DescribeTable(_)
        | LogicalPlan::RecursiveQuery(_) => {
            Some(not_allowed("only queries that read this workspace's tables run: SELECT, WITH, VALUES, EXPLAIN"))
        }
    }
}

/// A name can be forged in text; the provider behind it cannot.
fn is_ours(scan: &TableScan, tables: &BTreeMap<String, Arc<dyn TableProvider>>) -> bool {
    let Ok(provider) = source_as_provider(&scan.source) else { return false };
    tables.values().any(|own| Arc::ptr_eq(own, &provider))
}
