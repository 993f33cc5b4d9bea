//! All that is decided about a shop before its first event: its goods, its story and the course of demand.

use chrono::{DateTime, Utc};

use crate::{
    catalogue::Catalogue,
    config::ShopConfig,
    demand::Demand,
    story::{self, Plan, Story},
};

/// What a shop is, before anybody buys.
#[derive(Debug)]
pub(crate) struct Blueprint {
    pub config: ShopConfig,
    /// The first moment of the first day, in seconds since the epoch.
    pub begins: i64,
    pub catalogue: Catalogue,
    pub story: Story,
    pub plan: Plan,
    pub demand: Demand,
}

impl Blueprint {
    /// Makes the goods, the story and the course of demand of a configuration that has been checked.
    pub fn new(config: ShopConfig) -> Self {
        let midnight = config.from.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
        let begins = midnight - i64::from(config.utc_offset_minutes) * 60;
        let catalogue = Catalogue::new(&config);
        let (story, plan) = story::choose(&config, &catalogue);
        let demand = Demand::new(&config, &story, &plan);
        Self { config, begins, catalogue, story, plan, demand }
    }

    /// The moment in UTC at a second of a day in the shop's own time.
    pub fn moment(&self, day: usize, second: u32) -> DateTime<Utc> {
        let seconds = self.begins + day as i64 * 86_400 + i64::from(second);
        // A configuration's days lie in the years 1970 to 2250, which all have a timestamp.
        DateTime::from_timestamp(seconds, 0).unwrap_or_default()
    }
}
