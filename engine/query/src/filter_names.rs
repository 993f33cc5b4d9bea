//! A guard for filters that go down to the scans while a plan is made.
//!
//! The rule of DataFusion 55.2 that hands filters down (`FilterPushdown`, before and after the rest) finds a filter's columns in the
//! node below by their names (`FilterRemapper`). Where a node has two columns of one name, as above a join of a table with itself,
//! it takes the first: `a.created_at IS NULL OR b.created_at < x` went to the files of one side as if both were its own, and whole
//! files were passed over. Here the rule sees only those parts of a plan in which a name is one column all the way down. Filters
//! above such a part stay where they stand: the logical plan has put them below joins already where they belong.

use std::{collections::HashSet, sync::Arc};

use datafusion::{
    config::ConfigOptions,
    error::Result,
    physical_optimizer::PhysicalOptimizerRule,
    physical_plan::{
        ExecutionPlan, aggregates::AggregateExec, execution_plan::replace_children_if_necessary, expressions::Column,
    },
};

type Rule = Arc<dyn PhysicalOptimizerRule + Send + Sync>;

/// `rules` with the guard around each that hands filters down.
pub(super) fn guarded(rules: Vec<Rule>) -> Vec<Rule> {
    let hands_down = |rule: &Rule| rule.name().starts_with("FilterPushdown");
    rules.into_iter().map(|rule| if hands_down(&rule) { Arc::new(WhereNamesTell(rule)) } else { rule }).collect()
}

/// The rule within, for the parts of a plan that it understands.
#[derive(Debug)]
struct WhereNamesTell(Rule);

impl PhysicalOptimizerRule for WhereNamesTell {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        if names_tell(&plan) {
            return self.0.optimize(plan, config);
        }
        let children: Vec<_> =
            plan.children().into_iter().map(|child| self.optimize(Arc::clone(child), config)).collect::<Result<_>>()?;
        replace_children_if_necessary(plan, children)
    }

    fn name(&self) -> &str {
        self.0.name()
    }

    fn schema_check(&self) -> bool {
        self.0.schema_check()
    }
}

/// Whether a name is one column in every node of `plan`.
fn names_tell(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let schema = plan.schema();
    let mut names = HashSet::new();
    schema.fields().iter().all(|field| names.insert(field.name()))
        && groups_keep_names(plan.as_ref())
        && plan.children().into_iter().all(names_tell)
}

/// Whether no group has the name of a column that it is not.
fn groups_keep_names(plan: &dyn ExecutionPlan) -> bool {
    let Some(groups) = plan.downcast_ref::<AggregateExec>() else { return true };
    let below = groups.input().schema();
    groups.group_expr().expr().iter().all(|(group, name)| {
        let is = |at: usize| group.downcast_ref::<Column>().is_some_and(|column| column.index() == at);
        below.index_of(name).map_or(true, is)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use arrow::{
        array::{Int64Array, RecordBatch},
        datatypes::{DataType, Field, Schema},
    };
    use datafusion::{
        execution::SessionStateBuilder,
        parquet::arrow::ArrowWriter,
        physical_optimizer::optimizer::PhysicalOptimizer,
        prelude::{ParquetReadOptions, SessionConfig, SessionContext},
    };

    use super::*;

    /// How many rows `sql` gives over a table of which every row is in a file of its own.
    async fn rows(rules: Vec<Rule>, sql: &str) -> usize {
        let folder = tempfile::tempdir().unwrap();
        let schema = Arc::new(Schema::new(vec![
            Field::new("id", DataType::Int64, false),
            Field::new("sent_by", DataType::Int64, true),
            Field::new("at", DataType::Int64, true),
        ]));
        for (id, sent_by, at) in [(1, None, 10), (2, Some(1), 20), (3, Some(2), 30), (4, None, 40), (5, Some(3), 50)] {
            let columns: [Arc<Int64Array>; 3] =
                [Arc::new(vec![id].into()), Arc::new(vec![sent_by].into()), Arc::new(vec![at].into())];
            let batch = RecordBatch::try_new(schema.clone(), columns.map(|c| c as _).to_vec()).unwrap();
            let file = std::fs::File::create(folder.path().join(format!("{id}.parquet"))).unwrap();
            let mut writer = ArrowWriter::try_new(file, schema.clone(), None).unwrap();
            writer.write(&batch).unwrap();
            writer.close().unwrap();
        }
        let mut config = SessionConfig::new().with_target_partitions(2);
        config.options_mut().optimizer.enable_join_dynamic_filter_pushdown = false;
        let state = SessionStateBuilder::new_with_default_features()
            .with_config(config)
            .with_physical_optimizer_rules(rules)
            .build();
        let context = SessionContext::new_with_state(state);
        let path = folder.path().to_str().unwrap();
        context.register_parquet("t", path, ParquetReadOptions::default()).await.unwrap();
        let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
        batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Nobody has sent 4 and 5 anybody: their `a.at` is null, and whatever their own `at` is, they belong to the answer.
    const SQL: &str = "SELECT b.id, count(a.id) FROM t a JOIN t c ON c.id = a.id RIGHT JOIN t b ON b.id = a.sent_by \
                       WHERE a.at IS NULL OR b.at < 25 GROUP BY b.id";

    #[tokio::test]
    async fn a_filter_over_two_columns_of_one_name_loses_no_file() {
        assert_eq!(rows(guarded(PhysicalOptimizer::new().rules), SQL).await, 4);
        // When this fails, DataFusion has mended it, and this file can go.
        assert!(rows(PhysicalOptimizer::new().rules, SQL).await < 4);
    }
}
