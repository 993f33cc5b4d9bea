//! The server from outside: one real server a test, on a free port and a folder of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod admin;
mod app;
mod assistant;
mod assistant_expert;
mod assistant_questions;
mod audit;
mod bodies;
mod coverage;
mod crash;
mod csv;
mod data;
mod deliveries;
mod disk;
mod events;
mod exports;
mod import;
mod insight;
mod keys;
mod mcp;
mod members;
#[path = "../../assistant/tests/server/mod.rs"]
mod model_server;
mod notes;
mod one_definition;
mod operations;
mod own_account;
mod passwords;
mod problems;
mod process;
mod recommend;
mod records;
mod registration;
mod reminders;
mod roles;
mod saved;
mod saved_reports;
mod segments;
mod tasks;
mod telegram;
mod telegram_bot;
mod trends;
mod upgrade;
mod webhooks;
mod workspaces;
