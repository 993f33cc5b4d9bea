//! The statements that facts come from. What the rules see and what is shown as evidence are the same rows of the same statement.

use super::year_ago;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use datafusion::common::ScalarValue;
use kupets_core::{Result, TenantContext};

use crate::{
    customers::{few, segment::Naming},
    insight::value::looked_back_to,
    snapshot_reader::{SnapshotReader, Values, micros},
};

/// Days of the present period of products, and of the one before it: whole weeks, so that both have the same weekdays.
pub(super) const PERIOD_DAYS: u32 = 28;
/// Days before a product's last sale in which its rate is counted.
pub(super) const RATE_DAYS: u32 = 56;
/// What has been silent for longer than so many days is no longer on offer, rather than missing.
pub(super) const SILENCE_DAYS: u32 = 45;
/// Days in which habits, pairs and hours are looked for: older ones are not of today.
const HABIT_DAYS: u32 = 365;

/// Known customers with an order, a row each. Two orders of one day are one visit: nobody's rhythm is no days. The usual days
/// between visits are the longer of their median and their mean, and orders that were taken back whole are left out: whoever comes three days in a row each quarter is not late after
/// a week. Where all of it is needed it is not run: see [`Visits::buyers`].
///
/// [`Visits::buyers`]: crate::insight::visits::Visits::buyers
const BUYERS: &str = "WITH days AS (
    SELECT
        customer_id,
        CAST(local_time(occurred_at) AS DATE) AS day,
        count(*) FILTER (WHERE purchase_amount > 0) AS orders,
        sum(purchase_amount) AS amount,
        max(occurred_at) FILTER (WHERE purchase_amount > 0) AS last_at
    FROM sales s
    LEFT JOIN taken_back t
      ON t.purchase_id = CASE WHEN s.purchase_amount > 0 THEN s.purchase_id ELSE coalesce(s.refund_of, s.purchase_id) END
     AND t.taken_back_at < $as_of
    WHERE t.purchase_id IS NULL AND line = 1 AND customer_id IS NOT NULL AND currency = $currency AND occurred_at < $as_of
    GROUP BY customer_id, CAST(local_time(occurred_at) AS DATE)
),
visits AS (
    SELECT
        *,
        day - lag(day) OVER (PARTITION BY customer_id, orders > 0 ORDER BY day) AS gap,
        row_number() OVER (PARTITION BY customer_id, orders > 0 ORDER BY day) AS visit
    FROM days
),
buyers AS (
    SELECT
        customer_id,
        CAST(sum(orders) AS BIGINT) AS all_orders,
        CAST(sum(amount) AS DECIMAL(38, 4)) AS paid,
        -- By what the segment goes.
        nullif(CAST(coalesce(sum(orders) FILTER (WHERE $of_late), 0) AS BIGINT), 0) AS frequency,
        CASE WHEN sum(orders) FILTER (WHERE $of_late) > 0 THEN CAST(sum(amount) FILTER (WHERE $of_late) AS DECIMAL(38, 4)) END AS monetary,
        max(last_at) FILTER (WHERE $of_late) AS last_order_at,
        max(day) FILTER (WHERE orders > 0) AS last_order_on,
        greatest(
            median(CAST(gap AS DOUBLE)) FILTER (WHERE orders > 0),
            avg(CAST(gap AS DOUBLE)) FILTER (WHERE orders > 0)
        ) AS every_days,
        max(gap) FILTER (WHERE orders > 0 AND visit = 2) AS second_after
    FROM visits
    GROUP BY customer_id
    HAVING sum(orders) > 0
),
";

/// What follows a WITH clause with `buyers`. Nobody is advised to contact who wants to be left alone.
const NAMED: &str = "$rule
SELECT
    customer_id,
    all_orders AS orders,
    paid AS revenue,
    CAST(paid / all_orders AS DECIMAL(38, 4)) AS mean_order,
    last_order_on,
    CAST($today AS DATE) - last_order_on AS silent_days,
    every_days,
    second_after,
    CASE WHEN frequency IS NOT NULL THEN segment END AS segment,
    sum(paid) OVER () AS all_revenue
FROM named
WHERE customer_id NOT IN (SELECT customer_id FROM customers WHERE do_not_contact OR consent_refused(consent))
ORDER BY customer_id";

