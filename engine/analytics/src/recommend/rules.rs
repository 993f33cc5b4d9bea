//! All rules, one after another, and the order of what they find.

use super::{
    assortment, bundle, contact,
    cost::Costs,
    facts::Facts,
    key_customer,
    kind::{KINDS, Kind},
    price,
    recommendation::{Reason, Recommendation},
    reorder, second_purchase,
    settings::Settings,
    stock_out, win_back,
};

/// All recommendations, and why some kinds have none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The highest expected money times confidence, less the cost of asking, first; of equal ones, the surest, then by id.
    pub recommendations: Vec<Recommendation>,
    /// The kinds without any, with the reason.
    pub none: Vec<(Kind, Reason)>,
}

/// Runs all rules. Each subject is named once a kind. A customer is in at most one of the lists that ask silent customers back,
/// and a product that seems to be missing on the shelf is neither promoted nor dropped.
#[must_use]
pub fn recommend(facts: &Facts, settings: &Settings) -> Found {
    let mut found = Found::default();
    for kind in KINDS {
        let answer = match kind {
            Kind::AtRiskKeyCustomer => key_customer::find(facts, settings),
            Kind::WinBack => win_back::find(facts, settings),
            Kind::SecondPurchase => second_purchase::find(facts, settings),
            Kind::ReorderDue => reorder::find(facts, settings),
            Kind::CrossSellBundle => bundle::find(facts, settings),
            Kind::StockOut => stock_out::find(facts, settings),
            Kind::PriceLeak => price::leaks(facts, settings),
            Kind::PromoteProduct => assortment::promote(facts, settings),
            Kind::DropProduct => assortment::drop(facts, settings),
            Kind::BestContactTime => contact::find(facts, settings),
        };
        match answer {
            Ok(list) if list.is_empty() => found.none.push((kind, Reason::NothingFound)),
            Ok(list) => found.recommendations.extend(list),
            Err(reason) => found.none.push((kind, reason)),
        }
    }
    let costs = Costs::of(facts, settings);
    let weight = |item: &Recommendation| costs.weight(item);
    found.recommendations.sort_by(|a, b| {
        weight(b).total_cmp(&weight(a)).then(b.confidence.total_cmp(&a.confidence)).then(a.id.cmp(&b.id))
    });
    let mut seen = std::collections::BTreeSet::new();
    found.recommendations.retain(|item| seen.insert(item.id));
    found
}
