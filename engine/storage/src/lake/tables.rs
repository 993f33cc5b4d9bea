//! The tables of a lake as its catalog has them: their columns, and the version that it notes of them.

use std::{collections::HashSet, path::Path};

use datafusion_ducklake::{
    ColumnDef, DuckLakeError, MetadataWriter, NullOrder, SortDirection, SortField, SqliteMetadataWriter, WriteMode,
};
use kupets_core::{Fault, Result, schema::Table};
use sqlx::{Connection, SqliteConnection};

use super::{
    catalog::{SCHEMA, sql_error},
    fault::STORAGE,
};

/// Version of the tables of [`Table::ALL`]. Version 1 noted none; 2 has what a purchase and its lines are, consent, and where
/// records came from; 3 has which import made a customer.
pub(super) const VERSION: i64 = 3;
pub(super) const VERSION_KEY: &str = "kupets_version";

/// Makes a table, or gives it the columns that it lacks.
pub(super) fn set_columns(writer: &SqliteMetadataWriter, table: Table, mode: WriteMode) -> Result<(), DuckLakeError> {
    let columns = table
        .schema()
        .fields()
        .iter()
        .map(|field| {
            let column = ColumnDef::from_arrow(field.name().as_str(), field.data_type(), field.is_nullable())?;
            table.default_of(field.name()).map_or(Ok(column.clone()), |value| column.with_default(value))
        })
        .collect::<Result<Vec<_>, DuckLakeError>>()?;
    let setup = writer.begin_write_transaction(SCHEMA, table.name(), &columns, mode)?;
    writer.publish_snapshot(
        setup.table_id,
        SCHEMA,
        table.name(),
        setup.snapshot_id,
        mode,
        setup.base_snapshot_id,
        &columns,
        &setup.column_ids,
    )?;
    if writer.live_sort_spec(setup.table_id)?.is_none() {
        let sort: Vec<SortField> = (0..)
            .zip(table.sort_columns())
            .map(|(i, column)| SortField::column(i, *column, SortDirection::Asc, NullOrder::NullsLast))
            .collect();
        writer.set_sort_spec(setup.table_id, &sort)?;
    }
    Ok(())
}

/// Whether the catalog's table has not all the columns of its schema. One that is not there has none.
pub(super) async fn lacks_columns(catalog: &Path, connection: &mut SqliteConnection, table: Table) -> Result<bool> {
    let there: Vec<String> = sqlx::query_scalar(
        "SELECT c.column_name FROM ducklake_column c JOIN ducklake_table t ON t.table_id = c.table_id \
         JOIN ducklake_schema s ON s.schema_id = t.schema_id WHERE s.schema_name = ? AND t.table_name = ? \
         AND s.end_snapshot IS NULL AND t.end_snapshot IS NULL AND c.end_snapshot IS NULL",
    )
    .bind(SCHEMA)
    .bind(table.name())
    .fetch_all(connection)
    .await
    .map_err(|e| sql_error(catalog, e))?;
    let there: HashSet<String> = there.into_iter().collect();
    Ok(table.schema().fields().iter().any(|field| !there.contains(field.name())))
}

/// The version that a catalog is of.
pub(super) async fn version(catalog: &Path, connection: &mut SqliteConnection) -> Result<i64> {
    let noted: Option<String> = sqlx::query_scalar("SELECT value FROM ducklake_metadata WHERE key = ?")
        .bind(VERSION_KEY)
        .fetch_optional(connection)
        .await
        .map_err(|e| sql_error(catalog, e))?;
    match noted {
        None => Ok(1),
        Some(text) => text.parse().map_err(|_| {
            let why = format!("it notes the version {text:?}, which is no number");
            Fault::Damaged.error(STORAGE, &catalog.display().to_string(), why)
        }),
    }
}

/// Notes in a catalog that it is of [`VERSION`].
pub(super) async fn note_version(catalog: &Path, connection: &mut SqliteConnection) -> Result<()> {
    let sql = |e| sql_error(catalog, e);
    let mut transaction = connection.begin().await.map_err(sql)?;
    sqlx::query("DELETE FROM ducklake_metadata WHERE key = ?")
        .bind(VERSION_KEY)
        .execute(&mut *transaction)
        .await
        .map_err(sql)?;
    sqlx::query("INSERT INTO ducklake_metadata (key, value) VALUES (?, ?)")
        .bind(VERSION_KEY)
        .bind(VERSION.to_string())
        .execute(&mut *transaction)
        .await
        .map_err(sql)?;
    transaction.commit().await.map_err(sql)
}
