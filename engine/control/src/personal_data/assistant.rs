//! What the assistant's tables hold about people: questions and answers may name customers in any column of text.

use super::table::{
    Holds::{Account, Customer, Nothing},
    PLAIN, Rule, Table,
};

/// The columns of a message that may name a customer.
macro_rules! message_names {
    () => {
        names!("question", "answer", "interpretation", "plan", "statement", "bound", "choices", "alternatives", "chart")
    };
}

pub(super) const FEEDBACK: Table = Table {
    name: "assistant_feedback",
    columns: &[
        (Customer, &["comment"]),
        (Account, &["actor_id"]),
        (Nothing, &["tenant", "message_id", "verdict", "sent_at"]),
    ],
    workspace: Some("tenant"),
    customer: Some(Rule {
        // The verdict names nobody.
        forget: &[concat!("UPDATE assistant_feedback SET comment = NULL WHERE tenant = $1 AND ", names!("comment"))],
        export: concat!(
            "SELECT message_id, verdict, comment, sent_at FROM assistant_feedback WHERE tenant = $1 AND ",
            names!("comment"),
            " ORDER BY sent_at, message_id"
        ),
    }),
    account: Some(Rule {
        forget: &["DELETE FROM assistant_feedback WHERE actor_id = $1"],
        export: "SELECT tenant, message_id, verdict, comment, sent_at FROM assistant_feedback WHERE actor_id = $1 \
                 ORDER BY sent_at, message_id",
    }),
    ..PLAIN
};

pub(super) const MESSAGE_CUSTOMERS: Table = Table {
    name: "assistant_message_customers",
    columns: &[(Customer, &["customer_id"]), (Nothing, &["tenant", "message_id"])],
    workspace: Some("tenant"),
    customer: Some(Rule {
        // The message first: its other names go with it.
        forget: &[
            "DELETE FROM assistant_messages WHERE tenant = $1 AND id IN \
             (SELECT message_id FROM assistant_message_customers WHERE tenant = $1 AND customer_id = $2)",
            "DELETE FROM assistant_message_customers WHERE tenant = $1 AND customer_id = $2",
        ],
        export: "SELECT message_id, customer_id FROM assistant_message_customers WHERE tenant = $1 AND customer_id = $2 \
                 ORDER BY message_id",
    }),
    ..PLAIN
};

pub(super) const MESSAGES: Table = Table {
    name: "assistant_messages",
    columns: &[
        (
            Customer,
            &["question", "answer", "interpretation", "plan", "statement", "bound", "choices", "alternatives", "chart"],
        ),
        (Account, &["actor_id"]),
        (
            Nothing,
            &[
                "id",
                "conversation_id",
                "tenant",
                "position",
                "asked_at",
                "language",
                "status",
                "source",
                "snapshot",
                "model",
                "gate",
                "elapsed",
            ],
        ),
    ],
    workspace: Some("tenant"),
    customer: Some(Rule {
        forget: &[concat!("DELETE FROM assistant_messages WHERE tenant = $1 AND ", message_names!())],
        export: concat!(
            "SELECT asked_at, question, answer, interpretation FROM assistant_messages WHERE tenant = $1 AND (id IN \
             (SELECT message_id FROM assistant_message_customers WHERE tenant = $1 AND customer_id = $2) OR ",
            message_names!(),
            ") ORDER BY asked_at, id"
        ),
    }),
    account: Some(Rule {
        // What the person's keys asked is theirs too.
        forget: &["DELETE FROM assistant_messages WHERE actor_id = $1 \
                   OR actor_id IN (SELECT id FROM api_keys WHERE created_by = $1)"],
        export: "SELECT tenant, conversation_id, asked_at, question, answer, interpretation, statement, model \
                 FROM assistant_messages WHERE actor_id = $1 \
                 OR actor_id IN (SELECT id FROM api_keys WHERE created_by = $1) ORDER BY asked_at, id",
    }),
    ..PLAIN
};

pub(super) const CONVERSATIONS: Table = Table {
    name: "assistant_conversations",
    columns: &[(Account, &["actor_id"]), (Nothing, &["id", "tenant", "actor_kind", "created_at", "updated_at"])],
    workspace: Some("tenant"),
    account: Some(Rule {
        forget: &["DELETE FROM assistant_conversations WHERE actor_id = $1 \
                   OR actor_id IN (SELECT id FROM api_keys WHERE created_by = $1)"],
        export: "SELECT id, tenant, created_at, updated_at FROM assistant_conversations WHERE actor_id = $1 \
                 OR actor_id IN (SELECT id FROM api_keys WHERE created_by = $1) ORDER BY created_at, id",
    }),
    ..PLAIN
};

pub(super) const VERIFIED_QUESTIONS: Table = Table {
    name: "verified_questions",
    columns: &[
        (Customer, &["name", "name_key", "question", "plan", "statement", "expected"]),
        (Account, &["created_by"]),
        (Nothing, &["tenant", "id", "language", "created_at", "updated_at"]),
    ],
    workspace: Some("tenant"),
    customer: Some(Rule {
        // A question whose rows name the person stays, without the rows; one about the person goes.
        forget: &[
            concat!(
                "DELETE FROM verified_questions WHERE tenant = $1 AND ",
                names!("name", "name_key", "question", "plan", "statement")
            ),
            concat!("UPDATE verified_questions SET expected = NULL WHERE tenant = $1 AND ", names!("expected")),
        ],
        export: concat!(
            "SELECT name, question, plan, statement, expected, created_at FROM verified_questions WHERE tenant = $1 AND ",
            names!("name", "name_key", "question", "plan", "statement", "expected"),
            " ORDER BY created_at, id"
        ),
    }),
    account: Some(Rule {
        // The workspace's, whoever wrote it down.
        forget: &["UPDATE verified_questions SET created_by = NULL WHERE created_by = $1"],
        export: "SELECT tenant, name, question, created_at FROM verified_questions WHERE created_by = $1 \
                 ORDER BY created_at, id",
    }),
    ..PLAIN
};
