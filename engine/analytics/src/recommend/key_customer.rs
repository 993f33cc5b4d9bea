//! At-risk key customers: those of the top decile by revenue who are silent for more than two and a half of their gaps.

use super::{
    facts::{Facts, Money},
    kind::Kind,
    recommendation::{Answer, Reason, Recommendation, id},
    settings::Settings,
    silence::by_chance,
    why::{Falsifier, Why},
};

/// Of so many customers one is a key customer.
const ONE_OF: usize = 10;
/// Silent for more of their gaps than this.
const FROM: f64 = 2.5;
/// And for no more than this.
const UNTIL: f64 = 24.0;

pub(super) fn find(facts: &Facts, settings: &Settings) -> Answer {
    if facts.customers.is_empty() {
        return Err(Reason::NoFacts);
    }
    let have = facts.customers.len() as u32;
    let Some(key) = least_revenue(facts) else { return Err(Reason::TooFew { have, need: ONE_OF as u32 }) };
    let all: i128 = facts.customers.iter().map(|customer| i128::from(customer.revenue)).sum();
    let mut found: Vec<Recommendation> = Vec::new();
    for (index, customer) in (0..).zip(&facts.customers) {
        let (Some(silent), Some(every)) = (customer.silent(facts.today), customer.rhythm()) else { continue };
        let sought = customer.orders > 2 && customer.revenue >= key && silent > FROM * every && silent <= UNTIL * every;
        if !sought {
            continue;
        }
        // What they would bring at their pace, less what they are expected to bring by themselves.
        let pace = customer.mean_order() * f64::from(settings.days) / every;
        let expected = customer.expected_value.map_or(0.0, |value| value.max(0) as f64);
        let by_chance = by_chance(silent, every);
        found.push(Recommendation {
            id: id(Kind::AtRiskKeyCustomer, &[customer.id]),
            customers: vec![index],
            products: Vec::new(),
            why: Why::AtRiskKeyCustomer {
                revenue: customer.revenue,
                share: customer.revenue as f64 / all.max(1) as f64,
                silent_days: silent,
                every_days: every,
            },
            effect: settings.asked(settings.responses.key_customer, [(pace - expected).max(0.0)].into_iter()),
            confidence: 1.0 - by_chance,
            falsified_by: Falsifier::OrderUnasked { share: 0.0, days: every.ceil().min(365.0) as u32 },
        });
    }
    found.retain(|one| one.confidence >= settings.confidence && one.effect.value > 0);
    found.sort_by_key(|one| (-one.effect.value, one.id));
    found.truncate(settings.per_kind);
    Ok(found)
}

/// The least revenue of a key customer, if there are enough customers to have one.
#[must_use]
pub fn least_revenue(facts: &Facts) -> Option<Money> {
    let mut revenues: Vec<_> =
        facts.customers.iter().map(|customer| customer.revenue).filter(|&revenue| revenue > 0).collect();
    let place = facts.customers.len() / ONE_OF;
    if place == 0 || revenues.is_empty() {
        return None;
    }
    revenues.sort_unstable_by(|a, b| b.cmp(a));
    Some(revenues[(place - 1).min(revenues.len() - 1)])
}
