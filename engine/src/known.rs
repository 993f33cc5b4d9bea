//! Which ids there are records of.

use std::collections::HashSet;

use arrow::{array::AsArray, compute::cast, datatypes::DataType};
use datafusion::common::ScalarValue;
use kupets_core::{Error, Result, TenantContext, schema::Table};

use crate::{
    Engine,
    snapshot_reader::{SnapshotReader, Values},
};

impl Engine {
    /// Those of the ids that the tenant has records of, now.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn known_ids(&self, tenant: &TenantContext, table: Table, ids: Vec<String>) -> Result<HashSet<String>> {
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move {
            let mut values = Values::default();
            let ids: Vec<_> = ids.iter().map(|id| values.bind(ScalarValue::from(id.as_str()))).collect();
            let schema = table.schema();
            // The key is the first column.
            let key = schema.field(0).name();
            let sql = format!("SELECT DISTINCT {key} FROM {} WHERE {key} IN ({})", table.name(), ids.join(", "));
            let rows = SnapshotReader::open(&engine, &tenant).await?.collect(sql, values).await?;
            let found = cast(rows.column(0), &DataType::Utf8)
                .map_err(|e| Error::internal("ids of records cannot be read").with_source(e))?;
            Ok(found.as_string::<i32>().iter().flatten().map(str::to_owned).collect())
        })
        .await
    }
}
