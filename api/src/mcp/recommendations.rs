//! `recommendations`: what to do.

use kupets_engine::insight;
use kupets_mcp::{Cell, CustomerMatch, Expected, Recommendation, Recommendations, RecommendationsFound};
use serde_json::Value;

use super::{
    asking::Asking,
    failure::{Answer, failed},
    number::{estimate, exact},
};

/// Recommendations unless others are asked for.
const ROWS: u32 = 10;
/// Customers that each names at most.
const CUSTOMERS: usize = 20;

/// Answers `recommendations`.
pub(super) async fn find(asking: Asking, sent: Recommendations) -> Answer<RecommendationsFound> {
    let parameters = asking.parameters([
        ("kind", sent.kind),
        ("customer_id", sent.customer_id),
        ("limit", Some(sent.limit.unwrap_or(ROWS).to_string())),
        ("cursor", sent.cursor),
        ("customers", Some(CUSTOMERS.to_string())),
    ]);
    let found = asking.engine.recommendations(&asking.tenant, &parameters).await.map_err(failed)?;
    let mut notes: Vec<String> = found.none.into_iter().map(|none| format!("{}: {}", none.kind, none.reason)).collect();
    if found.items.iter().any(|item| item.customers.iter().any(|customer| customer.held_out)) {
        notes.push(asking.say(
            "Клиенты из контрольных групп задач не названы: с ними не связываются.",
            "Customers held out of a task are not named: they are not to be contacted.",
        ));
    }
    let items = found.items.into_iter().map(told).collect::<Answer<_>>()?;
    Ok(RecommendationsFound { items, next_cursor: found.next_cursor, notes })
}

fn told(item: insight::Recommended) -> Answer<Recommendation> {
    let figures = item.expected.figures;
    // Where nothing was estimated its zeros are no figures.
    let expected = match figures.method.as_str() {
        "not_estimated" => None,
        _ => Some(Expected {
            metric: figures.metric,
            value: exact(figures.value)?,
            lower: exact(figures.lower)?,
            upper: exact(figures.upper)?,
            method: item.expected.explanation,
        }),
    };
    let columns = item.evidence.columns.iter().map(|column| column["name"].as_str().unwrap_or_default().to_owned());
    let rows = item.evidence.rows.into_iter().map(|row| match row {
        Value::Array(cells) => cells.into_iter().map(Cell).collect(),
        other => vec![Cell(other)],
    });
    let customers = item.customers.into_iter().filter(|customer| !customer.held_out);
    Ok(Recommendation {
        id: item.id,
        kind: item.kind,
        title: item.title,
        reason: item.reason,
        columns: columns.collect(),
        rows: rows.collect(),
        customers: customers
            .map(|customer| CustomerMatch { customer_id: customer.customer_id, name: customer.name })
            .collect(),
        products: item.products.into_iter().map(|product| product.product_id).collect(),
        expected,
        confidence: estimate(item.confidence)?,
        falsified_by: item.falsified_by,
        status: item.status.name().to_owned(),
    })
}
