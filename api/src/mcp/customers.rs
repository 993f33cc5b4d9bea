//! `customer` and `segment_customers`.

use std::collections::BTreeMap;

use kupets_engine::{
    customers::{self as engine, Comparison, CustomerQuery, Event, Filter},
    record::{Interaction, Purchase, Status},
    schema::DECIMAL_SCALE,
};
use kupets_mcp::{
    Cell, Customer, CustomerCard, CustomerFigures, CustomerFound, CustomerMatch, CustomerRow, Customers, HistoryEvent,
    SegmentCustomers,
};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    asking::Asking,
    failure::{Answer, failed, told},
    number::{estimate, exact, plain},
};
use crate::problem::Problem;

/// Customers of a search that are listed where several fit.
const MATCHES: usize = 10;
/// Events of a history unless others are asked for.
const EVENTS: u32 = 10;
/// Customers of a page unless others are asked for.
const ROWS: u32 = 50;
/// Letters of an event's line.
const SUMMARY: usize = 300;

/// Answers `customer`.
pub(super) async fn customer(asking: Asking, sent: Customer) -> Answer<CustomerFound> {
    let history = sent.history.unwrap_or(EVENTS) as usize;
    let search = match (sent.customer_id, sent.search) {
        (Some(id), _) => return card(&asking, &id, history).await,
        (None, search) => search.unwrap_or_default(),
    };
    let query = CustomerQuery { search: Some(search), limit: MATCHES, ..CustomerQuery::default() };
    let page = asking.engine.customers(&asking.tenant, query).await.map_err(failed)?;
    let mut found = CustomerFound::default();
    match page.items.as_slice() {
        [] => found.notes.push(asking.say("Никто не подходит.", "Nobody fits.")),
        [one] => return card(&asking, &one.customer.customer_id, history).await,
        several => {
            let fits = several.iter().map(|row| &row.customer);
            found.matches = fits
                .map(|one| CustomerMatch { customer_id: one.customer_id.clone(), name: one.name.clone() })
                .collect();
            found
                .notes
                .push(asking.say("Подходят несколько: назовите id.", "Several fit: ask again with the id of one."));
            if page.next_cursor.is_some() {
                found.notes.push(asking.say("Есть и другие.", "There are others beside them."));
            }
        }
    }
    Ok(found)
}

async fn card(asking: &Asking, id: &str, history: usize) -> Answer<CustomerFound> {
    let (engine, tenant) = (&asking.engine, &asking.tenant);
    let (card, timeline) = tokio::try_join!(
        engine.customer(tenant, id, None, asking.locale()),
        engine.timeline(tenant, id, history, None),
    )
    .map_err(|error| failed(error).at("customer_id"))?;
    let events = timeline.items.into_iter().map(|event| match event {
        Event::Purchase(purchase) => bought(asking, purchase),
        Event::Interaction(interaction) => met(asking, interaction),
    });
    let history = events.collect::<Answer<_>>()?;
    let record = card.row.customer;
    let attributes: BTreeMap<String, Value> = json(record.attributes)?;
    let told = CustomerCard {
        customer_id: record.customer_id,
        name: record.name,
        email: record.email,
        phone: record.phone,
        tags: json(record.tags)?,
        attributes: attributes.into_iter().map(|(name, value)| (name, Cell(value))).collect(),
        figures: figures(asking, card.row.figures, &card.currency)?,
        expected_purchases: card.expected_purchases.map(estimate).transpose()?,
        next_order_at: card.next_order_at.map(|at| asking.moment(at)),
        churn_reasons: card.churn_reasons,
        history,
    };
    Ok(CustomerFound { customer: Some(told), ..CustomerFound::default() })
}

