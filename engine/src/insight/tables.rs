//! What a statement may read beside the tenant's three tables: views, and tables that are computed when they are read.

use super::{lazy::LazyTable, value};
use crate::{
    Engine, Result, TenantContext,
    customers::{history, segment},
    reading::Reader,
    reports,
};

const PRODUCT_FACTS: &str = include_str!("../../../queries/views/product_facts.sql");

/// The present version with all that a statement may read.
///
/// # Errors
/// The lake cannot be opened.
pub(crate) async fn reader(engine: &Engine, tenant: &TenantContext) -> Result<Reader> {
    let mut reader = Reader::open(engine, tenant).await?;
    let plain = reader.inner();
    let scores = LazyTable::new(value::schema(), move || {
        let plain = plain.clone();
        async move {
            let (currency, now) = (plain.tenant().currency().to_owned(), plain.engine().clock().now());
            Ok(value::scores(&plain, &currency, now, value::YEAR_DAYS).await?.rows.clone())
        }
    });
    reader.add("customer_scores", scores);
    reader.add_view("orders", reports::ORDERS_VIEW);
    reader.add_view("customer_facts", customer_facts(tenant.currency())?);
    reader.add_view("product_facts", for_currency(PRODUCT_FACTS, tenant.currency()));
    Ok(reader)
}

/// One row a customer: the record, its figures in the workspace's currency as of now, its segment, and what is expected.
fn customer_facts(currency: &str) -> Result<String> {
    let (history, buyers, columns, rule) = (history::of_all(), history::BUYERS, history::COLUMNS, segment::rule()?);
    let sql = format!(
        "WITH history AS ({history}\n),\nbuyers AS ({buyers}\n),\n{rule}\nSELECT{columns},
        CASE WHEN h.frequency IS NOT NULL THEN h.recency END AS recency_days,
        CASE WHEN h.frequency IS NOT NULL THEN h.segment END AS segment,
        s.expected_purchases, s.expected_order_value, s.predicted_clv, s.churn_risk, s.next_order_at
FROM customers c
LEFT JOIN named h ON h.customer_id = c.customer_id
LEFT JOIN customer_scores s ON s.customer_id = c.customer_id"
    );
    Ok(for_currency(&sql, currency))
}

/// A view has no parameters: its currency is written out, and its moment is the statement's.
fn for_currency(sql: &str, currency: &str) -> String {
    // A code is letters; anything else would end the literal.
    let code: String = currency.chars().filter(char::is_ascii_alphanumeric).collect();
    sql.replace("$as_of", "arrow_cast(now(), 'Timestamp(Microsecond, Some(\"UTC\"))')")
        .replace("$currency", &format!("'{code}'"))
}
