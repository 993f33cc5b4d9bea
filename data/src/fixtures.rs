//! A tiny shop written by hand, with totals computed by hand: for tests that need exact answers.
//!
//! Its workspace keeps time in `Europe/Moscow` (UTC+3) and money in roubles. Twelve purchases, five customers, three
//! interactions; among them a guest (`p-3`), a purchase in the evening of 31 January by UTC and in the night of 1
//! February by Moscow (`p-4`), a refund (`p-6`), a line whose amount is not quantity times price (`p-7`), purchases in
//! euros (`p-8`, `p-10`), numbers written as strings (`p-9`), a purchase in the shortest form with a date alone (`p-11`:
//! midnight in Moscow) and an exchange of one product for another (`p-12`).
//!
//! | purchase | customer | Moscow date | channel | currency | amount |
//! |---|---|---|---|---|---|
//! | p-1 | c-1 | 2026-01-05 | web | RUB | 2 x 350.50 + 1290.00 = 1991.00 |
//! | p-2 | c-2 | 2026-01-12 | shop | RUB | 2490.00 |
//! | p-3 | | 2026-01-20 | shop | RUB | 2 x 1290.00 = 2580.00 |
//! | p-4 | c-1 | 2026-02-01 | app | RUB | 3 x 350.50 = 1051.50 |
//! | p-5 | c-3 | 2026-02-03 | web | RUB | 899.90 + 350.50 = 1250.40 |
//! | p-6 | c-2 | 2026-02-05 | shop | RUB | -2490.00 |
//! | p-7 | c-3 | 2026-02-14 | app | RUB | 2 x 899.90 + 1161.00 = 2960.80 |
//! | p-8 | c-4 | 2026-02-20 | web | EUR | 14.90 + 2 x 3.75 = 22.40 |
//! | p-9 | c-1 | 2026-03-02 | web | RUB | 350.50 + 2490.00 = 2840.50 |
//! | p-10 | c-4 | 2026-03-08 | web | EUR | 9.99 |
//! | p-11 | c-5 | 2026-03-15 | none | RUB | 1000.00 |
//! | p-12 | c-3 | 2026-03-20 | marketplace | RUB | -1290.00 + 2 x 899.90 = 509.80 |
//!
//! In roubles over everything: see [`RUB`]. Two of four buyers have two or more orders: a repeat rate of 0.5. The revenue
//! of orders is 14184.00 + 2490.00 = 16674.00, the average order 16674.00 / 9 = 1852.666...

/// Array of five customers for `/v1/customers`.
pub const CUSTOMERS: &str = r#"[
  {"customer_id":"c-1","name":"Анна Соколова","email":"anna@example.com","phone":"+7 000 000-00-01","created_at":"2026-01-05T08:50:00Z","tags":["vip"],"attributes":{"city":"Казань","birth_month":5}},
  {"customer_id":"c-2","name":"Павел Орлов","email":"pavel@example.com","created_at":"2026-01-12T15:40:00Z","attributes":{"city":"Москва"}},
  {"customer_id":"c-3","name":"Ольга Вишневская","phone":"+7 000 000-00-03","created_at":"2026-02-03T07:58:00Z","tags":[],"attributes":{"city":"Казань"}},
  {"customer_id":"c-4","name":"Grace O'Brien","email":"grace@example.com","created_at":"2026-02-20T12:00:00Z","attributes":{"city":"Berlin"}},
  {"customer_id":"c-5","name":"Тимур Сафин","created_at":"2026-03-14T21:00:00Z"}
]"#;

/// A later change of two of them: c-1 moves and has no telephone any more, c-5 gives an e-mail address and a city.
pub const CUSTOMER_UPDATES: &str = r#"[
  {"customer_id":"c-1","phone":null,"attributes":{"city":"Самара"}},
  {"customer_id":"c-5","email":"timur@example.com","attributes":{"city":"Уфа"}}
]"#;

