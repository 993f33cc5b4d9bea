//! What tasks, views, reports and dashboards hold about people: their texts may name customers, and they have owners.

use super::table::{
    Holds::{Account, Customer, Nothing},
    PLAIN, Rule, Table,
};

pub(super) const TASKS: Table = Table {
    name: "tasks",
    columns: &[
        // The identity of a recommendation about one customer comes from theirs.
        (Customer, &["title", "note", "customer_id", "recommendation_id"]),
        (Account, &["assignee_id", "created_by"]),
        (
            Nothing,
            &[
                "tenant",
                "id",
                "due_at",
                "recommendation_round",
                "status",
                "remind_at",
                "reminded_for",
                "created_at",
                "updated_at",
                "completed_at",
            ],
        ),
    ],
    workspace: Some("tenant"),
    customer: Some(Rule {
        // That something was done, when and by whom stays; about whom and what was written of them goes.
        forget: &[
            "UPDATE tasks SET title = '—', note = NULL, customer_id = NULL, recommendation_id = \
             CASE WHEN EXISTS (SELECT 1 FROM recommendations r WHERE r.tenant = tasks.tenant \
             AND r.id = tasks.recommendation_id AND r.round = tasks.recommendation_round AND r.customer_id = $2) \
             THEN NULL ELSE recommendation_id END WHERE tenant = $1 AND customer_id = $2",
            concat!("UPDATE tasks SET title = '—' WHERE tenant = $1 AND ", names!("title")),
            concat!("UPDATE tasks SET note = NULL WHERE tenant = $1 AND ", names!("note")),
        ],
        export: concat!(
            "SELECT title, note, customer_id, status, due_at, created_at, completed_at FROM tasks \
             WHERE tenant = $1 AND (customer_id = $2 OR ",
            names!("title", "note"),
            ") ORDER BY created_at, id"
        ),
    }),
    account: Some(Rule {
        // The workspace's, whoever wrote it down.
        forget: &[
            "UPDATE tasks SET assignee_id = NULL WHERE assignee_id = $1",
            "UPDATE tasks SET created_by = NULL WHERE created_by = $1",
        ],
        export: "SELECT tenant, id, title, status, due_at, created_at, completed_at FROM tasks \
                 WHERE assignee_id = $1 OR created_by = $1 ORDER BY created_at, id",
    }),
    ..PLAIN
};

pub(super) const SAVED_VIEWS: Table = Table {
    name: "saved_views",
    columns: &[
        (Customer, &["name", "query", "query_text"]),
        (Account, &["owner_id"]),
        (Nothing, &["tenant", "id", "page", "columns", "shared", "created_at", "updated_at"]),
    ],
    workspace: Some("tenant"),
    customer: Some(Rule {
        forget: &[concat!("DELETE FROM saved_views WHERE tenant = $1 AND ", names!("name", "query_text"))],
        export: concat!(
            "SELECT name, page, query_text, created_at FROM saved_views WHERE tenant = $1 AND ",
            names!("name", "query_text"),
            " ORDER BY created_at, id"
        ),
    }),
    account: Some(Rule {
        forget: &[
            "DELETE FROM saved_views WHERE owner_id = $1 AND NOT shared",
            "UPDATE saved_views SET owner_id = NULL WHERE owner_id = $1",
        ],
        export: "SELECT tenant, name, page, query, created_at FROM saved_views WHERE owner_id = $1 \
                 ORDER BY created_at, id",
    }),
    ..PLAIN
};

pub(super) const SAVED_REPORTS: Table = Table {
    name: "saved_reports",
    columns: &[
        (Customer, &["name", "description", "statement", "parameters", "chart"]),
        (Account, &["owner_id"]),
        (Nothing, &["tenant", "id", "shared", "created_at", "updated_at"]),
    ],
    workspace: Some("tenant"),
    customer: Some(Rule {
        // A report about the person goes; one that only mentions them in its words stays without the words.
        forget: &[
            concat!("DELETE FROM saved_reports WHERE tenant = $1 AND ", names!("statement", "parameters", "chart")),
            concat!("UPDATE saved_reports SET name = '—' WHERE tenant = $1 AND ", names!("name")),
            concat!("UPDATE saved_reports SET description = NULL WHERE tenant = $1 AND ", names!("description")),
        ],
        export: concat!(
            "SELECT name, description, statement, parameters, created_at FROM saved_reports WHERE tenant = $1 AND ",
            names!("name", "description", "statement", "parameters", "chart"),
            " ORDER BY created_at, id"
        ),
    }),
    account: Some(Rule {
        forget: &[
            "DELETE FROM saved_reports WHERE owner_id = $1 AND NOT shared",
            "UPDATE saved_reports SET owner_id = NULL WHERE owner_id = $1",
        ],
        export: "SELECT tenant, name, description, statement, created_at FROM saved_reports WHERE owner_id = $1 \
                 ORDER BY created_at, id",
    }),
    ..PLAIN
};

pub(super) const DASHBOARD_CARDS: Table = Table {
    name: "dashboard_cards",
    columns: &[(Customer, &["card"]), (Nothing, &["tenant", "dashboard_id", "position"])],
    workspace: Some("tenant"),
    customer: Some(Rule {
        forget: &[concat!("DELETE FROM dashboard_cards WHERE tenant = $1 AND ", names!("card"))],
        export: concat!(
            "SELECT dashboard_id, card FROM dashboard_cards WHERE tenant = $1 AND ",
            names!("card"),
            " ORDER BY dashboard_id, position"
        ),
    }),
    ..PLAIN
};

pub(super) const DASHBOARDS: Table = Table {
    name: "dashboards",
    columns: &[
        (Customer, &["name"]),
        (Account, &["owner_id"]),
        (Nothing, &["tenant", "id", "period", "shared", "created_at", "updated_at"]),
    ],
    workspace: Some("tenant"),
    customer: Some(Rule {
        forget: &[concat!("UPDATE dashboards SET name = '—' WHERE tenant = $1 AND ", names!("name"))],
        export: concat!(
            "SELECT name, created_at FROM dashboards WHERE tenant = $1 AND ",
            names!("name"),
            " ORDER BY created_at, id"
        ),
    }),
    account: Some(Rule {
        forget: &[
            "DELETE FROM dashboards WHERE owner_id = $1 AND NOT shared",
            "UPDATE dashboards SET owner_id = NULL WHERE owner_id = $1",
        ],
        export: "SELECT tenant, name, created_at FROM dashboards WHERE owner_id = $1 ORDER BY created_at, id",
    }),
    ..PLAIN
};
