//! The tools of a workspace for assistants outside: the Model Context Protocol over one POST.
//!
//! Both eras of the protocol are answered at the same address, and nothing is kept between requests: revision 2026-07-28, where
//! each request says all that it needs, and the ones before it with their `initialize`, without sessions. Who asks is told by the
//! bearer key of each request.
//!
//! What the program brings: [`Authenticate`], and the tools as [`ProductTools`] (or any [`Tools`]). What it mounts:
//!
//! ```
//! # use kupets_mcp::{Authenticate, Endpoint, Product, ProductTools, Settings, ToolServer};
//! # fn mount<A, P>(config: &mut actix_web::web::ServiceConfig, keys: A, tools: P)
//! # where P: ProductTools, A: Authenticate<Caller = P::Caller> {
//! let endpoint = Endpoint::new(&Settings::default(), keys, ToolServer::new(Product::new(tools), "shop", "1.0.0"));
//! config.service(endpoint.resource("/mcp"));
//! # }
//! ```
//!
//! See docs/decisions/0014.

mod arguments;
mod convert;
mod endpoint;
mod error;
mod product;
mod protected;
mod refusal;
mod schema;
mod server;
mod settings;
mod tools;

pub use arguments::{Check, parse};
pub use endpoint::{Authenticate, Endpoint};
pub use error::ToolError;
pub use product::*;
pub use protected::ProtectedResource;
pub use rmcp::model::{JsonObject, Tool};
pub use schema::{input_schema, output_schema};
pub use server::ToolServer;
pub use settings::Settings;
pub use tools::{Output, Tools, read_only_tool};
