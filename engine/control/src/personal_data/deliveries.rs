//! What the tables of deliveries hold about people. What waits for the bot may name customers until the bot has it; runs name
//! nobody.

use super::table::{
    Holds::{Account, Customer, Nothing},
    PLAIN, Rule, Table,
};

pub(super) const DELIVERIES: Table = Table {
    name: "deliveries",
    columns: &[
        // Ids of what an alert has told of.
        (Customer, &["memory"]),
        (Account, &["user_id", "name", "target"]),
        (
            Nothing,
            &[
                "id",
                "tenant",
                "kind",
                "channel",
                "schedule",
                "alert",
                "cooldown_hours",
                "quiet_hours",
                "locale",
                "active",
                "created_at",
                "updated_at",
                "last_run_at",
                "last_sent_at",
                "next_run_at",
            ],
        ),
    ],
    workspace: Some("tenant"),
    customer: Some(Rule {
        // The delivery is its owner's: it forgets whom it has told of.
        forget: &[concat!("UPDATE deliveries SET memory = NULL WHERE tenant = $1 AND ", names!("memory"))],
        export: concat!(
            "SELECT id, kind, memory, created_at FROM deliveries WHERE tenant = $1 AND ",
            names!("memory"),
            " ORDER BY created_at, id"
        ),
    }),
    account: Some(Rule {
        forget: &["DELETE FROM deliveries WHERE user_id = $1"],
        export: "SELECT id, tenant, kind, name, channel, target, schedule, alert, created_at FROM deliveries \
                 WHERE user_id = $1 ORDER BY created_at, id",
    }),
    ..PLAIN
};

pub(super) const RUNS: Table = Table {
    name: "delivery_runs",
    columns: &[(Nothing, &["id", "tenant", "delivery_id", "due", "at", "status", "reason", "summary"])],
    workspace: Some("tenant"),
    ..PLAIN
};

pub(super) const TELEGRAM_OUTBOX: Table = Table {
    name: "telegram_outbox",
    columns: &[
        (Customer, &["title", "body"]),
        (Account, &["user_id", "chat_id"]),
        (Nothing, &["id", "tenant", "delivery_id", "locale", "created_at", "not_before", "attempts"]),
    ],
    workspace: Some("tenant"),
    customer: Some(Rule {
        forget: &[concat!("DELETE FROM telegram_outbox WHERE tenant = $1 AND ", names!("title", "body"))],
        export: concat!(
            "SELECT title, body, created_at FROM telegram_outbox WHERE tenant = $1 AND ",
            names!("title", "body"),
            " ORDER BY created_at, id"
        ),
    }),
    account: Some(Rule {
        forget: &["DELETE FROM telegram_outbox WHERE user_id = $1"],
        export: "SELECT tenant, chat_id, created_at FROM telegram_outbox WHERE user_id = $1 ORDER BY created_at, id",
    }),
    ..PLAIN
};
