//! What a workspace decides about its assistant.

use kupets_core::Kind;

use super::{AssistantRow, MAX_WORDS_BYTES, WorkspaceRow, assistant, insert, set_assistant};
use crate::{
    audit::NewEntry,
    changes,
    testing::{Fixture, tenant},
    users::{self, UserRow},
};

fn entry(id: &str) -> NewEntry {
    NewEntry {
        id: id.into(),
        workspace_id: Some(tenant(1).to_string()),
        at: 1,
        actor_kind: "server",
        actor_id: String::new(),
        action: "test",
        target_kind: None,
        target_id: None,
        detail: None,
        address: None,
    }
}

#[tokio::test]
async fn expert_sql_is_off_until_a_workspace_says_so_for_itself() {
    let f = Fixture::new().await;
    let mut connection = f.pool.acquire().await.unwrap();
    let user = UserRow { id: "anna".into(), email: "a@x".into(), name: "A".into(), locale: "en".into(), created_at: 1 };
    users::insert(&mut connection, &user, "hash").await.unwrap();
    for number in [1, 2] {
        let workspace = WorkspaceRow {
            id: tenant(number).to_string(),
            name: "Shop".into(),
            locale: "ru".into(),
            time_zone: "UTC".into(),
            currency: "RUB".into(),
            segment_rules: None,
            holidays: None,
            retention: None,
            erased_records: None,
            created_at: 1,
            delete_at: None,
        };
        insert(&mut connection, &workspace, "anna").await.unwrap();
    }
    drop(connection);
    let own = tenant(1).to_string();
    assert_eq!(assistant(&f.pool, &own).await.unwrap(), Some(AssistantRow::default()));
    assert_eq!(assistant(&f.pool, "none").await.unwrap(), None);
    let before = changes::count(&f.pool).await.unwrap();
    let settings = AssistantRow {
        expert_sql: true,
        own_words: Some(r#"{"сборы":"revenue"}"#.into()),
        date_order: Some("month_first".into()),
        named_days: Some("[]".into()),
    };
    set_assistant(&f.pool, &own, &settings, &entry("e1")).await.unwrap();
    assert_eq!(assistant(&f.pool, &own).await.unwrap(), Some(settings.clone()));
    assert_eq!(assistant(&f.pool, tenant(2).as_str()).await.unwrap(), Some(AssistantRow::default()));
    // Other servers are told.
    assert_eq!(changes::count(&f.pool).await.unwrap(), before + 1);
    for (words, kind) in [("{".to_owned(), Kind::Invalid), (" ".repeat(MAX_WORDS_BYTES + 1), Kind::TooLarge)] {
        let bad = AssistantRow { own_words: Some(words), ..AssistantRow::default() };
        assert_eq!(set_assistant(&f.pool, &own, &bad, &entry("e2")).await.unwrap_err().kind(), kind);
    }
    assert_eq!(assistant(&f.pool, &own).await.unwrap(), Some(settings));
}
