//! What to offer a customer next.

use std::sync::Arc;

use arrow::{
    array::{Array, AsArray},
    compute::cast,
    datatypes::{DataType, Date32Type},
};
use chrono::NaiveDate;
use futures::TryStreamExt;
use kupets_analytics::{
    offers::{History, Model, NewReason, Offer as Ranked, Purchase, RepeatReason},
    recommend::is_no_goods,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    interner::{Numbers, Products},
    parameters::Language,
};
use kupets_core::{Error, Result, TenantContext};
use kupets_query::{Meta, RowLimit, Statement, from_datafusion};

use crate::{
    Engine,
    customers::no_such_customer,
    snapshot_reader::{SnapshotReader, Values, micros},
};

/// What known customers bought; the same product on a day again and again counts once. What was given back whole is no purchase.
const PURCHASES: &str = "SELECT customer_id, CAST(local_time(occurred_at) AS DATE) AS day, product_id, product
FROM goods
WHERE customer_id IS NOT NULL
  AND (product_id IS NOT NULL OR product IS NOT NULL)
  AND amount > 0
  AND purchase_amount > 0
  AND occurred_at < $as_of";

/// What may be offered, the best first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
#[schema(as = OffersBody)]
pub struct Offers {
    /// Products that the customer bought before.
    pub repeat: Vec<Offer>,
    /// Products that the customer never bought.
    pub new: Vec<Offer>,
}

/// A product to offer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = OfferBody)]
pub struct Offer {
    /// Its id, or its name where it has none.
    pub product_id: String,
    /// Its name.
    pub product: Option<String>,
    /// The probability that the customer's next purchase has it, 0 to 1.
    pub score: f64,
    /// Why, in a sentence.
    pub reason: String,
}

/// What offers are made from, for one version of the data.
pub(super) struct Shop {
    pub model: Model,
    pub customers: Numbers,
    pub products: Products,
}

/// What offers are made from.
///
/// # Errors
/// The limits of queries.
pub(super) async fn shop(reader: &SnapshotReader) -> Result<Arc<Shop>> {
    let today = reader.engine().clock().now().with_timezone(&reader.tenant().time_zone()).date_naive();
    let inner = reader.inner();
    let compute = async {
        let _ticket = inner.admit("offers", u64::MAX).await?;
        compute(&inner, today).await
    };
    reader.engine().cache().get(reader.tenant().id(), format!("offers {today}"), reader.version(), compute).await
}

async fn compute(reader: &SnapshotReader, today: NaiveDate) -> Result<(Shop, usize)> {
    let mut values = Values::default();
    values.name("as_of", micros(reader.engine().clock().now().timestamp_micros()));
    let statement = Statement::ours(PURCHASES, values, RowLimit::Fail(usize::MAX));
    let mut found = reader.run(statement, Meta::default()).await?.rows;
    let (mut customers, mut products) = (Numbers::default(), Products::default());
    let mut purchases = Vec::new();
    let wrong = |e: arrow::error::ArrowError| Error::internal("the purchases cannot be read").with_source(e);
    while let Some(batch) = found.try_next().await.map_err(from_datafusion)? {
        let text = |column: usize| cast(batch.column(column), &DataType::Utf8).map_err(wrong);
        let (who, ids, names) = (text(0)?, text(2)?, text(3)?);
        let (who, ids, names) = (who.as_string::<i32>(), ids.as_string::<i32>(), names.as_string::<i32>());
        let days = cast(batch.column(1), &DataType::Date32).map_err(wrong)?;
        let days = days.as_primitive::<Date32Type>();
        for row in 0..batch.num_rows() {
            let id = ids.is_valid(row).then(|| ids.value(row));
            let name = names.is_valid(row).then(|| names.value(row));
            // Postage is bought with everything, and offered to nobody.
            if name.is_some_and(is_no_goods) {
                continue;
            }
            let Some(item) = products.of(id, name) else { continue };
            purchases.push(Purchase { customer: customers.of(who.value(row)), day: days.value(row), item });
        }
    }
    let today = i32::try_from((today - NaiveDate::default()).num_days()).unwrap_or(i32::MAX);
    let work = move || {
        let bytes = 64 * purchases.len() + customers.bytes() + products.bytes();
        let history = History::new(purchases, today)
            .map_err(|e| Error::internal("there are too many customers or products for offers").with_source(e))?;
        Ok((Shop { model: Model::new(history), customers, products }, bytes))
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Error::internal("offers failed inside the server").with_source(e))?
}

