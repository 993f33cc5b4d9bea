//! One version of a tenant's tables for one statement: the lake's snapshot, less what the tail replaces, and the tail.

use std::{
    collections::{BTreeMap, HashSet},
    hash::{Hash, Hasher},
    sync::Arc,
};

use arrow::{
    array::{BooleanArray, RecordBatch},
    buffer::BooleanBuffer,
    datatypes::{DataType, SchemaRef},
};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider, memory::MemorySourceConfig},
    common::{DFSchema, ScalarValue},
    error::{DataFusionError, Result as DataFusionResult},
    logical_expr::{
        ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TableProviderFilterPushDown,
        TableType, Volatility, utils::conjunction,
    },
    physical_expr::{
        PhysicalExpr, ScalarFunctionExpr,
        expressions::{Column, NotExpr},
    },
    physical_plan::{ExecutionPlan, filter::FilterExec, projection::ProjectionExec, union::UnionExec},
};
use datafusion_ducklake::DuckLakeTable;

use super::{state::OpenLake, store::TenantStore};
use kupets_core::{Error, Result, schema::Table};

use crate::{
    keys::{KeyHash, for_each_key, hash},
    lake::{Lake, damaged},
    layout::scan_schema,
    memtable::{Memtable, MemtableSnapshot},
};

/// One version of a tenant's data. It stays as it is, whatever is flushed or merged meanwhile.
#[derive(Debug)]
pub struct Snapshot {
    lake: Option<OpenLake>,
    /// Live tail rows by table.
    tail: [Vec<RecordBatch>; 3],
    /// Keys whose rows in the lake are hidden, by table.
    tombstones: [Vec<Arc<HashSet<KeyHash>>>; 3],
    /// By table: a damaged file that its scan would read.
    damaged: [Option<String>; 3],
    /// Whether nobody has looked at the files of the lake yet: each scan looks at those that it reads.
    is_unchecked: bool,
    /// Names the version: the lake's snapshot, the handle, and the number of changes since it was opened. No other version of the
    /// tenant has this name while the process lives.
    pub version: String,
    /// Lines of purchases, those included that were replaced and are not gone from their files yet.
    pub lines: u64,
}

impl TenantStore {
    /// The version of now.
    ///
    /// # Errors
    /// The storage does not answer.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        self.touch();
        let (open, parts, version): (_, Vec<MemtableSnapshot>, _) = {
            let state = self.state();
            let parts = state.frozen.iter().chain([&state.active]).map(Memtable::snapshot).collect();
            (state.lake.clone(), parts, state.version)
        };
        let mut damaged: [Option<String>; 3] = Default::default();
        let mut is_unchecked = false;
        if let Some((lake, state)) = &open {
            is_unchecked = !lake.is_looked_through();
            if !is_unchecked {
                for table in Table::ALL {
                    damaged[table.index()] = lake.damaged_file(state, table).await?;
                }
            }
        }
        let lake = open.as_ref().map(|(_, state)| state);
        let mut tail: [Vec<RecordBatch>; 3] = Default::default();
        let mut tombstones: [Vec<Arc<HashSet<KeyHash>>>; 3] = Default::default();
        for part in &parts {
            for table in Table::ALL {
                tail[table.index()].extend(part.table(table).live()?);
                if !part.table(table).tombstones().is_empty() {
                    tombstones[table.index()].push(part.table(table).tombstones().clone());
                }
            }
        }
        let version = format!("{}.{}.{version}", lake.map_or(0, |l| l.snapshot), self.epoch);
        let in_tail: usize = tail[Table::Purchases.index()].iter().map(RecordBatch::num_rows).sum();
        let lines = lake.map_or(0, |lake| lake.lines) + in_tail as u64;
        Ok(Snapshot { lake: open, tail, tombstones, damaged, is_unchecked, version, lines })
    }
}

impl Snapshot {
    /// The tables by name, for one session.
    pub fn tables(&self) -> Result<BTreeMap<String, Arc<dyn TableProvider>>> {
        Table::ALL.into_iter().map(|table| Ok((table.name().to_owned(), self.table(table)?))).collect()
    }

    /// One table.
    pub fn table(&self, table: Table) -> Result<Arc<dyn TableProvider>> {
        let rows = self.tail[table.index()].iter().filter(|b| b.num_rows() > 0);
        let tombstones = self.tombstones[table.index()].clone();
        let Some((owner, state)) = &self.lake else {
            let (schema, rows) = (scan_schema(table), rows.cloned().collect());
            return Ok(Arc::new(TenantTable { table, schema, lake: None, rows, tombstones, damaged: None }));
        };
        let files = state.table(table).clone();
        // The lake's columns are the same, and say beside their types what earlier files have in them.
        let schema = files.schema();
        let unlike = |e: arrow::error::ArrowError| {
            Error::internal(format!("the tail of {} is unlike its lake: {e}", table.name()))
        };
        let rows = rows.map(|b| b.clone().with_schema(schema.clone()).map_err(unlike)).collect::<Result<Vec<_>>>()?;
        let damaged = self.damaged[table.index()].clone();
        let (snapshot, owner, is_unchecked) = (state.snapshot, owner.clone(), self.is_unchecked);
        let lake = Some(LakeTable { files, snapshot, owner, is_unchecked });
        Ok(Arc::new(TenantTable { table, schema, lake, rows, tombstones, damaged }))
    }
}