/// What products sold in the present period and the one before it. The usual price is the higher of the two medians: that of
/// the list where lines tell it, else what was paid.
const GOODS: &str = "WITH lines AS (
    SELECT
        coalesce(product_id, product) AS product_id,
        product,
        occurred_at >= $period AS now,
        amount,
        quantity,
        CAST(greatest(coalesce(unit_price, amount / nullif(quantity, 0)), amount / nullif(quantity, 0)) AS DOUBLE) AS price
    FROM goods
    WHERE currency = $currency
      AND amount > 0
      AND quantity > 0
      AND (product_id IS NOT NULL OR product IS NOT NULL)
      AND occurred_at >= $period_before
      AND occurred_at < $midnight
),
sold AS (
    SELECT
        product_id,
        max(product) AS product,
        coalesce(sum(amount) FILTER (WHERE now), 0) AS sales,
        coalesce(sum(amount) FILTER (WHERE NOT now), 0) AS sales_before,
        coalesce(sum(quantity) FILTER (WHERE now), 0) AS units,
        coalesce(sum(quantity) FILTER (WHERE NOT now), 0) AS units_before,
        greatest(median(price) FILTER (WHERE now), median(price) FILTER (WHERE NOT now)) AS usual_price
    FROM lines
    GROUP BY product_id
)
SELECT *, sum(sales) OVER () AS all_sales
FROM sold
ORDER BY product_id";

/// Who bought a product within a year, and who came back for it on another day. Where all of it is needed it is not run: see
/// [`super::year`].
const FANS: &str = "WITH bought AS (
    SELECT
        coalesce(product_id, product) AS product_id,
        customer_id,
        min(CAST(local_time(occurred_at) AS DATE)) AS first_day,
        max(CAST(local_time(occurred_at) AS DATE)) AS last_day
    FROM goods
    WHERE currency = $currency
      AND amount > 0
      AND purchase_amount > 0
      AND customer_id IS NOT NULL
      AND (product_id IS NOT NULL OR product IS NOT NULL)
      AND occurred_at >= $year
      AND occurred_at < $as_of
    GROUP BY coalesce(product_id, product), customer_id
),
loved AS (
    SELECT
        product_id,
        count(*) AS buyers,
        count(*) FILTER (WHERE first_day < last_day) AS repeat_buyers
    FROM bought
    GROUP BY product_id
)
SELECT *, sum(buyers) OVER () AS all_buyers, sum(repeat_buyers) OVER () AS all_repeat_buyers
FROM loved
ORDER BY product_id";

/// How steadily a product sold until its last sale, for how many full days it has not, and how the shop went on meanwhile. `$only`
/// may be a condition on the product. Where all of it is needed it is not run: see [`super::year`].
const SHELF: &str = "WITH sold AS (
    SELECT
        coalesce(product_id, product) AS product_id,
        CAST(local_time(occurred_at) AS DATE) AS day,
        count(DISTINCT purchase_id) AS orders
    FROM goods
    WHERE currency = $currency
      AND amount > 0
      AND purchase_amount > 0
      AND (product_id IS NOT NULL OR product IS NOT NULL)
      AND occurred_at >= $shelf
      AND occurred_at < $as_of$only
    GROUP BY coalesce(product_id, product), CAST(local_time(occurred_at) AS DATE)
),
ended AS (
    SELECT *, max(day) OVER (PARTITION BY product_id) AS last_day FROM sold
),
kept AS (
    SELECT *
    FROM ended
    WHERE day > last_day - INTERVAL '$rate_days days' AND last_day >= CAST($today AS DATE) - INTERVAL '$silence_days days'
),
gaps AS (
    SELECT *, day - lag(day) OVER (PARTITION BY product_id ORDER BY day) - 1 AS gap FROM kept
),
rated AS (
    SELECT
        product_id,
        last_day,
        min(day) AS first_day,
        CAST(sum(orders) AS BIGINT) AS sales,
        count(*) AS sold_days,
        coalesce(max(gap), 0) AS longest_gap
    FROM gaps
    GROUP BY product_id, last_day
),
shop AS (
$shop
)
SELECT
    r.product_id,
    r.sales,
    r.last_day - r.first_day + 1 AS sale_days,
    r.last_day AS last_sold_on,
    greatest(CAST($today AS DATE) - r.last_day - 1, 0) AS silent_days,
    coalesce(CAST(sum(s.orders) FILTER (WHERE s.day <= r.last_day) AS BIGINT), 0) AS shop_orders_before,
    coalesce(CAST(sum(s.orders) FILTER (WHERE s.day > r.last_day) AS BIGINT), 0) AS shop_orders_since,
    r.sold_days,
    r.longest_gap
FROM rated r
LEFT JOIN shop s ON s.day >= r.first_day
GROUP BY r.product_id, r.sales, r.first_day, r.last_day, r.sold_days, r.longest_gap
ORDER BY r.product_id";

