//! What goes into a basket: favourites, seasons, bestsellers, habits, and what belongs together.

use crate::{
    blueprint::Blueprint,
    calendar::Buyer,
    dice::{Dice, Weighted},
    words::goods::CATEGORIES,
};

/// Mean lines of a purchase: 1 + (1 - q) / q for the geometric distribution below.
pub(crate) const MEAN_LINES: f64 = 1.0 / ONE_MORE_ENDS;
/// Probability that a basket is complete after each line.
const ONE_MORE_ENDS: f64 = 0.38;

/// How many lines a purchase has: 1 to 15.
pub(crate) fn lines(dice: &mut Dice) -> u32 {
    1 + dice.geometric(ONE_MORE_ENDS, 14)
}

/// Fills baskets on one day.
#[derive(Debug)]
pub(crate) struct Baskets {
    /// Demand by category today.
    demand: [f64; CATEGORIES.len()],
    categories: Weighted,
    /// Not on the shelf today.
    missing: Option<u32>,
}

impl Baskets {
    /// Baskets of a day.
    pub fn new(shop: &Blueprint, day: usize) -> Self {
        let demand = shop.demand.categories(day);
        Self {
            demand,
            categories: Weighted::new(&demand),
            missing: shop.plan.stock_out_days.contains(&day).then_some(shop.plan.stock_out_product),
        }
    }

    /// A category that somebody buys from today.
    pub fn category(&self, dice: &mut Dice) -> usize {
        self.categories.draw(dice)
    }

    /// Fills a basket with that many different products. There are always more products than lines.
    pub fn fill(&self, shop: &Blueprint, dice: &mut Dice, buyer: Option<&Buyer>, lines: u32, basket: &mut Vec<u32>) {
        basket.clear();
        let lines = lines as usize;
        // A product that must follow the one just put in.
        let mut companion = None;
        // Lines before this one belong together and stay.
        let mut bound = 0;
        while basket.len() < lines {
            let product = match companion.take() {
                Some(product) => product,
                None => self.product(shop, dice, buyer, basket),
            };
            basket.push(product);
            if let Some(&(_, other, probability)) = shop.plan.affinities.iter().find(|a| a.0 == product)
                && lines > 1
                && !basket.contains(&other)
                && self.missing != Some(other)
                && dice.chance(probability)
            {
                if basket.len() == lines && bound < lines - 1 {
                    // No room after it: the line before makes place.
                    basket[lines - 2] = other;
                } else if basket.len() < lines {
                    companion = Some(other);
                    bound = basket.len() + 1;
                }
            }
        }
    }

    fn product(&self, shop: &Blueprint, dice: &mut Dice, buyer: Option<&Buyer>, basket: &[u32]) -> u32 {
        let goods = &shop.catalogue;
        // What one ran out of.
        if basket.is_empty()
            && let Some(last) = buyer.and_then(|b| b.last)
            && self.missing != Some(last)
            && dice.chance(CATEGORIES[goods.product(last).category as usize].repeated)
        {
            return last;
        }
        for _ in 0..8 {
            let category = match buyer {
                Some(b) if dice.chance(0.35) && self.in_season(dice, b.favourite as usize) => b.favourite as usize,
                _ => self.category(dice),
            };
            let product = goods.draw(dice, category);
            if self.missing != Some(product) && !basket.contains(&product) {
                return product;
            }
        }
        // Eight bestsellers in a row were in the basket: the first product by number that is not.
        (0u32..).find(|p| self.missing != Some(*p) && !basket.contains(p)).unwrap_or(0)
    }

    /// Whether a buyer thinks of the favourite category today: the more surely, the more it is in demand.
    fn in_season(&self, dice: &mut Dice, category: usize) -> bool {
        let factor = self.demand[category] / CATEGORIES[category].weight;
        dice.chance(factor / (1.0 + factor))
    }
}
