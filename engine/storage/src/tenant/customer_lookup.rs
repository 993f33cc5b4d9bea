//! Present state of customers: one batched look-up a group, in the tail and then in the lake.
#![expect(
    deprecated,
    reason = "parquet offers no other reader over an object store until its successor of ParquetObjectReader is out"
)]

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use futures::TryStreamExt;
use parquet::{
    arrow::{
        ParquetRecordBatchStreamBuilder,
        arrow_reader::{RowSelection, RowSelector},
        async_reader::ParquetObjectReader,
    },
    errors::ParquetError,
};

use super::store::TenantStore;
use kupets_core::{Result, schema::Table};

use crate::{
    keys::{KeyHash, hash},
    lake::{Lake, fault::error_at},
    record::{Customer, Records, batch::customer_from_row},
};

impl TenantStore {
    /// The customer of that id as it is stored now.
    ///
    /// # Errors
    /// The lake cannot be read.
    pub async fn customer(&self, id: &str) -> Result<Option<Customer>> {
        self.load_keys().await?;
        let hash = hash(id);
        Ok(self.customers(vec![hash]).await?.remove(&hash))
    }

    /// The stored customers among those that the group changes.
    pub(super) async fn look_up_customers(
        &self,
        group: impl Iterator<Item = &Records>,
    ) -> Result<HashMap<KeyHash, Customer>> {
        let patches = group.filter_map(|r| if let Records::Customers(p) = r { Some(p) } else { None }).flatten();
        let wanted = patches.map(|patch| hash(&patch.customer_id)).collect();
        self.customers(wanted).await
    }

    pub(super) async fn customers(&self, wanted: Vec<KeyHash>) -> Result<HashMap<KeyHash, Customer>> {
        let mut found = HashMap::new();
        let mut in_lake: BTreeMap<Arc<str>, Vec<u32>> = BTreeMap::new();
        let mut below = Vec::new();
        // Files that maintenance replaces meanwhile are deleted only much later, so the places stay true.
        let (lake, keys, mut unread) = {
            let state = self.state();
            for hash in wanted {
                let table = Table::Customers;
                let in_tail = state
                    .active
                    .table(table)
                    .find(hash)
                    .or_else(|| state.frozen.as_ref().and_then(|frozen| frozen.table(table).find(hash)));
                if state.erased.contains(&hash) && !state.active.table(table).contains(hash) {
                    continue;
                }
                if let Some((batch, row)) = in_tail {
                    found.insert(hash, customer_from_row(batch, row)?);
                } else {
                    below.push(hash);
                }
            }
            let lake = state.lake.as_ref().map(|(lake, _)| lake.clone());
            let unread = state.unread[Table::Customers.index()].as_ref().and_then(|_| state.check_keys().err());
            (lake, state.keys.clone(), unread)
        };
        for hash in below {
            let rows = keys.as_ref().map_or(Ok(None), |keys| keys[Table::Customers.index()].find(hash));
            if let Some(rows) = self.sure(rows)? {
                in_lake.entry(rows.path).or_default().push(rows.row);
            } else if let Some(error) = unread.take() {
                // It may be in the file that cannot be read.
                return Err(error);
            }
        }
        if let Some(lake) = lake {
            for (file, mut rows) in in_lake {
                rows.sort_unstable();
                rows.dedup();
                for customer in lake.customers_at(&file, &rows).await? {
                    found.insert(hash(&customer.customer_id), customer);
                }
            }
        }
        Ok(found)
    }
}

impl Lake {
    /// Reads the customers in `rows` (ascending) of a data file.
    async fn customers_at(&self, file: &str, rows: &[u32]) -> Result<Vec<Customer>> {
        let path = self.file_path(Table::Customers, file);
        self.check_file(&path).await?;
        let failed = |e: ParquetError| error_at(path.as_ref(), e);
        let reader = ParquetObjectReader::new(self.store().clone(), path.clone());
        let builder = ParquetRecordBatchStreamBuilder::new(reader).await.map_err(failed)?;
        let mut stream = builder.with_row_selection(select(rows)).build().map_err(failed)?;
        let mut customers = Vec::with_capacity(rows.len());
        while let Some(batch) = stream.try_next().await.map_err(failed)? {
            for row in 0..batch.num_rows() {
                customers.push(customer_from_row(&batch, row)?);
            }
        }
        Ok(customers)
    }
}

fn select(rows: &[u32]) -> RowSelection {
    let mut selectors = Vec::new();
    let mut next = 0u32;
    for &row in rows {
        if row > next {
            selectors.push(RowSelector::skip((row - next) as usize));
        }
        selectors.push(RowSelector::select(1));
        next = row + 1;
    }
    RowSelection::from(selectors)
}