/// Orders of the shop by day.
pub(super) const SHOP: &str = "    SELECT CAST(local_time(occurred_at) AS DATE) AS day, count(*) AS orders
    FROM sales
    WHERE line = 1 AND currency = $currency AND purchase_amount > 0 AND occurred_at >= $shelf AND occurred_at < $midnight
    GROUP BY CAST(local_time(occurred_at) AS DATE)";

/// Who buys what again and again: on three days of a year or more, and the usual days between are over or nearly so. `$only` may
/// be a condition on the product. Where all of it is needed it is not run: see [`super::year`].
const HABITS: &str = "WITH bought AS (
    SELECT
        customer_id,
        coalesce(product_id, product) AS item,
        CAST(local_time(occurred_at) AS DATE) AS day,
        sum(amount) AS amount
    FROM goods
    WHERE currency = $currency
      AND amount > 0
      AND purchase_amount > 0
      AND customer_id IS NOT NULL
      AND (product_id IS NOT NULL OR product IS NOT NULL)
      AND occurred_at >= $year
      AND occurred_at < $as_of
      AND customer_id NOT IN (SELECT customer_id FROM customers WHERE do_not_contact OR consent_refused(consent))$only
    GROUP BY customer_id, coalesce(product_id, product), CAST(local_time(occurred_at) AS DATE)
),
gaps AS (
    SELECT *, day - lag(day) OVER (PARTITION BY customer_id, item ORDER BY day) AS gap
    FROM bought
),
habits AS (
    SELECT
        customer_id,
        -- An aggregate, so that a condition on it is not moved below the window, where the planner loses the order.
        min(item) AS product_id,
        count(*) AS times,
        median(CAST(gap AS DOUBLE)) AS every_days,
        max(day) AS last_bought_on,
        CAST($today AS DATE) - max(day) AS silent_days,
        CAST(sum(amount) AS DECIMAL(38, 4)) AS amount
    FROM gaps
    GROUP BY customer_id, item
    HAVING count(*) >= $fewest
)
SELECT *
FROM habits
WHERE silent_days >= $from * greatest(every_days, 1) AND silent_days <= $until * greatest(every_days, 1)
ORDER BY customer_id, product_id";

/// Orders by hour of the week; `at_midnight` tells those whose time is a date.
const HOURS: &str = "WITH hours AS (
    SELECT
        -- 1 is Monday; `dow` counts from 0 for Sunday.
        CAST((date_part('dow', local_time(occurred_at)) + 6) % 7 + 1 AS BIGINT) AS weekday,
        CAST(date_part('hour', local_time(occurred_at)) AS BIGINT) AS hour,
        count(*) AS orders,
        count(*) FILTER (WHERE local_time(occurred_at) = date_trunc('day', local_time(occurred_at))) AS at_midnight
    FROM sales
    WHERE line = 1 AND purchase_amount > 0 AND currency = $currency AND occurred_at >= $year AND occurred_at < $as_of
    GROUP BY 1, 2
)
SELECT *, CAST(sum(orders) OVER () AS BIGINT) AS all_orders
FROM hours
ORDER BY weekday, hour";

/// A kind of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// Customers.
    Buyers,
    /// Sales of products, now and before.
    Goods,
    /// Who comes back for a product.
    Fans,
    /// Whether products still sell.
    Shelf,
    /// Who buys a product again and again.
    Habits,
    /// When people buy.
    Hours,
}

/// As of when facts are read, and whose.
#[derive(Debug, Clone)]
pub(super) struct AsOf {
    /// Records from here on do not exist.
    pub moment: DateTime<Utc>,
    /// Its day in the workspace's zone.
    pub today: NaiveDate,
    /// The workspace.
    pub tenant: TenantContext,
    /// There are too few customers to be ranked.
    few: bool,
}

impl AsOf {
    /// As of a moment.
    pub fn new(tenant: &TenantContext, moment: DateTime<Utc>) -> Self {
        let today = moment.with_timezone(&tenant.time_zone()).date_naive();
        Self { moment, today, tenant: tenant.clone(), few: false }
    }

