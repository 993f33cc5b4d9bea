//! How large a plan's expressions become when the optimizer replaces columns by what they stand for.
//!
//! `SELECT x + x AS x FROM (SELECT x + x AS x FROM …)` doubles at each level: thirty short lines would make a billion nodes
//! while planning, where no time limit reaches. The size is computed here without building it, and refused when too large.

use datafusion::{
    common::{DFSchema, tree_node::TreeNode, tree_node::TreeNodeRecursion},
    error::{DataFusionError, Result as DataFusionResult},
    logical_expr::{Expr, ExprSchemable, JoinType, LogicalPlan},
};

use super::guard::too_complex;
use kupets_core::Result;

/// Nodes of one expression after replacement.
const MAX_NODES: u64 = 100_000;
/// Depth of one expression after replacement; evaluation recurses over it.
const MAX_DEPTH: u32 = 600;

/// Size of what a column stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cost {
    nodes: u64,
    depth: u32,
}

const LEAF: Cost = Cost { nodes: 1, depth: 1 };

/// Refuses a plan in which some expression would become too large.
pub(super) fn check(plan: &LogicalPlan) -> Result<()> {
    measure(plan).map(|_| ()).map_err(super::from_datafusion)
}

/// Costs of the columns that `plan` puts out.
fn measure(plan: &LogicalPlan) -> DataFusionResult<Vec<Cost>> {
    let inputs: Vec<Vec<Cost>> = plan.inputs().into_iter().map(measure).collect::<DataFusionResult<_>>()?;
    plan.apply_subqueries(|subquery| {
        measure(subquery)?;
        Ok(TreeNodeRecursion::Continue)
    })?;
    let width = plan.schema().fields().len();
    let first = inputs.first().map(Vec::as_slice).unwrap_or_default();
    let costs = match plan {
        LogicalPlan::Projection(p) => costs_of(&p.expr, p.input.schema(), first)?,
        LogicalPlan::Aggregate(a) => {
            let mut costs = costs_of(&a.group_expr, a.input.schema(), first)?;
            let groups = width.saturating_sub(a.aggr_expr.len());
            costs.resize(groups, LEAF);
            for (expr, cost) in a.aggr_expr.iter().zip(costs_of(&a.aggr_expr, a.input.schema(), first)?) {
                // An aggregate is computed once and never replaced, except that text may be passed through it and grow again.
                let is_text = expr.to_field(a.input.schema()).is_ok_and(|(_, field)| !is_fixed(field.data_type()));
                costs.push(if is_text { cost } else { LEAF });
            }
            costs
        }
        LogicalPlan::Window(w) => {
            let mut costs = first.to_vec();
            costs.extend(costs_of(&w.window_expr, w.input.schema(), first)?);
            costs
        }
        LogicalPlan::Filter(f) => {
            cost_of(&f.predicate, f.input.schema(), first)?;
            first.to_vec()
        }
        LogicalPlan::Sort(s) => {
            for key in &s.expr {
                cost_of(&key.expr, s.input.schema(), first)?;
            }
            first.to_vec()
        }
        LogicalPlan::Join(join) => {
            let second = inputs.get(1).map(Vec::as_slice).unwrap_or_default();
            let both: Vec<Cost> = first.iter().chain(second).copied().collect();
            match join.join_type {
                JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark => second.to_vec(),
                JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark => first.to_vec(),
                JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => both,
            }
        }
        LogicalPlan::Union(_) => (0..width)
            .map(|i| {
                inputs
                    .iter()
                    .filter_map(|input| input.get(i))
                    .fold(LEAF, |a, b| Cost { nodes: a.nodes.max(b.nodes), depth: a.depth.max(b.depth) })
            })
            .collect(),
        LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Repartition(_)
        | LogicalPlan::Subquery(_)
        | LogicalPlan::Explain(_)
        | LogicalPlan::Distinct(_) => first.to_vec(),
        _ => Vec::new(),
    };
    // A node that is not understood column by column passes on its dearest column in each place.
    let dearest = inputs.iter().flatten().copied().max_by_key(|c| (c.nodes, c.depth)).unwrap_or(LEAF);
    let mut costs = costs;
    costs.resize(width, dearest);
    Ok(costs)
}

fn is_fixed(data_type: &arrow::datatypes::DataType) -> bool {
    data_type.is_primitive() || data_type.is_null() || matches!(data_type, arrow::datatypes::DataType::Boolean)
}

fn costs_of(exprs: &[Expr], schema: &DFSchema, input: &[Cost]) -> DataFusionResult<Vec<Cost>> {
    exprs.iter().map(|e| cost_of(e, schema, input)).collect()
}

/// Cost of one expression; an error when it is too large.
fn cost_of(expr: &Expr, schema: &DFSchema, input: &[Cost]) -> DataFusionResult<Cost> {
    let cost = sum(expr, schema, input)?;
    if cost.nodes > MAX_NODES || cost.depth > MAX_DEPTH {
        return Err(DataFusionError::External(Box::new(too_complex(
            "an expression over expressions of subqueries grows too large when they are put together".into(),
        ))));
    }
    Ok(cost)
}

fn sum(expr: &Expr, schema: &DFSchema, input: &[Cost]) -> DataFusionResult<Cost> {
    if let Expr::Column(column) = expr {
        let place = schema.maybe_index_of_column(column);
        return Ok(place.and_then(|i| input.get(i)).copied().unwrap_or(LEAF));
    }
    let mut total = LEAF;
    expr.apply_children(|child| {
        let cost = sum(child, schema, input)?;
        total.nodes = total.nodes.saturating_add(cost.nodes);
        total.depth = total.depth.max(cost.depth.saturating_add(1));
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(total)
}
