//! What the table of imports holds about people. Whoever is erased may stand in any file: an erasure lets go of all folders of the
//! workspace ([`crate::erasures`]). A file's name and a message may name a customer as well.

use super::table::{
    Holds::{Account, Customer, Nothing},
    PLAIN, Rule, Table,
};

pub(super) const IMPORTS: Table = Table {
    name: "imports",
    columns: &[
        (Customer, &["file_name", "error"]),
        (Account, &["user_id"]),
        (
            Nothing,
            &[
                "id",
                "tenant",
                "kind",
                "byte_count",
                "status",
                // Names of columns and how their values are written.
                "options",
                "revision",
                "records",
                "taken_for",
                "expected",
                "batches",
                "totals",
                "errors_bytes",
                "job_id",
                "created_at",
                "started_at",
                "finished_at",
                "expires_at",
            ],
        ),
    ],
    workspace: Some("tenant"),
    customer: Some(Rule {
        forget: &[concat!(
            "UPDATE imports SET file_name = '', error = NULL WHERE tenant = $1 AND ",
            names!("file_name", "error")
        )],
        export: concat!(
            "SELECT file_name, error, status, created_at FROM imports WHERE tenant = $1 AND ",
            names!("file_name", "error"),
            " ORDER BY created_at, id"
        ),
    }),
    account: Some(Rule {
        forget: &["UPDATE imports SET user_id = NULL WHERE user_id = $1"],
        export: "SELECT id, tenant, kind, status, created_at, finished_at FROM imports WHERE user_id = $1 \
                 ORDER BY created_at, id",
    }),
    ..PLAIN
};
