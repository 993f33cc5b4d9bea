//! Stock-out: a product that sold steadily stops at once while the rest of the shop goes on.
//!
//! With `n` sales in `d` days and a flat prior on the rate, the probability of none in the next `z` days is
//! `(d / (d + f z))^n`, with `f` the pace meanwhile (Gamma-Poisson; a Poisson rate known exactly would give
//! `exp(-n f z / d)`, which is too sure with few sales). The pace is the least of what speaks for it: that of the shop, that of the
//! product's category, and that of the product itself in the same days a year ago: what ends with its season is not missing.
//!
//! Sales in bursts are no rate. A product has to have sold on enough days, and to be silent for longer than it ever was between two
//! sales: slow sellers wait for long.

use super::{
    effect::{Effect, Method},
    facts::{Facts, Product},
    kind::Kind,
    numbers::money,
    recommendation::{Answer, Reason, Recommendation, id},
    settings::Settings,
    why::{Falsifier, Why},
};

/// The fewest sales before.
const FEWEST: u32 = 10;
/// The fewest days of these with one.
const FEWEST_DAYS: u32 = 8;
/// The fewest days from the first of them to the last: a launch is no rate.
const LEAST_SPAN: u32 = 14;

/// What was to be expected of the silent days, relative to those before.
fn pace(product: &Product) -> f64 {
    let known = [Some(product.shop_pace), product.category_pace, product.season_pace].into_iter().flatten();
    // What is no number speaks for nothing.
    let least = known.map(|pace| if pace.is_finite() { pace } else { 0.0 }).fold(f64::INFINITY, f64::min);
    least.max(0.0)
}

/// The probability of the silence by chance; none with nothing to tell it from.
fn by_chance(product: &Product) -> Option<f64> {
    let pace = pace(product);
    if !steady(product) || product.silent_days <= product.longest_gap {
        return None;
    }
    let days = f64::from(product.sale_days);
    let silent = f64::from(product.silent_days) * pace;
    Some((f64::from(product.sales) * (days / (days + silent)).ln()).exp())
}

/// How many products could have been found silent, those that were not included: the more, the likelier it is that one of
/// them is silent by chance.
pub(super) fn looked_at(facts: &Facts) -> usize {
    facts.products.iter().filter(|product| steady(product)).count()
}

fn steady(product: &Product) -> bool {
    product.sales >= FEWEST && product.sold_days >= FEWEST_DAYS && product.sale_days >= LEAST_SPAN
}

/// Products that seem to be missing by what is known of them: those of whose season and category it pays to know more.
#[must_use]
pub fn seem_missing(facts: &Facts, settings: &Settings) -> Vec<u32> {
    let looked_at = looked_at(facts);
    let products = (0..).zip(&facts.products);
    products.filter(|(_, product)| is_silent(product, looked_at, settings)).map(|(index, _)| index).collect()
}

/// Whether the product seems to be missing, one of so many that are looked at, by all that is known of it.
pub(super) fn suspected(product: &Product, looked_at: usize, settings: &Settings) -> bool {
    let judged = product.season_pace.is_some() || !product.of_an_occasion;
    judged && is_silent(product, looked_at, settings)
}

/// Whether its silence is hardly by chance.
fn is_silent(product: &Product, looked_at: usize, settings: &Settings) -> bool {
    by_chance(product).is_some_and(|chance| 1.0 - chance * looked_at as f64 >= settings.confidence)
}

pub(super) fn find(facts: &Facts, settings: &Settings) -> Answer {
    if facts.products.is_empty() {
        return Err(Reason::NoFacts);
    }
    let looked_at = looked_at(facts);
    if looked_at == 0 {
        let have = facts.products.iter().map(|product| product.sales).max().unwrap_or(0);
        return Err(if have < FEWEST { Reason::TooFew { have, need: FEWEST } } else { Reason::NothingFound });
    }
    let mut found = Vec::new();
    for (index, product) in (0..).zip(&facts.products) {
        let Some(chance) = by_chance(product) else { continue };
        if !suspected(product, looked_at, settings) {
            continue;
        }
        let (n, days) = (f64::from(product.sales), f64::from(product.sale_days));
        // What it brought a day, in the two periods that its money is known of.
        let revenue = (i128::from(product.revenue) + i128::from(product.revenue_before)).max(0) as f64;
        let per_day = if facts.period_days > 0 {
            // The periods include the silence: it is taken out.
            let known = (2.0 * f64::from(facts.period_days) - f64::from(product.silent_days)).max(1.0);
            revenue / known
        } else {
            0.0
        };
        let lost = per_day * pace(product) * f64::from(settings.days);
        let error = 1.96 / n.sqrt();
        found.push(Recommendation {
            id: id(Kind::StockOut, &[product.id]),
            customers: Vec::new(),
            products: vec![index],
            why: Why::StockOut {
                silent_days: product.silent_days,
                rate: n / days,
                shop: product.shop_pace,
                category: product.category_pace,
                season: product.season_pace,
                probability: chance,
            },
            effect: Effect {
                lower: money(lost * (1.0 - error).max(0.0)),
                value: money(lost),
                upper: money(lost * (1.0 + error)),
                days: settings.days,
                method: Method::SalesRate,
            },
            confidence: (1.0 - chance * looked_at as f64).clamp(0.0, 1.0),
            // With as many days again at its old rate, a sale is as good as certain.
            falsified_by: Falsifier::SoldAgain { days: product.silent_days },
        });
    }
    found.sort_by_key(|one| (-one.effect.value, one.id));
    found.truncate(settings.per_kind);
    Ok(found)
}
