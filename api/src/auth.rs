//! Who is asking: passwords, sessions, API keys, and the capability that follows from them.
//!
//! [`Auth`] is the one holder of the engine's [`kupets_engine::TenantAuthority`]: nothing outside this module can make a
//! tenant's capability, and this module makes one only for a key or a session that it has just checked.

mod accounts;
mod authority;
mod caller;
mod csrf;
mod key_cache;
mod keys;
mod limits;
mod password;
mod scope;
mod segments;
mod sessions;
mod token;

pub use accounts::{Account, Registration, User};
pub use authority::{Auth, WorkspaceInfo};
pub use caller::{
    Allowed, AnyKeyOrSession, Assistant, Caller, Credential, Ingest, Policy, Read, Session, Sql, With, session_token,
};
pub use csrf::check_origin;
pub use keys::{KeyRow, NewKey};
pub use limits::ClientAddress;
pub use scope::{Scope, Scopes};
pub use segments::RuleBody;
pub use sessions::NewSession;
