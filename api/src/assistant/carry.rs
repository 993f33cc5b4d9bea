//! A plan, carried out: its figures and the words for them.

use kupets_assistant::{
    answer::{self, Chart, Context},
    language::Language,
};
use kupets_engine::{
    Engine, Result, TenantContext,
    query::SqlRequest,
    semantic::{
        period::Calendar,
        plan::{MAX_LIMIT, Plan},
    },
};
use serde_json::Map;

use super::{calls, carried::Carried, recorded::recorded, table};

/// Carries a plan out.
///
/// # Errors
/// A plan that cannot be worked out, and the limits of queries.
pub async fn carry_out(
    engine: &Engine,
    tenant: &TenantContext,
    plan: &Plan,
    calendar: &Calendar,
    language: Language,
) -> Result<Carried> {
    if !plan.is_statement() {
        return calls::carry_out(engine, tenant, plan, calendar, language).await;
    }
    let (mut worked, others, extent) = tokio::try_join!(
        engine.work_out(tenant, plan, calendar),
        engine.other_currencies(tenant, plan, calendar),
        engine.extent(tenant),
    )?;
    let table = table::typed(&worked);
    let recorded = recorded(&extent, plan.metric(), calendar, language);
    let context = Context {
        language,
        currency: &worked.currency,
        other_currencies: &others,
        recorded: recorded.as_ref().map(|(first, last)| (first.as_str(), last.as_str())),
        zone: calendar.zone,
    };
    let answer = answer::write(plan, &table, &context);
    let sql = worked.sql.clone();
    let bound = std::mem::take(&mut worked.bound);
    Ok(Carried {
        result: Some(table::told(worked)),
        table,
        sql: Some(sql),
        bound,
        answer: answer.text,
        chart: answer.chart,
        next: answer.next,
    })
}

/// Runs a statement that a person has verified.
///
/// # Errors
/// The statement does not work any more, and the limits of queries.
pub async fn run_statement(
    engine: &Engine,
    tenant: &TenantContext,
    sql: String,
    language: Language,
) -> Result<Carried> {
    let request = SqlRequest { sql, params: None, limit: Some(MAX_LIMIT as usize) };
    let worked = engine.sql_rows(tenant, request).await?;
    let typed = table::typed(&worked);
    let zone = tenant.time_zone();
    let context = Context { language, currency: tenant.currency(), other_currencies: &[], recorded: None, zone };
    let answer = answer::rows(&typed, &context);
    let sql = Some(worked.sql.clone());
    Ok(Carried {
        result: Some(table::told(worked)),
        table: typed,
        sql,
        bound: Map::new(),
        answer,
        chart: Chart::None,
        next: None,
    })
}
