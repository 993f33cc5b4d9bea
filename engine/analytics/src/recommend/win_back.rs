//! Win back: customers of a segment who are silent for more than three of their own gaps between orders.

use std::collections::BTreeMap;

use super::{
    facts::{Facts, NO_SEGMENT},
    key_customer,
    kind::Kind,
    numbers::{median, money},
    recommendation::{Answer, Reason, Recommendation, id},
    settings::Settings,
    silence::by_chance,
    why::{Falsifier, Why},
};

/// Silent for more of their gaps than this.
pub const FROM: f64 = 3.0;
/// And for no more than this: whoever is gone for much longer does not answer, and it costs their goodwill to ask.
pub const UNTIL: f64 = 12.0;

struct Silent {
    index: u32,
    silent: f64,
    every: f64,
    value: f64,
}

pub(super) fn find(facts: &Facts, settings: &Settings) -> Answer {
    if facts.customers.is_empty() {
        return Err(Reason::NoFacts);
    }
    let key = key_customer::least_revenue(facts);
    let mut segments: BTreeMap<u32, Vec<Silent>> = BTreeMap::new();
    for (index, customer) in (0..).zip(&facts.customers) {
        let (Some(silent), Some(every)) = (customer.silent(facts.today), customer.rhythm()) else { continue };
        let value = customer.mean_order();
        // Key customers are spoken to one by one.
        let named = key.is_some_and(|key| customer.revenue >= key);
        let known = customer.segment != NO_SEGMENT;
        if known && customer.orders > 1 && !named && value > 0.0 && silent > FROM * every && silent <= UNTIL * every {
            segments.entry(customer.segment).or_default().push(Silent { index, silent, every, value });
        }
    }
    let lists = segments.into_iter().map(|(segment, mut list)| {
        list.sort_by(|a, b| b.value.total_cmp(&a.value).then(a.index.cmp(&b.index)));
        list.truncate(settings.customers);
        let values = || list.iter().map(|one| one.value);
        let effect = settings.asked(settings.responses.win_back, values());
        let by_chance: f64 = list.iter().map(|one| by_chance(one.silent, one.every)).sum::<f64>() / list.len() as f64;
        Recommendation {
            id: id(Kind::WinBack, &[u64::from(segment)]),
            customers: list.iter().map(|one| one.index).collect(),
            products: Vec::new(),
            why: Why::WinBack {
                segment,
                customers: list.len() as u32,
                silent_days: median(list.iter().map(|one| one.silent).collect()).unwrap_or(0.0),
                every_days: median(list.iter().map(|one| one.every).collect()).unwrap_or(0.0),
                orders_value: values().map(money).sum(),
            },
            effect,
            confidence: 1.0 - by_chance,
            falsified_by: Falsifier::OrderUnasked { share: 2.0 * by_chance, days: settings.days },
        }
    });
    Ok(lists.filter(|one| one.confidence >= settings.confidence).take(settings.per_kind).collect())
}
