//! Migrations of a lake: what an earlier version made gets the tables and columns that have come since, when it is opened.
//!
//! The catalog notes the version that it is of. A migration compares tables with their schemas and adds what lacks, one snapshot a
//! table, and notes the version last: one that broke off is done again from where it stood. Files stay as they are; their rows
//! have [`Table::default_of`] in the new columns, for DuckDB too. So who adds a column adds it to the schema, as its last and
//! nullable, and counts [`VERSION`] up.

use datafusion_ducklake::WriteMode;
use kupets_core::{Error, Kind, Result, schema::Table};
use sqlx::Connection;

use super::{
    Lake,
    catalog::{self, lake_error, sql_error},
    tables::{VERSION, lacks_columns, note_version, set_columns, version},
};

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

#[cfg(test)]
#[path = "migrations_tests.rs"]
mod tests;
