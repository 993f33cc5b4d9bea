//! Compaction of a lake in the background: files with many deleted rows are rewritten, and small files merged.

use std::ops::Range;

use datafusion::catalog::Session;
use datafusion_ducklake::{DuckLakeTableFile, MergeOptions, RewriteOptions};
use kupets_core::{Result, schema::Table};

use super::{
    Lake,
    catalog::lake_error,
    maintenance::{MaintenanceOptions, MaintenanceReport},
};

impl Lake {
    /// One step of merging and rewriting: the first file with many deleted rows is rewritten, or the first tier with too many
    /// files loses some of them to one larger file. It moves nothing when there is no more to do.
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
        let files = self.files_by_age(table).await?;
        let deleted_much = files.iter().find(|f| {
            let rows = f.max_row_count.unwrap_or(0);
            rows > 0 && f.delete_count.unwrap_or(0) as f64 / rows as f64 >= options.deleted_share_max
        });
        if let Some(file) = deleted_much {
            report.files_rewritten += self.rewrite(table, vec![file.data_file_id], options.deleted_share_max).await?;
            return Ok(());
        }
        let mut lower = 0;
        for upper in options.tiers {
            let tier = lower..*upper;
            lower = *upper;
            let of_tier: Vec<_> = files.iter().filter(|file| tier.contains(&size(file))).collect();
            if of_tier.len() <= options.small_files_max {
                continue;
            }
            // Files with a few deleted rows cannot be merged as they are, and would stand for ever otherwise.
            let oldest = &of_tier[..one_file(of_tier.iter().map(|file| size(file)), tier.end)];
            let worn: Vec<i64> =
                oldest.iter().filter(|file| file.delete_file.is_some()).map(|file| file.data_file_id).collect();
            if !worn.is_empty() {
                report.files_rewritten += self.rewrite(table, worn, 0.0).await?;
            }
            report.files_merged += self.merge(table, tier).await?;
            if report.moved_rows() {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn files_by_age(&self, table: Table) -> Result<Vec<DuckLakeTableFile>> {
        let mut files = self.files(&self.state().await?, table)?;
        files.sort_unstable_by_key(|file| file.data_file_id);
        Ok(files)
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

    /// Merges the oldest files of a tier that have no deleted rows into one; how many.
    async fn merge(&self, table: Table, tier: Range<u64>) -> Result<usize> {
        let files = self.files_by_age(table).await?;
        let mergeable: Vec<u64> = files
            .iter()
            .filter(|file| file.delete_file.is_none())
            .map(size)
            .filter(|size| tier.contains(size))
            .collect();
        let max_merged_files = one_file(mergeable.into_iter(), tier.end);
        if max_merged_files < 2 {
            return Ok(0);
        }
        let session: &dyn Session = &*self.session;
        self.begin_write();
        let options = MergeOptions { target_file_size: tier.end, max_merged_files, min_file_size: tier.start };
        let handle = self.writable(table).await?;
        let done = handle.merge_adjacent_files(session, options).await;
        done.map(|done| done.files_processed).map_err(|e| lake_error(&self.catalog, e))
    }
}

fn size(file: &DuckLakeTableFile) -> u64 {
    u64::try_from(file.file.file_size_bytes).unwrap_or(0)
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
mod tests {
    use super::*;

    #[test]
    fn one_file_of_the_next_tier_is_enough_for_a_step() {
        let count = |sizes: &[u64]| one_file(sizes.iter().copied(), 1_000);
        assert_eq!(count(&[]), 0);
        assert_eq!(count(&[100, 200, 300, 400]), 4);
        assert_eq!(count(&[400, 400, 400, 400, 400, 400]), 3);
    }
}
