//! Who is asking, as HTTP says it: keys in headers, sessions in cookies, and what a route asks of its caller. What they may is
//! decided in `kupets_auth`.

mod bot;
mod caller;
mod cookies;
mod csrf;
mod visitor;

pub use bot::{Bot, WithBot};
pub use caller::{
    Admin, Allowed, Analyst, AnyKeyOrSession, Assistant, Editor, EditorOrLink, Import, Ingest, Link, Policy, Read,
    Session, SessionOrLink, Sql, With, bearer,
};
pub use cookies::{let_in, removal, session_token};
pub use csrf::check_origin;
pub use visitor::{address, visitor};
