//! What the tables of Telegram hold about people with accounts.

use super::table::{
    Holds::{Account, Nothing},
    PLAIN, Rule, Table, Times,
};

pub(super) const TOKENS: Table = Table {
    name: "telegram_tokens",
    columns: &[(Account, &["token_hash", "workspace_id", "user_id", "created_at", "expires_at"])],
    workspace: Some("workspace_id"),
    account: Some(Rule {
        forget: &["DELETE FROM telegram_tokens WHERE user_id = $1"],
        export: "SELECT workspace_id, created_at, expires_at FROM telegram_tokens WHERE user_id = $1 ORDER BY created_at",
    }),
    times: Times::Milliseconds,
    ..PLAIN
};

pub(super) const LINKS: Table = Table {
    name: "telegram_links",
    columns: &[
        (Account, &["user_id", "telegram_user_id", "telegram_name", "locale", "linked_at", "last_seen_at"]),
        (Nothing, &["id", "workspace_id", "credential_hash"]),
    ],
    workspace: Some("workspace_id"),
    account: Some(Rule {
        forget: &["DELETE FROM telegram_links WHERE user_id = $1"],
        export: "SELECT workspace_id, telegram_user_id, telegram_name, locale, linked_at, last_seen_at FROM telegram_links \
                 WHERE user_id = $1 ORDER BY linked_at",
    }),
    times: Times::Milliseconds,
    ..PLAIN
};
