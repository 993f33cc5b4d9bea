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
    insight::{Horizon, Language, Score, scores, words},
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
        let score = scores(&reader, &currency, now, Horizon::CARD).await?.of(id);
        if let Some(score) = score {
            figures.churn_risk = Some(score.churn_risk);
            figures.churn_horizon_days = Some(score.churn_horizon_days);
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
    let days = |count: i64| words::days(count, language);
    let (orders, expected) =
        (words::orders(figures.orders, language), words::decimal(score.expected_purchases, 2, language));
    let horizon = days(score.churn_horizon_days.into());
    match language {
        Language::En => vec![
            match gap {
                Some(gap) => {
                    let (idle, gap) = (days(idle), days(gap));
                    format!("The last purchase was {idle} ago; the average time between orders was {gap}.")
                }
                None => format!("The only order was {} ago.", days(idle)),
            },
            format!("{orders} so far; {expected} expected in the next year."),
            format!("The risk looks {horizon} ahead: a usual customer of this shop who is silent for longer is lost."),
        ],
        Language::Ru => vec![
            match gap {
                Some(gap) => {
                    let (idle, gap) = (days(idle), days(gap));
                    format!("Последняя покупка: {idle} назад; средний промежуток между заказами: {gap}.")
                }
                None => format!("Единственный заказ: {} назад.", days(idle)),
            },
            format!("Пока {orders}; в следующем году ожидается {expected}."),
            format!(
                "Риск считается на {horizon} вперёд: обычный клиент этого магазина, который молчит дольше, потерян."
            ),
        ],
    }
}

/// The record and the figures of its own purchases.
fn record() -> String {
    let (history, columns) = (history::of_one(), history::COLUMNS);
    format!(
        "WITH history AS ({history}\n)\nSELECT{columns},
        c.consent,
        coalesce(c.do_not_contact, FALSE) AS do_not_contact,
        CAST(NULL AS VARCHAR) AS segment,
        CAST(NULL AS DOUBLE) AS churn_risk,
        CAST(NULL AS DECIMAL(38, 4)) AS predicted_clv,
        CAST(NULL AS VARCHAR) AS lifecycle,
        CAST(NULL AS BIGINT) AS churn_horizon_days
FROM (SELECT * FROM customers WHERE customer_id = $customer) c
LEFT JOIN history h ON h.customer_id = c.customer_id"
    )
}

/// The customer's segment.
const PLACE: &str = "SELECT segment FROM everyone WHERE customer_id = $customer AND segment IS NOT NULL";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_reasons_of_a_risk_count_as_people_do() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let told = |orders: u64, first: &str, language: Language| {
            let figures = Figures {
                orders,
                first_purchase_at: Some(at(first)),
                last_purchase_at: Some(at("2026-05-20T00:00:00Z")),
                ..Figures::default()
            };
            let score = Score {
                expected_purchases: 12.1,
                predicted_clv: rust_decimal::Decimal::ZERO,
                churn_risk: 0.5,
                next_order_at: None,
                lifecycle: None,
                churn_horizon_days: 90,
            };
            let told = reasons(&figures, &score, at("2026-05-21T00:00:00Z"), language);
            told.join(" ").replace('\u{a0}', " ")
        };
        assert_eq!(
            told(1, "2026-05-20T00:00:00Z", Language::En),
            "The only order was 1 day ago. 1 order so far; 12.10 expected in the next year. The risk looks 90 days ahead: \
             a usual customer of this shop who is silent for longer is lost."
        );
        assert_eq!(
            told(1, "2026-05-20T00:00:00Z", Language::Ru),
            "Единственный заказ: 1 день назад. Пока 1 заказ; в следующем году ожидается 12,10. Риск считается на 90 дней \
             вперёд: обычный клиент этого магазина, который молчит дольше, потерян."
        );
        assert_eq!(
            told(3, "2026-04-06T00:00:00Z", Language::Ru),
            "Последняя покупка: 1 день назад; средний промежуток между заказами: 22 дня. Пока 3 заказа; \
             в следующем году ожидается 12,10. Риск считается на 90 дней вперёд: обычный клиент этого магазина, который \
             молчит дольше, потерян."
        );
        assert!(told(2, "2026-05-19T00:00:00Z", Language::En).contains("time between orders was 1 day."));
    }
}
