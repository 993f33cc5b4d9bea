//! Migrations of a lake: what an earlier version made gets the tables and columns that have come since, when it is opened.
//!
//! The catalog notes the version that it is of. A migration compares tables with their schemas and adds what lacks, one snapshot a
//! table, and notes the version last: one that broke off is done again from where it stood. Files stay as they are; their rows
//! have [`Table::default_of`] in the new columns, for DuckDB too. So who adds a column adds it to the schema, as its last and
//! nullable, and counts [`VERSION`] up.

use std::{collections::HashSet, path::Path};

use datafusion_ducklake::{
    ColumnDef, DuckLakeError, MetadataWriter, NullOrder, SortDirection, SortField, SqliteMetadataWriter, WriteMode,
};
use kupets_core::{Error, Fault, Kind, Result, schema::Table};
use sqlx::{Connection, SqliteConnection};

use super::{
    Lake,
    catalog::{self, SCHEMA, lake_error, sql_error},
    fault::STORAGE,
};

/// Version of the tables of [`Table::ALL`]. Version 1 noted none; 2 has what a purchase and its lines are, consent, and where
/// records came from; 3 has which import made a customer.
const VERSION: i64 = 3;
const VERSION_KEY: &str = "kupets_version";

impl Lake {
    /// Brings the catalog to [`VERSION`] and publishes it, unless it is there.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] `newer_lake` when a later version wrote it; else as a commit.
    pub(super) async fn migrate(&self) -> Result<()> {
        let mut connection = catalog::connect(&self.catalog).await?;
        let found = version(&self.catalog, &mut connection).await?;
        if found == VERSION {
            return connection.close().await.map_err(|e| sql_error(&self.catalog, e));
        }
        if found > VERSION {
            return Err(Error::new(
                Kind::Unavailable,
                "newer_lake",
                format!(
                    "the lake of this workspace is of version {found} and this Kupets knows versions up to {VERSION}: start the \
                     version that wrote it, or a later one"
                ),
            )
            .with_source(self.catalog.display().to_string()));
        }
        {
            let writer = self.writer().await?;
            for table in Table::ALL {
                if lacks_columns(&self.catalog, &mut connection, table).await? {
                    set_columns(&writer, table, WriteMode::Append).map_err(|e| lake_error(&self.catalog, e))?;
                }
            }
        }
        note_version(&self.catalog, &mut connection).await?;
        self.finish_commit(connection).await?;
        tracing::info!(tenant = %self.tenant, from = found, to = VERSION, "a lake of an earlier version was migrated");
        Ok(())
    }
}

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
async fn lacks_columns(catalog: &Path, connection: &mut SqliteConnection, table: Table) -> Result<bool> {
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
async fn version(catalog: &Path, connection: &mut SqliteConnection) -> Result<i64> {
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

#[cfg(test)]
#[path = "migrations_tests.rs"]
mod tests;
