//! The tools of a workspace for assistants outside, at `/mcp` ([`kupets_mcp`] has the protocol).
//!
//! [`mount`] puts the endpoint into the server, [`keys`] says who asks, and [`tools`] hands each call to the module of its tool. A call
//! becomes a plan of the semantic layer ([`question`], with [`period`] and [`filters`]) or a call of the engine, on the engine's
//! threads; what goes wrong is told for a model to read ([`failure`]).

mod asking;
mod behind;
mod catalogue;
mod change;
mod columns;
mod customers;
mod failure;
mod figures;
mod filters;
mod forecast;
mod keys;
mod metrics;
mod mount;
mod number;
mod period;
mod question;
mod recommendations;
mod sql;
mod tools;

pub use mount::Mount;
