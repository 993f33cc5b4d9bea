//! One customer's card.

use std::sync::Arc;

use super::{
    CustomerCard, CustomerRow, history, no_such_customer,
    rows::{self, Texts},
    segment,
};
use crate::{
    Engine, Result, TenantContext,
    reading::{Reader, Values, micros},
    reports,
};

/// The card of `id`.
pub(super) async fn card(
    engine: &Engine,
    tenant: &TenantContext,
    id: &str,
    currency: Option<&str>,
) -> Result<CustomerCard> {
    let currency = reports::currency_code(currency, tenant.currency())?;
    let as_of = micros(engine.clock().now().timestamp_micros());
    let values = || {
        let mut values = Values::default();
        values.name("customer", id);
        values.name("currency", currency.as_str());
        values.name("as_of", as_of.clone());
        values
    };
    let reader = Reader::open(engine, tenant).await?;
    let found = reader.collect(record(), values()).await?;
    let record = rows::customers(&found)?.pop().ok_or_else(|| no_such_customer())?;
    let mut figures = rows::figures(&found)?.pop().unwrap_or_default();
    if figures.orders > 0 {
        // A segment is a place among all customers, so this one reads them all; it is not asked for without an order.
        let found = reader.collect(place()?, values()).await?;
        figures.segment = if found.num_rows() == 1 { Texts::of(&found, "segment")?.get(0) } else { None };
    }
    let row = CustomerRow { customer: record, figures };
    Ok(CustomerCard { row, currency: Arc::from(currency), ..CustomerCard::default() })
}

/// The record and the figures of its own purchases.
fn record() -> String {
    let (history, columns) = (history::of_one(), history::COLUMNS);
    format!(
        "WITH history AS ({history}\n)\nSELECT{columns},
        CAST(NULL AS VARCHAR) AS segment,
        CAST(NULL AS DOUBLE) AS churn_risk,
        CAST(NULL AS DECIMAL(38, 4)) AS predicted_clv
FROM (SELECT * FROM customers WHERE customer_id = $customer) c
LEFT JOIN history h ON h.customer_id = c.customer_id"
    )
}

/// The customer's segment.
fn place() -> Result<String> {
    let (history, buyers, rule) = (history::of_all(), history::BUYERS, segment::rule()?);
    Ok(format!(
        "WITH history AS ({history}\n),\nbuyers AS ({buyers}\n),\n{rule}
SELECT segment FROM named WHERE customer_id = $customer AND frequency IS NOT NULL"
    ))
}
