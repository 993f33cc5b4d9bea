//! Compaction of a lake in the background: small files are merged, files with many deleted rows rewritten.

use datafusion::catalog::Session;
use datafusion_ducklake::{MergeOptions, RewriteOptions};
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
        let fail = |e| lake_error(&self.catalog, e);
        let mut report = MaintenanceReport::default();
        let session: &dyn Session = &*self.session;
        let state = self.state().await?;
        'tables: for table in Table::ALL {
            let files = self.files(&state, table)?;
            let deleted_much = files.iter().find(|f| {
                let rows = f.max_row_count.unwrap_or(0);
                rows > 0 && f.delete_count.unwrap_or(0) as f64 / rows as f64 >= options.deleted_share_max
            });
            if let Some(file) = deleted_much {
                let rewrite = RewriteOptions {
                    delete_threshold: options.deleted_share_max,
                    data_file_ids: Some(vec![file.data_file_id]),
                };
                let handle = self.writable(table).await?;
                report.files_rewritten +=
                    handle.rewrite_data_files(session, rewrite).await.map_err(fail)?.files_processed;
                break 'tables;
            }
            let mut mergeable: Vec<_> = files.iter().filter(|f| f.delete_file.is_none()).collect();
            mergeable.sort_unstable_by_key(|f| f.data_file_id);
            let sizes: Vec<u64> =
                mergeable.iter().map(|f| u64::try_from(f.file.file_size_bytes).unwrap_or(0)).collect();
            let mut lower = 0;
            for upper in options.tiers {
                if let Some(merge) = merge_of(&sizes, lower, *upper, options.small_files_max) {
                    let handle = self.writable(table).await?;
                    report.files_merged +=
                        handle.merge_adjacent_files(session, merge).await.map_err(fail)?.files_processed;
                    if report.moved_rows() {
                        break 'tables;
                    }
                }
                lower = *upper;
            }
        }
        if report.moved_rows() {
            self.finish(&self.state().await?).await?;
        }
        Ok(report)
    }
}

/// How the oldest files of a tier are merged into one, if there are more of them than may stand. `sizes` are those of all
/// files that can be merged, the oldest first.
fn merge_of(sizes: &[u64], lower: u64, upper: u64, files_max: usize) -> Option<MergeOptions> {
    let tier: Vec<u64> = sizes.iter().copied().filter(|size| (lower..upper).contains(size)).collect();
    if tier.len() <= files_max {
        return None;
    }
    let mut bytes = 0;
    let one_file = tier
        .iter()
        .take_while(|size| {
            let room = bytes < upper;
            bytes += **size;
            room
        })
        .count();
    Some(MergeOptions { target_file_size: upper, max_merged_files: one_file, min_file_size: lower })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_is_merged_into_one_file_when_it_has_too_many() {
        const TIER: (u64, u64) = (100, 1_000);
        let merge = |sizes: &[u64]| merge_of(sizes, TIER.0, TIER.1, 3).map(|m| m.max_merged_files);
        assert_eq!(merge(&[100, 200, 300]), None);
        assert_eq!(merge(&[100, 200, 300, 1_000, 99]), None, "others are of another tier");
        assert_eq!(merge(&[100, 200, 300, 400]), Some(4));
        assert_eq!(merge(&[400, 400, 400, 400, 400, 400]), Some(3), "one file of the next tier is enough for a step");
    }
}
