//! Giving the records of one customer to another: rows of the live files, in one commit.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch, StringArray},
    compute::cast,
    datatypes::DataType,
};
use kupets_core::{Error, Result, schema::Table};

use super::{FlushTable, Lake, LakeState, open::damaged};
use crate::layout::{column, sorted};

/// Whose a record is, by the id that it was sent with.
pub(crate) type PersonOf<'a> = &'a (dyn Fn(&str) -> String + Send + Sync);

impl Lake {
    /// Gives each purchase and interaction of `customer_id` to whoever it is of by the id that it was sent with, and takes the customer
    /// `gone` out. All of it is one commit: it is done or it is not. Done again, it changes nothing more.
    ///
    /// The caller is the lake's only writer, and the tail holds nothing that was accepted before.
    pub async fn reassign(
        &self,
        state: &LakeState,
        customer_id: &str,
        gone: Option<&str>,
        person: PersonOf<'_>,
    ) -> Result<LakeState> {
        for table in Table::ALL {
            if let Some(file) = self.damaged_file(state, table).await? {
                return Err(damaged(
                    &file,
                    "no records can be given to another customer before it is restored".to_owned(),
                ));
            }
        }
        let mut shares = Vec::new();
        for table in [Table::Purchases, Table::Interactions] {
            let deleted = self.rows_of(state, table, "customer_id", customer_id).await?;
            if deleted.is_empty() {
                continue;
            }
            let rows = match self.records_of(state, table, customer_id).await? {
                Some(rows) => Some(sorted(table, &[reassigned(&rows, person)?])?),
                None => None,
            };
            shares.push(FlushTable { table, rows, deleted });
        }
        if let Some(gone) = gone {
            let deleted = self.rows_of(state, Table::Customers, "customer_id", gone).await?;
            if !deleted.is_empty() {
                shares.push(FlushTable { table: Table::Customers, rows: None, deleted });
            }
        }
        if !shares.is_empty() {
            self.write(state, shares, state.watermark).await?;
        }
        let after = self.state().await?;
        self.finish().await?;
        Ok(after)
    }
}

/// The rows with the customers whose they are now.
fn reassigned(rows: &RecordBatch, person: PersonOf<'_>) -> Result<RecordBatch> {
    let fail = |e: arrow::error::ArrowError| Error::internal(format!("rows cannot be given to another customer: {e}"));
    let texts = |name: &str| -> Result<StringArray> {
        let texts = cast(column(rows, name)?, &DataType::Utf8).map_err(fail)?;
        Ok(texts.as_string::<i32>().clone())
    };
    let (customers, originals) = (texts("customer_id")?, texts("original_customer_id")?);
    let mut now = Vec::with_capacity(rows.num_rows());
    let mut sent = Vec::with_capacity(rows.num_rows());
    for row in 0..rows.num_rows() {
        let id = if originals.is_valid(row) { originals.value(row) } else { customers.value(row) };
        let of = person(id);
        sent.push((of != id).then(|| id.to_owned()));
        now.push(Some(of));
    }
    let (now, sent): (ArrayRef, ArrayRef) = (Arc::new(StringArray::from(now)), Arc::new(StringArray::from(sent)));
    let columns = rows
        .schema()
        .fields()
        .iter()
        .zip(rows.columns())
        .map(|(field, column)| match field.name().as_str() {
            "customer_id" => cast(&now, field.data_type()).map_err(fail),
            "original_customer_id" => cast(&sent, field.data_type()).map_err(fail),
            _ => Ok(column.clone()),
        })
        .collect::<Result<Vec<_>>>()?;
    RecordBatch::try_new(rows.schema(), columns).map_err(fail)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::{
        layout::to_scan_layout,
        record::{Interaction, batch::interactions_batch},
    };

    #[test]
    fn a_record_is_of_whoever_its_sent_id_names_now() {
        let record = |id: &str, customer: &str, original: Option<&str>| Interaction {
            interaction_id: id.to_owned(),
            customer_id: Some(customer.to_owned()),
            original_customer_id: original.map(str::to_owned),
            kind: "call".to_owned(),
            ..Interaction::default()
        };
        let rows = interactions_batch(&[record("1", "b", None), record("2", "b", Some("a"))], 7).unwrap();
        let rows = to_scan_layout(Table::Interactions, &rows).unwrap();
        let read = |rows: &RecordBatch| -> Vec<(String, Option<String>)> {
            let texts = |name: &str| cast(rows.column_by_name(name).unwrap(), &DataType::Utf8).unwrap();
            let (customers, originals) = (texts("customer_id"), texts("original_customer_id"));
            let (customers, originals) = (customers.as_string::<i32>(), originals.as_string::<i32>());
            customers.iter().zip(originals).map(|(c, o)| (c.unwrap().to_owned(), o.map(str::to_owned))).collect()
        };
        let merged = reassigned(&rows, &|_| "c".to_owned()).unwrap();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read(&merged), [("c".to_owned(), some("b")), ("c".to_owned(), some("a"))]);
        assert_eq!(reassigned(&merged, &|_| "c".to_owned()).unwrap(), merged);
        let undone = reassigned(&merged, &|id| if id == "a" { "b".to_owned() } else { id.to_owned() }).unwrap();
        assert_eq!(undone, rows);
    }
}
