//! What a digest says: the figures of the period that has ended, what moved, what is expected, what to do. Each comes from the same
//! calls as the pages of reports, trends, forecast and recommendations.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use kupets_core::{Kind, Result, TenantContext};
use kupets_engine::{Engine, insight::Language};

use super::{
    figures,
    message::{Message, part},
    schedule::{Every, Schedule},
    words::{self, say},
};

/// Metrics of a digest, in order.
const METRICS: [&str; 6] = ["revenue", "orders", "average_order", "customers", "new_customers", "refunds"];
/// Findings and recommendations that are told.
const FEW: usize = 3;

/// The digest that was due at that moment.
///
/// # Errors
/// The limits of queries, and what does not answer.
pub async fn digest(
    engine: &Engine,
    tenant: &TenantContext,
    workspace: &str,
    schedule: &Schedule,
    due: DateTime<Utc>,
    language: Language,
) -> Result<Message> {
    let (from, to) = schedule.about(tenant.time_zone(), due);
    let found = figures::of(engine, tenant, from, Some(to)).await?;
    let currency = tenant.currency();
    let lines: Vec<_> = METRICS
        .iter()
        .filter_map(|metric| found.iter().find(|figure| figure.metric == *metric)?.line(currency, language))
        .collect();
    let last = to.pred_opt().unwrap_or(from);
    let period = match schedule.every {
        Every::Month => words::month(from, language),
        Every::Day | Every::Week => words::days(from, last, language),
    };
    let title = format!("{workspace}: {period}");
    let summary = lines.first().cloned().unwrap_or_else(|| period.clone());
    let parts = [
        part(say(language, "Figures", "Показатели"), lines),
        part(say(language, "What moved", "Что изменилось"), moved(engine, tenant, from, to, language).await?),
        part(say(language, "Expected", "Прогноз"), expected(engine, tenant, language).await?),
        part(say(language, "What to do", "Что сделать"), advice(engine, tenant, language).await?),
    ];
    Ok(Message::new(title, &parts, summary))
}

/// What cannot be told of this data is left out; what does not work now is an error, and is tried again.
fn if_there<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::NotFound | Kind::Limit) => Ok(None),
        Err(error) => Err(error),
    }
}

fn parameters<const N: usize>(language: Language, pairs: [(&str, String); N]) -> BTreeMap<String, String> {
    let locale = ("locale".to_owned(), say(language, "en", "ru").to_owned());
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).chain([locale]).collect()
}

async fn moved(
    engine: &Engine,
    tenant: &TenantContext,
    from: NaiveDate,
    to: NaiveDate,
    language: Language,
) -> Result<Vec<String>> {
    let asked = parameters(language, [("from", from.to_string()), ("to", to.to_string()), ("limit", FEW.to_string())]);
    let found = if_there(engine.trends(tenant, &asked).await)?;
    Ok(found.map(|trends| trends.findings.into_iter().map(|finding| finding.sentence).collect()).unwrap_or_default())
}

async fn expected(engine: &Engine, tenant: &TenantContext, language: Language) -> Result<Vec<String>> {
    let asked = parameters(
        language,
        [("metric", "revenue".to_owned()), ("grain", "month".to_owned()), ("horizon", "1".to_owned())],
    );
    let Some(forecast) = if_there(engine.forecast(tenant, &asked).await)? else { return Ok(Vec::new()) };
    // Without a past there is nothing to expect, whatever a formula says.
    if forecast.history.len() < 2 {
        return Ok(Vec::new());
    }
    let line = forecast.points.first().map(|point| {
        let money = |value: f64| words::money(words::decimal(value), tenant.currency(), language);
        let range = format!("{} – {}", money(point.lower80), money(point.upper80));
        let month = words::month(point.period, language);
        match language {
            Language::En => format!("Revenue of {month}: {} (80\u{a0}%: {range})", money(point.value)),
            Language::Ru => format!("Выручка, {month}: {} (80\u{a0}%: {range})", money(point.value)),
        }
    });
    Ok(line.into_iter().collect())
}

async fn advice(engine: &Engine, tenant: &TenantContext, language: Language) -> Result<Vec<String>> {
    let asked = parameters(language, [("limit", FEW.to_string()), ("customers", "1".to_owned())]);
    let found = if_there(engine.recommendations(tenant, &asked).await)?;
    Ok(found.map(|found| found.items.into_iter().map(|item| item.title).collect()).unwrap_or_default())
}
