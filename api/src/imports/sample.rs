//! Sample data: a believable shop of two years, marked as an import is, so that it can be taken out again.

use chrono::{Offset as _, TimeZone as _};
use kupets_auth::WorkspaceInfo;
use kupets_control::{imports::ImportRow, jobs::JobContext};
use kupets_core::TenantContext;
use kupets_data::{Locale, Shop, ShopConfig};
use kupets_engine::{
    record::{Framing, Parsed, Records, parse},
    schema::Table,
};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::{
    look::parse_options,
    steps::{Ended, ingest, reached, totals_of},
};
use crate::{
    shop_feed::{self, Body},
    state::State,
};

/// What its ids begin with: none of them is an app's own.
const PREFIX: &str = "sample-";
/// Bodies that are made before they can be stored.
const AHEAD: usize = 2;

/// Which shop it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleOptions {
    /// The same seed and day give the same shop.
    pub seed: u64,
    /// Lines of its purchases.
    pub lines: u64,
}

/// Fills the workspace, from where an earlier attempt has come.
pub(super) async fn run(
    state: &State,
    job: &JobContext,
    row: &ImportRow,
    (tenant, workspace): (&TenantContext, &WorkspaceInfo),
) -> Result<(), Ended> {
    let options: SampleOptions = serde_json::from_str(&row.options).map_err(|e| Ended::Failed(e.to_string()))?;
    let shop = Shop::new(config(row, workspace, options)).map_err(|e| Ended::Failed(e.to_string()))?;
    let (made, mut ready) = mpsc::channel(AHEAD);
    let making = tokio::task::spawn_blocking(move || {
        let mut number = 0_u64;
        shop_feed::bodies(&shop, Some(PREFIX), |body| {
            number += 1;
            made.blocking_send((number, body)).is_ok()
        })
    });
    let mut totals = totals_of(row);
    let done = row.batches.max(0).unsigned_abs();
    while let Some((number, body)) = ready.recv().await {
        if number <= done {
            continue;
        }
        job.check()?;
        let Body { records, ndjson, facts } = body;
        let table = Table::from_name(records).unwrap_or(Table::Purchases);
        let parsing = parse_options(row, workspace, table);
        let parsed = tokio::task::spawn_blocking(move || parse(&ndjson, Framing::NdJson, &parsing)).await;
        let mut parsed = parsed.map_err(|e| Ended::Failed(e.to_string()))??;
        if let Some(wrong) = parsed.rejected.first() {
            return Err(Ended::Failed(format!(
                "a record of the sample data is wrong: {} {}",
                wrong.field, wrong.message
            )));
        }
        mark(&mut parsed, &row.id);
        let stored = ingest(state, tenant, &parsed).await?;
        totals.accepted += stored.accepted;
        totals.replaced += stored.replaced;
        totals.rows = facts.lines;
        reached(state, tenant, row, (number, &totals, 0)).await?;
        state.events.records(tenant.id(), table, stored.accepted);
        job.progress(facts.lines, Some(options.lines), "");
    }
    // A maker that broke has closed its channel as one that has ended does.
    let made = making.await.map_err(|e| Ended::Failed(format!("the maker of the sample data broke: {e}")))?;
    made.map(drop).map_err(|e| Ended::Failed(e.to_string()))
}

/// Two years that end the day on which it was asked for, in the workspace's language, currency and time.
fn config(row: &ImportRow, workspace: &WorkspaceInfo, options: SampleOptions) -> ShopConfig {
    let now = chrono::DateTime::from_timestamp_micros(row.created_at).unwrap_or_default();
    let offset = workspace.time_zone.offset_from_utc_datetime(&now.naive_utc()).fix().local_minus_utc();
    let today = now.with_timezone(&workspace.time_zone).date_naive();
    let locale = if workspace.locale == "ru" { Locale::Ru } else { Locale::En };
    ShopConfig {
        currency: workspace.currency.clone(),
        utc_offset_minutes: offset / 60,
        ..ShopConfig::new(options.seed, options.lines, today, locale)
    }
}

/// All of it is its own: its ids are nobody else's.
fn mark(parsed: &mut Parsed, import: &str) {
    let mark: std::sync::Arc<str> = import.into();
    match &mut parsed.records {
        Records::Customers(all) => all.iter_mut().for_each(|one| one.import_id = Some(mark.clone())),
        Records::Purchases(all) => all.iter_mut().for_each(|one| one.import_id = Some(mark.clone())),
        Records::Interactions(all) => all.iter_mut().for_each(|one| one.import_id = Some(mark.clone())),
    }
}
