//! What is hidden in the sales, told openly: so that tests and demos can check that analytics finds it.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use serde::Serialize;

use crate::{
    catalogue::Catalogue,
    config::{Locale, ShopConfig},
    dice::Dice,
    holidays::holiday,
    words::goods::CATEGORIES,
};

/// What was put into the sales of a shop. Dates are in the shop's own time, moments in UTC; periods are half-open.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Story {
    /// A category at a discount.
    pub promotion: Promotion,
    /// Hours without a single sale in any channel.
    pub outage: Outage,
    /// A bestseller that could not be bought for a while.
    pub stock_out: StockOut,
    /// Products bought together.
    pub affinities: Vec<Affinity>,
    /// How buyers come back and leave.
    pub buyers: Buyers,
    /// How sales move between channels, linearly over the period.
    pub channels: [ChannelDrift; 4],
    /// Growth of demand over a year, seasons aside: 0.3 is 30 %.
    pub yearly_growth: f64,
    /// Share of purchases without a customer.
    pub guest_share: f64,
}

/// A category at a discount.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Promotion {
    /// Value of the attribute `promotion` of purchases with discounted lines.
    pub code: &'static str,
    /// The category's name.
    pub category: Arc<str>,
    /// First day.
    pub from: NaiveDate,
    /// The day after the last one.
    pub to: NaiveDate,
    /// First moment.
    pub starts_at: DateTime<Utc>,
    /// The moment after the last one.
    pub ends_at: DateTime<Utc>,
    /// Percent off the price.
    pub discount_percent: u32,
    /// By how many times demand for the category is multiplied. Buyers' own preferences make lines grow somewhat less.
    pub uplift: f64,
}

/// Hours without sales. Refunds, e-mails and calls go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outage {
    /// First moment.
    pub starts_at: DateTime<Utc>,
    /// The moment after the last one.
    pub ends_at: DateTime<Utc>,
}

/// A product that could not be bought. Its buyers took something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StockOut {
    /// Its id.
    pub product_id: Arc<str>,
    /// Its name.
    pub product: Arc<str>,
    /// Its category.
    pub category: Arc<str>,
    /// First day.
    pub from: NaiveDate,
    /// The day after the last one.
    pub to: NaiveDate,
    /// First moment.
    pub starts_at: DateTime<Utc>,
    /// The moment after the last one.
    pub ends_at: DateTime<Utc>,
}

/// Who buys the one often takes the other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Affinity {
    /// Id of the product bought first, a bestseller.
    pub antecedent_id: Arc<str>,
    /// Its name.
    pub antecedent: Arc<str>,
    /// Id of the product taken with it.
    pub consequent_id: Arc<str>,
    /// Its name.
    pub consequent: Arc<str>,
    /// Share of the purchases of two or more lines with the first that hold the other for this reason.
    pub probability: f64,
}

/// The BG/NBD process of known buyers (Fader, Hardie, Lee, "Counting your customers the easy way", 2005). A buyer purchases
/// at an individual rate, Gamma-distributed over buyers, and after each purchase leaves for good with an individual
/// probability, Beta-distributed. Time runs faster in season and slower out of it, one a day on average. In a shop whose
/// sales would outgrow its trend, purchases are put off, which lowers everybody's rate alike.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Buyers {
    /// Shape of the Gamma distribution of rates.
    pub r: f64,
    /// Its inverse scale, in days: the mean rate is r / alpha purchases a day.
    pub alpha: f64,
    /// First parameter of the Beta distribution of the probability to leave.
    pub a: f64,
    /// Second parameter; the mean probability is a / (a + b).
    pub b: f64,
}

/// A channel's share of purchases.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChannelDrift {
    /// `web`, `app`, `shop` or `marketplace`.
    pub channel: &'static str,
    /// Intended share on the first day. Habits of buyers and opening hours shift what comes of it by some points.
    pub first: f64,
    /// Intended share on the last day.
    pub last: f64,
}

/// Index of the shop among the channels: the only one with opening hours.
pub(crate) const SHOP: usize = 2;
/// Index of the web among the channels.
pub(crate) const WEB: usize = 0;

/// The story in numbers of days, categories and products, as the generator uses it.
#[derive(Debug)]
pub(crate) struct Plan {
    pub promotion_days: std::ops::Range<usize>,
    pub promotion_category: usize,
    pub outage_day: usize,
    pub outage_hours: std::ops::Range<usize>,
    pub stock_out_days: std::ops::Range<usize>,
    pub stock_out_product: u32,
    /// Antecedent, consequent, probability.
    pub affinities: Vec<(u32, u32, f64)>,
}

