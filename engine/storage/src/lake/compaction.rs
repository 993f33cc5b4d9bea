//! Compaction of a lake in the background: files with many deleted rows are rewritten, and small files are gathered into larger ones,
//! those of about one size with each other. What is large enough is parted by months, so that a question about a period reads its files
//! only: decision 0019.

use std::{collections::BTreeMap, ops::RangeInclusive};

use datafusion::catalog::Session;
use datafusion_ducklake::{DuckLakeTableFile, RewriteOptions};
use kupets_core::{Result, schema::Table};

use super::{
    Lake, LakeState,
    catalog::{self, lake_error, sql_error},
    maintenance::{MaintenanceOptions, MaintenanceReport},
    months::month_of_text,
};

/// The months of a file's rows.
type Span = RangeInclusive<i32>;

/// A live file, and the months of its rows if they are known.
struct Placed {
    file: DuckLakeTableFile,
    span: Option<Span>,
}

impl Placed {
    fn size(&self) -> u64 {
        u64::try_from(self.file.file.file_size_bytes).unwrap_or(0)
    }

    /// The month of all of its rows.
    fn month(&self) -> Option<i32> {
        self.span.as_ref().filter(|span| span.start() == span.end()).map(|span| *span.start())
    }

    fn deleted_share(&self) -> f64 {
        let rows = self.file.max_row_count.unwrap_or(0);
        if rows > 0 { self.file.delete_count.unwrap_or(0) as f64 / rows as f64 } else { 0.0 }
    }
}

impl Lake {
    /// One step of merging and rewriting: the first file with many deleted rows is rewritten, or the first group with too many
    /// files loses some of them to larger ones. It moves nothing when there is no more to do.
    ///
    /// The caller is the lake's only writer. Steps are small so that a flush need not wait long between them.
    pub async fn compact(&self, options: &MaintenanceOptions) -> Result<MaintenanceReport> {
        let clean = !self.is_unpublished();
        let scheduled = self.last_scheduled().await?;
        let mut report = MaintenanceReport::default();
        for table in Table::ALL {
            // What is read of a damaged file must not become a file that looks sound.
            if !self.damaged().await?.is_empty() && self.damaged_file(&self.state().await?, table).await?.is_some() {
                continue;
            }
            self.compact_table(table, options, &mut report).await?;
            if report.moved_rows() {
                self.schedule_from_now(scheduled).await?;
                self.finish().await?;
                return Ok(report);
            }
        }
        if clean {
            self.is_published_now();
        }
        Ok(report)
    }

    async fn compact_table(
        &self,
        table: Table,
        options: &MaintenanceOptions,
        report: &mut MaintenanceReport,
    ) -> Result<()> {
        let files = self.placed(&self.state().await?, table).await?;
        if let Some(worn) = files.iter().find(|placed| placed.deleted_share() >= options.deleted_share_max) {
            let share = options.deleted_share_max;
            report.files_rewritten += self.rewrite(table, vec![worn.file.data_file_id], share).await?;
            return Ok(());
        }
        let Some(bin) = next_bin(files, options) else { return Ok(()) };
        // Files with a few deleted rows cannot be gathered as they are, and would stand for ever otherwise.
        let worn = bin.iter().filter(|placed| placed.file.delete_file.is_some());
        let worn: Vec<i64> = worn.map(|placed| placed.file.data_file_id).collect();
        if !worn.is_empty() {
            report.files_rewritten += self.rewrite(table, worn, 0.0).await?;
        }
        let state = self.state().await?;
        let Some(mut bin) = next_bin(self.placed(&state, table).await?, options) else { return Ok(()) };
        bin.retain(|placed| placed.file.delete_file.is_none());
        let months = month_column(table).filter(|_| is_parted(&bin, options));
        if bin.len() > 1 || months.is_some() {
            let files: Vec<_> = bin.into_iter().map(|placed| placed.file).collect();
            report.files_merged += self.gather(&state, table, &files, months).await?;
        }
        Ok(())
    }

    /// The live files of a table, the oldest first.
    async fn placed(&self, state: &LakeState, table: Table) -> Result<Vec<Placed>> {
        let mut spans = match month_column(table) {
            Some(column) => self.spans(table, column).await?,
            None => BTreeMap::new(),
        };
        let mut files = self.files(state, table)?;
        files.sort_unstable_by_key(|file| file.data_file_id);
        Ok(files.into_iter().map(|file| Placed { span: spans.remove(&file.data_file_id), file }).collect())
    }

