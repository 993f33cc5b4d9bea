//! A change of revenue or orders as a tree of factors: customers, orders of each, what an order comes to, guests, refunds.

use arrow::{
    array::{Array, AsArray},
    compute::cast,
    datatypes::{DataType, Decimal128Type},
};
use kupets_analytics::attribution::{Factors, Ordered, Ratio, apportion, factors, known_orders};
use kupets_core::{Error, Result};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    explain::Comparison, finding::decimal, metric::Metric, parameters::Language, sold::Sold, tree_words as words,
};

use crate::snapshot_reader::{SnapshotReader, Values, micros};

/// Ten-thousandths in one.
const ONE: i128 = 10_000;

/// A change by its factors.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ChangeTreeBody)]
pub struct Tree {
    /// It in a sentence.
    pub sentence: String,
    /// How what several factors do together is shared out: `shapley`, on each level.
    pub method: &'static str,
    /// The factors. Those without a parent sum to the change of the whole, those of a parent to its contribution, to the last digit.
    pub parts: Vec<TreePart>,
}

/// A factor of a change.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ChangeFactorBody)]
pub struct TreePart {
    /// customers, orders_per_customer, average_order (units_per_order, price_per_unit (price, mix), other_lines), guests
    /// (guest_orders, guest_average_order), refunds. The first three are of known customers.
    pub factor: &'static str,
    /// The factor that it is a part of; null for a part of the whole.
    pub parent: Option<&'static str>,
    /// It in words.
    pub label: &'static str,
    /// What one of `before` and `after` is: a currency code, orders, units, customers.
    pub unit: String,
    /// The factor in the earlier period; null where it has no figure of its own, as price and mix.
    #[serde(with = "rust_decimal::serde::arbitrary_precision_option")]
    #[schema(value_type = Option<f64>, format = "decimal")]
    pub before: Option<Decimal>,
    /// In the later period.
    #[serde(with = "rust_decimal::serde::arbitrary_precision_option")]
    #[schema(value_type = Option<f64>, format = "decimal")]
    pub after: Option<Decimal>,
    /// What it adds to the change of the whole.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schema(value_type = f64, format = "decimal")]
    pub contribution: Decimal,
    /// The statement that it rests on.
    pub sql: String,
}

/// What both periods sold, and the change by factors.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grown {
    pub before: Sold,
    pub after: Sold,
    pub tree: Tree,
}

/// The tree of a change of revenue or orders; none of another metric.
///
/// # Errors
/// The limits of queries.
pub(super) async fn read(
    reader: &SnapshotReader,
    comparison: &Comparison,
    language: Language,
) -> Result<Option<Grown>> {
    if !matches!(comparison.metric, Metric::Revenue | Metric::Orders) {
        return Ok(None);
    }
    let sales = Read::of(reader, comparison, &sales_statement()).await?;
    let [before, after] = [0, 1].map(|side| {
        let of =
            |column: usize| sales.numbers.get(2 * column + side).and_then(|c| c.first()).copied().unwrap_or_default();
        let count = |column: usize| i64::try_from(of(column) / ONE).unwrap_or(i64::MAX);
        let known = Ordered { customers: count(0), orders: count(1), revenue: of(2), goods: of(3), units: of(4) };
        Sold { known, guest_orders: count(5), guest_revenue: of(6), taken_back: of(7) }
    });
    let (parts, currency) = match comparison.metric {
        Metric::Orders => (of_orders(&before, &after), String::new()),
        _ => {
            let goods = Read::of(reader, comparison, &goods_statement()).await?;
            let at = |column: usize, row: usize| {
                goods.numbers.get(column).and_then(|c| c.get(row)).copied().unwrap_or_default()
            };
            let units = |column: usize, row: usize| i64::try_from(at(column, row)).unwrap_or(i64::MAX);
            let rows = goods.numbers.first().map_or(0, Vec::len);
            let all: Vec<Ratio> = (0..rows)
                .map(|row| Ratio { upper: (at(0, row), at(1, row)), lower: (units(2, row), units(3, row)) })
                .collect();
            let mut parts = of_revenue(&before, &after, &all);
            for part in parts.iter_mut().filter(|part| matches!(part.factor, "price" | "mix")) {
                part.sql.clone_from(&goods.sql);
            }
            (parts, comparison.currency.clone())
        }
    };
    let finished = parts.into_iter().map(|mut part| {
        part.label = words::label(part.factor, language);
        if part.unit.is_empty() {
            part.unit.clone_from(&currency);
        }
        if part.sql.is_empty() {
            part.sql.clone_from(&sales.sql);
        }
        part
    });
    let sentence = words::sentence(&before, &after, comparison.metric, language);
    let tree = Tree { sentence, method: "shapley", parts: finished.collect() };
    Ok(Some(Grown { before, after, tree }))
}

