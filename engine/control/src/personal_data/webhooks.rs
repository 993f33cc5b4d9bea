//! What the tables of webhooks hold about people. What is told about customers is in the outbox, and goes from there.

use super::table::{
    Holds::{Account, Nothing},
    PLAIN, Rule, Table,
};

pub(super) const WEBHOOKS: Table = Table {
    name: "webhooks",
    columns: &[
        (Account, &["created_by"]),
        (
            Nothing,
            &[
                "id",
                "tenant",
                "url",
                "events",
                "active",
                "secret",
                "created_at",
                "updated_at",
                "last_status",
                "last_delivery_at",
                "failures",
                "failing_since",
                "paused_at",
            ],
        ),
    ],
    workspace: Some("tenant"),
    account: Some(Rule {
        // The workspace's, whoever made it.
        forget: &["UPDATE webhooks SET created_by = NULL WHERE created_by = $1"],
        export: "SELECT id, tenant, url, events, created_at FROM webhooks WHERE created_by = $1 ORDER BY created_at, id",
    }),
    ..PLAIN
};

pub(super) const DELIVERIES: Table = Table {
    name: "webhook_deliveries",
    columns: &[(
        Nothing,
        &["id", "tenant", "webhook_id", "event_id", "event", "attempt", "outcome", "status", "error", "at", "took_ms"],
    )],
    workspace: Some("tenant"),
    ..PLAIN
};

pub(super) const TOLD_FINDINGS: Table = Table {
    name: "told_findings",
    // Products, channels and the like: findings are never about one customer.
    columns: &[(Nothing, &["tenant", "finding_key", "told_at"])],
    workspace: Some("tenant"),
    ..PLAIN
};
