//! What is bought together, and who has the one and not the other.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use arrow::{
    array::AsArray,
    compute::cast,
    datatypes::{DataType, Date32Type, Decimal128Type, Int64Type},
};
use datafusion::common::ScalarValue;
use futures::TryStreamExt;
use kupets_analytics::{
    baskets::{Baskets, PairRule, Share, pairs},
    recommend::{BUNDLE_FEWEST, BUNDLE_LIFT, Pair},
};

use super::{amount::capped, facts::Known, sources::AsOf, trailing_year::Year};
use kupets_core::{Error, Result};
use kupets_query::{Meta, RowLimit, Statement, from_datafusion};

use crate::snapshot_reader::SnapshotReader;

/// A pair is in at least one of so many orders: with fewer, an offer reaches hardly anybody.
const ONE_OF: u32 = 5_000;
/// Of those who buy the first, at least one of so many buys the second.
const ONE_BUYS_OF: u64 = 10;
/// Rules at most, the most frequent ones.
const MAX_RULES: usize = 500_000;
/// Pairs whose customers are looked up: those with most at stake.
const CANDIDATES: usize = 60;
/// Known customers who buy the second product, at least.
const FEWEST_OWNERS: usize = 20;
/// Customers looked up for a product at most.
const MAX_OWNERS: usize = 2_000_000;

/// Who bought the products, and what an order with one brings: a row a product and customer.
const OWNERS: &str = "SELECT
    coalesce(product_id, product) AS product_id,
    customer_id,
    CAST(max(local_time(occurred_at)) AS DATE) AS last_day,
    sum(amount) AS amount,
    -- A line more for a product without an id that stands twice in an order: a mean may bear it.
    count(*) FILTER (WHERE first_of_product OR product_id IS NULL) AS orders
FROM goods
WHERE currency = $currency
  AND amount > 0
  AND purchase_amount > 0
  AND customer_id IS NOT NULL
  AND occurred_at < $as_of
  AND coalesce(product_id, product) IN ($products)
GROUP BY coalesce(product_id, product), customer_id";

/// A product's customers.
#[derive(Debug, Default)]
struct Owners {
    /// Place of the customer, and the day of the last time.
    customers: Vec<(u32, i32)>,
    amount: i128,
    orders: i64,
}

/// Adds the pairs to the facts.
///
/// # Errors
/// The limits of queries.
pub(super) async fn add(known: &mut Known, reader: &SnapshotReader, as_of: &AsOf, year: &Arc<Year>) -> Result<()> {
    let own = year.clone();
    let rules = tokio::task::spawn_blocking(move || candidates(&own.baskets))
        .await
        .map_err(|e| Error::internal("the pairs of products failed inside the server").with_source(e))?;
    if rules.is_empty() {
        return Ok(());
    }
    let products: BTreeSet<u32> = rules.iter().flat_map(|rule| [rule.antecedent, rule.consequent]).collect();
    let owners = owners(known, reader, as_of, products.iter().map(|product| year.products.id(*product))).await?;
    let mut found = Vec::with_capacity(rules.len());
    for rule in &rules {
        let names = [rule.antecedent, rule.consequent].map(|product| year.products.id(product));
        let (Some(first), Some(second)) = (owners.get(names[0]), owners.get(names[1])) else { continue };
        // What hardly anybody buys, if often, is no offer to everybody.
        if second.customers.len() < FEWEST_OWNERS {
            continue;
        }
        let mut customers: Vec<(u32, i32)> = without(&first.customers, &second.customers);
        // Whoever bought the first lately first: it is in use, and the customer still there.
        customers.sort_by_key(|(customer, day)| (std::cmp::Reverse(*day), *customer));
        let labels = [rule.antecedent, rule.consequent].map(|product| year.products.label(product));
        let place = |known: &mut Known, i: usize| u32::try_from(known.product(names[i], labels[i])).unwrap_or(u32::MAX);
        found.push(Pair {
            first: place(known, 0),
            second: place(known, 1),
            counts: rule.counts,
            spend: capped(second.amount / i128::from(second.orders.max(1))),
            customers: customers.into_iter().map(|(customer, _)| customer).collect(),
        });
    }
    known.facts.pairs = found;
    Ok(())
}