/// One column of a statement for each period, as decimals of four digits.
fn columns(name: &str, figure: impl Fn(&str) -> String) -> String {
    let within = |from: &str, to: &str| format!("p.occurred_at >= {from} AND p.occurred_at < {to}");
    let (before, after) = (figure(&within("$compare_from", "$compare_to")), figure(&within("$from", "$to")));
    format!(
        "    CAST({before} AS DECIMAL(38, 4)) AS {name}_before,\n    CAST({after} AS DECIMAL(38, 4)) AS {name}_after"
    )
}

fn sales_statement() -> String {
    let known = "p.purchase_amount > 0 AND p.customer_id IS NOT NULL";
    let guest = "p.purchase_amount > 0 AND p.customer_id IS NULL";
    let count =
        |of: &'static str| move |within: &str| format!("count(*) FILTER (WHERE p.line = 1 AND {of} AND {within})");
    let sum = |what: &'static str, of: String| {
        move |within: &str| format!("coalesce(sum({what}) FILTER (WHERE {of} AND {within}), 0)")
    };
    let goods = format!("{known} AND p.kind = 'product'");
    let all = [
        columns("customers", |within| format!("count(DISTINCT p.customer_id) FILTER (WHERE {known} AND {within})")),
        columns("orders", count(known)),
        columns("revenue", sum("p.amount", known.to_owned())),
        columns("goods", sum("p.amount", goods.clone())),
        columns("units", sum("p.quantity", goods)),
        columns("guest_orders", count(guest)),
        columns("guest_revenue", sum("p.amount", guest.to_owned())),
        columns("taken_back", sum("-p.amount", "p.purchase_amount <= 0".to_owned())),
    ];
    format!("SELECT\n{}\nFROM sales p\nWHERE {EITHER}", all.join(",\n"))
}

fn goods_statement() -> String {
    let of = "p.purchase_amount > 0 AND p.customer_id IS NOT NULL AND p.kind = 'product'";
    let sum = |what: &'static str| move |within: &str| format!("coalesce(sum({what}) FILTER (WHERE {within}), 0)");
    let all = [columns("revenue", sum("p.amount")), columns("units", sum("p.quantity"))];
    format!(
        "SELECT\n{}\nFROM sales p\nWHERE {EITHER}\n  AND {of}\nGROUP BY coalesce(p.product_id, p.product)",
        all.join(",\n")
    )
}

const EITHER: &str = "p.currency = $currency\n  AND ((p.occurred_at >= $compare_from AND p.occurred_at < $compare_to) \
                      OR (p.occurred_at >= $from AND p.occurred_at < $to))";

/// What a statement answered: columns of decimals of four digits.
struct Read {
    numbers: Vec<Vec<i128>>,
    sql: String,
}

impl Read {
    async fn of(reader: &SnapshotReader, comparison: &Comparison, sql: &str) -> Result<Self> {
        let mut values = Values::default();
        values.name("currency", comparison.currency.as_str());
        for (name, time) in [
            ("from", comparison.after.from),
            ("to", comparison.after.to),
            ("compare_from", comparison.before.from),
            ("compare_to", comparison.before.to),
        ] {
            values.name(name, micros(time.timestamp_micros()));
        }
        let spelled = values.spell(sql);
        let found = reader.collect(sql.to_owned(), values).await?;
        let column = |column: &arrow::array::ArrayRef| -> Result<Vec<i128>> {
            let numbers = cast(column, &DataType::Decimal128(38, 4))
                .map_err(|e| Error::internal("the factors of a change cannot be read").with_source(e))?;
            let numbers = numbers.as_primitive::<Decimal128Type>();
            Ok((0..numbers.len()).map(|row| if numbers.is_valid(row) { numbers.value(row) } else { 0 }).collect())
        };
        Ok(Self { numbers: found.columns().iter().map(column).collect::<Result<_>>()?, sql: spelled })
    }
}

