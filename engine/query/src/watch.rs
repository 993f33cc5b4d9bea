//! Joins that end when their query does.
//!
//! A join may turn two small inputs into rows without end, or compare for hours without a row coming out. Neither gives the
//! runtime a moment to look at the clock: so every operator that multiplies rows yields now and then, and the condition
//! of a join, which is evaluated over and over, looks at the clock itself.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use arrow::{
    array::RecordBatch,
    datatypes::{DataType, FieldRef, Schema},
};
use datafusion::{
    common::{
        internal_err,
        tree_node::{Transformed, TreeNode},
    },
    error::{DataFusionError, Result},
    execution::disk_manager::{DiskManager, DiskManagerBuilder, DiskManagerMode},
    logical_expr::ColumnarValue,
    physical_expr::PhysicalExpr,
    physical_plan::{
        ExecutionPlan,
        coop::CooperativeExec,
        joins::{CrossJoinExec, HashJoinExec, NestedLoopJoinExec, NestedLoopJoinExecBuilder, utils::JoinFilter},
        unnest::UnnestExec,
    },
};

use super::errors::out_of_time;

/// When a query ends: at its deadline, or when nobody reads it any more.
#[derive(Debug)]
pub(super) struct End {
    deadline: Instant,
    timeout_ms: u64,
    abandoned: AtomicBool,
}

impl End {
    pub(super) fn at(deadline: Instant, timeout_ms: u64) -> Arc<Self> {
        Arc::new(Self { deadline, timeout_ms, abandoned: AtomicBool::new(false) })
    }

    /// Nobody reads the answer any more.
    pub(super) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Relaxed);
    }

    fn check(&self) -> Result<()> {
        if self.abandoned.load(Ordering::Relaxed) || Instant::now() >= self.deadline {
            return Err(DataFusionError::External(Box::new(out_of_time(self.timeout_ms))));
        }
        Ok(())
    }
}

/// The plan with its joins bound to `end`.
pub(super) fn bind(plan: Arc<dyn ExecutionPlan>, end: &Arc<End>) -> Result<Arc<dyn ExecutionPlan>> {
    plan.transform_up(|node| {
        let bound: Arc<dyn ExecutionPlan> = if let Some(join) = node.downcast_ref::<NestedLoopJoinExec>() {
            match join.filter() {
                Some(filter) => {
                    let filter = Some(watched(filter, end));
                    Arc::new(NestedLoopJoinExecBuilder::from(join).with_filter(filter).build()?)
                }
                None => node,
            }
        } else if let Some(join) = node.downcast_ref::<HashJoinExec>() {
            match join.filter() {
                Some(filter) => join.builder().with_filter(Some(watched(filter, end))).build_exec()?,
                None => node,
            }
        } else if node.is::<CrossJoinExec>() || node.is::<UnnestExec>() {
            node
        } else {
            return Ok(Transformed::no(node));
        };
        Ok(Transformed::yes(Arc::new(CooperativeExec::new(bound)) as Arc<dyn ExecutionPlan>))
    })
    .map(|done| done.data)
}

/// Whether the plan holds a nested loop join.
pub(super) fn loops(plan: &Arc<dyn ExecutionPlan>) -> Result<bool> {
    plan.exists(|node| Ok(node.is::<NestedLoopJoinExec>()))
}

/// A disk that refuses to be written to. With a disk a nested loop join that runs out of memory runs its left side a second
/// time, which panics where that side is spread over threads (DataFusion 55.2); without one it says that memory is short.
pub(super) fn no_disk() -> Result<Arc<DiskManager>> {
    DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled).build().map(Arc::new)
}

fn watched(filter: &JoinFilter, end: &Arc<End>) -> JoinFilter {
    let watched = Watched { condition: filter.expression().clone(), end: end.clone() };
    JoinFilter::new(Arc::new(watched), filter.column_indices().to_vec(), filter.schema().clone())
}

/// A condition that fails once its query has ended.
#[derive(Debug)]
struct Watched {
    condition: Arc<dyn PhysicalExpr>,
    end: Arc<End>,
}

impl PartialEq for Watched {
    fn eq(&self, other: &Self) -> bool {
        self.condition.eq(&other.condition)
    }
}

impl Eq for Watched {}

impl Hash for Watched {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.condition.hash(state);
    }
}

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.condition.fmt(f)
    }
}

impl PhysicalExpr for Watched {
    fn data_type(&self, schema: &Schema) -> Result<DataType> {
        self.condition.data_type(schema)
    }

    fn nullable(&self, schema: &Schema) -> Result<bool> {
        self.condition.nullable(schema)
    }

    fn return_field(&self, schema: &Schema) -> Result<FieldRef> {
        self.condition.return_field(schema)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        self.end.check()?;
        self.condition.evaluate(batch)
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.condition]
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn PhysicalExpr>>) -> Result<Arc<dyn PhysicalExpr>> {
        match (children.pop(), children.pop()) {
            (Some(condition), None) => Ok(Arc::new(Self { condition, end: self.end.clone() })),
            _ => internal_err!("a condition has one child"),
        }
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.condition.fmt_sql(f)
    }
}