/// Chooses the story of a shop.
pub(crate) fn choose(config: &ShopConfig, catalogue: &Catalogue) -> (Story, Plan) {
    let mut dice = Dice::new(config.seed, 2);
    let days = config.days() as usize;
    let date = |day: usize| config.from + Days::new(day as u64);
    let moment = |day: usize, hour: usize| {
        date(day).and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::hours(hour as i64)
            - TimeDelta::minutes(i64::from(config.utc_offset_minutes))
    };

    // Not in the weeks around New Year and in November, where it would drown in the season; in a short period anywhere.
    let mut first = (days as f64 * dice.between(0.50, 0.68)) as usize;
    for _ in 0..20 {
        if (2..=9).contains(&date(first).month()) {
            break;
        }
        first = (days as f64 * dice.between(0.45, 0.72)) as usize;
    }
    let promotion_days = first..first + (days / 8).min(14);
    // Sports, shoes, electronics: neither the largest categories nor sharp seasons.
    let promotion_category = *dice.pick(&[3, 6, 8]);

    // A working day without a holiday; within a week and a half there is always one.
    let mut outage_day = (days as f64 * dice.between(0.28, 0.42)) as usize;
    for _ in 0..10 {
        let day = date(outage_day);
        if holiday(config.locale, day) == 1.0 && day.weekday().num_days_from_monday() < 5 {
            break;
        }
        outage_day += 1;
    }
    let outage_hours = 11..11 + dice.range(7, 10) as usize;

    let first = (days as f64 * dice.between(0.75, 0.82)) as usize;
    let stock_out_days = first..first + (days / 6).min(21);
    let stock_out_category = *dice.pick(&[0, 1, 7]);
    let stock_out_product = catalogue.at(stock_out_category, dice.below(2));

    let affinities: Vec<(u32, u32, f64)> = (0..CATEGORIES.len())
        .filter(|&c| c != promotion_category && c != 5)
        .map(|category| {
            // Bestsellers, but not those that may run out; the other is known, not famous.
            let antecedent = catalogue.at(category, dice.range(2, 4));
            let other =
                if dice.chance(0.5) { category } else { (category + 1 + dice.below(9) as usize) % CATEGORIES.len() };
            let consequent = catalogue.at(other, dice.range(12, 40));
            (antecedent, consequent, f64::from(dice.range(32, 55)) / 100.0)
        })
        .collect();

    let out = catalogue.product(stock_out_product);
    let story = Story {
        promotion: Promotion {
            code: "PROMO25",
            category: catalogue.category_names[promotion_category].clone(),
            from: date(promotion_days.start),
            to: date(promotion_days.end),
            starts_at: moment(promotion_days.start, 0),
            ends_at: moment(promotion_days.end, 0),
            discount_percent: 25,
            uplift: 2.6,
        },
        outage: Outage {
            starts_at: moment(outage_day, outage_hours.start),
            ends_at: moment(outage_day, outage_hours.end),
        },
        stock_out: StockOut {
            product_id: out.id.clone(),
            product: out.name.clone(),
            category: catalogue.category_names[stock_out_category].clone(),
            from: date(stock_out_days.start),
            to: date(stock_out_days.end),
            starts_at: moment(stock_out_days.start, 0),
            ends_at: moment(stock_out_days.end, 0),
        },
        affinities: affinities
            .iter()
            .map(|&(a, c, probability)| {
                let (a, c) = (catalogue.product(a), catalogue.product(c));
                Affinity {
                    antecedent_id: a.id.clone(),
                    antecedent: a.name.clone(),
                    consequent_id: c.id.clone(),
                    consequent: c.name.clone(),
                    probability,
                }
            })
            .collect(),
        buyers: Buyers { r: 1.1, alpha: 55.0, a: 1.1, b: 3.3 },
        channels: [
            ChannelDrift { channel: "web", first: 0.42, last: 0.33 },
            ChannelDrift { channel: "app", first: 0.12, last: 0.32 },
            ChannelDrift { channel: "shop", first: 0.33, last: 0.18 },
            ChannelDrift { channel: "marketplace", first: 0.13, last: 0.17 },
        ],
        yearly_growth: if config.locale == Locale::Ru { 0.35 } else { 0.28 },
        guest_share: 0.14,
    };
    let plan = Plan {
        promotion_days,
        promotion_category,
        outage_day,
        outage_hours,
        stock_out_days,
        stock_out_product,
        affinities,
    };
    (story, plan)
}
