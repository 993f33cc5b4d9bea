//! Reorder due: customers whose usual time with a product is over, and not long over.

use std::collections::BTreeMap;

use super::{
    facts::{Facts, Reorder},
    kind::Kind,
    numbers::median,
    recommendation::{Answer, Reason, Recommendation, id},
    settings::Settings,
    why::{Falsifier, Why},
};

/// The fewest purchases that make a rhythm.
pub const FEWEST: u32 = 3;
/// Due from this part of the usual time on.
pub const FROM: f64 = 0.9;
/// And until so many of them: then it is no reminder any more.
pub const UNTIL: f64 = 2.0;

pub(super) fn find(facts: &Facts, settings: &Settings) -> Answer {
    if facts.reorders.is_empty() {
        return Err(Reason::NoFacts);
    }
    let mut products: BTreeMap<u32, Vec<(&Reorder, f64)>> = BTreeMap::new();
    for one in &facts.reorders {
        let silent = (i64::from(facts.today) - i64::from(one.last_day)) as f64;
        let known = (one.product as usize) < facts.products.len() && (one.customer as usize) < facts.customers.len();
        let due = silent >= FROM * one.every_days.max(1.0) && silent <= UNTIL * one.every_days.max(1.0);
        if known && due && one.times >= FEWEST && one.spend > 0 {
            products.entry(one.product).or_default().push((one, silent));
        }
    }
    let lists = products.into_iter().map(|(product, mut list)| {
        list.sort_by_key(|(one, _)| (-i128::from(one.spend), one.customer));
        list.dedup_by_key(|(one, _)| one.customer);
        list.truncate(settings.customers);
        let n = list.len() as f64;
        let sure = |times: u32| f64::from(times - 1) / f64::from(times + 1);
        let confidence = list.iter().map(|(one, _)| sure(one.times)).sum::<f64>() / n;
        Recommendation {
            id: id(Kind::ReorderDue, &[facts.products[product as usize].id]),
            customers: list.iter().map(|(one, _)| one.customer).collect(),
            products: vec![product],
            why: Why::ReorderDue {
                customers: list.len() as u32,
                every_days: median(list.iter().map(|(one, _)| one.every_days).collect()).unwrap_or(0.0),
                silent_days: median(list.iter().map(|(_, silent)| *silent).collect()).unwrap_or(0.0),
            },
            effect: settings.asked(settings.responses.reorder, list.iter().map(|(one, _)| one.spend as f64)),
            confidence,
            falsified_by: Falsifier::OrderUnasked { share: confidence, days: settings.days },
        }
    });
    let mut found: Vec<Recommendation> = lists.collect();
    // The least confidence is not asked of it: three purchases give .5, and a reminder costs little.
    found.sort_by_key(|one| (-one.effect.value, one.id));
    found.truncate(settings.per_kind);
    Ok(found)
}
