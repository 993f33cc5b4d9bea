//! A believable shop, made up from a seed: customers, purchases and interactions as an application would send them.
//!
//! The same configuration gives the same records on every platform, in the order of time, as an iterator: a pure library,
//! no input or output. What is hidden in the sales (seasons, a promotion, an outage, products bought together, buyers who
//! leave) is told by [`Story`], so that tests and demos can check that analytics finds it.
//!
//! ```
//! use chrono::NaiveDate;
//! use kupets_data::{Locale, Record, Shop, ShopConfig};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let to = NaiveDate::from_ymd_opt(2026, 3, 1).ok_or("no such day")?;
//! let shop = Shop::new(ShopConfig::new(42, 1_000, to, Locale::En))?;
//! let mut events = shop.events();
//! let mut lines = 0;
//! for event in &mut events {
//!     if let Record::Purchase(purchase) = &event.record {
//!         lines += purchase.items.len() as u64;
//!         let _body = serde_json::to_string(purchase)?; // an object for POST /v1/purchases
//!     }
//! }
//! // A purchase sent a second time counts once.
//! assert!(lines >= 1_000 && events.facts().lines == 1_000);
//! # Ok(()) }
//! ```

mod basket;
mod blueprint;
mod calendar;
mod catalogue;
mod config;
mod demand;
mod dice;
mod events;
pub mod fixtures;
mod holidays;
mod people;
mod price;
mod record;
mod shop;
mod story;
mod tell;
mod words;

pub use config::{ConfigError, Locale, ShopConfig};
pub use events::{Events, Facts};
pub use record::{Attributes, Customer, Event, Interaction, Item, Purchase, Record};
pub use shop::Shop;
pub use story::{Affinity, Buyers, ChannelDrift, Outage, Promotion, StockOut, Story};
