//! Which products to show, and which to take out.

use super::{
    effect::{Effect, Method},
    facts::{Facts, Product},
    kind::Kind,
    numbers::money,
    recommendation::{Answer, Reason, Recommendation, id},
    settings::Settings,
    stock_out,
    why::{Falsifier, Why},
};
use crate::normal;

/// The fewest buyers of a product to promote.
const BUYERS: u32 = 20;
/// A product to promote has at most this share of the customers.
const REACH: f64 = 0.2;
/// A product to drop brings at most this share of the revenue.
const SHARE: f64 = 0.002;
/// The fewest units a product to drop sold before: with less, its fall is no news.
const UNITS: u32 = 10;
/// A product is judged when it has been sold for all of both periods: what is new falls from its launch.
const PERIODS: u32 = 2;

/// Products whose few buyers come back for them more than others do for theirs.
pub(super) fn promote(facts: &Facts, settings: &Settings) -> Answer {
    if facts.products.is_empty() || facts.customers.is_empty() {
        return Err(Reason::NoFacts);
    }
    let customers = facts.customers.len() as f64;
    let sum = |count: fn(&Product) -> u32| facts.products.iter().map(|product| f64::from(count(product))).sum::<f64>();
    let (buyers, again) = (sum(|product| product.buyers), sum(|product| product.repeat_buyers.min(product.buyers)));
    if buyers < f64::from(BUYERS) {
        return Err(Reason::TooFew { have: buyers as u32, need: BUYERS });
    }
    let usual = again / buyers;
    let looked_at = stock_out::looked_at(facts);
    let mut found = Vec::new();
    for (index, product) in (0..).zip(&facts.products) {
        let n = f64::from(product.buyers);
        if product.buyers < BUYERS || n > REACH * customers || product.revenue <= 0 || facts.period_days == 0 {
            continue;
        }
        let share = f64::from(product.repeat_buyers.min(product.buyers)) / n;
        let deviation = (usual * (1.0 - usual) / n).sqrt();
        let z = if deviation > 0.0 { (share - usual) / deviation } else { 0.0 };
        // The best of many products looks good by chance: Bonferroni.
        let confidence = (1.0 - (1.0 - normal::below(z)) * facts.products.len() as f64).max(0.0);
        if confidence < settings.confidence || stock_out::suspected(product, looked_at, settings) {
            continue;
        }
        // A new buyer is taken to bring in these days what the present ones do.
        let each = product.revenue as f64 / n * f64::from(settings.days) / f64::from(facts.period_days);
        let strangers = (customers - n).max(0.0).min(settings.customers as f64) as usize;
        found.push(Recommendation {
            id: id(Kind::PromoteProduct, &[product.id]),
            customers: Vec::new(),
            products: vec![index],
            why: Why::PromoteProduct {
                buyers: product.buyers,
                repeat_buyers: product.repeat_buyers,
                usual_share: usual,
            },
            effect: settings.asked(settings.responses.promote, std::iter::repeat_n(each, strangers)),
            confidence,
            falsified_by: Falsifier::RepeatShareFalls { share: usual },
        });
    }
    found.sort_by_key(|one| (-one.effect.value, one.id));
    found.truncate(settings.per_kind);
    Ok(found)
}

/// Whether a product fell by more than half from enough, and has been sold for long enough to be judged.
fn falls(product: &Product, facts: &Facts) -> bool {
    let halved = i128::from(product.revenue) * 2 < i128::from(product.revenue_before);
    halved && product.units_before >= UNITS && product.known_days >= PERIODS * facts.period_days
}

/// Products that fell: those of which it pays to know whether they do so each year.
#[must_use]
pub fn have_fallen(facts: &Facts) -> Vec<u32> {
    (0..).zip(&facts.products).filter(|(_, product)| falls(product, facts)).map(|(index, _)| index).collect()
}

/// Products that hardly bring anything any more, and are not just missing or out of their season.
pub(super) fn drop(facts: &Facts, settings: &Settings) -> Answer {
    if facts.products.is_empty() {
        return Err(Reason::NoFacts);
    }
    let all: i128 = facts.products.iter().map(|product| i128::from(product.revenue)).sum();
    let looked_at = stock_out::looked_at(facts);
    let mut found = Vec::new();
    for (index, product) in (0..).zip(&facts.products) {
        let share = product.revenue as f64 / all.max(1) as f64;
        if all <= 0 || !falls(product, facts) || product.falls_each_year || product.of_an_occasion || share > SHARE {
            continue;
        }
        if stock_out::suspected(product, looked_at, settings) {
            continue;
        }
        // Units now against half of those before.
        let (now, half) = (f64::from(product.units), f64::from(product.units_before) / 2.0);
        let confidence = normal::below((half - now) / (now + half / 2.0).sqrt());
        if confidence < settings.confidence {
            continue;
        }
        let days = f64::from(settings.days) / f64::from(facts.period_days.max(1));
        found.push(Recommendation {
            id: id(Kind::DropProduct, &[product.id]),
            customers: Vec::new(),
            products: vec![index],
            why: Why::DropProduct { revenue: product.revenue, revenue_before: product.revenue_before, share },
            // What it costs to keep is not known: at worst its revenue is missing.
            effect: Effect {
                lower: money(-(product.revenue.max(0) as f64) * days),
                value: 0,
                upper: 0,
                days: settings.days,
                method: Method::Bounds,
            },
            confidence,
            falsified_by: Falsifier::RevenueReaches { revenue: product.revenue_before / 2 },
        });
    }
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.id.cmp(&b.id)));
    found.truncate(settings.per_kind);
    Ok(found)
}
