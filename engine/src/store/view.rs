//! One version of a tenant's tables for one statement: the lake's snapshot, less what the tail replaces, and the tail.

use std::{
    collections::{BTreeMap, HashSet},
    hash::{Hash, Hasher},
    sync::{Arc, LazyLock},
};

use arrow::{
    array::{ArrayRef, BooleanArray, RecordBatch},
    buffer::BooleanBuffer,
    compute::cast,
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use datafusion::{
    catalog::TableProvider,
    common::ScalarValue,
    datasource::{MemTable, ViewTable, provider_as_source},
    error::{DataFusionError, Result as DataFusionResult},
    logical_expr::{
        ColumnarValue, Expr, LogicalPlanBuilder, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, col,
    },
};

use super::TenantStore;
use crate::{
    Error, Result,
    lake::{
        LakeState,
        keys::{KeyHash, for_each_key, hash},
    },
    schema::Table,
    tail::{Part, PartSnapshot},
};

/// One version of a tenant's data. It stays as it is, whatever is flushed or merged meanwhile.
#[derive(Debug)]
pub(crate) struct View {
    lake: Option<LakeState>,
    /// Live tail rows by table.
    tail: [Vec<RecordBatch>; 3],
    /// Keys whose rows in the lake are hidden, by table.
    masked: [Vec<Arc<HashSet<KeyHash>>>; 3],
    /// Names the version: the lake's snapshot and the number of changes since the tenant was opened.
    pub snapshot: String,
}

impl TenantStore {
    /// The version of now.
    pub fn view(&self) -> Result<View> {
        self.touch();
        let (lake, parts, version): (_, Vec<PartSnapshot>, _) = {
            let state = self.state();
            let parts = state.frozen.iter().chain([&state.active]).map(Part::snapshot).collect();
            (state.lake.as_ref().map(|(_, s)| s.clone()), parts, state.version)
        };
        let mut tail: [Vec<RecordBatch>; 3] = Default::default();
        let mut masked: [Vec<Arc<HashSet<KeyHash>>>; 3] = Default::default();
        for part in &parts {
            for table in Table::ALL {
                tail[table.index()].extend(part.table(table).live()?);
                if !part.table(table).masked().is_empty() {
                    masked[table.index()].push(part.table(table).masked().clone());
                }
            }
        }
        let snapshot = format!("{}.{version}", lake.as_ref().map_or(0, |l| l.snapshot));
        Ok(View { lake, tail, masked, snapshot })
    }
}

impl View {
    /// The tables by name, for one session.
    pub fn tables(&self) -> Result<BTreeMap<String, Arc<dyn TableProvider>>> {
        Table::ALL.into_iter().map(|table| Ok((table.name().to_owned(), self.table(table)?))).collect()
    }

    /// One table.
    pub fn table(&self, table: Table) -> Result<Arc<dyn TableProvider>> {
        let rows = &self.tail[table.index()];
        let masked = &self.masked[table.index()];
        let lake: Option<Arc<dyn TableProvider>> = self.lake.as_ref().map(|l| l.table(table).clone() as Arc<dyn TableProvider>);
        let plan = |e: DataFusionError| Error::internal(format!("table {} cannot be planned: {e}", table.name())).with_source(e);
        let tail = || -> Result<Arc<dyn TableProvider>> {
            let batches = rows.iter().filter(|b| b.num_rows() > 0).cloned().collect();
            Ok(Arc::new(MemTable::try_new(tail_schema(table), vec![batches]).map_err(plan)?))
        };
        let Some(lake) = lake else { return tail() };
        if rows.is_empty() && masked.is_empty() {
            return Ok(lake);
        }
        let build = || -> DataFusionResult<LogicalPlanBuilder> {
            let columns = || table.schema().fields().iter().map(|f| col(format!("\"{}\"", f.name()))).collect::<Vec<Expr>>();
            let mut below = LogicalPlanBuilder::scan(table.name(), provider_as_source(lake.clone()), None)?.project(columns())?;
            for keys in masked {
                let hidden = ScalarUDF::from(Masked::new(keys.clone())).call(vec![col(table.key())]);
                below = below.filter(Expr::Not(Box::new(hidden)))?;
            }
            Ok(below)
        };
        let mut plan_of = build().map_err(plan)?;
        if !rows.is_empty() {
            let own = LogicalPlanBuilder::scan(table.name(), provider_as_source(tail()?), None).and_then(LogicalPlanBuilder::build).map_err(plan)?;
            plan_of = plan_of.union(own).map_err(plan)?;
        }
        Ok(Arc::new(ViewTable::new(plan_of.build().map_err(plan)?, None)))
    }
}

static TAIL_SCHEMAS: LazyLock<[SchemaRef; 3]> = LazyLock::new(|| Table::ALL.map(|t| Arc::new(viewed(&t.schema()))));

/// A table's schema as the lake's scan gives it: text as views.
pub(crate) fn tail_schema(table: Table) -> SchemaRef {
    TAIL_SCHEMAS[table.index()].clone()
}

fn viewed(schema: &Schema) -> Schema {
    Schema::new(
        schema
            .fields()
            .iter()
            .map(|f| {
                let kind = if f.data_type() == &DataType::Utf8 { DataType::Utf8View } else { f.data_type().clone() };
                Field::new(f.name(), kind, f.is_nullable())
            })
            .collect::<Vec<_>>(),
    )
}

/// Brings an accepted batch into the layout of the lake's scan.
pub(super) fn to_tail_layout(table: Table, batch: &RecordBatch) -> Result<RecordBatch> {
    let schema = tail_schema(table);
    let convert = || {
        let columns =
            batch.columns().iter().zip(schema.fields()).map(|(c, f)| cast(c, f.data_type())).collect::<Result<Vec<ArrayRef>, _>>()?;
        RecordBatch::try_new(schema.clone(), columns)
    };
    convert().map_err(|e| Error::internal(format!("a batch of {} cannot be taken into the tail: {e}", table.name())))
}

/// `masked(key)`: whether the key's rows in the lake are hidden. Private to a view; no statement can name it.
#[derive(Debug)]
struct Masked {
    keys: Arc<HashSet<KeyHash>>,
    signature: Signature,
}

impl Masked {
    fn new(keys: Arc<HashSet<KeyHash>>) -> Self {
        Self { keys, signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl PartialEq for Masked {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.keys, &other.keys)
    }
}

impl Eq for Masked {}

impl Hash for Masked {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (Arc::as_ptr(&self.keys) as usize).hash(state);
    }
}

impl ScalarUDFImpl for Masked {
    fn name(&self) -> &str {
        "masked"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> DataFusionResult<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        let [argument] = args.args.as_slice() else {
            return Err(DataFusionError::Internal("masked takes one argument".into()));
        };
        match argument {
            ColumnarValue::Array(array) => {
                let mut hidden = vec![false; array.len()];
                for_each_key(array.as_ref(), |row, key| hidden[row] = self.keys.contains(&hash(key)))
                    .map_err(|e| DataFusionError::Internal(e.to_string()))?;
                Ok(ColumnarValue::Array(Arc::new(BooleanArray::new(BooleanBuffer::from(hidden), None))))
            }
            ColumnarValue::Scalar(value) => {
                let hidden = value.try_as_str().flatten().is_some_and(|key| self.keys.contains(&hash(key)));
                Ok(ColumnarValue::Scalar(ScalarValue::Boolean(Some(hidden))))
            }
        }
    }
}
