//! Every table of the control database and what each of its columns may hold about people.
//!
//! A new table or column stands here before it passes the tests. Order: rows that refer to others come before those.

use super::{
    assistant, deliveries, exports, imports,
    table::{
        Holds::{Account, Customer, Nothing, Records},
        PLAIN, Rule, Table, Times,
    },
    telegram, webhooks, work,
};

/// All tables.
pub const TABLES: &[Table] = &[
    Table {
        name: "_sqlx_migrations",
        columns: &[(Nothing, &["version", "description", "installed_on", "success", "checksum", "execution_time"])],
        ..PLAIN
    },
    Table { name: "sqlite_sequence", columns: &[(Nothing, &["name", "seq"])], ..PLAIN },
    assistant::FEEDBACK,
    assistant::MESSAGE_CUSTOMERS,
    assistant::MESSAGES,
    assistant::CONVERSATIONS,
    assistant::VERIFIED_QUESTIONS,
    // Before the recommendations: whether a task is about one person is read there.
    work::TASKS,
    work::SAVED_VIEWS,
    work::SAVED_REPORTS,
    work::DASHBOARD_CARDS,
    work::DASHBOARDS,
    deliveries::RUNS,
    deliveries::TELEGRAM_OUTBOX,
    deliveries::DELIVERIES,
    exports::EXPORTS,
    imports::IMPORTS,
    telegram::TOKENS,
    telegram::LINKS,
    webhooks::DELIVERIES,
    webhooks::WEBHOOKS,
    webhooks::TOLD_FINDINGS,
    Table {
        name: "sessions",
        columns: &[(
            Account,
            &[
                "token_hash",
                "id",
                "user_id",
                "workspace_id",
                "created_at",
                "last_seen_at",
                "expires_at",
                "address",
                "user_agent",
            ],
        )],
        workspace: Some("workspace_id"),
        account: Some(Rule {
            forget: &["DELETE FROM sessions WHERE user_id = $1"],
            export: "SELECT workspace_id, created_at, last_seen_at, expires_at, address, user_agent FROM sessions \
                     WHERE user_id = $1 ORDER BY created_at",
        }),
        times: Times::Milliseconds,
        ..PLAIN
    },
    Table {
        name: "api_keys",
        columns: &[
            (Account, &["created_by", "name", "created_at", "last_used_at", "revoked_at", "expires_at", "stopped_at"]),
            (Nothing, &["id", "workspace_id", "prefix", "key_hash", "scopes"]),
        ],
        workspace: Some("workspace_id"),
        account: Some(Rule {
            forget: &["DELETE FROM api_keys WHERE created_by = $1"],
            export: "SELECT id, workspace_id, name, prefix, scopes, created_at, last_used_at, revoked_at, expires_at, \
                     stopped_at FROM api_keys WHERE created_by = $1 ORDER BY created_at",
        }),
        times: Times::Milliseconds,
        ..PLAIN
    },
    Table {
        name: "devices",
        columns: &[(Account, &["token_hash", "user_id", "created_at", "expires_at"])],
        account: Some(Rule {
            forget: &["DELETE FROM devices WHERE user_id = $1"],
            export: "SELECT created_at, expires_at FROM devices WHERE user_id = $1 ORDER BY created_at",
        }),
        times: Times::Milliseconds,
        ..PLAIN
    },
    Table {
        name: "password_resets",
        columns: &[(Account, &["token_hash", "user_id", "created_at", "expires_at"])],
        account: Some(Rule {
            forget: &["DELETE FROM password_resets WHERE user_id = $1"],
            export: "SELECT created_at, expires_at FROM password_resets WHERE user_id = $1 ORDER BY created_at",
        }),
        times: Times::Milliseconds,
        ..PLAIN
    },
    Table {
        name: "email_changes",
        columns: &[(Account, &["token_hash", "user_id", "email", "created_at", "expires_at"])],
        account: Some(Rule {
            forget: &["DELETE FROM email_changes WHERE user_id = $1"],
            export: "SELECT email, created_at, expires_at FROM email_changes WHERE user_id = $1 ORDER BY created_at",
        }),
        times: Times::Milliseconds,
        ..PLAIN
    },
    Table {
        name: "invites",
        columns: &[
            (Account, &["email", "created_by", "used_by", "created_at", "expires_at", "used_at"]),
            (Nothing, &["id", "workspace_id", "role", "token_hash"]),
        ],
        workspace: Some("workspace_id"),
        account: Some(Rule {
            // One for that address alone goes too: without the address it would let in whoever has the link.
            forget: &[
                "DELETE FROM invites WHERE created_by = $1 OR email = (SELECT email FROM users WHERE id = $1)",
                "UPDATE invites SET used_by = NULL WHERE used_by = $1",
            ],
            export: "SELECT workspace_id, role, created_at, expires_at, used_at FROM invites \
                     WHERE created_by = $1 OR used_by = $1 ORDER BY created_at",
        }),
        times: Times::Milliseconds,
        ..PLAIN
    },
    Table {
        name: "audit",
        // What was done to a person with an account has their id as its target; it is no customer's.
        columns: &[
            (Customer, &["target_id"]),
            (Account, &["actor_id"]),
            (Nothing, &["id", "tenant", "at", "actor_kind", "action", "target_kind", "detail", "address"]),
        ],
        workspace: Some("tenant"),
        customer: Some(Rule {
            // That something was done stays; to whom does not.
            forget: &["UPDATE audit SET target_id = NULL WHERE tenant = $1 AND target_id = $2"],
            export: "SELECT at AS noted_at, actor_kind, action, target_id FROM audit \
                     WHERE tenant = $1 AND target_id = $2 ORDER BY at, id",
        }),
        account: Some(Rule {
            forget: &[
                "UPDATE audit SET actor_id = '' WHERE actor_id = $1",
                "UPDATE audit SET target_id = NULL WHERE target_kind = 'person' AND target_id = $1",
            ],
            export: "SELECT tenant, at AS noted_at, action, address FROM audit WHERE actor_id = $1 ORDER BY at, id",
        }),
        times: Times::Milliseconds,
    },
    Table { name: "account_changes", columns: &[(Nothing, &["one", "count"])], ..PLAIN },
    Table {
        name: "members",
        columns: &[(Account, &["workspace_id", "user_id", "role", "created_at"])],
        workspace: Some("workspace_id"),
        account: Some(Rule {
            forget: &["DELETE FROM members WHERE user_id = $1"],
            export: "SELECT workspace_id, role, created_at FROM members WHERE user_id = $1 ORDER BY created_at",
        }),
        times: Times::Milliseconds,
        ..PLAIN
    },
    Table {
        name: "users",
        columns: &[(Account, &["id", "email", "name", "password_hash", "locale", "created_at"])],
        account: Some(Rule {
            forget: &["DELETE FROM users WHERE id = $1"],
            export: "SELECT id, email, name, locale, created_at FROM users WHERE id = $1",
        }),
        times: Times::Milliseconds,
        ..PLAIN
    },
    Table {
        name: "workspaces",
        columns: &[(
            Nothing,
            &[
                "id",
                "name",
                "locale",
                "time_zone",
                "currency",
                "created_at",
                "segment_rules",
                "delete_at",
                "expert_sql",
                "own_words",
                "date_order",
                "named_days",
                "holidays",
                "retention",
                "erased_records",
            ],
        )],
        workspace: Some("id"),
        times: Times::Milliseconds,
        ..PLAIN
    },
    Table {
        name: "journal",
        columns: &[(Nothing, &["seq", "tenant", "table_name", "row_count", "checksum"]), (Records, &["payload"])],
        ..PLAIN
    },
    Table {
        name: "idempotency_keys",
        columns: &[(Nothing, &["tenant", "key_hash", "body_hash", "sent_at"])],
        workspace: Some("tenant"),
        ..PLAIN
    },
    Table { name: "journal_identity", columns: &[(Nothing, &["id"])], ..PLAIN },
    Table {
        name: "erasures",
        columns: &[
            (
                Nothing,
                &[
                    "id",
                    "tenant",
                    "keep_totals",
                    "purchases",
                    "interactions",
                    "requested_at",
                    "complete_by",
                    "rewritten_at",
                    "completed_at",
                ],
            ),
            (Customer, &["customer_id"]),
        ],
        workspace: Some("tenant"),
        customer: Some(Rule {
            // While an erasure is under way it must know whom, or a crash would forget the work. It forgets by itself when
            // the person's rows are gone, in one transaction with all of these statements.
            forget: &["UPDATE erasures SET customer_id = NULL \
                       WHERE tenant = $1 AND customer_id = $2 AND rewritten_at IS NOT NULL"],
            export: "SELECT customer_id, keep_totals, requested_at, complete_by FROM erasures \
                     WHERE tenant = $1 AND customer_id = $2 ORDER BY requested_at",
        }),
        ..PLAIN
    },
    // A hash that nobody can turn into an id, and for another id says nothing; its key goes with the workspace.
    Table {
        name: "erased_customers",
        columns: &[(Nothing, &["tenant", "id_hash", "erased_at"])],
        workspace: Some("tenant"),
        ..PLAIN
    },
    Table {
        name: "erased_customer_keys",
        columns: &[(Nothing, &["tenant", "key"])],
        workspace: Some("tenant"),
        ..PLAIN
    },
    Table {
        name: "customer_merges",
        columns: &[
            (Customer, &["from_id", "into_id", "kept"]),
            (Account, &["merged_by"]),
            (Nothing, &["tenant", "id", "state", "merged_at", "undo_until", "task_ids"]),
        ],
        workspace: Some("tenant"),
        customer: Some(Rule {
            forget: &["DELETE FROM customer_merges WHERE tenant = $1 AND (from_id = $2 OR into_id = $2)"],
            export: "SELECT from_id, into_id, merged_at, undo_until, kept FROM customer_merges \
                     WHERE tenant = $1 AND (from_id = $2 OR into_id = $2) ORDER BY merged_at, from_id",
        }),
        account: Some(Rule {
            forget: &["UPDATE customer_merges SET merged_by = NULL WHERE merged_by = $1"],
            export: "SELECT tenant, from_id, into_id, merged_at FROM customer_merges WHERE merged_by = $1 \
                     ORDER BY merged_at, from_id",
        }),
        ..PLAIN
    },
    Table {
        name: "recommendation_customers",
        columns: &[(Customer, &["id", "customer_id", "held_out"]), (Nothing, &["tenant", "round", "place"])],
        workspace: Some("tenant"),
        customer: Some(Rule {
            forget: &["DELETE FROM recommendation_customers WHERE tenant = $1 AND customer_id = $2"],
            export: "SELECT c.customer_id, r.kind, r.status, r.decided_at, r.accepted_at, r.done_at, r.measured_until, \
                     c.held_out FROM recommendation_customers c \
                     JOIN recommendations r ON r.tenant = c.tenant AND r.id = c.id AND r.round = c.round \
                     WHERE c.tenant = $1 AND c.customer_id = $2 ORDER BY r.decided_at, r.id",
        }),
        ..PLAIN
    },
    Table {
        name: "recommendations",
        columns: &[
            (Customer, &["id", "item", "customer_id"]),
            (Nothing, &["tenant", "round", "kind", "status", "decided_at", "accepted_at", "done_at", "measured_until"]),
        ],
        workspace: Some("tenant"),
        customer: Some(Rule {
            forget: &["DELETE FROM recommendations WHERE tenant = $1 AND customer_id = $2"],
            export: "SELECT kind, status, decided_at, customer_id, item FROM recommendations \
                     WHERE tenant = $1 AND customer_id = $2 ORDER BY decided_at, id",
        }),
        ..PLAIN
    },
    Table {
        name: "jobs",
        columns: &[
            (Customer, &["payload", "customer_id", "dedupe_key", "progress_message", "result", "last_error"]),
            (Account, &["user_id"]),
            (
                Nothing,
                &[
                    "id",
                    "tenant",
                    "kind",
                    "coalesces",
                    "again",
                    "state",
                    "run_after",
                    "attempts",
                    "max_attempts",
                    "lease_owner",
                    "lease_until",
                    "lease_number",
                    "cancel_requested",
                    "progress_done",
                    "progress_total",
                    "created_at",
                    "started_at",
                    "finished_at",
                ],
            ),
        ],
        workspace: Some("tenant"),
        customer: Some(Rule {
            // A running one is deleted as well: its worker finds that out and stops.
            forget: &["DELETE FROM jobs WHERE tenant = $1 AND customer_id = $2"],
            export: "SELECT kind, state, customer_id, payload, result, created_at, finished_at FROM jobs \
                     WHERE tenant = $1 AND customer_id = $2 ORDER BY created_at, id",
        }),
        account: Some(Rule {
            forget: &["UPDATE jobs SET user_id = NULL WHERE user_id = $1"],
            export: "SELECT id, tenant, kind, state, created_at, finished_at FROM jobs WHERE user_id = $1 \
                     ORDER BY created_at, id",
        }),
        ..PLAIN
    },
    Table {
        name: "outbox",
        columns: &[
            (Customer, &["ordering_key", "payload", "customer_id"]),
            (Nothing, &["seq", "id", "tenant", "topic", "created_at", "delivered_at"]),
        ],
        workspace: Some("tenant"),
        customer: Some(Rule {
            forget: &["DELETE FROM outbox WHERE tenant = $1 AND customer_id = $2"],
            export: "SELECT topic, customer_id, payload, created_at, delivered_at FROM outbox \
                     WHERE tenant = $1 AND customer_id = $2 ORDER BY seq",
        }),
        ..PLAIN
    },
];