/// A factor with its figures in ten-thousandths; label, statement and unit of money are filled in later.
fn part(
    factor: &'static str,
    parent: Option<&'static str>,
    unit: &str,
    figures: Option<(i128, i128)>,
    contribution: i128,
) -> TreePart {
    TreePart {
        factor,
        parent,
        label: "",
        unit: unit.to_owned(),
        before: figures.map(|figures| decimal(figures.0)),
        after: figures.map(|figures| decimal(figures.1)),
        contribution: decimal(contribution),
        sql: String::new(),
    }
}

/// So much of each, in ten-thousandths; `None` of none.
fn each(upper: (i128, i128), lower: (i128, i128)) -> Option<(i128, i128)> {
    let one = |upper: i128, lower: i128| {
        if lower > 0 { (upper as f64 / lower as f64 * ONE as f64).round() as i128 } else { 0 }
    };
    (lower.0 > 0 || lower.1 > 0).then(|| (one(upper.0, lower.0), one(upper.1, lower.1)))
}

fn of_revenue(before: &Sold, after: &Sold, goods: &[Ratio]) -> Vec<TreePart> {
    let (first, second) = (&before.known, &after.known);
    let Factors {
        customers,
        orders_per_customer,
        average_order,
        units_per_order,
        price_per_unit,
        other_lines,
        price,
        mix,
    } = known_orders(first, second, goods);
    let counts = |of: fn(&Ordered) -> i64| (i128::from(of(first)), i128::from(of(second)));
    let (people, orders) = (counts(|o| o.customers), counts(|o| o.orders));
    let ones = |count: (i128, i128)| (count.0 * ONE, count.1 * ONE);
    let money = |of: fn(&Ordered) -> i128| (of(first), of(second));
    let mut parts = Vec::new();
    if orders != (0, 0) {
        // Money is in ten-thousandths already, and so are units.
        let per_order = |upper: (i128, i128)| each(upper, ones(orders));
        let (revenue, own_goods, units) = (money(|o| o.revenue), money(|o| o.goods), money(|o| o.units));
        let others = (revenue.0 - own_goods.0, revenue.1 - own_goods.1);
        let average = Some("average_order");
        parts.extend([
            part("customers", None, "customers", Some(ones(people)), customers),
            part("orders_per_customer", None, "orders", each(orders, people), orders_per_customer),
            part("average_order", None, "", per_order(revenue), average_order),
            part("units_per_order", average, "units", per_order(units), units_per_order),
            part("price_per_unit", average, "", each(own_goods, units), price_per_unit),
            part("price", Some("price_per_unit"), "", None, price),
            part("mix", Some("price_per_unit"), "", None, mix),
        ]);
        if others != (0, 0) {
            parts.push(part("other_lines", average, "", per_order(others), other_lines));
        }
    }
    let guests = (i128::from(before.guest_orders), i128::from(after.guest_orders));
    if guests != (0, 0) {
        let revenue = (before.guest_revenue, after.guest_revenue);
        let own = Ordered {
            customers: before.guest_orders,
            orders: before.guest_orders,
            revenue: revenue.0,
            ..Ordered::default()
        };
        let other = Ordered {
            customers: after.guest_orders,
            orders: after.guest_orders,
            revenue: revenue.1,
            ..Ordered::default()
        };
        let found = known_orders(&own, &other, &[]);
        let of = Some("guests");
        parts.extend([
            part("guests", None, "", Some(revenue), revenue.1 - revenue.0),
            part("guest_orders", of, "orders", Some(ones(guests)), found.customers + found.orders_per_customer),
            part("guest_average_order", of, "", each(revenue, ones(guests)), found.average_order),
        ]);
    }
    let taken = (before.taken_back, after.taken_back);
    if taken != (0, 0) {
        parts.push(part("refunds", None, "", Some(taken), taken.0 - taken.1));
    }
    parts
}

