//! One customer's card.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    figures, history,
    model::{CustomerCard, CustomerRow, Figures, no_such_customer},
    rows::{self, Texts},
};
use kupets_core::{Result, TenantContext};

use crate::{
    Engine,
    insight::{Language, Score, YEAR_DAYS, scores},
    reports,
    snapshot_reader::{SnapshotReader, Values, micros},
};

/// The card of `id`.
pub(super) async fn card(
    engine: &Engine,
    tenant: &TenantContext,
    id: &str,
    currency: Option<&str>,
    language: Language,
) -> Result<CustomerCard> {
    let currency = reports::currency_code(currency, tenant.currency())?;
    let now = engine.clock().now();
    let mut values = Values::default();
    values.name("customer", id);
    values.name("currency", currency.as_str());
    values.name("as_of", micros(now.timestamp_micros()));
    let reader = SnapshotReader::open(engine, tenant).await?;
    let found = reader.collect(record(), values).await?;
    let record = rows::customers(&found)?.pop().ok_or_else(no_such_customer)?;
    let mut figures = rows::figures(&found)?.pop().unwrap_or_default();
    if figures.orders > 0 {
        // A segment is a place among all customers; it is not asked for without an order.
        let mut all = reader.clone();
        all.add_rows("everyone", (*figures::figures(&reader, &currency, now).await?).clone())?;
        let mut who = Values::default();
        who.name("customer", id);
        let found = all.collect(PLACE.to_owned(), who).await?;
        figures.segment = if found.num_rows() == 1 { Texts::of(&found, "segment")?.get(0) } else { None };
    }
    let mut card = CustomerCard { currency: Arc::from(currency.as_str()), ..CustomerCard::default() };
    if figures.orders > 0 {
        let score = scores(&reader, &currency, now, YEAR_DAYS).await?.of(id);
        if let Some(score) = score {
            figures.churn_risk = Some(score.churn_risk);
            figures.predicted_clv = Some(score.predicted_clv);
            card.churn_reasons = reasons(&figures, &score, now, language);
            figures.lifecycle = score.lifecycle;
            card.expected_purchases = Some(score.expected_purchases);
            card.next_order_at = score.next_order_at;
        }
    }
    card.row = CustomerRow { customer: record, figures };
    Ok(card)
}

/// What the risk rests on.
fn reasons(figures: &Figures, score: &Score, now: DateTime<Utc>, language: Language) -> Vec<String> {
    let idle = figures.last_purchase_at.map_or(0, |last| (now - last).num_days());
    let gap = match (figures.first_purchase_at, figures.last_purchase_at, figures.orders) {
        (Some(first), Some(last), orders @ 2..) => {
            Some((last - first).num_days() / i64::try_from(orders - 1).unwrap_or(i64::MAX))
        }
        _ => None,
    };
    let (orders, expected) = (figures.orders, score.expected_purchases);
    match language {
        Language::En => vec![
            match gap {
                Some(gap) => {
                    format!("The last purchase was {idle} days ago; between orders there were {gap} days on average.")
                }
                None => format!("The only order was {idle} days ago."),
            },
            format!("{orders} orders so far; {expected:.2} are expected in the next year."),
        ],
        Language::Ru => vec![
            match gap {
                Some(gap) => {
                    format!("Последняя покупка была {idle} дн. назад; между заказами в среднем проходило {gap} дн.")
                }
                None => format!("Единственный заказ был {idle} дн. назад."),
            },
            format!("Заказов до сих пор: {orders}; в следующем году ожидается {expected:.2}."),
        ],
    }
}

/// The record and the figures of its own purchases.
fn record() -> String {
    let (history, columns) = (history::of_one(), history::COLUMNS);
    format!(
        "WITH history AS ({history}\n)\nSELECT{columns},
        c.consent,
        c.do_not_contact,
        CAST(NULL AS VARCHAR) AS segment,
        CAST(NULL AS DOUBLE) AS churn_risk,
        CAST(NULL AS DECIMAL(38, 4)) AS predicted_clv,
        CAST(NULL AS VARCHAR) AS lifecycle
FROM (SELECT * FROM customers WHERE customer_id = $customer) c
LEFT JOIN history h ON h.customer_id = c.customer_id"
    )
}

/// The customer's segment.
const PLACE: &str = "SELECT segment FROM everyone WHERE customer_id = $customer AND segment IS NOT NULL";
