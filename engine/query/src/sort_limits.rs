//! A repair of plans for `ORDER BY … LIMIT` above windows and groups.
//!
//! Where what lies below a sort is in its order already, DataFusion 55.2 takes that sort away and hands its limit to the next sort
//! further down (`pushdown_sorts_helper` gives the smaller limit to the children of whatever satisfies the order). Between the two
//! may be a window or groups, which then see only what the limit lets through: `count(*) OVER ()` beside
//! `sum(x) OVER (PARTITION BY k)`, `ORDER BY k LIMIT 5`, counted 5. Here the limit stands apart from its sort while sorts are moved;
//! the rule for limits, which knows what a limit may pass, puts it back afterwards.

use std::sync::Arc;

use datafusion::{
    common::tree_node::{Transformed, TransformedResult, TreeNode},
    config::ConfigOptions,
    error::Result,
    physical_optimizer::PhysicalOptimizerRule,
    physical_plan::{ExecutionPlan, limit::GlobalLimitExec, sorts::sort::SortExec},
};

type Rules = Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>>;

/// `rules` with the repair before the one that moves sorts.
pub(super) fn kept_apart(mut rules: Rules) -> Rules {
    let at = rules.iter().position(|rule| rule.name() == "EnsureRequirements").unwrap_or(0);
    rules.insert(at, Arc::new(LimitsApart));
    rules
}

/// A sort that keeps so many rows becomes a limit above a sort that keeps all.
#[derive(Debug)]
struct LimitsApart;

impl PhysicalOptimizerRule for LimitsApart {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| {
            let Some(sort) = plan.downcast_ref::<SortExec>() else { return Ok(Transformed::no(plan)) };
            // Sorts of single partitions are made by rules that come later.
            let (Some(fetch), false) = (sort.fetch(), sort.preserve_partitioning()) else {
                return Ok(Transformed::no(plan));
            };
            let whole = SortExec::new(sort.expr().clone(), Arc::clone(sort.input()));
            Ok(Transformed::yes(
                Arc::new(GlobalLimitExec::new(Arc::new(whole), 0, Some(fetch))) as Arc<dyn ExecutionPlan>
            ))
        })
        .data()
    }

    fn name(&self) -> &str {
        "LimitsApart"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use arrow::{
        array::{Int64Array, RecordBatch},
        datatypes::{DataType, Field, Schema},
        util::pretty::pretty_format_batches,
    };
    use datafusion::{
        datasource::MemTable,
        execution::SessionStateBuilder,
        physical_optimizer::optimizer::PhysicalOptimizer,
        physical_plan::displayable,
        prelude::{SessionConfig, SessionContext},
    };

    use super::*;

    const WINDOWS: &str =
        "SELECT k, count(*) OVER () AS n, sum(x) OVER (PARTITION BY k) AS s FROM t ORDER BY k LIMIT 2";

    fn context(rules: Rules) -> SessionContext {
        let mut config = SessionConfig::new().with_target_partitions(2);
        config.options_mut().optimizer.enable_window_limits = false;
        let state = SessionStateBuilder::new_with_default_features()
            .with_config(config)
            .with_physical_optimizer_rules(rules)
            .build();
        let context = SessionContext::new_with_state(state);
        let schema = Arc::new(Schema::new(vec![
            Field::new("k", DataType::Int64, false),
            Field::new("x", DataType::Int64, false),
        ]));
        let rows = RecordBatch::try_new(
            schema.clone(),
            vec![
                Arc::new(Int64Array::from(vec![1, 1, 1, 2, 2, 3])),
                Arc::new(Int64Array::from(vec![1, 2, 3, 4, 5, 6])),
            ],
        )
        .unwrap();
        context.register_table("t", Arc::new(MemTable::try_new(schema, vec![vec![rows]]).unwrap())).unwrap();
        context
    }

    async fn rows(rules: Rules, sql: &str) -> String {
        let rows = context(rules).sql(sql).await.unwrap().collect().await.unwrap();
        pretty_format_batches(&rows).unwrap().to_string()
    }

    #[tokio::test]
    async fn windows_see_every_row_whatever_the_limit() {
        let right = "+---+---+---+\n| k | n | s |\n+---+---+---+\n| 1 | 6 | 6 |\n| 1 | 6 | 6 |\n+---+---+---+";
        assert_eq!(rows(kept_apart(PhysicalOptimizer::new().rules), WINDOWS).await, right);
    }

    #[tokio::test]
    async fn a_sort_still_keeps_no_more_rows_than_asked_for() {
        let sql = "SELECT k, x FROM t ORDER BY x DESC LIMIT 2";
        let plan = context(kept_apart(PhysicalOptimizer::new().rules)).sql(sql).await.unwrap();
        let plan = displayable(plan.create_physical_plan().await.unwrap().as_ref()).indent(true).to_string();
        assert!(plan.contains("SortExec: TopK(fetch=2)"), "{plan}");
    }
}