/// Array of twelve purchases (18 lines) for `/v1/purchases`.
pub const PURCHASES: &str = r#"[
  {"purchase_id":"p-1","customer_id":"c-1","occurred_at":"2026-01-05T09:00:00Z","currency":"RUB","channel":"web","items":[
    {"product_id":"tea","product":"Чай с чабрецом","category":"Чай и кофе","quantity":2,"unit_price":350.50,"amount":701.00},
    {"product_id":"mug","product":"Кружка из фарфора","category":"Посуда","quantity":1,"unit_price":1290.00,"amount":1290.00}]},
  {"purchase_id":"p-2","customer_id":"c-2","occurred_at":"2026-01-12T15:45:00Z","currency":"RUB","channel":"shop","items":[
    {"product_id":"pot","product":"Заварочный чайник","category":"Посуда","quantity":1,"unit_price":2490.00,"amount":2490.00}]},
  {"purchase_id":"p-3","occurred_at":"2026-01-20T11:10:00Z","currency":"RUB","channel":"shop","items":[
    {"product_id":"mug","product":"Кружка из фарфора","category":"Посуда","quantity":2,"unit_price":1290.00}]},
  {"purchase_id":"p-4","customer_id":"c-1","occurred_at":"2026-01-31T22:30:00Z","currency":"RUB","channel":"app","items":[
    {"product_id":"tea","product":"Чай с чабрецом","category":"Чай и кофе","quantity":3,"unit_price":350.50,"amount":1051.50}]},
  {"purchase_id":"p-5","customer_id":"c-3","occurred_at":"2026-02-03T11:00:00+03:00","currency":"RUB","channel":"web","items":[
    {"product_id":"coffee","product":"Кофе в зёрнах","category":"Чай и кофе","quantity":1,"unit_price":899.90,"amount":899.90},
    {"product_id":"tea","product":"Чай с чабрецом","category":"Чай и кофе","unit_price":350.50}]},
  {"purchase_id":"p-6","customer_id":"c-2","occurred_at":"2026-02-05T10:00:00Z","currency":"RUB","channel":"shop","items":[
    {"product_id":"pot","product":"Заварочный чайник","category":"Посуда","quantity":-1,"unit_price":2490.00,"amount":-2490.00}],
    "attributes":{"refund_of":"p-2"}},
  {"purchase_id":"p-7","customer_id":"c-3","occurred_at":"2026-02-14T18:20:00Z","currency":"RUB","channel":"app","items":[
    {"product_id":"coffee","product":"Кофе в зёрнах","category":"Чай и кофе","quantity":2,"unit_price":899.90,"amount":1799.80},
    {"product_id":"mug","product":"Кружка из фарфора","category":"Посуда","quantity":1,"unit_price":1290.00,"amount":1161.00}],
    "attributes":{"promotion":"LOVE10"}},
  {"purchase_id":"p-8","customer_id":"c-4","occurred_at":"2026-02-20T12:00:00Z","currency":"EUR","channel":"web","items":[
    {"product_id":"mug","product":"Кружка из фарфора","category":"Посуда","quantity":1,"unit_price":14.90,"amount":14.90},
    {"product_id":"tea","product":"Чай с чабрецом","category":"Чай и кофе","quantity":2,"unit_price":3.75,"amount":7.50}]},
  {"purchase_id":"p-9","customer_id":"c-1","occurred_at":"2026-03-02T07:05:00Z","currency":"RUB","channel":"web","items":[
    {"product_id":"tea","product":"Чай с чабрецом","category":"Чай и кофе","quantity":"1","unit_price":"350.5","amount":"350.50"},
    {"product_id":"pot","product":"Заварочный чайник","category":"Посуда","quantity":1,"unit_price":2490,"amount":2490}]},
  {"purchase_id":"p-10","customer_id":"c-4","occurred_at":"2026-03-08T13:30:00Z","currency":"EUR","channel":"web","items":[
    {"product_id":"coffee","product":"Кофе в зёрнах","category":"Чай и кофе","quantity":1,"unit_price":9.99,"amount":9.99}]},
  {"purchase_id":"p-11","customer_id":"c-5","product":"Подарочная карта","amount":1000,"occurred_at":"2026-03-15"},
  {"purchase_id":"p-12","customer_id":"c-3","occurred_at":"2026-03-20T20:59:59Z","currency":"RUB","channel":"marketplace","items":[
    {"product_id":"mug","product":"Кружка из фарфора","category":"Посуда","quantity":-1,"unit_price":1290.00,"amount":-1290.00},
    {"product_id":"coffee","product":"Кофе в зёрнах","category":"Чай и кофе","quantity":2,"unit_price":899.90,"amount":1799.80}]}
]"#;