    /// The months of files, by their ids, as the catalog knows them.
    async fn spans(&self, table: Table, column: &str) -> Result<BTreeMap<i64, Span>> {
        let sql = |e| sql_error(&self.catalog, e);
        let mut connection = catalog::connect(&self.catalog).await?;
        let found: Vec<(i64, Option<String>, Option<String>)> = sqlx::query_as(
            "SELECT f.data_file_id, f.min_value, f.max_value FROM ducklake_file_column_stats f \
             JOIN ducklake_column c ON c.table_id = f.table_id AND c.column_id = f.column_id \
             JOIN ducklake_table t ON t.table_id = f.table_id \
             WHERE t.table_name = ? AND c.column_name = ? AND t.end_snapshot IS NULL AND c.end_snapshot IS NULL",
        )
        .bind(table.name())
        .bind(column)
        .fetch_all(&mut connection)
        .await
        .map_err(sql)?;
        sqlx::Connection::close(connection).await.map_err(sql)?;
        let month = |text: Option<String>| text.as_deref().and_then(month_of_text);
        Ok(found.into_iter().filter_map(|(id, first, last)| Some((id, month(first)?..=month(last)?))).collect())
    }

    /// Writes files anew without their deleted rows, those with at least that share of them; how many.
    pub(super) async fn rewrite(&self, table: Table, files: Vec<i64>, share: f64) -> Result<usize> {
        let session: &dyn Session = &*self.session;
        self.begin_write();
        let options = RewriteOptions { delete_threshold: share, data_file_ids: Some(files) };
        let handle = self.writable(table).await?;
        let done = handle.rewrite_data_files(session, options).await;
        done.map(|done| done.files_processed).map_err(|e| lake_error(&self.catalog, e))
    }
}

/// The column whose months part a table's files.
fn month_column(table: Table) -> Option<&'static str> {
    match table {
        Table::Customers => None,
        Table::Purchases | Table::Interactions => Some("occurred_at"),
    }
}

/// The files that are to be gathered next: of the first group with too many files the oldest, as many as make one that is out of their
/// tier. Files of the first tier are one group, as a small lake is not cut up; others are grouped by month, and those of several months
/// are a group as well, which is parted as soon as its months are large enough.
fn next_bin(files: Vec<Placed>, options: &MaintenanceOptions) -> Option<Vec<Placed>> {
    let mut groups: BTreeMap<(usize, Option<i64>, Option<i32>), Vec<Placed>> = BTreeMap::new();
    for placed in files {
        let Some(tier) = options.tiers.iter().position(|upper| placed.size() < *upper) else { continue };
        let month = placed.month().filter(|_| tier > 0);
        if month.is_some() && placed.size() >= options.month_max_bytes {
            continue;
        }
        // The library reads what an earlier snapshot shows of a file by the schema of that time.
        groups.entry((tier, placed.file.schema_version, month)).or_default().push(placed);
    }
    groups.into_iter().find_map(|((tier, _, month), mut group)| {
        let upper = options.tiers.get(tier).copied()?;
        let (most, upper) = match month {
            Some(_) => (options.small_files_max / 4, upper.min(options.month_max_bytes)),
            None => (options.small_files_max, upper),
        };
        let count = one_file(group.iter().map(Placed::size), upper);
        let too_many = group.len() > most.max(1) && count > 1;
        group.truncate(count);
        (too_many || tier > 0 && month.is_none() && is_parted(&group, options)).then_some(group)
    })
}

/// Whether what is gathered is parted by months: if the files of those are not small on the average.
fn is_parted(bin: &[Placed], options: &MaintenanceOptions) -> bool {
    let spans: Option<Vec<&Span>> = bin.iter().map(|placed| placed.span.as_ref()).collect();
    let Some(spans) = spans else { return false };
    let first = spans.iter().map(|span| *span.start()).min();
    let last = spans.iter().map(|span| *span.end()).max();
    let months = first.zip(last).and_then(|(first, last)| u64::try_from(last - first + 1).ok());
    let bytes: u64 = bin.iter().map(Placed::size).sum();
    months.is_some_and(|months| months > 1 && bytes / months >= options.month_min_bytes)
}

/// How many of the first files make one that is out of the tier.
fn one_file(sizes: impl Iterator<Item = u64>, upper: u64) -> usize {
    let mut bytes = 0;
    sizes
        .take_while(|size| {
            let room = bytes < upper;
            bytes += size;
            room
        })
        .count()
}

#[cfg(test)]
#[path = "compaction_tests.rs"]
mod tests;
