//! Who is asking, and what they may: accounts, passwords, sessions, API keys, members and roles, invites, limits, the audit log.
//! No HTTP here: whoever speaks a protocol hands in tokens and addresses, and gets a [`Caller`] or an error.
//!
//! [`Auth`] is the one holder of the [`kupets_core::TenantAuthority`]: nothing outside this crate can make a tenant's capability,
//! and this crate makes one only for a key, a session or a Telegram link that it has just checked, for what a member has asked for
//! and still may, or for the server's own work. Each says who acts ([`kupets_core::Actor`]).

mod account;
mod accounts;
mod action;
mod audit;
mod auth;
mod bot_secret;
mod caller;
pub mod check;
pub mod holidays;
mod invites;
mod key_cache;
mod keys;
mod limits;
mod mail;
mod members;
mod operator;
mod own_account;
mod password;
mod password_change;
mod registration;
pub mod retention;
mod schema;
mod scope;
mod segments;
mod sessions;
mod telegram;
mod token;
mod upkeep;
mod visitor;
mod workspace;
mod workspaces;

pub use account::{Account, AccountWorkspace, NewWorkspace, User};
pub use accounts::{LoggedIn, NewAccount};
pub use action::{Action, Subject};
pub use audit::{AuditActor, AuditEntry, AuditTarget};
pub use auth::{Auth, AuthOptions};
pub use bot_secret::{BotSecret, MIN_BOT_SECRET};
pub use caller::{Caller, Credential, LinkEntry, Requirement, SessionEntry};
pub use invites::{INVITE_DAYS, Invite, MAX_INVITE_DAYS, NewInvite};
pub use key_cache::KeyEntry;
pub use keys::{ApiKey, NewApiKey, Stopped, not_a_key};
pub use limits::LimitOptions;
pub use mail::{Mail, Mailer};
pub use members::Member;
pub use operator::{KeyLine, MadeOwner, NewOwner, Operator, UserLine, WorkspaceLine};
pub use own_account::{AccountChange, EMAIL_HOURS, NewEmail};
pub use password_change::RESET_HOURS;
pub use registration::Registration;
pub use schema::role as role_schema;
pub use scope::{Scope, Scopes};
pub use segments::RuleBody;
pub use sessions::{DEVICE_DAYS, NewSession, SessionView};
pub use telegram::{Redeemed, TELEGRAM_TOKEN_MINUTES, TelegramAccount, TelegramLink, TelegramToken};
pub use token::id as new_id;
pub use visitor::{Network, Visitor};
pub use workspace::WorkspaceInfo;
pub use workspaces::{WorkspaceChange, WorkspaceView};