/// Array of three interactions for `/v1/interactions`. c-1 buys (`p-4`, `p-9`) after the call, c-2 does not after the
/// chat, c-3 buys (`p-12`) after the e-mail.
pub const INTERACTIONS: &str = r#"[
  {"interaction_id":"i-1","customer_id":"c-1","kind":"call","occurred_at":"2026-01-30T10:00:00Z","channel":"phone","direction":"out","subject":"Как вам покупка","body":"Всё понравилось.","outcome":"satisfied","agent":"Вера Н."},
  {"interaction_id":"i-2","customer_id":"c-2","kind":"chat","occurred_at":"2026-02-04T09:30:00Z","channel":"web","direction":"in","subject":"Возврат товара","body":"Чайник не подошёл.","outcome":"refund","agent":"Павел С."},
  {"interaction_id":"i-3","customer_id":"c-3","kind":"email","occurred_at":"2026-03-18T08:00:00Z","channel":"email","direction":"out","subject":"Подборка для вас","body":"Новинки недели.","outcome":"clicked","attributes":{"campaign":"spring"}}
]"#;

/// Figures of the contract's metrics, as decimal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Sum of amounts, refunds included.
    pub revenue: &'static str,
    /// Sum of the positive amounts.
    pub gross: &'static str,
    /// Minus the sum of the negative amounts.
    pub refunds: &'static str,
    /// Purchases whose total is positive.
    pub orders: u64,
    /// Sum of quantities.
    pub units: i64,
    /// Known customers with an order.
    pub customers: u64,
    /// Customers whose first order ever lies in it.
    pub new_customers: u64,
}

/// Roubles, all purchases: of `p-1` to `p-7`, `p-9`, `p-11` and `p-12`, all but `p-6` are orders.
pub const RUB: Totals = Totals {
    revenue: "14184.00",
    gross: "17964.00",
    refunds: "3780.00",
    orders: 9,
    units: 17,
    customers: 4,
    new_customers: 4,
};

/// Euros, all purchases: `p-8` and `p-10`.
pub const EUR: Totals =
    Totals { revenue: "32.39", gross: "32.39", refunds: "0", orders: 2, units: 4, customers: 1, new_customers: 1 };

/// Roubles by month in Moscow. By UTC `p-4` would move 1051.50 from February to January.
pub const RUB_BY_MONTH: [(&str, Totals); 3] = [
    (
        "2026-01",
        Totals {
            revenue: "7061.00",
            gross: "7061.00",
            refunds: "0",
            orders: 3,
            units: 6,
            customers: 2,
            new_customers: 2,
        },
    ),
    (
        "2026-02",
        Totals {
            revenue: "2772.70",
            gross: "5262.70",
            refunds: "2490.00",
            orders: 3,
            units: 7,
            customers: 2,
            new_customers: 1,
        },
    ),
    (
        "2026-03",
        Totals {
            revenue: "4350.30",
            gross: "5640.30",
            refunds: "1290.00",
            orders: 3,
            units: 4,
            customers: 3,
            new_customers: 1,
        },
    ),
];

/// Roubles by product: name, revenue, units. Highest revenue first.
pub const RUB_BY_PRODUCT: [(&str, &str, i64); 5] = [
    ("Кофе в зёрнах", "4499.50", 5),
    ("Кружка из фарфора", "3741.00", 3),
    ("Заварочный чайник", "2490.00", 1),
    ("Чай с чабрецом", "2453.50", 7),
    ("Подарочная карта", "1000.00", 1),
];

