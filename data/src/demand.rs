//! When people buy: seasons, weekdays, hours, holidays, growth, chance, and the story's promotion and outage.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::{
    config::ShopConfig,
    dice::{Dice, Weighted},
    holidays::holiday,
    story::{Plan, Story},
    words::goods::CATEGORIES,
};

const WEEKDAYS: [f64; 7] = [0.95, 0.93, 0.95, 1.00, 1.12, 1.10, 0.95];
const WORKDAY_HOURS: [f64; 24] = [
    0.9, 0.5, 0.3, 0.2, 0.2, 0.4, 1.0, 2.0, 3.2, 4.4, 5.2, 5.8, 6.4, 6.0, 5.4, 5.2, 5.4, 6.0, 7.0, 7.8, 8.0, 6.8, 4.2,
    2.0,
];
const WEEKEND_HOURS: [f64; 24] = [
    1.3, 0.8, 0.4, 0.3, 0.2, 0.3, 0.6, 1.2, 2.4, 4.2, 6.0, 7.2, 7.8, 7.8, 7.4, 7.0, 6.8, 6.6, 6.4, 6.2, 6.0, 5.4, 3.8,
    2.2,
];

/// Demand over the days of the period.
#[derive(Debug)]
pub(crate) struct Demand {
    /// Share of all lines sold before each day; one entry more than days, from 0 to 1.
    sold: Vec<f64>,
    /// The buyers' own time before each day: as `sold` without growth, advancing by 1 a day on average.
    clock: Vec<f64>,
    from: NaiveDate,
    promotion: (std::ops::Range<usize>, usize, f64),
    outage_day: usize,
    /// Which days are Saturdays and Sundays.
    weekends: Vec<bool>,
    workday: Weighted,
    weekend: Weighted,
    outage: Weighted,
}

impl Demand {
    /// Demand of a shop with that story.
    pub fn new(config: &ShopConfig, story: &Story, plan: &Plan) -> Self {
        let mut dice = Dice::new(config.seed, 3);
        let days = config.days() as usize;
        let profile = |day: NaiveDate| if is_weekend(day) { WEEKEND_HOURS } else { WORKDAY_HOURS };
        let mut dark = profile(config.from + Days::new(plan.outage_day as u64));
        let whole = dark.iter().sum::<f64>();
        dark[plan.outage_hours.clone()].fill(0.0);
        let left = dark.iter().sum::<f64>() / whole;

        let mut demand = Self {
            sold: vec![0.0; days + 1],
            clock: vec![0.0; days + 1],
            from: config.from,
            promotion: (plan.promotion_days.clone(), plan.promotion_category, story.promotion.uplift),
            outage_day: plan.outage_day,
            weekends: (0..days).map(|day| is_weekend(config.from + Days::new(day as u64))).collect(),
            workday: Weighted::new(&WORKDAY_HOURS),
            weekend: Weighted::new(&WEEKEND_HOURS),
            outage: Weighted::new(&dark),
        };
        let total_weight: f64 = CATEGORIES.iter().map(|c| c.weight).sum();
        let mut drift = 0.0;
        for day in 0..days {
            let date = demand.date(day);
            let season = demand.categories(day).iter().sum::<f64>() / total_weight;
            // Days differ by chance, and a good day is rather followed by another good one.
            drift = 0.8 * drift + 0.03 * dice.normal();
            let chance = libm::exp(drift + 0.06 * dice.normal());
            let mut today = season
                * WEEKDAYS[date.weekday().num_days_from_monday() as usize]
                * holiday(config.locale, date)
                * chance;
            if day == plan.outage_day {
                today *= left;
            }
            let growth = libm::pow(1.0 + story.yearly_growth, day as f64 / 365.0);
            demand.clock[day + 1] = demand.clock[day] + today;
            demand.sold[day + 1] = demand.sold[day] + today * growth;
        }
        let (mean, all) = (demand.clock[days] / days as f64, demand.sold[days]);
        demand.clock.iter_mut().for_each(|t| *t /= mean);
        demand.sold.iter_mut().for_each(|t| *t /= all);
        demand
    }

    /// Days of the period.
    pub fn days(&self) -> usize {
        self.clock.len() - 1
    }

    /// The date of a day, in the shop's own time.
    pub fn date(&self, day: usize) -> NaiveDate {
        self.from + Days::new(day as u64)
    }

    /// Share of all lines sold by the end of a day, 0 to 1.
    pub fn sold_by(&self, day: usize) -> f64 {
        self.sold[day + 1]
    }

    /// The day on which a buyer comes who comes `own_days` of buyers' time after `day`, if still in the period.
    /// Not on the same day.
    pub fn day_after(&self, day: usize, own_days: f64) -> Option<usize> {
        let at = self.clock[day] + own_days;
        let next = self.clock.partition_point(|&t| t <= at).saturating_sub(1).max(day + 1);
        (next < self.days()).then_some(next)
    }

    /// Demand of each category on a day: its weight times its season, and the promotion.
    pub fn categories(&self, day: usize) -> [f64; CATEGORIES.len()] {
        let date = self.date(day);
        let (promoted_days, promoted, uplift) = &self.promotion;
        std::array::from_fn(|c| {
            let promotion = if c == *promoted && promoted_days.contains(&day) { *uplift } else { 1.0 };
            CATEGORIES[c].weight * season(&CATEGORIES[c].months, date) * promotion
        })
    }

    /// The second of a day at which somebody buys.
    pub fn second(&self, dice: &mut Dice, day: usize) -> u32 {
        let hours = if day == self.outage_day {
            &self.outage
        } else if self.weekends[day] {
            &self.weekend
        } else {
            &self.workday
        };
        hours.draw(dice) as u32 * 3_600 + dice.below(3_600)
    }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The season on a date: a line from the middle of one month to the middle of the next.
fn season(months: &[f64; 12], date: NaiveDate) -> f64 {
    let month = date.month0() as usize;
    let at = (f64::from(date.day()) - 0.5) / f64::from(date.num_days_in_month());
    let (from, to, part) =
        if at < 0.5 { ((month + 11) % 12, month, at + 0.5) } else { (month, (month + 1) % 12, at - 0.5) };
    months[from] + (months[to] - months[from]) * part
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn date(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn seasons_run_smoothly_through_the_year() {
        let toys = &CATEGORIES[4].months;
        let days: Vec<f64> = (0..730).map(|d| season(toys, date(2024, 1, 1) + Days::new(d))).collect();
        assert!(days.windows(2).all(|w| (w[1] - w[0]).abs() < 0.06), "no jump from a day to the next");
        assert!((season(toys, date(2024, 12, 16)) - 2.13).abs() < 0.03);
    }
}
