//! Price leak: the discount of a product grew, and the units did not grow enough to pay for it.

use super::{
    effect::{Effect, Method},
    facts::{Facts, Product},
    kind::Kind,
    numbers::money,
    recommendation::{Answer, Reason, Recommendation, id},
    settings::Settings,
    why::{Falsifier, Why},
};
use crate::normal;

/// The least growth of the discount, as a share of the list price.
const GROWTH: f64 = 0.03;
/// The fewest units of either period.
const FEWEST: u32 = 20;

pub(super) fn leaks(facts: &Facts, settings: &Settings) -> Answer {
    if facts.products.is_empty() {
        return Err(Reason::NoFacts);
    }
    let known = |product: &&Product| product.list_revenue > 0 && product.list_revenue_before > 0;
    if !facts.products.iter().any(|product| known(&product)) {
        return Err(Reason::NoFacts);
    }
    let mut found: Vec<Recommendation> =
        (0..).zip(&facts.products).filter_map(|(index, product)| leak(index, product, facts, settings)).collect();
    found.sort_by_key(|one| (-one.effect.value, one.id));
    found.truncate(settings.per_kind);
    Ok(found)
}

fn leak(index: u32, product: &Product, facts: &Facts, settings: &Settings) -> Option<Recommendation> {
    let discount = |paid: i64, list: i64| (list > 0).then(|| (1.0 - paid as f64 / list as f64).clamp(0.0, 1.0));
    let now = discount(product.revenue, product.list_revenue)?;
    let before = discount(product.revenue_before, product.list_revenue_before)?;
    if now - before < GROWTH
        || product.units.min(product.units_before) < FEWEST
        || facts.period_days == 0
        || before >= 1.0
    {
        return None;
    }
    // At the old discount the units of before would bring as much as those now, if there were this many of them now.
    let needed = f64::from(product.units_before) * (1.0 - before) / (1.0 - now).max(0.01);
    // Poisson counts in both periods, the earlier one scaled.
    let scale = (1.0 - before) / (1.0 - now).max(0.01);
    let deviation = (f64::from(product.units) + scale * scale * f64::from(product.units_before)).sqrt();
    let confidence = normal::below((needed - f64::from(product.units)) / deviation);
    if confidence < settings.confidence {
        return None;
    }
    let over = f64::from(settings.days) / f64::from(facts.period_days);
    // The present units at the old discount, were all of them sold all the same.
    let most = (now - before) * product.list_revenue as f64;
    // Units beyond those of before are taken to be the discount's: without it, they and their revenue would be missing.
    let gained =
        product.revenue.max(0) as f64 * (1.0 - f64::from(product.units_before) / f64::from(product.units)).max(0.0);
    let value = (most - gained).max(0.0);
    Some(Recommendation {
        id: id(Kind::PriceLeak, &[product.id]),
        customers: Vec::new(),
        products: vec![index],
        why: Why::PriceLeak {
            discount: now,
            discount_before: before,
            units: product.units,
            units_before: product.units_before,
        },
        effect: Effect {
            lower: money(
                (value - 1.96 * deviation / f64::from(product.units) * product.revenue.max(0) as f64).max(0.0) * over,
            ),
            value: money(value * over),
            upper: money(most * over),
            days: settings.days,
            method: Method::Accounting,
        },
        confidence,
        falsified_by: Falsifier::UnitsReach { units: needed.ceil() as u32 },
    })
    .filter(|one| one.effect.value > 0)
}