/// Roubles by channel: channel, revenue, orders, known customers with an order. None for `p-11`, which names no channel.
pub const RUB_BY_CHANNEL: [(Option<&str>, &str, u64, u64); 5] = [
    (Some("web"), "6081.90", 3, 2),
    (Some("app"), "4012.30", 2, 2),
    (Some("shop"), "2580.00", 2, 1),
    (None, "1000.00", 1, 1),
    (Some("marketplace"), "509.80", 1, 1),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::{BTreeMap, BTreeSet};

    use chrono::{DateTime, FixedOffset, NaiveDate};
    use rust_decimal::Decimal;
    use serde_json::Value;

    use super::*;

    /// Customer, month in Moscow, currency, channel, lines of product, quantity and amount.
    type Row = (Option<String>, String, String, Option<String>, Vec<(String, Decimal, Decimal)>);

    fn rows() -> Vec<Row> {
        let moscow = FixedOffset::east_opt(3 * 3_600).unwrap();
        let text = |v: &Value| v.as_str().map(str::to_owned);
        let decimal =
            |v: &Value| -> Decimal { v.as_str().map_or_else(|| v.to_string(), str::to_owned).parse().unwrap() };
        let purchases: Vec<Value> = serde_json::from_str(PURCHASES).unwrap();
        let row = |p: &Value| {
            let at = p["occurred_at"].as_str().unwrap();
            let date = match DateTime::parse_from_rfc3339(at) {
                Ok(time) => time.with_timezone(&moscow).date_naive(),
                Err(_) => at.parse::<NaiveDate>().unwrap(),
            };
            let items = p["items"].as_array().cloned().unwrap_or_else(|| vec![p.clone()]);
            let line = |i: &Value| {
                let quantity = i.get("quantity").map_or(Decimal::ONE, decimal);
                let amount = i.get("amount").map_or_else(|| quantity * decimal(&i["unit_price"]), decimal);
                (text(&i["product"]).unwrap(), quantity, amount)
            };
            (
                text(&p["customer_id"]),
                date.format("%Y-%m").to_string(),
                text(&p["currency"]).unwrap_or_else(|| "RUB".into()),
                text(&p["channel"]),
                items.iter().map(line).collect(),
            )
        };
        purchases.iter().map(row).collect()
    }

    fn check(rows: &[Row], earlier: &[Row], totals: &Totals) {
        let amounts = || rows.iter().flat_map(|r| &r.4).map(|l| l.2);
        let order = |r: &&Row| r.4.iter().map(|l| l.2).sum::<Decimal>() > Decimal::ZERO;
        let buyers = |rows: &[Row]| rows.iter().filter(order).filter_map(|r| r.0.clone()).collect::<BTreeSet<_>>();
        let equal = |a: Decimal, b: &str| assert_eq!(a, b.parse::<Decimal>().unwrap());
        equal(amounts().sum(), totals.revenue);
        equal(amounts().filter(|a| *a > Decimal::ZERO).sum(), totals.gross);
        equal(-amounts().filter(|a| *a < Decimal::ZERO).sum::<Decimal>(), totals.refunds);
        assert_eq!(rows.iter().filter(order).count() as u64, totals.orders);
        assert_eq!(rows.iter().flat_map(|r| &r.4).map(|l| l.1).sum::<Decimal>(), Decimal::from(totals.units));
        assert_eq!(buyers(rows).len() as u64, totals.customers);
        assert_eq!(buyers(rows).difference(&buyers(earlier)).count() as u64, totals.new_customers);
    }

    #[test]
    fn the_hand_computed_totals_are_right() {
        let (rub, eur): (Vec<Row>, Vec<Row>) = rows().into_iter().partition(|r| r.2 == "RUB");
        check(&rub, &[], &RUB);
        check(&eur, &[], &EUR);
        for (month, totals) in &RUB_BY_MONTH {
            let of =
                |keep: fn(&str, &str) -> bool| rub.iter().filter(|r| keep(&r.1, month)).cloned().collect::<Vec<_>>();
            check(&of(|a, b| a == b), &of(|a, b| a < b), totals);
        }
        let mut products = BTreeMap::<&str, (Decimal, Decimal)>::new();
        for (product, quantity, amount) in rub.iter().flat_map(|r| &r.4) {
            let entry = products.entry(product).or_default();
            *entry = (entry.0 + amount, entry.1 + quantity);
        }
        assert_eq!(products.len(), RUB_BY_PRODUCT.len());
        for (product, revenue, units) in RUB_BY_PRODUCT {
            assert_eq!(products[product], (revenue.parse().unwrap(), Decimal::from(units)), "{product}");
        }
        for (channel, revenue, orders, customers) in RUB_BY_CHANNEL {
            let of: Vec<Row> = rub.iter().filter(|r| r.3.as_deref() == channel).cloned().collect();
            let order = |r: &&Row| r.4.iter().map(|l| l.2).sum::<Decimal>() > Decimal::ZERO;
            assert_eq!(of.iter().flat_map(|r| &r.4).map(|l| l.2).sum::<Decimal>(), revenue.parse().unwrap());
            assert_eq!(of.iter().filter(order).count() as u64, orders);
            assert_eq!(
                of.iter().filter(order).filter_map(|r| r.0.as_ref()).collect::<BTreeSet<_>>().len() as u64,
                customers
            );
        }
    }

    #[test]
    fn the_other_records_are_as_described() {
        let count = |json: &str| serde_json::from_str::<Vec<Value>>(json).unwrap().len();
        assert_eq!((count(CUSTOMERS), count(CUSTOMER_UPDATES), count(PURCHASES), count(INTERACTIONS)), (5, 2, 12, 3));
        assert_eq!(rows().iter().map(|r| r.4.len()).sum::<usize>(), 18);
    }
}
