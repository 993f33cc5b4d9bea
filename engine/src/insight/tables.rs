//! What a statement may read beside the tenant's three tables: views, and tables that are computed when they are read.

use chrono::{DateTime, Utc};

use super::{lazy::LazyTable, offers_table::OffersTable, value};
use kupets_core::{Result, TenantContext};

use crate::{
    Engine,
    customers::{few, history},
    reports,
    snapshot_reader::SnapshotReader,
};

const PRODUCT_FACTS: &str = include_str!("../../../queries/views/product_facts.sql");

/// The present version with all that the statement `sql` may read.
///
/// # Errors
/// The lake cannot be opened; the limits of queries.
pub(crate) async fn reader(engine: &Engine, tenant: &TenantContext, sql: &str) -> Result<SnapshotReader> {
    let mut reader = SnapshotReader::open(engine, tenant).await?;
    // Whoever does not ask for customers does not wait for their being counted.
    if sql.to_ascii_lowercase().contains(FACTS) {
        let now = engine.clock().now();
        reader = few::knowing_customers(&reader, tenant.currency(), now).await?;
    }
    let facts = customer_facts(&reader)?;
    let plain = reader.inner();
    reader.add("customer_offers", OffersTable::new(plain.clone()));
    let scores = LazyTable::new(value::schema(), move || {
        let plain = plain.clone();
        async move {
            let (currency, now) = (plain.tenant().currency().to_owned(), plain.engine().clock().now());
            Ok(value::scores(&plain, &currency, now, value::Horizon::CARD).await?.rows.clone())
        }
    });
    reader.add("customer_scores", scores);
    reader.add_view("orders", reports::ORDERS_VIEW);
    reader.add_view(FACTS, facts);
    reader.add_view("product_facts", written(PRODUCT_FACTS, tenant.currency(), NOW));
    Ok(reader)
}

/// The name of the view of customers.
const FACTS: &str = "customer_facts";

/// One row a customer: the record, its figures in the workspace's currency as of now, its segment, and what is expected.
fn customer_facts(reader: &SnapshotReader) -> Result<String> {
    let naming = few::naming(reader);
    let (buyers, columns) = (history::BUYERS, history::COLUMNS);
    let (history, rule) = (history::of_all(&naming.look_back()?), naming.rule()?);
    let sql = format!(
        "WITH history AS ({history}\n),\nbuyers AS ({buyers}\n),\n{rule}\nSELECT{columns},
        CASE WHEN h.frequency IS NOT NULL THEN h.recency END AS recency_days,
        CASE WHEN h.frequency IS NOT NULL THEN h.segment END AS segment,
        s.expected_purchases, s.expected_order_value, s.predicted_clv, s.churn_risk, s.next_order_at, s.lifecycle,
        c.consent, c.do_not_contact, s.churn_horizon_days
FROM customers c
LEFT JOIN named h ON h.customer_id = c.customer_id
LEFT JOIN customer_scores s ON s.customer_id = c.customer_id"
    );
    Ok(written(&sql, reader.tenant().currency(), NOW))
}

/// Adds the view `moved`: a row a customer with a segment at `to`, the segment at `from`, and the revenue between. Both
/// segments are by the present rules, and by the words that the reader was made to know.
///
/// # Errors
/// None that can happen: the rule of segments is there.
pub(super) fn add_moved(
    reader: &mut SnapshotReader,
    currency: &str,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<()> {
    let moment = |time: DateTime<Utc>| {
        format!("arrow_cast({}, 'Timestamp(Microsecond, Some(\"UTC\"))')", time.timestamp_micros())
    };
    let naming = few::naming(reader);
    let (history, buyers) = (history::of_all_before(&naming.look_back()?), history::BUYERS);
    let rule = naming.rule()?;
    let segments = format!(
        "WITH history AS ({history}\n),\nbuyers AS ({buyers}\n),\n{rule}\nSELECT customer_id, segment FROM named WHERE frequency IS NOT NULL"
    );
    for (name, end) in [("segments_before", from), ("segments_after", to)] {
        reader.add_view(name, written(&segments, currency, &moment(end)));
    }
    let (from, to) = (moment(from), moment(to));
    let moved = format!(
        "SELECT a.customer_id, b.segment AS from_segment, a.segment AS to_segment, r.revenue
FROM segments_after a
LEFT JOIN segments_before b ON b.customer_id = a.customer_id
LEFT JOIN (
    SELECT customer_id, sum(purchase_amount) AS revenue
    FROM sales
    WHERE line = 1 AND customer_id IS NOT NULL AND currency = $currency AND occurred_at >= {from} AND occurred_at < {to}
    GROUP BY customer_id
) r ON r.customer_id = a.customer_id"
    );
    reader.add_view("moved", written(&moved, currency, NOW));
    Ok(())
}

/// The statement's own moment.
const NOW: &str = "arrow_cast(now(), 'Timestamp(Microsecond, Some(\"UTC\"))')";

/// A view has no parameters: its currency and its moment are written out.
fn written(sql: &str, currency: &str, as_of: &str) -> String {
    // A code is letters; anything else would end the literal.
    let code: String = currency.chars().filter(char::is_ascii_alphanumeric).collect();
    sql.replace("$as_of", as_of).replace("$currency", &format!("'{code}'"))
}
