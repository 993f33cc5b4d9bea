//! What the table of exports holds about people: whoever is erased may stand in any file, so that an erasure deletes all exports of
//! the workspace ([`crate::erasures`]); what is asked may name a customer as well.

use super::table::{
    Holds::{Account, Customer, Nothing},
    PLAIN, Rule, Table,
};

pub(super) const EXPORTS: Table = Table {
    name: "exports",
    columns: &[
        (Customer, &["spec", "error"]),
        (Account, &["user_id"]),
        (
            Nothing,
            &[
                "id",
                "tenant",
                "kind",
                "format",
                "csv_guard",
                "status",
                "row_count",
                "byte_count",
                "job_id",
                "created_at",
                "finished_at",
                "expires_at",
            ],
        ),
    ],
    workspace: Some("tenant"),
    customer: Some(Rule {
        forget: &[concat!("DELETE FROM exports WHERE tenant = $1 AND ", names!("spec", "error"))],
        export: concat!(
            "SELECT kind, format, status, spec, error, created_at FROM exports WHERE tenant = $1 AND ",
            names!("spec", "error"),
            " ORDER BY created_at, id"
        ),
    }),
    account: Some(Rule {
        forget: &["DELETE FROM exports WHERE user_id = $1"],
        export: "SELECT id, tenant, kind, format, status, created_at, finished_at FROM exports WHERE user_id = $1 \
                 ORDER BY created_at, id",
    }),
    ..PLAIN
};