/// The best offers to a customer, up to `limit` of each kind. Who has not bought yet gets what sells best.
///
/// # Errors
/// No such customer, and the limits of queries.
pub(super) async fn answer(
    engine: &Engine,
    tenant: &TenantContext,
    customer: &str,
    limit: usize,
    language: Language,
) -> Result<Offers> {
    let reader = SnapshotReader::open(engine, tenant).await?;
    let mut values = Values::default();
    values.name("customer", customer);
    let known =
        reader.collect("SELECT 1 AS one FROM customers WHERE customer_id = $customer".to_owned(), values).await?;
    if known.num_rows() == 0 {
        return Err(no_such_customer());
    }
    let shop = shop(&reader).await?;
    // A number that nobody has stands for somebody without purchases.
    let number = shop.customers.find(customer).unwrap_or(u32::MAX);
    let found = shop.model.offers(number, limit);
    let told = |item: u32, score: f64, reason: String| Offer {
        product_id: shop.products.id(item).to_owned(),
        product: shop.products.label(item).map(str::to_owned),
        score,
        reason,
    };
    let label = |item: u32| shop.products.shown(item);
    Ok(Offers {
        repeat: found
            .repeat
            .iter()
            .map(|o: &Ranked<RepeatReason>| told(o.item, o.score, again(&o.reason, language)))
            .collect(),
        new: found
            .new
            .iter()
            .map(|o: &Ranked<NewReason>| told(o.item, o.score, first(&o.reason, &label, language)))
            .collect(),
    })
}

fn again(reason: &RepeatReason, language: Language) -> String {
    let RepeatReason { times, baskets, last_day, every_days } = reason;
    let day = NaiveDate::default() + chrono::TimeDelta::days(i64::from(*last_day));
    match (language, every_days) {
        (Language::En, Some(every)) => {
            format!("Bought on {times} of {baskets} days with a purchase, about every {every:.0} days, last on {day}.")
        }
        (Language::En, None) => format!("Bought on {times} of {baskets} days with a purchase, last on {day}."),
        (Language::Ru, Some(every)) => {
            format!(
                "Покупали {times} раз за {baskets} дн. с покупками, примерно раз в {every:.0} дн., последний раз {day}."
            )
        }
        (Language::Ru, None) => format!("Покупали {times} раз за {baskets} дн. с покупками, последний раз {day}."),
    }
}

fn first<'a>(reason: &NewReason, label: &impl Fn(u32) -> &'a str, language: Language) -> String {
    match (reason, language) {
        (NewReason::BoughtWith { item, customers, lift }, Language::En) => {
            let item = label(*item);
            format!("{customers} customers who bought {item} bought this too, {lift:.1} times as many as by chance.")
        }
        (NewReason::BoughtWith { item, customers, lift }, Language::Ru) => {
            let item = label(*item);
            format!("Покупателей «{item}», взявших и это: {customers}, в {lift:.1} раза больше случайного.")
        }
        (NewReason::Popular { baskets, days }, Language::En) => {
            format!("Sells well to everybody: in {baskets} purchases of the last {days} days.")
        }
        (NewReason::Popular { baskets, days }, Language::Ru) => {
            format!("Хорошо продаётся всем: в {baskets} покупках за последние {days} дн.")
        }
    }
}
