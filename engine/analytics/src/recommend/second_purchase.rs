//! Second purchase: customers with one order, while most of those who come back do so.

use super::{
    facts::Facts,
    kind::Kind,
    numbers::{median, money},
    recommendation::{Answer, Reason, Recommendation, id},
    settings::Settings,
    why::{Falsifier, Why},
};
use crate::normal;

/// The fewest customers with a second order from whom the usual time is taken.
const FEWEST: usize = 30;
/// The window begins after this part of the median time.
pub const FROM: f64 = 0.5;
/// And ends after so many of them.
pub const UNTIL: f64 = 2.5;

pub(super) fn find(facts: &Facts, settings: &Settings) -> Answer {
    if facts.customers.is_empty() {
        return Err(Reason::NoFacts);
    }
    let gaps: Vec<f64> = facts.customers.iter().filter_map(|customer| customer.second_after).map(f64::from).collect();
    if gaps.len() < FEWEST {
        return Err(Reason::TooFew { have: gaps.len() as u32, need: FEWEST as u32 });
    }
    let came_back = gaps.len();
    let usual = median(gaps.clone()).unwrap_or(1.0).max(1.0);
    let window = FROM * usual..=UNTIL * usual;
    let mut list: Vec<(u32, f64)> = (0..)
        .zip(&facts.customers)
        .filter(|(_, one)| one.orders == 1 && one.silent(facts.today).is_some_and(|days| window.contains(&days)))
        .map(|(index, customer)| (index, customer.mean_order()))
        .filter(|(_, value)| *value > 0.0)
        .collect();
    if list.is_empty() {
        return Ok(Vec::new());
    }
    list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    list.truncate(settings.customers);
    let effect = settings.asked(settings.responses.second_purchase, list.iter().map(|one| one.1));
    let inside = gaps.iter().filter(|days| window.contains(days)).count() as f64;
    let n = came_back as f64;
    let confidence = normal::below((inside - 0.5 * n) / (0.25 * n).sqrt());
    let one = Recommendation {
        id: id(Kind::SecondPurchase, &[]),
        customers: list.iter().map(|one| one.0).collect(),
        products: Vec::new(),
        why: Why::SecondPurchase {
            customers: list.len() as u32,
            came_back: came_back as u32,
            of: facts.customers.len() as u32,
            median_days: usual,
        },
        effect,
        confidence,
        // If all who ever come back did so in the days looked at, asking could not have added to it.
        falsified_by: Falsifier::OrderUnasked { share: n / facts.customers.len() as f64, days: settings.days },
    };
    Ok(if confidence >= settings.confidence && one.effect.value > money(0.0) { vec![one] } else { Vec::new() })
}
