//! Best contact time: the hour of the week with most orders, if it stands out.

use super::{
    effect::{Effect, Method},
    facts::Facts,
    kind::Kind,
    recommendation::{Answer, Reason, Recommendation, id},
    settings::Settings,
    why::{Falsifier, Why},
};
use crate::normal;

/// Hours of a week.
const HOURS: usize = 168;
/// The fewest orders.
const FEWEST: u32 = 200;

pub(super) fn find(facts: &Facts, settings: &Settings) -> Answer {
    if facts.hours.len() != HOURS {
        return Err(Reason::NoFacts);
    }
    let all: u64 = facts.hours.iter().map(|&orders| u64::from(orders)).sum();
    let of = u32::try_from(all).unwrap_or(u32::MAX);
    if of < FEWEST {
        return Err(Reason::TooFew { have: of, need: FEWEST });
    }
    // Closed hours say nothing about when people like to buy.
    let open = facts.hours.iter().filter(|&&orders| orders > 0).count();
    let Some((best, &orders)) = facts.hours.iter().enumerate().max_by_key(|(hour, orders)| (**orders, HOURS - hour))
    else {
        return Err(Reason::NoFacts);
    };
    let mean = all as f64 / open as f64;
    let by_chance = 1.0 - normal::below((f64::from(orders) - mean) / mean.sqrt());
    let confidence = (1.0 - by_chance * open as f64).max(0.0);
    if open < 2 || confidence < settings.confidence {
        return Ok(Vec::new());
    }
    Ok(vec![Recommendation {
        id: id(Kind::BestContactTime, &[]),
        customers: Vec::new(),
        products: Vec::new(),
        why: Why::BestContactTime { weekday: (best / 24) as u8, hour: (best % 24) as u8, orders, of },
        effect: Effect { lower: 0, value: 0, upper: 0, days: settings.days, method: Method::None },
        confidence,
        falsified_by: Falsifier::HourShareFalls { share: 1.0 / open as f64 },
    }])
}
