//! A repair of plans for `ORDER BY … LIMIT` over `UNION ALL`.
//!
//! Where each branch has its own constant in a sort column, the planner of DataFusion 55.2 leaves that column out of the
//! sort within a branch (`add_sort_above` asks whether it is constant, not whether it is the same constant everywhere). But
//! the branches of a top-k share one bound on what may still come in, and without the column the bound of one branch turns
//! away rows of another: `SELECT 'a' AS kind, … UNION ALL SELECT 'b', … ORDER BY kind, id LIMIT 2` lost rows, depending on
//! which branch came first. Here each branch is sorted by all the columns that they are merged by.

use std::sync::Arc;

use datafusion::{
    common::tree_node::{Transformed, TransformedResult, TreeNode},
    config::ConfigOptions,
    error::Result,
    physical_optimizer::{PhysicalOptimizerRule, optimizer::PhysicalOptimizer},
    physical_plan::{
        ExecutionPlan,
        sorts::{sort::SortExec, sort_preserving_merge::SortPreservingMergeExec},
    },
};

/// DataFusion's rules with the repair before the one that hands bounds down to the scans.
pub(super) fn rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let mut rules = PhysicalOptimizer::new().rules;
    let at = rules.iter().rposition(|rule| rule.name() == "FilterPushdown(Post)").unwrap_or(rules.len());
    rules.insert(at, Arc::new(WholeKeys));
    rules
}

/// Sorts that share a bound sort by the whole key.
#[derive(Debug)]
struct WholeKeys;

impl PhysicalOptimizerRule for WholeKeys {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| {
            let Some(merge) = plan.downcast_ref::<SortPreservingMergeExec>() else { return Ok(Transformed::no(plan)) };
            let Some(sort) = merge.input().downcast_ref::<SortExec>() else { return Ok(Transformed::no(plan)) };
            if sort.fetch().is_none() || sort.expr() == merge.expr() {
                return Ok(Transformed::no(plan));
            }
            let whole = SortExec::new(merge.expr().clone(), Arc::clone(sort.input()))
                .with_preserve_partitioning(sort.preserve_partitioning())
                .with_fetch(sort.fetch());
            let merge = SortPreservingMergeExec::new(merge.expr().clone(), Arc::new(whole)).with_fetch(merge.fetch());
            Ok(Transformed::yes(Arc::new(merge) as Arc<dyn ExecutionPlan>))
        })
        .data()
    }

    fn name(&self) -> &str {
        "WholeKeys"
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
    };
    use datafusion::{
        datasource::MemTable,
        execution::SessionStateBuilder,
        physical_plan::displayable,
        prelude::{SessionConfig, SessionContext},
    };

    use super::*;

    const SQL: &str =
        "SELECT 'a' AS kind, id FROM t UNION ALL SELECT 'b' AS kind, id FROM t ORDER BY kind DESC, id LIMIT 2";

    async fn plan(rules: Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>>) -> String {
        let state = SessionStateBuilder::new_with_default_features()
            .with_config(SessionConfig::new().with_target_partitions(2))
            .with_physical_optimizer_rules(rules)
            .build();
        let context = SessionContext::new_with_state(state);
        let schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false)]));
        let rows = RecordBatch::try_new(schema.clone(), vec![Arc::new(Int64Array::from(vec![1, 2, 3]))]).unwrap();
        context.register_table("t", Arc::new(MemTable::try_new(schema, vec![vec![rows]]).unwrap())).unwrap();
        let plan = context.sql(SQL).await.unwrap().create_physical_plan().await.unwrap();
        displayable(plan.as_ref()).indent(true).to_string()
    }

    fn sorts(plan: &str) -> Vec<&str> {
        plan.lines().map(str::trim).filter(|line| line.starts_with("SortExec")).collect()
    }

    #[tokio::test]
    async fn branches_of_a_union_sort_by_the_whole_key() {
        let repaired = plan(rules()).await;
        assert!(!sorts(&repaired).is_empty(), "{repaired}");
        assert!(
            sorts(&repaired).iter().all(|sort| sort.contains("kind@0 DESC") && sort.contains("id@1")),
            "{repaired}"
        );
        // When this fails, DataFusion has mended it, and this file can go.
        let without = plan(PhysicalOptimizer::new().rules).await;
        assert!(sorts(&without).iter().all(|sort| !sort.contains("kind@0")), "{without}");
    }
}
