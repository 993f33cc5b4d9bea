//! Conversations as they are stored, read, and kept from others.

use kupets_core::Kind;
use sqlx::Connection;

use super::{
    After, Conversations, MAX_ANSWER_BYTES, MAX_CUSTOMERS, MAX_JSON_BYTES, MAX_MESSAGES, MAX_QUESTION_BYTES, Message,
    Owner, Status,
};
use crate::{
    audit::NewEntry,
    feedback::{self, Feedback, Verdict},
    members,
    personal_data::PersonalData,
    testing::{Fixture, tenant},
};

const ANNA: Owner<'static> = Owner::Person("anna");
const BORIS: Owner<'static> = Owner::Person("boris");

pub fn message(question: &str, asked_at: i64) -> Message {
    Message {
        asked_at,
        question: question.into(),
        language: "ru".into(),
        status: Status::Answered,
        answer: Some("Выручка 10 ₽".into()),
        source: Some("catalogue".into()),
        interpretation: Some(r#"{"intent":"value"}"#.into()),
        plan: None,
        statement: Some("SELECT 1".into()),
        bound: Some("[1]".into()),
        snapshot: Some("7".into()),
        model: Some("small".into()),
        gate: Some("passed".into()),
        elapsed: Some(r#"{"parse":1}"#.into()),
        choices: Some("[]".into()),
        alternatives: Some("[]".into()),
        chart: Some("{}".into()),
    }
}

fn with_plan(question: &str, asked_at: i64, plan: &str) -> Message {
    Message { plan: Some(plan.into()), ..message(question, asked_at) }
}

fn nobody(message: &str) -> NewEntry {
    NewEntry {
        id: message.into(),
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

async fn count(f: &Fixture, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&f.pool).await.unwrap()
}

#[tokio::test]
async fn a_conversation_is_taken_up_where_its_last_good_plan_was() {
    let f = Fixture::new().await;
    let all = Conversations::new(f.pool.clone());
    all.start(&tenant(1), ANNA, "c", 5).await.unwrap();
    let again = all.start(&tenant(2), BORIS, "c", 5).await.unwrap_err();
    assert_eq!((again.kind(), again.code()), (Kind::Conflict, "id_taken"));
    assert!(all.list(&tenant(1), ANNA, None, 9).await.unwrap().is_empty(), "it has no message");
    let long = format!("Сколько {}", "щ".repeat(200));
    let first = with_plan(&long, 10, r#"{"metrics":["revenue"]}"#);
    let failed = Message { status: Status::Failed, answer: None, plan: None, ..message("а по Москве?", 20) };
    assert_eq!(all.append(&tenant(1), ANNA, "c", "m1", &first, &[]).await.unwrap(), 1);
    assert_eq!(all.append(&tenant(1), ANNA, "c", "m2", &failed, &[]).await.unwrap(), 2);
    let found = all.get(&tenant(1), ANNA, "c").await.unwrap();
    assert_eq!((found.created_at, found.updated_at, found.messages), (5, 20, 2));
    assert_eq!(found.plan, first.plan, "a message without a plan leaves the one before");
    assert_eq!(found.title, long.chars().take(80).collect::<String>());
    let second = with_plan("а по Твери?", 30, "{}");
    all.append(&tenant(1), ANNA, "c", "m3", &second, &[]).await.unwrap();
    assert_eq!(all.get(&tenant(1), ANNA, "c").await.unwrap().plan, second.plan);
    let read = all.messages(&tenant(1), ANNA, "c", 0, 9).await.unwrap();
    assert_eq!(read.iter().map(|row| row.position).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(read.iter().map(|row| &row.message).collect::<Vec<_>>(), [&first, &failed, &second]);
    assert_eq!(all.messages(&tenant(1), ANNA, "c", 1, 1).await.unwrap(), read[1..2]);
    assert_eq!(all.message(&tenant(1), ANNA, "m3").await.unwrap(), read[2]);
    // An id in use stores nothing, not even the time.
    let again = all.append(&tenant(1), ANNA, "c", "m3", &message("?", 99), &[]).await.unwrap_err();
    assert_eq!(again.code(), "id_taken");
    assert_eq!(all.get(&tenant(1), ANNA, "c").await.unwrap().updated_at, 30);
}

#[tokio::test]
async fn to_anybody_else_there_is_no_such_conversation() {
    let f = Fixture::new().await;
    let all = Conversations::new(f.pool.clone());
    all.start(&tenant(1), ANNA, "c", 1).await.unwrap();
    all.append(&tenant(1), ANNA, "c", "m", &message("?", 2), &[]).await.unwrap();
    let up = Feedback { verdict: Verdict::Up, comment: None, sent_at: 1 };
    for (tenant, owner) in [(tenant(2), ANNA), (tenant(1), BORIS), (tenant(1), Owner::Key("anna"))] {
        let missing = [
            all.get(&tenant, owner, "c").await.map(drop).unwrap_err(),
            all.message(&tenant, owner, "m").await.map(drop).unwrap_err(),
            all.append(&tenant, owner, "c", "n", &message("?", 3), &[]).await.map(drop).unwrap_err(),
            feedback::set(&f.pool, &tenant, owner, "m", &up).await.unwrap_err(),
        ];
        assert!(missing.iter().all(|e| e.kind() == Kind::NotFound), "{missing:?}");
        assert!(all.messages(&tenant, owner, "c", 0, 9).await.unwrap().is_empty());
        assert!(all.list(&tenant, owner, None, 9).await.unwrap().is_empty());
        assert!(!all.delete(&tenant, owner, "c").await.unwrap());
    }
    assert_eq!(all.get(&tenant(1), ANNA, "c").await.unwrap().messages, 1);
    assert_eq!(count(&f, "assistant_feedback").await, 0);
}

#[tokio::test]
async fn pages_hold_each_conversation_once_those_used_last_first() {
    let f = Fixture::new().await;
    let all = Conversations::new(f.pool.clone());
    for (n, at) in [(1, 30), (2, 10), (3, 30), (4, 20), (5, 30)] {
        let id = format!("c{n}");
        all.start(&tenant(1), ANNA, &id, 1).await.unwrap();
        all.append(&tenant(1), ANNA, &id, &format!("m{n}"), &message("?", at), &[]).await.unwrap();
    }
    let mut after = None;
    let mut seen = Vec::new();
    loop {
        let page = all.list(&tenant(1), ANNA, after.as_ref(), 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(After { updated_at: last.updated_at, id: last.id.clone() });
        seen.extend(page.into_iter().map(|row| row.id));
    }
    assert_eq!(seen, ["c5", "c3", "c1", "c4", "c2"]);
}

#[tokio::test]
async fn what_is_too_large_or_no_json_is_refused() {
    let f = Fixture::new().await;
    let all = Conversations::new(f.pool.clone());
    all.start(&tenant(1), ANNA, "c", 1).await.unwrap();
    let good = message("?", 1);
    let bad = [
        (Message { question: "я".repeat(MAX_QUESTION_BYTES / 2 + 1), ..good.clone() }, Kind::TooLarge),
        (Message { answer: Some("a".repeat(MAX_ANSWER_BYTES + 1)), ..good.clone() }, Kind::TooLarge),
        (Message { statement: Some("a".repeat(MAX_ANSWER_BYTES + 1)), ..good.clone() }, Kind::TooLarge),
        (Message { chart: Some(" ".repeat(MAX_JSON_BYTES) + "{}"), ..good.clone() }, Kind::TooLarge),
        (Message { plan: Some("{".into()), ..good.clone() }, Kind::Invalid),
    ];
    for (message, kind) in bad {
        assert_eq!(all.append(&tenant(1), ANNA, "c", "m", &message, &[]).await.unwrap_err().kind(), kind);
    }
    let customers: Vec<String> = (0..=MAX_CUSTOMERS).map(|n| n.to_string()).collect();
    let many = all.append(&tenant(1), ANNA, "c", "m", &good, &customers).await.unwrap_err();
    assert_eq!(many.code(), "too_many_customers");
    assert_eq!(count(&f, "assistant_messages").await, 0);
    let largest = Message { question: "a".repeat(MAX_QUESTION_BYTES), ..good };
    all.append(&tenant(1), ANNA, "c", "m", &largest, &customers[1..]).await.unwrap();
    assert_eq!(count(&f, "assistant_message_customers").await, 10_000);
}

#[tokio::test]
async fn a_full_conversation_takes_no_more() {
    let f = Fixture::new().await;
    let all = Conversations::new(f.pool.clone());
    all.start(&tenant(1), ANNA, "c", 1).await.unwrap();
    all.append(&tenant(1), ANNA, "c", "m", &message("?", 1), &[]).await.unwrap();
    let fill = "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
                INSERT INTO assistant_messages (id, conversation_id, tenant, actor_id, position, asked_at, question, language, \
                status) SELECT 'n' || i, 'c', $2, 'anna', i, 1, '?', 'en', 'answered' FROM n";
    let last = MAX_MESSAGES - 1;
    sqlx::query(fill).bind(last).bind(tenant(1).as_str()).execute(&f.pool).await.unwrap();
    assert_eq!(all.append(&tenant(1), ANNA, "c", "last", &message("?", 2), &[]).await.unwrap(), MAX_MESSAGES);
    let full = all.append(&tenant(1), ANNA, "c", "more", &message("?", 3), &[]).await.unwrap_err();
    assert_eq!((full.kind(), full.code()), (Kind::Conflict, "conversation_full"));
    assert_eq!(all.get(&tenant(1), ANNA, "c").await.unwrap().messages, MAX_MESSAGES);
}

#[tokio::test]
async fn deleting_takes_all_that_belongs_to_it() {
    let f = Fixture::new().await;
    let all = Conversations::new(f.pool.clone());
    for (id, at) in [("old", 10), ("new", 20), ("gone", 30)] {
        all.start(&tenant(1), ANNA, id, 1).await.unwrap();
        let m = format!("m-{id}");
        all.append(&tenant(1), ANNA, id, &m, &message("?", at), &["k1".into()]).await.unwrap();
        let up = Feedback { verdict: Verdict::Up, comment: None, sent_at: at };
        feedback::set(&f.pool, &tenant(1), ANNA, &m, &up).await.unwrap();
    }
    assert!(all.delete(&tenant(1), ANNA, "gone").await.unwrap());
    assert!(!all.delete(&tenant(1), ANNA, "gone").await.unwrap());
    assert_eq!(all.delete_before(20).await.unwrap(), 1);
    for table in ["assistant_conversations", "assistant_messages", "assistant_message_customers", "assistant_feedback"]
    {
        assert_eq!(count(&f, table).await, 1, "{table}");
    }
    assert_eq!(all.list(&tenant(1), ANNA, None, 9).await.unwrap()[0].id, "new");
}

#[tokio::test]
async fn a_customers_messages_go_with_the_title_and_plan_they_gave() {
    let f = Fixture::new().await;
    let all = Conversations::new(f.pool.clone());
    all.start(&tenant(1), ANNA, "c", 1).await.unwrap();
    let plan = r#"{"filters":[{"customer":"5"}]}"#;
    let texts: [(&str, Message, &[String]); 6] = [
        ("linked", with_plan("Расскажи об Анне", 1, r#"{"by":"link"}"#), &["cust-17".into()]),
        ("safe", with_plan("топ 5 товаров за 2026-05-05", 2, r#"{"limit":5}"#), &[]),
        ("longer", message("что с CUST-175 и xcust-17?", 3), &[]),
        ("named", message("что с CUST-17?", 4), &[]),
        ("filter", with_plan("он же", 5, plan), &[]),
        ("bound", Message { bound: Some(r#"["cust-17"]"#.into()), ..message("и ещё", 6) }, &[]),
    ];
    for (id, message, customers) in &texts {
        all.append(&tenant(1), ANNA, "c", id, message, customers).await.unwrap();
    }
    // The same words of another workspace.
    all.start(&tenant(2), ANNA, "d", 1).await.unwrap();
    all.append(&tenant(2), ANNA, "d", "other", &texts[3].1, &["cust-17".into()]).await.unwrap();
    let registry = PersonalData::new(f.pool.clone());
    let told = registry.export(&tenant(1), "cust-17").await.unwrap();
    assert_eq!(told["assistant_messages"].as_array().unwrap().len(), 3, "{told}");
    assert_eq!(told["assistant_messages"][0]["interpretation"]["intent"], "value");
    assert_eq!(all.get(&tenant(1), ANNA, "c").await.unwrap().title, "Расскажи об Анне");
    registry.forget(&tenant(1), "cust-17").await.unwrap();
    registry.forget(&tenant(1), "5").await.unwrap();
    let left = all.messages(&tenant(1), ANNA, "c", 0, 9).await.unwrap();
    assert_eq!(left.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["safe", "longer"]);
    let conversation = all.get(&tenant(1), ANNA, "c").await.unwrap();
    assert_eq!(conversation.title, texts[1].1.question);
    assert_eq!(conversation.plan, texts[1].1.plan);
    // The next one comes after those that are left.
    assert_eq!(all.append(&tenant(1), ANNA, "c", "next", &message("?", 7), &[]).await.unwrap(), 4);
    assert_eq!(all.get(&tenant(2), ANNA, "d").await.unwrap().messages, 1);
}

#[tokio::test]
async fn ids_with_signs_of_patterns_and_of_json_are_found_as_they_are() {
    let f = Fixture::new().await;
    let all = Conversations::new(f.pool.clone());
    let registry = PersonalData::new(f.pool.clone());
    all.start(&tenant(1), ANNA, "c", 1).await.unwrap();
    all.append(&tenant(1), ANNA, "c", "stars", &message("клиент a*[b]?c", 1), &[]).await.unwrap();
    all.append(&tenant(1), ANNA, "c", "letters", &message("клиент axxbyc", 2), &[]).await.unwrap();
    let quoted = Message { bound: Some(serde_json::json!(["a\"b\\c"]).to_string()), ..message("?", 3) };
    all.append(&tenant(1), ANNA, "c", "quoted", &quoted, &[]).await.unwrap();
    registry.forget(&tenant(1), "a*[b]?c").await.unwrap();
    registry.forget(&tenant(1), "a\"b\\c").await.unwrap();
    let left = all.messages(&tenant(1), ANNA, "c", 0, 9).await.unwrap();
    assert_eq!(left.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["letters"]);
}

#[tokio::test]
async fn a_member_who_goes_takes_their_conversations_of_that_workspace() {
    let f = Fixture::new().await;
    let all = Conversations::new(f.pool.clone());
    for (id, n, owner) in [("a1", 1, ANNA), ("b1", 1, BORIS), ("a2", 2, ANNA), ("k1", 1, Owner::Key("key"))] {
        all.start(&tenant(n), owner, id, 1).await.unwrap();
        all.append(&tenant(n), owner, id, &format!("m-{id}"), &message("?", 1), &[]).await.unwrap();
    }
    let own = tenant(1);
    let rows = format!(
        "INSERT INTO users VALUES ('anna', 'a@x', 'A', 'h', 'en', 1), ('boris', 'b@x', 'B', 'h', 'en', 1); \
         INSERT INTO workspaces (id, name, locale, time_zone, currency, created_at) VALUES ('{own}', 'w', 'en', 'UTC', 'EUR', 1); \
         INSERT INTO members VALUES ('{own}', 'anna', 'member', 1), ('{own}', 'boris', 'owner', 1); \
         INSERT INTO api_keys (id, workspace_id, created_by, name, prefix, key_hash, scopes, created_at) \
         VALUES ('key', '{own}', 'boris', 'k', 'kp', 'h', 'assistant', 1);"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(rows)).execute(&f.pool).await.unwrap();
    // The last owner stays, with all they have.
    assert!(!members::remove(&f.pool, own.as_str(), "boris", 2, &nobody("e1")).await.unwrap());
    assert!(members::remove(&f.pool, own.as_str(), "anna", 2, &nobody("e2")).await.unwrap());
    let left: Vec<String> =
        sqlx::query_scalar("SELECT id FROM assistant_messages ORDER BY id").fetch_all(&f.pool).await.unwrap();
    assert_eq!(left, ["m-a2", "m-b1", "m-k1"]);
    // An account that is forgotten takes what its keys asked.
    let registry = PersonalData::new(f.pool.clone());
    let told = registry.export_account("boris").await.unwrap();
    assert_eq!(told["assistant_messages"].as_array().map(Vec::len), Some(2), "{told}");
    let mut transaction = f.pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    registry.forget_account_in(&mut transaction, "boris").await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(count(&f, "assistant_messages").await, 1);
    assert_eq!(count(&f, "assistant_conversations").await, 1);
}

#[tokio::test]
async fn a_database_without_an_assistant_gets_one_and_keeps_what_it_has() {
    let dir = tempfile::tempdir().unwrap();
    let options = crate::options(None, dir.path()).unwrap();
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    let migrator = sqlx::migrate!("./migrations");
    for version in 1..=8 {
        let migration = migrator.iter().find(|m| m.version == version).unwrap();
        if version == 8 {
            let rows = "INSERT INTO workspaces (id, name, locale, time_zone, currency, created_at, segment_rules) \
                        VALUES ('w', 'Shop', 'ru', 'UTC', 'RUB', 1, '[]')";
            sqlx::query(rows).execute(&mut connection).await.unwrap();
        }
        let sql = migration.sql.as_str().to_owned();
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    }
    let kept: (String, String, bool, Option<String>) =
        sqlx::query_as("SELECT name, segment_rules, expert_sql, own_words FROM workspaces")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    assert_eq!(kept, ("Shop".into(), "[]".into(), false, None));
}