/// The rules with most at stake, as far as that can be told without the customers: orders that the second product might yet
/// come into, by how often it does.
fn candidates(baskets: &Baskets) -> Vec<PairRule> {
    let orders = baskets.len();
    let least = BUNDLE_FEWEST.max(orders / ONE_OF);
    let support = Share::new(u64::from(least), u64::from(orders));
    let (Ok(support), Ok(confidence)) = (support, Share::new(1, ONE_BUYS_OF)) else { return Vec::new() };
    let mut rules = pairs(baskets, support, confidence, MAX_RULES).rules;
    rules.retain(|rule| rule.counts.lift() >= BUNDLE_LIFT);
    let stake = |rule: &PairRule| f64::from(rule.counts.antecedent - rule.counts.both) * rule.counts.confidence();
    rules.sort_by(|a, b| {
        stake(b).total_cmp(&stake(a)).then((a.antecedent, a.consequent).cmp(&(b.antecedent, b.consequent)))
    });
    rules.truncate(CANDIDATES);
    rules
}

async fn owners<'a>(
    known: &Known,
    reader: &SnapshotReader,
    as_of: &AsOf,
    products: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, Owners>> {
    let mut values = as_of.values();
    let names: Vec<String> = products.map(|name| values.bind(ScalarValue::from(name))).collect();
    let sql = OWNERS.replace("$products", &names.join(", "));
    let statement = Statement::ours(sql, values, RowLimit::Fail(MAX_OWNERS * CANDIDATES));
    let mut rows = reader.run(statement, Meta::default()).await?.rows;
    let wrong = |e: arrow::error::ArrowError| Error::internal("the buyers of products cannot be read").with_source(e);
    let mut owners: HashMap<String, Owners> = HashMap::new();
    while let Some(batch) = rows.try_next().await.map_err(from_datafusion)? {
        let column = |at: usize, kind: &DataType| cast(batch.column(at), kind).map_err(wrong);
        let (products, customers) = (column(0, &DataType::Utf8)?, column(1, &DataType::Utf8)?);
        let (products, customers) = (products.as_string::<i32>(), customers.as_string::<i32>());
        let (days, amounts) = (column(2, &DataType::Date32)?, column(3, &DataType::Decimal128(38, 4))?);
        let orders = column(4, &DataType::Int64)?;
        for row in 0..batch.num_rows() {
            let owner = match owners.get_mut(products.value(row)) {
                Some(owner) => owner,
                None => owners.entry(products.value(row).to_owned()).or_default(),
            };
            owner.amount += amounts.as_primitive::<Decimal128Type>().value(row);
            owner.orders += orders.as_primitive::<Int64Type>().value(row);
            if let Some(customer) = known.place(customers.value(row)) {
                owner.customers.push((customer, days.as_primitive::<Date32Type>().value(row)));
            }
        }
    }
    for owner in owners.values_mut() {
        owner.customers.sort_unstable();
    }
    Ok(owners)
}

/// Those of `first` who are not in `second`; both by customer.
fn without(first: &[(u32, i32)], second: &[(u32, i32)]) -> Vec<(u32, i32)> {
    let has = |customer: u32| second.binary_search_by_key(&customer, |one| one.0).is_ok();
    first.iter().copied().filter(|one| !has(one.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_the_second_is_left_out() {
        assert_eq!(without(&[(1, 5), (2, 6), (4, 7)], &[(2, 9), (3, 9)]), [(1, 5), (4, 7)]);
        assert_eq!(without(&[], &[(1, 1)]), []);
    }
}
