//! The bot between a Telegram that refuses what Telegram refuses and a server that answers as the contract says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ask;
mod commands;
mod forgets;
mod forms;
mod groups;
mod kupets;
mod link;
mod logs;
mod numbers;
mod outbox;
mod refusals;
mod robust;
mod server;
mod shop;
mod stream;
mod world;
