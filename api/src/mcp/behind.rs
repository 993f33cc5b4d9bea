//! `rows_behind`: the records that a figure is made of, page by page.

use kupets_engine::{plans::MAX_RECORDS, semantic::compile::OfRow};
use kupets_mcp::{Behind, QueryMetric, RowsBehind, ToolError};

use super::{
    asking::Asking,
    columns::{cells, columns},
    failure::{Answer, failed},
    period::span,
    question::{self, Question},
};

/// Rows of a page unless others are asked for.
const ROWS: u32 = 50;
/// Where a page may begin: far pages cost as much as all before them.
const FARTHEST: u64 = 1_000_000;

/// Answers `rows_behind`.
pub(super) async fn rows(asking: Asking, sent: RowsBehind) -> Answer<Behind> {
    let RowsBehind { metric, period, filters, currency, limit, cursor } = sent;
    let offset = cursor.as_deref().map(offset).transpose()?.unwrap_or_default();
    // One more tells whether there are others.
    let limit = limit.unwrap_or(ROWS).min(MAX_RECORDS - 1);
    let figure = QueryMetric { metrics: vec![metric], period, filters, currency, ..QueryMetric::default() };
    let Question { plan, notes } = question::read(&asking, &figure).await.map_err(|wrong| renamed(&wrong))?;
    let (tenant, calendar) = (&asking.tenant, &asking.calendar);
    let worked = asking.engine.records_behind(tenant, &plan, calendar, &OfRow::default(), (limit + 1, offset)).await;
    let mut worked = worked.map_err(failed)?;
    let more = worked.rows.len() > limit as usize;
    worked.rows.truncate(limit as usize);
    Ok(Behind {
        columns: columns(&worked.told),
        rows: cells(worked.rows),
        next_cursor: more.then(|| (offset + u64::from(limit)).to_string()),
        period: span(&asking, &plan.period),
        notes: [plan.assumed, notes].concat(),
        sql: Some(worked.sql),
    })
}

fn offset(cursor: &str) -> Answer<u64> {
    cursor.parse().ok().filter(|offset| *offset <= FARTHEST).ok_or_else(|| {
        ToolError::new("It is no `next_cursor` of these rows.")
            .at("cursor")
            .advice("Leave it out to begin at the first page.")
    })
}

/// The one metric of this tool has a name of its own.
fn renamed(wrong: &ToolError) -> ToolError {
    ToolError::new(wrong.to_string().replacen("`metrics[0]`", "`metric`", 1))
}
