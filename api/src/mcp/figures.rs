//! `query_metric`: figures, worked out by one statement.

use kupets_engine::{
    plans::{Extent, Worked},
    semantic::{
        catalogue::Metric,
        compile::{Role, steps},
        period::dates,
        plan::{MAX_LIMIT, Plan},
    },
};
use kupets_mcp::{Figures, QueryMetric};
use serde_json::Value;

use super::{
    asking::Asking,
    columns::{cells, columns},
    failure::{Answer, failed},
    period::span,
    question::{self, Question},
};

/// Rows of a list unless more are asked for.
const ROWS: u32 = 50;
/// Rows of a group unless more are asked for.
const EACH: u32 = 3;

/// Answers `query_metric`.
pub(super) async fn query(asking: Asking, sent: QueryMetric) -> Answer<Figures> {
    let Question { mut plan, mut notes } = question::read(&asking, &sent).await?;
    let listed = !plan.dimensions.is_empty() || plan.grain.is_some();
    let usual = if plan.grain.is_some() { MAX_LIMIT } else { ROWS };
    let most = if plan.limit_each { MAX_LIMIT } else { sent.limit.unwrap_or(usual).min(MAX_LIMIT) };
    plan.limit = if plan.limit_each {
        Some(sent.limit.unwrap_or(EACH))
    } else {
        // One more tells whether there are others.
        listed.then(|| most.saturating_add(1).min(MAX_LIMIT))
    };
    let (engine, tenant, calendar) = (&asking.engine, &asking.tenant, &asking.calendar);
    let (mut worked, others, extent) = tokio::try_join!(
        engine.work_out(tenant, &plan, calendar),
        engine.other_currencies(tenant, &plan, calendar),
        engine.extent(tenant),
    )
    .map_err(failed)?;
    let rows = worked.rows.len();
    let most = most as usize;
    let truncated = rows > most || (listed && rows >= MAX_LIMIT as usize);
    worked.rows.truncate(most);
    notes.extend(to_know(&asking, &plan, &worked, &others, &extent));
    let of_money = plan.metric() != Metric::Interactions;
    Ok(Figures {
        columns: columns(&worked.told),
        rows: cells(worked.rows),
        truncated,
        period: span(&asking, &plan.period),
        compared_with: plan.compared_with.as_ref().map(|period| span(&asking, period)),
        currency: of_money.then_some(worked.currency),
        assumed: plan.assumed,
        notes,
        sql: Some(worked.sql),
    })
}

/// What the reader of figures must know.
fn to_know(asking: &Asking, plan: &Plan, worked: &Worked, others: &[String], extent: &Extent) -> Vec<String> {
    let mut notes = Vec::new();
    if plan.period.running {
        notes.push(asking.say("Период ещё не закончился.", "The period is not over yet."));
    }
    if plan.metric() != Metric::Interactions && !others.is_empty() {
        let others = others.join(", ");
        notes.push(asking.say(
            format!("Продажи в других валютах ({others}) сюда не вошли: спросите о них с `currency`."),
            format!("Sales in other currencies ({others}) are not in it: ask for them by `currency`."),
        ));
    }
    if let Ok(Some(steps)) = steps(plan, false, &asking.calendar) {
        let (first, last) = steps.days();
        if plan.period.days(&asking.calendar) != (first, Some(last)) {
            let days = asking.language.text(&dates(first, Some(last)));
            notes.push(asking.say(
                format!("Среднее посчитано по целым шагам: {days}."),
                format!("Only whole steps are averaged: {days}."),
            ));
        }
    }
    if nothing(worked) {
        notes.push(reach(asking, plan, extent));
    }
    notes
}

/// Whether no record was counted.
fn nothing(worked: &Worked) -> bool {
    let records = worked.columns.iter().position(|column| column.role == Role::Records);
    let none = |row: &Vec<Value>| {
        records.and_then(|place| row.get(place)).and_then(Value::as_u64).is_some_and(|records| records == 0)
    };
    worked.rows.iter().all(none)
}

/// How far records reach: nothing recorded is not the same as nothing sold.
fn reach(asking: &Asking, plan: &Plan, extent: &Extent) -> String {
    let span = if plan.metric() == Metric::Interactions { extent.interactions } else { extent.sales };
    let Some((first, last)) = span else {
        return asking.say("Записей нет: сначала их надо прислать.", "Nothing is recorded at all yet.");
    };
    let day = |at: chrono::DateTime<chrono::Utc>| Some(at.with_timezone(&asking.calendar.zone).date_naive());
    let days = asking.language.text(&dates(day(first), day(last)));
    asking.say(
        format!("Таких записей за этот период нет; всего записи охватывают {days}."),
        format!("No such record is in this period; all records reach over {days}."),
    )
}