    /// The same, told whether there are too few customers to be ranked.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn knowing(self, reader: &SnapshotReader) -> Result<Self> {
        let known = few::knowing_customers(reader, self.tenant.currency(), self.moment).await?;
        Ok(Self { few: known.has_few_customers(), ..self })
    }

    /// By what segments are named.
    pub fn naming(&self) -> Naming<'_> {
        Naming::new(self.tenant.segments(), self.few)
    }

    /// The first day whose orders count for segments, as a number counted from 1970; none: all of them do.
    pub fn looked_back_to(&self) -> Option<i32> {
        looked_back_to(self.today, self.tenant.segments().look_back_months())
    }

    /// The first moment of the day so many days ago.
    fn days_ago(&self, days: u32) -> DateTime<Utc> {
        let day = self.today.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN);
        kupets_core::time::utc(day.and_time(NaiveTime::MIN), self.tenant.time_zone())
    }

    /// From when habits, pairs and hours are looked for.
    pub fn year(&self) -> DateTime<Utc> {
        self.days_ago(HABIT_DAYS)
    }

    /// The day as a number, counted from 1970.
    pub fn day_number(&self) -> i32 {
        i32::try_from((self.today - NaiveDate::default()).num_days()).unwrap_or(i32::MAX)
    }

    /// The values that statements of facts name.
    pub fn values(&self) -> Values {
        let mut values = Values::default();
        let moment = |time: DateTime<Utc>| micros(time.timestamp_micros());
        values.name("currency", self.tenant.currency());
        values.name("as_of", moment(self.moment));
        values.name("today", ScalarValue::Date32(Some(self.day_number())));
        values.name("midnight", moment(self.days_ago(0)));
        values.name("period", moment(self.days_ago(PERIOD_DAYS)));
        values.name("period_before", moment(self.days_ago(2 * PERIOD_DAYS)));
        values.name("shelf", moment(self.days_ago(RATE_DAYS + SILENCE_DAYS)));
        values.name("year", moment(self.year()));
        values.name("season", moment(self.days_ago(year_ago::YEAR_DAYS + RATE_DAYS + SILENCE_DAYS)));
        values.name("season_end", moment(self.days_ago(year_ago::YEAR_DAYS - year_ago::LEAST_DAYS)));
        values.name("midnight_year_ago", moment(self.days_ago(year_ago::YEAR_DAYS)));
        values.name("period_year_ago", moment(self.days_ago(year_ago::YEAR_DAYS + PERIOD_DAYS)));
        values.name("period_before_year_ago", moment(self.days_ago(year_ago::YEAR_DAYS + 2 * PERIOD_DAYS)));
        values
    }
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Buyers, Self::Goods, Self::Fans, Self::Shelf, Self::Habits, Self::Hours];

    /// Its statement, over [`AsOf::values`]; customers are named by `naming`. `only`, if not empty, is what a
    /// product's id equals: of habits and shelves, those of others are left out, and a shelf tells of the season too.
    ///
    /// # Errors
    /// The rule of segments is missing from its report.
    pub fn statement(self, naming: &Naming<'_>, only: &str) -> Result<String> {
        use kupets_analytics::recommend::{REORDER_FEWEST, REORDER_FROM, REORDER_UNTIL};
        Ok(match self {
            Self::Buyers => format!("{}{}", BUYERS.replace("$of_late", &of_late(naming)), named(naming)?),
            Self::Goods => GOODS.to_owned(),
            Self::Fans => FANS.to_owned(),
            Self::Shelf => {
                let shelf = SHELF
                    .replace("$shop", SHOP)
                    .replace("$only", &if_any(only))
                    .replace("$rate_days", &RATE_DAYS.to_string())
                    .replace("$silence_days", &SILENCE_DAYS.to_string());
                if only.is_empty() {
                    shelf
                } else {
                    format!("WITH missing AS (\n{shelf}\n),\n{}", year_ago::OF_MISSING)
                }
            }
            Self::Habits => HABITS
                .replace("$only", &if_any(only))
                .replace("$fewest", &REORDER_FEWEST.to_string())
                .replace("$from", &REORDER_FROM.to_string())
                .replace("$until", &REORDER_UNTIL.to_string()),
            Self::Hours => HOURS.to_owned(),
        })
    }
}

/// What names the segments of `buyers`, to follow a WITH clause.
///
/// # Errors
/// The rule of segments is missing from its report.
pub(super) fn named(naming: &Naming<'_>) -> Result<String> {
    Ok(NAMED.replace("$rule", &naming.rule()?))
}

/// The condition that a day counts for the segment.
fn of_late(naming: &Naming<'_>) -> String {
    let months = naming.rules().look_back_months();
    months
        .map_or_else(|| "TRUE".to_owned(), |months| format!("day >= CAST($today AS DATE) - INTERVAL '{months} months'"))
}

/// A condition on the product.
fn if_any(only: &str) -> String {
    if only.is_empty() { String::new() } else { format!("\n      AND coalesce(product_id, product) = {only}") }
}
