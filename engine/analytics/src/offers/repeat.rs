//! What a customer may buy again.
//!
//! Candidates are all products they bought. The features extend the personal frequency, which is the strongest simple rule of the
//! next basket (Li, Jullien, Ariannezhad, de Rijke 2023, "A Next Basket Recommendation Reality Check"), by how long ago, by
//! how often anybody buys the product again, by whether it still sells, and by the customer's own rhythm with it.

use super::{
    demand::Moment,
    history::History,
    profile::{Held, Profile},
};

pub(super) const FEATURES: usize = 12;

/// The weights without any data: personal frequency, lowered by the baskets since, raised where people come back for the product.
pub(super) const PRIOR: [f64; FEATURES] = [0.0, 0.3, -0.3, -0.5, 0.0, 0.4, 0.3, 0.5, 0.2, 0.2, -0.1, 0.0];

/// How many chances the average of all products weighs in the rate of one.
const SHRINK: f64 = 20.0;

/// How often each product is bought again.
pub(super) struct Repetition {
    /// By item: baskets of its buyers after their first one with it, and how many of those had it.
    chances: Vec<u32>,
    times: Vec<u32>,
    /// The same for all products together.
    rate: f64,
}

impl Repetition {
    pub fn new(history: &History) -> Self {
        let (mut chances, mut times) = (vec![0; history.width()], vec![0; history.width()]);
        for lines in history.all() {
            for held in Profile::new(lines, history.today()).items {
                chances[held.item as usize] += held.chances;
                times[held.item as usize] += held.times - 1;
            }
        }
        let sum = |counts: &[u32]| counts.iter().map(|&count| f64::from(count)).sum::<f64>();
        // Half a success in a shop without any, so that a logarithm can be taken.
        let rate = (sum(&times) + 0.5) / (sum(&chances) + 1.0);
        Self { chances, times, rate }
    }

    /// The rate at which the others buy the product again, from their purchases of it alone, drawn to that of all products.
    fn of_others(&self, own: &Held) -> f64 {
        let item = own.item as usize;
        // The owner's own purchases may be newer than these counts.
        let times = self.times[item].saturating_sub(own.times - 1);
        let chances = self.chances[item].saturating_sub(own.chances);
        (f64::from(times) + SHRINK * self.rate) / (f64::from(chances) + SHRINK)
    }
}

/// What describes a product held by a customer at a moment.
pub(super) fn features(profile: &Profile, held: &Held, moment: &Moment, repetition: &Repetition) -> [f64; FEATURES] {
    let days_ago = (f64::from(moment.day) - f64::from(held.last_day)).max(0.0);
    let [recent, ever] = moment.shares[held.item as usize];
    // How far the time since the last purchase is through the usual time between two: 0 without a rhythm.
    let span = f64::from(held.last_day) - f64::from(held.first_day);
    let phase = if held.times > 1 { days_ago * f64::from(held.times - 1) / span.max(1.0) } else { 0.0 };
    [
        1.0,
        f64::from(held.times).ln(),
        f64::from(held.chances + 1).ln(),
        f64::from(held.baskets_ago).ln_1p(),
        days_ago.ln_1p(),
        repetition.of_others(held).ln(),
        profile.basket_size.ln(),
        held.by_baskets.max(1e-6).ln(),
        held.by_days.max(1e-6).ln(),
        recent,
        ever,
        phase.min(8.0).ln_1p(),
    ]
}
