//! The HTTP side of Kupets: accounts, REST, documentation, and the command line of the binary `kupets`.
//!
//! The way of a request: [`server`] accepts it, [`middleware`] gives it an id, limits and headers, [`auth`] turns its key or
//! cookie into a [`kupets_auth::Caller`], a handler in [`routes`] reads it and asks the engine, and whatever goes wrong leaves
//! as a [`problem::Problem`].

pub mod auth;
pub mod cli;
pub mod client;
pub mod server;
pub mod settings;

mod assistant;
mod body;
mod budget;
mod customer_filter;
mod deliveries;
mod document;
mod download;
mod events;
mod exports;
mod file_response;
mod importing;
mod imports;
mod mail;
mod mcp;
mod memory;
mod metrics;
mod metrics_server;
mod middleware;
mod negotiate;
mod openapi;
mod problem;
mod problem_schema;
mod process;
mod reminders;
mod retention;
mod routes;
mod saved_report;
mod shop_feed;
mod state;
mod stream;
mod telegram;
mod telegram_bot;
mod telemetry;
mod webhook_findings;
mod webhooks;

pub use process::prepare as prepare_process;
pub use server::Server;
pub use settings::Settings;
pub use telegram::Telegram;
