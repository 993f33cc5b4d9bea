//! All that the rules find, computed once a version of the data and kept.

use std::{sync::Arc, time::Instant};

use arrow::array::Array;
use kupets_analytics::recommend::{self, Costs, Kind, Reason, Recommendation, Responses, Settings, is_no_goods};

use super::{
    bundles,
    evidence::{Evidence, Witness},
    facts::{Known, Rows},
    item::{Expected, Found, Item, Product},
    lift, season,
    sources::AsOf,
    text::{self, Texts},
    trailing_year::Year,
};
use kupets_core::{Error, Result};

use crate::{
    customers::segment,
    insight::{
        finding::decimal,
        value::{self, Horizon},
        visits::Visits,
    },
    snapshot_reader::SnapshotReader,
};

/// Customers of one list at most, those with most at stake: more than anybody calls or writes to at once.
const MOST_CUSTOMERS: usize = 10_000;

/// What the rules find as of a moment, with up to `per_kind` of each.
///
/// # Errors
/// The limits of queries.
pub(super) async fn find(reader: &SnapshotReader, as_of: &AsOf, per_kind: usize) -> Result<Arc<Found>> {
    let segments = segment::fingerprint(as_of.tenant.segments());
    let question = format!("recommendations {} {per_kind} {segments}", value::moment(reader, as_of.moment));
    let inner = reader.inner();
    let compute = async {
        let _ticket = inner.admit("recommendations", u64::MAX).await?;
        compute(&inner, &as_of.clone().knowing(&inner).await?, per_kind).await
    };
    reader.engine().cache().get(reader.tenant().id(), question, reader.version(), compute).await
}

async fn compute(reader: &SnapshotReader, as_of: &AsOf, per_kind: usize) -> Result<(Found, usize)> {
    let settings = Settings {
        per_kind,
        customers: MOST_CUSTOMERS,
        responses: responses(lift::measured(reader, as_of).await?),
        ..Settings::default()
    };
    let started = Instant::now();
    let lap = |stage: &str| tracing::debug!(stage, elapsed_ms = started.elapsed().as_millis(), "recommendations");
    let year = Arc::new(Year::read(reader, as_of).await?);
    lap("year");
    let visits = Arc::new(Visits::read(reader, as_of.tenant.currency(), as_of.moment).await?);
    lap("visits");
    let mut rows = Rows::read(reader, as_of, &year, &visits).await?;
    lap("facts");
    let ahead = Horizon { value_days: settings.days, risk_days: Some(settings.days) };
    let scores = value::of_visits(&visits, as_of.moment, as_of.today, as_of.looked_back_to(), ahead).await?;
    drop(visits);
    lap("scores");
    let mut known = Known::new(&rows, &year, &scores, as_of)?;
    bundles::add(&mut known, reader, as_of, &year).await?;
    drop(year);
    lap("pairs");
    season::add(&mut known, &mut rows, reader, as_of, &settings).await?;
    lap("seasons");
    let work = move || {
        let found = recommend::recommend(&known.facts, &settings);
        (known, found)
    };
    let (known, mut found) = tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Error::internal("recommendations failed inside the server").with_source(e))?;
    let no_goods = leave_out_no_goods(&mut found, &known);
    lap("rules");
    let witness = Witness::new(reader, &rows, &known, as_of, &settings)?;
    let costs = Costs::of(&known.facts, &settings);
    let mut items = Vec::with_capacity(found.recommendations.len());
    for one in &found.recommendations {
        let evidence = witness.of(one).await?;
        items.push(item(one, &known, as_of, costs.asking(one), evidence));
    }
    lap("evidence");
    let bytes = items.iter().map(bytes).sum();
    Ok((Found { items, none: found.none, no_goods }, bytes))
}

/// Takes out what is about postage, fees and the like, which nobody can promote or reorder, and says what these were.
fn leave_out_no_goods(found: &mut recommend::Found, known: &Known) -> Vec<Product> {
    let named = |product: u32| product_of(known, product);
    let fee = |product: &Product| is_no_goods(product.product.as_deref().unwrap_or(&product.product_id));
    let mut left_out: Vec<Product> = Vec::new();
    let mut kinds: Vec<Kind> = Vec::new();
    found.recommendations.retain(|one| {
        let fees: Vec<Product> = one.products.iter().map(|product| named(*product)).filter(fee).collect();
        if fees.is_empty() {
            return true;
        }
        left_out.extend(fees.into_iter().filter(|fee| !left_out.contains(fee)).collect::<Vec<_>>());
        kinds.push(one.why.kind());
        false
    });
    // A kind that had nothing else has nothing now.
    for kind in kinds {
        let gone = !found.recommendations.iter().any(|one| one.why.kind() == kind);
        if gone && !found.none.iter().any(|(none, _)| *none == kind) {
            found.none.push((kind, Reason::NothingFound));
        }
    }
    left_out.sort_by(|a, b| a.product_id.cmp(&b.product_id));
    left_out
}

fn product_of(known: &Known, product: u32) -> Product {
    Product {
        product_id: known.products.id(product).to_owned(),
        product: known.products.label(product).map(str::to_owned),
    }
}

/// The assumptions, where nothing was measured.
fn responses(measured: Vec<(String, recommend::Response)>) -> Responses {
    let mut responses = Responses::default();
    for (kind, response) in measured {
        let of = |kind: Kind| kind.name();
        let place = match kind.as_str() {
            name if name == of(Kind::WinBack) => &mut responses.win_back,
            name if name == of(Kind::SecondPurchase) => &mut responses.second_purchase,
            name if name == of(Kind::CrossSellBundle) => &mut responses.bundle,
            name if name == of(Kind::ReorderDue) => &mut responses.reorder,
            name if name == of(Kind::AtRiskKeyCustomer) => &mut responses.key_customer,
            _ => continue,
        };
        *place = response;
    }
    responses
}

fn item(one: &Recommendation, known: &Known, as_of: &AsOf, cost: i128, evidence: Evidence) -> Item {
    // An estimate is no more exact than to the hundredth.
    let money = |units: i128| decimal(units).round_dp(2).normalize();
    let customers = one.customers.iter().map(|place| *place as usize).filter(|place| *place < known.customers.len());
    Item {
        id: format!("r_{:016x}", one.id),
        kind: one.why.kind().name().to_owned(),
        texts: Texts::of(one, known, as_of.tenant.currency()),
        evidence,
        products: one.products.iter().map(|product| product_of(known, *product)).collect(),
        expected: Expected {
            metric: "revenue".to_owned(),
            unit: as_of.tenant.currency().to_owned(),
            value: money(one.effect.value),
            lower: money(one.effect.lower),
            upper: money(one.effect.upper),
            cost: money(cost),
            method: text::method(one.effect.method).to_owned(),
            days: one.effect.days,
        },
        confidence: one.confidence,
        total: one.customers.len(),
        customers: customers.map(|place| known.customers.value(place).into()).collect(),
    }
}

/// About how much memory it takes.
fn bytes(item: &Item) -> usize {
    let rows: usize = item.evidence.rows.iter().map(|row| 64 * row.as_array().map_or(1, Vec::len)).sum();
    let customers: usize = item.customers.iter().map(|id| id.len() + 16).sum();
    4_096 + item.evidence.sql.len() + rows + customers
}
