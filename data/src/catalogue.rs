//! The goods of the shop: names, prices, popularity.

use std::sync::Arc;

use crate::{
    Locale, ShopConfig,
    dice::{Dice, Weighted},
    price,
    words::goods::{CATEGORIES, SERIES},
};

/// Days between revisions of the price list.
const REVISION_DAYS: usize = 182;
/// Names that a category's words make.
const NAMES: u32 = 4_800;
/// Numbers without a common divisor with `NAMES`: steps that visit every name once.
const STEPS: [u32; 6] = [1_009, 1_237, 1_481, 1_867, 2_203, 2_897];

/// A product.
#[derive(Debug)]
pub(crate) struct Product {
    pub id: Arc<str>,
    pub name: Arc<str>,
    /// Index in `CATEGORIES`.
    pub category: u8,
    /// Price in hundredths by revision of the price list.
    prices: Box<[i64]>,
}

impl Product {
    /// Its price on a day of the period, in hundredths.
    pub fn price(&self, day: usize) -> i64 {
        self.prices[(day / REVISION_DAYS).min(self.prices.len() - 1)]
    }
}

/// All goods. Products are numbered by category, in each from the most to the least popular.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub products: Vec<Product>,
    pub category_names: Vec<Arc<str>>,
    /// Products in each category.
    pub per_category: u32,
    /// Draws a product's rank within its category.
    popularity: Weighted,
}

impl Catalogue {
    /// The goods of a shop of that size.
    pub fn new(config: &ShopConfig) -> Self {
        let mut dice = Dice::new(config.seed, 1);
        let pick = |(ru, en): (&'static str, &'static str)| if config.locale == Locale::Ru { ru } else { en };
        let per_category = (200.0 * libm::cbrt(config.lines as f64 / 10_000.0)).clamp(200.0, 2_000.0) as u32;
        let revisions = (config.days() as usize).div_ceil(REVISION_DAYS);
        let yearly_rise: f64 = if config.locale == Locale::Ru { 1.08 } else { 1.03 };
        let level = price::level(&config.currency);

        let mut products = Vec::with_capacity(CATEGORIES.len() * per_category as usize);
        for (index, category) in CATEGORIES.iter().enumerate() {
            let (offset, step) = (dice.below(NAMES), *dice.pick(&STEPS));
            for rank in 0..per_category {
                let n = ((offset + rank * step) % NAMES) as usize;
                let thing = &category.things[n % 12];
                let kind = pick(category.kinds[n / 12 % 10]);
                let series = pick(SERIES[n / 120]);
                let name = match config.locale {
                    Locale::Ru => format!("{} {kind} «{series}»", thing.0),
                    Locale::En => format!("{series} {kind} {}", thing.1),
                };
                let usual = f64::from(thing.2) / 100.0 * libm::exp(0.3 * dice.normal()) * level;
                let style = dice.below(3);
                let prices = (0..revisions)
                    .map(|r| usual * libm::pow(yearly_rise, (r * REVISION_DAYS) as f64 / 365.0))
                    .map(|units| price::point(&config.currency, units, style))
                    .collect();
                let id = format!("{}-{n:04}", category.code).into();
                products.push(Product { id, name: name.into(), category: index as u8, prices });
            }
        }
        // Zipf's law with Mandelbrot's shift: no product carries its category alone.
        let popularity: Vec<f64> = (1..=per_category).map(|rank| libm::pow(f64::from(rank) + 2.7, -0.95)).collect();
        Self {
            products,
            category_names: CATEGORIES.iter().map(|c| pick(c.name).into()).collect(),
            per_category,
            popularity: Weighted::new(&popularity),
        }
    }

    /// A product of the category, the popular ones more often.
    pub fn draw(&self, dice: &mut Dice, category: usize) -> u32 {
        self.at(category, self.popularity.draw(dice) as u32)
    }

    /// The product of a category by its rank from 0.
    pub fn at(&self, category: usize, rank: u32) -> u32 {
        category as u32 * self.per_category + rank
    }

    /// The product by its number.
    pub fn product(&self, number: u32) -> &Product {
        &self.products[number as usize]
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::HashSet;

    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn products_differ_and_their_number_grows_with_the_shop() {
        let to = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        for (lines, per_category) in [(1_000, 200), (100_000, 430), (10_000_000, 2_000)] {
            for locale in [Locale::Ru, Locale::En] {
                let catalogue = Catalogue::new(&ShopConfig::new(3, lines, to, locale));
                assert_eq!(catalogue.per_category, per_category);
                let ids: HashSet<_> = catalogue.products.iter().map(|p| &p.id).collect();
                let names: HashSet<_> = catalogue.products.iter().map(|p| &p.name).collect();
                assert_eq!(ids.len(), catalogue.products.len());
                assert_eq!(names.len(), catalogue.products.len());
                assert!(catalogue.products.iter().all(|p| p.prices.len() == 5 && p.prices.iter().all(|&c| c > 0)));
            }
        }
    }
}
