//! What to offer to every customer: the table `customer_offers`, made a few customers at a time while it is read, on all cores.

use std::{fmt, sync::Arc};

use arrow::{
    array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    common::ScalarValue,
    error::{DataFusionError, Result as DataFusionResult},
    execution::{SendableRecordBatchStream, TaskContext},
    logical_expr::{BinaryExpr, Expr, Operator, TableProviderFilterPushDown, TableType},
    physical_plan::{
        ExecutionPlan,
        stream::RecordBatchStreamAdapter,
        streaming::{PartitionStream, StreamingTableExec},
    },
};
use futures::{StreamExt, TryStreamExt, stream};

use super::offers::{Shop, shop};
use kupets_core::{Error, Result};

use crate::snapshot_reader::SnapshotReader;

/// Offers of each kind to a customer.
const EACH: usize = 10;
/// Customers of one batch: their offers take a moment, so that a query that is cancelled ends soon.
const CUSTOMERS: u32 = 256;

/// Offers to all customers with a purchase. A condition on `customer_id` makes those of one alone.
pub(super) struct OffersTable {
    reader: SnapshotReader,
    schema: SchemaRef,
}

impl OffersTable {
    /// Over what `reader` reads; the inner one, as a statement waits for it.
    pub fn new(reader: SnapshotReader) -> Arc<Self> {
        let text = |name, nullable| Field::new(name, DataType::Utf8, nullable);
        let schema = Arc::new(Schema::new(vec![
            text("customer_id", false),
            text("kind", false),
            Field::new("rank", DataType::Int64, false),
            text("product_id", false),
            text("product", true),
            Field::new("score", DataType::Float64, false),
        ]));
        Arc::new(Self { reader, schema })
    }
}

impl fmt::Debug for OffersTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OffersTable").finish_non_exhaustive()
    }
}

/// The customer that a condition asks for, if it asks for one.
fn the_customer(condition: &Expr) -> Option<&str> {
    let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) = condition else { return None };
    let text =
        |value: &Expr| matches!(value, Expr::Literal(ScalarValue::Utf8(Some(_)) | ScalarValue::Utf8View(Some(_)), _));
    let (column, value) = if text(right) { (left, right) } else { (right, left) };
    match (column.as_ref(), value.as_ref()) {
        (Expr::Column(column), Expr::Literal(ScalarValue::Utf8(Some(id)) | ScalarValue::Utf8View(Some(id)), _))
            if column.name == "customer_id" =>
        {
            Some(id)
        }
        _ => None,
    }
}

#[async_trait]
impl TableProvider for OffersTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> DataFusionResult<Vec<TableProviderFilterPushDown>> {
        let known = |filter: &&Expr| match the_customer(filter) {
            Some(_) => TableProviderFilterPushDown::Inexact,
            None => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(known).collect())
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let only = filters.iter().find_map(the_customer).map(str::to_owned);
        // One customer is found in one part.
        let of = if only.is_some() { 1 } else { session.config().target_partitions().max(1) };
        let part = |place| -> Arc<dyn PartitionStream> {
            let (reader, schema, only) = (self.reader.clone(), self.schema.clone(), only.clone());
            Arc::new(Part { reader, schema, only, place, of })
        };
        let parts = (0..of).map(part).collect();
        let exec = StreamingTableExec::try_new(self.schema.clone(), parts, projection, [], false, limit)?;
        Ok(Arc::new(exec))
    }
}

/// The rows, made as they are asked for.
struct Part {
    reader: SnapshotReader,
    schema: SchemaRef,
    only: Option<String>,
    /// Which part of the customers it is,
    place: usize,
    /// of so many.
    of: usize,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { only, place, of, .. } = self;
        f.debug_struct("Part").field("only", only).field("place", place).field("of", of).finish_non_exhaustive()
    }
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (reader, schema, only) = (self.reader.clone(), self.schema.clone(), self.only.clone());
        let (place, of) = (self.place, self.of);
        let rows = stream::once(async move {
            let shop = shop(&reader).await?;
            let border = |part: usize| u32::try_from(shop.customers.len() * part / of).unwrap_or(u32::MAX);
            let all = border(place)..border(place + 1);
            let asked = match only {
                Some(id) => shop.customers.find(&id).map_or(0..0, |number| number..number + 1),
                None => all,
            };
            Ok::<_, Error>(batches(shop, asked, schema))
        })
        .try_flatten()
        .map_err(|e| DataFusionError::External(Box::new(e)));
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), rows))
    }
}

/// The offers to customers, a batch for some of them.
fn batches(
    shop: Arc<Shop>,
    customers: std::ops::Range<u32>,
    schema: SchemaRef,
) -> impl stream::Stream<Item = Result<RecordBatch>> {
    let starts = customers.clone().step_by(CUSTOMERS as usize);
    stream::iter(starts).then(move |start| {
        let (shop, schema) = (shop.clone(), schema.clone());
        let some = start..start.saturating_add(CUSTOMERS).min(customers.end);
        async move {
            tokio::task::spawn_blocking(move || batch(&shop, some, schema))
                .await
                .map_err(|e| Error::internal("offers failed inside the server").with_source(e))?
        }
    })
}

fn batch(shop: &Shop, customers: std::ops::Range<u32>, schema: SchemaRef) -> Result<RecordBatch> {
    let (mut ids, mut kinds, mut ranks) = (Vec::new(), Vec::new(), Vec::new());
    let (mut products, mut names, mut scores) = (Vec::new(), Vec::new(), Vec::new());
    for customer in customers {
        let found = shop.model.offers(customer, EACH);
        let repeat = found.repeat.iter().map(|offer| ("repeat", offer.item, offer.score));
        let new = found.new.iter().map(|offer| ("new", offer.item, offer.score));
        let mut rank = 0_i64;
        let mut last = "";
        for (kind, item, score) in repeat.chain(new) {
            rank = if kind == last { rank + 1 } else { 1 };
            last = kind;
            ids.push(shop.customers.name(customer));
            kinds.push(kind);
            ranks.push(rank);
            products.push(shop.products.id(item));
            names.push(shop.products.label(item));
            scores.push(score);
        }
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(ids)),
        Arc::new(StringArray::from(kinds)),
        Arc::new(Int64Array::from(ranks)),
        Arc::new(StringArray::from(products)),
        Arc::new(StringArray::from(names)),
        Arc::new(Float64Array::from(scores)),
    ];
    RecordBatch::try_new(schema, columns).map_err(|e| Error::internal("the offers do not fit").with_source(e))
}
