//! A shop: its goods and story, and the way to its events.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{
    ConfigError, ShopConfig,
    catalogue::Catalogue,
    demand::Demand,
    events::Events,
    story::{self, Plan, Story},
};

/// A shop of which everything is decided but the individual events. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Shop(pub(crate) Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub config: ShopConfig,
    /// The first moment of the first day, in seconds since the epoch.
    pub begins: i64,
    pub catalogue: Catalogue,
    pub story: Story,
    pub plan: Plan,
    pub demand: Demand,
}

impl Shop {
    /// Makes the goods, the story and the course of demand.
    ///
    /// # Errors
    /// When the configuration is out of bounds; the message names the setting and what it may be.
    pub fn new(config: ShopConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let midnight = config.from.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
        let begins = midnight - i64::from(config.utc_offset_minutes) * 60;
        let catalogue = Catalogue::new(&config);
        let (story, plan) = story::choose(&config, &catalogue);
        let demand = Demand::new(&config, &story, &plan);
        Ok(Self(Arc::new(Inner { config, begins, catalogue, story, plan, demand })))
    }

    /// What the shop was made of.
    pub fn config(&self) -> &ShopConfig {
        &self.0.config
    }

    /// What is hidden in its sales.
    pub fn story(&self) -> &Story {
        &self.0.story
    }

    /// Products on offer.
    pub fn products(&self) -> usize {
        self.0.catalogue.products.len()
    }

    /// All its events from the beginning, in the order of time. Each call starts over and gives the same ones.
    pub fn events(&self) -> Events {
        Events::new(self.clone())
    }
}

impl Inner {
    /// The moment in UTC at a second of a day in the shop's own time.
    pub fn moment(&self, day: usize, second: u32) -> DateTime<Utc> {
        let seconds = self.begins + day as i64 * 86_400 + i64::from(second);
        // A configuration's days lie in the years 1970 to 2250, which all have a timestamp.
        DateTime::from_timestamp(seconds, 0).unwrap_or_default()
    }
}
