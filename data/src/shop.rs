//! A shop: its goods and story, and the way to its events.

use std::sync::Arc;

use crate::{
    blueprint::Blueprint,
    config::{ConfigError, ShopConfig},
    events::Events,
    story::Story,
};

/// A shop of which everything is decided but the individual events. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Shop(Arc<Blueprint>);

impl Shop {
    /// Makes the goods, the story and the course of demand.
    ///
    /// # Errors
    /// When the configuration is out of bounds; the message names the setting and what it may be.
    pub fn new(config: ShopConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self(Arc::new(Blueprint::new(config))))
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
        Events::new(self.0.clone())
    }
}