/// A table of the lake at one snapshot.
#[derive(Debug)]
struct LakeTable {
    files: Arc<DuckLakeTable>,
    snapshot: i64,
    owner: Arc<Lake>,
    /// Whether its files are looked at when they are read.
    is_unchecked: bool,
}

/// A table at one version: the lake's rows that the tail does not hide, and the tail's rows.
#[derive(Debug)]
struct TenantTable {
    table: Table,
    schema: SchemaRef,
    lake: Option<LakeTable>,
    rows: Vec<RecordBatch>,
    tombstones: Vec<Arc<HashSet<KeyHash>>>,
    /// A damaged file of the lake: nothing of the table is shown then.
    damaged: Option<String>,
}

fn external(error: impl std::error::Error + Send + Sync + 'static) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

impl TenantTable {
    /// Looks at the files that a scan with these filters reads, unless somebody has.
    ///
    /// # Errors
    /// One of them is damaged, or the storage does not answer.
    async fn check(&self, lake: &LakeTable, state: &dyn Session, filters: &[Expr]) -> DataFusionResult<()> {
        if !lake.is_unchecked {
            return Ok(());
        }
        let schema = DFSchema::try_from(self.schema.clone())?;
        // Without it all files are looked at.
        let filter = conjunction(filters.to_vec());
        let predicate = filter.and_then(|filter| state.create_physical_expr(filter, &schema).ok());
        let files = {
            let _listing = lake.owner.listing(lake.snapshot).await.map_err(external)?;
            match predicate {
                Some(predicate) => lake.files.files_matching(&predicate),
                None => lake.files.files(),
            }
        };
        lake.owner.check_files(self.table, &files.map_err(external)?).await.map_err(external)
    }

    /// The lake's rows less the hidden ones.
    async fn scan_lake(
        &self,
        lake: &LakeTable,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        // The files are listed now, and not when the snapshot was taken.
        let _listing = lake.owner.listing(lake.snapshot).await.map_err(external)?;
        if self.tombstones.is_empty() {
            return lake.files.scan(state, projection, filters, limit).await;
        }
        // The key is the first column; it is read for the filter and dropped after it unless it was asked for.
        let wanted: Vec<usize> = projection.cloned().unwrap_or_else(|| (0..self.schema.fields().len()).collect());
        let key_at = wanted.iter().position(|c| *c == 0);
        let mut read = wanted.clone();
        if key_at.is_none() {
            read.push(0);
        }
        let mut plan = lake.files.scan(state, Some(&read), filters, None).await?;
        let key = key_at.unwrap_or(wanted.len());
        let read_schema = plan.schema();
        let options = Arc::new(state.config_options().clone());
        for keys in &self.tombstones {
            let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(self.schema.field(0).name(), key));
            let tombstoned = Arc::new(ScalarUDF::from(Tombstoned::new(keys.clone())));
            let hidden = ScalarFunctionExpr::try_new(tombstoned, vec![column], &read_schema, options.clone())?;
            plan = Arc::new(FilterExec::try_new(Arc::new(NotExpr::new(Arc::new(hidden))), plan)?);
        }
        if key_at.is_some() {
            return Ok(plan);
        }
        let columns = wanted.iter().enumerate().map(|(i, c)| {
            let name = self.schema.field(*c).name();
            (Arc::new(Column::new(name, i)) as Arc<dyn PhysicalExpr>, name.clone())
        });
        Ok(Arc::new(ProjectionExec::try_new(columns.collect::<Vec<_>>(), plan)?))
    }
}

#[async_trait]
impl TableProvider for TenantTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> DataFusionResult<Vec<TableProviderFilterPushDown>> {
        let Some(lake) = &self.lake else { return Ok(vec![TableProviderFilterPushDown::Unsupported; filters.len()]) };
        // What the lake filters exactly the tail does not: the filter stays above the scan.
        Ok(lake
            .files
            .supports_filters_pushdown(filters)?
            .into_iter()
            .map(|p| match p {
                TableProviderFilterPushDown::Exact => TableProviderFilterPushDown::Inexact,
                other => other,
            })
            .collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        if let Some(file) = &self.damaged {
            let error = damaged(file, "queries that need its table are refused".to_owned());
            return Err(external(error));
        }
        let tail: Arc<dyn ExecutionPlan> = MemorySourceConfig::try_new_exec(
            std::slice::from_ref(&self.rows),
            self.schema.clone(),
            projection.cloned(),
        )?;
        let Some(lake) = &self.lake else { return Ok(tail) };
        self.check(lake, state, filters).await?;
        let lake = self.scan_lake(lake, state, projection, filters, limit).await?;
        if self.rows.is_empty() {
            return Ok(lake);
        }
        UnionExec::try_new(vec![lake, tail])
    }
}

/// `tombstoned(key)`: whether the key's rows in the lake are hidden. Private to a snapshot; no statement can name it.
#[derive(Debug)]
struct Tombstoned {
    keys: Arc<HashSet<KeyHash>>,
    signature: Signature,
}

impl Tombstoned {
    fn new(keys: Arc<HashSet<KeyHash>>) -> Self {
        Self { keys, signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl PartialEq for Tombstoned {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.keys, &other.keys)
    }
}

impl Eq for Tombstoned {}

impl Hash for Tombstoned {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (Arc::as_ptr(&self.keys) as usize).hash(state);
    }
}

impl ScalarUDFImpl for Tombstoned {
    fn name(&self) -> &str {
        "tombstoned"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> DataFusionResult<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        let [argument] = args.args.as_slice() else {
            return Err(DataFusionError::Internal("tombstoned takes one argument".into()));
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
