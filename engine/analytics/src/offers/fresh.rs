//! What a customer may buy for the first time.
//!
//! Candidates are the nearest neighbours of what they bought, and what sells best at present. The features are the sum of the
//! similarities to their products, the latest baskets weighing most, and how well the candidate sells, recently and ever.

use super::{
    NewReason,
    demand::{Moment, RECENT},
    history::Line,
    neighbours::Neighbours,
    profile::Profile,
};

pub(super) const FEATURES: usize = 7;

/// The weights without any data.
pub(super) const PRIOR: [f64; FEATURES] = [0.0, 0.5, 0.5, 0.5, 0.0, 0.7, 0.1];

/// The most candidates by neighbourhood.
pub(super) const NEAREST: usize = 200;
/// The most candidates by sales.
pub(super) const BEST: usize = 20;
/// Fewer common buyers are no reason to name.
const FEW: u32 = 5;
/// A product bought so many baskets ago weighs half.
const HALF_LIFE: f64 = 2.0;
/// Added to a similarity before its logarithm is taken: below it, differences fade. Two of them let the data choose.
const FLOORS: [f64; 2] = [0.01, 0.2];

/// A product never bought.
pub(super) struct Candidate {
    pub item: u32,
    pub reason: NewReason,
    /// The sum of weighted similarities.
    similarity: f64,
}

/// Candidates for a customer at a moment.
pub(super) fn candidates(profile: &Profile, moment: &Moment, neighbours: &Neighbours) -> Vec<Candidate> {
    let mut links = Vec::new();
    for held in &profile.items {
        let weight = (-f64::from(held.baskets_ago) / HALF_LIFE).exp2();
        for near in neighbours.of(held.item) {
            links.push((near.item, weight * near.similarity, held.item, near.both));
        }
    }
    links.retain(|link| !profile.has(link.0));
    // The order of the sum is part of its value: sorted by item and source, it is always the same.
    links.sort_unstable_by_key(|link| (link.0, link.2));
    let mut found: Vec<Candidate> = links
        .chunk_by(|a, b| a.0 == b.0)
        .map(|links| {
            let strongest = links.iter().fold(links[0], |best, link| if link.1 > best.1 { *link } else { best });
            let (item, _, source, both) = strongest;
            let lift = neighbours.lift(source, item, both);
            Candidate {
                item,
                reason: NewReason::BoughtWith { item: source, customers: both, lift },
                similarity: links.iter().map(|link| link.1).sum(),
            }
        })
        .collect();
    let mut sums: Vec<f64> = found.iter().map(|candidate| candidate.similarity).collect();
    if sums.len() > NEAREST {
        let (_, &mut least, _) = sums.select_nth_unstable_by(NEAREST - 1, |a, b| b.total_cmp(a));
        found.retain(|candidate| {
            candidate.similarity >= least || moment.best.iter().any(|best| best.0 == candidate.item)
        });
    }
    let near = found.len();
    for &(item, baskets) in &moment.best {
        let popular = NewReason::Popular { baskets, days: RECENT as u32 };
        match found[..near].binary_search_by_key(&item, |candidate| candidate.item) {
            // A product that everybody buys is not offered because two of them also bought something else.
            Ok(at) if matches!(found[at].reason, NewReason::BoughtWith { customers, .. } if customers < FEW) => {
                found[at].reason = popular;
            }
            Ok(_) => {}
            Err(_) if profile.has(item) => {}
            Err(_) => found.push(Candidate { item, reason: popular, similarity: 0.0 }),
        }
    }
    found
}

/// What describes a candidate at a moment.
pub(super) fn features(profile: &Profile, candidate: &Candidate, moment: &Moment) -> [f64; FEATURES] {
    let [recent, ever] = moment.shares[candidate.item as usize];
    let weights: f64 = profile.items.iter().map(|held| (-f64::from(held.baskets_ago) / HALF_LIFE).exp2()).sum();
    [
        1.0,
        (candidate.similarity + FLOORS[0]).ln(),
        (candidate.similarity + FLOORS[1]).ln(),
        profile.basket_size.max(1.0).ln(),
        weights.ln_1p(),
        recent,
        ever,
    ]
}

/// Whether a basket has the item.
pub(super) fn contains(basket: &[Line], item: u32) -> bool {
    basket.iter().any(|line| line.item == item)
}