fn of_orders(before: &Sold, after: &Sold) -> Vec<TreePart> {
    let rates = |own: &Ordered, other: &Ordered| {
        let rate = |of: &Ordered| (of.customers > 0).then(|| of.orders as f64 / of.customers as f64);
        [own.customers as f64, rate(own).or(rate(other)).unwrap_or_default()]
    };
    let (first, second) = (&before.known, &after.known);
    let change = i128::from(second.orders - first.orders) * ONE;
    let found = factors(&rates(first, second), &rates(second, first));
    let found = apportion(&found.iter().map(|part| part * ONE as f64).collect::<Vec<_>>(), change);
    let of = |place: usize| found.get(place).copied().unwrap_or_default();
    let people = (i128::from(first.customers), i128::from(second.customers));
    let orders = (i128::from(first.orders), i128::from(second.orders));
    let guests = (i128::from(before.guest_orders) * ONE, i128::from(after.guest_orders) * ONE);
    let mut parts = Vec::new();
    if orders != (0, 0) {
        parts.push(part("customers", None, "customers", Some((people.0 * ONE, people.1 * ONE)), of(0)));
        parts.push(part("orders_per_customer", None, "orders", each(orders, people), of(1)));
    }
    if guests != (0, 0) {
        parts.push(part("guests", None, "orders", Some(guests), guests.1 - guests.0));
    }
    parts
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// October and November 2011 of Online Retail, by DuckDB over the file itself; goods are all that was sold.
    fn autumn() -> (Sold, Sold) {
        let sold = |customers, orders, revenue, units, guest_orders, guest_revenue, taken_back| Sold {
            known: Ordered { customers, orders, revenue, goods: revenue, units },
            guest_orders,
            guest_revenue,
            taken_back,
        };
        (
            sold(1364, 1929, 10_393_187_900, 5_939_080_000, 111, 1_156_605_100, 842_746_300),
            sold(1664, 2657, 11_618_173_800, 6_693_480_000, 112, 3_476_789_500, 477_400_800),
        )
    }

    fn contribution(parts: &[TreePart], factor: &str) -> Decimal {
        parts.iter().find(|part| part.factor == factor).unwrap().contribution
    }

    #[test]
    fn november_of_online_retail_sums_to_its_change() {
        let (before, after) = autumn();
        let parts = of_revenue(&before, &after, &[]);
        let sum = |parent: Option<&str>| -> Decimal {
            parts.iter().filter(|part| part.parent == parent).map(|part| part.contribution).sum()
        };
        assert_eq!(sum(None), Decimal::new(39_105_158, 2));
        for parent in ["average_order", "price_per_unit", "guests"] {
            assert_eq!(sum(Some(parent)), contribution(&parts, parent), "{parent}");
        }
        assert_eq!(contribution(&parts, "guests").to_string(), "232018.44");
        assert_eq!(contribution(&parts, "refunds").to_string(), "36534.55");
        let rate = parts.iter().find(|part| part.factor == "orders_per_customer").unwrap();
        assert_eq!(
            (rate.before.unwrap().to_string(), rate.after.unwrap().to_string()),
            ("1.4142".into(), "1.5968".into())
        );
        assert_eq!((before.orders(), after.orders()), (2040, 2769));
    }

    #[test]
    fn orders_are_customers_times_orders_of_each_and_guests() {
        let (before, after) = autumn();
        let parts = of_orders(&before, &after);
        assert_eq!(parts.iter().map(|part| part.contribution).sum::<Decimal>(), Decimal::from(729));
        assert_eq!(contribution(&parts, "guests").to_string(), "1");
        assert!(of_orders(&Sold::default(), &Sold::default()).is_empty());
        assert!(of_revenue(&Sold::default(), &Sold::default(), &[]).is_empty());
    }

    #[test]
    fn a_statement_has_a_column_of_each_period() {
        let sql = sales_statement();
        assert_eq!(sql.matches("_before").count(), 8);
        assert!(sql.contains("AS taken_back_after"), "{sql}");
    }
}
