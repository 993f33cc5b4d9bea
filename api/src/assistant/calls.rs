//! Plans that are no statement: the engine's own calls, told as a table and in words.

use std::collections::BTreeMap;

use kupets_assistant::{
    answer::{Chart, Table},
    language::Language,
};
use kupets_engine::{
    Engine, Error, Result, TenantContext,
    insight::{self, Explain},
    plans::{self, Worked},
    query::{Meta, Told},
    semantic::{
        compile::{Call, Called, Column, call},
        period::Calendar,
        plan::{Intent, Plan},
    },
};
use serde_json::{Value, json};

use super::{carry::Carried, reply::ResultTable, table, words};

/// Rows of a list that a call gives unless the plan says how many.
const ROWS: usize = 10;

/// Carries out a plan that is a call.
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
    let Call { what, parameters } = call(plan, calendar).map_err(plans::bad_plan)?;
    match what {
        Called::Explain => explain(engine, tenant, parameters, plan, language).await,
        Called::Forecast => forecast(engine, tenant, parameters, plan, language).await,
        Called::Recommendations => recommendations(engine, tenant, parameters, plan, language).await,
        Called::Customer => customer(engine, tenant, &parameters, language).await,
        Called::Offers => offers(engine, tenant, &parameters, plan, language).await,
        Called::Report(_) if matches!(plan.intent, Intent::Churn | Intent::Clv) => {
            let limit = plan.limit.map_or(ROWS, |limit| limit as usize);
            let worked = engine.valued_customers(tenant, plan.intent == Intent::Churn, limit).await?;
            Ok(of_worked(worked, plan, language))
        }
        Called::Report(id) => {
            let worked = engine.report_rows(tenant, id, &parameters).await?;
            Ok(of_worked(worked, plan, language))
        }
        Called::Nothing => Ok(Carried {
            result: None,
            table: Table::default(),
            sql: None,
            answer: words::help(language),
            chart: Chart::None,
            next: None,
        }),
    }
}