/// Answers `segment_customers`.
pub(super) async fn list(asking: Asking, sent: SegmentCustomers) -> Answer<Customers> {
    let mut filters = Vec::new();
    let mut bound = |field: &str, comparison: Comparison, value: String| {
        filters.push(vec![Filter { field: field.to_owned(), comparison, value }]);
    };
    for (field, name, comparison, value) in [
        ("revenue", "min_revenue", Comparison::GreaterOrEqual, &sent.min_revenue),
        ("revenue", "max_revenue", Comparison::LessOrEqual, &sent.max_revenue),
        ("churn_risk", "min_churn_risk", Comparison::GreaterOrEqual, &sent.min_churn_risk),
    ] {
        if let Some(value) = value {
            bound(field, comparison, plain(&value.to_string(), name)?);
        }
    }
    if let Some(orders) = sent.min_orders {
        bound("orders", Comparison::GreaterOrEqual, orders.to_string());
    }
    if let Some(day) = &sent.last_purchase_before {
        let before = asking.tenant.time("last_purchase_before", day).map_err(failed)?;
        bound("last_purchase_at", Comparison::Less, asking.moment(before));
    }
    let sort = sent.sort.as_deref().map(str::trim).filter(|sort| !sort.is_empty()).unwrap_or("-revenue");
    let (sort, descending) = sort.strip_prefix('-').map_or((sort, false), |sort| (sort, true));
    let query = CustomerQuery {
        search: sent.search.filter(|search| !search.trim().is_empty()),
        segment: sent.segment,
        filters,
        sort: Some(sort.to_owned()),
        descending,
        limit: sent.limit.unwrap_or(ROWS) as usize,
        cursor: sent.cursor,
        currency: None,
    };
    let page = asking.engine.customers(&asking.tenant, query).await.map_err(failed)?;
    let currency = page.currency;
    let customers = page.items.into_iter().map(|row| {
        Ok(CustomerRow {
            customer_id: row.customer.customer_id,
            name: row.customer.name,
            figures: figures(&asking, row.figures, &currency)?,
        })
    });
    let customers = customers.collect::<Answer<_>>()?;
    Ok(Customers { customers, next_cursor: page.next_cursor, total: None, notes: Vec::new() })
}

fn figures(asking: &Asking, figures: engine::Figures, currency: &str) -> Answer<CustomerFigures> {
    Ok(CustomerFigures {
        currency: currency.to_owned(),
        orders: figures.orders.into(),
        revenue: exact(figures.revenue)?,
        average_order: figures.average_order.map(exact).transpose()?,
        first_purchase_at: figures.first_purchase_at.map(|at| asking.moment(at)),
        last_purchase_at: figures.last_purchase_at.map(|at| asking.moment(at)),
        segment: figures.segment,
        churn_risk: figures.churn_risk.map(estimate).transpose()?,
        churn_horizon_days: figures.churn_horizon_days,
        predicted_clv: figures.predicted_clv.map(exact).transpose()?,
    })
}

fn bought(asking: &Asking, purchase: Purchase) -> Answer<HistoryEvent> {
    let stored = |units: i64| Decimal::new(units, DECIMAL_SCALE.unsigned_abs().into());
    let lines = purchase.lines.iter().map(|line| {
        let what = line.product.as_deref().or(line.product_id.as_deref()).or(line.category.as_deref());
        let what = what.unwrap_or("—");
        let quantity = stored(line.quantity).normalize();
        if quantity == Decimal::ONE { what.to_owned() } else { format!("{what} × {quantity}") }
    });
    let lines = lines.collect::<Vec<_>>().join(", ");
    let summary = match purchase.status {
        Status::Completed => lines,
        other => format!("({}) {lines}", other.name()),
    };
    Ok(HistoryEvent {
        occurred_at: moment(asking, purchase.occurred_at)?,
        kind: "purchase".to_owned(),
        summary: line(&summary),
        amount: Some(exact(purchase.lines.iter().map(|line| stored(line.amount)).sum())?),
        currency: Some(purchase.currency.to_string()),
        id: purchase.purchase_id,
    })
}

fn met(asking: &Asking, interaction: Interaction) -> Answer<HistoryEvent> {
    let said = interaction.subject.or(interaction.body).or(interaction.outcome).unwrap_or_default();
    Ok(HistoryEvent {
        occurred_at: moment(asking, interaction.occurred_at)?,
        kind: interaction.kind,
        summary: line(&said),
        amount: None,
        currency: None,
        id: interaction.interaction_id,
    })
}

/// A text in a line that is not too long.
fn line(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(SUMMARY) {
        words.truncate(end);
        words.push('…');
    }
    words
}

fn moment(asking: &Asking, micros: i64) -> Answer<String> {
    let at = chrono::DateTime::from_timestamp_micros(micros);
    at.map(|at| asking.moment(at)).ok_or_else(|| told(&Problem::internal(format!("{micros} is not a time"))))
}

/// What a column of JSON holds; nothing where it is empty.
fn json<T: DeserializeOwned + Default>(text: Option<String>) -> Answer<T> {
    let read = text.map(|text| serde_json::from_str(&text)).transpose();
    read.map(Option::unwrap_or_default).map_err(|e| told(&Problem::internal(e)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_a_line() {
        assert_eq!(line("Чай\n  и   чашка"), "Чай и чашка");
        assert_eq!(line(&"ё".repeat(SUMMARY)), "ё".repeat(SUMMARY));
        assert_eq!(line(&"ё".repeat(SUMMARY + 1)), format!("{}…", "ё".repeat(SUMMARY)));
    }
}
