//! Cross-sell: two products in one basket much oftener than by chance.

use std::collections::BTreeMap;

use super::{
    facts::{Facts, Pair},
    kind::Kind,
    recommendation::{Answer, Reason, Recommendation, id},
    settings::Settings,
    why::{Falsifier, Why},
};
use crate::normal;

/// The least lift that is worth a word.
pub const LIFT: f64 = 1.5;
/// The fewest baskets with both.
pub const FEWEST: u32 = 10;

pub(super) fn find(facts: &Facts, settings: &Settings) -> Answer {
    if facts.pairs.is_empty() {
        return Err(Reason::NoFacts);
    }
    // One of the two directions of a pair: that with more at stake.
    let mut best: BTreeMap<(u32, u32), Recommendation> = BTreeMap::new();
    for pair in &facts.pairs {
        let Some(one) = from_pair(pair, facts, settings) else { continue };
        let key = (pair.first.min(pair.second), pair.first.max(pair.second));
        let stake = one.effect.value;
        match best.get(&key) {
            Some(other) if other.effect.value >= stake => {}
            _ => drop(best.insert(key, one)),
        }
    }
    let mut found: Vec<Recommendation> = best.into_values().collect();
    found.sort_by_key(|one| (-one.effect.value, one.id));
    found.truncate(settings.per_kind);
    Ok(found)
}

fn from_pair(pair: &Pair, facts: &Facts, settings: &Settings) -> Option<Recommendation> {
    let (first, second) = (facts.products.get(pair.first as usize)?, facts.products.get(pair.second as usize)?);
    let counts = pair.counts;
    let possible = counts.both <= counts.antecedent.min(counts.consequent)
        && counts.antecedent.max(counts.consequent) <= counts.baskets;
    if !possible || pair.first == pair.second || counts.both < FEWEST || counts.lift() < LIFT || pair.spend <= 0 {
        return None;
    }
    let mut customers: Vec<u32> =
        pair.customers.iter().copied().filter(|&index| (index as usize) < facts.customers.len()).collect();
    customers.truncate(settings.customers);
    if customers.is_empty() {
        return None;
    }
    // Independent baskets: `both` is hypergeometric.
    let n = f64::from(counts.baskets);
    let (x, y) = (f64::from(counts.antecedent) / n, f64::from(counts.consequent) / n);
    let deviation = (n * x * y * (1.0 - x) * (1.0 - y)).sqrt();
    let excess = f64::from(counts.both) - n * x * y;
    let confidence = if deviation > 0.0 { normal::below(excess / deviation) } else { 0.0 };
    let mut subjects = [first.id, second.id];
    subjects.sort_unstable();
    let one = Recommendation {
        id: id(Kind::CrossSellBundle, &subjects),
        products: vec![pair.first, pair.second],
        why: Why::CrossSellBundle { counts, customers: customers.len() as u32 },
        effect: settings.asked(settings.responses.bundle, customers.iter().map(|_| pair.spend as f64)),
        customers,
        confidence,
        falsified_by: Falsifier::LiftVanishes { lift: counts.lift() },
    };
    (confidence >= settings.confidence).then_some(one)
}
