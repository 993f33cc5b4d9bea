//! The Telegram bot of Kupets: a client of the public HTTP API, with no other way in.
//!
//! [`run`] polls Telegram (or is called by it), takes each update over durably ([`dispatcher`]), asks the server as the person
//! whose link it is ([`api`]) and tells the answer in the form that the chat takes ([`messenger`]). Why there is no bot framework
//! below it is in `docs/decisions/0015`.

mod action;
mod api;
mod ask;
mod bot;
mod charts;
mod clock;
mod commands;
mod dispatcher;
mod document;
mod drafts;
mod ephemeral;
mod error;
mod format;
mod groups;
mod held;
mod known;
mod lang;
mod live;
mod messenger;
mod names;
mod outbox;
mod poll;
mod render;
mod run;
mod seal;
mod settings;
mod state;
mod store;
mod tables;
mod telegram;
mod tell;
mod texts;
mod updates;
mod webhook;

pub use api::ApiError;
pub use clock::{Clock, SystemClock};
pub use error::Error;
pub use run::run;
pub use settings::{Pace, Secret, Settings, Webhook};
pub use store::StoreError;
pub use telegram::Failure;