async fn explain(
    engine: &Engine,
    tenant: &TenantContext,
    mut parameters: BTreeMap<String, String>,
    plan: &Plan,
    language: Language,
) -> Result<Carried> {
    let mut take = |name: &str| parameters.remove(name);
    let request = Explain {
        metric: take("metric"),
        from: take("from").unwrap_or_default(),
        to: take("to").unwrap_or_default(),
        compare_from: take("compare_from").unwrap_or_default(),
        compare_to: take("compare_to").unwrap_or_default(),
        dimensions: take("dimensions").map(|names| names.split(',').map(str::to_owned).collect()),
        currency: take("currency"),
        locale: insight_language(language),
    };
    let found = engine.explain(tenant, request).await?;
    let whole = value(&found)?;
    let unit = whole["total"]["unit"].clone();
    let columns = [
        ("dimension", "VARCHAR", Value::Null),
        ("key", "VARCHAR", Value::Null),
        ("label", "VARCHAR", Value::Null),
        ("before", "DECIMAL(38,4)", unit.clone()),
        ("after", "DECIMAL(38,4)", unit.clone()),
        ("contribution", "DECIMAL(38,4)", unit),
    ];
    let limit = plan.limit.map_or(usize::MAX, |limit| limit as usize);
    let findings = whole["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows = findings.iter().take(limit).map(|finding| pick(finding, &columns)).collect();
    let sql = findings.first().and_then(|finding| finding["sql"].as_str()).map(str::to_owned);
    let answer = words::explain(plan, &whole, language);
    Ok(carried(tenant, &columns, rows, &whole["snapshot"], sql, answer, Chart::Bar))
}

async fn forecast(
    engine: &Engine,
    tenant: &TenantContext,
    mut parameters: BTreeMap<String, String>,
    plan: &Plan,
    language: Language,
) -> Result<Carried> {
    parameters.insert("locale".to_owned(), locale(language).to_owned());
    let found = value(&engine.forecast(tenant, &parameters).await?)?;
    let unit = found["unit"].clone();
    let figure = |name| (name, "DOUBLE", unit.clone());
    let columns = [
        ("period", "DATE", Value::Null),
        figure("value"),
        figure("lower80"),
        figure("upper80"),
        figure("lower95"),
        figure("upper95"),
    ];
    let points = found["points"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows = points.iter().map(|point| pick(point, &columns)).collect();
    let answer = words::forecast(plan, &found, language);
    Ok(carried(
        tenant,
        &columns,
        rows,
        &found["snapshot"],
        found["sql"].as_str().map(str::to_owned),
        answer,
        Chart::Line,
    ))
}

async fn recommendations(
    engine: &Engine,
    tenant: &TenantContext,
    mut parameters: BTreeMap<String, String>,
    plan: &Plan,
    language: Language,
) -> Result<Carried> {
    parameters.insert("locale".to_owned(), locale(language).to_owned());
    parameters.entry("limit".to_owned()).or_insert_with(|| ROWS.to_string());
    let found = value(&engine.recommendations(tenant, &parameters).await?)?;
    let columns = [
        ("id", "VARCHAR", Value::Null),
        ("kind", "VARCHAR", Value::Null),
        ("title", "VARCHAR", Value::Null),
        ("reason", "VARCHAR", Value::Null),
        ("expected", "DECIMAL(38,4)", json!(tenant.currency())),
        ("lower", "DECIMAL(38,4)", json!(tenant.currency())),
        ("upper", "DECIMAL(38,4)", json!(tenant.currency())),
        ("confidence", "DOUBLE", json!("ratio")),
        ("status", "VARCHAR", Value::Null),
        ("customers", "BIGINT", json!("customers")),
    ];
    let items = found["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows = items
        .iter()
        .map(|item| {
            let mut row = pick(item, &columns);
            for (place, name) in [(4, "value"), (5, "lower"), (6, "upper")] {
                row[place] = item["expected"][name].clone();
            }
            row[9] = item["customers_total"].clone();
            row
        })
        .collect();
    let sql = items.first().and_then(|item| item["evidence"]["sql"].as_str()).map(str::to_owned);
    let answer = words::recommendations(plan, &found, tenant.currency(), language);
    Ok(carried(tenant, &columns, rows, &found["snapshot"], sql, answer, Chart::None))
}

async fn customer(
    engine: &Engine,
    tenant: &TenantContext,
    parameters: &BTreeMap<String, String>,
    language: Language,
) -> Result<Carried> {
    let id = parameters.get("customer_id").map(String::as_str).unwrap_or_default();
    let currency = parameters.get("currency").map(String::as_str);
    let (card, timeline) = tokio::try_join!(
        engine.customer(tenant, id, currency, insight_language(language)),
        engine.timeline(tenant, id, ROWS, None),
    )?;
    let (columns, row) = words::card_row(&card);
    let answer = words::customer(&card, &timeline, tenant.time_zone(), language);
    Ok(carried(tenant, &columns, vec![row], &Value::Null, None, answer, Chart::None))
}

async fn offers(
    engine: &Engine,
    tenant: &TenantContext,
    parameters: &BTreeMap<String, String>,
    plan: &Plan,
    language: Language,
) -> Result<Carried> {
    let id = parameters.get("customer_id").map(String::as_str).unwrap_or_default();
    let limit = plan.limit.map_or(5, |limit| limit as usize);
    let found = value(&engine.offers(tenant, id, limit, insight_language(language)).await?)?;
    let columns = [
        ("list", "VARCHAR", Value::Null),
        ("product_id", "VARCHAR", Value::Null),
        ("product", "VARCHAR", Value::Null),
        ("score", "DOUBLE", json!("ratio")),
        ("reason", "VARCHAR", Value::Null),
    ];
    let mut rows = Vec::new();
    for list in ["repeat", "new"] {
        for offer in found[list].as_array().into_iter().flatten() {
            let mut row = pick(offer, &columns);
            row[0] = json!(list);
            rows.push(row);
        }
    }
    let answer = words::offers(&found, language);
    Ok(carried(tenant, &columns, rows, &Value::Null, None, answer, Chart::None))
}

/// A report's rows, told by its title and its first rows.
fn of_worked(worked: Worked, plan: &Plan, language: Language) -> Carried {
    let answer = words::report(&worked, plan, language);
    let sql = worked.sql.clone();
    let typed = table::typed(&worked);
    Carried { result: Some(table::told(worked)), table: typed, sql: Some(sql), answer, chart: Chart::None, next: None }
}

type Columns<'a> = &'a [(&'a str, &'a str, Value)];

fn carried(
    tenant: &TenantContext,
    columns: Columns<'_>,
    rows: Vec<Vec<Value>>,
    snapshot: &Value,
    sql: Option<String>,
    answer: String,
    chart: Chart,
) -> Carried {
    let told = columns.iter().map(|(name, kind, unit)| json!({"name": name, "type": kind, "unit": unit})).collect();
    let typed = Table {
        columns: columns.iter().map(|(name, ..)| Column::field(name)).collect(),
        rows: rows.iter().map(|row| row.iter().map(table::cell).collect()).collect(),
    };
    let meta = Told {
        meta: Meta {
            sql: sql.clone().unwrap_or_default(),
            snapshot: snapshot.as_str().unwrap_or_default().to_owned(),
            time_zone: tenant.time_zone().name().to_owned(),
            currency: Some(tenant.currency().to_owned()),
            ..Meta::default()
        },
        truncated: false,
        rows_scanned: 0,
        elapsed_ms: 0,
    };
    let meta = serde_json::to_value(meta).unwrap_or_default();
    let chart = if rows.len() < 2 { Chart::None } else { chart };
    Carried { result: Some(ResultTable { columns: told, rows, meta }), table: typed, sql, answer, chart, next: None }
}

fn pick(item: &Value, columns: Columns<'_>) -> Vec<Value> {
    columns.iter().map(|(name, ..)| item.get(*name).cloned().unwrap_or(Value::Null)).collect()
}

fn value(found: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(found)
        .map_err(|e| Error::internal("an answer of the engine does not serialize").with_source(e))
}

fn insight_language(language: Language) -> insight::Language {
    match language {
        Language::En => insight::Language::En,
        Language::Ru => insight::Language::Ru,
    }
}

fn locale(language: Language) -> &'static str {
    language.pick("ru", "en")
}
